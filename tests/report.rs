//! The report opens where people open it: in a headless Chromium it has no error, asks nobody for anything, shows the
//! findings and the pictures, and axe-core finds nothing serious in it, light and dark, wide and narrow. Pictures of it
//! are left in `target/tmp/report`, to be looked at.
#![expect(clippy::unwrap_used, reason = "tests make their own evidence")]

#[path = "viewer/browser.rs"]
mod browser;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use serde::Deserialize;

use browser::{chromium, has_quiet_console, package, put, told};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/samples");
const DEMO: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/src/sources/demo/evidence/aoc-session.har"
);
const ASK: &str = include_str!("report/ask.js");

/// What the page says about itself.
#[derive(Debug, Deserialize)]
struct Told {
    dark: bool,
    width: u32,
    overflow: i32,
    findings: usize,
    charts: usize,
    bars: usize,
    marks: usize,
    requests: usize,
    outline: bool,
    painted: String,
    loaded: Vec<String>,
    violations: Vec<String>,
    passes: usize,
    faults: Vec<String>,
}

/// A bundle's files.
struct Bundle {
    files: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// The only zip of a folder, verified once more as a stranger would.
    fn read(folder: &Path) -> Self {
        let mut zips = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
        let zip = zips.next().unwrap();
        program(&["verify".into(), zip.clone().into()], &[0]);
        let mut archive = zip::ZipArchive::new(fs::File::open(&zip).unwrap()).unwrap();
        let mut files = BTreeMap::new();
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let name = entry.name().unwrap().split_once('/').unwrap().1.to_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.insert(name, bytes);
        }
        Self { files }
    }

    fn text(&self, name: &str) -> String {
        let bytes = self.files.get(name);
        String::from_utf8(
            bytes
                .unwrap_or_else(|| panic!("{name} is not there"))
                .clone(),
        )
        .unwrap()
    }

    fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.text(name)).unwrap()
    }
}

/// Runs the program; it must end with one of these codes.
fn program(args: &[OsString], codes: &[i32]) -> Output {
    let out = Command::cargo_bin("aoc-bundle")
        .unwrap()
        .args(args)
        .output()
        .unwrap();
    assert!(
        out.status.code().is_some_and(|c| codes.contains(&c)),
        "{args:?}: {:?}: {}",
        out.status,
        String::from_utf8_lossy(&out.stderr)
    );
    out
}

/// Collects these logs and traces on a machine that has nothing else.
fn collect(logs: &[PathBuf], hars: &[PathBuf], more: &[&str]) -> Bundle {
    let (root, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut args: Vec<OsString> = ["collect", "--os", "linux", "--offline", "-y", "--root"]
        .map(OsString::from)
        .into();
    args.extend([root.path().into(), "-o".into(), out.path().into()]);
    for log in logs {
        args.extend(["--log".into(), log.into()]);
    }
    for har in hars {
        args.extend(["--har".into(), har.into()]);
    }
    args.extend(more.iter().map(OsString::from));
    program(&args, &[0, 3]);
    Bundle::read(out.path())
}

fn demo() -> Bundle {
    let out = tempfile::tempdir().unwrap();
    program(&["demo".into(), "-o".into(), out.path().into()], &[0]);
    Bundle::read(out.path())
}

fn sample(name: &str) -> PathBuf {
    Path::new(SAMPLES).join(name)
}

/// Where pictures are left.
fn pictures() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("report")
}

/// The page as it is: nothing on the console, and nobody whom it names is asked for anything.
fn opens_quietly(folder: &Path, page: &str) {
    let file = put(folder, "report.html", page.as_bytes());
    let log = folder.join("net.json");
    let args = [
        format!("--log-net-log={}", log.display()),
        "--dump-dom".to_owned(),
    ];
    let out = chromium(&file, &args);
    has_quiet_console(&out);
    assert!(
        String::from_utf8_lossy(&out.stdout).contains("<main"),
        "the page is not shown"
    );
    let asked = fs::read_to_string(&log).unwrap();
    for piece in page.split("://").skip(1) {
        let host = piece.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'));
        let host = host.into_iter().next().unwrap_or_default();
        if host.contains('.') {
            assert!(!asked.contains(host), "{host} was asked");
        }
    }
}

