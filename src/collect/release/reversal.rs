//! The reversal map of a run: its path is checked before anything is collected, and it is written after the zip. If that
//! fails, the bundle is complete all the same.
use std::path::PathBuf;

use crate::bundle::reversal_map;
use crate::bundle::reversal_map::{About, MapError};
use crate::collect::error::CollectError;
use crate::collect::request::Request;
use crate::collect::target::Target;
use crate::redact::Originals;

/// What became of the map.
#[derive(Debug)]
pub struct Reversal {
    /// Where it is or should be.
    pub path: PathBuf,
    /// How many pseudonyms are in it, or why it was not written.
    pub names: Result<usize, MapError>,
    /// True if it has room for every name of the run.
    pub whole: bool,
}

impl Reversal {
    /// True if it was written and holds every name of the run.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.whole && self.names.is_ok()
    }

    /// What is wrong with it and what to do, in one sentence; `None` where all is well.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        match &self.names {
            Err(error) => Some(format!(
                "The bundle is complete, but its reversal map was not written: {error}. Collect again to have one."
            )),
            Ok(names) if !self.whole => Some(format!(
                "The reversal map is full: it tells {names} names, and there were more. Collect less at a time, with --since or --log."
            )),
            Ok(_) => None,
        }
    }
}

/// Fails before anything is collected if the map cannot be written.
pub(in crate::collect) fn check(target: &Target) -> Result<(), CollectError> {
    let Some(path) = &target.map else {
        return Ok(());
    };
    if *path == target.zip {
        return Err(CollectError::Output(
            "--map names the zip itself; the map is a file of its own, e.g. case.map.age"
                .to_owned(),
        ));
    }
    reversal_map::check(path).map_err(|e| CollectError::Output(e.to_string()))
}

/// Writes the map of a released bundle, where one is wanted.
pub(in crate::collect) fn write(
    request: &Request,
    target: &Target,
    originals: &Originals,
    key_id: &str,
) -> Option<Reversal> {
    let (wanted, path) = (request.map.as_ref()?, target.map.clone()?);
    let bundle = target.zip.file_name();
    let bundle = bundle.map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let about = About {
        bundle: &bundle,
        key_id,
        created: target.made_at.0,
    };
    let written = reversal_map::write(&path, &wanted.lock, &about, originals);
    Some(Reversal {
        path,
        names: written.map(|()| originals.len()),
        whole: originals.is_complete(),
    })
}
