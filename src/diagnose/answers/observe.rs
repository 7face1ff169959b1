//! Facts of one answer of an API, or of one configuration file of a node, found by the rows of the catalogue.
use serde_json::Value;

use super::super::aspera_conf::is_conf;
use super::super::catalogue::condition::ApiCondition;
use super::super::catalogue::row::Failure;
use super::super::catalogue::table::CATALOGUE;
use super::condition::holds;
use super::element::{elements, fill, first_text, package_of, plain, quoted, transfer_of};
use super::events::{events, has_events};
use super::fact::{ApiContent, ApiFact};
use super::json_line::line_of;
use super::transfer_users;
use crate::redact::Redacted;

/// The entry with the organization's settings, and those that decide when tokens expire.
const SETTINGS: &str = "settings/organization.json";
const DURATIONS: [&str; 4] = [
    "access_token_duration",
    "access_token_refresh_duration",
    "session_duration",
    "node_token_duration",
];
/// The name that rows of the catalogue use for the configuration of a node, in whatever folder it is.
const CONF: &str = "aspera.conf";
/// Most failures of one answer.
const MOST_FACTS: usize = 200;

/// What a whole redacted answer shows; `entry` is its name in the bundle. A text that is no JSON shows nothing.
#[must_use]
pub fn observe_api(entry: &str, answer: &Redacted) -> Vec<ApiFact> {
    let conf = is_conf(entry);
    let entry = if conf { CONF } else { entry };
    let rows = CATALOGUE.of_documents();
    let mut rows = rows.filter(|(.., on)| on.entry == entry).peekable();
    if rows.peek().is_none() && !has_events(entry) {
        return Vec::new();
    }
    let Ok(text) = std::str::from_utf8(answer.as_bytes()) else {
        return Vec::new();
    };
    let json = serde_json::from_str::<Value>(text).ok();
    let Some(all) = json.or_else(|| transfer_users::document(text).filter(|_| conf)) else {
        return Vec::new();
    };
    let mut seen: Vec<ApiFact> = rows
        .flat_map(|(number, row, on)| failures(number, row, on, text, &all))
        .take(MOST_FACTS)
        .collect();
    if entry == SETTINGS {
        seen.extend(settings(text, &all));
    }
    seen.extend(events(entry, text, &all));
    seen
}

/// The organization's durations, as far as they are known.
fn settings(text: &str, all: &Value) -> Vec<ApiFact> {
    let list = all.pointer("/token_settings").and_then(Value::as_array);
    let rows = list.into_iter().flatten().enumerate();
    let read = |(number, row): (usize, &Value)| {
        let own = row.get("setting")?.as_str()?;
        let name = DURATIONS.iter().find(|name| **name == own)?;
        let seconds = match row.get("value")? {
            Value::Null => None,
            value => Some(plain(value).trim().parse().ok()?),
        };
        Some(ApiFact {
            line: line_of(text, &format!("/token_settings/{number}/value")),
            content: ApiContent::Setting {
                name,
                seconds,
                reads: row.get("reads").map(quoted).unwrap_or_default(),
            },
        })
    };
    rows.filter_map(read).collect()
}

/// The elements of a document that a row matches.
fn failures(
    number: usize,
    row: &Failure,
    on: &ApiCondition,
    text: &str,
    all: &Value,
) -> Vec<ApiFact> {
    let elements = elements(on.each.as_deref(), all);
    let matching = elements
        .into_iter()
        .filter(|(_, element)| on.all.iter().all(|test| holds(test, element, all)));
    let fact = |(at, element): (String, &Value)| ApiFact {
        line: element
            .get("line")
            .and_then(Value::as_u64)
            .unwrap_or_else(|| {
                // The last condition is the most specific one.
                let last = on.all.last().map_or("", |test| &test.at);
                line_of(text, &format!("{at}{last}"))
            }),
        content: ApiContent::Failure {
            row: number,
            title: fill(&row.title, element, all),
            cause: fill(&row.cause, element, all),
            transfer: transfer_of(element),
            package: package_of(element),
            at: first_text(
                element,
                ["session_stop_time", "ended_at", "created_at", "updated_at"],
            )
            .and_then(|at| at.parse().ok()),
        },
    };
    matching.map(fact).collect()
}
