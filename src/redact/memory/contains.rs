//! Whether a redacted text holds what was learned after it: the question alone, in one reading without places. It
//! answers at least as often as the search of `spellings` finds something, so that what it lets pass is clean.
use std::ops::Range;

use super::encoded::{GRAM, may_hold_text};
use super::secrets::{LAYERS, Learned, key_of, mix};
use super::spellings::{DEEPEST, ENCODED, SHORTEST_WORD, each_word, in_word};
use crate::redact::engine::clean::Redacted;
use crate::redact::engine::redactor::{Dialect, Redactor};
use crate::redact::engine::replace::{holds_ours, is_done};
use crate::redact::engine::tally::{Secret, Tally};
use crate::redact::nested::unescape::{Layer, Plain, escape, unescaped};
use crate::redact::rules::user::is_inside_ours;

/// One byte of a secret behind escapes is no longer.
const LONGEST_ESCAPE: usize = 6;

/// Bytes that an escape, or what it stands for, may join to a secret or to a word that holds one.
const JOINS: [bool; 256] = {
    let mut table = ENCODED;
    let signs = *b"\\%&#;";
    let mut i = 0;
    while i < signs.len() {
        table[signs[i] as usize] = true;
        i += 1;
    }
    table
};

/// The bytes of secrets that only all of them tell, and the longest of these.
pub(in crate::redact) struct Loose {
    bytes: [bool; 256],
    longest: usize,
}

impl Default for Loose {
    fn default() -> Self {
        Self {
            bytes: [false; 256],
            longest: 0,
        }
    }
}

impl Loose {
    pub(in crate::redact) fn add(&mut self, value: &[u8]) {
        self.longest = self.longest.max(value.len());
        for b in value {
            self.bytes[usize::from(*b)] = true;
        }
    }

    /// True for an escape that may stand in a secret, or in a word that holds one.
    fn may_join(&self, plain: &Plain) -> bool {
        let mut utf8 = [0; 4];
        let bytes = match plain {
            Plain::Byte(b) => &[*b][..],
            Plain::Char(c) => c.encode_utf8(&mut utf8).as_bytes(),
        };
        let mut bytes = bytes.iter().map(|b| usize::from(*b));
        bytes.any(|b| JOINS[b] || self.bytes[b])
    }
}

/// True if a text that was redacted before holds a secret or a name that was learned since, in any spelling.
#[must_use]
pub(in crate::redact) fn finds_more(redactor: &Redactor, clean: &Redacted) -> bool {
    let text = clean.as_bytes();
    if stands_in(&redactor.learned, text) {
        return true;
    }
    let mut named = false;
    redactor.heard.find(text, |found| {
        let raw = text.get(found.span.clone()).unwrap_or_default();
        named |= !holds_ours(raw)
            && !is_inside_ours(text, found.span.start)
            && !redactor.is_kept(found.value.as_bytes())
            && !redactor.is_kept(raw);
    });
    named
}

/// True for a secret of which a text that was redacted before may hold a part only, so that it is not found there:
/// an address in it was cut by itself.
#[must_use]
pub(in crate::redact) fn tears(redactor: &Redactor, secret: &Secret) -> bool {
    let value = secret.value();
    let cut = || redactor.pass(value, Dialect::Log, 0, &mut Tally::default());
    !Learned::is_sure(value) && cut().is_some_and(|left| !is_done(&left))
}

/// True if a secret stands in a text, in any spelling.
pub(in crate::redact) fn stands_in(learned: &Learned, text: &[u8]) -> bool {
    !learned.is_empty() && (is_plain_in(learned, text) || is_escaped_in(learned, text))
}

fn is_plain_in(learned: &Learned, text: &[u8]) -> bool {
    is_in_runs(learned, text) || is_between_runs(learned, text)
}

