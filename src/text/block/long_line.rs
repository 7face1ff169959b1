//! Lines that are longer than a block may be: given out in pieces where they can be cut without tearing
//! anything, else run past and replaced by a note.
use std::io::Read;

use super::line_ends::LineEnds;
use super::reader::{Block, BlockReader, Held, Withheld};
use crate::text::json::cut::JsonScan;

/// How many bytes of a line that is withheld are read at once.
const PASS: usize = 256 * 1024;

impl<R: Read> BlockReader<R> {
    /// The next piece of the long line that the buffer begins with: up to a comma of the JSON in it, near the
    /// root, or up to a carriage return (as programs write that show their progress); a note where
    /// it has neither.
    pub(in crate::text) fn long_line(&mut self, spare: Vec<u8>) -> Block {
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
        self.json = JsonScan::new(self.limits.block / 4);
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
            self.fill(PASS);
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
}

/// The start of the first line of `text` that is longer than `longest`, its end not counted. A line
/// that the text cuts off counts as far as it goes.
pub(in crate::text) fn overlong(
    text: &[u8],
    ends: LineEnds,
    last: bool,
    longest: usize,
) -> Option<usize> {
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
