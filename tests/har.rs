//! Network traces in the dialect of every program that writes them, with a value planted in every place and
//! encoding: none may be left, in plain or decoded form, and nothing but values may have changed.
#![expect(clippy::unwrap_used, reason = "tests make their own evidence")]

#[path = "har/decoded.rs"]
mod decoded;
#[path = "har/plant.rs"]
mod plant;
#[path = "har/strange.rs"]
mod strange;
#[path = "har/traffic.rs"]
mod traffic;
#[path = "har/writers.rs"]
mod writers;

use std::collections::BTreeSet;
use std::sync::Arc;

use aoc_bundle::diagnose::{HarFact, observe_har};
use aoc_bundle::pseudonym::{Key, Pseudonyms};
use aoc_bundle::redact::hosts::HostKind;
use aoc_bundle::redact::{
    Dialect, Document, FileKind, Lessons, Level, Redacted, Redactor, Rules, Surroundings, Tally,
};
use aoc_bundle::text::{BlockReader, CutAt, Decoded, Encoding, Limits, encode_back};
use serde_json::Value;

use plant::Planted;
use writers::{Made, Writer, make};

/// Places that the rules for plain text do not reach yet: what knows the form of a HAR will.
const NOT_YET: &[&str] = &[];
/// Writers in whose traces something is lost that must survive: base64 bodies that hold a transfer spec in a
/// string are cut whole.
const LOST: &[&str] = &[];

fn redactor() -> Redactor {
    let rules = Arc::new(Rules::builtin().unwrap());
    Redactor::new(rules, Pseudonyms::new(&Key::new([7; 32])), Level::Standard)
}

/// Reads a trace part by part, in the encoding that is given back.
fn each_part(
    redactor: &Redactor,
    bytes: &[u8],
    limits: &Limits,
    mut each: impl FnMut(Redacted, &mut Tally),
) -> Encoding {
    let text = Decoded::open(bytes).unwrap();
    let encoding = text.encoding();
    let mut document = Document::new(text, FileKind::Har, limits.clone());
    while let Some(part) = document.next(redactor, Vec::new()).unwrap() {
        let mut tally = Tally::default();
        let clean = part.redact(redactor, &mut tally);
        each(clean, &mut tally);
    }
    encoding
}

/// The whole way: learn from all, then replace everywhere.
fn redact(bytes: &[u8], limits: &Limits) -> (String, Encoding) {
    let mut redactor = redactor();
    let mut lessons = Lessons::default();
    each_part(&redactor, bytes, limits, |_, tally| lessons.add(tally));
    lessons.teach(&mut redactor);
    let mut out = Vec::new();
    let encoding = each_part(&redactor, bytes, limits, |clean, _| {
        out.extend(clean.as_bytes());
    });
    (String::from_utf8(out).unwrap(), encoding)
}

fn json_of(text: &str) -> Value {
    let body = text
        .trim_start_matches("onInputData(")
        .trim_end()
        .trim_end_matches(");");
    serde_json::from_str(body).unwrap()
}

/// Same keys in the same order, same lengths, same types.
fn same_form(a: &Value, b: &Value, path: &str, out: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(x), Value::Object(y)) if x.keys().eq(y.keys()) => {
            for (key, value) in x {
                same_form(value, &y[key], &format!("{path}.{key}"), out);
            }
        }
        (Value::Array(x), Value::Array(y)) if x.len() == y.len() => {
            for (at, (x, y)) in x.iter().zip(y).enumerate() {
                same_form(x, y, &format!("{path}[{at}]"), out);
            }
        }
        (Value::String(_), Value::String(_)) => {}
        (a, b) if a == b => {}
        _ => out.push(path.to_owned()),
    }
}

fn left<'a>(planted: &'a [Planted], text: &str) -> Vec<&'a Planted> {
    let readings = decoded::readings(text);
    let told = |p: &&Planted| readings.iter().any(|r| r.contains(&p.value));
    planted.iter().filter(told).collect()
}

