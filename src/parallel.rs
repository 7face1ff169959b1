//! An ordered parallel pipeline: one thread makes jobs, several work on them, and the caller's thread takes the
//! results in the order of the jobs.
//!
//! Few jobs are in memory at a time: each needs a permit, which comes back when its result is taken. Nothing depends
//! on which worker is faster. A panic in a job costs that job only.
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

/// Jobs in memory for each worker.
const JOBS_PER_WORKER: usize = 2;

/// What comes out of a pipeline, in the order in which it went in.
pub enum Output<N, R> {
    /// A note of the feeder, on which nobody works.
    Note(N),
    /// The result of a job.
    Done(R),
    /// The work on a job panicked.
    Panicked,
}

/// The end of the pipeline where jobs and notes go in.
pub struct Feeder<'a, J, N, R> {
    jobs: &'a Sender<(u64, J)>,
    outputs: &'a Sender<(u64, Output<N, R>)>,
    permits: &'a Sender<()>,
    next: u64,
    has_permit: bool,
}

/// Nobody takes results any more: the feeder may stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

impl<J, N, R> Feeder<'_, J, N, R> {
    /// Waits until one more job may be in memory. To be called before the job is read.
    ///
    /// # Errors
    /// [`Closed`] if nobody takes results any more.
    pub fn wait(&mut self) -> Result<(), Closed> {
        if !self.has_permit {
            self.permits.send(()).map_err(|_| Closed)?;
            self.has_permit = true;
        }
        Ok(())
    }

    /// Gives a job to the workers, with the permit of [`Self::wait`] if there is one.
    ///
    /// # Errors
    /// [`Closed`] if nobody takes results any more.
    pub fn job(&mut self, job: J) -> Result<(), Closed> {
        self.wait()?;
        self.has_permit = false;
        let number = self.number();
        self.jobs.send((number, job)).map_err(|_| Closed)
    }

    /// Puts a note between the results of the jobs before and behind it.
    ///
    /// # Errors
    /// [`Closed`] if nobody takes results any more.
    pub fn note(&mut self, note: N) -> Result<(), Closed> {
        let number = self.number();
        let output = (number, Output::Note(note));
        self.outputs.send(output).map_err(|_| Closed)
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next - 1
    }
}

/// The end of the pipeline where results come out.
pub struct Outputs<N, R> {
    receiver: Receiver<(u64, Output<N, R>)>,
    permits: Receiver<()>,
    /// Results that came before their turn.
    early: BTreeMap<u64, Output<N, R>>,
    next: u64,
}

impl<N, R> Iterator for Outputs<N, R> {
    type Item = Output<N, R>;

    /// Waits for the next output; `None` when there are no more.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(output) = self.early.remove(&self.next) {
                self.next += 1;
                if !matches!(output, Output::Note(_)) {
                    let _ = self.permits.try_recv();
                }
                return Some(output);
            }
            let (number, output) = self.receiver.recv().ok()?;
            self.early.insert(number, output);
        }
    }
}

