//! How far the clock of the browser's machine is from those of the servers: both tell the time of one exchange.
use crate::aoc::hosts::HostKind;

use super::fact::HarFact;

/// Most exchanges that are compared.
const MOST: usize = 64;
/// Fewest exchanges that must agree.
const FEWEST: usize = 2;
/// Seconds by which clocks may differ before tokens are at risk.
const AT_RISK: i64 = 90;

/// Differences in seconds, with the line of each exchange.
#[derive(Default)]
pub(super) struct Skews {
    seen: Vec<(i64, u64)>,
}

/// A clock that differs.
pub(in crate::diagnose) struct Skew {
    /// The servers' time minus the browser's, in seconds.
    pub(in crate::diagnose) seconds: i64,
    pub(in crate::diagnose) entry: String,
    pub(in crate::diagnose) line: u64,
}

impl Skews {
    /// Compares the two times of an exchange. Answers to GET may come from a cache, with the time of long ago.
    pub(super) fn add(&mut self, fact: &HarFact) {
        let ours = !matches!(fact.kind, HostKind::ThirdParty | HostKind::LocalClient);
        let fresh = fact.method != "GET" && fact.method != "HEAD";
        if !ours || !fresh || self.seen.len() >= MOST {
            return;
        }
        let (Some(started), Some(answered)) = (fact.started, fact.answered) else {
            return;
        };
        // A fraction of a day would be no time of an exchange.
        let took = fact.time.filter(|ms| (0.0..3_600_000.0).contains(ms));
        let took = took.map_or(0, |ms| (ms / 1000.0) as i64);
        let seconds = answered.as_second() - started.as_second() - took;
        self.seen.push((seconds, fact.line));
    }

    /// The middle of all differences, where it is large.
    pub(super) fn told(&self, entry: &str) -> Option<Skew> {
        let mut seen = self.seen.clone();
        if seen.len() < FEWEST {
            return None;
        }
        seen.sort_unstable();
        let (seconds, line) = *seen.get(seen.len() / 2)?;
        (seconds.abs() > AT_RISK).then(|| Skew {
            seconds,
            entry: entry.to_owned(),
            line,
        })
    }
}
