//! Looking into a tree: patterns, case, drives and links, and never out of the image.
#![expect(
    clippy::disallowed_methods,
    reason = "the tests make trees to look into"
)]
use std::fs;

use super::*;
use crate::sources::paths::pattern::PathPattern;

struct Image(tempfile::TempDir);

impl Image {
    fn new(files: &[&str]) -> Self {
        let image = Self(tempfile::tempdir().expect("a folder"));
        for file in files {
            let path = image.0.path().join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, file).expect("a file");
        }
        image
    }

    fn tree(&self, os: Os) -> Tree {
        Tree::new(os, Some(self.0.path()))
    }

    fn expand(&self, os: Os, pattern: &str, rotated: bool) -> Vec<(String, String)> {
        let pattern = PathPattern::parse(os, pattern).expect("a pattern");
        self.tree(os)
            .expand(&pattern, rotated)
            .into_iter()
            .map(|found| (found.native, short(&found.what)))
            .collect()
    }

    #[cfg(unix)]
    fn link(&self, target: &str, name: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::os::unix::fs::symlink(target, path).expect("a link");
    }
}

fn short(what: &What) -> String {
    match what {
        What::File { .. } => "file".to_owned(),
        What::Folder => "folder".to_owned(),
        What::LinkedFolder => "linked folder".to_owned(),
        What::Special(name) => (*name).to_owned(),
        What::Trouble(trouble) => format!("{trouble:?}"),
    }
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(path, what)| ((*path).to_owned(), (*what).to_owned()))
        .collect()
}

#[test]
fn patterns_find_files_hidden_ones_and_rotated_siblings() {
    let image = Image::new(&[
        "var/log/messages",
        "var/log/messages-20261115.gz",
        "var/log/messages~",
        "var/log/.hidden.log",
        "var/log/deep/a/b/x.log",
    ]);
    assert_eq!(
        image.expand(Os::Linux, "/var/log/messages", true),
        pairs(&[
            ("/var/log/messages", "file"),
            ("/var/log/messages-20261115.gz", "file")
        ])
    );
    assert_eq!(
        image.expand(Os::Linux, "/var/log/messages", false),
        pairs(&[("/var/log/messages", "file")])
    );
    assert_eq!(
        image.expand(Os::Linux, "/var/log/**/*.log", false),
        pairs(&[
            ("/var/log/.hidden.log", "file"),
            ("/var/log/deep/a/b/x.log", "file")
        ])
    );
    assert!(
        image
            .expand(Os::Linux, "/var/nothing/**/*.log", true)
            .is_empty()
    );
    assert!(
        image
            .expand(Os::Linux, "/var/log/messages/x", true)
            .is_empty()
    );
}

#[test]
fn windows_and_macos_trees_are_read_in_any_case() {
    let image = Image::new(&[
        "users/Ann/AppData/local/Aspera/x.LOG",
        "Library/logs/aspera/y.log",
    ]);
    assert_eq!(
        image.expand(
            Os::Windows,
            r"C:\Users\ann\AppData\Local\Aspera\*.log",
            false
        ),
        pairs(&[(r"C:\Users\ann\AppData\Local\Aspera\x.LOG", "file")])
    );
    assert_eq!(
        image.expand(Os::Macos, "/Library/Logs/Aspera/*", false),
        pairs(&[("/Library/Logs/Aspera/y.log", "file")])
    );
    assert!(
        image
            .expand(Os::Linux, "/Library/Logs/Aspera/*", false)
            .is_empty()
    );
}

#[test]
fn a_drive_is_the_root_or_a_folder_named_after_it() {
    for (folder, pattern, native) in [
        ("Logs", r"C:\Logs\x.log", r"C:\Logs\x.log"),
        ("c/Logs", r"C:\Logs\x.log", r"C:\Logs\x.log"),
        ("C/Logs", r"C:\Logs\x.log", r"C:\Logs\x.log"),
        ("D/Logs", r"D:\Logs\x.log", r"D:\Logs\x.log"),
        ("d:/Logs", r"D:\Logs\x.log", r"D:\Logs\x.log"),
    ] {
        let image = Image::new(&[&format!("{folder}/x.log")]);
        assert_eq!(
            image.expand(Os::Windows, pattern, false),
            pairs(&[(native, "file")]),
            "{folder}"
        );
        let found = image.tree(Os::Windows).look(pattern);
        assert_eq!(found.resolved, native, "{folder}");
    }
    let image = Image::new(&["Logs/x.log"]);
    assert!(
        image
            .expand(Os::Windows, r"D:\Logs\x.log", false)
            .is_empty(),
        "not the C drive"
    );
}

