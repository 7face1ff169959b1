//! What answers of the APIs tell: settings under which tokens end early, certificates, clocks, nodes that do
//! not belong to the organization, packages that never came. `failures_api.toml` says what means what; what happened
//! when, `moments.toml`.

mod conf;

mod events;

mod json_line;

mod facts;

pub use conf::is_conf;
pub use facts::{ApiFact, observe_api};

pub(super) use facts::{OnAnswer, Told};

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
