//! Lines of the evidence that the report quotes: which ones, how they are read from the bundle, and how long ones are cut.
//! Few lines are read, even of large files.
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use super::visible::letters;
use crate::diagnose::har::NetworkTrace;
use crate::diagnose::{Diagnosis, Evidence, kinds};

/// Kinds of findings that are shown, with the lines of the first finding of each.
pub(super) const MOST_KINDS: usize = 40;
/// Lines that are shown of one finding.
pub(super) const MOST_PLACES: usize = 6;
/// Lines before and behind a cited line.
const AROUND: u64 = 2;
/// Characters of a line; of a longer one the report shows the beginning.
const WIDTH: usize = 800;
/// Lines that are read in all.
const MOST_LINES: usize = 2000;
const CHUNK: usize = 1 << 16;

/// A line as the report shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuotedLine {
    /// Its text, cut where it is long.
    pub text: String,
    /// How many bytes were cut off its end.
    pub cut: u64,
}

/// Lines of entries, by their numbers.
pub type Lines = BTreeMap<u64, QuotedLine>;

/// The lines that are shown, by entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quotes(BTreeMap<String, Lines>);

impl Quotes {
    /// Adds lines of an entry.
    pub fn add(&mut self, entry: &str, lines: Lines) {
        self.0.entry(entry.to_owned()).or_default().extend(lines);
    }

    /// A line, if it is shown.
    #[must_use]
    pub fn line(&self, place: &Evidence) -> Option<&QuotedLine> {
        self.0.get(&place.entry)?.get(&place.line)
    }

    /// Lines around some places of one entry, in order.
    pub(super) fn around(&self, entry: &str, places: &[u64]) -> Vec<(u64, &QuotedLine)> {
        let Some(lines) = self.0.get(entry) else {
            return Vec::new();
        };
        let near = |n: &u64| places.iter().any(|place| n.abs_diff(*place) <= AROUND);
        lines
            .iter()
            .filter(|(n, _)| near(n))
            .map(|(n, line)| (*n, line))
            .collect()
    }
}

/// The network trace of an entry: its requests are shown instead of its lines.
pub(super) fn trace<'a>(diagnosis: &'a Diagnosis, entry: &str) -> Option<&'a NetworkTrace> {
    let network = diagnosis.network.as_ref()?;
    network.traces.iter().find(|trace| trace.entry == entry)
}

/// The lines that a report of this diagnosis shows, by entry: those that findings cite, and a few around them.
#[must_use]
pub fn wanted(diagnosis: &Diagnosis) -> BTreeMap<String, BTreeSet<u64>> {
    let mut wanted: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    let mut left = MOST_LINES;
    for kind in kinds(&diagnosis.findings).iter().take(MOST_KINDS) {
        let places = kind.first.evidence.iter().take(MOST_PLACES);
        for place in places.filter(|p| trace(diagnosis, &p.entry).is_none()) {
            let lines = wanted.entry(place.entry.clone()).or_default();
            let first = place.line.saturating_sub(AROUND).max(1);
            for line in first..=place.line.saturating_add(AROUND) {
                if left == 0 {
                    return wanted;
                }
                left -= usize::from(lines.insert(line));
            }
        }
    }
    wanted
}

/// Reads some lines of a text whose first line has the number `first`, and stops behind the last of them.
///
/// # Errors
/// Those of the reader.
pub fn pick(mut text: impl Read, first: u64, wanted: &BTreeSet<u64>) -> io::Result<Lines> {
    let mut picked = Lines::new();
    let Some(last) = wanted.last().copied() else {
        return Ok(picked);
    };
    let (mut number, mut held, mut over) = (first, Vec::new(), 0u64);
    let mut buffer = vec![0; CHUNK];
    let mut end = |number: u64, held: &mut Vec<u8>, over: &mut u64| {
        if wanted.contains(&number) {
            picked.insert(number, shown(held, *over));
        }
        held.clear();
        *over = 0;
    };
    while number <= last {
        let count = match text.read(&mut buffer) {
            Ok(0) => {
                // The last line can have no line end.
                if !held.is_empty() {
                    end(number, &mut held, &mut over);
                }
                break;
            }
            Ok(count) => count,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        let mut rest = buffer.get(..count).unwrap_or_default();
        while !rest.is_empty() && number <= last {
            let stop = memchr::memchr(b'\n', rest);
            let (part, more) = rest.split_at(stop.unwrap_or(rest.len()));
            if wanted.contains(&number) {
                // A character has at most four bytes.
                let room = (WIDTH * 4 + 8).saturating_sub(held.len()).min(part.len());
                held.extend_from_slice(part.get(..room).unwrap_or_default());
                over += (part.len() - room) as u64;
            }
            rest = more;
            if stop.is_some() {
                end(number, &mut held, &mut over);
                number += 1;
                rest = rest.get(1..).unwrap_or_default();
            }
        }
    }
    Ok(picked)
}

fn shown(bytes: &[u8], over: u64) -> QuotedLine {
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let text = letters(bytes);
    let Some((end, _)) = text.char_indices().nth(WIDTH) else {
        return QuotedLine { text, cut: over };
    };
    let head = text.get(..end).unwrap_or_default();
    let kept = whole(head);
    let cut = (text.len() - kept.len()) as u64 + over;
    QuotedLine {
        text: kept.to_owned(),
        cut,
    }
}

/// The text, or its first `most` characters and `…`, not cut inside a word or a pseudonym.
pub(super) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{} …", whole(text.get(..end).unwrap_or_default())),
        None => text.to_owned(),
    }
}

/// The beginning of a line, without half a word or half a pseudonym at its end.
pub(super) fn whole(head: &str) -> &str {
    let space = head
        .rfind([' ', '\t', ',', ';', '&'])
        .filter(|at| *at > head.len() / 2);
    let head = space.and_then(|at| head.get(..at)).unwrap_or(head);
    let tilde = head.rfind('~').filter(|at| {
        let behind = head.get(at + 1..).unwrap_or_default();
        let inner = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        behind.chars().all(inner) && head.matches('~').count() % 2 == 1
    });
    tilde.and_then(|at| head.get(..at)).unwrap_or(head)
}

#[cfg(test)]
#[path = "quotes_tests.rs"]
mod tests;
