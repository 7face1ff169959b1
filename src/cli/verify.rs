//! `aoc-bundle verify`: integrity, safety and leaks of a bundle, as a stranger sees it.
use std::fs::File;
use std::io::BufReader;

use anyhow::{Context, Result};

use super::args::VerifyArgs;
use super::exit::Exit;
use super::output::{print, say};
use super::sizes;
use crate::verify::{self, Limits};

/// Most lines of finds.
const MOST_LINES: usize = 20;

pub(super) fn run(args: &VerifyArgs) -> Result<Exit> {
    let open = || File::open(&args.bundle).context("cannot open the bundle");
    let limits = Limits::default();
    let mut keep = args.keep.clone();
    keep.extend(verify::kept(BufReader::new(open()?), &limits));
    let report = verify::verify(
        BufReader::with_capacity(1 << 18, open()?),
        None,
        &keep,
        &limits,
    );
    let leaks = report.counts.iter().any(|c| c.severity.blocks());
    let exit = match (report.problem_count > 0, leaks) {
        (true, _) => Exit::Nothing,
        (false, true) => Exit::Leak,
        (false, false) => Exit::Complete,
    };
    if args.json {
        let mut value = serde_json::to_value(&report)?;
        if let Some(fields) = value.as_object_mut() {
            fields.insert("clean".to_owned(), report.is_clean().into());
            fields.insert("exit".to_owned(), exit.code().into());
        }
        print(&value.to_string());
        return Ok(exit);
    }
    if args.quiet {
        return Ok(exit);
    }
    for problem in report.problems.iter().take(MOST_LINES) {
        say(&format!(
            "{}{}",
            problem
                .entry
                .as_ref()
                .map_or_else(String::new, |e| format!("{e}: ")),
            problem.what
        ));
    }
    for finding in report
        .findings
        .iter()
        .filter(|f| f.severity.blocks())
        .take(MOST_LINES)
    {
        say(&format!(
            "{}:{}: {}",
            finding.entry, finding.line, finding.what
        ));
    }
    say(&match exit {
        Exit::Complete => format!("{} entries, {}: whole, as its manifest says, and nothing in clear was found", report.entries, sizes::human(report.bytes)),
        Exit::Leak => "refused: the bundle is whole, but the lines above look like secrets or personal data; do not send it".to_owned(),
        _ => "refused: the bundle is damaged or was changed; make it again, or ask its maker for a fresh copy".to_owned(),
    });
    Ok(exit)
}
