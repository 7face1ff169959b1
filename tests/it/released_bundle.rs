//! The bundle of a real host's tree: no planted value, every line, opened by every unzip tool, and any change to it is
//! detected.
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::kit::{Run, only_file, tool};
use crate::zips::Bundle;

/// What DESIGN.md section 5 keeps although it is planted: ids, fingerprints of hosts, names of
/// transferred files at the standard level, and the case's own user.
const KEPT: [&str; 5] = [
    "88231",
    "48213",
    "payroll_2024.xlsx",
    "b11e3bc7b2435ae0de55853736478326e2c9024d",
    "c68be01e7ee59e13005b5b1a94487cd55e6ce16c",
];

/// The samples' host: the folder, its tree, and the bundle made of it.
struct Host {
    dir: tempfile::TempDir,
    bundle: Bundle,
}

fn repo() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Built once: nothing changes it.
fn host() -> &'static Host {
    static HOST: LazyLock<Host> = LazyLock::new(|| {
        let dir = tempfile::tempdir().unwrap();
        let tree = dir.path().join("tree");
        let made = tool("python3", "python3")
            .arg(repo().join("scripts/make_tree.py"))
            .args(["--out".as_ref(), tree.as_os_str()])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let out = dir.path().join("out");
        fs::create_dir(&out).unwrap();
        Run::new("collect")
            .path("--root", &tree)
            .args(["--os", "linux", "--offline", "--case", "TS012345678"])
            .args(["--package-id", "aBcD12xY", "--user-id", "48213"])
            .path("-o", &out)
            .end()
            .exits(0);
        let bundle = Bundle::read(&only_file(&out));
        Host { dir, bundle }
    });
    &HOST
}

fn planted(file: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(repo().join("tests/samples").join(file)).unwrap();
    let values = text.lines().map(str::to_owned);
    values
        .filter(|v| !v.is_empty() && !KEPT.contains(&v.as_str()))
        .collect()
}

#[test]
fn no_planted_value_is_in_the_bundle() {
    let host = host();
    for file in [
        "planted.txt",
        "planted-derived.txt",
        "planted-identifiers.txt",
    ] {
        let values = planted(file);
        let leaks = host.bundle.leaks(values.iter().map(String::as_str));
        assert!(leaks.is_empty(), "{file}: {leaks:#?}");
    }
}

#[test]
fn what_support_needs_is_still_there() {
    let host = host();
    for value in [
        "88231",
        "payroll_2024.xlsx",
        KEPT[3],
        "48213",
        "3.9.0.163682",
        "errcode=40",
    ] {
        assert!(!host.bundle.leaks([value]).is_empty(), "{value}");
    }
}

/// Where each collected file of the tree lies in the bundle, by the number of its lines.
fn line_counts(host: &Host) -> Vec<(String, u64)> {
    let text = fs::read_to_string(host.dir.path().join("lines.txt")).unwrap();
    let rows = text.lines().map(|l| l.split_once('\t').unwrap());
    rows.filter(|(_, path)| path.contains("/log/"))
        .map(|(count, path)| (path.to_owned(), count.parse().unwrap()))
        .collect()
}

#[test]
fn every_log_line_is_still_there() {
    let host = host();
    for (path, count) in line_counts(host) {
        let name = path.rsplit('/').next().unwrap();
        // The log in use has two names, of which one is in the bundle and the other in the manifest.
        let name = if name == "aspera-scp-transfer.4.log" {
            "connect/aspera-scp-transfer.log"
        } else if path.starts_with("opt/") {
            "hsts/aspera-scp-transfer.log"
        } else {
            name
        };
        let (entry, bytes) = host.bundle.ending(&format!("/{name}"));
        let lines = bytes.split_inclusive(|b| *b == b'\n').count() as u64;
        assert_eq!(lines, count, "{path} as {entry}");
        assert_eq!(host.bundle.item(entry)["lines"], count, "{entry}");
        if path != "var/log/messages" {
            same_stamps(
                &fs::read(host.dir.path().join("tree").join(&path)).unwrap(),
                bytes,
            );
        }
    }
}

/// Lines are those of the raw log, in its order: their time stamps say so.
fn same_stamps(raw: &[u8], redacted: &[u8]) {
    let stamps = |text: &[u8]| -> Vec<Vec<u8>> {
        let lines = text.split(|b| *b == b'\n');
        let stamped = lines.filter(|l| l.starts_with(b"2026-") || l.starts_with(b"<"));
        stamped.map(|l| l[..l.len().min(23)].to_vec()).collect()
    };
    assert_eq!(stamps(raw), stamps(redacted));
}

