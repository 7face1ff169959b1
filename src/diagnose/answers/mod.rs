//! Answers of the APIs, and the configuration of a node: settings with which tokens expire early, certificates, clocks,
//! nodes that do not belong to the organization, packages that never arrived.

mod condition;
mod element;
mod events;
mod fact;
mod json_line;
mod observe;
mod transfer_users;

pub use fact::ApiFact;
pub use observe::observe_api;

pub(super) use fact::ApiContent;

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
