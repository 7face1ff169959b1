//! From an answer to findings, by the rows of `findings.toml`.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::super::sessions::{Evidence, Finding, MOST_EVIDENCE, Severity};
use super::place::line_of;
use crate::redact::Redacted;

/// Most facts of one answer.
const MOST_FACTS: usize = 200;
/// Most findings of all answers.
const MOST_FINDINGS: usize = 40;
/// Longest value that is quoted, in characters.
const LONGEST: usize = 160;

/// A condition on a value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    /// Where it stands: a JSON pointer, from the element on.
    at: String,
    /// One of these, as text.
    is: Option<Vec<String>>,
    /// None of these, as text.
    not: Option<Vec<String>>,
    /// Holds this.
    has: Option<String>,
    /// A number above this.
    above: Option<f64>,
    /// A number below this.
    below: Option<f64>,
    /// A time before the one at this pointer of the whole answer.
    before: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) id: String,
    severity: Severity,
    pub(super) entry: String,
    /// A list, each of whose elements is looked at.
    each: Option<String>,
    when: Vec<Test>,
    title: String,
    cause: String,
    action: String,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "examples are read by the tests")
    )]
    pub(super) is: Vec<String>,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "examples are read by the tests")
    )]
    pub(super) is_not: Vec<String>,
}

#[derive(Deserialize)]
struct Table {
    finding: Vec<Row>,
}

pub(super) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    // That it parses is a test.
    let table = toml::from_str::<Table>(include_str!("findings.toml"));
    table.map_or_else(|_| Vec::new(), |t| t.finding)
});

/// One thing that an answer shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiFact {
    row: usize,
    /// Line of the entry that shows it, from 1.
    pub line: u64,
    title: String,
    cause: String,
}

impl ApiFact {
    /// Which finding it is one of.
    #[must_use]
    pub fn id(&self) -> &'static str {
        ROWS.get(self.row).map_or("", |row| row.id.as_str())
    }
}

/// What a whole redacted answer shows; `entry` is its name in the bundle. What is no JSON shows nothing.
#[must_use]
pub fn observe_api(entry: &str, answer: &Redacted) -> Vec<ApiFact> {
    let rows = ROWS.iter().enumerate().filter(|(_, r)| r.entry == entry);
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Vec::new();
    }
    let Ok(text) = std::str::from_utf8(answer.as_bytes()) else {
        return Vec::new();
    };
    let Ok(all) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    rows.flat_map(|(number, row)| facts(number, row, text, &all))
        .take(MOST_FACTS)
        .collect()
}

fn facts(number: usize, row: &Row, text: &str, all: &Value) -> Vec<ApiFact> {
    let elements: Vec<(String, &Value)> = match &row.each {
        None => vec![(String::new(), all)],
        Some(list) => {
            let items = all.pointer(list).and_then(Value::as_array);
            let items = items.into_iter().flatten().enumerate();
            items.map(|(n, v)| (format!("{list}/{n}"), v)).collect()
        }
    };
    let matching = elements
        .into_iter()
        .filter(|(_, element)| row.when.iter().all(|test| test.holds(element, all)));
    let fact = |(at, element): (String, &Value)| ApiFact {
        row: number,
        // The last condition is the one that tells.
        line: line_of(
            text,
            &format!("{at}{}", row.when.last().map_or("", |t| &t.at)),
        ),
        title: fill(&row.title, element, all),
        cause: fill(&row.cause, element, all),
    };
    matching.map(fact).collect()
}

impl Test {
    fn holds(&self, element: &Value, all: &Value) -> bool {
        let Some(value) = element.pointer(&self.at) else {
            return false;
        };
        let text = plain(value);
        let number = || text.trim().parse::<f64>().ok();
        let time = |t: &str| t.parse::<Timestamp>().ok().or_else(|| day(t));
        self.is.as_ref().is_none_or(|list| list.contains(&text))
            && self.not.as_ref().is_none_or(|list| !list.contains(&text))
            && self
                .has
                .as_ref()
                .is_none_or(|part| text.contains(part.as_str()))
            && self
                .above
                .is_none_or(|least| number().is_some_and(|n| n > least))
            && self
                .below
                .is_none_or(|most| number().is_some_and(|n| n < most))
            && self.before.as_ref().is_none_or(|other| {
                let other = all.pointer(other).map(plain).and_then(|t| time(&t));
                time(&text).zip(other).is_some_and(|(a, b)| a < b)
            })
    }
}

/// The end of a day that is written without a time.
fn day(text: &str) -> Option<Timestamp> {
    let date: jiff::civil::Date = text.trim().parse().ok()?;
    let end = date.at(23, 59, 59, 0).to_zoned(jiff::tz::TimeZone::UTC);
    end.ok().map(|z| z.timestamp())
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// A text with values of the element (`{/pointer}`) and of the whole answer (`{all/pointer}`).
fn fill(text: &str, element: &Value, all: &Value) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((name, after)) = behind.split_once('}') else {
            break;
        };
        let found = match name.strip_prefix("all") {
            Some(pointer) => all.pointer(pointer),
            None => element.pointer(name),
        };
        out.push_str(before);
        match found.filter(|v| !v.is_null()).map(plain) {
            Some(value) if !value.is_empty() => out.push_str(&short(&value)),
            _ => out.push_str("unknown"),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The beginning of a long value; half a pseudonym is none, so what was begun is left out.
fn short(value: &str) -> String {
    let mut out: String = value.chars().take(LONGEST).collect();
    if out.len() < value.len() {
        if out.matches('~').count() % 2 == 1 {
            out.truncate(out.rfind('~').unwrap_or(0));
        }
        out.push('…');
    }
    out
}

/// The findings of all answers, in the order of the table; the same thing in several places is one.
pub(in crate::diagnose) fn findings(seen: &BTreeMap<String, Vec<ApiFact>>) -> Vec<Finding> {
    let mut out: BTreeMap<(usize, &str), Finding> = BTreeMap::new();
    for (entry, fact) in seen
        .iter()
        .flat_map(|(e, facts)| facts.iter().map(move |f| (e, f)))
    {
        let Some(row) = ROWS.get(fact.row) else {
            continue;
        };
        let finding = out
            .entry((fact.row, &fact.title))
            .or_insert_with(|| Finding {
                id: &row.id,
                severity: row.severity,
                title: fact.title.clone(),
                cause: fact.cause.clone(),
                action: row.action.clone(),
                evidence: Vec::new(),
            });
        if finding.evidence.len() < MOST_EVIDENCE {
            finding.evidence.push(Evidence {
                entry: entry.clone(),
                line: fact.line,
            });
        }
    }
    out.into_values().take(MOST_FINDINGS).collect()
}
