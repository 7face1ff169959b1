//! Images of the three systems, and the items and known paths found in them.
#![expect(
    clippy::disallowed_methods,
    reason = "the tests make trees to look into"
)]
use std::fs;
use std::path::Path;

use super::*;
use crate::sources::paths::places::Home;

#[path = "named_places_tests.rs"]
mod named;
#[cfg(unix)]
#[path = "odd_files_tests.rs"]
mod odd_files;

/// A tree of made-up files, as an image of some system.
struct Image(tempfile::TempDir);

impl Image {
    fn new(files: &[(&str, &str)]) -> Self {
        let image = Self(tempfile::tempdir().expect("a folder"));
        for (file, text) in files {
            image.write(file, text.as_bytes());
        }
        image
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    fn search(&self, os: Os) -> Search {
        Search {
            os,
            root: Some(self.0.path().to_path_buf()),
            role: None,
            logs: Vec::new(),
        }
    }

    fn discover(&self, os: Os) -> Vec<Item> {
        discover(&self.search(os), &Places::of_image(os, self.0.path()))
    }

    fn with_logs(&self, os: Os, logs: &[&str]) -> Vec<Item> {
        let search = Search {
            logs: logs.iter().map(|&log| log.to_owned()).collect(),
            ..self.search(os)
        };
        discover(&search, &Places::of_image(os, self.0.path()))
    }
}

fn told(item: &Item) -> String {
    let decision = match &item.decision {
        Decision::Collect => "collect",
        Decision::List(_) => "list",
        Decision::Skip(_) => "skip",
        Decision::Fail { .. } => "fail",
    };
    format!("{} {decision} {:?}", item.entry, item.kind)
}

fn all_told(items: &[Item]) -> Vec<String> {
    items.iter().map(told).collect()
}

fn the<'a>(items: &'a [Item], entry: &str) -> &'a Item {
    items
        .iter()
        .find(|item| item.entry == entry)
        .unwrap_or_else(|| panic!("no {entry} in {:#?}", all_told(items)))
}

#[test]
fn a_linux_node_gives_logs_settings_and_sealed_things() {
    let image = Image::new(&[
        ("etc/passwd", "mlopez:x:1:1::/home/mlopez:/bin/sh\n"),
        (
            "home/mlopez/.aspera/connect/var/log/aspera-connect.log",
            "a",
        ),
        ("home/mlopez/.aspera/connect/var/asperaconnect.data", "b"),
        ("home/mlopez/.aspera/ascli/config.yaml", "c"),
        ("opt/aspera/etc/aspera.conf", "<conf/>"),
        ("opt/aspera/etc/aejd.json", "d"),
        ("opt/aspera/etc/aspera-license", "e"),
        ("opt/aspera/var/aspera_tokenauth_id_rsa", "f"),
        ("var/log/messages", "g"),
        ("var/log/messages-20261115.gz", "h"),
        ("var/log/asperanoded.log", "i"),
        ("var/log/kern.log", "j"),
        ("etc/rsyslog.d/00asperanoded_log.conf", "k"),
        ("etc/ssh/sshd_config", "l"),
        ("etc/ssh/ssh_host_rsa_key", "m"),
        ("opt/aspera/console/config/secret.yml", "n"),
        ("opt/aspera/console/config/database.yml", "o"),
        ("opt/aspera/console/log/production.log", "p"),
    ]);
    assert_eq!(
        all_told(&image.discover(Os::Linux)),
        [
            "logs/client/connect/aspera-connect.log collect Log",
            "logs/server/console/production.log collect Log",
            "logs/server/hsts/asperanoded.log collect Log",
            "logs/server/system/messages collect SharedLog",
            "logs/server/system/messages-20261115 collect SharedLog",
            "system/config/etc/rsyslog.d/00asperanoded_log.conf collect Config",
            "system/config/etc/ssh/ssh_host_rsa_key list Sealed",
            "system/config/etc/ssh/sshd_config collect Config",
            "system/config/home/mlopez/.aspera/ascli/config.yaml list Sealed",
            "system/config/home/mlopez/.aspera/connect/var/asperaconnect.data list Sealed",
            "system/config/opt/aspera/console/config/database.yml collect Config",
            "system/config/opt/aspera/console/config/secret.yml list Sealed",
            "system/config/opt/aspera/etc/aejd.json list Sealed",
            "system/config/opt/aspera/etc/aspera-license list Sealed",
            "system/config/opt/aspera/etc/aspera.conf collect Config",
            "system/config/opt/aspera/var/aspera_tokenauth_id_rsa list Sealed",
        ]
    );
}

