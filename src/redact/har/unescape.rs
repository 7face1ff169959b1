//! The content of a JSON string without its escapes, and where each byte of it stands in the text: found in
//! the plain form, cut in the escaped one.
use std::borrow::Cow;
use std::ops::Range;

use crate::redact::nested::unescape::unicode_escape;

/// A plain text and its places.
pub(super) struct Plain {
    pub(super) bytes: Vec<u8>,
    /// From these positions on, bytes stand one by one from these places on.
    breaks: Vec<(usize, usize)>,
    /// Where the content ends in the text.
    end: usize,
}

impl Plain {
    /// Takes the escapes out of `text[span]`. What is no escape stays as it is.
    pub(super) fn of(text: &[u8], span: Range<usize>) -> Self {
        let raw = text.get(span.clone()).unwrap_or_default();
        let mut bytes = Vec::with_capacity(raw.len());
        let mut breaks = vec![(0, span.start)];
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'\\', &raw[at..]) {
            bytes.extend_from_slice(&raw[at..at + found]);
            at += found;
            let before = bytes.len();
            let used = escape(&raw[at..], &mut bytes);
            at += used;
            if bytes.len() - before != used {
                // The byte itself, and what comes behind it.
                breaks.push((before, span.start + at - used));
                breaks.push((bytes.len(), span.start + at));
            }
        }
        bytes.extend_from_slice(&raw[at..]);
        Self {
            bytes,
            breaks,
            end: span.end,
        }
    }

    /// The place of a stretch of the plain text.
    pub(super) fn place(&self, span: &Range<usize>) -> Range<usize> {
        self.at(span.start)..self.at(span.end)
    }

    fn at(&self, position: usize) -> usize {
        let after = self.breaks.partition_point(|(plain, _)| *plain <= position);
        let stop = self.breaks.get(after).map_or(self.end, |(_, place)| *place);
        let (plain, place) = after
            .checked_sub(1)
            .and_then(|i| self.breaks.get(i).copied())
            .unwrap_or_default();
        (place + position - plain).min(stop)
    }
}

/// Undoes the escape at the front of `text`; the bytes it took.
fn escape(text: &[u8], out: &mut Vec<u8>) -> usize {
    let plain = match text.get(1) {
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'b') => 8,
        Some(b'f') => 12,
        Some(b @ (b'"' | b'\\' | b'/')) => *b,
        Some(b'u') => {
            let (letter, used) = unicode_escape(text);
            match letter {
                Some(letter) => {
                    out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                }
                None => out.extend_from_slice(&text[..used.min(text.len())]),
            }
            return used.min(text.len());
        }
        _ => {
            out.push(b'\\');
            return 1;
        }
    };
    out.push(plain);
    2
}

/// The content of a string as plain bytes, where no places are needed.
pub(super) fn plain(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(crate::redact::nested::unescape::unescape_json(raw))
}

/// A replacement as it stands inside a JSON string.
pub(super) fn escaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    for b in text {
        match b {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *b]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..0x20 => out.extend_from_slice(format!("\\u{b:04x}").as_bytes()),
            b => out.push(*b),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_bytes_know_their_places() {
        let text = br#"x"{\"a\":\"\u00e9\ud83d\ude00\n\"}"y"#;
        let span = 2..text.len() - 2;
        let plain = Plain::of(text, span.clone());
        assert_eq!(plain.bytes, "{\"a\":\"é😀\n\"}".as_bytes());
        assert_eq!(plain.place(&(0..plain.bytes.len())), span);
        // `"a"`
        assert_eq!(&text[plain.place(&(1..4))], br#"\"a\""#);
        // the content of the second string
        assert_eq!(&text[plain.place(&(6..13))], br"\u00e9\ud83d\ude00\n");
        for (raw, value) in [
            (r"a\qb\", r"a\qb\"),
            (r"\ud83d", r"\ud83d"),
            (r"\u12", r"\u12"),
            ("", ""),
        ] {
            let plain = Plain::of(raw.as_bytes(), 0..raw.len());
            assert_eq!(plain.bytes, value.as_bytes());
            assert_eq!(plain.place(&(0..value.len())), 0..raw.len());
        }
    }
}
