//! What named evidence tells, without a bundle: redacted as a run does it, observed, and let go. Everything is
//! read twice: what the end of the evidence tells to be secret is cut from its beginning too.
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::item_reader::LIMITS;
use crate::diagnose::{Clock, Diagnosis, Findings, observe, observe_api, observe_har};
use crate::redact::{Dialect, Learned, Names, Redacted, Redactor, Surroundings, Tables, Tally};
use crate::sources::inputs::{Input, Unread};
use crate::sources::item::ItemKind;
use crate::text::{Block, BlockReader, CutAt, Decoded, TextError, looks_like_har};

/// Bytes of a text that tell whether it is a trace.
const LOOK: u64 = 64 * 1024;

/// What was told.
#[derive(Debug)]
pub struct Diagnosed {
    /// What the evidence tells.
    pub diagnosis: Diagnosis,
    /// How many texts were read.
    pub read: usize,
    /// What could not be read, or not to its end. Names may be raw.
    pub unread: Vec<Unread>,
}

/// Reads evidence and tells what went wrong. `zone` is that of the hosts whose logs name none.
#[must_use]
pub fn diagnose(inputs: &[Input], redactor: &mut Redactor, zone: Option<&TimeZone>) -> Diagnosed {
    let (mut learned, mut names) = (Learned::default(), Names::default());
    for input in inputs {
        // What cannot be read is told by the second reading.
        let _ = each_block(input, redactor, &mut |_, _, _, tally| {
            for secret in tally.take_secrets() {
                learned.insert(&secret);
            }
            for name in tally.take_names() {
                names.insert(name);
            }
        });
    }
    redactor.learn(learned);
    redactor.learn_names(&names);
    let mut findings = Findings::default();
    let (mut read, mut unread) = (0, Vec::new());
    for input in inputs {
        let entry = redactor.clean(&input.name).as_str().to_owned();
        findings.clock(&entry, clock(input, zone));
        let done = each_block(input, redactor, &mut |block, clean, kind, _| match kind {
            ItemKind::Har => {
                let facts = observe_har(clean, &block.context, block.first_line);
                findings.add_har(&entry, facts);
            }
            ItemKind::Api if block.number == 0 => {
                findings.add_api(&entry, observe_api(&entry, clean));
            }
            ItemKind::Api => {}
            _ => findings.add(&entry, observe(clean, block.first_line)),
        });
        match done {
            Ok(()) => read += 1,
            Err(trouble) => {
                read += usize::from(trouble.begun);
                unread.push(trouble.told);
            }
        }
    }
    Diagnosed {
        diagnosis: findings.finish(),
        read,
        unread,
    }
}

/// The clock of an input: the year of lines that name none is told by when it was last written.
fn clock(input: &Input, zone: Option<&TimeZone>) -> Clock {
    let told = input
        .zone
        .as_ref()
        .and_then(|name| TimeZone::get(name).ok());
    let zone = zone.cloned().or(told);
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

/// Why an input was not read to its end.
struct Trouble {
    told: Unread,
    /// Something of it was read.
    begun: bool,
}

fn each_block(
    input: &Input,
    redactor: &Redactor,
    each: &mut dyn FnMut(&Block, &Redacted, ItemKind, &mut Tally),
) -> Result<(), Trouble> {
    let read = input.open(|text| blocks(input, text, redactor, each));
    read.unwrap_or_else(|told| Err(Trouble { told, begun: false }))
}

fn blocks(
    input: &Input,
    text: Box<dyn Read + '_>,
    redactor: &Redactor,
    each: &mut dyn FnMut(&Block, &Redacted, ItemKind, &mut Tally),
) -> Result<(), Trouble> {
    let mut begun = false;
    let told = |reason: &str, remedy: &str, begun: bool| Trouble {
        told: Unread::new(&input.name, reason, remedy),
        begun,
    };
    let of_text = |error: &TextError, begun| told(&error.to_string(), error.remedy(), begun);
    let mut text = Decoded::open(text).map_err(|e| of_text(&e, false))?;
    let mut head = Vec::new();
    match text.by_ref().take(LOOK).read_to_end(&mut head) {
        Err(error) if head.is_empty() => {
            return Err(of_text(&TextError::from_io(&error), false));
        }
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
    let mut buffer = Vec::new();
    loop {
        let block = match reader.next(buffer) {
            Ok(Some(block)) => block,
            Ok(None) => return Ok(()),
            Err(error) => return Err(of_text(&error, begun)),
        };
        let mut tally = Tally::default();
        let clean = catch_unwind(AssertUnwindSafe(|| {
            let rows = tables.rows(redactor, &block.bytes);
            let around = Surroundings::of(&block, rows.as_ref());
            redactor.piece(&block.bytes, around, Dialect::Log, &mut tally)
        }));
        let Ok(clean) = clean else {
            let remedy = "Please report this; the rest of the evidence was read.";
            return Err(told("A part of it could not be redacted.", remedy, begun));
        };
        each(&block, &clean, kind, &mut tally);
        begun = true;
        buffer = block.bytes;
    }
}

/// What a text is, by its name and its beginning.
fn kind(input: &Input, head: &[u8]) -> ItemKind {
    let end = input.name.rsplit('.').next().unwrap_or_default();
    if looks_like_har(head) || end.eq_ignore_ascii_case("har") {
        ItemKind::Har
    } else if input.is_answer() {
        ItemKind::Api
    } else {
        ItemKind::Log
    }
}
