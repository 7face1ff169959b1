//! One piece of evidence as the plan sees it: what it is, where it lies, what will be done with it.
use std::path::PathBuf;
use std::time::SystemTime;

/// Which end of a transfer the evidence is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person's side: Connect, desktop, CLI, Drive, Cargo, SDK.
    Client,
    /// The node's side: HSTS, HSTE, daemons, web applications.
    Server,
}

/// How an item is read.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// A log that belongs to an Aspera product: every line is taken.
    Log,
    /// A log of the whole system: only lines of Aspera's programs and of sshd about transfer users.
    SharedLog,
    /// A configuration file.
    Config,
    /// A HAR network trace.
    Har,
    /// The output of a status command.
    Command,
    /// Facts about this host, gathered in the process itself.
    Host,
    /// An answer of an API.
    Api,
    /// A file that is named in the bundle with size and time, and never opened.
    Sealed,
}

/// What the plan decided about an item, with the reason where it is not collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It will be read, redacted and packed.
    Collect,
    /// It is listed with size and time only; the reason says why.
    List(String),
    /// It is left out by the request (size, window, role, level, duplicate).
    Skip(String),
    /// It cannot be read; `remedy` says which command or right would help.
    Fail {
        /// What went wrong, in one sentence.
        reason: String,
        /// What the person can do about it.
        remedy: String,
    },
}

/// Where the bytes of an item come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file on this machine (for `--root`, the path inside the mounted image as opened here).
    File(PathBuf),
    /// A status command: index into the command table.
    Command(String),
    /// Bytes made by this program (host facts).
    Made(Vec<u8>),
    /// Answers of an API: name of the entry.
    Api(&'static str),
}

/// One planned piece of evidence. Paths in it are raw: they are redacted before they are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Row of the catalogue that found it, e.g. `hsts-linux-syslog`.
    pub row: String,
    /// Product as people call it, e.g. `Aspera Connect`.
    pub product: String,
    /// Short product name for folders in the zip, e.g. `connect`.
    pub slug: String,
    /// Client or server; `None` for things of the whole machine.
    pub role: Option<Role>,
    /// How it is read.
    pub kind: ItemKind,
    /// Where its bytes come from.
    pub origin: Origin,
    /// The path as the evidence's own system spells it (`C:\Users\…` for a mounted Windows image).
    pub native_path: String,
    /// Wanted place in the zip, before redaction and before names are made unique,
    /// e.g. `logs/server/hsts/aspera-scp-transfer.log`.
    pub entry: String,
    /// Size on disk in bytes, where known.
    pub size: Option<u64>,
    /// Time of last change, where known.
    pub modified: Option<SystemTime>,
    /// Other names of the same file (hard links, symlinks), in native spelling.
    pub aliases: Vec<String>,
    /// What will be done with it.
    pub decision: Decision,
}
