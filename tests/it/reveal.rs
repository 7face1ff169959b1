//! The way back: a map beside the zip puts the names back into what support wrote, for whoever holds its key, and
//! tells no secret.
use std::fs;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use aoc_bundle::bundle::reversal_map::{self, Lock, Unlock};
use aoc_bundle::collect::{self, Api, Case, Clock, MapRequest, Output, Progress, Request};
use aoc_bundle::redact::Level;
use aoc_bundle::sources::demo::PLANTED;
use aoc_bundle::sources::paths::catalogue::Os;

use crate::kit::{Ended, Run, Tree, line, lines, names_in};
use crate::zips::Bundle;

const PASSPHRASE: &str = "korb minze anker stiefel";
const VARIABLE: &str = "AOC_BUNDLE_MAP_PASSPHRASE";

/// A pair of keys of age: opening a map with them takes no time, unlike a passphrase.
struct Keys {
    folder: tempfile::TempDir,
    public: String,
    secret: age::x25519::Identity,
}

impl Keys {
    fn new() -> Self {
        let secret = age::x25519::Identity::generate();
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "# made by a test\r\n{}\r\n",
            secret.to_string().expose_secret()
        );
        fs::write(folder.path().join("key.txt"), text).unwrap();
        Self {
            folder,
            public: secret.to_public().to_string(),
            secret,
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("key.txt")
    }

    /// What the map tells: pseudonyms and names.
    fn open(&self, path: &Path) -> Vec<(String, String)> {
        let unlock = Unlock::Identities(vec![self.secret.clone()]);
        let map = reversal_map::read(fs::File::open(path).unwrap(), &unlock).unwrap();
        let pair = |(p, v): (&String, &reversal_map::Original)| (p.clone(), v.as_str().to_owned());
        map.names.iter().map(pair).collect()
    }

    fn reveal(&self, map: &Path, text: &str) -> Ended {
        let run = Run::new("reveal").path("--map", map);
        run.path("--identity", &self.file()).stdin(text).end()
    }
}

/// Collects with a map for these keys: the zip and the path of the map.
fn collected(tree: &Tree, keys: &Keys, key_file: Option<&Path>) -> (Bundle, PathBuf) {
    let out = tempfile::tempdir().unwrap();
    let mut run = tree.collect(out.path()).path("--map", out.path());
    run = run.args(["--map-recipient", &keys.public]);
    if let Some(file) = key_file {
        run = run.path("--key-file", file);
    }
    run.end().exits(0);
    let names = names_in(out.path());
    assert_eq!(names.len(), 2, "{names:?}");
    let (map, zip) = (&names[0], &names[1]);
    assert_eq!(
        map.trim_end_matches(".map.age"),
        zip.trim_end_matches(".zip")
    );
    let mut bundle = Bundle::read(&out.path().join(zip));
    let map = out.path().join(map);
    bundle.folder = Some(out);
    (bundle, map)
}

fn tree() -> Tree {
    let tree = Tree::new();
    let more = line(
        "2026-11-21 09:00:00",
        "login of MARIA%40acme.example from [fd77::5] password=Marble-Finch-208",
    );
    tree.client_log(lines(20) + &more);
    tree
}

#[test]
fn with_the_passphrase_every_name_of_the_demo_comes_back() {
    let out = tempfile::tempdir().unwrap();
    let map = out.path().join("demo.map.age");
    let run = Run::new("demo").path("-o", out.path()).path("--map", &map);
    let end = run.env(VARIABLE, PASSPHRASE).end();
    end.exits(0).says(["for you alone", "demo.map.age"]);
    let names = names_in(out.path());
    let zip = names.iter().find(|n| n.ends_with(".zip")).unwrap();
    assert_eq!(names.len(), 2, "the map lies beside the zip: {names:?}");
    let bundle = Bundle::read(&out.path().join(zip));
    assert!(
        !bundle.names().iter().any(|n| n.contains("map")),
        "and not in it"
    );
    let everything: Vec<u8> = bundle.entries.iter().flat_map(|(_, b)| b.clone()).collect();
    let run = Run::new("reveal")
        .path("--map", &map)
        .env(VARIABLE, PASSPHRASE);
    let end = run.stdin(&everything).end();
    let text = end.exits(0).text();
    for name in [
        "Priya Raman",
        "xfer-lon-2.northlight.example",
        "10.44.7.21",
        "rsandoval",
    ] {
        assert!(text.contains(name), "{name}");
    }
    assert_eq!(
        text.lines().count(),
        String::from_utf8_lossy(&everything).lines().count()
    );
    end.says(["secret that no map holds", "~jwt.", "~secret.password."]);
    assert!(!end.stderr.contains("does not know"), "{}", end.stderr);
    let run = Run::new("reveal")
        .path("--map", &map)
        .env(VARIABLE, "another passphrase");
    let end = run.args(["~user.abcdefghijkl~"]).end();
    end.exits(1).says(["passphrase does not open this map"]);
    assert_eq!(end.text(), "");
}

