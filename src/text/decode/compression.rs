//! Decompression: recognizes how its input is packed and gives what is in it, the good bytes before an error
//! included.
use std::io::{self, Read};

use flate2::{Decompress as Inflate, FlushDecompress};

use super::codec::{Codec, Outcome};
use super::error::TextError;
use super::limits::DecodeLimits;
use super::magic;
use super::source::Source;

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip, one or several members.
    Gzip,
    /// Zstandard, one or several frames.
    Zstd,
    /// xz, one or several streams.
    Xz,
    /// bzip2, one or several streams.
    Bzip2,
    /// One raw zlib stream, as in a `.zhar`.
    Zlib,
}

impl Compression {
    /// Finds out by the first bytes how a file is packed; its name does not count.
    #[must_use]
    pub fn sniff(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, 8, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            // A frame that holds no text may stand in front, as parallel packers write it.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] if is_bzip2_body(rest) => Self::Bzip2,
            [0x78, flags, ..] if (0x7800 + u16::from(*flags)).is_multiple_of(31) => {
                if holds_text(head) {
                    Self::Zlib
                } else {
                    Self::None
                }
            }
            _ => Self::None,
        }
    }

    /// Its usual name; `plain` for none.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Zlib => "zlib",
        }
    }
}

/// The first block or the end mark of bzip2; a short head cannot tell and counts as one.
fn is_bzip2_body(rest: &[u8]) -> bool {
    let marks = [&b"1AY&SY"[..], b"\x17\x72\x45\x38\x50\x90"];
    marks
        .iter()
        .any(|mark| rest.iter().zip(*mark).all(|(a, b)| a == b))
}

/// The two bytes of a zlib header also begin plain texts (`x^2`), so what comes out must be text.
fn holds_text(head: &[u8]) -> bool {
    let mut out = [0; 1024];
    let mut inflate = Inflate::new(true);
    let done = inflate.decompress(head, &mut out, FlushDecompress::None);
    let text = out.get(..inflate.total_out() as usize).unwrap_or_default();
    done.is_ok() && !text.is_empty() && magic::name(text).is_none() && !magic::looks_binary(text)
}

/// So many first bytes decide the compression of a member.
const HEAD: usize = 4096;
/// One layer of packing around a reader.
pub(in crate::text) struct Unpacker<R> {
    source: Source<R>,
    compression: Compression,
    codec: Option<Codec>,
    limits: DecodeLimits,
    produced: u64,
    garbage: bool,
    error: Option<TextError>,
}

impl<R: Read> Unpacker<R> {
    /// Looks at the first bytes of `inner` to find out how it is packed.
    pub(in crate::text) fn new(inner: R, limits: DecodeLimits) -> Self {
        let mut source = Source::new(inner);
        let compression = Compression::sniff(source.look_ahead(HEAD));
        let codec = Some(Codec::begin(compression, &limits));
        Self {
            source,
            compression,
            codec,
            limits,
            produced: 0,
            garbage: false,
            error: None,
        }
    }

    pub(in crate::text) fn compression(&self) -> Compression {
        self.compression
    }

    pub(in crate::text) fn inner(&self) -> &R {
        self.source.inner()
    }

    pub(in crate::text) fn taken(&self) -> u64 {
        self.source.taken()
    }

    /// Whether something that is no member follows the last one.
    pub(in crate::text) fn garbage(&self) -> bool {
        self.garbage
    }

    /// Begins the next member if there is one; anything else behind the last is left alone, as
    /// `gzip` does.
    fn next_member(&mut self) {
        self.codec = None;
        if self.compression == Compression::Zlib {
            self.garbage = !self.source.look_ahead(1).is_empty();
            return;
        }
        loop {
            let head = self.source.look_ahead(HEAD);
            let zeros = head.iter().take_while(|&&byte| byte == 0).count();
            if zeros == 0 {
                break;
            }
            self.source.consume(zeros);
        }
        let head = self.source.look_ahead(HEAD);
        if head.is_empty() {
            self.error = self.source.error();
        } else if Compression::sniff(head) == self.compression {
            self.codec = Some(Codec::begin(self.compression, &self.limits));
        } else {
            self.garbage = true;
        }
    }

    fn fail(&mut self, outcome: &Outcome) {
        let what = self.compression.name();
        let error = match (self.source.error(), outcome) {
            (Some(error), _) => error,
            (None, Outcome::TooBig) => TextError::Memory {
                what,
                limit: self.limits.max_memory,
            },
            (None, _) => TextError::Damaged {
                what,
                offset: self.produced,
            },
        };
        self.codec = None;
        self.error = Some(error);
    }

    fn count(&mut self, produced: usize) {
        self.produced += produced as u64;
        if self.compression != Compression::None {
            self.error = self
                .limits
                .check(self.produced, self.source.taken())
                .or(self.error.take());
        }
    }
}

impl<R: Read> Read for Unpacker<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if let Some(Codec::Plain) = self.codec {
            return self.source.read(out);
        }
        loop {
            if let Some(error) = &self.error {
                return Err(error.clone().into());
            }
            let Some(codec) = self.codec.as_mut() else {
                return Ok(0);
            };
            let step = codec.step(&mut self.source, out);
            self.count(step.produced);
            match step.outcome {
                Outcome::More => {}
                Outcome::MemberEnd => self.next_member(),
                outcome => self.fail(&outcome),
            }
            if step.produced > 0 {
                return Ok(step.produced);
            }
        }
    }
}
