//! From the facts of all evidence to the diagnosis: transfers, the cause of each failed one, failures without a transfer,
//! and checks over all of it.
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::super::catalogue::table::row;
use super::super::model::TransferOutcome;
use super::super::output::diagnosis::Diagnosis;
use super::super::output::finding::Finding;
use super::super::output::transfer::Transfer;
use super::super::output::verdict::Counts;
use super::super::sessions::observations::Observations;
use super::super::sessions::place::LogFile;
use super::super::sessions::transfers::{SessionGroup, groups};
use super::cause::{TransferFailure, judge};
use super::token_notes::TokenSettings;
use super::transfer_view::transfer;
use super::{checks, timeline, unattached};

/// Most findings with the same cause that are listed one by one.
const MOST_ALIKE: usize = 100;
/// Most transfers that are listed one by one.
const MOST_TRANSFERS: usize = 400;

/// The diagnosis of all facts of a run.
#[must_use]
pub fn conclude(mut observations: Observations) -> Diagnosis {
    observations.close();
    let groups = groups(&mut observations);
    let mut failures: Vec<TransferFailure> = groups
        .iter()
        .enumerate()
        .filter_map(|(number, group)| judge(number, group, &observations.entries))
        .collect();
    let (requests, skew, network) = std::mem::take(&mut observations.traces).finish();
    let unattached = unattached::gather(&mut observations, requests, skew);
    let alone = unattached::attach(unattached, &mut failures, &groups, &observations.entries);
    let settings = TokenSettings::of(&observations);
    for failure in &mut failures {
        failure.explain(&groups, &settings, &observations.entries);
    }
    let mut findings: Vec<(u32, Finding)> = Vec::new();
    let mut alike: BTreeMap<usize, usize> = BTreeMap::new();
    for failure in &failures {
        let count = alike.entry(failure.root).or_default();
        *count += 1;
        if *count <= MOST_ALIKE
            && let Some(finding) = failure.finding(&observations.entries)
        {
            findings.push(finding);
        }
    }
    for (root, count) in alike.iter().filter(|(_, count)| **count > MOST_ALIKE) {
        let more = count - MOST_ALIKE;
        let last = findings
            .iter_mut()
            .rfind(|(_, f)| row(*root).is_some_and(|row| row.id == f.id));
        if let Some((_, finding)) = last {
            finding.title = format!(
                "{}; and {more} more transfers failed like this",
                finding.title
            );
        }
    }
    findings.extend(unattached::findings(alone, &observations.entries));
    findings.extend(checks::checks(&observations, &groups, &failures));
    findings.sort_by(|(a_rank, a), (b_rank, b)| {
        (a.severity, Reverse(a_rank)).cmp(&(b.severity, Reverse(b_rank)))
    });
    Diagnosis {
        counts: counts(&groups, observations.dropped),
        events: timeline::events(&observations, &groups, &failures, network.as_ref()),
        findings: findings.into_iter().map(|(_, finding)| finding).collect(),
        transfers: transfers(&groups, &failures, &observations.entries),
        settings: settings.facts,
        network,
    }
}

fn counts(groups: &[SessionGroup], let_go: u64) -> Counts {
    let ended = |wanted: TransferOutcome| {
        let same = groups.iter().filter(|g| g.outcome() == wanted);
        same.count() as u64
    };
    Counts {
        transfers: groups.len() as u64,
        failed: ended(TransferOutcome::Failed),
        succeeded: ended(TransferOutcome::Succeeded),
        let_go,
    }
}

/// The transfers in their order: of very many, all that failed and the latest of the others.
fn transfers(
    groups: &[SessionGroup],
    failures: &[TransferFailure],
    files: &[LogFile],
) -> Vec<Transfer> {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    let bad = |n: usize| {
        groups
            .get(n)
            .is_some_and(|g| g.outcome() == TransferOutcome::Failed)
    };
    order.sort_by_key(|n| (!bad(*n), Reverse(*n)));
    order.truncate(MOST_TRANSFERS);
    order.sort_unstable();
    let causes: BTreeMap<usize, usize> = failures.iter().map(|v| (v.group, v.root)).collect();
    let view = |number: usize| {
        let mut view = transfer(groups.get(number)?, files);
        let cause = causes.get(&number).and_then(|root| row(*root));
        view.cause = cause.map(|row| row.id.as_str());
        Some(view)
    };
    order.into_iter().filter_map(view).collect()
}
