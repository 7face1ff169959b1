//! Logins against the fake: every grant, every way it is refused, and tokens that end in the middle.
use std::sync::LazyLock;
use std::time::Duration;

use super::*;
use crate::aoc::fake::Fake;
use crate::aoc::fake::keys::new_pem;
use crate::aoc::fake::wire::Answer;
use crate::aoc::http::{Origin, Proxies, Settings};
use crate::aoc::login::credentials::Given;
use crate::aoc::login::keys::SigningKey;

/// Lives as long as the tests: a session borrows it.
fn kept(given: Given) -> &'static Login {
    Box::leak(Box::new(given.login().unwrap()))
}

static KEY: LazyLock<String> = LazyLock::new(|| new_pem().unwrap());
const ANA: &str = "ana.weber@acme.example";
const BOB: &str = "bob.lang@acme.example";
const ADMIN_CLIENT: &str = "cl1EntaBc9";

pub(crate) fn client(fake: &Fake) -> Client {
    let settings = Settings {
        roots: vec![fake.authority.root()],
        proxies: Proxies::None,
        addresses: vec![
            ("api.made-up.test".to_owned(), fake.cloud()),
            ("node.made-up.test".to_owned(), fake.node()),
        ],
        deadline: Duration::from_secs(10),
        ..Settings::default()
    };
    Client::new(&settings).unwrap()
}

fn address(fake: &Fake, organization: &str) -> Address {
    let api = Origin {
        host: "api.made-up.test".to_owned(),
        port: fake.cloud().port(),
    };
    Address {
        organization: Some(organization.to_owned()),
        api,
    }
}

fn jwt(id: &str, user: &str, key: &str) -> Given {
    Given {
        client_id: Some(id.to_owned()),
        username: Some(user.to_owned()),
        private_key: Some(SecretString::from(key)),
        ..Given::default()
    }
}

fn fake(ahead: i64) -> Fake {
    let fake = Fake::ahead(ahead).unwrap();
    let key = SigningKey::read(KEY.as_bytes(), None).unwrap();
    for user in [ANA, BOB, "eve@globex.example"] {
        fake.world.register_key(user, key.public());
    }
    fake
}

fn me(fake: &Fake, organization: &str, given: Given) -> Result<Value, ApiError> {
    let client = client(fake);
    let session = Session::new(&client, address(fake, organization), kept(given));
    session
        .get(Scope::User, "/api/v1/self", &[], &[], "the user")
        .map(|r| r.0)
}

#[test]
fn a_signed_assertion_gives_a_token_of_each_scope() {
    let fake = fake(0);
    let client = client(&fake);
    let given = Given {
        client_secret: Some(SecretString::from("CANARY-clientsecret-0af3")),
        ..jwt(ADMIN_CLIENT, ANA, &KEY)
    };
    let session = Session::new(&client, address(&fake, "acme"), kept(given));
    let get = |scope| {
        session
            .get(scope, "/api/v1/organization", &[], &[], "x")
            .unwrap()
            .0
    };
    assert_eq!(get(Scope::User).get("access_token_duration"), None);
    assert_eq!(get(Scope::Admin)["access_token_duration"], 3600);
    let lives: Vec<_> = session
        .lifetimes()
        .iter()
        .map(|l| (l.scope, l.seconds))
        .collect();
    assert_eq!(lives, [(Scope::User, 3600), (Scope::Admin, 1800)]);
    get(Scope::User);
    assert_eq!(
        fake.world
            .asked()
            .iter()
            .filter(|p| p.ends_with("/token"))
            .count(),
        2,
        "tokens are kept"
    );
    assert_eq!(
        me(&fake, "globex", jwt("glbx1", "eve@globex.example", &KEY)).unwrap()["id"],
        77001
    );
    assert_eq!(fake.world.writes(), Vec::<String>::new());
}

