//! A secret that was found once is found everywhere: whatever it is made of, however it is spelled, the redactor
//! leaves no trace of it once it is learned, and the verifier, with code of its own, sees it where it still stands.
#![expect(clippy::unwrap_used, reason = "tests may")]
use std::sync::{Arc, LazyLock};

use aoc_bundle::pseudonym::{Key, Pseudonyms};
use aoc_bundle::redact::{Dialect, Learned, Level, Redactor, Rules, Tally};
use aoc_bundle::verify::{Known, scan_text};
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, HEXLOWER, HEXUPPER};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

static RULES: LazyLock<Arc<Rules>> = LazyLock::new(|| Arc::new(Rules::builtin().unwrap()));

fn redactor() -> Redactor {
    Redactor::new(
        RULES.clone(),
        Pseudonyms::new(&Key::new([3; 32])),
        Level::Standard,
    )
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(b).to_string()
            }
            _ => format!("%{b:02X}"),
        })
        .collect()
}

fn all_percent(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02x}")).collect()
}

fn json(text: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    text[1..text.len() - 1].to_owned()
}

fn unicode(text: &str, all: bool) -> String {
    text.chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' if !all => c.to_string(),
            c => format!("\\u{:04x}", u32::from(c)),
        })
        .collect()
}

fn entities(text: &str, form: usize) -> String {
    text.chars()
        .map(|c| match (form, c) {
            (0, '&') => "&amp;".to_owned(),
            (0, '<') => "&lt;".to_owned(),
            (0, '>') => "&gt;".to_owned(),
            (0, '"') => "&quot;".to_owned(),
            (0, '\'') => "&apos;".to_owned(),
            (0, c) => c.to_string(),
            (1, c) => format!("&#{};", u32::from(c)),
            (_, c) => format!("&#x{:X};", u32::from(c)),
        })
        .collect()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    use std::io::Write;
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

/// Every spelling; the last ones are those that hold words around the secret as well.
fn spellings(secret: &str) -> Vec<(&'static str, String)> {
    let s = secret;
    let around = |lead: &str| format!("{lead}{s} and more");
    vec![
        ("as it is", s.to_owned()),
        ("percent", percent(s)),
        ("percent, all", all_percent(s)),
        ("percent twice", percent(&percent(s))),
        ("percent three times", percent(&percent(&percent(s)))),
        ("json", json(s)),
        ("json twice", json(&json(s))),
        ("json three times", json(&json(&json(s)))),
        ("unicode", unicode(s, false)),
        ("unicode, all", unicode(s, true)),
        ("unicode in json", json(&unicode(s, false))),
        ("entities", entities(s, 0)),
        ("entities, decimal", entities(s, 1)),
        ("entities, hexadecimal", entities(s, 2)),
        ("entities in json", json(&entities(s, 0))),
        ("json in entities", entities(&json(s), 0)),
        ("json in percent", percent(&json(s))),
        ("percent in json", json(&percent(s))),
        ("hexadecimal", HEXLOWER.encode(s.as_bytes())),
        ("hexadecimal, upper case", HEXUPPER.encode(s.as_bytes())),
        (
            "hexadecimal of words",
            HEXUPPER.encode(around("to see ").as_bytes()),
        ),
        ("hexadecimal of utf-16", HEXUPPER.encode(&utf16(s))),
        ("base64", BASE64.encode(s.as_bytes())),
        ("base64, no padding", BASE64_NOPAD.encode(s.as_bytes())),
        ("base64url", BASE64URL.encode(s.as_bytes())),
        ("base64 at 0", BASE64.encode(around("a: ").as_bytes())),
        ("base64 at 1", BASE64.encode(around("ab: ").as_bytes())),
        ("base64 at 2", BASE64.encode(around("abc: ").as_bytes())),
        (
            "base64 of a pair",
            BASE64.encode(format!("user:{s}").as_bytes()),
        ),
        (
            "base64 twice",
            BASE64.encode(BASE64.encode(around("to: ").as_bytes()).as_bytes()),
        ),
        (
            "base64 of json",
            BASE64.encode(format!("{{\"a\": \"{}\"}}", json(s)).as_bytes()),
        ),
        (
            "base64 of percent",
            BASE64.encode(format!("a={}&b=1", percent(s)).as_bytes()),
        ),
        (
            "base64 in percent",
            percent(&BASE64.encode(around("to: ").as_bytes())),
        ),
        (
            "base64 in json",
            json(&BASE64.encode(around("a ").as_bytes())).replace('/', "\\/"),
        ),
        (
            "base64 of utf-16",
            BASE64.encode(&utf16(&around("to see "))),
        ),
        (
            "base64 of gzip",
            BASE64.encode(&gzip(&format!(
                "{{\"a\": \"some words, and {} of it\"}}",
                json(s)
            ))),
        ),
    ]
}

/// Whether the redactor learns a secret from its place; words that anybody writes are not learned.
fn learned(secret: &str) -> Option<(Learned, Known)> {
    let line = format!(
        "{{\"password\": {}}}",
        serde_json::to_string(secret).unwrap()
    );
    let mut tally = Tally::default();
    redactor().block(line.as_bytes(), Dialect::Config, &mut tally);
    let mut learned = Learned::default();
    let mut known = Known::new([9; 32]);
    for found in tally.take_secrets() {
        if found.value() != secret.as_bytes() {
            return None;
        }
        learned.insert(&found);
        known.insert(found.value());
    }
    assert_eq!(
        learned.len(),
        known.len(),
        "{secret}: one learns it, the other does not"
    );
    (learned.len() == 1).then_some((learned, known))
}

fn sees(known: &Known, text: &[u8]) -> bool {
    let mut seen = false;
    scan_text(text, Some(known), &[], &mut |hit| {
        seen |= hit.detector.id == "known-secret"
    });
    seen
}

fn check(secret: &str, lead: &str, tail: &str) -> Result<(), TestCaseError> {
    let Some((learned, known)) = learned(secret) else {
        return Ok(());
    };
    let mut redactor = redactor();
    redactor.learn(learned);
    for (name, spelling) in spellings(secret) {
        let text = format!("{lead}{spelling}{tail}");
        prop_assert!(
            sees(&known, text.as_bytes()),
            "not seen, {}: {} in {}",
            name,
            secret,
            text
        );
        let out = redactor.block(text.as_bytes(), Dialect::Log, &mut Tally::default());
        let shown = String::from_utf8_lossy(out.as_bytes()).into_owned();
        prop_assert!(
            !shown.contains(&spelling),
            "left, {}: {} in {}\n{}",
            name,
            secret,
            text,
            shown
        );
        prop_assert!(
            !sees(&known, out.as_bytes()),
            "still seen, {}: {} in {}\n{}",
            name,
            secret,
            text,
            shown
        );
        let again = redactor.block(out.as_bytes(), Dialect::Log, &mut Tally::default());
        prop_assert_eq!(
            &again,
            &out,
            "not idempotent, {}: {} in {}",
            name,
            secret,
            text
        );
    }
    Ok(())
}

/// True if a part of a text could be an escape of its own.
fn looks_escaped(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes
        .windows(3)
        .any(|w| w[0] == b'%' && w[1..].iter().all(u8::is_ascii_hexdigit))
        || bytes
            .windows(2)
            .any(|w| w[0] == b'\\' && b"nrtbfux0123\"\\/".contains(&w[1]))
        || text.split('&').skip(1).any(|rest| rest.contains(';'))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(11),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_learned_secret_is_gone_in_every_spelling(
        secret in "[!-~]{8,28}",
        lead in prop::sample::select(vec!["", "x ", "x=", "see: ", "{\"a\":\"", "<a>", "a\n", "q=1&r="]),
        tail in prop::sample::select(vec!["", " y", "&b=1", "\", \"b\":1}", "</a>", "\nnext", ", z"]),
    ) {
        // What stands in the secret as an escape would is tried below, with secrets made for it.
        prop_assume!(!looks_escaped(&secret));
        check(&secret, lead, tail)?;
    }
}

#[test]
fn secrets_of_every_make_are_gone() {
    for secret in [
        "Zk81mQpLtR29",
        "Blue-Heron-4471!",
        "a!b@c#d$e%",
        "!@#$%^&*()",
        "Marble-Finch-Hill",
        "correct horse battery",
        "pass\\word\"1",
        "100%25-sure",
        "a&amp;b<c>",
        "%41%42%43%44",
        "\\u0041bcdefg",
        "p@ss/w0rd+x=",
        "grüße-öl-ärger",
        "aaaaaaaa!",
        "x1!x1!x1!x1!",
        "deadbeefdeadbeef",
        "QwErTyUiOp!",
    ] {
        assert!(learned(secret).is_some(), "{secret} is not learned");
        if let Err(e) = check(secret, "see ", " there") {
            panic!("{e}");
        }
    }
}

#[test]
fn words_that_anybody_writes_stay() {
    for secret in [
        "database",
        "Production",
        "partially_completed",
        "12345678",
        "1048576000",
        "PASSWORDS",
    ] {
        assert!(learned(secret).is_none(), "{secret}");
    }
    let (learned, _) = learned("Zk81mQpLtR29").unwrap();
    let mut redactor = redactor();
    redactor.learn(learned);
    for line in [
        "LOG FASP Session Start uuid=029c1333-c732-4636-83c1-e1acec2864cb op=send",
        "sum 9f86d081884c7d659a2feaa0c55ad015 %41 \\u0041 &amp; Zk81mQpLtR",
        "in base64 QWxsIGlzIHF1aWV0IGhlcmUsIGFuZCBub3RoaW5nIGlzIHNlY3JldC4=",
    ] {
        let out = redactor.block(line.as_bytes(), Dialect::Log, &mut Tally::default());
        assert_eq!(String::from_utf8_lossy(out.as_bytes()), line);
    }
}
