//! What is known of one FASP session, from all its lines and both its ends.
use std::collections::BTreeSet;

use crate::diagnose::grammar::{Http, SessionLine, Spec, Statistics, Uuid};
use crate::text::Stamp;

/// Most ends of a session that are kept: client and server, in file form and in syslog.
const MOST_ENDS: usize = 4;
/// Most told causes that are kept.
const MOST_SAID: usize = 14;

/// A line of an entry, by the number of the entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::diagnose) struct Spot {
    pub(in crate::diagnose) entry: u32,
    pub(in crate::diagnose) line: u64,
    pub(in crate::diagnose) stamp: Option<Stamp>,
}

/// Somebody tells a cause.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::diagnose) struct Said {
    pub(in crate::diagnose) spot: Spot,
    /// The far end said it.
    pub(in crate::diagnose) peer: bool,
    pub(in crate::diagnose) warning: bool,
    /// The number is one of the management stream, by its place.
    pub(in crate::diagnose) managed: bool,
    pub(in crate::diagnose) code: Option<i64>,
    pub(in crate::diagnose) text: String,
}

/// How an end of a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(in crate::diagnose) enum Status {
    #[default]
    Running,
    Success,
    Failed,
}

/// One process's view of a session.
#[derive(Clone, Debug, Default)]
pub(in crate::diagnose) struct End {
    /// The process: folder of its log, and number.
    pub(in crate::diagnose) writer: Option<(u32, u32)>,
    pub(in crate::diagnose) sending: bool,
    pub(in crate::diagnose) server: Option<bool>,
    pub(in crate::diagnose) start: Option<Spot>,
    pub(in crate::diagnose) stop: Option<Spot>,
    /// The session was opened: what failed, failed later.
    pub(in crate::diagnose) opened: bool,
    pub(in crate::diagnose) status: Status,
    pub(in crate::diagnose) code: Option<i64>,
    pub(in crate::diagnose) errstr: String,
    pub(in crate::diagnose) version: String,
    pub(in crate::diagnose) statistics: Option<Statistics>,
}

/// How an HTTP fallback went.
#[derive(Clone, Debug, Default)]
pub(in crate::diagnose) struct Fallback {
    pub(in crate::diagnose) begun: Option<Spot>,
    pub(in crate::diagnose) get: bool,
    pub(in crate::diagnose) refused: Option<(i64, Spot)>,
    pub(in crate::diagnose) ended: Option<(i64, bool, Spot)>,
}

/// A session.
#[derive(Clone, Debug, Default)]
pub(in crate::diagnose) struct Session {
    /// Order in which sessions were first seen.
    pub(in crate::diagnose) number: u64,
    pub(in crate::diagnose) ends: Vec<End>,
    pub(in crate::diagnose) said: Vec<Said>,
    pub(in crate::diagnose) errno: Option<(i64, Spot)>,
    /// Longest silence in seconds that the sender and the receiver tell.
    pub(in crate::diagnose) silence: [Option<(u32, Spot)>; 2],
    pub(in crate::diagnose) http: Fallback,
    pub(in crate::diagnose) files_failed: Option<(u64, Spot)>,
    pub(in crate::diagnose) capped: Option<(String, Spot)>,
    pub(in crate::diagnose) source: String,
    pub(in crate::diagnose) dest: String,
    pub(in crate::diagnose) cookie: String,
    pub(in crate::diagnose) peer: String,
    /// Sessions of one transfer that run side by side.
    pub(in crate::diagnose) nodes: u32,
    /// Kilobits a second.
    pub(in crate::diagnose) target: u64,
    pub(in crate::diagnose) tokens: BTreeSet<String>,
    pub(in crate::diagnose) xfer: Option<Uuid>,
    pub(in crate::diagnose) package: Option<String>,
}

/// What a line without a session's id tells of the session of its process.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::diagnose) enum Detail {
    Said(Said),
    Errno(i64),
    Silence { sender: bool, seconds: u32 },
    Http(Http),
    FilesFailed(u64),
    Capped(String),
    Auth { server: bool, token: String },
    Token(String),
    Spec(Box<Spec>),
    Version(String),
}

impl Session {
    /// Works on the end that a process keeps of this session. A second copy of its lines in another entry is an
    /// end of its own, so that either may be taken back.
    fn end(
        &mut self,
        writer: Option<(u32, u32)>,
        sending: Option<bool>,
        copy: impl Fn(&End) -> bool,
    ) -> Option<&mut End> {
        let known = self.ends.iter().position(|end| {
            let side = sending.is_none_or(|s| end.sending == s || end.start.is_none());
            end.writer == writer && side && !copy(end)
        });
        if known.is_none() && self.ends.len() < MOST_ENDS {
            self.ends.push(End {
                writer,
                ..End::default()
            });
        }
        let last = self.ends.len().checked_sub(1)?;
        let end = self.ends.get_mut(known.unwrap_or(last))?;
        end.sending = sending.unwrap_or(end.sending);
        Some(end)
    }

    /// Takes in a line that begins or ends the session.
    pub(in crate::diagnose) fn line(
        &mut self,
        writer: Option<(u32, u32)>,
        spot: Spot,
        told: SessionLine,
    ) {
        for (own, new) in [
            (&mut self.source, &told.source),
            (&mut self.dest, &told.dest),
            (&mut self.peer, &told.peer),
            (&mut self.cookie, &told.cookie),
        ] {
            if own.is_empty() && !new.is_empty() {
                new.clone_into(own);
            }
        }
        let copy = |end: &End| {
            let known = if told.stop { end.stop } else { end.start };
            known.is_some_and(|known| known.entry != spot.entry)
        };
        let Some(end) = self.end(writer, Some(told.sending), copy) else {
            return;
        };
        let failed = matches!(told.status.as_str(), "failed" | "error");
        if told.stop {
            end.stop.get_or_insert(spot);
        } else {
            end.start.get_or_insert(spot);
            end.opened |= told.status == "started";
        }
        if failed {
            end.status = Status::Failed;
        } else if told.stop && end.status == Status::Running {
            end.status = Status::Success;
        }
        end.code = end.code.or(told.code);
        if end.errstr.is_empty() {
            end.errstr = told.errstr;
        }
        if end.version.is_empty() {
            end.version = told.version;
        }
    }

