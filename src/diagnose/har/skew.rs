//! How far the clock of the browser's computer is from those of the servers: a request has a start time of the one
//! and a `Date` header of the other.
use crate::redact::hosts::HostKind;

use super::fact::HarFact;

/// Most requests that are compared.
const MOST: usize = 64;
/// Fewest requests that give a result.
const FEWEST: usize = 2;
/// Seconds by which clocks may differ before tokens are at risk.
const AT_RISK: i64 = 90;

/// Differences in seconds, with the line of each request.
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
    /// Compares the two times of a request. Answers to GET can come from a cache, with an old date.
    pub(super) fn add(&mut self, fact: &HarFact) {
        let ours = !matches!(fact.kind, HostKind::ThirdParty | HostKind::LocalClient);
        let fresh = fact.method != "GET" && fact.method != "HEAD";
        if !ours || !fresh || self.seen.len() >= MOST {
            return;
        }
        let (Some(started), Some(answered)) = (fact.started, fact.answered) else {
            return;
        };
        // Longer times are broken data.
        let took = fact.time.filter(|ms| (0.0..3_600_000.0).contains(ms));
        let took = took.map_or(0, |ms| (ms / 1000.0) as i64);
        let seconds = answered.as_second() - started.as_second() - took;
        self.seen.push((seconds, fact.line));
    }

    /// The median of all differences, where it is large.
    pub(super) fn finish(&self, entry: &str) -> Option<Skew> {
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
