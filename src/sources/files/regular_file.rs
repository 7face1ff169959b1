//! Opens a file so that nothing at a known path can hang us, lie to us or make us read without end:
//! only regular files, never more bytes than the file had when it was opened.
use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::SystemTime;

/// Why a file could not be opened or read. Each text is a sentence that does not name the path: the
/// path is raw evidence and is shown beside it, redacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Nothing is there any more.
    #[error("It was there when the plan was made, and is gone now.")]
    Vanished,
    /// This user may not read it.
    #[error("This user has no right to read it.")]
    NoRight,
    /// A directory stands where a file should be.
    #[error("It is a folder where a file should be.")]
    Directory,
    /// A named pipe: reading would wait for a writer.
    #[error("It is a named pipe, not a file: reading it would wait for a writer.")]
    Fifo,
    /// A socket.
    #[error("It is a socket, not a file.")]
    Socket,
    /// A device: reading could have effects or have no end.
    #[error("It is a device, not a file: reading it could have no end.")]
    Device,
    /// Something else that is not a regular file.
    #[error("It is not a regular file.")]
    Special,
    /// Symbolic links that lead in a circle.
    #[error("Its symbolic links lead in a circle.")]
    LinkLoop,
    /// This process or the system has no file handles left.
    #[error("Too many files are open on this system.")]
    TooManyOpen,
    /// The disk could not deliver the data.
    #[error("The disk reported an error while it was read.")]
    DiskError,
    /// The server of a network file system no longer knows the file.
    #[error("The network file system lost it (stale handle).")]
    Stale,
    /// The network file system does not answer.
    #[error("The network file system did not answer in time.")]
    TimedOut,
    /// Another program keeps it to itself (Windows).
    #[error("Another program has locked it.")]
    Locked,
    /// Anything else the system said.
    #[error("The system refused to read it (error {0}).")]
    Other(i32),
}

impl OpenError {
    /// What the person can do about it, in one sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Vanished => "Collect again; a log that was rotated meanwhile has a new name now.",
            Self::NoRight if cfg!(windows) => "Run aoc-bundle again as Administrator.",
            Self::NoRight if cfg!(target_os = "macos") => {
                "Run aoc-bundle again with sudo, and allow the terminal Full Disk Access in System Settings, Privacy & Security."
            }
            Self::NoRight => {
                "Run aoc-bundle again with sudo, or let an administrator give this user the right to read it."
            }
            Self::Directory => {
                "Name the files in it with --log, or look why a folder has the name of a log."
            }
            Self::Fifo | Self::Socket | Self::Device | Self::Special => {
                "If the log is written elsewhere, name that file with --log."
            }
            Self::LinkLoop => "Repair the symbolic link, or name the real file with --log.",
            Self::TooManyOpen => {
                "Raise the limit (`ulimit -n 1024`) or use fewer threads (--jobs 2)."
            }
            Self::DiskError => "Check the disk (`dmesg`, `smartctl`); then collect again.",
            Self::Stale => "Mount the network file system again; then collect again.",
            Self::TimedOut => "Check the file server and the network; then collect again.",
            Self::Locked => "Close the program that uses it; then collect again.",
            Self::Other(_) => "Try to copy the file by hand, and name the copy with --log.",
        }
    }

    /// Reads what the system said when something was opened or read.
    #[must_use]
    pub fn from_io(error: &io::Error) -> Self {
        if let Some(known) = system::name(error) {
            return known;
        }
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Vanished,
            io::ErrorKind::PermissionDenied => Self::NoRight,
            io::ErrorKind::IsADirectory => Self::Directory,
            io::ErrorKind::StaleNetworkFileHandle => Self::Stale,
            io::ErrorKind::TimedOut => Self::TimedOut,
            io::ErrorKind::ResourceBusy => Self::Locked,
            _ => Self::Other(error.raw_os_error().unwrap_or(0)),
        }
    }
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> Self {
        Self::from_io(&error)
    }
}

/// What the end of reading told about the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOutcome {
    /// All bytes that it had when it was opened.
    Whole,
    /// It was cut while it was read (or reading was not finished): so many bytes are missing.
    Shorter {
        /// Bytes that it had when it was opened and that were not read.
        missing: u64,
    },
    /// It grew while it was read: so many bytes came later and were left out.
    Grew {
        /// Bytes that were added after it was opened.
        more: u64,
    },
}

/// A regular file, open for reading. It ends where the file ended when it was opened.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    size: u64,
    left: u64,
    modified: Option<SystemTime>,
}

impl OpenFile {
    /// Size in bytes when it was opened.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Time of last change when it was opened, where the system tells it.
    #[must_use]
    pub fn modified(&self) -> Option<SystemTime> {
        self.modified
    }

