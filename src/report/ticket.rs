//! `ticket.md`: text to paste into the support case, with everything that support asks for first.
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::facts::Facts;
use super::quotes::Quotes;
use super::visible::visible;
use super::words::{count, short_time};
use crate::bundle::manifest::Entry;
use crate::diagnose::{FindingKind, Severity, Side, Transfer, TransferOutcome, kinds};

/// Most findings, transfers and ids that are listed.
const MOST_KINDS: usize = 10;
const MOST_TRANSFERS: usize = 5;
const MOST_IDS: usize = 6;

/// Text to paste into the support case.
#[must_use]
pub fn ticket(facts: &Facts<'_>, quotes: &Quotes) -> String {
    let kinds = kinds(&facts.diagnosis.findings);
    let failed = kinds.iter().any(|k| k.first.severity == Severity::Error);
    let or = |text: String, none: &str| {
        if text.is_empty() {
            none.to_owned()
        } else {
            text
        }
    };
    let headline = if failed {
        "Failed Aspera on Cloud transfer"
    } else {
        "Aspera on Cloud transfer"
    };
    let problem = facts.problem.map_or_else(
        || "(Please say in a sentence what you did and what happened.)".to_owned(),
        plain,
    );
    facts.fill(
        include_str!("../../templates/ticket.md"),
        &[
            ("headline", headline.to_owned()),
            ("problem", problem),
            ("verdict", verdict(facts)),
            (
                "table",
                or(table(facts), "| Package and user | not given |"),
            ),
            (
                "when",
                or(when(facts), "No log and no network trace tells a time."),
            ),
            ("versions", or(versions(facts), "- No log tells a version.")),
            (
                "first",
                or(
                    first_line(&kinds, quotes),
                    "No line of these logs shows a failure.",
                ),
            ),
            (
                "findings",
                or(
                    findings(&kinds),
                    "Nothing that this program knows as a failure.",
                ),
            ),
            ("tried", tried(facts)),
            ("attached", attached(facts)),
            (
                "missing",
                or(facts.missing("- "), "Nothing that was asked for."),
            ),
        ],
    )
}

/// Text of the evidence in a sentence of Markdown: escaped, so that it makes no link, tag, table or code.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        if matches!(letter, '|' | '<' | '[' | ']' | '`') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

fn verdict(facts: &Facts<'_>) -> String {
    let lines = facts.diagnosis.verdict();
    let lines = lines
        .iter()
        .map(|line| format!("{}  ", plain(&line.to_string())));
    lines.collect::<Vec<_>>().join("\n")
}

fn failed<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = &'a Transfer> {
    let transfers = facts.diagnosis.transfers.iter();
    transfers.filter(|t| t.outcome == TransferOutcome::Failed)
}

fn table(facts: &Facts<'_>) -> String {
    let mut rows: Vec<(&str, String)> = facts
        .rows()
        .into_iter()
        .map(|(what, value)| (what, plain(value)))
        .collect();
    let listed = |ids: Vec<&str>| {
        let all = ids.len();
        let mut text: Vec<String> = ids.into_iter().take(MOST_IDS).map(plain).collect();
        if all > MOST_IDS {
            text.push(format!("and {} more", all - MOST_IDS));
        }
        text.join(", ")
    };
    let transfers = listed(failed(facts).map(|t| t.id.as_str()).collect());
    rows.push(("Failed transfers", transfers));
    let sessions = failed(facts).flat_map(|t| t.sessions.iter().map(|s| s.id.as_str()));
    rows.push(("FASP sessions", listed(sessions.collect())));
    let packages: BTreeSet<&str> = failed(facts).filter_map(|t| t.package.as_deref()).collect();
    rows.push((
        "Packages in the logs",
        listed(packages.into_iter().collect()),
    ));
    let network = facts.diagnosis.network.iter().flat_map(|n| &n.traces);
    let requests = network.flat_map(|t| t.failures.iter().filter_map(|f| f.request_id.as_deref()));
    rows.push(("Failed requests", listed(requests.collect())));
    let mut out = String::new();
    for (what, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(out, "| {what} | {value} |");
    }
    out
}

fn when(facts: &Facts<'_>) -> String {
    let mut out = String::new();
    for transfer in failed(facts).take(MOST_TRANSFERS) {
        let span = &transfer.span;
        let (Some(began), Some(ended)) = (&span.began, &span.ended) else {
            continue;
        };
        let _ = write!(out, "- {} to {} UTC", short_time(began), short_time(ended));
        if span.uncertain > 0 {
            let hours = f64::from(span.uncertain) / 3600.0;
            let _ = write!(
                out,
                ", give or take {hours:.0} h: the logs name no time zone"
            );
        }
        let _ = writeln!(out, ", transfer {}", plain(&transfer.id));
    }
    for trace in facts
        .diagnosis
        .network
        .iter()
        .flat_map(|n| &n.traces)
        .take(MOST_TRANSFERS)
    {
        if let (Some(first), Some(last)) = (trace.first, trace.last) {
            let (first, last) = (super::words::moment(first), super::words::moment(last));
            let _ = writeln!(
                out,
                "- {first} to {last} UTC, browser trace {}",
                plain(&trace.entry)
            );
        }
    }
    out
}