#[test]
fn no_secret_is_in_the_map() {
    let (keys, out) = (Keys::new(), tempfile::tempdir().unwrap());
    let map = out.path().join("m");
    let run = Run::new("demo").path("-o", out.path()).path("--map", &map);
    run.args(["--map-recipient", &keys.public]).end().exits(0);
    let names = keys.open(&map);
    assert!(names.len() > 20, "{names:?}");
    let known = |value: &str| names.iter().any(|(_, name)| name.contains(value));
    let from = PLANTED
        .iter()
        .position(|v| v.starts_with("aspera.aoc:"))
        .unwrap();
    let to = PLANTED.iter().position(|v| *v == "10.44.0.5").unwrap();
    // Between these stand the secrets, and a licence and access keys, which are names.
    for secret in PLANTED[from..to].iter().chain(&["hook-Willow-Flint-6190"]) {
        assert!(secret.starts_with("LIC-") || !known(secret), "{secret}");
    }
    for (pseudonym, name) in names {
        for kind in [
            "~secret.",
            "~token.",
            "~jwt.",
            "~nodetoken.",
            "~pem.",
            "~cookie.",
        ] {
            assert!(!pseudonym.starts_with(kind), "{pseudonym} {name}");
        }
    }
}

#[test]
fn a_map_that_was_changed_or_cut_anywhere_is_refused() {
    let keys = Keys::new();
    let (bundle, path) = collected(&tree(), &keys, None);
    let good = fs::read(&path).unwrap();
    let changed = bundle.path.with_file_name("changed");
    let refused = |bytes: &[u8]| {
        fs::write(&changed, bytes).unwrap();
        let end = keys.reveal(&changed, "~user.abcdefghijkl~\n");
        assert_eq!(end.exits(1).text(), "", "nothing is told");
        assert!(end.stderr.starts_with("aoc-bundle: "), "{}", end.stderr);
        end.stderr
    };
    for part in 0..10 {
        let mut bytes = good.clone();
        let at = (good.len() - 1) * part / 9;
        bytes[at] ^= 4;
        refused(&bytes);
    }
    let said = refused(&[&good[..good.len() - 1], &[good[good.len() - 1] ^ 1]].concat());
    assert!(said.contains("was changed"), "{said}");
    for cut in [0, 10, good.len() / 2, good.len() - 1] {
        refused(&good[..cut]);
    }
    assert!(refused(&fs::read(&bundle.path).unwrap()).contains("no map of aoc-bundle"));
    let others = Keys::new().reveal(&path, "x");
    others.exits(1).says(["none of the given identities"]);
    let end = Run::new("reveal")
        .path("--map", &path)
        .env(VARIABLE, PASSPHRASE)
        .end();
    end.exits(1).says(["made for a public key", "--identity"]);
    let end = Run::new("reveal")
        .path("--map", Path::new("/nowhere"))
        .env(VARIABLE, PASSPHRASE)
        .end();
    end.exits(1).says(["cannot read the map"]);
}

