//! Readers and writers behind the commands that turn one text into another.

pub(super) mod input_file;
pub(super) mod restorer;
#[cfg(test)]
pub(super) mod restorer_tests;
