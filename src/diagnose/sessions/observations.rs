//! Collects the facts of all entries, in order, and puts them together to sessions. A node may have run millions
//! of sessions: few facts are kept of each, and of too many sessions those that failed.
use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::clock::Clock;
use super::session::{Detail, Said, Session, Spot, Status};
use crate::diagnose::answers::ApiFact;
use crate::diagnose::catalogue::table::CATALOGUE;
use crate::diagnose::grammar::{Spec, Uuid};
use crate::diagnose::har::{HarFact, Traces};
use crate::diagnose::observe::Observation;
use crate::diagnose::output::diagnosis::Diagnosis;

/// Most sessions that are kept.
const MOST_SESSIONS: usize = 6000;
/// Most processes whose session is remembered, and most lines that wait for the session of their process.
const MOST_WRITERS: usize = 4096;
const MOST_PENDING: usize = 20;
/// Most transfer specs, and most places of one loose failure.
pub(in crate::diagnose) const MOST_SPECS: usize = 2000;
const MOST_LOOSE: usize = 8;
/// Seconds that the lines of one process may go back before its clock was set.
const BACK: i64 = 30;

/// A table whose keys are looked up for every line.
type Quick<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Collects observations and makes a diagnosis of them.
#[derive(Default)]
pub struct Findings {
    pub(in crate::diagnose) entries: Vec<Entry>,
    numbers: HashMap<String, u32>,
    folders: HashMap<String, u32>,
    pub(in crate::diagnose) sessions: Quick<Uuid, Session>,
    next: u64,
    /// By entry and process: newer files of a ring come first, so a process number of one stands for
    /// nothing in the next.
    writers: Quick<(u32, u32), Writer>,
    /// Failures that other programs tell, by entry and row.
    pub(in crate::diagnose) loose: BTreeMap<(u32, usize), Loose>,
    /// Lines of other programs that name a session or a transfer.
    pub(in crate::diagnose) named: HashMap<Uuid, Vec<Said>>,
    pub(in crate::diagnose) specs: Vec<(Spot, Spec)>,
    /// Ends of licences, as the programs tell them.
    pub(in crate::diagnose) licences: BTreeMap<String, Spot>,
    pub(in crate::diagnose) jumps: Vec<Jump>,
    pub(in crate::diagnose) traces: Traces,
    /// What answers of the APIs show, by entry.
    pub(in crate::diagnose) answers: BTreeMap<String, Vec<ApiFact>>,
    /// Sessions that were let go.
    pub(in crate::diagnose) dropped: u64,
}

/// An entry of the bundle.
#[derive(Default)]
pub(in crate::diagnose) struct Entry {
    pub(in crate::diagnose) name: String,
    pub(in crate::diagnose) folder: u32,
    pub(in crate::diagnose) clock: Clock,
    /// It has lines at debug level.
    pub(in crate::diagnose) debug: bool,
    /// Its lines in file form are not those of ascp.
    pub(in crate::diagnose) other: bool,
}

impl Entry {
    /// Which side a log is from, as its folder tells.
    pub(in crate::diagnose) fn is_server(&self) -> Option<bool> {
        let in_folder = |folder: &str| {
            let mut parts = self.name.split('/');
            parts.any(|part| part == folder || part.starts_with(&format!("{folder}.")))
        };
        match (in_folder("server"), in_folder("client")) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    }
}

/// A process that writes lines.
#[derive(Default)]
struct Writer {
    session: Option<Uuid>,
    pending: Vec<(Spot, Detail)>,
    last: Option<Spot>,
    age: u64,
}

/// A failure that no session shows.
pub(in crate::diagnose) struct Loose {
    pub(in crate::diagnose) count: u64,
    pub(in crate::diagnose) spots: Vec<Spot>,
    pub(in crate::diagnose) text: String,
}

/// A clock that was set back.
#[derive(Clone, Copy)]
pub(in crate::diagnose) struct Jump {
    pub(in crate::diagnose) spot: Spot,
    pub(in crate::diagnose) seconds: i64,
}

/// Names of files whose lines in file form come from programs that serve many sessions.
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

impl Findings {
    /// Tells the clock that the lines of an entry were written by.
    pub fn clock(&mut self, entry: &str, clock: Clock) {
        let number = self.entry(entry);
        if let Some(known) = self.entries.get_mut(number as usize) {
            known.clock = clock;
        }
    }

    /// Adds what was seen in an entry; blocks come in the order of their lines.
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

    /// Adds what was seen in a piece of a network trace; pieces come in their order.
    pub fn add_har(&mut self, entry: &str, facts: Vec<HarFact>) {
        self.traces.add(entry, &facts);
    }

    /// Adds what was seen in an answer of an API.
    pub fn add_api(&mut self, entry: &str, facts: Vec<ApiFact>) {
        if !facts.is_empty() {
            self.answers
                .entry(entry.to_owned())
                .or_default()
                .extend(facts);
        }
    }

