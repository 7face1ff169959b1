//! Findings that no single failed session shows: the end of a licence, clocks, log levels, and what transfers
//! that went well have in common.
use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};

use super::cause::{Judged, evidence};
use super::session_facts::{hits, is_server};
use crate::diagnose::catalogue::table::{CATALOGUE, Failure};
use crate::diagnose::output::finding::{Finding, Severity};
use crate::diagnose::sessions::observations::Findings;
use crate::diagnose::sessions::session::{Spot, Status};
use crate::diagnose::sessions::transfers::{Group, moment};

/// Days before the end of a licence from which it is told.
const LICENCE_DAYS: i32 = 30;
/// Most lines of evidence.
const MOST_EVIDENCE: usize = 8;
/// Seconds by which the clocks of two hosts may differ without harm.
const SKEW: i64 = 90;

/// Zones differ by a multiple of this many seconds.
const ZONE_STEP: i64 = 900;

/// All of them.
pub(in crate::diagnose) fn checks(
    store: &Findings,
    groups: &[Group],
    judged: &[Judged],
) -> Vec<(u32, Finding)> {
    let mut found = Vec::new();
    found.extend(licences(store));
    found.extend(jumps(store));
    found.extend(skew(store, groups));
    found.extend(too_low(store, judged));
    found.extend(in_success(store, groups));
    found.extend(unended(store, groups));
    found
}

fn told(id: &str, store: &Findings, spots: &[Spot]) -> Option<(&'static Failure, Finding)> {
    let (_, row) = CATALOGUE.by_id(id)?;
    let evidence = evidence(&store.entries, spots, MOST_EVIDENCE);
    (!evidence.is_empty()).then(|| (row, Finding::of(row, evidence)))
}

/// `2026-12-31`, `Dec 31 2026`, `Thu Dec 31 23:59:59 2026`, `12/31/2026`.
fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Some(date) = text.get(..10).and_then(|t| t.parse().ok()) {
        return Some(date);
    }
    let words: Vec<&str> = text.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let month = words.iter().find_map(|word| {
        let name = word.get(..3)?.to_ascii_lowercase();
        months.iter().position(|m| *m == name)
    });
    let number = |least: i16, most: i16| {
        words
            .iter()
            .filter_map(|w| w.parse::<i16>().ok())
            .find(|n| (least..=most).contains(n))
    };
    if let Some(month) = month {
        let day = i8::try_from(number(1, 31)?).ok()?;
        return Date::new(number(1990, 9000)?, i8::try_from(month + 1).ok()?, day).ok();
    }
    let mut parts = text.split('/').map_while(|p| p.parse::<i16>().ok());
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn licences(store: &Findings) -> Option<(u32, Finding)> {
    let soon = store.licences.iter().filter_map(|(text, spot)| {
        let end = date(text)?;
        let at = spot.stamp.filter(|s| s.year_known)?.at.date();
        let left = at.until(end).ok()?.get_days();
        (left <= LICENCE_DAYS).then_some((left, end, *spot))
    });
    let (left, end, spot) = soon.min_by_key(|(left, ..)| *left)?;
    let (row, mut finding) = told("license-ends-soon", store, &[spot])?;
    finding.cause = if left < 0 {
        format!("The licence ended on {end}, before this line was written.")
    } else {
        format!("The licence ends on {end}, {left} days after this line was written.")
    };
    Some((row.rank, finding))
}

fn jumps(store: &Findings) -> Option<(u32, Finding)> {
    let most = store.jumps.iter().map(|j| j.seconds).max()?;
    let spots: Vec<Spot> = store.jumps.iter().map(|j| j.spot).collect();
    let (row, mut finding) = told("clock-jump", store, &spots)?;
    finding.cause = format!("{} The largest step back is {most} seconds.", finding.cause);
    Some((row.rank, finding))
}

/// Both ends tell of the same session at different times, where both zones are known.
fn skew(store: &Findings, groups: &[Group]) -> Option<(u32, Finding)> {
    let mut worst: Option<(i64, [Spot; 2])> = None;
    for attempt in groups.iter().flat_map(|g| &g.attempts) {
        let side = |server: bool| {
            let end = attempt
                .session
                .ends
                .iter()
                .find(|e| is_server(e, &store.entries) == Some(server))?;
            let spot = end.start.or(end.stop)?;
            let at = moment(&store.entries, spot).filter(|m| m.uncertain == 0)?;
            Some((spot, at))
        };
        let (Some((client, c)), Some((server, s))) = (side(false), side(true)) else {
            continue;
        };
        let apart = c.seconds_to(s).abs();
        // A zone that was given wrongly is a whole number of quarter hours off, and no fault of a clock.
        let rest = apart % ZONE_STEP;
        let skewed = rest.min(ZONE_STEP - rest) > SKEW;
        if skewed && worst.is_none_or(|(known, _)| apart > known) {
            worst = Some((apart, [client, server]));
        }
    }
    let (apart, spots) = worst?;
    let (row, mut finding) = told("clock-skew", store, &spots)?;
    finding.cause = format!("{} They differ by {apart} seconds.", finding.cause);
    Some((row.rank, finding))
}

