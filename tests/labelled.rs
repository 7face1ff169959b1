//! How it is proven, part one: lines as they occur in evidence, labelled by hand with what must go, and
//! lines of which nothing may change. Prints recall and precision by rule and class, and holds them to
//! `labelled/floors.toml`:
//!
//! ```text
//! cargo test --release --test labelled -- --nocapture
//! ```
//!
//! Part two: with any one part of the rule table taken out, these lines or the verifier notice it.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that prints a table"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use aoc_bundle::redact::Rules;

use corpus::{Mark, Sample, samples};
use judge::{Bench, Outcome};

#[path = "labelled/corpus.rs"]
mod corpus;
#[path = "labelled/judge.rs"]
mod judge;

const FLOORS: &str = include_str!("labelled/floors.toml");

/// What a rule or a class came to.
#[derive(Clone, Copy, Default)]
struct Row {
    labelled: usize,
    found: usize,
    false_cuts: usize,
}

impl Row {
    fn recall(self) -> f64 {
        ratio(self.found, self.labelled)
    }

    fn precision(self) -> f64 {
        ratio(self.found, self.found + self.false_cuts)
    }
}

/// In per cent, cut to a tenth; nothing of nothing is all of it.
fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 100.0;
    }
    (part as f64 * 1000.0 / whole as f64).floor() / 10.0
}

/// A row of `floors.toml`: per cent that must be reached.
#[derive(serde::Deserialize)]
struct Floor {
    #[serde(default)]
    class: Option<String>,
    recall: f64,
    precision: f64,
}

fn floors() -> BTreeMap<String, Floor> {
    toml::from_str(FLOORS).unwrap()
}

fn rows(samples: &[Sample], outcomes: &[Outcome]) -> BTreeMap<String, Row> {
    let floors = floors();
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (sample, outcome) in samples.iter().zip(outcomes) {
        for (mark, found) in sample.marks.iter().zip(&outcome.found) {
            let class = floors.get(&mark.rule).and_then(|f| f.class.as_deref());
            for name in [mark.rule.as_str(), class.unwrap_or("no class"), "all"] {
                let row = rows.entry(name.to_owned()).or_default();
                row.labelled += 1;
                row.found += usize::from(*found);
            }
        }
        for (rule, cuts) in &outcome.false_cuts {
            let class = floors.get(rule).and_then(|f| f.class.as_deref());
            for name in [rule.as_str(), class.unwrap_or("no class"), "all"] {
                rows.entry(name.to_owned()).or_default().false_cuts += cuts;
            }
        }
    }
    rows
}

fn table(rows: &BTreeMap<String, Row>) -> String {
    let mut out = format!(
        "{:<24}{:>9}{:>7}{:>9}{:>12}{:>11}\n",
        "rule", "labelled", "found", "recall", "false cuts", "precision"
    );
    let totals = ["secrets", "identifiers", "all"];
    let single = rows
        .keys()
        .map(String::as_str)
        .filter(|name| !totals.contains(name));
    for name in single.chain(totals) {
        let row = rows.get(name).copied().unwrap_or_default();
        writeln!(
            out,
            "{name:<24}{:>9}{:>7}{:>8.1}%{:>12}{:>10.1}%",
            row.labelled,
            row.found,
            row.recall(),
            row.false_cuts,
            row.precision()
        )
        .unwrap();
    }
    out
}

