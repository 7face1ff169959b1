//! Named evidence read and redacted on several threads: blocks are cut in order, worked on by whoever is free, and
//! handed over in order again, so that the number of threads changes nothing of what is told.
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::item_reader::LIMITS;
use crate::diagnose::is_conf;
use crate::redact::{Dialect, Redacted, Redactor, Rows, Surroundings, Tables, Tally};
use crate::sources::inputs::{Input, Unread};
use crate::sources::item::ItemKind;
use crate::text::{Block, BlockReader, CutAt, Decoded, TextError, looks_like_har};

/// Bytes of a text that tell whether it is a trace.
const LOOK: u64 = 64 * 1024;
/// Blocks in memory for each thread.
const BLOCKS_PER_WORKER: usize = 2;

/// A block and its redacted text, as a worker sees it.
pub(in crate::collect) struct Seen<'a> {
    /// Number of the input.
    pub(in crate::collect) input: usize,
    pub(in crate::collect) kind: ItemKind,
    pub(in crate::collect) block: &'a Block,
    pub(in crate::collect) clean: &'a Redacted,
}

/// What comes out, in order.
pub(in crate::collect) enum Told<T> {
    /// What the work made of a block.
    Block(usize, T),
    /// An input is over; tells why it was not read to its end.
    End(usize, Result<(), Unread>),
}

/// One reading of all inputs.
pub(in crate::collect) struct Reading<'a> {
    pub(in crate::collect) inputs: &'a [Input],
    pub(in crate::collect) redactor: &'a Redactor,
    pub(in crate::collect) jobs: usize,
}

struct Job {
    order: u64,
    input: usize,
    kind: ItemKind,
    block: Block,
    rows: Option<Rows>,
}

enum Message<T> {
    Block(usize, T),
    Broken(usize),
    End(usize, Result<(), Unread>),
}

/// The two ends by which messages leave the thread that reads.
struct Out<'a, T> {
    jobs: &'a Sender<Job>,
    done: &'a Sender<(u64, Message<T>)>,
    /// One for each message under way: no block is held in memory that nobody can take.
    permits: &'a Sender<()>,
    next: u64,
}

impl<T> Out<'_, T> {
    fn order(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }
}

