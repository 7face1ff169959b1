//! Every byte of a bundle counts: whatever is changed, cut, added or made hostile is refused.
use std::io::{Cursor, Write};

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Limits, Report, verify};

/// Entries of a small bundle, without the manifest.
pub(super) const FILES: [(&str, &str); 3] = [
    ("README.txt", "What this is.\n"),
    (
        "logs/client/connect/a.log",
        "2026-11-21 21:23:28.598 LOG FASP Session Start\n2026-11-21 21:23:28.598 LOG FASP Session Stop\n",
    ),
    ("report.html", "<html></html>\n"),
];

pub(super) fn options(method: CompressionMethod) -> SimpleFileOptions {
    let time = zip::DateTime::from_date_and_time(2026, 11, 22, 10, 37, 10).unwrap();
    SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(time)
        .unix_permissions(0o600)
}

pub(super) fn manifest(files: &[(&str, &str)]) -> String {
    let rows: Vec<String> = files
        .iter()
        .map(|(name, text)| {
            let sha = data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
            let bytes = text.len();
            format!(r#"{{"entry":"{name}","status":"collected","sha256":"{sha}","bytes":{bytes}}}"#)
        })
        .collect();
    format!(
        r#"{{"schema":1,"tool":"x","entries":[{}]}}"#,
        rows.join(",")
    )
}

pub(super) fn pack(files: &[(&str, &str)], method: CompressionMethod) -> Vec<u8> {
    let manifest = manifest(files);
    let mut all: Vec<(&str, &str)> = files.to_vec();
    all.push(("manifest.json", &manifest));
    all.sort_unstable();
    write(
        &all.iter()
            .map(|(n, t)| (format!("b/{n}"), *t))
            .collect::<Vec<_>>(),
        options(method),
    )
}

fn write(files: &[(String, &str)], options: SimpleFileOptions) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(name.as_str(), options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(super) fn check(zip: &[u8]) -> Report {
    verify(Cursor::new(zip), None, &[], &Limits::default())
}

fn both() -> [Vec<u8>; 2] {
    [
        pack(&FILES, CompressionMethod::Stored),
        pack(&FILES, CompressionMethod::Deflated),
    ]
}

#[test]
fn a_good_bundle_is_clean() {
    for zip in both() {
        let report = check(&zip);
        assert!(report.is_clean(), "{report:#?}");
        assert_eq!(report.entries, 4);
        assert!(report.sha256_of_manifest.is_some());
        assert!(
            serde_json::to_string(&report)
                .unwrap()
                .contains("\"problems\":[]")
        );
    }
}

/// Offsets of the packed bytes of deflated entries: there, and only there, another spelling of the
/// same text is possible (the bits after the last block, for one).
fn packed_bytes(zip: &[u8]) -> Vec<bool> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut inside = vec![false; zip.len()];
    for i in 0..archive.len() {
        let file = archive.by_index_raw(i).unwrap();
        if file.compression() == CompressionMethod::Deflated {
            let from = usize::try_from(file.data_start().unwrap()).unwrap();
            let to = from + usize::try_from(file.compressed_size()).unwrap();
            inside[from..to].fill(true);
        }
    }
    inside
}

#[test]
fn every_byte_counts() {
    for zip in both() {
        let good = check(&zip);
        let packed = packed_bytes(&zip);
        let mut same_text = 0;
        for i in 0..zip.len() {
            for mask in [1u8, 2, 4, 8, 16, 32, 64, 128, 255, 0x5a] {
                let mut bad = zip.clone();
                bad[i] ^= mask;
                let report = check(&bad);
                if report.is_clean() {
                    assert!(packed[i], "byte {i} of {} ^ {mask:#x}", zip.len());
                    // The text, and with it its checksum, is the very same.
                    assert_eq!(report, good);
                    same_text += 1;
                }
            }
        }
        assert!(same_text < 64, "{same_text}");
    }
}

#[test]
fn nothing_can_be_cut_or_added() {
    for zip in both() {
        for n in 0..zip.len() {
            assert!(!check(&zip[..n]).is_clean(), "cut to {n}");
        }
        for (front, back) in [
            (&b"x"[..], &b""[..]),
            (b"", b"x"),
            (b"", b"\0\0\0\0"),
            (b"#!/bin/sh\n", b""),
        ] {
            assert!(!check(&[front, &zip, back].concat()).is_clean());
        }
        assert!(!check(&[&zip[..], &zip[..]].concat()).is_clean());
    }
}

/// A bundle whose entries are these, the manifest right for all of them.
fn odd(files: &[(&str, &str)], options: SimpleFileOptions) -> Report {
    let manifest = manifest(files);
    let mut all: Vec<(String, &str)> = files.iter().map(|(n, t)| (format!("b/{n}"), *t)).collect();
    all.push(("b/manifest.json".to_owned(), &manifest));
    all.sort_unstable();
    check(&write(&all, options))
}

#[test]
fn hostile_names_are_refused() {
    let o = options(CompressionMethod::Stored);
    assert!(odd(&[("a.txt", "a"), ("z/ü.txt", "b")], o).is_clean());
    for name in [
        "../x",
        "x/../../y",
        "a\\b",
        "NUL",
        "x.",
        "x ",
        "a:b",
        "./x",
        "a//b",
        "x\u{7}",
        "\u{202e}x",
    ] {
        assert!(!odd(&[(name, "x")], o).is_clean(), "{name:?}");
    }
    assert!(!odd(&[("A.txt", "x"), ("a.txt", "y")], o).is_clean());
}

#[test]
fn rights_links_comments_and_other_methods_are_refused() {
    let stored = options(CompressionMethod::Stored);
    assert!(!odd(&[("a", "x")], stored.unix_permissions(0o755)).is_clean());
    for mode in [
        0o104_600u32,
        0o120_777,
        0o040_755,
        0o060_600,
        0o020_600,
        0o100_755,
    ] {
        let mut zip = pack(&FILES, CompressionMethod::Stored);
        let heads: Vec<usize> = memchr::memmem::find_iter(&zip, b"PK\x01\x02").collect();
        for n in heads {
            zip[n + 38..n + 42].copy_from_slice(&(mode << 16).to_le_bytes());
        }
        assert!(!check(&zip).is_clean(), "{mode:o}");
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let text = manifest(&[]);
    zip.add_symlink("b/link", "/etc/passwd", stored).unwrap();
    zip.start_file("b/manifest.json", stored).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    assert!(!check(&zip.finish().unwrap().into_inner()).is_clean());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.set_comment("hello").unwrap();
    zip.start_file("b/manifest.json", stored).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    assert!(!check(&zip.finish().unwrap().into_inner()).is_clean());
}

#[test]
fn streamed_and_zip64_entries_are_read() {
    let text = manifest(&[]);
    let stored = options(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new_stream(Vec::new());
    zip.start_file("b/manifest.json", stored).unwrap();
    zip.write_all(text.as_bytes()).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    let report = check(&zip);
    assert!(report.is_clean(), "{report:#?}");
    let packed = packed_bytes(&zip);
    for i in (0..zip.len()).filter(|&i| !packed[i]) {
        let mut bad = zip.clone();
        bad[i] ^= 0x5a;
        // One entry alone has no other to be compared with in maker and rights.
        let alone = report_of_central(&zip, i);
        assert!(
            alone || !check(&bad).is_clean(),
            "byte {i} of {}",
            zip.len()
        );
    }
    let large = write(
        &[("b/manifest.json".to_owned(), &text)],
        stored.large_file(true),
    );
    let report = check(&large);
    assert!(report.is_clean(), "{report:#?}");
}

#[test]
fn more_entries_than_a_plain_zip_can_count_are_read() {
    let names: Vec<String> = (0..66_000).map(|i| format!("logs/{i:06}.log")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), "ok\n")).collect();
    let zip = pack(&files, CompressionMethod::Stored);
    let report = check(&zip);
    assert!(report.is_clean(), "{:?}", report.problems.first());
    assert_eq!(report.entries, 66_001);
    // Every byte of the three records at the end counts.
    for i in zip.len() - 98..zip.len() {
        let mut bad = zip.clone();
        bad[i] ^= 0xff;
        let mut problems = super::report::Problems::default();
        let end = super::end_of_zip::end(&mut Cursor::new(&bad));
        let sound = end.is_ok_and(|_| {
            super::archive::read(&mut Cursor::new(&bad), &Limits::default(), &mut problems)
                .is_some()
        });
        assert!(!sound || problems.count > 0, "byte {i}");
    }
}

fn report_of_central(zip: &[u8], i: usize) -> bool {
    let central = memchr::memmem::rfind(zip, b"PK\x01\x02").unwrap();
    i == central + 4 || (central + 38..central + 42).contains(&i)
}

#[test]
fn bombs_are_not_unpacked() {
    let zeros = "0".repeat(8 << 20);
    let zip = pack(&[("a.log", &zeros)], CompressionMethod::Deflated);
    let tight = Limits {
        entry_bytes: 1 << 20,
        ..Limits::default()
    };
    let few = Limits {
        entries: 1,
        ..Limits::default()
    };
    let ratio = Limits {
        ratio: 100,
        ..Limits::default()
    };
    let total = Limits {
        total_bytes: 1 << 20,
        ..Limits::default()
    };
    assert!(check(&zip).is_clean());
    for limits in [tight, few, ratio, total] {
        let report = verify(Cursor::new(&zip), None, &[], &limits);
        assert!(!report.is_clean());
        assert!(report.bytes < 1 << 20, "{limits:?}");
    }
}

proptest! {
    #[test]
    fn hostile_bytes_never_panic(mut edits in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..12), cut in any::<u16>()) {
        let mut zip = pack(&FILES, CompressionMethod::Deflated);
        let len = zip.len();
        let mut changed = false;
        for (at, value) in edits.drain(..) {
            let at = usize::from(at) % len;
            changed |= zip[at] != value;
            zip[at] = value;
        }
        let _ = check(&zip[..usize::from(cut) % len]);
        let report = check(&zip);
        prop_assert!(!changed || !report.is_clean() || report.entries == 4);
    }

    #[test]
    fn random_bytes_are_no_bundle(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(!check(&bytes).is_clean());
    }
}
