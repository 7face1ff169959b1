//! Builders: a machine's file tree, and a run of the program.
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::zips::Bundle;

/// Where Connect writes its logs in the home of `ana`.
pub const CONNECT: &str = "home/ana/.aspera/connect/var/log";
/// Where a transfer server writes its logs in file form.
pub const SERVER: &str = "opt/aspera/var/log";
/// The name that every transfer log has.
pub const TRANSFER: &str = "aspera-scp-transfer.log";
/// 2026-11-22T12:00:00Z: the time of runs that must give the same bytes.
pub const NOON: u64 = 1_795_348_800;

/// A machine's files, below a folder that is removed at the end.
pub struct Tree(TempDir);

impl Tree {
    /// A Linux machine called `xfer07` with two people on it, and no log yet.
    pub fn new() -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        tree.file("etc/hostname", "xfer07\n")
            .file("etc/timezone", "Etc/UTC\n")
            .file("etc/os-release", "NAME=\"Debian GNU/Linux\"\nID=debian\n")
            .file(
                "etc/passwd",
                "root:x:0:0:root:/root:/bin/bash\nana:x:1001:1001:Ana Weber:/home/ana:/bin/bash\n\
                 xfer:x:1002:1002::/home/xfer:/bin/aspshell\n",
            );
        fs::create_dir_all(tree.path().join("home/ana")).unwrap();
        tree
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, making its folders.
    pub fn file(&self, at: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(at);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// A log of the client, under the name that Connect gives it.
    pub fn client_log(&self, content: impl AsRef<[u8]>) -> &Self {
        self.file(&format!("{CONNECT}/{TRANSFER}"), content)
    }

    /// A log of the server in file form.
    pub fn server_log(&self, content: impl AsRef<[u8]>) -> &Self {
        self.file(&format!("{SERVER}/{TRANSFER}"), content)
    }

    /// Gives everything to `nobody`, so that a run as that user reads it.
    #[cfg(unix)]
    pub fn owned_by_nobody(&self) -> &Self {
        give_to_nobody(self.path());
        self
    }

    /// Sets when a file was last changed, in seconds since 1970.
    pub fn changed(&self, at: &str, seconds: u64) -> &Self {
        let file = fs::File::options().append(true).open(self.path().join(at));
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        file.unwrap().set_modified(time).unwrap();
        self
    }

    /// `collect` on this tree into `out`, without network.
    pub fn collect(&self, out: &Path) -> Run {
        Run::new("collect")
            .args(["--root".as_ref(), self.path().as_os_str()])
            .args(["--os", "linux", "--offline"])
            .args(["-o".as_ref(), out.as_os_str()])
    }

    /// Collects into a fresh folder: exit code and bundle.
    pub fn bundle<const N: usize>(&self, code: i32, more: [&str; N]) -> Bundle {
        let out = tempfile::tempdir().unwrap();
        let end = self.collect(out.path()).args(more).end();
        end.exits(code);
        let mut bundle = Bundle::read(&only_file(out.path()));
        bundle.folder = Some(out);
        bundle
    }
}

/// One line of a transfer log in file form, at a local time such as `2026-11-21 08:00:00`.
pub fn line(at: &str, text: &str) -> String {
    format!("{at}.123 [7410-80299740] LOG {text}\n")
}

/// Lines of a transfer log in file form, one a minute from 08:00 on.
pub fn lines(count: usize) -> String {
    (0..count)
        .map(|n| {
            let at = format!("2026-11-21 {:02}:{:02}:00", 8 + n / 60 % 14, n % 60);
            line(&at, &format!("Rate {n} Kbps of peer 10.1.2.3 user=ana"))
        })
        .collect()
}

/// The only file of a folder.
pub fn only_file(folder: &Path) -> PathBuf {
    let names = names_in(folder);
    assert_eq!(names.len(), 1, "one file is expected: {names:?}");
    folder.join(&names[0])
}

/// Names in a folder, sorted, hidden ones too.
pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut names: Vec<String> = entries
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// A command of another program. Fails the test where the program is not installed: a test that skips itself would
/// pass unnoticed.
#[track_caller]
pub fn tool(program: &str, package: &str) -> Command {
    let found = Command::new(program)
        .arg("--help")
        .stdin(Stdio::null())
        .output();
    assert!(
        found.is_ok(),
        "`{program}` is not installed; install the package `{package}` (scripts/test does)"
    );
    Command::new(program)
}

/// The user and group `nobody` of Linux systems.
#[cfg(unix)]
const NOBODY: u32 = 65_534;

/// Whether the tests run as root, for whom file permissions do not count.
#[cfg(unix)]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// The binary under test.
fn program() -> std::ffi::OsString {
    std::env::var_os("AOC_BUNDLE_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_aoc-bundle").into())
}

