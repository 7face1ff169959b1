//! Facts of one session, by name, and the rows of the catalogue that they hit.
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::diagnose::catalogue::codes::{CODES, Numbering};
use crate::diagnose::catalogue::table::CATALOGUE;
use crate::diagnose::output::finding::Severity;
use crate::diagnose::sessions::clock::Moment;
use crate::diagnose::sessions::observations::Entry;
use crate::diagnose::sessions::session::{End, Session, Spot, Status};
use crate::diagnose::sessions::transfers::Attempt;

/// Seconds of silence that are no hiccup.
const SILENCE: u32 = 10;
/// Hundredths of a per cent of blocks sent again that slow a transfer down.
const HIGH_LOSS: u32 = 500;

/// What hit a row: the lines, and the words of the program.
#[derive(Clone, Debug, Default)]
pub(in crate::diagnose) struct Hit {
    pub(in crate::diagnose) spots: Vec<Spot>,
    pub(in crate::diagnose) said: Option<String>,
    /// Title and cause, where the row's own have gaps that were filled.
    pub(in crate::diagnose) told: Option<(String, String)>,
    /// When the token of it ends.
    pub(in crate::diagnose) token_ends: Option<Timestamp>,
}

/// Rows of the catalogue, by number.
pub(in crate::diagnose) type Hits = BTreeMap<usize, Hit>;

/// Facts by name, each with the line that shows it where one does.
type Facts = BTreeMap<&'static str, Option<Spot>>;

/// The rows that a session hits.
pub(in crate::diagnose) fn hits(attempt: &Attempt, entries: &[Entry]) -> Hits {
    let session = &attempt.session;
    let mut hits = Hits::new();
    if attempt.status == Status::Failed {
        told(session, &mut hits);
    }
    let facts = facts(attempt, entries);
    // Rows may build on rows: what was told is a fact too.
    for _ in 0..2 {
        by_facts(&facts, &mut hits);
    }
    hits.retain(|number, _| {
        CATALOGUE
            .rows
            .get(*number)
            .is_some_and(|row| holds(row, &facts))
    });
    hits
}

fn holds(row: &crate::diagnose::Failure, facts: &Facts) -> bool {
    // A row that was told must not be contradicted by what else is known.
    let known = |name: &String| facts.contains_key(name.as_str()) || name.starts_with("told:");
    row.facts.iter().all(known) && !row.not.iter().any(|name| facts.contains_key(name.as_str()))
}

