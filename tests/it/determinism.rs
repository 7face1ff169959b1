//! The same evidence, key and time give the same bytes; the same key gives the same pseudonyms.
use std::fs;
use std::path::Path;

use crate::kit::{Tree, line, lines, only_file};
use crate::zips::Bundle;

/// A tree with enough in it that threads can get in each other's way.
fn tree() -> Tree {
    let tree = Tree::new();
    for number in 0..6 {
        tree.file(
            &format!("home/ana/.aspera/connect/var/log/aspera-scp-transfer.{number}.log"),
            lines(9000),
        );
    }
    let secret = line(
        "2026-11-21 09:00:00",
        "token = \"ATM2_ACsAAEXAMPLEq7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5oAaNlQvC1kMpZtBhWrEuSyXjI\"",
    );
    tree.client_log(lines(20_000) + &secret)
        .server_log(lines(500) + &secret);
    tree
}

fn key(dir: &Path, fill: u8) -> std::path::PathBuf {
    let file = dir.join(format!("key{fill}"));
    fs::write(&file, [fill; 32]).unwrap();
    file
}

fn bytes(tree: &Tree, key: &Path, jobs: &str) -> Vec<u8> {
    let out = tempfile::tempdir().unwrap();
    let run = tree.collect(out.path()).at_noon().path("--key-file", key);
    run.args(["--jobs", jobs]).end().exits(0);
    let zip = only_file(out.path());
    assert_eq!(zip.file_name().unwrap(), "aoc-bundle-20261122T120000Z.zip");
    fs::read(zip).unwrap()
}

#[test]
fn the_number_of_threads_does_not_change_a_byte() {
    let (tree, dir) = (tree(), tempfile::tempdir().unwrap());
    let key = key(dir.path(), 7);
    let one = bytes(&tree, &key, "1");
    for jobs in ["1", "2", "7", "2"] {
        assert!(bytes(&tree, &key, jobs) == one, "--jobs {jobs}");
    }
}

/// The pseudonyms of a bundle that begin like this, from one entry.
fn pseudonyms(bundle: &Bundle, kind: &str) -> Vec<String> {
    let (_, bytes) = bundle.ending("/aspera-scp-transfer.log");
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut found: Vec<String> = text
        .match_indices(&format!("~{kind}."))
        .map(|(at, _)| text[at..].split('~').nth(1).unwrap().to_owned())
        .collect();
    found.sort();
    found.dedup();
    found
}

fn with_key(tree: &Tree, key: Option<&Path>) -> Bundle {
    let out = tempfile::tempdir().unwrap();
    let mut run = tree.collect(out.path());
    if let Some(key) = key {
        run = run.path("--key-file", key);
    }
    run.end().exits(0);
    Bundle::read(&only_file(out.path()))
}

#[test]
fn one_key_gives_the_same_pseudonyms_on_two_machines() {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (Tree::new(), Tree::new());
    one.client_log(lines(20));
    other
        .server_log(line(
            "2026-11-22 10:00:00",
            "open from 10.1.2.3 by user=ana",
        ))
        .file("etc/hostname", "node2\n");
    let shared = key(dir.path(), 1);
    let (a, b) = (
        with_key(&one, Some(&shared)),
        with_key(&other, Some(&shared)),
    );
    for kind in ["ip4", "user"] {
        assert_eq!(
            pseudonyms(&a, kind).len(),
            1,
            "{kind}: {}",
            a.text("manifest.json")
        );
        assert_eq!(pseudonyms(&a, kind), pseudonyms(&b, kind), "{kind}");
    }
    assert_eq!(a.manifest()["key_id"], b.manifest()["key_id"]);
    let c = with_key(&one, Some(&key(dir.path(), 2)));
    assert_ne!(pseudonyms(&a, "ip4"), pseudonyms(&c, "ip4"));
    assert_ne!(a.manifest()["key_id"], c.manifest()["key_id"]);
}

#[test]
fn without_a_key_nothing_links_two_bundles() {
    let tree = Tree::new();
    tree.client_log(lines(20));
    let (a, b) = (with_key(&tree, None), with_key(&tree, None));
    for kind in ["ip4", "user"] {
        assert_ne!(pseudonyms(&a, kind), pseudonyms(&b, kind), "{kind}");
    }
    assert_ne!(a.manifest()["key_id"], b.manifest()["key_id"]);
}

#[test]
fn a_key_file_that_is_too_short_is_a_mistake_with_a_way_out() {
    let (tree, dir) = (Tree::new(), tempfile::tempdir().unwrap());
    let out = tempfile::tempdir().unwrap();
    for length in [0, 31] {
        let file = dir.path().join("short");
        fs::write(&file, vec![b'k'; length]).unwrap();
        let end = tree.collect(out.path()).path("--key-file", &file).end();
        end.exits(2)
            .says(["at least 32 random bytes", "head -c 32 /dev/urandom"]);
        assert!(!end.stderr.contains("kkk"), "a key is never shown");
    }
    assert_eq!(crate::kit::names_in(out.path()).len(), 0);
}
