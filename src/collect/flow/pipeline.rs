//! The items of a run on their way into the bundle: read as documents, redacted, observed and deflated on several
//! threads, and handed over in the order in which they were read.
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::facts::Facts;
use super::item_reader::{Filter, ItemReader, OpenTrouble, Reading};
use crate::bundle::deflate::{Packed, Packer};
use crate::collect::Progress;
use crate::collect::plan::selection::Planned;
use crate::parallel;
use crate::parallel::{Closed, Feeder, Outputs};
use crate::redact::{Part, Redactor, Residue, Tally};
use crate::sources::item::ItemKind;
use crate::text::{Encoding, Held, TextError, Withheld};

/// How the reading of one item ended.
#[derive(Default)]
pub(in crate::collect) struct Ended {
    pub(in crate::collect) reading: Reading,
    /// Lines that were withheld because they were too long, and their bytes.
    pub(in crate::collect) held: (u64, u64),
    /// The same of values, of list elements and of entries in a network trace.
    pub(in crate::collect) held_in_har: [(u64, u64); 3],
    /// It could not be opened, or not read to its end.
    pub(in crate::collect) trouble: Option<Trouble>,
    /// It was not read because the time was up or the run was interrupted.
    pub(in crate::collect) unread: Option<&'static str>,
}

impl Ended {
    fn hold(&mut self, held: &Held) {
        let [values, elements, entries] = &mut self.held_in_har;
        let (count, number) = match held.what {
            Withheld::Line => (&mut self.held, 1),
            Withheld::Value => (values, 1),
            Withheld::Elements(number) => (elements, number),
            Withheld::Entry => (entries, 1),
        };
        count.0 += number;
        count.1 += held.bytes;
    }
}

/// What stopped the reading of an item.
pub(in crate::collect) enum Trouble {
    Open {
        reason: String,
        remedy: String,
    },
    /// There is nothing to be had on this machine.
    Skip {
        reason: &'static str,
    },
    Text(TextError),
    /// A defect of ours while it was read or redacted: the item is withheld.
    Panic,
}

/// A redacted part on its way to the zip.
pub(in crate::collect) struct Done {
    pub(in crate::collect) packed: Packed,
    pub(in crate::collect) tally: Tally,
    pub(in crate::collect) facts: Facts,
    pub(in crate::collect) residue: Residue,
    pub(in crate::collect) lines: u64,
    pub(in crate::collect) encoding: Encoding,
}

/// Where an item begins and ends among its parts.
pub(in crate::collect) enum Mark {
    Start,
    End(Box<Ended>),
}

/// A part, or `None` where it could not be packed.
pub(in crate::collect) type Packable = Option<Box<Done>>;

/// What the writer gets, in order.
pub(in crate::collect) type Parts = Outputs<Mark, Packable>;

struct Job<'p> {
    part: Part,
    encoding: Encoding,
    /// Name of the entry that the part belongs to.
    entry: &'p str,
}

type ItemFeeder<'f, 'p> = Feeder<'f, Job<'p>, Mark, Packable>;

/// What the pipeline needs beside the items.
pub(in crate::collect) struct Flow<'a> {
    pub(in crate::collect) redactor: &'a Redactor,
    pub(in crate::collect) jobs: usize,
    pub(in crate::collect) deflate: u32,
    pub(in crate::collect) until: Option<Instant>,
    pub(in crate::collect) stop: &'a AtomicBool,
    pub(in crate::collect) progress: &'a dyn Progress,
    /// The line rules of an item.
    pub(in crate::collect) filters: &'a (dyn Fn(&Planned) -> Vec<Filter> + Sync),
    /// The output of a command or the answer of an API, waited for where it is still on its way.
    pub(in crate::collect) command: &'a (dyn Fn(&Planned) -> Result<Vec<u8>, Trouble> + Sync),
}

