//! Reads back from the spool what the report quotes of the evidence: a few lines of redacted text.
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::page_size::PageSize;
use crate::collect::evidence::SpooledEvidence;
use crate::diagnose::Diagnosis;
use crate::report::{Quotes, SETTINGS, pick, wanted};
use crate::text::Decoded;

/// Facts of the host.
const HOST: &str = "system/host.json";
/// A document of more bytes is not one of ours.
const LARGEST: u64 = 1 << 20;

/// What was read back. What cannot be read is missing in the report, which still names its place in the zip.
#[derive(Default)]
pub(super) struct ReadBack {
    pub(super) quotes: Quotes,
    pub(super) settings: Option<serde_json::Value>,
    pub(super) system: Option<String>,
    pub(super) page: PageSize,
}

/// Reads what a page of this size shows.
pub(super) fn read_back(
    evidence: &SpooledEvidence,
    diagnosis: &Diagnosis,
    page: PageSize,
) -> ReadBack {
    let mut quotes = Quotes::default();
    if page == PageSize::Whole {
        for (entry, lines) in wanted(diagnosis) {
            read_lines(evidence, &entry, &lines, &mut quotes);
        }
    }
    let host = document(evidence, HOST);
    let name = host.as_ref().and_then(|host| {
        let os = host.get("os")?;
        os.get("long_name").or_else(|| os.get("name"))?.as_str()
    });
    ReadBack {
        quotes,
        settings: document(evidence, SETTINGS),
        system: name.map(str::to_owned),
        page,
    }
}

fn read_lines(evidence: &SpooledEvidence, name: &str, wanted: &BTreeSet<u64>, quotes: &mut Quotes) {
    let Some((spool, number)) = evidence.spooled(name) else {
        return;
    };
    if !is_plain(evidence, name) {
        if let Some(text) = spool.open(number).ok().and_then(|c| Decoded::open(c).ok())
            && let Ok(lines) = pick(text, 1, wanted)
        {
            quotes.add(name, lines);
        }
        return;
    }
    // A repaired entry is in another spool, and has no index there.
    let is_first = evidence.places.get(name).is_some_and(|p| p.spool == 0);
    let index = evidence.line_indexes.get(name).filter(|_| is_first);
    let mut runs: BTreeMap<(u64, u64), BTreeSet<u64>> = BTreeMap::new();
    for line in wanted {
        let block = index.map_or((1, 0), |i| i.before(*line));
        runs.entry(block).or_default().insert(*line);
    }
    for ((first, offset), lines) in runs {
        if let Ok(text) = spool.open_at(number, offset)
            && let Ok(lines) = pick(text, first, &lines)
        {
            quotes.add(name, lines);
        }
    }
}

/// True for an entry whose bytes are its text.
fn is_plain(evidence: &SpooledEvidence, name: &str) -> bool {
    let encoding = evidence.entry(name).and_then(|e| e.encoding.as_ref());
    encoding.is_none_or(|e| e.as_str() == "bytes")
}

fn document(evidence: &SpooledEvidence, name: &str) -> Option<serde_json::Value> {
    let (spool, number) = evidence.spooled(name)?;
    let mut text = Vec::new();
    let content = spool.open(number).ok()?;
    content.take(LARGEST).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}
