//! The cause of one transfer: of all rows of the catalogue that it matches, the one with the highest rank. The others
//! are listed below it.
use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::super::catalogue::row::Failure;
use super::super::catalogue::table::{CATALOGUE, row};
use super::super::model::{Severity, TransferOutcome};
use super::super::output::finding::{Also, Finding};
use super::super::sessions::place::{LogFile, LogSpot, evidence};
use super::super::sessions::transfers::SessionGroup;
use super::hit::{RowMatch, RowMatches, merge};
use super::session_facts::hits;
use super::token_notes::{TokenSettings, expiry_in, notes};

/// Most lines quoted as evidence of one finding, and of each failure that is listed below it.
pub(super) const MOST_EVIDENCE: usize = 8;
const MOST_ALSO: usize = 3;

/// What went wrong with one transfer that failed, or succeeded after a failure.
pub(super) struct TransferFailure {
    /// Number of the row that names the cause.
    pub(super) root: usize,
    pub(super) severity: Severity,
    pub(super) hits: RowMatches,
    /// Number of the transfer.
    pub(super) group: usize,
    pub(super) id: String,
    /// Lines that begin and end its failed sessions.
    pub(super) frame: Vec<LogSpot>,
    succeeded: bool,
    /// A retry used a token that was refused before.
    reused: bool,
    /// What else is known, in sentences.
    why: Vec<String>,
}

/// The failure of a transfer; `None` if there is none.
pub(super) fn judge(
    number: usize,
    group: &SessionGroup,
    files: &[LogFile],
) -> Option<TransferFailure> {
    let mut all = RowMatches::new();
    for attempt in &group.attempts {
        for (number, hit) in hits(attempt, files) {
            merge(&mut all, number, hit);
        }
    }
    for message in group.messages.iter().filter(|_| group.failed()) {
        for number in CATALOGUE.by_message(&message.text) {
            let hit = RowMatch::of(message.spot, Some(message.text.clone()));
            merge(&mut all, number, hit);
        }
    }
    let explains = |n: &usize| {
        row(*n).is_some_and(|r| {
            let by_words = r.when.log().is_some_and(|on| !on.says.is_empty());
            r.severity == Severity::Error || by_words
        })
    };
    if !group.failed() {
        // What successful transfers show is summed up by the checks.
        all.retain(|n, _| row(*n).is_some_and(|r| r.severity == Severity::Error));
    } else if !all.keys().any(explains) {
        let (number, _) = CATALOGUE.by_id("unknown-failure")?;
        all.insert(number, RowMatch::default());
    }
    let root = root(&all)?;
    let succeeded = group.succeeded();
    let own = row(root)?.severity;
    let severity = if succeeded {
        own.max(Severity::Warning)
    } else {
        own
    };
    let failed = group
        .attempts
        .iter()
        .filter(|a| a.outcome == TransferOutcome::Failed);
    let frame = failed
        .flat_map(|a| {
            a.session
                .ends
                .iter()
                .filter_map(|e| e.stop.or(e.start))
                .collect::<Vec<_>>()
        })
        .collect();
    let refused = CATALOGUE.by_id("token-expired").map(|(n, _)| n);
    let tries = group
        .attempts
        .iter()
        .filter(|a| refused.is_some_and(|n| hits(a, files).contains_key(&n)))
        .count();
    Some(TransferFailure {
        root,
        severity,
        hits: all,
        group: number,
        id: group.id(),
        frame,
        succeeded,
        reused: tries > 0 && group.attempts.len() > 1,
        why: Vec::new(),
    })
}
/// The row with the highest rank; of two, the first in the table.
fn root(hits: &RowMatches) -> Option<usize> {
    hits.keys()
        .copied()
        .filter_map(|n| Some((n, row(n)?)))
        .max_by_key(|(n, r)| (r.rank, Reverse(*n)))
        .map(|(n, _)| n)
}

impl TransferFailure {
    /// Adds what another source shows of this transfer; it can be nearer to the cause.
    pub(super) fn add(&mut self, number: usize, hit: RowMatch) {
        merge(&mut self.hits, number, hit);
        // A row of less severity does not explain a failure.
        let own = row(self.root).map_or(self.severity, |row| row.severity);
        let nearer = root(&self.hits).filter(|n| row(*n).is_some_and(|r| r.severity <= own));
        self.root = nearer.unwrap_or(self.root);
    }

    /// Adds what is known of the token, if the failure is about one.
    pub(super) fn explain(
        &mut self,
        groups: &[SessionGroup],
        settings: &TokenSettings,
        files: &[LogFile],
    ) {
        let about_tokens = row(self.root).is_some_and(|row| row.trouble == "token");
        let Some(group) = groups.get(self.group).filter(|_| about_tokens) else {
            return;
        };
        let ends = self.hits.values().filter_map(|hit| hit.token_ends).max();
        self.why = notes(group, ends, settings, files);
    }

    /// The finding, and the rank of its row.
    pub(super) fn finding(&self, files: &[LogFile]) -> Option<(u32, Finding)> {
        let row = row(self.root)?;
        let hit = self.hits.get(&self.root)?;
        let mut spots = hit.spots.clone();
        spots.truncate(MOST_EVIDENCE / 2);
        spots.extend(&self.frame);
        let mut finding = Finding::of(row, evidence(files, &spots, MOST_EVIDENCE));
        if finding.evidence.is_empty() {
            return None;
        }
        if let Some((title, cause)) = hit.texts.clone() {
            (finding.title, finding.cause) = (title, cause);
        }
        finding.severity = self.severity;
        if self.succeeded {
            finding.title.push_str("; a later attempt succeeded");
        }
        finding.said.clone_from(&hit.said);
        let by_words = hit.said.as_deref().and_then(expiry_in);
        finding.known = by_words.into_iter().chain(self.why.clone()).collect();
        finding.also = self.also(row, files);
        finding.transfer = Some(self.id.clone());
        Some((row.rank, finding))
    }

    fn also(&self, root: &Failure, files: &[LogFile]) -> Vec<Also> {
        let mut rows: Vec<(usize, &'static Failure)> = self
            .hits
            .keys()
            .filter(|n| **n != self.root)
            .filter_map(|n| Some((*n, row(*n)?)))
            .filter(|(_, r)| !root.covers.contains(&r.id))
            .collect();
        let covered: BTreeSet<&String> = rows.iter().flat_map(|(_, r)| &r.covers).collect();
        rows.retain(|(_, r)| !covered.contains(&r.id));
        rows.sort_by_key(|(n, r)| (Reverse(r.rank), *n));
        let mut also: Vec<Also> = rows
            .into_iter()
            .filter_map(|(n, r)| {
                let spots = &self.hits.get(&n)?.spots;
                let evidence = evidence(files, spots, MOST_ALSO);
                (!evidence.is_empty()).then(|| Also {
                    id: &r.id,
                    title: title(r, self.hits.get(&n)),
                    evidence,
                })
            })
            .collect();
        let reuse = CATALOGUE
            .by_id("retry-reuses-token")
            .filter(|_| self.reused);
        if let Some((_, row)) = reuse {
            also.push(Also {
                id: &row.id,
                title: row.title.clone(),
                evidence: evidence(files, &self.frame, MOST_ALSO),
            });
        }
        also
    }
}

/// The title of a row, with its placeholders filled if it has some.
fn title(row: &Failure, hit: Option<&RowMatch>) -> String {
    let texts = hit.and_then(|hit| hit.texts.as_ref());
    texts.map_or_else(|| row.title.clone(), |(title, _)| title.clone())
}
