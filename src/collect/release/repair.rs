//! Repair of entries that did not pass: redacted once more with all that the run has learned, and without what only
//! the verifier finds. They are read from the spool: nothing raw is read again.
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::candidate::Release;
use super::page_size;
use super::verifier_cuts::{Mended, form_of, mend};
use crate::bundle::deflate::{Packed, Packer};
use crate::bundle::manifest::Status;
use crate::bundle::spool::{EntryFacts, Spool};
use crate::collect::flow::item_reader::ItemReader;
use crate::collect::run::{CollectError, add_rules};
use crate::redact::{Clean, Dialect, Redacted, Residue, Secret, Surroundings, Tally};
use crate::sources::item::ItemKind;
use crate::text::Block;
use crate::verify::Report;

/// What was done to an entry so far.
#[derive(Default)]
pub(in crate::collect) struct Repair {
    tries: usize,
    cut: Mended,
}

/// An entry that did not pass.
pub(in crate::collect) struct Dirty {
    pub(in crate::collect) name: String,
    /// True where something else than a secret or name of this run was found.
    unknown: bool,
}

/// What a repair of one entry came to.
#[derive(Default)]
struct Work {
    tally: Tally,
    residue: Residue,
    cut: Mended,
    secrets: Vec<Secret>,
    /// What cannot be mended costs this entry only: it stays as it was and is withheld in the end.
    torn: bool,
}

