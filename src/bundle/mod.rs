//! The zip with its manifest, and the reversal map. This module is the only one that writes evidence to disk, and it takes
//! redacted text only. What is collected is decided elsewhere.
//!
//! Blocks are deflated by the workers ([`deflate`]), joined to entries in a temporary file ([`spool`]), and copied into the
//! zip in the order of their names ([`zip_file`]), so that the bytes do not depend on the order in which threads finish.

pub mod deflate;
pub mod entry_names;
pub(crate) mod line_index;
pub mod manifest;
pub mod reversal_map;
pub mod spool;
pub mod zip_file;

/// Why the bundle could not be written. Fatal: without it there is nothing to release.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The folder of the target cannot be written to.
    #[error("cannot write into the output folder: {0}; choose another place with --output")]
    Folder(String),
    /// The disk is full, or the file could not be written.
    #[error("cannot write the bundle: {0}; free some space or choose another place with --output")]
    Write(String),
    /// A file of the wanted name is already there.
    #[error(
        "a file of that name already exists and is not overwritten; choose another name with --output"
    )]
    Exists,
    /// The zip library refused its own input: a defect of ours.
    #[error("the zip could not be put together: {0}; please report this")]
    Zip(String),
}

impl BundleError {
    /// The plain words of an I/O error, without the path that it may carry.
    fn write(error: &std::io::Error) -> Self {
        Self::Write(plain(error))
    }
}

/// What an I/O error says, in a few words that name no file.
fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::NotFound => "the folder does not exist".to_owned(),
        std::io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        std::io::ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        kind => kind.to_string(),
    }
}

#[cfg(test)]
mod reversal_map_tests;
