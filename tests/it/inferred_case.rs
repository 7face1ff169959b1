//! The case fills itself: what a network trace or a log says about it needs nobody to type it.
use serde_json::{Value, json};

use crate::kit::{Run, Tree, line, only_file};
use crate::zips::{Bundle, holds};

const API: &str = "https://api.ibmaspera.com/api/v1";

/// A JWT that ends at a second.
fn token(ends: i64) -> String {
    let part = |v: Value| data_encoding::BASE64URL_NOPAD.encode(v.to_string().as_bytes());
    let head = part(json!({ "alg": "RS256", "typ": "JWT" }));
    let claims = part(json!({ "sub": "mira.stone@quarry.example", "exp": ends }));
    format!("{head}.{claims}.c2lnbmF0dXJlT2ZUaGlzT25l")
}

/// One exchange: minute after 10:00, method, address, status, body that came.
fn exchange(minute: u32, method: &str, url: &str, status: u16, body: &Value) -> Value {
    // 2026-11-20T10:30:00Z
    let bearer = format!("Bearer {}", token(1_795_170_600));
    json!({
        "startedDateTime": format!("2026-11-20T10:{minute:02}:00.000Z"),
        "time": 120.5,
        "request": {
            "method": method, "url": url, "httpVersion": "h2",
            "headers": [{ "name": "Authorization", "value": bearer }],
            "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0,
        },
        "response": {
            "status": status, "statusText": "", "httpVersion": "h2", "cookies": [],
            "headers": [{ "name": "date", "value": format!("Fri, 20 Nov 2026 10:{minute:02}:00 GMT") }],
            "content": { "size": 1, "mimeType": "application/json", "text": body.to_string() },
            "redirectURL": "", "headersSize": -1, "bodySize": -1, "_error": null,
        },
        "cache": {},
        "timings": { "blocked": 1, "dns": -1, "connect": -1, "ssl": -1, "send": 0.5, "wait": 118, "receive": 1 },
    })
}

fn me() -> Value {
    exchange(
        1,
        "GET",
        &format!("{API}/self"),
        200,
        &json!({
            "id": "5501", "email": "mira.stone@quarry.example", "name": "Mira Stone", "organization_id": "88",
        }),
    )
}

fn package(minute: u32, id: &str, name: &str, status: u16) -> Value {
    exchange(
        minute,
        "GET",
        &format!("{API}/packages/{id}"),
        status,
        &json!({
            "id": id, "name": name, "workspace_id": "700", "node_id": "901",
            "recipients": [{ "id": "5502", "type": "user", "name": "Otto Brandt", "email": "otto.brandt@lime.example" }],
        }),
    )
}

fn har(entries: &[Value]) -> String {
    json!({ "log": { "version": "1.2", "creator": { "name": "WebInspector", "version": "1" }, "pages": [], "entries": entries } }).to_string()
}

fn bundle_of(entries: &[Value], more: &[&str]) -> (Bundle, Value) {
    let tree = Tree::new();
    tree.file("home/ana/Downloads/session.har", har(entries));
    let path = tree.path().join("home/ana/Downloads/session.har");
    let out = tempfile::tempdir().unwrap();
    let end = tree
        .collect(out.path())
        .path("--har", &path)
        .args(["--json"])
        .args(more)
        .end();
    let summary = end.exits(0).json();
    (Bundle::read(&only_file(out.path())), summary)
}

