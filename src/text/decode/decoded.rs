//! From the bytes of a file to its text: unpacked, in UTF-8, without byte order mark.
use std::io::{self, Read};

use super::compression::{Compression, Unpacker};
use super::encoding::{Encoding, Widener};
use super::error::TextError;
use super::limits::DecodeLimits;
use super::magic;
use super::source::Source;

/// So many first bytes decide the encoding, and whether it is text at all.
const HEAD: usize = 8192;
/// How many bytes of UTF-16 are converted at once.
const WIDE_STEP: usize = 32 * 1024;

/// The text of a file. Reading gives the good bytes first, then the error, which
/// [`TextError::from_io`] reads.
pub struct Decoded<R: Read> {
    source: Source<Unpacker<Unpacker<R>>>,
    limits: DecodeLimits,
    encoding: Encoding,
    widener: Option<Widener>,
    wide: Vec<u8>,
    given: usize,
    produced: u64,
    proven: bool,
    error: Option<TextError>,
}

impl<R: Read> Decoded<R> {
    /// Looks at the first bytes and begins to decode, with the usual limits.
    ///
    /// # Errors
    /// [`TextError::Binary`] if the content is no text; any other error if it comes before the
    /// first byte of text.
    pub fn open(inner: R) -> Result<Self, TextError> {
        Self::open_with(inner, DecodeLimits::default())
    }

    /// As [`Decoded::open`], with limits of one's own.
    ///
    /// # Errors
    /// The same.
    pub fn open_with(inner: R, limits: DecodeLimits) -> Result<Self, TextError> {
        let outer = Unpacker::new(inner, limits.clone());
        let twice = Unpacker::new(outer, limits.clone());
        let packed = twice.compression() != Compression::None;
        let mut source = Source::new(twice);
        let head = source.look_ahead(HEAD);
        if packed && Compression::sniff(head) != Compression::None {
            return Err(TextError::Binary {
                what: "packed more than twice",
            });
        }
        if let Some(what) = magic::name(head) {
            return Err(TextError::Binary { what });
        }
        let encoding = Encoding::sniff(head);
        if looks_binary(encoding, head) {
            return Err(UNKNOWN);
        }
        let proven = head.iter().any(|&byte| byte != 0) || head.len() < HEAD;
        if let Some(error) = source.error() {
            return Err(error);
        }
        source.consume(encoding.mark().len());
        Ok(Self {
            source,
            limits,
            encoding,
            widener: encoding.is_wide().then(|| Widener::new(encoding)),
            wide: Vec::new(),
            given: 0,
            produced: 0,
            proven,
            error: None,
        })
    }

    /// How the file is packed (the outer layer, if it is packed twice).
    #[must_use]
    pub fn compression(&self) -> Compression {
        self.source.inner().inner().compression()
    }

    /// How its characters are written.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Raw bytes read from the file so far; up to one buffer ahead of the text.
    #[must_use]
    pub fn consumed(&self) -> u64 {
        self.source.inner().inner().taken()
    }

    /// Whether bytes that belong to no packed member follow the last one; they are left out, as
    /// `gzip` does. Known once the end was read.
    #[must_use]
    pub fn trailing_garbage(&self) -> bool {
        self.source.inner().garbage() || self.source.inner().inner().garbage()
    }

    /// While a file began with nothing but NULs, what follows must still prove to be text.
    fn prove(&mut self) -> Result<usize, TextError> {
        let head = self.source.look_ahead(HEAD);
        let zeros = head.iter().take_while(|&&byte| byte == 0).count();
        let text = head.get(zeros..).unwrap_or_default();
        if text.is_empty() && !head.is_empty() {
            return Ok(zeros);
        }
        if zeros > 0 {
            return Ok(zeros);
        }
        self.proven = true;
        if magic::name(text).is_some() || magic::looks_binary(text) {
            return Err(UNKNOWN);
        }
        Ok(usize::MAX)
    }

    fn read_bytes(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let room = if self.proven {
            usize::MAX
        } else {
            self.prove()?
        };
        let room = room.min(out.len());
        self.source.read(out.get_mut(..room).unwrap_or_default())
    }

    fn read_wide(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.wide.len() {
            self.wide.clear();
            self.given = 0;
            let Some(widener) = self.widener.as_mut() else {
                return Ok(0);
            };
            let raw = self.source.look_ahead(1);
            let raw = raw.get(..WIDE_STEP).unwrap_or(raw);
            let length = raw.len();
            if length > 0 {
                widener.push(raw, &mut self.wide);
                self.source.consume(length);
                continue;
            }
            let half = widener.finish(&mut self.wide);
            self.widener = None;
            self.error = self.source.error();
            if half && self.error.is_none() {
                self.error = Some(TextError::Truncated {
                    what: "UTF-16",
                    offset: self.produced + self.wide.len() as u64,
                });
            }
            if let (Some(error), true) = (&self.error, self.wide.is_empty()) {
                return Err(error.clone().into());
            }
        }
        let ready = self.wide.get(self.given..).unwrap_or_default();
        let count = ready.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..count), ready.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }
}

const UNKNOWN: TextError = TextError::Binary {
    what: "binary data of an unknown kind",
};

fn looks_binary(encoding: Encoding, head: &[u8]) -> bool {
    let text = head.get(encoding.mark().len()..).unwrap_or_default();
    if !encoding.is_wide() {
        return magic::looks_binary(text);
    }
    let mut narrow = Vec::new();
    Widener::new(encoding).push(text, &mut narrow);
    magic::looks_binary(&narrow)
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let drained = self.given == self.wide.len();
        if let (Some(error), true) = (&self.error, drained) {
            return Err(error.clone().into());
        }
        if out.is_empty() {
            return Ok(0);
        }
        let result = if self.encoding.is_wide() {
            self.read_wide(out)
        } else {
            self.read_bytes(out)
        };
        match result {
            Ok(count) => {
                self.produced += count as u64;
                if self.compression() != Compression::None {
                    let bomb = self.limits.check(self.produced, self.consumed());
                    self.error = self.error.take().or(bomb);
                }
                Ok(count)
            }
            Err(error) => {
                let error = TextError::from_io(&error);
                self.error = Some(error.clone());
                Err(error.into())
            }
        }
    }
}

#[cfg(test)]
#[path = "decoded_tests.rs"]
pub(in crate::text) mod tests;