/// What was said, in words and in numbers.
fn told(session: &Session, hits: &mut Hits) {
    let default = numbering(session);
    for said in session.said.iter().filter(|s| !s.warning) {
        for number in CATALOGUE.said(&said.text) {
            hit(hits, number, said.spot, Some(&said.text));
        }
        let Some(code) = said.code else { continue };
        let own = if said.managed {
            Some(Numbering::Management)
        } else {
            CODES.numbering(code, &said.text).or(default)
        };
        if let Some(row) = own.and_then(|own| CODES.get(own, code))
            && let Some((number, _)) = CATALOGUE.by_id(&row.failure)
        {
            hit(hits, number, said.spot, Some(&said.text));
        }
    }
    for end in &session.ends {
        let Some(spot) = end
            .stop
            .or(end.start)
            .filter(|_| end.status == Status::Failed)
        else {
            continue;
        };
        for number in CATALOGUE.said(&end.errstr) {
            hit(hits, number, spot, None);
        }
        // Here number and text are one of the tables' pairs, or a number that is not known.
        // Here number and text are one of the tables' pairs, or a number that is not known.
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

/// The numbering that the session's own lines use: told by a pair of number and text, else by the version.
fn numbering(session: &Session) -> Option<Numbering> {
    let pair = |end: &End| CODES.numbering(end.code.filter(|c| *c > 0)?, &end.errstr);
    let told = session.ends.iter().find_map(pair);
    let modern = |end: &End| {
        let mut parts = end.version.split('.').map_while(|p| p.parse::<u32>().ok());
        let version = (parts.next()?, parts.next().unwrap_or(0));
        (version >= (3, 9)).then_some(Numbering::Fasp)
    };
    told.or_else(|| session.ends.iter().find_map(modern))
}

fn hit(hits: &mut Hits, number: usize, spot: Spot, said: Option<&str>) {
    let hit = hits.entry(number).or_default();
    if !hit.spots.contains(&spot) {
        hit.spots.push(spot);
    }
    if hit.said.is_none() {
        hit.said = said.filter(|s| !s.is_empty()).map(str::to_owned);
    }
}

/// Rows that are told by facts alone.
fn by_facts(facts: &Facts, hits: &mut Hits) {
    let told: BTreeSet<String> = hits
        .keys()
        .filter_map(|number| CATALOGUE.rows.get(*number))
        .map(|row| format!("told:{}", row.id))
        .collect();
    let is = |name: &String| facts.contains_key(name.as_str()) || told.contains(name);
    for (number, row) in CATALOGUE.rows.iter().enumerate() {
        if !row.says.is_empty() || row.facts.is_empty() || hits.contains_key(&number) {
            continue;
        }
        let wrong = row.severity == Severity::Error && !facts.contains_key("failed");
        if wrong || !row.facts.iter().all(is) || row.not.iter().any(is) {
            continue;
        }
        let mut own = Hit::default();
        for name in &row.facts {
            own.spots
                .extend(facts.get(name.as_str()).copied().flatten());
            let id = name.strip_prefix("told:").unwrap_or_default();
            if let Some(under) = CATALOGUE.by_id(id).and_then(|(at, _)| hits.get(&at)) {
                own.spots.extend(&under.spots);
                own.said = own.said.or_else(|| under.said.clone());
            }
        }
        hits.insert(number, own);
    }
}

fn facts(attempt: &Attempt, entries: &[Entry]) -> Facts {
    let session = &attempt.session;
    let mut facts = Facts::new();
    let first = session.ends.iter().find_map(|e| e.stop.or(e.start));
    match attempt.status {
        Status::Failed => facts.insert("failed", None),
        Status::Success => facts.insert("success", first),
        Status::Running => facts.insert("running", first),
    };
    for end in &session.ends {
        let server = is_server(end, entries);
        let spot = end.stop.or(end.start);
        match server {
            Some(true) => facts.insert("server-seen", spot),
            Some(false) => facts.insert("client-seen", spot),
            None => None,
        };
        if server == Some(true) && end.status == Status::Success {
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

/// Which side an end is: by its own word, else by the folder of its log.
pub(in crate::diagnose) fn is_server(end: &End, entries: &[Entry]) -> Option<bool> {
    let by_folder = || {
        let spot = end.stop.or(end.start)?;
        entries.get(spot.entry as usize)?.is_server()
    };
    end.server.or_else(by_folder)
}

fn errno(session: &Session, facts: &mut Facts) {
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

fn wire(session: &Session, facts: &mut Facts) {
    let mut statistics = session.ends.iter().filter_map(|e| e.statistics);
    if statistics.clone().any(|s| s.bytes > 0) {
        facts.insert("bytes-moved", None);
    } else if statistics.clone().next().is_some() {
        facts.insert("no-bytes", None);
    }
    if statistics.any(|s| s.loss >= HIGH_LOSS) {
        facts.insert("high-loss", None);
    }
    let long = |silence: Option<(u32, Spot)>| silence.filter(|(s, _)| *s >= SILENCE);
    let [sender, receiver] = session.silence;
    if let Some((_, spot)) = long(sender) {
        facts.insert("sender-silence", Some(spot));
    }
    if let Some((_, spot)) = long(receiver) {
        facts.insert("receiver-silence", Some(spot));
    }
}

fn http(session: &Session, facts: &mut Facts) {
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

/// Ends of the tokens whose pseudonyms tell them, in seconds since 1970.
pub(in crate::diagnose) fn expiries(session: &Session) -> impl Iterator<Item = i64> {
    session.tokens.iter().filter_map(|token| {
        let rest = token.split_once(".exp-")?.1;
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        rest.get(..end)?.parse().ok()
    })
}

fn tokens(attempt: &Attempt, facts: &mut Facts) {
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
