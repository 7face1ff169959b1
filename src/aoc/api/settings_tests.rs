//! What is read of the settings of an organization, and how it is told.
use super::*;

#[test]
fn times_read_well() {
    for (seconds, text) in [
        (0, "0 seconds"),
        (1, "1 second"),
        (900, "15 minutes"),
        (3600, "1 hour"),
        (93_600, "1 day 2 hours"),
        (604_800, "7 days"),
        (99_999_999, "1157 days 9 hours 46 minutes"),
    ] {
        assert_eq!(human(seconds), text);
    }
}

#[test]
fn whatever_the_api_says_is_kept_as_it_is() {
    let all = json!({
        "id": 7, "tier": "galactic", "access_token_duration": "900", "access_token_refresh_duration": null,
        "node_token_duration": 99_999_999_i64, "require_strong_passwords": true, "session_duration": {"odd": 1},
        "local_included_domains": ["a.example"], "google_included_domains": [{"x": 1}], "tomorrow": 1
    });
    let made = read(
        &all,
        &[Lifetime {
            scope: Scope::User,
            seconds: 900,
        }],
    );
    let told: Vec<_> = made
        .token_settings
        .iter()
        .map(|s| s.reads.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "15 minutes",
            "off",
            "not shown to this user",
            "1157 days 9 hours 46 minutes"
        ]
    );
    assert_eq!(made.token_settings[0].value, Some(json!("900")));
    assert_eq!(made.organization, json!({"id": 7, "tier": "galactic"}));
    assert!(!made.is_hidden() && read(&json!({"id": 1}), &[]).is_hidden());
    assert!(made.dropped_fields >= 2);
    let text = document(&made, "api", "2026-01-01T00:00:00Z").to_string();
    assert!(
        !text.contains("odd") && !text.contains("tomorrow"),
        "{text}"
    );
}

#[test]
fn a_key_has_one_fingerprint_however_it_is_broken_into_lines() {
    let one = "-----BEGIN PUBLIC KEY-----\nAAAA\nBBBB\n-----END PUBLIC KEY-----\n";
    let two = "-----BEGIN PUBLIC KEY-----\r\nAAAABBBB\r\n-----END PUBLIC KEY-----";
    assert_eq!(key_fingerprint(one), key_fingerprint(two));
    assert_eq!(key_fingerprint(one).unwrap().len(), 64);
    assert_eq!(key_fingerprint("no key"), None);
}
