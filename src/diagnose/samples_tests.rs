//! Real logs (tests/samples): each one has its cause, from either end, from both ends, and from syslog.
use super::kit_tests::{
    CLIENT, SERVER, diagnose_in, diagnose_logs, errors, first_transfer, session_ids,
};

macro_rules! sample {
    ($path:literal) => {
        include_str!(concat!("../../tests/samples/", $path))
    };
}

/// Case, log, and its cause by that log.
const CLIENTS: [(&str, &str, &[&str]); 18] = [
    (
        "a01",
        sample!("a01-test-login-success/client/aspera-scp-transfer.log"),
        &[],
    ),
    (
        "c02",
        sample!("c02-tcp-syn-dropped/client/aspera-scp-transfer.log"),
        &["tcp-timeout"],
    ),
    (
        "c04",
        sample!("c04-tcp-refused/client/aspera-scp-transfer.log"),
        &["tcp-refused"],
    ),
    (
        "c07",
        sample!("c07-remote-shell-prints-banner/client/aspera-scp-transfer.log"),
        &["remote-shell-output"],
    ),
    (
        "d01",
        sample!("d01-no-route-to-network/client/aspera-scp-transfer.log"),
        &["tcp-unreachable"],
    ),
    (
        "e01",
        sample!("e01-source-not-found/client/aspera-scp-transfer.log"),
        &["source-not-found"],
    ),
    (
        "f01",
        sample!("f01-auth-wrong-key/client/aspera-scp-transfer.log"),
        &["ssh-auth"],
    ),
    (
        "g02",
        sample!("g02-token-atm-argument-debug/client/aspera-scp-transfer.log"),
        &["license-server-is-client"],
    ),
    (
        "k01",
        sample!("k01-source-dir-no-permission/client/aspera-scp-transfer.log"),
        &["no-permission"],
    ),
    (
        "l01",
        sample!("l01-license-server-has-client-license-upload/client/aspera-scp-transfer.log"),
        &["license-server-is-client"],
    ),
    (
        "m01",
        sample!("m01-host-key-fingerprint-mismatch/client/aspera-scp-transfer.log"),
        &["host-key-mismatch"],
    ),
    (
        "o01",
        sample!("o01-http-upload-success/client/aspera-scp-transfer.log"),
        &[],
    ),
    (
        "o03",
        sample!("o03-http-headers-logged/client/aspera-scp-transfer.log"),
        &[],
    ),
    (
        "q01",
        sample!("q01-cookie-tags-pii/client/aspera-scp-transfer.log"),
        &["license-server-is-client"],
    ),
    (
        "q02",
        sample!("q02-cookie-tags-pii-debug/client/aspera-scp-transfer.log"),
        &["license-server-is-client"],
    ),
    (
        "s05",
        sample!("s05-peer-bearer-token-expired/client/aspera-scp-transfer.log"),
        &["token-expired"],
    ),
    (
        "t01",
        sample!("t01-management-port/client/aspera-scp-transfer.log"),
        &["license-server-is-client"],
    ),
    (
        "w01",
        sample!("w01-log-turn-over/client/aspera-scp-transfer.1.log"),
        &["tcp-unreachable"],
    ),
];

#[test]
fn every_client_log_has_its_cause() {
    for (case, log, wanted) in CLIENTS {
        assert_eq!(errors(&diagnose_logs(&[(CLIENT, log)])), wanted, "{case}");
    }
}

#[test]
fn syslog_gives_the_same_as_the_log_file() {
    let cases = [
        (
            "c04",
            sample!("c04-tcp-refused/client.messages"),
            "tcp-refused",
        ),
        (
            "c07",
            sample!("c07-remote-shell-prints-banner/client.messages"),
            "remote-shell-output",
        ),
        (
            "d01",
            sample!("d01-no-route-to-network/client.messages"),
            "tcp-unreachable",
        ),
        (
            "e01",
            sample!("e01-source-not-found/client.messages"),
            "source-not-found",
        ),
        (
            "f01",
            sample!("f01-auth-wrong-key/client.messages"),
            "ssh-auth",
        ),
        (
            "k01",
            sample!("k01-source-dir-no-permission/client.messages"),
            "no-permission",
        ),
        (
            "m01",
            sample!("m01-host-key-fingerprint-mismatch/client.messages"),
            "host-key-mismatch",
        ),
        (
            "l01",
            sample!("l01-license-server-has-client-license-upload/server.messages"),
            "license-server-is-client",
        ),
    ];
    for (case, log, wanted) in cases {
        let name = "logs/client/system/messages";
        assert_eq!(errors(&diagnose_logs(&[(name, log)])), [wanted], "{case}");
    }
}

