//! Cookies: names and attributes of HTTP cookies stay, their values go; transfer cookies of Aspera's
//! applications hold names and e-mails in base64, which become pseudonyms in base64.
use crate::redact::engine::replace;
use std::ops::Range;

use super::token;
use crate::pseudonym::is_pseudonym;
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::engine::replace::holds_ours;
use crate::redact::nested::unescape;
use crate::redact::rules::compiled::{Kind, RuleId};
use crate::redact::value::enclosing::{clip, opens_tag};
use crate::redact::value::quote::Mark;

/// Attributes of a Set-Cookie header: no secrets.
const ATTRIBUTES: &[&[u8]] = &[
    b"path",
    b"domain",
    b"expires",
    b"max-age",
    b"samesite",
    b"httponly",
    b"secure",
    b"version",
    b"priority",
    b"partitioned",
    b"comment",
];

/// Applications whose transfer cookies are understood.
pub(in crate::redact) const APPLICATIONS: &[&str] = &[
    "aspera.aoc:",
    "aspera.shares2:",
    "aspera.faspex20:",
    "aspera.console:",
    "aspera.shares:",
    "aspera.faspex:",
];

/// Where the next of several cookies in one header begins: `Path=/, b=2`. Dates have commas too, and no sign behind
/// them.
fn next_cookie(part: &[u8]) -> Option<usize> {
    let eq = memchr::memchr(b'=', part)?;
    if !ATTRIBUTES.contains(&part[..eq].trim_ascii().to_ascii_lowercase().as_slice()) {
        return None;
    }
    let comma = eq + memchr::memmem::find(&part[eq..], b", ")?;
    let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let next = &part[comma + 2..];
    let len = next.iter().take_while(|b| name(b)).count();
    (len > 0 && next.get(len) == Some(&b'=')).then_some(comma)
}

/// The value of a Cookie or Set-Cookie header.
pub(in crate::redact) fn cookies(
    pass: &mut Pass<'_>,
    span: Range<usize>,
    mark: Mark,
    rule: RuleId,
) {
    let text = pass.text;
    let mut span = span;
    if span.start < pass.marks.cookies {
        return;
    }
    if mark == Mark::None {
        let line = memchr::memchr3(b'\n', b'\r', b'"', &text[span.start..])
            .unwrap_or(text.len() - span.start);
        span.end = span.start + line;
        // The header may be the text of an element.
        let tag = memchr::memchr_iter(b'<', &text[span.clone()]).find(|i| {
            let at = span.start + i;
            text.get(at + 1) == Some(&b'/') || opens_tag(text, at)
        });
        if let Some(tag) = tag {
            span.end = span.start + tag;
        }
        if text.get(span.end) == Some(&b'"') {
            let head = &text[span.start..span.end];
            span.end -= head.iter().rev().take_while(|b| **b == b'\\').count();
        }
        span = clip(text, span);
    }
    pass.marks.cookies = span.end;
    let mut at = span.start;
    while at < span.end {
        while at < span.end && (text[at].is_ascii_whitespace() || text[at] == b';') {
            at += 1;
        }
        let mut part_end = pair_end(text, at, span.end, mark);
        if let Some(comma) = next_cookie(&text[at..part_end]) {
            part_end = at + comma;
        }
        if let Some(eq) = memchr::memchr(b'=', &text[at..part_end]) {
            let name = text[at..at + eq].trim_ascii().to_ascii_lowercase();
            let value = at + eq + 1..part_end;
            if !ATTRIBUTES.contains(&name.as_slice()) && !value.is_empty() {
                cookie_value(pass, value, mark, rule);
            }
        } else if at == span.start && part_end - at >= 8 && !text[at..part_end].contains(&b'~') {
            // No `name=`: the whole part may be a value whose name was lost.
            cookie_value(pass, at..part_end, mark, rule);
        }
        at = part_end + 1;
    }
}

fn cookie_value(pass: &mut Pass<'_>, value: Range<usize>, mark: Mark, rule: RuleId) {
    let mut value = value;
    while value.end > value.start && pass.text[value.end - 1].is_ascii_whitespace() {
        value.end -= 1;
    }
    if pass.text[value.clone()].ends_with(b"(cr)") {
        value.end -= 4;
    }
    replace::replace(
        pass,
        &Kind::Secret("cookie".to_owned()),
        value,
        mark,
        None,
        rule,
    );
}

/// A transfer cookie: `aspera.aoc:<app>:<name>:<e-mail>` and its kin, or free text.
pub(in crate::redact) fn transfer_cookie(
    pass: &mut Pass<'_>,
    span: Range<usize>,
    mark: Mark,
    rule: RuleId,
) {
    let raw = &pass.text[span.clone()];
    if raw == b"-" || raw.is_empty() || is_pseudonym(raw) || raw == b"aspera.sync" {
        return;
    }
    if !raw.starts_with(b"aspera.") || !raw.contains(&b':') {
        let value = unescape::decode(raw, mark);
        if !pass.r.is_kept(&value) {
            let text = pass.r.names.plain("cookie", &value);
            pass.edits
                .push(span.start, span.end, Rank::Identifier, rule, text);
        }
        return;
    }
    let mut parts = Vec::new();
    let mut at = span.start;
    for part in raw.split(|b| *b == b':') {
        parts.push(at..at + part.len());
        at += part.len() + 1;
    }
    let application = raw[7..]
        .split(|b| *b == b':')
        .next()
        .unwrap_or_default()
        .to_vec();
    let people: &[(usize, Part)] = match application.as_slice() {
        b"aoc" => &[(1, Part::Application), (2, Part::Person), (3, Part::Email)],
        b"shares2" | b"shares" => &[(2, Part::User), (3, Part::Text)],
        b"faspex20" | b"faspex" => &[(3, Part::Email), (4, Part::Json), (5, Part::Text)],
        b"console" => {
            // The job's name comes last, in clear, and may hold colons.
            if let (Some(first), Some(last)) = (parts.get(2), parts.last()) {
                cookie_text(pass, first.start..last.end, rule);
            }
            &[]
        }
        _ => &[
            (1, Part::Text),
            (2, Part::Text),
            (3, Part::Text),
            (4, Part::Text),
            (5, Part::Text),
        ],
    };
    for (index, part) in people {
        if let Some(place) = parts.get(*index) {
            cookie_part(pass, place.clone(), *part, rule);
        }
    }
}

