//! Blocks of text looked through by several threads, and what they found put back in order: the report is
//! the same whatever the number of threads, and only a few blocks are in memory at a time.
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::report::{Problem, Problems, Report, Tally};
use super::shapes::Scanner;
use super::window::{Block, Find, Looked, look};

/// Less text than this is looked through without help, in bytes: threads cost more than they save.
const ALONE: u64 = 4 * 1024 * 1024;
/// More threads than this wait for the one that unpacks.
const MOST_THREADS: usize = 8;

/// How many threads are worth their while for so many bytes.
pub(super) fn threads_for(bytes: u64) -> usize {
    if bytes < ALONE {
        return 1;
    }
    let here = std::thread::available_parallelism().map_or(1, usize::from);
    here.min(MOST_THREADS)
}

/// `None` for a block whose look ended in a panic.
type Result = Option<Looked>;

/// What comes next in the report, in the order of the zip.
enum Step {
    Begin { name: String, index: usize },
    Found(Find),
    Block(u64),
    End,
}

/// The entry that the report is at.
struct Current {
    name: String,
    index: usize,
    line: u64,
    tally: Tally,
}

/// Takes blocks and gives finds to a report, in order.
pub(super) struct Crew<'s, 'k> {
    scanner: &'s Scanner<'k>,
    /// To the workers; none where this thread does all itself.
    jobs: Option<Sender<(u64, Block)>>,
    results: Receiver<(u64, Result)>,
    done: BTreeMap<u64, Result>,
    steps: VecDeque<Step>,
    current: Option<Current>,
    number: u64,
    under_way: usize,
    most: usize,
    cap: u64,
    problems: Problems,
    spare: Vec<Vec<u8>>,
}

/// Runs `body` with a crew of so many threads, all of them gone when this returns. `cap` is the number of
/// finds that are listed for one detector in one entry. Gives the problems of the looks themselves.
pub(super) fn with_crew<'k>(
    scanner: &Scanner<'k>,
    threads: usize,
    cap: u64,
    body: impl FnOnce(&mut Crew<'_, 'k>, &mut Report),
    report: &mut Report,
) -> Problems {
    let (give, results) = unbounded();
    let mut crew = Crew {
        scanner,
        jobs: None,
        results,
        done: BTreeMap::new(),
        steps: VecDeque::new(),
        current: None,
        number: 0,
        under_way: 0,
        most: threads + 1,
        cap,
        problems: Problems::default(),
        spare: Vec::new(),
    };
    if threads < 2 {
        body(&mut crew, report);
        crew.settle(report);
        return crew.problems;
    }
    let (jobs, take) = bounded::<(u64, Block)>(threads + 1);
    crew.jobs = Some(jobs);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (take, give) = (take.clone(), give.clone());
            scope.spawn(move || {
                for (number, block) in take {
                    if give.send((number, look_safely(scanner, block))).is_err() {
                        return;
                    }
                }
            });
        }
        drop((take, give));
        body(&mut crew, report);
        crew.settle(report);
        // The workers end when nobody can give them more.
        crew.jobs = None;
        crew.problems
    })
}

/// A defect in a detector costs the release of one entry, not the run.
fn look_safely(scanner: &Scanner<'_>, block: Block) -> Result {
    catch_unwind(AssertUnwindSafe(|| look(scanner, block))).ok()
}

impl Crew<'_, '_> {
    /// An entry begins.
    pub(super) fn begin(&mut self, name: &str, index: usize) {
        self.steps.push_back(Step::Begin {
            name: name.to_owned(),
            index,
        });
    }

    /// A find that is known already.
    pub(super) fn found(&mut self, find: Find) {
        self.steps.push_back(Step::Found(find));
    }

    /// The next block of the entry.
    pub(super) fn block(&mut self, block: Block, report: &mut Report) {
        let number = self.number;
        self.number += 1;
        self.steps.push_back(Step::Block(number));
        if let Some(jobs) = &self.jobs {
            if jobs.send((number, block)).is_ok() {
                self.under_way += 1;
            } else {
                // The workers are gone: the look failed.
                self.done.insert(number, None);
            }
        } else {
            let looked = look_safely(self.scanner, block);
            self.done.insert(number, looked);
        }
        while self.under_way >= self.most {
            self.wait();
        }
        while let Ok((number, looked)) = self.results.try_recv() {
            self.under_way = self.under_way.saturating_sub(1);
            self.done.insert(number, looked);
        }
        self.tell(report);
    }

