//! Character encodings: found out from the first bytes, turned into UTF-8 on the way in and back on
//! the way out, so that what nobody changed comes out byte for byte.
use memchr::memchr_iter;

/// How the characters of a text were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes kept as they are: ASCII, UTF-8, Latin-1, anything of single bytes.
    #[default]
    Bytes,
    /// UTF-8 with a byte order mark in front.
    Utf8Bom,
    /// UTF-16, low byte first.
    Utf16Le {
        /// Whether a byte order mark stood in front.
        bom: bool,
    },
    /// UTF-16, high byte first.
    Utf16Be {
        /// Whether a byte order mark stood in front.
        bom: bool,
    },
}

impl Encoding {
    /// Finds out the encoding from the first bytes (some KiB) of a text.
    #[must_use]
    pub fn sniff(head: &[u8]) -> Self {
        match head {
            [0xef, 0xbb, 0xbf, ..] => Self::Utf8Bom,
            [0xff, 0xfe, ..] => Self::Utf16Le { bom: true },
            [0xfe, 0xff, ..] => Self::Utf16Be { bom: true },
            _ => Self::sniff_nuls(head),
        }
    }

    /// Without a mark, mostly ASCII text in UTF-16 has a NUL in every second byte, always on the
    /// same side; a hole has them on both.
    fn sniff_nuls(head: &[u8]) -> Self {
        let head = head.get(..head.len() & !1).unwrap_or_default();
        let (mut left, mut right, mut units) = (0_usize, 0_usize, 0_usize);
        for unit in head.chunks_exact(2) {
            match unit {
                [0, 0] => {}
                [0, other] => {
                    units += 1;
                    left += usize::from(is_texty(*other));
                }
                [other, 0] => {
                    units += 1;
                    right += usize::from(is_texty(*other));
                }
                _ => units += 1,
            }
        }
        let holes = memchr_iter(0, head).count().saturating_sub(left + right);
        if holes * 10 > head.len() * 9 {
            return Self::Bytes;
        }
        if right * 10 >= units * 4 && right > 0 && left * 10 <= right {
            Self::Utf16Le { bom: false }
        } else if left * 10 >= units * 4 && left > 0 && right * 10 <= left {
            Self::Utf16Be { bom: false }
        } else {
            Self::Bytes
        }
    }

    /// The mark that stands in front of the text; empty without one.
    #[must_use]
    pub fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8Bom => b"\xef\xbb\xbf",
            Self::Utf16Le { bom: true } => b"\xff\xfe",
            Self::Utf16Be { bom: true } => b"\xfe\xff",
            _ => b"",
        }
    }

    /// Whether the text is written in units of two bytes.
    #[must_use]
    pub fn is_wide(self) -> bool {
        matches!(self, Self::Utf16Le { .. } | Self::Utf16Be { .. })
    }

    pub(in crate::text) fn unit(self, pair: [u8; 2]) -> u16 {
        if matches!(self, Self::Utf16Be { .. }) {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        }
    }

    fn pair(self, unit: u16) -> [u8; 2] {
        if matches!(self, Self::Utf16Be { .. }) {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    }
}

fn is_texty(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b | 0x20..=0x7e | 0xa0..)
}