fn versions(facts: &Facts<'_>) -> String {
    let mut seen: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let sessions = facts.diagnosis.transfers.iter().flat_map(|t| &t.sessions);
    for end in sessions
        .flat_map(|s| &s.ends)
        .filter(|e| !e.version.is_empty())
    {
        let who = match end.side {
            Some(Side::Client) => "ascp at the client",
            Some(Side::Server) => "ascp at the server",
            None => "ascp",
        };
        seen.entry(who).or_default().insert(&end.version);
    }
    let mut out = String::new();
    for (who, versions) in seen {
        let list: Vec<String> = versions.into_iter().take(MOST_IDS).map(plain).collect();
        let _ = writeln!(out, "- {who}: {}", list.join(", "));
    }
    if let Some(system) = facts.system {
        let _ = writeln!(out, "- System: {}", plain(system));
    }
    out
}

/// The first line of the worst finding.
fn first_line(kinds: &[FindingKind<'_>], quotes: &Quotes) -> String {
    let Some(place) = kinds.first().and_then(|k| k.first.evidence.first()) else {
        return String::new();
    };
    let mut out = format!("{}, line {}:\n", plain(&place.entry), place.line);
    if let Some(line) = quotes.line(place) {
        let more = if line.cut > 0 { " …" } else { "" };
        let _ = write!(out, "\n    {}{more}\n", visible(&line.text));
    }
    out
}

fn findings(kinds: &[FindingKind<'_>]) -> String {
    let mut out = String::new();
    for kind in kinds.iter().take(MOST_KINDS) {
        let finding = kind.first;
        let word = match finding.severity {
            Severity::Error => "Failure",
            Severity::Warning => "Warning",
            Severity::Note => "Note",
        };
        let _ = writeln!(
            out,
            "- {word}: {}. {}",
            plain(&kind.title()),
            plain(&finding.cause)
        );
        for known in finding.known.iter().take(MOST_IDS) {
            let _ = writeln!(out, "  - {}", plain(known));
        }
        for place in finding.evidence.iter().take(2) {
            let _ = writeln!(out, "  - {}:{}", plain(&place.entry), place.line);
        }
    }
    if kinds.len() > MOST_KINDS {
        let _ = writeln!(
            out,
            "- and {} more, see report.html",
            kinds.len() - MOST_KINDS
        );
    }
    out
}

fn tried(facts: &Facts<'_>) -> String {
    let mut out = String::new();
    for transfer in failed(facts)
        .filter(|t| t.attempts > 1)
        .take(MOST_TRANSFERS)
    {
        let _ = writeln!(
            out,
            "- Transfer {} was tried {} times; no attempt succeeded.",
            plain(&transfer.id),
            transfer.attempts
        );
    }
    let late = facts.diagnosis.transfers.iter();
    let late = late.filter(|t| t.outcome == TransferOutcome::Succeeded && t.attempts > 1);
    let late = late.count() as u64;
    if late > 0 {
        let _ = writeln!(
            out,
            "- {} succeeded after a retry.",
            count(late, "transfer")
        );
    }
    out.push_str("- (Please add what you tried by hand.)");
    out
}

fn attached(facts: &Facts<'_>) -> String {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let here = |e: &&Entry| e.entry.is_some();
    for entry in facts.entries.iter().filter(here) {
        let name = match (
            entry.source.as_str(),
            entry.role.as_ref().map(|r| r.as_str()),
        ) {
            ("log" | "shared-log", Some("client")) => "log of the client",
            ("log" | "shared-log", Some("server")) => "log of the server",
            ("log" | "shared-log", _) => "log",
            ("har", _) => "network trace",
            ("config", _) => "configuration file",
            ("command", _) => "answer of a command",
            ("api", _) => "answer of an API",
            ("made", _) => continue,
            _ => "other file",
        };
        *kinds.entry(name).or_default() += 1;
    }
    if kinds.is_empty() {
        return "- No evidence was found.".to_owned();
    }
    let mut out = String::new();
    for (kind, number) in kinds {
        // `1 log of the client`, `2 logs of the client`.
        let (noun, rest) = kind
            .split_once(" of ")
            .map_or((kind, String::new()), |(n, r)| (n, format!(" of {r}")));
        let _ = writeln!(out, "- {}{rest}", count(number, noun));
    }
    out
}

#[cfg(test)]
#[path = "ticket_tests.rs"]
mod tests;
