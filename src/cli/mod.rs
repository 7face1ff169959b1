//! The command line: arguments, commands, questions at the terminal, progress, exit codes.

mod args;
mod ask;
mod commands;
mod exit;
mod filters;
mod options;
mod output;
mod progress;

use clap::Parser;

pub use exit::Exit;

/// Reads the command line, runs the command and says how it ended.
#[must_use]
pub fn main() -> Exit {
    // The message of a panic may quote evidence: only its position in the source is shown.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        output::say(&format!(
            "aoc-bundle: a defect of ours{place}; please report it"
        ));
    }));
    let cli = match args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not mistakes; clap knows where each belongs.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Complete
            };
        }
    };
    let result = match &cli.command {
        None => commands::collect::run(&cli.collect),
        Some(args::Command::Collect(args)) => commands::collect::run(args),
        Some(args::Command::Paths(args)) => commands::paths::run(args),
        Some(args::Command::Settings(args)) => commands::settings::run(args),
        Some(args::Command::Verify(args)) => commands::verify::run(args),
        Some(args::Command::Diagnose(args)) => commands::diagnose::run(args),
        Some(args::Command::Redact(args)) => commands::redact::run(args),
        Some(args::Command::Explain(args)) => commands::explain::run(args),
        Some(args::Command::Reveal(args)) => commands::reveal::run(args),
        Some(args::Command::Demo(args)) => commands::demo::run(args),
    };
    let exit = result.unwrap_or_else(|error| {
        output::say(&format!("aoc-bundle: {error:#}"));
        exit::of(&error)
    });
    if exit != Exit::Complete || !output::is_lost() {
        return exit;
    }
    output::say(
        "aoc-bundle: the answer could not be written; free some space, or name another output",
    );
    match cli.command {
        // The zip was written nevertheless.
        None | Some(args::Command::Collect(_) | args::Command::Demo(_)) => Exit::Incomplete,
        _ => Exit::Nothing,
    }
}
