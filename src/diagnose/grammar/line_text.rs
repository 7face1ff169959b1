//! The text of a line, as UTF-8, and cut to a limited length.
use std::borrow::Cow;

/// Longest text that is kept of a line, in bytes.
const LONGEST_TEXT: usize = 400;

/// Bytes as text, with invalid UTF-8 replaced. Most lines are valid, and a check is many times faster than a copy.
pub(in crate::diagnose) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The text without surrounding blanks, cut to [`LONGEST_TEXT`].
pub(in crate::diagnose) fn kept(text: &str) -> String {
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
