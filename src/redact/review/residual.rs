//! What was kept although it looks random: found in redacted text, told as forms and counts, so that a
//! person looks at twenty rows and not at two million lines.
//!
//! It runs over every block of every run, so it looks at one byte of twenty: a run of at least twenty
//! letters covers one of every twenty places. Only such runs are looked at closer.
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use super::reason::Reason;
use super::string_shape;
use super::string_shape::{DIGIT, LOWER, SIGN, UPPER};
use crate::redact::engine::clean::Redacted;
use crate::redact::engine::redactor::Redactor;
use crate::redact::rules::user::is_inside_ours;

/// Shortest run that can be suspicious.
const SHORTEST: usize = 20;
/// From this length on a run of base64 may go on behind a slash.
const LONG: usize = 40;

/// Bytes of a run: letters, digits, dash and underscore.
static RUN: [bool; 256] = run_bytes();

const fn run_bytes() -> [bool; 256] {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        table[b] = byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        b += 1;
    }
    table
}

/// One row before it is ranked: everything that tells two strings of one form apart is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    reason: Reason,
    classes: u8,
    /// Hexadecimal digits only.
    hex: bool,
    /// Around an `@`.
    mail: bool,
    length: u32,
}

/// What was kept in a piece of redacted text. There are a few thousand forms, so it stays small however
/// long the text is, and two of them can be added in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Residue {
    /// Count, and line of the first.
    forms: BTreeMap<Form, (u64, u64)>,
}

/// One row for the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// Kinds of letters and length, e.g. `Aa9{32}`, `hex{40}`.
    pub shape: String,
    /// How many strings have this form.
    pub count: u64,
    /// The entry of the first of them.
    pub entry: String,
    /// Its line in that entry.
    pub line: u64,
    /// Why they were kept.
    pub reason: Reason,
}

/// What looks random and is still in a redacted block, whose first line is `first_line` of its entry.
#[must_use]
pub(in crate::redact) fn residue(
    redactor: &Redactor,
    block: &Redacted,
    first_line: u64,
) -> Residue {
    let text = block.as_bytes();
    let mut residue = Residue::default();
    let (mut line, mut counted) = (first_line, 0);
    suspects(redactor, text, |span, found| {
        let row = residue.forms.entry(found).or_insert_with(|| {
            // Finds come in order, so every line's end is counted once.
            if span.start > counted {
                line += memchr::memchr_iter(b'\n', &text[counted..span.start]).count() as u64;
                counted = span.start;
            }
            (0, line)
        });
        row.0 += 1;
    });
    mails(redactor, text, |at, found| {
        let row = residue.forms.entry(found).or_insert_with(|| {
            let lines = memchr::memchr_iter(b'\n', &text[..at]).count() as u64;
            (0, first_line + lines)
        });
        row.0 += 1;
    });
    residue
}

/// The same finds one by one, with their places: for a person who wants to see them.
pub(in crate::redact) fn suspicious(
    redactor: &Redactor,
    text: &[u8],
    mut each: impl FnMut(Range<usize>, Reason),
) {
    suspects(redactor, text, |span, found| each(span, found.reason));
    mails(redactor, text, |at, found| {
        each(mail_around(text, at), found.reason)
    });
}

fn suspects(redactor: &Redactor, text: &[u8], mut each: impl FnMut(Range<usize>, Form)) {
    runs(text, |run| {
        let mut span = run.clone();
        if let Some(mut found) = judge(text, &mut span) {
            if redactor.is_kept(&text[span.clone()]) {
                found.reason = Reason::Kept;
            }
            each(span.clone(), found);
        }
        span.end
    });
}

/// Every `@` between two words.
fn mails(redactor: &Redactor, text: &[u8], mut each: impl FnMut(usize, Form)) {
    for at in memchr::memchr_iter(b'@', text) {
        let between = at > 0
            && text[at - 1].is_ascii_alphanumeric()
            && text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
        if between {
            let kept = redactor.is_kept(&text[mail_around(text, at)]);
            let reason = if kept {
                Reason::Kept
            } else {
                Reason::NoMailbox
            };
            each(
                at,
                Form {
                    reason,
                    classes: LOWER,
                    hex: false,
                    mail: true,
                    length: 0,
                },
            );
        }
    }
}

fn mail_around(text: &[u8], at: usize) -> Range<usize> {
    let part = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+');
    let before = text[at.saturating_sub(64)..at]
        .iter()
        .rev()
        .take_while(part)
        .count();
    let after = text[at + 1..].iter().take(255).take_while(part).count();
    at - before..at + 1 + after
}

