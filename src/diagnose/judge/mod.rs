//! From facts to a diagnosis: the cause of each failed transfer, failures without a transfer, and checks over all logs.

pub(super) mod cause;
pub(super) mod checks;
pub(super) mod session_facts;
pub(super) mod timeline;
pub(super) mod token_notes;
pub(super) mod unattached;
