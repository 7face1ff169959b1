//! The engine: one pass over a block of text. It finds the literals of all rules, asks the finder that owns each, and
//! splices the replacements.

pub(super) mod anchors;
pub(super) mod clean;
pub(super) mod edits;
pub(super) mod prefilter;
pub(super) mod punctuation;
pub(super) mod redactor;
pub(super) mod replace;
pub(super) mod tally;
pub(super) mod windows;