/// Calls `each` for every run that is long enough; it says where to go on.
fn runs(text: &[u8], mut each: impl FnMut(Range<usize>) -> usize) {
    let mut done = 0;
    let mut at = SHORTEST - 1;
    while let Some(byte) = text.get(at) {
        if !RUN[usize::from(*byte)] {
            at += SHORTEST;
            continue;
        }
        // What lies further back was looked at from the place before.
        let floor = done.max(at + 1 - SHORTEST);
        let back = text[floor..at]
            .iter()
            .rev()
            .take_while(|b| RUN[usize::from(**b)])
            .count();
        let start = at - back;
        let rest = SHORTEST - 1 - back;
        let more = text[at + 1..]
            .iter()
            .take(rest)
            .take_while(|b| RUN[usize::from(**b)])
            .count();
        if more < rest {
            at += 1 + more + SHORTEST;
            continue;
        }
        let ahead = text[start + SHORTEST..]
            .iter()
            .take_while(|b| RUN[usize::from(**b)])
            .count();
        let end = each(start..start + SHORTEST + ahead);
        done = end;
        at = end + SHORTEST - 1;
    }
}

/// What a run is, if it looks random; `span` grows over the rest of a base64 text.
fn judge(text: &[u8], span: &mut Range<usize>) -> Option<Form> {
    let run = &text[span.clone()];
    // Most long runs of a log are ids of sessions.
    if run.len() == 36 && string_shape::uuid_at(run, 0) {
        return None;
    }
    let bits = string_shape::classes(run);
    // Numbers, dates and words alone are no secrets, and most long runs are such.
    if bits & (UPPER | LOWER) == 0 || is_identifier(run, bits) {
        return None;
    }
    let ids = if bits & SIGN == 0 {
        0
    } else {
        run.len().saturating_sub(35)
    };
    if let Some(at) = (0..ids).find(|at| string_shape::uuid_at(run, *at)) {
        // What is longer than an id with a word before it is looked at without the id.
        let (head, tail) = (at, run.len() - at - 36);
        return (head.max(tail) >= SHORTEST).then_some(()).and_then(|()| {
            let rest = if head >= tail {
                &run[..head]
            } else {
                &run[at + 36..]
            };
            found(rest)
        });
    }
    if run.len() >= LONG && bits & (UPPER | LOWER | DIGIT) == UPPER | LOWER | DIGIT {
        let go_on = |b: &&u8| RUN[usize::from(**b)] || matches!(b, b'+' | b'/' | b'=');
        span.end += text[span.end..].iter().take_while(go_on).count();
    }
    if is_inside_ours(text, span.start) {
        return None;
    }
    let mut form = found(&text[span.clone()])?;
    if form.reason == Reason::Unnamed && is_public(text, span.start) {
        form.reason = Reason::Public;
    } else if form.reason == Reason::Unnamed && text[span.clone()].starts_with(b"eyJ") {
        form.reason = Reason::Opened;
    }
    Some(form)
}

fn found(run: &[u8]) -> Option<Form> {
    let hex = string_shape::is_hex(run);
    if !hex && !is_random(run) || kinds(run) < if hex { 6 } else { 10 } {
        return None;
    }
    Some(Form {
        reason: if hex {
            Reason::Checksum
        } else {
            Reason::Unnamed
        },
        classes: string_shape::classes(run),
        hex,
        mail: false,
        length: string_shape::step(run.len()),
    })
}

/// How many different bytes.
fn kinds(run: &[u8]) -> u32 {
    let mut seen = [0u64; 4];
    for b in run.iter().take(256) {
        seen[usize::from(b >> 6)] |= 1 << (b & 63);
    }
    seen.iter().map(|w| w.count_ones()).sum()
}

/// `minimum_password_length`, `aspera-scp-transfer-2`: words with dashes, and numbers among them.
fn is_identifier(run: &[u8], bits: u8) -> bool {
    if bits & SIGN == 0 && bits & DIGIT != 0 {
        return false;
    }
    run.split(|b| matches!(b, b'-' | b'_')).all(|part| {
        let letters = part.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let word = &part[..letters];
        let digits = part[letters..].iter().all(u8::is_ascii_digit);
        digits && part.len() < SHORTEST + 12 && (word.len() < 5 || !is_random(word))
    })
}