#[test]
fn a_macos_image_is_read() {
    let image = Image::new(&[
        (
            "Users/kim/Library/Logs/Aspera_Connect/aspera-connect.log",
            "a",
        ),
        (
            "Users/kim/Library/Application Support/Aspera/.aspera_installer.log",
            "b",
        ),
        (
            "Users/kim/Library/Logs/com.ibm.software.aspera.desktop/ibm-aspera-desktop.log",
            "c",
        ),
        ("Library/Logs/Aspera/asperanoded.log", "d"),
        ("Library/Aspera/etc/aspera.conf", "<conf/>"),
        ("private/var/log/system.log.0.gz", "e"),
    ]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("private/var", image.path("var")).expect("a link");
    let items = image.discover(Os::Macos);
    assert_eq!(
        all_told(&items),
        [
            "logs/client/connect/.aspera_installer.log collect Log",
            "logs/client/connect/aspera-connect.log collect Log",
            "logs/client/desktop/ibm-aspera-desktop.log collect Log",
            "logs/server/hsts/asperanoded.log collect Log",
            "logs/server/system/system.log.0 collect SharedLog",
            "system/config/Library/Aspera/etc/aspera.conf collect Config",
        ]
    );
    assert_eq!(
        the(&items, "logs/server/hsts/asperanoded.log").row,
        "noded-log"
    );
}

#[test]
fn a_windows_image_is_read_in_any_case_and_told_in_windows_paths() {
    for drive in ["", "c/", "C/"] {
        let file = |name: &str| format!("{drive}{name}");
        let image = Image::new(&[
            (
                &file("Users/Kim/AppData/Local/Aspera/Aspera Connect/var/log/aspera-connect.log"),
                "a",
            ),
            (
                &file("Users/Kim/AppData/Local/Aspera/Aspera Connect/txfrpaths/1.json"),
                "b",
            ),
            (
                &file("program files/Aspera/Enterprise Server/var/log/asperanoded.log"),
                "c",
            ),
            (
                &file("Program Files (x86)/Aspera/Aspera Cargo/var/log/cargo.log"),
                "d",
            ),
            (&file("Users/Public/x.log"), "e"),
        ]);
        let items = image.discover(Os::Windows);
        assert_eq!(
            all_told(&items),
            [
                "logs/client/cargo/cargo.log collect Log",
                "logs/client/connect/aspera-connect.log collect Log",
                "logs/server/hsts/asperanoded.log collect Log",
                "system/config/C/Users/Kim/AppData/Local/Aspera/Aspera Connect/txfrpaths/1.json list Sealed",
            ],
            "{drive}"
        );
        assert_eq!(
            items[1].native_path,
            r"C:\Users\Kim\AppData\Local\Aspera\Aspera Connect\var\log\aspera-connect.log"
        );
    }
}

#[test]
fn several_homes_are_told_apart_by_the_user() {
    let image = Image::new(&[
        ("home/ann/.aspera/connect/var/log/aspera-connect.log", "a"),
        ("home/bob/.aspera/connect/var/log/aspera-connect.log", "b"),
        ("home/bob/.aspera/sdk/transferd.log", "c"),
    ]);
    assert_eq!(
        all_told(&image.discover(Os::Linux)),
        [
            "logs/client/connect/ann/aspera-connect.log collect Log",
            "logs/client/connect/bob/aspera-connect.log collect Log",
            "logs/client/sdk/transferd.log collect Log",
        ]
    );
}

#[test]
fn entries_are_unique_whatever_the_names() {
    let image = Image::new(&[
        ("var/log/aspera.log", "a"),
        ("opt/aspera/var/log/aspera.log", "b"),
        ("opt/aspera/var/log/sub/aspera.log", "c"),
        ("var/log/aspera.log.1", "d"),
        ("var/log/aspera.log.1.gz", "e"),
        ("var/log/aspera/ASPERA.log", "f"),
    ]);
    let items = image.discover(Os::Linux);
    let entries: std::collections::BTreeSet<String> =
        items.iter().map(|item| item.entry.to_lowercase()).collect();
    assert_eq!(
        (items.len(), entries.len()),
        (6, 6),
        "{:#?}",
        all_told(&items)
    );
    let sorted: Vec<&String> = items.iter().map(|item| &item.entry).collect();
    assert!(sorted.is_sorted());
}

#[test]
fn the_other_side_is_left_out_with_the_option_that_did_it() {
    let image = Image::new(&[
        ("home/ann/.aspera/connect/var/log/aspera-connect.log", "a"),
        ("var/log/asperanoded.log", "b"),
        ("var/log/messages", "c"),
    ]);
    let search = Search {
        role: Some(Role::Client),
        ..image.search(Os::Linux)
    };
    let items = discover(&search, &Places::of_image(Os::Linux, image.0.path()));
    assert_eq!(
        all_told(&items),
        [
            "logs/client/connect/aspera-connect.log collect Log",
            "logs/server/hsts/asperanoded.log skip Log",
            "logs/server/system/messages collect SharedLog",
        ]
    );
    assert_eq!(
        items[1].decision,
        Decision::Skip("Left out by --role client.".to_owned())
    );
}

#[test]
fn known_paths_tell_what_is_there_and_what_is_not() {
    let image = Image::new(&[
        (
            "home/ann/.aspera/connect/var/log/aspera-connect.log",
            "12345",
        ),
        ("opt/aspera/etc/aejd.json", "{}"),
    ]);
    let paths = known_paths(
        &image.search(Os::Linux),
        &Places::of_image(Os::Linux, image.0.path()),
    );
    let state = |row: &str| -> Vec<(&str, &PathState)> {
        paths
            .iter()
            .filter(|path| path.row == row)
            .map(|path| (path.native.as_str(), &path.state))
            .collect()
    };
    assert!(matches!(
        state("connect-log")[..],
        [(
            "/home/ann/.aspera/connect/var/log/aspera-connect.log",
            PathState::Found { size: 5, .. }
        )]
    ));
    assert!(matches!(
        state("aejd-secret")[0].1,
        PathState::Sealed { size: 2, .. }
    ));
    assert_eq!(
        state("drive-log"),
        [("~/.aspera/drive/var/log/**/*", &PathState::Missing)]
    );
    let rows = Catalogue::load(Os::Linux).expect("the table").rows;
    for row in rows.iter().filter(|row| {
        !row.globs[0].contains("${log_directory}") && !row.globs[0].contains("${syslog_file}")
    }) {
        assert!(!state(&row.id).is_empty(), "{} is not told", row.id);
    }
    let windows = known_paths(
        &image.search(Os::Windows),
        &Places::of_image(Os::Windows, image.0.path()),
    );
    assert!(
        windows
            .iter()
            .any(|path| path.native == r"%LOCALAPPDATA%\Aspera\Aspera Connect\var\log\**\*")
    );
}

#[test]
fn a_node_made_of_the_samples_is_found_whole() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let image = Image::new(&[(
        "opt/aspera/etc/aspera.conf",
        "<conf><default><logging><directory>/srv/aspera logs</directory></logging></default></conf>",
    )]);
    let mut wanted = 0;
    for folder in fs::read_dir(&samples).expect("the samples").flatten() {
        let client = folder.path().join("client");
        let case = folder.file_name().to_string_lossy().into_owned();
        for log in fs::read_dir(&client).into_iter().flatten().flatten() {
            let name = log.file_name().to_string_lossy().into_owned();
            let bytes = fs::read(log.path()).expect("a sample");
            image.write(
                &format!("home/mlopez/.aspera/connect/var/log/{case}/{name}"),
                &bytes,
            );
            wanted += 1;
        }
    }
    assert!(wanted > 20, "the samples are there");
    let ring = samples.join("w01-log-turn-over/client");
    for log in fs::read_dir(ring).expect("the ring").flatten() {
        let name = log.file_name().to_string_lossy().into_owned();
        image.write(
            &format!("srv/aspera logs/{name}"),
            &fs::read(log.path()).expect("a sample"),
        );
        wanted += 1;
    }
    let messages = samples.join("e01-source-not-found/server.messages");
    image.write("var/log/messages", &fs::read(messages).expect("a sample"));
    let items = image.discover(Os::Linux);
    assert_eq!(
        items.len(),
        wanted + 2,
        "all logs, messages and aspera.conf"
    );
    assert!(items.iter().all(|item| item.decision == Decision::Collect));
    let server = the(&items, "logs/server/hsts/aspera-scp-transfer.9.log");
    assert_eq!(
        server.native_path,
        "/srv/aspera logs/aspera-scp-transfer.9.log"
    );
    the(&items, "logs/server/system/messages");
}

#[test]
fn this_machine_is_searched_without_a_fault() {
    let search = Search {
        os: Os::current(),
        root: None,
        role: None,
        logs: Vec::new(),
    };
    let places = Places::of_this_machine(Os::current());
    let _ = (discover(&search, &places), known_paths(&search, &places));
    let nobody = Places {
        homes: vec![Home::new("gone", "/no/such/home")],
        ..Places::default()
    };
    let _ = discover(&search, &nobody);
}
