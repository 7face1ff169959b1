//! Credentials as people write and copy them: a token with a word before it, a whole link, a file for a node.
use secrecy::{ExposeSecret, SecretString};

use super::credential_error::CredentialError;
use crate::aoc::http::Auth;

/// A token without the word before it, as people copy it.
pub(in crate::aoc) fn bare(token: &SecretString) -> SecretString {
    let text = token.expose_secret().trim();
    let word = text
        .get(..7)
        .is_some_and(|w| w.eq_ignore_ascii_case("bearer "));
    let text = if word {
        text.get(7..).unwrap_or_default().trim()
    } else {
        text
    };
    SecretString::from(text)
}

/// The token of a public link.
pub(in crate::aoc) fn link_token(link: &SecretString) -> Option<SecretString> {
    let text = link.expose_secret().trim();
    let token = match text.split_once('?') {
        Some((_, query)) => query
            .split(['&', '#'])
            .find_map(|p| p.strip_prefix("token="))?,
        None if text.contains(['/', ':', ' ']) => return None,
        None => text,
    };
    (!token.is_empty()).then(|| SecretString::from(token))
}

/// The credentials of a node from the text of a file.
///
/// # Errors
/// [`CredentialError::BadNodeFile`].
pub fn node_auth(text: &SecretString) -> Result<Auth, CredentialError> {
    let mut lines = text.expose_secret().lines().map(str::trim);
    let first = lines.find(|l| !l.is_empty()).unwrap_or_default();
    let second = lines.find(|l| !l.is_empty());
    if let Some((word, token)) = first.split_once(' ')
        && word.eq_ignore_ascii_case("bearer")
    {
        let key = second.ok_or(CredentialError::BadNodeFile)?;
        let key = key.rsplit(':').next().unwrap_or(key).trim();
        return Ok(Auth::NodeBearer(
            SecretString::from(token.trim()),
            key.to_owned(),
        ));
    }
    match first.split_once(':') {
        Some((user, password)) if !user.is_empty() && !password.is_empty() && second.is_none() => {
            Ok(Auth::Basic(user.to_owned(), SecretString::from(password)))
        }
        _ => Err(CredentialError::BadNodeFile),
    }
}
