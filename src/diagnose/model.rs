//! Words that all parts of the diagnosis share: severity, outcome, source, and a place in the evidence.
use serde::{Deserialize, Serialize};

/// How bad a finding is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The transfer failed.
    Error,
    /// It succeeded in the end, or will fail soon.
    Warning,
    /// Worth knowing.
    Note,
}

/// How a session or a transfer ended, the worst first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TransferOutcome {
    /// It failed.
    Failed,
    /// The evidence does not show its end.
    #[default]
    Unknown,
    /// It succeeded.
    Succeeded,
}

/// Where a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceSource {
    /// A log.
    Log,
    /// A network trace of the browser.
    Har,
    /// The API of Aspera on Cloud or of a node.
    Api,
}

/// A line of the bundle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Evidence {
    /// Entry inside the root folder of the bundle.
    pub entry: String,
    /// Line, from 1.
    pub line: u64,
}
