//! Where learned secrets stand in a text: as they are, behind any mix of percent signs, backslashes and entities,
//! and in words of base64 and hexadecimal, which may hold UTF-16 or be packed.
use std::io::Read;
use std::ops::Range;

use data_encoding::HEXLOWER_PERMISSIVE;

use super::secret_store::Piece;
use super::secrets::{LAYERS, Learned};
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::nested::unescape::{Layer, mapped, next_layer, unescaped};
use crate::redact::secret::token;

/// Encodings inside encodings are followed this deep.
pub(in crate::redact) const DEEPEST: u8 = 4;
/// Shorter words hold no secret.
pub(in crate::redact) const SHORTEST_WORD: usize = 11;
/// Longest text that is unpacked, and how much it may grow.
const LONGEST_UNPACKED: usize = 4 << 20;
const MOST_RATIO: usize = 200;

/// Every learned secret, in every spelling.
pub(in crate::redact) fn learned_values(pass: &mut Pass<'_>) {
    let r = pass.r;
    if r.learned.is_empty() {
        return;
    }
    let text = pass.text;
    learned_plain(pass, text, |span| span);
    learned_words(pass, text, |span| span, |_| true);
    // Line by line: a view costs several times the memory of its text.
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |i| start + i);
        if memchr::memchr3(b'%', b'\\', b'&', &text[start..end]).is_some() {
            learned_escaped(pass, start..end);
        }
        start = end + 1;
    }
}

/// The secrets of a line behind escapes.
fn learned_escaped(pass: &mut Pass<'_>, line: Range<usize>) {
    let mut view = mapped(pass.text, line, Layer::Any);
    for _ in 0..LAYERS {
        let Some(now) = view else { return };
        let place = |span: Range<usize>| now.place(&span);
        learned_plain(pass, &now.bytes, place);
        // Words without an escape in them were seen before.
        learned_words(pass, &now.bytes, place, |span| {
            now.place(span).len() > span.len()
        });
        view = next_layer(now, Layer::Any);
    }
}

fn learned_plain(pass: &mut Pass<'_>, text: &[u8], place: impl Fn(Range<usize>) -> Range<usize>) {
    let r = pass.r;
    let rule = r.rules.id("learned");
    r.learned.each(text, |span, piece| {
        let detailed = if piece.is_whole(span.len()) {
            token::detailed(&r.names, &text[span.clone()])
        } else {
            None
        };
        let clean = detailed.unwrap_or_else(|| r.learned.text(piece));
        let span = place(span);
        pass.edits
            .push(span.start, span.end, Rank::Secret, rule, clean);
    });
}

/// Words in base64 or hexadecimal that hold a learned secret go as a whole.
fn learned_words(
    pass: &mut Pass<'_>,
    text: &[u8],
    place: impl Fn(Range<usize>) -> Range<usize>,
    wanted: impl Fn(&Range<usize>) -> bool,
) {
    let r = pass.r;
    let rule = r.rules.id("learned");
    each_word(text, |word| {
        if wanted(&word)
            && r.learned.encoded.may_hold(&text[word.clone()])
            && let Some(piece) = in_word(&r.learned, &text[word.clone()], DEEPEST)
        {
            let span = place(word);
            pass.edits.push(
                span.start,
                span.end,
                Rank::Secret,
                rule,
                r.learned.text(piece),
            );
        }
    });
}

/// True for each byte that base64 or hexadecimal is made of.
pub(in crate::redact) const ENCODED: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        let sign = matches!(b as u8, b'+' | b'/' | b'-' | b'_' | b'=');
        table[b] = sign || (b as u8).is_ascii_alphanumeric();
        b += 1;
    }
    table
};

/// The words of a text that could be base64 or hexadecimal.
pub(in crate::redact) fn each_word(text: &[u8], mut each: impl FnMut(Range<usize>)) {
    let mut start = 0;
    let mut padded = false;
    for (at, b) in text.iter().enumerate() {
        let inside = ENCODED[usize::from(*b)];
        // Behind padding, or behind `x=`, another word begins.
        if !inside || padded && *b != b'=' {
            if at - start >= SHORTEST_WORD {
                each(start..at);
            }
            start = if inside { at } else { at + 1 };
        }
        padded = *b == b'=';
    }
    if text.len() - start >= SHORTEST_WORD {
        each(start..text.len());
    }
}

