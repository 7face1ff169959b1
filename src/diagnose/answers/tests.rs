//! Every row of `failures_api.toml` finds what it says and nothing near it.
use serde_json::Value;

use super::super::{Findings, observe_api};
use super::facts::rows;
use crate::redact::tests_support::redacted;

/// An answer as the bundle has it.
fn written(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    serde_json::to_string_pretty(&value).unwrap()
}

fn found(entry: &str, text: &str) -> Vec<&'static str> {
    let facts = observe_api(entry, &redacted(written(text).as_bytes()));
    let ids = facts.iter().map(super::ApiFact::id);
    ids.filter(|id| !id.is_empty()).collect()
}

#[test]
fn every_row_catches_what_it_says_and_nothing_near_it() {
    assert!(rows().count() >= 20);
    for (_, row, on) in rows() {
        assert!(!on.is.is_empty() && !on.is_not.is_empty(), "{}", row.id);
        for text in &on.is {
            assert!(
                found(&on.entry, text).contains(&row.id.as_str()),
                "{}: {text}",
                row.id
            );
            assert!(found("aoc/other.json", text).is_empty());
        }
        for text in &on.is_not {
            assert!(
                !found(&on.entry, text).contains(&row.id.as_str()),
                "{}: {text}",
                row.id
            );
        }
    }
}

#[test]
fn findings_are_told_whole_and_nothing_of_them_is_cut() {
    for (_, row, on) in rows() {
        for text in &on.is {
            let mut findings = Findings::default();
            let answer = written(text);
            findings.add_api(
                &on.entry,
                observe_api(&on.entry, &redacted(answer.as_bytes())),
            );
            let told = findings.finish().findings;
            let told = told.iter().find(|f| f.id == row.id).unwrap();
            let who = &told.actions;
            let all = format!(
                "{}\n{}\n{}\n{}\n{}\n",
                told.title, told.cause, who.user, who.admin, who.support
            );
            assert!(!all.contains(['{', '}']) && !told.cause.is_empty(), "{all}");
            let clean = redacted(all.as_bytes());
            assert_eq!(String::from_utf8_lossy(clean.as_bytes()), all);
            let line = usize::try_from(told.evidence[0].line).unwrap();
            assert!(
                (1..=answer.lines().count()).contains(&line),
                "{line}: {answer}"
            );
        }
    }
}

#[test]
fn evidence_is_the_line_that_tells_and_goes_with_its_entry() {
    let text = r#"{"token_settings":[{"setting":"session_duration","value":null},{"setting":"access_token_refresh_duration","value":null}]}"#;
    let entry = "settings/organization.json";
    let answer = written(text);
    let facts = observe_api(entry, &redacted(answer.as_bytes()));
    let ids = facts.iter().filter(|f| !f.id().is_empty());
    assert_eq!(ids.count(), 1);
    let line = usize::try_from(facts[0].line).unwrap();
    assert_eq!(
        answer.lines().nth(line - 1).unwrap().trim(),
        "\"value\": null"
    );
    let mut findings = Findings::default();
    findings.add_api(entry, facts.clone());
    assert_eq!(findings.finish().findings.len(), 1);
    let mut findings = Findings::default();
    findings.add_api(entry, facts);
    findings.forget(entry);
    assert!(findings.finish().findings.is_empty());
}

#[test]
fn what_is_no_answer_tells_nothing() {
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
fn the_same_error_of_many_transfers_stays_few_findings() {
    let many: Vec<Value> = (0..500)
        .map(|n| serde_json::json!({"uuid": n.to_string(), "error_code": 14}))
        .collect();
    let text = serde_json::json!({"transfers": many}).to_string();
    let entry = "aoc/transfers.json";
    let mut findings = Findings::default();
    findings.add_api(
        entry,
        observe_api(entry, &redacted(written(&text).as_bytes())),
    );
    assert_eq!(findings.finish().findings.len(), 40);
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
