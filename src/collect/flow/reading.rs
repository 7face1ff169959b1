//! Named evidence read and redacted on several threads, and handed over in the order in which it was named, so that
//! the number of threads changes nothing of what is found.
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::item_reader::LIMITS;
use crate::parallel;
use crate::parallel::{Closed, Feeder, Output, Outputs};
use crate::redact::{Document, FileKind, Part, Redacted, Redactor, Tally, identify};
use crate::sources::inputs::{Input, Unread};
use crate::text::{Decoded, TextError};

/// A part of an input and its redacted text, as a worker sees it.
pub(in crate::collect) struct Seen<'a> {
    /// Number of the input.
    pub(in crate::collect) input: usize,
    pub(in crate::collect) part: &'a Part,
    pub(in crate::collect) clean: &'a Redacted,
}

/// What comes out, in order.
pub(in crate::collect) enum Told<T> {
    /// What the work made of a part.
    Part(usize, T),
    /// An input is over; says why it was not read to its end.
    End(usize, Result<(), Unread>),
}

/// One reading of all inputs.
pub(in crate::collect) struct Reading<'a> {
    pub(in crate::collect) inputs: &'a [Input],
    pub(in crate::collect) redactor: &'a Redactor,
    pub(in crate::collect) jobs: usize,
}

/// The end of the input of this number.
type End = (usize, Result<(), Unread>);

type Job = (usize, Part);

impl Reading<'_> {
    /// `work` runs on all threads, `take` on this one.
    pub(in crate::collect) fn run<T: Send>(
        &self,
        work: impl Fn(&Seen<'_>, &mut Tally) -> T + Sync,
        take: impl FnMut(Told<T>),
    ) {
        parallel::run(
            self.jobs,
            |feeder| {
                // Everything is taken, so the other end is never closed before the last input.
                let _ = (0..self.inputs.len()).try_for_each(|number| self.read(number, feeder));
            },
            || (),
            |(), (input, part): Job| {
                let mut tally = Tally::default();
                let clean = part.redact(self.redactor, &mut tally);
                let seen = Seen {
                    input,
                    part: &part,
                    clean: &clean,
                };
                work(&seen, &mut tally)
            },
            |outputs| self.hand_over(outputs, take),
        );
    }

    /// Results in order; what follows a part that could not be worked on is left out.
    fn hand_over<T>(&self, outputs: &mut Outputs<End, T>, mut take: impl FnMut(Told<T>)) {
        let (mut input, mut broken) = (0, false);
        for output in outputs {
            match output {
                Output::Done(_) | Output::Panicked if broken => {}
                Output::Done(result) => take(Told::Part(input, result)),
                Output::Panicked => {
                    broken = true;
                    take(Told::End(input, Err(self.defect(input))));
                }
                Output::Note((number, how)) => {
                    if !std::mem::take(&mut broken) {
                        take(Told::End(number, how));
                    }
                    input = number + 1;
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

    /// Reads one input.
    fn read<T>(&self, number: usize, feeder: &mut Feeder<'_, Job, End, T>) -> Result<(), Closed> {
        let Some(input) = self.inputs.get(number) else {
            return Ok(());
        };
        feeder.wait()?;
        let read = input.open(|text| {
            catch_unwind(AssertUnwindSafe(|| self.parts(number, input, text, feeder)))
        });
        let how = match read {
            Ok(Ok(how)) => how?,
            Ok(Err(_)) => Err(self.defect(number)),
            Err(unread) => Err(unread),
        };
        feeder.note((number, how))
    }

    /// Gives the parts of a text to the workers.
    fn parts<T>(
        &self,
        number: usize,
        input: &Input,
        text: Box<dyn Read + '_>,
        feeder: &mut Feeder<'_, Job, End, T>,
    ) -> Result<Result<(), Unread>, Closed> {
        let of_text =
            |error: &TextError| Ok(Err(self.unread(number, &error.to_string(), error.remedy())));
        let known = input.is_answer().then_some(FileKind::Answer);
        let identified = Decoded::open(text).and_then(|text| identify(text, &input.name, known));
        let (kind, text) = match identified {
            Ok(identified) => identified,
            Err(error) => return of_text(&error),
        };
        let mut document = Document::new(text, kind, LIMITS);
        loop {
            match document.next(self.redactor, Vec::new()) {
                Ok(Some(part)) => feeder.job((number, part))?,
                Ok(None) => return Ok(Ok(())),
                Err(error) => return of_text(&error),
            }
            feeder.wait()?;
        }
    }
}
