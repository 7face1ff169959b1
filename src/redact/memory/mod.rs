//! What a run learns from one place and looks for everywhere: secrets, names, and the reversal map.

pub(super) mod encoded;
pub(super) mod machine_names;
pub(super) mod names;
pub(super) mod reversal;
#[cfg(test)]
pub(super) mod reversal_tests;
pub(super) mod secret_store;
pub(super) mod secrets;
pub(super) mod spellings;
