//! The search for logs and configuration files: the catalogue, places named in settings and places named
//! by the person, on this machine or in a mounted image, become one list of items.

pub mod discovery;
pub(super) mod entry_names;
pub(super) mod expansion;
pub mod log_destinations;
pub(super) mod outcome;
pub(super) mod search;
pub(super) mod user_paths;
