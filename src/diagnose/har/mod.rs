//! What a network trace tells: typed facts of each exchange, findings from them (`failures_har.toml`), the steps that
//! worked (`steps.toml`), and the data of the request waterfall.

mod fact;

mod failures;
mod network;
mod skew;

mod events;
mod token;
mod waterfall;

pub use events::Step;
pub use fact::{HarFact, HarFailure, HarIds, observe_har};
pub use network::{Failure, KindCount, Network, StatusCount, Trace};
pub use token::TokenFact;
pub use waterfall::Bar;

pub(super) use failures::{OnExchange, Seen};
pub(super) use network::Traces;
pub(super) use skew::Skew;

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
