//! Detectors of what must never be in a bundle, and the scanner that runs them. They are designed independently of
//! redaction: what one side misses, the other may still find.
mod bytes;
mod chance;
mod cookie;
mod dump;
mod escapes;
mod field;
mod find;

mod run_filter;

mod nested;
mod no_value;

mod labelled;

mod encoded;

mod host;

mod address;
mod packed;
mod pem;
mod people;
mod scan;
mod scheme;

mod placeholder;

mod detectors;

mod token;
mod value;

mod unescape;
mod vendor_key;

mod sentence;

#[cfg(test)]
mod shapes_tests;

pub use detectors::{Detector, Severity, detectors};

pub(super) use bytes::{DIGIT, LOWER, UPPER, alnum, at, before, class_of, part, run_end};
pub(super) use detectors::What;
pub use find::Extent;
pub(super) use find::{Raw, Scanner};
pub(super) use no_value::pseudonym;
pub(super) use scan::{scan, scanner};
pub(super) use unescape::unescape;
