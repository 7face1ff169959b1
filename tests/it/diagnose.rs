//! `diagnose`: the same findings from raw logs, from a bundle, and from the folder that it unpacks to.
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::kit::{CONNECT, Run, SERVER, TRANSFER, Tree};
use crate::zips::Bundle;

const REFUSED: &str =
    include_str!("../samples/s05-peer-bearer-token-expired/client/aspera-scp-transfer.log");
const BANNER: [&str; 2] = [
    include_str!("../samples/c07-remote-shell-prints-banner/client/aspera-scp-transfer.log"),
    include_str!("../samples/c07-remote-shell-prints-banner/server/aspera-scp-transfer.log"),
];

/// A trace with one call that a node refused, with a token that had ended.
fn trace() -> String {
    let part = |value: &Value| data_encoding::BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let token = [
        part(&json!({"alg": "RS256", "typ": "JWT"})),
        part(&json!({"iat": 1_763_000_000, "exp": 1_763_003_600, "sub": "ana.weber@acme.example"})),
        "c2lnbmF0dXJlLW9mLXRoZS10b2tlbi0wMDAxMjM0NTY3ODk".to_owned(),
    ];
    json!({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "pages": [], "entries": [{
        "startedDateTime": "2025-11-13T09:00:00.000Z", "time": 257.6,
        "request": {"method": "POST", "url": "https://node7.acme.example:9092/ops/transfers",
            "headers": [{"name": "Authorization", "value": format!("Bearer {}", token.join("."))}], "cookies": []},
        "response": {"status": 401, "headers": [{"name": "Date", "value": "Thu, 13 Nov 2025 09:00:00 GMT"}],
            "content": {"mimeType": "application/json", "text": "{\"error\":{\"code\":401,\"user_message\":\"No\"}}"}},
        "timings": {"wait": 5}}]}})
    .to_string()
}

/// What is the same wherever the evidence lies: kind, gravity, transfer, lines.
fn told(value: &Value) -> Vec<String> {
    let lines = |f: &Value| {
        let places = f["evidence"].as_array().unwrap().iter();
        places.map(|e| e["line"].to_string()).collect::<Vec<_>>()
    };
    let findings = value["findings"].as_array().unwrap().iter();
    findings
        .map(|f| {
            let also = f["also"].as_array().into_iter().flatten();
            let also: Vec<String> = also.map(|a| a["id"].to_string()).collect();
            format!(
                "{} {} {} {:?} {also:?}",
                f["id"],
                f["severity"],
                f["transfer"],
                lines(f)
            )
        })
        .collect()
}

fn run<const N: usize>(places: &[&Path], more: [&str; N]) -> Value {
    let run = Run::new("diagnose").args(["--json"]).args(more);
    run.args(places).end().exits(0).json()
}

/// Writes all entries of a bundle below a folder.
fn unpacked(bundle: &Bundle, into: &Path) {
    for (name, bytes) in &bundle.entries {
        let path = into.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn raw_logs_the_bundle_and_the_folder_it_unpacks_to_tell_the_same() {
    for logs in [[REFUSED, ""], BANNER] {
        let tree = Tree::new();
        tree.client_log(logs[0]).server_log(logs[1]);
        let har = tree.path().join("trace.har");
        fs::write(&har, trace()).unwrap();
        let bundle = tree.bundle(0, ["--har", &har.to_string_lossy()]);
        let by_run = told(&bundle.json("diagnosis.json"));
        assert!(!by_run.is_empty());
        let zip = run(&[&bundle.path], []);
        assert_eq!(told(&zip), by_run);
        assert_eq!(zip["verdict"], bundle.json("diagnosis.json")["verdict"]);
        let folder = TempDir::new().unwrap();
        unpacked(&bundle, folder.path());
        assert_eq!(told(&run(&[folder.path()], [])), by_run);
        // Raw: the files alone, as a person has them.
        let client = tree.path().join(CONNECT).join(TRANSFER);
        let server = tree.path().join(SERVER).join(TRANSFER);
        let raw = run(&[&client, &server, &har], ["--zone", "Etc/UTC"]);
        assert_eq!(told(&raw), by_run);
        let shown = raw.to_string();
        for secret in ["ana.weber", "node7.acme", "eyJ"] {
            assert!(!shown.contains(secret), "{secret}");
        }
    }
}

#[test]
fn a_person_reads_the_verdict_first_and_the_lines_behind_it() {
    let folder = TempDir::new().unwrap();
    let log = folder.path().join("x.log");
    fs::write(&log, REFUSED).unwrap();
    let end = Run::new("diagnose").args([&log]).end();
    let text = end.exits(0).text();
    assert!(text.starts_with("The transfer failed.\n"), "{text}");
    for word in [
        "Why: ",
        "What to do: ",
        "Error: ",
        "Administrator: ",
        "See ",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
    let quiet = Run::new("diagnose").args(["-q"]).args([&log]).end();
    let quiet = quiet.exits(0).text();
    assert!(quiet.lines().count() <= 10 && text.starts_with(quiet.trim_end()));
}

#[test]
fn exit_codes_say_what_was_read() {
    let folder = TempDir::new().unwrap();
    let (log, gone) = (folder.path().join("x.log"), folder.path().join("gone.log"));
    fs::write(&log, REFUSED).unwrap();
    Run::new("diagnose").args([&log]).end().exits(0);
    let half = Run::new("diagnose").args([&log, &gone]).end();
    half.exits(3).says(["was not read"]);
    Run::new("diagnose").args([&gone]).end().exits(1);
    Run::new("diagnose").end().exits(2);
    let zone = Run::new("diagnose")
        .args(["--zone", "Nowhere/At"])
        .args([&log]);
    zone.end().exits(2).says(["--zone"]);
    let empty = TempDir::new().unwrap();
    Run::new("diagnose").args([empty.path()]).end().exits(1);
    // What is no text is told, and nothing of it is shown.
    let binary = folder.path().join("b.bin");
    fs::write(&binary, [0_u8, 159, 1, 2].repeat(4096)).unwrap();
    Run::new("diagnose").args([&binary]).end().exits(1);
}
