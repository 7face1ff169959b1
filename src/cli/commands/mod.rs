//! The commands of the program, one file each.

pub(super) mod collect;
pub(super) mod demo;
pub(super) mod diagnose;
pub(super) mod explain;
pub(super) mod paths;
pub(super) mod redact;
pub(super) mod reveal;
pub(super) mod settings;
pub(super) mod verify;
