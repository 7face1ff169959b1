//! From the command line, the environment and the settings file to the settings of a run.

mod api;
mod case;
mod environment;
mod presets;
pub(super) mod redaction;
pub(super) mod request;
pub(super) mod secrets;
mod settings_file;
pub(super) mod sizes;
mod user_rules;
