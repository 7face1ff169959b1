//! `aoc-bundle diagnose`: shows what went wrong according to the given evidence; writes no file.
use std::fmt::Write;

use anyhow::Result;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::cli::args::DiagnoseArgs;
use crate::cli::exit::{Exit, Usage};
use crate::cli::output::{print, say};
use crate::collect::{Diagnosed, diagnose};
use crate::diagnose::{Finding, Severity};
use crate::redact::{Dialect, Redactor, Tally};
use crate::sources::inputs;

/// Most findings, and most unreadable texts, that are shown.
const MOST_FINDINGS: usize = 20;
const MOST_UNREAD: usize = 20;
/// Most places of a finding that are shown.
const MOST_PLACES: usize = 3;

pub(in crate::cli) fn run(args: &DiagnoseArgs) -> Result<Exit> {
    let zone = match &args.zone {
        None => None,
        Some(name) => Some(TimeZone::get(name).map_err(|_| {
            Usage(
                "--zone is no time zone that is known here; give a name such as Europe/Berlin"
                    .to_owned(),
            )
        })?),
    };
    let mut redactor = super::redact::redactor(&args.redaction)?;
    let (found, mut unread) = inputs::list(&args.inputs);
    let jobs = std::thread::available_parallelism().map_or(2, usize::from);
    let mut result = diagnose(&found, &mut redactor, zone.as_ref(), jobs);
    unread.append(&mut result.unread);
    result.unread = unread;
    let exit = match (result.read, result.unread.is_empty()) {
        (0, _) => Exit::Nothing,
        (_, false) => Exit::Incomplete,
        (_, true) => Exit::Complete,
    };
    // The output is redacted once more, with the secrets that were learned last.
    let clean = |text: &str| {
        let clean = redactor.block(text.as_bytes(), Dialect::Made, &mut Tally::default());
        String::from_utf8_lossy(clean.as_bytes()).into_owned()
    };
    if args.json {
        print(&clean(&summary(&result, exit, &redactor).to_string()));
        return Ok(exit);
    }
    let lines = result.diagnosis.verdict();
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let mut text = lines.join("\n");
    if !args.quiet {
        text.push_str(&findings(&result));
    }
    if result.read > 0 {
        print(&clean(&text));
    }
    for unread in result.unread.iter().take(MOST_UNREAD) {
        let name = redactor.clean(&unread.name);
        say(&format!(
            "aoc-bundle: {name} was not read, or not to its end: {} {}",
            unread.reason, unread.remedy
        ));
    }
    if result.unread.len() > MOST_UNREAD {
        let more = result.unread.len() - MOST_UNREAD;
        say(&format!("aoc-bundle: {more} more were not read."));
    }
    if result.read == 0 && result.unread.is_empty() {
        say("aoc-bundle: there is no file in what was named.");
    }
    Ok(exit)
}

fn summary(result: &Diagnosed, exit: Exit, redactor: &Redactor) -> serde_json::Value {
    let mut value = result.diagnosis.json();
    if let Some(fields) = value.as_object_mut() {
        let unread: Vec<_> = result
            .unread
            .iter()
            .map(|u| {
                let name = redactor.clean(&u.name);
                json!({ "name": name, "reason": u.reason, "remedy": u.remedy })
            })
            .collect();
        fields.insert("timeline".to_owned(), json!(result.diagnosis.events));
        fields.insert("read".to_owned(), json!(result.read));
        fields.insert("unread".to_owned(), json!(unread));
        fields.insert("exit".to_owned(), json!(exit.code()));
    }
    value
}

/// The findings, each with its places.
fn findings(result: &Diagnosed) -> String {
    let mut out = String::new();
    let all = &result.diagnosis.findings;
    for finding in all.iter().take(MOST_FINDINGS) {
        out.push_str("\n\n");
        out.push_str(&lines(finding).join("\n  "));
    }
    if all.len() > MOST_FINDINGS {
        let more = all.len() - MOST_FINDINGS;
        let _ = write!(out, "\n\n{more} more findings: see them with --json.");
    }
    out
}

fn lines(finding: &Finding) -> Vec<String> {
    let word = match finding.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Note => "Note",
    };
    let mut lines = vec![format!("{word}: {}", finding.headline())];
    lines.push(finding.cause.clone());
    lines.extend(finding.known.iter().cloned());
    if let Some(said) = &finding.said {
        lines.push(format!("The program says: {said}"));
    }
    lines.push(format!("You: {}", finding.actions.user));
    lines.push(format!("Administrator: {}", finding.actions.admin));
    for also in &finding.also {
        lines.push(format!("Also: {}", also.title));
    }
    let places = finding.evidence.iter().take(MOST_PLACES);
    let places: Vec<String> = places.map(|e| format!("{}:{}", e.entry, e.line)).collect();
    lines.push(format!("See {}", places.join(", ")));
    if !finding.link.is_empty() {
        lines.push(finding.link.to_owned());
    }
    lines
}
