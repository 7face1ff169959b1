//! `aoc-bundle verify`: checks integrity, safety and leaks of a finished bundle.
use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use zeroize::Zeroizing;

use crate::cli::args::{RedactionArgs, VerifyArgs};
use crate::cli::exit::Exit;
use crate::cli::options::{redaction, sizes};
use crate::cli::output::{print, say};
use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::{Level, Redactor};
use crate::verify;
use crate::verify::{Known, Limits};

/// Most lines of finds.
const MOST_LINES: usize = 20;

/// The words of the rules of a settings file, as hashes under a key that is forgotten.
fn words(args: &VerifyArgs, keep: &[String]) -> Result<Option<Known>> {
    let Some(config) = &args.config else {
        return Ok(None);
    };
    let redaction = RedactionArgs {
        config: Some(config.clone()),
        keep: keep.to_vec(),
        ..RedactionArgs::default()
    };
    let settled = redaction::redaction(&redaction)?;
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut bytes[..]).map_err(|e| anyhow!("no random numbers: {e}"))?;
    let names = Pseudonyms::new(&Key::new(*bytes));
    let redactor =
        Redactor::new(Arc::new(settled.rules), names, Level::Standard).keeping(settled.keep);
    let mut known = Known::new(*bytes);
    for word in redactor.user_words() {
        known.insert_word(word.value());
    }
    Ok(Some(known))
}

pub(in crate::cli) fn run(args: &VerifyArgs) -> Result<Exit> {
    let open = || File::open(&args.bundle).context("cannot open the bundle");
    let limits = Limits::default();
    let mut keep = args.keep.clone();
    keep.extend(verify::kept(BufReader::new(open()?), &limits));
    let known = words(args, &keep)?;
    let report = verify::verify(
        BufReader::with_capacity(1 << 18, open()?),
        known.as_ref(),
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
