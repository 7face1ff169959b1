//! The quick question against the search with places: what that finds, this sees.
use std::fmt::Write as _;

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::redact::rules::rules_tests::redactor;
use crate::redact::{Dialect, Learned, Level, Redacted, Redactor, Tally};

/// A redactor that learned the secrets of a text, and how many these are.
fn knowing(text: &str) -> Redactor {
    let mut redactor = redactor(Level::Standard);
    let mut tally = Tally::default();
    redactor.block(text.as_bytes(), Dialect::Log, &mut tally);
    let mut learned = Learned::default();
    for secret in tally.take_secrets() {
        learned.insert(&secret);
    }
    for name in tally.take_names() {
        let mut names = crate::redact::Names::default();
        names.insert(name);
        redactor.learn_names(&names);
    }
    redactor.learn(learned);
    redactor
}

/// One with a run that tells it, one that begins with signs, one of words and blanks, one in another script.
const SECRETS: [&str; 5] = [
    "Zk81mQpLtR29x!y",
    "!?.;~ Vq7Rw2Lm99z",
    "correct horse! battery staple",
    "Ключ от сейфа №7",
    "a\"b\\c/d=e&f'g quite-odd",
];

fn all() -> Redactor {
    let mut redactor = redactor(Level::Standard);
    let mut learned = Learned::default();
    for secret in SECRETS {
        learned.insert_told(&super::Secret::new(
            secret.as_bytes(),
            "~secret.password.abcdefghijkl~",
        ));
    }
    redactor.learn(learned);
    redactor
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        let _ = write!(out, "%{b:02X}");
        out
    })
}

fn units(text: &str) -> String {
    text.encode_utf16().fold(String::new(), |mut out, unit| {
        let _ = write!(out, "\\u{unit:04x}");
        out
    })
}

fn numbers(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        let _ = write!(out, "&#{};", u32::from(c));
        out
    })
}

fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

/// A way to write a secret.
const WAYS: [fn(&str) -> String; 10] = [
    str::to_owned,
    percent,
    units,
    numbers,
    json,
    |text| json(&json(text)),
    |text| BASE64.encode(text.as_bytes()).replace('/', "\\/"),
    |text| percent(&BASE64.encode(text.as_bytes())),
    |text| BASE64URL_NOPAD.encode(text.as_bytes()),
    |text| HEXLOWER.encode(text.as_bytes()),
];

fn stands_in(redactor: &Redactor, text: &str) -> bool {
    redactor.finds_more(&Redacted(text.as_bytes().to_vec()))
}

/// True if the search of all spellings finds something.
fn is_found(redactor: &Redactor, text: &str) -> bool {
    let mut tally = Tally::default();
    redactor.block(text.as_bytes(), Dialect::Log, &mut tally);
    tally
        .by_rule()
        .contains_key(&redactor.rules().id("learned"))
}

#[test]
fn every_secret_is_seen_in_every_spelling_between_anything() {
    let redactor = all();
    for secret in SECRETS {
        for way in WAYS {
            for around in [
                "",
                "x ",
                "=",
                "\\\"",
                "%3D",
                "&quot;",
                "{\"a\\\\n\":\"",
                "AAAA/",
            ] {
                let text = format!("{around}{}{around}", way(secret));
                assert!(
                    stands_in(&redactor, &text) || !is_found(&redactor, &text),
                    "{text}"
                );
            }
            assert!(stands_in(&redactor, &format!("at {} .", way(secret))));
        }
    }
    for text in [
        "",
        "nothing to see",
        r#"{"a":"b\"c\\d\/e%20f&amp;g","token":"~secret.token.abcdefghijkl~"}"#,
        "66981d43-f6c8-41c4-a367-8be8f4d179e5 d41d8cd98f00b204e9800998ecf8427e",
        "correct horse battery staple, Zk81mQpLtR29y",
    ] {
        assert!(!stands_in(&redactor, text), "{text}");
    }
}

#[test]
fn names_that_were_learned_are_seen() {
    let redactor = knowing("user=\"kowalczyk\" logged in");
    assert!(stands_in(&redactor, "it was Kowalczyk"));
    assert!(stands_in(&redactor, r"it was\nkowalczyk"));
    assert!(!stands_in(
        &redactor,
        "it was ~user.abcdefghijkl~, or kowalczyks"
    ));
}

#[test]
fn an_address_inside_of_a_secret_tears_it() {
    let redactor = redactor(Level::Standard);
    for (value, torn) in [
        ("open sesame of maria@acme.example", true),
        ("correct horse battery staple", false),
        ("Zk81mQpLtR29 of maria@acme.example", false),
    ] {
        let secret = super::Secret::new(value.as_bytes(), "~secret.password.abcdefghijkl~");
        assert_eq!(redactor.tears(&secret), torn, "{value}");
    }
}

/// Escapes of two kinds that follow each other are undone at once, and their base64 becomes one word.
#[test]
fn words_that_become_one_behind_escapes_hide_nothing() {
    let redactor = all();
    for front in ["", "k", "k8", "k81", "k81m"] {
        for first in SECRETS {
            for second in SECRETS {
                let first = percent(&BASE64.encode(units(first).as_bytes()));
                let second = units(&BASE64.encode(second.as_bytes()));
                let text = format!("{front}{first}{second}");
                assert!(
                    stands_in(&redactor, &text) || !is_found(&redactor, &text),
                    "{text}"
                );
                let text = format!("{front}{}{second}", percent(&BASE64.encode(b"a b c 7 d?")));
                assert!(
                    stands_in(&redactor, &text) || !is_found(&redactor, &text),
                    "{text}"
                );
            }
        }
    }
}

proptest! {
    // One seed, so that a run tells the same as the last one; set another by hand to look for more.
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(29), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_search_finds_is_seen(
        parts in prop::collection::vec((0..SECRETS.len(), 0..WAYS.len(), 0..WAYS.len(), any::<(u8, u8)>(), "[ -~\\n]{0,12}|(\\\\|%|&|%25|\\\\u00|%5C|&amp;|\\\\n|\\\\\"|=){0,4}"), 1..4),
    ) {
        let redactor = all();
        let mut text = String::new();
        for (secret, first, second, (from, len), between) in parts {
            // All of a secret, or a part of it.
            let letters: Vec<char> = SECRETS[secret].chars().collect();
            let from = usize::from(from) % 4;
            let len = letters.len() - from - usize::from(len) % 3;
            let part: String = letters.into_iter().skip(from).take(len).collect();
            text.push_str(&between);
            text.push_str(&WAYS[second](&WAYS[first](&part)));
            text.push_str(&between);
        }
        prop_assert!(stands_in(&redactor, &text) || !is_found(&redactor, &text), "{text}");
    }
}
