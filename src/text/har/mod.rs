//! HAR files into blocks of whole entries, in bounded memory.
//!
//! [`cutter`] dispatches each chunk to the reader of the part that it is in (`start`, `outside`, `entries`,
//! `long_entry`); they share one `state`, which collects `pieces`.
pub(super) mod cutter;
mod entries;
pub(super) mod entry_spans;
mod first_rows;
mod last_rows;
mod long_entry;
pub(super) mod long_string;
mod outside;
pub(super) mod pieces;
pub(super) mod start;
pub(super) mod state;