impl Flow<'_> {
    /// Runs the items through the workers; `write` gets the parts in order and runs on this thread.
    pub(in crate::collect) fn run<R>(
        &self,
        items: &[Planned],
        write: impl FnOnce(&mut Parts) -> R,
    ) -> R {
        parallel::run(
            self.jobs,
            |feeder| {
                // Nobody takes parts any more: there is nothing to do.
                let _ = self.read(items, feeder);
            },
            || Packer::new(self.deflate),
            |packer, job| self.pack(&job, packer),
            write,
        )
    }

    fn pack(&self, job: &Job<'_>, packer: &mut Packer) -> Packable {
        let mut tally = Tally::default();
        let block = &job.part.block;
        let redacted = job.part.redact(self.redactor, &mut tally);
        let facts = Facts::of(&job.part, &redacted, job.entry);
        let residue = self.redactor.residue(&redacted, block.first_line);
        let bytes = &block.bytes;
        let open = !bytes.ends_with(b"\n") && !bytes.is_empty() && !block.goes_on;
        let lines = memchr::memchr_iter(b'\n', bytes).count() as u64 + u64::from(open);
        let written = redacted.encoded(job.encoding, block.number == 0);
        let packed = packer.pack(written).ok()?;
        Some(Box::new(Done {
            packed,
            tally,
            facts,
            residue,
            lines,
            encoding: job.encoding,
        }))
    }

    fn read<'p>(
        &self,
        items: &'p [Planned],
        feeder: &mut ItemFeeder<'_, 'p>,
    ) -> Result<(), Closed> {
        for planned in items.iter().filter(|planned| planned.is_read()) {
            feeder.note(Mark::Start)?;
            // A defect of ours costs the item that meets it, not the run.
            let ended = catch_unwind(AssertUnwindSafe(|| self.item(planned, feeder)));
            let ended = ended.unwrap_or_else(|_| {
                Ok(Ended {
                    trouble: Some(Trouble::Panic),
                    ..Ended::default()
                })
            })?;
            feeder.note(Mark::End(Box::new(ended)))?;
        }
        Ok(())
    }

    /// Reads one item.
    fn item<'p>(
        &self,
        planned: &'p Planned,
        feeder: &mut ItemFeeder<'_, 'p>,
    ) -> Result<Ended, Closed> {
        let mut ended = Ended::default();
        if let Some(why) = self.over() {
            ended.unread = Some(why);
            return Ok(ended);
        }
        self.progress.item(&planned.path);
        let mut reader = match self.open(planned) {
            Ok(reader) => reader,
            Err(trouble) => {
                ended.trouble = Some(trouble);
                return Ok(ended);
            }
        };
        let mut read = 0;
        loop {
            feeder.wait()?;
            let part = match reader.next(self.redactor) {
                Ok(Some(part)) => part,
                Ok(None) => break,
                Err(error) => {
                    ended.trouble = Some(Trouble::Text(error));
                    break;
                }
            };
            part.block.held.iter().for_each(|held| ended.hold(held));
            let bytes = part.block.bytes.len() as u64;
            self.progress.read(bytes);
            read += bytes;
            feeder.job(Job {
                part,
                encoding: reader.encoding(),
                entry: &planned.entry,
            })?;
            if let Some(why) = self.over() {
                ended.unread = Some(why);
                break;
            }
        }
        let planned_bytes = planned.size().saturating_sub(planned.skip);
        self.progress.read(planned_bytes.saturating_sub(read));
        ended.reading = reader.finish();
        Ok(ended)
    }

    fn open(&self, planned: &Planned) -> Result<ItemReader, Trouble> {
        let item = &planned.item;
        let reader = match item.kind {
            ItemKind::Command | ItemKind::Api => {
                let output = (self.command)(planned)?;
                ItemReader::of_text(output, item, (self.filters)(planned))
            }
            _ => ItemReader::open(item, planned.skip, (self.filters)(planned)),
        };
        reader.map_err(trouble)
    }

    /// Why reading must end now, if it must.
    pub(in crate::collect) fn over(&self) -> Option<&'static str> {
        if self.stop.load(Ordering::Relaxed) {
            return Some("interrupted");
        }
        self.until
            .is_some_and(|until| Instant::now() >= until)
            .then_some("deadline")
    }
}

fn trouble(trouble: OpenTrouble) -> Trouble {
    match trouble {
        OpenTrouble::File(error) => Trouble::Open {
            reason: error.to_string(),
            remedy: error.remedy().to_owned(),
        },
        OpenTrouble::Zip(error) => Trouble::Open {
            reason: error.to_string(),
            remedy: error.remedy().to_owned(),
        },
        OpenTrouble::Text(error) => Trouble::Text(error),
    }
}
