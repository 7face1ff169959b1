//! The secret values of this run, as keyed hashes only, and the search for them in any text.
use std::collections::HashSet;

use super::first_bytes::Heads;
use super::literals::Literals;
use super::shapes::{DIGIT, LOWER, UPPER, alnum, at, before, class_of, part, run_end, unescape};

/// Shortest value, and shortest run of letters and digits, that can be searched for.
const SHORTEST: usize = 8;

/// The secrets of one run. It holds no value, only keyed 64-bit hashes of them.
///
/// A value is searched by its core, the longest random-looking run of ASCII letters and digits in
/// it, because that survives every quoting; a value without one is searched as a whole. Plain words
/// and short numbers are known, but not searched for: they stand everywhere.
pub struct Known {
    key: [u8; 32],
    mix: [u64; 2],
    heads: Heads,
    cores: HashSet<u64>,
    wholes: HashSet<u64>,
    plain: HashSet<u64>,
    whole_lengths: Vec<u16>,
    values: usize,
    too_short: u64,
    literals: Literals,
    names: Literals,
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
            literals: Literals::default(),
            names: Literals::default(),
            key,
            mix: [word(0), word(8)],
            heads: Heads::default(),
            cores: HashSet::new(),
            wholes: HashSet::new(),
            plain: HashSet::new(),
            whole_lengths: Vec::new(),
            values: 0,
            too_short: 0,
        }
    }

    /// Adds a secret value; white space around it does not count.
    pub fn insert(&mut self, value: &[u8]) {
        let value = value.trim_ascii();
        if value.len() >= SHORTEST && everyday(value) {
            self.plain.insert(self.hash(value));
            self.too_short += 1;
            return;
        }
        if let Some(core) = core(value) {
            if self.cores.insert(self.hash(core)) {
                self.heads.insert(self.head(core));
                self.values += 1;
            }
            return;
        }
        if self.wholes.contains(&self.hash(value)) {
            return;
        }
        if !self.insert_whole(value) {
            self.too_short += 1;
            return;
        }
        self.values += 1;
        // Where a text is unescaped, what looks like an escape in the secret goes as well.
        let mut plain = unescape(value);
        let mut len = value.len();
        while plain.len() < len && self.insert_whole(&plain) {
            len = plain.len();
            plain = unescape(&plain);
        }
    }

    /// False for a value that is too short or too long to be searched for.
    fn insert_whole(&mut self, value: &[u8]) -> bool {
        let Ok(n) = u16::try_from(value.len()) else {
            return false;
        };
        if value.len() < SHORTEST {
            return false;
        }
        if self.wholes.insert(self.hash(value)) {
            self.heads.insert(self.head(value));
        }
        if let Err(place) = self.whole_lengths.binary_search(&n) {
            self.whole_lengths.insert(place, n);
        }
        true
    }

    /// Adds a word that a rule of the person's own names: it must not be left as a whole word, whatever
    /// its case, however short or plain it is.
    pub fn insert_word(&mut self, value: &[u8]) {
        self.literals.insert(value);
    }

    /// Adds the name of a host, a login or a person of this run: it must not be left as a whole word,
    /// whatever its case.
    pub fn insert_name(&mut self, value: &[u8]) {
        self.names.insert(value);
    }

    /// True where the value is one of the secrets.
    #[must_use]
    pub fn holds(&self, value: &[u8]) -> bool {
        let value = value.trim_ascii();
        self.literals.holds(value) || self.holds_secret(value)
    }

    fn holds_secret(&self, value: &[u8]) -> bool {
        if let Some(core) = core(value) {
            return self.cores.contains(&self.hash(core));
        }
        let hash = self.hash(value);
        self.wholes.contains(&hash) || self.plain.contains(&hash)
    }

    /// True where a secret stands anywhere in a short text; words of the person's own rules do not count.
    #[must_use]
    pub fn within(&self, text: &[u8]) -> bool {
        let mut any = false;
        self.each_secret(text, &mut |_| any = true);
        any || self.holds_secret(text.trim_ascii())
    }

    /// Number of distinct values that are searched for.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values + self.literals.len()
    }

    /// True where nothing is searched for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && self.names.len() == 0
    }

    /// Number of values that were too short, or too plain, to be searched for.
    #[must_use]
    pub fn too_short(&self) -> u64 {
        self.too_short
    }

    /// Tells every place of a text where a secret begins.
    pub(super) fn each(&self, text: &[u8], mut found: impl FnMut(usize)) {
        self.literals.each(text, &mut found);
        self.each_secret(text, &mut found);
    }

    /// Tells every place of a text where a name of this run stands as a whole word.
    pub(super) fn each_name(&self, text: &[u8], mut found: impl FnMut(usize)) {
        self.names.each(text, &mut found);
    }

    fn each_secret(&self, text: &[u8], found: &mut dyn FnMut(usize)) {
        if self.heads.is_empty() {
            return;
        }
        for (i, head) in text.windows(SHORTEST).enumerate() {
            if self.heads.may_have(self.head(head)) && self.exact(text, i) {
                found(i);
            }
        }
    }

    #[cold]
    fn exact(&self, text: &[u8], start: usize) -> bool {
        let end = run_end(text, start, usize::MAX, alnum);
        let free = starts_word(text, start);
        if free
            && end - start >= SHORTEST
            && self.cores.contains(&self.hash(part(text, start, end)))
        {
            return true;
        }
        self.whole_lengths.iter().any(|&n| {
            let stop = start + usize::from(n);
            text.get(start..stop).is_some_and(|value| {
                let cut = alnum(at(value, value.len() - 1)) && alnum(at(text, stop));
                let free = free || !alnum(at(value, 0));
                free && !cut && self.wholes.contains(&self.hash(value))
            })
        })
    }

    /// The first bytes of a value, mixed.
    #[inline]
    fn head(&self, value: &[u8]) -> u64 {
        let bytes = value.first_chunk::<SHORTEST>().copied().unwrap_or_default();
        (u64::from_le_bytes(bytes) ^ self.mix[0]).wrapping_mul(self.mix[1])
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

/// True where a word may begin: after no letter or digit, or after the letters of an escape or an
/// option that stick to it.
fn starts_word(text: &[u8], start: usize) -> bool {
    if !alnum(before(text, start)) {
        return true;
    }
    (1..=6).any(|n| {
        let Some(sign) = start.checked_sub(n + 1) else {
            return false;
        };
        if !text[sign + 1..start].iter().all(|&b| alnum(b)) {
            return false;
        }
        match at(text, sign) {
            b'%' => n <= 6,
            b'\\' => n <= 5,
            b'-' | b'=' | b'&' => n <= 2,
            _ => false,
        }
    })
}

/// The longest run of letters and digits that no dictionary explains.
fn core(value: &[u8]) -> Option<&[u8]> {
    let mut best: &[u8] = &[];
    let mut i = 0;
    while i < value.len() {
        let end = run_end(value, i, usize::MAX, alnum);
        let run = part(value, i, end);
        if run.len() > best.len() && run.len() >= SHORTEST && lettered(run) {
            best = run;
        }
        i = end + 1;
    }
    (!best.is_empty()).then_some(best)
}

/// True for a run with letters and digits in it.
fn lettered(run: &[u8]) -> bool {
    let digits = class_of(run) & DIGIT != 0;
    digits && class_of(run) & (LOWER | UPPER) != 0
}

/// True for what anybody may write: a number that is no card's, one or two words.
fn everyday(value: &[u8]) -> bool {
    if class_of(value) == DIGIT && value.iter().all(|&b| alnum(b)) {
        return value.len() < 16;
    }
    let mut words = 0;
    for word in value.split(|b| b"-_. /".contains(b)) {
        if word.is_empty() {
            continue;
        }
        words += 1;
        let one_case =
            class_of(part(word, 1, word.len())) & UPPER == 0 || class_of(word) & LOWER == 0;
        if words > 2 || word.len() > 15 || !one_case || !word.iter().all(u8::is_ascii_alphabetic) {
            return false;
        }
    }
    true
}
