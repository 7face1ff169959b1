//! Temporary storage of deflated entries until the zip is put together. A file without a name in the output folder,
//! readable by its owner only, that holds redacted text only: the deflate streams one after the other, with a table
//! of them in memory.
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::BundleError;
use super::deflate::{Packed, STREAM_END};

/// A finished entry of a spool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryFacts {
    /// Its number in the spool.
    pub number: usize,
    /// Size after redaction in bytes.
    pub bytes: u64,
    /// SHA-256 of the content in hexadecimal.
    pub sha256: String,
}

/// The entry with this number in the spool with that number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Number of the spool in the run.
    pub spool: usize,
    /// Number of the entry in the spool.
    pub number: usize,
}

/// A deflate stream in the file of a spool.
pub(super) struct Stream {
    pub(super) start: u64,
    /// Deflated bytes.
    pub(super) len: u64,
    /// Bytes of the content.
    pub(super) bytes: u64,
    /// CRC-32 of the content.
    pub(super) crc: u32,
}

/// Takes entries one after the other.
pub struct Spool {
    file: BufWriter<File>,
    streams: Vec<Stream>,
    /// Bytes written to the file.
    written: u64,
}

/// A finished spool, ready to be read back.
pub struct Spooled {
    file: File,
    streams: Vec<Stream>,
}

impl Spooled {
    /// The content of an entry. Entries are read one at a time: the readers share the position in the file.
    ///
    /// # Errors
    /// [`BundleError`] if the spool cannot be read back.
    pub fn open(&self, number: usize) -> Result<impl Read + Send + use<>, BundleError> {
        self.open_at(number, 0)
    }

    /// The content of an entry from the beginning of one of its blocks, `deflated` bytes behind the beginning of its
    /// deflate stream.
    ///
    /// # Errors
    /// [`BundleError`] if the spool cannot be read back.
    pub fn open_at(
        &self,
        number: usize,
        deflated: u64,
    ) -> Result<impl Read + Send + use<>, BundleError> {
        let stream = self.stream(number)?;
        let skip = deflated.min(stream.len);
        let mut file = self.file.try_clone().map_err(|e| BundleError::write(&e))?;
        file.seek(SeekFrom::Start(stream.start + skip))
            .map_err(|e| BundleError::write(&e))?;
        Ok(flate2::read::DeflateDecoder::new(
            file.take(stream.len - skip),
        ))
    }

    /// The deflate stream of an entry, and its bytes.
    pub(super) fn raw(&self, number: usize) -> Result<(&Stream, impl Read), BundleError> {
        let stream = self.stream(number)?;
        let mut file = &self.file;
        file.seek(SeekFrom::Start(stream.start))
            .map_err(|e| BundleError::write(&e))?;
        Ok((stream, file.take(stream.len)))
    }

    fn stream(&self, number: usize) -> Result<&Stream, BundleError> {
        self.streams
            .get(number)
            .ok_or_else(|| BundleError::Zip("no such entry in the spool".to_owned()))
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
            file: BufWriter::with_capacity(1 << 18, file),
            streams: Vec::new(),
            written: 0,
        })
    }

    /// Deflated bytes so far.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Writes one entry from its blocks, which `next` gives one by one until it gives `None`. `next` gets the number
    /// of deflated bytes so far.
    ///
    /// # Errors
    /// [`BundleError::Write`] for a full disk; whatever `next` fails with.
    pub fn entry<E: From<BundleError>>(
        &mut self,
        mut next: impl FnMut(u64) -> Result<Option<Packed>, E>,
    ) -> Result<EntryFacts, E> {
        let start = self.written;
        let mut crc = crc32fast::Hasher::new();
        let mut sha = Sha256::new();
        let mut bytes = 0u64;
        while let Some(block) = next(self.written)? {
            self.write(&block.deflated)?;
            crc.combine(&block.crc);
            sha.update(&block.plain);
            bytes += block.plain.len() as u64;
        }
        self.write(&STREAM_END)?;
        self.streams.push(Stream {
            start,
            len: self.written - start,
            bytes,
            crc: crc.finalize(),
        });
        Ok(EntryFacts {
            number: self.streams.len() - 1,
            bytes,
            sha256: data_encoding::HEXLOWER.encode(&sha.finalize()),
        })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BundleError> {
        self.file
            .write_all(bytes)
            .map_err(|e| BundleError::write(&e))?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// Makes the spool readable.
    ///
    /// # Errors
    /// [`BundleError::Write`] for a full disk.
    pub fn finish(self) -> Result<Spooled, BundleError> {
        let file = self
            .file
            .into_inner()
            .map_err(|e| BundleError::write(e.error()))?;
        Ok(Spooled {
            file,
            streams: self.streams,
        })
    }
}
