//! What is learned is cut in every spelling, and nothing else is.
use super::*;
use crate::redact::rules::rules_tests::redactor;
use crate::redact::{Dialect, Level, Tally};

#[test]
fn a_gram_tells_its_bytes() {
    for bytes in [*b"Zk81mQpL", [0; GRAM], [0xff; GRAM], *b"\x01\x80~=_-+/"] {
        assert_eq!(bytes_of(gram(&bytes)), bytes);
    }
}

#[test]
fn a_learned_secret_is_cut_in_every_spelling_and_nothing_else_is() {
    let mut redactor = redactor(Level::Standard);
    let mut tally = Tally::default();
    redactor.block(b"password=Zk81mQpLtR29x!y", Dialect::Log, &mut tally);
    let mut learned = Learned::default();
    for secret in tally.take_secrets() {
        learned.insert(&secret);
    }
    assert_eq!(learned.len(), 1);
    redactor.learn(learned);
    let b64 = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
    let hex = data_encoding::HEXUPPER.encode(b"-Zk81mQpLtR29x!y");
    for (line, left) in [
        ("typed Zk81mQpLtR29x!y here".to_owned(), "Zk81mQpLtR29x"),
        (r"json \nZk81mQpLtR29x!y".to_owned(), "Zk81mQpLtR29x"),
        (format!("at 0 {}", b64("Zk81mQpLtR29x!y")), "Wms4"),
        (format!("at 1 {}", b64("- Zk81mQpLtR29x!y -")), "4MW1"),
        (format!("at 2 {}", b64("--Zk81mQpLtR29x!y")), "pLdF"),
        (format!("hex {hex}"), "5A6B"),
    ] {
        let out = redactor.block(line.as_bytes(), Dialect::Log, &mut Tally::default());
        let out = String::from_utf8_lossy(out.as_bytes()).into_owned();
        assert!(
            out.contains("~secret.password.") && !out.contains(left),
            "{line} -> {out}"
        );
    }
    for line in [
        "typed Zk81mQpLtR29 here",
        "typed Zk81mQpLtR here",
        "sum 9f86d081884c7d659a2feaa0c55ad015",
        "uuid 66981d43-f6c8-41c4-a367-8be8f4d179e5",
    ] {
        let out = redactor.block(line.as_bytes(), Dialect::Log, &mut Tally::default());
        assert_eq!(out.as_bytes(), line.as_bytes());
    }
}

#[test]
fn what_has_no_room_is_counted_and_what_is_known_is_not() {
    let secret = |i: u32| {
        Secret::new(
            format!("Zk81mQpLtR29x{i}").as_bytes(),
            "~secret.token.abcdefghijkl~",
        )
    };
    let mut learned = Learned::holding(2);
    for i in [0, 1, 0, 1] {
        learned.insert(&secret(i));
    }
    assert_eq!((learned.len(), learned.left_out()), (2, 0));
    learned.insert(&secret(2));
    learned.insert(&secret(1));
    assert_eq!((learned.len(), learned.left_out()), (2, 1));
}
