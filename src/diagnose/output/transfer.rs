//! A transfer as a reader of the diagnosis sees it: its sessions, both their ends, and what went over the wire.
use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde::Serialize;

use super::finding::Evidence;
use crate::diagnose::judge::session_facts::is_server;
use crate::diagnose::sessions::clock::Moment;
use crate::diagnose::sessions::observations::Entry;
use crate::diagnose::sessions::session::{End, Spot, Status};
use crate::diagnose::sessions::transfers::{Attempt, Group, moment, span, span_of_one_log};

/// Seconds between the two ends' starts that are no difference of clocks.
const SAME: i64 = 5;

/// How something ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It failed.
    Failed,
    /// The evidence does not show its end.
    #[default]
    Unknown,
    /// It came to a good end.
    Succeeded,
}

/// Which end of a session a log is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The person's machine.
    Client,
    /// The transfer node.
    Server,
}

/// A stretch of time, as far as the evidence tells it. Times are UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub began: Option<String>,
    /// Last sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// How many seconds the two times may be off, where the logs name no zone.
    #[serde(skip_serializing_if = "is_zero")]
    pub uncertain: u32,
}

fn is_zero(seconds: &u32) -> bool {
    *seconds == 0
}

/// What went over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Wire {
    /// Bytes of files.
    pub bytes: u64,
    /// Effective rate in kilobits a second.
    pub kbps: u64,
    /// Blocks that were sent again, in per cent.
    pub loss: f64,
}

/// One end's view of a session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EndView {
    /// Which end, where the log tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// It sent; else it received.
    pub sending: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// Error code, as the log has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// Error text, as the log has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Version of the program.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// When, by its own clock.
    #[serde(flatten)]
    pub span: Span,
    /// The zone that its times were read in: `by line` where each line names its own; absent where none is known, and
    /// its times are as if they were UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// What it counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wire: Option<Wire>,
    /// Lines that begin and end it.
    pub evidence: Vec<Evidence>,
}

/// One session of a transfer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionView {
    /// Its id.
    pub id: String,
    /// How it ended.
    pub outcome: Outcome,
    /// It fell back to HTTP.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub http: bool,
    /// When, by one clock for all sessions of a transfer: the surest one.
    #[serde(flatten)]
    pub span: Span,
    /// By how many seconds the second end's clock seems to be ahead of the first one's, where both zones are known
    /// and they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clocks_apart: Option<i64>,
    /// What the logs of each end tell.
    pub ends: Vec<EndView>,
}

/// A transfer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Transfer {
    /// The transfer's own id where a log tells it, else that of its first session.
    pub id: String,
    /// Package, where a log tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// How it ended, over all attempts.
    pub outcome: Outcome,
    /// The finding that names its cause: a row of the failure catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<&'static str>,
    /// When, by the clock of its sessions.
    #[serde(flatten)]
    pub span: Span,
    /// What went over the wire, over all its sessions: of both ends the receiving one, where its log is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wire: Option<Wire>,
    /// Rate that was asked for, in kilobits a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_kbps: Option<u64>,
    /// When its tokens end, in seconds since 1970, as far as they tell it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tokens_end: Vec<i64>,
    /// How often it was tried.
    pub attempts: usize,
    /// FASP sessions, in order.
    pub sessions: Vec<SessionView>,
}

impl From<Status> for Outcome {
    fn from(status: Status) -> Self {
        match status {
            Status::Failed => Self::Failed,
            Status::Success => Self::Succeeded,
            Status::Running => Self::Unknown,
        }
    }
}

fn between((began, ended): (Option<Moment>, Option<Moment>)) -> Span {
    Span {
        began: began.map(|m| m.at.to_string()),
        ended: ended.map(|m| m.at.to_string()),
        uncertain: [began, ended]
            .iter()
            .flatten()
            .map(|m| m.uncertain)
            .max()
            .unwrap_or(0),
    }
}

/// First and last sign of each session of a transfer, by one clock: that of the log that is surest, and of those the one
/// that has most of the sessions from begin to end.
fn by_one_clock(group: &Group, entries: &[Entry]) -> Vec<(Option<Moment>, Option<Moment>)> {
    let folder = |spot: &Spot| entries.get(spot.entry as usize).map(|e| e.folder);
    let within = |attempt: &Attempt, own: u32| {
        let spots = attempt.session.spots();
        span(entries, spots.filter(|spot| folder(spot) == Some(own)))
    };
    let spots = group.attempts.iter().flat_map(|a| a.session.spots());
    let folders: BTreeSet<u32> = spots.filter_map(|spot| folder(&spot)).collect();
    let rank = |own: &u32| {
        let spans = group.attempts.iter().map(|a| within(a, *own));
        let whole: Vec<(Moment, Moment)> = spans.filter_map(|(a, b)| a.zip(b)).collect();
        let unsure = whole.iter().map(|(began, _)| began.uncertain).max();
        let long: i64 = whole.iter().map(|(a, b)| a.seconds_to(*b)).sum();
        (
            unsure.unwrap_or(u32::MAX),
            Reverse(whole.len()),
            Reverse(long),
        )
    };
    let best = folders.into_iter().min_by_key(rank);
    let one = |attempt: &Attempt| {
        let own = best.map(|folder| within(attempt, folder));
        let seen = own.filter(|(began, _)| began.is_some());
        seen.unwrap_or_else(|| span_of_one_log(entries, attempt.session.spots()))
    };
    group.attempts.iter().map(one).collect()
}

