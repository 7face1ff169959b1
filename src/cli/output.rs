//! Output: messages go to stderr, results to stdout. A closed pipe is no failure.
use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// True once a result could not be written.
static LOST: AtomicBool = AtomicBool::new(false);

/// A message for the user, on stderr.
pub(super) fn say(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{text}");
}

/// A result line.
pub(super) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    if written.is_err_and(|error| error.kind() != ErrorKind::BrokenPipe) {
        LOST.store(true, Ordering::Relaxed);
    }
}

/// True if a result was lost, on a full disk for example.
pub(super) fn is_lost() -> bool {
    LOST.load(Ordering::Relaxed)
}
