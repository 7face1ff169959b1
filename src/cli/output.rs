//! The two ways out: messages on stderr, results on stdout. A closed pipe is no failure.
use std::io::Write;

/// A message for the person.
pub(super) fn say(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "{text}");
}

/// A result line.
pub(super) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}
