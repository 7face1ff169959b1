//! The zip file: takes deflated entries from the spools in the order of their names, below one root folder, and gets
//! its name by a rename once it was verified.
use std::fs::File;
use std::io::{BufWriter, Cursor, Read, Write};
use std::path::Path;

use tempfile::NamedTempFile;
use zip::read::{ZipReadOptions, read_zipfile_from_stream_with_options};
use zip::{DateTime, ZipWriter};

use super::BundleError;
use super::spool::{Place, Spooled};

/// One entry of the future zip.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ZipEntry {
    /// Full name, root folder included: the zip is in the order of these.
    pub name: String,
    /// The deflated content.
    pub place: Place,
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

/// The zip before it is released: a temporary file that is deleted unless it is published.
pub struct DraftZip {
    file: NamedTempFile,
    /// Size in bytes.
    pub bytes: u64,
}

/// Writes the zip into `folder`, where it stays when it is published. `entries` may come in any order.
///
/// # Errors
/// [`BundleError`] for a full disk or a folder that cannot be written to.
pub fn assemble(
    folder: &Path,
    made_at: MadeAt,
    spools: &[Spooled],
    entries: &[ZipEntry],
) -> Result<DraftZip, BundleError> {
    let mut file = tempfile::Builder::new()
        .prefix(".aoc-bundle-")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(|e| BundleError::Folder(super::plain(&e)))?;
    let mut entries: Vec<&ZipEntry> = entries.iter().collect();
    entries.sort();
    let mut writer = ZipWriter::new(BufWriter::with_capacity(1 << 18, file.as_file_mut()));
    for entry in entries {
        let spool = spools
            .get(entry.place.spool)
            .ok_or_else(|| BundleError::Zip("no such spool".to_owned()))?;
        let (stream, content) = spool.raw(entry.place.number)?;
        let mut source = Cursor::new(local_header(&entry.name)?).chain(content);
        let sizes = ZipReadOptions::default()
            .override_compressed_size(stream.len)
            .override_uncompressed_size(stream.bytes)
            .override_crc(stream.crc);
        let source = read_zipfile_from_stream_with_options(&mut source, sizes)
            .map_err(zip_error)?
            .ok_or_else(|| BundleError::Zip("an entry without a header".to_owned()))?;
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
    Ok(DraftZip { file, bytes })
}

/// The header in front of a deflated file in a zip (APPNOTE 4.3.7), sizes and checksum left open. The `zip` crate takes
/// a stream that is deflated already only as an entry of another zip.
fn local_header(name: &str) -> Result<Vec<u8>, BundleError> {
    let name_len = u16::try_from(name.len())
        .map_err(|_| BundleError::Zip("the name of an entry is too long".to_owned()))?;
    // Signature; version 2.0, made on Unix.
    let mut header = b"PK\x03\x04\x14\x03".to_vec();
    // Bit 3: sizes and checksum are not in the header. Bit 11: the name is UTF-8.
    header.extend([0x08, if name.is_ascii() { 0 } else { 0x08 }]);
    // Deflate; midnight on 1980-01-01, which the time of the bundle replaces.
    header.extend([8, 0, 0, 0, 0x21, 0]);
    header.extend([0; 12]);
    header.extend(name_len.to_le_bytes());
    header.extend([0; 2]);
    header.extend(name.as_bytes());
    Ok(header)
}

fn zip_error(error: zip::result::ZipError) -> BundleError {
    match error {
        zip::result::ZipError::Io(io) => BundleError::write(&io),
        other => BundleError::Zip(other.to_string()),
    }
}

impl DraftZip {
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
