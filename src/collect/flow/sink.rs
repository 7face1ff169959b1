//! Writes the redacted blocks into the spool, in order, and collects the manifest entries, the observations and the
//! secrets of the run.
use super::pipeline::{Done, Ended, Mark, Parts};
use super::records::{Amount, record};
use crate::bundle::deflate::{Packed, Packer};
use crate::bundle::line_index::LineIndex;
use crate::bundle::manifest::Status;
use crate::bundle::spool::{Place, Spool};
use crate::collect::error::CollectError;
use crate::collect::evidence::SpooledEvidence;
use crate::collect::plan::selection::Planned;
use crate::collect::request::Request;
use crate::collect::run_secrets::RunSecrets;
use crate::collect::target::Target;
use crate::diagnose::{Clock, Observations};
use crate::parallel::Output;
use crate::redact::{Redactor, Residue, Tally};
use crate::text::Encoding;

/// What the run has collected so far.
pub(in crate::collect) struct Sink<'a> {
    spool: Spool,
    results: Results,
    limit: Limit,
    redactor: &'a Redactor,
}

/// What is known of the evidence once it is spooled.
pub(in crate::collect) struct Results {
    pub(in crate::collect) evidence: SpooledEvidence,
    pub(in crate::collect) observations: Observations,
    pub(in crate::collect) secrets: RunSecrets,
}

/// The size limit of the evidence.
struct Limit {
    /// Deflated bytes.
    most: u64,
    /// The limit was reached: nothing more is written.
    reached: bool,
    /// Deflates the first lines of the block that reaches the limit.
    packer: Packer,
}

/// The blocks of one item.
#[derive(Default)]
struct Intake {
    amount: Amount,
    tally: Tally,
    residue: Residue,
    line_index: LineIndex,
    ended: Option<Box<Ended>>,
}

impl<'a> Sink<'a> {
    pub(in crate::collect) fn new(
        target: &Target,
        request: &Request,
        redactor: &'a Redactor,
    ) -> Result<Self, CollectError> {
        Ok(Self {
            spool: Spool::new(&target.folder)?,
            results: Results {
                evidence: SpooledEvidence::default(),
                observations: Observations::default(),
                secrets: RunSecrets::new(redactor)?,
            },
            limit: Limit {
                most: request.evidence_size(),
                reached: false,
                packer: Packer::new(request.deflate),
            },
            redactor,
        })
    }

    /// Makes the spool readable.
    pub(in crate::collect) fn finish(self) -> Result<Results, CollectError> {
        let mut results = self.results;
        results.evidence.spools.push(self.spool.finish()?);
        Ok(results)
    }

    /// Sets the clock that the lines of an entry were written by.
    pub(in crate::collect) fn clock(&mut self, entry: &str, clock: Clock) {
        self.results.observations.clock(entry, clock);
    }

    /// Deflated bytes so far.
    pub(in crate::collect) fn written(&self) -> u64 {
        self.spool.written()
    }

