//! The two types that may leave: a redacted block and a clean string. Only this room makes them.
use std::fmt;

use serde::Serialize;

use crate::text::{Encoding, encode_back};

/// A block of redacted text. The number of lines is that of the raw block.
#[derive(Clone, PartialEq, Eq)]
pub struct Redacted(pub(in crate::redact) Vec<u8>);

impl Redacted {
    /// The redacted bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The block in the encoding that its file came in; `first` says that it begins the file.
    #[must_use]
    pub fn encoded(self, encoding: Encoding, first: bool) -> Self {
        Self(encode_back(encoding, self.0, first))
    }

    /// Takes the bytes out, to be packed.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redacted({} bytes)", self.0.len())
    }
}

/// A short redacted string: names, paths, reasons, messages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Clean(pub(in crate::redact) String);

impl Clean {
    /// A text that we wrote ourselves and that holds nothing of the evidence.
    #[must_use]
    pub fn fixed(text: &'static str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&'static str> for Clean {
    fn from(text: &'static str) -> Self {
        Self::fixed(text)
    }
}
