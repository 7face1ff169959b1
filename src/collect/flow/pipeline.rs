//! The pipeline: one reader cuts items into blocks, workers redact, look and deflate them, and the
//! caller's thread writes them in the order in which they were read. Few blocks are under way at a time,
//! so memory does not grow with the input; nothing depends on which worker was faster.
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::item_reader::{Filter, ItemReader, OpenTrouble, Reading};
use crate::bundle::deflate::{Packed, Packer};
use crate::collect::Progress;
use crate::collect::plan::selection::Planned;
use crate::diagnose::{ApiFact, HarFact, Observation, is_conf, observe, observe_api, observe_har};
use crate::redact::{Dialect, Redactor, Residue, Rows, Surroundings, Tables, Tally};
use crate::sources::item::ItemKind;
use crate::text::{Block, Encoding, Held, TextError, Withheld};

/// Blocks under way for each worker.
const BLOCKS_PER_WORKER: usize = 2;

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

/// A redacted block on its way to the zip.
pub(in crate::collect) struct Done {
    pub(in crate::collect) packed: Packed,
    pub(in crate::collect) tally: Tally,
    pub(in crate::collect) observations: Vec<Observation>,
    pub(in crate::collect) exchanges: Vec<HarFact>,
    pub(in crate::collect) answers: Vec<ApiFact>,
    pub(in crate::collect) residue: Residue,
    pub(in crate::collect) lines: u64,
    pub(in crate::collect) encoding: Encoding,
}

/// What the writer gets, in order.
pub(in crate::collect) enum Message {
    Start,
    Block(Box<Done>),
    /// The block could not be made: the item is withheld.
    Broken,
    /// No block came of a permit.
    Nothing,
    End(Box<Ended>),
}

struct Job {
    order: u64,
    block: Block,
    encoding: Encoding,
    dialect: Dialect,
    rows: Option<Rows>,
    har: bool,
    /// Name of an answer of an API.
    answer: Option<String>,
}

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

/// Messages in order.
pub(in crate::collect) struct Ordered {
    receive: Receiver<(u64, Message)>,
    next: u64,
    early: BTreeMap<u64, Message>,
    permits: Receiver<()>,
}

impl Ordered {
    /// The next message, or `None` at the end of the run.
    pub(in crate::collect) fn next(&mut self) -> Option<Message> {
        loop {
            if let Some(message) = self.early.remove(&self.next) {
                self.next += 1;
                if matches!(
                    message,
                    Message::Block(_) | Message::Broken | Message::Nothing
                ) {
                    let _ = self.permits.try_recv();
                }
                return Some(message);
            }
            let (order, message) = self.receive.recv().ok()?;
            self.early.insert(order, message);
        }
    }
}

