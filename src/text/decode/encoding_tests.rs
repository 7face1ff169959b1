//! UTF-16 in and out: every unit must come back as it was.
use proptest::prelude::*;

use super::*;

fn wide(encoding: Encoding, text: &str) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| encoding.pair(unit))
        .collect()
}

const LE: Encoding = Encoding::Utf16Le { bom: false };
const BE: Encoding = Encoding::Utf16Be { bom: false };

#[test]
fn the_first_bytes_decide_the_encoding() {
    let log = "2026-11-22 10:00:00 LOG Zürich\r\n".repeat(20);
    let mut hole = log.clone().into_bytes();
    hole.extend_from_slice(&[0; 999]);
    let japanese = "2026-11-22 転送に失敗しました。\r\n".repeat(20);
    let cases: Vec<(Vec<u8>, Encoding)> = vec![
        (Vec::new(), Encoding::Bytes),
        (b"x".to_vec(), Encoding::Bytes),
        (log.clone().into_bytes(), Encoding::Bytes),
        (hole, Encoding::Bytes),
        (vec![0; 4096], Encoding::Bytes),
        (b"\xef\xbb\xbfx".to_vec(), Encoding::Utf8Bom),
        (b"\xff\xfex\0".to_vec(), Encoding::Utf16Le { bom: true }),
        (b"\xfe\xff\0x".to_vec(), Encoding::Utf16Be { bom: true }),
        (wide(LE, &log), LE),
        (wide(BE, &log), BE),
        (wide(LE, &japanese), LE),
        (wide(BE, &japanese), BE),
        (wide(LE, "{}"), LE),
        (b"ascp\0-P\x0033001\0--host\0h\0".to_vec(), Encoding::Bytes),
    ];
    for (head, encoding) in cases {
        assert_eq!(Encoding::sniff(&head), encoding, "{:?}", head.get(..20));
    }
}

#[test]
fn plain_blocks_pass_unchanged_and_marks_come_back() {
    assert_eq!(
        encode_back(Encoding::Bytes, b"a\xff".to_vec(), true),
        b"a\xff"
    );
    assert_eq!(
        encode_back(Encoding::Utf8Bom, b"a".to_vec(), true),
        b"\xef\xbb\xbfa"
    );
    assert_eq!(encode_back(Encoding::Utf8Bom, b"a".to_vec(), false), b"a");
    assert_eq!(
        encode_back(Encoding::Utf16Le { bom: true }, Vec::new(), true),
        b"\xff\xfe"
    );
    assert_eq!(
        encode_back(BE, b"a\xe9\xff".to_vec(), true),
        b"\0a\xff\xfd\xff\xfd"
    );
}

#[test]
fn overlong_and_too_high_forms_are_no_characters() {
    for bad in [
        &b"\xc0\x80"[..],
        b"\xe0\x80\x80",
        b"\xf0\x80\x80\x80",
        b"\xf4\x90\x80\x80",
        b"\xf5",
    ] {
        let back = encode_back(BE, bad.to_vec(), false);
        assert_eq!(back, b"\xff\xfd".repeat(bad.len()));
    }
}

proptest! {
    #[test]
    fn any_units_go_through_and_back(
        units in proptest::collection::vec(
            prop_oneof![any::<u16>(), 0xd7f0_u16..0xe010, 0_u16..128], 0..200),
        piece in 1_usize..9,
        big in any::<bool>(),
    ) {
        let encoding = if big { BE } else { LE };
        let raw: Vec<u8> = units.iter().flat_map(|&unit| encoding.pair(unit)).collect();
        let mut widener = Widener::new(encoding);
        let mut text = Vec::new();
        for part in raw.chunks(piece) {
            widener.push(part, &mut text);
        }
        prop_assert!(!widener.finish(&mut text));
        prop_assert_eq!(encode_back(encoding, text.clone(), false), raw);
        if let Ok(good) = String::from_utf16(&units) {
            prop_assert_eq!(text, good.into_bytes());
        }
    }
}
