//! A redactor that is told to remember knows what its identifiers stood for, and no secret.
use super::reversal::Originals;
use crate::redact::rules::rules_tests::redactor;
use crate::redact::{Dialect, Level, Redactor, Tally};

const TEXT: &str = "\
password=Marble-Finch-208 user=DOM\\Ana.Weber from 10.1.2.3 to maria@acme.example
GET /x?to=MARIA%40Acme.Example&token=Zk81mQpLtR29xYwVb7 peer=[fd77::5] at 00:1B:21:AA:05:06
Nov 21 08:00:00 Node7.int.example.net ascp[12]: open ftp://bob:hunter2hunter2@files.example.net/home/ana.weber/x
{\"user_name\":\"J\\u00f6rg \\\"M\\\" Klein\",\"secret\":\"only-klein@acme.example\"}
cookie=aspera.aoc:cGFja2FnZXM:TWFyaWEgTG9wZXo:bWFyaWFAYWNtZS5leGFtcGxl
";

fn remembered(redactor: &Redactor, text: &str) -> Originals {
    redactor.block(text.as_bytes(), Dialect::Log, &mut Tally::default());
    redactor.take_originals()
}

#[test]
fn identifiers_are_remembered_as_they_are_meant_and_secrets_are_not() {
    let redactor = redactor(Level::Standard).remembering();
    let originals = remembered(&redactor, TEXT);
    let mut values: Vec<&str> = originals.iter().map(|(_, value)| value).collect();
    values.sort_unstable();
    for value in [
        "ana.weber",
        "10.1.2.3",
        "maria@acme.example",
        "fd77::5",
        "00:1b:21:aa:05:06",
        "node7.int.example.net",
        "bob",
        "files.example.net",
        "Maria Lopez",
    ] {
        assert!(values.contains(&value), "{value} in {values:?}");
    }
    for secret in ["Finch", "Zk81", "hunter2", "only-klein"] {
        assert!(
            !values.iter().any(|v| v.contains(secret)),
            "{secret} in {values:?}"
        );
    }
    for (pseudonym, value) in originals.iter() {
        let again = redactor.names.original_of(pseudonym, value);
        assert_eq!(again.as_deref(), Some(value), "{pseudonym}");
    }
    assert!(originals.is_complete() && !originals.is_empty());
}

#[test]
fn names_in_nested_texts_are_told_each_by_itself() {
    let b64 = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
    let json =
        r#"{"_pkg_uuid":"1","_pkg_name":"Dailies of June","note":"for Maria","more":{"a":1}}"#;
    let lines = [
        format!(
            "cookie=aspera.faspex20:u:x:{}:{}",
            b64("kim@acme.example"),
            b64(json)
        ),
        format!(
            "data={}",
            b64(r#"{"user":"bob","peer":"10.9.8.7","host":"n1.acme.example"}"#)
        ),
    ];
    let redactor = redactor(Level::Standard).remembering();
    let originals = remembered(&redactor, &(lines.join("\n") + "\n"));
    let mut values: Vec<&str> = originals.iter().map(|(_, value)| value).collect();
    values.sort_unstable();
    // A note may be told by two kinds of pseudonym.
    values.dedup();
    assert_eq!(
        values,
        [
            "10.9.8.7",
            "Dailies of June",
            "bob",
            "for Maria",
            "kim@acme.example",
            "n1.acme.example",
            "{\"a\":1}"
        ]
    );
    for (pseudonym, value) in originals.iter() {
        let again = redactor.names.original_of(pseudonym, value);
        assert_eq!(again.as_deref(), Some(value), "{pseudonym}");
    }
}

#[test]
fn each_is_remembered_once_and_the_names_in_paths_too() {
    let redactor = redactor(Level::Standard).remembering();
    let clean = redactor.clean_path("/home/kim/logs/x.log", &["kim".to_owned()]);
    assert!(clean.as_str().contains("~user."), "{clean}");
    let originals = remembered(&redactor, &"login from 10.1.2.3 user=KIM\n".repeat(50));
    let mut values: Vec<&str> = originals.iter().map(|(_, value)| value).collect();
    values.sort_unstable();
    assert_eq!(values, ["10.1.2.3", "kim"]);
    assert_eq!(originals.len(), 2);
    assert!(
        redactor.take_originals().is_empty(),
        "they are taken out once"
    );
}

#[test]
fn without_the_wish_nothing_is_remembered_and_with_it_the_text_is_the_same() {
    let (with, without) = (
        redactor(Level::Standard).remembering(),
        redactor(Level::Standard),
    );
    let block = |r: &Redactor| r.block(TEXT.as_bytes(), Dialect::Log, &mut Tally::default());
    assert_eq!(block(&with), block(&without));
    assert!(without.take_originals().is_empty());
}

#[test]
fn memory_has_an_end_and_says_when_it_was_reached() {
    let mut originals = Originals::default();
    for n in 0..30_000 {
        let value = zeroize::Zeroizing::new(format!("{n:01000}"));
        originals.insert(&format!("~user.{n:012}~"), value, true);
    }
    assert!(!originals.is_complete());
    assert!(
        (20_000..23_000).contains(&originals.len()),
        "{}",
        originals.len()
    );
}
