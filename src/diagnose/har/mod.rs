//! Network traces (HAR files): facts of each request, failures and events that the catalogue knows, and the data of the
//! request waterfall.

mod condition;
mod events;
mod fact;
mod failures;
mod network;
mod skew;
mod waterfall;

pub use events::RequestEvent;
pub use fact::{HarFact, HarFailure, HarIds, is_failure, observe_har, status_text};
pub use network::{FailedRequest, KindCount, Network, NetworkTrace, StatusCount};
pub use waterfall::Bar;

pub(super) use failures::NetworkFailure;
pub(super) use network::Traces;
pub(super) use skew::Skew;

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