/// Gives a folder and everything in it to `nobody`, where the tests run as root.
#[cfg(unix)]
pub fn give_to_nobody(path: &Path) {
    if !is_root() {
        return;
    }
    std::os::unix::fs::lchown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if path.is_dir() && !path.is_symlink() {
        for entry in fs::read_dir(path).unwrap() {
            give_to_nobody(&entry.unwrap().path());
        }
    }
}

/// A run of the program that has not begun.
pub struct Run {
    command: Command,
    stdin: Vec<u8>,
}

impl Run {
    /// A command of the program, away from this machine's own settings.
    pub fn new(command: &str) -> Self {
        let run = Self::bare();
        run.args([command])
    }

    /// The program without any argument.
    pub fn bare() -> Self {
        let mut command = Command::new(program());
        command.env("TZ", "UTC").env_remove("SOURCE_DATE_EPOCH");
        Self {
            command,
            stdin: Vec::new(),
        }
    }

    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// An option with a path.
    pub fn path(self, option: &str, path: &Path) -> Self {
        self.args([option.as_ref(), path.as_os_str()])
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs without the rights of root, so that file permissions count.
    #[cfg(unix)]
    pub fn unprivileged(mut self) -> Self {
        use std::os::unix::fs::PermissionsExt;
        use std::os::unix::process::CommandExt;
        use std::sync::LazyLock;
        // The folder that the binary was built in may be closed to others.
        static COPY: LazyLock<TempDir> = LazyLock::new(|| {
            let dir = tempfile::tempdir().unwrap();
            fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
            fs::copy(program(), dir.path().join("aoc-bundle")).unwrap();
            dir
        });
        if is_root() {
            let mut command = Command::new(COPY.path().join("aoc-bundle"));
            command.args(self.command.get_args());
            for (name, value) in self.command.get_envs() {
                match value {
                    Some(value) => command.env(name, value),
                    None => command.env_remove(name),
                };
            }
            command.uid(NOBODY).gid(NOBODY);
            self.command = command;
        }
        self
    }

    /// The clock stands still at noon.
    pub fn at_noon(self) -> Self {
        self.env("SOURCE_DATE_EPOCH", NOON.to_string())
    }

    pub fn inside(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = bytes.as_ref().to_vec();
        self
    }

    /// The command alone, to be started in another way.
    #[cfg(unix)]
    pub fn into_command(self) -> Command {
        self.command
    }

    /// Starts it and leaves it running.
    pub fn start(mut self) -> Child {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        self.command.spawn().unwrap()
    }

    /// Runs it to its end.
    pub fn end(mut self) -> Ended {
        let stdin = std::mem::take(&mut self.stdin);
        let mut child = self.start();
        let mut pipe = child.stdin.take().unwrap();
        // A program that does not read its input closes the pipe, which is its right.
        let feeder = std::thread::spawn(move || drop(pipe.write_all(&stdin)));
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        Ended::of(output)
    }
}

impl Run {
    /// Runs it to its end, and tells the most memory that it ever held, in KiB, where that is known.
    pub fn end_and_peak(self) -> (Ended, Option<u64>) {
        let mut child = self.start();
        drop(child.stdin.take());
        let mut peak = None;
        while child.try_wait().unwrap().is_none() {
            peak = peak.max(high_water(child.id()));
            std::thread::sleep(Duration::from_millis(5));
        }
        (Ended::of(child.wait_with_output().unwrap()), peak)
    }
}

/// The most memory that a running process held so far, in KiB.
fn high_water(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// How a run ended, and what it said.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Ended {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    #[track_caller]
    pub fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.text(), self.stderr);
        self
    }

    /// The message tells all of these.
    #[track_caller]
    pub fn says<const N: usize>(&self, words: [&str; N]) -> &Self {
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} in {:?}", self.stderr);
        }
        self
    }

    /// Standard output as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard output as the one JSON object that it is.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        let text = self.text();
        assert_eq!(text.lines().count(), 1, "one line of JSON: {text}");
        serde_json::from_str(&text).unwrap()
    }
}