#[test]
fn what_the_map_does_not_know_is_told_and_what_it_knows_comes_back_in_any_form() {
    let keys = Keys::new();
    let (_bundle, path) = collected(&tree(), &keys, None);
    let names = keys.open(&path);
    let of = |name: &str| {
        let found = names.iter().find(|(_, n)| n == name);
        found
            .unwrap_or_else(|| panic!("{name} in {names:?}"))
            .0
            .clone()
    };
    let (mail, address) = (of("maria@acme.example"), of("10.1.2.3"));
    let text = format!(
        "mail {mail} and {} from {}\r\nand ~user.zzzzzzzzzzzz~ twice ~user.zzzzzzzzzzzz~\n~secret.password.zzzzzzzzzzzz~",
        mail.to_uppercase(),
        address.replace('~', "%7E"),
    );
    let end = keys.reveal(&path, &text);
    assert_eq!(
        end.exits(3).text(),
        "mail maria@acme.example and maria@acme.example from 10.1.2.3\r\n\
         and ~user.zzzzzzzzzzzz~ twice ~user.zzzzzzzzzzzz~\n~secret.password.zzzzzzzzzzzz~"
    );
    end.says([
        "~user.zzzzzzzzzzzz~, 2 times",
        "~secret.password.zzzzzzzzzzzz~",
        "this map belongs to aoc-bundle-",
    ]);
    // Arguments do as well; their text comes out on a line.
    let run = Run::new("reveal")
        .path("--map", &path)
        .path("--identity", &keys.file());
    assert_eq!(
        run.args(["by", &mail]).end().exits(0).text(),
        "by maria@acme.example\n"
    );
    assert_eq!(keys.reveal(&path, "").exits(0).text(), "");
}

#[test]
fn one_map_of_a_fleet_with_one_key_reads_the_bundles_of_all() {
    let (keys, dir) = (Keys::new(), tempfile::tempdir().unwrap());
    let key = dir.path().join("fleet.key");
    fs::write(&key, "korb minze anker stiefel wolke\n").unwrap();
    let other = Tree::new();
    other.server_log(lines(5)).file("etc/hostname", "node2\n");
    let (_one, map) = collected(&tree(), &keys, Some(&key));
    let (two, _) = collected(&other, &keys, Some(&key));
    let (_, log) = two.ending("hsts/aspera-scp-transfer.log");
    let text = keys
        .reveal(&map, &String::from_utf8_lossy(log))
        .exits(0)
        .text();
    assert!(text.contains("peer 10.1.2.3 user=ana"), "{text}");
}

#[test]
fn a_passphrase_as_key_is_the_same_on_every_system() {
    let (tree, dir) = (tree(), tempfile::tempdir().unwrap());
    let id = |name: &str, content: &[u8]| {
        let (key, out) = (dir.path().join(name), tempfile::tempdir().unwrap());
        fs::write(&key, content).unwrap();
        let end = tree
            .collect(out.path())
            .path("--key-file", &key)
            .args(["--json"])
            .end();
        end.exits(0).json()["key_id"].as_str().unwrap().to_owned()
    };
    let words = "korb minze anker stiefel wolke";
    let plain = id("lf", format!("{words}\n").as_bytes());
    assert_eq!(id("crlf", format!("{words}\r\n").as_bytes()), plain);
    assert_eq!(id("bom", format!("\u{feff}{words}").as_bytes()), plain);
    assert_ne!(id("other", b"korb minze anker stiefel wolken"), plain);
}

#[test]
fn the_zip_is_the_same_with_a_map_and_without() {
    let (keys, tree, dir) = (Keys::new(), tree(), tempfile::tempdir().unwrap());
    let key = dir.path().join("key");
    fs::write(&key, [9; 32]).unwrap();
    let zip = |map: bool| {
        let out = tempfile::tempdir().unwrap();
        let mut run = tree.collect(out.path()).at_noon().path("--key-file", &key);
        if map {
            run = run
                .path("--map", &out.path().join("m"))
                .args(["--map-recipient", &keys.public]);
        }
        run.end().exits(0);
        fs::read(out.path().join("aoc-bundle-20261122T120000Z.zip")).unwrap()
    };
    assert!(zip(true) == zip(false));
}

