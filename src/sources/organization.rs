//! `settings/organization.json`: how long tokens live in this organization, and how people log in.
use jiff::Timestamp;
use serde_json::Value;

use super::by_hand::how_to;
use super::cloud::Answer;
use crate::aoc::api::id_text;
use crate::aoc::api::settings::{self, Known};
use crate::aoc::session::Session;

/// The settings, and for other questions the fingerprint of the organization's key and its id.
pub fn ask(
    session: &Session<'_>,
    now: Timestamp,
    times: (Timestamp, Timestamp),
) -> (Answer, Option<String>, Option<String>) {
    match settings::ask(session, times) {
        Ok(made) => {
            let at = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            let id = made.organization.get("id").map(id_text);
            let document = settings::document(&made, "api", &at);
            (Ok(document), made.verification_key_sha256, id)
        }
        Err(error) => (Err(error.into()), None, None),
    }
}

/// `settings/organization.json` where the API is not asked, from what is known otherwise; `None` where
/// nothing is.
#[must_use]
pub fn known_otherwise(known: &[Known]) -> Option<Value> {
    (!known.is_empty()).then(|| settings::document_of(known, how_to("settings/organization.json")))
}
