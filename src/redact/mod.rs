//! Rules, the scanner, structured walkers and nested encodings. The only room that can make
//! [`Redacted`] blocks and [`Clean`] strings, so the only way evidence or messages leave.
//!
//! One block goes through one [`engine::Redactor::block`]: a prefilter finds the literals of all rules
//! (`anchors`), each literal's owner looks around it (`names`, `argv`, `shapes`, `urls`, `nested`, `pem`,
//! `people`, `cookies`), hand-made scanners find addresses and hosts (`addresses`, `hosts`, `lines`), and
//! `edits` splices all replacements at once. The rules are data: `rules.toml`; `user` adds the person's own.
//! `explain` tells what a pass did and why the rest stayed; `residual` lists what looks random and was kept.

mod accounts;
mod addresses;
mod anchors;
mod argv;
mod auth;
mod bare;
mod cookies;
mod cuts;
mod directives;
mod edges;
mod edits;
mod element;
mod emails;
mod empty;
mod encoded;
mod engine;
mod explain;
mod fields;
mod form;
mod found;
mod gate;
mod grids;
mod har;
mod heard;
mod hosts;
mod jwk;
mod kind;
mod known;
mod later;
mod learned;
mod lines;
mod names;
mod nested;
mod networks;
mod numbers;
mod originals;
mod page;
mod parts;
mod pem;
mod people;
mod pieces;
mod place;
mod placeholder;
mod prefilter;
mod quote;
mod reason;
mod replace;
mod residual;
mod rows;
mod rules;
mod settings;
mod shapes;
mod siblings;
mod signs;
mod spellings;
mod suffixes;
mod table;
mod tables;
mod tally;
mod tokens;
mod trees;
mod urls;
mod user;
mod value;
mod view;
mod windows;

pub use cuts::{Cuts, Scripts};
pub use engine::{Dialect, Level, Redactor, Surroundings};
pub use explain::{Explained, Explanation, Stayed};
pub use found::{Find, Form, Reach};
pub use gate::{Clean, Redacted};
pub use heard::{Name, Names};
pub use learned::Learned;
pub use originals::Originals;
pub use reason::Reason;
pub use residual::{Residue, Suspect, rank};
pub use rules::{RuleError, RuleId, Rules};
pub use tables::{Rows, Tables};
pub use tally::{Secret, Tally};
pub use user::{UserPattern, UserRule, UserRuleError};

#[cfg(test)]
mod evidence_tests;
#[cfg(test)]
mod garbled_tests;
#[cfg(test)]
mod nested_tests;
#[cfg(test)]
mod notation_tests;
#[cfg(test)]
mod originals_tests;
#[cfg(test)]
mod pem_tests;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod rules_tests;
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
