//! The real program, driven as a person would: trees of made-up machines in, zips out.
//!
//! Each file is one part of the promise. `kit` builds machines and runs the program, `zips` reads
//! what it wrote, with tools that share no code with the program where such are installed.
//! `AOC_BUNDLE_BIN` names another binary than the one just built, e.g. a released one.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests make their own evidence, and say what they skip"
)]

mod api;
mod api_faults;
mod bad_input;
mod cli;
mod demo;
mod determinism;
mod diagnose;
mod explain;
mod images;
mod inferred_case;
mod kit;
mod learning;
mod limits;
mod notations;
mod offline;
mod output;
mod readers;
mod released_bundle;
mod reveal;
mod sentences;
#[cfg(unix)]
mod terminal;
mod time_window;
mod traces;
mod user_rules;
mod verify_leaks;
mod zips;
