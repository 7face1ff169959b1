//! One ordered list of events over all sources. Logs give theirs here; network traces and the API add their own.
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::cause::Judged;
use crate::diagnose::answers::Told;
use crate::diagnose::catalogue::table::CATALOGUE;
use crate::diagnose::har::Network;
use crate::diagnose::sessions::observations::{Entry, Findings};
use crate::diagnose::sessions::session::{Spot, Status};
use crate::diagnose::sessions::transfers::{Attempt, Group, moment};

/// Most events; of more, those of sessions that went well are left out first.
const MOST_EVENTS: usize = 20_000;

/// Where an event comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A log.
    Log,
    /// A network trace of the browser.
    Har,
    /// The API of Aspera on Cloud or of a node.
    Api,
}

/// The row of the timeline's picture that an event stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// The person's browser.
    Browser,
    /// The transfer program at the person's end.
    Client,
    /// The transfer program at the node's end.
    Server,
    /// A transfer program whose end is not told.
    Ascp,
    /// Other programs: Connect, the node's daemons, command line tools.
    Program,
    /// The API of Aspera on Cloud or of a node.
    Api,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When, UTC; unknown where the evidence tells no time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// Seconds that the time may be off, to either side.
    pub uncertain: u32,
    /// Where it comes from.
    pub source: Source,
    /// The row of the picture that it stands in.
    pub lane: Lane,
    /// What kind of event.
    pub what: &'static str,
    /// In words, from redacted text only.
    pub text: String,
    /// Entry inside the root folder of the bundle.
    pub entry: String,
    /// Line in the entry, from 1; 0 where the entry has no lines.
    pub line: u64,
    /// Transfer that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
    /// FASP session that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Package that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
}

/// Puts events in order: by time, then by place; those without a time stand behind.
pub(in crate::diagnose) fn order(events: &mut [Event]) {
    events.sort_by(|a, b| {
        (a.time.is_none(), a.time, &a.entry, a.line, a.what).cmp(&(
            b.time.is_none(),
            b.time,
            &b.entry,
            b.line,
            b.what,
        ))
    });
}

/// The events that logs and network traces tell.
pub(in crate::diagnose) fn events(
    store: &Findings,
    groups: &[Group],
    judged: &[Judged],
    network: Option<&Network>,
) -> Vec<Event> {
    let mut events = Vec::new();
    let budget = |events: &Vec<Event>| events.len() < MOST_EVENTS;
    let (bad, fine): (Vec<&Group>, Vec<&Group>) = groups.iter().partition(|g| !g.went_well());
    for group in bad.into_iter().chain(fine) {
        if !budget(&events) {
            break;
        }
        Teller { store, group }.tell(&mut events);
    }
    for verdict in judged {
        if let Some(row) = CATALOGUE.rows.get(verdict.root)
            && let Some(spot) = verdict
                .hits
                .get(&verdict.root)
                .and_then(|h| h.spots.first())
            && budget(&events)
        {
            let mut event = event(store, *spot, "cause", row.title.clone());
            event.transfer = Some(verdict.id.clone());
            let group = groups.get(verdict.group);
            event.package = group.and_then(|g| g.package.clone());
            events.push(event);
        }
    }
    for jump in &store.jumps {
        let text = format!("the clock was set back by {} seconds", jump.seconds);
        events.push(event(store, jump.spot, "clock-jump", text));
    }
    browser(network, &mut events);
    answers(store, &mut events);
    name_transfers(groups, &mut events);
    order(&mut events);
    events
}

/// Where the lines of an entry stand in the picture.
fn lane(entry: Option<&Entry>) -> Lane {
    match entry {
        None => Lane::Program,
        Some(entry) if entry.other => Lane::Program,
        Some(entry) => match entry.is_server() {
            Some(true) => Lane::Server,
            Some(false) => Lane::Client,
            None => Lane::Ascp,
        },
    }
}

/// What failed in the browser, when the tokens of it ended, and what led to a transfer.
fn browser(network: Option<&Network>, events: &mut Vec<Event>) {
    for trace in network.into_iter().flat_map(|n| &n.traces) {
        for failure in &trace.failures {
            let status = match failure.status {
                None | Some(0) => "no answer".to_owned(),
                Some(status) => format!("status {status}"),
            };
            let told = [&failure.net, &failure.code, &failure.message];
            let told: Vec<&str> = told.into_iter().flatten().map(String::as_str).collect();
            let why = if told.is_empty() { "" } else { ": " };
            let (method, path) = (&failure.method, &failure.path);
            let base = Event {
                time: failure.started,
                uncertain: 0,
                source: Source::Har,
                lane: Lane::Browser,
                what: "request-failed",
                text: format!("{method} {path} ({status}){why}{}", told.join(": ")),
                entry: trace.entry.clone(),
                line: failure.line,
                transfer: failure.transfers.first().cloned(),
                session: None,
                package: failure.packages.first().cloned(),
            };
            if let Some(ends) = failure.valid_until {
                events.push(Event {
                    time: Some(ends),
                    what: "token-end",
                    text: "the token of a request that failed ended".to_owned(),
                    ..base.clone()
                });
            }
            events.push(base);
        }
        events.extend(trace.steps.iter().map(|step| Event {
            time: step.started,
            uncertain: 0,
            source: Source::Har,
            lane: Lane::Browser,
            what: step.what,
            text: step.text.clone(),
            entry: trace.entry.clone(),
            line: step.line,
            transfer: step.transfers.first().cloned(),
            session: None,
            package: step.packages.first().cloned(),
        }));
    }
}

