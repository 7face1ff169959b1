//! What stands at a path: a file that can be opened, or something that is told and left alone.
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What tells two names of one file from two files.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileId {
    /// Device and inode number.
    Inode(u64, u64),
    /// The resolved path, where the system gives no numbers.
    Path(PathBuf),
}

/// What is found at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A regular file.
    File {
        /// Size in bytes.
        size: u64,
        /// Time of last change, where known.
        modified: Option<SystemTime>,
        /// Its identity.
        id: FileId,
    },
    /// A folder where a file should be.
    Folder,
    /// A link to a folder below a folder that is searched to any depth: not followed.
    LinkedFolder,
    /// A FIFO, socket or device, by its name in plain words.
    Special(&'static str),
    /// Something that could not be looked at.
    Trouble(Trouble),
}

/// Why something could not be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// Nothing is there.
    Absent,
    /// It was listed a moment ago and is gone.
    Vanished,
    /// A link to nothing.
    Dangling,
    /// Links that lead to each other.
    Loop,
    /// The right to look is missing.
    Denied,
    /// More entries than one search may look at.
    TooMany,
    /// Anything else that the system reports.
    Other(io::ErrorKind),
}

impl From<&io::Error> for Trouble {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Absent,
            io::ErrorKind::PermissionDenied => Self::Denied,
            kind => Self::Other(kind),
        }
    }
}

/// One thing found on a disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The path as asked, in the spelling of the evidence's own system.
    pub native: String,
    /// The path behind all links, in the same spelling; equal to `native` where there are none.
    pub resolved: String,
    /// The path to open on this machine, without any link in it.
    pub real: PathBuf,
    /// What it is.
    pub what: What,
}

pub(in crate::sources) fn classify(real: &Path, meta: &Metadata) -> What {
    if meta.is_file() {
        return What::File {
            size: meta.len(),
            modified: meta.modified().ok(),
            id: identity(real, meta),
        };
    }
    if meta.is_dir() {
        return What::Folder;
    }
    What::Special(special_name(meta))
}

#[cfg(unix)]
pub(in crate::sources) fn identity(_real: &Path, meta: &Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt;
    FileId::Inode(meta.dev(), meta.ino())
}

#[cfg(not(unix))]
pub(in crate::sources) fn identity(real: &Path, _meta: &Metadata) -> FileId {
    FileId::Path(fs::canonicalize(real).unwrap_or_else(|_| real.to_path_buf()))
}

#[cfg(unix)]
fn special_name(meta: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = meta.file_type();
    if kind.is_fifo() {
        "a named pipe (FIFO)"
    } else if kind.is_socket() {
        "a socket"
    } else if kind.is_block_device() || kind.is_char_device() {
        "a device"
    } else {
        "neither a file nor a folder"
    }
}

#[cfg(not(unix))]
fn special_name(_meta: &Metadata) -> &'static str {
    "neither a file nor a folder"
}

/// Opens a regular file for reading and nothing else: it never waits on a FIFO that took the
/// file's place in the meantime, and never follows a link.
///
/// # Errors
/// Those of opening, and `InvalidInput` where it is no regular file.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOFOLLOW;
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::from(io::ErrorKind::InvalidInput))
    }
}

pub(in crate::sources) fn read_start(path: &Path, limit: u64) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    open_regular(path)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| Trouble::from(&error))?;
    Ok(bytes)
}
