//! Collects the facts of all logs, network traces and answers, in order, and assigns those of logs to sessions.
//!
//! A node may have run millions of sessions: few facts are kept of each, and of too many sessions the failed ones.
use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::super::answers::ApiFact;
use super::super::catalogue::table::{CATALOGUE, row};
use super::super::grammar::{AscpLine, HttpStep, LogProgram, Spec, Uuid};
use super::super::har::{HarFact, Traces};
use super::super::model::TransferOutcome;
use super::super::observe::{Fact, Observation};
use super::clock::Clock;
use super::place::{LogFile, LogSpot};
use super::session::{Detail, FaspSession, LogMessage};

/// Most sessions that are kept.
const MOST_SESSIONS: usize = 6000;
/// Most processes whose session is remembered, and most lines that wait for the session of their process.
const MOST_WRITERS: usize = 4096;
const MOST_PENDING: usize = 20;
/// Most transfer specs, and most lines of one failure without a session.
const MOST_SPECS: usize = 2000;
const MOST_LINES: usize = 8;
/// Seconds that the lines of one process may go back before its clock was set.
const BACK: i64 = 30;

/// A table whose keys are looked up for every line.
type Quick<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// All facts of a run, bounded in number.
#[derive(Default)]
pub struct Observations {
    pub(in crate::diagnose) entries: Vec<LogFile>,
    numbers: HashMap<String, u32>,
    folders: HashMap<String, u32>,
    pub(in crate::diagnose) sessions: Quick<Uuid, FaspSession>,
    next: u64,
    /// By entry and process: newer files of a rotation come first, so the process numbers of one mean nothing in the
    /// next.
    writers: Quick<(u32, u32), Writer>,
    /// Failures that programs report without a session, by entry and row.
    pub(in crate::diagnose) without_session: BTreeMap<(u32, usize), ProgramFailure>,
    /// Messages of other programs that name a session or a transfer.
    pub(in crate::diagnose) by_id: HashMap<Uuid, Vec<LogMessage>>,
    pub(in crate::diagnose) specs: Vec<(LogSpot, Spec)>,
    /// Expiry dates of licenses, as programs log them.
    pub(in crate::diagnose) license_ends: BTreeMap<String, LogSpot>,
    pub(in crate::diagnose) clock_jumps: Vec<ClockJump>,
    pub(in crate::diagnose) traces: Traces,
    /// Facts of answers of the APIs, by entry.
    pub(in crate::diagnose) answers: BTreeMap<String, Vec<ApiFact>>,
    /// Number of sessions that were dropped.
    pub(in crate::diagnose) dropped: u64,
}

/// A process that writes lines.
#[derive(Default)]
struct Writer {
    session: Option<Uuid>,
    pending: Vec<(LogSpot, Detail)>,
    last: Option<LogSpot>,
    age: u64,
}

/// A failure that a program reports without a session.
pub(in crate::diagnose) struct ProgramFailure {
    pub(in crate::diagnose) count: u64,
    pub(in crate::diagnose) spots: Vec<LogSpot>,
    pub(in crate::diagnose) text: String,
}

/// A clock that was set back.
#[derive(Clone, Copy)]
pub(in crate::diagnose) struct ClockJump {
    pub(in crate::diagnose) spot: LogSpot,
    pub(in crate::diagnose) seconds: i64,
}

/// Parts of names of logs of programs that serve many sessions, so that their process numbers name no session.
const OTHERS: [&str; 14] = [
    "noded",
    "central",
    "connect",
    "httpd",
    "aejd",
    "watch",
    "rund",
    "transferd",
    "desktop",
    "redis",
    "async",
    "ascli",
    "console",
    "faspmanager",
];

impl Observations {
    /// Sets the clock of the host that wrote an entry.
    pub fn clock(&mut self, entry: &str, clock: Clock) {
        let number = self.entry(entry);
        if let Some(known) = self.entries.get_mut(number as usize) {
            known.clock = clock;
        }
    }

    /// Adds the facts of a block of a log; blocks come in the order of their lines.
    pub fn add(&mut self, entry: &str, seen: Vec<Observation>) {
        if seen.is_empty() {
            return;
        }
        let entry = self.entry(entry);
        for observation in seen {
            self.one(entry, observation);
        }
        if self.sessions.len() > MOST_SESSIONS {
            self.thin();
        }
        if self.writers.len() > MOST_WRITERS {
            self.settle(self.next.saturating_sub(MOST_WRITERS as u64 / 2));
        }
    }

