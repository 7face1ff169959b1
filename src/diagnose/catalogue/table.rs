//! The catalogue as a whole: all rows, and how to look one up by its number, its id, or the words of an error message.
use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::condition::{ApiCondition, HarCondition};
use super::row::{EventRow, Failure};

/// The built-in tables. Their order is the order of the rows.
const TABLES: [&str; 4] = [
    include_str!("failures_log.toml"),
    include_str!("failures_har.toml"),
    include_str!("failures_api.toml"),
    include_str!("events.toml"),
];

/// One of the tables.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct CatalogueToml {
    links: BTreeMap<String, String>,
    failure: Vec<Failure>,
    event: Vec<EventRow>,
}

/// All rows.
#[derive(Default)]
pub(in crate::diagnose) struct FailureCatalogue {
    pub(in crate::diagnose) rows: Vec<Failure>,
    pub(in crate::diagnose) events: Vec<EventRow>,
    by_id: BTreeMap<String, usize>,
    says: Option<AhoCorasick>,
    /// The row of each pattern of `says`.
    row_of: Vec<usize>,
}

/// The catalogue, read once. The tables are part of the program, and a test reads them, so errors cannot occur here.
pub(in crate::diagnose) static CATALOGUE: LazyLock<FailureCatalogue> =
    LazyLock::new(|| FailureCatalogue::read(&TABLES).unwrap_or_default());

/// The row of a failure, by its id.
#[must_use]
pub fn failure(id: &str) -> Option<&'static Failure> {
    CATALOGUE.by_id(id).map(|(_, row)| row)
}

/// The row of a failure, by its number.
pub(in crate::diagnose) fn row(number: usize) -> Option<&'static Failure> {
    CATALOGUE.rows.get(number)
}

impl FailureCatalogue {
    fn read(tables: &[&str]) -> Result<Self, toml::de::Error> {
        let mut all = CatalogueToml::default();
        for table in tables {
            let table: CatalogueToml = toml::from_str(table)?;
            all.failure.extend(table.failure);
            all.event.extend(table.event);
            all.links.extend(table.links);
        }
        let mut by_id = BTreeMap::new();
        let mut words = Vec::new();
        let mut row_of = Vec::new();
        for (number, row) in all.failure.iter_mut().enumerate() {
            by_id.insert(row.id.clone(), number);
            // An unknown key stays as it is, which a test finds.
            if let Some(address) = all.links.get(&row.link) {
                row.link.clone_from(address);
            }
            for word in row.when.log().into_iter().flat_map(|on| &on.says) {
                words.push(word.clone());
                row_of.push(number);
            }
        }
        let says = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(&words)
            .ok();
        Ok(Self {
            rows: all.failure,
            events: all.event,
            by_id,
            says,
            row_of,
        })
    }

    /// A failure and its number.
    pub(in crate::diagnose) fn by_id(&self, id: &str) -> Option<(usize, &Failure)> {
        let number = *self.by_id.get(id)?;
        Some((number, self.rows.get(number)?))
    }

    /// Numbers of the rows of which a text contains one of the phrases, in order.
    pub(in crate::diagnose) fn by_message(&self, text: &str) -> Vec<usize> {
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

    /// The failures that requests show, in the order of the table: the first that matches takes a request.
    pub(in crate::diagnose) fn of_requests(
        &self,
    ) -> impl Iterator<Item = (usize, &Failure, &HarCondition)> {
        let rows = self.rows.iter().enumerate();
        rows.filter_map(|(number, row)| Some((number, row, row.when.har()?)))
    }

    /// The failures that documents show.
    pub(in crate::diagnose) fn of_documents(
        &self,
    ) -> impl Iterator<Item = (usize, &Failure, &ApiCondition)> {
        let rows = self.rows.iter().enumerate();
        rows.filter_map(|(number, row)| Some((number, row, row.when.api()?)))
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
