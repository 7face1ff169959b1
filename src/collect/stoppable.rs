//! A reader that fails once the user stops the run, so that a long reading ends early.
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, Ordering};

/// Fails once `stop` is set.
pub(super) struct Stoppable<'a, R> {
    pub(super) inner: R,
    pub(super) stop: &'a AtomicBool,
}

impl<R: Read> Read for Stoppable<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(Error::from(ErrorKind::Other));
        }
        self.inner.read(buf)
    }
}

impl<R: Seek> Seek for Stoppable<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.inner.seek(to)
    }
}
