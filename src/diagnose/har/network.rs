//! What the network traces (HAR files) of a bundle show, as `diagnosis.json` holds it.
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::events::{RequestEvent, RequestEvents};
use super::fact::HarFact;
use super::failures::{FailureGroups, NetworkFailure};
use super::skew::{Skew, Skews};
use super::waterfall::{Bar, Waterfall};
use crate::redact::hosts::HostKind;

/// Most failed requests that are listed of one trace.
const MOST_FAILURES: usize = 50;

/// Exchanges with one kind of host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KindCount {
    /// Whose host.
    pub kind: HostKind,
    /// How many.
    pub requests: u64,
    /// How many of them failed.
    pub failed: u64,
    /// By status.
    pub statuses: Vec<StatusCount>,
}

/// Exchanges that ended with one status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatusCount {
    /// Status; 0 where no answer came, absent where the trace does not say.
    pub status: Option<u16>,
    /// How many.
    pub requests: u64,
}

/// One exchange that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FailedRequest {
    /// Line that the HAR entry begins in.
    pub line: u64,
    /// When it began (UTC).
    pub started: Option<Timestamp>,
    /// Whose host it went to.
    pub kind: HostKind,
    /// Method.
    pub method: String,
    /// Host, and path with `{id}` in place of ids.
    pub path: String,
    /// Status; 0 where no answer came.
    pub status: Option<u16>,
    /// The browser's reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net: Option<String>,
    /// Code in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Text in the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// When the token of the request expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
    /// When the server answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<Timestamp>,
    /// Packages that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<String>,
    /// Transfers that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<String>,
}

/// What one trace shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NetworkTrace {
    /// Its entry inside the root folder of the bundle.
    pub entry: String,
    /// Exchanges in it.
    pub requests: u64,
    /// Start of the first one (UTC).
    pub first: Option<Timestamp>,
    /// Start of the last one (UTC).
    pub last: Option<Timestamp>,
    /// Counts by kind of host.
    pub kinds: Vec<KindCount>,
    /// The failed exchanges with hosts of Aspera on Cloud, the first ones where there are many.
    pub failures: Vec<FailedRequest>,
    /// Requests that succeeded and belong on the timeline, the first ones where there are many.
    #[serde(rename = "steps", skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<RequestEvent>,
    /// Start and phases of exchanges, bounded.
    pub waterfall: Vec<Bar>,
}

/// What all traces show.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Network {
    /// By trace.
    pub traces: Vec<NetworkTrace>,
}

#[derive(Default)]
struct TraceState {
    requests: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    counts: BTreeMap<(HostKind, Option<u16>), (u64, u64)>,
    failures: Vec<FailedRequest>,
    events: RequestEvents,
    waterfall: Waterfall,
    groups: FailureGroups,
    skews: Skews,
}

/// Collects the facts of all traces, in bounded memory.
#[derive(Default)]
pub(in crate::diagnose) struct Traces {
    by_entry: BTreeMap<String, TraceState>,
}

impl Traces {
    /// Adds the facts of a piece of a trace; pieces come in their order.
    pub(in crate::diagnose) fn add(&mut self, entry: &str, facts: &[HarFact]) {
        if facts.is_empty() {
            return;
        }
        let state = self.by_entry.entry(entry.to_owned()).or_default();
        for fact in facts {
            state.add(entry, fact);
        }
    }

    pub(in crate::diagnose) fn forget(&mut self, entry: &str) {
        self.by_entry.remove(entry);
    }

    /// The failures, the clock that differs most, and the data of all traces; `None` where there are none.
    pub(in crate::diagnose) fn finish(
        self,
    ) -> (Vec<NetworkFailure>, Option<Skew>, Option<Network>) {
        let mut groups = FailureGroups::default();
        for state in self.by_entry.values() {
            groups.join(&state.groups);
        }
        let skews = self.by_entry.iter();
        let skew = skews
            .filter_map(|(entry, state)| state.skews.finish(entry))
            .max_by_key(|skew| skew.seconds.abs());
        let traces: Vec<NetworkTrace> = self
            .by_entry
            .into_iter()
            .map(|(entry, state)| state.trace(entry))
            .collect();
        let network = (!traces.is_empty()).then_some(Network { traces });
        (groups.finish(), skew, network)
    }
}

impl TraceState {
    fn add(&mut self, entry: &str, fact: &HarFact) {
        self.requests += 1;
        if let Some(at) = fact.started {
            self.first = Some(self.first.map_or(at, |f| f.min(at)));
            self.last = Some(self.last.map_or(at, |l| l.max(at)));
        }
        let count = self.counts.entry((fact.kind, fact.status)).or_default();
        count.0 += 1;
        count.1 += u64::from(fact.failed());
        let ours = fact.kind != HostKind::ThirdParty;
        if ours && fact.failed() && self.failures.len() < MOST_FAILURES {
            self.failures.push(failed_request(fact));
        }
        self.events.add(fact);
        self.waterfall.add(fact);
        self.groups.add(entry, fact);
        self.skews.add(fact);
    }

    fn trace(self, entry: String) -> NetworkTrace {
        let mut kinds: Vec<KindCount> = Vec::new();
        for ((kind, status), (requests, failed)) in self.counts {
            let same = kinds.last().is_some_and(|k| k.kind == kind);
            if !same {
                kinds.push(KindCount {
                    kind,
                    requests: 0,
                    failed: 0,
                    statuses: Vec::new(),
                });
            }
            if let Some(count) = kinds.last_mut() {
                count.requests += requests;
                count.failed += failed;
                count.statuses.push(StatusCount { status, requests });
            }
        }
        NetworkTrace {
            entry,
            requests: self.requests,
            first: self.first,
            last: self.last,
            kinds,
            failures: self.failures,
            events: self.events.finish(),
            waterfall: self.waterfall.bars(self.first),
        }
    }
}

fn failed_request(fact: &HarFact) -> FailedRequest {
    FailedRequest {
        line: fact.line,
        started: fact.started,
        kind: fact.kind,
        method: fact.method.clone(),
        path: format!("{}{}", fact.host, fact.path),
        status: fact.status,
        net: fact.failure.net.clone(),
        code: fact.failure.code.clone(),
        message: fact.failure.message.clone(),
        request_id: fact.request_id.clone(),
        valid_until: fact.token.as_ref().map(|t| t.ends),
        answered: fact.answered,
        packages: fact.ids.packages.clone(),
        transfers: fact.ids.transfers.clone(),
    }
}
