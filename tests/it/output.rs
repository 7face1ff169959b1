//! Where the zip goes: only a whole, verified zip gets a name, and whatever stops a run before that
//! leaves nothing behind.
use std::fs;
use std::path::Path;

use crate::kit::{Run, Tree, lines, names_in};
use crate::zips::Bundle;

fn tree() -> Tree {
    let tree = Tree::new();
    tree.client_log(lines(50));
    tree
}

/// The run wrote nothing into the folder, and says why.
#[track_caller]
fn leaves_nothing<const N: usize>(run: Run, folder: &Path, words: [&str; N]) {
    let before = names_in(folder);
    run.end().exits(1).says(words);
    assert_eq!(names_in(folder), before);
}

#[test]
fn a_folder_that_is_missing_is_not_made() {
    let (tree, dir) = (tree(), tempfile::tempdir().unwrap());
    for missing in ["no/", "no/bundle.zip"] {
        let run = tree.collect(&dir.path().join(missing));
        leaves_nothing(run, dir.path(), ["does not exist"]);
    }
}

#[test]
fn a_file_that_is_there_is_never_overwritten() {
    let (tree, dir) = (tree(), tempfile::tempdir().unwrap());
    let taken = dir.path().join("bundle.zip");
    fs::write(&taken, "mine").unwrap();
    leaves_nothing(
        tree.collect(&taken),
        dir.path(),
        ["already exists", "--output"],
    );
    assert_eq!(fs::read(&taken).unwrap(), b"mine");
}

#[test]
fn the_name_that_was_asked_for_is_the_name() {
    let (tree, dir) = (tree(), tempfile::tempdir().unwrap());
    let wanted = dir.path().join("my bundle.zip");
    let end = tree.collect(&wanted).args(["-q"]).end();
    assert_eq!(end.exits(0).text(), format!("{}\n", wanted.display()));
    assert_eq!(names_in(dir.path()), ["my bundle.zip"]);
    Run::new("verify").args([&wanted]).end().exits(0);
    let plain = dir.path().join("node-7.zip");
    tree.collect(&plain).end().exits(0);
    assert_eq!(
        Bundle::read(&plain).root,
        "node-7",
        "the root folder has the stem of the zip"
    );
}

#[cfg(unix)]
#[test]
fn a_folder_without_the_right_to_write() {
    use std::os::unix::fs::PermissionsExt;
    let (tree, dir) = (tree(), tempfile::tempdir().unwrap());
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    tree.owned_by_nobody();
    crate::kit::give_to_nobody(dir.path());
    leaves_nothing(
        tree.collect(dir.path()).unprivileged(),
        dir.path(),
        ["permission denied", "--output"],
    );
}

/// `/proc` and `/sys` take no files, not even root's.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files() {
    let tree = tree();
    let end = tree.collect(Path::new("/proc/self/fdinfo/")).end();
    end.exits(1).says(["cannot write", "--output"]);
}

#[cfg(target_os = "linux")]
mod full_disk {
    use std::path::Path;
    use std::process::Command;

    use super::*;
    use crate::kit::line;

    /// A disk of 64 KiB, for root only; unmounted at the end.
    struct SmallDisk(tempfile::TempDir);

    impl SmallDisk {
        fn mount() -> Option<Self> {
            let dir = tempfile::tempdir().unwrap();
            let mount = Command::new("mount")
                .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
                .arg(dir.path())
                .output();
            if mount.is_ok_and(|m| m.status.success()) {
                return Some(Self(dir));
            }
            eprintln!("skipped: this user may not mount a small disk");
            None
        }

        fn path(&self) -> &Path {
            self.0.path()
        }
    }

    impl Drop for SmallDisk {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg(self.0.path()).output();
        }
    }

    /// Lines that deflate can make little of.
    fn noise(count: u64) -> String {
        let mixed = |n: u64| {
            n.wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .rotate_left(29)
                .wrapping_mul(0xbf58_476d_1ce4_e5b9)
        };
        (0..count)
            .map(|n| {
                line(
                    "2026-11-21 08:00:00",
                    &format!(
                        "rate {} {} {}",
                        mixed(n),
                        mixed(n + count),
                        mixed(n ^ 0xffff)
                    ),
                )
            })
            .collect()
    }

    #[test]
    fn ends_the_run_and_leaves_nothing() {
        let Some(disk) = SmallDisk::mount() else {
            return;
        };
        // Full while evidence is spooled, and full when the zip is put together.
        for count in [20_000, 1200] {
            let tree = Tree::new();
            tree.client_log(noise(count));
            leaves_nothing(
                tree.collect(disk.path()),
                disk.path(),
                ["disk is full", "free some space"],
            );
            assert_eq!(names_in(disk.path()).len(), 0);
        }
    }
}

#[cfg(unix)]
mod interrupted {
    use std::io::{BufRead, BufReader, Read};

    use rustix::process::{Pid, Signal, kill_process};

    use super::*;

    /// Sends a signal when the run says that it has reached a step.
    fn stopped(tree: &Tree, step: &str, signal: Signal) {
        let out = tempfile::tempdir().unwrap();
        let mut child = tree.collect(out.path()).start();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains(step) {
            assert_ne!(
                stderr.read_line(&mut said).unwrap(),
                0,
                "it never said {step}: {said}"
            );
        }
        kill_process(Pid::from_child(&child), signal).unwrap();
        stderr.read_to_string(&mut said).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(130), "at {step}: {said}");
        assert!(said.contains("interrupted"), "{said}");
        assert_eq!(names_in(out.path()).len(), 0, "{:?}", names_in(out.path()));
    }

    fn large() -> Tree {
        let tree = Tree::new();
        let text = lines(100_000);
        for number in 0..8 {
            tree.file(
                &format!("{}/aspera-scp-transfer.{number}.log", crate::kit::CONNECT),
                &text,
            );
        }
        tree
    }

    #[test]
    fn ctrl_c_while_it_reads_leaves_nothing() {
        let tree = large();
        stopped(&tree, "collecting", Signal::INT);
        stopped(&tree, "collecting", Signal::TERM);
    }

    #[test]
    fn ctrl_c_while_it_verifies_leaves_nothing() {
        stopped(&large(), "verifying", Signal::INT);
    }
}
