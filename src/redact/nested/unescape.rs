//! From the bytes of a place to the value they stand for: escapes of JSON, XML and URLs undone.
use std::ops::Range;

use crate::redact::value::quote::Mark;

/// The canonical value: what the bytes at a place mean.
pub(in crate::redact) fn decode(raw: &[u8], mark: Mark) -> Vec<u8> {
    let mut value = raw.to_vec();
    if let Mark::Double(level) = mark {
        // Depth d of escaping has 2^d - 1 backslashes before its quotes, so d + 1 rounds undo it.
        let rounds = (level + 1).trailing_zeros() + 1;
        for _ in 0..rounds {
            if !value.contains(&b'\\') {
                break;
            }
            value = unescape_json(&value);
        }
    } else if memchr::memmem::find(&value, b"\\=").is_some() {
        value = shell_padding(&value);
    }
    if matches!(mark, Mark::Xml | Mark::Html) && value.contains(&b'&') {
        value = unescape_xml(&value);
    }
    if matches!(mark, Mark::None | Mark::Percent) && value.contains(&b'%') {
        value = unescape_percent(&value);
    }
    value
}

/// `\=` of shell-escaped base64 padding.
fn shell_padding(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (i, b) in text.iter().enumerate() {
        if *b == b'\\' && text.get(i + 1) == Some(&b'=') {
            continue;
        }
        out.push(*b);
    }
    out
}

/// One level of JSON escapes; what is no escape stays as it is.
pub(in crate::redact) fn unescape_json(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut i = 0;
    while i < text.len() {
        if text[i] != b'\\' {
            out.push(text[i]);
            i += 1;
            continue;
        }
        let plain = match text.get(i + 1) {
            Some(b'n') => Some(b'\n'),
            Some(b'r') => Some(b'\r'),
            Some(b't') => Some(b'\t'),
            Some(b'b') => Some(8),
            Some(b'f') => Some(12),
            Some(b @ (b'"' | b'\\' | b'/')) => Some(*b),
            _ => None,
        };
        if let Some(b) = plain {
            out.push(b);
            i += 2;
        } else if text.get(i + 1) == Some(&b'u') {
            let (ch, used) = unicode_escape(&text[i..]);
            match ch {
                Some(ch) => out.extend_from_slice(ch.encode_utf8(&mut [0; 4]).as_bytes()),
                None => out.extend_from_slice(&text[i..i + used]),
            }
            i += used;
        } else {
            out.push(b'\\');
            i += 1;
        }
    }
    out
}

