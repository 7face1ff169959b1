//! Every row of the catalogue shows itself in its log and not in its near miss, and every number leads to a row.
use super::super::codes::{CODES, Numbering};
use super::*;
use crate::diagnose::kit_tests::{all_ids, errors, through_the_gate, told_short};
use crate::diagnose::output::finding::Finding;

/// Rows that need more than one session or more than lines; their tests are stories.
const STORIES: [&str; 7] = [
    "browser-clock",
    "retry-reuses-token",
    "session-without-end",
    "license-ends-soon",
    "clock-jump",
    "clock-skew",
    "log-level-too-low",
];

#[test]
fn rows_are_whole() {
    let table = Catalogue::read(&TABLES).unwrap();
    assert_eq!(table.by_id.len(), table.rows.len(), "an id stands twice");
    for row in &table.rows {
        let id = &row.id;
        let filled = row.har.is_some() || row.api.is_some();
        assert!(
            filled && row.link.is_empty() || table.links.contains_key(&row.link),
            "{id}: no such link"
        );
        for text in [&row.title, &row.cause, &row.user, &row.admin, &row.support] {
            assert!(text.len() > 8 && text.trim() == text, "{id}: {text:?}");
        }
        for text in [&row.cause, &row.user, &row.admin, &row.support] {
            assert!(
                text.ends_with(['.', '?']) || filled && text.ends_with('}'),
                "{id}: {text:?}"
            );
        }
        for word in &row.says {
            assert_eq!(*word, word.to_ascii_lowercase(), "{id}");
        }
        for other in &row.covers {
            assert!(table.by_id.contains_key(other), "{id}: {other}");
        }
        for fact in row.facts.iter().chain(&row.not) {
            if let Some(other) = fact.strip_prefix("told:") {
                assert!(table.by_id.contains_key(other), "{id}: {fact}");
            }
        }
        let told = filled || STORIES.contains(&id.as_str());
        assert!(
            told != (row.log.len() > 3 && row.quiet.len() > 3),
            "{id}: log and quiet"
        );
    }
}

#[test]
fn what_the_rows_say_comes_through_the_gate() {
    let mut faults = Vec::new();
    for row in &CATALOGUE.rows {
        let mut finding = Finding::of(row, Vec::new());
        finding.transfer = Some("a96721e8-ade1-42cd-93c3-1a2eb4e413b3".to_owned());
        let json = serde_json::to_string_pretty(&finding).unwrap();
        let clean = through_the_gate(&json);
        let cut = clean.lines().zip(json.lines()).find(|(a, b)| a != b);
        faults.extend(cut.map(|(line, _)| format!("{}: {line}", row.id)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_row_is_found_in_its_log_and_not_in_the_near_miss() {
    let mut faults = Vec::new();
    for row in CATALOGUE
        .rows
        .iter()
        .filter(|r| r.har.is_none() && r.api.is_none() && !STORIES.contains(&r.id.as_str()))
    {
        let shown = told_short(&row.log);
        let first = shown.findings.first().map(|f| f.id);
        let root = shown.findings.iter().any(|f| f.id == row.id);
        let folded = row.severity != Severity::Error && all_ids(&shown).contains(&row.id.as_str());
        if !root && !folded {
            faults.push(format!(
                "{}: its log shows {first:?} {:?}",
                row.id,
                all_ids(&shown)
            ));
        }
        let quiet = told_short(&row.quiet);
        if all_ids(&quiet).contains(&row.id.as_str()) {
            faults.push(format!("{}: its near miss shows it", row.id));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_number_of_both_numberings_leads_to_its_row() {
    let mut faults = Vec::new();
    for numbering in [Numbering::Fasp, Numbering::Management] {
        for row in CODES.all(numbering).filter(|c| c.code > 0) {
            assert!(
                failure(&row.failure).is_some(),
                "{}: no row {}",
                row.text,
                row.failure
            );
            let shown = told_short(&format!("OPENED\nFAILED {} {}\n", row.code, row.text));
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
fn a_session_that_went_well_is_no_error() {
    for row in &CATALOGUE.rows {
        let log: String = row
            .log
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
        let shown = told_short(&format!("OPENED\n{log}DONE\n"));
        assert!(
            errors(&shown).is_empty(),
            "{}: {:?}",
            row.id,
            errors(&shown)
        );
    }
}
