//! What a run reports while it works.
use crate::redact::Clean;

/// Receives what a run reports while it works. All texts are clean.
pub trait Progress: Sync {
    /// A step of the run begins.
    fn step(&self, _name: &'static str) {}
    /// The bytes that will be read in all.
    fn total(&self, _bytes: u64) {}
    /// The bytes that were read since the last call.
    fn read(&self, _bytes: u64) {}
    /// Runs a question at the terminal: nothing else is shown meanwhile.
    fn pause(&self, ask: &mut dyn FnMut()) {
        ask();
    }
    /// An item is being read.
    fn item(&self, _path: &Clean) {}
}

/// Reports nothing.
pub struct Silent;

impl Progress for Silent {}
