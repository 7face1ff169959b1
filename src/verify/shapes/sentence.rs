//! Secrets and people that a sentence or a command names, with no sign between the name and the value.
use super::bytes::{
    DIGIT, LOWER, UPPER, alnum, at, before, class_of, has_word, line_end, part, run_end, run_start,
};
use super::detectors::What;
use super::find::{Raw, Scanner};
use super::no_value::{message_word, says_nothing};
use super::people::service_name;
use super::value::flag;

/// The word from `i` on, to the next blank or quote.
fn word(text: &[u8], i: usize) -> &[u8] {
    let i = run_end(text, i, 2, |b| matches!(b, b'\'' | b'"'));
    let end = run_end(text, i, 256, |b| {
        b > 0x20 && !matches!(b, b'"' | b'\'' | b'<' | b'>' | b',')
    });
    let word = part(text, i, end);
    word.strip_suffix(b".").unwrap_or(word)
}

fn follows(text: &[u8], i: usize, words: &[&[u8]]) -> Option<usize> {
    words
        .iter()
        .find(|w| has_word(text, i, w))
        .map(|w| i + w.len())
}

fn push(out: &mut Vec<Raw>, at: usize, what: What) {
    out.push(Raw::new(at, what));
}

/// What follows `password`, `passphrase` or a method of login that ends at `end`, after a blank.
pub(super) fn spoken(
    scan: &Scanner<'_>,
    text: &[u8],
    start: usize,
    end: usize,
    out: &mut Vec<Raw>,
) {
    if let Some(i) = follows(text, end, &[b" for invalid user ", b" for "]) {
        login(scan, text, i, &[b" from ", b" port "], out);
        return;
    }
    let said: [&[u8]; 6] = [
        b" is ",
        b" was ",
        b" set to ",
        b" changed to ",
        b" was set to ",
        b" is now ",
    ];
    let next = said.iter().rev().find(|w| has_word(text, end, w));
    if let Some(said) = next {
        let value = word(text, end + said.len());
        let classes = (class_of(value) & (LOWER | UPPER | DIGIT)).count_ones();
        let secret = value.len() >= 6 && classes >= 2 && class_of(value) & DIGIT != 0;
        if secret && !says_nothing(value) && !message_word(value) {
            push(out, start, What::LabelledSecret);
        }
        return;
    }
    // A line of a netrc: `machine X login Y password Z`.
    let from = run_start(text, start, 256, |b| b != b'\n');
    let line = part(text, from, start);
    let netrc = memchr::memmem::find(line, b"login ").is_some()
        && (memchr::memmem::find(line, b"machine ").is_some() || line.starts_with(b"default "));
    let value = word(text, end + 1);
    if netrc && value.len() >= 3 && !says_nothing(value) {
        push(out, start, What::LabelledSecret);
    }
}

/// `invalid user X from`, `for user X by`: the word "user" ends at `end`.
pub(super) fn user(scan: &Scanner<'_>, text: &[u8], end: usize, out: &mut Vec<Raw>) {
    let lead = part(text, end.saturating_sub(13), end).to_ascii_lowercase();
    if lead.ends_with(b"invalid user") || lead.ends_with(b"illegal user") {
        login(scan, text, end + 1, &[b" from ", b" port "], out);
    } else if lead.ends_with(b"for user") {
        login(scan, text, end + 1, &[b" by ", b"("], out);
    }
}

fn login(scan: &Scanner<'_>, text: &[u8], i: usize, then: &[&[u8]], out: &mut Vec<Raw>) {
    let end = run_end(text, i, 64, |b| b > 0x20 && b != b'(' && b != b'"');
    let name = part(text, i, end);
    let quiet = name.len() < 2
        || says_nothing(name)
        || service_name(name)
        || message_word(name)
        || name.iter().all(u8::is_ascii_digit)
        || !alnum(at(name, 0)) && at(name, 0) < 0x80
        || scan.kept(name);
    if !quiet && follows(text, end, then).is_some() {
        push(out, i, What::User);
    }
}

/// A program that takes a password after `-p`; its name ends at `end`.
pub(super) fn program(text: &[u8], end: usize, glued: bool, out: &mut Vec<Raw>) {
    let stop = line_end(text, end, 400);
    let mut i = end;
    while let Some(n) = memchr::memmem::find(part(text, i, stop), b"-p") {
        let at_flag = i + n;
        i = at_flag + 2;
        if alnum(before(text, at_flag)) || before(text, at_flag) == b'-' {
            continue;
        }
        let value = if alnum(at(text, i)) {
            if !glued {
                continue;
            }
            word(text, i)
        } else {
            let Some(v) = flag(text, i) else { continue };
            part(text, v.start, v.end)
        };
        let number = value.iter().all(u8::is_ascii_digit);
        if value.len() >= 4 && !number && !says_nothing(value) && at(value, 0) != b'/' {
            push(out, at_flag, What::LabelledSecret);
        }
        return;
    }
}

/// `/p:secret` of a Windows program; `start` is the letter.
pub(super) fn slash_flag(text: &[u8], start: usize, out: &mut Vec<Raw>) {
    if before(text, start) != b'/' || !matches!(before(text, start - 1), b' ' | b'"' | b'\'') {
        return;
    }
    let value = word(text, start + 2);
    let number = value.iter().all(|b| b.is_ascii_digit() || *b == b':');
    if value.len() >= 4 && !number && !says_nothing(value) && !message_word(value) {
        push(out, start, What::LabelledSecret);
    }
}

/// `IDENTIFIED BY 'secret'` of SQL; the first word ends at `end`.
pub(super) fn identified(text: &[u8], end: usize, out: &mut Vec<Raw>) {
    if let Some(i) = follows(text, end, &[b" by password ", b" by "])
        && matches!(at(text, i), b'\'' | b'"')
    {
        let value = word(text, i);
        if value.len() >= 3 && !says_nothing(value) {
            push(out, end, What::LabelledSecret);
        }
    }
}
