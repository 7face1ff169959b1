//! A transfer as a reader of the diagnosis sees it: its sessions, both their ends, and what went over the wire.
use serde::Serialize;

use super::clock::Moment;
use super::facts::is_server;
use super::finding::Evidence;
use super::session::{End, Spot, Status};
use super::store::Entry;
use super::transfers::{Attempt, Group, moment, span};

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
    /// When.
    #[serde(flatten)]
    pub span: Span,
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
    /// When.
    #[serde(flatten)]
    pub span: Span,
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
    /// When.
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
        uncertain: began.map_or(0, |m| m.uncertain),
    }
}

/// The transfer that some sessions make.
pub(super) fn transfer(group: &Group, entries: &[Entry]) -> Transfer {
    let spots = group.attempts.iter().flat_map(|a| a.session.spots());
    let all = spots.chain(group.said.iter().map(|s| s.spot));
    // A transfer that only other programs tell of has no session of its own.
    let seen = |a: &&Attempt| Some(a.uuid) != group.xfer;
    let tokens = group.attempts.iter();
    let mut tokens_end: Vec<i64> = tokens
        .flat_map(|a| super::facts::expiries(&a.session))
        .collect();
    tokens_end.sort_unstable();
    tokens_end.dedup();
    Transfer {
        id: group.id(),
        package: group.package.clone(),
        outcome: group.outcome(),
        cause: None,
        span: between(span(entries, all)),
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
            .filter(seen)
            .map(|a| session(a, entries))
            .collect(),
    }
}

impl Group {
    /// How it ended, over all attempts.
    pub(super) fn outcome(&self) -> Outcome {
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

fn session(attempt: &Attempt, entries: &[Entry]) -> SessionView {
    let session = &attempt.session;
    SessionView {
        id: attempt.uuid.to_string(),
        outcome: attempt.status.into(),
        http: session.http.begun.is_some(),
        span: between((attempt.began, attempt.ended)),
        ends: session.ends.iter().map(|e| end(e, entries)).collect(),
    }
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
