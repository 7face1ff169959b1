//! From the command line, the environment and the settings file to the settings of a run.

pub(super) mod api;
pub(super) mod presets;
pub(super) mod request;
pub(super) mod secrets;
pub(super) mod sizes;
pub(super) mod user_rules;
