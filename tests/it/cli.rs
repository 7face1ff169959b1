//! What a person types: defaults, mistakes with a way out, `redact`, `paths`, settings and levels.
use std::fs;
use std::io::Read;

use crate::kit::{CONNECT, Run, TRANSFER, Tree, line, lines, names_in, only_file};
use crate::zips::Bundle;

/// A run that sees nothing of this machine's people: an empty home, in an empty folder.
struct Away(tempfile::TempDir);

impl Away {
    fn new() -> Self {
        let away = Self(tempfile::tempdir().unwrap());
        fs::create_dir(away.0.path().join("here")).unwrap();
        fs::create_dir(away.0.path().join("home")).unwrap();
        away
    }

    fn here(&self) -> std::path::PathBuf {
        self.0.path().join("here")
    }

    fn run(&self) -> Run {
        Run::bare()
            .inside(&self.here())
            .env("HOME", self.0.path().join("home"))
    }
}

#[test]
fn without_arguments_and_terminal_it_collects_into_this_folder() {
    let away = Away::new();
    let end = away.run().end();
    assert!(matches!(end.code, Some(0 | 3)), "{end:?}");
    let zip = only_file(&away.here());
    assert!(
        end.text()
            .contains(zip.file_name().unwrap().to_str().unwrap()),
        "{end:?}"
    );
    let bundle = Bundle::read(&zip);
    assert!(bundle.names().contains(&"system/host.json"));
    Run::new("verify").args([zip]).end().exits(0);
}

#[test]
fn wrong_options_exit_2_and_say_what_is_right() {
    let (tree, out) = (Tree::new(), tempfile::tempdir().unwrap());
    for (options, words) in [
        (&["--since", "sometime"][..], ["--since", "24h"]),
        (&["--until", "2026-13-45"], ["--until", "2026-11-22"]),
        (&["--since", "now", "--until", "7d"], ["--until", "--since"]),
        (&["--max-size", "big"], ["size", "500MB"]),
        (&["--max-size", "-1"], ["-1", "--"]),
        (&["--deadline", "soon"], ["duration", "90s"]),
        (&["--org", "not a name!"], ["--org", "subdomain"]),
        (&["--case", "TS 1/2"], ["--case", "TS012345678"]),
        (&["--jobs", "0"], ["--jobs", "256"]),
        (&["--role", "bystander"], ["bystander", "client"]),
        (&["--level", "paranoid"], ["paranoid", "strict"]),
        (&["--no-such-option"], ["--no-such-option", "--help"]),
    ] {
        let end = tree.collect(out.path()).args(options).end();
        end.exits(2).says(words);
        assert_eq!(names_in(out.path()).len(), 0, "{options:?}");
    }
}

#[test]
fn an_image_that_is_not_there_is_a_mistake() {
    for command in ["collect", "paths"] {
        let run = Run::new(command).args(["--root", "/no/such/image", "--os", "linux"]);
        run.end().exits(2).says(["--root", "does not exist"]);
    }
    let odd = Run::new("paths").args(["--os", "beos"]).end();
    odd.exits(2).says(["beos", "linux"]);
    let away = Away::new();
    let other = if cfg!(windows) { "linux" } else { "windows" };
    away.run()
        .args(["collect", "--os", other])
        .end()
        .exits(2)
        .says(["--os", "--root"]);
    assert_eq!(names_in(&away.here()).len(), 0);
}

#[test]
fn help_and_version_are_answers() {
    for option in ["--help", "--version"] {
        let end = Run::bare().args([option]).end();
        assert!(end.exits(0).text().contains("aoc-bundle"), "{end:?}");
    }
    let help = Run::new("collect").args(["--help"]).end().text();
    for option in [
        "--package-id",
        "--user-id",
        "--log",
        "--since",
        "--key-file",
        "--keep",
        "--dry-run",
        "--json",
    ] {
        assert!(help.contains(option), "{option}");
    }
}

const LINE: &str = "password=Marble-Finch-208 user=ana from 10.1.2.3 to maria@acme.example\n";

#[test]
fn redact_is_a_filter() {
    let end = Run::new("redact").stdin(LINE.repeat(3)).end();
    let text = end.exits(0).text();
    assert_eq!(text.lines().count(), 3);
    for (gone, there) in [
        ("Marble", "~secret.password."),
        ("ana ", "~user."),
        ("10.1.2.3", "~ip4."),
        ("acme", "~email."),
    ] {
        assert!(
            !text.contains(gone) && text.contains(there),
            "{gone}: {text}"
        );
    }
    let first = text.lines().next();
    assert!(
        text.lines().all(|l| Some(l) == first),
        "the same value has the same pseudonym"
    );
}

