//! Network traces as people hand them over: whole, torn, packed, or no trace at all.
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::kit::{Run, Tree};
use crate::zips::Bundle;

const SECRET: &str = "Zk81mQpLtR29xYwVb7Hn";

fn entry(number: usize, body: &str) -> Value {
    json!({"startedDateTime": "2026-11-22T10:00:00.000Z", "time": 1.5,
        "request": {"method": "GET", "url": format!("https://api.ibmaspera.com/api/v1/packages/{number}"),
            "headers": [{"name": "authorization", "value": format!("Bearer {SECRET}")}], "cookies": []},
        "response": {"status": 200, "content": {"mimeType": "text/plain", "size": body.len(), "text": body}}})
}

fn har(bodies: &[&str]) -> String {
    let entries: Vec<Value> = bodies
        .iter()
        .enumerate()
        .map(|(n, b)| entry(n, b))
        .collect();
    json!({"log": {"version": "1.2", "creator": {"name": "x"}, "entries": entries, "pages": []}})
        .to_string()
}

/// Collects a trace: exit code expected, the bundle.
fn collect(name: &str, bytes: impl AsRef<[u8]>, code: i32) -> Bundle {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    Tree::new().bundle(code, ["--har", &path.to_string_lossy()])
}

fn told(bundle: &Bundle) -> Value {
    let manifest = bundle.manifest();
    let entries = manifest["entries"].as_array().unwrap();
    let of_har = |e: &&Value| e["source"] == "har";
    entries
        .iter()
        .find(of_har)
        .unwrap_or_else(|| panic!("{entries:#?}"))
        .clone()
}

fn trace(bundle: &Bundle) -> Value {
    let (_, bytes) = bundle.ending("network/trace.har");
    let text = String::from_utf8_lossy(bytes).into_owned();
    assert!(!text.contains(SECRET));
    serde_json::from_str(&text).unwrap()
}

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_torn_trace_keeps_its_whole_entries_and_says_where_it_ends() {
    let text = har(&["one", "two", "three"]);
    let bundle = collect("trace.har", &text[..text.len() - 60], 3);
    let har = trace(&bundle);
    assert_eq!(har["log"]["entries"].as_array().unwrap().len(), 2);
    let told = told(&bundle);
    assert_eq!(told["status"], "partial", "{told}");
    let reason = told["reason"].as_str().unwrap();
    assert!(
        reason.contains("byte") && reason.contains("2 entries"),
        "{reason}"
    );
}

#[test]
fn what_is_no_trace_is_left_out_with_a_clear_reason() {
    for (text, words) in [
        (
            "<!DOCTYPE html><html>secret page</html>",
            "a saved web page",
        ),
        ("2026-11-22 10:00:00 LOG started\n", "text that is not JSON"),
    ] {
        let bundle = collect("trace.har", text, 3);
        let told = told(&bundle);
        assert!(told["reason"].as_str().unwrap().contains(words), "{told}");
        assert!(told["remedy"].as_str().unwrap().contains("HAR"), "{told}");
        assert!(bundle.leaks(["secret page"]).is_empty());
    }
}

#[test]
fn a_zip_gives_its_trace_and_counts_the_rest() {
    let packed = zip(&[("har.har", &har(&["one"])), ("0a1b2c.json", "{\"x\":1}")]);
    let bundle = collect("trace.har.zip", packed, 0);
    assert_eq!(
        trace(&bundle)["log"]["entries"].as_array().unwrap().len(),
        1
    );
    let told = told(&bundle);
    assert_eq!(told["cuts"][0]["why"], "attached", "{told}");
    assert_eq!(told["cuts"][0]["items"], 1);
    assert_eq!(told["status"], "collected", "{told}");
    assert!(bundle.leaks(["0a1b2c"]).is_empty());

    let bundle = collect("trace.har.zip", zip(&[("a.txt", "x")]), 3);
    assert!(
        self::told(&bundle)["reason"]
            .as_str()
            .unwrap()
            .contains("no .har")
    );
}

/// A trace as Playwright writes it: one entry, the body in a file of this name.
fn attached(file: &str) -> String {
    let mut one = entry(1, "");
    one["response"]["content"] = json!({"size": 9, "mimeType": "text/plain", "_file": file});
    json!({"log": {"version": "1.2", "creator": {"name": "Playwright"}, "entries": [one]}})
        .to_string()
}

#[test]
fn short_texts_beside_a_trace_are_redacted_in_it_and_no_name_of_a_file_is_left() {
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b.txt";
    let body = format!("first line \"quoted\"\npassword={SECRET}\n");
    let packed = zip(&[("har.har", &attached(hash)), (hash, &body)]);
    let bundle = collect("trace.har.zip", packed, 0);
    let content = trace(&bundle)["log"]["entries"][0]["response"]["content"].clone();
    assert_eq!(content["_file"], hash);
    let text = content["text"].as_str().unwrap();
    assert!(
        text.starts_with("first line \"quoted\"\npassword=~secret."),
        "{text}"
    );
    assert!(told(&bundle)["cuts"].is_null(), "{}", told(&bundle));

    let name = "Falkenbergs-budget.txt";
    let packed = zip(&[
        ("run/har.har", &attached(name)),
        ("run/Falkenbergs-budget.txt", "version 4.2.1"),
        ("run/Falkenbergs-face.png", "\u{89}PNG\u{0}\u{1}"),
    ]);
    let bundle = collect("trace.har.zip", packed, 0);
    let content = trace(&bundle)["log"]["entries"][0]["response"]["content"].clone();
    assert_eq!(content["text"], "version 4.2.1");
    assert!(
        content["_file"]
            .as_str()
            .unwrap()
            .starts_with("~dropped.file.")
    );
    assert_eq!(told(&bundle)["cuts"][0]["items"], 1);
    assert!(bundle.leaks(["Falkenberg"]).is_empty());
}

