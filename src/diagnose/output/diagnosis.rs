//! Everything that a run tells, as `diagnosis.json`, `timeline.ndjson` and the report have it.
use serde::Serialize;

use super::finding::{Evidence, Finding};
use super::transfer::Transfer;
use crate::diagnose::har::Network;
use crate::diagnose::judge::timeline::Event;
use crate::diagnose::judge::token_notes::Setting;

/// How many transfers the logs show, and how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All of them.
    pub transfers: u64,
    /// Failed in the end.
    pub failed: u64,
    /// Came to a good end, some of them after a retry.
    pub succeeded: u64,
    /// Sessions of busy logs that were counted and let go.
    pub let_go: u64,
}

/// Everything that a run tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Diagnosis {
    /// How the transfers ended.
    pub counts: Counts,
    /// The gravest first.
    pub findings: Vec<Finding>,
    /// In the order in which they began; of very many those that failed, and the latest others.
    pub transfers: Vec<Transfer>,
    /// What the network traces show, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
    /// The organization's durations, as far as they are known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Setting>,
    /// In order of time; what has no time stands behind. They are written as `timeline.ndjson`.
    #[serde(skip)]
    pub events: Vec<Event>,
}

impl Diagnosis {
    /// `diagnosis.json`: the verdict in words, and everything but the events.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let mut value = serde_json::json!({ "verdict": self.verdict() });
        if let (Some(out), Ok(serde_json::Value::Object(rest))) =
            (value.as_object_mut(), serde_json::to_value(self))
        {
            out.extend(rest);
        }
        value
    }

    /// The timeline as one JSON object a line.
    #[must_use]
    pub fn timeline(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for event in &self.events {
            out.extend(serde_json::to_vec(event).unwrap_or_default());
            out.push(b'\n');
        }
        out
    }

    /// Follows an entry to its new name.
    pub fn rename(&mut self, old: &str, new: &str) {
        for place in self.places() {
            if place == old {
                new.clone_into(place);
            }
        }
    }

    /// Takes back what only an entry shows that does not come into the bundle.
    pub fn withhold(&mut self, entry: &str) {
        let stays = |e: &Evidence| e.entry != entry;
        for finding in &mut self.findings {
            finding.evidence.retain(stays);
            for also in &mut finding.also {
                also.evidence.retain(stays);
            }
            finding.also.retain(|a| !a.evidence.is_empty());
        }
        self.findings.retain(|f| !f.evidence.is_empty());
        self.events.retain(|e| e.entry != entry);
        self.settings.retain(|s| stays(&s.evidence));
        for session in self.transfers.iter_mut().flat_map(|t| &mut t.sessions) {
            session.ends.retain_mut(|end| {
                end.evidence.retain(stays);
                !end.evidence.is_empty()
            });
        }
        for transfer in &mut self.transfers {
            transfer.sessions.retain(|s| !s.ends.is_empty());
        }
        let told: Vec<&str> = self
            .findings
            .iter()
            .filter_map(|f| f.transfer.as_deref())
            .collect();
        self.transfers
            .retain(|t| !t.sessions.is_empty() || told.contains(&t.id.as_str()));
        if let Some(network) = &mut self.network {
            network.traces.retain(|t| t.entry != entry);
            if network.traces.is_empty() {
                self.network = None;
            }
        }
    }

    /// Every name of an entry in it.
    fn places(&mut self) -> impl Iterator<Item = &mut String> {
        let findings = self.findings.iter_mut().flat_map(|finding| {
            let also = finding.also.iter_mut().flat_map(|a| a.evidence.iter_mut());
            finding.evidence.iter_mut().chain(also)
        });
        let sessions = self.transfers.iter_mut().flat_map(|t| &mut t.sessions);
        let ends = sessions.flat_map(|s| &mut s.ends);
        let places = findings.chain(ends.flat_map(|e| &mut e.evidence));
        let traces = self.network.iter_mut().flat_map(|n| &mut n.traces);
        let places = places.chain(self.settings.iter_mut().map(|s| &mut s.evidence));
        places
            .map(|e| &mut e.entry)
            .chain(self.events.iter_mut().map(|e| &mut e.entry))
            .chain(traces.map(|t| &mut t.entry))
    }
}
