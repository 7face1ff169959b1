//! Network traces (HAR files) that a browser saved: where they lie, and how one is read out of a zip.

pub(super) mod attached_bodies;
pub mod discovery;
pub mod trace_zip;