#[test]
fn of_a_shared_log_only_lines_about_aspera_are_taken() {
    let host = host();
    let (name, bytes) = host.bundle.ending("/messages");
    let text = String::from_utf8_lossy(bytes);
    for foreign in ["CROND", "postfix", "EXT4-fs", "Started Session"] {
        assert!(!text.contains(foreign), "{foreign}");
    }
    assert!(
        host.bundle
            .leaks(["kwinter", "ledger.example", "10.77.9.40"])
            .is_empty()
    );
    assert!(text.contains("sshd[") && text.contains("ascp["));
    let cut = &host.bundle.item(name)["cuts"][0];
    assert_eq!(cut["why"], "filter");
    assert!(
        cut["lines"].as_u64() > Some(0) && cut["bytes"].as_u64() > Some(0),
        "{cut}"
    );
}

#[test]
fn two_names_of_one_log_are_one_entry() {
    let host = host();
    let item = host.bundle.item("connect/aspera-scp-transfer.log");
    let aliases = item["aliases"].to_string();
    assert!(aliases.contains("aspera-scp-transfer.4.log"), "{aliases}");
}

#[test]
fn key_stores_are_named_and_never_opened() {
    let host = host();
    for name in ["aspera-license", "token.key"] {
        let item = host.bundle.item(name);
        assert_eq!(item["status"], "listed", "{item}");
        assert!(item["entry"].is_null() && item["size"].is_u64(), "{item}");
        assert!(!host.bundle.names().iter().any(|n| n.ends_with(name)));
    }
}

#[test]
fn the_zip_is_laid_out_as_promised() {
    let host = host();
    let path = &host.bundle.path;
    let name = path.file_name().unwrap().to_str().unwrap();
    let stamp = name
        .strip_prefix("TS012345678.aoc-bundle-")
        .unwrap()
        .strip_suffix(".zip")
        .unwrap();
    let shape: String = stamp
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    assert_eq!(shape, "00000000T000000Z");
    assert_eq!(host.bundle.root, name.strip_suffix(".zip").unwrap());
    let names = host.bundle.names();
    assert!(names.is_sorted(), "{names:?}");
    for wanted in [
        "README.txt",
        "case.json",
        "collection.ndjson",
        "diagnosis.json",
        "manifest.json",
        "system/host.json",
        "ticket.md",
        "timeline.ndjson",
    ] {
        assert!(names.contains(&wanted), "{wanted}");
    }
    let case = host.bundle.json("case.json");
    assert_eq!(
        (&case["package"]["id"], &case["user"]["id"]),
        (&"aBcD12xY".into(), &"48213".into())
    );
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let host = host();
    let mode = fs::metadata(&host.bundle.path)
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o600);
    let mut zip = zip::ZipArchive::new(fs::File::open(&host.bundle.path).unwrap()).unwrap();
    for index in 0..zip.len() {
        assert_eq!(
            zip.by_index(index).unwrap().unix_mode().map(|m| m & 0o777),
            Some(0o600)
        );
    }
}

#[test]
fn every_unzip_tool_accepts_it() {
    let host = host();
    for (program, package, args) in [
        ("unzip", "unzip", &["-t"][..]),
        ("python3", "python3", &["-m", "zipfile", "-t"]),
        ("7z", "p7zip-full", &["t"]),
    ] {
        let out = tool(program, package)
            .args(args)
            .arg(&host.bundle.path)
            .output();
        let out = out.unwrap();
        assert!(out.status.success(), "{program}: {out:?}");
    }
}

/// A copy of the bundle, to be damaged.
fn copy(host: &Host, dir: &Path) -> PathBuf {
    let to = dir.join("copy.zip");
    fs::write(&to, fs::read(&host.bundle.path).unwrap()).unwrap();
    to
}

#[track_caller]
fn refuses(zip: &Path, what: &str) {
    let end = Run::new("verify").args([zip]).end();
    assert!(matches!(end.code, Some(1 | 4)), "{what}: {end:?}");
    end.says(["refused"]);
    Run::new("verify")
        .args(["-q".as_ref(), zip.as_os_str()])
        .end()
        .exits(end.code.unwrap());
}

