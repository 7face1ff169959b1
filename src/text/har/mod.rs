//! HAR files into blocks of whole entries, in bounded memory.

pub(super) mod cutter;
mod entries;
mod first_rows;
mod last_rows;
mod long_entry;
mod outside;
mod reader;
