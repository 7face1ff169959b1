//! Shapes that must never be in a bundle, and the scanner that looks for them. All of it is
//! thought out apart from the redactor: what one side forgets, the other may still see.
mod bytes;
mod chance;
mod cookie;
mod dump;
mod escapes;
mod field;
mod gate;
mod judge;
mod label;
mod layers;
mod machines;
mod net;
mod packed;
mod pem;
mod people;
mod scan;
mod scheme;
mod stand_in;
mod table;
mod tokens;
mod value;
mod vendor;
mod words;

#[cfg(test)]
mod shapes_tests;

pub use table::{Detector, Severity, detectors};

pub(super) use bytes::{DIGIT, LOWER, UPPER, alnum, at, before, class_of, part, run_end};
pub(super) use escapes::unescape;
pub(super) use judge::pseudonym;
pub use scan::Extent;
pub(super) use scan::{Raw, Scanner};
pub(super) use table::What;
