//! The verdict: for each transfer the one row of the catalogue that names its cause, with the rest folded under
//! it; then what stands alone, and what only several logs together show.
use std::collections::{BTreeMap, BTreeSet};

use super::checks;
use super::session_facts::{Hit, Hits, hits};
use super::timeline;
use super::token_notes;
use super::token_notes::Settings;
use super::unattached;
use crate::diagnose::catalogue::table::{CATALOGUE, Failure};
use crate::diagnose::output::diagnosis::{Counts, Diagnosis};
use crate::diagnose::output::finding::{Also, Evidence, Finding, Severity};
use crate::diagnose::output::transfer::{Outcome, Transfer, transfer};
use crate::diagnose::sessions::observations::{Entry, Findings};
use crate::diagnose::sessions::session::{Spot, Status};
use crate::diagnose::sessions::transfers::{Group, groups};

/// Most lines quoted as evidence of one finding, and of what is folded under it.
const MOST_EVIDENCE: usize = 8;
const MOST_ALSO: usize = 3;
/// Most findings of one kind that are told one by one.
const MOST_ALIKE: usize = 100;
/// Most transfers that are told one by one.
const MOST_TRANSFERS: usize = 400;

/// What all facts tell.
pub(in crate::diagnose) fn diagnose(mut store: Findings) -> Diagnosis {
    let groups = groups(&mut store);
    let mut judged: Vec<Judged> = groups
        .iter()
        .enumerate()
        .filter_map(|(number, group)| judge(number, group, &store.entries))
        .collect();
    let (seen, skew, network) = std::mem::take(&mut store.traces).finish();
    let asides = unattached::gather(&mut store, seen, skew);
    let alone = unattached::fold(asides, &mut judged, &groups, &store.entries);
    let settings = Settings::of(&store);
    for verdict in &mut judged {
        verdict.explain(&groups, &settings, &store.entries);
    }
    let mut findings: Vec<(u32, Finding)> = Vec::new();
    let mut alike: BTreeMap<usize, usize> = BTreeMap::new();
    for verdict in &judged {
        let count = alike.entry(verdict.root).or_default();
        *count += 1;
        if *count <= MOST_ALIKE
            && let Some(finding) = verdict.finding(&store.entries)
        {
            findings.push(finding);
        }
    }
    for (root, count) in alike.iter().filter(|(_, count)| **count > MOST_ALIKE) {
        let more = count - MOST_ALIKE;
        let last = findings
            .iter_mut()
            .rfind(|(_, f)| CATALOGUE.rows.get(*root).is_some_and(|row| row.id == f.id));
        if let Some((_, finding)) = last {
            finding.title = format!(
                "{}; and {more} more transfers failed like this",
                finding.title
            );
        }
    }
    findings.extend(unattached::told_alone(alone, &store.entries));
    findings.extend(checks::checks(&store, &groups, &judged));
    findings.sort_by(|(a_rank, a), (b_rank, b)| {
        (a.severity, std::cmp::Reverse(a_rank)).cmp(&(b.severity, std::cmp::Reverse(b_rank)))
    });
    Diagnosis {
        counts: counts(&groups, store.dropped),
        events: timeline::events(&store, &groups, &judged, network.as_ref()),
        findings: findings.into_iter().map(|(_, finding)| finding).collect(),
        transfers: transfers(&groups, &judged, &store.entries),
        settings: settings.facts,
        network,
    }
}

fn counts(groups: &[Group], let_go: u64) -> Counts {
    let ended = |wanted: Outcome| {
        let same = groups.iter().filter(|g| g.outcome() == wanted);
        same.count() as u64
    };
    Counts {
        transfers: groups.len() as u64,
        failed: ended(Outcome::Failed),
        succeeded: ended(Outcome::Succeeded),
        let_go,
    }
}

