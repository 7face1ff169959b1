//! From an answer to events of the timeline, by the rows of `moments.toml`.
use std::sync::LazyLock;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::facts::{ApiFact, Told, elements, fill, one_of, package_of};
use super::json_line::line_of;

/// Most events of one answer: the first and the last ones where there are more.
const MOST_MOMENTS: usize = 100;
/// Microseconds since 1970 are at least this many: less is no time of our days.
const LEAST_USEC: i64 = 1_000_000_000_000_000;

/// A kind of event.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    entry: String,
    each: Option<String>,
    at: String,
    has: Option<String>,
    what: String,
    text: String,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "examples are read by the tests")
    )]
    is: Vec<String>,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "examples are read by the tests")
    )]
    is_not: Vec<String>,
}

#[derive(Deserialize)]
struct Table {
    moment: Vec<Row>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    // That it parses is a test.
    toml::from_str::<Table>(include_str!("../catalogue/moments.toml"))
        .map_or_else(|_| Vec::new(), |t| t.moment)
});

/// True for an answer that may tell events.
pub(in crate::diagnose) fn tells(entry: &str) -> bool {
    ROWS.iter().any(|row| row.entry == entry)
}

/// The events of an answer.
pub(in crate::diagnose) fn moments(entry: &str, text: &str, all: &Value) -> Vec<ApiFact> {
    let mut found = Vec::new();
    for row in ROWS.iter().filter(|row| row.entry == entry) {
        for (place, element) in elements(row.each.as_deref(), all) {
            if let Some(at) = time(row, element) {
                found.push((at, row, place, element));
            }
        }
    }
    found.sort_by_key(|(at, ..)| *at);
    if found.len() > MOST_MOMENTS {
        let last = found.len() - MOST_MOMENTS / 2;
        found.drain(MOST_MOMENTS / 2..last);
    }
    let fact = |(at, row, place, element): (Timestamp, &'static Row, String, &Value)| ApiFact {
        line: line_of(text, &format!("{place}{}", row.at)),
        told: Told::Moment {
            what: &row.what,
            text: fill(&row.text, element, all),
            about: one_of(element),
            package: package_of(element),
            at,
        },
    };
    found.into_iter().map(fact).collect()
}

fn time(row: &Row, element: &Value) -> Option<Timestamp> {
    let told = |at: &str| element.pointer(at).filter(|v| !v.is_null());
    if let Some(has) = &row.has {
        told(has)?;
    }
    match told(&row.at)? {
        Value::String(text) => text.trim().parse().ok(),
        value => {
            let usec = value.as_i64().filter(|usec| *usec >= LEAST_USEC)?;
            Timestamp::from_microsecond(usec).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::{Findings, Lane, observe_api};
    use crate::redact::tests_support::redacted;

    fn told(entry: &str, text: &str) -> Vec<crate::diagnose::Event> {
        let value: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
        let text = serde_json::to_string_pretty(&value).unwrap();
        let mut findings = Findings::default();
        findings.add_api(entry, observe_api(entry, &redacted(text.as_bytes())));
        let events = findings.finish().events.into_iter();
        events.filter(|e| e.lane == Lane::Api).collect()
    }

    #[test]
    fn every_row_tells_what_it_says_and_nothing_near_it() {
        let table: Table = toml::from_str(include_str!("../catalogue/moments.toml")).unwrap();
        for row in table.moment {
            assert!(!row.is.is_empty() && !row.is_not.is_empty(), "{}", row.text);
            for text in &row.is {
                let events = told(&row.entry, text);
                let own = events.iter().find(|e| e.what == row.what).unwrap();
                assert!(own.time.is_some() && own.line > 0 && own.entry == row.entry);
                assert!(!own.text.contains(['{', '}']), "{}", own.text);
                assert!(told("aoc/other.json", text).is_empty());
            }
            for text in &row.is_not {
                let events = told(&row.entry, text);
                assert!(events.iter().all(|e| e.what != row.what), "{text}");
            }
        }
    }

    #[test]
    fn many_events_stay_few_and_in_order() {
        let many: Vec<Value> = (0..1000)
            .map(|n| serde_json::json!({"start_time_usec": 1_795_338_010_000_000_i64 + n * 1_000_000}))
            .collect();
        let text = serde_json::json!({"transfers": many}).to_string();
        let events = told("node/transfers.json", &text);
        assert_eq!(events.len(), MOST_MOMENTS);
        assert!(events.is_sorted_by_key(|e| e.time));
        let last = events.last().unwrap().time.unwrap();
        assert_eq!(last.as_microsecond(), 1_795_339_009_000_000);
    }
}
