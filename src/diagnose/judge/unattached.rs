//! Failures that no session shows: messages of other programs, requests of network traces, answers of APIs. Those that
//! are about a failed transfer are listed below its finding; the others are findings of their own.
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::super::answers::ApiContent;
use super::super::catalogue::table::{CATALOGUE, row};
use super::super::grammar::Uuid;
use super::super::har::{NetworkFailure, Skew};
use super::super::model::{EvidenceSource, Severity};
use super::super::output::finding::Finding;
use super::super::sessions::clock::Moment;
use super::super::sessions::observations::Observations;
use super::super::sessions::place::{LogFile, LogSpot, Stretch, evidence, span};
use super::super::sessions::transfers::SessionGroup;
use super::cause::{MOST_EVIDENCE, TransferFailure};
use super::hit::RowMatch;

/// Seconds around a transfer in which a failure of another source is about it, and the same if both name the package.
const NEAR: i64 = 600;
const NEAR_WITH_PACKAGE: i64 = 6 * 3600;
/// Most findings from answers of APIs.
const MOST_ANSWERS: usize = 40;

/// A failure that no session shows.
pub(super) struct UnattachedFailure {
    /// Number of the row of the catalogue.
    row: usize,
    source: EvidenceSource,
    hit: RowMatch,
    count: u64,
    stretch: Stretch,
    transfers: Vec<Uuid>,
    packages: Vec<String>,
}

/// All failures that no session shows.
pub(super) fn gather(
    observations: &mut Observations,
    requests: Vec<NetworkFailure>,
    skew: Option<Skew>,
) -> Vec<UnattachedFailure> {
    let mut unattached: Vec<UnattachedFailure> = std::mem::take(&mut observations.without_session)
        .into_iter()
        .map(|((_, row), reported)| {
            let stretch = span(&observations.entries, reported.spots.iter().copied());
            let hit = RowMatch {
                spots: reported.spots,
                said: Some(reported.text),
                ..RowMatch::default()
            };
            UnattachedFailure {
                stretch,
                count: reported.count,
                ..UnattachedFailure::new(row, EvidenceSource::Log, hit)
            }
        })
        .collect();
    unattached.extend(
        requests
            .into_iter()
            .map(|request| of_requests(observations, request)),
    );
    unattached.extend(of_answers(observations));
    if let (Some(skew), Some((row, known))) = (skew, CATALOGUE.by_id("browser-clock")) {
        let far = skew.seconds.abs();
        let way = if skew.seconds > 0 {
            "behind"
        } else {
            "ahead of"
        };
        let more = format!("{} It is {far} seconds {way} the servers.", known.cause);
        let hit = RowMatch {
            spots: vec![spot(observations, &skew.entry, skew.line)],
            texts: Some((known.title.clone(), more)),
            ..RowMatch::default()
        };
        unattached.push(UnattachedFailure::new(row, EvidenceSource::Har, hit));
    }
    unattached
}

fn spot(observations: &mut Observations, entry: &str, line: u64) -> LogSpot {
    LogSpot {
        entry: observations.entry(entry),
        line,
        stamp: None,
    }
}

fn exactly(at: Timestamp) -> Moment {
    Moment { at, uncertain: 0 }
}

fn of_requests(observations: &mut Observations, seen: NetworkFailure) -> UnattachedFailure {
    let places = seen.evidence.iter();
    let hit = RowMatch {
        spots: places
            .map(|place| spot(observations, &place.entry, place.line))
            .collect(),
        said: None,
        texts: Some((seen.title, seen.cause)),
        token_ends: seen.token_ends,
    };
    let transfers = seen.transfers.iter().filter_map(|t| Uuid::parse(t));
    UnattachedFailure {
        stretch: seen
            .span
            .map_or((None, None), |(a, b)| (Some(exactly(a)), Some(exactly(b)))),
        transfers: transfers.collect(),
        packages: seen.packages,
        ..UnattachedFailure::new(seen.row, EvidenceSource::Har, hit)
    }
}

/// Failures in answers of APIs; the same in several places is one.
fn of_answers(observations: &mut Observations) -> Vec<UnattachedFailure> {
    let mut out: BTreeMap<(usize, String), UnattachedFailure> = BTreeMap::new();
    let answers = std::mem::take(&mut observations.answers);
    for (entry, fact) in answers
        .iter()
        .flat_map(|(e, f)| f.iter().map(move |f| (e, f)))
    {
        let ApiContent::Failure {
            row,
            title,
            cause,
            transfer,
            package,
            at,
        } = &fact.content
        else {
            continue;
        };
        let place = spot(observations, entry, fact.line);
        let failure = out.entry((*row, title.clone())).or_insert_with(|| {
            let hit = RowMatch {
                texts: Some((title.clone(), cause.clone())),
                ..RowMatch::default()
            };
            UnattachedFailure {
                stretch: (at.map(exactly), at.map(exactly)),
                transfers: transfer.iter().copied().collect(),
                packages: package.iter().cloned().collect(),
                ..UnattachedFailure::new(*row, EvidenceSource::Api, hit)
            }
        });
        if failure.hit.spots.len() < MOST_EVIDENCE {
            failure.hit.spots.push(place);
        }
    }
    observations.answers = answers;
    out.into_values().collect()
}

