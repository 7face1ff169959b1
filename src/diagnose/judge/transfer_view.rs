//! Builds the view of one transfer for the report from its sessions.
use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::super::model::Evidence;
use super::super::output::transfer::{EndView, SessionView, Side, TimeSpan, Transfer, Wire};
use super::super::sessions::clock::Moment;
use super::super::sessions::place::{LogFile, LogSpot, Stretch, moment, span, span_of_one_log};
use super::super::sessions::session::SessionEnd;
use super::super::sessions::transfers::{Attempt, SessionGroup};
use super::session_facts::{expiries, is_server};

/// Seconds between the two ends' starts that count as the same time.
const SAME: i64 = 5;

fn between((began, ended): Stretch) -> TimeSpan {
    TimeSpan {
        began: began.map(|m| m.at.to_string()),
        ended: ended.map(|m| m.at.to_string()),
        uncertain: [began, ended]
            .iter()
            .flatten()
            .map(|m| m.uncertain)
            .max()
            .unwrap_or(0),
    }
}

/// First and last line of each session of a transfer, by one clock: that of the least uncertain log, and of several the
/// one that has most of the sessions from start to end.
fn by_one_clock(group: &SessionGroup, files: &[LogFile]) -> Vec<Stretch> {
    let folder = |spot: &LogSpot| files.get(spot.entry as usize).map(|e| e.folder);
    let within = |attempt: &Attempt, own: u32| {
        let spots = attempt.session.spots();
        span(files, spots.filter(|spot| folder(spot) == Some(own)))
    };
    let spots = group.attempts.iter().flat_map(|a| a.session.spots());
    let folders: BTreeSet<u32> = spots.filter_map(|spot| folder(&spot)).collect();
    let rank = |own: &u32| {
        let spans = group.attempts.iter().map(|a| within(a, *own));
        let whole: Vec<(Moment, Moment)> = spans.filter_map(|(a, b)| a.zip(b)).collect();
        let unsure = whole.iter().map(|(began, _)| began.uncertain).max();
        let long: i64 = whole.iter().map(|(a, b)| a.seconds_to(*b)).sum();
        (
            unsure.unwrap_or(u32::MAX),
            Reverse(whole.len()),
            Reverse(long),
        )
    };
    let best = folders.into_iter().min_by_key(rank);
    let one = |attempt: &Attempt| {
        let own = best.map(|folder| within(attempt, folder));
        let seen = own.filter(|(began, _)| began.is_some());
        seen.unwrap_or_else(|| span_of_one_log(files, attempt.session.spots()))
    };
    group.attempts.iter().map(one).collect()
}

/// From the first line of a transfer to the last. Messages of other programs count if no session has a time.
fn whole(group: &SessionGroup, spans: &[Stretch], files: &[LogFile]) -> Stretch {
    let mut moments: Vec<Moment> = spans.iter().flat_map(|(a, b)| [*a, *b]).flatten().collect();
    if moments.is_empty() {
        let others = group.messages.iter().filter_map(|m| moment(files, m.spot));
        moments.extend(others);
    }
    (moments.iter().min().copied(), moments.iter().max().copied())
}

/// The view of a transfer.
pub(super) fn transfer(group: &SessionGroup, files: &[LogFile]) -> Transfer {
    let spans = by_one_clock(group, files);
    // A transfer that only other programs name has no session of its own.
    let seen = |(a, _): &(&Attempt, _)| Some(a.uuid) != group.xfer;
    let tokens = group.attempts.iter();
    let mut tokens_end: Vec<i64> = tokens.flat_map(|a| expiries(&a.session)).collect();
    tokens_end.sort_unstable();
    tokens_end.dedup();
    Transfer {
        id: group.id(),
        package: group.package.clone(),
        outcome: group.outcome(),
        cause: None,
        span: between(whole(group, &spans, files)),
        wire: wire(group),
        target_kbps: group
            .attempts
            .iter()
            .map(|a| a.session.target)
            .max()
            .filter(|rate| *rate > 0),
        tokens_end,
        attempts: group.attempts.len(),
        sessions: group
            .attempts
            .iter()
            .zip(&spans)
            .filter(seen)
            .map(|(a, own)| session(a, *own, files))
            .collect(),
    }
}

fn wire(group: &SessionGroup) -> Option<Wire> {
    let mut sum: Option<Wire> = None;
    for attempt in &group.attempts {
        let counted = |receiving: bool| {
            let mut ends = attempt.session.ends.iter();
            ends.find_map(|e| e.statistics.filter(|_| e.sending != receiving))
        };
        let Some(own) = counted(true).or_else(|| counted(false)) else {
            continue;
        };
        let loss = f64::from(own.loss) / 100.0;
        let sum = sum.get_or_insert(Wire {
            bytes: 0,
            kbps: 0,
            loss: 0.0,
        });
        sum.bytes = sum.bytes.saturating_add(own.bytes);
        sum.kbps = sum.kbps.max(own.kbps);
        sum.loss = sum.loss.max(loss);
    }
    sum
}

fn session(attempt: &Attempt, own: Stretch, files: &[LogFile]) -> SessionView {
    let session = &attempt.session;
    SessionView {
        id: attempt.uuid.to_string(),
        outcome: attempt.outcome,
        http: session.http.begun.is_some(),
        span: between(own),
        clocks_apart: apart(&session.ends, files),
        ends: session.ends.iter().map(|e| end(e, files)).collect(),
    }
}

/// Seconds from the start of a session at one end to its start at the other, each by its own clock.
fn apart(ends: &[SessionEnd], files: &[LogFile]) -> Option<i64> {
    let began = |end: &SessionEnd| moment(files, end.start?).filter(|m| m.uncertain == 0);
    let first = ends.first()?;
    let other = ends.iter().find(|end| end.sending != first.sending)?;
    let seconds = began(first)?.seconds_to(began(other)?);
    (seconds.abs() > SAME).then_some(seconds)
}

/// The zone that the times of an end were read in.
fn zone(end: &SessionEnd, files: &[LogFile]) -> Option<String> {
    let spot = end.start.or(end.stop)?;
    if spot.stamp?.offset.is_some() {
        return Some("by line".to_owned());
    }
    let zone = files.get(spot.entry as usize)?.clock.zone.as_ref()?;
    zone.iana_name().map(str::to_owned)
}

fn end(end: &SessionEnd, files: &[LogFile]) -> EndView {
    let at = |spot: Option<LogSpot>| moment(files, spot?);
    EndView {
        side: is_server(end, files).map(|server| if server { Side::Server } else { Side::Client }),
        sending: end.sending,
        outcome: end.outcome,
        code: end.code.filter(|code| *code != 0),
        text: end.errstr.clone(),
        version: end.version.clone(),
        span: between((at(end.start), at(end.stop))),
        zone: zone(end, files),
        wire: end.statistics.map(|s| Wire {
            bytes: s.bytes,
            kbps: s.kbps,
            loss: f64::from(s.loss) / 100.0,
        }),
        evidence: lines(files, [end.start, end.stop]),
    }
}

/// Lines as evidence, in this order.
fn lines(files: &[LogFile], spots: [Option<LogSpot>; 2]) -> Vec<Evidence> {
    let place = |spot: LogSpot| {
        Some(Evidence {
            entry: files.get(spot.entry as usize)?.name.clone(),
            line: spot.line,
        })
    };
    spots.into_iter().flatten().filter_map(place).collect()
}
