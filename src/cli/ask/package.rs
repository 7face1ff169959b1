//! Asks which package the case is about where the evidence names several.
use std::io::BufRead;

use super::terminal;
use crate::cli::args::OutputArgs;
use crate::cli::filters::restorer::shown;
use crate::cli::output::say;
use crate::collect::{Ask, Candidate};

/// Most packages that are offered.
const MOST: usize = 9;

/// The question; `None` where it cannot be asked.
pub(in crate::cli) fn asking(output: &OutputArgs) -> Option<Ask> {
    may_ask(output).then_some(ask as Ask)
}

/// True at a terminal, unless the options forbid questions.
pub(in crate::cli) fn may_ask(output: &OutputArgs) -> bool {
    terminal::is_there() && !output.yes && !output.json && !output.quiet
}

fn ask(candidates: &[&Candidate]) -> Option<usize> {
    say("\nThe evidence is about several packages. Which one failed?");
    for (number, candidate) in candidates.iter().take(MOST).enumerate() {
        say(&line(number + 1, candidate));
    }
    say("Number, or Enter for none of them:");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).ok()?;
    chosen(&answer, candidates.len().min(MOST))
}

/// One package as it is offered.
fn line(number: usize, candidate: &Candidate) -> String {
    let id = candidate.id.as_deref().unwrap_or("no id");
    let name = candidate.name.as_deref().unwrap_or("no name known");
    let when = candidate
        .when
        .map_or_else(|| "no time known".to_owned(), |w| format!("{w:.0}"));
    let failed = if candidate.failed.is_some() {
        ", failed"
    } else {
        ""
    };
    format!(
        "  {number}  {}  {}  ({when}{failed})",
        shown(id),
        shown(name)
    )
}

/// The place in the list that an answer names.
fn chosen(answer: &str, offered: usize) -> Option<usize> {
    let number: usize = answer.trim().parse().ok()?;
    (1..=offered).contains(&number).then(|| number - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_numbers_of_the_list() {
        let cases = [
            ("1\n", Some(0)),
            (" 3 ", Some(2)),
            ("", None),
            ("0", None),
            ("4", None),
            ("x", None),
            ("-1", None),
        ];
        for (answer, wanted) in cases {
            assert_eq!(chosen(answer, 3), wanted, "{answer}");
        }
    }

    #[test]
    fn evidence_cannot_write_to_the_terminal() {
        let evil = Candidate {
            id: Some("aB1".to_owned()),
            name: Some("x\u{1b}[2Jy".to_owned()),
            ..Candidate::default()
        };
        assert!(!line(1, &evil).contains('\u{1b}'));
    }
}
