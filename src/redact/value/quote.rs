//! Quotes at any depth of escaping, and the small JSON tokeniser that works on them.
//!
//! JSON inside a JSON string writes its quotes as `\"`, one level deeper as `\\\"`: at depth d a
//! delimiter has `2^d - 1` backslashes before it. A quote of the content has more.
use std::ops::Range;

/// The marks around a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::redact) enum Mark {
    /// No quotes.
    None,
    /// Double quotes, with this many backslashes before each delimiter.
    Double(usize),
    /// Single quotes.
    Single,
    /// `&quot;`.
    Html,
    /// `%22`.
    Percent,
    /// The text of an XML element.
    Xml,
}

impl Mark {
    /// Length of one delimiter in bytes.
    pub(in crate::redact) fn len(self) -> usize {
        match self {
            Self::None | Self::Xml => 0,
            Self::Double(backslashes) => backslashes + 1,
            Self::Single => 1,
            Self::Html => 6,
            Self::Percent => 3,
        }
    }

    /// The delimiter as text.
    pub(in crate::redact) fn delimiter(self) -> &'static [u8] {
        match self {
            Self::None | Self::Xml => b"",
            Self::Double(backslashes) => {
                &DEEPEST_QUOTE[DEEPEST_QUOTE.len() - 1 - backslashes.min(63)..]
            }
            Self::Single => b"'",
            Self::Html => b"&quot;",
            Self::Percent => b"%22",
        }
    }
}

/// The delimiter of a string six levels deep; those of fewer levels are its ends.
const DEEPEST_QUOTE: &[u8; 64] =
    b"\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\"";

/// The delimiter that begins at `at`, and the position after it.
pub(in crate::redact) fn closing(text: &[u8], at: usize) -> Option<(Mark, usize)> {
    let rest = text.get(at..)?;
    let backslashes = rest.iter().take(64).take_while(|b| **b == b'\\').count();
    match rest.get(backslashes)? {
        b'"' if (backslashes + 1).is_power_of_two() => {
            Some((Mark::Double(backslashes), at + backslashes + 1))
        }
        b'\'' if backslashes == 0 => Some((Mark::Single, at + 1)),
        b'&' if rest.starts_with(b"&quot;") => Some((Mark::Html, at + 6)),
        b'%' if rest.starts_with(b"%22") => Some((Mark::Percent, at + 3)),
        _ => None,
    }
}

/// The opening delimiter at `at`: the same marks as a closing one.
pub(in crate::redact) fn opening(text: &[u8], at: usize) -> Option<(Mark, usize)> {
    closing(text, at)
}

/// True if a delimiter of this mark ends just before `at`.
pub(in crate::redact) fn opens_at(text: &[u8], at: usize, mark: Mark) -> bool {
    let delimiter = mark.delimiter();
    let Some(start) = at.checked_sub(delimiter.len()) else {
        return false;
    };
    text[start..at] == *delimiter
        && (start == 0 || text[start - 1] != b'\\' || !matches!(mark, Mark::Double(_)))
}

/// Where the content that begins at `start` ends: the first byte of its closing delimiter.
pub(in crate::redact) fn end(text: &[u8], start: usize, mark: Mark) -> Option<usize> {
    match mark {
        Mark::None | Mark::Xml => None,
        Mark::Single => {
            let at = start + memchr::memchr3(b'\'', b'\n', b'\r', &text[start..])?;
            (text[at] == b'\'').then_some(at)
        }
        Mark::Html | Mark::Percent => encoded_end(text, start, mark.delimiter()),
        Mark::Double(level) => double_end(text, start, level),
    }
}

/// The end of text that was encoded to stand inside a string or an attribute: at its own delimiter, else
/// where the string around it ends.
fn encoded_end(text: &[u8], start: usize, delimiter: &[u8]) -> Option<usize> {
    let rest = &text[start..];
    let around = memchr::memchr3(b'"', b'<', b'\n', rest);
    let inside = &rest[..around.unwrap_or(rest.len())];
    if let Some(found) = memchr::memmem::find(inside, delimiter) {
        return Some(start + found);
    }
    let backslashes = inside.iter().rev().take_while(|b| **b == b'\\').count();
    around.map(|at| start + at - backslashes)
}

fn double_end(text: &[u8], start: usize, level: usize) -> Option<usize> {
    for at in memchr::memchr2_iter(b'"', b'\n', &text[start..]).map(|i| start + i) {
        // No string of JSON or of a log goes over a line's end: this one was cut off.
        if text[at] == b'\n' {
            return None;
        }
        let backslashes = text[start..at]
            .iter()
            .rev()
            .take_while(|b| **b == b'\\')
            .count();
        // Fewer backslashes than our own delimiter: the string around us ends, so we were cut off.
        if backslashes < level {
            return Some(at - backslashes);
        }
        if backslashes % (2 * (level + 1)) == level {
            return Some(at - level);
        }
    }
    None
}