#[cfg(unix)]
#[test]
fn links_stay_inside_the_image() {
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("secret.log"), "outside").expect("a file");
    let image = Image::new(&["data/real.log", "data/deep/other.log"]);
    let root = image.0.path().to_string_lossy().into_owned();
    image.link("/data/real.log", "logs/absolute.log");
    image.link("../data/real.log", "logs/relative.log");
    image.link("../../../../../../../../data/real.log", "logs/climbing.log");
    image.link(&format!("{root}/data/real.log"), "logs/made-here.log");
    image.link(
        &outside.path().join("secret.log").to_string_lossy(),
        "logs/escape.log",
    );
    image.link("loop-b.log", "logs/loop-a.log");
    image.link("loop-a.log", "logs/loop-b.log");
    image.link("/data/deep", "logs/folder.log");
    let expected = [
        ("/logs/absolute.log", "file"),
        ("/logs/climbing.log", "file"),
        ("/logs/escape.log", "Dangling"),
        ("/logs/folder.log", "folder"),
        ("/logs/loop-a.log", "Loop"),
        ("/logs/loop-b.log", "Loop"),
        ("/logs/made-here.log", "file"),
        ("/logs/relative.log", "file"),
    ];
    assert_eq!(
        image.expand(Os::Linux, "/logs/*.log", false),
        pairs(&expected)
    );
    let found = image.tree(Os::Linux).look("/logs/absolute.log");
    assert_eq!(found.resolved, "/data/real.log");
    assert!(found.real.ends_with("data/real.log"));
}

#[cfg(unix)]
#[test]
fn folder_links_are_named_but_not_followed_into_any_depth() {
    let image = Image::new(&["log/x.log", "log/sub/y.log"]);
    image.link(".", "log/self");
    image.link("/", "log/sub/everything");
    image.link("/log", "linked");
    assert_eq!(
        image.expand(Os::Linux, "/log/**/*.log", false),
        pairs(&[
            ("/log/x.log", "file"),
            ("/log/self", "linked folder"),
            ("/log/sub/y.log", "file"),
            ("/log/sub/everything", "linked folder"),
        ])
    );
    assert_eq!(
        image.expand(Os::Linux, "/linked/sub/*.log", false),
        pairs(&[("/linked/sub/y.log", "file")]),
        "a link that is written out is followed"
    );
}

#[cfg(unix)]
#[test]
fn special_files_are_named_and_never_waited_for() {
    let image = Image::new(&["var/log/a.log"]);
    let fifo = image.0.path().join("var/log/pipe.log");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    let _socket = std::os::unix::net::UnixListener::bind(image.0.path().join("var/log/s.log"))
        .expect("a socket");
    fs::create_dir(image.0.path().join("var/log/folder.log")).expect("a folder");
    assert_eq!(
        image.expand(Os::Linux, "/var/log/*.log", true),
        pairs(&[
            ("/var/log/a.log", "file"),
            ("/var/log/folder.log", "folder"),
            ("/var/log/pipe.log", "a named pipe (FIFO)"),
            ("/var/log/s.log", "a socket"),
        ])
    );
    let error = open_regular(&fifo).expect_err("a FIFO");
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    assert!(open_regular(&image.0.path().join("var/log/a.log")).is_ok());
    assert_eq!(
        image.tree(Os::Linux).read("/var/log/pipe.log", 10),
        Err(Trouble::Absent)
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_entered_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let image = Image::new(&["var/log/closed/x.log", "var/log/open/y.log"]);
    let closed = image.0.path().join("var/log/closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("a mode");
    if fs::read_dir(&closed).is_err() {
        assert_eq!(
            image.expand(Os::Linux, "/var/log/**/*.log", true),
            pairs(&[
                ("/var/log/closed", "Denied"),
                ("/var/log/open/y.log", "file")
            ])
        );
        assert_eq!(
            image.expand(Os::Linux, "/var/log/closed/x.log", true),
            pairs(&[("/var/log/closed/x.log", "Denied")])
        );
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).expect("a mode");
}

#[test]
fn depth_is_bounded() {
    let deep = |levels: usize| format!("log/{}x.log", "d/".repeat(levels));
    let image = Image::new(&[&deep(12), &deep(13)]);
    assert_eq!(image.expand(Os::Linux, "/log/**/*.log", false).len(), 1);
}

#[test]
fn small_files_are_read_up_to_a_limit() {
    let image = Image::new(&["etc/passwd"]);
    let tree = image.tree(Os::Linux);
    assert_eq!(tree.read("/etc/passwd", 3).expect("bytes"), b"etc");
    assert_eq!(tree.read("/etc/nothing", 3), Err(Trouble::Absent));
    assert_eq!(tree.read("/etc", 3), Err(Trouble::Absent));
}

#[cfg(unix)]
#[test]
fn names_that_are_no_utf8_are_found_and_opened() {
    use std::os::unix::ffi::OsStrExt;
    let image = Image::new(&["log/a.log"]);
    let odd = image
        .0
        .path()
        .join("log")
        .join(OsStr::from_bytes(b"\xff.log"));
    if fs::write(&odd, "odd").is_ok() {
        let pattern = PathPattern::parse(Os::Linux, "/log/*.log").expect("a pattern");
        let found = image.tree(Os::Linux).expand(&pattern, false);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|found| open_regular(&found.real).is_ok()));
    }
}
