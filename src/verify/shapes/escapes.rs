//! Text under escapes: percent signs, `\u`, `\x`, octal, character references and quoted-printable.
//! Each layer is taken away once and the rest scanned again.
use super::bytes::{alnum, at, before, hex_value, part, run_end, word_end, word_start};
use super::layers::{OVERLAP, PIECE, below, next_piece};
use super::scan::{Raw, Scanner};
use super::table::What;
use crate::verify::known::Known;

/// Escapes inside escapes are undone this often when the secrets of the run are looked for.
const ROUNDS: usize = 5;

/// Quoted-printable: `=40` in a word, which is the sign of an e-mail address.
pub(super) fn quoted_printable(scan: &Scanner<'_>, text: &[u8], depth: u8, out: &mut Vec<Raw>) {
    let mut done = 0;
    for sign in memchr::memmem::find_iter(text, b"=40") {
        if sign < done || !alnum(before(text, sign)) {
            continue;
        }
        let from = word_start(text, sign, 256);
        let to = word_end(text, sign, 256);
        // A sum such as `rate=40mbit.x` looks the same: somebody's name has a dot, and a domain a label.
        let domain = part(text, sign + 3, to);
        let label = domain.iter().position(|&b| b == b'.').unwrap_or(0);
        if label < 3 || !part(text, from, sign).contains(&b'.') {
            continue;
        }
        let mut plain = part(text, from, sign).to_vec();
        plain.push(b'@');
        plain.extend_from_slice(domain);
        below(scan, &plain, from, to - from, depth, out);
        done = to;
    }
}

/// Words with percent escapes, `\u`, `\x`, octal or character references: unescaped and scanned.
pub(super) fn escapes(scan: &Scanner<'_>, text: &[u8], depth: u8, out: &mut Vec<Raw>) {
    let mut done = 0;
    for i in memchr::memchr3_iter(b'%', b'\\', b'&', text) {
        if i < done || !is_escape(text, i) {
            continue;
        }
        let from = word_start(text, i, 2048).max(done);
        let to = word_end(text, i, PIECE);
        done = if to - i < PIECE { to } else { to - OVERLAP };
        let plain = unescape(part(text, from, to));
        if plain.len() >= 6 && plain.len() < to - from {
            below(scan, &plain, from, to - from, depth, out);
        }
    }
}

/// The secrets of the run in lines with escapes, all of them undone at once, as often as they are nested: quotes
/// and blanks do not end a secret.
pub(super) fn known_escaped(known: &Known, text: &[u8], out: &mut Vec<Raw>) {
    let mut start = 0;
    while start < text.len() {
        let stop = text.len().min(start + PIECE);
        let line = memchr::memchr(b'\n', &text[start..stop]);
        let end = line.map_or(stop, |n| start + n);
        let piece = part(text, start, end);
        if memchr::memchr3(b'%', b'\\', b'&', piece).is_some() {
            let mut plain = unescape(piece);
            for _ in 0..ROUNDS {
                let len = plain.len().max(1);
                known.each(&plain, |at| {
                    out.push(Raw::new(start + at * piece.len() / len, What::KnownSecret));
                });
                let next = unescape(&plain);
                if next.len() == plain.len() {
                    break;
                }
                plain = next;
            }
        }
        start = match line {
            Some(_) => end + 1,
            None => next_piece(stop, text.len()),
        };
    }
}

fn is_escape(text: &[u8], i: usize) -> bool {
    let hex = |k: usize| at(text, i + k).is_ascii_hexdigit();
    match at(text, i) {
        b'%' => hex(1) && hex(2) || at(text, i + 1) == b'u' && hex(2) && hex(3) && hex(4) && hex(5),
        b'\\' => match at(text, i + 1) {
            b'u' => hex(2) && hex(3) && hex(4) && hex(5),
            b'x' => hex(2) && hex(3),
            b'0'..=b'3' => matches!(at(text, i + 2), b'0'..=b'7'),
            b'/' => true,
            _ => false,
        },
        b'&' => {
            let word = part(text, i + 1, i + 6);
            word.starts_with(b"#")
                || [
                    &b"amp;"[..],
                    b"quot;",
                    b"lt;",
                    b"gt;",
                    b"apos;",
                    b"comma",
                    b"perio",
                    b"colon",
                    b"sol;",
                    b"equal",
                ]
                .iter()
                .any(|e| word.starts_with(e))
        }
        _ => false,
    }
}

/// One layer of escapes taken away.
pub(in crate::verify) fn unescape(word: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(word.len());
    let mut i = 0;
    while i < word.len() {
        let (code, used) = match word[i] {
            b'%' if at(word, i + 1) == b'u' => (hex_number(part(word, i + 2, i + 6), 4), 6),
            b'%' => (hex_number(part(word, i + 1, i + 3), 2), 3),
            b'\\' => backslash(word, i),
            b'&' => reference(word, i),
            _ => (None, 1),
        };
        match code {
            Some(c) if (word[i] == b'%' && used == 3) || at(word, i + 1) == b'x' && c < 256 => {
                plain.push(c as u8);
            }
            Some(c) if c >= 0x80 && used == 4 && word[i] == b'\\' => plain.push(c as u8),
            Some(c) => {
                let c = char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
                plain.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            None => {
                plain.push(word[i]);
                i += 1;
                continue;
            }
        }
        i += used;
    }
    plain
}

fn hex_number(digits: &[u8], wanted: usize) -> Option<u32> {
    if digits.len() != wanted {
        return None;
    }
    digits
        .iter()
        .try_fold(0u32, |v, &d| Some((v << 4) | u32::from(hex_value(d)?)))
}

fn backslash(word: &[u8], i: usize) -> (Option<u32>, usize) {
    match at(word, i + 1) {
        b'u' => (hex_number(part(word, i + 2, i + 6), 4), 6),
        b'x' => (hex_number(part(word, i + 2, i + 4), 2), 4),
        b'n' | b'r' | b't' => (Some(u32::from(b'\n')), 2),
        c @ (b'/' | b'\\' | b'"' | b'\'' | b'=' | b':') => (Some(u32::from(c)), 2),
        b'0'..=b'3' => {
            let octal = part(word, i + 1, i + 4);
            let code = (octal.len() == 3 && octal.iter().all(|d| (b'0'..=b'7').contains(d)))
                .then(|| octal.iter().fold(0, |v, d| v * 8 + u32::from(d - b'0')));
            (code, 4)
        }
        _ => (None, 1),
    }
}

fn reference(word: &[u8], i: usize) -> (Option<u32>, usize) {
    let stop = run_end(word, i + 1, 8, |b| alnum(b) || b == b'#');
    if at(word, stop) != b';' {
        return (None, 1);
    }
    let name = part(word, i + 1, stop);
    let code = match name {
        b"amp" => Some(u32::from(b'&')),
        b"quot" => Some(u32::from(b'"')),
        b"apos" => Some(u32::from(b'\'')),
        b"lt" => Some(u32::from(b'<')),
        b"gt" => Some(u32::from(b'>')),
        b"commat" => Some(u32::from(b'@')),
        b"period" => Some(u32::from(b'.')),
        b"colon" => Some(u32::from(b':')),
        b"sol" => Some(u32::from(b'/')),
        b"equals" => Some(u32::from(b'=')),
        [b'#', b'x' | b'X', digits @ ..] if digits.len() <= 6 => hex_number(digits, digits.len()),
        [b'#', digits @ ..] if !digits.is_empty() => std::str::from_utf8(digits)
            .ok()
            .and_then(|d| d.parse().ok()),
        _ => None,
    };
    (code, stop + 1 - i)
}
