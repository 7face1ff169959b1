//! An event of the timeline, from whatever source it comes.
use jiff::Timestamp;
use serde::Serialize;

use super::super::model::EvidenceSource;

/// The row of the timeline's picture in which an event is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// The person's browser.
    Browser,
    /// The transfer program at the person's end.
    Client,
    /// The transfer program at the node's end.
    Server,
    /// A transfer program, if the logs do not say at which end.
    Ascp,
    /// Other programs: Connect, the node's daemons, command line tools.
    Program,
    /// The API of Aspera on Cloud or of a node.
    Api,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When, UTC; absent if the evidence has no time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// Seconds that the time may be off, to either side.
    pub uncertain: u32,
    /// Where it comes from.
    pub source: EvidenceSource,
    /// The row of the picture in which it is shown.
    pub lane: Lane,
    /// What kind of event.
    pub what: &'static str,
    /// What happened, redacted.
    pub text: String,
    /// Entry inside the root folder of the bundle.
    pub entry: String,
    /// Line in the entry, from 1; 0 where the entry has no lines.
    pub line: u64,
    /// Transfer that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
    /// FASP session that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Package that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
}
