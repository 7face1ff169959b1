//! A find of the verifier, and the context that every detector gets.
use std::collections::HashSet;

use super::detectors::What;
use crate::verify::known::Known;

/// Encodings inside encodings are opened this deep.
pub(super) const DEEPEST: u8 = 3;

/// One find: which detector, and where it starts in the text that was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Raw {
    pub(crate) at: usize,
    pub(crate) what: What,
    pub(crate) extent: Extent,
}

/// How far a find reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// Nobody knows.
    Unknown,
    /// It lies in this stretch, which is encoded text.
    Within(usize, usize),
    /// It is this value.
    Value(usize, usize),
}

impl Raw {
    pub(super) fn new(at: usize, what: What) -> Self {
        Self {
            at,
            what,
            extent: Extent::Unknown,
        }
    }

    /// The same find, which is the value from `start` to `end`.
    pub(super) fn of(self, start: usize, end: usize) -> Self {
        Self {
            extent: Extent::Value(start, end),
            ..self
        }
    }
}

impl Extent {
    /// The same extent of a text that begins `by` bytes earlier.
    pub(crate) fn moved(self, by: usize) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Within(from, to) => Self::Within(from + by, to + by),
            Self::Value(from, to) => Self::Value(from + by, to + by),
        }
    }
}

/// Scans a layer of text at a depth of encodings. Detectors that decode text call it for what they decoded.
type ScanLayer = fn(&Scanner<'_>, &[u8], u8, &mut Vec<Raw>);

/// What the detectors need besides the text.
pub(crate) struct Scanner<'a> {
    pub(super) known: Option<&'a Known>,
    keep: HashSet<Vec<u8>>,
    layer: ScanLayer,
}

impl<'a> Scanner<'a> {
    /// A scanner for the secrets of this run; `keep` are values that may stay in clear.
    pub(super) fn new(known: Option<&'a Known>, keep: &[String], layer: ScanLayer) -> Self {
        Self {
            known: known.filter(|k| !k.is_empty()),
            keep: keep
                .iter()
                .map(|v| v.trim().to_ascii_lowercase().into_bytes())
                .collect(),
            layer,
        }
    }

    /// True for a value that the person wants in clear, as a whole.
    pub(super) fn kept(&self, value: &[u8]) -> bool {
        !self.keep.is_empty() && self.keep.contains(&value.trim_ascii().to_ascii_lowercase())
    }

    /// Scans decoded text; `depth` counts the encodings around it.
    pub(super) fn scan_layer(&self, text: &[u8], depth: u8, out: &mut Vec<Raw>) {
        (self.layer)(self, text, depth, out);
    }
}
