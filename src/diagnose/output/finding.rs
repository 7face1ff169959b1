//! A finding: one thing that went wrong, with its cause, what to do about it, and the lines that show it.
use serde::Serialize;

use super::super::catalogue::row::{Actions, Failure};
use super::super::model::{Evidence, Severity};

/// Another failure of the same transfer: a symptom, or a second problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Also {
    /// Row of the failure catalogue.
    pub id: &'static str,
    /// One line.
    pub title: String,
    /// The lines that show it.
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
    /// What else the evidence says about it, in sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<String>,
    /// What to do first, for the person whose transfer it is.
    pub action: String,
    /// Who does what.
    pub actions: Actions,
    /// IBM's page about it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub link: &'static str,
    /// The message of the program, redacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Id of the transfer, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
    /// Other failures of the same transfer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Also>,
    /// The lines that show it.
    pub evidence: Vec<Evidence>,
}

impl Finding {
    /// A finding from a row of the catalogue, without a transfer.
    #[must_use]
    pub fn of(row: &'static Failure, evidence: Vec<Evidence>) -> Self {
        Self {
            id: &row.id,
            severity: row.severity,
            title: row.title.clone(),
            cause: row.cause.clone(),
            known: Vec::new(),
            action: row.actions.user.clone(),
            actions: row.actions.clone(),
            link: &row.link,
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
