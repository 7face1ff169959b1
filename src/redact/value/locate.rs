//! Finding the value that belongs to a name, in any notation: `key=value`, JSON at any depth of
//! escaping, YAML, headers, XML elements and attributes, name/value siblings, options of commands.
//! It looks at the text around the name only, so truncated and malformed documents work as well.
use std::ops::Range;

use super::bare::{assigns, bare};
use super::directive::starts_line;
use super::element::element;
use super::enclosing::{braced, clip, closes_string, in_tag, template, tree_mark, value_for};
use super::extent::{next_of_audit, odd_blank, serialized, triple, wrapped};
use super::name_value_pair;
use super::quote;
use super::quote::Mark;

/// How name and value are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::redact) enum Join {
    /// `key=value`, `key => value`.
    Equals,
    /// `key: value` of JSON, YAML, headers.
    Colon,
    /// `--key value`, `"--key","value"`.
    Argument,
    /// `<key>value</key>`.
    Element,
    /// `"name":"key","value":"value"`, `name="key" value="value"`.
    Sibling,
}

/// A value's place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::redact) struct Value {
    /// The bytes of the value, without its quotes.
    pub(in crate::redact) span: Range<usize>,
    /// The quote it stands in.
    pub(in crate::redact) mark: Mark,
    /// How it is joined to its name.
    pub(in crate::redact) join: Join,
    /// True where the name begins its line: `key: rest of the line`.
    pub(in crate::redact) line_start: bool,
    /// True where the value stands bare in JSON and a replacement needs quotes of its own.
    pub(in crate::redact) needs_quotes: Option<Mark>,
}

/// What follows a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::redact) enum Located {
    /// One value.
    One(Value),
    /// A JSON object or array that opens here, at this depth of escaping.
    Tree(usize, Mark),
    /// No value: the name is only a word.
    Nothing,
}

/// How far ahead a name/value sibling or the end of a tag is looked for.
pub(in crate::redact) const REACH: usize = 4096;

/// Finds the value of the name at `key`.
pub(in crate::redact) fn locate(text: &[u8], key: Range<usize>) -> Located {
    let before = key.start.checked_sub(1).and_then(|i| text.get(i)).copied();
    if before == Some(b'/') && key.start >= 2 && text[key.start - 2] == b'<' {
        return Located::Nothing;
    }
    if before == Some(b'<') || (before == Some(b':') && opens_tag(text, key.start)) {
        return element(text, key.end);
    }
    if let Some(found) = name_value_pair::beside(text, &key) {
        return found;
    }
    let closing = quote::closing(text, key.end);
    let quoted = closing
        .as_ref()
        .is_some_and(|(mark, _)| quote::opens_at(text, key.start, *mark));
    if let (true, Some((mark, after))) = (quoted, closing) {
        if let Some(found) = name_value_pair::quoted(text, key.clone(), mark, after) {
            return found;
        }
        return joined(text, key, Some(mark), after);
    }
    // `token%22%3A%22…`, `token":"…`: a document whose head was cut off with its first quote.
    if let Some((mark, after)) = quote::closing(text, key.end)
        && (matches!(mark, Mark::Percent | Mark::Html) || starts_line(text, key.start))
        && is_colon(text, after)
    {
        return joined(text, key, Some(mark), after);
    }
    let end = key.end;
    joined(text, key, None, end)
}

/// True if a colon stands at `at`, also as `%3A`.
fn is_colon(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    rest.starts_with(b":")
        || rest
            .get(..3)
            .is_some_and(|t| t.eq_ignore_ascii_case(b"%3a"))
}

/// `<ns:key>`: the name is preceded by a namespace prefix inside a tag.
fn opens_tag(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(32);
    text[from..at - 1]
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric())
        .count()
        > 0
        && text[from..at - 1]
            .iter()
            .rev()
            .find(|b| !b.is_ascii_alphanumeric())
            == Some(&b'<')
}

pub(in crate::redact) fn to_line_end(text: &[u8]) -> usize {
    memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len())
}

pub(in crate::redact) fn trim(text: &[u8], mut span: Range<usize>) -> Range<usize> {
    while span.start < span.end && text[span.start].is_ascii_whitespace() {
        span.start += 1;
    }
    while span.end > span.start && text[span.end - 1].is_ascii_whitespace() {
        span.end -= 1;
    }
    span
}

pub(in crate::redact) fn skip_spaces(text: &[u8], mut at: usize, lines: bool) -> usize {
    let stop = (at + 256).min(text.len());
    while at < stop {
        let blank =
            matches!(text[at], b' ' | b'\t') || (lines && matches!(text[at], b'\r' | b'\n'));
        let skipped = if blank { 1 } else { odd_blank(&text[at..]) };
        if skipped == 0 {
            break;
        }
        at += skipped;
    }
    at
}