/// True for letters in no order: kinds of letters change often, or there are hardly any vowels.
fn is_random(run: &[u8]) -> bool {
    let (mut changes, mut vowels, mut letters) = (0usize, 0usize, 0usize);
    let mut last = 0;
    for b in run.iter().take(256) {
        let class = string_shape::CLASS[usize::from(*b)] & (UPPER | LOWER | DIGIT);
        if class & (UPPER | LOWER) != 0 {
            letters += 1;
            vowels += usize::from(b"aeiouyAEIOUY".contains(b));
        }
        // A capital begins a word.
        let begins = last == UPPER && class == LOWER;
        changes += usize::from(class != last && class != 0 && last != 0 && !begins);
        last = class;
    }
    let length = run.len().min(256);
    changes * 4 >= length || (letters * 2 >= length && letters >= 12 && vowels * 6 < letters)
}

/// True behind the name of a fingerprint or the type of a public key.
fn is_public(text: &[u8], start: usize) -> bool {
    let head = text[start.saturating_sub(16)..start].to_ascii_lowercase();
    [
        &b"sha256:"[..],
        b"sha384:",
        b"sha512:",
        b"sha1:",
        b"md5:",
        b"sha256-",
        b"sha384-",
        b"sha512-",
    ]
    .iter()
    .any(|name| head.ends_with(name))
        || text[start..].starts_with(b"AAAA") && head.ends_with(b" ")
}

impl Form {
    fn shape(&self) -> String {
        if self.mail {
            "x(at)y".to_owned()
        } else if self.hex {
            string_shape::spell(0, self.length).replacen('{', "hex{", 1)
        } else {
            string_shape::spell(self.classes, self.length)
        }
    }

    /// Bits that such a string may carry, in thousandths, less the more there are of it.
    fn suspicion(&self, count: u64) -> u64 {
        let alphabet = [(UPPER, 26.0), (LOWER, 26.0), (DIGIT, 10.0), (SIGN, 2.0)]
            .into_iter()
            .filter(|(bit, _)| self.classes & bit != 0)
            .fold(0.0f64, |n, (_, letters)| n + letters);
        let bits = match (self.mail, self.hex) {
            (true, _) => 40.0,
            (_, true) => f64::from(self.length.min(64)),
            _ => alphabet.max(2.0).log2() * f64::from(self.length.min(64)),
        };
        let rest = match self.reason {
            Reason::Kept | Reason::Public | Reason::Opened => 0.25,
            _ => 1.0,
        };
        let rare = 1.0 + f64::from(u32::try_from(count).unwrap_or(u32::MAX)).log2();
        (bits * rest * 1000.0 / rare) as u64
    }
}

impl Residue {
    /// Adds what was kept in another piece of the same entry.
    pub fn add(&mut self, other: &Self) {
        for (form, (count, line)) in &other.forms {
            let row = self.forms.entry(*form).or_insert((0, *line));
            row.0 += count;
            row.1 = row.1.min(*line);
        }
    }

    /// Forgets what begins only behind a line, where the text was cut.
    pub fn cut_behind(&mut self, line: u64) {
        self.forms.retain(|_, (_, first)| *first <= line);
    }

    /// True where nothing suspicious was kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }
}

/// The most suspicious forms of a bundle, at most `most`, and how many strings look random in all. Equal
/// residues give equal rows in whatever order the entries come.
pub fn rank<'a>(
    entries: impl IntoIterator<Item = (&'a str, &'a Residue)>,
    most: usize,
) -> (u64, Vec<Suspect>) {
    let mut all: BTreeMap<Form, (u64, &str, u64)> = BTreeMap::new();
    let mut random = 0;
    for (entry, residue) in entries {
        for (form, (count, line)) in &residue.forms {
            if form.reason == Reason::Unnamed {
                random += count;
            }
            let row = all.entry(*form).or_insert((0, entry, *line));
            row.0 += count;
            if (entry, *line) < (row.1, row.2) {
                (row.1, row.2) = (entry, *line);
            }
        }
    }
    let mut rows: Vec<_> = all.into_iter().collect();
    rows.sort_by_key(|(form, (count, ..))| (Reverse(form.suspicion(*count)), *form));
    let listed = rows.into_iter().take(most);
    let suspects = listed.map(|(form, (count, entry, line))| Suspect {
        shape: form.shape(),
        count,
        entry: entry.to_owned(),
        line,
        reason: form.reason,
    });
    (random, suspects.collect())
}

#[cfg(test)]
#[path = "residual_tests.rs"]
mod tests;
