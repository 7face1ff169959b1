//! Requests that worked and belong to the story of a transfer: `steps.toml` says which.
use std::sync::LazyLock;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fact::HarFact;
use crate::aoc::hosts::HostKind;

/// Most steps that are told of one trace.
const MOST_STEPS: usize = 60;

/// A kind of request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    kinds: Vec<HostKind>,
    methods: Vec<String>,
    paths: Vec<String>,
    what: String,
    text: String,
    #[serde(default)]
    once: bool,
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
    step: Vec<Row>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    // That it parses is a test.
    toml::from_str::<Table>(include_str!("../catalogue/events.toml"))
        .map_or_else(|_| Vec::new(), |t| t.step)
});

/// A request that worked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Line that the HAR entry begins in.
    pub line: u64,
    /// When it began (UTC).
    pub started: Option<Timestamp>,
    /// What kind of event it is in the timeline.
    pub what: &'static str,
    /// What it did, and which request it was.
    pub text: String,
    /// Packages that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<String>,
    /// Transfers that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<String>,
}

/// The steps of one trace, the first ones where there are many.
#[derive(Default)]
pub(super) struct Steps {
    told: Vec<Step>,
    /// Rows that tell only their first request, and told it.
    over: Vec<usize>,
}

impl Row {
    fn matches(&self, fact: &HarFact) -> bool {
        self.kinds.contains(&fact.kind)
            && self.methods.iter().any(|m| m == &fact.method)
            && self.paths.iter().any(|p| is_path(p, &fact.path))
    }
}

/// True where the path has the segments of the pattern, and no more.
fn is_path(pattern: &str, path: &str) -> bool {
    let mut have = path.split('/');
    let same = pattern
        .split('/')
        .all(|want| have.next().is_some_and(|h| want == h || want == "*"));
    same && have.next().is_none()
}

impl Steps {
    pub(super) fn add(&mut self, fact: &HarFact) {
        let worked = fact.status.is_some_and(|s| (100..400).contains(&s)) && !fact.failed();
        if !worked || fact.kind == HostKind::ThirdParty || self.told.len() >= MOST_STEPS {
            return;
        }
        let found = ROWS.iter().enumerate().find(|(_, row)| row.matches(fact));
        let Some((number, row)) = found.filter(|(number, _)| !self.over.contains(number)) else {
            return;
        };
        if row.once {
            self.over.push(number);
        }
        let (method, host, path) = (&fact.method, &fact.host, &fact.path);
        let status = fact.status.unwrap_or_default();
        self.told.push(Step {
            line: fact.line,
            started: fact.started,
            what: &row.what,
            // A colon behind `token` would make a secret of the word that follows.
            text: format!("{}: {method} {host}{path} (status {status})", row.text),
            packages: fact.ids.packages.clone(),
            transfers: fact.ids.transfers.clone(),
        });
    }

    pub(super) fn told(self) -> Vec<Step> {
        self.told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::observe_har;
    use crate::redact::tests_support::redacted;

    fn fact(request: &str, status: u16) -> HarFact {
        let (method, url) = request.split_once(' ').unwrap();
        let har = format!(
            r#"{{"log":{{"entries":[{{"startedDateTime":"2026-11-17T16:05:11Z","request":{{"method":"{method}","url":"{url}","headers":[]}},"response":{{"status":{status},"headers":[]}}}}]}}}}"#
        );
        observe_har(&redacted(har.as_bytes()), b"", 1).remove(0)
    }

    fn told(requests: &[(&str, u16)]) -> Vec<Step> {
        let mut steps = Steps::default();
        for (request, status) in requests {
            steps.add(&fact(request, *status));
        }
        steps.told()
    }

    #[test]
    fn every_row_takes_what_it_says_and_nothing_near_it() {
        let table: Table = toml::from_str(include_str!("../catalogue/events.toml")).unwrap();
        assert!(table.step.len() >= 9);
        for row in &table.step {
            assert!(!row.is.is_empty() && !row.is_not.is_empty(), "{}", row.text);
            for request in &row.is {
                let seen = told(&[(request, 200)]);
                let own = seen.first().is_some_and(|s| s.text.starts_with(&row.text));
                assert!(own, "{request}: {seen:?} {:?}", fact(request, 200));
            }
            for request in &row.is_not {
                let fact = fact(request, 200);
                assert!(!row.matches(&fact), "{request}");
            }
        }
    }

    #[test]
    fn only_what_worked_is_told_and_not_without_end() {
        let start = "POST http://127.0.0.1:33003/v6/connect/transfers/start";
        let ping = "GET http://127.0.0.1:33003/v6/connect/info/ping";
        let seen = told(&[
            (start, 401),
            (start, 0),
            (ping, 200),
            (ping, 200),
            (start, 200),
        ]);
        let texts: Vec<&str> = seen.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "the Aspera client answered: GET 127.0.0.1:33003/v6/connect/info/ping (status 200)",
                "the Aspera client took a transfer: POST 127.0.0.1:33003/v6/connect/transfers/start (status 200)",
            ]
        );
        assert_eq!(told(&[(start, 200); 500]).len(), MOST_STEPS);
    }
}
