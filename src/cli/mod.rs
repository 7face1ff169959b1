//! What a person types and sees: arguments, one file per command, progress, exit codes.

mod api;
mod args;
mod ask_settings;
mod choose;
mod collect;
mod demo;
mod diagnose;
mod exit;
mod explain;
mod kinds;
mod login;
mod output;
mod paths;
mod person;
mod presets;
mod progress;
mod redact;
mod restore;
mod reveal;
mod scripts;
mod secrets;
mod settings;
mod settle;
mod sizes;
mod traces;
mod user_rules;
mod verify;

use clap::Parser;

pub use exit::Exit;

/// Reads the command line, runs the command and says how it ended.
#[must_use]
pub fn main() -> Exit {
    // The text of a panic may quote what was worked on: only its place is told.
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
        None => collect::run(&cli.collect),
        Some(args::Command::Collect(args)) => collect::run(args),
        Some(args::Command::Paths(args)) => paths::run(args),
        Some(args::Command::Settings(args)) => settings::run(args),
        Some(args::Command::Verify(args)) => verify::run(args),
        Some(args::Command::Diagnose(args)) => diagnose::run(args),
        Some(args::Command::Redact(args)) => redact::run(args),
        Some(args::Command::Explain(args)) => explain::run(args),
        Some(args::Command::Reveal(args)) => reveal::run(args),
        Some(args::Command::Demo(args)) => demo::run(args),
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
        // The zip is there all the same.
        None | Some(args::Command::Collect(_) | args::Command::Demo(_)) => Exit::Incomplete,
        _ => Exit::Nothing,
    }
}

#[cfg(test)]
mod restore_tests;