/// The value after `=`, `:`, `=>` or a space, for a name that ends (with its quote) at `after`.
fn joined(text: &[u8], key: Range<usize>, mark: Option<Mark>, after: usize) -> Located {
    let (after, indexed) = index_end(text, &key, mark, after);
    let at = skip_spaces(text, after, mark.is_some() && !indexed);
    let (join, at) = match text.get(at) {
        // `password['secret']` of Connect's log.
        Some(b'[') if mark.is_none() && matches!(text.get(at + 1), Some(b'\'' | b'"')) => {
            let found = value_at(text, at + 1, Join::Equals, None, false);
            return match found {
                Located::One(value)
                    if text.get(value.span.end + value.mark.len()) == Some(&b']') =>
                {
                    Located::One(value)
                }
                _ => Located::Nothing,
            };
        }
        Some(b';') if serialized(&text[at..]) > 0 => (Join::Equals, at + serialized(&text[at..])),
        Some(b'=') if text.get(at + 1) == Some(&b'>') => (Join::Equals, at + 2),
        // `==` compares; base64 padding is no assignment either.
        Some(b'=') if text.get(at + 1) == Some(&b'=') => return Located::Nothing,
        Some(b'=') => (Join::Equals, at + 1),
        // `userPassword:: b64` of LDIF, but not `Net::SSH`.
        Some(b':') if text[at..].starts_with(b":: ") && mark.is_none() => (Join::Equals, at + 2),
        Some(b':') if text.get(at + 1) == Some(&b':') => return Located::Nothing,
        Some(b':') if text.get(at + 1) == Some(&b'=') => (Join::Equals, at + 2),
        // `${DB_PASSWORD:?not set}`: what a shell says if there is none.
        Some(b':') if text[at..].starts_with(b":?") && text[..key.start].ends_with(b"${") => {
            return Located::Nothing;
        }
        Some(b':') => (Join::Colon, at + 1),
        Some(b'\\') if text.get(at + 1) == Some(&b'=') => (Join::Equals, at + 2),
        Some(b'%') if text[at..].len() > 3 && text[at..at + 3].eq_ignore_ascii_case(b"%3d") => {
            (Join::Equals, at + 3)
        }
        Some(b'%') if text[at..].len() > 3 && text[at..at + 3].eq_ignore_ascii_case(b"%3a") => {
            (Join::Colon, at + 3)
        }
        Some(b')') if text[at..].starts_with(b"): ") => (Join::Colon, at + 2),
        _ if mark.is_none() && text[at.min(text.len())..].starts_with(b"for ") => {
            return value_for(text, after).map_or(Located::Nothing, |span| one(span, Join::Colon));
        }
        _ => return argument(text, &key, mark, after),
    };
    let lines = mark.is_some() && join == Join::Colon;
    let sign = at;
    let mut at = skip_spaces(text, at, lines);
    while mark == Some(Mark::Percent)
        && (text[at..].starts_with(b"%20") || text[at..].starts_with(b"+"))
    {
        at += if text[at] == b'+' { 1 } else { 3 };
    }
    // `logname= uid=0`: no value, and the next field; but `key = Zk81==` of a file of settings is one.
    let spaced = || skip_spaces(text, after, false) > after;
    if at > sign && join == Join::Equals && mark.is_none() && assigns(&text[at..]) && !spaced() {
        return Located::Nothing;
    }
    if join == Join::Colon && mark.is_none() && matches!(text.get(at), Some(b'\r' | b'\n')) {
        return folded(text, at, &key);
    }
    let mut found = value_at(text, at, join, mark, starts_line(text, key.start));
    // `"Password: two words"`: the string around the name ends the value.
    if let Located::One(value) = &mut found
        && mark.is_none()
        && value.mark == Mark::None
        && text[..key.start].ends_with(b"\"")
        && let Some(quote) = memchr::memchr(b'"', &text[value.span.clone()])
    {
        let head = &text[value.span.start..value.span.start + quote];
        let backslashes = head.iter().rev().take_while(|b| **b == b'\\').count();
        value.span.end = value.span.start + quote - backslashes;
    }
    found
}

/// A header that was folded, or a scalar of YAML on a line of its own: one or two words below their name, and
/// indented.
fn folded(text: &[u8], at: usize, key: &Range<usize>) -> Located {
    let next = at
        + if text[at..].starts_with(b"\r\n") {
            2
        } else {
            1
        };
    let line = text.get(next..).unwrap_or_default();
    let line = &line[..to_line_end(line)];
    let span = trim(text, next..next + line.len());
    let value = &text[span.clone()];
    let words = value.split(u8::is_ascii_whitespace).count();
    let document = |b: &u8| matches!(b, b':' | b'<' | b'{' | b'[');
    if !matches!(line.first(), Some(b' ' | b'\t'))
        || !starts_line(text, key.start)
        || value.is_empty()
        || words > 2
        || value.iter().any(document)
        || matches!(
            value.first(),
            Some(b'-' | b'#' | b'"' | b'\'' | b'|' | b'>' | b'*' | b'&')
        )
    {
        return Located::Nothing;
    }
    Located::One(Value {
        span,
        mark: Mark::None,
        join: Join::Colon,
        line_start: true,
        needs_quotes: None,
    })
}

