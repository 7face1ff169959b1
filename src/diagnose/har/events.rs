//! Requests of a network trace that succeeded and belong on the timeline of a transfer, such as creating a package.
use jiff::Timestamp;
use serde::Serialize;

use super::super::catalogue::row::EventRow;
use super::super::catalogue::table::CATALOGUE;
use super::condition::holds;
use super::fact::HarFact;
use crate::redact::hosts::HostKind;

/// Most events of one trace.
const MOST_EVENTS: usize = 60;

/// A request that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestEvent {
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

/// The events of one trace, the first [`MOST_EVENTS`] of them.
#[derive(Default)]
pub(super) struct RequestEvents {
    events: Vec<RequestEvent>,
    /// Rows with `once` that already gave their event.
    done: Vec<usize>,
}

/// The first row that a request matches.
fn event_row(request: &HarFact) -> Option<(usize, &'static EventRow)> {
    let mut rows = CATALOGUE.events.iter().enumerate();
    rows.find(|(_, row)| row.when.har().is_some_and(|on| holds(on, request)))
}

impl RequestEvents {
    pub(super) fn add(&mut self, request: &HarFact) {
        let succeeded =
            request.status.is_some_and(|s| (100..400).contains(&s)) && !request.failed();
        let ours = request.kind != HostKind::ThirdParty;
        if !succeeded || !ours || self.events.len() >= MOST_EVENTS {
            return;
        }
        let Some((number, row)) = event_row(request).filter(|(n, _)| !self.done.contains(n)) else {
            return;
        };
        if row.once {
            self.done.push(number);
        }
        let (method, host, path) = (&request.method, &request.host, &request.path);
        let status = request.status.unwrap_or_default();
        self.events.push(RequestEvent {
            line: request.line,
            started: request.started,
            what: &row.what,
            // A colon behind the word `token` would make redaction take the next word for a secret.
            text: format!("{}: {method} {host}{path} (status {status})", row.text),
            packages: request.ids.packages.clone(),
            transfers: request.ids.transfers.clone(),
        });
    }

    pub(super) fn finish(self) -> Vec<RequestEvent> {
        self.events
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::har::observe_har;
    use crate::redact::tests_support::redacted;

    fn events(requests: &[(&str, u16)]) -> Vec<RequestEvent> {
        let mut events = RequestEvents::default();
        for (request, status) in requests {
            let (method, url) = request.split_once(' ').unwrap();
            let har = format!(
                r#"{{"log":{{"entries":[{{"startedDateTime":"2026-11-17T16:05:11Z","request":{{"method":"{method}","url":"{url}","headers":[]}},"response":{{"status":{status},"headers":[]}}}}]}}}}"#
            );
            events.add(&observe_har(&redacted(har.as_bytes()), b"", 1)[0]);
        }
        events.finish()
    }

    #[test]
    fn only_requests_that_succeeded_are_events_and_their_number_is_limited() {
        let start = "POST http://127.0.0.1:33003/v6/connect/transfers/start";
        let ping = "GET http://127.0.0.1:33003/v6/connect/info/ping";
        let seen = events(&[
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
        assert_eq!(events(&[(start, 200); 500]).len(), MOST_EVENTS);
    }
}