#[test]
fn verify_accepts_it_and_says_so_in_every_form() {
    let host = host();
    let end = Run::new("verify").args([&host.bundle.path]).end();
    end.exits(0).says(["whole"]);
    let json = Run::new("verify")
        .args([&host.bundle.path])
        .args(["--json"])
        .end();
    let report = json.exits(0).json();
    assert_eq!(
        (&report["clean"], &report["exit"]),
        (&true.into(), &0.into())
    );
    let quiet = Run::new("verify")
        .args([&host.bundle.path])
        .args(["-q"])
        .end();
    assert_eq!(
        (quiet.exits(0).text(), quiet.stderr.as_str()),
        (String::new(), "")
    );
}

#[test]
fn verify_refuses_one_changed_byte_in_any_entry() {
    let host = host();
    let dir = tempfile::tempdir().unwrap();
    let whole = fs::read(&host.bundle.path).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(&whole)).unwrap();
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).unwrap();
        let middle = entry.data_start().unwrap() + entry.compressed_size() / 2;
        let mut spoilt = whole.clone();
        spoilt[usize::try_from(middle).unwrap()] ^= 0x10;
        let to = dir.path().join("spoilt.zip");
        fs::write(&to, spoilt).unwrap();
        refuses(&to, &entry.name().unwrap());
    }
}

/// Writes the zip again; `change` says which entries stay, and with what content.
fn rebuilt(host: &Host, to: &Path, change: impl Fn(&str, &[u8]) -> Option<Vec<u8>>) {
    let mut out = zip::ZipWriter::new(fs::File::create(to).unwrap());
    for (name, bytes) in &host.bundle.entries {
        if let Some(bytes) = change(name, bytes) {
            let options = zip::write::SimpleFileOptions::default().unix_permissions(0o600);
            out.start_file(format!("{}/{name}", host.bundle.root), options)
                .unwrap();
            out.write_all(&bytes).unwrap();
        }
    }
    out.finish().unwrap();
}

#[test]
fn verify_refuses_a_zip_with_a_changed_or_removed_entry() {
    let host = host();
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("rebuilt.zip");
    rebuilt(host, &to, |_, bytes| Some(bytes.to_vec()));
    Run::new("verify").args([&to]).end().exits(0);
    for (victim, _) in &host.bundle.entries {
        rebuilt(host, &to, |name, bytes| {
            (name != victim).then(|| bytes.to_vec())
        });
        refuses(&to, &format!("{victim} removed"));
        if victim != "manifest.json" {
            rebuilt(host, &to, |name, bytes| {
                let more: &[u8] = if name == victim { b" " } else { b"" };
                Some([bytes, more].concat())
            });
            refuses(&to, &format!("{victim} changed"));
        }
    }
}

#[test]
fn verify_refuses_a_zip_with_an_added_entry() {
    let host = host();
    let dir = tempfile::tempdir().unwrap();
    for name in [
        "notes.txt",
        "logs/client/connect/more.log",
        "../outside.txt",
        "system/",
    ] {
        let to = copy(host, dir.path());
        let file = fs::File::options()
            .read(true)
            .write(true)
            .open(&to)
            .unwrap();
        let mut zip = zip::ZipWriter::new_append(file).unwrap();
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("{}/{name}", host.bundle.root), options)
            .unwrap();
        zip.write_all(b"nothing\n").unwrap();
        zip.finish().unwrap();
        refuses(&to, name);
    }
}

#[test]
fn verify_refuses_a_cut_zip_and_bytes_around_it() {
    let host = host();
    let dir = tempfile::tempdir().unwrap();
    let whole = fs::read(&host.bundle.path).unwrap();
    let to = dir.path().join("other.zip");
    for keep in [0, 1, 100, whole.len() / 2, whole.len() - 1] {
        fs::write(&to, &whole[..keep]).unwrap();
        refuses(&to, &format!("cut to {keep} bytes"));
    }
    fs::write(&to, [&whole[..], b"garbage"].concat()).unwrap();
    refuses(&to, "garbage behind");
    fs::write(&to, [b"garbage", &whole[..]].concat()).unwrap();
    refuses(&to, "garbage before");
    Run::new("verify")
        .args([dir.path().join("no.zip")])
        .end()
        .exits(1)
        .says(["cannot open"]);
}
