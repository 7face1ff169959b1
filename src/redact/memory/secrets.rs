//! Secrets that were found elsewhere in this run: cut wherever they stand, in every spelling and encoding. What
//! is kept of a secret is a number made of eight of its bytes and hashes, of its surest run of letters and digits and
//! of all of it.
use std::ops::Range;

use super::encoded::{EncodedGrams, GRAM};
use super::secret_store::{Piece, Pieces};
use crate::redact::engine::tally::Secret;
use crate::redact::nested::unescape::{Layer, unescaped};

/// Shorter secrets are too ordinary to be looked for.
const SHORTEST_SECRET: usize = 8;
/// A run of this many letters and digits, both kinds in it, is cut even where the rest of the secret is
/// spelled in a way that nobody knows; a shorter one goes with the whole secret only.
const SURE_RUN: usize = 8;
/// Most spellings of a run: memory must not grow with the evidence.
const MOST: usize = 1 << 19;
/// An odd number that spreads the bytes of a gram, and the one that undoes it.
pub(in crate::redact) const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
const GATHER: u64 = 0xf1de_83e1_9937_733d;
/// Escapes inside escapes are undone this often.
pub(in crate::redact) const LAYERS: usize = 5;

/// The secrets of a run, for a second pass over what the first could not know. About 70 bytes each, however
/// long the secret: a run of gigabytes has hundreds of thousands, and only so many are held.
#[derive(Default)]
pub struct Learned {
    /// Bits that keep nearly all places of a text from being looked up.
    filter: Vec<u64>,
    /// The same for words of base64 and hexadecimal.
    pub(in crate::redact) encoded: EncodedGrams,
    pieces: Pieces,
    kinds: Vec<String>,
    secrets: usize,
    most: Option<usize>,
    left_out: u64,
}