    /// Adds the facts of a piece of a network trace; pieces come in their order.
    pub fn add_har(&mut self, entry: &str, facts: Vec<HarFact>) {
        self.traces.add(entry, &facts);
    }

    /// Adds the facts of an answer of an API.
    pub fn add_api(&mut self, entry: &str, facts: Vec<ApiFact>) {
        if !facts.is_empty() {
            self.answers
                .entry(entry.to_owned())
                .or_default()
                .extend(facts);
        }
    }

    /// Removes the facts of an entry that does not come into the bundle.
    pub fn forget(&mut self, entry: &str) {
        self.traces.forget(entry);
        self.answers.remove(entry);
        let Some(&entry) = self.numbers.get(entry) else {
            return;
        };
        self.settle(u64::MAX);
        self.sessions.retain(|_, s| s.forget(entry));
        self.without_session.retain(|(at, _), _| *at != entry);
        self.specs.retain(|(spot, _)| spot.entry != entry);
        self.license_ends.retain(|_, spot| spot.entry != entry);
        self.clock_jumps.retain(|jump| jump.spot.entry != entry);
        for messages in self.by_id.values_mut() {
            messages.retain(|m| m.spot.entry != entry);
        }
        self.by_id.retain(|_, messages| !messages.is_empty());
    }

    /// Ends all processes: no more facts will come.
    pub(in crate::diagnose) fn close(&mut self) {
        self.settle(u64::MAX);
    }

    fn one(&mut self, entry: u32, seen: Observation) {
        let Observation {
            line,
            stamp,
            pid,
            program,
            fact,
        } = seen;
        let spot = LogSpot { entry, line, stamp };
        let Some(known) = self.entries.get_mut(entry as usize) else {
            return;
        };
        if fact == Fact::Debug {
            known.debug = true;
            return;
        }
        let serves_many = match program {
            LogProgram::Process => known.shared,
            LogProgram::Other => true,
            LogProgram::Ascp | LogProgram::Terminal => false,
        };
        // Output of a terminal has no process numbers: one file is one process.
        let writer = (known.folder, pid.unwrap_or(u32::MAX - entry));
        let writer = (!serves_many).then_some(writer);
        if let Some((_, pid)) = writer.filter(|_| stamp.is_some()) {
            self.time(pid, spot);
        }
        match fact {
            Fact::Ascp(line) => self.ascp_line(writer, spot, line),
            Fact::Text {
                uuid,
                warning,
                text,
            } => {
                let message = LogMessage {
                    spot,
                    peer: text.starts_with("Server aborted session: "),
                    warning,
                    managed: false,
                    code: code_in(&text),
                    text,
                };
                self.message(writer, uuid, message);
            }
            Fact::Frame(frame) => {
                if let Some(uuid) = frame.session {
                    if let Some(spec) = frame.spec {
                        self.session(uuid).spec(spec);
                    }
                    if frame.is_error {
                        let message = LogMessage {
                            spot,
                            peer: frame.text.starts_with("Server aborted session: "),
                            warning: false,
                            managed: true,
                            code: frame.code,
                            text: frame.text,
                        };
                        let session = self.session(uuid);
                        session.detail(None, spot, Detail::Message(message));
                    }
                }
            }
            Fact::Spec { uuid, spec } => {
                if let Some(uuid) = uuid {
                    self.session(uuid).spec(*spec);
                } else if writer.is_some() && pid.is_some() {
                    self.detail(writer, spot, Detail::Spec(spec));
                } else if self.specs.len() < MOST_SPECS {
                    self.specs.push((spot, *spec));
                }
            }
            Fact::Token(token) => self.detail(writer, spot, Detail::Token(token)),
            Fact::Debug => {}
        }
    }

