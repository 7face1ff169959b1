//! Deflates single blocks, on any thread. The blocks in order make up one deflate stream.
use flate2::{Compress, Compression, FlushCompress};

use crate::redact::Redacted;

/// The end of a deflate stream: one empty final block.
pub(super) const STREAM_END: [u8; 2] = [0x03, 0x00];

/// A redacted block, ready for the zip.
pub struct Packed {
    /// The block as it will be read back.
    pub(super) plain: Vec<u8>,
    /// Its part of the deflate stream, ending at a byte.
    pub(super) deflated: Vec<u8>,
    /// CRC-32 of `plain`.
    pub(super) crc: crc32fast::Hasher,
}

impl Packed {
    /// Size after redaction in bytes.
    #[must_use]
    pub fn plain_len(&self) -> usize {
        self.plain.len()
    }

    /// Size in the zip in bytes.
    #[must_use]
    pub fn deflated_len(&self) -> usize {
        self.deflated.len()
    }

    /// Gives the buffer of the block back, to be used again.
    #[must_use]
    pub fn recycle(self) -> Vec<u8> {
        self.plain
    }
}

/// One worker's deflate state.
pub struct Packer {
    state: Compress,
}

impl Packer {
    /// A packer of this level, 1 (fast) to 9 (small).
    #[must_use]
    pub fn new(level: u32) -> Self {
        Self {
            state: Compress::new(Compression::new(level.clamp(1, 9)), false),
        }
    }

    /// Deflates a block on its own, so that any thread can take the next one.
    ///
    /// # Errors
    /// Only if the deflate library fails on its own output buffer.
    pub fn pack(&mut self, block: Redacted) -> Result<Packed, super::BundleError> {
        self.deflate(block.into_bytes())
    }

    fn deflate(&mut self, plain: Vec<u8>) -> Result<Packed, super::BundleError> {
        self.state.reset();
        let mut deflated = Vec::with_capacity(plain.len() / 3 + 64);
        let mut done = 0;
        loop {
            let before_out = self.state.total_out();
            self.state
                .compress_vec(&plain[done..], &mut deflated, FlushCompress::Sync)
                .map_err(|e| super::BundleError::Zip(e.to_string()))?;
            done = usize::try_from(self.state.total_in())
                .unwrap_or(plain.len())
                .min(plain.len());
            let stalled = self.state.total_out() == before_out;
            // A flush is complete once it left room in the buffer.
            if done == plain.len() && (deflated.len() < deflated.capacity() || stalled) {
                break;
            }
            deflated.reserve(plain.len() / 4 + 1024);
        }
        let mut crc = crc32fast::Hasher::new();
        crc.update(&plain);
        Ok(Packed {
            plain,
            deflated,
            crc,
        })
    }
}

impl Packed {
    /// The lines at the beginning that take at most `room` bytes in the zip, and the numbers of lines and bytes
    /// that were left out; `None` if not even one line fits.
    #[must_use]
    pub fn shortened(self, room: usize, packer: &mut Packer) -> Option<(Self, u64, u64)> {
        let mut wanted = self.plain.len();
        for _ in 0..6 {
            // A little below the share that fits, since a shorter text packs worse.
            wanted = usize::try_from(
                wanted as u64 * room as u64 * 9 / (self.deflated.len().max(room) as u64 * 10),
            )
            .ok()?;
            let end = memchr::memrchr(b'\n', &self.plain[..wanted])? + 1;
            let head = packer.deflate(self.plain[..end].to_vec()).ok()?;
            if head.deflated.len() <= room {
                let rest = &self.plain[end..];
                return Some((
                    head,
                    memchr::memchr_iter(b'\n', rest).count() as u64,
                    rest.len() as u64,
                ));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::redact::tests_support::redacted;

    #[test]
    fn blocks_packed_apart_join_into_one_stream() {
        for size in [0usize, 1, 100, 70_000, 300_000] {
            let text: Vec<u8> = (0..size)
                .map(|i| b"abcdefgh \n0123"[(i * i + i / 7) % 14])
                .collect();
            let mut packer = Packer::new(6);
            let (a, b) = text.split_at(size / 3);
            let (a, b) = (
                packer.pack(redacted(a)).unwrap(),
                packer.pack(redacted(b)).unwrap(),
            );
            let stream = [&a.deflated[..], &b.deflated, &STREAM_END].concat();
            let mut out = Vec::new();
            flate2::read::DeflateDecoder::new(&stream[..])
                .read_to_end(&mut out)
                .unwrap();
            assert_eq!(out, text);
            let mut crc = a.crc;
            crc.combine(&b.crc);
            assert_eq!(crc.finalize(), crc32fast::hash(&text));
        }
    }
}
