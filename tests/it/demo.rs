//! `demo`: somebody without Aspera sees in seconds what they get.
use std::path::Path;

use aoc_bundle::sources::demo::{KEPT, PLANTED, case};

use crate::kit::{Run, only_file};
use crate::zips::{Bundle, holds};

fn demo(out: &Path) -> Run {
    Run::new("demo").path("-o", out)
}

fn bundle() -> Bundle {
    let out = tempfile::tempdir().unwrap();
    demo(out.path()).end().exits(0);
    Bundle::read(&only_file(out.path()))
}

#[test]
fn nothing_planted_comes_through() {
    let leaks = bundle().leaks(PLANTED.iter().copied());
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[test]
fn what_support_works_with_comes_through() {
    let bundle = bundle();
    let case = case();
    let own = [
        case.package_id,
        case.package_name,
        case.user_id,
        case.user_name,
    ];
    for value in KEPT.iter().chain(&own) {
        let found = bundle.entries.iter().any(|(_, bytes)| holds(bytes, value));
        assert!(found, "{value}");
    }
}

#[test]
fn the_made_up_cloud_and_its_node_are_asked() {
    let bundle = bundle();
    let package = bundle.json("aoc/package.json");
    assert_eq!(package["package"]["id"], case().package_id);
    let transfers = bundle.json("aoc/transfers.json");
    // Those of the package alone.
    assert_eq!(transfers["transfers"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        bundle.json("settings/organization.json")["token_settings"][0]["value"],
        3600
    );
    assert_eq!(bundle.json("node/tether.json")["tethered"], true);
    let told = bundle
        .entries
        .iter()
        .any(|(_, bytes)| holds(bytes, "CANARY"));
    assert!(!told, "what is secret in the made-up answers comes through");
}

#[test]
fn json_is_one_object_and_nothing_else() {
    let out = tempfile::tempdir().unwrap();
    let end = demo(out.path()).args(["--json"]).end();
    let summary = end.exits(0).json();
    assert_eq!(summary["exit"], 0);
    assert_eq!(summary["complete"], true);
    let path = only_file(out.path());
    assert_eq!(summary["bundle"].as_str(), path.to_str());
    assert_eq!(summary["bytes"], path.metadata().unwrap().len());
    assert_eq!(summary["missing"].as_array().map(Vec::len), Some(0));
}

#[test]
fn quiet_tells_only_the_path() {
    let out = tempfile::tempdir().unwrap();
    let end = demo(out.path()).args(["-q"]).end();
    let path = only_file(out.path());
    assert_eq!(end.exits(0).text(), format!("{}\n", path.display()));
    assert_eq!(end.stderr, "");
}

#[test]
fn findings_name_the_failed_sessions_with_lines_that_show_them() {
    let out = tempfile::tempdir().unwrap();
    let summary = demo(out.path()).args(["--json"]).end().json();
    let bundle = Bundle::read(&only_file(out.path()));
    let findings = summary["findings"].as_array().unwrap();
    // Error 36 broke the second upload off, error 73 refused both retries; the first upload worked.
    let failed = [
        "10da956c-e4d6-49e8-adb5-4a32d6154f0b",
        "fd778f95-c0c1-483d-a182-5b118cf49719",
        "5de7ee21-8d37-4794-a37a-5fdbf1c54f07",
    ];
    // All of it is one transfer: what ended it is the token, the timeout before is folded under it.
    let errors: Vec<_> = findings
        .iter()
        .filter(|f| f["severity"] == "error")
        .collect();
    assert_eq!(errors.len(), 1, "{findings:#?}");
    let finding = errors[0];
    assert_eq!(finding["id"], "token-expired");
    let diagnosis = bundle.json("diagnosis.json");
    let transfers = diagnosis["transfers"].as_array().unwrap();
    let about = |t: &&serde_json::Value| t["id"] == finding["transfer"];
    let transfer = transfers.iter().find(about).unwrap();
    let sessions: Vec<_> = transfer["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["id"].as_str().unwrap())
        .collect();
    assert_eq!(sessions, failed);
    assert_eq!(transfer["package"], "bQx7dLm2wA");
    assert_eq!(transfer["outcome"], "failed");
    assert_eq!(transfer["cause"], "token-expired");
    let verdict: Vec<_> = diagnosis["verdict"].as_array().unwrap().iter().collect();
    assert!(verdict.len() > 2 && verdict.len() <= 10, "{verdict:#?}");
    let also: Vec<_> = finding["also"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| &a["id"])
        .collect();
    // What browser, cloud and node tell of it is folded under it as well.
    let wanted = [
        "network-token-ended",
        "session-data-timeout",
        "token-ended-during",
        "package-failed",
        "cloud-transfer-failed",
        "node-transfer-failed",
        "retry-reuses-token",
    ];
    assert_eq!(also, wanted);
    let evidence = finding["evidence"].as_array().unwrap();
    assert!(!evidence.is_empty());
    for place in evidence {
        let text = bundle.text(place["entry"].as_str().unwrap());
        let number = usize::try_from(place["line"].as_u64().unwrap()).unwrap();
        let line = text.lines().nth(number - 1).unwrap();
        let shows =
            failed.iter().any(|session| line.contains(session)) || line.contains("bearer token");
        assert!(shows, "{place}: {line}");
    }
    let text = summary["findings"].to_string();
    assert!(
        !text.contains("3ef16e4f-af14-45e2-a7c4-f2c797cc428a"),
        "the session that worked: {text}"
    );
}

#[test]
fn the_bundle_tells_the_same_findings_as_the_screen() {
    let out = tempfile::tempdir().unwrap();
    let summary = demo(out.path()).args(["--json"]).end().json();
    let diagnosis = Bundle::read(&only_file(out.path())).json("diagnosis.json");
    assert_eq!(diagnosis["findings"], summary["findings"]);
}

#[test]
fn verify_accepts_it() {
    let bundle_dir = tempfile::tempdir().unwrap();
    demo(bundle_dir.path()).end().exits(0);
    Run::new("verify")
        .args([only_file(bundle_dir.path())])
        .end()
        .exits(0);
}
