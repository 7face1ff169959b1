//! The rows of the catalogue: a failure with its conditions and advice, and an event of the timeline.
use serde::{Deserialize, Serialize};

use super::super::model::{EvidenceSource, Severity};
use super::condition::When;

/// Who does what about a failure.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Actions {
    /// The person whose transfer it is. In JSON it is `you`: redaction takes the value of a member called `user` for
    /// somebody's name.
    #[serde(rename(serialize = "you"))]
    pub user: String,
    /// Who runs the organization or the node.
    pub admin: String,
    /// Who reads the bundle at IBM.
    pub support: String,
}

/// One failure: when it applies, why it happens, and who does what about it. `failures_log.toml` explains the fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "FailureToml")]
pub struct Failure {
    /// Names the failure.
    pub id: String,
    /// How bad it is for the transfer.
    pub severity: Severity,
    /// Of the failures of one transfer, the one with the highest rank is its cause.
    pub(in crate::diagnose) rank: u32,
    pub(in crate::diagnose) trouble: String,
    pub(in crate::diagnose) covers: Vec<String>,
    pub(in crate::diagnose) vague: bool,
    pub(in crate::diagnose) when: When,
    /// One line.
    pub title: String,
    /// Why it happens.
    pub cause: String,
    /// Who does what.
    pub actions: Actions,
    /// Address of IBM's page about it, or nothing.
    pub link: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "evidence for the tests"))]
    pub(in crate::diagnose) is: Vec<toml::Value>,
    #[cfg_attr(not(test), expect(dead_code, reason = "evidence for the tests"))]
    pub(super) is_not: Vec<toml::Value>,
}

/// One kind of event of the timeline. `events.toml` explains the fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "EventToml")]
pub(in crate::diagnose) struct EventRow {
    pub(in crate::diagnose) what: String,
    pub(in crate::diagnose) text: String,
    pub(in crate::diagnose) time: String,
    pub(in crate::diagnose) once: bool,
    pub(in crate::diagnose) when: When,
    #[cfg_attr(not(test), expect(dead_code, reason = "evidence for the tests"))]
    pub(in crate::diagnose) is: Vec<toml::Value>,
    #[cfg_attr(not(test), expect(dead_code, reason = "evidence for the tests"))]
    pub(super) is_not: Vec<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailureToml {
    id: String,
    from: EvidenceSource,
    severity: Severity,
    rank: u32,
    #[serde(default)]
    trouble: String,
    #[serde(default)]
    covers: Vec<String>,
    #[serde(default)]
    vague: bool,
    #[serde(default)]
    when: toml::Table,
    title: String,
    cause: String,
    user: String,
    admin: String,
    support: String,
    #[serde(default)]
    link: String,
    #[serde(default)]
    is: Vec<toml::Value>,
    #[serde(default)]
    is_not: Vec<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventToml {
    from: EvidenceSource,
    what: String,
    text: String,
    #[serde(default)]
    time: String,
    #[serde(default)]
    once: bool,
    when: toml::Table,
    is: Vec<toml::Value>,
    is_not: Vec<toml::Value>,
}

impl TryFrom<FailureToml> for Failure {
    type Error = toml::de::Error;

    fn try_from(row: FailureToml) -> Result<Self, Self::Error> {
        Ok(Self {
            when: When::read(row.from, row.when)?,
            id: row.id,
            severity: row.severity,
            rank: row.rank,
            trouble: row.trouble,
            covers: row.covers,
            vague: row.vague,
            title: row.title,
            cause: row.cause,
            actions: Actions {
                user: row.user,
                admin: row.admin,
                support: row.support,
            },
            link: row.link,
            is: row.is,
            is_not: row.is_not,
        })
    }
}

impl TryFrom<EventToml> for EventRow {
    type Error = toml::de::Error;

    fn try_from(row: EventToml) -> Result<Self, Self::Error> {
        Ok(Self {
            when: When::read(row.from, row.when)?,
            what: row.what,
            text: row.text,
            time: row.time,
            once: row.once,
            is: row.is,
            is_not: row.is_not,
        })
    }
}

impl Failure {
    /// True where the other row can describe the same problem.
    pub(in crate::diagnose) fn is_like(&self, other: &Self) -> bool {
        let same = !self.trouble.is_empty() && self.trouble == other.trouble;
        same || self.covers.contains(&other.id) || other.covers.contains(&self.id)
    }
}
