//! Byte classes and small cursors: everything here is bounds-checked and cannot panic.

/// Class bits of a byte.
pub(crate) const LOWER: u8 = 1;
pub(crate) const UPPER: u8 = 2;
pub(crate) const DIGIT: u8 = 4;
/// A letter that is no hex digit.
pub(crate) const BEYOND_HEX: u8 = 8;

/// Class bits by byte; 0 for all but ASCII letters and digits.
pub(crate) static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0u8; 256];
    let mut b = 0usize;
    while b < 256 {
        let c = b as u8;
        table[b] = if c.is_ascii_digit() {
            DIGIT
        } else if c.is_ascii_lowercase() {
            LOWER | if c > b'f' { BEYOND_HEX } else { 0 }
        } else if c.is_ascii_uppercase() {
            UPPER | if c > b'F' { BEYOND_HEX } else { 0 }
        } else {
            0
        };
        b += 1;
    }
    table
}

/// The byte at `i`, or 0 past the end.
#[inline]
pub(crate) fn at(text: &[u8], i: usize) -> u8 {
    text.get(i).copied().unwrap_or(0)
}

/// The byte before `i`, or 0 at the start.
#[inline]
pub(crate) fn before(text: &[u8], i: usize) -> u8 {
    if i == 0 { 0 } else { at(text, i - 1) }
}

/// `text[from..to]`, cut to what is there.
#[inline]
pub(crate) fn part(text: &[u8], from: usize, to: usize) -> &[u8] {
    let to = to.min(text.len());
    text.get(from..to).unwrap_or(&[])
}

/// True for an ASCII letter or digit.
#[inline]
pub(crate) fn alnum(b: u8) -> bool {
    CLASS[b as usize] != 0
}

/// True for a byte of a field name.
#[inline]
pub(crate) fn ident(b: u8) -> bool {
    alnum(b) || b == b'_' || b == b'-' || b == b'.'
}

/// True for a byte of base64, in either alphabet, without padding.
#[inline]
pub(crate) fn base64ish(b: u8) -> bool {
    alnum(b) || matches!(b, b'+' | b'/' | b'-' | b'_')
}

/// First index from `i` (at most `max` further) where `ok` fails.
#[inline]
pub(crate) fn run_end(text: &[u8], i: usize, max: usize, ok: impl Fn(u8) -> bool) -> usize {
    let stop = text.len().min(i.saturating_add(max));
    let mut j = i;
    while j < stop && ok(text[j]) {
        j += 1;
    }
    j
}

/// Lowest index down from `i` (at most `max` back) such that all bytes from it to `i` are `ok`.
#[inline]
pub(crate) fn run_start(text: &[u8], i: usize, max: usize, ok: impl Fn(u8) -> bool) -> usize {
    let stop = i.saturating_sub(max);
    let mut j = i.min(text.len());
    while j > stop && ok(text[j - 1]) {
        j -= 1;
    }
    j
}

/// True where `text` has `word` at `i`, in any case.
pub(crate) fn has_word(text: &[u8], i: usize, word: &[u8]) -> bool {
    part(text, i, i.saturating_add(word.len())).eq_ignore_ascii_case(word)
}

/// Or of the class bits of all bytes.
pub(crate) fn class_of(text: &[u8]) -> u8 {
    text.iter().fold(0, |f, &b| f | CLASS[b as usize])
}

/// True where lower case, upper case and digits are all there.
pub(crate) fn all_classes(text: &[u8]) -> bool {
    class_of(text) & (LOWER | UPPER | DIGIT) == LOWER | UPPER | DIGIT
}

/// True where at least two of lower case, upper case and digits are mixed, a capital first letter
/// alone not counted.
pub(crate) fn mixed(text: &[u8]) -> bool {
    let f = class_of(text.get(1..).unwrap_or(&[])) & (LOWER | UPPER | DIGIT);
    f.count_ones() >= 2
}

