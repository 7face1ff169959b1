//! The request of a run: every option as a value of its type. No evidence has been read.
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::case::support_case::Case;
use super::trace::Clock;
use crate::aoc::api::settings::Known;
use crate::bundle::reversal_map::Lock;
use crate::pseudonym::Key;
use crate::redact::{Level, Rules};
use crate::sources::answers::cloud::{Missing, Question};
use crate::sources::case_facts::Candidate;
use crate::sources::item::Role;
use crate::sources::paths::catalogue::Os;
use crate::sources::time_window::Window;

/// Where the zip goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Into this folder, under the name that the case gives it.
    Folder(PathBuf),
    /// To exactly this file.
    File(PathBuf),
}

/// A reversal map that is wanted.
pub struct MapRequest {
    /// Where it goes; in a folder it gets the name of the zip with the ending `.map.age`.
    pub output: Output,
    /// Its passphrase or public keys.
    pub lock: Lock,
}

/// Asks which of several packages is meant; gives its number, or `None` for none of them.
pub type Ask = fn(&[&Candidate]) -> Option<usize>;

/// Asks for durations of tokens: name in the API, and seconds or `None` for a setting that is off.
pub type AskSettings = fn() -> Vec<(&'static str, Option<u64>)>;

/// What is asked of the APIs.
#[derive(Clone, Default)]
pub enum Api {
    /// Nothing, by `--offline`: no HTTP client is created, so that no connection can be opened.
    #[default]
    Offline,
    /// What can be asked; what cannot be asked says why.
    Online {
        /// The questions; `None` where there is nobody to ask.
        question: Option<Arc<Question>>,
        /// Why no organization is asked, where none is.
        no_cloud: Option<NoCloud>,
    },
}

/// Why no organization is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoCloud {
    /// Reason and remedy.
    pub missing: Missing,
    /// The user gave credentials that cannot be used, which is a failure and not a choice.
    pub is_failure: bool,
}

impl Api {
    /// The questions, where there are some.
    #[must_use]
    pub fn question(&self) -> Option<&Arc<Question>> {
        match self {
            Self::Offline => None,
            Self::Online { question, .. } => question.as_ref(),
        }
    }
}

/// The request of a run.
pub struct Request {
    /// Who the case is about.
    pub case: Case,
    /// Asks which package is meant where the evidence leaves it open; `None` asks nobody.
    pub ask: Option<Ask>,
    /// Asks for the organization's token settings where neither the API nor a trace can tell them; `None`
    /// asks nobody.
    pub ask_settings: Option<AskSettings>,
    /// Token settings that are known without the API.
    pub known_settings: Vec<Known>,
    /// Whose paths to look for.
    pub os: Os,
    /// Root of a mounted image; `None` for this machine.
    pub root: Option<PathBuf>,
    /// Only client or only server things.
    pub role: Option<Role>,
    /// Files, folders and globs that the user named.
    pub logs: Vec<String>,
    /// HAR files and folders that the user named.
    pub hars: Vec<PathBuf>,
    /// Only lines inside this window.
    pub window: Window,
    /// Zone of local stamps; `None` takes the machine's or the image's.
    pub zone: Option<TimeZone>,
    /// Most bytes of the zip.
    pub max_size: u64,
    /// How long reading may take.
    pub deadline: Option<Duration>,
    /// Worker threads.
    pub jobs: usize,
    /// How much is cut.
    pub level: Level,
    /// Further values that stay in clear.
    pub keep: Vec<String>,
    /// The rules with those of the user; `None` takes the built-in ones.
    pub rules: Option<Rules>,
    /// The key of a fleet; `None` makes one for this bundle and forgets it.
    pub key: Option<Key>,
    /// Where the zip goes.
    pub output: Output,
    /// Where the reversal map goes, and its lock; `None` writes none.
    pub map: Option<MapRequest>,
    /// Deflate level, 1 to 9.
    pub deflate: u32,
    /// What is asked of the APIs.
    pub api: Api,
    /// Whether status commands are run (never for an image).
    pub commands: bool,
    /// What time it is.
    pub clock: Clock,
    /// Environment for status commands.
    pub environment: Vec<(std::ffi::OsString, std::ffi::OsString)>,
}

/// What our own files take in the zip: at least so much, and with much evidence up to so much more.
const OUR_LEAST: u64 = 12 << 10;
const OUR_MOST: u64 = 512 << 10;

impl Request {
    /// What is left of the size limit for evidence: manifest, report and the other files of our own come on top.
    pub(super) fn evidence_size(&self) -> u64 {
        self.max_size
            .saturating_sub((self.max_size / 8).min(OUR_MOST) + OUR_LEAST)
    }
}
