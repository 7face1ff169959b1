//! Presets of ascli on this machine. Nothing of ascli is run.
use std::path::Path;

use zeroize::Zeroizing;

use super::api::Around;
use crate::aoc::preset_places::config_files;
use crate::aoc::presets::{Offer, Preset, PresetError, Presets};

/// This machine's system, as the table of places names it.
const SYSTEM: &str = if cfg!(windows) {
    "windows"
} else if cfg!(target_os = "macos") {
    "macos"
} else {
    "linux"
};

/// A preset by its name.
pub(in crate::cli) fn preset(name: &str, around: &Around<'_>) -> Result<Preset, PresetError> {
    with(around, |presets| presets.preset(name))
}

/// Presets that log in to Aspera on Cloud; none where ascli was never set up, or its configuration cannot
/// be read: nobody asked for it.
pub(in crate::cli) fn offers(around: &Around<'_>) -> Vec<Offer> {
    with(around, |presets| Ok(presets.offers())).unwrap_or_default()
}

/// Reads the configuration in the first place that has one.
fn with<T>(
    around: &Around<'_>,
    take: impl FnOnce(&Presets<'_>) -> Result<T, PresetError>,
) -> Result<T, PresetError> {
    let variable = |name: &str| around.variable(name);
    let read = |path: &Path| std::fs::read(path).ok().map(Zeroizing::new);
    let files = config_files(SYSTEM, &variable);
    let content = files.iter().find_map(|file| read(file));
    let content = content.ok_or(PresetError::Unreadable)?;
    let text = std::str::from_utf8(&content).map_err(|_| PresetError::Damaged)?;
    take(&Presets::read(text, cfg!(windows), &variable, &read)?)
}
