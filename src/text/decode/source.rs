//! A buffer in front of a reader that can look ahead and keeps an error for its turn.
use std::io::{self, Read};

use super::error::TextError;

/// Size of the buffer in bytes; no look-ahead may be longer.
pub(in crate::text) const CAPACITY: usize = 64 * 1024;

/// A buffered reader: bytes read before an error are handed out before the error, and the error
/// stays.
pub(in crate::text) struct Source<R> {
    inner: R,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    read: u64,
    ended: bool,
    failed: Option<TextError>,
}

impl<R: Read> Source<R> {
    /// A buffer in front of `inner`, still empty.
    pub(in crate::text) fn new(inner: R) -> Self {
        Self {
            inner,
            buffer: Vec::new(),
            from: 0,
            to: 0,
            read: 0,
            ended: false,
            failed: None,
        }
    }

    /// Reads until `wanted` bytes (at most [`CAPACITY`]) lie in the buffer, or the end or an error
    /// is reached.
    pub(in crate::text) fn look_ahead(&mut self, wanted: usize) -> &[u8] {
        let wanted = wanted.min(CAPACITY);
        if self.buffer.is_empty() {
            self.buffer.resize(CAPACITY, 0);
        }
        if self.ready().len() < wanted && self.from > 0 {
            self.buffer.copy_within(self.from..self.to, 0);
            self.to -= self.from;
            self.from = 0;
        }
        while self.ready().len() < wanted && self.open() {
            let room = self.buffer.get_mut(self.to..).unwrap_or_default();
            match read_some(&mut self.inner, room) {
                Ok(0) => self.ended = true,
                Ok(more) => {
                    self.read += more as u64;
                    self.to += more;
                }
                Err(error) => self.failed = Some(error),
            }
        }
        self.ready()
    }

    /// What lies in the buffer now.
    pub(in crate::text) fn ready(&self) -> &[u8] {
        self.buffer.get(self.from..self.to).unwrap_or_default()
    }

    /// Marks bytes of the buffer as used.
    pub(in crate::text) fn consume(&mut self, used: usize) {
        self.from = (self.from + used).min(self.to);
    }

    /// The reader behind the buffer.
    pub(in crate::text) fn inner(&self) -> &R {
        &self.inner
    }

    /// Bytes taken from the reader so far.
    pub(in crate::text) fn taken(&self) -> u64 {
        self.read
    }

    /// The error of the reader, once the buffer before it is used up.
    pub(in crate::text) fn error(&self) -> Option<TextError> {
        self.failed.clone().filter(|_| self.ready().is_empty())
    }

    fn open(&self) -> bool {
        !self.ended && self.failed.is_none()
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.ready().is_empty() && out.len() >= CAPACITY && self.open() {
            match read_some(&mut self.inner, out) {
                Ok(0) => self.ended = true,
                Ok(more) => {
                    self.read += more as u64;
                    return Ok(more);
                }
                Err(error) => self.failed = Some(error),
            }
        }
        let ready = self.look_ahead(1);
        let count = ready.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..count), ready.get(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        match self.error() {
            Some(error) if count == 0 && !out.is_empty() => Err(error.into()),
            _ => Ok(count),
        }
    }
}

/// One read that is tried again when a signal interrupts it.
pub(in crate::text) fn read_some(
    inner: &mut impl Read,
    out: &mut [u8],
) -> Result<usize, TextError> {
    loop {
        match inner.read(out) {
            Ok(count) => return Ok(count.min(out.len())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(TextError::from_io(&error)),
        }
    }
}
