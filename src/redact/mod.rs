//! Rules, the scanner, structured walkers and nested encodings. The only room that can make
//! [`Redacted`] blocks and [`Clean`] strings, so the only way evidence or messages leave.
//!
//! One block goes through one [`engine::Redactor::block`]: a prefilter finds the literals of all rules
//! (`anchors`), each literal's owner looks around it (`names`, `argv`, `shapes`, `urls`, `nested`, `pem`,
//! `people`, `cookies`), hand-made scanners find addresses and hosts (`addresses`, `hosts`, `lines`), and
//! `edits` splices all replacements at once. The rules are data: `rules.toml`; `user` adds the person's own.
//! `explain` tells what a pass did and why the rest stayed; `residual` lists what looks random and was kept.

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
