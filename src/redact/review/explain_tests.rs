//! What is told is what happens, and it never quotes what was cut.
use super::*;
use crate::redact::rules::rules_tests::redactor;

fn explained_by(r: &Redactor, text: &str) -> Explanation {
    super::explain(r, text.as_bytes(), Surroundings::default(), Dialect::Log)
}

fn explain(text: &str) -> Explanation {
    explained_by(&redactor(Level::Standard), text)
}

fn told(text: &str) -> Vec<String> {
    let r = redactor(Level::Standard);
    let e = explained_by(&r, text);
    let cuts = e.cuts.iter().map(|c| {
        (
            c.at.start,
            format!("{} {}", r.rules().name(c.rule), c.shape),
        )
    });
    let stayed = e.stayed.iter().map(|s| {
        let put = String::from_utf8_lossy(&e.text.as_bytes()[s.put.clone()]);
        (s.at.start, format!("{} {put}", s.reason.id()))
    });
    let mut all: Vec<_> = cuts.chain(stayed).collect();
    all.sort();
    all.into_iter().map(|(_, t)| t).collect()
}

#[test]
fn cuts_and_what_stayed_are_told_with_their_reasons() {
    for (text, wanted) in [
        (
            "login failed password=S3cr3tPlumJam!x from 10.77.0.5",
            &["password Aa9-{15}", "ip4 num.num.num.num"][..],
        ),
        ("password: incorrect", &["says-nothing incorrect"]),
        ("user=\"root\" x", &["system-account root"]),
        ("ver=4.2.0.183 lic", &["version 4.2.0.183"]),
        ("at 127.0.0.1 ok", &["everybodys 127.0.0.1"]),
        ("at 1.2.3.4.5 ok", &["not-an-address 1.2.3.4.5"]),
        ("at 10.0.0.300 ok", &["not-an-address 10.0.0.300"]),
        ("see https://www.ibm.com/x", &["public-host www.ibm.com"]),
        ("token_type: bearer", &["harmless-name bearer"]),
        (
            "id 66981d43-f6c8-41c4-a367-8be8f4d179e5",
            &["uuid 66981d43-f6c8-41c4-a367-8be8f4d179e5"],
        ),
        (
            "sum 9f86d081884c7d659a2feaa0c55ad015",
            &["checksum 9f86d081884c7d659a2feaa0c55ad015"],
        ),
        (
            "note q7Vn0bK3wTzLq7Vn0bK3",
            &["unnamed q7Vn0bK3wTzLq7Vn0bK3"],
        ),
        ("left-pad@1.3.0", &["no-mailbox left-pad@1.3.0"]),
        ("file_name=a.mov", &["only-strict a.mov"]),
        ("all is quiet", &[]),
    ] {
        assert_eq!(told(text), wanted, "{text}");
    }
}

#[test]
fn the_text_is_that_of_the_redactor_and_every_place_fits() {
    let r = redactor(Level::Standard);
    let text = "a password=S3cr3tPlumJam!x b\nuser=\"mlopez\" host=xfer7 10.1.2.3 root@127.0.0.1\n\
                {\"email\":\"maria.lopez@acme-films.example\",\"id\":\"66981d43-f6c8-41c4-a367-8be8f4d179e5\"}\n\
                note q7Vn0bK3wTzLq7Vn0bK3 --tags64 eyJhc3BlcmEiOiB7Im5vZGUiOiB7ImFjY2Vzc19rZXkiOiAiYWstOWYzS1EybVpiVDd3In19fQ==\n";
    let e = explain(text);
    let block = r.block(text.as_bytes(), Dialect::Log, &mut Tally::default());
    assert_eq!(e.text, block);
    let clean = e.text.as_bytes();
    for cut in &e.cuts {
        let put = String::from_utf8_lossy(&clean[cut.put.clone()]).into_owned();
        assert!(
            put.contains('~') || r.rules().name(cut.rule).starts_with("base64"),
            "{put}"
        );
    }
    for stayed in &e.stayed {
        assert_eq!(
            clean[stayed.put.clone()],
            text.as_bytes()[stayed.at.clone()]
        );
    }
    let nested = e
        .cuts
        .iter()
        .find(|c| r.rules().name(c.rule).starts_with("base64"))
        .unwrap();
    let mut inside = nested.inside.iter().map(|i| r.rules().name(*i));
    assert!(inside.any(|rule| rule == "access-key"));
    let told = format!("{:?}{:?}", e.cuts, e.stayed);
    for secret in ["S3cr3t", "mlopez", "maria", "xfer7"] {
        assert!(!told.contains(secret), "{secret}");
    }
}

#[test]
fn a_kept_value_says_so() {
    let r =
        redactor(Level::Standard).keeping(["xfer7.acme.example".to_owned(), "10.1.2.3".to_owned()]);
    let e = explained_by(&r, "at xfer7.acme.example and 10.1.2.3 now");
    let reasons: Vec<Reason> = e.stayed.iter().map(|s| s.reason).collect();
    assert_eq!(reasons, [Reason::Kept, Reason::Kept]);
}
