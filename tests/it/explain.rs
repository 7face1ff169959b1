//! `explain`: what it says is what `redact` and `collect` do, it never shows what was cut, and it tells why
//! the rest stayed. The same reasons stand in the manifest.
use std::fs;
use std::io::Write;

use crate::kit::{Run, Tree, line, lines};

const LINE: &str =
    "login failed password=S3cr3tPlumJam!x from 10.77.0.5 user=\"root\" ver=4.2.0.183";
const RANDOM: &str = "q7Vn0bK3wTzLq7Vn0bK3wTzLq7Vn0bK3";

#[test]
fn a_line_is_told_with_columns_rules_and_reasons() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.log");
    fs::write(&file, format!("first 10.0.0.1\n{LINE}\nnote {RANDOM}\n")).unwrap();
    let told = |place: &str| Run::new("explain").args([place]).end();
    let end = told(&format!("{}:2", file.display()));
    end.exits(0);
    let text = end.text();
    assert!(
        !text.contains("S3cr3t") && !text.contains("10.77.0.5") && !text.contains("10.0.0.1"),
        "{text}"
    );
    for wanted in [
        "2: login failed password=~secret.password.",
        "column 23: cut by password: ~secret.password.",
        "was Aa9-{15}, 15 bytes, name=value",
        "cut by ip4: ~ip4.private.",
        "kept: root (a{4}): an account of a system or product",
        "kept: 4.2.0.183 (num.num.num.num): the version of a product",
    ] {
        assert!(text.contains(wanted), "{wanted:?} in {text}");
    }
    let all = told(&file.display().to_string()).text();
    assert!(
        all.contains("1: first ~ip4.") && all.contains(&format!("kept: {RANDOM} (Aa9{{32}})")),
        "{all}"
    );
    let end = told(&format!("{}:4", file.display()));
    end.exits(2).says(["no line 4", "3 lines only"]);
    told(&format!("{}:0", file.display())).exits(2);
    told("nothing-there.log:3").exits(1).says(["no such file"]);
}

#[test]
fn json_tells_the_same_and_input_may_be_piped() {
    let end = Run::new("explain")
        .args(["-:1", "--json"])
        .stdin(format!("{LINE}\nuser=mlopez\n"))
        .end();
    end.exits(0);
    let json = end.json();
    assert!(!end.text().contains("S3cr3t") && !end.text().contains("mlopez"));
    let rules: Vec<&str> = json["cuts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["password", "ip4"]);
    assert_eq!(json["cuts"][0]["line"], 1);
    assert_eq!(json["cuts"][0]["column"], 23);
    let reasons: Vec<&str> = json["kept"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["system-account", "version"]);
}

#[test]
fn what_it_puts_is_what_redact_puts() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, [7u8; 32]).unwrap();
    let redacted = Run::new("redact")
        .path("--key-file", &key)
        .stdin(LINE)
        .end()
        .text();
    let json = Run::new("explain")
        .args(["-", "--json"])
        .path("--key-file", &key)
        .stdin(LINE)
        .end()
        .json();
    for cut in json["cuts"].as_array().unwrap() {
        assert!(
            redacted.contains(cut["put"].as_str().unwrap()),
            "{cut} in {redacted}"
        );
    }
}

#[test]
fn packed_and_wide_files_are_read_as_redact_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    let wide: Vec<u8> = [0xfeffu16]
        .into_iter()
        .chain(LINE.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(folder.path().join("wide.log"), wide).unwrap();
    let file = fs::File::create(folder.path().join("x.log.gz")).unwrap();
    let mut packer = flate2::write::GzEncoder::new(file, flate2::Compression::default());
    packer.write_all(LINE.as_bytes()).unwrap();
    packer.finish().unwrap();
    fs::write(folder.path().join("a:12"), LINE).unwrap();
    for name in ["wide.log", "wide.log:1", "x.log.gz:1", "a:12", "a:12:1"] {
        let end = Run::new("explain").args([name]).inside(folder.path()).end();
        end.exits(0);
        assert!(
            end.text().contains("cut by password") && !end.text().contains("S3cr3t"),
            "{name}: {}",
            end.text()
        );
    }
    // In a configuration a word under a secret's name is a secret.
    fs::write(folder.path().join("aspera.conf"), "password: incorrect\n").unwrap();
    fs::write(folder.path().join("x.log"), "password: incorrect\n").unwrap();
    let told = |name: &str| {
        Run::new("explain")
            .args([name])
            .inside(folder.path())
            .end()
            .text()
    };
    assert!(told("aspera.conf").contains("cut by password"));
    assert!(told("x.log").contains("kept: incorrect"));
}

#[test]
fn what_looks_random_and_was_kept_is_in_the_manifest_as_forms() {
    let tree = Tree::new();
    let sum = "9f86d081884c7d659a2feaa0c55ad015";
    tree.client_log(
        lines(3)
            + &line("2026-11-21 09:00:00", &format!("odd {RANDOM} here"))
            + &line("2026-11-21 09:01:00", &format!("sum {sum} and {sum}")),
    );
    let seen: Vec<_> = [["--jobs", "1"], ["--jobs", "4"]]
        .into_iter()
        .map(|jobs| {
            let bundle = tree.bundle(0, jobs);
            let residual = bundle.manifest()["residual"].clone();
            let text = bundle.text("manifest.json");
            assert!(!text.contains(RANDOM) && !text.contains(sum), "{text}");
            assert!(
                bundle
                    .text("README.txt")
                    .contains("1 strings look random and were kept")
            );
            Run::new("verify").args([&bundle.path]).end().exits(0);
            residual
        })
        .collect();
    assert_eq!(seen[0], seen[1], "threads do not count");
    assert_eq!(seen[0]["strings"], 1);
    let rows = seen[0]["listed"].as_array().unwrap();
    assert!(rows.len() <= 20);
    let row = |shape: &str| rows.iter().find(|r| r["shape"] == shape).unwrap();
    assert_eq!(row("Aa9{32}")["count"], 1);
    assert!(
        row("Aa9{32}")["first"]
            .as_str()
            .unwrap()
            .ends_with("aspera-scp-transfer.log:4")
    );
    assert_eq!(row("hex{32}")["count"], 2);
    assert!(
        row("hex{32}")["why"]
            .as_str()
            .unwrap()
            .contains("checksums")
    );
}

#[test]
fn what_was_too_long_is_told_and_costs_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("long.log");
    let long = "a=1 ".repeat(3 << 20);
    fs::write(&file, format!("one\n{long}password=Marble-Finch-208\n")).unwrap();
    let run = |command: &str| Run::new(command).args([file.as_os_str()]).end();
    let end = run("explain");
    end.exits(0);
    assert!(end.text().contains("2: withheld: "), "{}", end.text());
    let one = Run::new("explain")
        .args([format!("{}:1", file.display())])
        .end();
    one.exits(0).says(["nothing was cut"]);
    let end = run("redact");
    end.exits(3).says(["left out", "in line 2"]);
    assert!(end.text().starts_with("one\n[aoc-bundle: a line of "));
}
