//! Facts of redacted requests, the texts of findings, and the size of the waterfall.
use super::*;
use crate::diagnose::catalogue::table::failure;
use crate::diagnose::kit_tests::{har, har_entry};
use crate::diagnose::{Observations, conclude};
use crate::redact::hosts::HostKind;
use crate::redact::tests_support::redacted;

fn facts(entries: &[String]) -> Vec<HarFact> {
    observe_har(&redacted(har(entries).as_bytes()), b"", 1)
}

fn entry(table: &toml::Table) -> String {
    har_entry(&table.clone().into())
}

fn found(entries: &[String]) -> Vec<&'static str> {
    let mut observations = Observations::default();
    observations.add_har("network/a.har", facts(entries));
    conclude(observations)
        .findings
        .iter()
        .map(|f| f.id)
        .collect()
}

#[test]
fn texts_state_the_delay_and_the_number_of_requests() {
    let row = failure("network-token-ended").unwrap();
    let mut observations = Observations::default();
    let twice = [har_entry(&row.is[0]), har_entry(&row.is[0])];
    observations.add_har("network/a.har", facts(&twice));
    let found = conclude(observations).findings;
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].title,
        "The transfer node refused 2 requests with status 401: the token had ended 56 min 26 s before"
    );
    assert!(
        found[0]
            .cause
            .ends_with("came: Unable to start node-to-node transfer: Bearer token has expired."),
        "{}",
        found[0].cause
    );
    let lines: Vec<u64> = found[0].evidence.iter().map(|e| e.line).collect();
    assert_eq!(lines, [2, 3]);
}

#[test]
fn unused_ports_of_the_client_are_no_finding() {
    let dead = toml::toml! { url = "http://127.0.0.1:33003/v6/connect/info/ping"
    status = 0 };
    let alive = toml::toml! { url = "http://127.0.0.1:33005/v6/connect/info/ping"
    status = 200 };
    assert_eq!(found(&[entry(&dead)]), ["network-connect-unreachable"]);
    assert!(found(&[entry(&dead), entry(&alive)]).is_empty());
}

#[test]
fn a_redacted_entry_gives_its_facts() {
    let text = r#"{"startedDateTime":"2026-11-17T18:09:31.120Z","time":257.6,"request":{"method":"POST","url":"https://~host.v2pbzuk3qcw2.t7coisnpz2w3~:9092/ops/transfers?x=1","headers":[{"name":"authorization","value":"Bearer ~nodetoken.tp46oi7cf5v2.exp-1794935585.scope-user~"}],"postData":{"text":"{\"tags\": {\"aspera\": {\"xfer_id\": \"cbc4dffe-26df-41ec-a12b-9d0c50b4b3e7\", \"files\": {\"package_id\": \"bQx7dLm2wA\", \"workspace_id\": \"60412\", \"node_id\":31877}}}}"}},"response":{"status":401,"headers":[{"name":"Date","value":"Tue, 17 Nov 2026 18:09:31 GMT"},{"name":"X-Request-Id","value":"0f3d"}],"content":{"text":"{\"error\":{\"code\":401,\"reason\":\"Unauthorized\",\"user_message\":\"No\"}}"}},"timings":{"wait":5}}"#;
    let seen = facts(&[text.to_owned()]);
    let fact = &seen[0];
    assert_eq!((fact.kind, fact.line), (HostKind::Node, 2));
    assert_eq!(fact.host, "~host.v2pbzuk3qcw2.t7coisnpz2w3~:9092");
    assert_eq!(
        (fact.method.as_str(), fact.path.as_str()),
        ("POST", "/ops/transfers")
    );
    assert_eq!((fact.status, fact.token_expired()), (Some(401), Some(true)));
    assert_eq!(fact.request_id.as_deref(), Some("0f3d"));
    assert_eq!(fact.ids.packages, ["bQx7dLm2wA"]);
    assert_eq!(fact.ids.transfers, ["cbc4dffe-26df-41ec-a12b-9d0c50b4b3e7"]);
    assert_eq!(
        (&fact.ids.workspaces[..], &fact.ids.nodes[..]),
        (&["60412".to_owned()][..], &["31877".to_owned()][..])
    );
    assert_eq!(fact.failure.code.as_deref(), Some("401"));
    assert_eq!(fact.failure.message.as_deref(), Some("No"));
    assert_eq!((fact.phases.wait, fact.phases.dns), (Some(5.0), None));
}