/// Value of a hex digit.
#[inline]
pub(crate) fn hex_value(b: u8) -> Option<u8> {
    match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        b'A'..=b'F' => Some(b - b'A' + 10),
        _ => None,
    }
}

/// Decodes pairs of hex digits; an odd last digit is dropped.
pub(crate) fn unhex(text: &[u8]) -> Vec<u8> {
    text.chunks_exact(2)
        .map_while(|p| Some((hex_value(p[0])? << 4) | hex_value(p[1])?))
        .collect()
}

#[inline]
fn base64_value(b: u8) -> Option<u8> {
    match b {
        b'A'..=b'Z' => Some(b - b'A'),
        b'a'..=b'z' => Some(b - b'a' + 26),
        b'0'..=b'9' => Some(b - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Decodes base64 of either alphabet up to the first other byte; needs no padding.
pub(crate) fn unbase64(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut acc, mut bits) = (0u32, 0u32);
    for &b in text {
        let Some(v) = base64_value(b) else { break };
        acc = (acc << 6) | u32::from(v);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((acc >> bits) as u8);
            acc &= (1 << bits) - 1;
        }
    }
    out
}

/// True where the hex digits at `i` (at least four) begin readable text; needs no memory.
pub(crate) fn hex_text(text: &[u8], i: usize) -> bool {
    (0..4).all(|n| {
        match (
            hex_value(at(text, i + 2 * n)),
            hex_value(at(text, i + 2 * n + 1)),
        ) {
            (Some(a), Some(b)) => printable((a << 4) | b) || (n > 0 && a >= 8),
            _ => n >= 2,
        }
    })
}

/// True where the base64 at `i`, up to `end`, begins readable text of six bytes or more.
pub(crate) fn base64_text(text: &[u8], i: usize, end: usize) -> bool {
    let mut plain = [0u8; 9];
    let mut n = 0;
    let (mut acc, mut bits) = (0u32, 0u32);
    for &b in part(text, i, end.min(i + 12)) {
        let Some(v) = base64_value(b) else { break };
        acc = (acc << 6) | u32::from(v);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            let byte = (acc >> bits) as u8;
            if !printable(byte) && byte < 0x80 {
                return false;
            }
            if let Some(slot) = plain.get_mut(n) {
                *slot = byte;
                n += 1;
            }
        }
    }
    n >= 6 && readable(part(&plain, 0, n))
}

/// True for a byte of readable text; bytes of UTF-8 beyond ASCII count as half readable and are
/// judged by [`readable`].
fn printable(b: u8) -> bool {
    matches!(b, 0x20..=0x7e | b'\t' | b'\r' | b'\n')
}

/// True where nearly all of `text` is readable.
pub(crate) fn readable(text: &[u8]) -> bool {
    if text.is_empty() {
        return false;
    }
    let ascii = text.iter().filter(|&&b| printable(b)).count();
    if ascii == text.len() {
        return true;
    }
    match std::str::from_utf8(text) {
        Ok(s) => s.chars().filter(|c| c.is_control()).count() * 8 <= text.len(),
        Err(e) if e.error_len().is_none() => ascii * 3 >= text.len(),
        Err(_) => ascii * 100 >= text.len() * 92,
    }
}

/// Start of the word (no white space, quotes or angle brackets) that holds position `i`.
pub(crate) fn word_start(text: &[u8], i: usize, max: usize) -> usize {
    run_start(text, i, max, in_word)
}

/// End of that word.
pub(crate) fn word_end(text: &[u8], i: usize, max: usize) -> usize {
    run_end(text, i, max, in_word)
}

fn in_word(b: u8) -> bool {
    b > 0x20 && !matches!(b, b'"' | b'\'' | b'<' | b'>' | b'`' | 0x7f)
}

/// End of the line that holds position `i`, looking at most `max` bytes ahead.
pub(crate) fn line_end(text: &[u8], i: usize, max: usize) -> usize {
    let window = part(text, i, i.saturating_add(max));
    memchr::memchr2(b'\n', 0, window).map_or(i + window.len(), |n| i + n)
}
