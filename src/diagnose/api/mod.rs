//! What answers of the APIs tell: settings under which tokens end early, certificates, clocks, nodes that do
//! not belong to the organization, packages that never came. `failures_api.toml` says what means what; what happened
//! when, `moments.toml`.

mod conf;
mod moments;
mod place;
mod rows;

pub use conf::is_conf;
pub use rows::{ApiFact, observe_api};

pub(super) use rows::{OnAnswer, Told};

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
