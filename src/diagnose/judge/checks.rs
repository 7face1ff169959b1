//! Findings that no single failed session shows: licenses that expire, clocks, log levels, and what successful transfers
//! have in common.
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::super::catalogue::row::Failure;
use super::super::catalogue::table::{CATALOGUE, row};
use super::super::model::{Severity, TransferOutcome};
use super::super::output::finding::Finding;
use super::super::sessions::observations::Observations;
use super::super::sessions::place::{LogSpot, evidence, moment};
use super::super::sessions::transfers::SessionGroup;
use super::cause::{MOST_EVIDENCE, TransferFailure};
use super::session_facts::{hits, is_server};

/// Days before the expiry of a license from which it is reported.
const LICENSE_DAYS: i32 = 30;
/// Seconds by which the clocks of two hosts may differ without harm.
const SKEW: i64 = 90;

/// Zones differ by a multiple of this many seconds.
const ZONE_STEP: i64 = 900;

/// The findings of all checks, each with the rank of its row.
pub(super) fn checks(
    observations: &Observations,
    groups: &[SessionGroup],
    failures: &[TransferFailure],
) -> Vec<(u32, Finding)> {
    let mut found = Vec::new();
    found.extend(licenses(observations));
    found.extend(jumps(observations));
    found.extend(skew(observations, groups));
    found.extend(too_low(observations, failures));
    found.extend(in_success(observations, groups));
    found.extend(unended(observations, groups));
    found
}

fn finding(
    id: &str,
    observations: &Observations,
    spots: &[LogSpot],
) -> Option<(&'static Failure, Finding)> {
    let (_, row) = CATALOGUE.by_id(id)?;
    let evidence = evidence(&observations.entries, spots, MOST_EVIDENCE);
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

fn licenses(observations: &Observations) -> Option<(u32, Finding)> {
    let soon = observations.license_ends.iter().filter_map(|(text, spot)| {
        let end = date(text)?;
        let at = spot.stamp.filter(|s| s.year_known)?.at.date();
        let left = at.until(end).ok()?.get_days();
        (left <= LICENSE_DAYS).then_some((left, end, *spot))
    });
    let (left, end, spot) = soon.min_by_key(|(left, ..)| *left)?;
    let (row, mut finding) = finding("license-ends-soon", observations, &[spot])?;
    finding.cause = if left < 0 {
        format!("The licence ended on {end}, before this line was written.")
    } else {
        format!("The licence ends on {end}, {left} days after this line was written.")
    };
    Some((row.rank, finding))
}

fn jumps(observations: &Observations) -> Option<(u32, Finding)> {
    let most = observations.clock_jumps.iter().map(|j| j.seconds).max()?;
    let spots: Vec<LogSpot> = observations.clock_jumps.iter().map(|j| j.spot).collect();
    let (row, mut finding) = finding("clock-jump", observations, &spots)?;
    finding.cause = format!("{} The largest step back is {most} seconds.", finding.cause);
    Some((row.rank, finding))
}

/// The clocks of the two ends of a session differ, where both time zones are known.
fn skew(observations: &Observations, groups: &[SessionGroup]) -> Option<(u32, Finding)> {
    let mut worst: Option<(i64, [LogSpot; 2])> = None;
    for attempt in groups.iter().flat_map(|g| &g.attempts) {
        let side = |server: bool| {
            let end = attempt
                .session
                .ends
                .iter()
                .find(|e| is_server(e, &observations.entries) == Some(server))?;
            let spot = end.start.or(end.stop)?;
            let at = moment(&observations.entries, spot).filter(|m| m.uncertain == 0)?;
            Some((spot, at))
        };
        let (Some((client, c)), Some((server, s))) = (side(false), side(true)) else {
            continue;
        };
        let apart = c.seconds_to(s).abs();
        // A wrong time zone gives a multiple of 15 minutes, which is no fault of a clock.
        let rest = apart % ZONE_STEP;
        let skewed = rest.min(ZONE_STEP - rest) > SKEW;
        if skewed && worst.is_none_or(|(known, _)| apart > known) {
            worst = Some((apart, [client, server]));
        }
    }
    let (apart, spots) = worst?;
    let (row, mut finding) = finding("clock-skew", observations, &spots)?;
    finding.cause = format!("{} They differ by {apart} seconds.", finding.cause);
    Some((row.rank, finding))
}

/// Failures whose cause the log does not state, although its level could have been higher.
fn too_low(observations: &Observations, failures: &[TransferFailure]) -> Option<(u32, Finding)> {
    let mut spots = Vec::new();
    for failure in failures.iter().filter(|f| f.severity == Severity::Error) {
        let vague = row(failure.root).is_some_and(|row| row.vague);
        let Some(hit) = failure.hits.get(&failure.root).filter(|_| vague) else {
            continue;
        };
        let lines = hit.spots.iter().chain(&failure.frame);
        let debug = |s: &&LogSpot| {
            observations
                .entries
                .get(s.entry as usize)
                .is_some_and(|e| e.debug)
        };
        if !lines.clone().any(|s| debug(&s)) {
            spots.extend(lines.take(1).copied());
        }
    }
    let (row, finding) = finding("log-level-too-low", observations, &spots)?;
    Some((row.rank, finding))
}

/// Warnings and notes of successful sessions, one finding for each row.
fn in_success(observations: &Observations, groups: &[SessionGroup]) -> Vec<(u32, Finding)> {
    let mut kinds: BTreeMap<usize, (usize, Vec<LogSpot>)> = BTreeMap::new();
    for attempt in groups.iter().flat_map(|g| &g.attempts) {
        if attempt.outcome != TransferOutcome::Succeeded {
            continue;
        }
        for (number, hit) in hits(attempt, &observations.entries) {
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
            let row = row(number)?;
            if row.severity == Severity::Error {
                return None;
            }
            let mut finding =
                Finding::of(row, evidence(&observations.entries, &spots, MOST_EVIDENCE));
            if count > 1 {
                finding.title = format!("{} ({count} sessions)", row.title);
            }
            Some((row.rank, finding))
        })
        .collect()
}

/// Sessions without an end, although their log goes on for more than an hour.
fn unended(observations: &Observations, groups: &[SessionGroup]) -> Option<(u32, Finding)> {
    let last = groups
        .iter()
        .flat_map(|g| &g.attempts)
        .filter_map(|a| a.ended)
        .max()?;
    let spots: Vec<LogSpot> = groups
        .iter()
        .flat_map(|g| &g.attempts)
        .filter(|a| a.outcome == TransferOutcome::Unknown && a.session.http.begun.is_none())
        .filter(|a| a.ended.is_some_and(|at| at.seconds_to(last) > 3600))
        .filter_map(|a| a.session.ends.iter().find_map(|e| e.start))
        .collect();
    let (row, mut finding) = finding("session-without-end", observations, &spots)?;
    if spots.len() > 1 {
        finding.title = format!("{} ({} sessions)", row.title, spots.len());
    }
    Some((row.rank, finding))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_dates_of_licenses_are_read_in_every_format() {
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
}
