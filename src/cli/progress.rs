//! Progress of a run: a bar with bytes, rate and remaining time on a terminal, plain lines elsewhere.
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::say;
use crate::collect::Progress;
use crate::redact::Clean;

/// How it is shown.
pub(super) enum Display {
    /// A bar on the terminal.
    Bar(Mutex<ProgressBar>),
    /// Lines on stderr; with names of items where wanted.
    Lines { items: bool },
    /// Nothing.
    Quiet,
}

impl Display {
    /// The fitting display.
    pub(super) fn new(quiet: bool, verbose: u8) -> Self {
        if quiet {
            return Self::Quiet;
        }
        if !std::io::stderr().is_terminal() || verbose > 0 {
            return Self::Lines { items: verbose > 0 };
        }
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let template = "{spinner} {msg}  {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self::Bar(Mutex::new(bar))
    }

    /// Takes the bar away before the last words are said.
    pub(super) fn finish(&self) {
        self.bar(|bar| bar.finish_and_clear());
    }

    fn bar(&self, change: impl FnOnce(&ProgressBar)) {
        if let Self::Bar(bar) = self
            && let Ok(bar) = bar.lock()
        {
            change(&bar);
        }
    }
}

impl Progress for Display {
    fn step(&self, name: &'static str) {
        self.bar(|bar| bar.set_message(name));
        if matches!(self, Self::Lines { .. }) {
            say(&format!("aoc-bundle: {name}"));
        }
    }

    fn total(&self, bytes: u64) {
        self.bar(|bar| bar.set_length(bytes));
        if matches!(self, Self::Lines { .. }) {
            say(&format!(
                "aoc-bundle: {} to read",
                super::options::sizes::human(bytes)
            ));
        }
    }

    fn read(&self, bytes: u64) {
        self.bar(|bar| bar.inc(bytes));
    }

    fn pause(&self, ask: &mut dyn FnMut()) {
        match self {
            Self::Bar(bar) => match bar.lock() {
                Ok(bar) => bar.suspend(ask),
                Err(_) => ask(),
            },
            _ => ask(),
        }
    }

    fn item(&self, path: &Clean) {
        if matches!(self, Self::Lines { items: true }) && !path.as_str().is_empty() {
            say(&format!("  {path}"));
        }
    }
}
