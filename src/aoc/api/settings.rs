//! The organization's settings of tokens and logins, with the words that the web application has for them.
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::changes;
use super::fields::allowed;
use super::node::clock;
use crate::aoc::http::ApiError;
use crate::aoc::login::session::{Lifetime, Scope, Session};

/// The four that decide how long tokens live: name in the API, words of the web application.
pub const TOKEN_SETTINGS: [(&str, &str); 4] = [
    ("access_token_duration", "Access (login) token expiration"),
    ("access_token_refresh_duration", "Refresh token rotation"),
    ("session_duration", "Inactive session logout"),
    ("node_token_duration", "Transfer node token"),
];

/// Rules of passwords and logins: name in the API, words, and whether the number is a time in seconds.
pub(super) const LOGIN_RULES: [(&str, &str, bool); 15] = [
    (
        "password_expiration_interval",
        "Passwords expire after",
        true,
    ),
    (
        "minimum_password_age",
        "Passwords may be changed after",
        true,
    ),
    (
        "minimum_password_length",
        "Shortest password, in characters",
        false,
    ),
    (
        "require_strong_passwords",
        "Strong passwords are required",
        false,
    ),
    (
        "enforce_password_history_count",
        "Changes before a password may come back",
        false,
    ),
    (
        "consecutive_login_failures_limit",
        "Failed logins before a forced change",
        false,
    ),
    (
        "password_reset_token_duration",
        "Reset links are good for",
        true,
    ),
    (
        "new_user_password_reset_token_duration",
        "Invitations are good for",
        true,
    ),
    (
        "local_oauth_enabled",
        "Login with IBMid or a local account",
        false,
    ),
    (
        "local_included_domains",
        "Local login, allowed e-mail domains",
        false,
    ),
    (
        "local_excluded_domains",
        "Local login, refused e-mail domains",
        false,
    ),
    ("google_oauth_included", "Login with Google", false),
    (
        "google_included_domains",
        "Google login, allowed e-mail domains",
        false,
    ),
    (
        "google_excluded_domains",
        "Google login, refused e-mail domains",
        false,
    ),
    (
        "default_ear_setting",
        "Encryption at rest by default",
        false,
    ),
];

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Words of the web application.
    pub label: &'static str,
    /// Name in the API.
    pub setting: &'static str,
    /// What it is set to; seconds where it is a time. `null` switches it off. Absent where it was not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The same for a person.
    pub reads: String,
}

/// What is known of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Organization {
    /// Name, tier and the like.
    pub organization: Value,
    /// The four durations.
    pub token_settings: Vec<Setting>,
    /// Rules of passwords and logins.
    pub login_settings: Vec<Setting>,
    /// SHA-256 over the public key that nodes check this organization's tokens with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification_key_sha256: Option<String>,
    /// How long tokens that were given out just now live.
    pub effective: Vec<Value>,
    /// Changes of these settings near the failure, newest first, as the API lists them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recent_changes: Vec<Value>,
    /// How far this machine's clock is from the cloud's; `null` where it was not asked.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub clock: Value,
    /// What is missing, and how to get it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Fields of the answers that were left out.
    pub dropped_fields: u64,
}

impl Organization {
    /// True if none of the four durations was shown.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.token_settings.iter().all(|s| s.value.is_none())
    }
}

/// A time in seconds for a person: `1 day 2 hours`.
#[must_use]
pub fn human(seconds: i64) -> String {
    let mut left = seconds.unsigned_abs();
    let mut parts = Vec::new();
    for (size, name) in [
        (86_400, "day"),
        (3600, "hour"),
        (60, "minute"),
        (1, "second"),
    ] {
        let count = left / size;
        left %= size;
        if count > 0 {
            parts.push(format!(
                "{count} {name}{}",
                if count == 1 { "" } else { "s" }
            ));
        }
    }
    if parts.is_empty() {
        parts.push("0 seconds".to_owned());
    }
    parts.truncate(3);
    parts.join(" ")
}

pub(super) fn reads(value: Option<&Value>, is_time: bool) -> String {
    match value {
        None => "not shown to this user".to_owned(),
        Some(Value::Null) => "off".to_owned(),
        Some(Value::Bool(on)) => if *on { "on" } else { "off" }.to_owned(),
        Some(Value::Array(items)) => match items.len() {
            0 => "none".to_owned(),
            n => format!("{n} listed"),
        },
        Some(value) => {
            let number = value
                .as_i64()
                .or_else(|| value.as_str().and_then(|t| t.trim().parse().ok()));
            match number {
                Some(seconds) if is_time => human(seconds),
                Some(number) => number.to_string(),
                None => "a value that this program does not know".to_owned(),
            }
        }
    }
}

fn setting(all: &Value, name: &'static str, label: &'static str, is_time: bool) -> Setting {
    // Lists hold plain text only; anything deeper is no setting that we know.
    let plain = |v: &&Value| match v {
        Value::Array(items) => items.iter().all(Value::is_string),
        other => !other.is_object(),
    };
    let value = all.get(name).filter(plain);
    Setting {
        label,
        setting: name,
        reads: reads(value, is_time),
        value: value.cloned(),
    }
}