/// What axe-core and our own questions find in it.
fn asked(folder: &Path, page: &str, dark: bool, width: u32) -> Told {
    let axe = package("axe-core/axe.min.js");
    let (head, rest) = page.split_once("content=\"default-src 'none'; ").unwrap();
    let (_, rest) = rest.split_once('"').unwrap();
    let (head2, body) = rest.split_once("</head>").unwrap();
    let script = axe.replace("</script", "<\\/script");
    let copy = format!(
        "{head}content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\"{head2}<script>{script}</script><script>{ASK}</script></head>{body}"
    );
    let file = put(folder, "asked.html", copy.as_bytes());
    let args = [
        format!("--window-size={width},1200"),
        format!("--blink-settings=preferredColorScheme={}", u8::from(!dark)),
        "--virtual-time-budget=60000".to_owned(),
        "--dump-dom".to_owned(),
    ];
    told(&chromium(&file, &args))
}

/// Opens a report in every way; leaves pictures under `name`.
fn proved(name: &str, page: &str) -> Told {
    let folder = tempfile::tempdir().unwrap();
    opens_quietly(folder.path(), page);
    let mut last = None;
    for (dark, width) in [(false, 1280), (true, 1280), (false, 500), (true, 500)] {
        let told = asked(folder.path(), page, dark, width);
        assert_eq!((told.dark, told.width), (dark, width), "{name}");
        assert_eq!(told.faults, [""; 0], "{name}");
        assert_eq!(told.loaded, [""; 0], "{name}: nothing is loaded");
        let grave = told
            .violations
            .iter()
            .filter(|v| !v.starts_with("minor") && !v.starts_with("moderate"));
        let grave: Vec<_> = grave.collect();
        assert!(grave.is_empty(), "{name}, dark {dark}, {width}: {grave:#?}");
        assert!(told.passes > 10, "{name}: axe-core looked");
        assert!(told.outline, "{name}: headings are in order");
        assert_eq!(told.painted, "solid", "{name}: the style sheet is in force");
        assert!(
            told.overflow <= 0,
            "{name}: {} wide, {} too wide",
            width,
            told.overflow
        );
        last = Some(told);
    }
    photograph(name, page);
    last.unwrap()
}

fn photograph(name: &str, page: &str) {
    let folder = pictures();
    let file = put(&folder, &format!("{name}.html"), page.as_bytes());
    let frame = format!(
        "<!DOCTYPE html><body style=\"margin:0\"><iframe src=\"{name}.html\" style=\"border:0;width:390px;height:7000px\"></iframe>"
    );
    let phone = put(&folder, &format!("{name}-frame.html"), frame.as_bytes());
    for (look, file, dark, size) in [
        ("wide", &file, false, "1280,5200"),
        ("dark", &file, true, "1280,5200"),
        ("narrow", &phone, false, "500,7000"),
    ] {
        let picture = folder.join(format!("{name}-{look}.png"));
        let args = [
            format!("--screenshot={}", picture.display()),
            format!("--window-size={size}"),
            format!("--blink-settings=preferredColorScheme={}", u8::from(!dark)),
        ];
        chromium(file, &args);
        assert!(
            picture.metadata().is_ok_and(|m| m.len() > 5000),
            "{name} {look}"
        );
    }
    let paper = folder.join(format!("{name}.pdf"));
    let args = [
        format!("--print-to-pdf={}", paper.display()),
        "--no-pdf-header-footer".to_owned(),
    ];
    chromium(&file, &args);
    assert!(
        paper.metadata().is_ok_and(|m| m.len() > 5000),
        "{name} on paper"
    );
}

