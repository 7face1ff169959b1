//! Puts the events of logs, network traces and answers of APIs into one list, in order of time.
use std::collections::BTreeMap;

use super::super::answers::ApiContent;
use super::super::catalogue::table::row;
use super::super::har::{Network, status_text};
use super::super::model::{EvidenceSource, TransferOutcome};
use super::super::output::event::{Event, Lane};
use super::super::sessions::observations::Observations;
use super::super::sessions::place::{LogFile, LogSpot, moment};
use super::super::sessions::transfers::{Attempt, SessionGroup};
use super::cause::TransferFailure;

/// Most events; of more, those of successful sessions are left out first.
const MOST_EVENTS: usize = 20_000;

/// Sorts events by time, then by place; those without a time come last.
fn order(events: &mut [Event]) {
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

/// All events of a run.
pub(super) fn events(
    observations: &Observations,
    groups: &[SessionGroup],
    failures: &[TransferFailure],
    network: Option<&Network>,
) -> Vec<Event> {
    let mut events = Vec::new();
    let budget = |events: &Vec<Event>| events.len() < MOST_EVENTS;
    let (bad, fine): (Vec<&SessionGroup>, Vec<&SessionGroup>) =
        groups.iter().partition(|g| !g.succeeded());
    for group in bad.into_iter().chain(fine) {
        if !budget(&events) {
            break;
        }
        GroupEvents {
            observations,
            group,
        }
        .add(&mut events);
    }
    for failure in failures {
        let hit = failure.hits.get(&failure.root);
        if let Some(row) = row(failure.root)
            && let Some(spot) = hit.and_then(|h| h.spots.first())
            && budget(&events)
        {
            let mut event = event(observations, *spot, "cause", row.title.clone());
            event.transfer = Some(failure.id.clone());
            let group = groups.get(failure.group);
            event.package = group.and_then(|g| g.package.clone());
            events.push(event);
        }
    }
    for jump in &observations.clock_jumps {
        let text = format!("the clock was set back by {} seconds", jump.seconds);
        events.push(event(observations, jump.spot, "clock-jump", text));
    }
    browser(network, &mut events);
    answers(observations, &mut events);
    name_transfers(groups, &mut events);
    order(&mut events);
    events
}

/// The row of the picture for the lines of a log.
fn lane(file: Option<&LogFile>) -> Lane {
    match file {
        None => Lane::Program,
        Some(file) if file.shared => Lane::Program,
        Some(file) => match file.is_server() {
            Some(true) => Lane::Server,
            Some(false) => Lane::Client,
            None => Lane::Ascp,
        },
    }
}

/// Requests of the browser that failed, when their tokens expired, and requests that belong to a transfer.
fn browser(network: Option<&Network>, events: &mut Vec<Event>) {
    for trace in network.into_iter().flat_map(|n| &n.traces) {
        for failure in &trace.failures {
            let status = status_text(failure.status);
            let reasons = [&failure.net, &failure.code, &failure.message];
            let reasons: Vec<&str> = reasons.into_iter().flatten().map(String::as_str).collect();
            let why = if reasons.is_empty() { "" } else { ": " };
            let (method, path) = (&failure.method, &failure.path);
            let base = Event {
                time: failure.started,
                uncertain: 0,
                source: EvidenceSource::Har,
                lane: Lane::Browser,
                what: "request-failed",
                text: format!("{method} {path} ({status}){why}{}", reasons.join(": ")),
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
        events.extend(trace.events.iter().map(|request| Event {
            time: request.started,
            uncertain: 0,
            source: EvidenceSource::Har,
            lane: Lane::Browser,
            what: request.what,
            text: request.text.clone(),
            entry: trace.entry.clone(),
            line: request.line,
            transfer: request.transfers.first().cloned(),
            session: None,
            package: request.packages.first().cloned(),
        }));
    }
}

/// Sets the transfer of events that name one of its sessions instead.
fn name_transfers(groups: &[SessionGroup], events: &mut [Event]) {
    let sessions = groups
        .iter()
        .flat_map(|g| g.attempts.iter().map(move |a| (a, g)));
    let known: BTreeMap<String, String> = sessions
        .filter(|(attempt, group)| Some(attempt.uuid) != group.xfer)
        .map(|(attempt, group)| (attempt.uuid.to_string(), group.id()))
        .collect();
    for event in events
        .iter_mut()
        .filter(|e| e.source != EvidenceSource::Log)
    {
        let named = event.transfer.as_ref().and_then(|id| known.get(id));
        if let Some(id) = named.cloned() {
            event.session = event.transfer.replace(id);
        }
    }
}

/// Events that answers of the APIs list.
fn answers(observations: &Observations, events: &mut Vec<Event>) {
    for (entry, facts) in &observations.answers {
        for fact in facts {
            let ApiContent::Event {
                what,
                text,
                transfer,
                package,
                at,
            } = &fact.content
            else {
                continue;
            };
            events.push(Event {
                time: Some(*at),
                uncertain: 0,
                source: EvidenceSource::Api,
                lane: Lane::Api,
                what,
                text: text.clone(),
                entry: entry.clone(),
                line: fact.line,
                transfer: transfer.map(|id| id.to_string()),
                session: None,
                package: package.clone(),
            });
        }
    }
}

fn event(observations: &Observations, spot: LogSpot, what: &'static str, text: String) -> Event {
    let at = moment(&observations.entries, spot);
    Event {
        time: at.map(|m| m.at),
        uncertain: at.map_or(0, |m| m.uncertain),
        source: EvidenceSource::Log,
        lane: lane(observations.entries.get(spot.entry as usize)),
        what,
        text,
        entry: observations
            .entries
            .get(spot.entry as usize)
            .map_or_else(String::new, |e| e.name.clone()),
        line: spot.line,
        transfer: None,
        session: None,
        package: None,
    }
}

struct GroupEvents<'a> {
    observations: &'a Observations,
    group: &'a SessionGroup,
}

impl GroupEvents<'_> {
    fn add(&self, events: &mut Vec<Event>) {
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
            if attempt.outcome == TransferOutcome::Failed {
                for message in &session.messages {
                    let what = if message.peer { "peer-error" } else { "error" };
                    self.push(events, attempt, message.spot, what, message.text.clone());
                }
            }
        }
        if let Some(attempt) = self.group.attempts.first() {
            for message in &self.group.messages {
                self.push(events, attempt, message.spot, "told", message.text.clone());
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
                let text = match end.outcome {
                    TransferOutcome::Failed => format!("{side}: session failed: {}", end.errstr),
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
        spot: LogSpot,
        what: &'static str,
        text: String,
    ) {
        let mut event = event(self.observations, spot, what, text);
        event.transfer = Some(self.group.id());
        event.session = (Some(attempt.uuid) != self.group.xfer).then(|| attempt.uuid.to_string());
        event.package.clone_from(&self.group.package);
        events.push(event);
    }
}