#[test]
fn what_cannot_be_a_map_is_said_before_anything_is_collected() {
    let (tree, keys, out) = (tree(), Keys::new(), tempfile::tempdir().unwrap());
    let (taken, short) = (out.path().join("taken"), out.path().join("short"));
    fs::write(&taken, "a map").unwrap();
    fs::write(&short, "too short\n").unwrap();
    let free = out.path().join("free");
    let secret = keys.secret.to_string().expose_secret().to_owned();
    let map = |path: &Path| tree.collect(out.path()).path("--map", path);
    for (run, code, words) in [
        (map(&free), 2, ["--map-passphrase-file", VARIABLE]),
        (
            map(&free).env(VARIABLE, "short"),
            2,
            ["at least 12", "four words"],
        ),
        (
            map(&free).path("--map-passphrase-file", &short),
            2,
            ["9 characters", "at least 12"],
        ),
        (
            map(&free).args(["--map-recipient", &secret]),
            2,
            ["--map-recipient", "age1"],
        ),
        (
            map(&free)
                .args(["--map-recipient", &keys.public])
                .path("--map-passphrase-file", &short),
            2,
            ["cannot be used", "--map-recipient"],
        ),
        (
            tree.collect(out.path())
                .args(["--map-recipient", &keys.public]),
            2,
            ["required", "--map"],
        ),
        (
            map(&taken).args(["--map-recipient", &keys.public]),
            1,
            ["not overwritten", "--map"],
        ),
        (
            map(&out.path().join("no/x")).args(["--map-recipient", &keys.public]),
            1,
            ["folder", "--map"],
        ),
    ] {
        let end = run.end();
        end.exits(code).says(words);
        assert!(!end.stderr.contains(&secret), "a secret key is never shown");
    }
    assert_eq!(names_in(out.path()), ["short", "taken"]);
    assert_eq!(fs::read_to_string(&taken).unwrap(), "a map");
}

/// Takes the folder of the map away while the bundle is being verified.
struct Thief(PathBuf);

impl Progress for Thief {
    fn step(&self, name: &'static str) {
        if name == "verifying" {
            fs::remove_dir(&self.0).unwrap();
        }
    }
}

#[test]
fn a_map_that_cannot_be_written_in_the_end_costs_the_map_and_not_the_bundle() {
    let (tree, keys, out) = (tree(), Keys::new(), tempfile::tempdir().unwrap());
    let folder = out.path().join("maps");
    fs::create_dir(&folder).unwrap();
    let request = Request {
        case: Case::default(),
        ask: None,
        ask_settings: None,
        known_settings: Vec::new(),
        os: Os::Linux,
        root: Some(tree.path().to_path_buf()),
        api: Api::Offline,
        role: None,
        logs: Vec::new(),
        hars: Vec::new(),
        window: Default::default(),
        zone: None,
        max_size: 1 << 20,
        deadline: None,
        jobs: 2,
        level: Level::Standard,
        keep: Vec::new(),
        key: None,
        output: Output::Folder(out.path().to_path_buf()),
        map: Some(MapRequest {
            output: Output::File(folder.join("m")),
            lock: Lock::Recipients(vec![keys.secret.to_public()]),
        }),
        deflate: 6,
        commands: false,
        clock: Clock::Machine,
        rules: None,
        environment: Vec::new(),
    };
    let stop = std::sync::atomic::AtomicBool::new(false);
    let outcome = collect::collect(request, &Thief(folder), &stop).unwrap();
    assert_eq!(
        names_in(out.path()).len(),
        1,
        "the zip is there, and nothing else"
    );
    assert!(!outcome.complete, "which is exit code 3");
    let trouble = outcome.map.unwrap().trouble().unwrap();
    assert!(
        trouble.contains("was not written") && trouble.contains("Collect again"),
        "{trouble}"
    );
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("key");
    fs::write(&key, [3; 40]).unwrap();
    for (mode, told) in [(0o600, false), (0o640, true), (0o604, true)] {
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
        let end = Run::new("redact")
            .path("--key-file", &key)
            .stdin("user=ana\n")
            .end();
        end.exits(0);
        assert_eq!(
            end.stderr.contains("chmod 600"),
            told,
            "{mode:o}: {}",
            end.stderr
        );
    }
}

#[test]
fn redact_writes_a_map_too() {
    let (keys, dir) = (Keys::new(), tempfile::tempdir().unwrap());
    let map = dir.path().join("m");
    let run = Run::new("redact")
        .path("--map", &map)
        .args(["--map-recipient", &keys.public]);
    let end = run.stdin("user=ana password=Marble-Finch-208\n").end();
    let names = keys.open(&map);
    assert_eq!(names.len(), 1, "{names:?}");
    let text = keys.reveal(&map, &end.exits(0).text()).exits(0).text();
    assert!(text.starts_with("user=ana password=~secret."), "{text}");
}
