//! Pieces of a HAR as blocks with numbers.
use std::io::Read;

use super::cutter::{HarCut, HarLimits, Piece};
use crate::text::block::line_ends::count_newlines;
use crate::text::block::reader::{Block, BlockReader, Limits};
use crate::text::decode::error::TextError;

/// How much is read at once.
const CHUNK: usize = 256 * 1024;

impl HarLimits {
    fn of(limits: &Limits) -> Self {
        Self {
            block: limits.block,
            string: limits.block,
            entry: limits.longest_line,
        }
    }
}

impl<R: Read> BlockReader<R> {
    /// The next block of a HAR; `buffer` holds what was read last and is not kept.
    pub(in crate::text) fn next_har(&mut self) -> Result<Option<Block>, TextError> {
        let limits = HarLimits::of(&self.limits);
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
}
