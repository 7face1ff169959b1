//! What can go wrong between the bytes of a file and its text.
use std::io;

/// Why a text could not be read, or not to its end. The texts never quote the evidence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The reader below failed; only the kind of the error is kept, since its text may name things.
    #[error("reading failed ({0}); what was read before is usable, try again or check the disk")]
    Io(io::ErrorKind),
    /// The compressed data is broken or ends too early; `offset` is how many bytes of text came out
    /// before, and those are usable.
    #[error(
        "the {what} data is damaged or cut off after {offset} bytes of text; \
         the text before is usable, collect an intact copy for the rest"
    )]
    Damaged {
        /// The compression, e.g. `gzip`.
        what: &'static str,
        /// Bytes of text that came out before the damage.
        offset: u64,
    },
    /// UTF-16 text ends with half a character; `offset` is how many bytes of UTF-8 came out before.
    #[error(
        "the {what} text ends in the middle of a character after {offset} bytes; \
         all before is usable, the file was probably being written"
    )]
    Truncated {
        /// The encoding, e.g. `UTF-16`.
        what: &'static str,
        /// Bytes of UTF-8 that came out before the half character.
        offset: u64,
    },
    /// The content is no text.
    #[error("the content is {what}, not text; it is left out, convert it to text if it is needed")]
    Binary {
        /// What it looks like, e.g. `a SQLite database`.
        what: &'static str,
    },
    /// The compressed data grows beyond the limits.
    #[error(
        "{consumed} compressed bytes grew to more than {produced} bytes, which is over the limit; \
         unpack the file by hand if it is trusted"
    )]
    Bomb {
        /// Bytes of text that came out.
        produced: u64,
        /// Compressed bytes that went in.
        consumed: u64,
    },
    /// Unpacking would need more memory than allowed.
    #[error(
        "unpacking the {what} data needs more than {limit} bytes of memory; \
         unpack the file by hand and give the result"
    )]
    Memory {
        /// The compression, e.g. `xz`.
        what: &'static str,
        /// The limit in bytes.
        limit: u64,
    },
    /// There is no place to cut within the limit without tearing a value apart.
    #[error("line {line} holds one value longer than {limit} bytes; the rest is left out")]
    Unsplittable {
        /// 1-based line in which the block would begin.
        line: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A HAR was asked for, and the content is something else.
    #[error(
        "this is no HAR: at byte {offset} it is {what}; \
         open the network panel of the browser, save the trace as HAR with content, and give that file"
    )]
    NotHar {
        /// What it looks like, e.g. `a saved web page`.
        what: &'static str,
        /// The byte of the text at which that is known.
        offset: u64,
    },
    /// A HAR ends too early.
    #[error(
        "the HAR is cut off: what begins at byte {offset} has no end and is left out, \
         the {entries} entries before it are usable; save the trace again for the rest"
    )]
    Torn {
        /// Where the torn entry begins; the end of the text, if it is torn outside entries.
        offset: u64,
        /// Whole entries before it.
        entries: u64,
    },
    /// A HAR whose JSON is broken.
    #[error(
        "the HAR is damaged at byte {offset} ({what}): the {entries} entries before it are usable, \
         the rest is left out; save the trace again, or give the file as it came from the browser"
    )]
    BrokenHar {
        /// What is wrong there, e.g. `a bracket that was never opened`.
        what: &'static str,
        /// The byte of the text.
        offset: u64,
        /// Whole entries before it.
        entries: u64,
    },
}

impl TextError {
    /// What the person can do to have the evidence whole, in one sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NotHar { .. } => {
                "In the network panel of the browser choose to save all as HAR, and give that file with --har."
            }
            Self::Torn { .. } | Self::BrokenHar { .. } => {
                "Save the trace from the browser again, and give that file with --har."
            }
            _ => "collect an intact copy with --log if it is needed",
        }
    }

    /// Gives back the error that a reader of this module wrapped; any other error by its kind.
    #[must_use]
    pub fn from_io(error: &io::Error) -> Self {
        error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Self>())
            .cloned()
            .unwrap_or_else(|| Self::Io(error.kind()))
    }
}

impl From<TextError> for io::Error {
    fn from(error: TextError) -> Self {
        let kind = match &error {
            TextError::Io(kind) => *kind,
            TextError::Truncated { .. } => io::ErrorKind::UnexpectedEof,
            _ => io::ErrorKind::InvalidData,
        };
        Self::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_survives_the_way_through_io() {
        let cases = [
            TextError::Io(io::ErrorKind::PermissionDenied),
            TextError::Damaged {
                what: "gzip",
                offset: 7,
            },
            TextError::Truncated {
                what: "UTF-16",
                offset: 7,
            },
            TextError::Binary {
                what: "a ZIP archive",
            },
            TextError::Bomb {
                produced: 9,
                consumed: 1,
            },
            TextError::Memory {
                what: "xz",
                limit: 1,
            },
            TextError::Unsplittable { line: 3, limit: 4 },
            TextError::NotHar {
                what: "XML",
                offset: 2,
            },
            TextError::Torn {
                offset: 9,
                entries: 2,
            },
        ];
        for case in cases {
            assert_eq!(TextError::from_io(&io::Error::from(case.clone())), case);
        }
    }

    #[test]
    fn a_foreign_error_keeps_its_kind_and_loses_its_text() {
        let foreign = io::Error::new(io::ErrorKind::TimedOut, "secret-host.example");
        let ours = TextError::from_io(&foreign);
        assert_eq!(ours, TextError::Io(io::ErrorKind::TimedOut));
        assert!(!ours.to_string().contains("secret"));
    }
}
