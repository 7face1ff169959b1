//! The verdict: how the transfers ended, what went wrong and what to do, in at most ten lines for the person whose
//! transfer it is.
use std::fmt::{self, Display, Formatter, Write};

use serde::{Serialize, Serializer};

use super::super::model::Severity;
use super::finding::Finding;

/// Most lines.
const MOST_LINES: usize = 10;
/// Most other findings that are named.
const MOST_OTHERS: usize = 3;

/// How many transfers the logs show, and how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All of them.
    pub transfers: u64,
    /// Failed after all attempts.
    pub failed: u64,
    /// Succeeded, some of them after a retry.
    pub succeeded: u64,
    /// Sessions of busy logs that were only counted.
    pub let_go: u64,
}

/// What a line of the verdict is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lead {
    /// How the transfers ended.
    Outcome,
    /// Title of the worst finding.
    Why,
    /// Title of a finding that is no failure.
    WorthALook,
    /// Title of another finding.
    Also,
    /// Why it happened.
    Cause,
    /// What to do about it.
    WhatToDo,
    /// How many findings are not named.
    More,
}

/// One line of the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictLine {
    /// What it is about.
    pub lead: Lead,
    /// One or more sentences.
    pub text: String,
}

impl Lead {
    /// The words in front of the text, if there are any.
    #[must_use]
    pub fn label(self) -> Option<&'static str> {
        match self {
            Self::Why => Some("Why"),
            Self::WorthALook => Some("Worth a look"),
            Self::Also => Some("Also"),
            Self::WhatToDo => Some("What to do"),
            Self::Outcome | Self::Cause | Self::More => None,
        }
    }
}

impl Display for VerdictLine {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.lead.label() {
            Some(label) => write!(f, "{label}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// A line is written as text.
impl Serialize for VerdictLine {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Findings of one kind: the same row of the catalogue, with the same severity.
pub struct FindingKind<'a> {
    /// The first one.
    pub first: &'a Finding,
    /// The others.
    pub others: Vec<&'a Finding>,
}

impl FindingKind<'_> {
    /// The title of the first one without its period, and how many there are.
    #[must_use]
    pub fn title(&self) -> String {
        let title = self.first.title.trim_end_matches('.');
        match self.others.len() {
            0 => title.to_owned(),
            others => format!("{title} ({} times)", others + 1),
        }
    }
}

/// The findings by kind, in their order.
#[must_use]
pub fn kinds(findings: &[Finding]) -> Vec<FindingKind<'_>> {
    let mut kinds: Vec<FindingKind<'_>> = Vec::new();
    for finding in findings {
        let same = |k: &&mut FindingKind<'_>| {
            (&k.first.id, k.first.severity) == (&finding.id, finding.severity)
        };
        match kinds.iter_mut().find(same) {
            Some(kind) => kind.others.push(finding),
            None => kinds.push(FindingKind {
                first: finding,
                others: Vec::new(),
            }),
        }
    }
    kinds
}

/// The verdict, at most ten lines.
pub(super) fn verdict(counts: &Counts, findings: &[Finding]) -> Vec<VerdictLine> {
    let mut lines = Vec::new();
    let mut line = |lead: Lead, text: String| lines.push(VerdictLine { lead, text });
    line(Lead::Outcome, outcome(counts, findings.is_empty()));
    let kinds = kinds(findings);
    let errors = kinds.iter().filter(|k| k.first.severity == Severity::Error);
    // Of several failures, two are explained.
    let explained = if errors.count() > 1 { 2 } else { 1 };
    let shown = kinds.iter().filter(|k| k.first.severity != Severity::Note);
    let shown: Vec<&FindingKind<'_>> = shown.collect();
    let (first, rest) = shown.split_at(explained.min(shown.len()));
    for (number, kind) in first.iter().enumerate() {
        let lead = match (number, kind.first.severity) {
            (0, Severity::Error) => Lead::Why,
            (0, _) => Lead::WorthALook,
            _ => Lead::Also,
        };
        line(lead, format!("{}.", kind.title()));
        line(Lead::Cause, kind.first.cause.clone());
        line(Lead::WhatToDo, kind.first.action.clone());
    }
    for kind in rest.iter().take(MOST_OTHERS) {
        line(Lead::Also, format!("{}.", kind.title()));
    }
    if rest.len() > MOST_OTHERS {
        let more = rest.len() - MOST_OTHERS;
        line(Lead::More, format!("{more} more: see the findings."));
    }
    lines.truncate(MOST_LINES);
    lines
}

fn outcome(counts: &Counts, nothing_found: bool) -> String {
    let transfers = |n: u64| if n == 1 { "transfer" } else { "transfers" };
    let open = counts
        .transfers
        .saturating_sub(counts.failed + counts.succeeded);
    match (counts.transfers, counts.failed, counts.succeeded) {
        (0, ..) if nothing_found => "This evidence shows no transfer and no failure.".to_owned(),
        (0, ..) => "This evidence shows no transfer; what it shows stands below.".to_owned(),
        (1, 1, _) => "The transfer failed.".to_owned(),
        (1, 0, 1) => "The transfer succeeded.".to_owned(),
        (all, 0, good) if good == all => format!("All {all} transfers succeeded."),
        (all, bad, _) if bad == all => format!("All {all} transfers failed."),
        (all, 0, 0) => format!("{all} {}: the logs do not show the end.", transfers(all)),
        (all, bad, good) => {
            let mut text = format!("Of {all} {} {bad} failed", transfers(all));
            if good > 0 {
                let _ = write!(text, " and {good} succeeded");
            }
            if open > 0 {
                let _ = write!(text, "; of {open} the logs do not show the end");
            }
            text.push('.');
            text
        }
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
