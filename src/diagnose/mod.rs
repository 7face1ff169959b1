//! What went wrong, told from redacted text only: what this room cannot see, support could not see either,
//! so a finding never leaks and is the same for raw logs and for a bundle.

pub mod api;
pub mod har;
mod observe;
mod sessions;

pub use api::{ApiFact, observe_api};
pub use har::{HarFact, Network, observe_har};
pub use observe::{Observation, observe};
pub use sessions::{Evidence, Finding, Findings, Severity, Told};

#[cfg(test)]
mod tests;
