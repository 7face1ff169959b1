//! Text to blocks: cut where nothing is torn apart, bounded in memory, with the numbers of lines.
use std::io::Read;

use super::line_ends::{LINE_END_LOOK, LineEnds};
use super::line_group;
use super::long_line::overlong;
use crate::text::decode::error::TextError;
use crate::text::decode::source::read_some;
use crate::text::har::cutter::{HarCut, HarPart};
use crate::text::json::cut::{Cut, JsonScan};
use crate::text::json::path::JsonPath;

/// How large blocks and what is in them may be, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wanted size of a block.
    pub block: usize,
    /// Longest line that is kept whole; of longer ones JSON is given out in pieces. For JSON the furthest
    /// way to a good cut.
    pub longest_line: usize,
    /// Largest block for the sake of lines that belong together.
    pub group: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            block: 1 << 20,
            longest_line: 8 << 20,
            group: 4 << 20,
        }
    }
}

/// Where blocks may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CutAt {
    /// After whole lines, and not inside a key or an argument dump of several lines.
    Lines,
    /// After a comma of JSON, near the root; the text may be one line. What has no bracket in its
    /// first block is no JSON and is cut as `Lines`.
    Json,
    /// Between the entries of HAR files: head, whole entries, tail ([`HarPart`]). A string longer than
    /// `block`, and what makes one entry longer than `longest_line`, is withheld while it streams.
    Har,
    /// Nowhere: one block, if it is not longer than the longest line; else as `Lines`.
    Whole,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Block {
    /// 0 for the first block.
    pub number: u64,
    /// Number of the line that the block begins with or, in JSON, in; 1 for the first.
    pub first_line: u64,
    /// The text.
    pub bytes: Vec<u8>,
    /// Lines that were too long and are replaced by a note.
    pub held: Vec<Held>,
    /// The objects and arrays of JSON that are open where the block begins, as text that could stand before
    /// it: `{"log":{"entries":[`. Empty for blocks of whole lines.
    pub context: Vec<u8>,
    /// True where the line that the block ends in goes on in the next block.
    pub goes_on: bool,
    /// Which stretch of a HAR file it is; `None` for any other text.
    pub har: Option<HarPart>,
}

/// What was left out because it is too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The line of the text given out in which it stood; 1 for the first.
    pub line: u64,
    /// Its length in bytes; of a line without its end.
    pub bytes: u64,
    /// What it was.
    pub what: Withheld,
}

/// What can be too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Withheld {
    /// A line; a note stands in its place.
    #[default]
    Line,
    /// A string in JSON, such as a body; a string that says so stands in its place.
    Value,
    /// So many elements at the end of a list in an entry of a HAR; nothing stands in their place.
    Elements(u64),
    /// An entry of a HAR; nothing stands in its place.
    Entry,
}

/// Nesting that is good enough to cut JSON at: `{"log":{"entries":[` is three deep.
const GOOD_DEPTH: u32 = 3;

/// Cuts the text of a reader into blocks. Holds at most one block, which is at most as long as the
/// longest of the limits, and a little more.
pub struct BlockReader<R: Read> {
    inner: R,
    cut: CutAt,
    pub(in crate::text) limits: Limits,
    pub(in crate::text) buffer: Vec<u8>,
    ends: Option<LineEnds>,
    pub(in crate::text) json: JsonScan,
    pub(in crate::text) path: JsonPath,
    pub(in crate::text) har: Option<Box<HarCut>>,
    pub(in crate::text) in_long_line: bool,
    pub(in crate::text) ended: bool,
    error: Option<TextError>,
    number: u64,
    pub(in crate::text) complete_lines: u64,
    pub(in crate::text) open_line: bool,
    pub(in crate::text) bytes: u64,
}

