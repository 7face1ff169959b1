//! `verify` on bundles that somebody else made: a leak in any place must be found, its value never told.
use std::io::{Cursor, Write};
use std::path::PathBuf;

use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::kit::Run;

const SECRET: &str = "Marble-Finch-208";

fn options() -> SimpleFileOptions {
    let time = zip::DateTime::from_date_and_time(2026, 11, 22, 10, 37, 10).unwrap();
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(time)
        .unix_permissions(0o600)
}

/// A bundle of these files, with a manifest that fits them; `more` goes into the manifest.
fn bundle(
    files: &[(&str, Vec<u8>)],
    more: &str,
    options: SimpleFileOptions,
) -> (tempfile::TempDir, PathBuf) {
    let rows: Vec<String> = files
        .iter()
        .map(|(name, text)| {
            let sha = data_encoding::HEXLOWER.encode(&Sha256::digest(text));
            let bytes = text.len();
            format!(r#"{{"entry":"{name}","status":"collected","sha256":"{sha}","bytes":{bytes}}}"#)
        })
        .collect();
    let manifest = format!(
        r#"{{"schema":1,"note":"{more}","entries":[{}]}}"#,
        rows.join(",")
    );
    let mut all: Vec<(&str, &[u8])> = files.iter().map(|(n, t)| (*n, &t[..])).collect();
    all.push(("manifest.json", manifest.as_bytes()));
    all.sort_unstable();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in all {
        zip.start_file(format!("b/{name}"), options).unwrap();
        zip.write_all(text).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.zip");
    std::fs::write(&path, zip.finish().unwrap().into_inner()).unwrap();
    (folder, path)
}

/// Exit code and findings of `verify --json`, which must not tell the value.
fn verify(files: &[(&str, Vec<u8>)], more: &str) -> (Option<i32>, Vec<(String, String)>) {
    let (_folder, path) = bundle(files, more, options());
    let end = Run::new("verify").args(["--json"]).args([&path]).end();
    let told = String::from_utf8_lossy(&end.stdout).into_owned() + &end.stderr;
    for value in [SECRET, "maria.lopez", "10.77.0.5"] {
        assert!(!told.contains(value), "{told}");
    }
    let json: Value = serde_json::from_slice(&end.stdout).unwrap();
    let text = |f: &Value, key: &str| f[key].as_str().unwrap_or_default().to_owned();
    let findings = json["findings"].as_array().unwrap().iter();
    let blocking = findings.filter(|f| f["severity"] != "suspicion");
    (
        end.code,
        blocking
            .map(|f| (text(f, "entry"), text(f, "what")))
            .collect(),
    )
}

#[test]
fn a_clean_bundle_passes() {
    let (code, found) = verify(
        &[("logs/a.log", b"all is quiet\n".to_vec())],
        "all is quiet",
    );
    assert_eq!((code, found.len()), (Some(0), 0));
}

#[test]
fn a_leak_is_found_wherever_it_stands() {
    let line = format!("2026-11-21 21:23:28 ERR login failed password={SECRET} x\n");
    let wide = |big: bool| -> Vec<u8> {
        let units = line.encode_utf16();
        units
            .flat_map(|u| {
                if big {
                    u.to_be_bytes()
                } else {
                    u.to_le_bytes()
                }
            })
            .collect()
    };
    let json = format!("{{\"a\":[{{\"remote_password\":\"{SECRET}\"}}]}}");
    let inner = serde_json::to_string(&json).unwrap();
    let hex = data_encoding::HEXUPPER.encode(line.as_bytes());
    let base64 = data_encoding::BASE64.encode(line.as_bytes());
    let mut giant = b"all is quiet ".repeat(500_000);
    giant.extend_from_slice(line.as_bytes());
    let texts: Vec<(&str, Vec<u8>)> = vec![
        ("logs/a.log", line.clone().into_bytes()),
        ("ticket.md", format!("# Ticket\n\n{line}").into_bytes()),
        ("collection.ndjson", format!("{json}\n").into_bytes()),
        (
            "report.html",
            format!("<p>password=&quot;{SECRET}&quot;</p>").into_bytes(),
        ),
        ("session.har", format!("{{\"text\":{inner}}}").into_bytes()),
        ("logs/wide.log", wide(false)),
        ("logs/wide-big.log", wide(true)),
        ("logs/hex.log", format!("DBG In hex: {hex}\n").into_bytes()),
        ("logs/base64.log", format!("body {base64}\n").into_bytes()),
        ("logs/giant.log", giant),
    ];
    for (name, text) in texts {
        let (code, found) = verify(&[(name, text)], "");
        assert_ne!(code, Some(0), "{name}");
        let wanted = (name.to_owned(), "labelled-secret".to_owned());
        assert!(found.contains(&wanted), "{name}: {found:?}");
    }
    let (code, found) = verify(
        &[("logs/a.log", b"quiet\n".to_vec())],
        &format!("password={SECRET}"),
    );
    assert_ne!(code, Some(0));
    assert_eq!(found[0].0, "manifest.json");
}

#[test]
fn a_leak_in_a_name_or_beside_the_text_is_found() {
    for name in [
        "logs/maria.lopez@acme-films.example.log",
        "logs/10.77.0.5.log",
    ] {
        let (_folder, path) = bundle(&[(name, b"quiet\n".to_vec())], "", options());
        let end = Run::new("verify").args([&path]).end();
        assert_ne!(end.code, Some(0), "{name}");
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(format!("password={SECRET}\n").as_bytes())
        .unwrap();
    let (code, _) = verify(&[("logs/a.log", gzip.finish().unwrap())], "");
    assert_ne!(code, Some(0));
    // A field or a comment of an entry is refused, whatever it holds.
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.set_comment(format!("password={SECRET}")).unwrap();
    zip.start_file("b/manifest.json", options()).unwrap();
    zip.write_all(br#"{"schema":1,"entries":[]}"#).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.zip");
    std::fs::write(&path, zip.finish().unwrap().into_inner()).unwrap();
    let end = Run::new("verify").args([&path]).end();
    assert_ne!(end.code, Some(0));
    assert!(!end.stderr.contains(SECRET));
}

#[test]
fn one_long_line_is_read_in_bounded_memory() {
    // 100 MB in one line, whose leak stands at its end.
    let mut text = b"all is quiet, ".repeat(7_500_000);
    text.extend_from_slice(format!("password={SECRET}\n").as_bytes());
    let (_folder, path) = bundle(&[("logs/a.log", text)], "", options());
    let (end, peak) = Run::new("verify")
        .args(["--json"])
        .args([&path])
        .end_and_peak();
    assert_ne!(end.code, Some(0));
    let json: Value = serde_json::from_slice(&end.stdout).unwrap();
    assert_eq!(json["findings"][0]["what"], "labelled-secret");
    if let Some(peak) = peak {
        assert!(peak < 96 * 1024, "{peak} KiB");
    }
}
