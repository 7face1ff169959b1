//! What a diagnosis tells: findings, each with cause, actions and the lines that show it.
use serde::Serialize;

use crate::diagnose::catalogue::table::Failure;

/// How bad a finding is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The transfer failed.
    Error,
    /// It went well in the end, or will not for long.
    Warning,
    /// Worth knowing.
    Note,
}

/// Where a finding can be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Evidence {
    /// Entry inside the root folder of the bundle.
    pub entry: String,
    /// Line, from 1.
    pub line: u64,
}

/// Who does what about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Actions {
    /// The person whose transfer it is. A member called `user` would be taken for somebody's name.
    #[serde(rename = "you")]
    pub user: String,
    /// Who runs the organization or the node.
    pub admin: String,
    /// Who reads the bundle at IBM.
    pub support: String,
}

/// Something else that the same transfer shows: a symptom, or a second trouble.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Also {
    /// Row of the failure catalogue.
    pub id: &'static str,
    /// One line.
    pub title: String,
    /// Where it stands.
    pub evidence: Vec<Evidence>,
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Row of the failure catalogue.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// Why it happened.
    pub cause: String,
    /// What the evidence tells about it beyond that, in sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<String>,
    /// What to do first, for the person whose transfer it is.
    pub action: String,
    /// Who does what.
    pub actions: Actions,
    /// IBM's page about it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub link: &'static str,
    /// The program's own words, from redacted text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Id of the transfer, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
    /// What else the same transfer shows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
    /// Where it stands.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    /// A finding of a row of the catalogue, about no transfer yet.
    #[must_use]
    pub fn of(row: &'static Failure, evidence: Vec<Evidence>) -> Self {
        Self {
            id: &row.id,
            severity: row.severity,
            title: row.title.clone(),
            cause: row.cause.clone(),
            known: Vec::new(),
            action: row.user.clone(),
            actions: row.actions(),
            link: row.link(),
            said: None,
            transfer: None,
            also: Vec::new(),
            evidence,
        }
    }

    /// The title, and the transfer that it is about.
    #[must_use]
    pub fn headline(&self) -> String {
        match &self.transfer {
            Some(id) => format!("{} (transfer {id})", self.title),
            None => self.title.clone(),
        }
    }
}