    /// Takes in what a line of one of its processes tells.
    pub(in crate::diagnose) fn detail(
        &mut self,
        writer: Option<(u32, u32)>,
        spot: Spot,
        detail: Detail,
    ) {
        match detail {
            Detail::Said(said) => {
                // The line that tells more in the same words takes no second place.
                let known = self
                    .said
                    .iter()
                    .any(|s| s.text == said.text && s.peer == said.peer && s.code == said.code);
                if !known && self.said.len() < MOST_SAID {
                    self.said.push(said);
                }
            }
            Detail::Errno(number) => {
                self.errno.get_or_insert((number, spot));
            }
            Detail::Silence { sender, seconds } => {
                let [by_sender, by_receiver] = &mut self.silence;
                let longest = if sender { by_sender } else { by_receiver };
                if longest.is_none_or(|(known, _)| known < seconds) {
                    *longest = Some((seconds, spot));
                }
            }
            Detail::Http(step) => self.http(spot, step),
            Detail::FilesFailed(count) => {
                self.files_failed.get_or_insert((count, spot));
            }
            Detail::Capped(text) => {
                self.capped.get_or_insert((text, spot));
            }
            Detail::Auth { server, token } => {
                if let Some(end) = self.end(writer, None, |_| false) {
                    end.server = Some(server);
                }
                if token.len() > 1 {
                    self.token(token);
                }
            }
            Detail::Token(token) => self.token(token),
            Detail::Spec(spec) => self.spec(*spec),
            Detail::Version(version) => {
                if let Some(end) = self
                    .end(writer, None, |_| false)
                    .filter(|e| e.version.is_empty())
                {
                    end.version = version;
                }
            }
        }
    }

    pub(in crate::diagnose) fn spec(&mut self, spec: Spec) {
        self.xfer = self.xfer.or(spec.xfer);
        self.package = self.package.take().or(spec.package);
        if let Some(token) = spec.token {
            self.token(token);
        }
    }

    fn token(&mut self, token: String) {
        if self.tokens.len() < 4 {
            self.tokens.insert(token);
        }
    }

    fn http(&mut self, spot: Spot, step: Http) {
        match step {
            Http::Begun => {
                self.http.begun.get_or_insert(spot);
            }
            Http::Opened { get, result, .. } => {
                self.http.get |= get;
                if result != 200 {
                    self.http.refused.get_or_insert((result, spot));
                }
            }
            Http::Ended { result, completed } => {
                self.http.ended = Some((result, completed, spot));
            }
            Http::Failed(text) => self.detail(
                None,
                spot,
                Detail::Said(Said {
                    spot,
                    peer: false,
                    warning: false,
                    managed: false,
                    code: None,
                    text,
                }),
            ),
        }
    }

    /// How it ended, over both ends and the fallback.
    pub(in crate::diagnose) fn status(&self) -> Status {
        let fallback = self.http.ended.map(|(result, completed, _)| {
            if result == 200 && completed {
                Status::Success
            } else {
                Status::Failed
            }
        });
        if let Some(status) = fallback {
            return status;
        }
        if self.http.refused.is_some() {
            return Status::Failed;
        }
        let any = |status| self.ends.iter().any(|end| end.status == status);
        if any(Status::Failed) {
            Status::Failed
        } else if any(Status::Success) {
            Status::Success
        } else if self.said.iter().any(|s| s.managed) {
            Status::Failed
        } else {
            Status::Running
        }
    }

    /// All places, in the order of the session's life.
    pub(in crate::diagnose) fn spots(&self) -> impl Iterator<Item = Spot> {
        let ends = self.ends.iter().flat_map(|e| [e.start, e.stop]).flatten();
        let http = [
            self.http.begun,
            self.http.refused.map(|(_, spot)| spot),
            self.http.ended.map(|(.., spot)| spot),
        ];
        ends.chain(self.said.iter().map(|s| s.spot))
            .chain(http.into_iter().flatten())
            .chain(self.errno.map(|(_, spot)| spot))
    }

    /// Takes back what an entry told. False where nothing is left.
    pub(in crate::diagnose) fn forget(&mut self, entry: u32) -> bool {
        let gone = |spot: &Option<Spot>| spot.is_some_and(|s| s.entry == entry);
        self.said.retain(|s| s.spot.entry != entry);
        for end in &mut self.ends {
            if gone(&end.start) {
                end.start = None;
            }
            if gone(&end.stop) {
                end.stop = None;
            }
        }
        self.ends.retain(|e| e.start.is_some() || e.stop.is_some());
        if self.errno.is_some_and(|(_, s)| s.entry == entry) {
            self.errno = None;
        }
        for silence in &mut self.silence {
            if silence.is_some_and(|(_, s)| s.entry == entry) {
                *silence = None;
            }
        }
        if self.spots().any(|s| s.entry == entry) {
            self.http = Fallback::default();
        }
        if self.files_failed.is_some_and(|(_, s)| s.entry == entry) {
            self.files_failed = None;
        }
        if self.capped.as_ref().is_some_and(|(_, s)| s.entry == entry) {
            self.capped = None;
        }
        !self.ends.is_empty() || !self.said.is_empty() || self.http.begun.is_some()
    }
}
