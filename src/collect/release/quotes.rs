//! What the report shows of the evidence, read back from the spool: redacted text, and few lines of it.
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::page_size::Page;
use crate::bundle::line_index::Marks;
use crate::bundle::manifest::Entry;
use crate::bundle::spool::Spooled;
use crate::diagnose::Diagnosis;
use crate::report::{Quotes, SETTINGS, pick, wanted};
use crate::text::Decoded;

/// Facts of the host.
const HOST: &str = "system/host.json";
/// A larger document is not ours.
const LARGEST: u64 = 1 << 20;

/// Where the entries lie.
pub(in crate::collect) struct Shelf<'a> {
    pub(in crate::collect) spools: &'a [Spooled],
    pub(in crate::collect) places: &'a BTreeMap<String, (usize, usize)>,
    pub(in crate::collect) marks: &'a BTreeMap<String, Marks>,
    pub(in crate::collect) entries: &'a [Entry],
}

/// What was read back. What cannot be read is left out of the report: its place in the zip stands there all the same.
#[derive(Default)]
pub(in crate::collect) struct ReadBack {
    pub(in crate::collect) quotes: Quotes,
    pub(in crate::collect) settings: Option<serde_json::Value>,
    pub(in crate::collect) system: Option<String>,
    pub(in crate::collect) page: Page,
}

impl Shelf<'_> {
    /// Reads what a page of this size shows.
    pub(in crate::collect) fn read_back(&self, diagnosis: &Diagnosis, page: Page) -> ReadBack {
        let mut quotes = Quotes::default();
        if page == Page::Whole {
            for (entry, lines) in wanted(diagnosis) {
                self.lines(&entry, &lines, &mut quotes);
            }
        }
        let host = self.document(HOST);
        let name = host.as_ref().and_then(|host| {
            let os = host.get("os")?;
            os.get("long_name").or_else(|| os.get("name"))?.as_str()
        });
        ReadBack {
            quotes,
            settings: self.document(SETTINGS),
            system: name.map(str::to_owned),
            page,
        }
    }

    fn lines(&self, entry: &str, wanted: &BTreeSet<u64>, quotes: &mut Quotes) {
        let Some((spool, number)) = self.places.get(entry).copied() else {
            return;
        };
        let which = spool;
        let Some(spool) = self.spools.get(which) else {
            return;
        };
        if !self.is_plain(entry) {
            if let Some(text) = spool.open(number).ok().and_then(|c| Decoded::open(c).ok())
                && let Ok(lines) = pick(text, 1, wanted)
            {
                quotes.add(entry, lines);
            }
            return;
        }
        // What was mended lies in another spool, where nobody marked it.
        let marks = self.marks.get(entry).filter(|_| which == 0);
        let mut runs: BTreeMap<(u64, u64), BTreeSet<u64>> = BTreeMap::new();
        for line in wanted {
            let mark = marks.map_or((1, 0), |m| m.before(*line));
            runs.entry(mark).or_default().insert(*line);
        }
        for ((first, at), lines) in runs {
            if let Ok(text) = spool.open_at(number, at)
                && let Ok(lines) = pick(text, first, &lines)
            {
                quotes.add(entry, lines);
            }
        }
    }

    /// True for an entry whose bytes are its text.
    fn is_plain(&self, name: &str) -> bool {
        let entry = self
            .entries
            .iter()
            .find(|e| e.entry.as_deref() == Some(name));
        let encoding = entry.and_then(|e| e.encoding.as_ref());
        encoding.is_none_or(|e| e.as_str() == "bytes")
    }

    fn document(&self, name: &str) -> Option<serde_json::Value> {
        let (spool, number) = self.places.get(name).copied()?;
        let mut text = Vec::new();
        let content = self.spools.get(spool)?.open(number).ok()?;
        content.take(LARGEST).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }
}
