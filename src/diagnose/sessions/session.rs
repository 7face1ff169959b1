//! What is known of one FASP session, from all its lines and both its ends.
use std::collections::BTreeSet;

use super::super::grammar::{HttpStep, SessionLine, Spec, Statistics, Uuid};
use super::super::model::TransferOutcome;
use super::place::LogSpot;

/// Most ends of a session that are kept: client and server, in file form and in syslog.
const MOST_ENDS: usize = 4;
/// Most messages that are kept.
const MOST_MESSAGES: usize = 14;

/// An error or a warning of a program.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::diagnose) struct LogMessage {
    pub(in crate::diagnose) spot: LogSpot,
    /// It is from the program at the other end.
    pub(in crate::diagnose) peer: bool,
    pub(in crate::diagnose) warning: bool,
    /// The code belongs to the numbering of the management stream (see `catalogue::codes`).
    pub(in crate::diagnose) managed: bool,
    pub(in crate::diagnose) code: Option<i64>,
    pub(in crate::diagnose) text: String,
}

/// One process's view of a session.
#[derive(Clone, Debug, Default)]
pub(in crate::diagnose) struct SessionEnd {
    /// The process: folder of its log, and number.
    pub(in crate::diagnose) writer: Option<(u32, u32)>,
    pub(in crate::diagnose) sending: bool,
    pub(in crate::diagnose) server: Option<bool>,
    pub(in crate::diagnose) start: Option<LogSpot>,
    pub(in crate::diagnose) stop: Option<LogSpot>,
    /// The session started: a failure came later.
    pub(in crate::diagnose) opened: bool,
    pub(in crate::diagnose) outcome: TransferOutcome,
    pub(in crate::diagnose) code: Option<i64>,
    pub(in crate::diagnose) errstr: String,
    pub(in crate::diagnose) version: String,
    pub(in crate::diagnose) statistics: Option<Statistics>,
}

/// What is known of the HTTP fallback of a session.
#[derive(Clone, Debug, Default)]
pub(in crate::diagnose) struct Fallback {
    pub(in crate::diagnose) begun: Option<LogSpot>,
    pub(in crate::diagnose) get: bool,
    pub(in crate::diagnose) refused: Option<(i64, LogSpot)>,
    pub(in crate::diagnose) ended: Option<(i64, bool, LogSpot)>,
}

/// A session.
#[derive(Clone, Debug, Default)]
pub(in crate::diagnose) struct FaspSession {
    /// Order in which sessions were first seen.
    pub(in crate::diagnose) number: u64,
    pub(in crate::diagnose) ends: Vec<SessionEnd>,
    pub(in crate::diagnose) messages: Vec<LogMessage>,
    pub(in crate::diagnose) errno: Option<(i64, LogSpot)>,
    /// Longest time without a packet, in seconds, as the sender and the receiver log it.
    pub(in crate::diagnose) silence: [Option<(u32, LogSpot)>; 2],
    pub(in crate::diagnose) http: Fallback,
    pub(in crate::diagnose) files_failed: Option<(u64, LogSpot)>,
    pub(in crate::diagnose) capped: Option<(String, LogSpot)>,
    pub(in crate::diagnose) source: String,
    pub(in crate::diagnose) dest: String,
    pub(in crate::diagnose) cookie: String,
    pub(in crate::diagnose) peer: String,
    /// Number of sessions of one transfer that run at the same time.
    pub(in crate::diagnose) nodes: u32,
    /// Target rate in kbit/s.
    pub(in crate::diagnose) target: u64,
    pub(in crate::diagnose) tokens: BTreeSet<String>,
    pub(in crate::diagnose) xfer: Option<Uuid>,
    pub(in crate::diagnose) package: Option<String>,
}

/// What a line without a session id says about the session of its process.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::diagnose) enum Detail {
    Message(LogMessage),
    Errno(i64),
    Silence { sender: bool, seconds: u32 },
    Http(HttpStep),
    FilesFailed(u64),
    Capped(String),
    Auth { server: bool, token: String },
    Token(String),
    Spec(Box<Spec>),
    Version(String),
}

impl FaspSession {
    /// The end that a process has of this session. A second copy of its lines in another entry is an end of its own, so
    /// that [`Self::forget`] can remove either.
    fn end(
        &mut self,
        writer: Option<(u32, u32)>,
        sending: Option<bool>,
        copy: impl Fn(&SessionEnd) -> bool,
    ) -> Option<&mut SessionEnd> {
        let known = self.ends.iter().position(|end| {
            let side = sending.is_none_or(|s| end.sending == s || end.start.is_none());
            end.writer == writer && side && !copy(end)
        });
        if known.is_none() && self.ends.len() < MOST_ENDS {
            self.ends.push(SessionEnd {
                writer,
                ..SessionEnd::default()
            });
        }
        let last = self.ends.len().checked_sub(1)?;
        let end = self.ends.get_mut(known.unwrap_or(last))?;
        end.sending = sending.unwrap_or(end.sending);
        Some(end)
    }

