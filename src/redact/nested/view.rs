//! A text with one layer of escapes taken away, and for each of its bytes the place it came from: what is
//! found in the view is cut at its place in the text.
use std::ops::Range;

use super::unescape;

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
}

/// The bytes of a text without one layer of escapes.
pub(in crate::redact) struct View {
    pub(in crate::redact) bytes: Vec<u8>,
    /// Where each byte stands in the text, and where the text ends.
    places: Vec<u32>,
}

impl View {
    /// Takes one layer away; `None` if there is none, or if the text is too long for places of 32 bits.
    pub(in crate::redact) fn of(text: &[u8], layer: Layer) -> Option<Self> {
        let len = u32::try_from(text.len()).ok()?;
        let mut at = 0;
        let mut next = escape_from(text, 0, layer)?;
        let mut view = Self {
            bytes: Vec::with_capacity(text.len()),
            places: Vec::with_capacity(text.len() + 1),
        };
        loop {
            let (from, plain, used) = next;
            view.bytes.extend_from_slice(&text[at..from]);
            view.places.extend((0..len).skip(at).take(from - at));
            let mut utf8 = [0; 4];
            let plain = match plain {
                Plain::Byte(b) => &[b][..],
                Plain::Char(c) => c.encode_utf8(&mut utf8).as_bytes(),
            };
            view.bytes.extend_from_slice(plain);
            let place = u32::try_from(from).unwrap_or(u32::MAX);
            view.places.extend(plain.iter().map(|_| place));
            at = from + used;
            match escape_from(text, at, layer) {
                Some(found) => next = found,
                None => break,
            }
        }
        view.bytes.extend_from_slice(&text[at..]);
        view.places.extend((0..=len).skip(at));
        Some(view)
    }

    /// Takes one more layer away; places still point into the first text.
    pub(in crate::redact) fn next(&self, layer: Layer) -> Option<Self> {
        let mut next = Self::of(&self.bytes, layer)?;
        for place in &mut next.places {
            *place = self.places.get(*place as usize).copied().unwrap_or(*place);
        }
        Some(next)
    }

    /// The place in the text of a stretch of the view.
    pub(in crate::redact) fn place(&self, span: Range<usize>) -> Range<usize> {
        let at = |i: usize| self.places.get(i).map_or(0, |p| *p as usize);
        at(span.start)..at(span.end)
    }
}

/// A text with one layer of escapes taken away, where no places are needed; `None` if there is none.
pub(in crate::redact) fn unescaped(text: &[u8], layer: Layer) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some((from, plain, used)) = escape_from(text, at, layer) {
        out.extend_from_slice(&text[at..from]);
        match plain {
            Plain::Byte(b) => out.push(b),
            Plain::Char(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        at = from + used;
    }
    if at == 0 {
        return None;
    }
    out.extend_from_slice(&text[at..]);
    Some(out)
}

/// What an escape stands for.
pub(in crate::redact) enum Plain {
    Byte(u8),
    Char(char),
}

/// The first escape from `at` on: its place, what it stands for, and how long it is.
fn escape_from(text: &[u8], mut at: usize, layer: Layer) -> Option<(usize, Plain, usize)> {
    loop {
        let rest = &text[at..];
        at += match layer {
            Layer::Percent => memchr::memchr(b'%', rest),
            Layer::Backslash => memchr::memchr(b'\\', rest),
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

/// What the escape at the front of a text stands for, and how long it is.
pub(in crate::redact) fn escape(text: &[u8], layer: Layer) -> Option<(Plain, usize)> {
    let any = layer == Layer::Any;
    match text.first()? {
        b'%' if any || layer == Layer::Percent => Some((Plain::Byte(hex(text, 1)?), 3)),
        b'\\' if any || layer == Layer::Backslash => backslash(text, !any),
        b'&' if any || layer == Layer::Entity => {
            let len = text.iter().take(12).position(|b| *b == b';')?;
            Some((Plain::Char(unescape::entity(&text[1..len])?), len + 1))
        }
        b'=' if layer == Layer::Printable => {
            let upper = text.get(1..3)?.iter().all(|b| !b.is_ascii_lowercase());
            upper.then_some((Plain::Byte(hex(text, 1)?), 3))
        }
        _ => None,
    }
}

fn backslash(text: &[u8], shell: bool) -> Option<(Plain, usize)> {
    let plain = match text.get(1)? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b @ (b'"' | b'\\' | b'/') => *b,
        b @ (b'\'' | b'=' | b'&' | b':') if shell => *b,
        b'x' => return Some((Plain::Byte(hex(text, 2)?), 4)),
        b'u' => {
            let (ch, used) = unescape::unicode_escape(text);
            return Some((Plain::Char(ch?), used));
        }
        b'0'..=b'3' => {
            let digits = text.get(1..4)?;
            if !digits.iter().all(|b| (b'0'..=b'7').contains(b)) {
                return None;
            }
            let code = digits.iter().fold(0u32, |n, b| n * 8 + u32::from(b - b'0'));
            return Some((Plain::Byte(u8::try_from(code).ok()?), 4));
        }
        _ => return None,
    };
    Some((Plain::Byte(plain), 2))
}

fn hex(text: &[u8], at: usize) -> Option<u8> {
    let digit = |i: usize| char::from(*text.get(i)?).to_digit(16);
    u8::try_from(digit(at)? * 16 + digit(at + 1)?).ok()
}

/// A replacement as it must be written where a layer of escapes was taken away.
pub(in crate::redact) fn escaped(text: &[u8], layer: Layer) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for b in text {
        let plain = b.is_ascii_alphanumeric() || matches!(b, b'~' | b'.' | b'-' | b'_');
        match (layer, b) {
            _ if plain => out.push(*b),
            (Layer::Percent, b) => out.extend_from_slice(format!("%{b:02X}").as_bytes()),
            (Layer::Backslash, b'"' | b'\\') => out.extend_from_slice(&[b'\\', *b]),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_knows_where_its_bytes_stand() {
        let cases: [(&str, Layer, &str); 8] = [
            ("a%3Db%zz%4", Layer::Percent, "a=b%zz%4"),
            (r"a\u0026\x3d\075\n\q", Layer::Backslash, "a&==\n\\q"),
            ("&lt;&#61;&#x3d;&nope;&", Layer::Entity, "<==&nope;&"),
            ("a=3Db=3d", Layer::Printable, "a=b=3d"),
            (r"\ud83d\ude00%C3%A9", Layer::Any, "😀é"),
            (r"\ud83d", Layer::Any, r"\ud83d"),
            (r"\u12", Layer::Any, r"\u12"),
            ("plain", Layer::Any, "plain"),
        ];
        for (text, layer, plain) in cases {
            let view = View::of(text.as_bytes(), layer);
            let bytes = view.as_ref().map_or(text.as_bytes(), |v| &v.bytes[..]);
            assert_eq!(String::from_utf8_lossy(bytes), plain, "{text}");
        }
        let view = View::of(b"ab%253Dcd", Layer::Percent).unwrap();
        let view = view.next(Layer::Percent).unwrap();
        assert_eq!(view.bytes, b"ab=cd");
        assert_eq!(view.place(2..3), 2..7);
        assert_eq!(view.place(3..5), 7..9);
    }
}
