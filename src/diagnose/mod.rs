//! What went wrong, told from redacted text only: what this room cannot see, support could not see either,
//! so a finding never leaks and is the same for raw logs and for a bundle.
//!
//! The way through the room: [`observe`] (facts of one block, while it is in the cache) ─► [`Findings`] (sessions
//! put together over lines, files and both ends) ─► transfers, each with the row of the failure catalogue that
//! names its cause ─► [`Diagnosis`] (findings and one ordered list of events).

pub mod answers;
mod catalogue;
mod judge;
mod output;
mod sessions;

mod grammar;
pub mod har;

mod observe;

pub use answers::{ApiFact, is_conf, observe_api};
pub use catalogue::table::{Failure, failure};
pub use har::{HarFact, Network, observe_har};
pub use judge::timeline::{Event, Lane, Source};
pub use judge::token_notes::Setting;
pub use observe::{Observation, observe};
pub use output::diagnosis::{Counts, Diagnosis};
pub use output::finding::{Actions, Also, Evidence, Finding, Severity};
pub use output::transfer::{EndView, Outcome, SessionView, Side, Span, Transfer, Wire};
pub use sessions::clock::{Clock, Moment};
pub use sessions::observations::Findings;

#[cfg(test)]
#[path = "cases_tests.rs"]
mod cases_tests;
#[cfg(test)]
#[path = "cross_tests.rs"]
mod cross_tests;
#[cfg(test)]
#[path = "generated_tests.rs"]
mod generated_tests;
#[cfg(test)]
#[path = "kit_tests.rs"]
mod kit_tests;
#[cfg(test)]
#[path = "story_tests.rs"]
mod story_tests;
#[cfg(test)]
#[path = "unseen_tests.rs"]
mod unseen_tests;
