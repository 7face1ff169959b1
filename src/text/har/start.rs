//! The first bytes of a HAR: whether a text looks like one, and what may stand before its first bracket.
use super::state::{Mode, State};
use crate::text::decode::error::TextError;

/// What may stand before the first bracket, in bytes: `callback_name(`, `var trace =`, `)]}',`.
const LONGEST_PREFIX: usize = 256;

/// Whether `head`, the first bytes of a text, looks like a HAR: an object, as such or as the argument of a
/// call, that has a `log` near its start, and in it what only traces have.
#[must_use]
pub fn looks_like_har(head: &[u8]) -> bool {
    let Some(brace) = memchr::memchr(b'{', head) else {
        return false;
    };
    let (prefix, body) = head.split_at(brace);
    let mut keys = memchr::memmem::find_iter(body, b"\"log\"");
    let marks: [&[u8]; 3] = [b"\"creator\"", b"\"entries\"", b"\"pages\""];
    let has = |mark: &&[u8]| memchr::memmem::find(body, mark).is_some();
    is_prefix(prefix)
        && marks.iter().any(has)
        && keys.any(|at| {
            let value = body.get(at + 5..).unwrap_or_default().trim_ascii_start();
            let value = value.strip_prefix(b":").map(<[u8]>::trim_ascii_start);
            value.is_some_and(|value| value.is_empty() || value.starts_with(b"{"))
        })
}

/// Whether this may stand before a document.
fn is_prefix(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let name = |b: &u8| b.is_ascii_alphanumeric() || b" \t\r\n_$.-/*;!'\"()[]=".contains(b);
    text.len() <= LONGEST_PREFIX
        && (text.is_empty()
            || text.starts_with(b")]}'")
            || text.iter().all(name) && (text.ends_with(b"(") || text.ends_with(b"=")))
}

/// What a text that is no JSON looks like.
fn looks_like(text: &[u8]) -> &'static str {
    let text = text.trim_ascii();
    let lower = text.get(..256).unwrap_or(text).to_ascii_lowercase();
    let has = |word: &[u8]| memchr::memmem::find(&lower, word).is_some();
    match text.first() {
        None => "nothing but blanks",
        Some(b'<') if has(b"<html") || has(b"<!doctype html") => "a saved web page",
        Some(b'<') => "XML",
        Some(b'"') => "a lone string",
        _ if has(b"mime-version:") => "a saved web page",
        _ => "text that is not JSON",
    }
}

/// Collects what stands before the first bracket.
pub(super) fn before(s: &mut State, chunk: &[u8], at: usize) -> usize {
    let rest = chunk.get(at..).unwrap_or_default();
    let blank = |text: Option<&[u8]>| text.unwrap_or_default().trim_ascii().is_empty();
    let list = |at: usize| blank(Some(&s.out.pending)) && blank(rest.get(..at));
    let bracket = memchr::memchr(b'{', rest);
    let square = memchr::memchr(b'[', rest).filter(|at| list(*at));
    let first = [bracket, square].into_iter().flatten().min();
    s.out
        .pending
        .extend_from_slice(rest.get(..first.unwrap_or(rest.len())).unwrap_or_default());
    let length = s.out.pending.trim_ascii().len();
    match first {
        None if length > LONGEST_PREFIX => no_har(s, 0),
        // Blanks without end are nobody's trace.
        None if s.out.pending.len() > s.limits.entry => no_har(s, 0),
        None => {}
        Some(_) if is_prefix(&s.out.pending) => {
            s.in_call = s.out.pending.trim_ascii_end().ends_with(b"(");
            s.mode = Mode::Outside;
        }
        Some(_) => no_har(s, 0),
    }
    at + first.unwrap_or(rest.len())
}

/// Withholds a text that is no JSON.
pub(super) fn no_har(s: &mut State, offset: u64) {
    let blanks = s.out.pending.len() - s.out.pending.trim_ascii_start().len();
    let what = looks_like(&s.out.pending);
    s.out.pending.clear();
    s.trouble = Some(TextError::NotHar {
        what,
        offset: offset + blanks as u64,
    });
    s.mode = Mode::Stopped;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_har_is_recognized_by_its_start() {
        for text in [
            r#"{"log":{"version":"1.2","creator":{"#,
            "{\r\n  \"log\" : {\r\n \"entries\" : [",
            r#"onInputData({"log":{"pages":["#,
            r#"{"_meta":{},"log":{"creator":"#,
            r#"var trace = {"log":{"entries":[]"#,
        ] {
            assert!(looks_like_har(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            r#"{"logs":{"entries":[]}}"#,
            r#"{"log":{"file":{"path":"a"}},"message":""}"#,
            r#"{"log":"a text","pages":[]}"#,
            r#"2026-11-22 LOG {"log":{"entries":[]}}"#,
            "<html>{",
        ] {
            assert!(!looks_like_har(text.as_bytes()), "{text}");
        }
    }
}
