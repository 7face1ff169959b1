//! What one answer of an API shows: failures, events and settings, each with the line that shows it.
use jiff::Timestamp;

use super::super::catalogue::table::row;
use super::super::grammar::Uuid;

/// One thing that an answer shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiFact {
    /// Line of the entry that shows it, from 1.
    pub line: u64,
    pub(in crate::diagnose) content: ApiContent,
}

/// What an answer shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diagnose) enum ApiContent {
    /// A row of the failure catalogue matches.
    Failure {
        /// Number of the row.
        row: usize,
        title: String,
        cause: String,
        /// The transfer that it is about.
        transfer: Option<Uuid>,
        /// The package that it is about.
        package: Option<String>,
        at: Option<Timestamp>,
    },
    /// An event of the timeline.
    Event {
        what: &'static str,
        text: String,
        /// The transfer that it is about.
        transfer: Option<Uuid>,
        /// The package that it is about.
        package: Option<String>,
        at: Timestamp,
    },
    /// How one of the organization's durations is set.
    Setting {
        name: &'static str,
        /// `None` if it is switched off.
        seconds: Option<u64>,
        /// The same for a person, such as `15 minutes`.
        reads: String,
    },
}

impl ApiFact {
    /// The id of the failure; empty for a setting and for an event.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self.content {
            ApiContent::Failure { row: number, .. } => {
                row(number).map_or("", |row| row.id.as_str())
            }
            ApiContent::Setting { .. } | ApiContent::Event { .. } => "",
        }
    }
}
