//! What the scanner keeps, suspects and opens; the lines it must catch and must leave alone have
//! files of their own.
use std::collections::BTreeSet;

use super::*;

#[path = "shapes_caught_tests.rs"]
mod caught;
#[path = "shapes_quiet_tests.rs"]
mod quiet;

fn blocking(text: &[u8], keep: &[String]) -> BTreeSet<&'static str> {
    let mut raw = Vec::new();
    Scanner::new(None, keep).scan(text, &mut raw);
    raw.iter()
        .map(|r| r.what.detector())
        .filter(|d| d.severity.blocks())
        .map(|d| d.id)
        .collect()
}

#[test]
fn kept_values_pass_as_whole_values_only() {
    let keep = [
        "Maria.Lopez@acme-films.example".to_owned(),
        "mlopez".to_owned(),
        "10.77.0.5".to_owned(),
    ];
    assert!(blocking(b"owner maria.lopez@acme-films.example", &keep).is_empty());
    assert!(blocking(b"/home/mlopez/x user=mlopez peer=10.77.0.5:22", &keep).is_empty());
    assert!(!blocking(b"x.maria.lopez@acme-films.example", &keep).is_empty());
    assert!(!blocking(b"password=mlopez", &keep).is_empty());
}

#[test]
fn random_words_are_suspected_and_sums_are_not() {
    let suspected = |line: &str| {
        let mut raw = Vec::new();
        Scanner::new(None, &[]).scan(line.as_bytes(), &mut raw);
        raw.iter().any(|r| r.what == What::Random)
    };
    assert!(suspected("id q7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5o here"));
    for line in [
        "SHA256:uNiVztksCsDhcc0u9e8BrqU0u2jE8W0hJ2mF4nVJx1w",
        "b11e3bc7b2435ae0de55853736478326e2c9024d",
        "FaspSessionParamsInitializeRetryCounterTotal",
        "9b370b28-648f-4579-87a4-929e02869b3e",
        "~jwt.k3vq7x2m9f4dk3vq7x2m9f4d.alg-RS256~",
        "fWlhcmlhIGlzIG5vdCBoZXJlLCBhbmQgYWxsIGlzIHF1aWV0",
    ] {
        assert!(!suspected(line), "{line}");
    }
}

#[test]
fn layers_are_opened_to_a_depth_and_no_further() {
    let mut text = "mail to maria.lopez@acme-films.example".to_owned();
    for depth in 1..=4 {
        text = data_encoding::BASE64.encode(text.as_bytes());
        assert_eq!(
            !blocking(text.as_bytes(), &[]).is_empty(),
            depth <= 3,
            "{depth}"
        );
    }
}
