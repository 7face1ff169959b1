//! Words that the person's own rules name: they must not be left anywhere, whatever their case, as whole
//! words. Only hashes of them are held, mixed with a number that is random for each run.
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

use super::shapes::{alnum, at, before, part, pseudonym, run_end};

/// Bits of the filter that keeps nearly all runs from being hashed: 128 KiB.
const FILTER_BITS: u32 = 20;
/// How far before a find the tilde of a pseudonym that holds it may stand.
const LONGEST_PSEUDONYM: usize = 240;

/// One word: where its first run of letters and digits stands in it, and its hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Literal {
    /// Bytes before that run.
    before: u16,
    /// Length of all of it.
    len: u16,
    hash: u64,
}

/// The words of one run.
#[derive(Default)]
pub(super) struct Literals {
    /// Random for each run. Texts are full of words that begin like one of ours, so the hash must be a quick one.
    seed: foldhash::quality::RandomState,
    filter: Vec<u64>,
    by_run: HashMap<u64, Vec<Literal>>,
    /// Those without any ASCII letter or digit: their first bytes beyond ASCII stand for the run.
    foreign: bool,
    count: usize,
}

impl Literals {
    /// Adds a word in its own spelling and in both cases of letters beyond ASCII.
    pub(super) fn insert(&mut self, value: &[u8]) {
        let value = value.trim_ascii();
        let mut spelled = vec![value.to_ascii_lowercase()];
        if let (false, Ok(text)) = (value.is_ascii(), std::str::from_utf8(value)) {
            spelled.push(text.to_lowercase().into_bytes());
            spelled.push(text.to_uppercase().to_ascii_lowercase().into_bytes());
        }
        spelled.sort();
        spelled.dedup();
        for value in spelled {
            self.add(&value);
        }
        self.count += 1;
    }

    fn add(&mut self, value: &[u8]) {
        let ascii = value.iter().position(|&b| alnum(b));
        let start = ascii.or_else(|| value.iter().position(|&b| b >= 0x80));
        let Some(start) = start else { return };
        let class = if ascii.is_some() { alnum } else { is_foreign };
        self.foreign |= ascii.is_none();
        let run = part(value, start, run_end(value, start, usize::MAX, class));
        let (Ok(before), Ok(len)) = (u16::try_from(start), u16::try_from(value.len())) else {
            return;
        };
        if self.filter.is_empty() {
            self.filter = vec![0; 1 << (FILTER_BITS - 6)];
        }
        let run = self.hash(run);
        let (word, bit) = slot(run);
        if let Some(w) = self.filter.get_mut(word) {
            *w |= bit;
        }
        let literal = Literal {
            before,
            len,
            hash: self.hash(value),
        };
        let literals = self.by_run.entry(run).or_default();
        let place = literals.partition_point(|l| *l < literal);
        literals.insert(place, literal);
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// True where the value is one of the words.
    pub(super) fn holds(&self, value: &[u8]) -> bool {
        let hash = self.hash(value.trim_ascii());
        self.count > 0 && self.by_run.values().flatten().any(|l| l.hash == hash)
    }

    /// Calls `found` for every place where a word stands.
    pub(super) fn each(&self, text: &[u8], found: &mut impl FnMut(usize)) {
        if self.count == 0 {
            return;
        }
        let mut start = 0;
        while start < text.len() {
            let end = run_end(text, start, usize::MAX, alnum);
            if end > start && self.at_run(text, start, end) {
                found(start);
            }
            start = end + 1;
        }
        self.foreign(text, found);
    }

    /// True where a word has its first run at `text[start..end]`, a whole run of letters and digits, or
    /// behind the letters of an escape that stick to it.
    #[inline]
    fn at_run(&self, text: &[u8], start: usize, end: usize) -> bool {
        let stuck = match before(text, start) {
            b'%' => 2,
            b'\\' if at(text, start) == b'u' => 5,
            b'\\' if matches!(at(text, start), b'n' | b'r' | b't') => 1,
            _ => 0,
        };
        self.here(text, start, end)
            || (stuck > 0 && start + stuck < end && self.here(text, start + stuck, end))
    }

    #[inline]
    fn here(&self, text: &[u8], start: usize, end: usize) -> bool {
        let run = self.hash(part(text, start, end));
        let (word, bit) = slot(run);
        self.filter.get(word).is_some_and(|w| w & bit != 0) && self.exact(text, start, run)
    }

    /// `run` is the hash of the run at `start`.
    #[cold]
    fn exact(&self, text: &[u8], start: usize, run: u64) -> bool {
        let Some(literals) = self.by_run.get(&run) else {
            return false;
        };
        // Of many words that begin alike, those of one length cost one look at the text.
        let alike = |a: &Literal, b: &Literal| (a.before, a.len) == (b.before, b.len);
        literals.chunk_by(alike).any(|literals| {
            let Some(first) = literals.first() else {
                return false;
            };
            let Some(from) = start.checked_sub(usize::from(first.before)) else {
                return false;
            };
            let to = from + usize::from(first.len);
            // Behind an escape the word begins; else nothing of a word may stand before it.
            let glued = from == start && alnum(before(text, from));
            let whole = text.get(from..to).filter(|value| {
                (glued || !(is_word(at(value, 0)) && is_word(before(text, from))))
                    && !(is_word(at(value, value.len() - 1)) && is_word(at(text, to)))
            });
            whole.is_some_and(|value| {
                let hash = self.hash(value);
                literals.iter().any(|l| l.hash == hash)
            }) && !inside_pseudonym(text, from)
        })
    }

    /// Calls `found` for every word without ASCII letters, of which no run tells.
    fn foreign(&self, text: &[u8], found: &mut impl FnMut(usize)) {
        if !self.foreign {
            return;
        }
        let mut i = 0;
        while i < text.len() {
            if text[i] < 0x80 {
                i += 1;
                continue;
            }
            let end = run_end(text, i, usize::MAX, is_foreign);
            if self.here(text, i, end) {
                found(i);
            }
            i = end;
        }
    }

    /// The hash of a text, whatever the case of its ASCII letters.
    #[inline]
    fn hash(&self, value: &[u8]) -> u64 {
        let mut hasher = self.seed.build_hasher();
        for eight in value.chunks(8) {
            let mut letters = [0; 8];
            letters[..eight.len()].copy_from_slice(eight);
            letters.make_ascii_lowercase();
            hasher.write_u64(u64::from_le_bytes(letters));
        }
        hasher.write_usize(value.len());
        hasher.finish()
    }
}

fn is_foreign(b: u8) -> bool {
    b >= 0x80
}

fn is_word(b: u8) -> bool {
    alnum(b) || b == b'_' || b >= 0x80
}

/// Slot of a run in the filter.
#[inline]
fn slot(run: u64) -> (usize, u64) {
    let bit = run >> (64 - FILTER_BITS);
    ((bit / 64) as usize, 1 << (bit % 64))
}

/// A kind of a pseudonym may be called like a word: that is ours.
fn inside_pseudonym(text: &[u8], from: usize) -> bool {
    let first = from.saturating_sub(LONGEST_PSEUDONYM);
    (first..from)
        .rev()
        .filter(|i| matches!(text[*i], b'~' | b'%'))
        .any(|i| i + pseudonym(text, i) > from)
}
