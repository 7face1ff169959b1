//! Facts of one session, by the names that rows of `failures_log.toml` use, and the rows that the session matches.
use std::collections::{BTreeMap, BTreeSet};

use super::super::catalogue::codes::{CODES, Numbering};
use super::super::catalogue::condition::LogCondition;
use super::super::catalogue::table::{CATALOGUE, row};
use super::super::model::{Severity, TransferOutcome};
use super::super::sessions::clock::Moment;
use super::super::sessions::place::{LogFile, LogSpot};
use super::super::sessions::session::{FaspSession, SessionEnd};
use super::super::sessions::transfers::Attempt;
use super::super::token;
use super::hit::{RowMatch, RowMatches, merge};

/// Seconds without a packet from which a session counts as silent.
const SILENCE: u32 = 10;
/// Retransmitted blocks, in hundredths of a percent, from which a session has high loss.
const HIGH_LOSS: u32 = 500;

/// Facts by name, each with the line that shows it where one does.
type SessionFacts = BTreeMap<&'static str, Option<LogSpot>>;

/// The rows that a session matches.
pub(super) fn hits(attempt: &Attempt, files: &[LogFile]) -> RowMatches {
    let session = &attempt.session;
    let mut hits = RowMatches::new();
    if attempt.outcome == TransferOutcome::Failed {
        by_messages(session, &mut hits);
    }
    let facts = facts(attempt, files);
    // A fact can be that another row matches.
    for _ in 0..2 {
        by_facts(&facts, &mut hits);
    }
    hits.retain(|number, _| conditions(*number).is_some_and(|on| holds(on, &facts)));
    hits
}

/// The conditions of a row that is about logs.
fn conditions(number: usize) -> Option<&'static LogCondition> {
    row(number)?.when.log()
}

/// True if the facts do not contradict a row that an error message or a code led to.
fn holds(on: &LogCondition, facts: &SessionFacts) -> bool {
    let known = |name: &String| facts.contains_key(name.as_str()) || name.starts_with("row:");
    on.facts.iter().all(known) && !on.not.iter().any(|name| facts.contains_key(name.as_str()))
}

/// Rows that error messages and error codes lead to.
fn by_messages(session: &FaspSession, hits: &mut RowMatches) {
    let default = numbering(session);
    for message in session.messages.iter().filter(|m| !m.warning) {
        for number in CATALOGUE.by_message(&message.text) {
            hit(hits, number, message.spot, Some(&message.text));
        }
        let Some(code) = message.code else { continue };
        let own = if message.managed {
            Some(Numbering::Management)
        } else {
            CODES.numbering(code, &message.text).or(default)
        };
        if let Some(row) = own.and_then(|own| CODES.get(own, code))
            && let Some((number, _)) = CATALOGUE.by_id(&row.failure)
        {
            hit(hits, number, message.spot, Some(&message.text));
        }
    }
    for end in &session.ends {
        let Some(spot) = end
            .stop
            .or(end.start)
            .filter(|_| end.outcome == TransferOutcome::Failed)
        else {
            continue;
        };
        for number in CATALOGUE.by_message(&end.errstr) {
            hit(hits, number, spot, None);
        }
        // A session line has the code and the text of one of the tables, or an unknown code.
        let own = end.code.and_then(|code| {
            let own = CODES.numbering(code, &end.errstr);
            let own = own.or(default.filter(|_| end.errstr.is_empty()))?;
            CODES.get(own, code)
        });
        if let Some((number, _)) = own.and_then(|row| CATALOGUE.by_id(&row.failure)) {
            hit(hits, number, spot, Some(&end.errstr));
        }
    }
}

/// The numbering that the session's own lines use: by a pair of code and text, else by the version.
fn numbering(session: &FaspSession) -> Option<Numbering> {
    let pair = |end: &SessionEnd| CODES.numbering(end.code.filter(|c| *c > 0)?, &end.errstr);
    let known = session.ends.iter().find_map(pair);
    let modern = |end: &SessionEnd| {
        let mut parts = end.version.split('.').map_while(|p| p.parse::<u32>().ok());
        let version = (parts.next()?, parts.next().unwrap_or(0));
        (version >= (3, 9)).then_some(Numbering::Fasp)
    };
    known.or_else(|| session.ends.iter().find_map(modern))
}

fn hit(hits: &mut RowMatches, number: usize, spot: LogSpot, said: Option<&str>) {
    let said = said.filter(|s| !s.is_empty()).map(str::to_owned);
    merge(hits, number, RowMatch::of(spot, said));
}

/// Rows that facts alone lead to.
fn by_facts(facts: &SessionFacts, hits: &mut RowMatches) {
    let matched: BTreeSet<String> = hits
        .keys()
        .filter_map(|number| row(*number))
        .map(|row| format!("row:{}", row.id))
        .collect();
    let is = |name: &String| facts.contains_key(name.as_str()) || matched.contains(name);
    for (number, row) in CATALOGUE.rows.iter().enumerate() {
        let Some(on) = row.when.log() else { continue };
        if !on.says.is_empty() || on.facts.is_empty() || hits.contains_key(&number) {
            continue;
        }
        let wrong = row.severity == Severity::Error && !facts.contains_key("failed");
        if wrong || !on.facts.iter().all(is) || on.not.iter().any(is) {
            continue;
        }
        let mut own = RowMatch::default();
        for name in &on.facts {
            own.spots
                .extend(facts.get(name.as_str()).copied().flatten());
            let id = name.strip_prefix("row:").unwrap_or_default();
            if let Some(under) = CATALOGUE.by_id(id).and_then(|(at, _)| hits.get(&at)) {
                own.spots.extend(&under.spots);
                own.said = own.said.or_else(|| under.said.clone());
            }
        }
        hits.insert(number, own);
    }
}