#[test]
fn a_body_of_megabytes_is_left_out_and_the_rest_stays() {
    let long = "lorem \\ \"ipsum\" ".repeat(200_000);
    let bundle = collect("trace.har", har(&["one", &long, "three"]), 0);
    let har = trace(&bundle);
    let texts: Vec<&str> = har["log"]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["response"]["content"]["text"].as_str().unwrap())
        .collect();
    assert_eq!((texts[0], texts[2]), ("one", "three"));
    assert!(texts[1].starts_with("~withheld."), "{}", &texts[1][..40]);
    let told = told(&bundle);
    assert_eq!(told["cuts"][0]["why"], "long-value");
    assert_eq!(told["status"], "collected", "{told}");
}

#[test]
fn redact_knows_a_trace_whatever_it_is_called_and_tells_a_torn_one() {
    let folder = TempDir::new().unwrap();
    let run = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let at: &Path = &path;
        Run::new("redact").args([at.as_os_str()]).end()
    };
    let text = har(&["one", "two"]);
    for (name, bytes) in [
        ("a.txt", text.clone().into_bytes()),
        ("a.har.zip", zip(&[("a.har", &text)])),
    ] {
        let end = run(name, &bytes);
        end.exits(0);
        assert!(!end.text().contains(SECRET));
        assert_eq!(
            serde_json::from_slice::<Value>(&end.stdout).unwrap()["log"]["entries"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
    }
    let end = run("torn.har", &text.as_bytes()[..text.len() - 50]);
    end.exits(3).says(["cut off", "1 entries"]);
    serde_json::from_slice::<Value>(&end.stdout).unwrap();
    run("page.har", b"<html></html>")
        .exits(1)
        .says(["a saved web page", "byte 0"]);
}

#[test]
fn what_only_the_verifier_finds_costs_that_value_and_not_the_trace() {
    let drawn = "mFzTqhXcWkRbJvNpLd";
    let bodies = [
        format!("open https://maps.example/js?key={drawn}&v=3 now"),
        format!("the ticket={drawn} of it"),
        format!("seed: {drawn}"),
        format!("{{\"csrf\":\"{drawn}\"}}"),
    ];
    for body in &bodies {
        let bundle = collect("trace.har", har(&["one", body, "three"]), 0);
        assert!(bundle.leaks([drawn]).is_empty(), "{body}");
        let har = trace(&bundle);
        let text = |at: usize| har["log"]["entries"][at]["response"]["content"]["text"].clone();
        assert_eq!((text(0), text(2)), ("one".into(), "three".into()), "{body}");
        assert_eq!(told(&bundle)["status"], "collected", "{body}");
    }
}

#[test]
fn every_bad_trace_is_told_with_its_place_and_what_to_do() {
    let good = har(&["one", "two"]);
    let second = good.match_indices("{\"startedDateTime\"").nth(1).unwrap().0;
    let glued = format!("{}{}", &good[..second - 1], &good[second..]);
    let mut locked = zip(&[("a.har", &good)]);
    let directory = locked.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    (locked[6], locked[directory + 8]) = (1, 1);
    let cases: &[(&str, &[u8], &str, &str)] = &[
        ("empty.har", b"", "failed", "at byte 0 it is an empty file"),
        ("blank.har", b"  \n \n", "failed", "at byte 5"),
        (
            "list.har",
            b"{\"log\":{\"pages\":[]}}",
            "partial",
            "at byte 20 it is JSON without a list of entries",
        ),
        (
            "page.har",
            b"<!DOCTYPE html>\n<html>",
            "failed",
            "at byte 0 it is a saved web page",
        ),
        (
            "words.har",
            b"2026-11-22 10:00:00 LOG started\n",
            "failed",
            "at byte 0 it is text",
        ),
        (
            "face.har",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0",
            "withheld",
            "",
        ),
        (
            "torn.har",
            &good.as_bytes()[..second + 40],
            "partial",
            "1 entries before it are usable",
        ),
        ("glued.har", glued.as_bytes(), "partial", "without a comma"),
        ("locked.har.zip", &locked, "failed", "is encrypted"),
        (
            "half.har.zip",
            &locked[..locked.len() / 2],
            "failed",
            "damaged or cut off",
        ),
    ];
    for (name, bytes, status, words) in cases {
        let bundle = collect(name, bytes, 3);
        let told = told(&bundle);
        assert_eq!(told["status"], *status, "{name} {told:#}");
        let reason = told["reason"].as_str().unwrap();
        assert!(reason.contains(words), "{name} {told:#}");
        assert!(
            told["remedy"].as_str().is_some_and(|r| r.len() > 20),
            "{name} {told:#}"
        );
        assert!(bundle.leaks([SECRET]).is_empty(), "{name}");
    }
    // The wrong extension is no fault: what is in the file counts.
    for (name, bytes) in [
        ("trace.log.har", zip(&[("a.har", &good)])),
        ("trace.har.zip", good.clone().into_bytes()),
    ] {
        let bundle = collect(name, bytes, 0);
        assert_eq!(told(&bundle)["status"], "collected", "{name}");
    }
}