/// Failures whose cause the log does not tell, where the log was not at debug level.
fn too_low(store: &Findings, judged: &[Judged]) -> Option<(u32, Finding)> {
    let mut spots = Vec::new();
    for verdict in judged.iter().filter(|v| v.severity == Severity::Error) {
        let vague = CATALOGUE
            .rows
            .get(verdict.root)
            .is_some_and(|row| row.vague);
        let Some(hit) = verdict.hits.get(&verdict.root).filter(|_| vague) else {
            continue;
        };
        let lines = hit.spots.iter().chain(verdict.frame());
        let debug = |s: &&Spot| store.entries.get(s.entry as usize).is_some_and(|e| e.debug);
        if !lines.clone().any(|s| debug(&s)) {
            spots.extend(lines.take(1).copied());
        }
    }
    let (row, finding) = told("log-level-too-low", store, &spots)?;
    Some((row.rank, finding))
}

/// What sessions that went well show, told once for each kind.
fn in_success(store: &Findings, groups: &[Group]) -> Vec<(u32, Finding)> {
    let mut kinds: BTreeMap<usize, (usize, Vec<Spot>)> = BTreeMap::new();
    for attempt in groups.iter().flat_map(|g| &g.attempts) {
        if attempt.status != Status::Success {
            continue;
        }
        for (number, hit) in hits(attempt, &store.entries) {
            let kind = kinds.entry(number).or_default();
            kind.0 += 1;
            if kind.1.len() < MOST_EVIDENCE {
                let own = attempt.session.ends.iter().find_map(|e| e.stop.or(e.start));
                kind.1.extend(hit.spots.first().copied().or(own));
            }
        }
    }
    kinds
        .into_iter()
        .filter_map(|(number, (count, spots))| {
            let row = CATALOGUE.rows.get(number)?;
            if row.severity == Severity::Error {
                return None;
            }
            let mut finding = Finding::of(row, evidence(&store.entries, &spots, MOST_EVIDENCE));
            if count > 1 {
                finding.title = format!("{} ({count} sessions)", row.title);
            }
            Some((row.rank, finding))
        })
        .collect()
}

/// Sessions that began and never ended, while their log goes on.
fn unended(store: &Findings, groups: &[Group]) -> Option<(u32, Finding)> {
    let last = groups
        .iter()
        .flat_map(|g| &g.attempts)
        .filter_map(|a| a.ended)
        .max()?;
    let spots: Vec<Spot> = groups
        .iter()
        .flat_map(|g| &g.attempts)
        .filter(|a| a.status == Status::Running && a.session.http.begun.is_none())
        .filter(|a| a.ended.is_some_and(|at| at.seconds_to(last) > 3600))
        .filter_map(|a| a.session.ends.iter().find_map(|e| e.start))
        .collect();
    let (row, mut finding) = told("session-without-end", store, &spots)?;
    if spots.len() > 1 {
        finding.title = format!("{} ({} sessions)", row.title, spots.len());
    }
    Some((row.rank, finding))
}

/// What a refusal tells of the token's end: `Expired at '…'. Current time is '…'.`
pub(in crate::diagnose) fn expiry_told(text: &str) -> Option<String> {
    let quoted = |key: &str| {
        let value = text.split_once(key)?.1.split('\'').next()?;
        value.parse::<DateTime>().ok()
    };
    let (expired, now) = (quoted("Expired at '")?, quoted("Current time is '")?);
    let late = now.duration_since(expired);
    (late > SignedDuration::ZERO).then(|| {
        format!(
            "By the server's clock the token had ended at {expired}, {} before it was used.",
            span_text(late.as_secs())
        )
    })
}

/// Seconds in words: the two largest units.
pub(in crate::diagnose) fn span_text(seconds: i64) -> String {
    let units = [(86_400, "days"), (3600, "h"), (60, "min"), (1, "s")];
    let mut left = seconds;
    let mut words = Vec::new();
    for (size, name) in units {
        let count = left / size;
        left %= size;
        if count > 0 && words.len() < 2 {
            let name = if count == 1 && name == "days" {
                "day"
            } else {
                name
            };
            words.push(format!("{count} {name}"));
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_licences_are_read_in_every_spelling() {
        let wanted = Date::new(2026, 12, 31).unwrap();
        for text in [
            "2026-12-31",
            "2026-12-31 23:59:59",
            "Dec 31 2026",
            "Thu Dec 31 23:59:59 2026",
            "31 Dec 2026",
            "12/31/2026",
            "December 31, 2026",
        ] {
            assert_eq!(date(text), Some(wanted), "{text}");
        }
        for text in [
            "",
            "never",
            "(unlimited)",
            "2026-13-99",
            "99/99/2026",
            "Dec 2026",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn how_long_a_token_was_over_is_told() {
        let text = "Error: Bearer token has expired.  Expired at '2026-11-17 17:13:05'.  Current time is '2026-11-17 17:59:15'.";
        assert_eq!(
            expiry_told(text).unwrap(),
            "By the server's clock the token had ended at 2026-11-17T17:13:05, 46 min 10 s before it was used."
        );
        assert_eq!(expiry_told("Expired at 'x'. Current time is 'y'"), None);
    }
}
