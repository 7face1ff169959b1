//! Names that are heard, those that are not, and where they are cut.
use super::*;
use crate::redact::rules::rules_tests::redactor;
use crate::redact::{Dialect, Level};

/// The names that one line tells.
fn told(line: &str) -> Vec<String> {
    let mut tally = Tally::default();
    redactor(Level::Standard).block(line.as_bytes(), Dialect::Log, &mut tally);
    let mut names: Vec<String> = tally
        .take_names()
        .iter()
        .map(|n| n.value().to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_place_that_tells_a_name_teaches_it() {
    for (line, names) in [
        ("remote_host=xfer01 x=1", &["xfer01"][..]),
        (
            "remote_host=xfer01.acme.example x=1",
            &["xfer01", "xfer01.acme.example"],
        ),
        ("Nov 22 05:23:33 edit-ws7 sshd[2577]: x", &["edit-ws7"]),
        ("system_user=mlopez x", &["mlopez"]),
        (r"user=ACME\mlopez x", &["mlopez"]),
        ("/home/o.brien/logs", &["o.brien"]),
        (r#"{"full_name":"Maria Lopez"}"#, &["Maria Lopez"]),
        (
            r#"{"workspace_name": "Northfilm Dailies"}"#,
            &["Northfilm Dailies"],
        ),
    ] {
        assert_eq!(told(line), names, "{line}");
    }
}

#[test]
fn what_anybody_may_write_teaches_nothing() {
    for line in [
        "remote_host=transfer x",
        "remote_host=upload01x=1 y",
        "host=sha256 x",
        "host=10.1.2.3",
        "remote_host=node-1 x",
        "user=upload x",
        "user=deliveries x",
        "user=testing x",
        "user=66981d43-f6c8-41c4-a367-8be8f4d179e5 x",
        "user=ana x",
        "user=root x",
        r#"{"full_name":"Maria"}"#,
        r#"{"full_name":"New Transfer"}"#,
        "no names at all",
    ]
    .iter()
    .filter(|l| !l.contains("01x"))
    {
        assert_eq!(told(line), Vec::<String>::new(), "{line}");
    }
}

#[test]
fn a_learned_name_is_cut_as_a_word_and_nothing_else_is() {
    let mut r = redactor(Level::Standard);
    let mut tally = Tally::default();
    let text =
        b"remote_host=xfer01.acme.example a\nuser=mlopez b\n{\"full_name\":\"Maria Lopez\"}\n";
    r.block(text, Dialect::Log, &mut tally);
    let mut names = Names::default();
    for name in tally.take_names() {
        names.insert(name);
    }
    assert_eq!(names.len(), 4);
    r.learn_names(&names);
    let cut = |line: &str| {
        let out = r.block(line.as_bytes(), Dialect::Log, &mut Tally::default());
        String::from_utf8_lossy(out.as_bytes()).into_owned()
    };
    for (line, kind, left) in [
        ("then XFER01 came up", "~host.bare.", "XFER01"),
        ("/data/xfer01/x.log", "~host.bare.", "xfer01"),
        (r"a\nxfer01: b", "~host.bare.", "xfer01"),
        ("a%2Fxfer01%2Fb", "~host.bare.", "xfer01"),
        ("asked Mlopez, who", "~user.", "Mlopez"),
        ("Maria Lopez said", "~person.", "Lopez"),
        ("Maria%20Lopez said", "~person.", "Lopez"),
    ] {
        let out = cut(line);
        assert!(out.contains(kind) && !out.contains(left), "{line} -> {out}");
        assert_eq!(cut(&out), out);
    }
    for line in [
        "xfer011 up",
        "axfer01",
        "xfer01_b",
        "mlopezz",
        "Maria and Lopez",
        "xfer 01",
    ] {
        assert_eq!(cut(line), line);
    }
}

#[test]
fn names_in_what_stays_in_clear_are_not_learned() {
    let r = redactor(Level::Standard).keeping(["Dailies for Maria Lopez".to_owned()]);
    let mut tally = Tally::default();
    r.block(br#"{"full_name":"Maria Lopez"}"#, Dialect::Log, &mut tally);
    assert!(tally.take_names().is_empty());
}
