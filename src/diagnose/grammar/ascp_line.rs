//! What a line of ascp says, as far as the diagnosis needs it.

use super::uuid::Uuid;

/// A step of an HTTP fallback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diagnose) enum HttpStep {
    /// `Falling back to HTTP`.
    Begun,
    /// `Initializing http "put" request fasp session=… http_session=… result=…`.
    Opened {
        uuid: Option<Uuid>,
        get: bool,
        result: i64,
    },
    /// `http_session=… ended with result:… completed=…`.
    Ended { result: i64, completed: bool },
    /// It failed, with this message.
    Failed(String),
}

/// A message of ascp that the diagnosis needs.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::diagnose) enum AscpLine {
    /// A process began: version, and the expiry of its license if the line has it.
    Began {
        version: String,
        expires: Option<String>,
    },
    Session(Box<SessionLine>),
    Params {
        uuid: Uuid,
        cookie: String,
        /// Kilobits a second.
        target: u64,
        nodes: u32,
    },
    Statistics(Statistics),
    /// An error of either end.
    Error {
        uuid: Option<Uuid>,
        peer: bool,
        code: Option<i64>,
        text: String,
    },
    /// `TCP connect failed, err=N`: the number is the system's.
    Errno(i64),
    /// `AUTH [CLIENT|SERVER] … token=…`.
    Auth {
        server: bool,
        token: String,
    },
    /// One end received nothing for so many seconds.
    Silence {
        sender: bool,
        seconds: u32,
    },
    Http(HttpStep),
    /// The footer's count of files that did not come through.
    FilesFailed(u64),
    /// A rate or policy was lowered, in the program's words.
    Capped(String),
}

/// `FASP Session Start` or `Stop`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diagnose) struct SessionLine {
    pub(in crate::diagnose) uuid: Uuid,
    pub(in crate::diagnose) stop: bool,
    pub(in crate::diagnose) sending: bool,
    pub(in crate::diagnose) status: String,
    pub(in crate::diagnose) code: Option<i64>,
    pub(in crate::diagnose) errstr: String,
    pub(in crate::diagnose) source: String,
    pub(in crate::diagnose) dest: String,
    pub(in crate::diagnose) peer: String,
    pub(in crate::diagnose) version: String,
    pub(in crate::diagnose) cookie: String,
}

/// `FASP Session Statistics`: what was transferred.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::diagnose) struct Statistics {
    pub(in crate::diagnose) uuid: Uuid,
    pub(in crate::diagnose) sender: bool,
    /// Bytes of files.
    pub(in crate::diagnose) bytes: u64,
    /// Time of the data phase in microseconds.
    pub(in crate::diagnose) elapsed: u64,
    /// Retransmitted blocks, in hundredths of a percent.
    pub(in crate::diagnose) loss: u32,
    /// Effective rate in kilobits a second.
    pub(in crate::diagnose) kbps: u64,
}