/// The transfers in their order: of very many, all that failed and the latest of the others.
fn transfers(groups: &[Group], judged: &[Judged], entries: &[Entry]) -> Vec<Transfer> {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    let bad = |n: usize| {
        groups
            .get(n)
            .is_some_and(|g| g.outcome() == Outcome::Failed)
    };
    order.sort_by_key(|n| (!bad(*n), std::cmp::Reverse(*n)));
    order.truncate(MOST_TRANSFERS);
    order.sort_unstable();
    let causes: BTreeMap<usize, usize> = judged.iter().map(|v| (v.group, v.root)).collect();
    let view = |number: usize| {
        let mut told = transfer(groups.get(number)?, entries);
        let cause = causes.get(&number).and_then(|root| row(*root));
        told.cause = cause.map(|row| row.id.as_str());
        Some(told)
    };
    order.into_iter().filter_map(view).collect()
}

/// The verdict on one transfer.
pub(in crate::diagnose) struct Judged {
    /// Number of the row that names the cause.
    pub(in crate::diagnose) root: usize,
    pub(in crate::diagnose) severity: Severity,
    pub(in crate::diagnose) hits: Hits,
    /// Number of the transfer.
    pub(in crate::diagnose) group: usize,
    pub(in crate::diagnose) id: String,
    /// Lines that begin and end its failed sessions.
    frame: Vec<Spot>,
    went_well: bool,
    reused: bool,
    /// What is known beyond the row, in words.
    why: Vec<String>,
}

fn judge(number: usize, group: &Group, entries: &[Entry]) -> Option<Judged> {
    let mut all = Hits::new();
    for attempt in &group.attempts {
        for (number, hit) in hits(attempt, entries) {
            merge(&mut all, number, hit);
        }
    }
    for said in &group.said {
        if group.failed() {
            for number in CATALOGUE.said(&said.text) {
                let hit = Hit {
                    spots: vec![said.spot],
                    said: Some(said.text.clone()),
                    ..Hit::default()
                };
                merge(&mut all, number, hit);
            }
        }
    }
    let tells =
        |n: &usize| row(*n).is_some_and(|r| r.severity == Severity::Error || !r.says.is_empty());
    if !group.failed() {
        // What went well is told by the checks, all of it together.
        all.retain(|n, _| row(*n).is_some_and(|r| r.severity == Severity::Error));
    } else if !all.keys().any(tells) {
        let (number, _) = CATALOGUE.by_id("unknown-failure")?;
        all.insert(number, Hit::default());
    }
    let root = root(&all)?;
    let went_well = group.went_well();
    let own = row(root)?.severity;
    let severity = if went_well {
        own.max(Severity::Warning)
    } else {
        own
    };
    let failed = group.attempts.iter().filter(|a| a.status == Status::Failed);
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
        .filter(|a| refused.is_some_and(|n| hits(a, entries).contains_key(&n)))
        .count();
    Some(Judged {
        root,
        severity,
        hits: all,
        group: number,
        id: group.id(),
        frame,
        went_well,
        reused: tries > 0 && group.attempts.len() > 1,
        why: Vec::new(),
    })
}

pub(in crate::diagnose) fn row(number: usize) -> Option<&'static Failure> {
    CATALOGUE.rows.get(number)
}

pub(in crate::diagnose) fn merge(all: &mut Hits, number: usize, hit: Hit) {
    let known = all.entry(number).or_default();
    known.told = known.told.take().or(hit.told);
    known.token_ends = known.token_ends.max(hit.token_ends);
    for spot in hit.spots {
        if !known.spots.contains(&spot) {
            known.spots.push(spot);
        }
    }
    if known.said.is_none() {
        known.said = hit.said;
    }
}

/// The row nearest to the cause; the first in the table where two are as near.
fn root(hits: &Hits) -> Option<usize> {
    hits.keys()
        .copied()
        .filter_map(|n| Some((n, row(n)?)))
        .max_by_key(|(n, r)| (r.rank, std::cmp::Reverse(*n)))
        .map(|(n, _)| n)
}

