//! The whole verifier on small bundles: manifest, finds, names, secrets of the run.
use std::io::Cursor;

use zip::CompressionMethod;

use super::archive_tests::{FILES, check, pack};
use super::{Known, Limits, Severity, verify};

fn with(name: &'static str, text: &'static str) -> Vec<u8> {
    let mut files = FILES.to_vec();
    files.push((name, text));
    pack(&files, CompressionMethod::Deflated)
}

#[test]
fn a_leak_names_its_entry_and_line_and_never_the_value() {
    let zip = with(
        "logs/x.log",
        "ok\nok\npassword=Blue-Heron-4471!\n10.1.2.3\n",
    );
    let report = check(&zip);
    assert!(!report.is_clean() && report.problems.is_empty());
    let place = |what: &str| {
        report
            .findings
            .iter()
            .find(|f| f.what == what)
            .map(|f| (f.entry.as_str(), f.line, f.severity))
    };
    assert_eq!(
        place("labelled-secret"),
        Some(("logs/x.log", 3, Severity::Leak))
    );
    assert_eq!(place("ip4"), Some(("logs/x.log", 4, Severity::Personal)));
    assert_eq!(report.dirty().into_iter().collect::<Vec<_>>(), [2]);
    let json = serde_json::to_string(&report).unwrap();
    assert!(!json.contains("Heron") && !json.contains("10.1.2.3"));
}

#[test]
fn a_leak_in_a_name_is_found_and_the_name_not_told() {
    let report = check(&with("logs/maria.lopez@acme-films.example.log", "ok\n"));
    let find = report.findings.first().unwrap();
    assert_eq!((find.what, find.line, find.index), ("email", 0, 2));
    assert!(!serde_json::to_string(&report).unwrap().contains("maria"));
}

#[test]
fn finds_are_capped_and_counted() {
    let text = "peer=10.1.2.3:22\n".repeat(5000);
    let zip = with("logs/x.log", Box::leak(text.into_boxed_str()));
    let report = check(&zip);
    assert_eq!(report.findings.len(), 20);
    assert_eq!(report.counts.iter().map(|c| c.lines).sum::<u64>(), 5000);
}

#[test]
fn suspicions_are_listed_and_do_not_block() {
    let report = check(&with(
        "logs/x.log",
        "id q7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5o here\n",
    ));
    assert!(report.is_clean());
    assert_eq!(report.suspicions(), 1);
    assert!(report.dirty().is_empty());
}

#[test]
fn secrets_of_the_run_and_kept_values_are_respected() {
    let zip = with(
        "logs/x.log",
        "the word is Velvet-Otter-19x\nowner maria@acme.example\n",
    );
    let mut known = Known::new([1; 32]);
    known.insert(b"Velvet-Otter-19x");
    let keep = ["maria@acme.example".to_owned()];
    let report = verify(Cursor::new(&zip), Some(&known), &keep, &Limits::default());
    let whats: Vec<_> = report.findings.iter().map(|f| f.what).collect();
    assert_eq!(whats, ["known-secret"]);
}

#[test]
fn what_is_packed_inside_is_refused() {
    let report = check(&with("logs/x.log.zip", "PK\u{3}\u{4}inside"));
    assert!(
        report.problems.iter().any(|p| p.what.contains("packed")),
        "{report:?}"
    );
}

#[test]
fn a_bundle_without_a_manifest_is_refused() {
    let zip = pack(&FILES, CompressionMethod::Stored);
    let renamed: Vec<u8> = {
        let mut z = zip.clone();
        while let Some(n) = memchr::memmem::find(&z, b"manifest.json") {
            z[n..n + 13].copy_from_slice(b"manifest.jsoo");
        }
        z
    };
    let report = check(&renamed);
    assert!(
        report
            .problems
            .iter()
            .any(|p| p.what.contains("manifest.json")),
        "{report:?}"
    );
}
