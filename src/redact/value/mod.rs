//! Values under a sensitive name: where the value of a name stands in every notation, where it ends, and whether it is one.

pub(super) mod bare;
pub(super) mod columns;
pub(super) mod directive;
pub(super) mod element;
pub(super) mod enclosing;
pub(super) mod extent;
pub(super) mod field;
pub(super) mod json_leaves;
pub(super) mod locate;
pub(super) mod name_value_pair;
pub(super) mod no_value;
#[cfg(test)]
pub(super) mod notation_tests;
pub(super) mod placeholder;
pub(super) mod printed_table;
pub(super) mod quote;
pub(super) mod sql_insert;