/// Places as evidence, in order, each once.
pub(in crate::diagnose) fn evidence(
    entries: &[Entry],
    spots: &[Spot],
    most: usize,
) -> Vec<Evidence> {
    let mut seen = BTreeSet::new();
    let mut places: Vec<Evidence> = spots
        .iter()
        .filter(|spot| seen.insert((spot.entry, spot.line)))
        .filter_map(|spot| {
            Some(Evidence {
                entry: entries.get(spot.entry as usize)?.name.clone(),
                line: spot.line,
            })
        })
        .collect();
    places.truncate(most);
    places.sort();
    places
}

impl Judged {
    /// Lines that begin and end its failed sessions.
    pub(in crate::diagnose) fn frame(&self) -> &[Spot] {
        &self.frame
    }

    /// Takes in what another source shows of this transfer; it may be nearer to the cause.
    pub(in crate::diagnose) fn take(&mut self, number: usize, hit: Hit) {
        merge(&mut self.hits, number, hit);
        // What is less grave than the failure does not explain it.
        let own = row(self.root).map_or(self.severity, |row| row.severity);
        let nearer = root(&self.hits).filter(|n| row(*n).is_some_and(|r| r.severity <= own));
        self.root = nearer.unwrap_or(self.root);
    }

    /// Says what is known of the token, where the trouble is one.
    fn explain(&mut self, groups: &[Group], settings: &Settings, entries: &[Entry]) {
        let about_tokens = row(self.root).is_some_and(|row| row.trouble == "token");
        let Some(group) = groups.get(self.group).filter(|_| about_tokens) else {
            return;
        };
        let ends = self.hits.values().filter_map(|hit| hit.token_ends).max();
        self.why = token_notes::told(group, ends, settings, entries);
    }

    fn finding(&self, entries: &[Entry]) -> Option<(u32, Finding)> {
        let row = row(self.root)?;
        let hit = self.hits.get(&self.root)?;
        let mut spots = hit.spots.clone();
        spots.truncate(MOST_EVIDENCE / 2);
        spots.extend(&self.frame);
        let mut finding = Finding::of(row, evidence(entries, &spots, MOST_EVIDENCE));
        if finding.evidence.is_empty() {
            return None;
        }
        if let Some((title, cause)) = hit.told.clone() {
            (finding.title, finding.cause) = (title, cause);
        }
        finding.severity = self.severity;
        if self.went_well {
            finding.title.push_str("; a later attempt succeeded");
        }
        finding.said.clone_from(&hit.said);
        let by_words = hit.said.as_deref().and_then(checks::expiry_told);
        finding.known = by_words.into_iter().chain(self.why.clone()).collect();
        finding.also = self.also(row, entries);
        finding.transfer = Some(self.id.clone());
        Some((row.rank, finding))
    }

    fn also(&self, root: &Failure, entries: &[Entry]) -> Vec<Also> {
        let mut rows: Vec<(usize, &'static Failure)> = self
            .hits
            .keys()
            .filter(|n| **n != self.root)
            .filter_map(|n| Some((*n, row(*n)?)))
            .filter(|(_, r)| !root.covers.contains(&r.id))
            .collect();
        let covered: BTreeSet<&String> = rows.iter().flat_map(|(_, r)| &r.covers).collect();
        let covered: BTreeSet<String> = covered.into_iter().cloned().collect();
        rows.retain(|(_, r)| !covered.contains(&r.id));
        rows.sort_by_key(|(n, r)| (std::cmp::Reverse(r.rank), *n));
        let mut also: Vec<Also> = rows
            .into_iter()
            .filter_map(|(n, r)| {
                let spots = &self.hits.get(&n)?.spots;
                let evidence = evidence(entries, spots, MOST_ALSO);
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
                evidence: evidence(entries, &self.frame, MOST_ALSO),
            });
        }
        also
    }
}

/// The title of a row, with its gaps filled where it has some.
fn title(row: &Failure, hit: Option<&Hit>) -> String {
    let told = hit.and_then(|hit| hit.told.as_ref());
    told.map_or_else(|| row.title.clone(), |(title, _)| title.clone())
}
