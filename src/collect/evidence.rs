//! The entries of evidence in the spools: their lines in the manifest, their places, and what is known of their text.
use std::collections::BTreeMap;

use crate::bundle::line_index::LineIndex;
use crate::bundle::manifest::Entry;
use crate::bundle::spool::{Place, Spooled};
use crate::redact::Residue;

/// The evidence of a run.
#[derive(Default)]
pub(super) struct SpooledEvidence {
    /// The first spool holds what was collected, later ones the entries that were repaired.
    pub(super) spools: Vec<Spooled>,
    /// Manifest entries; those in the zip have a name.
    pub(super) entries: Vec<Entry>,
    /// Where each named entry is.
    pub(super) places: BTreeMap<String, Place>,
    /// Where the lines of entries are, in the first spool.
    pub(super) line_indexes: BTreeMap<String, LineIndex>,
    /// Strings that look random and were kept, by entry.
    pub(super) residues: BTreeMap<String, Residue>,
}

impl SpooledEvidence {
    /// The spool of a named entry, and its number there.
    pub(super) fn spooled(&self, name: &str) -> Option<(&Spooled, usize)> {
        let place = self.places.get(name)?;
        Some((self.spools.get(place.spool)?, place.number))
    }

    /// The manifest entry of this name.
    pub(super) fn entry(&self, name: &str) -> Option<&Entry> {
        let mut entries = self.entries.iter();
        entries.find(|e| e.entry.as_deref() == Some(name))
    }

    /// The manifest entry of this name.
    pub(super) fn entry_mut(&mut self, name: &str) -> Option<&mut Entry> {
        let mut entries = self.entries.iter_mut();
        entries.find(|e| e.entry.as_deref() == Some(name))
    }

    /// Leaves an entry out of the zip; its line in the manifest stays.
    pub(super) fn remove(&mut self, name: &str) {
        self.places.remove(name);
        self.residues.remove(name);
    }

    /// Gives an entry another name; false where there is no such entry, or one of the new name.
    pub(super) fn rename(&mut self, name: &str, new: &str) -> bool {
        if self.places.contains_key(new) {
            return false;
        }
        let Some(place) = self.places.remove(name) else {
            return false;
        };
        self.places.insert(new.to_owned(), place);
        if let Some(residue) = self.residues.remove(name) {
            self.residues.insert(new.to_owned(), residue);
        }
        if let Some(index) = self.line_indexes.remove(name) {
            self.line_indexes.insert(new.to_owned(), index);
        }
        if let Some(entry) = self.entry_mut(name) {
            entry.entry = Some(new.to_owned());
        }
        true
    }
}
