//! Which of the candidates the case is about. What the person gave wins; what is not clear stays open.
use super::{Candidate, Candidates, CaseFacts, newest_first};

/// Which package it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice<'a> {
    /// Nothing was found.
    None,
    /// It is clear.
    Clear(&'a Candidate),
    /// Several may be meant, newest first.
    Open(Vec<&'a Candidate>),
}

/// The package: the only one that something was done with; else the only one that failed; else, where
/// something failed, the last one before that.
#[must_use]
pub fn package(facts: &CaseFacts) -> Choice<'_> {
    let all = newest_first(&facts.packages);
    let used: Vec<&Candidate> = all.iter().copied().filter(|c| c.used).collect();
    if let [one] = used[..] {
        return Choice::Clear(one);
    }
    let failed: Vec<&Candidate> = used
        .iter()
        .copied()
        .filter(|c| c.failed.is_some())
        .collect();
    if let [one] = failed[..] {
        return Choice::Clear(one);
    }
    if let Some(failure) = facts.last_failure {
        let before = |c: &&Candidate| c.when.is_some_and(|w| w <= failure);
        let of = if failed.is_empty() { &used } else { &failed };
        let near = of.iter().copied().filter(before);
        let nearest = near.max_by_key(|c| c.failed.max(c.when));
        // Two at the same moment are not clear.
        let moment = |c: &Candidate| c.failed.max(c.when);
        let tie = |c: &Candidate| of.iter().filter(|o| moment(o) == moment(c)).count() > 1;
        if let Some(nearest) = nearest.filter(|c| !tie(c)) {
            return Choice::Clear(nearest);
        }
    }
    match (used.is_empty(), all.is_empty()) {
        (_, true) => Choice::None,
        (true, _) => Choice::Open(all),
        _ => Choice::Open(used),
    }
}

/// The only candidate of a kind.
#[must_use]
pub fn only(candidates: &Candidates) -> Option<&Candidate> {
    let mut used = candidates.values().filter(|c| c.used);
    let one = used.next()?;
    used.next().is_none().then_some(one)
}
