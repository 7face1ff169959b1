//! `settings/organization.json`: how long tokens live in this organization, and how people log in.
use jiff::Timestamp;
use serde_json::Value;

use super::by_hand::how_to;
use super::cloud::{Answer, Missing};
use crate::aoc::api::id_text;
use crate::aoc::api::settings;
use crate::aoc::api::settings::Known;
use crate::aoc::login::session::Session;
use crate::sources::case_facts::SeenSettings;

/// The settings, and for other questions the fingerprint of the organization's key and its id.
pub fn ask(
    session: &Session<'_>,
    now: Timestamp,
    times: (Timestamp, Timestamp),
) -> (Answer, Option<String>, Option<String>) {
    match settings::ask(session, times) {
        Ok(made) => {
            let at = told(now);
            let id = made.organization.get("id").map(id_text);
            let document = settings::document(&made, "api", &at);
            (Ok(document), made.verification_key_sha256, id)
        }
        Err(error) => (Err(error.into()), None, None),
    }
}

fn told(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The settings as a network trace recorded them; `missing` says why nobody was asked, or what failed.
#[must_use]
pub fn of_trace(seen: &SeenSettings, missing: Option<&Missing>) -> Value {
    let mut made = seen.made.clone();
    let not_asked = missing.map(|m| format!("{}; {}", m.reason, m.remedy));
    made.missing.extend(not_asked);
    if made.is_hidden() {
        made.missing.push(settings::ASK_AN_ADMIN.to_owned());
    }
    let at = seen.when.map(told).unwrap_or_default();
    settings::document(&made, "har", &at)
}

/// `settings/organization.json` where the API is not asked, from what is known otherwise; `None` where
/// nothing is.
#[must_use]
pub fn known_otherwise(known: &[Known]) -> Option<Value> {
    (!known.is_empty()).then(|| settings::document_of(known, how_to("settings/organization.json")))
}
