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
fn a_key_file_needs_32_bytes_and_the_message_says_how_to_make_one() {
    let error = Key::from_material(&[1; 31]).err().unwrap();
    assert!(error.to_string().contains("31 bytes"));
    assert!(Key::from_material(&[1; 64]).is_ok());
}
