//! Values that stand beside their name instead of behind it: `"name": "key", "value": "…"`, attributes
//! of one tag, neighbouring elements, list items of YAML.
use std::ops::Range;

use super::element::element;
use super::extent::flow_item;
use super::locate::{Join, Located, REACH, Value, skip_spaces, value_at};
use super::quote;
use super::quote::Mark;

/// `"name": "key", "value": "…"` in either order, and `name="key" value="…"` in one tag.
pub(in crate::redact) fn quoted(
    text: &[u8],
    key: Range<usize>,
    mark: Mark,
    after: usize,
) -> Option<Located> {
    let open = key.start - mark.len();
    let head = &text[open.saturating_sub(128)..open];
    let trimmed = head
        .iter()
        .rposition(|b| !b.is_ascii_whitespace())
        .map_or(&head[..0], |i| &head[..=i]);
    if let Some(names) = trimmed.strip_suffix(b":") {
        let names = names
            .iter()
            .rposition(|b| !b.is_ascii_whitespace())
            .map_or(&names[..0], |i| &names[..=i]);
        return is_naming(names, mark)
            .then(|| json_sibling(text, open, mark, after))
            .flatten();
    }
    let names = trimmed.strip_suffix(b"=")?;
    let word: Vec<u8> = names
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric())
        .map(u8::to_ascii_lowercase)
        .collect();
    let naming: [&[u8]; 5] = [b"eman", b"yek", b"di", b"dleif", b"epyt"];
    naming
        .contains(&word.as_slice())
        .then(|| tag_sibling(text, open, mark, after))
        .flatten()
}

/// Names of members and elements whose value is the name of another's.
pub(in crate::redact) const NAMING: [&[u8]; 7] = [
    b"name", b"key", b"field", b"header", b"param", b"id", b"option",
];

/// True if the text ends in a JSON key that names something: `"name"`, `"key"`, `"header"`.
fn is_naming(text: &[u8], mark: Mark) -> bool {
    let Some(inner) = text.len().checked_sub(mark.len()).map(|n| &text[..n]) else {
        return false;
    };
    let word: Vec<u8> = inner
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric())
        .copied()
        .collect();
    let word: Vec<u8> = word.iter().rev().map(u8::to_ascii_lowercase).collect();
    NAMING.contains(&word.as_slice())
}

pub(in crate::redact) const VALUE_NAMES: [&[u8]; 6] =
    [b"value", b"val", b"data", b"text", b"content", b"string"];

pub(in crate::redact) fn is_one_of(name: &[u8], names: &[&[u8]]) -> bool {
    names.iter().any(|n| n.eq_ignore_ascii_case(name))
}

/// The sibling member that holds the value, in the object around `open..after`.
fn json_sibling(text: &[u8], open: usize, mark: Mark, after: usize) -> Option<Located> {
    let start = quote::object_start(text, open, mark, REACH)?;
    let near = &text[..text.len().min(after + 2 * REACH)];
    let mut found = None;
    quote::members(near, start, mark, &mut |name, value| {
        if is_one_of(&text[name], &VALUE_NAMES) {
            found = Some(value);
        }
        found.is_none()
    });
    let at = found.filter(|at| *at > start && (*at >= after || *at < open))?;
    match value_at(text, at, Join::Colon, Some(mark), false) {
        Located::One(mut value) => {
            value.join = Join::Sibling;
            Some(Located::One(value))
        }
        other => Some(other),
    }
}

/// `value="…"` in the same tag.
fn tag_sibling(text: &[u8], open: usize, mark: Mark, after: usize) -> Option<Located> {
    let begin = memchr::memrchr(b'<', &text[open.saturating_sub(REACH)..open])?
        + open.saturating_sub(REACH);
    let stop = after + memchr::memchr(b'>', &text[after..text.len().min(after + REACH)])?;
    let tag = &text[begin..stop];
    let at = [&b"value="[..], b"val=", b"content="].iter().find_map(|w| {
        memchr::memmem::find_iter(tag, w)
            .find(|i| *i > 0 && tag[i - 1].is_ascii_whitespace())
            .map(|i| i + w.len())
    });
    match at {
        Some(at) => match value_at(text, begin + at, Join::Sibling, None, false) {
            Located::One(mut value) => {
                value.join = Join::Sibling;
                if matches!(value.mark, Mark::Double(_) | Mark::Single) {
                    value.needs_quotes = None;
                }
                Some(Located::One(value))
            }
            other => Some(other),
        },
        // `<param name="password">value</param>`
        None if mark.len() == 1 && text.get(stop - 1) != Some(&b'/') => {
            Some(inner_value(text, stop + 1).unwrap_or_else(|| element(text, stop)))
        }
        None => None,
    }
}

/// `<property name="key"><value>…</value>`: the value is an element of its own inside the tag that ends
/// before `at`.
fn inner_value(text: &[u8], at: usize) -> Option<Located> {
    let at = skip_spaces(text, at, true);
    let next = text.get(at..)?.strip_prefix(b"<")?;
    let name = next.iter().take(32).position(|b| *b == b'>')?;
    is_one_of(local_name(&next[..name]), &VALUE_NAMES).then(|| element(text, at + 1 + name))
}

