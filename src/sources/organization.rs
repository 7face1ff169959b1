//! `settings/organization.json`: how long tokens live in this organization, and how people log in.
use jiff::Timestamp;

use super::cloud::{Answer, Missing};
use crate::aoc::api::{id_text, settings};
use crate::aoc::session::Session;

/// The settings, and for other questions the fingerprint of the organization's key and its id.
pub fn ask(session: &Session<'_>, now: Timestamp) -> (Answer, Option<String>, Option<String>) {
    match settings::ask(session) {
        Ok(made) => {
            let at = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            let id = made.organization.get("id").map(id_text);
            let document = settings::document(&made, "api", &at);
            (Ok(document), made.verification_key_sha256, id)
        }
        Err(error) => (Err(error.into()), None, None),
    }
}

/// Why there are no settings where nobody can be asked.
#[must_use]
pub fn by_hand(reason: &str) -> Missing {
    let names = settings::TOKEN_SETTINGS.map(|s| s.1).join(", ");
    Missing::new(
        reason,
        &format!(
            "read them in Admin > Organization > Security ({names}) and write them into the case, or {}",
            settings::ASK_AN_ADMIN
        ),
    )
}
