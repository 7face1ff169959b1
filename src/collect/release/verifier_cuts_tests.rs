//! Secrets and names of every kind that only the verifier sees must be cut.
use std::sync::Arc;

use super::*;
use crate::collect::release::rounds::tests::LEAKS;
use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::tests_support::redacted;
use crate::redact::{Level, Rules};

fn redactor() -> Redactor {
    let rules = Arc::new(Rules::builtin().unwrap());
    Redactor::new(rules, Pseudonyms::new(&Key::new([3; 32])), Level::Standard)
}

fn holds(text: &[u8], value: &str) -> bool {
    memchr::memmem::find(text, value.as_bytes()).is_some()
}

fn is_clean(text: &[u8]) -> bool {
    let mut clean = true;
    verify::scan_text(text, None, &[], &mut |hit| {
        clean &= !hit.detector.severity.blocks();
    });
    clean
}

/// An entry of a trace with a text in its body, between two others.
fn trace(text: &str) -> String {
    let entry = |url: &str, text: &str| {
        serde_json::json!({"startedDateTime": "2026-11-22T10:00:00.000Z", "time": 1.5,
            "request": {"method": "GET", "url": url}, "response": {"status": 200, "content": {"text": text}}})
    };
    format!(
        "{},{},{}",
        entry("http://127.0.0.1/one", "all is quiet"),
        entry("http://127.0.0.1/two", text),
        entry("http://127.0.0.1/three", "all is quiet")
    )
}

#[test]
fn what_only_the_verifier_finds_in_a_log_costs_its_line_at_most() {
    let known = Known::new([1; 32]);
    for (value, line) in LEAKS {
        let text = format!("one is quiet\n{line}\ntwo is quiet\n");
        let rest = cut_finds(
            &redactor(),
            redacted(text.as_bytes()),
            Form::Lines,
            &known,
            &[],
        );
        let out = rest.text.as_bytes();
        assert!(!holds(out, value) && is_clean(out), "{line}");
        assert!(
            holds(out, "one is quiet\n") && holds(out, "\ntwo is quiet\n"),
            "{line}"
        );
        assert!(!rest.cuts.cuts().is_empty(), "{line}");
    }
}

#[test]
fn what_only_the_verifier_finds_in_a_trace_costs_its_entry_at_most() {
    let known = Known::new([1; 32]);
    for (value, line) in LEAKS {
        let text = trace(line);
        let rest = cut_finds(
            &redactor(),
            redacted(text.as_bytes()),
            Form::Json,
            &known,
            &[],
        );
        let out = rest.text.as_bytes();
        assert!(!holds(out, value) && is_clean(out), "{line}");
        let json: serde_json::Value = serde_json::from_slice(&[b"[", out, b"]"].concat()).unwrap();
        for (at, url) in [(0, "http://127.0.0.1/one"), (2, "http://127.0.0.1/three")] {
            assert_eq!(json[at]["request"]["url"], url, "{line}");
        }
        assert_eq!(json[1]["response"]["status"], 200, "{line}");
    }
}

#[test]
fn a_value_whose_end_is_known_costs_no_more() {
    let known = Known::new([1; 32]);
    let text = trace("https://maps.example/js?key=mFzTqhXcWkRbJvNpLd&v=3");
    let rest = cut_finds(
        &redactor(),
        redacted(text.as_bytes()),
        Form::Json,
        &known,
        &[],
    );
    let out = rest.text.as_bytes();
    assert!(holds(out, "https://maps.example/js?key=~secret.value."));
    assert!(holds(out, "~&v=3\""));
    assert!(!rest.cuts.is_partial());
    assert_eq!(rest.secrets.len(), 1);
    let cut = &rest.cuts.cuts()[0];
    assert_eq!(
        (cut.why.as_str(), cut.items, cut.bytes),
        ("verifier", Some(1), Some(18))
    );
}

#[test]
fn a_private_key_over_several_lines_keeps_the_line_by_which_it_is_found() {
    let known = Known::new([1; 32]);
    let body = "MIIEowIBAAKCAQEAq7Vn0bK3wTzL9dPfHsYx2RmJq7Vn0bK3wTzL9dPfHsYx2RmJ\n".repeat(4);
    let text = format!("-----BEGIN RSA PRIVATE KEY-----\n{body}-----END RSA PRIVATE KEY-----\n");
    let rest = cut_finds(
        &redactor(),
        redacted(text.as_bytes()),
        Form::Lines,
        &known,
        &[],
    );
    assert!(!is_clean(rest.text.as_bytes()));
    let text = trace(&text);
    let rest = cut_finds(
        &redactor(),
        redacted(text.as_bytes()),
        Form::Json,
        &known,
        &[],
    );
    assert!(is_clean(rest.text.as_bytes()) && !holds(rest.text.as_bytes(), "MIIEow"));
}

#[test]
fn values_of_keep_are_not_cut() {
    let known = Known::new([1; 32]);
    let text = redacted(b"mail maria.lopez@acme-films.example\n");
    let keep = ["maria.lopez@acme-films.example".to_owned()];
    let rest = cut_finds(&redactor(), text.clone(), Form::Lines, &known, &keep);
    assert_eq!(rest.text, text);
}