    /// Adds a line that begins or ends the session.
    pub(in crate::diagnose) fn line(
        &mut self,
        writer: Option<(u32, u32)>,
        spot: LogSpot,
        line: SessionLine,
    ) {
        for (own, new) in [
            (&mut self.source, &line.source),
            (&mut self.dest, &line.dest),
            (&mut self.peer, &line.peer),
            (&mut self.cookie, &line.cookie),
        ] {
            if own.is_empty() && !new.is_empty() {
                new.clone_into(own);
            }
        }
        let copy = |end: &SessionEnd| {
            let known = if line.stop { end.stop } else { end.start };
            known.is_some_and(|known| known.entry != spot.entry)
        };
        let Some(end) = self.end(writer, Some(line.sending), copy) else {
            return;
        };
        let failed = matches!(line.status.as_str(), "failed" | "error");
        if line.stop {
            end.stop.get_or_insert(spot);
        } else {
            end.start.get_or_insert(spot);
            end.opened |= line.status == "started";
        }
        if failed {
            end.outcome = TransferOutcome::Failed;
        } else if line.stop && end.outcome == TransferOutcome::Unknown {
            end.outcome = TransferOutcome::Succeeded;
        }
        end.code = end.code.or(line.code);
        if end.errstr.is_empty() {
            end.errstr = line.errstr;
        }
        if end.version.is_empty() {
            end.version = line.version;
        }
    }

    /// Adds what another line of one of its processes says.
    pub(in crate::diagnose) fn detail(
        &mut self,
        writer: Option<(u32, u32)>,
        spot: LogSpot,
        detail: Detail,
    ) {
        match detail {
            Detail::Message(message) => {
                let known = self.messages.iter().any(|m| {
                    m.text == message.text && m.peer == message.peer && m.code == message.code
                });
                if !known && self.messages.len() < MOST_MESSAGES {
                    self.messages.push(message);
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

    fn http(&mut self, spot: LogSpot, step: HttpStep) {
        match step {
            HttpStep::Begun => {
                self.http.begun.get_or_insert(spot);
            }
            HttpStep::Opened { get, result, .. } => {
                self.http.get |= get;
                if result != 200 {
                    self.http.refused.get_or_insert((result, spot));
                }
            }
            HttpStep::Ended { result, completed } => {
                self.http.ended = Some((result, completed, spot));
            }
            HttpStep::Failed(text) => self.detail(
                None,
                spot,
                Detail::Message(LogMessage {
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

    /// How it ended, by both ends and the fallback.
    pub(in crate::diagnose) fn outcome(&self) -> TransferOutcome {
        let fallback = self.http.ended.map(|(result, completed, _)| {
            if result == 200 && completed {
                TransferOutcome::Succeeded
            } else {
                TransferOutcome::Failed
            }
        });
        if let Some(outcome) = fallback {
            return outcome;
        }
        if self.http.refused.is_some() {
            return TransferOutcome::Failed;
        }
        let any = |outcome| self.ends.iter().any(|end| end.outcome == outcome);
        if any(TransferOutcome::Failed) {
            TransferOutcome::Failed
        } else if any(TransferOutcome::Succeeded) {
            TransferOutcome::Succeeded
        } else if self.messages.iter().any(|s| s.managed) {
            TransferOutcome::Failed
        } else {
            TransferOutcome::Unknown
        }
    }

    /// All lines, in the order of a session.
    pub(in crate::diagnose) fn spots(&self) -> impl Iterator<Item = LogSpot> {
        let ends = self.ends.iter().flat_map(|e| [e.start, e.stop]).flatten();
        let http = [
            self.http.begun,
            self.http.refused.map(|(_, spot)| spot),
            self.http.ended.map(|(.., spot)| spot),
        ];
        ends.chain(self.messages.iter().map(|s| s.spot))
            .chain(http.into_iter().flatten())
            .chain(self.errno.map(|(_, spot)| spot))
    }

    /// Takes back what an entry line. False where nothing is left.
    pub(in crate::diagnose) fn forget(&mut self, entry: u32) -> bool {
        let gone = |spot: &Option<LogSpot>| spot.is_some_and(|s| s.entry == entry);
        self.messages.retain(|s| s.spot.entry != entry);
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
        !self.ends.is_empty() || !self.messages.is_empty() || self.http.begun.is_some()
    }
}