#[test]
fn each_refusal_has_its_reason() {
    let good = fake(0);
    let late = fake(4000);
    let early = fake(-4000);
    let other = new_pem().unwrap();
    let secret = |given: Given, text: &str| Given {
        client_secret: Some(SecretString::from(text)),
        ..given
    };
    let link = |token: &str, password: Option<&str>| Given {
        link: Some(SecretString::from(token)),
        link_password: password.map(SecretString::from),
        ..Given::default()
    };
    let full = "CANARY-linktoken-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let refresh = |token: &str| Given {
        client_id: Some(ADMIN_CLIENT.to_owned()),
        refresh_token: Some(SecretString::from(token)),
        ..Given::default()
    };
    let cases = [
        (&good, jwt("nobody", ANA, &KEY), Refusal::Client),
        (
            &good,
            secret(jwt(ADMIN_CLIENT, ANA, &KEY), "wrong"),
            Refusal::Client,
        ),
        (&good, jwt(ADMIN_CLIENT, ANA, &other), Refusal::Key),
        (
            &good,
            jwt(ADMIN_CLIENT, "carl@acme.example", &KEY),
            Refusal::Subject,
        ),
        (&good, jwt("cl3NoJwt", ANA, &KEY), Refusal::Grant),
        (&late, jwt(ADMIN_CLIENT, ANA, &KEY), Refusal::Clock),
        (&early, jwt(ADMIN_CLIENT, ANA, &KEY), Refusal::Clock),
        (
            &good,
            link("CANARY-linktoken-expired", None),
            Refusal::LinkExpired,
        ),
        (&good, link(full, Some("wrong")), Refusal::LinkPassword),
        (&good, link(full, None), Refusal::LinkPassword),
        (&good, link("unknown", None), Refusal::Unknown),
        (&good, refresh("unknown"), Refusal::Unknown),
    ];
    for (fake, given, reason) in cases {
        let told = format!("{given:?}");
        let error = me(fake, "acme", given).unwrap_err();
        assert_eq!(
            error,
            ApiError::Refused {
                host: "api.made-up.test".to_owned(),
                reason
            },
            "{told}"
        );
        assert!(!error.to_string().contains("CANARY") && !error.remedy().is_empty());
    }
    let client = client(&good);
    let user_only = Session::new(
        &client,
        address(&good, "acme"),
        kept(jwt("cl2UserOnly", BOB, &KEY)),
    );
    let error = user_only
        .get(Scope::Admin, "/api/v1/organization", &[], &[], "x")
        .err()
        .unwrap();
    assert!(matches!(
        error,
        ApiError::Refused {
            reason: Refusal::Scope,
            ..
        }
    ));
    let Ok(_) = me(&good, "acme", refresh("CANARY-refresh-77")) else {
        panic!()
    };
    let by_link = Session::new(
        &client,
        address(&good, "acme"),
        kept(link(full, Some("CANARY-linkpw-1"))),
    );
    assert!(
        by_link
            .get(
                Scope::User,
                "/api/v1/packages/{id}",
                &["bYA_ilq73g"],
                &[],
                "x"
            )
            .is_ok()
    );
}

#[test]
fn a_token_that_ends_in_the_middle_costs_one_more_login() {
    let fake = fake(0);
    let client = client(&fake);
    let session = Session::new(
        &client,
        address(&fake, "acme"),
        kept(jwt(ADMIN_CLIENT, ANA, &KEY)),
    );
    let ask = || {
        session
            .get(Scope::User, "/api/v1/self", &[], &[], "the user")
            .map(|_| ())
    };
    ask().unwrap();
    fake.world.end_tokens();
    ask().unwrap();
    let refusing = Answer::json(401, &serde_json::json!({"code": "unauthorized"}));
    fake.world.fail("/api/v1/self", 9, refusing);
    assert_eq!(
        ask(),
        Err(ApiError::Unauthorized {
            host: "api.made-up.test".to_owned()
        })
    );
    let own = Given {
        token: Some(SecretString::from("stale")),
        ..Given::default()
    };
    let before = fake.world.asked().len();
    assert!(matches!(
        me(&fake, "acme", own),
        Err(ApiError::Unauthorized { .. })
    ));
    assert_eq!(
        fake.world.asked().len(),
        before + 1,
        "a token of one's own is not tried twice"
    );
}

#[test]
fn lists_are_read_to_their_end_or_to_the_cap() {
    let fake = fake(0);
    let client = client(&fake);
    let session = Session::new(
        &client,
        address(&fake, "acme"),
        kept(jwt(ADMIN_CLIENT, ANA, &KEY)),
    );
    let list = |most| {
        session
            .list(
                Scope::User,
                "/api/v1/packages",
                &[("q", "reel")],
                most,
                "packages",
            )
            .map(|(r, m)| (r.len(), m))
    };
    assert_eq!(list(100), Ok((2, false)));
    assert_eq!(list(2), Ok((2, false)));
    assert_eq!(list(1), Ok((1, true)));
    // A server that gives smaller pages than asked for.
    let page = |name: &str| {
        Answer::json(200, &serde_json::json!([{"id": name}])).with("X-Total-Count", "3")
    };
    for name in ["a", "b", "c"] {
        fake.world.fail("/api/v1/packages", 1, page(name));
    }
    assert_eq!(list(100), Ok((3, false)));
    fake.world.fail(
        "/api/v1/packages",
        1,
        Answer::json(200, &serde_json::json!({"x": 1})),
    );
    assert!(matches!(
        list(100),
        Err(ApiError::Shape {
            what: "packages",
            ..
        })
    ));
}
