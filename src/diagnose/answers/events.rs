//! Events of the timeline that answers of the APIs list, such as when a package was sent.
use jiff::Timestamp;
use serde_json::Value;

use super::super::catalogue::condition::ApiCondition;
use super::super::catalogue::row::EventRow;
use super::super::catalogue::table::CATALOGUE;
use super::condition::holds;
use super::element::{elements, fill, package_of, transfer_of};
use super::fact::{ApiContent, ApiFact};
use super::json_line::line_of;

/// Most events of one answer: the first and the last ones where there are more.
pub(super) const MOST_EVENTS: usize = 100;
/// The least number that is taken for microseconds since 1970 (the year 2001).
const LEAST_USEC: i64 = 1_000_000_000_000_000;

/// The rows of events that a document can give.
fn rows(entry: &str) -> impl Iterator<Item = (&'static EventRow, &'static ApiCondition)> {
    let rows = CATALOGUE.events.iter();
    let rows = rows.filter_map(|row| Some((row, row.when.api()?)));
    rows.filter(move |(_, on)| on.entry == entry)
}

/// True for a document that can give events.
pub(super) fn has_events(entry: &str) -> bool {
    rows(entry).next().is_some()
}

/// The events of a document: its text, and the same as a value.
pub(super) fn events(entry: &str, text: &str, all: &Value) -> Vec<ApiFact> {
    let mut found = Vec::new();
    for (row, on) in rows(entry) {
        for (place, element) in elements(on.each.as_deref(), all) {
            if on.all.iter().all(|test| holds(test, element, all))
                && let Some(at) = time(row, element)
            {
                found.push((at, row, place, element));
            }
        }
    }
    found.sort_by_key(|(at, ..)| *at);
    if found.len() > MOST_EVENTS {
        let last = found.len() - MOST_EVENTS / 2;
        found.drain(MOST_EVENTS / 2..last);
    }
    let fact =
        |(at, row, place, element): (Timestamp, &'static EventRow, String, &Value)| ApiFact {
            line: line_of(text, &format!("{place}{}", row.time)),
            content: ApiContent::Event {
                what: &row.what,
                text: fill(&row.text, element, all),
                transfer: transfer_of(element),
                package: package_of(element),
                at,
            },
        };
    found.into_iter().map(fact).collect()
}

fn time(row: &EventRow, element: &Value) -> Option<Timestamp> {
    match element.pointer(&row.time)? {
        Value::String(text) => text.trim().parse().ok(),
        value => {
            let usec = value.as_i64().filter(|usec| *usec >= LEAST_USEC)?;
            Timestamp::from_microsecond(usec).ok()
        }
    }
}
