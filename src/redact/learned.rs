//! Secrets that were found elsewhere in this run: cut wherever they stand, in every spelling and encoding. What
//! is kept of a secret is a number made of eight of its bytes and hashes, of its surest run of letters and digits and
//! of all of it.
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hasher};
use std::ops::Range;

use super::encoded::{EncodedGrams, GRAM};
use super::tally::Secret;
use super::view::{Layer, View};

/// Shorter secrets are too ordinary to be looked for.
const SHORTEST_SECRET: usize = 8;
/// A run of this many letters and digits, both kinds in it, is cut even where the rest of the secret is
/// spelled in a way that nobody knows; a shorter one goes with the whole secret only.
const SURE_RUN: usize = 8;
/// An odd number that spreads the bytes of a gram, and the one that undoes it.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
const GATHER: u64 = 0xf1de_83e1_9937_733d;
/// Escapes inside escapes are undone this often.
pub(super) const LAYERS: usize = 5;

/// The secrets of a run, for a second pass over what the first could not know. About 80 bytes each, however
/// long the secret: a run of gigabytes has hundreds of thousands.
#[derive(Default)]
pub struct Learned {
    /// First piece of each gram.
    by_gram: HashMap<u64, u32, BuildHasherDefault<Ready>>,
    /// Bits that keep nearly all places of a text from being looked up.
    filter: Vec<u64>,
    /// The same for words of base64 and hexadecimal.
    pub(super) encoded: EncodedGrams,
    pieces: Vec<Piece>,
    kinds: Vec<String>,
    secrets: usize,
}

/// What is known of one spelling of a secret.
pub(super) struct Piece {
    whole: u64,
    /// Hash of the run that is sure alone; its length is 0 where there is none.
    run: u64,
    run_len: u32,
    /// Bytes before the gram; the run begins with it.
    before: u32,
    /// Length of the spelling.
    len: u32,
    /// The next piece with the same gram.
    next: Option<u32>,
    /// Index of the kind of its pseudonym.
    kind: u16,
    id: [u8; 12],
}

/// Keys are hashes already.
#[derive(Default)]
struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*b);
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

impl Learned {
    /// Adds a secret that was found in a place that made it one. Words that anybody writes are not looked for
    /// elsewhere: `database`, `12345678`.
    pub fn insert(&mut self, secret: &Secret) {
        let value = secret.value().trim_ascii();
        if !is_ordinary(value) {
            self.insert_told(secret);
        }
    }

    /// Adds a value that the person named: it is looked for even if anybody could write it.
    pub fn insert_told(&mut self, secret: &Secret) {
        let value = secret.value().trim_ascii();
        if value.len() < SHORTEST_SECRET {
            return;
        }
        let Some((kind, id)) = kind_and_id(secret.text()) else {
            return;
        };
        let kind = self
            .kinds
            .iter()
            .position(|k| k == kind)
            .unwrap_or_else(|| {
                self.kinds.push(kind.to_owned());
                self.kinds.len() - 1
            });
        let Ok(kind) = u16::try_from(kind) else {
            return;
        };
        if !self.insert_spelling(value, kind, id) {
            return;
        }
        self.secrets += 1;
        // Where a text is unescaped, what looks like an escape in the secret itself goes as well.
        let mut view = View::of(value, Layer::Any);
        for _ in 1..LAYERS {
            let Some(now) = view else { break };
            view = View::of(&now.bytes, Layer::Any);
            if now.bytes.len() >= SHORTEST_SECRET {
                self.insert_spelling(&now.bytes, kind, id);
            }
        }
    }

    /// True if the spelling is new.
    fn insert_spelling(&mut self, value: &[u8], kind: u16, id: [u8; 12]) -> bool {
        let run = sure_run(value);
        let before = run.as_ref().map_or(0, |r| r.start);
        let key = gram(&value[before..]);
        let whole = hash(value);
        if self.with_gram(key).any(|p| p.whole == whole) {
            return false;
        }
        let run_hash = run.as_ref().map_or(0, |r| hash(&value[r.clone()]));
        let numbers = (
            u32::try_from(run.map_or(0, |r| r.len())),
            u32::try_from(before),
            u32::try_from(value.len()),
            u32::try_from(self.pieces.len()),
        );
        let (Ok(run_len), Ok(before), Ok(len), Ok(index)) = numbers else {
            return false;
        };
        let next = self.by_gram.insert(key, index);
        self.pieces.push(Piece {
            whole,
            run: run_hash,
            run_len,
            before,
            len,
            next,
            kind,
            id,
        });
        self.mark(key);
        true
    }

