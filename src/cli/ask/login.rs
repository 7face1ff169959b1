//! Asks for a login at the terminal: an ascli preset that was found, a token, or a private key.
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::terminal::Answers;
use crate::aoc::login::credentials::Given;
use crate::aoc::login::keys::{KeyError, SigningKey};
use crate::aoc::login::presets::Offer;
use crate::cli::filters::restorer::shown;
use crate::cli::options::secrets;
use crate::cli::output::say;

/// How often something is asked for again.
const TRIES: usize = 3;
/// Most presets that are offered.
const MOST: usize = 9;

/// The preset that the user chooses; Enter chooses the first.
pub(in crate::cli) fn preset(offers: &[Offer], person: &mut dyn Answers) -> Option<String> {
    let offers = offers.get(..MOST).unwrap_or(offers);
    match offers {
        [] => return None,
        [one] => say(&format!(
            "\nascli has a login to Aspera on Cloud here: {}",
            line(one)
        )),
        several => {
            say("\nascli has logins to Aspera on Cloud here:");
            for (number, offer) in several.iter().enumerate() {
                say(&format!("  {}  {}", number + 1, line(offer)));
            }
        }
    }
    let question = match offers.len() {
        1 => {
            "Use it to ask for the organization's token settings, the package and the user? Nothing is changed there. [Y/n]"
        }
        _ => {
            "Which one may be used to ask for the token settings, the package and the user? Nothing is changed there. Number, Enter for 1, n for none:"
        }
    };
    for _ in 0..TRIES {
        // No answer is no consent.
        let answer = person.line(question)?.to_lowercase();
        match (answer.as_str(), answer.parse::<usize>()) {
            ("n" | "no" | "none", _) => return None,
            ("" | "y" | "yes", _) => return offers.first().map(|o| o.name.clone()),
            (_, Ok(number)) if (1..=offers.len()).contains(&number) => {
                return offers.get(number - 1).map(|o| o.name.clone());
            }
            _ => {}
        }
    }
    None
}

fn line(offer: &Offer) -> String {
    format!("{} ({})", shown(&offer.name), shown(&offer.host))
}

/// Asks for credentials, but for those that are known already. Enter continues without.
pub(in crate::cli) fn typed(known: Given, place: &str, person: &mut dyn Answers) -> Given {
    say(&format!(
        "\nNo login to {} was given. With one, the bundle also holds the organization's token settings, the package, the user and the transfers.",
        shown(place)
    ));
    let token = person
        .hidden("Bearer token (it is not shown; Enter for a private key, or to go on without): ");
    match token {
        None => return known,
        Some(token) if !token.expose_secret().trim().is_empty() => {
            return Given {
                token: Some(token),
                ..known
            };
        }
        Some(_) => {}
    }
    match key(person) {
        Some((private_key, passphrase)) => with_key(known, private_key, passphrase, person),
        None => known,
    }
}

fn with_key(
    known: Given,
    private_key: SecretString,
    passphrase: Option<SecretString>,
    person: &mut dyn Answers,
) -> Given {
    let mut ask = |question: &str| person.line(question).filter(|t| !t.is_empty());
    let client_id = known
        .client_id
        .clone()
        .or_else(|| ask("Client ID (Admin > Integrations > API clients):"));
    let username = known
        .username
        .clone()
        .or_else(|| ask("E-mail of your login to the organization:"));
    if client_id.is_none() || username.is_none() {
        say("Without client ID and e-mail the key opens nothing; going on without a login.");
        return known;
    }
    Given {
        client_id,
        username,
        private_key: Some(private_key),
        passphrase,
        ..known
    }
}

/// A private key that opens, with its passphrase.
fn key(person: &mut dyn Answers) -> Option<(SecretString, Option<SecretString>)> {
    for _ in 0..TRIES {
        let path =
            person.line("File of your private key (PEM; Enter to go on without a login):")?;
        if path.is_empty() {
            return None;
        }
        let Ok(content) = secrets::content(Path::new(&path), "the private key") else {
            say("This file cannot be read; compare its path and rights.");
            continue;
        };
        match SigningKey::read(&content, None) {
            Ok(_) => return Some((text(&content), None)),
            Err(KeyError::Locked) => {
                return opened(&content, person).map(|p| (text(&content), Some(p)));
            }
            Err(error) => say(&format!("This key cannot be used: {error}.")),
        }
    }
    None
}

fn text(content: &[u8]) -> SecretString {
    SecretString::from(String::from_utf8_lossy(content).as_ref())
}

/// The passphrase that opens a key.
fn opened(content: &[u8], person: &mut dyn Answers) -> Option<SecretString> {
    for _ in 0..TRIES {
        let passphrase = person.hidden("Passphrase of the key (it is not shown): ")?;
        match SigningKey::read(content, Some(&passphrase)) {
            Ok(_) => return Some(passphrase),
            Err(error) => say(&format!("This does not work: {error}.")),
        }
    }
    None
}

#[cfg(test)]
#[path = "login_tests.rs"]
mod tests;
