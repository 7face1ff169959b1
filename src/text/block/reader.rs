//! Text to blocks: cut where nothing is torn apart, bounded in memory, with the numbers of lines.
use std::io::Read;

use super::line_ends::{LINE_END_LOOK, LineEnds, count_newlines};
use super::line_group;
use super::model::{Block, CutAt, Held, Limits, Withheld};
use crate::text::decode::error::TextError;
use crate::text::decode::source::read_some;
use crate::text::har::cutter::HarCut;
use crate::text::har::pieces::Piece;
use crate::text::har::state::HarLimits;
use crate::text::json::cut::{Cut, CutScan};
use crate::text::json::path::Path;

/// Nesting that is good enough to cut JSON at: `{"log":{"entries":[` is three deep.
const GOOD_DEPTH: u32 = 3;
/// Bytes of a HAR, or of a line that is withheld, that are read at once.
const CHUNK: usize = 256 * 1024;

/// Cuts the text of a reader into blocks. Holds at most one block, which is at most as long as the
/// longest of the limits, and a little more.
pub struct BlockReader<R: Read> {
    inner: R,
    cut: CutAt,
    limits: Limits,
    buffer: Vec<u8>,
    ends: Option<LineEnds>,
    json: CutScan,
    path: Path,
    har: Option<Box<HarCut>>,
    in_long_line: bool,
    ended: bool,
    error: Option<TextError>,
    number: u64,
    complete_lines: u64,
    open_line: bool,
    bytes: u64,
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
            json: CutScan::new(limits.block / 4),
            path: Path::default(),
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

    fn emit_json(&mut self, cut: Cut, spare: Vec<u8>) -> Block {
        self.json.begin_at(cut);
        let block = self.emit(cut.end, spare);
        self.path.advance(&block.bytes);
        block
    }

    /// The next piece of the long line that the buffer begins with: up to a comma of the JSON in it, near the
    /// root, or up to a carriage return (as programs write that show their progress); a note where
    /// it has neither.
    fn long_line(&mut self, spare: Vec<u8>) -> Block {
        let (block, longest) = (self.limits.block, self.limits.longest_line);
        if !self.in_long_line {
            self.in_long_line = true;
            self.begin_json();
        }
        let mut reach = block.min(longest);
        loop {
            self.fill(reach.saturating_add(2));
            let window = self.buffer.get(..reach).unwrap_or(&self.buffer);
            let last = self.ended && window.len() == self.buffer.len();
            if let Some(end) = self.line_ends().first(window, last) {
                return self.end_of_long_line(end, spare);
            }
            if last {
                return self.end_of_long_line(self.buffer.len(), spare);
            }
            self.json.scan(window, None);
            if let Some(cut) = self.json.best(u32::MAX) {
                return self.emit_json(cut, spare);
            }
            if self.line_ends() == LineEnds::Lf
                && let Some(turn) = memchr::memrchr(b'\r', window)
                && turn + 1 < window.len()
            {
                self.begin_json();
                return self.emit(turn + 1, spare);
            }
            if reach >= longest {
                break;
            }
            reach = reach.saturating_add(block).min(longest);
        }
        self.in_long_line = false;
        self.withhold(spare)
    }

    fn end_of_long_line(&mut self, end: usize, spare: Vec<u8>) -> Block {
        self.in_long_line = false;
        let last = self.emit(end, spare);
        self.begin_json();
        last
    }

    fn begin_json(&mut self) {
        self.json = CutScan::new(self.limits.block / 4);
        self.path = Default::default();
    }

