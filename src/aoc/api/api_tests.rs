//! The typed questions against the fake: what is found, what is filtered, and what is told where it is not.
use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;

use super::*;
use crate::aoc::api_address::Address;
use crate::aoc::fake::Fake;
use crate::aoc::fake::keys::new_pem;
use crate::aoc::fake::wire::Answer;
use crate::aoc::http::{ApiError, Auth, Client, Origin, Proxies, Settings};
use crate::aoc::login::credentials::{Given, Login};
use crate::aoc::login::keys::SigningKey;
use crate::aoc::login::session::Session;
use node::Node;
use packages::Found;

/// Lives as long as the tests: a session borrows it.
pub(super) fn kept(given: Given) -> &'static Login {
    Box::leak(Box::new(given.login().unwrap()))
}

static KEY: LazyLock<String> = LazyLock::new(|| new_pem().unwrap());

pub(super) struct Stage {
    pub(super) fake: Fake,
    pub(super) client: Client,
}

impl Stage {
    pub(super) fn new(ahead: i64) -> Self {
        let fake = Fake::ahead(ahead).unwrap();
        let key = SigningKey::read(KEY.as_bytes(), None).unwrap();
        for user in [
            "ana.weber@acme.example",
            "bob.lang@acme.example",
            "eve@globex.example",
        ] {
            fake.world.register_key(user, key.public());
        }
        let client = Client::new(&Settings {
            roots: vec![fake.authority.root()],
            proxies: Proxies::None,
            addresses: vec![
                ("api.made-up.test".to_owned(), fake.cloud()),
                ("node.made-up.test".to_owned(), fake.node()),
            ],
            deadline: Duration::from_secs(10),
            ..Settings::default()
        });
        Self {
            client: client.unwrap(),
            fake,
        }
    }

    pub(super) fn session(&self, organization: &str, id: &str, user: &str) -> Session<'_> {
        let given = Given {
            client_id: Some(id.to_owned()),
            username: Some(user.to_owned()),
            private_key: Some(SecretString::from(KEY.as_str())),
            ..Given::default()
        };
        let api = Origin {
            host: "api.made-up.test".to_owned(),
            port: self.fake.cloud().port(),
        };
        let address = Address {
            organization: Some(organization.to_owned()),
            api,
        };
        Session::new(&self.client, address, kept(given))
    }

    pub(super) fn ana(&self) -> Session<'_> {
        self.session("acme", "cl1EntaBc9", "ana.weber@acme.example")
    }

    pub(super) fn node(&self, auth: Option<Auth>) -> Node<'_> {
        let origin = Origin {
            host: "node.made-up.test".to_owned(),
            port: self.fake.node().port(),
        };
        Node::new(&self.client, origin, auth)
    }
}

pub(super) fn basic(user: &str, password: &str) -> Option<Auth> {
    Some(Auth::Basic(user.to_owned(), SecretString::from(password)))
}

pub(super) fn key() -> Option<Auth> {
    basic("acme-key-1", "CANARY-aksecret-2")
}

/// Nothing that must not get out is in it.
#[track_caller]
pub(super) fn clean(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(value).unwrap();
    assert!(!text.contains("CANARY"), "{text}");
    text
}

pub(super) fn since() -> Timestamp {
    "2026-11-22T00:00:00Z".parse().unwrap()
}

pub(super) fn window() -> (Timestamp, Timestamp) {
    (since(), "2026-11-23T00:00:00Z".parse().unwrap())
}

#[test]
fn an_admin_sees_all_settings_and_a_user_is_told_whom_to_ask() {
    let stage = Stage::new(0);
    let made = settings::ask(&stage.ana(), window()).unwrap();
    let told: Vec<_> = made
        .token_settings
        .iter()
        .map(|s| s.reads.as_str())
        .collect();
    assert_eq!(told, ["1 hour", "off", "2 hours", "1 day"]);
    assert_eq!(
        made.verification_key_sha256.as_ref().map(String::len),
        Some(64)
    );
    assert_eq!(made.recent_changes.len(), 1);
    assert_eq!(made.clock["at_risk"], false);
    let ahead = Stage::new(300);
    let clock = settings::ask(&ahead.ana(), window()).unwrap().clock;
    assert_eq!(clock["at_risk"], true, "{clock}");
    assert!(
        made.missing.is_empty() && made.dropped_fields >= 3,
        "{made:?}"
    );
    let lives: Vec<_> = made
        .effective
        .iter()
        .map(|e| e["seconds"].as_i64().unwrap())
        .collect();
    assert_eq!(lives, [3600, 1800]);
    clean(&made);

    let made = settings::ask(
        &stage.session("acme", "cl1EntaBc9", "bob.lang@acme.example"),
        window(),
    )
    .unwrap();
    assert!(
        made.is_hidden()
            && made
                .missing
                .iter()
                .any(|m| m.contains("admin must run this")),
        "{made:?}"
    );
    assert_eq!(made.organization["name"], "Acme Made-up");
    let made = settings::ask(
        &stage.session("acme", "cl2UserOnly", "bob.lang@acme.example"),
        window(),
    )
    .unwrap();
    assert!(
        made.missing[0].contains("may not have the wanted rights"),
        "{made:?}"
    );

    let made = settings::ask(
        &stage.session("globex", "glbx1", "eve@globex.example"),
        window(),
    )
    .unwrap();
    let told: Vec<_> = made
        .token_settings
        .iter()
        .map(|s| s.reads.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "15 minutes",
            "365 days",
            "off",
            "1157 days 9 hours 46 minutes"
        ]
    );
    assert_eq!(made.organization["tier"], "galactic");
    assert_eq!(stage.fake.world.writes(), Vec::<String>::new());
}

