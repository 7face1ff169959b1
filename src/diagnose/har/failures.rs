//! Findings from failed exchanges: `failures_har.toml` says which facts mean what.
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::Timestamp;
use serde::Deserialize;

use super::fact::HarFact;
use crate::aoc::hosts::HostKind;
use crate::diagnose::catalogue::table::{CATALOGUE, Failure};
use crate::diagnose::output::finding::Evidence;

/// Most lines quoted as evidence of one finding.
const MOST_EVIDENCE: usize = 8;
/// Most ids of one kind.
const MOST_IDS: usize = 16;
/// Most different findings of one trace.
const MOST_GROUPS: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TokenState {
    Ended,
    Valid,
    Unknown,
}

/// How a row of the catalogue is met by an exchange: everything that it names must match.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::diagnose) struct OnExchange {
    kinds: Vec<HostKind>,
    #[serde(default, deserialize_with = "ranges")]
    status: Vec<RangeInclusive<u16>>,
    #[serde(default)]
    net: Vec<String>,
    token: Option<TokenState>,
    #[serde(default)]
    methods: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    codes: Vec<String>,
    #[serde(default)]
    unless_ok: bool,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "examples are read by the tests")
    )]
    pub(super) is: Vec<toml::Table>,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "examples are read by the tests")
    )]
    pub(super) is_not: Vec<toml::Table>,
}

/// Reads `401` and `500-599`.
fn ranges<'de, D: serde::Deserializer<'de>>(
    reader: D,
) -> Result<Vec<RangeInclusive<u16>>, D::Error> {
    let texts = Vec::<String>::deserialize(reader)?;
    let wrong = || serde::de::Error::custom("a status is one number, or two with a dash");
    texts
        .iter()
        .map(|text| range(text).ok_or_else(wrong))
        .collect()
}

/// The rows that exchanges tell, in the order of the table: the first that matches takes an exchange.
pub(super) fn rows() -> impl Iterator<Item = (usize, &'static Failure, &'static OnExchange)> {
    let rows = CATALOGUE.rows.iter().enumerate();
    rows.filter_map(|(number, row)| Some((number, row, row.har.as_ref()?)))
}

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    Some(from.parse().ok()?..=to.parse().ok()?)
}

impl OnExchange {
    fn matches(&self, fact: &HarFact) -> bool {
        let any = |list: &[String], test: &dyn Fn(&str) -> bool| {
            list.is_empty() || list.iter().any(|item| test(item))
        };
        let token = match fact.token_ended() {
            Some(true) => TokenState::Ended,
            Some(false) => TokenState::Valid,
            None => TokenState::Unknown,
        };
        let net = fact.failure.net.as_deref().unwrap_or_default();
        let code = fact.failure.code.as_deref().unwrap_or_default();
        self.kinds.contains(&fact.kind)
            && (self.status.is_empty()
                || fact
                    .status
                    .is_some_and(|s| self.status.iter().any(|r| r.contains(&s))))
            && self.token.is_none_or(|wanted| wanted == token)
            && any(&self.net, &|start| net.starts_with(start))
            && any(&self.methods, &|m| fact.method.eq_ignore_ascii_case(m))
            && any(&self.paths, &|p| fact.path.starts_with(p))
            && any(&self.codes, &|c| code.eq_ignore_ascii_case(c))
            // A browser that left the page stopped the request itself.
            && !net.starts_with("net::ERR_ABORTED")
    }
}

/// Exchanges that failed in the same way.
#[derive(Clone)]
struct Group {
    first: HarFact,
    count: u64,
    /// Seconds since the token's end, the most of all.
    late: i64,
    evidence: Vec<Evidence>,
    /// First and last of them.
    span: Option<(Timestamp, Timestamp)>,
    packages: Vec<String>,
    transfers: Vec<String>,
}

/// Exchanges that failed in the same way, as they are told.
pub(in crate::diagnose) struct Seen {
    /// Number of the row of the catalogue.
    pub(in crate::diagnose) row: usize,
    pub(in crate::diagnose) title: String,
    pub(in crate::diagnose) cause: String,
    pub(in crate::diagnose) evidence: Vec<Evidence>,
    /// First and last of them.
    pub(in crate::diagnose) span: Option<(Timestamp, Timestamp)>,
    pub(in crate::diagnose) packages: Vec<String>,
    pub(in crate::diagnose) transfers: Vec<String>,
    /// When the token of the first one ends.
    pub(in crate::diagnose) token_ends: Option<Timestamp>,
}

/// Rows, kinds of hosts and ways to fail that belong together: row, kind, status and reason.
type Key = (usize, HostKind, Option<u16>, String);

/// The failures of one trace.
#[derive(Clone, Default)]
pub(super) struct Groups {
    groups: BTreeMap<Key, Group>,
    worked: Vec<HostKind>,
}

impl Groups {
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
        let Some((row, ..)) = rows().find(|(.., on)| on.matches(fact)) else {
            return;
        };
        let net = fact.failure.net.clone().unwrap_or_default();
        let key = (row, fact.kind, fact.status, net);
        if self.groups.len() >= MOST_GROUPS && !self.groups.contains_key(&key) {
            return;
        }
        let group = self.groups.entry(key).or_insert_with(|| Group {
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

    /// Joins what another trace shows; what worked there is settled already.
    pub(super) fn join(&mut self, other: &Self) {
        for (key, group) in &other.groups {
            let on = CATALOGUE.rows.get(key.0).and_then(|row| row.har.as_ref());
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

    /// What was seen, in the order of the table.
    pub(super) fn seen(self) -> Vec<Seen> {
        self.groups
            .into_iter()
            .filter_map(|((row, ..), group)| Some(seen(row, CATALOGUE.rows.get(row)?, group)))
            .collect()
    }
}

/// The wider of two stretches of time.
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

fn seen(number: usize, row: &Failure, group: Group) -> Seen {
    let fact = &group.first;
    let fill = |text: &str| {
        let told = [&fact.failure.code, &fact.failure.message];
        let told = told.into_iter().flatten().map(String::as_str);
        // A number says no more than the status.
        let told: Vec<&str> = told.filter(|t| t.parse::<u32>().is_err()).collect();
        let net = fact.failure.net.as_deref().unwrap_or("no answer came");
        let message = match (told.is_empty(), text.contains("{net}")) {
            (true, true) => String::new(),
            (true, false) => "the answer gives no reason".to_owned(),
            (false, true) => format!(": {}", told.join(": ")),
            (false, false) => told.join(": "),
        };
        let status = match fact.status {
            None | Some(0) => "no answer".to_owned(),
            Some(status) => format!("status {status}"),
        };
        let requests = if group.count == 1 {
            "request"
        } else {
            "requests"
        };
        let filled = text
            .replace("{what}", fact.kind.name())
            .replace("{status}", &status)
            .replace("{count}", &format!("{} {requests}", group.count))
            .replace("{late}", &spoken(group.late))
            .replace("{net}", net)
            .replace("{path}", &fact.path)
            .replace("{message}", &message);
        let mut letters = filled.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect()
        })
    };
    Seen {
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

/// A duration as a person says it.
fn spoken(seconds: i64) -> String {
    let seconds = seconds.max(0);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}
