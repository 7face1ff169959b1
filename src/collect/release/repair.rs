//! Repair of entries that did not pass the verifier: redacted once more with all that the run has learned, and without
//! what only the verifier finds. They are read from the spool: the sources are not read again.
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::state::Release;
use super::verifier_cuts::{VerifierCuts, cut_finds};
use crate::bundle::deflate::{Packed, Packer};
use crate::bundle::manifest::Status;
use crate::bundle::spool::{EntryFacts, Place, Spool};
use crate::collect::error::CollectError;
use crate::collect::flow::item_reader::ItemReader;
use crate::redact::{Clean, FileKind, Part, Redacted, Residue, Secret, Tally};

/// An entry that did not pass.
pub(super) struct Suspect {
    pub(super) name: String,
    /// True where something else than a known secret or name of this run was found.
    pub(super) unknown: bool,
}

/// What the repair of an entry gives besides its text.
#[derive(Default)]
struct Outcome {
    tally: Tally,
    residue: Residue,
    cuts: VerifierCuts,
    secrets: Vec<Secret>,
    /// It could not be read or redacted: it stays as it was, and is withheld in the end.
    failed: bool,
}

/// Redacts entries once more.
pub(super) fn repair(release: &mut Release<'_>, suspects: &[Suspect]) -> Result<(), CollectError> {
    let has_news = release.secrets.has_news();
    release.secrets.teach(&mut release.redactor);
    let mut spool = Spool::new(&release.target.folder)?;
    let mut packer = Packer::new(release.request.deflate);
    for suspect in suspects {
        let name = rename(release, &suspect.name);
        let cut = suspect.unknown || !has_news || release.changes.repairs(&name) > 0;
        repair_entry(release, &name, cut, &mut spool, &mut packer)?;
    }
    release.evidence.spools.push(spool.finish()?);
    Ok(())
}

/// Redacts an entry once more; `cut` says that what the verifier finds is cut as well.
fn repair_entry(
    release: &mut Release<'_>,
    name: &str,
    cut: bool,
    spool: &mut Spool,
    packer: &mut Packer,
) -> Result<(), CollectError> {
    release
        .changes
        .repairs
        .entry(name.to_owned())
        .or_default()
        .count += 1;
    let Some(mut reader) = reopen(release, name)? else {
        return Ok(());
    };
    let mut outcome = Outcome::default();
    let (mut first, encoding) = (true, reader.encoding());
    let facts = spool.entry(|_| -> Result<Option<Packed>, CollectError> {
        let part = match reader.next(&release.redactor) {
            Ok(Some(part)) => part,
            Ok(None) => return Ok(None),
            Err(_) => {
                outcome.failed = true;
                return Ok(None);
            }
        };
        let redacted = catch_unwind(AssertUnwindSafe(|| {
            redact_again(release, &part, cut, &mut outcome)
        }));
        let Ok(clean) = redacted else {
            outcome.failed = true;
            return Ok(None);
        };
        let clean = clean.encoded(encoding, std::mem::take(&mut first));
        Ok(Some(packer.pack(clean)?))
    })?;
    if !outcome.failed {
        replace(release, name, facts, outcome);
    }
    Ok(())
}

/// The text of an entry in its spool.
fn reopen(release: &Release<'_>, name: &str) -> Result<Option<ItemReader>, CollectError> {
    let Some((spool, number)) = release.evidence.spooled(name) else {
        return Ok(None);
    };
    let entry = release.evidence.entry(name);
    let kind = entry.and_then(|e| e.format).unwrap_or(FileKind::Log);
    let content = Box::new(spool.open(number)?);
    Ok(ItemReader::again(content, kind).ok())
}

fn redact_again(release: &Release<'_>, part: &Part, cut: bool, outcome: &mut Outcome) -> Redacted {
    let redactor = &release.redactor;
    let mut clean = part.redact(redactor, &mut outcome.tally);
    if cut {
        let known = &release.secrets.known;
        let rest = cut_finds(redactor, clean, part.kind.form(), known, &release.keep);
        clean = rest.text;
        outcome.cuts.add(rest.cuts);
        outcome.secrets.extend(rest.secrets);
    }
    let residue = redactor.residue(&clean, part.block.first_line);
    outcome.residue.add(&residue);
    clean
}

/// Puts a repaired entry in the place of the one that it was made of. It lies in the spool that is being written.
fn replace(release: &mut Release<'_>, name: &str, facts: EntryFacts, outcome: Outcome) {
    release.secrets.add_found(outcome.secrets);
    let repairs = release.changes.repairs.entry(name.to_owned()).or_default();
    repairs.cuts.add(outcome.cuts);
    let (is_partial, cuts) = (repairs.cuts.is_partial(), repairs.cuts.cuts());
    let evidence = &mut release.evidence;
    if let Some(entry) = evidence.entry_mut(name) {
        entry.bytes = Some(facts.bytes);
        entry.sha256 = Some(facts.sha256);
        entry
            .cuts
            .retain(|cut| !cut.why.as_str().starts_with("verifier"));
        entry.cuts.extend(cuts);
        if is_partial && entry.status == Status::Collected {
            entry.status = Status::Partial;
        }
        entry.add_rules(&outcome.tally, &release.redactor);
    }
    let place = Place {
        spool: evidence.spools.len(),
        number: facts.number,
    };
    evidence.residues.insert(name.to_owned(), outcome.residue);
    evidence.places.insert(name.to_owned(), place);
}

/// Takes the secrets that were learned since out of the name of an entry; gives the name that it has now.
fn rename(release: &mut Release<'_>, name: &str) -> String {
    let clean = release.redactor.clean(name).as_str().to_owned();
    if clean == name || !release.evidence.rename(name, &clean) {
        return name.to_owned();
    }
    let repairs = &mut release.changes.repairs;
    if let Some(old) = repairs.remove(name) {
        repairs.insert(clean.clone(), old);
    }
    release.diagnosis.rename(name, &clean);
    clean
}

/// Leaves an entry out of the zip; the manifest says what was found in it.
pub(super) fn withhold(release: &mut Release<'_>, name: &str, finds: &str) {
    release.evidence.remove(name);
    release.diagnosis.withhold(name);
    let reason = format!("the verifier found what looks like {finds}");
    let reason = release.redactor.clean(&reason);
    let Some(entry) = release.evidence.entry_mut(name) else {
        return;
    };
    entry.status = Status::Withheld;
    entry.entry = None;
    entry.sha256 = None;
    entry
        .cuts
        .retain(|cut| !cut.why.as_str().starts_with("verifier"));
    entry.reason = Some(reason);
    entry.remedy = Some(Clean::fixed(
        "look at the file with `aoc-bundle redact`; keep harmless values with --keep, or send the file by hand after cleaning it",
    ));
}
