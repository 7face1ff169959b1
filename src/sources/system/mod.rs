//! What the machine itself says: host facts, names and people, and the output of status commands.

pub mod commands;
pub mod host;
pub(super) mod host_image;
pub mod identity;
pub mod process;
