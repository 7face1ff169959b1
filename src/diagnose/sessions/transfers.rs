//! Sessions grouped to transfers: retries, sessions that run at the same time, and messages of other programs about them.
use std::collections::HashMap;

use super::super::grammar::Uuid;
use super::super::model::TransferOutcome;
use super::clock::Moment;
use super::observations::Observations;
use super::place::{moment, span, span_of_surest};
use super::session::{FaspSession, LogMessage};

/// Seconds after a failed session in which the next one of the same source and target is a retry: AoC lets
/// clients try again for an hour.
const RETRY: i64 = 3900;
/// Seconds between the starts of sessions that run at the same time.
const SIDE_BY_SIDE: i64 = 120;

/// One session of a transfer.
pub(in crate::diagnose) struct Attempt {
    pub(in crate::diagnose) uuid: Uuid,
    pub(in crate::diagnose) session: FaspSession,
    pub(in crate::diagnose) began: Option<Moment>,
    pub(in crate::diagnose) ended: Option<Moment>,
    pub(in crate::diagnose) outcome: TransferOutcome,
}

/// A transfer.
pub(in crate::diagnose) struct SessionGroup {
    pub(in crate::diagnose) attempts: Vec<Attempt>,
    pub(in crate::diagnose) xfer: Option<Uuid>,
    pub(in crate::diagnose) package: Option<String>,
    /// Messages of other programs about the transfer.
    pub(in crate::diagnose) messages: Vec<LogMessage>,
}

/// Takes the sessions out of the observations, as transfers in the order in which they began.
pub(in crate::diagnose) fn groups(store: &mut Observations) -> Vec<SessionGroup> {
    let mut by_xfer = named(store);
    let mut sessions: Vec<(Uuid, FaspSession)> = store.sessions.drain().collect();
    sessions.sort_by_key(|(_, session)| session.number);
    let mut attempts: Vec<Attempt> = sessions
        .into_iter()
        .map(|(uuid, mut session)| {
            let (began, ended) = span_of_surest(&store.entries, session.spots());
            if session.xfer.is_none() {
                by_spec(store, &mut session, began);
            }
            let outcome = session.outcome();
            Attempt {
                uuid,
                session,
                began,
                ended,
                outcome,
            }
        })
        .collect();
    attempts.sort_by_key(|a| (a.began.is_none(), a.began.map(|m| m.at), a.session.number));
    let mut groups: Vec<SessionGroup> = Vec::new();
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
                let mut group = SessionGroup {
                    attempts: Vec::new(),
                    xfer: None,
                    package: None,
                    messages: Vec::new(),
                };
                group.push(attempt);
                groups.push(group);
            }
        }
    }
    for group in &mut groups {
        if let Some(messages) = group.xfer.and_then(|xfer| by_xfer.remove(&xfer)) {
            group.messages = messages;
        }
    }
    groups.extend(without_session(store, by_xfer));
    groups
}

/// Adds messages of other programs to the sessions that they name; returns the others, which may name transfers.
fn named(store: &mut Observations) -> HashMap<Uuid, Vec<LogMessage>> {
    let mut left = HashMap::new();
    for (uuid, lines) in store.by_id.drain() {
        match store.sessions.get_mut(&uuid) {
            Some(session) => {
                for mut message in lines {
                    message.managed = message.code.is_some();
                    session.messages.push(message);
                }
            }
            None => {
                left.insert(uuid, lines);
            }
        }
    }
    left
}

/// Transfers that only messages of other programs name.
fn without_session(
    store: &Observations,
    left: HashMap<Uuid, Vec<LogMessage>>,
) -> Vec<SessionGroup> {
    let mut left: Vec<(Uuid, Vec<LogMessage>)> = left.into_iter().collect();
    left.sort_by_key(|(uuid, _)| *uuid);
    left.into_iter()
        .map(|(uuid, mut messages)| {
            for line in &mut messages {
                line.managed = line.code.is_some();
            }
            let (began, ended) = span(&store.entries, messages.iter().map(|m| m.spot));
            let spec = store.specs.iter().find(|(_, s)| s.xfer == Some(uuid));
            let session = FaspSession {
                messages,
                ..FaspSession::default()
            };
            let outcome = session.outcome();
            SessionGroup {
                attempts: vec![Attempt {
                    uuid,
                    session,
                    began,
                    ended,
                    outcome,
                }],
                xfer: spec.is_some().then_some(uuid),
                package: spec.and_then(|(_, s)| s.package.clone()),
                messages: Vec::new(),
            }
        })
        .collect()
}

/// The transfer spec that a session was started by: the last one before it with its source and cookie.
fn by_spec(store: &Observations, session: &mut FaspSession, began: Option<Moment>) {
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

/// What sessions of one transfer have in common: the id of the transfer, or source, target and cookie.
fn key(attempt: &Attempt) -> Option<String> {
    let session = &attempt.session;
    if let Some(xfer) = session.xfer {
        return Some(xfer.to_string());
    }
    let named = !session.source.is_empty() && !session.dest.is_empty();
    named.then(|| {
        [&session.source, &session.dest, &session.cookie]
            .map(String::as_str)
            .join("\n")
    })
}

impl SessionGroup {
    fn push(&mut self, attempt: Attempt) {
        self.xfer = self.xfer.or(attempt.session.xfer);
        if self.package.is_none() {
            self.package.clone_from(&attempt.session.package);
        }
        self.attempts.push(attempt);
    }

    /// True if a session with the same key belongs to this transfer.
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
        beside || last.outcome == TransferOutcome::Failed && (-2..=RETRY).contains(&gap)
    }

    /// True if its last session succeeded, or all of several that ran at the same time.
    pub(in crate::diagnose) fn succeeded(&self) -> bool {
        let side_by_side = self.attempts.iter().any(|a| a.session.nodes > 1);
        if side_by_side {
            return self
                .attempts
                .iter()
                .all(|a| a.outcome == TransferOutcome::Succeeded);
        }
        self.attempts
            .last()
            .is_some_and(|a| a.outcome == TransferOutcome::Succeeded)
    }

    /// How it ended, over all attempts.
    pub(in crate::diagnose) fn outcome(&self) -> TransferOutcome {
        if self.succeeded() {
            TransferOutcome::Succeeded
        } else if self.failed() {
            TransferOutcome::Failed
        } else {
            TransferOutcome::Unknown
        }
    }

    /// True if any of its sessions failed.
    pub(in crate::diagnose) fn failed(&self) -> bool {
        self.attempts
            .iter()
            .any(|a| a.outcome == TransferOutcome::Failed)
    }

    pub(in crate::diagnose) fn id(&self) -> String {
        let first = self.attempts.first().map(|a| a.uuid);
        self.xfer
            .or(first)
            .map_or_else(String::new, |id| id.to_string())
    }
}
