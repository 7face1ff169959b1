//! Values that say that there is none: placeholders, and words of a sentence about a secret.
use super::engine::{Dialect, Pass};
use super::quote::Mark;
use super::replace::is_done;
use super::rules::Field;
use super::value::{Join, Value};

/// Longer values are no words that say that there is no value.
const LONGEST_WORD: usize = 256;

impl Pass<'_> {
    /// Values that say that there is none, or that are words of a sentence.
    pub(super) fn is_empty_value(&self, field: &Field, value: &Value) -> bool {
        let raw = &self.text[value.span.clone()];
        if is_done(raw) {
            return true;
        }
        // Longer values are none of the words below.
        let lower = raw[..raw.len().min(LONGEST_WORD)].to_ascii_lowercase();
        let allow = &self.r.rules.allow;
        if raw.len() < LONGEST_WORD && allow.empty_values.contains(&lower) {
            // In quotes or an element "0" or "set" may be a real password.
            return !field.kind.is_secret()
                || value.mark == Mark::None
                || lower.len() > 2
                || lower == b"-"
                || lower == b"--";
        }
        if raw
            .iter()
            .all(|b| matches!(b, b'*' | b'x' | b'X' | b'.' | b'-' | b'#'))
        {
            return true;
        }
        if raw.len() < LONGEST_WORD
            && (raw.starts_with(b"${") || raw.starts_with(b"{{") || raw.starts_with(b"$("))
        {
            return true;
        }
        self.is_sentence(field, value, &lower)
    }

    /// `password: incorrect` in a log is a sentence; in a configuration it is a password. `lower` is the value.
    fn is_sentence(&self, field: &Field, value: &Value, lower: &[u8]) -> bool {
        let raw = &self.text[value.span.clone()];
        let prose = &self.r.rules.allow.prose_values;
        let sentence = field.kind.is_secret()
            && value.join == Join::Colon
            && value.mark == Mark::None
            && self.dialect != Dialect::Config;
        let word = lower
            .split(|b| !b.is_ascii_alphabetic() && *b != b'\'')
            .next()
            .unwrap_or_default();
        // `Password: ascp: failed to authenticate`: what a program says after it asked.
        if sentence && !word.is_empty() && is_message(&lower[word.len()..]) {
            return true;
        }
        // A weak name and several words behind it: a sentence.
        if sentence && field.min > 0 && raw.contains(&b' ') {
            return true;
        }
        let word_ends = lower
            .get(word.len())
            .is_none_or(|b| matches!(b, b' ' | b'.' | b',' | b';' | b':' | b')'));
        if (sentence
            || (value.join == Join::Equals
                && value.mark == Mark::None
                && field.kind.is_secret()
                && word.len() == raw.len()))
            && word_ends
            && prose.contains(word)
        {
            return true;
        }
        // `--password is needed`, `key-file /x`: an option is followed by a value, not by prose.
        value.join == Join::Argument && prose.contains(lower)
    }
}

/// True for `: failed to authenticate` behind the name of a program.
fn is_message(rest: &[u8]) -> bool {
    rest.strip_prefix(b": ").is_some_and(|said| {
        said.contains(&b' ')
            && said
                .iter()
                .all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'.' | b','))
    })
}
