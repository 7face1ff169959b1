//! Presets in the configuration of ascli on this machine. ascli itself is not run.
use std::path::Path;

use zeroize::Zeroizing;

use super::environment::Environment;
use crate::aoc::login::preset_places::config_files;
use crate::aoc::login::presets::{Offer, Preset, PresetError, Presets};

/// This system, as the table of configuration files names it.
const SYSTEM: &str = if cfg!(windows) {
    "windows"
} else if cfg!(target_os = "macos") {
    "macos"
} else {
    "linux"
};

/// A preset by its name.
pub(in crate::cli) fn preset(name: &str, environment: &Environment) -> Result<Preset, PresetError> {
    with(environment, |presets| presets.preset(name))
}

/// Presets that log in to Aspera on Cloud. None where ascli was never set up or its configuration cannot be read: the
/// user did not ask for a preset, so that is no error.
pub(in crate::cli) fn offers(environment: &Environment) -> Vec<Offer> {
    with(environment, |presets| Ok(presets.offers())).unwrap_or_default()
}

/// Reads the first configuration file that exists.
fn with<T>(
    environment: &Environment,
    take: impl FnOnce(&Presets<'_>) -> Result<T, PresetError>,
) -> Result<T, PresetError> {
    let variable = |name: &str| environment.variable(name);
    let read = |path: &Path| std::fs::read(path).ok().map(Zeroizing::new);
    let files = config_files(SYSTEM, &variable);
    let content = files.iter().find_map(|file| read(file));
    let content = content.ok_or(PresetError::Unreadable)?;
    let text = std::str::from_utf8(&content).map_err(|_| PresetError::Damaged)?;
    take(&Presets::read(text, cfg!(windows), &variable, &read)?)
}
