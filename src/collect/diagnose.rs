//! Diagnosis of given files without a bundle. They are redacted as in a run, observed, and not stored. Everything is read
//! twice: a secret that is learned at the end of the evidence is cut at its beginning too.
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::flow::facts::Facts;
use super::flow::reading::{Reading, Told};
use crate::diagnose::{Clock, Diagnosis, Observations, conclude};
use crate::redact::{Lessons, Redactor};
use crate::sources::inputs::{Input, Unread};

/// The result of a diagnosis.
#[derive(Debug)]
pub struct Diagnosed {
    /// The diagnosis of the evidence.
    pub diagnosis: Diagnosis,
    /// How many texts were read.
    pub read: usize,
    /// What could not be read, or not to its end. Names may be raw.
    pub unread: Vec<Unread>,
}

/// Reads evidence on some threads and tells what went wrong. `zone` is that of the hosts whose logs name none.
#[must_use]
pub fn diagnose(
    inputs: &[Input],
    redactor: &mut Redactor,
    zone: Option<&TimeZone>,
    jobs: usize,
) -> Diagnosed {
    let mut lessons = Lessons::default();
    let reading = Reading {
        inputs,
        redactor,
        jobs,
    };
    // What cannot be read is reported by the second reading.
    reading.run(
        |_, tally| std::mem::take(tally),
        |told| {
            if let Told::Part(_, mut tally) = told {
                lessons.add(&mut tally);
            }
        },
    );
    lessons.teach(redactor);
    let mut observations = Observations::default();
    let clean = |input: &Input| redactor.clean(&input.name).as_str().to_owned();
    let entries: Vec<String> = inputs.iter().map(clean).collect();
    for (input, entry) in inputs.iter().zip(&entries) {
        observations.clock(entry, clock(input, zone));
    }
    let entry = |number: usize| entries.get(number).map_or("", String::as_str);
    let (mut read, mut unread) = (0, Vec::new());
    let mut begun = None;
    let reading = Reading {
        inputs,
        redactor,
        jobs,
    };
    reading.run(
        |seen, _| Facts::of(seen.part, seen.clean, entry(seen.input)),
        |told| match told {
            Told::Part(number, facts) => {
                begun = Some(number);
                facts.add_to(&mut observations, entry(number));
            }
            Told::End(number, how) => {
                read += usize::from(how.is_ok() || begun == Some(number));
                unread.extend(how.err());
            }
        },
    );
    Diagnosed {
        diagnosis: conclude(observations),
        read,
        unread,
    }
}

/// The clock of an input: the year of lines that name none is told by when it was last written.
fn clock(input: &Input, zone: Option<&TimeZone>) -> Clock {
    let named = input
        .zone
        .as_ref()
        .and_then(|name| TimeZone::get(name).ok());
    let zone = zone.cloned().or(named);
    let written = input.modified.and_then(|at| Timestamp::try_from(at).ok());
    let local = |at: Timestamp| {
        let zone = zone.clone().unwrap_or(TimeZone::UTC);
        Zoned::new(at, zone).datetime()
    };
    Clock {
        newest: Some(local(written.unwrap_or_else(Timestamp::now))),
        zone,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use super::*;
    use crate::pseudonym::{Key, Pseudonyms};
    use crate::redact::{Level, Rules};
    use crate::sources::inputs::list;

    #[expect(clippy::disallowed_methods, reason = "the test makes its files")]
    fn evidence(folder: &std::path::Path) {
        let failed = include_str!(
            "../../tests/samples/s05-peer-bearer-token-expired/client/aspera-scp-transfer.log"
        );
        for number in 0..5 {
            // More than one block, with a password that is learned from the last lines only.
            let filler = format!(
                "2026-11-21 20:20:15.680 [74{number}-80299740] LOG x hunter2-Maple{number}\n"
            );
            let text = format!(
                "{}{failed}password=hunter2-Maple{number}\n",
                filler.repeat(30_000)
            );
            fs::write(folder.join(format!("{number}.log")), text).unwrap();
        }
        fs::write(folder.join("broken.zip"), b"PK\x05\x06").unwrap();
        fs::write(folder.join("empty.log"), b"").unwrap();
    }

    #[test]
    fn the_number_of_threads_does_not_change_the_result() {
        let folder = tempfile::tempdir().unwrap();
        evidence(folder.path());
        let (inputs, _) = list(&[folder.path().to_path_buf()]);
        let result = |jobs| {
            let rules = Arc::new(Rules::builtin().unwrap());
            let names = Pseudonyms::new(&Key::new([3; 32]));
            let mut redactor = Redactor::new(rules, names, Level::Standard);
            let result = diagnose(&inputs, &mut redactor, Some(&TimeZone::UTC), jobs);
            let text = result.diagnosis.json().to_string();
            (
                text,
                result.diagnosis.timeline(),
                result.read,
                result.unread,
            )
        };
        let one = result(1);
        assert!(one.0.contains("token-expired") && !one.0.contains("hunter2"));
        assert_eq!((one.2, one.3.len()), (6, 1));
        for jobs in [0, 2, 7] {
            assert_eq!(result(jobs), one, "{jobs}");
        }
    }
}