impl<R: Read> BlockReader<R> {
    /// A reader of blocks at the start of `inner`.
    pub fn new(inner: R, cut: CutAt, limits: Limits) -> Self {
        let limits = Limits {
            block: limits.block.max(1),
            longest_line: limits.longest_line.max(1),
            group: limits.group.max(limits.block),
        };
        Self {
            inner,
            cut,
            buffer: Vec::new(),
            ends: None,
            json: JsonScan::new(limits.block / 4),
            path: JsonPath::default(),
            har: None,
            in_long_line: false,
            limits,
            ended: false,
            error: None,
            number: 0,
            complete_lines: 0,
            open_line: false,
            bytes: 0,
        }
    }

    /// The next block, or `None` at the end. The memory of `reuse` is used again; what is in it
    /// does not matter.
    ///
    /// # Errors
    /// The error of the reader, after all that was read before it was given out;
    /// [`TextError::Unsplittable`] for JSON with a value too long. An error stays.
    pub fn next(&mut self, reuse: Vec<u8>) -> Result<Option<Block>, TextError> {
        let mut spare = reuse;
        spare.clear();
        match self.cut {
            CutAt::Lines => self.next_lines(spare),
            CutAt::Json => self.next_json(spare),
            CutAt::Har => self.next_har(),
            CutAt::Whole => {
                self.fill(self.limits.longest_line.saturating_add(1));
                self.cut = CutAt::Lines;
                self.find_ends();
                if self.buffer.len() > self.limits.longest_line {
                    return self.next_lines(spare);
                }
                self.rest(spare)
            }
        }
    }

    /// The reader below, to ask what it saw.
    pub fn get_ref(&self) -> &R {
        &self.inner
    }

    /// Lines given out so far; a last line without end counts once the text has ended.
    pub fn lines_so_far(&self) -> u64 {
        let over = self.ended && self.buffer.is_empty() && self.open_line;
        self.complete_lines + u64::from(over)
    }

    /// Bytes of text taken so far, those of withheld lines included, those still to come not.
    pub fn bytes_so_far(&self) -> u64 {
        self.bytes
    }

    /// What ends a line in this text; known from the first block on.
    pub fn line_ends(&self) -> LineEnds {
        self.ends.unwrap_or_default()
    }

    fn next_lines(&mut self, spare: Vec<u8>) -> Result<Option<Block>, TextError> {
        let ends = self.find_ends();
        if self.in_long_line {
            return Ok(Some(self.long_line(spare)));
        }
        let mut target = self.limits.block;
        loop {
            self.fill(target);
            let window = self.buffer.get(..target).unwrap_or(&self.buffer);
            let whole = window.len() == self.buffer.len();
            let last = whole && self.ended;
            if let Some(start) = overlong(window, ends, last, self.limits.longest_line) {
                if start == 0 {
                    return Ok(Some(self.long_line(spare)));
                }
                return Ok(Some(self.emit(start, spare)));
            }
            if last {
                return self.rest(spare);
            }
            match ends.last(window, false) {
                None => {
                    let enough = self.limits.longest_line.saturating_add(2);
                    target = target.saturating_mul(2).min(enough.max(target));
                }
                Some(end) => {
                    let lines = window.get(..end).unwrap_or_default();
                    match line_group::open_at_end(lines, ends) {
                        Some(0) if target < self.limits.group => {
                            target = target.saturating_mul(2).min(self.limits.group);
                        }
                        None | Some(0) => return Ok(Some(self.emit(end, spare))),
                        Some(start) => return Ok(Some(self.emit(start, spare))),
                    }
                }
            }
        }
    }

