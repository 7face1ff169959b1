//! What a packed or wide text is packed in: gzip, zlib, raw deflate, UTF-16.
use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

/// Longest text that is unpacked.
const LONGEST: usize = 4 << 20;
/// A text that grows by more than this is no text.
const MOST_RATIO: usize = 200;

/// How bytes hold a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::redact) enum Packing {
    Plain,
    Gzip,
    Zlib,
    Deflate,
    Utf16,
}

/// What came out of bytes.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::redact) enum Opened {
    Text(Vec<u8>, Packing),
    /// Packed, and too large to look into.
    TooLarge,
    /// No text.
    Binary,
}

/// Opens bytes by their own form.
pub(in crate::redact) fn open(bytes: &[u8]) -> Opened {
    if bytes.starts_with(&[0x1f, 0x8b, 8]) {
        return unpack(bytes, Packing::Gzip);
    }
    if let [cmf, flg, ..] = bytes
        && cmf & 0x0f == 8
        && (u16::from(*cmf) * 256 + u16::from(*flg)).is_multiple_of(31)
    {
        let opened = unpack(bytes, Packing::Zlib);
        if opened != Opened::Binary {
            return opened;
        }
    }
    if let Some(text) = from_utf16(bytes) {
        return Opened::Text(text, Packing::Utf16);
    }
    if is_text(bytes) {
        Opened::Text(bytes.to_vec(), Packing::Plain)
    } else {
        Opened::Binary
    }
}

/// Inflates what has no header; only for places that say so.
pub(super) fn open_deflate(bytes: &[u8]) -> Opened {
    unpack(bytes, Packing::Deflate)
}

fn unpack(bytes: &[u8], packing: Packing) -> Opened {
    let limit = LONGEST.min(bytes.len().saturating_mul(MOST_RATIO));
    let mut reader: Box<dyn Read> = match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(bytes)),
        Packing::Zlib => Box::new(ZlibDecoder::new(bytes)),
        _ => Box::new(DeflateDecoder::new(bytes)),
    };
    let mut text = Vec::new();
    let mut head = reader.by_ref().take(limit as u64 + 1);
    // What was cut off still unpacks up to the cut.
    let whole = head.read_to_end(&mut text).is_ok();
    if text.len() > limit {
        return Opened::TooLarge;
    }
    match text.len() {
        0 => Opened::Binary,
        _ if !is_text(&text) => Opened::Binary,
        _ if !whole && text.len() < 8 => Opened::Binary,
        _ => Opened::Text(text, packing),
    }
}

/// Packs a text as it was.
pub(in crate::redact) fn pack(text: &[u8], packing: Packing) -> Vec<u8> {
    let level = Compression::default();
    let packed = match packing {
        Packing::Plain => Ok(text.to_vec()),
        Packing::Utf16 => {
            let text = String::from_utf8_lossy(text);
            Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
        }
        Packing::Gzip => finish(text, GzEncoder::new(Vec::new(), level), GzEncoder::finish),
        Packing::Zlib => finish(
            text,
            ZlibEncoder::new(Vec::new(), level),
            ZlibEncoder::finish,
        ),
        Packing::Deflate => finish(
            text,
            DeflateEncoder::new(Vec::new(), level),
            DeflateEncoder::finish,
        ),
    };
    packed.unwrap_or_default()
}

fn finish<W: Write>(
    text: &[u8],
    mut writer: W,
    end: fn(W) -> std::io::Result<Vec<u8>>,
) -> std::io::Result<Vec<u8>> {
    writer.write_all(text)?;
    end(writer)
}

/// Little-endian UTF-16 of mostly Latin letters; half a letter at the end was cut off.
fn from_utf16(bytes: &[u8]) -> Option<Vec<u8>> {
    let zeros = bytes.iter().skip(1).step_by(2).filter(|b| **b == 0).count();
    if bytes.len() < 8 || zeros * 4 < bytes.len() {
        return None;
    }
    let units = bytes
        .chunks_exact(2)
        .map(|p| u16::from_le_bytes([p[0], p[1]]));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok()
        .filter(|t| !t.contains('\0'))
        .map(String::into_bytes)
}

/// True for UTF-8 (whose last letter may be cut off) without control characters that no text has.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let valid = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(e) => e.error_len().is_none() && e.valid_up_to() + 4 > bytes.len(),
    };
    let odd = bytes
        .iter()
        .filter(|b| **b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x1b))
        .count();
    valid && odd * 50 <= bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_opens_and_packs_again() {
        let text = b"{\"a\": \"some text that is long enough to be packed, packed, packed\"}";
        for packing in [Packing::Plain, Packing::Gzip, Packing::Zlib, Packing::Utf16] {
            let bytes = pack(text, packing);
            assert_eq!(open(&bytes), Opened::Text(text.to_vec(), packing));
            for cut in 0..bytes.len() {
                // Never a panic, and never more than there was.
                if let Opened::Text(part, _) = open(&bytes[..cut]) {
                    assert!(part.len() <= text.len() * 2);
                }
            }
        }
        let bytes = pack(text, Packing::Deflate);
        assert_eq!(
            open_deflate(&bytes),
            Opened::Text(text.to_vec(), Packing::Deflate)
        );
        assert_eq!(open(&[0, 1, 2, 3, 200, 201]), Opened::Binary);
    }

    #[test]
    fn a_bomb_is_not_opened() {
        let bomb = pack(&vec![b'a'; 32 << 20], Packing::Gzip);
        assert_eq!(open(&bomb), Opened::TooLarge);
        assert_eq!(
            open(&pack(&vec![b'a'; 1 << 20], Packing::Zlib)),
            Opened::TooLarge
        );
    }
}
