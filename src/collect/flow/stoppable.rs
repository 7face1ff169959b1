//! A file that stops giving bytes when the person stops the run.
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, Ordering};

/// A reader that ends when the person stops the run: the verifier may be at it for long.
pub(in crate::collect) struct Stoppable<'a> {
    pub(in crate::collect) inner: File,
    pub(in crate::collect) stop: &'a AtomicBool,
}

impl Read for Stoppable<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(std::io::ErrorKind::Other.into());
        }
        self.inner.read(buf)
    }
}

impl Seek for Stoppable<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(to)
    }
}
