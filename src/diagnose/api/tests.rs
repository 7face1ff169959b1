//! Every row of `findings.toml` finds what it says and nothing near it.
use std::collections::BTreeSet;

use serde_json::Value;

use super::super::{Findings, observe_api};
use super::rows::ROWS;
use crate::redact::tests_support::redacted;

/// An answer as the bundle has it.
fn written(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    serde_json::to_string_pretty(&value).unwrap()
}

fn found(entry: &str, text: &str) -> Vec<&'static str> {
    let facts = observe_api(entry, &redacted(written(text).as_bytes()));
    facts.iter().map(super::ApiFact::id).collect()
}

#[test]
fn every_row_catches_what_it_says_and_nothing_near_it() {
    assert!(ROWS.len() >= 20);
    let ids: BTreeSet<&str> = ROWS.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids.len(), ROWS.len(), "ids are unique");
    for row in ROWS.iter() {
        assert!(!row.is.is_empty() && !row.is_not.is_empty(), "{}", row.id);
        for text in &row.is {
            assert!(
                found(&row.entry, text).contains(&row.id.as_str()),
                "{}: {text}",
                row.id
            );
            assert!(found("aoc/other.json", text).is_empty());
        }
        for text in &row.is_not {
            assert!(
                !found(&row.entry, text).contains(&row.id.as_str()),
                "{}: {text}",
                row.id
            );
        }
    }
}

#[test]
fn findings_are_told_whole_and_nothing_of_them_is_cut() {
    for row in ROWS.iter() {
        for text in &row.is {
            let mut findings = Findings::default();
            let answer = written(text);
            findings.add_api(
                &row.entry,
                observe_api(&row.entry, &redacted(answer.as_bytes())),
            );
            let told = findings.finish().findings;
            let told = told.iter().find(|f| f.id == row.id).unwrap();
            let all = format!("{}\n{}\n{}\n", told.title, told.cause, told.action);
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
    assert_eq!(facts.len(), 1);
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
