//! Findings from failed exchanges: `findings.toml` says which facts mean what.
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use serde::Deserialize;

use super::super::sessions::{Evidence, Finding, MOST_EVIDENCE, Severity};
use super::fact::HarFact;
use crate::aoc::hosts::HostKind;

/// Most different findings of one trace.
const MOST_GROUPS: usize = 100;

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TokenState {
    Ended,
    Valid,
    Unknown,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) id: String,
    severity: Severity,
    kinds: Vec<HostKind>,
    #[serde(default)]
    status: Vec<String>,
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
    title: String,
    cause: String,
    action: String,
    #[serde(skip)]
    ranges: Vec<RangeInclusive<u16>>,
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

#[derive(Deserialize)]
struct Table {
    finding: Vec<Row>,
}

pub(super) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    // That it parses is a test.
    let table = toml::from_str::<Table>(include_str!("findings.toml"));
    let mut rows = table.map_or_else(|_| Vec::new(), |t| t.finding);
    for row in &mut rows {
        row.ranges = row.status.iter().filter_map(|s| range(s)).collect();
    }
    rows
});

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    Some(from.parse().ok()?..=to.parse().ok()?)
}

impl Row {
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
            && (self.ranges.is_empty()
                || fact
                    .status
                    .is_some_and(|s| self.ranges.iter().any(|r| r.contains(&s))))
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
        let Some(row) = ROWS.iter().position(|row| row.matches(fact)) else {
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
        });
        group.count += 1;
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
            let settled = ROWS.get(key.0).is_some_and(|row| row.unless_ok);
            if settled && other.worked.contains(&key.1) {
                continue;
            }
            let Some(mine) = self.groups.get_mut(key) else {
                self.groups.insert(key.clone(), group.clone());
                continue;
            };
            mine.count += group.count;
            mine.late = mine.late.max(group.late);
            mine.evidence.extend(group.evidence.iter().cloned());
            mine.evidence.truncate(MOST_EVIDENCE);
        }
    }

    /// The findings, in the order of the table.
    pub(super) fn findings(self) -> Vec<Finding> {
        self.groups
            .into_iter()
            .filter_map(|((row, ..), group)| Some(finding(ROWS.get(row)?, group)))
            .collect()
    }
}

fn finding(row: &'static Row, group: Group) -> Finding {
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
    Finding {
        id: &row.id,
        severity: row.severity,
        title: fill(&row.title),
        cause: fill(&row.cause),
        action: row.action.clone(),
        evidence: group.evidence,
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