/// Turns the UTF-8 of a block back into the encoding it came in; `first` puts the byte order mark
/// in front, and is for the first block of a text (also if that is empty). Surrogates that stood
/// alone go back as they were; bytes that are no UTF-8 become U+FFFD in UTF-16.
#[must_use]
pub fn encode_back(encoding: Encoding, utf8: Vec<u8>, first: bool) -> Vec<u8> {
    let mark = if first { encoding.mark() } else { b"" };
    if !encoding.is_wide() {
        return if mark.is_empty() {
            utf8
        } else {
            [mark, &utf8].concat()
        };
    }
    let mut out = Vec::with_capacity(mark.len() + utf8.len() * 2);
    out.extend_from_slice(mark);
    let mut rest = utf8.as_slice();
    while let Some(&byte) = rest.first() {
        if byte < 0x80 {
            out.extend_from_slice(&encoding.pair(u16::from(byte)));
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let (scalar, length) = wide_scalar(rest);
        if let Ok(unit) = u16::try_from(scalar) {
            out.extend_from_slice(&encoding.pair(unit));
        } else {
            let above = scalar - 0x1_0000;
            let [high, low] = [0xd800 + (above >> 10), 0xdc00 + (above & 0x3ff)];
            for half in [high, low] {
                out.extend_from_slice(&encoding.pair(half as u16));
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

/// One character of WTF-8 (UTF-8 where surrogates may stand alone) and its length in bytes.
fn wide_scalar(bytes: &[u8]) -> (u32, usize) {
    let tail = |byte: u8| u32::from(byte & 0x3f);
    match *bytes {
        [a @ 0xc2..=0xdf, b @ 0x80..=0xbf, ..] => (u32::from(a & 0x1f) << 6 | tail(b), 2),
        [a @ 0xe0..=0xef, b @ 0x80..=0xbf, c @ 0x80..=0xbf, ..] if a > 0xe0 || b >= 0xa0 => {
            (u32::from(a & 0x0f) << 12 | tail(b) << 6 | tail(c), 3)
        }
        [
            a @ 0xf0..=0xf4,
            b @ 0x80..=0xbf,
            c @ 0x80..=0xbf,
            d @ 0x80..=0xbf,
            ..,
        ] if (a > 0xf0 || b >= 0x90) && (a < 0xf4 || b < 0x90) => (
            u32::from(a & 0x07) << 18 | tail(b) << 12 | tail(c) << 6 | tail(d),
            4,
        ),
        _ => (0xfffd, 1),
    }
}

/// Turns UTF-16 units into WTF-8, piece by piece; a pair may lie over two pieces.
pub(in crate::text) struct Widener {
    encoding: Encoding,
    odd: Option<u8>,
    high: Option<u16>,
}

impl Widener {
    pub(in crate::text) fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            odd: None,
            high: None,
        }
    }

    /// Appends the characters of `bytes` to `out`, as far as they are complete.
    pub(in crate::text) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut bytes = bytes;
        if let (Some(odd), Some((&next, rest))) = (self.odd, bytes.split_first()) {
            self.odd = None;
            self.unit(self.encoding.unit([odd, next]), out);
            bytes = rest;
        }
        let (pairs, rest) = bytes.as_chunks::<2>();
        for &pair in pairs {
            let unit = self.encoding.unit(pair);
            match u8::try_from(unit) {
                Ok(ascii @ 0..0x80) if self.high.is_none() => out.push(ascii),
                _ => self.unit(unit, out),
            }
        }
        if let Some(&last) = rest.first() {
            self.odd = Some(last);
        }
    }

    /// Appends what waits for a second half that never came; true if half a unit is left over.
    pub(in crate::text) fn finish(&mut self, out: &mut Vec<u8>) -> bool {
        if let Some(high) = self.high.take() {
            push_scalar(u32::from(high), out);
        }
        self.odd.take().is_some()
    }

    fn unit(&mut self, unit: u16, out: &mut Vec<u8>) {
        if let Some(high) = self.high.take() {
            if let 0xdc00..=0xdfff = unit {
                let scalar =
                    0x1_0000 + ((u32::from(high) - 0xd800) << 10) + (u32::from(unit) - 0xdc00);
                push_scalar(scalar, out);
                return;
            }
            push_scalar(u32::from(high), out);
        }
        if let 0xd800..=0xdbff = unit {
            self.high = Some(unit);
        } else {
            push_scalar(u32::from(unit), out);
        }
    }
}

/// Appends one code point as UTF-8, surrogates included.
fn push_scalar(scalar: u32, out: &mut Vec<u8>) {
    let tail = |shift: u32| 0x80 | (scalar >> shift & 0x3f) as u8;
    match scalar {
        0..0x80 => out.push(scalar as u8),
        0x80..0x800 => out.extend_from_slice(&[0xc0 | (scalar >> 6) as u8, tail(0)]),
        0x800..0x1_0000 => {
            out.extend_from_slice(&[0xe0 | (scalar >> 12) as u8, tail(6), tail(0)]);
        }
        _ => out.extend_from_slice(&[0xf0 | (scalar >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

#[cfg(test)]
#[path = "encoding_tests.rs"]
mod tests;
