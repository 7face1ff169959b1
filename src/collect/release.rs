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

use super::made;
use super::made::Made;
use super::marks::Marks;
use super::mend::{form_of, mend};
use super::page::{PAGE, Page};
use super::read_back::Shelf;
use super::repair::{Dirty, Repair};
use super::request::{Output, Request};
use super::run::CollectError;
use super::stoppable::Stoppable;
use super::trace::Trace;
use crate::aoc::http::Call;
use crate::bundle::assemble::{Candidate, MadeAt, Placed, assemble};
use crate::bundle::manifest::{Entry, Residual, Status, Verdict};
use crate::bundle::pack::Packer;
use crate::bundle::spool::{Spool, Spooled};
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
pub(super) struct Release<'a> {
    pub(super) request: &'a Request,
    pub(super) stop: &'a AtomicBool,
    pub(super) redactor: Redactor,
    pub(super) learned: Learned,
    pub(super) names: Names,
    pub(super) known: Known,
    pub(super) keep: Vec<String>,
    pub(super) made_at: MadeAt,
    pub(super) folder: PathBuf,
    pub(super) stem: String,
    pub(super) spools: Vec<Spooled>,
    /// Manifest entries of evidence; those in the zip have a name.
    pub(super) entries: Vec<Entry>,
    /// Where each named entry lies: spool and number.
    pub(super) places: BTreeMap<String, (usize, usize)>,
    pub(super) diagnosis: Diagnosis,
    /// Where the blocks of entries lie in the first spool.
    pub(super) marks: BTreeMap<String, Marks>,
    /// How much of the evidence the report shows.
    pub(super) page: Page,
    /// What looks random and was kept, by entry.
    pub(super) residues: BTreeMap<String, Residue>,
    /// Calls of APIs.
    pub(super) calls: Vec<Call>,
    /// Names inside the zip of the last round, in its order.
    pub(super) order: Vec<String>,
    /// What was done to entries that did not pass.
    pub(super) repairs: BTreeMap<String, Repair>,
    /// True once a file of ours did not pass although all that is known was cut.
    pub(super) mend_ours: bool,
    /// Secrets that only the verifier found, since the last round.
    pub(super) found: Vec<Secret>,
}

/// The released zip.
pub(super) struct Released {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) entries: Vec<Entry>,
    pub(super) diagnosis: Diagnosis,
    pub(super) random: u64,
    /// What the pseudonyms stand for, where a map is wanted.
    pub(super) originals: Originals,
}

impl Release<'_> {
    /// Verifies, mends, and publishes.
    pub(super) fn run(mut self, trace: &mut Trace) -> Result<Released, CollectError> {
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
        let files = made::files(
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
            made_entries.push(made::entry(file.name, facts.bytes, facts.sha256, lines));
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
        let mut manifest = made::manifest(
            self.request,
            &self.redactor,
            &keep,
            entries,
            verdict,
            residual,
            created,
        );
        manifest.hosts_contacted = made::contacts(&self.calls, self.request, &self.redactor);
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
pub(super) fn random_key() -> Result<Zeroizing<[u8; 32]>, CollectError> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(&mut key[..])
        .map_err(|e| CollectError::Internal(format!("no random numbers: {e}")))?;
    Ok(key)
}

#[cfg(test)]
#[path = "release_tests.rs"]
pub(super) mod tests;
