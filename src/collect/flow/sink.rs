//! Takes the redacted blocks in order: into the spool, into the manifest, into the findings.
use std::collections::BTreeMap;
use std::path::Path;

use super::har_losses::har_cuts;
use super::pipeline::{Ended, Message, Ordered, Trouble, secrets};
use crate::bundle::deflate::{Packed, Packer};
use crate::bundle::line_index::Marks;
use crate::bundle::manifest::{Cut, Entry, Status};
use crate::bundle::spool::Spool;
use crate::collect::plan::selection::Planned;
use crate::collect::release::candidate::random_key;
use crate::collect::request::Request;
use crate::collect::run::{CollectError, add_rules};
use crate::diagnose::{Clock, Observations};
use crate::redact::{Clean, Learned, Names, Redactor, Residue, Tally};
use crate::sources::files::regular_file::ReadOutcome;
use crate::text::{Encoding, TextError};
use crate::verify::Known;

/// More secrets are not learned. They are known to the verifier all the same, and mended where it finds them.
const MOST_LEARNED: usize = 1 << 16;

/// What the run has made so far: the spool, and what is known of its entries.
pub(in crate::collect) struct Sink<'a> {
    spool: Spool,
    ledger: Ledger,
    redactor: &'a Redactor,
    stem: &'a str,
    limit: u64,
}

/// What is known of the entries and of the secrets in them.
pub(in crate::collect) struct Ledger {
    pub(in crate::collect) places: BTreeMap<String, (usize, usize)>,
    pub(in crate::collect) entries: Vec<Entry>,
    pub(in crate::collect) observations: Observations,
    pub(in crate::collect) known: Known,
    pub(in crate::collect) learned: Learned,
    pub(in crate::collect) names: Names,
    pub(in crate::collect) marks: BTreeMap<String, Marks>,
    /// What looks random and was kept, by entry.
    pub(in crate::collect) residues: BTreeMap<String, Residue>,
    full: bool,
    packer: Packer,
}

/// One item on its way into the spool.
#[derive(Default)]
struct Intake {
    tally: Tally,
    residue: Residue,
    marks: Marks,
    lines: u64,
    broken: bool,
    /// Lines and bytes that came after the size limit was reached.
    over: (u64, u64),
    ended: Option<Box<Ended>>,
    blocks: usize,
}

impl<'a> Sink<'a> {
    pub(in crate::collect) fn new(
        folder: &Path,
        stem: &'a str,
        request: &Request,
        redactor: &'a Redactor,
    ) -> Result<Self, CollectError> {
        let (mut known, mut learned) = (Known::new(*random_key()?), Learned::holding(MOST_LEARNED));
        // Words of the person's own rules are known from the start, wherever they stand.
        for word in redactor.user_words() {
            known.insert_word(word.value());
            learned.insert_told(&word);
        }
        let ledger = Ledger {
            places: BTreeMap::new(),
            entries: Vec::new(),
            observations: Observations::default(),
            known,
            learned,
            names: Names::default(),
            marks: BTreeMap::new(),
            residues: BTreeMap::new(),
            full: false,
            packer: Packer::new(request.deflate),
        };
        Ok(Self {
            spool: Spool::new(folder)?,
            ledger,
            redactor,
            stem,
            limit: request.evidence_size(),
        })
    }

    pub(in crate::collect) fn into_parts(self) -> (Spool, Ledger) {
        (self.spool, self.ledger)
    }

    /// Tells the clock that the lines of an entry were written by.
    pub(in crate::collect) fn clock(&mut self, entry: &str, clock: Clock) {
        self.ledger.observations.clock(entry, clock);
    }

    /// Deflated bytes so far.
    pub(in crate::collect) fn written(&self) -> u64 {
        self.spool.written()
    }

