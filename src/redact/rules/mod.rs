//! The rule table: `rules.toml`, `suffixes.toml` and rules of a user, read and compiled once.

pub(super) mod ablation;
pub(super) mod compiled;
pub(super) mod field_names;
pub(super) mod kind;
pub(super) mod rows;
#[cfg(test)]
pub(super) mod rules_tests;
pub(super) mod user;
