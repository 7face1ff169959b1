//! Text inside text: hex and base64. Each layer is
//! decoded once and scanned again; finds point to where the layer stands.
use super::bytes::{
    DIGIT, LOWER, UPPER, alnum, at, base64_text, base64ish, before, class_of, hex_text, part,
    readable, run_end, run_start, unbase64, unhex,
};
use super::detectors::What;
use super::find::{DEEPEST, Raw, Scanner};
use super::nested::{PIECE, below, mostly_readable, next_piece};
use super::no_value::random;
use super::{packed, pem, token};

/// The copy after `In hex:`, which a debug log writes for every argument.
pub(super) fn hex_copy(scan: &Scanner<'_>, text: &[u8], end: usize, depth: u8, out: &mut Vec<Raw>) {
    let from = run_end(text, end, 4, |b| b == b' ');
    let to = run_end(text, from, PIECE, |b| b.is_ascii_hexdigit());
    // From 16 digits on the pass over runs sees it anyway.
    if to - from >= 8 && to - from < 16 {
        below(
            scan,
            &unhex(part(text, from, to)),
            from,
            to - from,
            depth,
            out,
        );
    }
}

/// A run of hex digits that decodes to readable text.
pub(super) fn hex_run(
    scan: &Scanner<'_>,
    text: &[u8],
    start: usize,
    end: usize,
    depth: u8,
    out: &mut Vec<Raw>,
) {
    let mut i = start;
    while i < end {
        let stop = end.min(i + PIECE);
        for shift in 0..2 {
            let from = i + shift;
            let tail = stop.saturating_sub(8 + shift).max(from);
            if hex_text(text, from) || hex_text(text, tail) {
                let plain = unhex(part(text, from, stop));
                if mostly_readable(&plain) {
                    below(scan, &plain, from, stop - from, depth, out);
                }
            } else if memchr::memmem::find(part(text, from, from + 16), b"00").is_some() {
                let plain = unhex(part(text, from, stop));
                wide(scan, &plain, from, stop - from, depth, out);
            }
        }
        i = next_piece(stop, end);
    }
}

/// Looks at the word of base64 characters that holds the run `start..end`; gives its end.
pub(super) fn base64(
    scan: &Scanner<'_>,
    text: &[u8],
    start: usize,
    end: usize,
    depth: u8,
    out: &mut Vec<Raw>,
) -> usize {
    let mut from = run_start(text, start, 256, base64ish);
    from = run_end(text, from, 256, |b| !alnum(b));
    let to = run_end(text, end, usize::MAX, base64ish);
    let word = part(text, from, to);
    let found = out.len();
    let mut opened = false;
    if pem::private_der(word) {
        out.push(Raw::new(from, What::PrivateKey));
    }
    if word.len() >= 11 && depth < DEEPEST {
        let mut i = from;
        while i < to {
            let stop = to.min(i + PIECE);
            opened |= base64_piece(scan, text, i, stop, depth, out);
            i = next_piece(stop, to);
        }
    }
    if word.len() >= 24 {
        packed::deflated(scan, text, from, to, depth, out);
    }
    if out.len() == found && !opened && lottery(text, start, end, from) {
        out.push(Raw::new(start, What::Random));
    }
    to
}

fn base64_piece(
    scan: &Scanner<'_>,
    text: &[u8],
    from: usize,
    to: usize,
    depth: u8,
    out: &mut Vec<Raw>,
) -> bool {
    let mut opened = false;
    let middle = from + (to - from) / 8 * 4;
    for shift in 0..4 {
        let start = from + shift;
        let last = to.saturating_sub(20).max(from) / 4 * 4 + start % 4;
        let hit = base64_text(text, start, to)
            || base64_text(text, middle + shift, to)
            || base64_text(text, last, to);
        if !hit {
            // Latin letters in UTF-16 have an `A` in nearly every group.
            let head = part(text, start, to.min(start + 16));
            if head.iter().filter(|b| **b == b'A').count() >= 2 {
                let plain = unbase64(part(text, start, to));
                opened |= wide(scan, &plain, start, to - start, depth, out);
            }
            continue;
        }
        let plain = unbase64(part(text, start, to));
        for (a, b) in stretches(&plain) {
            let raw = start + a * 4 / 3;
            below(scan, &plain[a..b], raw, (b - a) * 4 / 3, depth, out);
            opened |= b - a >= 12;
        }
    }
    opened
}

/// Scans UTF-16 of Latin letters; true if it was that.
fn wide(
    scan: &Scanner<'_>,
    plain: &[u8],
    base: usize,
    raw_len: usize,
    depth: u8,
    out: &mut Vec<Raw>,
) -> bool {
    let zeros = plain.iter().filter(|&&b| b == 0).count();
    if zeros * 5 < plain.len() * 2 {
        return false;
    }
    // The words may begin in the middle of a letter.
    let units = plain.get(usize::from(at(plain, 0) == 0)..).unwrap_or(&[]);
    let units = units
        .chunks_exact(2)
        .map(|p| u16::from_le_bytes([p[0], p[1]]));
    let narrow: String = char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    let narrow = narrow.into_bytes();
    let is_wide = narrow.len() >= 8 && readable(&narrow);
    if is_wide {
        below(scan, &narrow, base, raw_len, depth, out);
    }
    is_wide
}

/// Readable stretches of 8 bytes or more.
fn stretches(plain: &[u8]) -> Vec<(usize, usize)> {
    let ok = |b: u8| (0x20..0x7f).contains(&b) || b >= 0x80 || matches!(b, b'\n' | b'\r' | b'\t');
    let mut found = Vec::new();
    let mut i = 0;
    while i < plain.len() {
        if !ok(plain[i]) {
            i += 1;
            continue;
        }
        let end = run_end(plain, i, usize::MAX, ok);
        if end - i >= 8 && readable_share(&plain[i..end]) {
            found.push((i, end));
        }
        i = end;
    }
    found
}

fn readable_share(text: &[u8]) -> bool {
    let ascii = text.iter().filter(|&&b| b < 0x80).count();
    ascii * 100 >= text.len() * 80 || std::str::from_utf8(text).is_ok()
}

/// True for a run that looks drawn by lot and that nothing explains.
fn lottery(text: &[u8], start: usize, end: usize, word: usize) -> bool {
    let run = part(text, start, end);
    random(run)
        && class_of(run) & 7 == LOWER | UPPER | DIGIT
        && !token::fingerprint(text, word)
        && before(text, start) != b'~'
        && !(before(text, start) == b'.' && at(text, end) == b'~')
}
