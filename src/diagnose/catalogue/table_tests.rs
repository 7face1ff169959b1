//! Every row of the catalogue matches its own evidence and none that only looks similar, and every error code leads to
//! a row.
use super::super::codes::{CODES, Numbering};
use super::super::condition::When;
use super::*;
use crate::diagnose::kit_tests::{
    all_ids, diagnose_all, diagnose_short, errors, har, har_entry, redacted_again,
};
use crate::diagnose::model::Severity;
use crate::diagnose::output::diagnosis::Diagnosis;
use crate::diagnose::output::finding::Finding;

/// Rows that the checks find over several sessions or logs; their tests are in `scenarios_tests` and `cross_tests`.
const FOUND_BY_CHECKS: [&str; 7] = [
    "browser-clock",
    "retry-reuses-token",
    "session-without-end",
    "license-ends-soon",
    "clock-jump",
    "clock-skew",
    "log-level-too-low",
];

/// The diagnosis of the evidence of a row.
fn diagnosis(when: &When, example: &toml::Value) -> Diagnosis {
    let text = || example.as_str().unwrap_or_else(|| panic!("{example:?}"));
    match when {
        When::Log(_) => diagnose_short(text()),
        When::Har(_) => diagnose_all(&[], &[("network/a.har", &har(&[har_entry(example)]))], &[]),
        When::Api(on) => diagnose_all(&[], &[], &[(&on.entry, text())]),
    }
}

#[test]
fn rows_are_complete() {
    let table = FailureCatalogue::read(&TABLES).unwrap();
    assert_eq!(table.by_id.len(), table.rows.len(), "two rows with one id");
    for row in &table.rows {
        let id = &row.id;
        let log = row.when.log();
        let linked = row.link.starts_with("https://") || row.link.is_empty() && log.is_none();
        assert!(linked, "{id}: no such link");
        let who = &row.actions;
        for text in [&row.title, &row.cause, &who.user, &who.admin, &who.support] {
            assert!(text.len() > 8 && text.trim() == text, "{id}: {text:?}");
        }
        for text in [&row.cause, &who.user, &who.admin, &who.support] {
            let filled = log.is_none() && text.ends_with('}');
            assert!(text.ends_with(['.', '?']) || filled, "{id}: {text:?}");
        }
        for other in &row.covers {
            assert!(table.by_id.contains_key(other), "{id}: {other}");
        }
        for word in log.into_iter().flat_map(|on| &on.says) {
            assert_eq!(*word, word.to_ascii_lowercase(), "{id}");
        }
        for fact in log
            .into_iter()
            .flat_map(|on| on.facts.iter().chain(&on.not))
        {
            if let Some(other) = fact.strip_prefix("row:") {
                assert!(table.by_id.contains_key(other), "{id}: {fact}");
            }
        }
        let by_check = FOUND_BY_CHECKS.contains(&id.as_str());
        assert_eq!(row.is.is_empty(), by_check, "{id}: evidence");
        assert_eq!(row.is_not.is_empty(), by_check, "{id}: similar evidence");
    }
    for row in &table.events {
        assert!(!row.is.is_empty() && !row.is_not.is_empty(), "{}", row.text);
        let document = row.when.api().is_some();
        assert_eq!(document, !row.time.is_empty(), "{}: time", row.text);
        assert!(!row.once || !document, "{}: once", row.text);
        assert!(row.when.log().is_none(), "{}: logs have no rows", row.text);
    }
}