#[test]
fn nothing_planted_is_left_in_the_trace_of_any_program() {
    let (mut leaks, mut lost, mut planted) = (BTreeSet::new(), BTreeSet::new(), 0);
    for (seed, writer) in Writer::ALL.into_iter().enumerate() {
        let Made { bytes, planter } = make(writer, seed as u64 + 1);
        let before = String::from_utf8(
            Decoded::open(&bytes[..])
                .map(|mut d| {
                    let mut text = Vec::new();
                    std::io::Read::read_to_end(&mut d, &mut text).unwrap();
                    text
                })
                .unwrap(),
        )
        .unwrap();
        assert_eq!(
            left(&planter.planted, &before).len(),
            planter.planted.len(),
            "{writer:?}: the maker plants what can be found"
        );
        planted += planter.planted.len();
        let (after, _) = redact(&bytes, &Limits::default());
        for leak in left(&planter.planted, &after) {
            leaks.insert(format!(
                "{} | {:?} | {:?} | {writer:?}",
                leak.place, leak.encoding, leak.kind
            ));
        }
        let readings = decoded::readings(&after);
        for decoy in &planter.decoys {
            if !readings.iter().any(|r| r.contains(decoy)) {
                lost.insert(format!("{writer:?} | {decoy}"));
            }
        }
        let mut changed = Vec::new();
        same_form(&json_of(&before), &json_of(&after), "", &mut changed);
        assert!(
            changed.is_empty(),
            "{writer:?}: the form changed at {changed:#?}"
        );
    }
    assert!(planted > 500, "{planted}");
    let known = |found: &BTreeSet<String>, list: &[&str]| -> Vec<String> {
        let new = |f: &&String| !list.iter().any(|place| f.starts_with(place));
        found.iter().filter(new).cloned().collect()
    };
    let over = |place: &&&str| !leaks.iter().any(|leak| leak.starts_with(**place));
    let over: Vec<_> = NOT_YET.iter().filter(over).collect();
    assert!(
        over.is_empty(),
        "take these out of the list, they are reached now: {over:?}"
    );
    let (leaks, lost) = (known(&leaks, NOT_YET), known(&lost, LOST));
    assert!(
        leaks.is_empty(),
        "{} of {planted} are left: {leaks:#?}",
        leaks.len()
    );
    assert!(lost.is_empty(), "lost: {lost:#?}");
}

#[test]
fn a_trace_comes_out_in_the_encoding_that_it_came_in_whatever_the_blocks_are() {
    for writer in [Writer::Fiddler, Writer::InternetExplorer, Writer::Harp] {
        let made = make(writer, 3);
        let (whole, encoding) = redact(&made.bytes, &Limits::default());
        let start = encode_back(encoding, whole.clone().into_bytes(), true);
        assert_eq!(start[..2], made.bytes[..2], "{writer:?}");
        let small = Limits {
            block: 20_000,
            longest_line: 1 << 20,
            group: 1,
        };
        assert_eq!(redact(&made.bytes, &small).0, whole, "{writer:?}");
    }
}

