//! From facts to a diagnosis: the cause of each failed transfer, failures without a transfer, and checks over all logs.

mod cause;
mod checks;
mod conclude;
mod hit;
mod session_facts;
mod timeline;
mod token_notes;
mod transfer_view;
mod unattached;

pub use conclude::conclude;
