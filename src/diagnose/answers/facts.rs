//! From an answer to facts, by the rows of `failures_api.toml`.
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::super::grammar::Uuid;
use super::json_line::line_of;
use super::{conf, events};
use crate::diagnose::catalogue::table::{CATALOGUE, Failure};
use crate::redact::Redacted;

/// The entry with the organization's settings, and those that decide how long tokens live.
const SETTINGS: &str = "settings/organization.json";
const DURATIONS: [&str; 4] = [
    "access_token_duration",
    "access_token_refresh_duration",
    "session_duration",
    "node_token_duration",
];
/// The configuration of a node in rows: it may stand in any folder.
const CONF: &str = "aspera.conf";
/// Where an element names its package.
const PACKAGES: [&str; 3] = [
    "/package_id",
    "/package/id",
    "/start_spec/tags/aspera/files/package_id",
];
/// Most facts of one answer.
const MOST_FACTS: usize = 200;
/// Seconds before its end in which something ends soon.
const SOON: i64 = 30 * 86_400;
/// Longest value that is quoted, in characters.
const LONGEST: usize = 160;

/// A condition on a value.
#[derive(Clone, Debug, Deserialize)]
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
    /// A time that is not before the one at this pointer of the whole answer, but less than 30 days behind it.
    soon_after: Option<String>,
}

/// How a row of the catalogue is met by an answer: all conditions must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::diagnose) struct OnAnswer {
    pub(in crate::diagnose) entry: String,
    /// A list, each of whose elements is looked at.
    each: Option<String>,
    when: Vec<Test>,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "examples are read by the tests")
    )]
    pub(in crate::diagnose) is: Vec<String>,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "examples are read by the tests")
    )]
    pub(in crate::diagnose) is_not: Vec<String>,
}

/// The rows that answers tell.
pub(in crate::diagnose) fn rows()
-> impl Iterator<Item = (usize, &'static Failure, &'static OnAnswer)> {
    let rows = CATALOGUE.rows.iter().enumerate();
    rows.filter_map(|(number, row)| Some((number, row, row.api.as_ref()?)))
}

/// One thing that an answer shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiFact {
    /// Line of the entry that shows it, from 1.
    pub line: u64,
    pub(in crate::diagnose) told: Told,
}

/// What was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diagnose) enum Told {
    /// A row of the catalogue is met.
    Row {
        row: usize,
        title: String,
        cause: String,
        /// The transfer that it is about.
        about: Option<Uuid>,
        /// The package that it is about.
        package: Option<String>,
        /// When it happened.
        at: Option<Timestamp>,
    },
    /// Something happened, as an answer lists it.
    Moment {
        what: &'static str,
        text: String,
        /// The transfer that it is about.
        about: Option<Uuid>,
        /// The package that it is about.
        package: Option<String>,
        at: Timestamp,
    },
    /// How one of the organization's durations is set.
    Setting {
        name: &'static str,
        /// `None` switches it off.
        seconds: Option<u64>,
        reads: String,
    },
}

impl ApiFact {
    /// Which row of the catalogue it meets; empty for a setting and for an event.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self.told {
            Told::Row { row, .. } => CATALOGUE.rows.get(row).map_or("", |row| row.id.as_str()),
            Told::Setting { .. } | Told::Moment { .. } => "",
        }
    }
}

/// What a whole redacted answer shows; `entry` is its name in the bundle. What is no JSON shows nothing.
#[must_use]
pub fn observe_api(entry: &str, answer: &Redacted) -> Vec<ApiFact> {
    // Wherever it stands, it is the same kind of file.
    let conf = conf::is_conf(entry);
    let entry = if conf { CONF } else { entry };
    let mut rows = rows().filter(|(.., on)| on.entry == entry).peekable();
    if rows.peek().is_none() && !events::tells(entry) {
        return Vec::new();
    }
    let Ok(text) = std::str::from_utf8(answer.as_bytes()) else {
        return Vec::new();
    };
    let whole = serde_json::from_str::<Value>(text).ok();
    let Some(all) = whole.or_else(|| conf::document(text).filter(|_| conf)) else {
        return Vec::new();
    };
    let mut seen: Vec<ApiFact> = rows
        .flat_map(|(number, row, on)| facts(number, row, on, text, &all))
        .take(MOST_FACTS)
        .collect();
    if entry == SETTINGS {
        seen.extend(settings(text, &all));
    }
    seen.extend(events::moments(entry, text, &all));
    seen
}

