//! Escapes of JSON, XML, URLs, shells and quoted-printable: undone, with and without the places of what is left, and
//! written again.
use std::borrow::Cow;
use std::ops::Range;

use crate::redact::value::quote::Mark;
use crate::text::{MappedText, json_escape};

/// Escapes that can be taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::redact) enum Layer {
    /// `%XX`.
    Percent,
    /// `\n`, `\"`, `\u0026`, `\x26`, `\046`.
    Backslash,
    /// `&amp;`, `&#38;`, `&#x26;`.
    Entity,
    /// `=3D` of quoted-printable.
    Printable,
    /// Percent signs, the backslashes of JSON and entities at once.
    Any,
    /// The backslashes of JSON only.
    Json,
}

/// What an escape stands for.
pub(in crate::redact) enum Plain {
    Byte(u8),
    Char(char),
}

/// What the escape at the front of a text stands for, and how long it is.
pub(in crate::redact) fn escape(text: &[u8], layer: Layer) -> Option<(Plain, usize)> {
    let any = layer == Layer::Any;
    match text.first()? {
        b'%' if any || layer == Layer::Percent => Some((Plain::Byte(hex(text, 1)?), 3)),
        b'\\' if any || matches!(layer, Layer::Backslash | Layer::Json) => backslash(text, layer),
        b'&' if any || layer == Layer::Entity => {
            let len = text.iter().take(12).position(|b| *b == b';')?;
            Some((Plain::Char(entity(&text[1..len])?), len + 1))
        }
        b'=' if layer == Layer::Printable => {
            let upper = text.get(1..3)?.iter().all(|b| !b.is_ascii_lowercase());
            upper.then_some((Plain::Byte(hex(text, 1)?), 3))
        }
        _ => None,
    }
}

fn backslash(text: &[u8], layer: Layer) -> Option<(Plain, usize)> {
    if let Some((plain, used)) = json_escape(text) {
        return Some((Plain::Char(plain), used));
    }
    match text.get(1)? {
        _ if layer == Layer::Json => None,
        b @ (b'\'' | b'=' | b'&' | b':') if layer == Layer::Backslash => Some((Plain::Byte(*b), 2)),
        b'x' => Some((Plain::Byte(hex(text, 2)?), 4)),
        b'0'..=b'3' => {
            let digits = text.get(1..4)?;
            if !digits.iter().all(|b| (b'0'..=b'7').contains(b)) {
                return None;
            }
            let code = digits.iter().fold(0u32, |n, b| n * 8 + u32::from(b - b'0'));
            Some((Plain::Byte(u8::try_from(code).ok()?), 4))
        }
        _ => None,
    }
}

fn hex(text: &[u8], at: usize) -> Option<u8> {
    let digit = |i: usize| char::from(*text.get(i)?).to_digit(16);
    u8::try_from(digit(at)? * 16 + digit(at + 1)?).ok()
}

/// The character of an XML or HTML entity: the common names, and numbers.
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

/// The first escape from `at` on: its place, what it stands for, and how long it is.
fn escape_from(text: &[u8], mut at: usize, layer: Layer) -> Option<(usize, Plain, usize)> {
    loop {
        let rest = &text[at..];
        at += match layer {
            Layer::Percent => memchr::memchr(b'%', rest),
            Layer::Backslash | Layer::Json => memchr::memchr(b'\\', rest),
            Layer::Entity => memchr::memchr(b'&', rest),
            Layer::Printable => memchr::memchr(b'=', rest),
            Layer::Any => memchr::memchr3(b'%', b'\\', b'&', rest),
        }?;
        if let Some((plain, used)) = escape(&text[at..], layer) {
            return Some((at, plain, used));
        }
        at += 1;
    }
}

