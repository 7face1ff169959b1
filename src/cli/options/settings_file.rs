//! The settings file of `--config`: the same names as the options, and the user's own rules.
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::user_rules;
use crate::cli::exit::Usage;
use crate::redact::Rules;

/// Largest settings file: 8 MiB.
const LARGEST_SETTINGS: u64 = 8 << 20;
/// A settings file; it holds no secrets.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct SettingsFile {
    pub(super) package_id: Option<String>,
    pub(super) package_name: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) user_name: Option<String>,
    pub(super) org: Option<String>,
    pub(super) case: Option<String>,
    pub(super) output: Option<PathBuf>,
    pub(super) key_file: Option<PathBuf>,
    pub(super) max_size: Option<String>,
    pub(super) deadline: Option<String>,
    pub(super) jobs: Option<usize>,
    #[serde(default)]
    pub(super) keep: Vec<String>,
    #[serde(default)]
    pub(super) log: Vec<String>,
    #[serde(default)]
    pub(super) rule: Vec<user_rules::Row>,
    pub(super) aoc_url: Option<String>,
    pub(super) ascli_preset: Option<String>,
    pub(super) node_url: Option<String>,
    pub(super) ca_cert: Option<PathBuf>,
    pub(super) api_deadline: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) private_key_file: Option<PathBuf>,
    pub(super) username: Option<String>,
    /// The built-in rules and those of the file; `None` where the file has none.
    #[serde(skip)]
    pub(super) table: Option<Rules>,
}

/// Reads the file of `--config`, where one is given.
pub(super) fn read(file: Option<&Path>) -> Result<SettingsFile> {
    let Some(file) = file else {
        return Ok(SettingsFile::default());
    };
    let bytes = user_rules::read(file, LARGEST_SETTINGS)
        .context("cannot read the file of --config")?
        .ok_or_else(|| {
            Usage("the file of --config is larger than 8 MiB; put long lists of words into files of their own, with `words-file`".to_owned())
        })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Usage("the file of --config is not UTF-8; save it as UTF-8".to_owned()))?;
    let mut settings: SettingsFile = toml::from_str(&text).map_err(|e| {
        // The parser quotes the line, which may hold a secret: only its number and the reason are shown.
        let line = e.span().map_or(0, |s| {
            text[..s.start.min(text.len())].matches('\n').count() + 1
        });
        Usage(format!(
            "the file of --config is not understood in line {line}: {}",
            without_value(e.message())
        ))
    })?;
    let rows = std::mem::take(&mut settings.rule);
    if !rows.is_empty() {
        settings.table = Some(user_rules::table(file, &text, rows)?);
    }
    Ok(settings)
}

/// A reason of the parser without the value that it complains about: `invalid type: string "x",
/// expected usize` says what was typed.
fn without_value(reason: &str) -> String {
    match (reason.split_once(": "), reason.rsplit_once(", expected ")) {
        (Some((what, _)), Some((_, wanted))) if what.starts_with("invalid ") => {
            format!("{what}, expected {wanted}")
        }
        _ => reason.to_owned(),
    }
}