    fn ascp_line(&mut self, writer: Option<(u32, u32)>, spot: LogSpot, line: AscpLine) {
        match line {
            AscpLine::Began { version, expires } => {
                if let Some(expires) = expires {
                    self.license_ends.insert(expires, spot);
                }
                self.begin(writer, spot.entry);
                self.detail(writer, spot, Detail::Version(version));
            }
            AscpLine::Session(line) => {
                let uuid = line.uuid;
                self.join(writer, spot.entry, uuid);
                self.session(uuid).line(writer, spot, *line);
            }
            AscpLine::Params {
                uuid,
                cookie,
                target,
                nodes,
            } => {
                let session = self.session(uuid);
                if session.cookie.is_empty() && cookie.len() > 1 {
                    session.cookie = cookie;
                }
                session.target = session.target.max(target);
                session.nodes = session.nodes.max(nodes);
            }
            AscpLine::Statistics(statistics) => {
                // A session whose beginning is in no log is not reported.
                let session = self.sessions.get_mut(&statistics.uuid);
                let mut ends = session.into_iter().flat_map(|s| &mut s.ends);
                if let Some(end) = ends.find(|e| e.writer == writer) {
                    end.statistics = Some(statistics);
                }
            }
            AscpLine::Error {
                uuid,
                peer,
                code,
                text,
            } => {
                let message = LogMessage {
                    spot,
                    peer: peer || text.starts_with("Server aborted session: "),
                    warning: false,
                    managed: false,
                    code,
                    text,
                };
                self.message(writer, uuid, message);
            }
            AscpLine::Errno(number) => self.detail(writer, spot, Detail::Errno(number)),
            AscpLine::Auth { server, token } => {
                self.detail(writer, spot, Detail::Auth { server, token });
            }
            AscpLine::Silence { sender, seconds } => {
                self.detail(writer, spot, Detail::Silence { sender, seconds });
            }
            AscpLine::Http(http) => {
                if let HttpStep::Opened {
                    uuid: Some(uuid), ..
                } = &http
                {
                    self.join(writer, spot.entry, *uuid);
                }
                self.detail(writer, spot, Detail::Http(http));
            }
            AscpLine::FilesFailed(count) => self.detail(writer, spot, Detail::FilesFailed(count)),
            AscpLine::Capped(text) => self.detail(writer, spot, Detail::Capped(text)),
        }
    }

    pub(in crate::diagnose) fn entry(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let next = u32::try_from(self.folders.len()).unwrap_or(u32::MAX);
        let folder = *self.folders.entry(folder.to_owned()).or_insert(next);
        let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let file = file.to_ascii_lowercase();
        self.entries.push(LogFile {
            name: name.to_owned(),
            folder,
            shared: OTHERS.iter().any(|other| file.contains(other)),
            ..LogFile::default()
        });
        self.numbers.insert(name.to_owned(), number);
        number
    }

    fn session(&mut self, uuid: Uuid) -> &mut FaspSession {
        let next = &mut self.next;
        self.sessions.entry(uuid).or_insert_with(|| {
            *next += 1;
            FaspSession {
                number: *next,
                ..FaspSession::default()
            }
        })
    }

    /// A process has a session from now on; what it logged before belongs to it.
    fn join(&mut self, writer: Option<(u32, u32)>, entry: u32, uuid: Uuid) {
        let Some((_, pid)) = writer else {
            return;
        };
        let age = self.next;
        let state = self.writers.entry((entry, pid)).or_default();
        state.session = Some(uuid);
        state.age = age;
        let pending = std::mem::take(&mut state.pending);
        let session = self.session(uuid);
        for (spot, detail) in pending {
            session.detail(writer, spot, detail);
        }
    }

    /// What a line says about the session of its process.
    fn detail(&mut self, writer: Option<(u32, u32)>, spot: LogSpot, detail: Detail) {
        let Some((_, pid)) = writer else {
            return;
        };
        let age = self.next;
        let state = self.writers.entry((spot.entry, pid)).or_default();
        state.age = age;
        match state.session {
            Some(uuid) => self.session(uuid).detail(writer, spot, detail),
            None if state.pending.len() < MOST_PENDING => state.pending.push((spot, detail)),
            None => {}
        }
    }

    fn message(&mut self, writer: Option<(u32, u32)>, uuid: Option<Uuid>, message: LogMessage) {
        let spot = message.spot;
        if writer.is_some() {
            if let Some(uuid) = uuid.filter(|id| self.sessions.contains_key(id)) {
                self.session(uuid)
                    .detail(writer, spot, Detail::Message(message));
            } else {
                if let Some(uuid) = uuid {
                    self.join(writer, spot.entry, uuid);
                }
                self.detail(writer, spot, Detail::Message(message));
            }
        } else if let Some(uuid) = uuid {
            let lines = self.by_id.entry(uuid).or_default();
            if lines.len() < MOST_LINES {
                lines.push(message);
            }
        } else {
            self.alone(&message, false);
        }
    }