/// From the first sign of a transfer to the last. What other programs tell counts where no session tells a time.
fn whole(
    group: &Group,
    spans: &[(Option<Moment>, Option<Moment>)],
    entries: &[Entry],
) -> (Option<Moment>, Option<Moment>) {
    let mut moments: Vec<Moment> = spans.iter().flat_map(|(a, b)| [*a, *b]).flatten().collect();
    if moments.is_empty() {
        let told = group.said.iter().filter_map(|s| moment(entries, s.spot));
        moments.extend(told);
    }
    (moments.iter().min().copied(), moments.iter().max().copied())
}

/// The transfer that some sessions make.
pub(in crate::diagnose) fn transfer(group: &Group, entries: &[Entry]) -> Transfer {
    let spans = by_one_clock(group, entries);
    // A transfer that only other programs tell of has no session of its own.
    let seen = |(a, _): &(&Attempt, _)| Some(a.uuid) != group.xfer;
    let tokens = group.attempts.iter();
    let mut tokens_end: Vec<i64> = tokens
        .flat_map(|a| crate::diagnose::judge::session_facts::expiries(&a.session))
        .collect();
    tokens_end.sort_unstable();
    tokens_end.dedup();
    Transfer {
        id: group.id(),
        package: group.package.clone(),
        outcome: group.outcome(),
        cause: None,
        span: between(whole(group, &spans, entries)),
        wire: wire(group),
        target_kbps: group
            .attempts
            .iter()
            .map(|a| a.session.target)
            .max()
            .filter(|rate| *rate > 0),
        tokens_end,
        attempts: group.attempts.len(),
        sessions: group
            .attempts
            .iter()
            .zip(&spans)
            .filter(seen)
            .map(|(a, own)| session(a, *own, entries))
            .collect(),
    }
}

impl Group {
    /// How it ended, over all attempts.
    pub(in crate::diagnose) fn outcome(&self) -> Outcome {
        if self.went_well() {
            Outcome::Succeeded
        } else if self.failed() {
            Outcome::Failed
        } else {
            Outcome::Unknown
        }
    }
}

fn wire(group: &Group) -> Option<Wire> {
    let mut sum: Option<Wire> = None;
    for attempt in &group.attempts {
        let told = |receiving: bool| {
            let mut ends = attempt.session.ends.iter();
            ends.find_map(|e| e.statistics.filter(|_| e.sending != receiving))
        };
        let Some(own) = told(true).or_else(|| told(false)) else {
            continue;
        };
        let loss = f64::from(own.loss) / 100.0;
        let sum = sum.get_or_insert(Wire {
            bytes: 0,
            kbps: 0,
            loss: 0.0,
        });
        sum.bytes = sum.bytes.saturating_add(own.bytes);
        sum.kbps = sum.kbps.max(own.kbps);
        sum.loss = sum.loss.max(loss);
    }
    sum
}

fn session(
    attempt: &Attempt,
    own: (Option<Moment>, Option<Moment>),
    entries: &[Entry],
) -> SessionView {
    let session = &attempt.session;
    SessionView {
        id: attempt.uuid.to_string(),
        outcome: attempt.status.into(),
        http: session.http.begun.is_some(),
        span: between(own),
        clocks_apart: apart(&session.ends, entries),
        ends: session.ends.iter().map(|e| end(e, entries)).collect(),
    }
}

/// Seconds from the start of a session at one end to its start at the other, each by its own clock.
fn apart(ends: &[End], entries: &[Entry]) -> Option<i64> {
    let began = |end: &End| moment(entries, end.start?).filter(|m| m.uncertain == 0);
    let first = ends.first()?;
    let other = ends.iter().find(|end| end.sending != first.sending)?;
    let seconds = began(first)?.seconds_to(began(other)?);
    (seconds.abs() > SAME).then_some(seconds)
}

/// The zone that the times of an end were read in.
fn zone(end: &End, entries: &[Entry]) -> Option<String> {
    let spot = end.start.or(end.stop)?;
    if spot.stamp?.offset.is_some() {
        return Some("by line".to_owned());
    }
    let zone = entries.get(spot.entry as usize)?.clock.zone.as_ref()?;
    zone.iana_name().map(str::to_owned)
}

fn end(end: &End, entries: &[Entry]) -> EndView {
    let place = |spot: Spot| {
        let entry = entries.get(spot.entry as usize)?;
        Some(Evidence {
            entry: entry.name.clone(),
            line: spot.line,
        })
    };
    let at = |spot: Option<Spot>| moment(entries, spot?);
    EndView {
        side: is_server(end, entries).map(
            |server| {
                if server { Side::Server } else { Side::Client }
            },
        ),
        sending: end.sending,
        outcome: end.status.into(),
        code: end.code.filter(|code| *code != 0),
        text: end.errstr.clone(),
        version: end.version.clone(),
        span: between((at(end.start), at(end.stop))),
        zone: zone(end, entries),
        wire: end.statistics.map(|s| Wire {
            bytes: s.bytes,
            kbps: s.kbps,
            loss: f64::from(s.loss) / 100.0,
        }),
        evidence: [end.start, end.stop]
            .into_iter()
            .flatten()
            .filter_map(place)
            .collect(),
    }
}
