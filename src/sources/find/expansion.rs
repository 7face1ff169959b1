//! Expands a pattern over a tree: which files fit, and what stands in the way. Bounded in depth and
//! in the number of entries, so that no tree, however made, costs more than a moment.
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use crate::sources::files::path_kind::identity;
use crate::sources::files::root_fs::{FileId, Found, Spot, Tree, Trouble, What};
use crate::sources::paths::pattern::{Part, PathPattern};

/// Folders below a `**`.
const DEEPEST: usize = 12;
/// Entries that one pattern may look at.
const MOST_ENTRIES: usize = 200_000;

impl Tree {
    /// Everything that fits the pattern, and every hindrance on the way, in the order of names.
    /// `rotated` also takes rotated and compressed siblings. A missing file is not reported.
    #[must_use]
    pub fn expand(&self, pattern: &PathPattern, rotated: bool) -> Vec<Found> {
        let mut walk = Walk {
            tree: self,
            rotated,
            found: Vec::new(),
            seen: HashSet::new(),
            left: MOST_ENTRIES,
            counted: HashSet::new(),
        };
        for start in self.starts(pattern.drive) {
            walk.down(&start, &pattern.parts, 0);
        }
        walk.found
    }
}

struct Walk<'a> {
    tree: &'a Tree,
    rotated: bool,
    found: Vec<Found>,
    /// Folders already entered at this place of the pattern: loops end here.
    seen: HashSet<(FileId, usize)>,
    left: usize,
    /// Folders whose entries were taken off `left`; a `**` lists each folder twice.
    counted: HashSet<PathBuf>,
}

impl Walk<'_> {
    fn down(&mut self, at: &Spot, parts: &[Part], depth: usize) {
        match parts {
            [] => {}
            [Part::AnyDepth, tail @ ..] => self.any_depth(at, parts, tail, depth),
            [last] => self.last(at, last),
            [Part::Literal(name), tail @ ..] => {
                let name = OsString::from(name);
                match self.tree.settle(at, vec![name.clone()]) {
                    Ok((real, meta)) if meta.is_dir() => {
                        self.down(&below(at, &name, real), tail, depth);
                    }
                    Ok(_) | Err(Trouble::Absent) => {}
                    Err(trouble) => self.report(at, Some(&name), What::Trouble(trouble)),
                }
            }
            [part, tail @ ..] => {
                for name in self.list(at) {
                    if part.fits(self.tree.os(), &name.to_string_lossy(), false)
                        && let Ok((real, meta)) = self.tree.settle(at, vec![name.clone()])
                        && meta.is_dir()
                    {
                        self.down(&below(at, &name, real), tail, depth);
                    }
                }
            }
        }
    }

    fn any_depth(&mut self, at: &Spot, parts: &[Part], tail: &[Part], depth: usize) {
        self.down(at, tail, depth);
        if depth == DEEPEST {
            return;
        }
        for name in self.list(at) {
            let path = at.real.join(&name);
            let Ok(meta) = std::fs::symlink_metadata(&path) else {
                continue;
            };
            if meta.is_symlink() {
                let leads_to_folder = self
                    .tree
                    .settle(at, vec![name.clone()])
                    .is_ok_and(|(_, meta)| meta.is_dir());
                if leads_to_folder {
                    self.report(at, Some(&name), What::LinkedFolder);
                }
            } else if meta.is_dir() && self.seen.insert((identity(&path, &meta), parts.len())) {
                self.down(&below(at, &name, path), parts, depth + 1);
            }
        }
    }

    fn last(&mut self, at: &Spot, part: &Part) {
        let os = self.tree.os();
        if let Part::Literal(name) = part
            && (!self.rotated || self.tree.list(&at.real).is_err())
        {
            self.take(at, &OsString::from(name), part, Trouble::Absent);
            return;
        }
        for name in self.list(at) {
            if part.fits(os, &name.to_string_lossy(), self.rotated) {
                self.take(at, &name, part, Trouble::Vanished);
            }
        }
    }

    fn take(&mut self, at: &Spot, name: &OsStr, part: &Part, absent: Trouble) {
        let native = below(at, name, PathBuf::new()).native.spell(self.tree.os());
        let mut found = self
            .tree
            .found(native, self.tree.settle(at, vec![name.to_owned()]));
        match found.what {
            What::Folder if part.is_open() => return,
            What::Trouble(Trouble::Absent) if absent == Trouble::Absent => return,
            What::Trouble(Trouble::Absent) => found.what = What::Trouble(absent),
            _ => {}
        }
        self.found.push(found);
    }

    /// The names in a folder; a folder that cannot be listed, or one too many, is reported.
    fn list(&mut self, at: &Spot) -> Vec<OsString> {
        match &*self.tree.list(&at.real) {
            Ok(names) if self.counted.contains(&at.real) => names.clone(),
            Ok(names) if names.len() > self.left => {
                if self.left > 0 {
                    self.report(at, None, What::Trouble(Trouble::TooMany));
                }
                self.left = 0;
                Vec::new()
            }
            Ok(names) => {
                self.left -= names.len();
                self.counted.insert(at.real.clone());
                names.clone()
            }
            Err(Trouble::Absent) => Vec::new(),
            Err(trouble) => {
                self.report(at, None, What::Trouble(*trouble));
                Vec::new()
            }
        }
    }

    fn report(&mut self, at: &Spot, name: Option<&OsStr>, what: What) {
        let place = match name {
            Some(name) => below(at, name, at.real.join(name)),
            None => at.clone(),
        };
        let native = place.native.spell(self.tree.os());
        let found = Found {
            resolved: native.clone(),
            native,
            real: place.real,
            what,
        };
        if !self.found.contains(&found) {
            self.found.push(found);
        }
    }
}

fn below(at: &Spot, name: &OsStr, real: PathBuf) -> Spot {
    let mut spot = Spot { real, ..at.clone() };
    spot.native.parts.push(name.to_string_lossy().into_owned());
    spot
}
