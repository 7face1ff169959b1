//! Escapes undone: percent signs, `\u`, `\x`, octal and character references.
use super::bytes::{alnum, at, hex_value, part, run_end};

/// True if an escape begins at `i`.
pub(super) fn is_escape(text: &[u8], i: usize) -> bool {
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
