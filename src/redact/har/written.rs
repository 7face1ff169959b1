//! Pairs as tools write them that do not know the format well: two strings in a list, or the lines of the protocol.
use crate::redact::har::body;
use crate::redact::har::pairs;
use crate::redact::har::queries;
use crate::redact::secret::cookie;
use std::ops::Range;

use super::cursor::string;
use super::entry::{Call, Walker};
use super::headers;
use super::pairs::{Pair, Pairs};
use super::strings::escaped_lines;
use crate::redact::value::quote::Mark;

/// `["Accept", "text/html"]`.
pub(super) fn couple(
    walker: &mut Walker<'_>,
    at: usize,
    what: Pairs,
    call: &mut Call,
) -> Option<usize> {
    let mut both = Pair::default();
    let stretches = walker.stretches.len();
    let end = pairs::strings(walker, at, &mut both)?;
    match (both.value.take(), both.more.as_slice()) {
        (Some(name), [value]) if walker.stretches.len() == stretches => {
            let pair = Pair::of(name, value.clone());
            pairs::read(walker, &pair, what, call);
            Some(end)
        }
        _ => walker.whole(at, at),
    }
}

/// Pairs as the protocol writes them, in one string: `Accept: text/html` line by line, `a=b; c=d`.
pub(super) fn written(
    walker: &mut Walker<'_>,
    at: usize,
    what: Pairs,
    call: &mut Call,
) -> Option<usize> {
    let text = walker.pass.text;
    let Some(span) = string(text, at) else {
        return walker.whole(at, at);
    };
    let end = span.end + 1;
    match what {
        Pairs::Headers => {
            for line in escaped_lines(text, span) {
                header_line(walker, line, call);
            }
        }
        Pairs::Cookies => {
            let rule = walker.rules.cookie;
            cookie::cookies(&mut walker.pass, span, Mark::Double(0), rule);
            walker.stretches.push(at..end);
        }
        Pairs::Query => walker.note(at..end),
        Pairs::Dropped(why) => body::drop_text(walker, span, false, why),
    }
    Some(end)
}

/// `Name: value`; what is no header is a text.
fn header_line(walker: &mut Walker<'_>, line: Range<usize>, call: &mut Call) {
    let raw = &walker.pass.text[line.clone()];
    let stretches = walker.stretches.len();
    let from = usize::from(raw.first() == Some(&b':'));
    if let Some(colon) = memchr::memchr(b':', &raw[from..]).map(|i| from + i) {
        let (name, rest) = raw.split_at(colon);
        let front = rest.len() - rest[1..].trim_ascii_start().len();
        let value = line.start + colon + front..line.end;
        if headers::is_name(name) {
            if !value.is_empty() {
                pairs::header(walker, name, value, call);
            }
            if walker.stretches.len() == stretches {
                return;
            }
        }
    }
    // The name helps the engine with what is left.
    walker.stretches.truncate(stretches);
    queries::queries(walker, line.clone());
    walker.stretches.push(line);
}
