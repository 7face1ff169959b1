//! Asks for the token settings of the organization where neither the API nor a network trace has them.
use super::terminal::{Answers, Terminal};
use crate::aoc::api::settings::{TOKEN_SETTINGS, human};
use crate::cli::options::sizes;
use crate::cli::output::say;

/// A setting: its name in the API, and seconds or `None` where it is off.
type Typed = (&'static str, Option<u64>);

/// Asks on the terminal.
pub(in crate::cli) fn ask() -> Vec<Typed> {
    asked(&mut Terminal)
}

fn asked(answers: &mut dyn Answers) -> Vec<Typed> {
    say(
        "\nHow long tokens live in the organization is the first thing that support asks for. It stands in\n\
         Admin > Organization > Security of the web application. Type each time as 1h, 30d or 3600 (seconds),\n\
         or off; Enter skips one, `skip` all of them.",
    );
    let mut typed = Vec::new();
    for (setting, label) in TOKEN_SETTINGS {
        match one(label, answers) {
            Answer::Time(time) => typed.push((setting, time)),
            Answer::Skip => {}
            Answer::End => break,
        }
    }
    typed
}

enum Answer {
    Time(Option<u64>),
    Skip,
    End,
}

/// One setting, asked for again until it is understood.
fn one(label: &str, answers: &mut dyn Answers) -> Answer {
    loop {
        let Some(text) = answers.line(&format!("  {label}:")) else {
            return Answer::End;
        };
        match text.to_lowercase().as_str() {
            "" => return Answer::Skip,
            "skip" | "s" => return Answer::End,
            "off" | "no" | "none" | "disabled" | "0" => return Answer::Time(None),
            _ => {}
        }
        match sizes::duration(&text) {
            Ok(time) => {
                let seconds = time.as_secs();
                say(&format!(
                    "    {}",
                    human(seconds.try_into().unwrap_or(i64::MAX))
                ));
                return Answer::Time(Some(seconds));
            }
            Err(_) => say(&format!(
                "    {text:?} is not understood; write for example 1h, 15m, 30d or 3600 (seconds), or off; Enter skips it"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::ask::terminal::scripted::Scripted;

    #[test]
    fn each_setting_is_asked_for_until_it_is_understood() {
        let mut person = Scripted::new(&["1h", "soon", "OFF", "", "30d"]);
        assert_eq!(
            asked(&mut person),
            [
                ("access_token_duration", Some(3600)),
                ("access_token_refresh_duration", None),
                ("node_token_duration", Some(2_592_000)),
            ]
        );
        assert_eq!(
            person.asked.len(),
            5,
            "the one that was not understood came again"
        );
        assert_eq!(person.asked[1], person.asked[2]);
    }

    #[test]
    fn all_can_be_skipped() {
        for answers in [&["skip"][..], &["", "", "", ""], &[]] {
            assert_eq!(asked(&mut Scripted::new(answers)), [], "{answers:?}");
        }
        let first = asked(&mut Scripted::new(&["3600", "s"]));
        assert_eq!(first, [("access_token_duration", Some(3600))]);
    }
}
