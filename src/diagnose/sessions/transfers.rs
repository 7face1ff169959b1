//! Sessions put together to transfers: retries, sessions side by side, both ends, and what other programs say
//! of them.
use std::cmp::Reverse;
use std::collections::HashMap;

use super::clock::Moment;
use super::observations::{Entry, Findings};
use super::session::{Said, Session, Spot, Status};
use crate::diagnose::grammar::Uuid;

/// Seconds after a failed session in which the next one of the same source and target is a retry: AoC lets
/// clients try again for an hour.
const RETRY: i64 = 3900;
/// Seconds between the starts of sessions that run side by side.
const SIDE_BY_SIDE: i64 = 120;

/// One session of a transfer.
pub(in crate::diagnose) struct Attempt {
    pub(in crate::diagnose) uuid: Uuid,
    pub(in crate::diagnose) session: Session,
    pub(in crate::diagnose) began: Option<Moment>,
    pub(in crate::diagnose) ended: Option<Moment>,
    pub(in crate::diagnose) status: Status,
}

/// A transfer.
pub(in crate::diagnose) struct Group {
    pub(in crate::diagnose) attempts: Vec<Attempt>,
    pub(in crate::diagnose) xfer: Option<Uuid>,
    pub(in crate::diagnose) package: Option<String>,
    /// What other programs say of the transfer.
    pub(in crate::diagnose) said: Vec<Said>,
}

/// Where a line lies in time.
pub(in crate::diagnose) fn moment(entries: &[Entry], spot: Spot) -> Option<Moment> {
    let entry = entries.get(spot.entry as usize)?;
    entry.clock.place(spot.stamp?)
}

/// First and last moment of some lines.
pub(in crate::diagnose) fn span(
    entries: &[Entry],
    spots: impl Iterator<Item = Spot>,
) -> (Option<Moment>, Option<Moment>) {
    let mut first: Option<Moment> = None;
    let mut last: Option<Moment> = None;
    for at in spots.filter_map(|spot| moment(entries, spot)) {
        if first.is_none_or(|f| at < f) {
            first = Some(at);
        }
        if last.is_none_or(|l| at > l) {
            last = Some(at);
        }
    }
    (first, last)
}

/// First and last moment of those lines whose clock is as sure as any: one without a zone would only blur the others.
fn span_of_surest(
    entries: &[Entry],
    spots: impl Iterator<Item = Spot>,
) -> (Option<Moment>, Option<Moment>) {
    let placed = spots.filter_map(|spot| moment(entries, spot));
    let mut moments: Vec<Moment> = placed.collect();
    let least = moments.iter().map(|m| m.uncertain).min();
    moments.retain(|m| Some(m.uncertain) <= least);
    (moments.iter().min().copied(), moments.iter().max().copied())
}

/// First and last moment of some lines, as one log tells them: the clocks of two ends are hours apart where one has no
/// zone. The surest log counts, and of two that are as sure the one that tells of a longer time.
pub(in crate::diagnose) fn span_of_one_log(
    entries: &[Entry],
    spots: impl Iterator<Item = Spot>,
) -> (Option<Moment>, Option<Moment>) {
    let mut logs: Vec<(u32, Moment, Moment)> = Vec::new();
    for spot in spots {
        let folder = entries.get(spot.entry as usize).map(|e| e.folder);
        let (Some(folder), Some(at)) = (folder, moment(entries, spot)) else {
            continue;
        };
        match logs.iter_mut().find(|log| log.0 == folder) {
            Some((_, first, last)) => {
                *first = at.min(*first);
                *last = at.max(*last);
            }
            None => logs.push((folder, at, at)),
        }
    }
    let surest = logs.into_iter().min_by_key(|(_, first, last)| {
        let length = first.seconds_to(*last);
        (first.uncertain.max(last.uncertain), Reverse(length))
    });
    surest.map_or((None, None), |(_, first, last)| (Some(first), Some(last)))
}

/// Takes the sessions out of the store, as transfers in the order in which they began.
pub(in crate::diagnose) fn groups(store: &mut Findings) -> Vec<Group> {
    let mut by_xfer = named(store);
    let mut sessions: Vec<(Uuid, Session)> = store.sessions.drain().collect();
    sessions.sort_by_key(|(_, session)| session.number);
    let mut attempts: Vec<Attempt> = sessions
        .into_iter()
        .map(|(uuid, mut session)| {
            let (began, ended) = span_of_surest(&store.entries, session.spots());
            if session.xfer.is_none() {
                by_spec(store, &mut session, began);
            }
            let status = session.status();
            Attempt {
                uuid,
                session,
                began,
                ended,
                status,
            }
        })
        .collect();
    attempts.sort_by_key(|a| (a.began.is_none(), a.began.map(|m| m.at), a.session.number));
    let mut groups: Vec<Group> = Vec::new();
    let mut open: HashMap<String, usize> = HashMap::new();
    for attempt in attempts {
        let key = key(&attempt);
        let joins = key
            .as_ref()
            .and_then(|key| open.get(key))
            .copied()
            .filter(|&at| groups.get(at).is_some_and(|group| group.takes(&attempt)));
        match joins.and_then(|at| groups.get_mut(at)) {
            Some(group) => group.push(attempt),
            None => {
                if let Some(key) = key {
                    open.insert(key, groups.len());
                }
                let mut group = Group {
                    attempts: Vec::new(),
                    xfer: None,
                    package: None,
                    said: Vec::new(),
                };
                group.push(attempt);
                groups.push(group);
            }
        }
    }
    for group in &mut groups {
        if let Some(said) = group.xfer.and_then(|xfer| by_xfer.remove(&xfer)) {
            group.said = said;
        }
    }
    groups.extend(unseen(store, by_xfer));
    groups
}

