//! HAR files as blocks: what stands before the entries, whole entries, what follows them.
//!
//! A [`HarCut`] is fed with text in chunks and gives out pieces. It holds at most about one entry or one
//! block. Long strings and what makes one entry endless are left out while they stream, so that the
//! rest stays JSON of the same shape.

use std::collections::VecDeque;

pub use super::outside::looks_like_har;
use crate::text::block::reader::{Held, Withheld};
use crate::text::decode::error::TextError;

/// What a stretch of a HAR file is. Within one file each list of entries gives its parts in this order;
/// a part may come in several blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HarPart {
    /// Everything up to the first entry, the bracket of the list included: `{"log":{…,"entries":[`. A
    /// block that goes on with a head begins with the comma before its first member.
    Head,
    /// Whole entries with the commas and blanks between them. A block that does not begin the list
    /// begins with the comma that stands before its first entry.
    Entries,
    /// What follows the last entry: `],"pages":[…]}}`. Its context is the list that it closes. Of a file
    /// that was cut off it is made here, so that all brackets are closed.
    Tail,
}

/// What stands in place of a string that was too long: a pseudonym in shape, with the length in bytes as
/// it was written, escapes included.
#[must_use]
pub fn withheld_note(bytes: u64) -> String {
    format!("~withheld.bodytoolarge.bytes-{bytes}~")
}

/// A table of the bytes that stand in `signs`.
const fn table(signs: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut rest = signs;
    while let [byte, tail @ ..] = rest {
        table[*byte as usize] = true;
        rest = tail;
    }
    table
}

/// How long things may be, in bytes.
#[derive(Clone, Copy, Debug)]
pub(in crate::text) struct HarLimits {
    /// Wanted size of a piece.
    pub(in crate::text) block: usize,
    /// Longest string that is kept.
    pub(in crate::text) string: usize,
    /// From here on an entry gets no further elements of lists.
    pub(in crate::text) entry: usize,
}

/// A piece of the text.
#[derive(Debug)]
pub(in crate::text) struct Piece {
    pub(in crate::text) part: HarPart,
    pub(in crate::text) bytes: Vec<u8>,
    pub(in crate::text) context: Vec<u8>,
    /// What was left out; the place in `bytes` stands where a line number belongs.
    pub(in crate::text) held: Vec<Held>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Before the first bracket.
    Before,
    /// In a head or a tail.
    Outside,
    /// In a list of entries.
    Entries,
    /// In an entry that became too long.
    LongEntry,
    /// Behind what is no HAR.
    Stopped,
}

/// Cuts the text of HAR files, whatever its chunks are.
#[derive(Debug)]
pub(in crate::text) struct HarCut {
    limits: HarLimits,
    mode: Mode,
    part: HarPart,
    /// Bytes of text before the chunk under way.
    taken: u64,
    pending: Vec<u8>,
    held: Vec<Held>,
    context: Vec<u8>,
    ready: VecDeque<Piece>,
    trouble: Option<TextError>,
    // Strings, in all modes.
    in_string: bool,
    escaped: bool,
    /// Where the string that is open begins in `pending`.
    string_at: usize,
    /// Bytes so far of an open string that is too long, without those that are kept.
    holding: Option<u64>,
    /// What closes the JSON that was kept of it.
    close: Vec<u8>,
    /// The rows of that JSON that follow.
    later: Option<Box<super::last_rows::LaterRows>>,
    outside: super::outside::Outside,
    entries: super::entries::Entries,
    long: super::long_entry::LongEntry,
}

impl HarCut {
    pub(in crate::text) fn new(limits: HarLimits) -> Self {
        // A string within one step of the quick scan is never looked at.
        let string = limits.string.max(crate::text::json::masks::STEP);
        Self {
            limits: HarLimits { string, ..limits },
            mode: Mode::Before,
            part: HarPart::Head,
            taken: 0,
            pending: Vec::new(),
            held: Vec::new(),
            context: Vec::new(),
            ready: VecDeque::new(),
            trouble: None,
            in_string: false,
            escaped: false,
            string_at: 0,
            holding: None,
            close: Vec::new(),
            later: None,
            outside: Default::default(),
            entries: Default::default(),
            long: Default::default(),
        }
    }