    /// Runs past the line at the start of the buffer without keeping it, and gives a note instead.
    fn withhold(&mut self, mut note: Vec<u8>) -> Block {
        let mut length = 0;
        let (bare, end) = loop {
            if let Some(end) = self.line_ends().first(&self.buffer, self.ended) {
                let line = self.buffer.get(..end).unwrap_or_default();
                break (bare_length(line), end);
            }
            if self.ended {
                break (self.buffer.len(), self.buffer.len());
            }
            // A carriage return at the edge may belong to the line end.
            let edge = usize::from(self.buffer.last() == Some(&b'\r'));
            let passed = self.buffer.len() - edge;
            self.buffer.drain(..passed);
            length += passed as u64;
            self.fill(CHUNK);
        };
        self.bytes += length + end as u64;
        length += bare as u64;
        let limit = self.limits.longest_line;
        note.extend_from_slice(
            format!(
                "[aoc-bundle: a line of {length} bytes was withheld, \
                 longer than the limit of {limit} bytes]"
            )
            .as_bytes(),
        );
        note.extend_from_slice(self.buffer.get(bare..end).unwrap_or_default());
        self.buffer.drain(..end);
        let line = self.complete_lines + 1;
        self.open_line = bare == end;
        self.complete_lines += u64::from(!self.open_line);
        let held = Held {
            line,
            bytes: length,
            what: Withheld::Line,
        };
        self.block(line, note, vec![held])
    }

    /// The next block of a HAR; `buffer` holds what was read last and is not kept.
    fn next_har(&mut self) -> Result<Option<Block>, TextError> {
        let limits = HarLimits {
            block: self.limits.block,
            string: self.limits.block,
            entry: self.limits.longest_line,
        };
        let mut cut = self
            .har
            .take()
            .unwrap_or_else(|| Box::new(HarCut::new(limits)));
        let piece = loop {
            if let Some(piece) = cut.take() {
                break Some(piece);
            }
            if self.ended {
                break None;
            }
            self.buffer.clear();
            self.fill(CHUNK);
            cut.push(&self.buffer);
            self.buffer.clear();
            if self.ended {
                cut.finish();
            }
        };
        self.bytes = cut.taken();
        let over = self.ended && cut.is_drained();
        let block = piece.map(|piece| self.har_block(piece, over));
        let trouble = cut.trouble().cloned();
        self.har = Some(cut);
        match (block, self.failure().or(trouble)) {
            (None, Some(error)) => Err(error),
            (block, _) => Ok(block),
        }
    }

    fn har_block(&mut self, piece: Piece, over: bool) -> Block {
        let first_line = self.complete_lines + 1;
        let (mut line, mut from) = (first_line, 0);
        let mut held = piece.held;
        for held in &mut held {
            let to = usize::try_from(held.line).unwrap_or(usize::MAX);
            let passed = piece.bytes.get(from..to).unwrap_or_default();
            line += count_newlines(passed);
            from = from.max(to);
            held.line = line;
        }
        let rest = piece.bytes.get(from..).unwrap_or_default();
        self.complete_lines = line + count_newlines(rest) - 1;
        self.open_line = piece.bytes.last() != Some(&b'\n');
        let mut block = self.block(first_line, piece.bytes, held);
        block.context = piece.context;
        block.har = Some(piece.part);
        block.goes_on = self.open_line && !over;
        block
    }

    /// What the reader failed with.
    fn failure(&self) -> Option<TextError> {
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
    fn emit(&mut self, end: usize, mut spare: Vec<u8>) -> Block {
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

    fn block(&mut self, first_line: u64, bytes: Vec<u8>, held: Vec<Held>) -> Block {
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
    fn fill(&mut self, wanted: usize) {
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

/// The start of the first line of `text` that is longer than `longest`, its end not counted. A line
/// that the text cuts off counts as far as it goes.
fn overlong(text: &[u8], ends: LineEnds, last: bool, longest: usize) -> Option<usize> {
    let mut start = 0;
    // Text up to the limit cannot hold a line over the limit: the usual case costs nothing.
    while text.len() - start > longest {
        let rest = text.get(start..)?;
        let end = ends.first(rest, last);
        let line = rest.get(..end.unwrap_or(rest.len()))?;
        if bare_length(line) > longest {
            return Some(start);
        }
        start += end?;
    }
    None
}

/// The length of a line without its end. A `\r` that ends a cut-off line may belong to the end.
fn bare_length(line: &[u8]) -> usize {
    let bare = line.strip_suffix(b"\n").unwrap_or(line);
    bare.strip_suffix(b"\r").unwrap_or(bare).len()
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
