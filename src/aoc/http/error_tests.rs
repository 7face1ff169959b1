//! Our own sentences go through the redactor like everything else: it must find nothing in them to cut.
use std::sync::Arc;

use super::*;
use crate::aoc::login::credentials::CredentialError;
use crate::aoc::login::presets::PresetError;
use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::{Level, Redactor, Rules};

const REFUSALS: [Refusal; 10] = [
    Refusal::Client,
    Refusal::Key,
    Refusal::Clock,
    Refusal::Subject,
    Refusal::Scope,
    Refusal::Grant,
    Refusal::LinkExpired,
    Refusal::LinkPassword,
    Refusal::Unknown,
    Refusal::Other,
];

fn all() -> Vec<ApiError> {
    let host = || "localhost".to_owned();
    let what = "the organization's settings";
    let mut all = vec![
        ApiError::BadAddress,
        ApiError::Insecure { host: host() },
        ApiError::BadId,
        ApiError::BadCredentials,
        ApiError::NoClient,
        ApiError::Dns { host: host() },
        ApiError::Unreachable {
            host: host(),
            port: 9092,
        },
        ApiError::Untrusted { host: host() },
        ApiError::Expired { host: host() },
        ApiError::NotYetValid { host: host() },
        ApiError::WrongHost { host: host() },
        ApiError::BadCertificate { host: host() },
        ApiError::Handshake {
            host: host(),
            port: 443,
        },
        ApiError::ProxyPassword { host: host() },
        ApiError::Proxy { host: host() },
        ApiError::TimedOut { host: host() },
        ApiError::Deadline { host: host() },
        ApiError::Cut { host: host() },
        ApiError::TooLarge {
            host: host(),
            most: 5,
        },
        ApiError::NotJson {
            host: host(),
            status: 502,
        },
        ApiError::Shape { host: host(), what },
        ApiError::Redirected { host: host() },
        ApiError::Unauthorized { host: host() },
        ApiError::NotFound {
            host: host(),
            what: "this package",
        },
        ApiError::Busy {
            host: host(),
            status: 429,
            wait_s: 60,
        },
        ApiError::Status {
            host: host(),
            status: 500,
        },
    ];
    let things = [
        what,
        "this user",
        "the user",
        "a token",
        "packages",
        "contacts",
        "transfers",
        "events",
        "the access key",
        "the facts of the node",
        "the transfers of the organization (Activity app)",
        "a token for the node (a bearer token cannot be exchanged)",
        "files of the package",
        "the workspace",
    ];
    all.extend(things.map(|what| ApiError::Forbidden { host: host(), what }));
    all.extend(REFUSALS.map(|reason| ApiError::Refused {
        host: host(),
        reason,
    }));
    all
}

#[test]
fn no_sentence_of_ours_is_cut() {
    let rules = Arc::new(Rules::builtin().unwrap());
    let redactor = Redactor::new(rules, Pseudonyms::new(&Key::new([5; 32])), Level::Standard);
    let mut texts: Vec<String> = all()
        .iter()
        .flat_map(|e| [e.to_string(), e.remedy()])
        .collect();
    let credentials = [
        CredentialError::None,
        CredentialError::Missing("the client ID"),
        CredentialError::Missing("the user's e-mail"),
        CredentialError::BuiltInClient,
        CredentialError::Vault,
        CredentialError::Browser("web"),
        CredentialError::BadLink,
        CredentialError::BadNodeFile,
    ];
    texts.extend(
        credentials
            .iter()
            .flat_map(|e| [e.to_string(), e.remedy().to_owned()]),
    );
    let presets = [
        PresetError::Unreadable,
        PresetError::Damaged,
        PresetError::Unknown,
        PresetError::Circle,
        PresetError::Ruby {
            field: "passphrase",
        },
        PresetError::NotFollowed {
            field: "client_secret",
            how: "vault",
        },
        PresetError::Missing {
            field: "private_key",
        },
    ];
    texts.extend(presets.iter().map(ToString::to_string));
    let refusals = REFUSALS.map(|r| r.to_string());
    texts.extend(refusals);
    texts.push(crate::aoc::api::settings::ASK_AN_ADMIN.to_owned());
    let cut: Vec<String> = texts
        .iter()
        .map(|t| (t, redactor.clean(t)))
        .filter(|(t, clean)| clean.as_str() != t.as_str())
        .map(|(_, clean)| clean.as_str().to_owned())
        .collect();
    assert_eq!(cut, Vec::<String>::new());
}