#[test]
fn nothing_is_left_of_entries_that_no_list_knows() {
    for seed in 1..4 {
        let (text, planted) = strange::trace(seed);
        for (spelling, bytes) in strange::spelled(&text) {
            let (after, _) = redact(&bytes, &Limits::default());
            let readings = decoded::readings(&after);
            let left: Vec<_> = planted
                .iter()
                .filter(|value| readings.iter().any(|r| r.contains(*value)))
                .map(|value| {
                    let at = text.find(value.as_str()).unwrap();
                    &text[text[..at].char_indices().rev().nth(60).map_or(0, |c| c.0)..at]
                })
                .collect();
            assert!(left.is_empty(), "{spelling}: left behind {left:#?}");
            let place = ["#/packages/inbox/12", r"#\/packages\/inbox\/12"];
            assert!(place.iter().any(|p| after.contains(p)), "{spelling}");
            let mut changed = Vec::new();
            same_form(&json_of(&text), &json_of(&after), "", &mut changed);
            assert!(changed.is_empty(), "{spelling}: {changed:#?}");
            // Once more changes nothing.
            let (again, _) = redact(after.as_bytes(), &Limits::default());
            assert_eq!(again, after, "{spelling}");
        }
    }
    let quiet = format!(r#"{{"log":{{"entries":[{}]}}}}"#, strange::QUIET.join(","));
    let (after, _) = redact(quiet.as_bytes(), &Limits::default());
    assert_eq!(
        after.matches("9f86d081884c7d659a2feaa0c55ad015").count(),
        2,
        "{after}"
    );
    assert_eq!(after.matches("66981d43").count(), 4, "{after}");
    for stays in [
        "/users/confirmation/new?page=2",
        "transferSpecification",
        "07:28:00 GMT",
        "CF-RAY: 8f3a2b1c4d5e6f70-ARN",
        "&dt=2026-11-22&pin=12",
        "*/*",
    ] {
        assert!(after.contains(stays), "{after}");
    }
}

/// Error bodies in each form that diagnosis reads, and what it quotes of them.
const QUOTED: [(&str, &str); 3] = [
    (
        r#"{"error":{"user_message":"Could not validate bearer token: token has expired"}}"#,
        "Could not validate bearer token: token has expired",
    ),
    (
        r#"{"code":"not_found","message":"The resource you were looking for does not exist"}"#,
        "The resource you were looking for does not exist",
    ),
    (
        r#"{"error":"invalid_grant","error_description":"The token has expired"}"#,
        "The token has expired",
    ),
];

/// What diagnosis reads of one redacted exchange that was refused with status 401.
fn refused(url: &str, header: &str, body: &str) -> HarFact {
    let mut headers = Vec::new();
    if !header.is_empty() {
        headers.push(serde_json::json!({"name": header, "value": "x"}));
    }
    let entry = serde_json::json!({
        "startedDateTime": "2026-11-22T05:00:00.000Z",
        "request": {"method": "GET", "url": url, "headers": headers},
        "response": {"status": 401, "content": {"mimeType": "application/json", "text": body}},
    });
    let trace = format!(r#"{{"log":{{"entries":[{entry}]}}}}"#);
    let (clean, mut facts) = (redactor(), Vec::new());
    let mut blocks = BlockReader::new(
        Decoded::open(trace.as_bytes()).unwrap(),
        CutAt::Har,
        Limits::default(),
    );
    while let Some(block) = blocks.next(Vec::new()).unwrap() {
        let around = Surroundings::of(&block, None);
        let text = clean.piece(&block.bytes, around, Dialect::Log, &mut Tally::default());
        facts.extend(observe_har(&text, &block.context, 1));
    }
    assert_eq!(facts.len(), 1, "{url}");
    facts.remove(0)
}

#[test]
fn redaction_keeps_every_body_that_a_finding_quotes() {
    let table: toml::Table = include_str!("../src/redact/hosts/hosts.toml")
        .parse()
        .unwrap();
    let mut quoted = 0;
    for row in table["host"].as_array().unwrap() {
        for example in row["is"].as_array().unwrap() {
            let example = example.as_str().unwrap();
            let (url, header) = example.split_once(" +").unwrap_or((example, ""));
            let url = url.replace("~host.aaaa.bbbb~", "acme.ibmaspera.com");
            for (body, wanted) in QUOTED {
                let fact = refused(&url, header, body);
                if fact.kind != HostKind::ThirdParty {
                    assert_eq!(fact.failure.message.as_deref(), Some(wanted), "{example}");
                    quoted += 1;
                }
            }
        }
    }
    assert!(quoted > 90, "{quoted}");
}

#[test]
fn the_body_of_a_third_party_is_dropped() {
    for (url, header) in [
        ("https://shop.example/cart", ""),
        ("https://node7.acme.example:9090/info", ""),
        ("http://127.0.0.1:8080/", ""),
    ] {
        let fact = refused(url, header, QUOTED[0].0);
        assert_eq!(
            (fact.kind, fact.failure.message),
            (HostKind::ThirdParty, None),
            "{url}"
        );
    }
}