/// The organization's durations, as far as they are known.
fn settings(text: &str, all: &Value) -> Vec<ApiFact> {
    let list = all.pointer("/token_settings").and_then(Value::as_array);
    let rows = list.into_iter().flatten().enumerate();
    let read = |(number, row): (usize, &Value)| {
        let own = row.get("setting")?.as_str()?;
        let name = DURATIONS.iter().find(|name| **name == own)?;
        let value = row.get("value")?;
        let seconds = match value {
            Value::Null => None,
            value => Some(plain(value).trim().parse().ok()?),
        };
        let reads = row.get("reads").map(plain).unwrap_or_default();
        Some(ApiFact {
            line: line_of(text, &format!("/token_settings/{number}/value")),
            told: Told::Setting {
                name,
                seconds,
                reads: short(&reads),
            },
        })
    };
    rows.filter_map(read).collect()
}

fn facts(number: usize, row: &Failure, on: &OnAnswer, text: &str, all: &Value) -> Vec<ApiFact> {
    let elements = elements(on.each.as_deref(), all);
    let matching = elements
        .into_iter()
        .filter(|(_, element)| on.when.iter().all(|test| test.holds(element, all)));
    let fact = |(at, element): (String, &Value)| ApiFact {
        // The last condition is the one that tells.
        line: element
            .get("line")
            .and_then(Value::as_u64)
            .unwrap_or_else(|| {
                let last = on.when.last().map_or("", |t| &t.at);
                line_of(text, &format!("{at}{last}"))
            }),
        told: Told::Row {
            row: number,
            title: fill(&row.title, element, all),
            cause: fill(&row.cause, element, all),
            about: one_of(element),
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

/// The elements of a list, each with its place; the whole answer where no list is meant.
pub(in crate::diagnose) fn elements<'v>(
    each: Option<&str>,
    all: &'v Value,
) -> Vec<(String, &'v Value)> {
    let Some(list) = each else {
        return vec![(String::new(), all)];
    };
    let items = all.pointer(list).and_then(Value::as_array);
    let items = items.into_iter().flatten().enumerate();
    items.map(|(n, v)| (format!("{list}/{n}"), v)).collect()
}

fn first_text<'v>(element: &'v Value, names: [&str; 4]) -> Option<&'v str> {
    names.iter().find_map(|name| element.get(name)?.as_str())
}

/// The transfer that an element is about.
pub(in crate::diagnose) fn one_of(element: &Value) -> Option<Uuid> {
    let tagged = element.pointer("/start_spec/tags/aspera/xfer_id");
    let tagged = tagged.and_then(Value::as_str).and_then(Uuid::parse);
    let own = || first_text(element, ["xfer_id", "transfer_id", "uuid", "id"]);
    tagged.or_else(|| Uuid::parse(own()?))
}

/// The package that an element is about.
pub(in crate::diagnose) fn package_of(element: &Value) -> Option<String> {
    let mut places = PACKAGES
        .iter()
        .filter_map(|at| element.pointer(at)?.as_str());
    places.next().map(str::to_owned)
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
            && self.soon_after.as_ref().is_none_or(|other| {
                let other = all.pointer(other).map(plain).and_then(|t| time(&t));
                time(&text).zip(other).is_some_and(|(a, b)| {
                    let left = a.as_second() - b.as_second();
                    (0..SOON).contains(&left)
                })
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
pub(in crate::diagnose) fn fill(text: &str, element: &Value, all: &Value) -> String {
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
