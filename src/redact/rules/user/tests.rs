//! Rules of one's own cut what they say, nothing else, and can never make a secret visible.
use std::sync::Arc;

use super::error::{FieldFault, WordFault};
use super::*;
use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::{Dialect, Learned, Level, Redactor, Tally};

fn rule(id: &str, kind: &str, what: UserPattern) -> UserRule {
    UserRule {
        id: id.to_owned(),
        kind: kind.to_owned(),
        what,
        catch: Vec::new(),
        leave: Vec::new(),
    }
}

fn words(list: &[&str]) -> UserPattern {
    UserPattern::Words((1..).zip(list.iter().map(|w| (*w).to_owned())).collect())
}

fn regex(pattern: &str) -> UserPattern {
    UserPattern::Regex(pattern.to_owned())
}

fn field(names: &[&str]) -> UserPattern {
    UserPattern::Field(names.iter().map(|n| (*n).to_owned()).collect())
}

fn with(rules: &[UserRule]) -> Result<Redactor, (usize, UserRuleError)> {
    let table = Rules::builtin().unwrap().with_user(rules)?;
    let names = Pseudonyms::new(&Key::new([3; 32]));
    Ok(Redactor::new(Arc::new(table), names, Level::Standard))
}

fn out(r: &Redactor, text: &str) -> String {
    let once = r.block(text.as_bytes(), Dialect::Log, &mut Tally::default());
    let twice = r.block(once.as_bytes(), Dialect::Log, &mut Tally::default());
    assert_eq!(once, twice, "not idempotent: {text}");
    assert_eq!(
        text.matches('\n').count(),
        once.as_bytes().iter().filter(|b| **b == b'\n').count()
    );
    String::from_utf8_lossy(once.as_bytes()).into_owned()
}

fn ids(text: &str) -> Vec<&str> {
    text.split('~')
        .filter(|p| p.contains('.') && !p.contains(' '))
        .collect()
}

