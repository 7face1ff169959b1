//! A transfer as the report shows it: its sessions, the two ends of each, and how many bytes were sent how fast.
use serde::Serialize;

use super::super::model::{Evidence, TransferOutcome};

/// Which end of a session a log is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The person's machine.
    Client,
    /// The transfer node.
    Server,
}

/// A span of time, as far as it is known. Times are UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TimeSpan {
    /// First line or request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub began: Option<String>,
    /// Last line or request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// How many seconds the two times may be off, if the logs have no time zone.
    #[serde(skip_serializing_if = "is_zero")]
    pub uncertain: u32,
}

fn is_zero(seconds: &u32) -> bool {
    *seconds == 0
}

/// What was transferred.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Wire {
    /// Bytes of files.
    pub bytes: u64,
    /// Effective rate, in kbit/s.
    pub kbps: u64,
    /// Retransmitted blocks, in percent.
    pub loss: f64,
}

/// One end's view of a session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EndView {
    /// Which end, if the log says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// It sent; else it received.
    pub sending: bool,
    /// How it ended.
    pub outcome: TransferOutcome,
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
    pub span: TimeSpan,
    /// The time zone of its lines: `by line` if each line has its own; absent if none is known: then they are read as UTC.
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
    pub outcome: TransferOutcome,
    /// It fell back to HTTP.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub http: bool,
    /// When, by one clock for all sessions of a transfer: the least uncertain one.
    #[serde(flatten)]
    pub span: TimeSpan,
    /// By how many seconds the clock of the second end is ahead of that of the first, if both time zones are known and
    /// the clocks differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clocks_apart: Option<i64>,
    /// What the logs of each end say.
    pub ends: Vec<EndView>,
}

/// A transfer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Transfer {
    /// The transfer's own id if a log has it, else that of its first session.
    pub id: String,
    /// Package, if a log has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// How it ended, over all attempts.
    pub outcome: TransferOutcome,
    /// The finding that names its cause: a row of the failure catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<&'static str>,
    /// When, by the clock of its sessions.
    #[serde(flatten)]
    pub span: TimeSpan,
    /// What was transferred in all sessions, as the receiving end counted it if its log is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wire: Option<Wire>,
    /// Target rate, in kbit/s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_kbps: Option<u64>,
    /// When its tokens expire, in seconds since 1970, if that is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tokens_end: Vec<i64>,
    /// Number of attempts.
    pub attempts: usize,
    /// FASP sessions, in order.
    pub sessions: Vec<SessionView>,
}
