//! The diagnosis as a whole, as `diagnosis.json`, `timeline.ndjson` and the report show it.
use serde::Serialize;

use super::super::har::Network;
use super::super::model::Evidence;
use super::event::Event;
use super::finding::Finding;
use super::transfer::Transfer;
use super::verdict::{Counts, VerdictLine, verdict};

/// One of the organization's durations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TokenSetting {
    /// Name in the API.
    pub setting: &'static str,
    /// Seconds; `null` if it is switched off.
    pub seconds: Option<u64>,
    /// The same for a person.
    pub reads: String,
    /// The line that shows it.
    pub evidence: Evidence,
}

/// All results of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Diagnosis {
    /// How the transfers ended.
    pub counts: Counts,
    /// The worst first.
    pub findings: Vec<Finding>,
    /// In the order in which they began; of very many those that failed, and the latest others.
    pub transfers: Vec<Transfer>,
    /// What the network traces show, if there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
    /// The organization's durations, as far as they are known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<TokenSetting>,
    /// In order of time, those without a time last. They are written as `timeline.ndjson`.
    #[serde(skip)]
    pub events: Vec<Event>,
}

impl Diagnosis {
    /// How the transfers ended, what went wrong and what to do, in at most ten lines.
    #[must_use]
    pub fn verdict(&self) -> Vec<VerdictLine> {
        verdict(&self.counts, &self.findings)
    }

    /// `diagnosis.json`: the verdict as text, and everything but the events.
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

    /// Gives an entry its new name.
    pub fn rename(&mut self, old: &str, new: &str) {
        for place in self.places() {
            if place == old {
                new.clone_into(place);
            }
        }
    }

    /// Removes what only one entry shows, which does not come into the bundle.
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
        let with_finding: Vec<&str> = self
            .findings
            .iter()
            .filter_map(|f| f.transfer.as_deref())
            .collect();
        self.transfers
            .retain(|t| !t.sessions.is_empty() || with_finding.contains(&t.id.as_str()));
        if let Some(network) = &mut self.network {
            network.traces.retain(|t| t.entry != entry);
            if network.traces.is_empty() {
                self.network = None;
            }
        }
    }

    /// All names of entries in it.
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