#[test]
fn packages_are_found_by_id_and_by_name() {
    let stage = Stage::new(0);
    let session = stage.ana();
    let find = |id: Option<&str>, name: Option<&str>| {
        let wanted = Wanted {
            package_id: id.map(str::to_owned),
            package_name: name.map(str::to_owned),
            ..Wanted::default()
        };
        packages::package(&session, &wanted)
    };
    let one = |found: Result<Found, ApiError>| match found {
        Ok(Found::One(v)) => *v,
        other => panic!("{other:?}"),
    };
    let package = one(find(Some("bYA_ilq73g"), None));
    let document = packages::package_document(
        &package,
        Some(&json!({"id": "45100", "name": "Dailies", "x": 1})),
    );
    assert_eq!(
        (
            document["state"].as_str(),
            document["package"]["files_completed"].as_i64()
        ),
        (Some("failed"), Some(2))
    );
    assert_eq!(document["dropped_fields"], 3, "{document}");
    clean(&document);
    assert_eq!(
        one(find(None, Some("reel 12 DAILIES")))["id"],
        "bYA_ilq73g",
        "exact in any case"
    );
    assert_eq!(
        one(find(None, Some("resend")))["id"],
        "cZB_kmr84h",
        "part of a name, if there is one only"
    );
    let Ok(Found::Several(rows)) = find(None, Some("reel")) else {
        panic!()
    };
    assert_eq!(rows.len(), 2);
    assert_eq!(find(None, Some("nothing like it")), Ok(Found::Nothing));
    let gone = find(Some("nope"), None).unwrap_err();
    assert!(matches!(
        gone,
        ApiError::NotFound {
            what: "this package",
            ..
        }
    ));
    assert!(
        matches!(
            find(Some("zzTop_1234"), None),
            Err(ApiError::NotFound { .. })
        ),
        "of another organization"
    );
}

#[test]
fn users_are_found_and_only_their_known_fields_go_on() {
    let stage = Stage::new(0);
    let session = stage.ana();
    let find = |id: Option<&str>, name: Option<&str>| {
        let wanted = Wanted {
            user_id: id.map(str::to_owned),
            user_name: name.map(str::to_owned),
            ..Wanted::default()
        };
        match packages::user(&session, &wanted).unwrap() {
            Found::One(v) => packages::user_document(&v),
            other => json!(format!("{other:?}")),
        }
    };
    for (id, name, email) in [
        (None, None, "ana.weber@acme.example"),
        (Some("45071"), None, "ana.weber@acme.example"),
        (Some("45072"), None, "bob.lang@acme.example"),
        (None, Some("Bob Lang"), "bob.lang@acme.example"),
        (
            None,
            Some("ANA.weber@acme.example"),
            "ana.weber@acme.example",
        ),
    ] {
        let found = find(id, name);
        assert_eq!(found["user"]["email"], email, "{id:?} {name:?} {found}");
        clean(&found);
    }
    assert_eq!(find(None, Some("Nobody")), json!("Nothing"));
}

#[test]
fn transfers_are_read_page_by_page_and_kept_for_the_package() {
    let stage = Stage::new(0);
    let session = stage.ana();
    let until = "2026-11-23T00:00:00Z".parse().unwrap();
    let ask = |package| packages::transfers(&session, "5501", (since(), until), package).unwrap();
    let all = ask(None);
    assert_eq!(all["transfers"].as_array().unwrap().len(), 2);
    let own = ask(Some("bYA_ilq73g"));
    assert_eq!(
        (
            own["transfers"][0]["error_code"].as_i64(),
            own["more"].as_bool()
        ),
        (Some(37), Some(false))
    );
    clean(&all);
    let asked = |n: &str| {
        let page = json!({"transfers": [{"uuid": n}], "next": {"href": format!("https://evil.example/steal?limit=1&x={n}")}});
        Answer::json(200, &page)
    };
    for n in ["1", "2"] {
        stage.fake.world.fail("/analytics", 1, asked(n));
    }
    stage.fake.world.fail(
        "/analytics",
        1,
        Answer::json(200, &json!({"transfers": []})),
    );
    assert_eq!(ask(None)["transfers"].as_array().unwrap().len(), 2);
    let hosts: Vec<_> = stage
        .client
        .calls()
        .list()
        .into_iter()
        .map(|c| c.host)
        .collect();
    assert!(
        hosts.iter().all(|h| h == "api.made-up.test"),
        "links are never gone to: {hosts:?}"
    );
}