#[test]
fn a_trace_fills_the_case_with_nothing_on_the_command_line() {
    let organization = exchange(
        2,
        "GET",
        &format!("{API}/organization"),
        200,
        &json!({
            "id": "88", "name": "Quarry", "subdomain_name": "quarrystone", "access_token_duration": 3600,
            "access_token_refresh_duration": null, "node_token_duration": 7200,
        }),
    );
    let refused = exchange(
        45,
        "GET",
        &format!("{API}/packages/kX9mQ2"),
        401,
        &json!({
            "code": "unauthorized", "message": "You are not authorized to perform the requested action",
        }),
    );
    let entries = [
        me(),
        organization,
        package(3, "kX9mQ2", "Dailies of day nine", 200),
        refused,
    ];
    let (bundle, summary) = bundle_of(&entries, &[]);
    let case = bundle.json("case.json");
    assert_eq!(
        case["package"],
        json!({ "id": "kX9mQ2", "name": "Dailies of day nine" })
    );
    assert_eq!(
        case["user"],
        json!({ "id": "5501", "name": "Mira Stone", "email": "mira.stone@quarry.example" })
    );
    assert_eq!(case["organization"], "quarrystone");
    let evidence = &case["evidence"];
    assert_eq!(evidence["organizations"][0]["id"], "88");
    assert_eq!(evidence["workspaces"][0]["id"], "700");
    assert_eq!(evidence["nodes"][0]["id"], "901");
    let settings = evidence["settings"].as_array().unwrap();
    assert!(
        settings.contains(&json!({ "setting": "access_token_duration", "seconds": 3600 })),
        "{settings:?}"
    );
    let told = bundle.json("settings/organization.json");
    assert_eq!(told["source"], "har");
    assert_eq!(told["at"], "2026-11-20T10:02:00Z", "{told:#}");
    assert_eq!(told["organization"]["subdomain_name"], "quarrystone");
    let reads: Vec<&str> = told["token_settings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["reads"].as_str().unwrap())
        .collect();
    assert_eq!(
        reads,
        ["1 hour", "off", "not shown to this user", "2 hours"]
    );
    assert!(
        settings.contains(&json!({ "setting": "access_token_refresh_duration", "seconds": null }))
    );
    let place = &evidence["packages"][0]["places"][0];
    assert_eq!(place["entry"], "network/session.har");
    assert_eq!(place["what"], "GET /api/v1/packages/{id}");

    let diagnosis = bundle.json("diagnosis.json");
    let finding = &diagnosis["findings"][0];
    assert_eq!(finding["id"], "network-token-ended", "{diagnosis}");
    assert!(
        finding["title"].as_str().unwrap().contains("15 min 0 s"),
        "{finding}"
    );
    assert_eq!(finding["evidence"][0]["entry"], "network/session.har");
    let network = &diagnosis["network"]["traces"][0];
    assert_eq!(network["requests"], 4);
    assert_eq!(network["kinds"][0]["kind"], "api");
    assert_eq!(
        network["failures"][0]["valid_until"],
        "2026-11-20T10:30:00Z"
    );
    assert_eq!(
        network["failures"][0]["path"],
        "api.ibmaspera.com/api/v1/packages/{id}"
    );
    assert_eq!(network["waterfall"][3]["offset"], 44.0 * 60_000.0);
    assert_eq!(network["waterfall"][3]["wait"], 118.0);

    let leaks = bundle.leaks(["Otto Brandt", "otto.brandt", "c2lnbmF0dXJlT2ZUaGlzT25l"]);
    assert!(leaks.is_empty(), "{leaks:#?}");
    assert!(holds(bundle.get("network/session.har"), "Mira Stone"));
    assert_eq!(summary["notes"], json!([]));
    let kept = bundle.manifest()["kept"].clone();
    assert!(
        kept.as_array().unwrap().contains(&json!("Mira Stone")),
        "{kept}"
    );
}

#[test]
fn of_several_packages_none_is_taken_and_all_are_listed_newest_first() {
    let entries = [
        me(),
        package(3, "aA1aA1", "First thing of Otto", 200),
        package(5, "bB2bB2", "Second thing of Otto", 200),
    ];
    let (bundle, summary) = bundle_of(&entries, &[]);
    let case = bundle.json("case.json");
    assert_eq!(case["package"], json!({}));
    let ids: Vec<&str> = case["evidence"]["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|p| p["id"].as_str())
        .collect();
    assert_eq!(ids, ["bB2bB2", "aA1aA1"]);
    let notes = summary["notes"].as_array().unwrap();
    assert!(
        notes[0].as_str().unwrap().contains("bB2bB2, aA1aA1"),
        "{notes:?}"
    );
    assert_eq!(bundle.manifest()["notes"], summary["notes"]);
    let told = bundle.text("case.json");
    assert!(!told.contains("thing of Otto"), "{told}");
}

#[test]
fn the_command_line_wins_and_what_disagrees_is_told() {
    let entries = [me(), package(3, "kX9mQ2", "Dailies of day nine", 200)];
    let (bundle, summary) = bundle_of(&entries, &["--package-id", "zZ8zZ8", "--user-id", "1"]);
    let case = bundle.json("case.json");
    assert_eq!(case["package"], json!({ "id": "zZ8zZ8" }));
    assert_eq!(case["user"]["id"], "1");
    assert_eq!(summary["notes"].as_array().unwrap().len(), 2, "{summary}");
    let leaks = bundle.leaks(["Mira Stone", "mira.stone"]);
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[test]
fn a_trace_in_a_zip_fills_the_case_from_bodies_in_files_as_well() {
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b.json";
    let mut entries = [me(), package(3, "kX9mQ2", "Dailies of day nine", 200)];
    let content = &mut entries[1]["response"]["content"];
    let body = content["text"].as_str().unwrap().to_owned();
    *content = json!({ "size": body.len(), "mimeType": "application/json", "_file": hash });
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [("har.har", &har(&entries)), (hash, &body)] {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name, options).unwrap();
        std::io::Write::write_all(&mut zip, text.as_bytes()).unwrap();
    }
    let tree = Tree::new();
    let packed = zip.finish().unwrap().into_inner();
    tree.file("home/ana/Downloads/session.har.zip", packed);
    let path = tree.path().join("home/ana/Downloads/session.har.zip");
    let out = tempfile::tempdir().unwrap();
    let end = tree.collect(out.path()).path("--har", &path).end();
    end.exits(0);
    let bundle = Bundle::read(&only_file(out.path()));
    let package = &bundle.json("case.json")["package"];
    assert_eq!(package["id"], "kX9mQ2");
    assert_eq!(package["name"], "Dailies of day nine");
    let leaks = bundle.leaks(["Otto Brandt", "otto.brandt"]);
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[test]
fn tags_in_a_log_name_the_package() {
    let tags = json!({ "aspera": { "files": { "package_id": "kX9mQ2", "package_name": "Dailies of day nine" } } });
    let packed = data_encoding::BASE64.encode(tags.to_string().as_bytes());
    let tree = Tree::new();
    tree.client_log(line(
        "2026-11-20 10:00:00",
        &format!("DBG Parameter 9: --tags64={packed}"),
    ));
    let bundle = tree.bundle(0, []);
    assert_eq!(
        bundle.json("case.json")["package"],
        json!({ "id": "kX9mQ2", "name": "Dailies of day nine" })
    );
}

#[test]
fn traces_that_are_none_cost_nothing() {
    for text in [
        "",
        "{}",
        "not json",
        "{\"log\":{\"entries\":[{\"request\":",
        "[1,2,{\"entries\":[null,5,\"x\"]}]",
    ] {
        let tree = Tree::new();
        tree.file("x.har", text);
        let out = tempfile::tempdir().unwrap();
        let end = tree
            .collect(out.path())
            .path("--har", &tree.path().join("x.har"))
            .end();
        assert!(matches!(end.code, Some(0 | 3)), "{text}: {:?}", end.code);
        let case = Bundle::read(&only_file(out.path())).json("case.json");
        assert_eq!(case["package"], json!({}), "{text}");
    }
    let end = Run::new("collect")
        .args([
            "--har",
            "/nonexistent.har",
            "--dry-run",
            "--offline",
            "--no-commands",
        ])
        .end();
    assert!(matches!(end.code, Some(0 | 3)));
}
