//! Bodies of private keys, with or without their first and last line.
use super::bytes::{at, part, run_end, unbase64};
use super::detectors::What;
use super::find::Raw;

/// How far from the words "PRIVATE KEY" a body may begin or end: a first line, headers such as
/// `Proc-Type`, and the prefix of a log line.
const NEAR: usize = 600;

/// A body of base64 lines near the words at `start..end`.
pub(super) fn key(text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    let after = part(text, end, end + NEAR);
    let before = part(text, start.saturating_sub(NEAR), start);
    let begins = ends_with_word(before, b"BEGIN") || text[start..end].contains(&b'-');
    let closes = ends_with_word(before, b"END");
    let hit = match (begins, closes) {
        (true, _) => body(cut_at(after, b"-----END")),
        (false, true) => body(from_begin(before)),
        // The marks themselves are lost.
        (false, false) => after.starts_with(b"-----") && body(after),
    };
    if hit {
        out.push(Raw::new(start, What::PrivateKey));
    }
}

/// True where `word` is one of the last few words of `text`, on the same line.
fn ends_with_word(text: &[u8], word: &[u8]) -> bool {
    let from = text.len().saturating_sub(48);
    let tail = text.get(from..).unwrap_or(&[]);
    let line = memchr::memrchr(b'\n', tail).map_or(0, |n| n + 1);
    let tail = tail.get(line..).unwrap_or(&[]);
    let last = |w: &[u8]| memchr::memmem::rfind(tail, w);
    let other: &[u8] = if word == b"BEGIN" { b"END " } else { b"BEGIN " };
    match (last(word), last(other)) {
        (Some(a), Some(b)) => a > b,
        (Some(_), None) => true,
        _ => false,
    }
}

/// What stands after the first line of the same key, where that is near: before it, other text goes on.
fn from_begin(text: &[u8]) -> &[u8] {
    let begin = memchr::memmem::rfind(text, b"-----BEGIN");
    begin.and_then(|i| text.get(i..)).unwrap_or(text)
}

fn cut_at<'t>(text: &'t [u8], mark: &[u8]) -> &'t [u8] {
    let cut = memchr::memmem::find(text, mark).unwrap_or(text.len());
    text.get(..cut).unwrap_or(text)
}

/// True where a line of base64 stands in `text`.
fn body(text: &[u8]) -> bool {
    let base64 = |b: u8| super::bytes::alnum(b) || b == b'+' || b == b'/';
    let mut i = 0;
    while i < text.len() {
        if !base64(at(text, i)) {
            i += 1;
            continue;
        }
        let end = run_end(text, i, text.len(), base64);
        let run = part(text, i, end);
        if run.len() >= 32 && !super::token::checksum(run) {
            return true;
        }
        i = end;
    }
    false
}

/// True where base64 decodes to the head of a private key: PKCS#1, PKCS#8, SEC1 or OpenSSH.
pub(super) fn private_der(word: &[u8]) -> bool {
    if word.starts_with(b"b3BlbnNzaC1rZXktdjE") {
        return word.len() > 64;
    }
    if !word.starts_with(b"M") || word.len() < 32 {
        return false;
    }
    let head = unbase64(part(word, 0, 16));
    match head.as_slice() {
        [0x30, 0x82, _, _, 0x02, 0x01, 0x00, next, ..] => matches!(next, 0x02 | 0x30),
        [0x30, 0x81, _, 0x02, 0x01, 0x00, next, ..] => matches!(next, 0x02 | 0x30),
        [0x30, _, 0x02, 0x01, 0x01, 0x04, ..] => true,
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, ..] => true,
        _ => false,
    }
}
