//! Readers and writers behind the commands that turn one text into another.

pub(super) mod kinds;
pub(super) mod restorer;
#[cfg(test)]
pub(super) mod restorer_tests;
pub(super) mod scripts;
