//! Verifies the zip and has its entries repaired until it passes, then gives it its name.
//!
//! The verifier searches every entry for every secret of the run. An entry that was written before a secret was learned
//! is redacted once more, and what only the verifier finds is cut (`repair`). One that still does not pass is withheld,
//! and the zip is written again without it.
use std::collections::BTreeMap;
use std::io::BufReader;
use std::sync::atomic::Ordering;

use super::draft::{Draft, draft, residual};
use super::page_size::is_quoting;
use super::repair::{Suspect, repair, withhold};
use super::state::Release;
use crate::bundle::manifest::Entry;
use crate::collect::error::CollectError;
use crate::collect::stoppable::Stoppable;
use crate::collect::trace::Trace;
use crate::diagnose::Diagnosis;
use crate::redact::Originals;
use crate::verify;
use crate::verify::Report;

/// How often the zip is put together and verified.
const ROUNDS: usize = 6;
/// How often an entry is repaired before it is withheld.
const REPAIRS: usize = 2;

/// The released zip.
pub(in crate::collect) struct Released {
    pub(in crate::collect) bytes: u64,
    pub(in crate::collect) entries: Vec<Entry>,
    pub(in crate::collect) diagnosis: Diagnosis,
    /// Strings that look random and were kept.
    pub(in crate::collect) random: u64,
    /// The values behind the pseudonyms, where a map is wanted.
    pub(in crate::collect) originals: Originals,
}

/// Verifies, repairs and publishes.
pub(in crate::collect) fn run(
    mut release: Release<'_>,
    trace: &mut Trace,
) -> Result<Released, CollectError> {
    for round in 0..ROUNDS {
        let step = trace.begin("assemble");
        let draft = draft(&mut release, trace)?;
        trace.end(step, "done", None);
        let step = trace.begin("verify");
        let report = verify(&release, &draft)?;
        if release.stop.load(Ordering::Relaxed) {
            return Err(CollectError::Interrupted);
        }
        if report.is_clean() {
            return publish(release, draft);
        }
        trace.end(step, "found", None);
        let names = draft.names;
        drop(draft.zip);
        let suspects = suspects(&mut release, &report, &names)?;
        let step = trace.begin("mend");
        let count = suspects.len() as u64;
        let is_last = round + 2 >= ROUNDS;
        let (hopeless, repairable): (Vec<Suspect>, Vec<Suspect>) = suspects
            .into_iter()
            .partition(|s| is_last || release.changes.repairs(&s.name) >= REPAIRS);
        repair(&mut release, &repairable)?;
        for suspect in &hopeless {
            withhold(
                &mut release,
                &suspect.name,
                &finds(&report, &names, &suspect.name),
            );
        }
        trace.end(step, "done", Some(count));
    }
    Err(CollectError::Leak(
        "the bundle did not pass after it was mended".to_owned(),
    ))
}

fn verify(release: &Release<'_>, draft: &Draft) -> Result<Report, CollectError> {
    let file = Stoppable {
        inner: draft.zip.reopen()?,
        stop: release.stop,
    };
    let zip = BufReader::with_capacity(1 << 18, file);
    let (known, limits) = (&release.secrets.known, verify::Limits::default());
    Ok(verify::verify(zip, Some(known), &release.keep, &limits))
}

/// The entries that did not pass. A damaged zip is an error, and so is a find in a generated file that was made with all
/// secrets known and without what the verifier finds; but the page can quote less, or be left out.
fn suspects(
    release: &mut Release<'_>,
    report: &Report,
    names: &[String],
) -> Result<Vec<Suspect>, CollectError> {
    if let Some(problem) = report.problems.first() {
        return Err(CollectError::Leak(problem.what.clone()));
    }
    let mut suspects: BTreeMap<&str, bool> = BTreeMap::new();
    let (mut in_generated, mut in_page) = (None, false);
    for count in report.counts.iter().filter(|c| c.severity.blocks()) {
        // The find may be in the name itself, which the report does not quote then: the index says which entry it is.
        let name = names
            .get(count.index)
            .map_or(count.entry.as_str(), String::as_str);
        if release.evidence.places.contains_key(name) {
            let known = count.what.starts_with("known-");
            *suspects.entry(name).or_default() |= !known;
        } else if is_quoting(name) && release.changes.page.less().is_some() {
            in_page = true;
        } else {
            in_generated = Some(format!("{name} holds what looks like {}", count.what));
        }
    }
    let has_news = release.secrets.has_news();
    if let Some(leak) = in_generated.filter(|_| !has_news) {
        if release.changes.cut_generated {
            return Err(CollectError::Leak(leak));
        }
        release.changes.cut_generated = true;
    }
    // What the page quotes of other entries is cut with the repair of those.
    if in_page && suspects.is_empty() && !has_news {
        let page = release.changes.page;
        release.changes.page = page.less().unwrap_or(page);
    }
    let suspects = suspects.into_iter().map(|(name, unknown)| Suspect {
        name: name.to_owned(),
        unknown,
    });
    Ok(suspects.collect())
}

/// What the verifier found in an entry, in words.
fn finds(report: &Report, names: &[String], name: &str) -> String {
    let counts = report.counts.iter();
    let finds: Vec<String> = counts
        .filter(|c| names.get(c.index).is_some_and(|n| n == name) && c.severity.blocks())
        .map(|c| format!("{} in {} lines", c.what, c.lines))
        .collect();
    finds.join(", ")
}

fn publish(release: Release<'_>, draft: Draft) -> Result<Released, CollectError> {
    let bytes = draft.zip.bytes;
    let random = residual(&release).strings;
    draft.zip.publish(&release.target.zip)?;
    let mut originals = release.redactor.take_originals();
    // A value that another line shows to be a secret does not come into the map.
    originals.retain(|value| !release.secrets.known.within(value.as_bytes()));
    Ok(Released {
        bytes,
        entries: release.evidence.entries,
        diagnosis: release.diagnosis,
        random,
        originals,
    })
}

#[cfg(test)]
#[path = "rounds_tests.rs"]
pub(super) mod tests;