/// Adds the failures that are about a failed transfer to it; returns the others.
pub(super) fn attach(
    unattached: Vec<UnattachedFailure>,
    failures: &mut [TransferFailure],
    groups: &[SessionGroup],
    files: &[LogFile],
) -> Vec<UnattachedFailure> {
    let stretches: Vec<Stretch> = groups
        .iter()
        .map(|g| span(files, g.attempts.iter().flat_map(|a| a.session.spots())))
        .collect();
    let mut alone = Vec::new();
    for failure in unattached {
        let about: Vec<usize> = failure.about(failures, groups, &stretches);
        for at in &about {
            if let Some(transfer) = failures.get_mut(*at) {
                transfer.add(failure.row, failure.hit.clone());
            }
        }
        if about.is_empty() {
            alone.push(failure);
        }
    }
    alone
}

impl UnattachedFailure {
    /// A failure that occurred once, at an unknown time, with no known transfer or package.
    fn new(row: usize, source: EvidenceSource, hit: RowMatch) -> Self {
        Self {
            row,
            source,
            hit,
            count: 1,
            stretch: (None, None),
            transfers: Vec::new(),
            packages: Vec::new(),
        }
    }

    /// The failed transfers that it is about: by id, else the first one that failed in the same way at that time.
    fn about(
        &self,
        failures: &[TransferFailure],
        groups: &[SessionGroup],
        stretches: &[Stretch],
    ) -> Vec<usize> {
        let Some(own) = row(self.row) else {
            return Vec::new();
        };
        let named = |transfer: &TransferFailure| {
            groups.get(transfer.group).is_some_and(|group| {
                let is = |id: Uuid| self.transfers.contains(&id);
                group.xfer.is_some_and(is) || group.attempts.iter().any(|a| is(a.uuid))
            })
        };
        if let Some(at) = failures.iter().position(named) {
            return vec![at];
        }
        let like = |transfer: &TransferFailure| {
            let root = row(transfer.root);
            transfer.hits.contains_key(&self.row) || root.is_some_and(|r| r.is_like(own))
        };
        if self.source == EvidenceSource::Api {
            // The logs of a package explain what lists and packages say about its failure.
            let owned = |transfer: &TransferFailure| {
                let group = groups.get(transfer.group);
                let package = group.and_then(|g| g.package.as_ref());
                let own = package.is_some_and(|id| self.packages.contains(id));
                let stretch = stretches.get(transfer.group);
                own && stretch.is_some_and(|s| self.is_near(*s, NEAR_WITH_PACKAGE))
            };
            if let Some(at) = failures.iter().position(owned) {
                return vec![at];
            }
            // An answer about the organization or the node is about every transfer.
            let whole = own.severity == Severity::Error && self.transfers.is_empty();
            let all = failures
                .iter()
                .enumerate()
                .filter(|(_, v)| whole && like(v));
            return all.map(|(at, _)| at).collect();
        }
        let near = |transfer: &TransferFailure| {
            let package = groups.get(transfer.group).and_then(|g| g.package.as_ref());
            let slack = match package {
                Some(id) if self.packages.contains(id) => NEAR_WITH_PACKAGE,
                Some(_) if !self.packages.is_empty() => return false,
                _ => NEAR,
            };
            let stretch = stretches.get(transfer.group);
            stretch.is_some_and(|stretch| self.is_near(*stretch, slack))
        };
        let first = failures.iter().position(|v| like(v) && near(v));
        first.into_iter().collect()
    }

    fn is_near(&self, (began, ended): Stretch, slack: i64) -> bool {
        let (Some(began), Some(ended)) = (began, ended) else {
            return true;
        };
        let (Some(first), Some(last)) = self.stretch else {
            return true;
        };
        let slack = slack + i64::from(first.uncertain.max(began.uncertain));
        began.seconds_to(last) >= -slack && first.seconds_to(ended) >= -slack
    }
}

/// Findings without a transfer, except those that another one covers, each with the rank of its row.
pub(super) fn findings(alone: Vec<UnattachedFailure>, files: &[LogFile]) -> Vec<(u32, Finding)> {
    let rows: BTreeSet<usize> = alone.iter().map(|a| a.row).collect();
    let covers = rows.iter().filter_map(|n| row(*n)).flat_map(|r| &r.covers);
    let covered: BTreeSet<&String> = covers.collect();
    // The same failure in several logs is one finding; other sources have a title of their own.
    let mut kinds: BTreeMap<(usize, Option<String>), UnattachedFailure> = BTreeMap::new();
    for failure in alone {
        let words = failure.hit.texts.as_ref().map(|(title, _)| title.clone());
        match kinds.get_mut(&(failure.row, words.clone())) {
            Some(known) => {
                known.count += failure.count;
                known.hit.spots.extend(failure.hit.spots);
            }
            None => {
                kinds.insert((failure.row, words), failure);
            }
        }
    }
    let mut answers = 0;
    kinds
        .into_values()
        .filter_map(|failure| {
            let row = row(failure.row).filter(|r| !covered.contains(&r.id))?;
            answers += usize::from(failure.source == EvidenceSource::Api);
            if failure.source == EvidenceSource::Api && answers > MOST_ANSWERS {
                return None;
            }
            let evidence = evidence(files, &failure.hit.spots, MOST_EVIDENCE);
            let mut finding = Finding::of(row, evidence);
            finding.said = failure.hit.said;
            match failure.hit.texts {
                Some((title, cause)) => (finding.title, finding.cause) = (title, cause),
                None if failure.count > 1 => {
                    finding.title = format!("{} ({} times)", row.title, failure.count);
                }
                None => {}
            }
            Some((row.rank, finding))
        })
        .collect()
}
