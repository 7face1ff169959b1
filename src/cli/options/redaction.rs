//! Options of redaction: rules, key, kept values, reversal map.
use std::path::PathBuf;

use anyhow::Result;

use super::{secrets, settings_file};
use crate::cli::args::{MapArgs, RedactionArgs};
use crate::collect::{MapRequest, Output};
use crate::pseudonym::Key;
use crate::redact::Rules;

/// What a redactor is made of, for commands that do not collect.
pub(in crate::cli) struct Redaction {
    pub(in crate::cli) rules: Rules,
    pub(in crate::cli) key: Option<Key>,
    pub(in crate::cli) keep: Vec<String>,
}

/// Rules, key and kept values of the options and of the settings file.
pub(in crate::cli) fn redaction(args: &RedactionArgs) -> Result<Redaction> {
    let settings = settings_file::read(args.config.as_deref())?;
    let mut keep = args.keep.clone();
    keep.extend(settings.keep);
    Ok(Redaction {
        key: secrets::key(args.key_file.as_deref().or(settings.key_file.as_deref()))?,
        keep,
        rules: match settings.table {
            Some(table) => table,
            None => Rules::builtin()?,
        },
    })
}

/// The reversal map of `--map`; asks for the passphrase at the terminal where none is given.
pub(in crate::cli) fn map(args: &MapArgs, may_ask: bool) -> Result<Option<MapRequest>> {
    let Some(path) = &args.map else {
        return Ok(None);
    };
    Ok(Some(MapRequest {
        output: output(Some(path)),
        lock: secrets::lock(
            &args.map_recipient,
            args.map_passphrase_file.as_deref(),
            may_ask,
        )?,
    }))
}

/// A folder if the path is one or ends like one, else a file.
pub(super) fn output(path: Option<&PathBuf>) -> Output {
    match path {
        None => Output::Folder(PathBuf::from(".")),
        Some(path) if path.is_dir() || path.to_string_lossy().ends_with(['/', '\\']) => {
            Output::Folder(path.clone())
        }
        Some(path) => Output::File(path.clone()),
    }
}
