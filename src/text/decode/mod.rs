//! Bytes of a file into text: compression and character encodings are recognized and undone, with limits on size.

mod codec;
pub(super) mod compression;
pub(super) mod decoded;
pub(super) mod encoding;
pub(super) mod error;
pub(super) mod limits;
mod magic;
pub(super) mod source;