    /// Writes the blocks of all items, and manifest entries of those that are not read too.
    pub(in crate::collect) fn write(
        &mut self,
        parts: &mut Parts,
        items: &[Planned],
    ) -> Result<(), CollectError> {
        for planned in items {
            if !planned.is_read() {
                self.results.evidence.entries.push(planned.record.clone());
                continue;
            }
            match parts.next() {
                Some(Output::Note(Mark::Start)) => self.item(parts, planned)?,
                // The reader has ended: the run was stopped.
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    fn item(&mut self, parts: &mut Parts, planned: &Planned) -> Result<(), CollectError> {
        let mut intake = Intake::default();
        let Self {
            spool,
            results,
            limit,
            redactor,
        } = self;
        // An item that gives no block gets no entry, so the first block decides.
        let mut first = results.block(parts, planned, &mut intake, spool.written(), limit);
        let mut facts = None;
        if first.is_some() || intake.is_empty_file() {
            facts = Some(spool.entry(|written| match first.take() {
                Some(packed) => Ok::<_, CollectError>(Some(packed)),
                None => Ok(results.block(parts, planned, &mut intake, written, limit)),
            })?);
        }
        let ended = intake.ended.take().unwrap_or_default();
        let mut record = record(planned, intake.amount, &ended, redactor);
        let usable = !matches!(
            record.status,
            Status::Failed | Status::Withheld | Status::Skipped
        );
        if let (Some(facts), true) = (facts, usable) {
            record.entry = Some(planned.entry.clone());
            record.bytes = Some(facts.bytes);
            record.lines = Some(intake.amount.lines);
            record.sha256 = Some(facts.sha256);
            record.add_rules(&intake.tally, redactor);
            let place = Place {
                spool: 0,
                number: facts.number,
            };
            let (evidence, name) = (&mut results.evidence, &planned.entry);
            evidence.places.insert(name.clone(), place);
            evidence
                .line_indexes
                .insert(name.clone(), intake.line_index);
            if !intake.residue.is_empty() {
                evidence.residues.insert(name.clone(), intake.residue);
            }
        } else {
            results.observations.forget(&planned.entry);
        }
        results.evidence.entries.push(record);
        Ok(())
    }
}

impl Intake {
    /// True for an item that was read whole and has nothing in it.
    fn is_empty_file(&self) -> bool {
        let whole = self
            .ended
            .as_ref()
            .is_some_and(|e| e.trouble.is_none() && e.unread.is_none());
        self.amount.blocks == 0 && !self.amount.broken && whole
    }
}

impl Results {
    /// The next block of the item as far as it fits below the limit, or `None` at the end of the item. `written` is the
    /// number of deflated bytes so far.
    fn block(
        &mut self,
        parts: &mut Parts,
        planned: &Planned,
        intake: &mut Intake,
        written: u64,
        limit: &mut Limit,
    ) -> Option<Packed> {
        while intake.ended.is_none() {
            match parts.next() {
                None => {
                    intake.ended = Some(Box::new(Ended {
                        unread: Some("interrupted"),
                        ..Ended::default()
                    }));
                }
                Some(Output::Note(Mark::End(ended))) => intake.ended = Some(ended),
                Some(Output::Panicked | Output::Done(None)) => intake.amount.broken = true,
                Some(Output::Note(Mark::Start)) => {}
                Some(Output::Done(Some(mut done))) => {
                    self.secrets.add(&mut done.tally);
                    intake.amount.blocks += 1;
                    let Some(done) = limit.fit(*done, written, &mut intake.amount) else {
                        continue;
                    };
                    return Some(self.add(done, planned, intake, written));
                }
            }
        }
        None
    }

    /// Takes what a block says, and gives its bytes.
    fn add(&mut self, done: Done, planned: &Planned, intake: &mut Intake, written: u64) -> Packed {
        intake.tally.add_counts(&done.tally);
        intake.residue.add(&done.residue);
        intake.line_index.add(intake.amount.lines, written);
        intake.amount.lines += done.lines;
        done.facts.add_to(&mut self.observations, &planned.entry);
        done.packed
    }
}

impl Limit {
    /// The block, or the lines at its beginning that fit below the limit. What does not fit is counted.
    fn fit(&mut self, mut done: Done, written: u64, amount: &mut Amount) -> Option<Done> {
        let room = match self.reached {
            true => 0,
            false => self.most.saturating_sub(written),
        };
        if done.packed.deflated_len() as u64 <= room {
            return Some(done);
        }
        self.reached = true;
        let bytes = done.packed.plain_len() as u64;
        let room = usize::try_from(room).unwrap_or(0);
        let (over_lines, over_bytes) = &mut amount.over_limit;
        if done.encoding != Encoding::Bytes {
            *over_lines += done.lines;
            *over_bytes += bytes;
            return None;
        }
        let Some((head, cut_lines, cut_bytes)) = done.packed.shortened(room, &mut self.packer)
        else {
            *over_lines += done.lines;
            *over_bytes += bytes;
            return None;
        };
        *over_lines += cut_lines;
        *over_bytes += cut_bytes;
        done.packed = head;
        done.lines = done.lines.saturating_sub(cut_lines);
        let last = amount.lines + done.lines;
        done.facts.cut_at(last + 1);
        done.residue.cut_behind(last);
        Some(done)
    }
}
