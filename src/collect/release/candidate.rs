//! From the spools to the released zip: the manifest, the verifier, repair, and the rename.
//!
//! The verifier searches every entry for every secret of the run. An entry that was written before a
//! secret was learned is redacted once more, and what only the verifier knows is cut (`repair`); one that
//! still does not pass is withheld, and the zip is written again without it. Only a zip that passes gets its
//! name.
use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use zeroize::Zeroizing;

use super::generated_files;
use super::generated_files::Made;
use super::page_size::{PAGE, Page};
use super::quotes::Shelf;
use super::repair::{Dirty, Repair};
use super::verifier_cuts::{form_of, mend};
use crate::aoc::http::Call;
use crate::bundle::deflate::Packer;
use crate::bundle::line_index::Marks;
use crate::bundle::manifest::{Entry, Residual, Status, Verdict};
use crate::bundle::spool::{Spool, Spooled};
use crate::bundle::zip_file::{Candidate, MadeAt, Placed, assemble};
use crate::collect::flow::stoppable::Stoppable;
use crate::collect::request::{Output, Request};
use crate::collect::run::CollectError;
use crate::collect::trace::Trace;
use crate::diagnose::Diagnosis;
use crate::redact::{Clean, Learned, Names, Originals, Redactor, Residue, Secret, rank};
use crate::verify;
use crate::verify::{Known, Report};

/// How often entries are mended before what is left is withheld.
const ROUNDS: usize = 6;
/// How often one entry is mended.
const TRIES: usize = 2;
/// Most forms of strings that look random and were kept.
const MOST_SUSPECTS: usize = 20;

/// Everything that is known when the evidence lies in the spool.
pub(in crate::collect) struct Release<'a> {
    pub(in crate::collect) request: &'a Request,
    pub(in crate::collect) stop: &'a AtomicBool,
    pub(in crate::collect) redactor: Redactor,
    pub(in crate::collect) learned: Learned,
    pub(in crate::collect) names: Names,
    pub(in crate::collect) known: Known,
    pub(in crate::collect) keep: Vec<String>,
    pub(in crate::collect) made_at: MadeAt,
    pub(in crate::collect) folder: PathBuf,
    pub(in crate::collect) stem: String,
    pub(in crate::collect) spools: Vec<Spooled>,
    /// Manifest entries of evidence; those in the zip have a name.
    pub(in crate::collect) entries: Vec<Entry>,
    /// Where each named entry lies: spool and number.
    pub(in crate::collect) places: BTreeMap<String, (usize, usize)>,
    pub(in crate::collect) diagnosis: Diagnosis,
    /// Where the blocks of entries lie in the first spool.
    pub(in crate::collect) marks: BTreeMap<String, Marks>,
    /// How much of the evidence the report shows.
    pub(in crate::collect) page: Page,
    /// What looks random and was kept, by entry.
    pub(in crate::collect) residues: BTreeMap<String, Residue>,
    /// Calls of APIs.
    pub(in crate::collect) calls: Vec<Call>,
    /// Names inside the zip of the last round, in its order.
    pub(in crate::collect) order: Vec<String>,
    /// What was done to entries that did not pass.
    pub(in crate::collect) repairs: BTreeMap<String, Repair>,
    /// True once a file of ours did not pass although all that is known was cut.
    pub(in crate::collect) mend_ours: bool,
    /// Secrets that only the verifier found, since the last round.
    pub(in crate::collect) found: Vec<Secret>,
}

/// The released zip.
pub(in crate::collect) struct Released {
    pub(in crate::collect) path: PathBuf,
    pub(in crate::collect) bytes: u64,
    pub(in crate::collect) entries: Vec<Entry>,
    pub(in crate::collect) diagnosis: Diagnosis,
    pub(in crate::collect) random: u64,
    /// What the pseudonyms stand for, where a map is wanted.
    pub(in crate::collect) originals: Originals,
}