    /// Takes the next chunk of the text.
    pub(in crate::text) fn push(&mut self, chunk: &[u8]) {
        self.feed(chunk);
        self.taken += chunk.len() as u64;
    }

    fn feed(&mut self, chunk: &[u8]) {
        let mut at = 0;
        while at < chunk.len() {
            at = match self.mode {
                Mode::Before => self.before(chunk, at),
                Mode::Outside => self.outside(chunk, at),
                Mode::Entries => self.entries(chunk, at),
                Mode::LongEntry => self.long_entry(chunk, at),
                Mode::Stopped => return,
            };
        }
    }

    /// Tells that the text is at its end.
    pub(in crate::text) fn finish(&mut self) {
        match self.mode {
            Mode::Stopped => {}
            Mode::Before if self.taken == 0 => {
                self.trouble = Some(TextError::NotHar {
                    what: "an empty file",
                    offset: 0,
                });
            }
            Mode::Before => self.no_har(0),
            Mode::Outside if self.outside.open.is_empty() => {
                self.emit();
                if !self.outside.seen_entries {
                    self.trouble = Some(TextError::NotHar {
                        what: "JSON without a list of entries",
                        offset: self.taken,
                    });
                }
            }
            Mode::Outside => {
                let offset = self.taken;
                self.close(TextError::Torn {
                    offset,
                    entries: self.entries.count,
                });
            }
            Mode::Entries | Mode::LongEntry => {
                let whole = self.mode == Mode::Entries && self.at_whole_entry();
                let offset = if whole {
                    self.taken
                } else {
                    self.entries.begin
                };
                let entries = self.entries.count + u64::from(whole);
                self.close(TextError::Torn { offset, entries });
            }
        }
        self.mode = Mode::Stopped;
    }

    /// The next piece that is complete.
    pub(in crate::text) fn take(&mut self) -> Option<Piece> {
        self.ready.pop_front()
    }

    /// True if no piece is waiting.
    pub(in crate::text) fn is_drained(&self) -> bool {
        self.ready.is_empty()
    }

    /// Bytes of text taken so far.
    pub(in crate::text) fn taken(&self) -> u64 {
        self.taken
    }

    /// What was wrong with the text, once it has ended.
    pub(in crate::text) fn trouble(&self) -> Option<&TextError> {
        self.trouble.as_ref()
    }

    /// Gives out what is pending.
    fn emit(&mut self) {
        let end = self.pending.len();
        self.emit_to(end);
    }

    /// Gives out the first `end` bytes of what is pending.
    fn emit_to(&mut self, end: usize) {
        let rest = self.pending.split_off(end.min(self.pending.len()));
        let bytes = std::mem::replace(&mut self.pending, rest);
        let (now, mut later): (Vec<Held>, Vec<Held>) = std::mem::take(&mut self.held)
            .into_iter()
            .partition(|h| h.line <= end as u64);
        for held in &mut later {
            held.line -= end as u64;
        }
        self.held = later;
        let context = std::mem::replace(&mut self.context, self.outside.context());
        self.outside.safe = 0;
        if bytes.is_empty() {
            self.held.splice(0..0, now);
            return;
        }
        self.ready.push_back(Piece {
            part: self.part,
            bytes,
            context,
            held: now,
        });
    }

    fn hold(&mut self, bytes: u64, what: Withheld) {
        self.held.push(Held {
            line: self.pending.len() as u64,
            bytes,
            what,
        });
    }

