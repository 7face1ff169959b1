//! The text of an element of XML or HTML, and words in angle brackets that are none.
use super::enclosing::string_end;
use super::locate::{Join, Located, REACH, Value, to_line_end, trim};
use super::placeholder::is_placeholder;
use super::quote::Mark;

/// Longest body of CDATA whose end is looked for.
pub(in crate::redact) const LONGEST_CDATA: usize = 64 * 1024;

/// The text of an element up to the next tag; `at` is the end of its name.
pub(in crate::redact) fn element(text: &[u8], at: usize) -> Located {
    let head = &text[at..text.len().min(at + REACH)];
    let Some(close) = memchr::memchr(b'>', head) else {
        return Located::Nothing;
    };
    if close > 0 && head[close - 1] == b'/' {
        return Located::Nothing;
    }
    if !head[..close].iter().all(|b| !matches!(b, b'<' | b'\n')) {
        return Located::Nothing;
    }
    let start = at + close + 1;
    let mut span = start..start;
    let rest = &text[start..];
    // `<![CDATA[… <user>]]>`: not the tag of an element, but a word in a text.
    if rest.starts_with(b"]]>") {
        return Located::Nothing;
    }
    if let Some(body) = rest.strip_prefix(b"<![CDATA[") {
        let near = &body[..body.len().min(LONGEST_CDATA)];
        let len = memchr::memmem::find(near, b"]]>").unwrap_or_else(|| to_line_end(body));
        span = start + 9..start + 9 + len;
    } else {
        let next = memchr::memchr(b'<', rest);
        let closed = next.is_some_and(|i| rest[i..].starts_with(b"</"));
        let own = next.is_some_and(|i| closes(&rest[i..], name_before(text, at)));
        if !own && is_placeholder(text, at, start) {
            return Located::Nothing;
        }
        // Only a closed element goes over lines; one that was cut off ends with its line.
        let text = next.map_or(rest, |i| &rest[..i]);
        // A word in a text of CDATA does not reach behind it.
        let text = match memchr::memmem::find(text, b"]]>").filter(|_| !own) {
            Some(end) => &text[..end],
            None => text,
        };
        let len = if closed {
            text.len()
        } else {
            to_line_end(text)
        };
        span.end = start + len;
    }
    span.end = string_end(text, span.clone());
    let span = trim(text, span);
    if span.is_empty() {
        return Located::Nothing;
    }
    Located::One(Value {
        span,
        mark: Mark::Xml,
        join: Join::Element,
        line_start: false,
        needs_quotes: None,
    })
}

/// The name of an element that ends at `at`, without its prefix.
fn name_before(text: &[u8], at: usize) -> &[u8] {
    let head = &text[at.saturating_sub(64)..at];
    let from = head.iter().rposition(|b| matches!(b, b'<' | b':'));
    &head[from.map_or(0, |i| i + 1)..]
}

/// True if the tag at the front closes an element of this name.
fn closes(tag: &[u8], name: &[u8]) -> bool {
    let Some(rest) = tag.strip_prefix(b"</") else {
        return false;
    };
    let end = rest.iter().take(128).position(|b| *b == b'>');
    let closed = &rest[..end.unwrap_or(0)];
    let closed = closed.rsplit(|b| *b == b':').next().unwrap_or_default();
    closed.trim_ascii_end().eq_ignore_ascii_case(name)
}
