//! From the spool to the released zip: generated files, verification, repair, reversal map.

pub(super) mod candidate;
pub(super) mod generated_files;
pub(super) mod page_size;
pub(super) mod quotes;
pub(super) mod repair;
pub(super) mod reversal;
pub(super) mod verifier_cuts;