    /// Sets the bit of a gram; the filter has 32 bits for each piece, so that few places pass it in vain.
    fn mark(&mut self, key: u64) {
        let words = self.pieces.len().next_power_of_two().max(1024) / 2;
        if self.filter.len() < words {
            self.filter = vec![0; words];
            let keys: Vec<u64> = self.by_gram.keys().copied().collect();
            for key in keys {
                self.set(key);
            }
        }
        self.set(key);
        if self.encoded.has_room(self.pieces.len()) {
            self.encoded.insert(bytes_of(key));
        } else {
            self.encoded = EncodedGrams::with_room(2 * self.pieces.len());
            for key in self.by_gram.keys() {
                self.encoded.insert(bytes_of(*key));
            }
        }
    }

    fn set(&mut self, key: u64) {
        let words = self.filter.len();
        if let Some(word) = self.filter.get_mut(slot(key, words)) {
            *word |= 1 << (key & 63);
        }
    }

    /// The pieces that have this gram.
    fn with_gram(&self, key: u64) -> impl Iterator<Item = &Piece> {
        let mut next = self.by_gram.get(&key).copied();
        std::iter::from_fn(move || {
            let piece = self.pieces.get(next? as usize)?;
            next = piece.next;
            Some(piece)
        })
    }

    /// Every secret that stands in a text as it is: its place, and whether that is all of it.
    pub(super) fn each<'a>(&'a self, text: &[u8], mut found: impl FnMut(Range<usize>, &'a Piece)) {
        if self.pieces.is_empty() {
            return;
        }
        let mut at = 0;
        while let Some(head) = text.get(at..at + GRAM) {
            let key = gram(head);
            let bit = self.filter.get(slot(key, self.filter.len()));
            if bit.is_some_and(|w| w >> (key & 63) & 1 == 1)
                && let Some((span, piece)) = self.at(text, at, key)
            {
                at = at.max(span.end - 1);
                found(span, piece);
            }
            at += 1;
        }
    }

    /// What of a text must go because of the gram at `at`: the whole secret where it stands as it is, else its
    /// run, if that alone tells it.
    fn at(&self, text: &[u8], at: usize, key: u64) -> Option<(Range<usize>, &Piece)> {
        let mut run = None;
        for piece in self.with_gram(key) {
            let whole = at
                .checked_sub(piece.before as usize)
                .map(|s| s..s + piece.len as usize)
                .filter(|s| text.get(s.clone()).is_some_and(|v| hash(v) == piece.whole));
            if let Some(whole) = whole.filter(|s| piece.run_len > 0 || is_alone(text, s)) {
                return Some((whole, piece));
            }
            let sure = at..at + piece.run_len as usize;
            if !sure.is_empty() && text.get(sure.clone()).is_some_and(|v| hash(v) == piece.run) {
                run = Some((sure, piece));
            }
        }
        run
    }

    /// The pseudonym of a piece, without the details that only the whole value tells.
    pub(super) fn text(&self, piece: &Piece) -> String {
        let kind = self
            .kinds
            .get(usize::from(piece.kind))
            .map_or("secret.value", String::as_str);
        format!("~{kind}.{}~", String::from_utf8_lossy(&piece.id))
    }

    /// How many secrets are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.secrets
    }

    /// True if none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

impl Piece {
    /// True if a find of this length is the whole secret.
    pub(super) fn is_whole(&self, len: usize) -> bool {
        len == self.len as usize
    }
}

/// A number made of the first bytes, spread over all its bits.
fn gram(head: &[u8]) -> u64 {
    let mut bytes = [0; GRAM];
    for (to, from) in bytes.iter_mut().zip(head) {
        *to = *from;
    }
    let mixed = u64::from_le_bytes(bytes).wrapping_mul(SPREAD);
    mixed ^ (mixed >> 29)
}

/// The bytes that a gram was made of.
fn bytes_of(gram: u64) -> [u8; GRAM] {
    let mixed = gram ^ (gram >> 29) ^ (gram >> 58);
    mixed.wrapping_mul(GATHER).to_le_bytes()
}

fn slot(key: u64, words: usize) -> usize {
    // The length is a power of two, or 0.
    usize::try_from(key >> 20).unwrap_or(0) & words.wrapping_sub(1)
}

/// True for a value that anybody writes: one or two plain words, a number.
fn is_ordinary(value: &[u8]) -> bool {
    if value.iter().all(u8::is_ascii_digit) {
        return value.len() < 16;
    }
    let separates = |b: &u8| matches!(b, b'-' | b'_' | b'.' | b' ' | b'/');
    let words: Vec<&[u8]> = value.split(separates).filter(|w| !w.is_empty()).collect();
    words.len() < 3
        && words.iter().all(|word| {
            let rest = word.get(1..).unwrap_or_default();
            word.len() < 16
                && word.iter().all(u8::is_ascii_alphabetic)
                && (rest.iter().all(u8::is_ascii_lowercase)
                    || word.iter().all(u8::is_ascii_uppercase))
        })
}

