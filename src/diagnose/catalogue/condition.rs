//! When a row of the catalogue matches: the conditions of each source of evidence, as they are written in TOML.
use std::ops::RangeInclusive;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};

use super::super::model::EvidenceSource;
use crate::redact::hosts::HostKind;

/// The conditions of one row.
#[derive(Clone, Debug)]
pub(in crate::diagnose) enum When {
    /// On a failed session, or on an error message.
    Log(LogCondition),
    /// On a request of a network trace.
    Har(HarCondition),
    /// On an answer of an API, or a configuration file.
    Api(ApiCondition),
}

/// Conditions on a failed session; `failures_log.toml` explains them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::diagnose) struct LogCondition {
    /// Parts of error messages, in lower case.
    pub(in crate::diagnose) says: Vec<String>,
    /// Facts that must all hold.
    pub(in crate::diagnose) facts: Vec<String>,
    /// Facts of which none may hold.
    pub(in crate::diagnose) not: Vec<String>,
    /// Lines of programs other than ascp count too, without a session.
    pub(in crate::diagnose) alone: bool,
}

/// Whether the token of a request had expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::diagnose) enum TokenState {
    Expired,
    Valid,
    Unknown,
}

/// Conditions on a request of a network trace; `failures_har.toml` explains them. What is empty is not compared.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::diagnose) struct HarCondition {
    pub(in crate::diagnose) hosts: Vec<HostKind>,
    #[serde(deserialize_with = "ranges")]
    pub(in crate::diagnose) status: Vec<RangeInclusive<u16>>,
    pub(in crate::diagnose) net: Vec<String>,
    pub(in crate::diagnose) token: Option<TokenState>,
    pub(in crate::diagnose) methods: Vec<String>,
    pub(in crate::diagnose) paths: Vec<String>,
    pub(in crate::diagnose) unless_ok: bool,
}

/// Conditions on a document; `failures_api.toml` explains them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::diagnose) struct ApiCondition {
    pub(in crate::diagnose) entry: String,
    pub(in crate::diagnose) each: Option<String>,
    #[serde(default)]
    pub(in crate::diagnose) all: Vec<ValueCondition>,
}

/// A condition on one value of a document.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::diagnose) struct ValueCondition {
    /// JSON pointer, from the element on.
    pub(in crate::diagnose) at: String,
    /// One of these, as text.
    pub(in crate::diagnose) is: Option<Vec<String>>,
    /// None of these, as text.
    pub(in crate::diagnose) not: Option<Vec<String>>,
    /// Contains this.
    pub(in crate::diagnose) has: Option<String>,
    /// A number above this.
    pub(in crate::diagnose) above: Option<f64>,
    /// A number below this.
    pub(in crate::diagnose) below: Option<f64>,
    /// A time before the one at this pointer of the whole document.
    pub(in crate::diagnose) before: Option<String>,
    /// A time at or less than 30 days after the one at this pointer of the whole document.
    pub(in crate::diagnose) soon_after: Option<String>,
}

impl When {
    /// Reads the conditions of a row.
    ///
    /// # Errors
    /// Where a condition is misspelled, or belongs to another source than `from`.
    pub(super) fn read(from: EvidenceSource, table: toml::Table) -> Result<Self, toml::de::Error> {
        fn of<T: DeserializeOwned>(table: toml::Table) -> Result<T, toml::de::Error> {
            toml::Value::Table(table).try_into()
        }
        Ok(match from {
            EvidenceSource::Log => Self::Log(of(table)?),
            EvidenceSource::Har => Self::Har(of(table)?),
            EvidenceSource::Api => Self::Api(of(table)?),
        })
    }

    /// The conditions on a session.
    pub(in crate::diagnose) fn log(&self) -> Option<&LogCondition> {
        match self {
            Self::Log(condition) => Some(condition),
            _ => None,
        }
    }

    /// The conditions on a request.
    pub(in crate::diagnose) fn har(&self) -> Option<&HarCondition> {
        match self {
            Self::Har(condition) => Some(condition),
            _ => None,
        }
    }

    /// The conditions on a document.
    pub(in crate::diagnose) fn api(&self) -> Option<&ApiCondition> {
        match self {
            Self::Api(condition) => Some(condition),
            _ => None,
        }
    }
}

/// Reads `401` and `500-599`.
fn ranges<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<RangeInclusive<u16>>, D::Error> {
    let range = |text: &String| {
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        Some(from.parse().ok()?..=to.parse().ok()?)
    };
    let texts = Vec::<String>::deserialize(reader)?;
    let wrong = || Error::custom("a status is a number, or two numbers joined by a hyphen");
    texts
        .iter()
        .map(|text| range(text).ok_or_else(wrong))
        .collect()
}
