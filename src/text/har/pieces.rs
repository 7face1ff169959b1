//! The pieces of a HAR that are ready, and the text that is still pending.
use std::collections::VecDeque;

use crate::text::block::model::{HarPart, Held, Withheld};

/// A piece of the text.
#[derive(Debug)]
pub(in crate::text) struct Piece {
    pub(in crate::text) part: HarPart,
    pub(in crate::text) bytes: Vec<u8>,
    /// The brackets that are open where it begins: `{"log":{"entries":[`.
    pub(in crate::text) context: Vec<u8>,
    /// What was left out; `line` is an offset in `bytes` until the lines are counted.
    pub(in crate::text) held: Vec<Held>,
}

/// Collects text to pieces.
#[derive(Debug)]
pub(super) struct Pieces {
    /// What the pending text is.
    pub(super) part: HarPart,
    pub(super) pending: Vec<u8>,
    held: Vec<Held>,
    context: Vec<u8>,
    ready: VecDeque<Piece>,
}

impl Pieces {
    pub(super) fn new() -> Self {
        Self {
            part: HarPart::Head,
            pending: Vec::new(),
            held: Vec::new(),
            context: Vec::new(),
            ready: VecDeque::new(),
        }
    }

    /// Makes a piece of the first `end` bytes that are pending; `context` is open behind them.
    pub(super) fn emit(&mut self, end: usize, context: Vec<u8>) {
        let rest = self.pending.split_off(end.min(self.pending.len()));
        let bytes = std::mem::replace(&mut self.pending, rest);
        let (now, mut later): (Vec<Held>, Vec<Held>) = std::mem::take(&mut self.held)
            .into_iter()
            .partition(|h| h.line <= end as u64);
        for held in &mut later {
            held.line -= end as u64;
        }
        self.held = later;
        let context = std::mem::replace(&mut self.context, context);
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

    /// Notes that `bytes` bytes were left out where the pending text ends.
    pub(super) fn hold(&mut self, bytes: u64, what: Withheld) {
        self.held.push(Held {
            line: self.pending.len() as u64,
            bytes,
            what,
        });
    }

    /// Cuts the pending text back to its first `len` bytes, with the notes behind them.
    pub(super) fn truncate(&mut self, len: usize) {
        self.pending.truncate(len);
        self.held.retain(|held| held.line <= len as u64);
    }

    /// The next piece that is complete.
    pub(super) fn take(&mut self) -> Option<Piece> {
        self.ready.pop_front()
    }

    /// True if no piece is waiting.
    pub(super) fn is_drained(&self) -> bool {
        self.ready.is_empty()
    }
}