/// A secret that a word holds in base64, at any of the four places of a group, or in hexadecimal.
pub(in crate::redact) fn in_word<'a>(
    learned: &'a Learned,
    word: &[u8],
    depth: u8,
) -> Option<&'a Piece> {
    let digits = longest_hex(word);
    for skip in 0..2 {
        let digits = &word[digits.start + skip.min(digits.len())..digits.end];
        if let Ok(plain) = HEXLOWER_PERMISSIVE.decode(&digits[..digits.len() - digits.len() % 2])
            && let Some(piece) = in_bytes(learned, &plain, depth)
        {
            return Some(piece);
        }
    }
    // Padding ends a value: what comes after is another.
    for part in word
        .split(|b| *b == b'=')
        .filter(|p| p.len() >= SHORTEST_WORD)
    {
        for skip in 0..4 {
            let letters = &part[skip..];
            let usable = letters.len() - usize::from(letters.len() % 4 == 1);
            if let Some(plain) = token::base64(&letters[..usable])
                && let Some(piece) = in_bytes(learned, &plain, depth)
            {
                return Some(piece);
            }
        }
    }
    None
}

/// The longest stretch of hexadecimal digits in a word.
fn longest_hex(word: &[u8]) -> Range<usize> {
    let mut best = 0..0;
    let mut at = 0;
    while at < word.len() {
        let len = word[at..]
            .iter()
            .take_while(|b| b.is_ascii_hexdigit())
            .count();
        if len > best.len() {
            best = at..at + len;
        }
        at += len + 1;
    }
    best
}

/// A secret in decoded bytes: as text, as UTF-16, packed, or encoded once more.
fn in_bytes<'a>(learned: &'a Learned, bytes: &[u8], depth: u8) -> Option<&'a Piece> {
    if let Some(piece) = in_text(learned, bytes, depth) {
        return Some(piece);
    }
    if bytes.iter().filter(|b| **b == 0).count() * 4 >= bytes.len() && bytes.len() >= 16 {
        for skip in 0..2 {
            let narrow = narrowed(&bytes[skip..]);
            if let Some(piece) = in_text(learned, &narrow, depth) {
                return Some(piece);
            }
        }
    }
    let plain = unpacked(bytes)?;
    in_text(learned, &plain, depth)
}

fn in_text<'a>(learned: &'a Learned, text: &[u8], depth: u8) -> Option<&'a Piece> {
    let mut found = learned.in_decoded(text);
    if found.is_some() || depth == 0 {
        return found;
    }
    // Most of what is decoded is no text: then nothing is encoded in it.
    if !text.is_ascii()
        && std::str::from_utf8(text).is_err_and(|e| e.valid_up_to() < text.len() / 2)
    {
        return None;
    }
    each_word(text, |word| {
        if found.is_none() && learned.encoded.may_hold(&text[word.clone()]) {
            found = in_word(learned, &text[word], depth - 1);
        }
    });
    if found.is_some() {
        return found;
    }
    let mut plain = unescaped(text, Layer::Any);
    for _ in 0..LAYERS {
        let now = plain?;
        found = learned.in_decoded(&now);
        if found.is_some() {
            break;
        }
        plain = unescaped(&now, Layer::Any);
    }
    found
}

/// The text of little-endian UTF-16, as far as it is that.
fn narrowed(bytes: &[u8]) -> Vec<u8> {
    let units = bytes
        .chunks_exact(2)
        .map(|p| u16::from_le_bytes([p[0], p[1]]));
    char::decode_utf16(units)
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect::<String>()
        .into_bytes()
}

/// The text of a gzip or zlib stream, as far as it can be read.
fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let limit = LONGEST_UNPACKED.min(bytes.len().saturating_mul(MOST_RATIO)) as u64;
    let mut text = Vec::new();
    let done = match bytes {
        [0x1f, 0x8b, 8, ..] => flate2::read::MultiGzDecoder::new(bytes)
            .take(limit)
            .read_to_end(&mut text),
        [cmf, flg, ..]
            if cmf & 0x0f == 8 && (u16::from(*cmf) * 256 + u16::from(*flg)).is_multiple_of(31) =>
        {
            flate2::read::ZlibDecoder::new(bytes)
                .take(limit)
                .read_to_end(&mut text)
        }
        _ => return None,
    };
    // What was cut off is read up to the cut.
    (done.is_ok() || !text.is_empty()).then_some(text)
}