    fn next_json(&mut self, spare: Vec<u8>) -> Result<Option<Block>, TextError> {
        let (block, longest) = (self.limits.block, self.limits.longest_line);
        self.fill(block.saturating_add(1));
        if self.ended && self.buffer.len() <= block {
            return self.rest(spare);
        }
        let window = self.buffer.get(..block).unwrap_or(&self.buffer);
        self.json.scan(window, None);
        if !self.json.begun() {
            self.cut = CutAt::Lines;
            return self.next_lines(spare);
        }
        let mut reach = block;
        loop {
            if let Some(cut) = self.json.best(GOOD_DEPTH) {
                return Ok(Some(self.emit_json(cut, spare)));
            }
            if reach >= longest {
                break;
            }
            reach = reach.saturating_add(block.max(4096)).min(longest);
            self.fill(reach.saturating_add(1));
            let window = self.buffer.get(..reach).unwrap_or(&self.buffer);
            self.json.scan(window, Some(GOOD_DEPTH));
            if self.ended && self.buffer.len() <= reach && self.json.best(GOOD_DEPTH).is_none() {
                return self.rest(spare);
            }
        }
        if let Some(cut) = self.json.best(u32::MAX) {
            return Ok(Some(self.emit_json(cut, spare)));
        }
        let error = TextError::Unsplittable {
            line: self.complete_lines + 1,
            limit: longest as u64,
        };
        self.buffer = Vec::new();
        self.ended = true;
        self.error = Some(error.clone());
        Err(error)
    }

    pub(in crate::text) fn emit_json(&mut self, cut: Cut, spare: Vec<u8>) -> Block {
        self.json.begin_at(cut);
        let block = self.emit(cut.end, spare);
        self.path.advance(&block.bytes);
        block
    }

    /// What the reader failed with.
    pub(in crate::text) fn failure(&self) -> Option<TextError> {
        self.error.clone()
    }

    /// Everything that is left, then the error or the end.
    fn rest(&mut self, spare: Vec<u8>) -> Result<Option<Block>, TextError> {
        if !self.buffer.is_empty() {
            return Ok(Some(self.emit(self.buffer.len(), spare)));
        }
        self.error.clone().map_or(Ok(None), Err)
    }

    /// Gives out the first `end` bytes of the buffer; the others move into `spare`, which becomes
    /// the buffer.
    pub(in crate::text) fn emit(&mut self, end: usize, mut spare: Vec<u8>) -> Block {
        spare.extend_from_slice(self.buffer.get(end..).unwrap_or_default());
        let mut bytes = std::mem::replace(&mut self.buffer, spare);
        bytes.truncate(end);
        self.bytes += bytes.len() as u64;
        let first_line = self.complete_lines + 1;
        self.complete_lines += self.line_ends().count(&bytes);
        self.open_line = !matches!(
            (self.line_ends(), bytes.last()),
            (_, Some(b'\n')) | (LineEnds::Cr, Some(b'\r'))
        );
        self.block(first_line, bytes, Vec::new())
    }

    pub(in crate::text) fn block(
        &mut self,
        first_line: u64,
        bytes: Vec<u8>,
        held: Vec<Held>,
    ) -> Block {
        let number = self.number;
        self.number += 1;
        let over = self.ended && self.buffer.is_empty();
        Block {
            number,
            first_line,
            bytes,
            held,
            context: self.path.context(),
            goes_on: self.open_line && !over,
            har: None,
        }
    }

    /// Finds out once what ends a line.
    fn find_ends(&mut self) -> LineEnds {
        if self.ends.is_none() {
            self.fill(LINE_END_LOOK);
        }
        *self
            .ends
            .get_or_insert_with(|| LineEnds::sniff(&self.buffer))
    }

    /// Reads until the buffer holds `wanted` bytes, or the text or the reader is at its end.
    pub(in crate::text) fn fill(&mut self, wanted: usize) {
        let mut filled = self.buffer.len();
        if filled >= wanted || self.ended {
            return;
        }
        self.buffer.resize(wanted, 0);
        while filled < wanted && !self.ended {
            let room = self.buffer.get_mut(filled..).unwrap_or_default();
            match read_some(&mut self.inner, room) {
                Ok(0) => self.ended = true,
                Ok(more) => filled += more,
                Err(error) => {
                    self.error = Some(error);
                    self.ended = true;
                }
            }
        }
        self.buffer.truncate(filled);
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