impl Release<'_> {
    /// The entries that must be mended. A fault of the zip itself cannot be mended, nor can a find in a file of ours
    /// that was made with all secrets known and without what the verifier finds; but the page can quote less, or stay away.
    pub(in crate::collect) fn dirty(
        &mut self,
        report: &Report,
    ) -> Result<Vec<Dirty>, CollectError> {
        if let Some(problem) = report.problems.first() {
            return Err(CollectError::Leak(problem.what.clone()));
        }
        let mut dirty: BTreeMap<String, bool> = BTreeMap::new();
        let (mut ours, mut doubted) = (None, false);
        for count in report.counts.iter().filter(|c| c.severity.blocks()) {
            // The name itself may be the find; then only its place tells which entry it is.
            let name = self
                .order
                .get(count.index)
                .map_or(count.entry.as_str(), String::as_str);
            if self.places.contains_key(name) {
                let known = count.what.starts_with("known-");
                *dirty.entry(name.to_owned()).or_default() |= !known;
            } else if page_size::quotes(name) && self.page.less().is_some() {
                doubted = true;
            } else {
                ours = Some(format!("{name} holds what looks like {}", count.what));
            }
        }
        if let Some(leak) = ours.filter(|_| !self.knows_more()) {
            if self.mend_ours {
                return Err(CollectError::Leak(leak));
            }
            self.mend_ours = true;
        }
        // What the page quotes of other entries goes when those are mended.
        let less = self.page.less();
        let less = less.filter(|_| doubted && dirty.is_empty() && !self.knows_more());
        self.page = less.unwrap_or(self.page);
        let dirty = dirty.into_iter();
        Ok(dirty
            .map(|(name, unknown)| Dirty { name, unknown })
            .collect())
    }

    /// True if something was learned that no entry was redacted with yet.
    fn knows_more(&self) -> bool {
        !self.learned.is_empty() || !self.names.is_empty() || !self.found.is_empty()
    }

    /// How often an entry was repaired.
    pub(in crate::collect) fn tries(&self, name: &str) -> usize {
        self.repairs.get(name).map_or(0, |r| r.tries)
    }

    /// Takes up what was learned since the last round.
    fn learn(&mut self) {
        if !self.learned.is_empty() {
            self.redactor.learn(std::mem::take(&mut self.learned));
        }
        self.redactor.learn_more(&std::mem::take(&mut self.found));
        if !self.names.is_empty() {
            self.redactor.learn_names(&std::mem::take(&mut self.names));
        }
    }

    /// Redacts entries once more.
    pub(in crate::collect) fn repair(&mut self, dirty: &[Dirty]) -> Result<(), CollectError> {
        let more = self.knows_more();
        self.learn();
        let mut spool = Spool::new(&self.folder)?;
        let mut packer = Packer::new(self.request.deflate);
        for one in dirty {
            let name = self.renamed(&one.name);
            let blind = one.unknown || !more || self.tries(&name) > 0;
            self.repair_entry(&name, blind, &mut spool, &mut packer)?;
        }
        self.spools.push(spool.finish()?);
        Ok(())
    }

    fn repair_entry(
        &mut self,
        name: &str,
        blind: bool,
        spool: &mut Spool,
        packer: &mut Packer,
    ) -> Result<(), CollectError> {
        self.repairs.entry(name.to_owned()).or_default().tries += 1;
        let number = self.spools.len();
        let Some(mut reader) = self.reopen(name)? else {
            return Ok(());
        };
        let mut work = Work::default();
        let (mut first, encoding) = (true, reader.encoding());
        let facts = spool.entry(
            &format!("{}/{name}", self.stem),
            |_| -> Result<Option<Packed>, CollectError> {
                let block = match reader.next(Vec::new()) {
                    Ok(Some(block)) => block,
                    Ok(None) => return Ok(None),
                    Err(_) => {
                        work.torn = true;
                        return Ok(None);
                    }
                };
                let mended = catch_unwind(AssertUnwindSafe(|| {
                    self.mended(name, &block, blind, &mut work)
                }));
                let Ok(clean) = mended else {
                    work.torn = true;
                    return Ok(None);
                };
                let clean = clean.encoded(encoding, std::mem::take(&mut first));
                Ok(Some(packer.pack(clean)?))
            },
        )?;
        if !work.torn {
            self.replace(name, (number, facts.number), facts, work);
        }
        Ok(())
    }

    /// An entry as it lies in its spool.
    fn reopen(&mut self, name: &str) -> Result<Option<ItemReader>, CollectError> {
        let place = self.places.get(name).copied();
        let Some((source, index)) = place.and_then(|(s, i)| Some((self.spools.get(s)?, i))) else {
            return Ok(None);
        };
        let kind = match self.source_of(name) {
            "har" => ItemKind::Har,
            "config" => ItemKind::Config,
            _ => ItemKind::Log,
        };
        let content = Box::new(source.open(index)?);
        Ok(ItemReader::of(content, kind, Vec::new(), Arc::default()).ok())
    }

    /// The kind of source that an entry came from.
    fn source_of(&self, name: &str) -> &str {
        let mut entries = self.entries.iter();
        let entry = entries.find(|e| e.entry.as_deref() == Some(name));
        entry.map_or("", |e| e.source.as_str())
    }

    /// A block once more; `blind` says that the verifier found what the rules do not know.
    fn mended(&self, name: &str, block: &Block, blind: bool, work: &mut Work) -> Redacted {
        let dialect = match self.source_of(name) {
            "config" => Dialect::Config,
            _ => Dialect::Log,
        };
        let around = Surroundings::of(block, None);
        let redactor = &self.redactor;
        let mut clean = redactor.piece(&block.bytes, around, dialect, &mut work.tally);
        if blind {
            let form = form_of(name);
            let clearer = mend(&self.redactor, clean, form, &self.known, &self.keep);
            clean = clearer.text;
            work.cut.add(clearer.cut);
            work.secrets.extend(clearer.secrets);
        }
        work.residue
            .add(&self.redactor.residue(&clean, block.first_line));
        clean
    }

    /// Puts a repaired entry in the place of what it was made of.
    fn replace(&mut self, name: &str, place: (usize, usize), facts: EntryFacts, work: Work) {
        for secret in &work.secrets {
            self.known.insert(secret.value());
        }
        self.found.extend(work.secrets);
        let repair = self.repairs.entry(name.to_owned()).or_default();
        repair.cut.add(work.cut);
        let (partial, cuts) = (repair.cut.is_partial(), repair.cut.cuts());
        let mut entries = self.entries.iter_mut();
        if let Some(entry) = entries.find(|e| e.entry.as_deref() == Some(name)) {
            entry.bytes = Some(facts.bytes);
            entry.sha256 = Some(facts.sha256);
            entry
                .cuts
                .retain(|cut| !cut.why.as_str().starts_with("verifier"));
            entry.cuts.extend(cuts);
            if partial && entry.status == Status::Collected {
                entry.status = Status::Partial;
            }
            add_rules(entry, &work.tally, &self.redactor);
        }
        self.residues.insert(name.to_owned(), work.residue);
        self.places.insert(name.to_owned(), place);
    }

    /// The name of an entry without the secrets that were learned since it was given.
    fn renamed(&mut self, name: &str) -> String {
        let clean = self.redactor.clean(name).as_str().to_owned();
        if clean == name || self.places.contains_key(&clean) {
            return name.to_owned();
        }
        let Some(place) = self.places.remove(name) else {
            return name.to_owned();
        };
        self.places.insert(clean.clone(), place);
        for entry in &mut self.entries {
            if entry.entry.as_deref() == Some(name) {
                entry.entry = Some(clean.clone());
            }
        }
        if let Some(repair) = self.repairs.remove(name) {
            self.repairs.insert(clean.clone(), repair);
        }
        self.diagnosis.rename(name, &clean);
        clean
    }

    /// Leaves an entry out and says so.
    pub(in crate::collect) fn withhold(&mut self, name: &str, report: &Report) {
        self.places.remove(name);
        self.residues.remove(name);
        let found: Vec<String> = report
            .counts
            .iter()
            .filter(|c| self.order.get(c.index).is_some_and(|n| n == name) && c.severity.blocks())
            .map(|c| format!("{} in {} lines", c.what, c.lines))
            .collect();
        self.diagnosis.withhold(name);
        if let Some(entry) = self
            .entries
            .iter_mut()
            .find(|e| e.entry.as_deref() == Some(name))
        {
            entry.status = Status::Withheld;
            entry.entry = None;
            entry.sha256 = None;
            entry
                .cuts
                .retain(|cut| !cut.why.as_str().starts_with("verifier"));
            entry.reason = Some(self.redactor.clean(&format!(
                "the verifier found what looks like {}",
                found.join(", ")
            )));
            entry.remedy = Some(Clean::fixed(
                "look at the file with `aoc-bundle redact`; keep harmless values with --keep, or send the file by hand after cleaning it",
            ));
        }
    }
}
