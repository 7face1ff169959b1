//! Base64 that its place tells: options of ascp that end in `64`, `*_base64` fields, encoded commands of
//! PowerShell, `data:` addresses, bodies of a HAR.
use crate::redact::nested::base64;
use crate::redact::rules::field_names;
use std::ops::Range;

use super::packed;
use super::packed::Opened;
use super::runs::run_at;
use super::unescape::escape_end;
use crate::redact::engine::redactor::{Level, Pass};
use crate::redact::rules::compiled::Kind;
use crate::redact::rules::field_names::{LONGEST_NAME, is_name_byte};
use crate::redact::value::locate::{Located, locate};
use crate::redact::value::quote;

/// Literals that announce base64, in lower case.
pub(in crate::redact) const NAMED: &[&str] = &[
    "dest64",
    "prefix64",
    "tags64",
    "list64",
    "source64",
    "path64",
    "base64",
    "_b64",
    "-encodedcommand ",
    " -enc ",
];
/// Shorter values hold nothing that matters.
const SHORTEST: usize = 8;
/// How far behind its name a value begins.
const NEAR: usize = 1024;

/// One of [`NAMED`] was found at `at`.
pub(in crate::redact) fn named_base64_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let rest = &text[at..];
    let starts =
        |word: &[u8]| rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word);
    if starts(b"-encodedcommand ") || starts(b" -enc ") {
        let word = rest
            .iter()
            .skip(1)
            .position(|b| *b == b' ')
            .map_or(0, |i| i + 1);
        let blanks = rest[word..]
            .iter()
            .take_while(|b| matches!(b, b' ' | b'"' | b'\''))
            .count();
        return named_value(pass, at + word + blanks, None);
    }
    if starts(b"base64,") && text[..at].ends_with(b";") {
        return named_value(pass, at + 7, None);
    }
    if starts(b"base64") && body_encoded_at(pass, at) {
        return;
    }
    let back = text[at.saturating_sub(LONGEST_NAME)..at]
        .iter()
        .rev()
        .take_while(|b| is_name_byte(**b))
        .count();
    let ahead = rest
        .iter()
        .take(LONGEST_NAME)
        .take_while(|b| is_name_byte(**b))
        .count();
    let mut key = at - back..at + ahead;
    if let Some(end) = escape_end(text, key.start, at) {
        key.start = end;
    }
    let name = &text[key.clone()];
    let trimmed = name
        .iter()
        .take_while(|b| matches!(b, b'-' | b'.' | b'_'))
        .count();
    let field = field_names::field(&pass.r.rules, &name[trimmed..]);
    if field.is_some_and(|f| f.kind.is_secret()) {
        return;
    }
    let lower = name.to_ascii_lowercase();
    let path = [&b"dest"[..], b"src", b"source", b"path", b"prefix"]
        .iter()
        .any(|w| memchr::memmem::find(&lower, w).is_some());
    // Only where the value begins is asked: how far it goes, its letters tell.
    let near = &text[..text.len().min(key.end + NEAR)];
    if let Located::One(value) = locate(near, key) {
        let whole = (path && pass.r.level == Level::Strict).then_some(Kind::Path);
        named_value(pass, value.span.start, whole.as_ref());
    }
}

/// The word of base64 at `at`, whatever it begins with.
fn named_value(pass: &mut Pass<'_>, at: usize, whole: Option<&Kind>) {
    if pass.marks.run.covers(at) {
        return;
    }
    let run = run_at(pass.text, at);
    if run.bare().len() < SHORTEST {
        return;
    }
    pass.marks.run.end = at + run.len;
    let rule = pass.r.rules.id("base64-named");
    if let Some(bytes) = run.decode() {
        let opened = packed::open(&bytes);
        if opened != Opened::Binary {
            base64::reseal(pass, at, &run, opened, whole, rule);
        }
    }
}

/// `"encoding": "base64"` of a HAR: the text beside it. True if the find at `at` is that.
fn body_encoded_at(pass: &mut Pass<'_>, at: usize) -> bool {
    let text = pass.text;
    let Some((mark, after)) = quote::closing(text, at + 6) else {
        return false;
    };
    if !quote::opens_at(text, at, mark) {
        return false;
    }
    let Some(key) = key_before(text, at - mark.len(), mark) else {
        return false;
    };
    if !text[key.clone()].eq_ignore_ascii_case(b"encoding") {
        return false;
    }
    // What lies before the last one was looked at there.
    let open = key.start - mark.len();
    pass.marks.body.covers(open);
    let reach = open - pass.marks.body.end.min(open);
    pass.marks.body.end = after;
    let Some(start) = quote::object_start(text, open, mark, reach) else {
        return true;
    };
    let mut found = None;
    quote::members(text, start, mark, &mut |name, value| {
        if text[name].eq_ignore_ascii_case(b"text") {
            found = Some(value);
        }
        found.is_none()
    });
    if let Some((found, from)) = found.and_then(|at| quote::opening(text, at))
        && found == mark
    {
        named_value(pass, from, None);
    }
    true
}

/// The name whose value's opening quote is at `open`.
fn key_before(text: &[u8], open: usize, mark: quote::Mark) -> Option<Range<usize>> {
    let head = text[open.saturating_sub(64)..open]
        .trim_ascii_end()
        .strip_suffix(b":")?;
    let head = head.trim_ascii_end();
    let end = text[..open].len() - (text[open.saturating_sub(64)..open].len() - head.len());
    let end = end.checked_sub(mark.len())?;
    let len = text[..end]
        .iter()
        .rev()
        .take(LONGEST_NAME)
        .take_while(|b| is_name_byte(**b))
        .count();
    (quote::closing(text, end)?.0 == mark && quote::opens_at(text, end - len, mark))
        .then(|| end - len..end)
}
