//! From spools to the zip: entries in the order of their names, one root folder, published by rename.
use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::NamedTempFile;
use zip::{DateTime, ZipArchive, ZipWriter};

use super::BundleError;
use super::spool::Spooled;

/// One entry of the zip to be: where its deflated content lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placed {
    /// Full name, root folder included: the zip is in the order of these.
    pub name: String,
    /// Which spool.
    pub spool: usize,
    /// Which entry of that spool.
    pub number: usize,
}

/// When the bundle was made: every entry carries this time, whatever the machine's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadeAt(pub jiff::Timestamp);

impl MadeAt {
    /// `YYYYMMDDTHHMMSSZ` for names.
    #[must_use]
    pub fn compact(self) -> String {
        self.0.strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    fn dos(self) -> DateTime {
        let t = self.0.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        let year = u16::try_from(t.year()).unwrap_or(1980);
        let small = |n: i8| u8::try_from(n).unwrap_or(0);
        DateTime::from_date_and_time(
            year,
            small(t.month()),
            small(t.day()),
            small(t.hour()),
            small(t.minute()),
            small(t.second()),
        )
        .unwrap_or_default()
    }
}

/// The zip before it is released: a file that vanishes unless it is published.
pub struct Candidate {
    file: NamedTempFile,
    /// Size in bytes.
    pub bytes: u64,
}

/// Puts the zip together in `folder`, which becomes its place when it is published.
///
/// # Errors
/// [`BundleError`] for a full disk or a folder that cannot be written to.
pub fn assemble(
    folder: &Path,
    made_at: MadeAt,
    spools: &mut [Spooled],
    entries: &[Placed],
) -> Result<Candidate, BundleError> {
    let zip_error = |e: zip::result::ZipError| match e {
        zip::result::ZipError::Io(io) => BundleError::write(&io),
        other => BundleError::Zip(other.to_string()),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".aoc-bundle-")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(|e| BundleError::Folder(super::plain(&e)))?;
    let mut archives = Vec::with_capacity(spools.len());
    for spool in spools.iter_mut() {
        spool
            .file
            .seek(SeekFrom::Start(0))
            .map_err(|e| BundleError::write(&e))?;
        archives.push(ZipArchive::new(BufReader::new(&spool.file)).map_err(zip_error)?);
    }
    let mut entries = entries.to_vec();
    entries.sort();
    let mut writer = ZipWriter::new(BufWriter::with_capacity(1 << 18, file.as_file_mut()));
    for entry in &entries {
        let archive = archives
            .get_mut(entry.spool)
            .ok_or_else(|| BundleError::Zip("no such spool".to_owned()))?;
        let source = archive.by_index_raw(entry.number).map_err(zip_error)?;
        writer
            .raw_copy_file_touch(source, made_at.dos(), Some(0o600))
            .map_err(zip_error)?;
    }
    let mut out = writer.finish().map_err(zip_error)?;
    out.flush().map_err(|e| BundleError::write(&e))?;
    drop(out);
    let bytes = file
        .as_file()
        .metadata()
        .map_err(|e| BundleError::write(&e))?
        .len();
    Ok(Candidate { file, bytes })
}

impl Candidate {
    /// Opens the finished zip for the verifier.
    ///
    /// # Errors
    /// [`BundleError::Write`] if it cannot be read back.
    pub fn reopen(&self) -> Result<File, BundleError> {
        self.file.reopen().map_err(|e| BundleError::write(&e))
    }

    /// Renames the zip into place; never over another file.
    ///
    /// # Errors
    /// [`BundleError::Exists`] if the name is taken.
    pub fn publish(self, target: &Path) -> Result<(), BundleError> {
        self.file
            .as_file()
            .sync_all()
            .map_err(|e| BundleError::write(&e))?;
        self.file
            .persist_noclobber(target)
            .map(drop)
            .map_err(|e| match e.error.kind() {
                std::io::ErrorKind::AlreadyExists => BundleError::Exists,
                _ => BundleError::write(&e.error),
            })
    }
}
