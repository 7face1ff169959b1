//! What the verifier says: problems of the zip itself, and finds in its texts. It never holds a
//! value that was found.
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::shapes::Severity;

/// Problems beyond this many are counted only.
const MOST_PROBLEMS: usize = 200;

/// Something wrong with the zip itself: damage, a foreign or hostile file, a manifest that says
/// otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The entry, from the root folder on, where it is about one; a name that cannot be shown
    /// safely is told by its place, as in `entry number 3`.
    pub entry: Option<String>,
    /// What is wrong and what to do, in one sentence.
    pub what: String,
}

impl Problem {
    pub(super) fn of(entry: &str, what: &str) -> Self {
        Self {
            entry: Some(shown(entry)),
            what: format!("{what}: make the bundle again, or ask its maker for a fresh copy"),
        }
    }

    pub(super) fn all(what: impl Into<String>) -> Self {
        Self {
            entry: None,
            what: what.into(),
        }
    }
}

/// A name as it may stand in a message: no control characters, not too long.
pub(super) fn shown(name: &str) -> String {
    let safe = |c: char| !c.is_control() && c != '\u{202e}' && c != '\u{2066}';
    name.chars()
        .map(|c| if safe(c) { c } else { '?' })
        .take(200)
        .collect()
}

/// Problems with a cap.
#[derive(Debug, Default)]
pub(super) struct Problems {
    pub(super) list: Vec<Problem>,
    pub(super) count: u64,
}

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        self.count += 1;
        if self.list.len() < MOST_PROBLEMS {
            self.list.push(problem);
        }
    }
}

/// One find: where, and by which detector; never the value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The entry, from the root folder on; `entry number N` where the name itself is the find.
    pub entry: String,
    /// Place of the entry in the sorted list of all entries, from 0.
    pub index: usize,
    /// Line in the entry, from 1; 0 for the name of the entry.
    pub line: u64,
    /// The detector, one of [`detectors`](crate::verify::detectors).
    pub what: &'static str,
    /// How bad it is.
    pub severity: Severity,
}

/// How often one detector fired in one entry, whether all places are listed or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The entry, as in [`Finding::entry`].
    pub entry: String,
    /// Place of the entry in the sorted list of all entries, from 0.
    pub index: usize,
    /// The detector.
    pub what: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Lines with at least one find.
    pub lines: u64,
}

/// The result of a verification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What is wrong with the zip itself; the first 200.
    pub problems: Vec<Problem>,
    /// Number of problems in all.
    pub problem_count: u64,
    /// Finds, the first few of each detector in each entry.
    pub findings: Vec<Finding>,
    /// Numbers of all finds.
    pub counts: Vec<Count>,
    /// Number of entries.
    pub entries: usize,
    /// Bytes of all entries, unpacked.
    pub bytes: u64,
    /// SHA-256 of `manifest.json`, in lower-case hex.
    pub sha256_of_manifest: Option<String>,
}

impl Report {
    /// True where nothing is wrong and nothing in clear was found; suspicions do not count.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.problem_count == 0 && self.counts.iter().all(|c| !c.severity.blocks())
    }

    /// Places (in the sorted list of entries) of those that must be withheld.
    #[must_use]
    pub fn dirty(&self) -> BTreeSet<usize> {
        self.counts
            .iter()
            .filter(|c| c.severity.blocks())
            .map(|c| c.index)
            .collect()
    }

    /// Number of suspicious words, which are no leak.
    #[must_use]
    pub fn suspicions(&self) -> u64 {
        let quiet = self.counts.iter().filter(|c| !c.severity.blocks());
        quiet.map(|c| c.lines).sum()
    }
}

/// Finds of one entry on their way into the report.
#[derive(Default)]
pub(super) struct Tally {
    by_what: BTreeMap<super::shapes::What, (u64, u64)>,
}

impl Tally {
    /// Counts a find; a detector counts once a line.
    pub(super) fn add(
        &mut self,
        report: &mut Report,
        entry: (&str, usize),
        find: &super::window::Find,
        cap: u64,
    ) {
        let (lines, last) = self.by_what.entry(find.what).or_insert((0, u64::MAX));
        if *last == find.line {
            return;
        }
        *last = find.line;
        *lines += 1;
        if *lines <= cap {
            let detector = find.what.detector();
            report.findings.push(Finding {
                entry: shown(entry.0),
                index: entry.1,
                line: find.line,
                what: detector.id,
                severity: detector.severity,
            });
        }
    }

    /// Writes the numbers of the entry into the report.
    pub(super) fn finish(self, report: &mut Report, entry: (&str, usize)) {
        for (what, (lines, _)) in self.by_what {
            let detector = what.detector();
            report.counts.push(Count {
                entry: shown(entry.0),
                index: entry.1,
                what: detector.id,
                severity: detector.severity,
                lines,
            });
        }
    }
}
