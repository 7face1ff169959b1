//! From the spool to the released zip: generated files, verification, repair, reversal map.

mod draft;
mod generated_files;
mod page_size;
mod quotes;
mod repair;
pub(super) mod reversal;
pub(super) mod rounds;
pub(super) mod state;
mod verifier_cuts;
