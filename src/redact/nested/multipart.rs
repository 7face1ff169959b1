//! Fields of a multipart form: the name stands in a header, the value after an empty line.
use crate::redact::engine::replace;
use crate::redact::rules::field_names;
use std::ops::Range;

use crate::redact::engine::redactor::{Level, Pass};
use crate::redact::rules::compiled::{Kind, RuleId};
use crate::redact::secret::pem::escaped_end_before;
use crate::redact::value::locate::trim;
use crate::redact::value::quote;
use crate::redact::value::quote::Mark;

/// Longest headers of a part.
const HEADERS: usize = 1024;
/// Longest value of a field that is followed.
const LONGEST: usize = 64 * 1024;

/// `form-data; name=` was found at `at`.
pub(in crate::redact) fn multipart_at(pass: &mut Pass<'_>, at: usize) {
    if pass.r.rules.id("multipart") == RuleId::OFF {
        return;
    }
    let text = pass.text;
    let name = at + b"form-data; name=".len();
    let bare = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'[' | b']');
    let (mark, start) = quote::opening(text, name).unwrap_or((Mark::None, name));
    let end = match mark {
        Mark::None => Some(start + text[start..].iter().take_while(bare).count()),
        mark => quote::end(text, start, mark),
    };
    let Some(end) = end.filter(|e| (1..=64).contains(&(e - start))) else {
        return;
    };
    let Some(field) = field_names::field(&pass.r.rules, &text[start..end]) else {
        return;
    };
    if field.kind == Kind::Never || (field.strict && pass.r.level < Level::Strict) {
        return;
    }
    let Some(value) = part_value(text, end + mark.len()) else {
        return;
    };
    let inside = match mark {
        // The headers stand in a string: so does the value, one level above the quotes in it.
        Mark::Double(level) if level > 0 => Mark::Double(level / 2),
        _ => Mark::None,
    };
    let (kind, id) = (field.kind.clone(), field.id);
    let kind = if kind.is_secret() && !matches!(kind, Kind::Secret(_)) {
        Kind::Secret("token".to_owned())
    } else {
        kind
    };
    replace::replace(pass, &kind, value, inside, None, id);
}

/// The value of the part whose headers go on at `at`: from the empty line to the next boundary.
fn part_value(text: &[u8], at: usize) -> Option<Range<usize>> {
    let near = &text[at..text.len().min(at + HEADERS)];
    let head = blank_line(near)?;
    let start = at + head;
    let rest = &text[start..text.len().min(start + LONGEST)];
    let mut end = rest.len();
    for dashes in memchr::memmem::find_iter(rest, b"--") {
        if let Some(line) = line_end_before(&rest[..dashes]) {
            end = line;
            break;
        }
    }
    // A string that was cut off, or that ends without a boundary.
    if let Some(quote) = memchr::memchr(b'"', &rest[..end]) {
        end = quote
            - rest[..quote]
                .iter()
                .rev()
                .take_while(|b| **b == b'\\')
                .count();
    }
    let span = trim(text, start..start + end);
    (!span.is_empty()).then_some(span)
}

/// Where the text after the first empty line begins: line ends as they are, or escaped at any depth.
fn blank_line(text: &[u8]) -> Option<usize> {
    let mut i = 0;
    let mut ends = 0;
    while i < text.len() {
        let len = line_end(&text[i..]);
        if len > 0 {
            ends += 1;
            i += len;
            if ends == 2 {
                return Some(i);
            }
            continue;
        }
        ends = 0;
        i += 1;
    }
    None
}

/// Length of the line end at the front: `\r\n`, `\n`, and both written out.
fn line_end(text: &[u8]) -> usize {
    match text {
        [b'\r', b'\n', ..] => return 2,
        [b'\n', ..] => return 1,
        _ => {}
    }
    let backslashes = text.iter().take(16).take_while(|b| **b == b'\\').count();
    if backslashes == 0 {
        return 0;
    }
    match text.get(backslashes) {
        Some(b'n') => backslashes + 1,
        Some(b'r') => {
            let more = line_end(&text[backslashes + 1..]);
            backslashes + 1 + more
        }
        _ => 0,
    }
}

/// Where the line end begins that a text ends with.
fn line_end_before(text: &[u8]) -> Option<usize> {
    match text.strip_suffix(b"\n") {
        Some(rest) => Some(rest.strip_suffix(b"\r").unwrap_or(rest).len()),
        None => escaped_end_before(text),
    }
}