/// Looks at runs of the letters of base64 only: nearly all secrets begin in one.
fn is_in_runs(learned: &Learned, text: &[u8]) -> bool {
    let inside = |b: &u8| ENCODED[usize::from(*b)];
    // A run as long as a gram holds one of these places.
    let (mut at, mut done) = (GRAM - 1, 0);
    while let Some(b) = text.get(at) {
        if !inside(b) {
            at += GRAM;
            continue;
        }
        let before = text[done..at].iter().rposition(|b| !inside(b));
        let start = before.map_or(done, |i| done + i + 1);
        let behind = text[at..].iter().position(|b| !inside(b));
        let end = behind.map_or(text.len(), |i| at + i);
        if end - start >= GRAM && is_in_run(learned, text, start..end) {
            return true;
        }
        done = end;
        at = end + GRAM;
    }
    false
}

fn is_in_run(learned: &Learned, text: &[u8], run: Range<usize>) -> bool {
    // A shorter run holds nothing that is encoded.
    let word = run.len() >= SHORTEST_WORD;
    let mut encoded = false;
    let grams = text[run.clone()].windows(GRAM).zip(run.clone());
    for (gram, at) in grams.filter_map(|(w, at)| Some((w.first_chunk()?, at))) {
        let mixed = mix(gram);
        let key = key_of(mixed);
        if learned.may_begin(key) && learned.may_stand_at(text, at, key).is_some() {
            return true;
        }
        encoded = encoded || word && learned.encoded.has_mixed(mixed);
    }
    let run = &text[run];
    if !word || !encoded && !may_hold_text(run) {
        return false;
    }
    let mut found = false;
    each_word(run, |word| {
        found = found || in_word(learned, &run[word], DEEPEST).is_some();
    });
    found
}

/// Looks for secrets that begin with something else than letters of base64.
fn is_between_runs(learned: &Learned, text: &[u8]) -> bool {
    if learned.odd.is_empty() {
        return false;
    }
    let grams = text.windows(GRAM).enumerate();
    let mut grams = grams.filter_map(|(at, w)| Some((w.first_chunk()?, at)));
    grams.any(|(gram, at)| {
        let key = key_of(mix(gram));
        learned.may_be_odd(key) && learned.may_stand_at(text, at, key).is_some()
    })
}

/// Looks behind the escapes that a secret may have in it, and nowhere else.
fn is_escaped_in(learned: &Learned, text: &[u8]) -> bool {
    let loose = LONGEST_ESCAPE * LAYERS * learned.loose.longest;
    let joins = |b: &u8| JOINS[usize::from(*b)];
    // The stretch that is looked at, and where it ends without what may stand around a loose secret.
    let (mut stretch, mut joined) = (0..0, 0);
    let mut at = 0;
    while let Some(found) = memchr::memchr3(b'%', b'\\', b'&', &text[at..]) {
        at += found;
        let Some((plain, used)) = escape(&text[at..], Layer::Any) else {
            at += 1;
            continue;
        };
        let here = at;
        at += used;
        if here < joined || !learned.loose.may_join(&plain) {
            continue;
        }
        let from = text[joined..here].iter().rposition(|b| !joins(b));
        let from = from.map_or(joined, |i| joined + i + 1);
        let behind = text[here + used..].iter().position(|b| !joins(b));
        joined = behind.map_or(text.len(), |i| here + used + i);
        let next = from.saturating_sub(loose)..joined.saturating_add(loose).min(text.len());
        if next.start > stretch.end {
            if is_behind(learned, &text[stretch]) {
                return true;
            }
            stretch = next;
        } else {
            stretch.end = next.end;
        }
    }
    is_behind(learned, &text[stretch])
}

/// Takes layer after layer of escapes away and looks.
fn is_behind(learned: &Learned, text: &[u8]) -> bool {
    let mut plain = unescaped(text, Layer::Any);
    for _ in 0..LAYERS {
        let Some(now) = plain else { return false };
        if is_plain_in(learned, &now) {
            return true;
        }
        plain = unescaped(&now, Layer::Any);
    }
    false
}

#[cfg(test)]
#[path = "contains_tests.rs"]
mod tests;