/// The longest run of letters and digits, if it is no word and no number and as long as a gram.
fn sure_run(value: &[u8]) -> Option<Range<usize>> {
    let mut best = 0..0;
    let mut start = 0;
    for run in value.split(|b| !b.is_ascii_alphanumeric()) {
        let sure = run.len() >= SURE_RUN
            && run.iter().any(u8::is_ascii_digit)
            && run.iter().any(u8::is_ascii_alphabetic);
        if sure && run.len() > best.len() {
            best = start..start + run.len();
        }
        start += run.len() + 1;
    }
    (!best.is_empty()).then_some(best)
}

/// True if a find is no part of a longer word. The letter of an escape (`\n`) or of an option (`-p`) may stick
/// to its front.
fn is_alone(text: &[u8], span: &Range<usize>) -> bool {
    let word = |i: Option<usize>| {
        i.and_then(|i| text.get(i))
            .is_some_and(u8::is_ascii_alphanumeric)
    };
    let (first, last) = (text.get(span.start), text.get(span.end.wrapping_sub(1)));
    let stuck = match text.get(span.start.saturating_sub(2)..span.start) {
        Some([b'\\', b'n' | b'r' | b't']) | Some([b'-', _]) => true,
        _ => text
            .get(span.start.saturating_sub(3)..span.start)
            .is_some_and(|t| t.first() == Some(&b'%')),
    };
    let front =
        first.is_some_and(u8::is_ascii_alphanumeric) && word(span.start.checked_sub(1)) && !stuck;
    let back = last.is_some_and(u8::is_ascii_alphanumeric) && word(Some(span.end));
    !front && !back
}

fn hash(value: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(value);
    hasher.finish()
}

/// Kind and id of a pseudonym: `secret.password` and the letters.
fn kind_and_id(text: &str) -> Option<(&str, [u8; 12])> {
    let mut kind = text.trim_matches('~');
    loop {
        let (rest, part) = kind.rsplit_once('.')?;
        if let Ok(id) = <[u8; 12]>::try_from(part.as_bytes())
            && id.iter().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'))
        {
            return Some((rest, id));
        }
        kind = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules_tests::redactor;
    use super::*;
    use crate::redact::{Dialect, Level, Tally};

    #[test]
    fn a_gram_tells_its_bytes() {
        for bytes in [*b"Zk81mQpL", [0; GRAM], [0xff; GRAM], *b"\x01\x80~=_-+/"] {
            assert_eq!(bytes_of(gram(&bytes)), bytes);
        }
    }

    #[test]
    fn a_learned_secret_is_cut_in_every_spelling_and_nothing_else_is() {
        let mut redactor = redactor(Level::Standard);
        let mut tally = Tally::default();
        redactor.block(b"password=Zk81mQpLtR29x!y", Dialect::Log, &mut tally);
        let mut learned = Learned::default();
        for secret in tally.take_secrets() {
            learned.insert(&secret);
        }
        assert_eq!(learned.len(), 1);
        redactor.learn(learned);
        let b64 = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
        let hex = data_encoding::HEXUPPER.encode(b"-Zk81mQpLtR29x!y");
        for (line, left) in [
            ("typed Zk81mQpLtR29x!y here".to_owned(), "Zk81mQpLtR29x"),
            (r"json \nZk81mQpLtR29x!y".to_owned(), "Zk81mQpLtR29x"),
            (format!("at 0 {}", b64("Zk81mQpLtR29x!y")), "Wms4"),
            (format!("at 1 {}", b64("- Zk81mQpLtR29x!y -")), "4MW1"),
            (format!("at 2 {}", b64("--Zk81mQpLtR29x!y")), "pLdF"),
            (format!("hex {hex}"), "5A6B"),
        ] {
            let out = redactor.block(line.as_bytes(), Dialect::Log, &mut Tally::default());
            let out = String::from_utf8_lossy(out.as_bytes()).into_owned();
            assert!(
                out.contains("~secret.password.") && !out.contains(left),
                "{line} -> {out}"
            );
        }
        for line in [
            "typed Zk81mQpLtR29 here",
            "typed Zk81mQpLtR here",
            "sum 9f86d081884c7d659a2feaa0c55ad015",
            "uuid 66981d43-f6c8-41c4-a367-8be8f4d179e5",
        ] {
            let out = redactor.block(line.as_bytes(), Dialect::Log, &mut Tally::default());
            assert_eq!(out.as_bytes(), line.as_bytes());
        }
    }
}
