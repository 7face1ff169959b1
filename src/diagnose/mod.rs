//! What went wrong, told from redacted text only: what this room cannot see, support could not see either,
//! so a finding never leaks and is the same for raw logs and for a bundle.

mod observe;
mod sessions;

pub use observe::{Observation, observe};
pub use sessions::{Evidence, Finding, Findings, Severity};

#[cfg(test)]
mod tests;