impl Flow<'_> {
    /// Runs the items through the workers; `write` gets the messages in order and runs on this thread.
    pub(in crate::collect) fn run<R>(
        &self,
        items: &[Planned],
        write: impl FnOnce(&mut Ordered) -> R,
    ) -> R {
        let jobs = self.jobs.max(1);
        let (send_job, take_job) = bounded::<Job>(jobs);
        let (send_done, take_done) = unbounded();
        let (take_permit, permits) = bounded::<()>(jobs * BLOCKS_PER_WORKER + 1);
        thread::scope(|scope| {
            for _ in 0..jobs {
                let (take_job, send_done) = (take_job.clone(), send_done.clone());
                scope.spawn(move || self.work(&take_job, &send_done));
            }
            drop(take_job);
            scope.spawn(move || self.read(items, &send_job, &send_done, &take_permit));
            let mut ordered = Ordered {
                receive: take_done,
                next: 0,
                early: BTreeMap::new(),
                permits,
            };
            let result = write(&mut ordered);
            // Whatever the writer left: let the others come to their end.
            while ordered.next().is_some() {}
            result
        })
    }

    fn work(&self, jobs: &Receiver<Job>, done: &Sender<(u64, Message)>) {
        let mut packer = Packer::new(self.deflate);
        for job in jobs {
            let order = job.order;
            // A defect in one rule costs the item that met it, never the run.
            let message = catch_unwind(AssertUnwindSafe(|| self.block(job, &mut packer)))
                .unwrap_or_else(|_| {
                    packer = Packer::new(self.deflate);
                    Message::Broken
                });
            if done.send((order, message)).is_err() {
                return;
            }
        }
    }

    fn block(&self, job: Job, packer: &mut Packer) -> Message {
        let mut tally = Tally::default();
        let around = Surroundings::of(&job.block, job.rows.as_ref());
        let redacted = self
            .redactor
            .piece(&job.block.bytes, around, job.dialect, &mut tally);
        let (observations, exchanges) = if job.har {
            let facts = observe_har(&redacted, &job.block.context, job.block.first_line);
            (Vec::new(), facts)
        } else {
            (observe(&redacted, job.block.first_line), Vec::new())
        };
        let answers = match &job.answer {
            // An answer that takes more than one block is no whole document, and tells nothing.
            Some(entry) if job.block.number == 0 => observe_api(entry, &redacted),
            _ => Vec::new(),
        };
        let residue = self.redactor.residue(&redacted, job.block.first_line);
        let bytes = &job.block.bytes;
        let open = !bytes.ends_with(b"\n") && !bytes.is_empty() && !job.block.goes_on;
        let lines = memchr::memchr_iter(b'\n', bytes).count() as u64 + u64::from(open);
        let first = job.block.number == 0;
        let written = redacted.encoded(job.encoding, first);
        match packer.pack(written) {
            Ok(packed) => Message::Block(Box::new(Done {
                packed,
                tally,
                observations,
                exchanges,
                answers,
                residue,
                lines,
                encoding: job.encoding,
            })),
            Err(_) => Message::Broken,
        }
    }

    fn read(
        &self,
        items: &[Planned],
        jobs: &Sender<Job>,
        done: &Sender<(u64, Message)>,
        permits: &Sender<()>,
    ) {
        let mut order = 0u64;
        for planned in items {
            if !planned.is_read() {
                continue;
            }
            let mut feed = Feed {
                flow: self,
                planned,
                jobs,
                done,
                permits,
                order: &mut order,
            };
            if feed.tell(Message::Start).is_none() {
                return;
            }
            let ended = catch_unwind(AssertUnwindSafe(|| feed.item())).unwrap_or_else(|_| {
                Some(Ended {
                    trouble: Some(Trouble::Panic),
                    ..Ended::default()
                })
            });
            let Some(ended) = ended else { return };
            if feed.tell(Message::End(Box::new(ended))).is_none() {
                return;
            }
        }
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

/// One item on its way into the channels.
struct Feed<'a, 'b> {
    flow: &'a Flow<'b>,
    planned: &'a Planned,
    jobs: &'a Sender<Job>,
    done: &'a Sender<(u64, Message)>,
    permits: &'a Sender<()>,
    order: &'a mut u64,
}

impl Feed<'_, '_> {
    fn tell(&mut self, message: Message) -> Option<()> {
        let order = *self.order;
        *self.order += 1;
        self.done.send((order, message)).ok()
    }

    /// Reads one item; `None` if nobody listens any more.
    fn item(&mut self) -> Option<Ended> {
        let mut ended = Ended::default();
        if let Some(why) = self.flow.over() {
            ended.unread = Some(why);
            return Some(ended);
        }
        self.flow.progress.item(&self.planned.path);
        let opened = match self.planned.item.kind {
            kind @ (ItemKind::Command | ItemKind::Api) => (self.flow.command)(self.planned)
                .and_then(|output| {
                    let source = Box::new(std::io::Cursor::new(output));
                    let filters = (self.flow.filters)(self.planned);
                    ItemReader::of(source, kind, filters, Arc::default()).map_err(trouble)
                }),
            _ => {
                let filters = (self.flow.filters)(self.planned);
                ItemReader::open(&self.planned.item, self.planned.skip, filters).map_err(trouble)
            }
        };
        let mut reader = match opened {
            Ok(reader) => reader,
            Err(trouble) => {
                ended.trouble = Some(trouble);
                return Some(ended);
            }
        };
        let dialect = match self.planned.item.kind {
            ItemKind::Config => Dialect::Config,
            _ => Dialect::Log,
        };
        let mut told = 0;
        let mut tables = Tables::default();
        loop {
            // The permit comes first: no block is held in memory that nobody can take.
            self.permits.send(()).ok()?;
            match reader.next(Vec::new()) {
                Ok(Some(block)) => {
                    for held in &block.held {
                        ended.hold(held);
                    }
                    self.flow.progress.read(block.bytes.len() as u64);
                    told += block.bytes.len() as u64;
                    let rows = tables.rows(self.flow.redactor, &block.bytes);
                    let order = *self.order;
                    *self.order += 1;
                    self.jobs
                        .send(Job {
                            order,
                            block,
                            encoding: reader.encoding(),
                            dialect,
                            rows,
                            har: self.planned.item.kind == ItemKind::Har,
                            answer: (self.planned.item.kind == ItemKind::Api
                                || is_conf(&self.planned.entry))
                            .then(|| self.planned.entry.clone()),
                        })
                        .ok()?;
                    if let Some(why) = self.flow.over() {
                        ended.unread = Some(why);
                        break;
                    }
                }
                Ok(None) => {
                    self.give_back();
                    break;
                }
                Err(error) => {
                    self.give_back();
                    ended.trouble = Some(Trouble::Text(error));
                    break;
                }
            }
        }
        self.flow.progress.read(
            self.planned
                .size()
                .saturating_sub(self.planned.skip)
                .saturating_sub(told),
        );
        ended.reading = reader.finish();
        Some(ended)
    }

    /// Returns a permit that no block was read for: the writer never sees one for it.
    fn give_back(&mut self) {
        self.tell(Message::Nothing);
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