#[test]
fn the_report_of_the_demo_shows_everything() {
    let bundle = demo();
    let page = bundle.text("report.html");
    let told = proved("demo", &page);
    let diagnosis = bundle.json("diagnosis.json");
    assert!(!diagnosis["findings"].as_array().unwrap().is_empty());
    assert!(
        told.findings > 0 && told.charts == 1 && told.bars > 0 && told.marks > 0,
        "{told:?}"
    );
    assert!(told.requests > 0, "{told:?}");
    for part in [
        "Sessions and tokens",
        "Access (login) token expiration",
        "1 hour",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Every line that it quotes stands in the file that it names.
    let cited = diagnosis["findings"][0]["evidence"][0].clone();
    let (entry, line) = (
        cited["entry"].as_str().unwrap(),
        cited["line"].as_u64().unwrap(),
    );
    let text = bundle.text(entry);
    let text = text.lines().nth(line as usize - 1).unwrap();
    let quoted = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    assert!(page.contains(&format!("<b>{line}</b> {quoted}")), "{text}");
    let manifest = bundle.json("manifest.json");
    let listed = |name: &str| {
        let entries = manifest["entries"].as_array().unwrap();
        entries
            .iter()
            .any(|e| e["entry"] == name && e["lines"].as_u64() > Some(0))
    };
    assert!(listed("report.html") && listed("ticket.md"));
}

#[test]
fn the_report_of_real_logs_shows_their_failure() {
    for (name, case) in [
        ("expired", "s05-peer-bearer-token-expired"),
        ("three", "t03-three-clients-one-log"),
    ] {
        let bundle = collect(&[sample(case)], &[DEMO.into()], &[]);
        let told = proved(name, &bundle.text("report.html"));
        assert!(
            told.findings > 0 && told.charts == 1 && told.marks > 0,
            "{case}: {told:?}"
        );
    }
}

#[test]
fn the_report_of_a_success_has_no_failure() {
    let bundle = collect(&[sample("o01-http-upload-success")], &[], &[]);
    let page = bundle.text("report.html");
    assert!(!page.contains("article class=\"finding error\""));
    proved("success", &page);
}

#[test]
fn the_report_of_nothing_says_what_is_missing() {
    let page = collect(&[], &[], &[]).text("report.html");
    let told = proved("nothing", &page);
    assert_eq!(
        (told.findings, told.charts, told.requests),
        (0, 0, 0),
        "{told:?}"
    );
    assert!(page.contains("No Aspera log was found on this machine"));
}

#[test]
fn hostile_evidence_is_only_text() {
    let folder = tempfile::tempdir().unwrap();
    let log = fs::read_to_string(sample(
        "s05-peer-bearer-token-expired/client/aspera-scp-transfer.log",
    ))
    .unwrap();
    let evil = "<script>fetch('https://evil.example/x')</script><img src=https://evil.example/y.png onerror=alert(1)>";
    let mut text = String::new();
    for line in log.lines() {
        // Behind each line that tells the failure, so that the report quotes it.
        text.push_str(line);
        text.push('\n');
        if line.contains("Bearer token") || line.contains("bearer token") {
            let head: String = line.chars().take(60).collect();
            let _ = writeln!(text, "{head} {evil} \u{202e}gnp.exe {}", "W".repeat(3000));
        }
    }
    let mut bytes = text.into_bytes();
    bytes.extend_from_slice(b"\xff\xfe\x80 lone bytes \x1b[31m\n");
    let log = put(folder.path(), "aspera-scp-transfer.log", &bytes);
    let problem = format!("{evil} \u{2066} {}", "VeryLongWord".repeat(60));
    let bundle = collect(
        &[log],
        &[],
        &["--problem", &problem, "--case", "TS012345678"],
    );
    let page = bundle.text("report.html");
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script") && !page.contains("<img"));
    assert!(!page.contains('\u{202e}') && !page.contains('\u{2066}'));
    proved("hostile", &page);
}
