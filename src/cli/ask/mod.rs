//! Questions to the user at the terminal: login, package, token settings, network traces.

pub(super) mod login;
pub(super) mod package;
pub(super) mod terminal;
pub(super) mod token_settings;
pub(super) mod traces;
