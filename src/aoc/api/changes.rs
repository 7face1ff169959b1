//! Changes of the organization's security settings near a failure: a token that was good yesterday may be
//! refused today because somebody set its life shorter in between.
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::fields::allowed_all;
use super::settings::{LOGIN_RULES, TOKEN_SETTINGS};
use crate::aoc::login::session::{Scope, Session};

/// How long before the window of the failure a change still counts as near, in hours.
const BEFORE_H: i64 = 7 * 24;
/// Most changes that are told.
const MOST: usize = 50;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Those near the failure, newest first, with their known fields.
    pub(super) near: Vec<Value>,
    /// Fields that were left out.
    pub(super) dropped: u64,
}

/// Asks for changes; where the API does not list them there are none, and the settings are still good.
pub(super) fn ask(session: &Session<'_>, id: &str, times: (Timestamp, Timestamp)) -> Changes {
    const PATH: &str = "/analytics/v2/organizations/{id}/application_events";
    let query = [("limit", "200")];
    let found = session.get(Scope::Admin, PATH, &[id], &query, "recent changes");
    let Ok((answer, _)) = found else {
        return Changes::default();
    };
    let events = answer.get("application_events").and_then(Value::as_array);
    near(events.map_or(&[], Vec::as_slice), times)
}

fn near(events: &[Value], times: (Timestamp, Timestamp)) -> Changes {
    let from = times.0.checked_sub(SignedDuration::from_hours(BEFORE_H));
    let from = from.unwrap_or(times.0);
    let in_time = |e: &&Value| {
        // Without a time it cannot be told apart from a near one.
        let at = when(e);
        is_about_security(e) && at.is_none_or(|t| t >= from && t <= times.1)
    };
    let mut found: Vec<&Value> = events.iter().filter(in_time).collect();
    found.sort_by_key(|e| std::cmp::Reverse(when(e)));
    let found: Vec<Value> = found.into_iter().take(MOST).cloned().collect();
    let (near, dropped) = allowed_all("event", &found);
    Changes { near, dropped }
}

fn when(event: &Value) -> Option<Timestamp> {
    let field = |name: &str| event.get(name).and_then(Value::as_str);
    field("created_at").or_else(|| field("time"))?.parse().ok()
}

/// True for a change of one of the settings that we show.
fn is_about_security(event: &Value) -> bool {
    let names = TOKEN_SETTINGS.iter().map(|s| s.0);
    let mut names = names.chain(LOGIN_RULES.iter().map(|s| s.0));
    let field = |name: &str| event.get(name).and_then(Value::as_str);
    let told = field("field").or_else(|| field("attribute"));
    told.is_some_and(|t| names.any(|n| n == t))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changes_near_the_failure_are_told_newest_first() {
        let at = |t: &str| t.parse::<Timestamp>().unwrap();
        let times = (at("2026-11-20T00:00:00Z"), at("2026-11-22T12:00:00Z"));
        let event = |id: &str, field: &str, time: Option<&str>| json!({"id": id, "field": field, "created_at": time, "user_email": "a@x.example"});
        let token = "access_token_duration";
        let events = [
            event("old", token, Some("2026-11-12T23:59:59Z")),
            event("first", token, Some("2026-11-13T00:00:00Z")),
            event(
                "last",
                "require_strong_passwords",
                Some("2026-11-22T11:00:00Z"),
            ),
            event("later", token, Some("2026-11-22T12:00:01Z")),
            event("other", "logo_image_url", Some("2026-11-22T11:00:00Z")),
            event("timeless", token, None),
            json!("odd"),
        ];
        let found = near(&events, times);
        let ids: Vec<_> = found
            .near
            .iter()
            .map(|e| e["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, ["last", "first", "timeless"]);
        assert_eq!(found.dropped, 3, "people are left out");
    }
}
