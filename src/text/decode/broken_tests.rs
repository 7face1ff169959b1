//! Damaged, failing and hostile files: the good start is given, then one clear error.
use proptest::prelude::*;

use super::*;

#[test]
fn cut_off_data_gives_its_good_start_then_the_error() {
    let text = log(20_000);
    for (kind, pack) in PACKERS {
        let raw = pack(&text);
        for part in [raw.len() / 2, raw.len() - 1] {
            let (got, end) = read_all(&raw[..part], 5000);
            assert!(text.starts_with(&got), "{kind:?}");
            assert!(
                got.len() * 4 > text.len(),
                "{kind:?}: only {} bytes",
                got.len()
            );
            let offset = got.len() as u64;
            assert_eq!(
                end,
                Err(TextError::Damaged {
                    what: kind.name(),
                    offset
                })
            );
        }
    }
}

#[test]
fn flipped_bytes_never_end_well_nor_lose_the_start() {
    let text = log(20_000);
    for (kind, pack) in PACKERS {
        let mut raw = pack(&text);
        let middle = raw.len() / 2;
        for byte in &mut raw[middle..middle + 32] {
            *byte = !*byte;
        }
        let (got, end) = read_all(&raw, usize::MAX);
        let same = got.iter().zip(&text).take_while(|(a, b)| a == b).count();
        assert!(same * 4 > text.len(), "{kind:?}: only {same} bytes");
        // Without its optional checksum, Zstandard cannot see a change in stored bytes.
        if kind != Compression::Zstd {
            assert!(
                matches!(end, Err(TextError::Damaged { .. })),
                "{kind:?}: {end:?}"
            );
        }
    }
}

#[test]
fn a_failing_disk_is_not_called_damage() {
    let text = log(20_000);
    for (_, pack) in PACKERS {
        let raw = pack(&text);
        let half = &raw[..raw.len() / 2];
        let drip = Drip {
            rest: half,
            piece: 4000,
            end: Some(io::ErrorKind::TimedOut),
        };
        let mut decoded = Decoded::open(drip).unwrap();
        let error = decoded.read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(
            TextError::from_io(&error),
            TextError::Io(io::ErrorKind::TimedOut)
        );
    }
    let drip = Drip {
        rest: b"",
        piece: 1,
        end: Some(io::ErrorKind::PermissionDenied),
    };
    assert_eq!(
        Decoded::open(drip).err(),
        Some(TextError::Io(io::ErrorKind::PermissionDenied))
    );
}

#[test]
fn bombs_are_stopped() {
    let limits = DecodeLimits {
        max_output: 1000,
        ..DecodeLimits::default()
    };
    let raw = gzip(&log(1000));
    let mut decoded = Decoded::open_with(raw.as_slice(), limits.clone()).unwrap();
    let error = decoded.read_to_end(&mut Vec::new()).unwrap_err();
    assert!(matches!(TextError::from_io(&error), TextError::Bomb { .. }));
    let plain = log(1000);
    let mut decoded = Decoded::open_with(plain.as_slice(), limits).unwrap();
    assert_eq!(decoded.read_to_end(&mut Vec::new()).unwrap(), plain.len());

    let zeros = gzip(&bzip2(&vec![b' '; 200 << 20]));
    let mut decoded = Decoded::open(zeros.as_slice()).unwrap();
    let error = io::copy(&mut decoded, &mut io::sink()).unwrap_err();
    assert!(matches!(TextError::from_io(&error), TextError::Bomb { .. }));
}

#[test]
fn hungry_windows_are_refused() {
    let limits = DecodeLimits {
        max_memory: 4096,
        ..DecodeLimits::default()
    };
    for (raw, what) in [(xz(b"text\n"), "xz"), (zstd(&log(20_000)), "zstd")] {
        let error = Decoded::open_with(raw.as_slice(), limits.clone()).err();
        assert_eq!(error, Some(TextError::Memory { what, limit: 4096 }));
    }
}

const MAGICS: &[&[u8]] = &[
    b"",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"\xfd7zXZ\0",
    b"BZh91AY&SY",
    b"\x78\x9c",
    b"\x50\x2a\x4d\x18",
];

proptest! {
    #[test]
    fn any_bytes_never_panic_and_plain_text_is_untouched(
        raw in proptest::collection::vec(any::<u8>(), 0..600),
        magic in proptest::sample::select(MAGICS),
        piece in 1_usize..50,
    ) {
        let _ = read_all(&[magic, &raw].concat(), piece);
        let ascii: Vec<u8> = raw.iter().map(|b| b % 95 + 32).collect();
        prop_assert_eq!(read_all(&ascii, piece), (ascii.clone(), Ok(())));
    }
}
