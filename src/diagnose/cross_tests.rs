//! Findings from several sources together: logs, network traces and answers of APIs about one transfer.
use serde_json::{Value, json};

use super::kit_tests::{
    CLIENT, SERVER, Script, UUID, diagnose_all, diagnose_in, errors, first_transfer,
    redacted_again, verdict,
};
use super::*;

const TRACE: &str = "network/trace.har";
const SETTINGS: &str = "settings/organization.json";
const EXPIRED: &str = "ERR FASP Session Peer Error id=UUID (error 73, Could not validate bearer token (access_key='x'), Error: Bearer token has expired.  Expired at '2026-11-21 20:30:00'.  Current time is '2026-11-21 21:20:16'.)";
const UNSAID: &str =
    "ERR FASP Session Peer Error id=UUID (error 73, Management authorization refused)";

/// A log of a session that was refused at 21:20:15.
fn refused(line: &str) -> String {
    let mut script = Script::new("send", 100);
    script
        .line(line)
        .refused("73", "Management authorization refused");
    script.text
}

/// A request that a node answered with 401; its token expires `token` seconds after it.
fn call(at: &str, date: &str, token: i64, more: &Value) -> Value {
    let ends = at.parse::<jiff::Timestamp>().unwrap().as_second() + token;
    let token = format!("Bearer ~jwt.7d7z57ag5xyj.alg-RS256.exp-{ends}~");
    json!({
        "startedDateTime": at, "time": 120.0,
        "request": { "method": "POST", "url": "https://node7.acme.example:9092/ops/transfers",
            "headers": [{ "name": "Authorization", "value": token }],
            "postData": { "mimeType": "application/json", "text": more.to_string() } },
        "response": { "status": 401, "headers": [{ "name": "date", "value": date }],
            "content": { "mimeType": "application/json", "text": "{\"error\":{\"code\":401,\"user_message\":\"No\"}}" } },
        "timings": { "wait": 5 },
    })
}

fn trace(calls: &[Value]) -> String {
    let lines: Vec<String> = calls.iter().map(Value::to_string).collect();
    format!(
        "{{\"log\":{{\"pages\":[],\"entries\":[\n{}\n]}}}}\n",
        lines.join(",\n")
    )
}

fn soon(more: &Value) -> String {
    let date = "Sat, 21 Nov 2026 21:21:00 GMT";
    trace(&[call("2026-11-21T21:21:00.000Z", date, -3000, more)])
}

fn also(finding: &Finding) -> Vec<&str> {
    finding.also.iter().map(|a| a.id).collect()
}

const DURATIONS: &str = r#"{"token_settings":[
    {"setting":"access_token_duration","value":3600,"reads":"1 hour"},
    {"setting":"access_token_refresh_duration","value":null,"reads":"off"},
    {"setting":"node_token_duration","value":86400,"reads":"1 day"}]}"#;

#[test]
fn a_refusal_in_the_browser_and_in_the_log_is_one_finding() {
    let log = refused(EXPIRED);
    let har = soon(&json!({}));
    let shown = diagnose_all(
        &[(CLIENT, &log)],
        &[(TRACE, &har)],
        &[(SETTINGS, DURATIONS)],
    );
    assert_eq!(errors(&shown), ["token-expired"]);
    let finding = &shown.findings[0];
    assert!(
        also(finding).contains(&"network-token-ended"),
        "{finding:#?}"
    );
    let browser = finding.also.iter().find(|a| a.id == "network-token-ended");
    assert_eq!(browser.unwrap().evidence[0].entry, TRACE);
    for words in [
        "The token ended at 2026-11-21T20:31:00Z",
        "before the transfer began",
        "access tokens live 1 h",
        "tokens for transfers against a node 1 day",
        "refresh tokens are off",
    ] {
        let known = finding.known.join(" ");
        assert!(known.contains(words), "{words}: {known}");
    }
    assert_eq!(shown.settings.len(), 3);
    assert_eq!(shown.settings[0].evidence.entry, SETTINGS);
    let lanes: Vec<Lane> = shown.events.iter().map(|e| e.lane).collect();
    assert!(lanes.contains(&Lane::Browser) && lanes.contains(&Lane::Client));
    let times: Vec<_> = shown.events.iter().filter_map(|e| e.time).collect();
    assert!(times.is_sorted(), "{times:?}");
}