#[test]
fn recall_and_precision_do_not_fall() {
    let samples = samples();
    let outcomes = Bench::new(Rules::builtin().unwrap()).outcomes(&samples);
    let rows = rows(&samples, &outcomes);
    let marks: usize = samples.iter().map(|s| s.marks.len()).sum();
    let clean = samples.iter().filter(|s| s.marks.is_empty()).count();
    println!(
        "\n{marks} labelled values, {clean} lines to leave\n\n{}",
        table(&rows)
    );
    let mut faults = Vec::new();
    for (sample, outcome) in samples.iter().zip(&outcomes) {
        for (mark, _) in sample
            .marks
            .iter()
            .zip(&outcome.found)
            .filter(|(_, found)| !**found)
        {
            println!(
                "left   {} {:?} of {}: {:?}",
                mark.rule, mark.value, sample.place, outcome.text
            );
        }
        if !outcome.false_cuts.is_empty() {
            println!(
                "cut    {:?} of {}: {:?}",
                outcome.false_cuts, sample.place, outcome.text
            );
        }
    }
    for (name, floor) in floors() {
        let row = rows.get(&name).copied().unwrap_or_default();
        if row.recall() < floor.recall {
            faults.push(format!(
                "{name}: recall {} is below {}",
                row.recall(),
                floor.recall
            ));
        }
        if row.precision() < floor.precision {
            faults.push(format!(
                "{name}: precision {} is below {}",
                row.precision(),
                floor.precision
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The lines that stand beside the rules, as samples: what holds a rule to its work when another one is taken out.
fn beside_the_rules() -> Vec<Sample> {
    let table: toml::Table =
        toml::from_str(include_str!("../src/redact/rules/rules.toml")).unwrap();
    let rows = ["field", "shape", "walker"]
        .iter()
        .flat_map(|kind| table[*kind].as_array().unwrap());
    let mut out = Vec::new();
    for row in rows {
        let id = row["id"].as_str().unwrap();
        let strict = row.get("level").and_then(toml::Value::as_str) == Some("strict");
        for list in ["catch", "leave"] {
            for line in row[list].as_array().unwrap() {
                let line = line.as_str().unwrap();
                let marks = line
                    .split('«')
                    .skip(1)
                    .filter_map(|rest| rest.split_once('»'))
                    .map(|(value, _)| Mark {
                        rule: id.to_owned(),
                        value: value.to_owned(),
                    })
                    .collect();
                out.push(Sample {
                    place: format!("rules.toml, {id}"),
                    rule: id.to_owned(),
                    strict,
                    config: false,
                    har: false,
                    text: line.replace(['«', '»'], ""),
                    marks,
                    keeps: Vec::new(),
                });
            }
        }
    }
    out
}

#[test]
fn the_lines_are_enough_and_their_own() {
    let samples = samples();
    let marks: usize = samples.iter().map(|s| s.marks.len()).sum();
    let clean = samples.iter().filter(|s| s.marks.is_empty()).count();
    assert!(
        marks >= 1000 && clean >= 1000,
        "{marks} values, {clean} lines to leave"
    );
    // The lines that stand beside the rules prove nothing twice.
    let rules = include_str!("../src/redact/rules/rules.toml");
    let mut values: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for sample in &samples {
        for mark in &sample.marks {
            values.entry(&mark.rule).or_default().insert(&mark.value);
            assert!(
                !rules.contains(&format!("«{}»", mark.value)),
                "{}: {} stands in rules.toml",
                sample.place,
                mark.value
            );
        }
    }
    let beside = beside_the_rules();
    for mark in beside.iter().flat_map(|sample| &sample.marks) {
        values.entry(&mark.rule).or_default().insert(&mark.value);
    }
    let floors = floors();
    for id in Rules::parts()
        .unwrap()
        .iter()
        .filter(|p| !p.contains(['/', '.']))
    {
        // The one names what stays, and is held by the lines to leave; it takes megabytes to meet a limit.
        if id == "never" || id == "nested-limit" {
            continue;
        }
        let found = values.get(id.as_str()).map_or(0, BTreeSet::len);
        assert!(found >= 1, "{id} has no labelled value");
    }
    for rule in samples.iter().flat_map(|s| &s.marks).map(|m| &m.rule) {
        assert!(
            floors.contains_key(rule),
            "{rule} has no row in floors.toml"
        );
    }
}

/// Marks that the whole table finds and the other does not, lines that only the other cuts, and leaks that
/// the verifier sees in the output of the other only.
fn noticed(whole: &[Outcome], other: &[Outcome], samples: &[Sample]) -> bool {
    whole
        .iter()
        .zip(other)
        .zip(samples)
        .any(|((a, b), sample)| {
            a.text != b.text
                && (a.found.iter().zip(&b.found).any(|(a, b)| *a && !*b)
                    || a.false_cuts.is_empty() && !b.false_cuts.is_empty()
                    || !judge::leaks(&a.text, sample) && judge::leaks(&b.text, sample))
        })
}

#[test]
fn no_part_of_the_table_can_be_taken_out_unnoticed() {
    let mut samples = samples();
    samples.extend(beside_the_rules());
    let whole = Bench::new(Rules::builtin().unwrap()).outcomes(&samples);
    let parts = Rules::parts().unwrap();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let survivors = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(part) = parts.get(at) else { break };
                    let bench = Bench::new(Rules::builtin_without(part).unwrap());
                    if !noticed(&whole, &bench.outcomes(&samples), &samples) {
                        survivors.lock().unwrap().push(part.clone());
                    }
                }
            });
        }
    });
    let mut survivors = survivors.into_inner().unwrap();
    survivors.sort();
    let (names, rows): (Vec<_>, Vec<_>) = survivors.into_iter().partition(|p| p.contains('/'));
    let all_names = parts.iter().filter(|p| p.contains('/')).count();
    println!(
        "\n{} rows and lists taken out, one by one: {} unnoticed {rows:?}\n{all_names} names taken out: {} unnoticed {names:?}",
        parts.len() - all_names,
        rows.len(),
        names.len()
    );
    // It takes megabytes to meet a limit; `redact::nested_tests` does.
    let unnoticed: Vec<_> = rows.iter().filter(|r| *r != "nested-limit").collect();
    assert!(unnoticed.is_empty(), "taken out unnoticed: {unnoticed:?}");
    let covered = ratio(all_names - names.len(), all_names);
    let floor = floors()["names"].recall;
    assert!(
        covered >= floor,
        "{covered} % of the names are noticed, {floor} wanted"
    );
}
