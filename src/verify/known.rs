//! The secret values of this run, as keyed hashes only, and the search for them in any text.
use std::collections::HashSet;

use super::shapes::{alnum, at, before, mixed, part, run_end};

/// Shortest value, and shortest run of letters and digits, that can be searched for.
const SHORTEST: usize = 8;
/// Bits of the filter that keeps nearly all text from being hashed at all: 512 KiB.
const FILTER_BITS: u32 = 22;

/// The secrets of one run. It holds no value, only keyed 64-bit hashes of them.
///
/// A value is searched by its core, the longest random-looking run of ASCII letters and digits in
/// it, because that survives every quoting; a value without one is searched as a whole.
pub struct Known {
    key: [u8; 32],
    mix: [u64; 2],
    filter: Vec<u64>,
    cores: HashSet<u64>,
    wholes: HashSet<u64>,
    whole_lengths: Vec<u16>,
    too_short: u64,
}

impl Known {
    /// An empty set; `key` should be random and forgotten after the run.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        let derived = blake3::keyed_hash(&key, b"aoc-bundle known-value filter");
        let word = |i: usize| {
            let mut bytes = [0u8; 8];
            bytes.copy_from_slice(&derived.as_bytes()[i..i + 8]);
            u64::from_le_bytes(bytes) | 1
        };
        Self {
            key,
            mix: [word(0), word(8)],
            filter: Vec::new(),
            cores: HashSet::new(),
            wholes: HashSet::new(),
            whole_lengths: Vec::new(),
            too_short: 0,
        }
    }

    /// Adds a secret value; white space around it does not count.
    pub fn insert(&mut self, value: &[u8]) {
        let value = value.trim_ascii();
        if let Some(core) = core(value) {
            self.mark(core);
            self.cores.insert(self.hash(core));
            return;
        }
        let lead = value.iter().position(|&b| alnum(b)).unwrap_or(0);
        let whole = part(value, lead, value.len());
        match u16::try_from(whole.len()) {
            Ok(n) if whole.len() >= SHORTEST && alnum(at(whole, 0)) => {
                self.mark(whole);
                self.wholes.insert(self.hash(whole));
                if let Err(place) = self.whole_lengths.binary_search(&n) {
                    self.whole_lengths.insert(place, n);
                }
            }
            _ => self.too_short += 1,
        }
    }

    /// True where the value is one of the secrets.
    #[must_use]
    pub fn holds(&self, value: &[u8]) -> bool {
        let value = value.trim_ascii();
        if let Some(core) = core(value) {
            return self.cores.contains(&self.hash(core));
        }
        let lead = value.iter().position(|&b| alnum(b)).unwrap_or(0);
        self.wholes
            .contains(&self.hash(part(value, lead, value.len())))
    }

    /// Number of distinct values that are searched for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cores.len() + self.wholes.len()
    }

    /// True where nothing is searched for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of values that were too short to be searched for.
    #[must_use]
    pub fn too_short(&self) -> u64 {
        self.too_short
    }

    /// True where a secret starts in the run of letters and digits `text[start..end]`: at its
    /// start, or after the letters of an escape that stick to it.
    #[inline]
    pub(super) fn at_run(&self, text: &[u8], start: usize, end: usize) -> bool {
        if self.here(text, start, end) {
            return true;
        }
        let stuck = match before(text, start) {
            b'%' => 6,
            b'\\' => 5,
            b'-' | b'=' | b'&' => 2,
            _ => 0,
        };
        (1..=stuck).any(|n| start + n < end && self.here(text, start + n, end))
    }

    #[inline]
    fn here(&self, text: &[u8], start: usize, end: usize) -> bool {
        let Some(head) = text.get(start..start + SHORTEST) else {
            return false;
        };
        self.filtered(head) && self.exact(text, start, end)
    }

    #[cold]
    fn exact(&self, text: &[u8], start: usize, end: usize) -> bool {
        if end - start >= SHORTEST && self.cores.contains(&self.hash(&text[start..end])) {
            return true;
        }
        self.whole_lengths.iter().any(|&n| {
            let stop = start + usize::from(n);
            text.get(start..stop).is_some_and(|value| {
                let cut = alnum(at(value, value.len() - 1)) && alnum(at(text, stop));
                !cut && self.wholes.contains(&self.hash(value))
            })
        })
    }

    fn slot(&self, head: &[u8]) -> (usize, u64) {
        let mut bytes = [0u8; 8];
        for (to, from) in bytes.iter_mut().zip(head) {
            *to = *from;
        }
        let x = (u64::from_le_bytes(bytes) ^ self.mix[0]).wrapping_mul(self.mix[1]);
        let bit = (x >> (64 - FILTER_BITS)) as usize;
        (bit / 64, 1 << (bit % 64))
    }

    #[inline]
    fn filtered(&self, head: &[u8]) -> bool {
        let (word, bit) = self.slot(head);
        self.filter.get(word).is_some_and(|w| w & bit != 0)
    }

    fn mark(&mut self, value: &[u8]) {
        if self.filter.is_empty() {
            self.filter = vec![0; 1 << (FILTER_BITS - 6)];
        }
        let (word, bit) = self.slot(part(value, 0, SHORTEST));
        if let Some(w) = self.filter.get_mut(word) {
            *w |= bit;
        }
    }

    fn hash(&self, value: &[u8]) -> u64 {
        let hash = blake3::keyed_hash(&self.key, value);
        let mut first = [0u8; 8];
        first.copy_from_slice(&hash.as_bytes()[..8]);
        u64::from_le_bytes(first)
    }
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Known({} values)", self.len())
    }
}

/// The longest run of letters and digits that no dictionary explains.
fn core(value: &[u8]) -> Option<&[u8]> {
    let mut best: &[u8] = &[];
    let mut i = 0;
    while i < value.len() {
        let end = run_end(value, i, usize::MAX, alnum);
        let run = part(value, i, end);
        if run.len() > best.len() && run.len() >= SHORTEST && mixed(run) {
            best = run;
        }
        i = end + 1;
    }
    (!best.is_empty()).then_some(best)
}