#[test]
fn a_more_exact_failure_of_the_trace_is_the_cause() {
    let log = refused(UNSAID);
    let alone = diagnose_all(&[(CLIENT, &log)], &[], &[]);
    assert_eq!(errors(&alone), ["authorization-refused"]);
    let har = soon(&json!({}));
    let shown = diagnose_all(&[(CLIENT, &log)], &[(TRACE, &har)], &[]);
    assert_eq!(errors(&shown), ["network-token-ended"]);
    let finding = &shown.findings[0];
    assert!(
        finding
            .title
            .contains("the token had ended 50 min 0 s before"),
        "{}",
        finding.title
    );
    assert_eq!(first_transfer(&shown).cause, Some("network-token-ended"));
    assert!(also(finding).contains(&"authorization-refused"));
}

#[test]
fn failures_of_another_time_or_transfer_are_separate_findings() {
    let log = refused(EXPIRED);
    let late = trace(&[call(
        "2026-11-22T01:21:00.000Z",
        "Sun, 22 Nov 2026 01:21:00 GMT",
        -3000,
        &json!({}),
    )]);
    let shown = diagnose_all(&[(CLIENT, &log)], &[(TRACE, &late)], &[]);
    assert_eq!(errors(&shown), ["token-expired", "network-token-ended"]);
    // The same id is the same transfer, at any time.
    let named = trace(&[call(
        "2026-11-22T01:21:00.000Z",
        "Sun, 22 Nov 2026 01:21:00 GMT",
        -3000,
        &json!({"tags": {"aspera": {"xfer_id": UUID}}}),
    )]);
    let shown = diagnose_all(&[(CLIENT, &log)], &[(TRACE, &named)], &[]);
    assert_eq!(errors(&shown), ["token-expired"]);
    // Another problem at the same time is another finding.
    let mut full = Script::new("send", 100);
    full.opened().failed("52", "No space left on disk");
    let har = soon(&json!({}));
    let shown = diagnose_all(&[(CLIENT, &full.text)], &[(TRACE, &har)], &[]);
    assert_eq!(errors(&shown), ["disk-full", "network-token-ended"]);
}

#[test]
fn an_answer_about_the_node_explains_the_refusal() {
    let log = refused(UNSAID);
    let loose = r#"{"tethered":false,"node_key_sha256":"00","organization_key_sha256":"11"}"#;
    let shown = diagnose_all(&[(CLIENT, &log)], &[], &[("node/tether.json", loose)]);
    assert_eq!(errors(&shown), ["node-not-tethered"]);
    // An expired token is the cause: the failure of the node is listed below it.
    let log = refused(EXPIRED);
    let shown = diagnose_all(&[(CLIENT, &log)], &[], &[("node/tether.json", loose)]);
    assert_eq!(errors(&shown), ["token-expired"]);
    assert!(also(&shown.findings[0]).contains(&"node-not-tethered"));
    // Without a transfer that it can explain, it is a finding of its own.
    let shown = diagnose_all(&[], &[], &[("node/tether.json", loose)]);
    assert_eq!(errors(&shown), ["node-not-tethered"]);
    assert_eq!(
        verdict(&shown)[0],
        "This evidence shows no transfer; what it shows stands below."
    );
}

