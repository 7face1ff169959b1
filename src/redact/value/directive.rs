//! Settings without a sign between name and value: `password  secret` at the head of a line.
use std::ops::Range;

use super::locate::{Join, Located, REACH, one, skip_spaces, value_at};
use super::quote;
use super::quote::Mark;

/// `password  value` at the start of a line of a configuration file: the word behind the name.
pub(in crate::redact) fn directive(text: &[u8], key: &Range<usize>) -> Located {
    let at = skip_spaces(text, key.end, false);
    let rest = text.get(at..).unwrap_or_default();
    let bare = rest.first().is_some_and(|b| {
        !b.is_ascii_whitespace() && !matches!(b, b'=' | b':' | b'#' | b'-' | b'{')
    });
    if at == key.end || !bare || !starts_line(text, key.start) {
        return Located::Nothing;
    }
    if quote::opening(text, at).is_some() {
        return value_at(text, at, Join::Argument, None, false);
    }
    let len = rest
        .iter()
        .take(REACH)
        .position(|b| b.is_ascii_whitespace() || *b == b';')
        .unwrap_or(rest.len().min(REACH));
    one(at..at + len, Join::Argument)
}

/// True for the one word behind a name alone on its line that no sentence ends with: letters, and digits or signs
/// of passwords.
pub(in crate::redact) fn is_lone_key(text: &[u8], key: &Range<usize>, found: &Located) -> bool {
    let Located::One(value) = found else {
        return false;
    };
    let raw = &text[value.span.clone()];
    let head = &text[key.start.saturating_sub(64)..key.start];
    let bare = head
        .iter()
        .rev()
        .take_while(|b| **b != b'\n')
        .all(|b| matches!(b, b' ' | b'\t'));
    let rest = text.get(value.span.end + value.mark.len()..);
    let ends = rest
        .unwrap_or_default()
        .iter()
        .find(|b| !matches!(b, b' ' | b'\t' | b';'))
        .is_none_or(|b| matches!(b, b'\r' | b'\n' | b'#'));
    let padding = raw.iter().rev().take_while(|b| **b == b'=').count();
    let word = raw[..raw.len() - padding]
        .iter()
        .all(|b| !b.is_ascii_whitespace() && !b"/:\\\"=<>(){}[],".contains(b));
    let sure = raw
        .iter()
        .any(|b| b.is_ascii_digit() || b"!@#$%^&*".contains(b))
        && raw.iter().any(u8::is_ascii_alphabetic);
    bare && ends && word && (sure || value.mark != Mark::None) && raw.len() >= 6
}

/// True if only white space, list dashes, quotes or a comment sign stand between the line's start and the
/// name: YAML, headers, management frames, INI.
pub(in crate::redact) fn starts_line(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(64);
    let head = &text[from..at];
    if head.last().is_some_and(u8::is_ascii_alphanumeric) {
        return false;
    }
    let line = memchr::memrchr2(b'\n', b'\r', head).map_or(head, |i| &head[i + 1..]);
    (line.len() < head.len() || from == 0)
        && line
            .iter()
            .all(|b| matches!(b, b' ' | b'\t' | b'-' | b'"' | b'#' | b'<' | b'>' | b'*'))
}
