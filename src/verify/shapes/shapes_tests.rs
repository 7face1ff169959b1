//! What the scanner keeps, suspects and opens; the lines it must catch and must leave alone have
//! files of their own.
use std::collections::BTreeSet;

use super::*;

#[path = "shapes_caught_tests.rs"]
mod caught;
#[path = "shapes_kinds_tests.rs"]
mod kinds;
#[path = "shapes_quiet_tests.rs"]
mod quiet;

fn blocking(text: &[u8], keep: &[String]) -> BTreeSet<&'static str> {
    let mut raw = Vec::new();
    scan(&scanner(None, keep), text, &mut raw);
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
        scan(&scanner(None, &[]), line.as_bytes(), &mut raw);
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

fn zlib(plain: &[u8]) -> String {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, plain).unwrap();
    data_encoding::BASE64.encode(&packed.finish().unwrap())
}

#[test]
fn packed_text_in_base64_is_read_to_its_end() {
    let secret = b"\"password\":\"Marble-Finch-208\"";
    for pad in [10usize, 60_000, 65_530, 66_000, 400_000] {
        let mut plain = b"{\"text\":\"".to_vec();
        plain.extend((0..pad).map(|i| b"all quiet. "[i % 11]));
        plain.extend_from_slice(secret);
        plain.extend((0..5000).map(|i| b" all quiet."[i % 11]));
        let found = blocking(zlib(&plain).as_bytes(), &[]);
        assert_eq!(found, BTreeSet::from(["labelled-secret"]), "{pad}");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut gzip, &plain).unwrap();
        let gzip = data_encoding::BASE64.encode(&gzip.finish().unwrap());
        assert_eq!(blocking(gzip.as_bytes(), &[]), found, "{pad}");
    }
    assert!(blocking(zlib(b"{\"text\":\"all is quiet here\"}").as_bytes(), &[]).is_empty());
}

#[test]
fn packed_text_without_end_is_not_trusted() {
    let bomb = zlib(&b"all quiet. ".repeat(1_000_000));
    assert!(blocking(bomb.as_bytes(), &[]).contains("unread"));
}
