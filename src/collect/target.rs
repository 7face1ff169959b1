//! Where the zip and the reversal map go, and the name of the root folder in the zip.
use std::path::{Path, PathBuf};

use super::error::CollectError;
use super::request::{Output, Request};
use crate::bundle::BundleError;
use crate::bundle::zip_file::MadeAt;

/// Where the zip goes.
#[derive(Debug)]
pub(super) struct Target {
    /// The folder of the zip, which takes the temporary files too.
    pub(super) folder: PathBuf,
    /// The name of the root folder in the zip, and of the zip where the user gives none.
    pub(super) stem: String,
    /// When the bundle is made.
    pub(super) made_at: MadeAt,
    /// The zip.
    pub(super) zip: PathBuf,
    /// The reversal map, where one is wanted.
    pub(super) map: Option<PathBuf>,
}

impl Target {
    /// Settles the paths of a request. A file that exists already is an error before anything is read.
    pub(super) fn of(request: &Request) -> Result<Self, CollectError> {
        let made_at = MadeAt(request.clock.now());
        let case = request.case.number.as_deref();
        let case = case.map_or_else(String::new, |c| format!("{c}."));
        let own = format!("{case}aoc-bundle-{}", made_at.compact());
        let (folder, stem, zip) = match &request.output {
            Output::Folder(folder) => {
                let stem = free_stem(folder, own)?;
                let zip = folder.join(format!("{stem}.zip"));
                (folder.clone(), stem, zip)
            }
            Output::File(file) => {
                let folder = folder_of(file)?;
                (folder, stem_of(file).unwrap_or(own), file.clone())
            }
        };
        let map = request.map.as_ref().map(|map| match &map.output {
            Output::File(file) => file.clone(),
            Output::Folder(folder) => folder.join(format!("{stem}.map.age")),
        });
        Ok(Self {
            folder,
            stem,
            made_at,
            zip,
            map,
        })
    }
}

/// The name that no zip of the folder has: of two runs in one second, the later one counts up.
fn free_stem(folder: &Path, own: String) -> Result<String, CollectError> {
    if !folder.is_dir() {
        return Err(CollectError::Output(
            "the output folder does not exist; make it first, or give another with --output"
                .to_owned(),
        ));
    }
    let numbered = (2..100).map(|n| format!("{own}-{n}"));
    let stem = std::iter::once(own.clone())
        .chain(numbered)
        .find(|s| !folder.join(format!("{s}.zip")).exists());
    Ok(stem.unwrap_or(own))
}

/// The folder of an output file that does not exist yet.
fn folder_of(file: &Path) -> Result<PathBuf, CollectError> {
    if file.exists() {
        return Err(BundleError::Exists.into());
    }
    let folder = file
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(CollectError::Output(
            "the folder of the output file does not exist; make it first".to_owned(),
        ));
    }
    Ok(folder.to_path_buf())
}

/// The stem of an output file as the name of the root folder, where it holds plain letters, digits, `.`, `-` and `_`.
fn stem_of(file: &Path) -> Option<String> {
    let stem = file.file_stem()?.to_str()?;
    let plain = stem
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    let edges = !stem.starts_with('.') && !stem.ends_with('.');
    (plain && edges && (1..=80).contains(&stem.len())).then(|| stem.to_owned())
}