impl Learned {
    /// One with room for so many spellings, where others look for the rest.
    #[must_use]
    pub fn holding(most: usize) -> Self {
        Self {
            most: Some(most),
            ..Self::default()
        }
    }

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
        let mut plain = unescaped(value, Layer::Any);
        for _ in 1..LAYERS {
            let Some(now) = plain else { break };
            plain = unescaped(&now, Layer::Any);
            if now.len() >= SHORTEST_SECRET {
                self.insert_spelling(&now, kind, id);
            }
        }
    }

    /// True if the spelling is new.
    fn insert_spelling(&mut self, value: &[u8], kind: u16, id: [u8; 12]) -> bool {
        // Of a run that is too long, or too far behind, the front of the value must tell.
        let run = sure_run(value).filter(|r| r.end < usize::from(u16::MAX));
        let before = run.as_ref().map_or(0, |r| r.start);
        let key = gram(&value[before..]);
        if self.pieces.has(key, value) {
            return false;
        }
        if self.pieces.len() >= self.most.unwrap_or(MOST) {
            self.left_out += 1;
            return false;
        }
        let sure = run.as_ref().map_or(&b""[..], |r| &value[r.clone()]);
        let piece = Piece::new(value, before, sure, kind, id);
        if !piece.is_some_and(|piece| self.pieces.push(piece, key)) {
            return false;
        }
        self.mark(key);
        true
    }

    /// Sets the bit of a gram; the filter has 32 bits for each piece, so that few places pass it in vain.
    fn mark(&mut self, key: u64) {
        let words = self.pieces.len().next_power_of_two().max(1024) / 2;
        if self.filter.len() < words {
            self.filter = vec![0; words];
            for piece in self.pieces.iter() {
                set(&mut self.filter, piece.gram);
            }
        }
        set(&mut self.filter, key);
        if self.encoded.has_room(self.pieces.len()) {
            self.encoded.insert(bytes_of(key));
        } else {
            self.encoded = EncodedGrams::with_room(2 * self.pieces.len());
            for piece in self.pieces.iter() {
                self.encoded.insert(bytes_of(piece.gram));
            }
        }
    }

    /// False where no secret begins with the gram of this number.
    #[inline]
    pub(in crate::redact) fn may_begin(&self, key: u64) -> bool {
        let bit = self.filter.get(slot(key, self.filter.len()));
        bit.is_some_and(|w| w >> (key & 63) & 1 == 1)
    }

    /// Every secret that stands in a text as it is: its place, and whether that is all of it.
    pub(in crate::redact) fn each<'a>(
        &'a self,
        text: &[u8],
        mut found: impl FnMut(Range<usize>, &'a Piece),
    ) {
        if self.pieces.is_empty() {
            return;
        }
        let mut at = 0;
        while let Some(head) = text.get(at..at + GRAM) {
            let key = gram(head);
            if self.may_begin(key)
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
    pub(in crate::redact) fn at(
        &self,
        text: &[u8],
        at: usize,
        key: u64,
    ) -> Option<(Range<usize>, &Piece)> {
        let fits = |piece: &Piece, span: &Range<usize>| piece.run_len > 0 || is_alone(text, span);
        let whole = self.pieces.whole_at(key, text, at, fits);
        whole.or_else(|| self.pieces.run_at(key, text, at))
    }

    /// A secret that may stand around the gram at `at`, also as a part of a longer word: behind an escape that is undone
    /// by itself it may be alone.
    pub(in crate::redact) fn may_stand_at(
        &self,
        text: &[u8],
        at: usize,
        key: u64,
    ) -> Option<&Piece> {
        let whole = self.pieces.whole_at(key, text, at, |_, _| true);
        let found = whole.or_else(|| self.pieces.run_at(key, text, at));
        found.map(|(_, piece)| piece)
    }

    /// A secret that stands in decoded bytes, where any letter may stand beside it.
    pub(in crate::redact) fn in_decoded(&self, text: &[u8]) -> Option<&Piece> {
        let grams = text.windows(GRAM).enumerate();
        let mut grams = grams.filter_map(|(at, gram)| Some((gram.first_chunk()?, at)));
        grams.find_map(|(gram, at)| {
            let key = key_of(mix(gram));
            self.may_begin(key)
                .then(|| self.may_stand_at(text, at, key))?
        })
    }

    /// The pseudonym of a piece, without the details that only the whole value tells.
    pub(in crate::redact) fn text(&self, piece: &Piece) -> String {
        let kind = self
            .kinds
            .get(usize::from(piece.kind))
            .map_or("secret.value", String::as_str);
        format!("~{kind}.{}~", piece.id())
    }

    /// How many secrets are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.secrets
    }

    /// How often a secret was told for which there was no room: about 500,000 are remembered. It is cut in its place,
    /// and nobody looks for it elsewhere.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// True if none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

/// A number made of the first bytes, spread over all its bits.
fn gram(head: &[u8]) -> u64 {
    let mut bytes = [0; GRAM];
    for (to, from) in bytes.iter_mut().zip(head) {
        *to = *from;
    }
    key_of(mix(&bytes))
}

/// The bytes of a gram, spread.
#[inline]
pub(in crate::redact) fn mix(gram: &[u8; GRAM]) -> u64 {
    u64::from_le_bytes(*gram).wrapping_mul(SPREAD)
}

/// The number of a gram that was spread.
#[inline]
pub(in crate::redact) fn key_of(mixed: u64) -> u64 {
    mixed ^ (mixed >> 29)
}

/// The bytes that a gram was made of.
fn bytes_of(gram: u64) -> [u8; GRAM] {
    let mixed = gram ^ (gram >> 29) ^ (gram >> 58);
    mixed.wrapping_mul(GATHER).to_le_bytes()
}

fn set(filter: &mut [u64], key: u64) {
    let words = filter.len();
    if let Some(word) = filter.get_mut(slot(key, words)) {
        *word |= 1 << (key & 63);
    }
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
        _ => span.start.checked_sub(3).is_some_and(|i| text[i] == b'%'),
    };
    let front =
        first.is_some_and(u8::is_ascii_alphanumeric) && word(span.start.checked_sub(1)) && !stuck;
    let back = last.is_some_and(u8::is_ascii_alphanumeric) && word(Some(span.end));
    !front && !back
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
#[path = "secrets_tests.rs"]
mod tests;
