//! The status commands: a table of what may be run, where its program is looked for, and what came
//! out. A program that is not installed is an ordinary skip, not a failure.
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;

use super::process;
use super::process::{Limits, Run};
use crate::sources::item::Role;
use crate::sources::paths::catalogue::Os;

/// One row of `commands.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandSpec {
    /// Name of the entry in the zip, one per system.
    pub id: String,
    /// File name of the program.
    pub program: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Systems on which it is tried.
    pub os: Vec<Os>,
    /// Which list of folders holds the program where PATH does not.
    pub group: String,
    /// Product as people call it.
    pub product: String,
    /// Which end of a transfer it is about; `None` for the whole machine.
    pub role: Option<Role>,
    /// What support learns from it.
    pub what: String,
    /// Time limit in seconds.
    pub timeout_s: u64,
    /// Exit codes other than 0 that still are an answer.
    #[serde(default)]
    pub answers: Vec<i32>,
    /// It is not needed where one of these files is there.
    #[serde(default)]
    pub unless_exists: Vec<String>,
    /// Which of its lines may be kept.
    pub lines: Option<LineChoice>,
}

/// Which lines of an output may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineChoice {
    /// It is a log of the whole system: only those of Aspera's programs (see `SharedLogRule`).
    SharedLog,
}

/// The file behind the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    folders: BTreeMap<String, BTreeMap<Os, Vec<String>>>,
    command: Vec<CommandSpec>,
}

static TABLE: LazyLock<Option<Table>> =
    LazyLock::new(|| toml::from_str(include_str!("commands.toml")).ok());

/// The commands for a system, in the order in which they run.
#[must_use]
pub fn table(os: Os) -> Vec<&'static CommandSpec> {
    let rows = TABLE.as_ref().map(|table| table.command.as_slice());
    rows.unwrap_or_default()
        .iter()
        .filter(|spec| spec.os.contains(&os))
        .collect()
}

impl CommandSpec {
    /// The command line as a person would type it, e.g. `ascp -A`.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = self.program.clone();
        for arg in &self.args {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_=.:/+@%,".contains(&b);
            line.push(' ');
            if !arg.is_empty() && arg.bytes().all(plain) {
                line.push_str(arg);
            } else {
                line.push('\'');
                line.push_str(&arg.replace('\'', "'\\''"));
                line.push('\'');
            }
        }
        line
    }

    /// The folders beside PATH in which its program may lie, `~` already replaced.
    #[must_use]
    pub fn folders(&self, os: Os, home: Option<&Path>) -> Vec<PathBuf> {
        let rows = TABLE
            .as_ref()
            .and_then(|table| table.folders.get(&self.group));
        let rows = rows.and_then(|group| group.get(&os));
        rows.into_iter()
            .flatten()
            .filter_map(|folder| match folder.strip_prefix('~') {
                Some(rest) => Some(home?.join(rest.trim_start_matches(['/', '\\']))),
                None => Some(PathBuf::from(folder)),
            })
            .collect()
    }

    /// True where the command has nothing to add, because one of `unless_exists` is there.
    #[must_use]
    pub fn is_covered(&self) -> bool {
        self.unless_exists
            .iter()
            .any(|path| Path::new(path).exists())
    }

    /// True where `exit` is an answer and not a failure.
    #[must_use]
    pub fn is_answer(&self, exit: Option<i32>) -> bool {
        exit.is_some_and(|code| code == 0 || self.answers.contains(&code))
    }
}

/// The variables that a command sees, and what is known from them. Made once per run by the caller,
/// who alone reads the environment.
#[derive(Clone, Debug, Default)]
pub struct CommandEnv {
    vars: Vec<(OsString, OsString)>,
    path: Vec<PathBuf>,
    home: Option<PathBuf>,
}

/// Variables that are passed on; all others (tokens, passwords, library paths) are not.
const PASSED: [&str; 14] = [
    "HOME",
    "PATH",
    "USER",
    "LOGNAME",
    "TZ",
    "XDG_RUNTIME_DIR",
    "SystemRoot",
    "SystemDrive",
    "windir",
    "USERPROFILE",
    "LOCALAPPDATA",
    "APPDATA",
    "TEMP",
    "ProgramData",
];