#[test]
fn a_warning_explains_no_failure() {
    // The trace of the same transfer has the package.
    let mut script = Script::new("send", 100);
    script.line("LOG \"tags\":{\"aspera\":{\"xfer_id\":\"30628b3e-c864-453b-a30d-cbfb7e11225e\",\"files\":{\"package_id\":\"bQx7dLm2wA\"}}}");
    script.opened().failed("27", "Other Session error");
    let gone = r#"{"state":"expired","package":{"id":"bQx7dLm2wA"}}"#;
    let shown = diagnose_all(
        &[(CLIENT, &script.text)],
        &[],
        &[("aoc/package.json", gone)],
    );
    assert_eq!(errors(&shown).len(), 1, "{:?}", errors(&shown));
    let finding = &shown.findings[0];
    assert_ne!(finding.id, "package-gone");
    assert!(also(finding).contains(&"package-gone"), "{finding:#?}");
}

#[test]
fn settings_alone_are_warnings() {
    let shown = diagnose_all(&[], &[], &[(SETTINGS, DURATIONS)]);
    assert!(errors(&shown).is_empty());
    assert_eq!(shown.findings[0].id, "api-refresh-off");
    assert!(verdict(&shown)[1].starts_with("Worth a look: "));
}

#[test]
fn a_clock_difference_comes_from_uncached_answers_only() {
    let late = "Sat, 21 Nov 2026 21:31:00 GMT";
    let one = call("2026-11-21T21:21:00.000Z", late, 3600, &json!({}));
    let has = |calls: &[Value]| {
        let shown = diagnose_all(&[], &[(TRACE, &trace(calls))], &[]);
        shown.findings.iter().any(|f| f.id == "browser-clock")
    };
    assert!(has(&[one.clone(), one.clone(), one.clone()]));
    assert!(
        !has(std::slice::from_ref(&one)),
        "one answer may have been held up"
    );
    let mut cached = one.clone();
    cached["request"]["method"] = json!("GET");
    assert!(!has(&[cached.clone(), cached.clone(), cached]));
    let well = call(
        "2026-11-21T21:21:00.000Z",
        "Sat, 21 Nov 2026 21:21:30 GMT",
        3600,
        &json!({}),
    );
    assert!(!has(&[well.clone(), well]));
}

#[test]
fn the_facts_of_a_removed_entry_are_removed() {
    let log = refused(EXPIRED);
    let har = soon(&json!({}));
    let mut shown = diagnose_all(
        &[(CLIENT, &log)],
        &[(TRACE, &har)],
        &[(SETTINGS, DURATIONS)],
    );
    shown.rename(TRACE, "network/other.har");
    shown.withhold("network/other.har");
    let json = shown.json().to_string();
    assert!(!json.contains("network/"), "{json}");
    assert_eq!(errors(&shown), ["token-expired"]);
    shown.withhold(SETTINGS);
    assert!(shown.settings.is_empty());
    shown.withhold(CLIENT);
    assert!(shown.findings.iter().all(|f| f.severity != Severity::Error));
    assert!(shown.transfers.is_empty(), "{:#?}", shown.transfers);
}

