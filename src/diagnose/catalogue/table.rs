//! The failure catalogue: what can go wrong, how it is recognised from the facts of a session, and who does
//! what about it.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use crate::diagnose::answers::OnAnswer;
use crate::diagnose::har::OnExchange;
use crate::diagnose::output::finding::{Actions, Severity};

/// The built-in tables: what logs tell, network traces, and answers of APIs.
const TABLES: [&str; 3] = [
    include_str!("failures_log.toml"),
    include_str!("failures_har.toml"),
    include_str!("failures_api.toml"),
];

/// A row of the catalogue.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Names the failure.
    pub id: String,
    /// How bad it is for the transfer.
    pub severity: Severity,
    /// How near to the cause: the highest of a transfer is its cause, the others are folded under it.
    pub(in crate::diagnose) rank: u32,
    /// Words of which one must be said in a place that tells a cause, in lower case.
    #[serde(default)]
    pub(in crate::diagnose) says: Vec<String>,
    /// Rows with the same word may be the same trouble, told by different sources.
    #[serde(default)]
    pub(in crate::diagnose) trouble: String,
    /// Facts that must all hold.
    #[serde(default)]
    pub(in crate::diagnose) facts: Vec<String>,
    /// Facts of which none may hold.
    #[serde(default)]
    pub(in crate::diagnose) not: Vec<String>,
    /// Rows that tell the same less exactly.
    #[serde(default)]
    pub(in crate::diagnose) covers: Vec<String>,
    /// The log does not tell the cause: a higher log level would.
    #[serde(default)]
    pub(in crate::diagnose) vague: bool,
    /// Exchanges of a network trace that tell it.
    pub(in crate::diagnose) har: Option<OnExchange>,
    /// Answers of APIs that tell it.
    pub(in crate::diagnose) api: Option<OnAnswer>,
    /// Programs other than ascp tell it in lines of their own.
    #[serde(default)]
    pub(in crate::diagnose) alone: bool,
    /// One line.
    pub title: String,
    /// Why it happens.
    pub cause: String,
    /// What the person does.
    pub user: String,
    /// What the administrator does.
    pub admin: String,
    /// What support looks at.
    pub support: String,
    /// Key of the table of links.
    #[serde(default)]
    pub(in crate::diagnose) link: String,
    /// A log that shows it.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests run it"))]
    pub(in crate::diagnose) log: String,
    /// A log that looks like it and is not.
    #[serde(default)]
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests run it"))]
    pub(in crate::diagnose) quiet: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    links: BTreeMap<String, String>,
    failure: Vec<Failure>,
}

/// The tables, ready for use.
#[derive(Default)]
pub(in crate::diagnose) struct Catalogue {
    pub(in crate::diagnose) rows: Vec<Failure>,
    links: BTreeMap<String, String>,
    by_id: BTreeMap<String, usize>,
    says: Option<AhoCorasick>,
    /// The row of each pattern of `says`.
    row_of: Vec<usize>,
}

/// The tables, read once. It is ours: the tests hold it to be sound.
pub(in crate::diagnose) static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::read(&TABLES).unwrap_or_default());

/// The row of a failure, for findings that come from elsewhere than from logs.
#[must_use]
pub fn failure(id: &str) -> Option<&'static Failure> {
    CATALOGUE.by_id(id).map(|(_, row)| row)
}

impl Failure {
    /// Who does what.
    #[must_use]
    pub fn actions(&self) -> Actions {
        Actions {
            user: self.user.clone(),
            admin: self.admin.clone(),
            support: self.support.clone(),
        }
    }

    /// True where the other row may tell the same trouble.
    pub(in crate::diagnose) fn is_like(&self, other: &Self) -> bool {
        let same = !self.trouble.is_empty() && self.trouble == other.trouble;
        same || self.covers.contains(&other.id) || other.covers.contains(&self.id)
    }

    /// IBM's page about it, or nothing.
    #[must_use]
    pub fn link(&'static self) -> &'static str {
        CATALOGUE.links.get(&self.link).map_or("", String::as_str)
    }
}

impl Catalogue {
    fn read(tables: &[&str]) -> Result<Self, toml::de::Error> {
        let (mut rows, mut links) = (Vec::new(), BTreeMap::new());
        for table in tables {
            let raw: Raw = toml::from_str(table)?;
            rows.extend(raw.failure);
            links.extend(raw.links);
        }
        let mut by_id = BTreeMap::new();
        let mut words = Vec::new();
        let mut row_of = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            by_id.insert(row.id.clone(), number);
            for word in &row.says {
                words.push(word.as_str());
                row_of.push(number);
            }
        }
        let says = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(&words)
            .ok();
        Ok(Self {
            says,
            row_of,
            by_id,
            rows,
            links,
        })
    }

    pub(in crate::diagnose) fn by_id(&self, id: &str) -> Option<(usize, &Failure)> {
        let number = *self.by_id.get(id)?;
        Some((number, self.rows.get(number)?))
    }

    /// Numbers of the rows whose words a text says, in order.
    pub(in crate::diagnose) fn said(&self, text: &str) -> Vec<usize> {
        let Some(says) = &self.says else {
            return Vec::new();
        };
        let mut rows: Vec<usize> = says
            .find_overlapping_iter(text)
            .filter_map(|found| self.row_of.get(found.pattern().as_usize()).copied())
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