#[test]
fn each_row_matches_its_evidence_and_nothing_similar() {
    let mut faults = Vec::new();
    for row in &CATALOGUE.rows {
        for example in &row.is {
            let shown = diagnosis(&row.when, example);
            let ids = all_ids(&shown);
            let found = shown.findings.iter().find(|f| f.id == row.id);
            // A note or a warning of a session can be listed below its failure.
            let listed = row.severity != Severity::Error && ids.contains(&row.id.as_str());
            if found.is_none() && !(row.when.log().is_some() && listed) {
                faults.push(format!(
                    "{}: its evidence gives {ids:?}: {example:?}",
                    row.id
                ));
            }
            if row.when.har().is_some() && ids != [row.id.as_str()] {
                faults.push(format!("{}: a request gives {ids:?}: {example:?}", row.id));
            }
            if let Some(finding) = found {
                let text = format!("{}\n{}\n{}", finding.title, finding.cause, finding.action);
                if text.replace("{id}", "").contains(['{', '}']) || finding.cause.is_empty() {
                    faults.push(format!("{}: not filled: {text}", row.id));
                }
                if redacted_again(&text) != text {
                    faults.push(format!("{}: redacted: {text}", row.id));
                }
                if finding.evidence.is_empty() || finding.evidence.iter().any(|e| e.line == 0) {
                    faults.push(format!("{}: no line", row.id));
                }
            }
        }
        for example in &row.is_not {
            if all_ids(&diagnosis(&row.when, example)).contains(&row.id.as_str()) {
                faults.push(format!(
                    "{}: similar evidence gives it: {example:?}",
                    row.id
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_event_is_in_its_evidence_and_in_nothing_similar() {
    for row in &CATALOGUE.events {
        let events = |example: &toml::Value| {
            let events = diagnosis(&row.when, example).events.into_iter();
            let own: Vec<_> = events.filter(|e| e.what == row.what).collect();
            own
        };
        let text = row.text.split('{').next().unwrap();
        for example in &row.is {
            let found = events(example);
            let own = found.iter().find(|e| e.text.starts_with(text));
            let own = own.unwrap_or_else(|| panic!("{example:?}: {found:?}"));
            assert!(own.time.is_some() && own.line > 0, "{own:?}");
            assert!(
                !own.text.replace("{id}", "").contains(['{', '}']),
                "{own:?}"
            );
        }
        for example in &row.is_not {
            assert!(events(example).is_empty(), "{}: {example:?}", row.text);
        }
    }
}

#[test]
fn a_document_matches_only_under_its_own_name() {
    let documents = CATALOGUE.rows.iter().filter(|row| row.when.api().is_some());
    for example in documents.flat_map(|row| &row.is) {
        let shown = diagnose_all(&[], &[], &[("aoc/other.json", example.as_str().unwrap())]);
        assert!(
            shown.findings.is_empty() && shown.events.is_empty(),
            "{example:?}"
        );
    }
}

#[test]
fn redaction_changes_no_text_of_a_row() {
    let mut faults = Vec::new();
    for row in &CATALOGUE.rows {
        let mut finding = Finding::of(row, Vec::new());
        finding.transfer = Some("a96721e8-ade1-42cd-93c3-1a2eb4e413b3".to_owned());
        let json = serde_json::to_string_pretty(&finding).unwrap();
        let clean = redacted_again(&json);
        let cut = clean.lines().zip(json.lines()).find(|(a, b)| a != b);
        faults.extend(cut.map(|(line, _)| format!("{}: {line}", row.id)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_error_code_leads_to_its_row() {
    let mut faults = Vec::new();
    for numbering in [Numbering::Fasp, Numbering::Management] {
        for row in CODES.all(numbering).filter(|c| c.code > 0) {
            assert!(
                failure(&row.failure).is_some(),
                "{}: no row {}",
                row.text,
                row.failure
            );
            let shown = diagnose_short(&format!("OPENED\nFAILED {} {}\n", row.code, row.text));
            let found = shown.findings.first().map(|f| f.id);
            if found != Some(row.failure.as_str()) {
                faults.push(format!(
                    "{numbering:?} {} {}: {found:?}",
                    row.code, row.text
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_session_that_succeeded_is_no_error() {
    for row in &CATALOGUE.rows {
        let Some(log) = row.is.first().and_then(toml::Value::as_str) else {
            continue;
        };
        if row.when.log().is_none() {
            continue;
        }
        let log: String = log
            .lines()
            .filter(|l| {
                !["REFUSED", "FAILED", "app:", "DONE"]
                    .iter()
                    .any(|w| l.contains(w))
            })
            .filter(|l| !l.contains("ttp") && !l.contains("initialization failed ("))
            .map(|l| format!("{l}\n"))
            .collect();
        if log.contains("server:") {
            continue;
        }
        let shown = diagnose_short(&format!("OPENED\n{log}DONE\n"));
        assert!(
            errors(&shown).is_empty(),
            "{}: {:?}",
            row.id,
            errors(&shown)
        );
    }
}
