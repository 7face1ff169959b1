//! The catalogue of known paths (one TOML table per operating system) and patterns over native paths.

pub mod catalogue;
pub mod pattern;
pub mod places;
pub mod rotation;
