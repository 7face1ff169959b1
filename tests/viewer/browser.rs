//! A headless Chromium for tests that open pages: what it is asked, and what a page says of itself.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use assert_cmd::Command;
use serde::de::DeserializeOwned;

/// Names of Chromium, the likeliest first.
const BROWSERS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

fn browser() -> &'static str {
    let there = |name: &&&str| {
        let asked = Command::new(name).arg("--version").output();
        asked.is_ok_and(|out| out.status.success())
    };
    BROWSERS.iter().find(there).unwrap_or_else(|| {
        panic!(
            "There is no Chromium here to open pages in. Install it with: apt-get install chromium"
        )
    })
}

/// Opens a page in a browser of its own.
pub fn chromium(page: &Path, args: &[String]) -> Output {
    let home = tempfile::tempdir().unwrap();
    Command::new(browser())
        .env("HOME", home.path())
        .args(["--headless", "--no-sandbox", "--disable-gpu"])
        .args(["--no-first-run", "--disable-background-networking"])
        .args(["--disable-component-update", "--hide-scrollbars"])
        .arg("--enable-logging=stderr")
        // No name is known in there, so nothing can be reached.
        .arg("--host-resolver-rules=MAP * ~NOTFOUND")
        .arg(format!(
            "--user-data-dir={}",
            home.path().join("profile").display()
        ))
        .args(args)
        .arg(format!("file://{}", page.display()))
        .timeout(Duration::from_secs(240))
        .output()
        .unwrap()
}

/// Whatever the page's own ears miss, the browser writes down.
pub fn has_quiet_console(out: &Output) {
    let said = String::from_utf8_lossy(&out.stderr);
    let console: Vec<_> = said.lines().filter(|l| l.contains(":CONSOLE")).collect();
    assert!(console.is_empty(), "the console has errors: {console:#?}");
}

/// What the page tells of itself: base64 of JSON between `told:` and a colon.
pub fn told<T: DeserializeOwned>(out: &Output) -> T {
    let dom = String::from_utf8_lossy(&out.stdout);
    let told = dom.split("told:").nth(1).and_then(|t| t.split(':').next());
    let told = told.unwrap_or_else(|| {
        let said = String::from_utf8_lossy(&out.stderr);
        panic!("the page said nothing: {said}\n{dom:.2000}")
    });
    serde_json::from_slice(&data_encoding::BASE64.decode(told.as_bytes()).unwrap()).unwrap()
}

/// A file of a package that only tests need, or how to get it.
pub fn package(path: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/viewer/node_modules");
    let file = folder.join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!(
            "{} is not there ({error}). Install it with: npm ci --ignore-scripts --prefix tests/viewer",
            file.display()
        )
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "made-up evidence, and pictures of pages"
)]
pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    fs::create_dir_all(folder).unwrap();
    let file = folder.join(name);
    fs::write(&file, bytes).unwrap();
    file
}