/// A name that is the text of an element, or the item of a list, and whose value comes next:
/// `<name>key</name><value>…</value>`, `&lt;key&gt;…&lt;`, `- name: key` with `value: …` on the next line,
/// `key REG_SZ value`, `;key,value;`.
pub(in crate::redact) fn beside(text: &[u8], key: &Range<usize>) -> Option<Located> {
    let before = key.start.checked_sub(1).and_then(|i| text.get(i)).copied();
    match (before, text.get(key.end)?) {
        (Some(b'>'), b'<') => next_element(text, key),
        (Some(b';'), b'&') if text[..key.start].ends_with(b"&lt;") => {
            let rest = text[key.end..].strip_prefix(b"&gt;")?;
            let start = text.len() - rest.len();
            let near = &rest[..rest.len().min(REACH)];
            let line = memchr::memchr2(b'\n', b'\r', near).unwrap_or(near.len());
            let len = memchr::memmem::find(&near[..line], b"&lt;").unwrap_or(line);
            let len = memchr::memchr2(b'<', b'"', &near[..len]).unwrap_or(len);
            Some(plain(start..start + len, Mark::Html))
        }
        (Some(b'c' | b'C'), b'\\') if ends_unicode(text, key.start) => {
            let rest = text.get(key.end..key.end + 6)?;
            if !rest.eq_ignore_ascii_case(b"\\u003e") {
                return None;
            }
            let start = key.end + 6;
            let near = &text[start..text.len().min(start + REACH)];
            let len = memchr::memchr2(b'"', b'\n', near)?;
            let len = memchr::memmem::find(&near[..len], b"\\u003c")
                .or_else(|| memchr::memmem::find(&near[..len], b"\\u003C"))?;
            Some(plain(start..start + len, Mark::Double(0)))
        }
        (_, b',') if text[..key.start].ends_with(b": ") => flow_item(text, key),
        (Some(b';'), b',') if !ends_entity(&text[..key.start]) => {
            let start = key.end + 1;
            let near = &text[start..text.len().min(start + REACH)];
            let len = near
                .iter()
                .position(|b| matches!(b, b';' | b'"' | b'\'' | b'<' | b'\\' | b'\n' | b'\r'))
                .unwrap_or(near.len());
            Some(plain(start..start + len, Mark::None))
        }
        (_, b' ' | b'\t') => registry_value(text, key.end),
        (_, b'\n' | b'\r' | b'"' | b'\'') => next_item(text, key),
        _ => None,
    }
}

/// True if a text ends in `&lt;` or another entity.
fn ends_entity(text: &[u8]) -> bool {
    let head = &text[text.len().saturating_sub(8)..];
    memchr::memrchr(b'&', head).is_some_and(|i| {
        head[i + 1..head.len() - 1]
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || *b == b'#')
    })
}

fn plain(span: Range<usize>, mark: Mark) -> Located {
    if span.is_empty() {
        return Located::Nothing;
    }
    Located::One(Value {
        span,
        mark,
        join: Join::Sibling,
        line_start: false,
        needs_quotes: None,
    })
}

fn ends_unicode(text: &[u8], at: usize) -> bool {
    at >= 6 && text[at - 6..at].eq_ignore_ascii_case(b"\\u003c")
}

/// `<name>key</name>` followed by `<value>…`: `key` is the text of a naming element.
fn next_element(text: &[u8], key: &Range<usize>) -> Option<Located> {
    let rest = text[key.end..].strip_prefix(b"</")?;
    let len = rest.iter().take(32).position(|b| *b == b'>')?;
    let tag = local_name(&rest[..len]);
    let at = skip_spaces(text, key.end + 2 + len + 1, true);
    let next = text.get(at..)?.strip_prefix(b"<")?;
    // `<string>--user</string><string>…`: the words of a command.
    if text[key.clone()].starts_with(b"-")
        && next.starts_with(tag)
        && next.get(tag.len()) == Some(&b'>')
    {
        return Some(element(text, at + 1 + tag.len()));
    }
    if !is_one_of(tag, &NAMING) {
        return None;
    }
    let name = next
        .iter()
        .take(32)
        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b':')))?;
    let end = at + 1 + name;
    is_one_of(local_name(&next[..name]), &VALUE_NAMES)
        .then(|| typed(text, end).unwrap_or_else(|| element(text, end)))
}

/// `<value><string>…`: the value stands in an element that tells its type.
fn typed(text: &[u8], at: usize) -> Option<Located> {
    let inner = text.get(at..)?.strip_prefix(b"><")?;
    let name = inner
        .iter()
        .take(16)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':'))
        .count();
    (name > 0 && inner.get(name) == Some(&b'>')).then(|| element(text, at + 2 + name))
}

fn local_name(tag: &[u8]) -> &[u8] {
    tag.rsplit(|b| *b == b':').next().unwrap_or(tag)
}