/// Other sources name a transfer by one of its sessions.
fn name_transfers(groups: &[Group], events: &mut [Event]) {
    let sessions = groups
        .iter()
        .flat_map(|g| g.attempts.iter().map(move |a| (a, g)));
    let known: BTreeMap<String, String> = sessions
        .filter(|(attempt, group)| Some(attempt.uuid) != group.xfer)
        .map(|(attempt, group)| (attempt.uuid.to_string(), group.id()))
        .collect();
    for event in events.iter_mut().filter(|e| e.source != Source::Log) {
        let named = event.transfer.as_ref().and_then(|id| known.get(id));
        if let Some(id) = named.cloned() {
            event.session = event.transfer.replace(id);
        }
    }
}

/// What the APIs list.
fn answers(store: &Findings, events: &mut Vec<Event>) {
    for (entry, facts) in &store.answers {
        for fact in facts {
            let Told::Moment {
                what,
                text,
                about,
                package,
                at,
            } = &fact.told
            else {
                continue;
            };
            events.push(Event {
                time: Some(*at),
                uncertain: 0,
                source: Source::Api,
                lane: Lane::Api,
                what,
                text: text.clone(),
                entry: entry.clone(),
                line: fact.line,
                transfer: about.map(|id| id.to_string()),
                session: None,
                package: package.clone(),
            });
        }
    }
}

fn event(store: &Findings, spot: Spot, what: &'static str, text: String) -> Event {
    let at = moment(&store.entries, spot);
    Event {
        time: at.map(|m| m.at),
        uncertain: at.map_or(0, |m| m.uncertain),
        source: Source::Log,
        lane: lane(store.entries.get(spot.entry as usize)),
        what,
        text,
        entry: store
            .entries
            .get(spot.entry as usize)
            .map_or_else(String::new, |e| e.name.clone()),
        line: spot.line,
        transfer: None,
        session: None,
        package: None,
    }
}

struct Teller<'a> {
    store: &'a Findings,
    group: &'a Group,
}

impl Teller<'_> {
    fn tell(&self, events: &mut Vec<Event>) {
        for attempt in &self.group.attempts {
            self.ends(attempt, events);
            let session = &attempt.session;
            if let Some(spot) = session.http.begun {
                self.push(
                    events,
                    attempt,
                    spot,
                    "http-fallback",
                    "falls back to HTTP".to_owned(),
                );
            }
            if let Some((result, completed, spot)) = session.http.ended {
                let text = format!("HTTP session ended: result {result}, completed {completed}");
                self.push(events, attempt, spot, "http-end", text);
            }
            for (silence, end) in session.silence.iter().zip(["sender", "receiver"]) {
                if let Some((seconds, spot)) = silence {
                    let text = format!("the {end} heard nothing for {seconds} seconds");
                    self.push(events, attempt, *spot, "silence", text);
                }
            }
            if attempt.status == Status::Failed {
                for said in &session.said {
                    let what = if said.peer { "peer-error" } else { "error" };
                    self.push(events, attempt, said.spot, what, said.text.clone());
                }
            }
        }
        if let Some(attempt) = self.group.attempts.first() {
            for said in &self.group.said {
                self.push(events, attempt, said.spot, "told", said.text.clone());
            }
        }
    }

    fn ends(&self, attempt: &Attempt, events: &mut Vec<Event>) {
        for end in &attempt.session.ends {
            let side = if end.sending { "sender" } else { "receiver" };
            if let Some(spot) = end.start {
                let text = if end.opened {
                    format!("{side}: session began")
                } else {
                    format!("{side}: session was not opened: {}", end.errstr)
                };
                self.push(events, attempt, spot, "session-start", text);
            }
            if let Some(spot) = end.stop {
                let text = match end.status {
                    Status::Failed => format!("{side}: session failed: {}", end.errstr),
                    _ => end.statistics.map_or_else(
                        || format!("{side}: session ended well"),
                        |s| {
                            format!(
                                "{side}: session ended well: {} bytes, {} kbit/s, {}.{:02} % sent again",
                                s.bytes,
                                s.kbps,
                                s.loss / 100,
                                s.loss % 100
                            )
                        },
                    ),
                };
                self.push(events, attempt, spot, "session-stop", text);
            }
        }
    }

    fn push(
        &self,
        events: &mut Vec<Event>,
        attempt: &Attempt,
        spot: Spot,
        what: &'static str,
        text: String,
    ) {
        let mut event = event(self.store, spot, what, text);
        event.transfer = Some(self.group.id());
        event.session = (Some(attempt.uuid) != self.group.xfer).then(|| attempt.uuid.to_string());
        event.package.clone_from(&self.group.package);
        events.push(event);
    }
}