#[test]
fn incomplete_and_unusual_traces_give_their_facts() {
    for text in [
        "",
        "x",
        "{\"log\":{\"entries\":[{\"request\":{\"url\":\"h",
        "{\"log\":{\"entries\":[1,null,[],\"x\"]}}",
    ] {
        let seen = observe_har(&redacted(text.as_bytes()), b"", 1);
        assert!(seen.iter().all(|f| f.status.is_none()), "{text}");
    }
    let seen = facts(&["{}".to_owned(), "{\"request\":{\"url\":\"/x\"}}".to_owned()]);
    assert_eq!(seen.len(), 2);
    assert!(
        seen.iter()
            .all(|f| f.kind == HostKind::ThirdParty && !f.failed())
    );
}

#[test]
fn the_waterfall_is_limited_and_keeps_failures() {
    let other = toml::toml! { url = "https://cdn.example/a.js"
    status = 200 };
    let api = toml::toml! { url = "https://api.ibmaspera.com/api/v1/self"
    status = 200 };
    let bad = toml::toml! { url = "https://api.ibmaspera.com/api/v1/packages/7"
    status = 503 };
    let mut entries: Vec<String> = (0..2000).map(|_| entry(&other)).collect();
    entries[5] = entry(&api);
    entries[1500] = entry(&bad);
    let mut observations = Observations::default();
    observations.add_har("network/a.har", facts(&entries));
    let network = conclude(observations).network.unwrap();
    let trace = &network.traces[0];
    assert_eq!((trace.requests, trace.waterfall.len()), (2000, 300));
    let lines: Vec<u64> = trace.waterfall.iter().map(|b| b.line).collect();
    for wanted in [7, 1499, 1501, 1502, 1503, 1505] {
        assert!(lines.contains(&wanted), "{wanted} in {lines:?}");
    }
    assert!(lines.is_sorted());
    let bar = trace.waterfall.iter().find(|b| b.line == 1502).unwrap();
    assert_eq!(
        (bar.offset, bar.connect, bar.ssl),
        (Some(0.0), Some(10.0), Some(20.0))
    );
    assert_eq!((bar.blocked, bar.dns), (Some(1.2), None));
    assert_eq!(trace.failures.len(), 1);
    let counts: Vec<(HostKind, u64, u64)> = trace
        .kinds
        .iter()
        .map(|k| (k.kind, k.requests, k.failed))
        .collect();
    assert_eq!(
        counts,
        [(HostKind::Api, 2, 1), (HostKind::ThirdParty, 1998, 0)]
    );
}

#[test]
fn a_removed_trace_gives_no_findings() {
    let bad = toml::toml! { url = "https://api.ibmaspera.com/api/v1/packages/7"
    status = 503 };
    let mut observations = Observations::default();
    observations.add_har("network/a.har", facts(&[entry(&bad)]));
    observations.forget("network/a.har");
    let diagnosis = conclude(observations);
    assert!(diagnosis.findings.is_empty() && diagnosis.network.is_none());
}

#[test]
fn damaged_traces_do_not_panic_and_keep_their_lines() {
    const DEMO: &[u8] = include_bytes!("../../sources/demo/evidence/aoc-session.har");
    let all = observe_har(&redacted(DEMO), b"", 1);
    assert_eq!(all.len(), 14);
    for cut in (0..DEMO.len()).step_by(1009) {
        let head = observe_har(&redacted(&DEMO[..cut]), b"", 1);
        assert_eq!(head, all[..head.len()], "cut at {cut}");
        let _ = observe_har(&redacted(&DEMO[cut..]), b"{\"log\":{\"entries\":[{", 1);
    }
    for at in (0..DEMO.len()).step_by(997) {
        for byte in [b'"', b'\\', b'}', b'[', 0xff] {
            let mut torn = DEMO.to_vec();
            torn[at] = byte;
            let _ = observe_har(&redacted(&torn), b"", 1);
        }
    }
}