/// SHA-256 over the key itself, so that line ends and breaks do not matter; in hexadecimal.
#[must_use]
pub fn key_fingerprint(pem: &str) -> Option<String> {
    use sha2::Digest;
    let (_, rest) = pem.split_once("-----BEGIN PUBLIC KEY-----")?;
    let (body, _) = rest.split_once("-----END")?;
    let body: Vec<u8> = body
        .bytes()
        .filter(|b| !b.is_ascii_whitespace() && *b != b'\\')
        .collect();
    let der = data_encoding::BASE64.decode(&body).ok()?;
    Some(data_encoding::HEXLOWER.encode(&sha2::Sha256::digest(&der)))
}

/// Makes the settings of an answer of `/organization`.
#[must_use]
pub fn read(all: &Value, lifetimes: &[Lifetime]) -> Organization {
    let (organization, dropped) = allowed("organization", all);
    let token_settings: Vec<Setting> = TOKEN_SETTINGS
        .iter()
        .map(|(name, label)| setting(all, name, label, true))
        .collect();
    let login_settings: Vec<Setting> = LOGIN_RULES
        .iter()
        .map(|(name, label, is_time)| setting(all, name, label, *is_time))
        .collect();
    let shown = |settings: &[Setting]| settings.iter().filter(|s| s.value.is_some()).count() as u64;
    let key = all.get("oauth_token_verification_key");
    let taken = shown(&token_settings) + shown(&login_settings) + u64::from(key.is_some());
    let effective = lifetimes
        .iter()
        .map(|l| json!({"scope": l.scope.name(), "seconds": l.seconds, "reads": human(l.seconds)}));
    Organization {
        organization,
        token_settings,
        login_settings,
        verification_key_sha256: key.and_then(Value::as_str).and_then(key_fingerprint),
        effective: effective.collect(),
        recent_changes: Vec::new(),
        clock: Value::Null,
        missing: Vec::new(),
        dropped_fields: dropped.saturating_sub(taken),
    }
}

/// Asks for the settings: with the rights of a user, and with those of an admin only where these do not show
/// them. `times` is the window of the failure: changes of settings are told if they lie near it.
///
/// # Errors
/// [`ApiError`], where nothing at all can be read.
pub fn ask(session: &Session<'_>, times: (Timestamp, Timestamp)) -> Result<Organization, ApiError> {
    const PATH: &str = "/api/v1/organization";
    const WHAT: &str = "the organization's settings";
    let (mut all, reply) = session.get(Scope::User, PATH, &[], &[], WHAT)?;
    let clock = clock(&reply, None);
    if !all.is_object() {
        return Err(session.shape(WHAT));
    }
    let mut missing = Vec::new();
    if all.get("access_token_duration").is_none() {
        match session.get(Scope::Admin, PATH, &[], &[], WHAT) {
            Ok((more, _)) if more.is_object() => all = more,
            Ok(_) => {}
            Err(error) => missing.push(format!("{error}; {}", error.remedy())),
        }
    }
    let mut made = read(&all, &session.lifetimes());
    made.clock = clock;
    if made.is_hidden() {
        missing.push(ASK_AN_ADMIN.to_owned());
    } else if let Some(id) = all.get("id").map(super::id_text) {
        let found = changes::ask(session, &id, times);
        made.recent_changes = found.near;
        made.dropped_fields += found.dropped;
    }
    made.missing = missing;
    Ok(made)
}

/// What to do where a user does not see the settings.
pub const ASK_AN_ADMIN: &str = "an organization admin must run this; send them this line: aoc-bundle settings (or a picture of Admin > Organization > Security)";

/// The settings as they are written into the bundle.
#[must_use]
pub fn document(made: &Organization, source: &'static str, at: &str) -> Value {
    let mut out = Map::new();
    out.insert("source".to_owned(), json!(source));
    out.insert("at".to_owned(), json!(at));
    if let Ok(Value::Object(rest)) = serde_json::to_value(made) {
        out.extend(rest);
    }
    Value::Object(out)
}

/// A duration that somebody else than the API told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Name in the API.
    pub setting: &'static str,
    /// Seconds; `None` switches it off.
    pub seconds: Option<u64>,
    /// Who told it: `typed` by the person, `har` by a network trace.
    pub source: &'static str,
    /// When (RFC 3339, UTC).
    pub at: String,
}

/// The four durations as they are written into the bundle where the API did not tell them; each row says
/// where it comes from. `missing` says how to get the rest.
#[must_use]
pub fn document_of(known: &[Known], missing: &str) -> Value {
    let row = |(name, label): &(&'static str, &'static str)| {
        let found = known.iter().find(|k| k.setting == *name);
        let Some(found) = found else {
            return json!({"label": label, "setting": name, "reads": "not given"});
        };
        let value = json!(found.seconds);
        let reads = reads(Some(&value), true);
        json!({"label": label, "setting": name, "value": value, "reads": reads, "source": found.source, "at": found.at})
    };
    let rows: Vec<Value> = TOKEN_SETTINGS.iter().map(row).collect();
    let mut sources: Vec<&str> = known.iter().map(|k| k.source).collect();
    sources.sort_unstable();
    sources.dedup();
    let mut out = json!({
        "source": sources.join(" and "),
        "at": known.iter().map(|k| k.at.as_str()).max(),
        "token_settings": rows,
    });
    let all = TOKEN_SETTINGS
        .iter()
        .all(|(name, _)| known.iter().any(|k| k.setting == *name));
    if let (Some(fields), false) = (out.as_object_mut(), all) {
        fields.insert("missing".to_owned(), json!([missing]));
    }
    out
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