    /// What reading told, to be asked after the end was reached.
    #[must_use]
    pub fn outcome(&self) -> ReadOutcome {
        if self.left > 0 {
            return ReadOutcome::Shorter { missing: self.left };
        }
        match self.file.metadata() {
            Ok(now) if now.len() > self.size => ReadOutcome::Grew {
                more: now.len() - self.size,
            },
            _ => ReadOutcome::Whole,
        }
    }

    /// Continues at `at` bytes from the start (at most the size).
    ///
    /// # Errors
    /// What the system says; see [`OpenError::from_io`].
    pub fn skip_to(&mut self, at: u64) -> io::Result<()> {
        let at = self.file.seek(SeekFrom::Start(at.min(self.size)))?;
        self.left = self.size.saturating_sub(at);
        Ok(())
    }
}

impl Read for OpenFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let Some(buffer) = buffer.get_mut(..room) else {
            return Ok(0);
        };
        if buffer.is_empty() {
            return Ok(0);
        }
        let n = self.file.read(buffer)?;
        self.left = self.left.saturating_sub(n as u64);
        Ok(n)
    }
}

/// Opens a regular file. Anything else (pipe, socket, device, folder) is told apart and not read.
///
/// # Errors
/// What stands there instead, or why it cannot be opened.
pub fn open_regular(path: &Path) -> Result<OpenFile, OpenError> {
    // Looking first spares devices the open, which alone can rewind a tape or reset a line. The look
    // after the open is the one that counts: between the two the path may be given to another file.
    regular(&path.metadata()?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    system::harden(&mut options);
    let file = options.open(path)?;
    let meta = file.metadata()?;
    regular(&meta)?;
    Ok(OpenFile {
        file,
        size: meta.len(),
        left: meta.len(),
        modified: meta.modified().ok(),
    })
}

/// The last `n` bytes of a regular file, or all of it where it is shorter.
///
/// # Errors
/// As [`open_regular`], or the system could not read it.
pub fn tail(path: &Path, n: u64) -> Result<Vec<u8>, OpenError> {
    let mut file = open_regular(path)?;
    file.skip_to(file.size().saturating_sub(n))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn regular(meta: &Metadata) -> Result<(), OpenError> {
    if meta.is_file() {
        Ok(())
    } else if meta.is_dir() {
        Err(OpenError::Directory)
    } else {
        Err(system::kind(meta.file_type()))
    }
}

#[cfg(unix)]
mod system {
    use super::{FileType, OpenError, OpenOptions, io};
    use rustix::fs::OFlags;
    use rustix::io::Errno;
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};

    /// A pipe must not wait for its writer, a terminal must not become ours.
    pub(super) fn harden(options: &mut OpenOptions) {
        let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        options.custom_flags(flags.bits().cast_signed());
    }

    pub(super) fn kind(kind: FileType) -> OpenError {
        if kind.is_fifo() {
            OpenError::Fifo
        } else if kind.is_socket() {
            OpenError::Socket
        } else if kind.is_block_device() || kind.is_char_device() {
            OpenError::Device
        } else {
            OpenError::Special
        }
    }

    pub(super) fn name(error: &io::Error) -> Option<OpenError> {
        match Errno::from_io_error(error)? {
            Errno::LOOP => Some(OpenError::LinkLoop),
            Errno::MFILE | Errno::NFILE => Some(OpenError::TooManyOpen),
            Errno::IO => Some(OpenError::DiskError),
            Errno::NXIO => Some(OpenError::Socket),
            _ => None,
        }
    }
}

#[cfg(windows)]
mod system {
    use super::{FileType, OpenError, OpenOptions, io};
    use std::os::windows::fs::OpenOptionsExt;

    /// The program that writes the log must be able to go on writing, rename and delete it.
    pub(super) fn harden(options: &mut OpenOptions) {
        const READ_WRITE_DELETE: u32 = 1 | 2 | 4;
        options.share_mode(READ_WRITE_DELETE);
    }

    pub(super) fn kind(_kind: FileType) -> OpenError {
        OpenError::Special
    }

    pub(super) fn name(error: &io::Error) -> Option<OpenError> {
        const TOO_MANY_OPEN_FILES: i32 = 4;
        const CRC: i32 = 23;
        const SHARING_VIOLATION: i32 = 32;
        const LOCK_VIOLATION: i32 = 33;
        match error.raw_os_error()? {
            TOO_MANY_OPEN_FILES => Some(OpenError::TooManyOpen),
            CRC => Some(OpenError::DiskError),
            SHARING_VIOLATION | LOCK_VIOLATION => Some(OpenError::Locked),
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "regular_file_tests.rs"]
mod tests;