fn facts(attempt: &Attempt, files: &[LogFile]) -> SessionFacts {
    let session = &attempt.session;
    let mut facts = SessionFacts::new();
    let first = session.ends.iter().find_map(|e| e.stop.or(e.start));
    match attempt.outcome {
        TransferOutcome::Failed => facts.insert("failed", None),
        TransferOutcome::Succeeded => facts.insert("success", first),
        TransferOutcome::Unknown => facts.insert("running", first),
    };
    for end in &session.ends {
        let server = is_server(end, files);
        let spot = end.stop.or(end.start);
        match server {
            Some(true) => facts.insert("server-seen", spot),
            Some(false) => facts.insert("client-seen", spot),
            None => None,
        };
        if server == Some(true) && end.outcome == TransferOutcome::Succeeded {
            facts.insert("server-success", spot);
        }
        if end.opened {
            facts.insert("opened", None);
        }
    }
    let sides: BTreeSet<bool> = session.ends.iter().map(|e| e.sending).collect();
    if sides.len() == 2 {
        facts.insert("both-ends", None);
    }
    errno(session, &mut facts);
    wire(session, &mut facts);
    http(session, &mut facts);
    if let Some((_, spot)) = session.files_failed {
        facts.insert("files-failed", Some(spot));
    }
    if let Some((_, spot)) = &session.capped {
        facts.insert("capped", Some(*spot));
    }
    if session.nodes > 1 {
        facts.insert("side-by-side", None);
    }
    tokens(attempt, &mut facts);
    facts
}

/// Which side an end is: by its own lines, else by the folder of its log.
pub(super) fn is_server(end: &SessionEnd, files: &[LogFile]) -> Option<bool> {
    let by_folder = || {
        let spot = end.stop.or(end.start)?;
        files.get(spot.entry as usize)?.is_server()
    };
    end.server.or_else(by_folder)
}

fn errno(session: &FaspSession, facts: &mut SessionFacts) {
    let Some((number, spot)) = session.errno else {
        return;
    };
    // Linux, Windows, macOS.
    let name = match number {
        111 | 10061 | 61 => "tcp-refused",
        110 | 10060 | 60 => "tcp-timeout",
        100 | 101 | 112 | 113 | 10050 | 10051 | 10064 | 10065 | 50 | 51 | 64 | 65 => {
            "tcp-unreachable"
        }
        _ => "tcp-failed",
    };
    facts.insert(name, Some(spot));
}

fn wire(session: &FaspSession, facts: &mut SessionFacts) {
    let mut statistics = session.ends.iter().filter_map(|e| e.statistics);
    if statistics.clone().any(|s| s.bytes > 0) {
        facts.insert("bytes-moved", None);
    } else if statistics.clone().next().is_some() {
        facts.insert("no-bytes", None);
    }
    if statistics.any(|s| s.loss >= HIGH_LOSS) {
        facts.insert("high-loss", None);
    }
    let long = |silence: Option<(u32, LogSpot)>| silence.filter(|(s, _)| *s >= SILENCE);
    let [sender, receiver] = session.silence;
    if let Some((_, spot)) = long(sender) {
        facts.insert("sender-silence", Some(spot));
    }
    if let Some((_, spot)) = long(receiver) {
        facts.insert("receiver-silence", Some(spot));
    }
}

fn http(session: &FaspSession, facts: &mut SessionFacts) {
    let http = &session.http;
    if let Some(spot) = http.begun {
        facts.insert("http", Some(spot));
        if http.ended.is_none() && http.refused.is_none() {
            facts.insert("http-open", Some(spot));
        }
    }
    if let Some((_, spot)) = http.refused {
        facts.insert("http-refused", Some(spot));
    }
    match http.ended {
        Some((200, true, spot)) => {
            facts.insert("http-done", Some(spot));
            if http.get {
                facts.insert("http-download-done", Some(spot));
            }
        }
        Some((200, false, spot)) => {
            facts.insert("http-incomplete", Some(spot));
        }
        Some((_, _, spot)) => {
            facts.insert("http-failed", Some(spot));
        }
        None => {}
    }
}

/// When the tokens of a session expire, in seconds since 1970, if their pseudonyms have it.
pub(super) fn expiries(session: &FaspSession) -> impl Iterator<Item = i64> {
    let known = session
        .tokens
        .iter()
        .filter_map(|token| token::expiry(token));
    known.map(|at| at.as_second())
}

fn tokens(attempt: &Attempt, facts: &mut SessionFacts) {
    let (Some(began), Some(ended)) = (attempt.began, attempt.ended) else {
        return;
    };
    let at = attempt.session.ends.iter().find_map(|e| e.stop.or(e.start));
    let sure = |from: Moment, to: i64| to - from.at.as_second() + i64::from(from.uncertain);
    for expiry in expiries(&attempt.session) {
        if sure(began, expiry) < 0 {
            facts.insert("token-expired-before", at);
        } else if began.uncertain == 0 && sure(ended, expiry) < 0 {
            facts.insert("token-expired-during", at);
        }
    }
}