    /// Keeps a failure without a session: of ascp any, of other programs if its row has `alone`.
    fn alone(&mut self, message: &LogMessage, ascp: bool) {
        for number in CATALOGUE.by_message(&message.text) {
            let alone = row(number)
                .and_then(|row| row.when.log())
                .is_some_and(|on| on.alone);
            if !alone && !ascp {
                continue;
            }
            let failure = self
                .without_session
                .entry((message.spot.entry, number))
                .or_insert_with(|| ProgramFailure {
                    count: 0,
                    spots: Vec::new(),
                    text: message.text.clone(),
                });
            failure.count += 1;
            if failure.spots.len() < MOST_LINES {
                failure.spots.push(message.spot);
            }
        }
    }

    /// A process ended without a session: its messages are failures without a session.
    fn orphans(&mut self, old: Writer) {
        if old.session.is_some() {
            return;
        }
        for (_, detail) in old.pending {
            if let Detail::Message(message) = detail {
                self.alone(&message, true);
            }
        }
    }

    /// A process begins: an older process with its number has ended.
    fn begin(&mut self, writer: Option<(u32, u32)>, entry: u32) {
        if let Some(old) = writer.and_then(|(_, pid)| self.writers.remove(&(entry, pid))) {
            self.orphans(old);
        }
    }

    /// Ends processes that wrote nothing since `age`.
    fn settle(&mut self, age: u64) {
        let old: Vec<(u32, u32)> = self
            .writers
            .iter()
            .filter(|(_, w)| w.age <= age)
            .map(|(key, _)| *key)
            .collect();
        let mut old = old;
        old.sort_unstable();
        for key in old {
            if let Some(writer) = self.writers.remove(&key) {
                self.orphans(writer);
            }
        }
    }

    /// Drops a third of the sessions: the oldest successful ones, and only then others.
    fn thin(&mut self) {
        let mut order: Vec<(u8, u64)> = self
            .sessions
            .values()
            .map(|session| {
                let worth = match session.outcome() {
                    TransferOutcome::Succeeded => 0,
                    TransferOutcome::Unknown => 1,
                    TransferOutcome::Failed => 2,
                };
                (worth, session.number)
            })
            .collect();
        order.sort_unstable();
        order.truncate(MOST_SESSIONS / 3);
        let gone: HashSet<u64> = order.into_iter().map(|(_, number)| number).collect();
        self.sessions.retain(|_, s| !gone.contains(&s.number));
        self.dropped += gone.len() as u64;
    }

    /// Compares the time of a line with the one before it of the same process.
    fn time(&mut self, pid: u32, spot: LogSpot) {
        let age = self.next;
        let state = self.writers.entry((spot.entry, pid)).or_default();
        state.age = age;
        let last = state.last.replace(spot);
        let (Some(last), Some(new)) = (last, spot.stamp) else {
            return;
        };
        let Some(old) = last.stamp else {
            return;
        };
        if new.at >= old.at || old.offset != new.offset || !old.year_known {
            return;
        }
        let back = seconds(new.at, old.at);
        if back <= BACK || self.clock_jumps.len() >= MOST_LINES {
            return;
        }
        let zone = self
            .entries
            .get(spot.entry as usize)
            .and_then(|entry| entry.clock.zone.as_ref());
        if !is_end_of_summer_time(old.at, new.at, zone) {
            self.clock_jumps.push(ClockJump {
                spot,
                seconds: back,
            });
        }
    }
}

/// True where a clock may have gone back because daylight saving time ended, which is no fault: by the rules of the
/// zone, or if that is unknown, in a night of the months in which zones do so.
fn is_end_of_summer_time(old: DateTime, new: DateTime, zone: Option<&TimeZone>) -> bool {
    let back = seconds(new, old);
    if (back - 3600).abs() < 60 || (back - 1800).abs() < 60 {
        return true;
    }
    match zone {
        Some(zone) => [old, new]
            .iter()
            .any(|at| zone.to_ambiguous_timestamp(*at).is_ambiguous()),
        None => {
            let night = old.date() == new.date() && old.hour() <= 3;
            back < 3660 && night && matches!(old.month(), 3 | 4 | 9 | 10 | 11)
        }
    }
}

fn seconds(from: DateTime, to: DateTime) -> i64 {
    to.duration_since(from).as_secs()
}

/// `code 40`, `code=40`, as Connect and the node daemon write it.
fn code_in(text: &str) -> Option<i64> {
    let rest = text.split_once("code")?.1;
    let rest = rest.strip_prefix([' ', '='])?;
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}
