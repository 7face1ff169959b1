//! Failed requests of network traces, grouped by the row of the failure catalogue that they match.
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::catalogue::row::Failure;
use super::super::catalogue::table::{CATALOGUE, row};
use super::super::duration::in_neighboring_units;
use super::super::model::Evidence;
use super::condition::holds;
use super::fact::{HarFact, status_text};
use crate::redact::hosts::HostKind;

/// Most lines quoted as evidence of one finding.
const MOST_EVIDENCE: usize = 8;
/// Most ids of one kind.
const MOST_IDS: usize = 16;
/// Most different findings of one trace.
const MOST_GROUPS: usize = 100;

/// Requests that failed in the same way.
#[derive(Clone)]
struct SameFailure {
    first: HarFact,
    count: u64,
    /// Seconds from the expiry of the token to the answer, the most of all.
    late: i64,
    evidence: Vec<Evidence>,
    /// First and last of them.
    span: Option<(Timestamp, Timestamp)>,
    packages: Vec<String>,
    transfers: Vec<String>,
}

/// Requests that failed in the same way, with the texts of their row filled in.
pub(in crate::diagnose) struct NetworkFailure {
    /// Number of the row of the catalogue.
    pub(in crate::diagnose) row: usize,
    pub(in crate::diagnose) title: String,
    pub(in crate::diagnose) cause: String,
    pub(in crate::diagnose) evidence: Vec<Evidence>,
    /// First and last of them.
    pub(in crate::diagnose) span: Option<(Timestamp, Timestamp)>,
    pub(in crate::diagnose) packages: Vec<String>,
    pub(in crate::diagnose) transfers: Vec<String>,
    /// When the token of the first one expires.
    pub(in crate::diagnose) token_ends: Option<Timestamp>,
}

/// What requests that failed in the same way have in common: row, kind of host, status and the browser's reason.
type FailureKey = (usize, HostKind, Option<u16>, String);

/// The failures of one trace.
#[derive(Clone, Default)]
pub(super) struct FailureGroups {
    groups: BTreeMap<FailureKey, SameFailure>,
    /// Kinds of hosts with a request that succeeded.
    worked: Vec<HostKind>,
}

impl FailureGroups {
    pub(super) fn add(&mut self, entry: &str, fact: &HarFact) {
        if fact.kind == HostKind::ThirdParty {
            return;
        }
        if !fact.failed() {
            if fact.status.is_some() && !self.worked.contains(&fact.kind) {
                self.worked.push(fact.kind);
            }
            return;
        }
        // A browser that left the page aborted the request itself.
        let aborted = fact
            .failure
            .net
            .as_deref()
            .is_some_and(|net| net.starts_with("net::ERR_ABORTED"));
        let mut rows = CATALOGUE.of_requests().filter(|_| !aborted);
        let Some((row, ..)) = rows.find(|(.., on)| holds(on, fact)) else {
            return;
        };
        let net = fact.failure.net.clone().unwrap_or_default();
        let key = (row, fact.kind, fact.status, net);
        if self.groups.len() >= MOST_GROUPS && !self.groups.contains_key(&key) {
            return;
        }
        let group = self.groups.entry(key).or_insert_with(|| SameFailure {
            first: fact.clone(),
            count: 0,
            late: 0,
            evidence: Vec::new(),
            span: None,
            packages: Vec::new(),
            transfers: Vec::new(),
        });
        group.count += 1;
        group.span = wider(group.span, fact.started.map(|at| (at, at)));
        remember(&mut group.packages, &fact.ids.packages);
        remember(&mut group.transfers, &fact.ids.transfers);
        if let (Some(token), Some(at)) = (&fact.token, fact.answered) {
            group.late = group.late.max(at.as_second() - token.ends.as_second());
        }
        if group.evidence.len() < MOST_EVIDENCE {
            group.evidence.push(Evidence {
                entry: entry.to_owned(),
                line: fact.line,
            });
        }
    }

    /// Adds the failures of another trace, except those with `unless_ok` to hosts that it reached.
    pub(super) fn join(&mut self, other: &Self) {
        for (key, group) in &other.groups {
            let on = row(key.0).and_then(|row| row.when.har());
            let settled = on.is_some_and(|on| on.unless_ok);
            if settled && other.worked.contains(&key.1) {
                continue;
            }
            let Some(mine) = self.groups.get_mut(key) else {
                self.groups.insert(key.clone(), group.clone());
                continue;
            };
            mine.count += group.count;
            mine.late = mine.late.max(group.late);
            mine.span = wider(mine.span, group.span);
            remember(&mut mine.packages, &group.packages);
            remember(&mut mine.transfers, &group.transfers);
            mine.evidence.extend(group.evidence.iter().cloned());
            mine.evidence.truncate(MOST_EVIDENCE);
        }
    }

    /// The failures in the order of the catalogue.
    pub(super) fn finish(self) -> Vec<NetworkFailure> {
        self.groups
            .into_iter()
            .filter_map(|((number, ..), group)| Some(filled(number, row(number)?, group)))
            .collect()
    }
}

/// The time span that covers both.
fn wider(
    one: Option<(Timestamp, Timestamp)>,
    other: Option<(Timestamp, Timestamp)>,
) -> Option<(Timestamp, Timestamp)> {
    match (one, other) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (one, other) => one.or(other),
    }
}

fn remember(known: &mut Vec<String>, ids: &[String]) {
    for id in ids {
        if known.len() < MOST_IDS && !known.contains(id) {
            known.push(id.clone());
        }
    }
}

/// The failures of a group, with the texts of their row filled in.
fn filled(number: usize, row: &Failure, group: SameFailure) -> NetworkFailure {
    let fact = &group.first;
    let fill = |text: &str| {
        let reasons = [&fact.failure.code, &fact.failure.message];
        let reasons = reasons.into_iter().flatten().map(String::as_str);
        // A numeric code repeats the status.
        let reasons: Vec<&str> = reasons.filter(|r| r.parse::<u32>().is_err()).collect();
        let net = fact.failure.net.as_deref().unwrap_or("no answer came");
        let message = match (reasons.is_empty(), text.contains("{net}")) {
            (true, true) => String::new(),
            (true, false) => "the answer gives no reason".to_owned(),
            (false, true) => format!(": {}", reasons.join(": ")),
            (false, false) => reasons.join(": "),
        };
        let requests = if group.count == 1 {
            "request"
        } else {
            "requests"
        };
        let text = text
            .replace("{what}", fact.kind.name())
            .replace("{status}", &status_text(fact.status))
            .replace("{count}", &format!("{} {requests}", group.count))
            .replace("{late}", &in_neighboring_units(group.late))
            .replace("{net}", net)
            .replace("{path}", &fact.path)
            .replace("{message}", &message);
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect()
        })
    };
    NetworkFailure {
        row: number,
        title: fill(&row.title),
        cause: fill(&row.cause),
        evidence: group.evidence,
        span: group.span,
        packages: group.packages,
        transfers: group.transfers,
        token_ends: fact.token.as_ref().map(|t| t.ends),
    }
}
