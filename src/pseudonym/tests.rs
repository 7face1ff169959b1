//! The mapping is a function, its forms are those of the design, and our own work is recognised.
use core::net::IpAddr;

use super::*;

fn made() -> Pseudonyms {
    Pseudonyms::new(&Key::new([7; 32]))
}

fn parts(pseudonym: &str) -> Vec<String> {
    pseudonym
        .trim_matches('~')
        .split('.')
        .map(str::to_owned)
        .collect()
}

#[test]
fn same_value_same_pseudonym_in_every_spelling() {
    let p = made();
    assert_eq!(p.user(b"MLopez"), p.user(b"mlopez"));
    assert_eq!(p.host(b"Node7.Example.NET."), p.host(b"node7.example.net"));
    assert_eq!(p.email(b"A.B", b"X.example"), p.email(b"a.b", b"x.EXAMPLE"));
    let mapped: IpAddr = "::ffff:10.1.2.3".parse().unwrap();
    assert_eq!(p.ip(mapped), p.ip("10.1.2.3".parse().unwrap()));
    assert_eq!(
        p.ip("2001:db8:0:0::1".parse().unwrap()),
        p.ip("2001:DB8::1".parse().unwrap())
    );
}

#[test]
fn another_key_gives_other_pseudonyms_and_another_key_id() {
    let (a, b) = (made(), Pseudonyms::new(&Key::new([8; 32])));
    assert_ne!(a.user(b"mlopez"), b.user(b"mlopez"));
    assert_ne!(a.key_id(), b.key_id());
    assert_eq!(a.key_id(), made().key_id());
}

#[test]
fn kinds_do_not_link() {
    let p = made();
    let id = |s: String| parts(&s).last().unwrap().clone();
    assert_ne!(id(p.user(b"alpha")), id(p.host(b"alpha").0));
    assert_ne!(
        id(p.plain("person", b"alpha")),
        id(p.plain("phone", b"alpha"))
    );
}

#[test]
fn groups_stay_visible() {
    let p = made();
    let ip = |s: &str| parts(&p.ip(s.parse().unwrap()));
    assert_eq!(ip("10.1.2.3")[..3], ip("10.1.2.77")[..3]);
    assert_ne!(ip("10.1.2.3")[2], ip("10.1.3.3")[2]);
    assert_eq!(ip("10.1.2.3")[1], "private");
    assert_eq!(ip("100.64.0.1")[1], "cgnat");
    assert_eq!(ip("8.8.4.4")[1], "public");
    assert_eq!(ip("fd77::5")[..3], ip("fd77::21")[..3]);
    assert_eq!(ip("fd77::5")[1], "ula");
    let (a, b) = (
        p.host(b"a.int.example.net").0,
        p.host(b"b.int.example.net").0,
    );
    assert_eq!(parts(&a)[1], parts(&b)[1]);
    assert_eq!(
        parts(&p.host(b"a").0)[2],
        parts(&a)[2],
        "a bare name shows which full name it may be"
    );
    assert_eq!(
        parts(&p.email(b"x", b"example.net"))[1],
        parts(&p.host(b"www.example.net").0)[1]
    );
    assert_eq!(
        parts(&p.host(b"example.net").0)[1],
        parts(&p.host(b"www.example.net").0)[1]
    );
}

#[test]
fn every_form_is_recognised_as_ours_and_nothing_else_is() {
    let p = made();
    for made in [
        p.secret("password", b"x"),
        p.token("token.atm2", b"x"),
        p.basic(b"u", b"u:p"),
        p.user(b"u"),
        p.plain("person", b"M"),
        p.email(b"a", b"b.c"),
        p.host(b"h").0,
        p.host(b"h.d.e").0,
        p.ip("10.0.0.1".parse().unwrap()),
        p.ip("fe80::1".parse().unwrap()),
        p.mac([1, 2, 3, 4, 5, 6]),
    ] {
        assert!(is_pseudonym(made.as_bytes()), "{made}");
        assert!(
            made.trim_matches('~')
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        );
        let inside = format!("x={made} y");
        assert_eq!(find_at(inside.as_bytes(), 2), Some(2 + made.len()));
    }
    for other in [
        "~",
        "~~",
        "~host~",
        "~host.x~",
        "~nokind.abcdefghijkl~",
        "~user.ABCDEFGHIJKL~",
        "user.abcdefghijkl~",
        "~user.abcdefghijkl",
        "~user.abcdefg hijkl~",
    ] {
        assert!(!is_pseudonym(other.as_bytes()), "{other}");
    }
}

#[test]
fn the_note_about_a_body_that_is_left_out_is_a_pseudonym_for_every_rule() {
    let note = crate::text::withheld_note(u64::MAX);
    assert!(is_pseudonym(note.as_bytes()), "{note}");
}

#[test]
fn every_kind_stands_for_a_secret_or_for_an_identifier_or_for_nothing() {
    use super::shape::{IDENTIFIER_KINDS, KINDS, LEFT_OUT_KINDS, SECRET_KINDS};
    let mut both: Vec<&str> = [SECRET_KINDS, IDENTIFIER_KINDS, LEFT_OUT_KINDS].concat();
    both.sort_unstable();
    let mut kinds = KINDS.to_vec();
    kinds.sort_unstable();
    assert_eq!(
        both, kinds,
        "a new kind needs a place in one of the three lists"
    );
}

#[test]
fn what_a_pseudonym_stands_for_is_told_from_every_spelling_and_from_no_other_value() {
    let p = made();
    for (pseudonym, canonical, spellings) in [
        (p.user(b"mlopez"), "mlopez", vec!["mlopez", "MLopez"]),
        (
            p.email(b"a.b", b"x.example"),
            "a.b@x.example",
            vec!["a.b@x.example", "A.B@X.Example"],
        ),
        (
            p.host(b"n7.example.net").0,
            "n7.example.net",
            vec!["n7.example.net", "N7.Example.NET."],
        ),
        (p.host(b"node7").0, "node7", vec!["Node7"]),
        (
            p.ip("10.1.2.3".parse().unwrap()),
            "10.1.2.3",
            vec!["10.1.2.3", "::ffff:10.1.2.3"],
        ),
        (
            p.ip("2001:db8::1".parse().unwrap()),
            "2001:db8::1",
            vec!["2001:DB8:0::1"],
        ),
        (
            p.mac([0, 0x1b, 0x21, 0xaa, 5, 6]),
            "00:1b:21:aa:05:06",
            vec!["00:1B:21:aa:05:06", "00-1b-21-AA-05-06", "001b.21aa.0506"],
        ),
        (
            p.plain("person", b"Maria Lopez"),
            "Maria Lopez",
            vec!["Maria Lopez"],
        ),
    ] {
        for spelling in spellings {
            let told = p.original_of(&pseudonym, spelling);
            assert_eq!(told.as_deref(), Some(canonical), "{pseudonym} {spelling}");
        }
        for other in [
            "",
            "other",
            "other@x.example",
            "10.1.2.4",
            "maria lopez",
            "00:1b:21:aa:05:07:08",
        ] {
            assert_eq!(
                p.original_of(&pseudonym, other),
                None,
                "{pseudonym} {other}"
            );
        }
    }
    for secret in [
        p.secret("password", b"x"),
        p.plain("cookie", b"x"),
        p.token("jwt", b"x"),
    ] {
        assert_eq!(p.original_of(&secret, "x"), None, "a secret is never told");
    }
}
