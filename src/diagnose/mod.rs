//! Finds out what went wrong, from redacted text only: findings therefore contain no secrets, and are the same for raw
//! logs and for a bundle.
//!
//! The flow: [`observe`], [`observe_har`] and [`observe_api`] extract facts from one piece of evidence; [`Observations`]
//! collects them and assigns those of logs to sessions; [`conclude`] groups sessions to transfers, finds the cause of
//! each failed one in the catalogue of failures, and returns the [`Diagnosis`].
//!
//! | module | contents |
//! |---|---|
//! | `grammar`, `observe` | lines of logs: their prefix, the messages of ascp, the facts of a block |
//! | `har` | network traces |
//! | `answers` | answers of APIs, and transfer users in `aspera.conf` |
//! | `aspera_conf` | the XML of `aspera.conf`, for `answers` and for `sources` |
//! | `catalogue` | the tables of failures, error codes and events |
//! | `sessions` | facts of logs put together to sessions and transfers |
//! | `judge` | the cause of each failure, and checks over all evidence |
//! | `output` | findings, transfers, events and the verdict, as they are written |

mod answers;
pub mod aspera_conf;
mod catalogue;
mod duration;
mod grammar;
pub mod har;
mod judge;
mod model;
mod observe;
mod output;
mod sessions;
mod shorten;
mod token;

pub use answers::{ApiFact, observe_api};
pub use aspera_conf::is_conf;
pub use catalogue::row::{Actions, Failure};
pub use catalogue::table::failure;
pub use har::{HarFact, Network, observe_har};
pub use judge::conclude;
pub use model::{Evidence, EvidenceSource, Severity, TransferOutcome};
pub use observe::{Observation, observe};
pub use output::diagnosis::{Diagnosis, TokenSetting};
pub use output::event::{Event, Lane};
pub use output::finding::{Also, Finding};
pub use output::transfer::{EndView, SessionView, Side, TimeSpan, Transfer, Wire};
pub use output::verdict::{Counts, FindingKind, Lead, VerdictLine, kinds};
pub use sessions::clock::{Clock, Moment};
pub use sessions::observations::Observations;
pub use token::TokenFact;

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
#[path = "samples_tests.rs"]
mod samples_tests;
#[cfg(test)]
#[path = "scenarios_tests.rs"]
mod scenarios_tests;
#[cfg(test)]
#[path = "variants_tests.rs"]
mod variants_tests;
