//! Failed sessions over all entries: one finding for each, with the lines that say so.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::api::ApiFact;
use super::har::{HarFact, Network, Traces};
use super::observe::Observation;

/// Most lines quoted as evidence of one finding.
pub(super) const MOST_EVIDENCE: usize = 8;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something that may have led to a failure.
    Warning,
    /// The transfer failed.
    Error,
}

/// Where a finding can be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Evidence {
    /// Entry inside the root folder of the bundle.
    pub entry: String,
    /// Line, from 1.
    pub line: u64,
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of finding.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// What the logs give as the cause.
    pub cause: String,
    /// What to do about it.
    pub action: String,
    /// Where it stands.
    pub evidence: Vec<Evidence>,
}

/// Collects observations and makes findings of them.
#[derive(Default)]
pub struct Findings {
    sessions: BTreeMap<String, Session>,
    traces: Traces,
    answers: BTreeMap<String, Vec<ApiFact>>,
}

/// What is known in the end.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What went wrong.
    pub findings: Vec<Finding>,
    /// What the network traces show, where there are any.
    pub network: Option<Network>,
}

#[derive(Default)]
struct Session {
    code: Option<i64>,
    text: String,
    detail: Option<String>,
    evidence: Vec<Evidence>,
    lines: u64,
}

impl Findings {
    /// Adds what was seen in an entry.
    pub fn add(&mut self, entry: &str, seen: Vec<Observation>) {
        for observation in seen {
            let session = self.sessions.entry(observation.session).or_default();
            if observation.detail {
                session.detail.get_or_insert(observation.text);
            } else if session.text.is_empty() {
                session.text = observation.text;
            }
            session.code = session.code.or(observation.code);
            session.lines += 1;
            session.evidence.push(Evidence {
                entry: entry.to_owned(),
                line: observation.line,
            });
            session.evidence.sort();
            session.evidence.truncate(MOST_EVIDENCE);
        }
    }

    /// Adds what was seen in a piece of a network trace; pieces come in their order.
    pub fn add_har(&mut self, entry: &str, facts: Vec<HarFact>) {
        self.traces.add(entry, &facts);
    }

    /// Adds what was seen in an answer of an API.
    pub fn add_api(&mut self, entry: &str, facts: Vec<ApiFact>) {
        if !facts.is_empty() {
            self.answers
                .entry(entry.to_owned())
                .or_default()
                .extend(facts);
        }
    }

    /// Takes back what was seen in an entry that does not come into the bundle.
    pub fn forget(&mut self, entry: &str) {
        self.answers.remove(entry);
        for session in self.sessions.values_mut() {
            session.evidence.retain(|e| e.entry != entry);
        }
        self.sessions.retain(|_, s| !s.evidence.is_empty());
        self.traces.forget(entry);
    }

    /// The findings: sessions first, then network traces, then answers of APIs.
    #[must_use]
    pub fn finish(self) -> Told {
        let (seen, network) = self.traces.finish();
        let mut findings = by_session(self.sessions);
        findings.extend(seen);
        findings.extend(super::api::findings(&self.answers));
        Told { findings, network }
    }
}

impl Told {
    /// Takes along an entry that got another name.
    pub fn rename(&mut self, from: &str, to: &str) {
        let evidence = self.findings.iter_mut().flat_map(|f| &mut f.evidence);
        let traces = self.network.iter_mut().flat_map(|n| &mut n.traces);
        let entries = evidence.map(|e| &mut e.entry);
        for entry in entries.chain(traces.map(|t| &mut t.entry)) {
            if entry == from {
                to.clone_into(entry);
            }
        }
    }

    /// Takes back what an entry shows that does not come after all.
    pub fn forget(&mut self, entry: &str) {
        for finding in &mut self.findings {
            finding.evidence.retain(|e| e.entry != entry);
        }
        self.findings.retain(|f| !f.evidence.is_empty());
        if let Some(network) = &mut self.network {
            network.traces.retain(|t| t.entry != entry);
            if network.traces.is_empty() {
                self.network = None;
            }
        }
    }
}

fn by_session(sessions: BTreeMap<String, Session>) -> Vec<Finding> {
    sessions
            .into_iter()
            .map(|(uuid, session)| {
                let code = session.code.map_or_else(String::new, |c| format!(" (code {c})"));
                let text = if session.text.is_empty() { "no reason given" } else { &session.text };
                Finding {
                    id: "session-failed",
                    severity: Severity::Error,
                    title: format!("FASP session {uuid} failed: {text}{code}"),
                    cause: session.detail.unwrap_or_else(|| text.to_owned()),
                    action: "Read the lines given as evidence; give this bundle to IBM Support if they do not tell you what to do."
                        .to_owned(),
                    evidence: session.evidence,
                }
            })
            .collect()
}
