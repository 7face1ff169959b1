//! What is text and what is not, and every encoding there and back.
use flate2::write::DeflateEncoder;

use super::super::super::encoding::encode_back;
use super::*;

#[test]
fn binaries_are_refused_also_inside() {
    let sqlite = [&b"SQLite format 3\0"[..], &[0; 100]].concat();
    let mut tar = vec![0; 512];
    tar[257..262].copy_from_slice(b"ustar");
    for raw in [
        sqlite.clone(),
        gzip(&sqlite),
        gzip(&tar),
        b"PK\x03\x04...".to_vec(),
    ] {
        assert!(matches!(
            read_all(&raw, 100).1,
            Err(TextError::Binary { .. })
        ));
    }
    let noise: Vec<u8> = (0..5000_u32)
        .flat_map(|n| n.wrapping_mul(0x9e37_79b1).to_be_bytes())
        .collect();
    assert!(matches!(
        read_all(&noise, 100).1,
        Err(TextError::Binary { .. })
    ));
}

#[test]
fn holes_stay_and_what_follows_a_long_one_must_be_text() {
    let hole = vec![0; 100_000];
    let with = |tail: &[u8]| [hole.as_slice(), tail].concat();
    let good = with(b"2026-11-22 10:00:00 LOG after\n");
    for piece in [1000, 8192, usize::MAX] {
        assert_eq!(read_all(&good, piece), (good.clone(), Ok(())));
    }
    let (got, end) = read_all(&with(&sqlite_like()), 3000);
    assert_eq!(got, hole);
    assert!(matches!(end, Err(TextError::Binary { .. })));
    let middle = [b"before\n", hole.as_slice(), b"after\n"].concat();
    assert_eq!(read_all(&middle, 777), (middle.clone(), Ok(())));
}

fn sqlite_like() -> Vec<u8> {
    b"SQLite format 3\0".to_vec()
}

#[test]
fn a_text_that_begins_like_zlib_is_text() {
    for text in [
        &b"x^2 + y^2 = z^2\n"[..],
        b"x\x9c is no stream",
        b"x\x01 stands here",
    ] {
        assert_eq!(read_all(text, 5), (text.to_vec(), Ok(())));
    }
}

#[test]
fn raw_deflate_has_no_mark_and_is_no_text() {
    let mut encoder = DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&log(1000)).unwrap();
    let raw = encoder.finish().unwrap();
    assert!(matches!(
        read_all(&raw, 999).1,
        Err(TextError::Binary { .. })
    ));
}

#[test]
fn encodings_come_in_as_utf8_and_go_back() {
    let text = "2026-11-22 10:00:00 LOG Zürich 😀\r\n".repeat(3000);
    let wide =
        |order: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(order).collect() };
    let (le, be) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
    let cases = [
        (text.clone().into_bytes(), Encoding::Bytes),
        (
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            Encoding::Utf8Bom,
        ),
        (
            [b"\xff\xfe", le.as_slice()].concat(),
            Encoding::Utf16Le { bom: true },
        ),
        (
            [b"\xfe\xff", be.as_slice()].concat(),
            Encoding::Utf16Be { bom: true },
        ),
        (le.clone(), Encoding::Utf16Le { bom: false }),
        (be, Encoding::Utf16Be { bom: false }),
    ];
    for (raw, encoding) in cases {
        for piece in [1, 3, 4096, usize::MAX] {
            for packed in [raw.clone(), gzip(&raw)] {
                let (got, end) = read_all(&packed, piece);
                assert_eq!((got.as_slice(), end), (text.as_bytes(), Ok(())));
                assert_eq!(encode_back(encoding, got, true), raw);
            }
        }
    }
    let odd = [b"\xff\xfe", le.as_slice(), b"x"].concat();
    let (got, end) = read_all(&odd, 100);
    assert_eq!(got, text.as_bytes());
    let offset = text.len() as u64;
    assert_eq!(
        end,
        Err(TextError::Truncated {
            what: "UTF-16",
            offset
        })
    );
}

#[test]
fn empty_and_nearly_empty_files() {
    for raw in [
        &b""[..],
        b"\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xff",
        b"\x28\xb5",
    ] {
        let (text, end) = read_all(raw, 1);
        assert_eq!(end, Ok(()), "{raw:?}");
        let encoding = Encoding::sniff(raw);
        assert_eq!(encode_back(encoding, text, true), raw);
    }
}