#[test]
fn words_are_cut_whole_in_any_case_and_spelling() {
    let r = with(&[
        rule(
            "codename",
            "secret.codename",
            words(&["Red Nightfall", "O\"Hara/7", "Żaneta Ósma"]),
        ),
        rule("badge", "account", words(&["kestrel", "kestrel-9"])),
    ])
    .unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for text in [
        "the red nightfall is near",
        "RED NIGHTFALL",
        "q=Red%20Nightfall&x=1",
        "q=red+nightfall&x=1",
        r#"{"t":"x\nRed Nightfall"}"#,
        "%3Dred%20nightfall",
    ] {
        let clean = out(&r, text);
        assert!(
            !clean.to_lowercase().contains("nightfall"),
            "{text} -> {clean}"
        );
        seen.extend(ids(&clean).into_iter().map(str::to_owned));
    }
    assert_eq!(seen.len(), 1, "one value, one pseudonym: {seen:?}");
    for (text, left) in [
        (r#"x O\"Hara/7 y"#, "Hara"),
        (r#"x O\"Hara\/7 y"#, "Hara"),
        ("x O%22Hara%2F7 y", "Hara"),
        ("x O&quot;Hara/7 y", "Hara"),
        ("ŻANETA ÓSMA", "NETA"),
        (r"\u017baneta \u00d3sma", "aneta"),
        ("the Kestrel-9 and KESTREL, kestrel", "estrel"),
        ("kestrel-9x is kestrel", "~x"),
    ] {
        let clean = out(&r, text);
        assert!(!clean.contains(left), "{text} -> {clean}");
    }
    for text in [
        "kestrels",
        "_kestrel",
        "mykestrel",
        "kestrelé",
        "Red  Nightfall",
        "red nightfalls",
    ] {
        assert_eq!(out(&r, text), text);
    }
}

#[test]
fn words_are_cut_inside_what_the_walkers_open() {
    let r = with(&[rule(
        "codename",
        "secret.codename",
        words(&["Red Nightfall"]),
    )])
    .unwrap();
    let json = data_encoding::BASE64.encode(br#"{"title":1,"about":"red nightfall here"}"#);
    let hex = data_encoding::HEXUPPER.encode(b"--about=red nightfall");
    for text in [format!("--tags64 {json}"), format!("DBG In hex: {hex}")] {
        assert_ne!(out(&r, &text), text);
        let mut tally = Tally::default();
        r.block(text.as_bytes(), Dialect::Log, &mut tally);
        assert!(
            tally
                .by_rule()
                .keys()
                .any(|id| r.rules().name(*id) == "codename"),
            "{text}"
        );
    }
}

#[test]
fn patterns_are_tried_on_each_line_and_cut_their_group() {
    let r = with(&[
        rule(
            "badge",
            "account",
            regex(r"\bbadge (?P<v>[A-Z]{2}[0-9]{6})\b"),
        ),
        rule("ticket", "secret.ticket", regex(r"^TKT[^x]+$")),
        rule("order", "package", regex("ORD-[0-9]{4}-[A-Z]+")),
    ])
    .unwrap();
    let clean = out(
        &r,
        "a badge QX123456 b\r\nTKT one\r\nTKT two\nno TKT\nORD-1234-AB ORD-77\n",
    );
    assert!(clean.starts_with("a badge ~account."), "{clean}");
    assert_eq!(clean.matches("~secret.ticket.").count(), 2, "{clean}");
    assert!(
        clean.contains("\r\n~secret.ticket.") && clean.contains("no TKT\n~package."),
        "{clean}"
    );
    assert!(clean.ends_with("~ ORD-77\n"), "{clean}");
    // The pieces of a text come out as the whole.
    let text = "TKT one\nTKT two\nx badge QX123456\n";
    let pieces: String = text.split_inclusive('\n').map(|l| out(&r, l)).collect();
    assert_eq!(pieces, out(&r, text));
    for text in ["badge qx123456", "badge QX1234567", " TKT x", "ORD-1234-"] {
        assert_eq!(out(&r, text), text);
    }
}

#[test]
fn names_of_fields_are_known_in_every_style_and_notation() {
    let r = with(&[
        rule("vault", "secret.vault", field(&["deck_number", "*_handle"])),
        rule("crew", "person", field(&["bosun"])),
    ])
    .unwrap();
    for (text, left) in [
        ("deckNumber=QX12", "QX12"),
        ("--deck-number QX12 -v", "QX12"),
        ("{\"deck_number\": \"QX12\"}", "QX12"),
        ("<DECK_NUMBER>QX12</DECK_NUMBER>", "QX12"),
        ("{\"ship\":{\"deckNumber\":[\"QX12\"]}}", "QX12"),
        ("cabin_handle: QX12", "QX12"),
        ("bosun=\"Ada Byron\"", "Byron"),
        ("{\"name\": \"deck_number\", \"value\": \"QX12\"}", "QX12"),
    ] {
        let clean = out(&r, text);
        assert!(
            !clean.contains(left) && clean.contains('~'),
            "{text} -> {clean}"
        );
    }
    for text in [
        "deck_numbers=QX12",
        "deck=QX12",
        "handled: QX12",
        "deck_number=null",
    ] {
        assert_eq!(out(&r, text), text);
    }
}

#[test]
fn no_rule_of_ones_own_weakens_a_built_in_secret() {
    for name in [
        "password",
        "ldap_bind_password",
        "clientSecret",
        "Set-Cookie",
        "cookie",
        "authorization",
    ] {
        let (at, why) = with(&[rule("mine", "user", field(&[name]))]).err().unwrap();
        assert_eq!(
            (at, why),
            (
                0,
                UserRuleError::Field {
                    row: 1,
                    why: FieldFault::Secret
                }
            ),
            "{name}"
        );
    }
    let r = with(&[
        rule("mine", "meta", field(&["*_text", "wrapper"])),
        rule("all", "meta", regex("pass[a-z]+=[^ ]+x")),
        rule("word", "person", words(&["S3cr3tPlumJam"])),
    ])
    .unwrap()
    .keeping(["S3cr3tPlumJam".to_owned(), "S3cr3tPlumJam!x".to_owned()]);
    for text in [
        "password_text=S3cr3tPlumJam!x",
        "password=S3cr3tPlumJam!x",
        "password=S3cr3tPlumJam",
        "{\"wrapper\":{\"password\":\"S3cr3tPlumJam\"}}",
    ] {
        let clean = out(&r, text);
        assert!(!clean.contains("S3cr3t"), "{text} -> {clean}");
    }
    assert_eq!(
        out(&r, "kept S3cr3tPlumJam here"),
        "kept S3cr3tPlumJam here"
    );
}

#[test]
fn what_is_wrong_is_told_without_a_value() {
    let fault = |row, why| UserRuleError::Word { row, why };
    let name = |row, why| UserRuleError::Field { row, why };
    let cases = [
        (
            rule("Bad Id", "user", words(&["kestrel"])),
            UserRuleError::Id,
        ),
        (
            rule("password", "user", words(&["kestrel"])),
            UserRuleError::Taken,
        ),
        (rule("x", "ip4", words(&["kestrel"])), UserRuleError::Kind),
        (
            rule("x", "secret.", words(&["kestrel"])),
            UserRuleError::Kind,
        ),
        (
            rule("x", "secret.A b", words(&["kestrel"])),
            UserRuleError::Kind,
        ),
        (rule("x", "user", words(&[])), UserRuleError::NoValues),
        (
            rule("x", "user", words(&["kestrel", "abc"])),
            fault(2, WordFault::Short),
        ),
        (
            rule("x", "user", words(&["12345"])),
            fault(1, WordFault::Short),
        ),
        (
            rule("x", "user", words(&["session"])),
            fault(1, WordFault::Ordinary),
        ),
        (
            rule("x", "user", words(&["Session ENTRIES"])),
            fault(1, WordFault::Ordinary),
        ),
        (
            rule("x", "user", words(&["kes\ntrel"])),
            fault(1, WordFault::Lines),
        ),
        (
            rule("x", "user", words(&[&"kestrel ".repeat(40)])),
            fault(1, WordFault::Long),
        ),
        (
            rule("x", "user", regex("a{1000}{1000}")),
            UserRuleError::TooLarge,
        ),
        (
            rule("x", "user", regex("[A-Z]*")),
            UserRuleError::MatchesNothing,
        ),
        (
            rule("x", "user", regex(r"\Akestrel")),
            UserRuleError::Anchored,
        ),
        (rule("x", "user", regex("[a-z]+")), UserRuleError::Ordinary),
        (
            rule("x", "user", regex("[0-9]{4}")),
            UserRuleError::Ordinary,
        ),
        (
            rule("x", "user", regex("[0-9a-f]{64}")),
            UserRuleError::Ordinary,
        ),
        (
            rule("x", "user", field(&["a b"])),
            name(1, FieldFault::Name),
        ),
        (rule("x", "user", field(&["no"])), name(1, FieldFault::Name)),
        (
            rule("x", "user", field(&["bosun", "bosun"])),
            name(2, FieldFault::Taken),
        ),
        (
            rule("kestrel-list", "user", words(&["Kestrel"])),
            UserRuleError::Tells,
        ),
        (
            rule("x", "secret.kestrel", words(&["Kestrel"])),
            UserRuleError::Tells,
        ),
    ];
    for (rule, wanted) in cases {
        let (at, why) = with(std::slice::from_ref(&rule)).err().unwrap();
        assert_eq!((at, &why), (0, &wanted));
        assert!(
            !why.to_string().to_lowercase().contains("kestrel") && why.to_string().len() > 40,
            "{why}"
        );
    }
    let (_, why) = with(&[rule("x", "user", regex("kestrel(["))])
        .err()
        .unwrap();
    assert!(
        why.to_string().contains("at character") && !why.to_string().contains("kestrel"),
        "{why}"
    );
    let mut lines = rule("x", "user", words(&["kestrel"]));
    for (catch, leave, wanted) in [
        ("the kestrel", "", UserRuleError::Unmarked(1)),
        ("the «sparrow»", "", UserRuleError::Missed(1)),
        ("the «kestrel»", "a kestrel", UserRuleError::Cut(1)),
    ] {
        lines.catch = vec![catch.to_owned()];
        lines.leave = vec![leave.to_owned()];
        assert_eq!(with(&[lines.clone()]).err(), Some((0, wanted)));
    }
    assert!(!format!("{lines:?}").contains("kestrel"));
}

#[test]
fn the_version_tells_that_rules_are_in_force_and_not_which_words() {
    let version = |words_: &[&str], key: u8| {
        let table = Rules::builtin().unwrap();
        let table = table
            .with_user(&[rule("x", "user", words(words_))])
            .unwrap();
        Redactor::new(
            Arc::new(table),
            Pseudonyms::new(&Key::new([key; 32])),
            Level::Standard,
        )
        .rule_set()
    };
    let plain = with(&[]).unwrap().rule_set();
    let one = version(&["kestrel"], 1);
    assert!(
        one.starts_with(&format!("{plain}+user.")) && one.len() == plain.len() + 14,
        "{one}"
    );
    assert_eq!(one, version(&["kestrel"], 1));
    assert_ne!(one, version(&["sparrow hawk"], 1));
    assert_ne!(
        one,
        version(&["kestrel"], 2),
        "words cannot be tried out without the key"
    );
}

#[test]
fn words_go_to_the_verifier_unless_they_are_kept() {
    let r = with(&[rule("x", "user", words(&["kestrel", "sparrow"]))]).unwrap();
    assert_eq!(r.user_words().len(), 2);
    let r = r.keeping(["Sparrow".to_owned()]);
    let left: Vec<Vec<u8>> = r.user_words().iter().map(|w| w.value().to_vec()).collect();
    assert_eq!(left, [b"kestrel"]);
    assert_eq!(out(&r, "a sparrow"), "a sparrow");
    let secret = with(&[rule("x", "secret.x", words(&["q7-kestrel-nest"]))]).unwrap();
    let secret = secret.keeping(["q7-kestrel-nest".to_owned()]);
    assert!(!out(&secret, "a q7-kestrel-nest").contains("kestrel"));
    let mut learned = Learned::default();
    secret.user_words().iter().for_each(|w| learned.insert(w));
    assert_eq!(learned.len(), 1);
}