#[test]
fn redact_reads_a_file_and_takes_the_options_of_redaction() {
    let dir = tempfile::tempdir().unwrap();
    let (log, key) = (dir.path().join("my.log"), dir.path().join("key"));
    fs::write(&log, LINE).unwrap();
    fs::write(&key, [3; 40]).unwrap();
    let run = || Run::new("redact").args([&log]).path("--key-file", &key);
    let text = run().end().exits(0).text();
    assert_eq!(text, run().end().text(), "one key, one text");
    assert_ne!(text, Run::new("redact").args([&log]).end().text());
    let kept = run()
        .args(["--keep", "10.1.2.3", "--keep", "Marble-Finch-208"])
        .end()
        .text();
    assert!(kept.contains("10.1.2.3"), "{kept}");
    assert!(
        !kept.contains("Marble"),
        "a secret can never be kept: {kept}"
    );
    let missing = Run::new("redact").args([dir.path().join("no.log")]).end();
    missing.exits(1).says(["no such file"]);
    Run::new("redact")
        .args([dir.path()])
        .end()
        .exits(1)
        .says(["folder"]);
}

#[test]
fn redacting_twice_changes_nothing() {
    let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    for name in [
        "q02-cookie-tags-pii-debug/client.messages",
        "g02-token-atm-argument-debug/server.messages",
    ] {
        let once = Run::new("redact").args([samples.join(name)]).end();
        let twice = Run::new("redact").stdin(&once.exits(0).stdout).end();
        assert!(once.stdout == twice.exits(0).stdout, "{name}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("long.log");
    fs::write(&log, lines(200_000)).unwrap();
    let mut child = Run::new("redact").args([&log]).start();
    let mut begin = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut begin).unwrap();
    // The pipe is closed now.
    let end = child.wait_with_output().unwrap();
    assert_eq!((end.status.code(), &end.stderr[..]), (Some(0), &b""[..]));
}

fn paths(tree: &Tree, more: &[&str]) -> Vec<serde_json::Value> {
    let run = Run::new("paths")
        .path("--root", tree.path())
        .args(["--os", "linux", "--json"])
        .args(more);
    let all = run.end().exits(0).json();
    all["paths"].as_array().unwrap().clone()
}

#[test]
fn paths_tells_what_is_found_sealed_and_missing() {
    let tree = Tree::new();
    tree.client_log(lines(4))
        .file("opt/aspera/etc/aspera-license", "x");
    let found = paths(&tree, &[]);
    let row = |end: &str| {
        found
            .iter()
            .find(|r| r["path"].as_str().unwrap().ends_with(end))
            .unwrap()
            .clone()
    };
    let log = row(TRANSFER);
    assert_eq!(
        (&log["state"], &log["product"], &log["role"]),
        (&"found".into(), &"Aspera Connect".into(), &"client".into())
    );
    assert_eq!(log["size"], lines(4).len());
    assert_eq!(row("aspera-license")["state"], "sealed");
    assert!(found.iter().all(|r| r["state"] != "missing"));
    let all = paths(&tree, &["--all"]);
    assert!(all.iter().filter(|r| r["state"] == "missing").count() > 20);
    assert!(
        all.iter()
            .all(|r| !r["product"].as_str().unwrap().is_empty())
    );
    let client = paths(&tree, &["--all", "--role", "client"]);
    assert!(client.len() < all.len() && client.iter().all(|r| r["role"] != "server"));
}

#[test]
fn paths_knows_the_other_systems() {
    for (os, place) in [
        ("windows", r"C:\"),
        ("macos", "/Library/"),
        ("linux", "/opt/aspera/var/log"),
    ] {
        let end = Run::new("paths").args(["--os", os, "--all"]).end();
        let table = end.exits(0).text();
        assert!(table.contains(place), "{os}: {table}");
        assert!(table.lines().count() > 20, "{os}");
        for product in ["Connect", "Transfer Server"] {
            assert!(table.contains(product), "{product} of {os}: {table}");
        }
    }
}

#[test]
fn values_to_keep_stay_in_clear() {
    let tree = Tree::new();
    tree.client_log(line("2026-11-21 08:00:00", LINE.trim()));
    let bundle = tree.bundle(0, ["--keep", "10.1.2.3"]);
    let text = bundle.text(bundle.ending(TRANSFER).0);
    assert!(
        text.contains("10.1.2.3") && !text.contains("maria@"),
        "{text}"
    );
    assert_eq!(bundle.manifest()["kept"], serde_json::json!(["10.1.2.3"]));
    Run::new("verify").args([&bundle.path]).end().exits(0);
}

#[test]
fn a_secret_cannot_be_kept() {
    let tree = Tree::new();
    tree.client_log(line("2026-11-21 08:00:00", LINE.trim()));
    let bundle = tree.bundle(0, ["--keep", "Marble-Finch-208"]);
    assert!(bundle.leaks(["Marble-Finch-208"]).is_empty());
}

#[test]
fn settings_come_from_a_file_and_the_command_line_wins() {
    let (tree, out) = (Tree::new(), tempfile::tempdir().unwrap());
    tree.client_log(lines(2));
    let config = tree.path().join("settings.toml");
    fs::write(&config, "case = \"TS000000001\"\npackage-id = \"fromFile\"\nuser-id = \"11\"\nkeep = [\"10.1.2.3\"]\n").unwrap();
    tree.collect(out.path())
        .path("--config", &config)
        .args(["--user-id", "22"])
        .end()
        .exits(0);
    let zip = only_file(out.path());
    assert!(
        zip.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("TS000000001.aoc-bundle-")
    );
    let bundle = Bundle::read(&zip);
    let case = bundle.json("case.json");
    assert_eq!(
        (&case["package"]["id"], &case["user"]["id"]),
        (&"fromFile".into(), &"22".into())
    );
    assert!(bundle.text(bundle.ending(TRANSFER).0).contains("10.1.2.3"));
}

#[test]
fn a_mistake_in_the_settings_is_told_with_its_line() {
    let (tree, out) = (Tree::new(), tempfile::tempdir().unwrap());
    let config = tree.path().join("settings.toml");
    for (text, words) in [
        (
            "case = \"TS1\"\n\npackge-id = \"Marble\"\n",
            ["line 3", "packge-id"],
        ),
        ("jobs = \"Marble\"\n", ["line 1", "--config"]),
        ("case = \"Marble\n", ["line 1", "--config"]),
    ] {
        fs::write(&config, text).unwrap();
        let end = tree.collect(out.path()).path("--config", &config).end();
        end.exits(2).says(words);
        assert!(
            !end.stderr.contains("Marble"),
            "values are not shown: {}",
            end.stderr
        );
    }
    let end = tree
        .collect(out.path())
        .args(["--config", "/no/such.toml"])
        .end();
    assert!(matches!(end.code, Some(1 | 2)), "{end:?}");
    end.says(["--config"]);
}

#[test]
fn level_strict_hides_names_of_transferred_files() {
    let tree = Tree::new();
    let text = "LOG FASP Transfer Start uuid=a96721e8-ade1-42cd-93c3-1a2eb4e413b3 op=send status=started file=\"/Deliveries/payroll_2024.xlsx\" size=200";
    tree.client_log(line("2026-11-21 08:00:00", text));
    let standard = tree.bundle(0, []);
    assert!(!standard.leaks(["payroll_2024"]).is_empty());
    assert_eq!(standard.manifest()["level"], "standard");
    let strict = tree.bundle(0, ["--level", "strict"]);
    assert!(strict.leaks(["payroll_2024", "Deliveries"]).is_empty());
    assert_eq!(strict.manifest()["level"], "strict");
    assert!(
        strict.text(strict.ending(TRANSFER).0).contains(".xlsx"),
        "the extension stays"
    );
}

#[test]
fn json_says_everything_in_one_object() {
    let (tree, out) = (Tree::new(), tempfile::tempdir().unwrap());
    tree.client_log(lines(2)).file(
        &format!("{CONNECT}/aspera-scp-transfer.2.log"),
        b"\x7fELF\0\0\0\0".repeat(99),
    );
    let summary = tree
        .collect(out.path())
        .args(["--json"])
        .end()
        .exits(3)
        .json();
    assert_eq!(
        (&summary["exit"], &summary["complete"]),
        (&3.into(), &false.into())
    );
    let missing = &summary["missing"][0];
    assert_eq!(missing["status"], "withheld");
    assert!(
        missing["remedy"].is_string() && !missing.to_string().contains("/ana/"),
        "{missing}"
    );
    assert_eq!(summary["bundle"].as_str(), only_file(out.path()).to_str());
}

#[test]
fn json_is_there_in_failure_too() {
    let away = Away::new();
    for (options, code) in [
        (["--json", "--since", "yesteryear"], 2),
        (["--json", "-o", "no/such/folder/x.zip"], 1),
    ] {
        let end = away.run().args(options).end();
        let said = end.exits(code).json();
        assert_eq!(said["exit"], code);
        assert_eq!(said["bundle"], serde_json::Value::Null);
        assert!(said["error"].as_str().is_some_and(|e| !e.is_empty()));
    }
}

#[cfg(unix)]
#[test]
fn redact_does_not_read_what_it_writes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.log");
    fs::write(&file, "password=Marble-Finch-208\n").unwrap();
    let out = fs::File::options().append(true).open(&file).unwrap();
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_aoc-bundle"));
    let status = run.arg("redact").arg(&file).stdout(out).status().unwrap();
    assert_eq!(status.code(), Some(2));
    assert_eq!(fs::read(&file).unwrap(), b"password=Marble-Finch-208\n");
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_no_success() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.log");
    fs::write(&file, "password=Marble-Finch-208\n").unwrap();
    let file = file.to_string_lossy();
    for args in [
        &["redact", &file][..],
        &["explain", &file],
        &["diagnose", &file],
        &["paths"],
    ] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_aoc-bundle"));
        let status = run.args(args).stdout(full).status().unwrap();
        assert_eq!(status.code(), Some(1), "{args:?}");
    }
}