impl CommandEnv {
    /// Picks what commands may see out of an environment (usually `std::env::vars_os()`). Output is
    /// asked for in English, so that it can be read by programs.
    pub fn from_vars(vars: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut env = Self::default();
        for (name, value) in vars {
            if !PASSED
                .iter()
                .any(|passed| name.eq_ignore_ascii_case(passed))
            {
                continue;
            }
            if name.eq_ignore_ascii_case("PATH") {
                // A relative entry would run whatever lies in the current folder.
                let entries = std::env::split_paths(&value);
                env.path = entries.filter(|entry| entry.is_absolute()).collect();
                continue;
            }
            if name == "HOME" || name.eq_ignore_ascii_case("USERPROFILE") {
                env.home.get_or_insert_with(|| PathBuf::from(&value));
            }
            env.vars.push((name, value));
        }
        let path = std::env::join_paths(&env.path).unwrap_or_default();
        let fixed: [(&str, &OsStr); 4] = [
            ("PATH", &path),
            ("LANG", OsStr::new("C")),
            ("LC_ALL", OsStr::new("C")),
            ("TERM", OsStr::new("dumb")),
        ];
        for (name, value) in fixed {
            env.vars.push((name.into(), value.into()));
        }
        env
    }

    /// The person's home folder, where known.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }
}

/// What became of a command. Texts never quote its output.
#[derive(Clone, Debug)]
pub enum CommandOutcome {
    /// The program is not installed: an ordinary skip.
    NotFound,
    /// The system log files are there, so the command has nothing to add.
    Covered,
    /// The program could not be started.
    Failed {
        /// What went wrong, in one sentence.
        reason: String,
        /// What the person can do about it.
        remedy: String,
    },
    /// It ran; look at `exit` and `timed_out`.
    Ran {
        /// Where the program was found.
        program: PathBuf,
        /// What it did.
        run: Run,
    },
}

/// Runs one command of the table on this machine. The shorter of the row's time limit and that of
/// `limits` counts.
#[must_use]
pub fn run(spec: &CommandSpec, env: &CommandEnv, limits: &Limits<'_>) -> CommandOutcome {
    if spec.is_covered() {
        return CommandOutcome::Covered;
    }
    let program = match find(spec, Os::current(), env) {
        Found::Program(program) => program,
        Found::Nowhere => return CommandOutcome::NotFound,
        Found::Untrusted => {
            return CommandOutcome::Failed {
                reason: format!(
                    "{} lies where other accounts than root may change it, so root does not run it.",
                    spec.program
                ),
                remedy: format!("Run `{}` under the account that owns it.", spec.line()),
            };
        }
    };
    let limits = Limits {
        time: limits.time.min(Duration::from_secs(spec.timeout_s)),
        ..*limits
    };
    match process::run(&program, &spec.args, &env.vars, &limits) {
        Ok(run) => CommandOutcome::Ran { program, run },
        Err(error) => not_started(spec, &error),
    }
}

fn not_started(spec: &CommandSpec, error: &io::Error) -> CommandOutcome {
    let (reason, remedy) = match error.kind() {
        io::ErrorKind::NotFound => return CommandOutcome::NotFound,
        io::ErrorKind::PermissionDenied => (
            format!("{} may not be run by this user.", spec.program),
            format!(
                "Run aoc-bundle with sudo, or send the output of `{}`.",
                spec.line()
            ),
        ),
        _ => (
            format!("{} could not be started.", spec.program),
            format!(
                "Try `{}` by hand; the program may be damaged or made for another processor.",
                spec.line()
            ),
        ),
    };
    CommandOutcome::Failed { reason, remedy }
}

/// Where a program is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    Program(PathBuf),
    Nowhere,
    Untrusted,
}

/// Looks for the program of `spec` on PATH, then in its folders.
fn find(spec: &CommandSpec, os: Os, env: &CommandEnv) -> Found {
    let mut found = Found::Nowhere;
    let folders = spec.folders(os, env.home());
    for folder in env.path.iter().chain(&folders) {
        for name in file_names(&spec.program, os) {
            let path = folder.join(name);
            if !is_program(&path) {
                continue;
            }
            if is_trusted(&path) {
                return Found::Program(path);
            }
            found = Found::Untrusted;
        }
    }
    found
}

/// The file names under which a program may lie.
fn file_names(program: &str, os: Os) -> Vec<String> {
    if os == Os::Windows && !program.contains('.') {
        vec![format!("{program}.exe"), format!("{program}.bat")]
    } else {
        vec![program.to_owned()]
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// Root runs nothing that somebody else could have put there (a user's own Connect or SDK).
#[cfg(unix)]
fn is_trusted(path: &Path) -> bool {
    if !rustix::process::geteuid().is_root() {
        return true;
    }
    let chain_is_roots = |path: &Path| path.ancestors().all(is_roots);
    chain_is_roots(path) && path.canonicalize().is_ok_and(|real| chain_is_roots(&real))
}

#[cfg(unix)]
fn is_roots(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    path.metadata().is_ok_and(|meta| {
        let by_group = meta.gid() != 0 && meta.mode() & 0o020 != 0;
        let by_all = meta.mode() & 0o002 != 0;
        meta.uid() == 0 && !by_group && !by_all
    })
}

#[cfg(not(unix))]
fn is_trusted(_path: &Path) -> bool {
    true
}

#[cfg(all(test, unix))]
#[path = "commands_tests.rs"]
mod tests;