/// The position after the bracket that closes the one at `open`; `Err` holds the end of what belongs to it
/// where it was cut off: a line that a log wrote, or the end of the text.
pub(in crate::redact) fn bracket_end(text: &[u8], open: usize, mark: Mark) -> Result<usize, usize> {
    let mut depth = 0usize;
    let mut at = open;
    while at < text.len() {
        match text[at] {
            b'\n' if is_log_line(&text[at + 1..]) => return Err(at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Ok(at + 1);
                }
            }
            b'"' | b'\\' | b'&' | b'%' | b'\'' => {
                if let Some((found, start)) = opening(text, at)
                    && found == mark
                {
                    let stop = end(text, start, mark);
                    at = stop.ok_or_else(|| start + line_len(&text[start..]))? + mark.len();
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    Err(text.len())
}

fn line_len(text: &[u8]) -> usize {
    memchr::memchr(b'\n', text).unwrap_or(text.len())
}

/// True if a line begins as a log's own line does, not as the next line of a document: with a word, a
/// stamp or a priority that is no scalar of an array.
fn is_log_line(line: &[u8]) -> bool {
    let inner = line
        .strip_prefix(b"[")
        .or(line.strip_prefix(b"<"))
        .unwrap_or(line);
    if !inner.first().is_some_and(u8::is_ascii_alphanumeric) {
        return false;
    }
    let word = inner
        .iter()
        .take(32)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-'))
        .count();
    !matches!(
        inner.get(word),
        None | Some(b',' | b']' | b'}' | b'\r' | b'\n')
    )
}

/// Most strings that are stepped over on the way back to the begin of an object: whatever their length, each
/// string is stepped over by few finds.
const MOST_STRINGS: usize = 40;

/// The `{` of the object that the member whose opening quote is at `at` belongs to. Only what stands outside
/// of strings counts against `reach`: a value may be long.
pub(in crate::redact) fn object_start(
    text: &[u8],
    at: usize,
    mark: Mark,
    reach: usize,
) -> Option<usize> {
    let mut i = at;
    let mut depth = 0usize;
    let (mut left, mut strings) = (reach, MOST_STRINGS);
    while i > 0 && left > 0 {
        i -= 1;
        left -= 1;
        match text[i] {
            b'}' | b']' => depth += 1,
            b'[' => depth = depth.checked_sub(1)?,
            b'{' if depth == 0 => return Some(i),
            b'{' => depth -= 1,
            b'"' | b';' | b'2' | b'\'' if opens_at(text, i + 1, mark) => {
                // Back over a string: its opening delimiter is the one before.
                strings = strings.checked_sub(1)?;
                i = string_start(text, i + 1 - mark.len(), mark)?;
            }
            b'\n' if is_log_line(&text[i + 1..at]) => return None,
            _ => {}
        }
    }
    None
}

/// Start of the opening delimiter of the string that ends before `close`, on its line.
fn string_start(text: &[u8], close: usize, mark: Mark) -> Option<usize> {
    let delimiter = mark.delimiter();
    let last = *delimiter.last()?;
    let mut end = close;
    while let Some(i) = memchr::memrchr2(last, b'\n', &text[..end]) {
        if text[i] == b'\n' {
            return None;
        }
        let start = (i + 1).checked_sub(delimiter.len())?;
        if text[start..=i] == *delimiter
            && (start == 0 || text[start - 1] != b'\\' || !matches!(mark, Mark::Double(_)))
        {
            return Some(start);
        }
        end = i;
    }
    None
}

/// Calls `each(name, position of value)` for the members of the object that begins at `open`, as far
/// as it is whole and `each` says to go on.
pub(in crate::redact) fn members(
    text: &[u8],
    open: usize,
    mark: Mark,
    each: &mut dyn FnMut(Range<usize>, usize) -> bool,
) {
    let mut at = open + 1;
    loop {
        while text
            .get(at)
            .is_some_and(|b| b.is_ascii_whitespace() || *b == b',' || is_escaped_space(text, at))
        {
            at += 1;
        }
        let Some((found, start)) = opening(text, at) else {
            return;
        };
        if found != mark {
            return;
        }
        let Some(stop) = end(text, start, mark) else {
            return;
        };
        at = stop + mark.len();
        while text.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        if text.get(at) != Some(&b':') {
            return;
        }
        at += 1;
        while text.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        if !each(start..stop, at) {
            return;
        }
        let Some(next) = skip_value(text, at, mark) else {
            return;
        };
        at = next;
    }
}

/// `\n` and `\t` written out between the members of escaped JSON.
fn is_escaped_space(text: &[u8], at: usize) -> bool {
    (text[at] == b'\\' && matches!(text.get(at + 1), Some(b'n' | b't' | b'r')))
        || (matches!(text[at], b'n' | b't' | b'r') && at > 0 && text[at - 1] == b'\\')
}

/// The position after the value at `at`.
pub(in crate::redact) fn skip_value(text: &[u8], at: usize, mark: Mark) -> Option<usize> {
    if let Some((found, start)) = opening(text, at) {
        return (found == mark)
            .then(|| end(text, start, mark))
            .flatten()
            .map(|stop| stop + mark.len());
    }
    match text.get(at)? {
        b'{' | b'[' => bracket_end(text, at, mark).ok(),
        _ => {
            let len = text[at..]
                .iter()
                .take(4096)
                .position(|b| matches!(b, b',' | b'}' | b']'))?;
            Some(at + len)
        }
    }
}

/// One leaf of a tree: its key (empty in arrays), its place, and whether it stood in quotes.
pub(in crate::redact) struct Leaf {
    pub(in crate::redact) key: Range<usize>,
    pub(in crate::redact) span: Range<usize>,
    pub(in crate::redact) quoted: bool,
}

/// All leaves of the object or array in `tree`, in order. Nesting is followed by position, not by
/// recursion, so hostile depth costs nothing.
pub(in crate::redact) fn leaves(text: &[u8], tree: Range<usize>, mark: Mark) -> Vec<Leaf> {
    let mut out = Vec::new();
    let mut key = tree.start..tree.start;
    let mut at = tree.start;
    let stop = tree.end.min(text.len());
    while at < stop {
        if let Some((found, start)) = opening(text, at)
            && found == mark
        {
            let Some(content_end) = end(text, start, mark).filter(|e| *e <= stop) else {
                // Cut off inside a string: what is left of it is a leaf.
                let line = memchr::memchr(b'\n', &text[start..stop]).map_or(stop, |i| start + i);
                out.push(Leaf {
                    key,
                    span: start..line,
                    quoted: true,
                });
                return out;
            };
            at = content_end + mark.len();
            let mut next = at;
            while next < stop && text[next].is_ascii_whitespace() {
                next += 1;
            }
            if text.get(next) == Some(&b':') {
                key = start..content_end;
                at = next + 1;
            } else {
                out.push(Leaf {
                    key: key.clone(),
                    span: start..content_end,
                    quoted: true,
                });
            }
            continue;
        }
        match text[at] {
            // The line ends of a document in a string are escaped.
            b'\\' if matches!(text.get(at + 1), Some(b'n' | b'r' | b't')) => at += 2,
            b',' | b'[' | b'{' | b'}' | b']' | b':' | b'\\' => at += 1,
            b if b.is_ascii_whitespace() => at += 1,
            _ => {
                // A string in it is one by itself: no replacement may change how many quotes there are.
                let ends = |i: &usize| match text[*i] {
                    b',' | b'}' | b']' | b'\n' | b'\\' => true,
                    _ => opening(text, *i).is_some_and(|(found, _)| found == mark),
                };
                let len = (at..stop).find(ends).unwrap_or(stop) - at;
                let mut span = at..at + len.max(1);
                while span.end > span.start && text[span.end - 1].is_ascii_whitespace() {
                    span.end -= 1;
                }
                out.push(Leaf {
                    key: key.clone(),
                    span,
                    quoted: false,
                });
                at += len.max(1);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_at_their_own_depth() {
        let cases: [(&str, usize, &str); 6] = [
            (r#"ab\"c" x"#, 0, r#"ab\"c"#),
            (r#"ab\\" x"#, 0, r"ab\\"),
            (r#"ab\\\"c\" x"#, 1, r#"ab\\\"c"#),
            (r#"ab\\\\\" x"#, 1, r"ab\\\\"),
            (r#"deep\\\" x"#, 3, "deep"),
            (r#"cut off" x"#, 1, "cut off"),
        ];
        for (text, level, content) in cases {
            let stop = end(text.as_bytes(), 0, Mark::Double(level));
            assert_eq!(stop.map(|e| &text[..e]), Some(content), "{text}");
        }
    }

    #[test]
    fn leaves_are_found_in_whole_and_in_cut_trees() {
        let text = br#"{"a": {"b": "x", "c": [1, "y"]}, "d": null}"#;
        let found: Vec<&[u8]> = leaves(text, 0..text.len(), Mark::Double(0))
            .iter()
            .map(|l| &text[l.span.clone()])
            .collect();
        assert_eq!(found, [&b"x"[..], b"1", b"y", b"null"]);
        let cut = br#"{"a": "x", "b": "un"#;
        let found: Vec<&[u8]> = leaves(cut, 0..cut.len(), Mark::Double(0))
            .iter()
            .map(|l| &cut[l.span.clone()])
            .collect();
        assert_eq!(found, [&b"x"[..], b"un"]);
        let garbled = br#"{"a": 7."b": "x" y}"#;
        let found: Vec<&[u8]> = leaves(garbled, 0..garbled.len(), Mark::Double(0))
            .iter()
            .map(|l| &garbled[l.span.clone()])
            .collect();
        assert_eq!(found, [&b"7."[..], b"x", b"y"]);
    }
}
