//! Rules, the engine, structured walkers and nested encodings. The only module that makes [`Redacted`] blocks and
//! [`Clean`] strings, so that nothing else can leave.
//!
//! [`Document`] decides what a text is and yields it part by part. A part goes through one pass: a prefilter finds the
//! literals of all rules (`engine::anchors`); the finder that owns a literal looks around it for a value (`value`,
//! `secret`, `identity`, `nested`); scanners of dots, colons and dashes find addresses and hosts; rules of a user, names
//! and secrets learned in this run follow (`memory`); `engine::edits` makes all replacements disjoint and splices them.
//! Entries of a network trace are walked by their places first (`har`). The rules are data (`rules`, `hosts`).
//! `review` explains what a pass did, and lists what looks random and was kept.

mod document;
mod engine;
mod har;
pub mod hosts;
mod identity;
mod memory;
mod review;
mod rules;
mod secret;
mod value;

mod nested;

pub use document::{Document, FileKind, Lessons, Part, Rewound, identify};
pub use engine::clean::{Clean, Redacted};
pub use engine::redactor::{Dialect, Level, Redactor, Surroundings};
pub use engine::tally::{Secret, Tally};
pub use memory::names::{Name, Names};
pub use memory::reversal::Originals;
pub use memory::secrets::Learned;
pub use review::cut_at::{Find, Form, Reach};
pub use review::explain::{Explained, Explanation, Stayed};
pub use review::reason::Reason;
pub use review::residual::{Residue, Suspect, rank};
pub use rules::compiled::{RuleError, RuleId, Rules};
pub use rules::user::{UserPattern, UserRule, UserRuleError};
pub use value::columns::{Rows, Tables};

#[cfg(test)]
mod evidence_tests;
#[cfg(test)]
mod garbled_tests;

#[cfg(test)]
mod property_tests;

#[cfg(test)]
mod time_tests;

/// For the tests of other rooms: their own made-up texts as redacted ones.
#[cfg(test)]
pub(crate) mod tests_support {
    use super::{Clean, Redacted};

    pub(crate) fn redacted(text: &[u8]) -> Redacted {
        Redacted(text.to_vec())
    }

    pub(crate) fn clean(text: &str) -> Clean {
        Clean(text.to_owned())
    }
}