/// Runs a pipeline of so many workers, at least one. `feed` runs on a thread of its own; `work` runs on the workers,
/// each with a state made by `state`, which is made anew after a panic; `take` runs on this thread. When `take` returns
/// before the end, the rest is given up.
pub fn run<J: Send, N: Send, R: Send, S, T>(
    workers: usize,
    feed: impl FnOnce(&mut Feeder<'_, J, N, R>) + Send,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, J) -> R + Sync,
    take: impl FnOnce(&mut Outputs<N, R>) -> T,
) -> T {
    let workers = workers.max(1);
    let (send_job, take_job) = bounded(workers);
    let (send_output, receiver) = unbounded();
    let (send_permit, permits) = bounded(workers * JOBS_PER_WORKER + 1);
    let (state, work) = (&state, &work);
    thread::scope(|scope| {
        for _ in 0..workers {
            let (take_job, send_output) = (take_job.clone(), send_output.clone());
            scope.spawn(move || {
                let mut own = state();
                for (number, job) in take_job {
                    let result = catch_unwind(AssertUnwindSafe(|| work(&mut own, job)));
                    let output = result.map_or_else(
                        |_| {
                            own = state();
                            Output::Panicked
                        },
                        Output::Done,
                    );
                    if send_output.send((number, output)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(take_job);
        scope.spawn(move || {
            feed(&mut Feeder {
                jobs: &send_job,
                outputs: &send_output,
                permits: &send_permit,
                next: 0,
                has_permit: false,
            });
        });
        // When this is dropped, the others find their channels closed and end.
        take(&mut Outputs {
            receiver,
            permits,
            early: BTreeMap::new(),
            next: 0,
        })
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_and_notes_come_in_the_order_of_the_jobs() {
        for workers in [0, 1, 2, 7] {
            let told = run(
                workers,
                |feeder| {
                    for number in 0..200_u64 {
                        feeder.job(number).unwrap();
                        if number % 50 == 0 {
                            feeder.note(number).unwrap();
                        }
                    }
                },
                || (),
                |(), number| {
                    thread::sleep(Duration::from_micros(number * 37 % 101));
                    number
                },
                |outputs| {
                    let text = outputs.map(|output| match output {
                        Output::Note(number) => format!("note {number}"),
                        Output::Done(number) => number.to_string(),
                        Output::Panicked => "panicked".to_owned(),
                    });
                    text.collect::<Vec<_>>()
                },
            );
            let wanted: Vec<String> = (0..200_u64)
                .flat_map(|n| {
                    let note = (n % 50 == 0).then(|| format!("note {n}"));
                    std::iter::once(n.to_string()).chain(note)
                })
                .collect();
            assert_eq!(told, wanted, "{workers}");
        }
    }

    #[test]
    fn few_jobs_are_in_memory() {
        let (alive, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let workers = 3;
        run(
            workers,
            |feeder| {
                for number in 0..100 {
                    feeder.wait().unwrap();
                    most.fetch_max(alive.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    feeder.job(number).unwrap();
                }
                feeder.note(()).unwrap();
            },
            || (),
            |(), number: usize| number,
            |outputs| {
                for output in outputs {
                    thread::sleep(Duration::from_micros(50));
                    if !matches!(output, Output::Note(())) {
                        alive.fetch_sub(1, Ordering::SeqCst);
                    }
                }
            },
        );
        assert!(most.load(Ordering::SeqCst) <= workers * JOBS_PER_WORKER + 2);
    }

    #[test]
    fn a_panic_costs_one_job_and_the_state_of_its_worker() {
        let outputs: Vec<Option<usize>> = run(
            1,
            |feeder: &mut Feeder<'_, usize, (), usize>| {
                for number in 0..5 {
                    let _ = feeder.job(number);
                }
            },
            || 0,
            |seen, number| {
                assert!(number != 2, "a test of panics");
                *seen += 1;
                *seen
            },
            |outputs| {
                let results = outputs.map(|output| match output {
                    Output::Done(seen) => Some(seen),
                    Output::Note(()) | Output::Panicked => None,
                });
                results.collect()
            },
        );
        assert_eq!(outputs, [Some(1), Some(2), None, Some(1), Some(2)]);
    }

    #[test]
    fn the_feeder_learns_that_nobody_takes_any_more() {
        let fed = AtomicUsize::new(0);
        let first = run(
            2,
            |feeder: &mut Feeder<'_, usize, (), usize>| {
                while feeder.job(fed.load(Ordering::SeqCst)).is_ok() {
                    fed.fetch_add(1, Ordering::SeqCst);
                }
            },
            || (),
            |(), number| number,
            |outputs| outputs.next().is_some(),
        );
        assert!(first);
        assert!(fed.load(Ordering::SeqCst) < 100);
    }
}