    /// Writes everything that comes, and an entry for what is not read at all.
    pub(in crate::collect) fn write(
        &mut self,
        messages: &mut Ordered,
        items: &[Planned],
    ) -> Result<(), CollectError> {
        for planned in items {
            if !planned.is_read() {
                self.ledger.entries.push(planned.record.clone());
                continue;
            }
            match messages.next() {
                Some(Message::Start) => self.item(messages, planned)?,
                // The reader is gone: the run was stopped.
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    fn item(&mut self, messages: &mut Ordered, planned: &Planned) -> Result<(), CollectError> {
        let mut intake = Intake::default();
        let Self {
            spool,
            ledger,
            limit,
            ..
        } = self;
        // An item that gives no block gets no entry, so the first block decides.
        let mut first = ledger.pull(messages, planned, &mut intake, spool.written(), *limit);
        let mut facts = None;
        if first.is_some() || intake.is_empty_file() {
            let name = format!("{}/{}", self.stem, planned.entry);
            facts = Some(spool.entry(&name, |written| match first.take() {
                Some(packed) => Ok::<_, CollectError>(Some(packed)),
                None => Ok(ledger.pull(messages, planned, &mut intake, written, *limit)),
            })?);
        }
        let ended = intake.ended.take().unwrap_or_default();
        let mut record = self.record(planned, &intake, &ended);
        let usable = !matches!(
            record.status,
            Status::Failed | Status::Withheld | Status::Skipped
        );
        if let (Some(facts), true) = (facts, usable) {
            record.entry = Some(planned.entry.clone());
            record.bytes = Some(facts.bytes);
            record.lines = Some(intake.lines);
            record.sha256 = Some(facts.sha256);
            add_rules(&mut record, &intake.tally, self.redactor);
            let ledger = &mut self.ledger;
            ledger
                .places
                .insert(planned.entry.clone(), (0, facts.number));
            ledger.marks.insert(planned.entry.clone(), intake.marks);
            if !intake.residue.is_empty() {
                ledger
                    .residues
                    .insert(planned.entry.clone(), intake.residue);
            }
        } else {
            self.ledger.observations.forget(&planned.entry);
        }
        self.ledger.entries.push(record);
        Ok(())
    }

    /// The manifest entry of an item that was read.
    fn record(&self, planned: &Planned, intake: &Intake, ended: &Ended) -> Entry {
        let mut record = planned.record.clone();
        record.bytes_before = Some(ended.reading.bytes);
        record.compression = ended.reading.compression.map(Clean::fixed);
        record.encoding = ended
            .reading
            .encoding
            .map(|e| Clean::fixed(encoding_name(e)));
        let wanted = chosen_cuts(planned, ended);
        let unwanted = forced_cuts(intake, ended);
        if !unwanted.is_empty() {
            record.status = Status::Partial;
        }
        record.cuts = [wanted, unwanted].concat();
        if let Some(ReadOutcome::Grew { more }) = ended.reading.changed {
            record.cuts.push(cut(
                "changed",
                None,
                Some(more),
                "the file grew while it was read; what came later was left out",
            ));
        }
        self.trouble(&mut record, intake, ended);
        record
    }

    /// What stopped the reading, as status, reason and remedy.
    fn trouble(&self, record: &mut Entry, intake: &Intake, ended: &Ended) {
        let mut set = |status: Status, reason: Clean, remedy: Clean| {
            record.status = status;
            record.reason = Some(reason);
            record.remedy = Some(remedy);
        };
        if intake.broken || matches!(ended.trouble, Some(Trouble::Panic)) {
            set(
                Status::Withheld,
                "a part of it could not be redacted".into(),
                "please report this; send the file by hand after cleaning it".into(),
            );
            return;
        }
        match &ended.trouble {
            Some(Trouble::Skip { reason }) => set(
                Status::Skipped,
                Clean::fixed(reason),
                "nothing to do".into(),
            ),
            Some(Trouble::Open { reason, remedy }) => set(
                Status::Failed,
                self.redactor.clean(reason),
                self.redactor.clean(remedy),
            ),
            Some(Trouble::Text(error)) => {
                let read_some = intake.blocks > 0;
                let status = match error {
                    TextError::Binary { .. }
                    | TextError::Bomb { .. }
                    | TextError::Memory { .. }
                        if !read_some =>
                    {
                        Status::Withheld
                    }
                    _ if read_some => Status::Partial,
                    _ => Status::Failed,
                };
                set(
                    status,
                    self.redactor.clean(&error.to_string()),
                    error.remedy().into(),
                );
            }
            Some(Trouble::Panic) | None => {
                if intake.blocks == 0 && ended.unread == Some("deadline") {
                    set(
                        Status::Failed,
                        "the time of --deadline was up before it was read".into(),
                        "give more time with --deadline, or fewer logs with --since".into(),
                    );
                } else if intake.blocks > 0 && intake.lines == 0 && intake.over.1 > 0 {
                    set(
                        Status::Skipped,
                        "older than what fits into --max-size; raise it to have this too".into(),
                        "raise --max-size".into(),
                    );
                }
            }
        }
    }
}

fn cut(why: &'static str, lines: Option<u64>, bytes: Option<u64>, note: &'static str) -> Cut {
    Cut {
        why: Clean::fixed(why),
        lines,
        items: None,
        bytes,
        note: Clean::fixed(note),
    }
}

/// What the request left out of an item.
fn chosen_cuts(planned: &Planned, ended: &Ended) -> Vec<Cut> {
    let mut cuts = Vec::new();
    for (why, lines, bytes) in ended
        .reading
        .dropped
        .iter()
        .filter(|(why, ..)| *why != "max-size")
    {
        let note = match *why {
            "window" => "lines outside the time window were left out",
            _ => "lines of other programs were left out",
        };
        cuts.push(cut(why, Some(*lines), Some(*bytes), note));
    }
    if planned.skip > 0 {
        cuts.push(cut(
            "max-size",
            None,
            Some(planned.skip),
            "the oldest part was left out to stay below --max-size",
        ));
    }
    if ended.reading.garbage {
        cuts.push(cut(
            "damaged",
            None,
            None,
            "bytes after the end of the compressed data were left out",
        ));
    }
    cuts.extend(har_cuts(ended.held_in_har, ended.reading.attached, true));
    cuts
}

/// What had to be left out of an item against the wish of the request.
fn forced_cuts(intake: &Intake, ended: &Ended) -> Vec<Cut> {
    let mut cuts = Vec::new();
    if ended.held.0 > 0 {
        cuts.push(cut(
            "long-line",
            Some(ended.held.0),
            Some(ended.held.1),
            "lines longer than 4 MiB were withheld",
        ));
    }
    cuts.extend(har_cuts(ended.held_in_har, ended.reading.attached, false));
    if intake.over.1 > 0 {
        let note = "what came after --max-size was reached was left out";
        cuts.push(cut(
            "max-size",
            Some(intake.over.0),
            Some(intake.over.1),
            note,
        ));
    }
    if let Some(ReadOutcome::Shorter { missing }) = ended.reading.changed {
        cuts.push(cut(
            "changed",
            None,
            Some(missing),
            "the file was cut while it was read",
        ));
    }
    if ended.unread == Some("deadline") && intake.blocks > 0 {
        cuts.push(cut(
            "deadline",
            None,
            None,
            "the time of --deadline was up before its end",
        ));
    }
    cuts
}

impl Intake {
    /// True for an item that was read whole and has nothing in it.
    fn is_empty_file(&self) -> bool {
        let whole = self
            .ended
            .as_ref()
            .is_some_and(|e| e.trouble.is_none() && e.unread.is_none());
        self.blocks == 0 && !self.broken && whole
    }
}

impl Ledger {
    /// The next block of the item, or `None` at its end.
    fn pull(
        &mut self,
        messages: &mut Ordered,
        planned: &Planned,
        intake: &mut Intake,
        written: u64,
        limit: u64,
    ) -> Option<Packed> {
        while intake.ended.is_none() {
            match messages.next() {
                None => {
                    intake.ended = Some(Box::new(Ended {
                        unread: Some("interrupted"),
                        ..Ended::default()
                    }))
                }
                Some(Message::End(ended)) => intake.ended = Some(ended),
                Some(Message::Broken) => intake.broken = true,
                Some(Message::Nothing | Message::Start) => {}
                Some(Message::Block(mut done)) => {
                    intake.blocks += 1;
                    for secret in secrets(&mut done) {
                        self.known.insert(secret.value());
                        self.learned.insert(&secret);
                    }
                    for name in done.tally.take_names() {
                        let value = zeroize::Zeroizing::new(name.value().to_owned());
                        if self.names.insert(name) {
                            self.known.insert_name(value.as_bytes());
                        }
                    }
                    let room = if self.full {
                        0
                    } else {
                        limit.saturating_sub(written)
                    };
                    let (mut packed, mut lines) = (done.packed, done.lines);
                    if packed.deflated_len() as u64 > room {
                        self.full = true;
                        let (all, whole) = (
                            packed.plain_len() as u64,
                            usize::try_from(room).unwrap_or(0),
                        );
                        let head = (done.encoding == Encoding::Bytes)
                            .then(|| packed.shortened(whole, &mut self.packer))
                            .flatten();
                        let Some((head, cut_lines, cut_bytes)) = head else {
                            intake.over.0 += lines;
                            intake.over.1 += all;
                            continue;
                        };
                        intake.over.0 += cut_lines;
                        intake.over.1 += cut_bytes;
                        lines = lines.saturating_sub(cut_lines);
                        done.observations
                            .retain(|o| o.line < intake.lines + lines + 1);
                        done.exchanges.retain(|e| e.line < intake.lines + lines + 1);
                        done.answers.retain(|a| a.line < intake.lines + lines + 1);
                        done.residue.cut_behind(intake.lines + lines);
                        packed = head;
                    }
                    intake.tally.add_counts(&done.tally);
                    intake.residue.add(&done.residue);
                    intake.marks.add(intake.lines, written);
                    intake.lines += lines;
                    self.observations.add(&planned.entry, done.observations);
                    self.observations.add_har(&planned.entry, done.exchanges);
                    self.observations.add_api(&planned.entry, done.answers);
                    return Some(packed);
                }
            }
        }
        None
    }
}

fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Bytes => "bytes",
        Encoding::Utf8Bom => "UTF-8 with byte order mark",
        Encoding::Utf16Le { .. } => "UTF-16 little-endian",
        Encoding::Utf16Be { .. } => "UTF-16 big-endian",
    }
}