    /// Takes back what was seen in an entry that does not come into the bundle.
    pub fn forget(&mut self, entry: &str) {
        self.traces.forget(entry);
        self.answers.remove(entry);
        let Some(&entry) = self.numbers.get(entry) else {
            return;
        };
        self.settle(u64::MAX);
        self.sessions.retain(|_, s| s.forget(entry));
        self.loose.retain(|(at, _), _| *at != entry);
        self.specs.retain(|(spot, _)| spot.entry != entry);
        self.licences.retain(|_, spot| spot.entry != entry);
        self.jumps.retain(|jump| jump.spot.entry != entry);
        for said in self.named.values_mut() {
            said.retain(|s| s.spot.entry != entry);
        }
        self.named.retain(|_, said| !said.is_empty());
    }

    /// What all of it tells.
    #[must_use]
    pub fn finish(mut self) -> Diagnosis {
        self.settle(u64::MAX);
        crate::diagnose::judge::cause::diagnose(self)
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
        self.entries.push(Entry {
            name: name.to_owned(),
            folder,
            other: OTHERS.iter().any(|other| file.contains(other)),
            ..Entry::default()
        });
        self.numbers.insert(name.to_owned(), number);
        number
    }

    pub(in crate::diagnose) fn session(&mut self, uuid: Uuid) -> &mut Session {
        let next = &mut self.next;
        self.sessions.entry(uuid).or_insert_with(|| {
            *next += 1;
            Session {
                number: *next,
                ..Session::default()
            }
        })
    }

    /// A process has a session from now on; what it told before belongs to it.
    pub(in crate::diagnose) fn join(&mut self, writer: Option<(u32, u32)>, entry: u32, uuid: Uuid) {
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

    /// What a line tells of the session of its process.
    pub(in crate::diagnose) fn detail(
        &mut self,
        writer: Option<(u32, u32)>,
        spot: Spot,
        detail: Detail,
    ) {
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

    pub(in crate::diagnose) fn said(
        &mut self,
        writer: Option<(u32, u32)>,
        uuid: Option<Uuid>,
        said: Said,
    ) {
        let spot = said.spot;
        if writer.is_some() {
            if let Some(uuid) = uuid.filter(|id| self.sessions.contains_key(id)) {
                self.session(uuid).detail(writer, spot, Detail::Said(said));
            } else {
                if let Some(uuid) = uuid {
                    self.join(writer, spot.entry, uuid);
                }
                self.detail(writer, spot, Detail::Said(said));
            }
        } else if let Some(uuid) = uuid {
            let lines = self.named.entry(uuid).or_default();
            if lines.len() < MOST_LOOSE {
                lines.push(said);
            }
        } else {
            self.alone(&said, false);
        }
    }

    /// Keeps a failure that no session shows, if the catalogue knows it as one that stands alone.
    fn alone(&mut self, said: &Said, ascp: bool) {
        for number in CATALOGUE.said(&said.text) {
            let row = CATALOGUE.rows.get(number);
            if !row.is_some_and(|row| row.alone || ascp) {
                continue;
            }
            let loose = self
                .loose
                .entry((said.spot.entry, number))
                .or_insert_with(|| Loose {
                    count: 0,
                    spots: Vec::new(),
                    text: said.text.clone(),
                });
            loose.count += 1;
            if loose.spots.len() < MOST_LOOSE {
                loose.spots.push(said.spot);
            }
        }
    }

    /// A process ended without a session: what it told stands alone.
    fn orphans(&mut self, old: Writer) {
        if old.session.is_some() {
            return;
        }
        for (_, detail) in old.pending {
            if let Detail::Said(said) = detail {
                self.alone(&said, true);
            }
        }
    }

    /// A process begins: what its number stood for before is over.
    pub(in crate::diagnose) fn begin(&mut self, writer: Option<(u32, u32)>, entry: u32) {
        if let Some(old) = writer.and_then(|(_, pid)| self.writers.remove(&(entry, pid))) {
            self.orphans(old);
        }
    }

    /// Lets go of processes that were quiet since `age`.
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

    /// Lets go of a third of the sessions: the oldest of those that went well, and only then others.
    fn thin(&mut self) {
        let mut order: Vec<(u8, u64)> = self
            .sessions
            .values()
            .map(|session| {
                let worth = match session.status() {
                    Status::Success => 0,
                    Status::Running => 1,
                    Status::Failed => 2,
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
    pub(in crate::diagnose) fn time(&mut self, pid: u32, spot: Spot) {
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
        if back <= BACK || self.jumps.len() >= MOST_LOOSE {
            return;
        }
        let zone = self
            .entries
            .get(spot.entry as usize)
            .and_then(|entry| entry.clock.zone.as_ref());
        if !is_autumn(old.at, new.at, zone) {
            self.jumps.push(Jump {
                spot,
                seconds: back,
            });
        }
    }
}

/// True where clocks may have gone back because summer time ended, which is no fault: by the rules of the zone, or
/// where that is not known, in a night of the months in which zones do so.
fn is_autumn(old: DateTime, new: DateTime, zone: Option<&TimeZone>) -> bool {
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