/// Lines of other programs go to the sessions that they name; what is left may name transfers.
fn named(store: &mut Findings) -> HashMap<Uuid, Vec<Said>> {
    let mut left = HashMap::new();
    for (uuid, lines) in store.named.drain() {
        match store.sessions.get_mut(&uuid) {
            Some(session) => {
                for mut said in lines {
                    said.managed = said.code.is_some();
                    session.said.push(said);
                }
            }
            None => {
                left.insert(uuid, lines);
            }
        }
    }
    left
}

/// Transfers that only other programs tell of.
fn unseen(store: &Findings, left: HashMap<Uuid, Vec<Said>>) -> Vec<Group> {
    let mut left: Vec<(Uuid, Vec<Said>)> = left.into_iter().collect();
    left.sort_by_key(|(uuid, _)| *uuid);
    left.into_iter()
        .map(|(uuid, mut said)| {
            for line in &mut said {
                line.managed = line.code.is_some();
            }
            let (began, ended) = span(&store.entries, said.iter().map(|s| s.spot));
            let spec = store.specs.iter().find(|(_, s)| s.xfer == Some(uuid));
            let session = Session {
                said,
                ..Session::default()
            };
            let status = session.status();
            Group {
                attempts: vec![Attempt {
                    uuid,
                    session,
                    began,
                    ended,
                    status,
                }],
                xfer: spec.is_some().then_some(uuid),
                package: spec.and_then(|(_, s)| s.package.clone()),
                said: Vec::new(),
            }
        })
        .collect()
}

/// The transfer spec that a session was started by: the last one before it with its source and cookie.
fn by_spec(store: &Findings, session: &mut Session, began: Option<Moment>) {
    let Some(began) = began else { return };
    let found = store
        .specs
        .iter()
        .filter(|(_, spec)| {
            let source = spec.source.as_ref().is_some_and(|s| *s == session.source);
            let cookie = spec
                .cookie
                .as_ref()
                .is_none_or(|c| session.cookie.is_empty() || *c == session.cookie);
            source && cookie
        })
        .filter_map(|(spot, spec)| Some((moment(&store.entries, *spot)?, spec)))
        .filter(|(at, _)| at.seconds_to(began) >= -2)
        .max_by_key(|(at, _)| at.at);
    if let Some((_, spec)) = found {
        session.spec(spec.clone());
    }
}

/// What sessions of one transfer have in common.
fn key(attempt: &Attempt) -> Option<String> {
    let session = &attempt.session;
    if let Some(xfer) = session.xfer {
        return Some(xfer.to_string());
    }
    let told = !session.source.is_empty() && !session.dest.is_empty();
    told.then(|| {
        [&session.source, &session.dest, &session.cookie]
            .map(String::as_str)
            .join("\n")
    })
}

impl Group {
    fn push(&mut self, attempt: Attempt) {
        self.xfer = self.xfer.or(attempt.session.xfer);
        if self.package.is_none() {
            self.package.clone_from(&attempt.session.package);
        }
        self.attempts.push(attempt);
    }

    /// True where a session with the same key belongs to this transfer.
    fn takes(&self, next: &Attempt) -> bool {
        let Some(last) = self.attempts.last() else {
            return true;
        };
        if self.xfer.is_some() && self.xfer == next.session.xfer {
            return true;
        }
        let (Some(ended), Some(began)) = (last.ended, next.began) else {
            return false;
        };
        let first = self.attempts.first().and_then(|a| a.began);
        let beside = next.session.nodes > 1
            && first.is_some_and(|f| f.seconds_to(began).abs() <= SIDE_BY_SIDE);
        let gap = ended.seconds_to(began);
        beside || last.status == Status::Failed && (-2..=RETRY).contains(&gap)
    }

    /// True where the transfer came to a good end: its last session did, or all of those side by side.
    pub(in crate::diagnose) fn went_well(&self) -> bool {
        let side_by_side = self.attempts.iter().any(|a| a.session.nodes > 1);
        if side_by_side {
            return self.attempts.iter().all(|a| a.status == Status::Success);
        }
        self.attempts
            .last()
            .is_some_and(|a| a.status == Status::Success)
    }

    pub(in crate::diagnose) fn failed(&self) -> bool {
        self.attempts.iter().any(|a| a.status == Status::Failed)
    }

    pub(in crate::diagnose) fn id(&self) -> String {
        let first = self.attempts.first().map(|a| a.uuid);
        self.xfer
            .or(first)
            .map_or_else(String::new, |id| id.to_string())
    }
}