/// The character of a `\uXXXX` (or pair of surrogates) and how many bytes it took.
pub(in crate::redact) fn unicode_escape(text: &[u8]) -> (Option<char>, usize) {
    let unit = |at: usize| -> Option<u32> {
        let digits = text.get(at + 2..at + 6)?;
        (text.get(at..at + 2)? == b"\\u").then_some(())?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let Some(high) = unit(0) else {
        return (None, 2.min(text.len()));
    };
    if (0xD800..0xDC00).contains(&high) {
        if let Some(low) = unit(6).filter(|low| (0xDC00..0xE000).contains(low)) {
            let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            return (char::from_u32(code), 12);
        }
        return (None, 6);
    }
    (char::from_u32(high), 6)
}

/// The five entities of XML and numeric ones.
pub(in crate::redact) fn unescape_xml(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut i = 0;
    while i < text.len() {
        if text[i] == b'&'
            && let Some(len) = text[i..].iter().take(12).position(|b| *b == b';')
            && let Some(ch) = entity(&text[i + 1..i + len])
        {
            out.extend_from_slice(ch.encode_utf8(&mut [0; 4]).as_bytes());
            i += len + 1;
            continue;
        }
        out.push(text[i]);
        i += 1;
    }
    out
}

pub(in crate::redact) fn entity(name: &[u8]) -> Option<char> {
    match name {
        b"amp" => Some('&'),
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        b"equals" => Some('='),
        b"colon" => Some(':'),
        b"nbsp" => Some('\u{a0}'),
        [b'#', b'x' | b'X', hex @ ..] => u32::from_str_radix(std::str::from_utf8(hex).ok()?, 16)
            .ok()
            .and_then(char::from_u32),
        [b'#', digits @ ..] => std::str::from_utf8(digits)
            .ok()?
            .parse()
            .ok()
            .and_then(char::from_u32),
        _ => None,
    }
}

/// The end of an escape (`\n`, `\u0026`, `%3D`) that reaches up to `start` or over it, but not behind
/// `limit`: its last letters look like the front of the word at `start`.
pub(in crate::redact) fn escape_end(text: &[u8], start: usize, limit: usize) -> Option<usize> {
    let hex = |range: Range<usize>| {
        text.get(range)
            .is_some_and(|t| t.iter().all(u8::is_ascii_hexdigit))
    };
    let octal = |range: Range<usize>| {
        let digits = text.get(range);
        digits.is_some_and(|t| t.starts_with(b"01") && matches!(t[2], b'1'..=b'5') || t == b"033")
    };
    if let Some(end) = colour_end(text, start).filter(|end| *end <= limit) {
        return Some(end);
    }
    (start.saturating_sub(6)..start)
        .rev()
        .find_map(|at| match (text[at], text.get(at + 1)) {
            (b'%', _) if hex(at + 1..at + 3) => Some(at + 3),
            (b'\\', Some(b'u')) if hex(at + 2..at + 6) => Some(at + 6),
            (b'\\', Some(b'n' | b't' | b'r')) => Some(at + 2),
            // What syslog daemons and shells write of control characters: `#012`, `\012`.
            (b'#' | b'\\', Some(b'0' | b'3')) if octal(at + 1..at + 4) => Some(at + 4),
            _ => None,
        })
        .filter(|end| (start..=limit).contains(end))
}

/// The end of a terminal's colour (`ESC[36m`, also as `\u001b[36m`) that reaches up to `start` or over it.
fn colour_end(text: &[u8], start: usize) -> Option<usize> {
    let before = *text.get(start.checked_sub(1)?)?;
    let digits = match before {
        b'm' => 0,
        b'[' | b';' => text[start..]
            .iter()
            .take(4)
            .take_while(|b| b.is_ascii_digit())
            .count(),
        _ => return None,
    };
    let end = if before == b'm' {
        start
    } else {
        start + digits + 1
    };
    let body = text.get(..end)?.strip_suffix(b"m")?;
    let numbers = body
        .iter()
        .rev()
        .take(12)
        .take_while(|b| b.is_ascii_digit() || **b == b';')
        .count();
    let head = body[..body.len() - numbers].strip_suffix(b"[")?;
    let escapes: [&[u8]; 6] = [b"\x1b", b"u001b", b"u001B", b"x1b", b"033", b"\\e"];
    // Copies lose the first byte: `[36m`.
    (numbers > 0 || escapes.iter().any(|e| head.ends_with(e))).then_some(end)
}

/// One level of percent-encoding.
pub(in crate::redact) fn unescape_percent(text: &[u8]) -> Vec<u8> {
    let hex = |b: u8| {
        char::from(b)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    let mut out = Vec::with_capacity(text.len());
    let mut i = 0;
    while i < text.len() {
        if text[i] == b'%'
            && let (Some(high), Some(low)) = (
                text.get(i + 1).copied().and_then(hex),
                text.get(i + 2).copied().and_then(hex),
            )
        {
            out.push(high * 16 + low);
            i += 3;
            continue;
        }
        out.push(text[i]);
        i += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_value_is_that_value() {
        let cases: [(&str, Mark, &str); 9] = [
            ("p%40ss%2Fw", Mark::None, "p@ss/w"),
            (r"a\u00e9\/b", Mark::Double(0), "aé/b"),
            (r"a\\u00e9", Mark::Double(1), "aé"),
            (r"\ud83d\ude00", Mark::Double(0), "😀"),
            (r"\ud83d", Mark::Double(0), r"\ud83d"),
            ("a&amp;b&#x41;&#66;", Mark::Xml, "a&bAB"),
            (r"Lg\=\=", Mark::None, "Lg=="),
            (r"DOMAIN\mlopez", Mark::Double(0), r"DOMAIN\mlopez"),
            ("100%", Mark::None, "100%"),
        ];
        for (raw, mark, value) in cases {
            assert_eq!(
                String::from_utf8_lossy(&decode(raw.as_bytes(), mark)),
                value,
                "{raw}"
            );
        }
    }
}
