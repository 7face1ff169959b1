//! Every compression, whole, repeated and nested; and the packers for the tests of broken files
//! and encodings.
use std::io::Write;

use flate2::write::{GzEncoder, ZlibEncoder};

use super::*;

#[path = "broken_tests.rs"]
mod broken;
#[path = "characters_tests.rs"]
mod text;

/// Gives at most `piece` bytes at once, and an error at the end if there is one.
pub(crate) struct Drip<'a> {
    pub rest: &'a [u8],
    pub piece: usize,
    pub end: Option<io::ErrorKind>,
}

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.piece.min(out.len()).min(self.rest.len());
        if let (0, Some(kind)) = (count, self.end) {
            return Err(io::Error::new(kind, "text of the system"));
        }
        out[..count].copy_from_slice(&self.rest[..count]);
        self.rest = &self.rest[count..];
        Ok(count)
    }
}

fn log(lines: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for n in 0..lines {
        let mix = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        writeln!(
            out,
            "2026-11-22 10:00:00.{:03} [7dc7-{mix:016x}] LOG line {n}",
            n % 1000
        )
        .unwrap();
    }
    out
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn zstd(text: &[u8]) -> Vec<u8> {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    ruzstd::encoding::compress_to_vec(text, level)
}

fn bzip2(text: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(1));
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// xz made of stored LZMA2 chunks, since only the decoder is built in.
fn xz(text: &[u8]) -> Vec<u8> {
    fn multibyte(mut value: u64) -> Vec<u8> {
        let mut out = Vec::new();
        while value >= 0x80 {
            out.push(value as u8 | 0x80);
            value >>= 7;
        }
        out.push(value as u8);
        out
    }
    fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let sum = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        bytes
    }
    let mut out = b"\xfd7zXZ\0\0\x01".to_vec();
    out.extend_from_slice(&crc32fast::hash(&[0, 1]).to_le_bytes());
    let header = sealed(vec![2, 0, 0x21, 1, 16, 0, 0, 0]);
    let mut block = Vec::new();
    for (n, chunk) in text.chunks(0x1_0000).enumerate() {
        block.push(if n == 0 { 1 } else { 2 });
        block.extend_from_slice(&(chunk.len() as u16).wrapping_sub(1).to_be_bytes());
        block.extend_from_slice(chunk);
    }
    block.push(0);
    let unpadded = header.len() + block.len() + 4;
    block.resize(block.len().next_multiple_of(4), 0);
    out.extend_from_slice(&header);
    out.extend_from_slice(&block);
    out.extend_from_slice(&crc32fast::hash(text).to_le_bytes());
    let mut index = vec![0, 1];
    index.extend(multibyte(unpadded as u64));
    index.extend(multibyte(text.len() as u64));
    let index = sealed(index);
    let mut footer = (index.len() as u32 / 4 - 1).to_le_bytes().to_vec();
    footer.extend_from_slice(&[0, 1]);
    out.extend_from_slice(&index);
    out.extend_from_slice(&crc32fast::hash(&footer).to_le_bytes());
    out.extend_from_slice(&footer);
    out.extend_from_slice(b"YZ");
    out
}

type Pack = fn(&[u8]) -> Vec<u8>;
const PACKERS: [(Compression, Pack); 5] = [
    (Compression::Gzip, gzip),
    (Compression::Zstd, zstd),
    (Compression::Xz, xz),
    (Compression::Bzip2, bzip2),
    (Compression::Zlib, zlib),
];

/// The text and how reading ended.
fn read_all(raw: &[u8], piece: usize) -> (Vec<u8>, Result<(), TextError>) {
    let drip = Drip {
        rest: raw,
        piece,
        end: None,
    };
    let mut decoded = match Decoded::open(drip) {
        Ok(decoded) => decoded,
        Err(error) => return (Vec::new(), Err(error)),
    };
    let mut text = Vec::new();
    let end = decoded.read_to_end(&mut text).map(|_| ());
    let end = end.map_err(|error| {
        let told = TextError::from_io(&error);
        let again = decoded.read(&mut [0; 9]).expect_err("an error stays");
        assert_eq!(TextError::from_io(&again), told);
        told
    });
    (text, end)
}

#[test]
fn each_compression_gives_the_text_back() {
    for text in [Vec::new(), b"one line, no end".to_vec(), log(5000)] {
        for (kind, pack) in PACKERS {
            if kind == Compression::Zlib && text.is_empty() {
                continue; // Nothing shows that the two bytes of its header are no text.
            }
            let raw = pack(&text);
            let decoded = Decoded::open(raw.as_slice()).unwrap();
            assert_eq!(decoded.compression(), kind);
            for piece in [1, 7, usize::MAX] {
                let (got, end) = read_all(&raw, piece);
                assert_eq!(end, Ok(()), "{kind:?}");
                assert!(got == text, "{kind:?}");
            }
        }
    }
}

#[test]
fn several_members_padding_and_garbage() {
    let text = log(300);
    for (kind, pack) in PACKERS {
        if kind == Compression::Zlib {
            continue;
        }
        let twice = [pack(&text), pack(&text)].concat();
        let whole = [text.clone(), text.clone()].concat();
        assert_eq!(read_all(&twice, 999), (whole.clone(), Ok(())), "{kind:?}");
        let padded = [twice.clone(), vec![0; 5000]].concat();
        assert_eq!(read_all(&padded, 999), (whole.clone(), Ok(())), "{kind:?}");
        let garbage = [twice, b"\0\0junk".to_vec()].concat();
        let mut decoded = Decoded::open(garbage.as_slice()).unwrap();
        let mut got = Vec::new();
        decoded.read_to_end(&mut got).unwrap();
        assert_eq!(got, whole);
        assert!(decoded.trailing_garbage());
        assert_eq!(decoded.consumed(), garbage.len() as u64);
    }
}

#[test]
fn a_zstd_frame_without_text_is_skipped() {
    let mut raw = b"\x51\x2a\x4d\x18\x05\0\0\0hello".to_vec();
    raw.extend_from_slice(&zstd(b"text\n"));
    assert_eq!(read_all(&raw, 3), (b"text\n".to_vec(), Ok(())));
    let (text, end) = read_all(&raw[..10], 3);
    assert!(text.is_empty());
    assert!(matches!(
        end,
        Err(TextError::Damaged {
            what: "zstd",
            offset: 0
        })
    ));
}

#[test]
fn twice_packed_is_unpacked_and_more_is_not() {
    let twice = gzip(&xz(b"text\n"));
    assert_eq!(read_all(&twice, 2), (b"text\n".to_vec(), Ok(())));
    assert!(matches!(
        read_all(&gzip(&twice), 9).1,
        Err(TextError::Binary { .. })
    ));
    let broken = gzip(&gzip(&log(1000))[..9000]);
    let (got, end) = read_all(&broken, 100);
    assert!(!got.is_empty());
    assert!(matches!(end, Err(TextError::Damaged { what: "gzip", .. })));
}
