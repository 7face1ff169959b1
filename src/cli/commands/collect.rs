//! `aoc-bundle collect`: makes a bundle, and shows the result or the plan.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use serde_json::json;

use crate::bundle::manifest::{Entry, Status};
use crate::cli::args::{CollectArgs, OutputArgs};
use crate::cli::ask::{package, token_settings, traces};
use crate::cli::exit;
use crate::cli::exit::Exit;
use crate::cli::options::{redaction, request, sizes};
use crate::cli::output::{print, say};
use crate::cli::progress::Display;
use crate::collect::{Outcome, Plan, Request, Reversal, collect, plan};

/// Most lines about what is missing, and about what went wrong.
const MOST_LINES: usize = 8;

pub(in crate::cli) fn run(args: &CollectArgs) -> Result<Exit> {
    let result = request::request(args).and_then(|mut request| {
        request.ask = package::asking(&args.output);
        request.hars.extend(traces::offered(args));
        if args.dry_run {
            show_plan(&plan(request)?, args.output.json);
            return Ok(Exit::Complete);
        }
        if package::may_ask(&args.output) {
            request.ask_settings = Some(token_settings::ask);
        }
        request.map = redaction::map(&args.map, !args.output.yes)?;
        job(request, &args.output)
    });
    if let (Err(error), true) = (&result, args.output.json) {
        // With --json the result is JSON for errors too; the message also goes to stderr.
        let exit = exit::of(error).code();
        print(&json!({ "bundle": null, "complete": false, "exit": exit, "error": format!("{error:#}") }).to_string());
    }
    result
}

/// Runs a request and prints the result.
pub(in crate::cli) fn job(request: Request, output: &OutputArgs) -> Result<Exit> {
    let stop = Arc::new(AtomicBool::new(false));
    let handler = Arc::clone(&stop);
    // The run looks at the flag between blocks and leaves nothing behind.
    let _ = ctrlc::set_handler(move || handler.store(true, Ordering::SeqCst));
    let display = Display::new(output.quiet, output.verbose);
    let result = collect(request, &display, &stop);
    display.finish();
    let outcome = result?;
    let exit = if outcome.complete {
        Exit::Complete
    } else {
        Exit::Incomplete
    };
    if output.json {
        print(&summary(&outcome, exit).to_string());
    } else if output.quiet {
        print(&outcome.path.to_string_lossy());
        if let Some(trouble) = outcome.map.as_ref().and_then(Reversal::trouble) {
            say(&trouble);
        }
    } else {
        show(&outcome);
    }
    Ok(exit)
}

fn by_status(entries: &[Entry]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for entry in entries {
        let name = match entry.status {
            Status::Collected => "collected",
            Status::Partial => "partial",
            Status::Listed => "listed",
            Status::Skipped => "skipped",
            Status::Withheld => "withheld",
            Status::Failed => "failed",
        };
        *counts.entry(name).or_insert(0) += 1;
    }
    counts
}

fn summary(outcome: &Outcome, exit: Exit) -> serde_json::Value {
    let missing: Vec<_> = outcome
        .entries
        .iter()
        .filter(|e| e.status.is_missing())
        .map(|e| json!({ "path": e.path, "status": e.status, "reason": e.reason, "remedy": e.remedy, "cuts": e.cuts }))
        .collect();
    json!({
        "bundle": outcome.path.to_string_lossy(),
        "bytes": outcome.bytes,
        "complete": outcome.complete,
        "exit": exit.code(),
        "key_id": outcome.key_id,
        "map": outcome.map.as_ref().map(map_summary),
        "items": by_status(&outcome.entries),
        "missing": missing,
        "verdict": outcome.diagnosis.verdict(),
        "findings": outcome.diagnosis.findings,
        "notes": outcome.notes,
        "random_kept": outcome.random,
    })
}

fn map_summary(map: &Reversal) -> serde_json::Value {
    let written = map.names.as_ref().ok();
    json!({
        "path": written.map(|_| map.path.to_string_lossy()),
        "names": written,
        "trouble": map.trouble(),
    })
}

/// Where the map is and for whom, or why there is none.
fn show_map(map: &Reversal) {
    match (&map.names, map.trouble()) {
        (_, Some(trouble)) => say(&format!("\n{trouble}")),
        (Ok(names), None) => say(&format!(
            "\nThe map of {names} names is for you alone, keep it apart from the zip: {}",
            map.path.to_string_lossy()
        )),
        (Err(_), None) => {}
    }
}

fn show_missing(entries: &[Entry]) {
    let missing: Vec<&Entry> = entries.iter().filter(|e| e.status.is_missing()).collect();
    if missing.is_empty() {
        return;
    }
    say(&format!("\nMissing or cut ({}):", missing.len()));
    for entry in missing.iter().take(MOST_LINES) {
        say(&format!("  {}: {}", entry.what(), entry.why()));
    }
    if missing.len() > MOST_LINES {
        say(&format!(
            "  … and {} more, see manifest.json",
            missing.len() - MOST_LINES
        ));
    }
}

fn show(outcome: &Outcome) {
    say("");
    for line in outcome.diagnosis.verdict() {
        say(&line.to_string());
    }
    for note in &outcome.notes {
        say(&format!("\n{note}"));
    }
    show_missing(&outcome.entries);
    let logs = outcome
        .entries
        .iter()
        .filter(|e| matches!(e.source.as_str(), "log" | "shared-log"))
        .count();
    if logs == 0 {
        say(
            "\nNo Aspera log was found on this machine. `aoc-bundle paths --all` shows where was looked; give a log with --log FILE.",
        );
    }
    let over = outcome.entries.iter().filter(|e| e.is_over_size()).count();
    if over > 0 {
        say(&format!(
            "\n{over} older logs or parts of logs did not fit below --max-size; raise it to have them."
        ));
    }
    if let Some(map) = &outcome.map {
        show_map(map);
    }
    let counts: Vec<String> = by_status(&outcome.entries)
        .iter()
        .map(|(what, n)| format!("{n} {what}"))
        .collect();
    say(&format!(
        "\n{}. Verified: no secret and no other person's data was found in it.",
        counts.join(", ")
    ));
    if outcome.random > 0 {
        say(&format!(
            "{} strings look random and were kept: see `residual` in its manifest.",
            outcome.random
        ));
    }
    say(&format!(
        "Its report.html shows all of this with the lines behind it.\nAttach this file to the support case ({}):",
        sizes::human(outcome.bytes)
    ));
    print(&outcome.path.to_string_lossy());
}

fn show_plan(plan: &Plan, json: bool) {
    let lines: Vec<_> = plan
        .items
        .iter()
        .map(crate::collect::Planned::line)
        .collect();
    if json {
        print(
            &json!({ "bytes": plan.bytes(), "counts": plan.counts(), "items": lines, "notes": plan.notes }).to_string(),
        );
        return;
    }
    for planned in &plan.items {
        print(&planned.line().to_string());
    }
    for note in &plan.notes {
        say(note.as_str());
    }
    let counts: Vec<String> = plan
        .counts()
        .iter()
        .map(|(what, n)| format!("{n} {what}"))
        .collect();
    say(&format!(
        "{}; {} to read; nothing was written",
        counts.join(", "),
        sizes::human(plan.bytes())
    ));
}
