//! HAR files as pieces: what stands before the entries, whole entries, what follows them.
//!
//! A [`HarCut`] is fed with text in chunks and gives out pieces. It holds at most about one entry or one
//! block. Long strings and what makes one entry endless are left out while they stream, so that the
//! rest stays JSON of the same shape.
use super::entries::entries;
use super::long_entry::long_entry;
use super::outside::outside;
use super::pieces::Piece;
use super::start::{before, no_har};
use super::state::{HarLimits, Mode, State};
use crate::text::decode::error::TextError;
use crate::text::json::masks::STEP;

/// Cuts the text of HAR files, whatever its chunks are.
#[derive(Debug)]
pub(in crate::text) struct HarCut(State);

impl HarCut {
    pub(in crate::text) fn new(limits: HarLimits) -> Self {
        // A string within one step of the quick scan is never looked at.
        let string = limits.string.max(STEP);
        Self(State::new(HarLimits { string, ..limits }))
    }

    /// Takes the next chunk of the text.
    pub(in crate::text) fn push(&mut self, chunk: &[u8]) {
        let s = &mut self.0;
        let mut at = 0;
        while at < chunk.len() && s.mode != Mode::Stopped {
            at = match s.mode {
                Mode::Before => before(s, chunk, at),
                Mode::Outside => outside(s, chunk, at),
                Mode::Entries => entries(s, chunk, at),
                Mode::LongEntry => long_entry(s, chunk, at),
                Mode::Stopped => break,
            };
        }
        s.taken += chunk.len() as u64;
    }

    /// Ends the text.
    pub(in crate::text) fn finish(&mut self) {
        let s = &mut self.0;
        let offset = s.taken;
        match s.mode {
            Mode::Stopped => {}
            Mode::Before if offset == 0 => {
                let what = "an empty file";
                s.trouble = Some(TextError::NotHar { what, offset });
            }
            Mode::Before => no_har(s, 0),
            Mode::Outside if s.path.depth() == 0 => {
                s.emit();
                if !s.seen_entries {
                    let what = "JSON without a list of entries";
                    s.trouble = Some(TextError::NotHar { what, offset });
                }
            }
            Mode::Outside => {
                let entries = s.list.count;
                s.close(TextError::Torn { offset, entries });
            }
            Mode::Entries | Mode::LongEntry => {
                let whole = s.mode == Mode::Entries && s.is_at_whole_entry();
                let offset = if whole { offset } else { s.list.begin };
                let entries = s.list.count + u64::from(whole);
                s.close(TextError::Torn { offset, entries });
            }
        }
        s.mode = Mode::Stopped;
    }

    /// The next piece that is complete.
    pub(in crate::text) fn take(&mut self) -> Option<Piece> {
        self.0.out.take()
    }

    /// True if no piece is waiting.
    pub(in crate::text) fn is_drained(&self) -> bool {
        self.0.out.is_drained()
    }

    /// Bytes of text taken so far.
    pub(in crate::text) fn taken(&self) -> u64 {
        self.0.taken
    }

    /// What was wrong with the text, once it has ended.
    pub(in crate::text) fn trouble(&self) -> Option<&TextError> {
        self.0.trouble.as_ref()
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