impl Release<'_> {
    /// Verifies, mends, and publishes.
    pub(in crate::collect) fn run(mut self, trace: &mut Trace) -> Result<Released, CollectError> {
        for round in 0..ROUNDS {
            let step = trace.begin("assemble");
            let spools = self.spools.len();
            let candidate = self.candidate(trace)?;
            trace.end(step, "done", None);
            let step = trace.begin("verify");
            let report = self.verify(&candidate)?;
            if self.stop.load(Ordering::Relaxed) {
                return Err(CollectError::Interrupted);
            }
            if report.is_clean() {
                return self.publish(candidate);
            }
            trace.end(step, "found", None);
            drop(candidate);
            // The made files of this round lie in the last spool: they are made again.
            self.spools.truncate(spools);
            let dirty = self.dirty(&report)?;
            let step = trace.begin("mend");
            let count = dirty.len() as u64;
            let over = round + 2 >= ROUNDS;
            let (hopeless, mendable): (Vec<Dirty>, Vec<Dirty>) = dirty
                .into_iter()
                .partition(|d| over || self.tries(&d.name) >= TRIES);
            // Files of ours are made again each round: what they quoted is gone once it is learned.
            self.repair(&mendable)?;
            for dirty in &hopeless {
                self.withhold(&dirty.name, &report);
            }
            trace.end(step, "done", Some(count));
        }
        Err(CollectError::Leak(
            "the bundle did not pass after it was mended".to_owned(),
        ))
    }

    /// Makes the zip with a fresh manifest.
    fn candidate(&mut self, trace: &Trace) -> Result<Candidate, CollectError> {
        let created = self.made_at.0;
        let mut spool = Spool::new(&self.folder)?;
        let mut packer = Packer::new(self.request.deflate);
        let mut entries = self.entries.clone();
        let mut placed: Vec<Placed> = self
            .places
            .iter()
            .map(|(name, (spool, number))| Placed {
                name: format!("{}/{name}", self.stem),
                spool: *spool,
                number: *number,
            })
            .collect();
        let number = self.spools.len();
        let residual = self.residual();
        let shelf = Shelf {
            spools: &self.spools,
            places: &self.places,
            marks: &self.marks,
            entries: &self.entries,
        };
        let files = generated_files::files(
            self.request,
            &self.entries,
            &self.diagnosis,
            &shelf.read_back(&self.diagnosis, self.page),
            residual.strings,
            trace,
            created,
        );
        let mut made_entries = self.page.absent();
        for file in files {
            let facts = self.write_made(&mut spool, &mut packer, &file)?;
            let lines = memchr::memchr_iter(b'\n', &file.text).count() as u64;
            made_entries.push(generated_files::entry(
                file.name,
                facts.bytes,
                facts.sha256,
                lines,
            ));
            placed.push(Placed {
                name: format!("{}/{}", self.stem, file.name),
                spool: number,
                number: facts.number,
            });
        }
        entries.extend(made_entries);
        entries.sort_by(|a, b| {
            (a.entry.is_none(), &a.entry, &a.path).cmp(&(b.entry.is_none(), &b.entry, &b.path))
        });
        let verdict = Verdict {
            result: Clean::fixed("passed"),
            detectors: verify::detectors().len(),
            secrets_searched: self.known.len(),
            repaired: self.repairs.len(),
            withheld: entries
                .iter()
                .filter(|e| e.status == Status::Withheld)
                .count(),
        };
        // What this run found to be a secret is not kept, whoever asked for it.
        let mut keep = self.keep.clone();
        keep.retain(|value| !self.known.holds(value.as_bytes()));
        let mut manifest = generated_files::manifest(
            self.request,
            &self.redactor,
            &keep,
            entries,
            verdict,
            residual,
            created,
        );
        manifest.hosts_contacted =
            generated_files::contacts(&self.calls, self.request, &self.redactor);
        let mut text = serde_json::to_vec_pretty(&manifest)
            .map_err(|e| CollectError::Internal(e.to_string()))?;
        text.push(b'\n');
        let facts = self.write_made(
            &mut spool,
            &mut packer,
            &Made {
                name: "manifest.json",
                text,
            },
        )?;
        placed.push(Placed {
            name: format!("{}/manifest.json", self.stem),
            spool: number,
            number: facts.number,
        });
        self.spools.push(spool.finish()?);
        placed.sort();
        let root = self.stem.len() + 1;
        self.order = placed.iter().map(|p| p.name[root..].to_owned()).collect();
        let spools = &mut self.spools;
        Ok(assemble(&self.folder, self.made_at, spools, &placed)?)
    }

    /// What looks random and is in the zip.
    fn residual(&self) -> Residual {
        let kept = self.residues.iter().map(|(entry, r)| (entry.as_str(), r));
        let (strings, suspects) = rank(kept, MOST_SUSPECTS);
        Residual::new(strings, suspects)
    }

    fn write_made(
        &self,
        spool: &mut Spool,
        packer: &mut Packer,
        file: &Made,
    ) -> Result<crate::bundle::spool::EntryFacts, CollectError> {
        let mut clean = file.redacted(&self.redactor);
        // A page that does not pass quotes less instead: cut in its midst it would be none.
        if self.mend_ours && file.name != PAGE {
            let form = form_of(file.name);
            clean = mend(&self.redactor, clean, form, &self.known, &self.keep).text;
        }
        let mut packed = Some(packer.pack(clean)?);
        spool.entry(&format!("{}/{}", self.stem, file.name), |_| {
            Ok::<_, CollectError>(packed.take())
        })
    }

    fn verify(&self, candidate: &Candidate) -> Result<Report, CollectError> {
        let file = Stoppable {
            inner: candidate.reopen()?,
            stop: self.stop,
        };
        let zip = BufReader::with_capacity(1 << 18, file);
        let limits = verify::Limits::default();
        Ok(verify::verify(zip, Some(&self.known), &self.keep, &limits))
    }

    fn publish(self, candidate: Candidate) -> Result<Released, CollectError> {
        let path = match &self.request.output {
            Output::File(file) => file.clone(),
            Output::Folder(folder) => folder.join(format!("{}.zip", self.stem)),
        };
        let bytes = candidate.bytes;
        let random = self.residual().strings;
        candidate.publish(&path)?;
        let mut originals = self.redactor.take_originals();
        // What another line told to be a secret is none that a map may tell.
        originals.retain(|value| !self.known.within(value.as_bytes()));
        Ok(Released {
            originals,
            path,
            bytes,
            entries: self.entries,
            diagnosis: self.diagnosis,
            random,
        })
    }
}

/// A random key for the hashes of secrets, forgotten with the run.
pub(in crate::collect) fn random_key() -> Result<Zeroizing<[u8; 32]>, CollectError> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(&mut key[..])
        .map_err(|e| CollectError::Internal(format!("no random numbers: {e}")))?;
    Ok(key)
}

#[cfg(test)]
#[path = "candidate_tests.rs"]
pub(super) mod tests;