    /// The entry has ended.
    pub(super) fn end(&mut self, report: &mut Report) {
        self.steps.push_back(Step::End);
        self.tell(report);
    }

    /// A buffer that was used before, or a new one.
    pub(super) fn spare(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_default()
    }

    fn wait(&mut self) {
        match self.results.recv() {
            Ok((number, looked)) => {
                self.under_way = self.under_way.saturating_sub(1);
                self.done.insert(number, looked);
            }
            Err(_) => self.under_way = 0,
        }
    }

    /// Waits for all blocks and tells what is left.
    fn settle(&mut self, report: &mut Report) {
        while self.under_way > 0 {
            self.wait();
        }
        self.tell(report);
    }

    /// Tells the report all that is known in order.
    fn tell(&mut self, report: &mut Report) {
        while let Some(step) = self.steps.front() {
            match step {
                Step::Block(number) if !self.done.contains_key(number) && self.under_way > 0 => {
                    return;
                }
                _ => {}
            }
            let Some(step) = self.steps.pop_front() else {
                return;
            };
            match step {
                Step::Begin { name, index } => {
                    self.current = Some(Current {
                        name,
                        index,
                        line: 1,
                        tally: Tally::default(),
                    });
                }
                Step::Found(find) => {
                    if let Some(c) = &mut self.current {
                        c.tally.add(report, (&c.name, c.index), &find, self.cap);
                    }
                }
                Step::Block(number) => self.tell_block(number, report),
                Step::End => {
                    if let Some(c) = self.current.take() {
                        c.tally.finish(report, (&c.name, c.index));
                    }
                }
            }
        }
    }

    fn tell_block(&mut self, number: u64, report: &mut Report) {
        let Some(c) = &mut self.current else {
            return;
        };
        let Some(looked) = self.done.remove(&number).flatten() else {
            let what = "could not be looked through, which is a defect of this program";
            self.problems.push(Problem::of(&c.name, what));
            return;
        };
        for find in &looked.finds {
            let find = Find {
                line: c.line + find.line,
                ..*find
            };
            c.tally.add(report, (&c.name, c.index), &find, self.cap);
        }
        c.line += looked.lines;
        if self.spare.len() < self.most {
            self.spare.push(looked.buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::window::Cutter;
    use super::*;

    fn report(threads: usize, texts: &[Vec<u8>]) -> Report {
        let scanner = crate::verify::shapes::scanner(None, &[]);
        let mut report = Report::default();
        let body = |crew: &mut Crew<'_, '_>, report: &mut Report| {
            for (index, text) in texts.iter().enumerate() {
                crew.begin(&format!("logs/{index}.log"), index);
                let mut cutter = Cutter::default();
                let mut text = &text[..];
                while !text.is_empty() {
                    let (taken, block) = cutter.take(text, || crew.spare());
                    text = &text[taken..];
                    if let Some(block) = block {
                        crew.block(block, report);
                    }
                }
                crew.block(cutter.finish(), report);
                crew.end(report);
            }
        };
        let problems = with_crew(&scanner, threads, 20, body, &mut report);
        assert_eq!(problems.count, 0);
        report
    }

    #[test]
    fn the_report_does_not_depend_on_threads() {
        let texts: Vec<Vec<u8>> = (0..12usize)
            .map(|n| {
                let mut text = Vec::new();
                for line in 0..n * 9000 {
                    let words = if line % (400 + n) == 7 {
                        &b"peer=10.77.0.5:33001 password=Marble-Finch-208\n"[..]
                    } else {
                        b"a line of a log in which all is quiet, and nobody is named\n"
                    };
                    text.extend_from_slice(words);
                }
                text
            })
            .collect();
        let alone = report(1, &texts);
        assert!(alone.counts.len() >= 20);
        for threads in [2, 3, 8] {
            assert_eq!(report(threads, &texts), alone, "{threads}");
        }
    }
}