/// Calls `each` with the place of every escape and the bytes that it stands for.
fn each_escape(text: &[u8], layer: Layer, mut each: impl FnMut(Range<usize>, &[u8])) {
    let mut at = 0;
    while let Some((from, plain, used)) = escape_from(text, at, layer) {
        at = from + used;
        match plain {
            Plain::Byte(b) => each(from..at, &[b]),
            Plain::Char(c) => each(from..at, c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// A text with one layer of escapes taken away; `None` if there is none.
pub(in crate::redact) fn unescaped(text: &[u8], layer: Layer) -> Option<Vec<u8>> {
    let (mut out, mut at) = (Vec::new(), 0);
    each_escape(text, layer, |place, plain| {
        out.extend_from_slice(&text[at..place.start]);
        out.extend_from_slice(plain);
        at = place.end;
    });
    if at == 0 {
        return None;
    }
    out.extend_from_slice(&text[at..]);
    Some(out)
}

/// The content of a JSON string without its escapes.
pub(in crate::redact) fn plain_json(raw: &[u8]) -> Cow<'_, [u8]> {
    unescaped(raw, Layer::Json).map_or(Cow::Borrowed(raw), Cow::Owned)
}

/// The same as [`unescaped`] for a stretch of a text, with the places in the whole text.
pub(in crate::redact) fn mapped(
    text: &[u8],
    span: Range<usize>,
    layer: Layer,
) -> Option<MappedText> {
    let base = span.start;
    let (mut out, mut at) = (MappedText::default(), base);
    each_escape(text.get(span.clone())?, layer, |place, plain| {
        let place = base + place.start..base + place.end;
        if at == base {
            out.bytes.reserve(span.len());
        }
        out.copy(text, at..place.start);
        at = place.end;
        out.replace(place, plain);
    });
    if at == base {
        return None;
    }
    out.copy(text, at..span.end);
    Some(out)
}

/// A mapped text with one more layer of escapes taken away; the places stay those in its source.
pub(in crate::redact) fn next_layer(text: MappedText, layer: Layer) -> Option<MappedText> {
    let next = mapped(&text.bytes, 0..text.bytes.len(), layer)?;
    Some(next.over(text))
}

/// A replacement as it must be written where a layer of escapes was taken away.
pub(in crate::redact) fn escaped(text: &[u8], layer: Layer) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for b in text {
        let plain = b.is_ascii_alphanumeric() || matches!(b, b'~' | b'.' | b'-' | b'_');
        match (layer, b) {
            _ if plain => out.push(*b),
            (Layer::Percent, b) => out.extend_from_slice(format!("%{b:02X}").as_bytes()),
            (Layer::Json, b'\n') => out.extend_from_slice(b"\\n"),
            (Layer::Json, b'\r') => out.extend_from_slice(b"\\r"),
            (Layer::Json, b'\t') => out.extend_from_slice(b"\\t"),
            (Layer::Json, 0..0x20) => out.extend_from_slice(format!("\\u{b:04x}").as_bytes()),
            (Layer::Backslash | Layer::Json, b'"' | b'\\') => out.extend_from_slice(&[b'\\', *b]),
            (Layer::Entity, b'&') => out.extend_from_slice(b"&amp;"),
            (Layer::Entity, b'<') => out.extend_from_slice(b"&lt;"),
            (Layer::Entity, b'>') => out.extend_from_slice(b"&gt;"),
            (Layer::Entity, b'"') => out.extend_from_slice(b"&quot;"),
            (Layer::Printable, b'=') => out.extend_from_slice(b"=3D"),
            (_, b) => out.push(*b),
        }
    }
    out
}

/// The value that the bytes between these marks stand for.
pub(in crate::redact) fn decode(raw: &[u8], mark: Mark) -> Vec<u8> {
    let mut value = raw.to_vec();
    if let Mark::Double(level) = mark {
        // Depth d of escaping has 2^d - 1 backslashes before its quotes, so d + 1 rounds undo it.
        let rounds = (level + 1).trailing_zeros() + 1;
        for _ in 0..rounds {
            let Some(next) = unescaped(&value, Layer::Json) else {
                break;
            };
            value = next;
        }
    } else if memchr::memmem::find(&value, b"\\=").is_some() {
        value = shell_padding(&value);
    }
    let layer = match mark {
        Mark::Xml | Mark::Html => Layer::Entity,
        Mark::None | Mark::Percent => Layer::Percent,
        Mark::Double(_) | Mark::Single => return value,
    };
    unescaped(&value, layer).unwrap_or(value)
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

    #[test]
    fn the_content_of_a_json_string_knows_its_places() {
        let text = br#"x"{\"a\":\"\u00e9\ud83d\ude00\n\"}"y"#;
        let span = 2..text.len() - 2;
        let plain = mapped(text, span.clone(), Layer::Json).unwrap();
        assert_eq!(plain.bytes, "{\"a\":\"é😀\n\"}".as_bytes());
        assert_eq!(plain.place(&(0..plain.bytes.len())), span);
        // `"a"`
        assert_eq!(&text[plain.place(&(1..4))], br#"\"a\""#);
        // the content of the second string
        assert_eq!(&text[plain.place(&(6..13))], br"\u00e9\ud83d\ude00\n");
        for raw in [r"a\qb\", r"\ud83d", r"\u12", ""] {
            assert_eq!(*plain_json(raw.as_bytes()), *raw.as_bytes());
        }
    }

    #[test]
    fn text_without_escapes_knows_the_places_of_its_bytes() {
        let cases: [(&str, Layer, &str); 10] = [
            ("a%3Db%zz%4", Layer::Percent, "a=b%zz%4"),
            (r"a\u0026\x3d\075\n\q", Layer::Backslash, "a&==\n\\q"),
            ("&lt;&#61;&#x3d;&nope;&", Layer::Entity, "<==&nope;&"),
            ("a=3Db=3d", Layer::Printable, "a=b=3d"),
            (r"\ud83d\ude00%C3%A9", Layer::Any, "😀é"),
            (r"\ud83d", Layer::Any, r"\ud83d"),
            (r"\u12", Layer::Any, r"\u12"),
            (r"a\u0026\x3d\n\q", Layer::Json, "a&\\x3d\n\\q"),
            (r"\ud83d\u0041", Layer::Json, r"\ud83dA"),
            ("plain", Layer::Any, "plain"),
        ];
        for (text, layer, plain) in cases {
            let view = mapped(text.as_bytes(), 0..text.len(), layer);
            let bytes = view.as_ref().map_or(text.as_bytes(), |v| &v.bytes[..]);
            assert_eq!(String::from_utf8_lossy(bytes), plain, "{text}");
            let copy = unescaped(text.as_bytes(), layer);
            assert_eq!(copy, view.map(|view| view.bytes), "{text}");
        }
        let view = mapped(b"ab%253Dcd", 0..9, Layer::Percent).unwrap();
        let view = next_layer(view, Layer::Percent).unwrap();
        assert_eq!(view.bytes, b"ab=cd");
        assert_eq!(view.place(&(2..3)), 2..7);
        assert_eq!(view.place(&(3..5)), 7..9);
    }
}
