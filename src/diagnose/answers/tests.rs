//! Facts of answers, and the documents that this program itself writes.
use serde_json::Value;

use super::super::{Observations, conclude, observe_api};
use super::events::MOST_EVENTS;
use crate::diagnose::kit_tests::pretty;
use crate::diagnose::{Event, Lane};
use crate::redact::tests_support::redacted;

fn found(entry: &str, text: &str) -> Vec<&'static str> {
    let facts = observe_api(entry, &redacted(pretty(text).as_bytes()));
    let ids = facts.iter().map(super::ApiFact::id);
    ids.filter(|id| !id.is_empty()).collect()
}

fn events(entry: &str, text: &str) -> Vec<Event> {
    let mut observations = Observations::default();
    observations.add_api(
        entry,
        observe_api(entry, &redacted(pretty(text).as_bytes())),
    );
    let events = conclude(observations).events.into_iter();
    events.filter(|e| e.lane == Lane::Api).collect()
}

#[test]
fn an_answer_gives_a_limited_number_of_events_in_order() {
    let many: Vec<Value> = (0..1000)
        .map(|n| serde_json::json!({"start_time_usec": 1_795_338_010_000_000_i64 + n * 1_000_000}))
        .collect();
    let text = serde_json::json!({"transfers": many}).to_string();
    let events = events("node/transfers.json", &text);
    assert_eq!(events.len(), MOST_EVENTS);
    assert!(events.is_sorted_by_key(|e| e.time));
    let last = events.last().unwrap().time.unwrap();
    assert_eq!(last.as_microsecond(), 1_795_339_009_000_000);
}

#[test]
fn evidence_is_the_line_of_the_value_and_is_removed_with_its_entry() {
    let text = r#"{"token_settings":[{"setting":"session_duration","value":null},{"setting":"access_token_refresh_duration","value":null}]}"#;
    let entry = "settings/organization.json";
    let answer = pretty(text);
    let facts = observe_api(entry, &redacted(answer.as_bytes()));
    let ids = facts.iter().filter(|f| !f.id().is_empty());
    assert_eq!(ids.count(), 1);
    let line = usize::try_from(facts[0].line).unwrap();
    assert_eq!(
        answer.lines().nth(line - 1).unwrap().trim(),
        "\"value\": null"
    );
    let mut observations = Observations::default();
    observations.add_api(entry, facts.clone());
    assert_eq!(conclude(observations).findings.len(), 1);
    let mut observations = Observations::default();
    observations.add_api(entry, facts);
    observations.forget(entry);
    assert!(conclude(observations).findings.is_empty());
}

#[test]
fn a_text_that_is_no_answer_gives_no_facts() {
    for text in [
        "",
        "no json",
        "[]",
        "{\"token_settings\":",
        "{\"token_settings\":{\"setting\":1}}",
        "null",
        "\u{0}",
    ] {
        let facts = observe_api("settings/organization.json", &redacted(text.as_bytes()));
        assert!(facts.is_empty(), "{text}");
    }
}

#[test]
fn the_same_error_of_many_transfers_gives_a_limited_number_of_findings() {
    let many: Vec<Value> = (0..500)
        .map(|n| serde_json::json!({"uuid": n.to_string(), "error_code": 14}))
        .collect();
    let text = serde_json::json!({"transfers": many}).to_string();
    let entry = "aoc/transfers.json";
    let mut observations = Observations::default();
    observations.add_api(
        entry,
        observe_api(entry, &redacted(pretty(&text).as_bytes())),
    );
    assert_eq!(conclude(observations).findings.len(), 40);
}

/// The words of the table are those that the answers are written with.
#[test]
fn documents_as_they_are_written_give_their_findings() {
    use crate::aoc::api::{certificate, node, settings};
    use crate::aoc::fake::ca::{Authority, Flaw};
    use crate::aoc::http::PeerChain;

    let authority = Authority::new().unwrap();
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    let chain = |flaw, host: &str, change: fn(&mut Vec<Vec<u8>>)| {
        let all = authority.chain(&["node.example"], flaw).unwrap();
        let mut certificates: Vec<Vec<u8>> = all.iter().map(|c| c.to_vec()).collect();
        change(&mut certificates);
        let shown = PeerChain {
            certificates,
            accepted: false,
        };
        let chain = certificate::chain(&shown, host, now);
        found(
            "node/info.json",
            &serde_json::json!({"certificate": chain}).to_string(),
        )
    };
    let whole: fn(&mut Vec<Vec<u8>>) = |_| {};
    for (seen, id) in [
        (
            chain(Flaw::None, "node.example", whole),
            "node-certificate-refused",
        ),
        (
            chain(Flaw::Expired, "node.example", whole),
            "node-certificate-expired",
        ),
        (
            chain(Flaw::NotYetValid, "node.example", whole),
            "node-certificate-not-yet-valid",
        ),
        (
            chain(Flaw::SelfSigned, "node.example", whole),
            "node-certificate-self-signed",
        ),
        (
            chain(Flaw::None, "other.example", whole),
            "node-certificate-other-names",
        ),
        (
            chain(Flaw::None, "node.example", |c| c.truncate(1)),
            "node-certificate-chain",
        ),
        (
            chain(Flaw::None, "node.example", |c| c.push(c[0].clone())),
            "node-certificate-order",
        ),
    ] {
        assert_eq!(seen, [id]);
    }
    let pem = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----";
    let with_key = serde_json::json!({"token_verification_key": pem});
    let without = serde_json::json!({"id": "k"});
    let own = settings::key_fingerprint(pem);
    for (key, organization, ids) in [
        (&with_key, Some("00"), &["node-not-tethered"][..]),
        (&with_key, own.as_deref(), &[]),
        (&with_key, None, &[]),
        (&without, Some("00"), &["node-no-verification-key"]),
        (&without, None, &[]),
    ] {
        let document = node::tether(Some(key), None, organization, None);
        assert_eq!(
            found("node/tether.json", &document.to_string()),
            ids,
            "{document}"
        );
    }
    let all = serde_json::json!({"id": "1", "access_token_duration": 900, "access_token_refresh_duration": null, "node_token_duration": 3600});
    let made = settings::read(&all, &[]);
    let document = settings::document(&made, "api", "2026-11-22T12:00:00Z");
    assert_eq!(
        found("settings/organization.json", &document.to_string()),
        [
            "api-refresh-off",
            "api-access-token-short",
            "api-node-token-short"
        ]
    );
    let typed = [settings::Known {
        setting: "access_token_refresh_duration",
        seconds: None,
        source: "typed",
        at: "2026-11-22T12:00:00Z".to_owned(),
    }];
    let document = settings::document_of(&typed, "ask an admin");
    assert_eq!(
        found("settings/organization.json", &document.to_string()),
        ["api-refresh-off"]
    );
}
