//! Redacted traces open where support opens them: a viewer of HAR files in a headless Chromium shows of each the
//! rows, statuses and timings that it shows of the original, and has nothing to complain about.
#![expect(clippy::unwrap_used, reason = "tests make their own evidence")]

#[path = "viewer/browser.rs"]
mod browser;
#[expect(dead_code, reason = "what is planted is the business of tests/har.rs")]
#[path = "har/plant.rs"]
mod plant;
#[path = "har/traffic.rs"]
mod traffic;
#[expect(dead_code, reason = "what is planted is the business of tests/har.rs")]
#[path = "har/writers.rs"]
mod writers;

use std::iter;
use std::path::Path;

use assert_cmd::Command;
use serde::Deserialize;
use serde_json::{Value, json};

use browser::{chromium, has_quiet_console, package, put, told};
use writers::{Writer, make};

const DEMO: &[u8] = include_bytes!("../src/sources/demo/evidence/aoc-session.har");
const PAGE: &str = include_str!("viewer/page.html");

/// What the page says about all traces.
#[derive(Deserialize)]
struct Told {
    told: Vec<Shown>,
    late: Vec<String>,
    loaded: Vec<String>,
}

/// What the viewer shows of one trace.
#[derive(Deserialize)]
struct Shown {
    name: String,
    pages: Vec<Page>,
    faults: Vec<String>,
    warnings: usize,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Page {
    marks: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Row {
    number: String,
    status: String,
    started: String,
    duration: String,
    /// Its colour, by the class of the status.
    look: String,
    label: Vec<String>,
    timings: Vec<String>,
    /// The bars of the waterfall: kind, left end, width.
    bars: Vec<String>,
    named: bool,
}

/// Lets the viewer open traces.
fn opened(folder: &Path, traces: &[(String, Vec<u8>)]) -> Told {
    let packed: Vec<Value> = traces
        .iter()
        .map(|(name, bytes)| json!({"name": name, "packed": data_encoding::BASE64.encode(bytes)}))
        .collect();
    // Not `</script>`, whatever the library has in its strings.
    let script = package("perf-cascade/dist/perf-cascade.min.js").replace("</script", "<\\/script");
    let page = PAGE
        .replace("/*STYLE*/", &package("perf-cascade/dist/perf-cascade.css"))
        .replace("/*VIEWER*/", &script)
        .replace("/*TRACES*/", &json!(packed).to_string());
    let file = put(folder, "page.html", page.as_bytes());
    let args = ["--virtual-time-budget=60000", "--dump-dom"].map(str::to_owned);
    let out = chromium(&file, &args);
    has_quiet_console(&out);
    told(&out)
}

/// A trace as the program writes it, in the encoding that it came in.
fn redacted(folder: &Path, name: &str, bytes: &[u8]) -> Vec<u8> {
    let out = Command::cargo_bin("aoc-bundle")
        .unwrap()
        .arg("redact")
        .arg(put(folder, name, bytes))
        .output()
        .unwrap();
    assert!(
        out.status.success(),
        "{name}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    assert_ne!(
        out.stdout, bytes,
        "{name}: something is to be redacted in it"
    );
    out.stdout
}

/// The statuses of a trace, as the file has them; `None` where it has no answer.
fn statuses(bytes: &[u8]) -> Vec<Option<u64>> {
    let mut text = String::new();
    let mut reader = aoc_bundle::text::Decoded::open(bytes).unwrap();
    std::io::Read::read_to_string(&mut reader, &mut text).unwrap();
    let body = text
        .trim_start_matches("onInputData(")
        .trim_end()
        .trim_end_matches(");");
    let har: Value = serde_json::from_str(body).unwrap();
    let entries = har["log"]["entries"].as_array().unwrap();
    entries
        .iter()
        .map(|e| e["response"]["status"].as_u64())
        .collect()
}

#[test]
fn a_redacted_trace_shows_the_rows_statuses_and_timings_of_the_original() {
    let folder = tempfile::tempdir().unwrap();
    let made = Writer::ALL.into_iter().enumerate();
    let originals: Vec<(String, Vec<u8>)> = made
        .map(|(seed, writer)| {
            (
                format!("{writer:?}.har"),
                make(writer, seed as u64 + 1).bytes,
            )
        })
        .chain(iter::once(("demo.har".to_owned(), DEMO.to_vec())))
        .collect();
    let ours: Vec<(String, Vec<u8>)> = originals
        .iter()
        .map(|(name, bytes)| (name.clone(), redacted(folder.path(), name, bytes)))
        .collect();
    let before = opened(folder.path(), &originals);
    let after = opened(folder.path(), &ours);
    for told in [&before, &after] {
        assert_eq!(told.late, [""; 0]);
        assert_eq!(told.loaded, [""; 0], "nothing is loaded from outside");
    }
    assert_eq!(
        (before.told.len(), after.told.len()),
        (originals.len(), ours.len())
    );
    for (((name, bytes), before), after) in originals.iter().zip(before.told).zip(after.told) {
        assert_eq!((&before.name, &after.name), (name, name));
        assert_eq!(before.faults, [""; 0], "{name}, the original");
        assert_eq!(after.faults, [""; 0], "{name}, redacted");
        let rows: Vec<&Row> = before.pages.iter().flat_map(|page| &page.rows).collect();
        // So that two empty views are not taken for two that agree.
        let statuses = statuses(bytes);
        assert_eq!(rows.len(), statuses.len(), "{name}: every entry has a row");
        for (row, status) in rows.iter().zip(statuses) {
            let shown = row.status.split(' ').next().and_then(|s| s.parse().ok());
            assert_eq!(shown, Some(status.unwrap_or(0)), "{name} {}", row.number);
            assert!(
                row.named && !row.bars.is_empty() && !row.timings.is_empty(),
                "{name}: {row:?}"
            );
        }
        assert_eq!(after.pages, before.pages, "{name}");
        assert_eq!(after.warnings, before.warnings, "{name}");
    }
}