#[test]
fn both_ends_together_are_one_finding() {
    let cases = [
        (
            "c07",
            sample!("c07-remote-shell-prints-banner/client/aspera-scp-transfer.log"),
            sample!("c07-remote-shell-prints-banner/server/aspera-scp-transfer.log"),
            "remote-shell-output",
        ),
        (
            "e01",
            sample!("e01-source-not-found/client/aspera-scp-transfer.log"),
            sample!("e01-source-not-found/server/aspera-scp-transfer.log"),
            "source-not-found",
        ),
        (
            "k01",
            sample!("k01-source-dir-no-permission/client/aspera-scp-transfer.log"),
            sample!("k01-source-dir-no-permission/server/aspera-scp-transfer.log"),
            "no-permission",
        ),
        (
            "l01",
            sample!("l01-license-server-has-client-license-upload/client/aspera-scp-transfer.log"),
            sample!("l01-license-server-has-client-license-upload/server/aspera-scp-transfer.log"),
            "license-server-is-client",
        ),
    ];
    for (case, client, server, wanted) in cases {
        let west = Some("America/Los_Angeles");
        let shown = diagnose_in(&[(CLIENT, client, west), (SERVER, server, Some("UTC"))]);
        assert_eq!(errors(&shown), [wanted], "{case}");
        let ids: Vec<&str> = shown.findings.iter().map(|f| f.id).collect();
        assert!(!ids.contains(&"clock-skew"), "{case}: {ids:?}");
        let transfer = first_transfer(&shown);
        assert_eq!(
            (transfer.sessions.len(), transfer.attempts),
            (1, 1),
            "{case}"
        );
        assert_eq!(transfer.span.uncertain, 0, "{case}");
        // The order of reading changes nothing.
        let turned = diagnose_in(&[(SERVER, server, Some("UTC")), (CLIENT, client, west)]);
        assert_eq!(errors(&turned), [wanted], "{case}");
    }
}

#[test]
fn three_clients_in_one_log_are_three_transfers() {
    let client = sample!("t03-three-clients-one-log/client/aspera-scp-transfer.log");
    let server = sample!("t03-three-clients-one-log/server/aspera-scp-transfer.log");
    for entries in [
        vec![(CLIENT, client)],
        vec![(CLIENT, client), (SERVER, server)],
    ] {
        assert_eq!(
            errors(&diagnose_logs(&entries)),
            ["license-server-is-client"; 3]
        );
    }
}

#[test]
fn error_codes_of_the_management_port_have_their_own_numbering() {
    let frames = sample!("t01-management-port/management.txt");
    let shown = diagnose_logs(&[("logs/client/cli/management.txt", frames)]);
    assert_eq!(errors(&shown), ["license-server-is-client"]);
    let transfer = first_transfer(&shown);
    assert_eq!(transfer.id, "6a31a3b4-3b89-4af4-99ab-1b7b2fdd279e");
    assert_eq!(
        session_ids(transfer),
        ["e45bc0b0-c98b-4ce1-a294-745e321d1557"]
    );
}

#[test]
fn terminal_output_alone_gives_the_cause() {
    for (text, wanted) in [
        (sample!("f01-auth-wrong-key/terminal.txt"), "ssh-auth"),
        (
            sample!("m01-host-key-fingerprint-mismatch/terminal.txt"),
            "host-key-mismatch",
        ),
        (
            sample!("s05-peer-bearer-token-expired/terminal.txt"),
            "token-expired",
        ),
        (sample!("c04-tcp-refused/terminal.txt"), "ssh-connect"),
    ] {
        assert_eq!(
            errors(&diagnose_logs(&[("logs/client/cli/terminal.txt", text)])),
            [wanted]
        );
    }
}

#[test]
fn a_refusal_states_how_long_the_token_had_been_expired() {
    let log = sample!("s05-peer-bearer-token-expired/client/aspera-scp-transfer.log");
    let shown = diagnose_logs(&[(CLIENT, log)]);
    let known = shown.findings[0].known.join(" ");
    assert!(
        known.contains("the token had ended at 2023-11-14T22:13:20"),
        "{known}"
    );
}

#[test]
fn the_timeline_is_in_order_and_names_its_lines() {
    let client = sample!("e01-source-not-found/client/aspera-scp-transfer.log");
    let server = sample!("e01-source-not-found/server/aspera-scp-transfer.log");
    let west = Some("America/Los_Angeles");
    let shown = diagnose_in(&[(CLIENT, client, west), (SERVER, server, Some("UTC"))]);
    assert!(
        shown
            .events
            .iter()
            .any(|e| e.entry == CLIENT && e.what == "session-stop")
    );
    assert!(
        shown
            .events
            .iter()
            .any(|e| e.entry == SERVER && e.what == "session-stop")
    );
    assert!(shown.events.is_sorted_by_key(|e| e.time));
    let text = String::from_utf8(shown.timeline()).unwrap();
    for line in text.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["source"], "log");
        assert!(event["line"].as_u64().unwrap() > 0);
    }
}
