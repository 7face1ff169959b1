//! Which way in is chosen, what is missing, and what is refused.
use super::*;
use crate::aoc::fake::keys::new_pem;
use crate::aoc::http::Auth;
use crate::aoc::login::keys::KeyError;

fn s(text: &str) -> Option<SecretString> {
    Some(SecretString::from(text))
}

#[test]
fn the_first_place_wins_and_the_way_in_is_chosen_by_what_is_there() {
    let first = Given {
        client_id: Some("one".into()),
        ..Given::default()
    };
    let second = Given {
        client_id: Some("two".into()),
        username: Some("ana@made-up.test".into()),
        private_key: s(&new_pem().unwrap()),
        ..Given::default()
    };
    let Ok(Login::Jwt {
        client_id,
        username,
        ..
    }) = first.or(second).login()
    else {
        panic!()
    };
    assert_eq!(
        (client_id.as_str(), username.as_str()),
        ("one", "ana@made-up.test")
    );
    let token = Given {
        token: s("Bearer  abc\n"),
        client_id: Some("x".into()),
        ..Given::default()
    };
    let Ok(Login::Bearer(token)) = token.login() else {
        panic!()
    };
    assert_eq!(token.expose_secret(), "abc");
    for (link, token) in [
        (
            "https://acme.ibmaspera.com/packages/public/receive?x=1&token=tok-1",
            "tok-1",
        ),
        (" tok-2 ", "tok-2"),
    ] {
        let given = Given {
            link: s(link),
            ..Given::default()
        };
        let Ok(Login::Link { token: found, .. }) = given.login() else {
            panic!("{link}")
        };
        assert_eq!(found.expose_secret(), token);
    }
}

#[test]
fn what_is_missing_is_named() {
    let key = || s("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    let id = || Some("id".to_owned());
    let cases = [
        (Given::default(), CredentialError::None),
        (
            Given {
                client_id: id(),
                ..Given::default()
            },
            CredentialError::Missing("the private key"),
        ),
        (
            Given {
                private_key: key(),
                ..Given::default()
            },
            CredentialError::Missing("the client ID"),
        ),
        (
            Given {
                private_key: key(),
                client_id: id(),
                ..Given::default()
            },
            CredentialError::Missing("the user's e-mail"),
        ),
        (
            Given {
                private_key: key(),
                client_id: id(),
                username: id(),
                ..Given::default()
            },
            CredentialError::Key(KeyError::Public),
        ),
        (
            Given {
                link: s("https://aspera.pub/abc"),
                ..Given::default()
            },
            CredentialError::BadLink,
        ),
    ];
    for (given, error) in cases {
        assert_eq!(given.login().unwrap_err(), error);
    }
}

#[test]
fn presets_that_need_more_than_we_do_are_refused_with_what_to_do() {
    let with = |auth: &str, client: bool, key: bool, vault: bool| Preset {
        auth: Some(auth.to_owned()),
        client_id: client.then(|| "id".to_owned()),
        private_key: key.then(|| SecretString::from("k")),
        vault,
        ..Preset::default()
    };
    assert!(Given::of_preset(with("jwt", true, true, true)).is_ok());
    for (preset, error) in [
        (
            with("web", true, true, false),
            CredentialError::Browser("web"),
        ),
        (
            with("boot", true, false, false),
            CredentialError::Browser("boot"),
        ),
        (
            with("jwt", false, true, false),
            CredentialError::BuiltInClient,
        ),
        (with("jwt", true, false, true), CredentialError::Vault),
    ] {
        assert_eq!(Given::of_preset(preset).unwrap_err(), error);
    }
}

#[test]
fn node_files_hold_a_pair_or_a_token() {
    let read = |text: &str| node_auth(&SecretString::from(text));
    assert!(
        matches!(read("ak1:se:cr\n"), Ok(Auth::Basic(u, p)) if u == "ak1" && p.expose_secret() == "se:cr")
    );
    let token = read("bearer eJx\r\nX-Aspera-AccessKey: ak2\r\n");
    assert!(
        matches!(token, Ok(Auth::NodeBearer(t, k)) if t.expose_secret() == "eJx" && k == "ak2")
    );
    for bad in ["", "\n", "user", ":x", "u:", "Bearer x", "a:b\nc:d"] {
        assert_eq!(
            read(bad).unwrap_err(),
            CredentialError::BadNodeFile,
            "{bad}"
        );
    }
}
