//! The tables of what can go wrong: failures, error codes, and events of the timeline.

pub(super) mod codes;
pub(super) mod table;
