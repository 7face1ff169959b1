//! The manifest entry of an item that was read: its status, and what was left out of it.
use super::har_losses::har_cuts;
use super::pipeline::{Ended, Trouble};
use crate::bundle::manifest::{Cut, Entry, Status};
use crate::collect::plan::selection::Planned;
use crate::redact::{Clean, Redactor};
use crate::sources::files::regular_file::ReadOutcome;
use crate::text::{Encoding, TextError};

/// What of an item came into the spool.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Amount {
    pub(super) blocks: usize,
    pub(super) lines: u64,
    /// Lines and bytes that came after the size limit was reached.
    pub(super) over_limit: (u64, u64),
    /// A block could not be redacted.
    pub(super) broken: bool,
}

/// The manifest entry of an item that was read.
pub(super) fn record(
    planned: &Planned,
    amount: Amount,
    ended: &Ended,
    redactor: &Redactor,
) -> Entry {
    let mut record = planned.record.clone();
    record.format = ended.reading.kind;
    record.bytes_before = Some(ended.reading.bytes);
    record.compression = ended.reading.compression.map(Clean::fixed);
    record.encoding = ended
        .reading
        .encoding
        .map(|e| Clean::fixed(encoding_name(e)));
    let wanted = chosen_cuts(ended);
    let unwanted = forced_cuts(amount, ended);
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
    if let Some((status, reason, remedy)) = failure(amount, ended, redactor) {
        record.status = status;
        record.reason = Some(reason);
        record.remedy = Some(remedy);
    }
    record
}

/// What stopped the reading: status, reason and remedy.
fn failure(amount: Amount, ended: &Ended, redactor: &Redactor) -> Option<(Status, Clean, Clean)> {
    if amount.broken || matches!(ended.trouble, Some(Trouble::Panic)) {
        return Some((
            Status::Withheld,
            "a part of it could not be redacted".into(),
            "please report this; send the file by hand after cleaning it".into(),
        ));
    }
    let read_some = amount.blocks > 0;
    match &ended.trouble {
        Some(Trouble::Skip { reason }) => Some((
            Status::Skipped,
            Clean::fixed(reason),
            "nothing to do".into(),
        )),
        Some(Trouble::Open { reason, remedy }) => Some((
            Status::Failed,
            redactor.clean(reason),
            redactor.clean(remedy),
        )),
        Some(Trouble::Text(error)) => {
            let status = match error {
                _ if read_some => Status::Partial,
                TextError::Binary { .. } | TextError::Bomb { .. } | TextError::Memory { .. } => {
                    Status::Withheld
                }
                _ => Status::Failed,
            };
            Some((
                status,
                redactor.clean(&error.to_string()),
                error.remedy().into(),
            ))
        }
        _ if !read_some && ended.unread == Some("deadline") => Some((
            Status::Failed,
            "the time of --deadline was up before it was read".into(),
            "give more time with --deadline, or fewer logs with --since".into(),
        )),
        _ if read_some && amount.lines == 0 && amount.over_limit.1 > 0 => Some((
            Status::Skipped,
            "older than what fits into --max-size; raise it to have this too".into(),
            "raise --max-size".into(),
        )),
        _ => None,
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
fn chosen_cuts(ended: &Ended) -> Vec<Cut> {
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
    if ended.reading.skipped > 0 {
        cuts.push(cut(
            "max-size",
            None,
            Some(ended.reading.skipped),
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

/// What was left out of an item although the request asked for it.
fn forced_cuts(amount: Amount, ended: &Ended) -> Vec<Cut> {
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
    if amount.over_limit.1 > 0 {
        let note = "what came after --max-size was reached was left out";
        cuts.push(cut(
            "max-size",
            Some(amount.over_limit.0),
            Some(amount.over_limit.1),
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
    if ended.unread == Some("deadline") && amount.blocks > 0 {
        cuts.push(cut(
            "deadline",
            None,
            None,
            "the time of --deadline was up before its end",
        ));
    }
    cuts
}

fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Bytes => "bytes",
        Encoding::Utf8Bom => "UTF-8 with byte order mark",
        Encoding::Utf16Le { .. } => "UTF-16 little-endian",
        Encoding::Utf16Be { .. } => "UTF-16 big-endian",
    }
}
