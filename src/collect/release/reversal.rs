//! The reversal map of a run: checked before anything is collected, written after the zip has its name. A map that
//! cannot be written costs the map, never the bundle.
use std::path::{Path, PathBuf};

use super::candidate::Released;
use crate::bundle::reversal_map;
use crate::bundle::reversal_map::{About, MapError};
use crate::collect::request::{Output, Request};
use crate::collect::run::CollectError;

/// What became of the map.
#[derive(Debug)]
pub struct Reversal {
    /// Where it is or should be.
    pub path: PathBuf,
    /// How many pseudonyms it tells, or why it was not written.
    pub names: Result<usize, MapError>,
    /// True if every name of the run fitted in.
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

fn path(output: &Output, stem: &str) -> PathBuf {
    match output {
        Output::File(file) => file.clone(),
        Output::Folder(folder) => folder.join(format!("{stem}.map.age")),
    }
}

/// Says before anything is collected that the map cannot be written.
pub(in crate::collect) fn check(
    request: &Request,
    folder: &Path,
    stem: &str,
) -> Result<(), CollectError> {
    let Some(wanted) = &request.map else {
        return Ok(());
    };
    let path = path(&wanted.output, stem);
    let zip = match &request.output {
        Output::File(file) => file.clone(),
        Output::Folder(_) => folder.join(format!("{stem}.zip")),
    };
    if path == zip {
        return Err(CollectError::Output(
            "--map names the zip itself; the map is a file of its own, e.g. case.map.age"
                .to_owned(),
        ));
    }
    reversal_map::check(&path).map_err(|e| CollectError::Output(e.to_string()))
}

/// Writes the map of a released bundle, where one is wanted.
pub(in crate::collect) fn write(
    request: &Request,
    released: &Released,
    stem: &str,
    key_id: &str,
    created: jiff::Timestamp,
) -> Option<Reversal> {
    let wanted = request.map.as_ref()?;
    let path = path(&wanted.output, stem);
    let bundle = released
        .path
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let about = About {
        bundle: &bundle,
        key_id,
        created,
    };
    let written = reversal_map::write(&path, &wanted.lock, &about, &released.originals);
    Some(Reversal {
        path,
        names: written.map(|()| released.originals.len()),
        whole: released.originals.is_complete(),
    })
}