#[test]
fn each_end_has_its_own_time_and_the_session_the_less_uncertain_one() {
    let mut client = Script::new("send", 1);
    client.from = (12, 0);
    client.opened().line("LOG x").done();
    let mut server = Script::new("recv", 2);
    server.from = (21, 20);
    server.opened().done();
    let shown = |zone| {
        let logs = [
            (CLIENT, client.text.as_str(), zone),
            (SERVER, server.text.as_str(), Some("UTC")),
        ];
        diagnose_in(&logs).transfers.remove(0)
    };
    // The time zone of the client is unknown: nine hours of difference are no clock difference.
    let transfer = shown(None);
    let session = &transfer.sessions[0];
    for span in [&transfer.span, &session.span, &session.ends[1].span] {
        assert_eq!(span.began.as_deref(), Some("2026-11-21T21:20:00.878Z"));
        assert_eq!(span.ended.as_deref(), Some("2026-11-21T21:20:01.878Z"));
        assert_eq!(span.uncertain, 0);
    }
    let own = &session.ends[0];
    assert_eq!(own.span.began.as_deref(), Some("2026-11-21T12:00:00.878Z"));
    assert_eq!((own.span.uncertain, own.zone.as_deref()), (14 * 3600, None));
    assert_eq!(session.ends[1].zone.as_deref(), Some("UTC"));
    assert_eq!(session.clocks_apart, None);
    // With a known time zone the clocks differ by a second, or by many.
    client.text = client
        .text
        .replace(" 12:", " 13:")
        .replace(":00:0", ":20:0");
    let shown = |zone| {
        let logs = [
            (CLIENT, client.text.as_str(), Some(zone)),
            (SERVER, server.text.as_str(), Some("UTC")),
        ];
        diagnose_in(&logs).transfers.remove(0)
    };
    let same = shown("America/Los_Angeles");
    assert_eq!(same.sessions[0].clocks_apart, None);
    assert_eq!(
        same.sessions[0].ends[0].zone.as_deref(),
        Some("America/Los_Angeles")
    );
    let apart = shown("America/Denver");
    assert_eq!(apart.sessions[0].clocks_apart, Some(3600));
}

#[test]
fn successful_requests_and_lists_of_the_apis_are_events() {
    let xfer = "6a31a3b4-3b89-4af4-99ab-1b7b2fdd279e";
    let request = |at: &str, method: &str, url: &str, status: u32| {
        json!({"startedDateTime": at, "time": 50.0,
            "request": {"method": method, "url": url, "headers": []},
            "response": {"status": status, "headers": [],
                "content": {"mimeType": "application/json", "text": format!("{{\"xfer_id\":\"{xfer}\"}}")}}})
    };
    let har = trace(&[
        request(
            "2026-11-21T21:19:00Z",
            "POST",
            "https://api.ibmaspera.com/api/v1/oauth2/acme/token",
            200,
        ),
        request(
            "2026-11-21T21:19:01Z",
            "GET",
            "https://api.ibmaspera.com/api/v1/self",
            200,
        ),
        request(
            "2026-11-21T21:19:02Z",
            "POST",
            "https://node7.acme.example:9092/files/upload_setup",
            200,
        ),
        request(
            "2026-11-21T21:19:03Z",
            "POST",
            "http://127.0.0.1:33003/v6/connect/transfers/start",
            200,
        ),
    ]);
    let listed = json!({"transfers": [{"id": UUID, "status": "failed", "bytes_transferred": 7,
        "start_time_usec": 1_795_296_015_000_000_i64, "end_time_usec": 1_795_296_025_000_000_i64}]});
    let log = refused(EXPIRED);
    let shown = diagnose_all(
        &[(CLIENT, &log)],
        &[(TRACE, &har)],
        &[("node/transfers.json", &listed.to_string())],
    );
    let listed: Vec<(Lane, &str)> = shown
        .events
        .iter()
        .filter(|e| matches!(e.lane, Lane::Browser | Lane::Api))
        .map(|e| (e.lane, e.what))
        .collect();
    assert_eq!(
        listed,
        [
            (Lane::Browser, "token"),
            (Lane::Browser, "transfer"),
            (Lane::Browser, "client"),
            (Lane::Api, "listed-start"),
            (Lane::Api, "listed-stop"),
        ]
    );
    let by_api = shown
        .events
        .iter()
        .find(|e| e.what == "listed-stop")
        .unwrap();
    assert_eq!(by_api.transfer.as_deref(), Some(UUID));
    let by_browser = shown.events.iter().find(|e| e.what == "client").unwrap();
    assert_eq!(by_browser.transfer.as_deref(), Some(xfer));
    assert!(
        by_browser
            .text
            .starts_with("the Aspera client took a transfer")
    );
    // Redaction changes nothing in their texts.
    for event in shown
        .events
        .iter()
        .filter(|e| e.source != EvidenceSource::Log)
    {
        assert_eq!(redacted_again(&event.text), event.text);
    }
}