fn cookie_text(pass: &mut Pass<'_>, span: Range<usize>, rule: RuleId) {
    let raw = &pass.text[span.clone()];
    if !raw.is_empty() && !holds_ours(raw) && !pass.r.is_kept(raw) {
        let text = pass.r.names.plain("text", raw);
        pass.edits
            .push(span.start, span.end, Rank::Identifier, rule, text);
    }
}

/// One base64 part: decoded, replaced, encoded again.
fn cookie_part(pass: &mut Pass<'_>, span: Range<usize>, part: Part, rule: RuleId) {
    let raw = &pass.text[span.clone()];
    if raw.is_empty() || holds_ours(raw) {
        return;
    }
    let Some(value) = token::base64(raw).filter(|v| std::str::from_utf8(v).is_ok()) else {
        return cookie_text(pass, span, rule);
    };
    if is_pseudonym(&value) || value == b"none" || value == b"public link" || pass.r.is_kept(&value)
    {
        return;
    }
    let names = &pass.r.names;
    let clean = match part {
        Part::Email => match value.iter().rposition(|b| *b == b'@') {
            Some(at) => names.email(&value[..at], &value[at + 1..]),
            None => names.plain("person", &value),
        },
        Part::Person => names.plain("person", &value),
        Part::User => match value.iter().rposition(|b| *b == b'@') {
            Some(at) => names.email(&value[..at], &value[at + 1..]),
            None => names.user(&value),
        },
        // `packages`, `files`: a plain word names an application, anything else may name somebody.
        Part::Application
            if value.len() <= 24 && value.iter().all(|b| b.is_ascii_lowercase() || *b == b'-') =>
        {
            return;
        }
        Part::Text | Part::Application => names.plain("text", &value),
        Part::Json => {
            let inner = cookie_json(pass, &value);
            let text = token::base64_like(&inner, raw);
            pass.edits
                .push(span.start, span.end, Rank::Nested, rule, text);
            return;
        }
    };
    let text = token::base64_like(clean.as_bytes(), raw);
    pass.edits
        .push(span.start, span.end, Rank::Nested, rule, text);
}

/// Faspex's package metadata: ids and times stay, every other text is somebody's.
fn cookie_json(pass: &Pass<'_>, json: &[u8]) -> Vec<u8> {
    let Ok(serde_json::Value::Object(mut members)) = serde_json::from_slice(json) else {
        return pass.r.names.plain("meta", json).into_bytes();
    };
    for (key, value) in &mut members {
        let keep = key == "_pkg_uuid" || key == "_created_utc";
        if let (serde_json::Value::String(text), false) = (&*value, keep)
            && !is_pseudonym(text.as_bytes())
            && !pass.r.is_kept(text.as_bytes())
        {
            let kind = if key == "_pkg_name" {
                "package"
            } else {
                "meta"
            };
            *value = serde_json::Value::String(pass.r.names.plain(kind, text.as_bytes()));
        } else if value.is_object() || value.is_array() {
            *value =
                serde_json::Value::String(pass.r.names.plain("meta", value.to_string().as_bytes()));
        }
    }
    serde_json::Value::Object(members).to_string().into_bytes()
}

/// `aspera.aoc:` was found at `at`, whatever stands around it.
pub(in crate::redact) fn bare_cookie_at(pass: &mut Pass<'_>, at: usize, rule: RuleId) {
    let inside = at > 0 && (pass.text[at - 1].is_ascii_alphanumeric() || pass.text[at - 1] == b'.');
    if inside || at < pass.marks.cookie {
        return;
    }
    let rest = &pass.text[at..];
    let spaces = rest.len() > 15 && rest[..15].eq_ignore_ascii_case(b"aspera.console:");
    let len = rest
        .iter()
        .position(|b| {
            matches!(
                b,
                b'"' | b'\'' | b'\n' | b'\r' | b',' | b'\\' | b'<' | b'>' | b'&'
            ) || (!spaces && b.is_ascii_whitespace())
        })
        .unwrap_or(rest.len());
    let span = clip(pass.text, at..at + len);
    pass.marks.cookie = span.end;
    transfer_cookie(pass, span, Mark::None, rule);
}

#[derive(Clone, Copy)]
enum Part {
    Application,
    Person,
    Email,
    User,
    Text,
    Json,
}

/// End of one `name=value`: a semicolon, or a line end written as `\n` between joined cookies. In a string of JSON
/// two backslashes are one of the value, and the letter behind them is its own.
fn pair_end(text: &[u8], at: usize, end: usize, mark: Mark) -> usize {
    let unit = match mark {
        Mark::Double(level) => level + 1,
        _ => 1,
    };
    let mut i = at;
    while i < end {
        match text[i] {
            b';' | b'\n' => return i,
            b'\\' => {
                let run = text[i..end].iter().take_while(|b| **b == b'\\').count();
                if text.get(i + run) == Some(&b'n') && run % (2 * unit) == unit {
                    return i + run - unit;
                }
                i += run;
            }
            _ => i += 1,
        }
    }
    end
}
