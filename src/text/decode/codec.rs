//! One interface for all decompressors: a step takes bytes of the buffer and says how many came out.
use std::io::{self, Read};

use bzip2::{Decompress as Bunzip, Status as BzStatus};
use flate2::{Decompress as Inflate, FlushDecompress, Status as FlateStatus};
use lzma_rust2::{Action, Status as XzStatus, XzStream};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::compression::Compression;
use super::limits::DecodeLimits;
use super::source::Source;

/// xz gives nothing of a step that fails, so its steps are small.
const XZ_STEP: usize = 4096;

/// The state of one member, frame or stream.
pub(in crate::text) enum Codec {
    Plain,
    Flate(Box<Inflate>),
    Bzip2(Box<Bunzip>),
    Xz(Box<XzStream>),
    Zstd(Box<Zstd>),
}

/// One frame of Zstandard.
pub(in crate::text) struct Zstd {
    decoder: FrameDecoder,
    begun: bool,
    broken: bool,
}

/// What one step of a codec did.
pub(in crate::text) struct Step {
    pub(in crate::text) produced: usize,
    pub(in crate::text) outcome: Outcome,
}

/// How a step ended.
pub(in crate::text) enum Outcome {
    /// There may be more.
    More,
    /// The member is complete.
    MemberEnd,
    /// The data is damaged or cut off.
    Broken,
    /// It would need more memory than allowed.
    TooBig,
}

impl Codec {
    /// The decompressor for the next member.
    pub(in crate::text) fn begin(compression: Compression, limits: &DecodeLimits) -> Self {
        let kib = u32::try_from(limits.max_memory / 1024).unwrap_or(u32::MAX - 1);
        match compression {
            Compression::None => Codec::Plain,
            Compression::Gzip => Codec::Flate(Box::new(Inflate::new_gzip(15))),
            Compression::Zlib => Codec::Flate(Box::new(Inflate::new(true))),
            Compression::Bzip2 => Codec::Bzip2(Box::new(Bunzip::new(false))),
            Compression::Xz => Codec::Xz(Box::new(XzStream::new_mem_limit(false, kib))),
            Compression::Zstd => {
                let mut decoder = FrameDecoder::new();
                decoder.set_max_window_size(limits.max_memory);
                Codec::Zstd(Box::new(Zstd {
                    decoder,
                    begun: false,
                    broken: false,
                }))
            }
        }
    }

    /// Takes what lies in the buffer and fills `out` as far as it goes.
    pub(in crate::text) fn step(&mut self, source: &mut Source<impl Read>, out: &mut [u8]) -> Step {
        source.look_ahead(1);
        match self {
            Self::Flate(inflate) => step_flate(inflate, source, out),
            Self::Bzip2(bunzip) => step_bzip2(bunzip, source, out),
            Self::Xz(stream) => step_xz(stream, source, out),
            Self::Zstd(frame) => frame.step(source, out),
            Self::Plain => Step {
                produced: 0,
                outcome: Outcome::MemberEnd,
            },
        }
    }
}

/// The step went on, ended a member, or stood still for want of input, which means it is cut off.
fn outcome(ended: bool, input: usize, used: usize, produced: usize) -> Outcome {
    if ended {
        Outcome::MemberEnd
    } else if used == 0 && produced == 0 && input == 0 {
        Outcome::Broken
    } else {
        Outcome::More
    }
}

fn step_flate(inflate: &mut Inflate, source: &mut Source<impl Read>, out: &mut [u8]) -> Step {
    let input = source.ready();
    let (length, before) = (input.len(), (inflate.total_in(), inflate.total_out()));
    let result = inflate.decompress(input, out, FlushDecompress::None);
    let used = (inflate.total_in() - before.0) as usize;
    let produced = (inflate.total_out() - before.1) as usize;
    source.consume(used);
    let outcome = match result {
        Ok(status) => outcome(status == FlateStatus::StreamEnd, length, used, produced),
        Err(_) => Outcome::Broken,
    };
    Step { produced, outcome }
}

fn step_bzip2(bunzip: &mut Bunzip, source: &mut Source<impl Read>, out: &mut [u8]) -> Step {
    let input = source.ready();
    let (length, before) = (input.len(), (bunzip.total_in(), bunzip.total_out()));
    let result = bunzip.decompress(input, out);
    let used = (bunzip.total_in() - before.0) as usize;
    let produced = (bunzip.total_out() - before.1) as usize;
    source.consume(used);
    let outcome = match result {
        Ok(BzStatus::MemNeeded) => Outcome::TooBig,
        Ok(status) => outcome(status == BzStatus::StreamEnd, length, used, produced),
        Err(_) => Outcome::Broken,
    };
    Step { produced, outcome }
}

fn step_xz(stream: &mut XzStream, source: &mut Source<impl Read>, out: &mut [u8]) -> Step {
    let input = source.ready();
    let length = input.len();
    let room = out.len().min(XZ_STEP);
    let out = out.get_mut(..room).unwrap_or_default();
    match stream.process(input, out, Action::Run) {
        Ok(done) => {
            source.consume(done.bytes_consumed);
            let ended = done.status == XzStatus::StreamEnd;
            Step {
                produced: done.bytes_produced,
                outcome: outcome(ended, length, done.bytes_consumed, done.bytes_produced),
            }
        }
        Err(error) => Step {
            produced: 0,
            outcome: match error.kind() {
                io::ErrorKind::OutOfMemory => Outcome::TooBig,
                _ => Outcome::Broken,
            },
        },
    }
}

impl Zstd {
    fn step(&mut self, source: &mut Source<impl Read>, out: &mut [u8]) -> Step {
        if self.decoder.can_collect() == 0 {
            let result = if !self.begun {
                self.begun = true;
                self.decoder.reset(&mut *source)
            } else if self.decoder.is_finished() {
                return Step {
                    produced: 0,
                    outcome: if self.broken {
                        Outcome::Broken
                    } else {
                        Outcome::MemberEnd
                    },
                };
            } else {
                self.decoder
                    .decode_blocks(&mut *source, BlockDecodingStrategy::UptoBlocks(1))
                    .map(|_| ())
            };
            if let Err(error) = result {
                return Step {
                    produced: 0,
                    outcome: self.after(&error, source),
                };
            }
        }
        Step {
            produced: self.decoder.read(out).unwrap_or(0),
            outcome: Outcome::More,
        }
    }

    /// What follows from an error: a frame without text is skipped, and a broken one first gives
    /// what the decoder still holds back.
    fn after(&mut self, error: &FrameDecoderError, source: &mut Source<impl Read>) -> Outcome {
        match error {
            FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            }) => {
                let wanted = u64::from(*length);
                let skipped = io::copy(&mut source.take(wanted), &mut io::sink()).unwrap_or(0);
                if skipped == wanted {
                    Outcome::MemberEnd
                } else {
                    Outcome::Broken
                }
            }
            FrameDecoderError::WindowSizeTooBig { .. } => Outcome::TooBig,
            _ if self.decoder.blocks_decoded() == 0 || self.broken => Outcome::Broken,
            _ => {
                // The decoder keeps a whole window back until its frame ends: an empty last block
                // (and any four bytes as checksum) ends it.
                let end: &[u8] = &[1, 0, 0, 0, 0, 0, 0];
                self.broken = true;
                match self
                    .decoder
                    .decode_blocks(end, BlockDecodingStrategy::UptoBlocks(1))
                {
                    Ok(_) => Outcome::More,
                    Err(_) => Outcome::Broken,
                }
            }
        }
    }
}
