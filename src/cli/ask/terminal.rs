//! Answers from the terminal.
use std::io::{BufRead, IsTerminal};

use secrecy::SecretString;

use crate::cli::output::say;

/// Somebody who answers.
pub(in crate::cli) trait Answers {
    /// A line without its line end; `None` at the end of input.
    fn line(&mut self, question: &str) -> Option<String>;
    /// A line that is not shown while it is typed.
    fn hidden(&mut self, question: &str) -> Option<SecretString>;
}

/// The terminal of this process.
pub(in crate::cli) struct Terminal;

impl Answers for Terminal {
    fn line(&mut self, question: &str) -> Option<String> {
        say(question);
        let mut answer = String::new();
        match std::io::stdin().lock().read_line(&mut answer) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(answer.trim().to_owned()),
        }
    }

    fn hidden(&mut self, question: &str) -> Option<SecretString> {
        let answer = rpassword::prompt_password(question).ok()?;
        Some(SecretString::from(answer))
    }
}

/// True if the process has a terminal to ask at.
pub(in crate::cli) fn is_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

#[cfg(test)]
pub(in crate::cli) mod scripted {
    use secrecy::SecretString;

    use super::Answers;

    /// Answers from a list, and what was asked.
    pub(in crate::cli) struct Scripted {
        pub(in crate::cli) answers: Vec<String>,
        pub(in crate::cli) asked: Vec<String>,
    }

    impl Scripted {
        pub(in crate::cli) fn new(answers: &[&str]) -> Self {
            Self {
                answers: answers.iter().rev().map(|a| (*a).to_owned()).collect(),
                asked: Vec::new(),
            }
        }
    }

    impl Answers for Scripted {
        fn line(&mut self, question: &str) -> Option<String> {
            self.asked.push(question.to_owned());
            self.answers.pop()
        }

        fn hidden(&mut self, question: &str) -> Option<SecretString> {
            self.asked.push(format!("(hidden) {question}"));
            self.answers.pop().map(SecretString::from)
        }
    }
}