/// `key    REG_SZ    value` of a registry listing.
fn registry_value(text: &[u8], at: usize) -> Option<Located> {
    let at = skip_spaces(text, at, false);
    let rest = text.get(at..)?;
    if !rest.starts_with(b"REG_") {
        return None;
    }
    let word = rest
        .iter()
        .take(24)
        .take_while(|b| b.is_ascii_uppercase() || **b == b'_')
        .count();
    let at = skip_spaces(text, at + word, false);
    let line = memchr::memchr2(b'\n', b'\r', &text[at..]).unwrap_or(text.len() - at);
    Some(plain(at..at + line, Mark::None))
}

/// `- name: key` and on the next line `value: …`.
fn next_item(text: &[u8], key: &Range<usize>) -> Option<Located> {
    let mut after = key.end;
    let mut open = key.start;
    if matches!(text.get(after), Some(b'"' | b'\'')) {
        after += 1;
        open = open.checked_sub(1)?;
    }
    let head = &text[open.saturating_sub(64)..open];
    let head = head.trim_ascii_end().strip_suffix(b":")?;
    let word = head
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    if !is_one_of(&head[head.len() - word..], &NAMING) {
        return None;
    }
    let rest = text.get(after..)?;
    let rest = rest
        .strip_prefix(b"\r")
        .unwrap_or(rest)
        .strip_prefix(b"\n")?;
    let start = skip_spaces(text, text.len() - rest.len(), false);
    let word = text[start..]
        .iter()
        .take(16)
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    if !is_one_of(&text[start..start + word], &VALUE_NAMES) || text.get(start + word) != Some(&b':')
    {
        return None;
    }
    let at = skip_spaces(text, start + word + 1, false);
    Some(value_at(text, at, Join::Colon, None, true))
}

/// Members that only the object of a person has.
const PERSONAL: [&[u8]; 6] = [
    b"email",
    b"mail",
    b"login",
    b"username",
    b"user_name",
    b"userName",
];

/// Keys whose object is a person.
const PEOPLE: [&[u8]; 8] = [
    b"user",
    b"owner",
    b"author",
    b"sender",
    b"recipient",
    b"person",
    b"member",
    b"created_by",
];

/// True if a text ends in `"user":` or another key whose object is a person.
fn opens_person(head: &[u8], mark: Mark) -> bool {
    let head = &head[head.len().saturating_sub(64)..];
    let key = head
        .trim_ascii_end()
        .strip_suffix(b":")
        .map(<[u8]>::trim_ascii_end);
    let key = key.and_then(|k| k.strip_suffix(mark.delimiter()));
    key.is_some_and(|key| {
        let word = key
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
            .count();
        mark != Mark::None && is_one_of(&key[key.len() - word..], &PEOPLE)
    })
}

/// True for a `"name"` that a `"value"` follows, as of headers and parameters in a HAR: they are many, and nobody's
/// name. `at` is the place behind the key.
fn is_header(text: &[u8], at: usize, mark: Mark) -> bool {
    let blanks = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|b| b.is_ascii_whitespace()).count()
    };
    let sign = |at: usize, sign: u8| (text.get(at) == Some(&sign)).then(|| blanks(at + 1));
    let string = |at: usize| {
        let (found, start) = quote::opening(text, at)?;
        let end = quote::end(text, start, mark)?;
        (found == mark).then(|| (start..end, blanks(end + mark.len())))
    };
    let value = sign(blanks(at), b':').and_then(string);
    let next = value.and_then(|(_, at)| sign(at, b',')).and_then(string);
    next.is_some_and(|(key, at)| &text[key] == b"value" && text.get(at) == Some(&b':'))
}

/// The value of `"name"` in an object that has an e-mail address as well: a person's.
pub(in crate::redact) fn name_beside_email(
    text: &[u8],
    key: Range<usize>,
) -> Option<(Range<usize>, Mark)> {
    let (mark, after) = quote::closing(text, key.end)?;
    let open = key.start.checked_sub(mark.len())?;
    if !quote::opens_at(text, key.start, mark) {
        return None;
    }
    let near = &text[..text.len().min(after + REACH)];
    if is_header(near, after, mark) {
        return None;
    }
    let start = quote::object_start(text, open, mark, REACH)?;
    let (mut value, mut mail) = (None, opens_person(&text[..start], mark));
    quote::members(near, start, mark, &mut |name, at| {
        let name = &near[name];
        if name.eq_ignore_ascii_case(b"name") {
            value = Some(at);
        }
        mail |= is_one_of(name, &PERSONAL);
        !(mail && value.is_some())
    });
    let at = value.filter(|_| mail)?;
    let (found, start) = quote::opening(near, at)?;
    let end = quote::end(near, start, found)?;
    (found == mark && start < end).then_some((start..end, mark))
}

/// The text of `<name>` directly inside `<user>`: an account of aspera.conf.
pub(in crate::redact) fn name_in_user(text: &[u8], key: Range<usize>) -> Option<Range<usize>> {
    let open = key.start.checked_sub(1)?;
    let head = text[open.saturating_sub(256)..open].trim_ascii_end();
    if text[open] != b'<' || !head.ends_with(b"<user>") {
        return None;
    }
    match element(text, key.end) {
        Located::One(value) => Some(value.span),
        _ => None,
    }
}
