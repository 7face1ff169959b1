//! Line grammars of Aspera's programs, old and new: what stands before the message, and the bodies that
//! tell facts. Everything here reads one line (or one short block) of redacted text and keeps no state.

mod body;
mod frame;
mod prefix;
mod spec;

pub(super) use body::{Body, Http, SessionLine, Statistics, body};
pub(super) use frame::{Frame, frame};
pub(super) use prefix::{Level, Line, Program, is_level_line, line};
pub(super) use spec::{Spec, spec};

/// Longest free text that is kept of a line, in bytes.
const LONGEST_TEXT: usize = 400;

/// The first UUID in a text, with the text as its name.
#[must_use]
pub(super) fn first_uuid(text: &str) -> Option<Uuid> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'-', bytes.get(from..)?) {
        let dash = from + at;
        from = dash + 1;
        let Some(begin) = dash.checked_sub(8) else {
            continue;
        };
        let free = begin == 0 || !bytes.get(begin - 1).is_some_and(u8::is_ascii_hexdigit);
        if let Some(found) = text.get(begin..begin + 36).filter(|_| free)
            && let Some(uuid) = Uuid::parse(found)
        {
            return Some(uuid);
        }
    }
    None
}

/// The 128 bits of an id such as that of a session or a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Uuid(u128);

impl Uuid {
    /// Reads `8-4-4-4-12` hexadecimal digits in any case.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 36 {
            return None;
        }
        let mut value = 0_u128;
        for (at, byte) in bytes.iter().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if *byte != b'-' {
                    return None;
                }
                continue;
            }
            let digit = char::from(*byte).to_digit(16)?;
            value = value << 4 | u128::from(digit);
        }
        Some(Self(value))
    }
}

impl std::fmt::Display for Uuid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hex = format!("{:032x}", self.0);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        write!(
            f,
            "{}-{}-{}-{}-{}",
            part(0, 8),
            part(8, 12),
            part(12, 16),
            part(16, 20),
            part(20, 32)
        )
    }
}

/// A text cut to what is kept, at a character.
pub(super) fn kept(text: &str) -> String {
    let text = text.trim();
    if text.len() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let end = (0..=LONGEST_TEXT)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    format!("{}…", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
#[path = "grammar_tests.rs"]
mod tests;