    /// Goes on inside a string; gives the byte behind its closing quote, or the end of the chunk.
    fn string(&mut self, chunk: &[u8], at: usize) -> usize {
        let rest = chunk.get(at..).unwrap_or_default();
        let close = self.closing_quote(rest);
        let body = rest.get(..close.unwrap_or(rest.len())).unwrap_or_default();
        let so_far = (self.pending.len() - self.string_at.min(self.pending.len())) as u64;
        if self.long.is_dropping() {
            self.long.dropped += body.len() as u64 + u64::from(close.is_some());
        } else if let Some(held) = self.holding.as_mut() {
            *held += body.len() as u64;
            if let Some(later) = &mut self.later {
                later.push(body);
            }
        } else if so_far + body.len() as u64 > self.limits.string as u64 {
            self.pending.extend_from_slice(body);
            self.begin_holding();
        } else {
            self.pending.extend_from_slice(body);
        }
        if close.is_some() {
            self.in_string = false;
            if let Some(held) = self.holding.take() {
                let held = self.note_held(held);
                self.hold(held, Withheld::Value);
            }
            if !self.long.is_dropping() {
                self.pending.push(b'"');
            }
        }
        at + body.len() + usize::from(close.is_some())
    }

    /// The string that is open has become too long: what is still to come of it only counts. Of JSON the first rows
    /// stay, and some of those that follow.
    fn begin_holding(&mut self) {
        let content = self.pending.get(self.string_at..).unwrap_or_default();
        // The same bytes are looked at whatever the chunks are.
        let part = self.limits.string / 8;
        let most = (part * 5).saturating_sub(crate::text::json::masks::STEP);
        let rows = super::first_rows::rows(content, most);
        let room = super::last_rows::Room {
            rows: part,
            rest: part / 4,
        };
        self.later = rows.as_ref().map(|rows| {
            let mut later = super::last_rows::LaterRows::new(rows, room);
            later.push(content.get(rows.keep + 1..).unwrap_or_default());
            Box::new(later)
        });
        let rows = rows.unwrap_or_default();
        self.holding = Some((content.len() - rows.keep) as u64);
        self.pending.truncate(self.string_at + rows.keep);
        self.close = rows.close;
    }

    /// Says how much was left out of a string, between its first rows and its last; gives that number.
    fn note_held(&mut self, held: u64) -> u64 {
        let Some(later) = self.later.take() else {
            self.pending
                .extend_from_slice(withheld_note(held).as_bytes());
            return held;
        };
        let (rows, rest) = later.finish();
        let kept = rows.len() + rest.as_ref().map_or(0, Vec::len);
        let held = held.saturating_sub(kept as u64);
        self.pending
            .extend_from_slice(format!(",\\\"{}\\\"", withheld_note(held)).as_bytes());
        self.pending.extend_from_slice(&rows);
        let close = std::mem::take(&mut self.close);
        self.pending.extend(rest.unwrap_or(close));
        held
    }

    fn closing_quote(&mut self, rest: &[u8]) -> Option<usize> {
        let mut at = usize::from(std::mem::take(&mut self.escaped));
        loop {
            let found = at + memchr::memchr2(b'"', b'\\', rest.get(at..)?)?;
            if rest.get(found) == Some(&b'"') {
                return Some(found);
            }
            at = found + 2;
            self.escaped = at > rest.len();
        }
    }

    /// Opens a string at the place where `pending` ends.
    fn open_string(&mut self) {
        self.in_string = true;
        self.escaped = false;
        self.string_at = self.pending.len();
    }

    /// Ends where the text is torn or wrong: what is whole is given out, and all brackets are closed.
    fn close(&mut self, trouble: TextError) {
        match self.mode {
            Mode::Outside => self.pending.truncate(self.outside.safe),
            Mode::Entries | Mode::LongEntry => self.close_entries(),
            Mode::Before | Mode::Stopped => self.pending.clear(),
        }
        let open = std::mem::take(&mut self.outside.open);
        for open in open.iter().rev() {
            self.pending
                .push(if open.bracket == b'[' { b']' } else { b'}' });
        }
        if self.outside.in_call {
            self.pending.push(b')');
        }
        self.emit();
        self.trouble = Some(trouble);
        self.mode = Mode::Stopped;
    }
}

#[cfg(test)]
#[path = "property_tests.rs"]
mod property_tests;
#[cfg(test)]
#[path = "row_tests.rs"]
mod rows_tests;
#[cfg(test)]
#[path = "tests.rs"]
mod tests;
