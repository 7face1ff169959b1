//! The spool: entries in the order in which they were finished, each deflated stream joined from blocks. A
//! file without a name in the target's folder, readable by its owner only, holding redacted text only.
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use rawzip::{CompressionMethod, DataDescriptorOutput, ZipArchiveWriter};
use sha2::{Digest, Sha256};

use super::BundleError;
use super::deflate::{Packed, STREAM_END};

/// What an entry is, once it is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryFacts {
    /// Its number in the spool.
    pub number: usize,
    /// Size after redaction in bytes.
    pub bytes: u64,
    /// Size in the zip in bytes.
    pub deflated: u64,
    /// SHA-256 of the content in hexadecimal.
    pub sha256: String,
}

/// Takes entries one after the other.
pub struct Spool {
    writer: ZipArchiveWriter<BufWriter<File>>,
    entries: usize,
    written: u64,
}

/// A finished spool, ready to be read back.
pub struct Spooled {
    pub(super) file: File,
}

impl Spooled {
    /// The content of an entry, as a stream. One at a time: they share the place in the file.
    ///
    /// # Errors
    /// [`BundleError`] if the spool cannot be read back.
    pub fn open(&self, number: usize) -> Result<impl Read + Send + use<>, BundleError> {
        self.open_at(number, 0)
    }

    /// The content of an entry from the beginning of one of its blocks: behind so many deflated bytes.
    ///
    /// # Errors
    /// [`BundleError`] if the spool cannot be read back.
    pub fn open_at(
        &self,
        number: usize,
        deflated: u64,
    ) -> Result<impl Read + Send + use<>, BundleError> {
        let io = |e: std::io::Error| BundleError::write(&e);
        let mut file = self.file.try_clone().map_err(io)?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        let zip = |e: zip::result::ZipError| BundleError::Zip(e.to_string());
        let mut archive = zip::ZipArchive::new(std::io::BufReader::new(&file)).map_err(zip)?;
        let (start, len) = {
            let entry = archive.by_index_raw(number).map_err(zip)?;
            (entry.data_start(), entry.compressed_size())
        };
        drop(archive);
        let start = start
            .ok_or_else(|| BundleError::Zip("an entry of the spool has no place".to_owned()))?;
        let skip = deflated.min(len);
        file.seek(SeekFrom::Start(start + skip)).map_err(io)?;
        Ok(flate2::read::DeflateDecoder::new(file.take(len - skip)))
    }
}

impl Spool {
    /// An empty spool in this folder.
    ///
    /// # Errors
    /// [`BundleError::Folder`] if the folder cannot be written to.
    pub fn new(folder: &Path) -> Result<Self, BundleError> {
        let file =
            tempfile::tempfile_in(folder).map_err(|e| BundleError::Folder(super::plain(&e)))?;
        Ok(Self {
            writer: ZipArchiveWriter::new(BufWriter::with_capacity(1 << 18, file)),
            entries: 0,
            written: 0,
        })
    }

    /// Bytes of deflated content so far.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Writes one entry under its full name (root folder included) from its blocks, pulled one by one until
    /// `next` gives `None`. `next` is told how many bytes are deflated so far.
    ///
    /// # Errors
    /// [`BundleError::Write`] for a full disk; whatever `next` fails with.
    pub fn entry<E: From<BundleError>>(
        &mut self,
        name: &str,
        mut next: impl FnMut(u64) -> Result<Option<Packed>, E>,
    ) -> Result<EntryFacts, E> {
        let zip = |e: rawzip::Error| E::from(raw_error(&e));
        let io = |e: std::io::Error| E::from(BundleError::write(&e));
        let mut crc = crc32fast::Hasher::new();
        let mut sha = Sha256::new();
        let (mut bytes, mut deflated) = (0u64, 0u64);
        let (mut entry, _) = self
            .writer
            .new_file(name)
            .compression_method(CompressionMethod::DEFLATE)
            .unix_permissions(0o600)
            .start()
            .map_err(zip)?;
        while let Some(block) = next(self.written + deflated)? {
            entry.write_all(&block.deflated).map_err(io)?;
            crc.combine(&block.crc);
            sha.update(&block.plain);
            bytes += block.plain.len() as u64;
            deflated += block.deflated.len() as u64;
        }
        entry.write_all(&STREAM_END).map_err(io)?;
        entry
            .finish(DataDescriptorOutput::new(crc.finalize(), bytes))
            .map_err(zip)?;
        self.written += deflated;
        self.entries += 1;
        Ok(EntryFacts {
            number: self.entries - 1,
            bytes,
            deflated,
            sha256: data_encoding::HEXLOWER.encode(&sha.finalize()),
        })
    }

    /// Writes the directory of the spool and makes it readable.
    ///
    /// # Errors
    /// [`BundleError::Write`] for a full disk.
    pub fn finish(self) -> Result<Spooled, BundleError> {
        let buffered = self.writer.finish().map_err(|e| raw_error(&e))?;
        let mut file = buffered
            .into_inner()
            .map_err(|e| BundleError::write(e.error()))?;
        file.flush()
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .map_err(|e| BundleError::write(&e))?;
        Ok(Spooled { file })
    }
}

/// The library wraps the disk's errors in its own.
fn raw_error(error: &rawzip::Error) -> BundleError {
    match error.kind() {
        rawzip::ErrorKind::IO(io) => BundleError::write(io),
        _ => BundleError::Zip(error.to_string()),
    }
}
