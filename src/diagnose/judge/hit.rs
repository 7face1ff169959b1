//! What made a row of the catalogue match: the lines, the words of the program, and the filled texts of the row.
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::sessions::place::LogSpot;

/// Why a row matches.
#[derive(Clone, Debug, Default)]
pub(super) struct RowMatch {
    pub(super) spots: Vec<LogSpot>,
    /// The message of the program.
    pub(super) said: Option<String>,
    /// Title and cause, if those of the row have placeholders.
    pub(super) texts: Option<(String, String)>,
    /// When the token of it expires.
    pub(super) token_ends: Option<Timestamp>,
}

/// The rows that match, by number.
pub(super) type RowMatches = BTreeMap<usize, RowMatch>;

impl RowMatch {
    /// A match by one line.
    pub(super) fn of(spot: LogSpot, said: Option<String>) -> Self {
        Self {
            spots: vec![spot],
            said,
            ..Self::default()
        }
    }
}

/// Adds a match to the others of its row.
pub(super) fn merge(all: &mut RowMatches, number: usize, hit: RowMatch) {
    let known = all.entry(number).or_default();
    known.texts = known.texts.take().or(hit.texts);
    known.token_ends = known.token_ends.max(hit.token_ends);
    for spot in hit.spots {
        if !known.spots.contains(&spot) {
            known.spots.push(spot);
        }
    }
    if known.said.is_none() {
        known.said = hit.said;
    }
}