impl Reading<'_> {
    /// `work` runs on all threads, `take` on this one.
    pub(in crate::collect) fn run<T: Send>(
        &self,
        work: impl Fn(&Seen<'_>, &mut Tally) -> T + Sync,
        mut take: impl FnMut(Told<T>),
    ) {
        let jobs = self.jobs.max(1);
        let (send_job, take_job) = bounded::<Job>(jobs);
        let (send_done, take_done) = unbounded();
        let (send_permit, permits) = bounded::<()>(jobs * BLOCKS_PER_WORKER + 1);
        let work = &work;
        thread::scope(|scope| {
            for _ in 0..jobs {
                let (take_job, send_done) = (take_job.clone(), send_done.clone());
                scope.spawn(move || self.work(&take_job, &send_done, work));
            }
            drop(take_job);
            scope.spawn(move || {
                let mut out = Out {
                    jobs: &send_job,
                    done: &send_done,
                    permits: &send_permit,
                    next: 0,
                };
                for number in 0..self.inputs.len() {
                    if self.read(number, &mut out).is_none() {
                        return;
                    }
                }
            });
            self.hand_over(&take_done, &permits, &mut take);
        });
    }

    /// Messages in order; what follows a block that could not be worked on is left out.
    fn hand_over<T>(
        &self,
        done: &Receiver<(u64, Message<T>)>,
        permits: &Receiver<()>,
        take: &mut impl FnMut(Told<T>),
    ) {
        let mut early = BTreeMap::new();
        let mut next = 0;
        let mut broken = None;
        for (order, message) in done {
            early.insert(order, message);
            while let Some(message) = early.remove(&next) {
                next += 1;
                let _ = permits.try_recv();
                match message {
                    Message::Block(input, _) | Message::Broken(input) | Message::End(input, _)
                        if broken == Some(input) => {}
                    Message::Block(input, told) => take(Told::Block(input, told)),
                    Message::End(input, how) => take(Told::End(input, how)),
                    Message::Broken(input) => {
                        broken = Some(input);
                        take(Told::End(input, Err(self.defect(input))));
                    }
                }
            }
        }
    }

    fn unread(&self, input: usize, reason: &str, remedy: &str) -> Unread {
        let name = self.inputs.get(input).map_or("", |i| i.name.as_str());
        Unread::new(name, reason, remedy)
    }

    fn defect(&self, input: usize) -> Unread {
        let remedy = "Please report this; the rest of the evidence was read.";
        self.unread(input, "A part of it could not be redacted.", remedy)
    }

    fn work<T>(
        &self,
        jobs: &Receiver<Job>,
        done: &Sender<(u64, Message<T>)>,
        work: &(impl Fn(&Seen<'_>, &mut Tally) -> T + Sync),
    ) {
        for job in jobs {
            let (order, input) = (job.order, job.input);
            // A defect in one rule costs the text that met it, never the run.
            let told = catch_unwind(AssertUnwindSafe(|| {
                let mut tally = Tally::default();
                let around = Surroundings::of(&job.block, job.rows.as_ref());
                let bytes = &job.block.bytes;
                let clean = self.redactor.piece(bytes, around, Dialect::Log, &mut tally);
                let (kind, block) = (job.kind, &job.block);
                let seen = Seen {
                    input,
                    kind,
                    block,
                    clean: &clean,
                };
                work(&seen, &mut tally)
            }));
            let message = told.map_or(Message::Broken(input), |told| Message::Block(input, told));
            if done.send((order, message)).is_err() {
                return;
            }
        }
    }

    /// Reads one input; `None` if nobody listens any more.
    fn read<T>(&self, number: usize, out: &mut Out<'_, T>) -> Option<()> {
        let input = self.inputs.get(number)?;
        out.permits.send(()).ok()?;
        let read = input
            .open(|text| catch_unwind(AssertUnwindSafe(|| self.blocks(number, input, text, out))));
        let how = match read {
            Ok(Ok(how)) => how?,
            Ok(Err(_)) => Err(self.defect(number)),
            Err(told) => Err(told),
        };
        let order = out.order();
        out.done.send((order, Message::End(number, how))).ok()
    }

    /// Sends the blocks of a text on their way. One permit is left for the message about its end.
    fn blocks<T>(
        &self,
        number: usize,
        input: &Input,
        text: Box<dyn Read + '_>,
        out: &mut Out<'_, T>,
    ) -> Option<Result<(), Unread>> {
        let of_text =
            |error: &TextError| Some(Err(self.unread(number, &error.to_string(), error.remedy())));
        let mut text = match Decoded::open(text) {
            Ok(text) => text,
            Err(error) => return of_text(&error),
        };
        let mut head = Vec::new();
        match text.by_ref().take(LOOK).read_to_end(&mut head) {
            Err(error) if head.is_empty() => return of_text(&TextError::from_io(&error)),
            _ => {}
        }
        let kind = kind(input, &head);
        let cut = match kind {
            ItemKind::Har => CutAt::Har,
            ItemKind::Api => CutAt::Whole,
            _ => CutAt::Lines,
        };
        let mut reader = BlockReader::new(Cursor::new(head).chain(text), cut, LIMITS);
        let mut tables = Tables::default();
        loop {
            let block = match reader.next(Vec::new()) {
                Ok(Some(block)) => block,
                Ok(None) => return Some(Ok(())),
                Err(error) => return of_text(&error),
            };
            let job = Job {
                order: out.order(),
                input: number,
                kind,
                rows: tables.rows(self.redactor, &block.bytes),
                block,
            };
            out.jobs.send(job).ok()?;
            out.permits.send(()).ok()?;
        }
    }
}

/// What a text is, by its name and its beginning.
fn kind(input: &Input, head: &[u8]) -> ItemKind {
    let end = input.name.rsplit('.').next().unwrap_or_default();
    if looks_like_har(head) || end.eq_ignore_ascii_case("har") {
        ItemKind::Har
    } else if input.is_answer() || is_conf(&input.name) {
        ItemKind::Api
    } else {
        ItemKind::Log
    }
}
