//! Puts the zip together from the spools, the generated files and a fresh manifest.
use super::generated_files;
use super::generated_files::GeneratedFile;
use super::page_size::PAGE;
use super::quotes::read_back;
use super::state::Release;
use super::verifier_cuts::cut_finds;
use crate::bundle::deflate::Packer;
use crate::bundle::manifest::{Entry, Manifest, Residual, Status, Verdict};
use crate::bundle::spool::{EntryFacts, Place, Spool, Spooled};
use crate::bundle::zip_file::{DraftZip, ZipEntry, assemble};
use crate::collect::error::CollectError;
use crate::collect::trace::Trace;
use crate::redact::{Clean, FileKind, rank};
use crate::verify;

/// Most forms of strings that look random and were kept, in the manifest.
const MOST_SUSPECTS: usize = 20;

/// A zip that was not verified yet.
pub(super) struct Draft {
    pub(super) zip: DraftZip,
    /// Names of its entries below the root folder, in their order.
    pub(super) names: Vec<String>,
}

/// Puts the zip together.
pub(super) fn draft(release: &mut Release<'_>, trace: &Trace) -> Result<Draft, CollectError> {
    let (spooled, generated) = generate(release, trace)?;
    let evidence = &mut release.evidence;
    let spool = evidence.spools.len();
    let generated = generated.into_iter().map(|(name, number)| {
        let place = Place { spool, number };
        (name.to_owned(), place)
    });
    let evidence_places = evidence
        .places
        .iter()
        .map(|(name, place)| (name.clone(), *place));
    let mut entries: Vec<(String, Place)> = evidence_places.chain(generated).collect();
    entries.sort();
    let target = release.target;
    let placed: Vec<ZipEntry> = entries
        .iter()
        .map(|(name, place)| ZipEntry {
            name: format!("{}/{name}", target.stem),
            place: *place,
        })
        .collect();
    evidence.spools.push(spooled);
    let zip = assemble(&target.folder, target.made_at, &evidence.spools, &placed);
    // Generated files are made again for every draft.
    evidence.spools.truncate(spool);
    Ok(Draft {
        zip: zip?,
        names: entries.into_iter().map(|(name, _)| name).collect(),
    })
}

/// What looks random and is in the zip.
pub(super) fn residual(release: &Release<'_>) -> Residual {
    let kept = release.evidence.residues.iter();
    let (strings, suspects) = rank(kept.map(|(entry, r)| (entry.as_str(), r)), MOST_SUSPECTS);
    Residual::new(strings, suspects)
}

/// The number that each generated file has in the spool.
type Numbers = Vec<(&'static str, usize)>;

/// Writes the generated files into a spool of their own; gives their names and numbers in it.
fn generate(release: &Release<'_>, trace: &Trace) -> Result<(Spooled, Numbers), CollectError> {
    let mut spool = Spool::new(&release.target.folder)?;
    let mut packer = Packer::new(release.request.deflate);
    let residual = residual(release);
    let page = release.changes.page;
    let back = read_back(&release.evidence, &release.diagnosis, page);
    let created = release.target.made_at.0;
    let files = generated_files::files(
        release.request,
        &release.evidence.entries,
        &release.diagnosis,
        &back,
        residual.strings,
        trace,
        created,
    );
    let mut numbers = Vec::new();
    let mut entries = release.evidence.entries.clone();
    entries.extend(page.absent());
    for file in files {
        let facts = write(release, &mut spool, &mut packer, &file)?;
        numbers.push((file.name, facts.number));
        let lines = memchr::memchr_iter(b'\n', &file.text).count() as u64;
        entries.push(generated_files::entry(&file, facts, lines));
    }
    let mut text = serde_json::to_vec_pretty(&manifest(release, entries, residual))
        .map_err(|e| CollectError::Internal(e.to_string()))?;
    text.push(b'\n');
    let file = GeneratedFile {
        name: "manifest.json",
        text,
    };
    let facts = write(release, &mut spool, &mut packer, &file)?;
    numbers.push((file.name, facts.number));
    Ok((spool.finish()?, numbers))
}

fn manifest(release: &Release<'_>, mut entries: Vec<Entry>, residual: Residual) -> Manifest {
    entries.sort_by(|a, b| {
        (a.entry.is_none(), &a.entry, &a.path).cmp(&(b.entry.is_none(), &b.entry, &b.path))
    });
    let withheld = entries.iter().filter(|e| e.status == Status::Withheld);
    let known = &release.secrets.known;
    let verdict = Verdict {
        result: Clean::fixed("passed"),
        detectors: verify::detectors().len(),
        secrets_searched: known.len(),
        repaired: release.changes.repairs.len(),
        withheld: withheld.count(),
    };
    // A value that this run found to be a secret is not kept, even if the user asked to keep it.
    let mut keep = release.keep.clone();
    keep.retain(|value| !known.holds(value.as_bytes()));
    let (request, redactor) = (release.request, &release.redactor);
    let created = release.target.made_at.0;
    let mut manifest = generated_files::manifest(
        request, redactor, &keep, entries, verdict, residual, created,
    );
    manifest.hosts_contacted = generated_files::contacts(&release.calls, request, redactor);
    manifest
}

fn write(
    release: &Release<'_>,
    spool: &mut Spool,
    packer: &mut Packer,
    file: &GeneratedFile,
) -> Result<EntryFacts, CollectError> {
    let redactor = &release.redactor;
    let mut clean = file.redacted(redactor);
    // The page quotes less instead: HTML with a cut in it is not well-formed.
    if release.changes.cut_generated && file.name != PAGE {
        let known = &release.secrets.known;
        let form = FileKind::of(file.name, &file.text).form();
        clean = cut_finds(redactor, clean, form, known, &release.keep).text;
    }
    let mut packed = Some(packer.pack(clean)?);
    spool.entry(|_| Ok(packed.take()))
}
