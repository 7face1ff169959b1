//! Text under escapes: percent signs, `\u`, `\x`, octal, character references and quoted-printable.
//! Each layer is taken away once and the rest scanned again.
use super::bytes::{alnum, before, part, word_end, word_start};
use super::detectors::What;
use super::find::{Raw, Scanner};
use super::nested::{OVERLAP, PIECE, below, next_piece};
use super::unescape::{is_escape, unescape};
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
