//! A node, asked in every way that it knows, against the fake.
use secrecy::SecretString;
use serde_json::{Value, json};

use super::tests::{Stage, basic, clean, kept, key, since, window};
use super::*;
use crate::aoc::api_address::Address;
use crate::aoc::fake::wire::Answer;
use crate::aoc::http::{ApiError, Origin};
use crate::aoc::login::credentials::Given;
use crate::aoc::login::session::Session;

#[test]
fn a_node_tells_what_it_is_and_that_it_is_tethered() {
    let stage = Stage::new(0);
    let node = stage.node(key());
    let info = node.info().unwrap();
    assert_eq!(info["info"]["version"], "4.4.5.1646");
    assert_eq!(
        (
            info["settings"]["wss_port"].as_i64(),
            info["capabilities"]["sync"].as_bool()
        ),
        (Some(443), Some(true))
    );
    assert_eq!(info["clock"]["at_risk"], false, "{info}");
    assert_eq!(info["certificate"]["accepted"], true);
    let access_key = node.access_key().unwrap();
    let transfers = node.transfers(since(), Some("bYA_ilq73g")).unwrap();
    assert_eq!(transfers["transfers"].as_array().unwrap().len(), 1);
    assert_eq!(
        transfers["transfers"][0]["sessions"][0]["error_desc"],
        "token expired"
    );
    let events = node.events(since()).unwrap();
    assert_eq!(events["events"][0]["data"], json!({"error_code": 37}));
    let files = node.files("30002").unwrap();
    assert_eq!(files["files"].as_array().unwrap().len(), 2);
    let organization = settings::ask(&stage.ana(), window())
        .unwrap()
        .verification_key_sha256;
    let tether = node::tether(
        Some(&access_key),
        Some(&info),
        organization.as_deref(),
        Some(&transfers),
    );
    assert_eq!(tether["tethered"], true);
    assert!(
        tether["signs"]
            .as_array()
            .unwrap()
            .iter()
            .all(|s| s["says"] == true),
        "{tether}"
    );
    let other = node::tether(Some(&access_key), None, Some("00"), None);
    assert_eq!(other["tethered"], false);
    assert_eq!(
        node::tether(None, None, None, None)["tethered"],
        Value::Null
    );
    for value in [
        &info,
        &node::access_key_document(&access_key),
        &transfers,
        &events,
        &files,
        &tether,
    ] {
        clean(value);
    }
}

#[test]
fn nodes_can_be_asked_in_every_way_that_they_know() {
    let stage = Stage::new(0);
    let user = stage.node(basic("node_admin", "CANARY-nodepw-1"));
    assert!(user.info().is_ok());
    assert!(matches!(user.access_key(), Err(ApiError::NotFound { .. })));
    let token = stage.ana().node_auth("acme-key-1").unwrap();
    assert!(stage.node(Some(token)).access_key().is_ok());
    let wrong = stage.node(basic("acme-key-1", "wrong"));
    assert!(matches!(wrong.info(), Err(ApiError::Unauthorized { .. })));
    let nobody = stage.node(None).info().unwrap();
    assert_eq!(
        (
            nobody["ping"].as_i64(),
            nobody["certificate"]["fits_host"].as_bool()
        ),
        (Some(200), Some(true))
    );
    let own = Given {
        token: Some(SecretString::from("x")),
        ..Given::default()
    };
    let api = Origin {
        host: "api.made-up.test".to_owned(),
        port: 1,
    };
    let session = Session::new(
        &stage.client,
        Address {
            organization: None,
            api,
        },
        kept(own),
    );
    assert!(matches!(
        session.node_auth("k"),
        Err(ApiError::Forbidden { .. })
    ));
}

#[test]
fn pages_of_nodes_are_followed_and_clocks_compared() {
    let stage = Stage::new(300);
    let node = stage.node(key());
    let info = node.info().unwrap();
    assert_eq!(info["clock"]["at_risk"], true);
    let ahead = info["clock"]["current_time_ahead_s"].as_i64().unwrap();
    assert!((297..=303).contains(&ahead), "{ahead}");
    let page = |id: u32, next: Option<&str>| {
        let answer = Answer::json(200, &json!([{"id": id, "types": ["a"]}]));
        match next {
            Some(link) => answer.with("Link", format!("<{link}>; rel=\"next\"")),
            None => answer,
        }
    };
    stage
        .fake
        .world
        .fail("/events", 1, page(1, Some("/events?iteration_token=7")));
    stage.fake.world.fail(
        "/events",
        1,
        page(2, Some("https://evil.example/events?iteration_token=8")),
    );
    stage.fake.world.fail("/events", 1, page(3, None));
    let events = node.events(since()).unwrap();
    assert_eq!(events["events"].as_array().unwrap().len(), 3);
    assert!(
        stage
            .client
            .calls()
            .list()
            .iter()
            .all(|c| c.host == "node.made-up.test")
    );
    stage
        .fake
        .world
        .fail("/ops", 2, Answer::json(200, &json!([])));
    let none = node.transfers(since(), Some("x")).unwrap();
    assert!(
        none["remark"]
            .as_str()
            .unwrap()
            .contains("activity logging"),
        "{none}"
    );
    stage
        .fake
        .world
        .fail("/ops", 1, Answer::json(200, &json!({"error": "x"})));
    assert!(matches!(
        node.transfers(since(), None),
        Err(ApiError::Shape { .. })
    ));
}