/// The position after the bracket of `user[key]` and `env["key"]`, and whether there was one.
fn index_end(text: &[u8], key: &Range<usize>, mark: Option<Mark>, after: usize) -> (usize, bool) {
    let open = key.start.saturating_sub(mark.map_or(0, Mark::len));
    let head = &text[..open];
    if text.get(after) == Some(&b']') && head.ends_with(b"[") {
        return (after + 1, true);
    }
    let percent = text
        .get(after..after + 3)
        .is_some_and(|t| t.eq_ignore_ascii_case(b"%5d"));
    if percent && head.len() >= 3 && head[head.len() - 3..].eq_ignore_ascii_case(b"%5b") {
        return (after + 3, true);
    }
    (after, false)
}

pub(in crate::redact) fn one(span: Range<usize>, join: Join) -> Located {
    Located::One(Value {
        span,
        mark: Mark::None,
        join,
        line_start: false,
        needs_quotes: None,
    })
}

/// `--key value` and `"--key","value"`.
fn argument(text: &[u8], key: &Range<usize>, mark: Option<Mark>, after: usize) -> Located {
    let slash = text[..key.start].strip_suffix(b"/").is_some_and(|head| {
        head.last()
            .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\''))
    });
    if !text[..key.start].ends_with(b"-") && !slash {
        // The name's own leading dashes belong to the run of name bytes.
        if !text[key.clone()].starts_with(b"-") {
            return Located::Nothing;
        }
    }
    let at = match (mark, text.get(after)) {
        (Some(_), Some(b',')) => skip_spaces(text, after + 1, true),
        (None, Some(b' ' | b'\t')) => skip_spaces(text, after, false),
        (Some(_), Some(b' ')) => match next_of_audit(text, after + 1) {
            Some(at) => at,
            None => return Located::Nothing,
        },
        _ => return Located::Nothing,
    };
    match text.get(at) {
        None | Some(b'-' | b'\n' | b'\r') => Located::Nothing,
        // `POST /login HTTP/1.1` is a request, and `/login` no option.
        Some(_) if slash && text[at..].starts_with(b"HTTP/") => Located::Nothing,
        Some(_) => value_at(text, at, Join::Argument, mark, false),
    }
}

/// The value that begins at `at`.
pub(in crate::redact) fn value_at(
    text: &[u8],
    at: usize,
    join: Join,
    key_mark: Option<Mark>,
    line_start: bool,
) -> Located {
    if let Some((_, start)) = quote::opening(text, at)
        && key_mark.is_none()
        && closes_string(text, start)
    {
        return Located::Nothing;
    }
    if let Some(found) = triple(text, at, join) {
        return found;
    }
    let at = wrapped(text, at);
    if let Some((mark, start)) = quote::opening(text, at) {
        // In the tag of an element a backslash is no escape, but entities are.
        let tag = (key_mark.is_none() && matches!(mark, Mark::Double(_)))
            .then(|| in_tag(text, at))
            .flatten();
        if tag.is_some_and(|tag| memchr::memchr_iter(b'"', &text[tag..at]).count() % 2 == 1) {
            // This quote ends an attribute that the name is the end of.
            return Located::Nothing;
        }
        let attribute = tag.is_some() && join != Join::Argument && mark == Mark::Double(0);
        let end = if attribute {
            memchr::memchr2(b'"', b'\n', &text[start..]).map(|i| start + i)
        } else {
            quote::end(text, start, mark)
        };
        let line = || start..start + to_line_end(&text[start..]);
        let end = end.unwrap_or_else(|| clip(text, line()).end);
        let mark = if attribute { Mark::Html } else { mark };
        let value = Value {
            span: start..end,
            mark,
            join,
            line_start,
            needs_quotes: None,
        };
        return if start < end {
            Located::One(value)
        } else {
            Located::Nothing
        };
    }
    match text.get(at) {
        Some(b'{' | b'[') if join != Join::Argument => {
            if key_mark.is_none()
                && let Some(span) = template(text, at)
            {
                return one(span, join);
            }
            if key_mark.is_none()
                && join == Join::Equals
                && let Some(span) = braced(text, at)
            {
                return one(span, join);
            }
            match key_mark.or_else(|| tree_mark(text, at)) {
                Some(mark) => Located::Tree(at, mark),
                None => bare(text, at, join, key_mark, line_start),
            }
        }
        Some(b) if !b.is_ascii_whitespace() => bare(text, at, join, key_mark, line_start),
        _ => Located::Nothing,
    }
}
