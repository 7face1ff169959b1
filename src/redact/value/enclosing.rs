//! What a quote or a bracket is part of: the value behind a name, or the string, tag or document that the
//! name stands in.
use std::ops::Range;

use super::locate::{REACH, skip_spaces, to_line_end};
use super::quote;
use super::quote::Mark;

/// The part of a value without quotes that lies in the string of JSON or the element that the value stands
/// in: what runs to the end of its line must not take the end of a document along.
pub(in crate::redact) fn clip(text: &[u8], mut span: Range<usize>) -> Range<usize> {
    span.end = string_end(text, span.clone());
    if let Some(quote) = memchr::memchr(b'"', &text[span.clone()])
        && in_tag(text, span.start).is_some()
    {
        span.end = span.start + quote;
    }
    if text[span.clone()].ends_with(b"]]") && text.get(span.end) == Some(&b'>') {
        span.end -= 2;
    }
    for close in [&b"</"[..], b"]]>"] {
        if let Some(len) = memchr::memmem::find(&text[span.clone()], close) {
            span.end = span.start + len;
        }
    }
    span
}

/// Where the string of JSON that an unquoted text stands in ends inside that text.
pub(in crate::redact) fn string_end(text: &[u8], span: Range<usize>) -> usize {
    for quote in memchr::memchr_iter(b'"', &text[span.clone()]).map(|i| span.start + i) {
        let backslashes = text[span.start..quote]
            .iter()
            .rev()
            .take_while(|b| **b == b'\\')
            .count();
        let next = text[quote + 1..]
            .iter()
            .take(256)
            .find(|b| !b.is_ascii_whitespace());
        if matches!(next, None | Some(b',' | b':' | b'}' | b']' | b'\\')) {
            return quote - backslashes;
        }
    }
    span.end
}

/// True if a number or a word of JSON comes next.
fn is_scalar(text: &[u8]) -> bool {
    let len = text
        .iter()
        .take(24)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.'))
        .count();
    let word = &text[..len];
    let known = matches!(word, b"true" | b"false" | b"null")
        || word
            .first()
            .is_some_and(|b| b.is_ascii_digit() || *b == b'-');
    known
        && matches!(
            text.get(len),
            None | Some(b',' | b'}' | b']' | b' ' | b'\r' | b'\n')
        )
}

/// `Password for 'https://h': secret`: the value of a name that says whom it is for. A value of letters only is
/// a word of a sentence.
pub(in crate::redact) fn value_for(text: &[u8], after: usize) -> Option<Range<usize>> {
    let rest = text.get(after..)?.strip_prefix(b" for ")?;
    let near = &rest[..rest.len().min(160)];
    let near = &near[..to_line_end(near)];
    let colon = memchr::memmem::find(near, b": ")?;
    let words = memchr::memchr_iter(b' ', &near[..colon]).count();
    let value = &near[colon + 2..];
    let len = value
        .iter()
        .position(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'<'))
        .unwrap_or(value.len());
    let sure = value[..len]
        .iter()
        .any(|b| b.is_ascii_digit() || b"!@#$%^&*".contains(b));
    let start = after + 5 + colon + 2;
    (words < 3 && len >= 6 && sure).then(|| start..start + len)
}

/// `PWD={a;b};` of a connection string: the value inside the braces that open at `at`.
pub(in crate::redact) fn braced(text: &[u8], at: usize) -> Option<Range<usize>> {
    let near = &text[at..text.len().min(at + 256)];
    let close = near
        .iter()
        .position(|b| matches!(b, b'}' | b'"' | b'\n' | b':'))?;
    (near[close] == b'}' && close > 1 && near.get(close + 1) == Some(&b';'))
        .then(|| at + 1..at + close)
}

/// `{{ vault_password }}`: a variable of a template, at `at`.
pub(in crate::redact) fn template(text: &[u8], at: usize) -> Option<Range<usize>> {
    let near = &text[at..text.len().min(at + 96)];
    let inner = near.strip_prefix(b"{{ ")?;
    let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.');
    let len = inner.iter().take_while(|b| name(b)).count();
    (len > 0 && inner[len..].starts_with(b" }}")).then(|| at..at + len + 6)
}

/// The depth of escaping of the tree that opens at `at` behind a name without quotes, or `None` if none
/// does: `Header: {\"type\":…}` inside a string of JSON.
pub(in crate::redact) fn tree_mark(text: &[u8], at: usize) -> Option<Mark> {
    let inner = skip_spaces(text, at + 1, true);
    let Some((mark, start)) = quote::opening(text, inner) else {
        let bare = text.get(inner).is_some_and(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'{' | b'[' | b'-' | b'_' | b'~')
        });
        let near = &text[..text.len().min(at + REACH)];
        let closing = if text[at] == b'{' { b'}' } else { b']' };
        let whole = quote::bracket_end(near, at, Mark::Double(0));
        return (bare && whole.is_ok_and(|stop| text[stop - 1] == closing))
            .then_some(Mark::Double(0));
    };
    let near = &text[..text.len().min(start + REACH)];
    let next = skip_spaces(near, quote::end(near, start, mark)? + mark.len(), true);
    let sign = near.get(next);
    let goes_on = match text[at] {
        b'{' => matches!(sign, Some(b':' | b'=')),
        _ => matches!(sign, None | Some(b',' | b']')),
    };
    goes_on.then_some(mark)
}

/// Where the tag begins that the position is inside of.
pub(in crate::redact) fn in_tag(text: &[u8], at: usize) -> Option<usize> {
    let from = at.saturating_sub(1024);
    let tag = from + memchr::memrchr2(b'<', b'>', &text[from..at])?;
    opens_tag(text, tag).then_some(tag)
}

/// True if the tag of an element begins at `at`, and not only a `<`.
pub(in crate::redact) fn opens_tag(text: &[u8], at: usize) -> bool {
    let Some(rest) = text.get(at..).and_then(|t| t.strip_prefix(b"<")) else {
        return false;
    };
    let len = rest
        .iter()
        .take(64)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b':' | b'.'))
        .count();
    let name = &rest[..len];
    name.first().is_some_and(u8::is_ascii_alphabetic)
        && memchr::memmem::find(name, b"::").is_none()
        && matches!(
            rest.get(len),
            Some(b'>' | b'/' | b' ' | b'\t' | b'\r' | b'\n')
        )
}

/// True if the quote before `at` ends the string that a name without quotes stands in, as in
/// `{"a":"x?token=","b":1}`: what follows goes on with a document.
pub(in crate::redact) fn closes_string(text: &[u8], at: usize) -> bool {
    let next = skip_spaces(text, at, true);
    match text.get(next) {
        Some(b'}' | b']') => text.get(next + 1).is_none_or(|b| {
            b.is_ascii_whitespace() || matches!(b, b',' | b'}' | b']' | b'"' | b'\\')
        }),
        Some(b',') => {
            let after = skip_spaces(text, next + 1, true);
            matches!(text.get(after), None | Some(b'{' | b'[' | b'\n'))
                || quote::opening(text, after).is_some()
                || is_scalar(&text[after..])
        }
        Some(b':') => {
            let after = skip_spaces(text, next + 1, true);
            matches!(text.get(after), Some(b'{' | b'[')) || quote::opening(text, after).is_some()
        }
        _ => false,
    }
}
