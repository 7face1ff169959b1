//! Values that are sensitive because of their own form: the shape rules of the table.
use crate::redact::engine::replace;
use crate::redact::secret::authorization;
use std::ops::Range;

use regex_automata::{Anchored, Input};

use crate::pseudonym::find_at;
use crate::redact::engine::redactor::{Front, Pass};
use crate::redact::engine::replace::holds_ours;
use crate::redact::rules::compiled::{Kind, Shape};
use crate::redact::value::enclosing::clip;
use crate::redact::value::no_value::is_error_name;
use crate::redact::value::placeholder::stands_for_a_value;
use crate::redact::value::quote::Mark;

/// How far before and after its anchor a shape may reach.
const BEHIND: usize = 64;
const NEAR: usize = 256;
const AHEAD: usize = 8192;
/// A find that begins later behind an anchor is not the anchor's.
const LATEST: usize = 16;
/// Two for each capture group of a shape, all of it and the named ones.
const MOST_SLOTS: usize = 16;

/// The anchor of shape `index` was found at `at`.
pub(in crate::redact) fn shape_at(pass: &mut Pass<'_>, index: usize, at: usize) {
    let r = pass.r;
    let Some(shape) = r.rules.shapes.get(index) else {
        return;
    };
    // A long value may hold its own anchor again and again.
    let front = pass.marks.shapes.get_mut(index);
    if front.is_some_and(|front| front.covers(at)) {
        return;
    }
    let edits = pass.edits.0.len();
    // Nearly every value is short; only one that goes on is followed further.
    if shape_within(pass, shape, at, NEAR) == Some(false) {
        shape_within(pass, shape, at, AHEAD);
    }
    if let Some(cut) = pass.edits.0.get(edits..).and_then(<[_]>::last) {
        let fronts = &mut pass.marks.shapes;
        fronts.resize(r.rules.shapes.len(), Front::default());
        fronts[index].end = cut.end;
    }
}

/// Looks for a shape that covers the anchor at `at`: `Some(true)` if it was dealt with, `Some(false)` if
/// it may go on behind `ahead` bytes, `None` if there is none.
fn shape_within(pass: &mut Pass<'_>, shape: &Shape, at: usize, ahead: usize) -> Option<bool> {
    let pattern = shape.pattern()?;
    let mut window = window(pass, at, ahead);
    if let Some(longest) = pattern.longest {
        window.end = window.end.min(at + LATEST + longest);
    }
    let mut slots = [None; MOST_SLOTS];
    let slots = slots.get_mut(..pattern.regex.group_info().slot_len())?;
    let (mut from, anchored) = match pattern.at_anchor {
        true => (at, Anchored::Yes),
        false => (window.start, Anchored::No),
    };
    // An anchor may stand in several finds of its line; the first that covers it counts.
    while from < window.end {
        let input = Input::new(pass.text)
            .range(from..window.end)
            .anchored(anchored);
        pattern.regex.search_slots(&input, slots)?;
        let group = |i: usize| -> Option<Range<usize>> {
            Some(slots.get(2 * i).copied()??.get()..slots.get(2 * i + 1).copied()??.get())
        };
        let (whole, value) = (group(0)?, group(pattern.value_group)?);
        if whole.start > at + LATEST {
            return None;
        }
        if whole.end == window.end && window.end == at + NEAR && ahead == NEAR {
            return Some(false);
        }
        if whole.end > at {
            let scheme = pattern.scheme_group.and_then(group);
            if let Some(second) = pattern.second_group.and_then(group) {
                shape_value(pass, &shape.kind, second, None, shape.id);
            }
            if value.len() >= shape.min {
                shape_value(pass, &shape.kind, value, scheme, shape.id);
            }
            return Some(true);
        }
        from = whole.end.max(from + 1);
    }
    None
}

/// The text around an anchor, within its line.
fn window(pass: &Pass<'_>, at: usize, ahead: usize) -> Range<usize> {
    let from = at.saturating_sub(BEHIND);
    let start = memchr::memrchr(b'\n', &pass.text[from..at]).map_or(from, |i| from + i + 1);
    let stop = (at + ahead).min(pass.text.len());
    let len = memchr::memchr(b'\n', &pass.text[at..stop]);
    let mut end = len.map_or(stop, |i| at + i);
    if len.is_some() && end > at && pass.text[end - 1] == b'\r' {
        end -= 1;
    }
    start..end
}

fn shape_value(
    pass: &mut Pass<'_>,
    kind: &Kind,
    value: Range<usize>,
    scheme: Option<Range<usize>>,
    rule: crate::redact::rules::compiled::RuleId,
) {
    let mut value = clip(pass.text, value);
    if pass.text.get(value.end) == Some(&b'"') {
        // What the quote behind is escaped with stays with it.
        let raw = &pass.text[value.clone()];
        value.end -= raw.iter().rev().take_while(|b| **b == b'\\').count();
    }
    let raw = &pass.text[value.clone()];
    if holds_ours(raw)
        || find_at(pass.text, value.start).is_some()
        || value.start > 0 && pass.text[value.start - 1] == b'~'
        || stands_for_a_value(&pass.r.rules.allow, raw)
    {
        return;
    }
    let allow = &pass.r.rules.allow;
    let lower = raw.to_ascii_lowercase();
    match kind {
        Kind::Scheme => {
            let word = scheme
                .map(|s| pass.text[s].to_ascii_lowercase())
                .unwrap_or_default();
            if looks_like_credential(raw) && !is_error_name(raw) {
                authorization::scheme_value(pass, &word, value, rule);
            }
        }
        Kind::User => {
            let mut value = value;
            while value.end > value.start && matches!(pass.text[value.end - 1], b'.' | b'-') {
                value.end -= 1;
            }
            let name = &pass.text[value.clone()];
            let lower = name.to_ascii_lowercase();
            let next = pass.text.get(value.end).copied().unwrap_or(b' ');
            // `user name=x` and `user foo: x` are fields, not names.
            if !allow.not_users.contains(&lower)
                && !matches!(next, b'=' | b'/')
                && !pass.text[value.end..].starts_with(b"://")
                && !name.iter().all(u8::is_ascii_digit)
            {
                replace::replace(pass, &Kind::User, value, Mark::None, None, rule);
            }
        }
        Kind::Users => users(pass, value, rule),
        Kind::UserPassword => user_and_password(pass, value, rule),
        // `state=partially_completed` is a word, `state=` of a login is not.
        Kind::Secret(label)
            if matches!(label.as_str(), "state" | "reset") && !looks_like_credential(raw) => {}
        // `the password is Required` is a sentence.
        Kind::Secret(label) if label == "password" && allow.prose_values.contains(&lower) => {}
        Kind::Secret(_) => {
            if !allow.empty_values.contains(&lower) && !raw.starts_with(b"-") {
                let quotes = number_of_json(pass.text, &value);
                replace::replace(pass, kind, value, Mark::None, quotes, rule);
            }
        }
        // `x,o=5` is a setting.
        Kind::Plain("org") if raw.iter().all(u8::is_ascii_digit) => {}
        Kind::AsperaToken => replace::replace(pass, kind, value, Mark::None, None, rule),
        // Which authority signed is public.
        Kind::Plain("person" | "org")
            if allow.issuers.iter().any(|i| lower.starts_with(i))
                || allow.folders.contains(&lower)
                || lower == b"people"
                || is_about_users(&lower) => {}
        _ => {
            if lower != b"-" {
                replace::replace(pass, kind, value, Mark::None, None, rule);
            }
        }
    }
}

/// `User Account Control`, `User Interface`: two words with capitals that are nobody's name.
fn is_about_users(lower: &[u8]) -> bool {
    let first = lower.split(|b| *b == b' ').next().unwrap_or_default();
    let about: [&[u8]; 8] = [
        b"account",
        b"agent",
        b"access",
        b"data",
        b"group",
        b"interface",
        b"profile",
        b"role",
    ];
    first.len() < lower.len() && about.contains(&first)
}

/// The quotes that a pseudonym needs in the place of a bare number of JSON: those of its name.
fn number_of_json(text: &[u8], value: &Range<usize>) -> Option<Mark> {
    let head = text[value.start.saturating_sub(64)..value.start].trim_ascii_end();
    let name = head
        .strip_suffix(b":")?
        .trim_ascii_end()
        .strip_suffix(b"\"")?;
    let backslashes = name.iter().rev().take_while(|b| **b == b'\\').count();
    let number = text[value.clone()].iter().all(u8::is_ascii_digit);
    number.then_some(Mark::Double(backslashes))
}

/// `user:password`, `user/password`.
fn user_and_password(
    pass: &mut Pass<'_>,
    value: Range<usize>,
    rule: crate::redact::rules::compiled::RuleId,
) {
    let raw = &pass.text[value.clone()];
    let Some(sign) = memchr::memchr2(b':', b'/', raw) else {
        return;
    };
    let user = value.start..value.start + sign;
    let password = value.start + sign + 1..value.end;
    if pass.text[password.clone()].starts_with(b"//")
        || raw.starts_with(b"+")
        || pass.text[user.clone()].contains(&b'%')
    {
        return;
    }
    let allow = &pass.r.rules.allow;
    // `curl -u "$NODE_USER:$NODE_PASS"`
    if [&user, &password]
        .iter()
        .all(|part| stands_for_a_value(allow, &pass.text[(*part).clone()]))
    {
        return;
    }
    let secret = Kind::Secret("password".to_owned());
    replace::replace(pass, &Kind::User, user, Mark::None, None, rule);
    replace::replace(pass, &secret, password, Mark::None, None, rule);
}

/// Every word of a list of login names; numbers and signs stand between them.
fn users(pass: &mut Pass<'_>, list: Range<usize>, rule: crate::redact::rules::compiled::RuleId) {
    let text = pass.text;
    let is_part = |b: u8| {
        b.is_ascii_alphanumeric()
            || b >= 0x80
            || matches!(b, b'_' | b'.' | b'@' | b'-' | b'\\' | b'+' | b'$')
    };
    let mut at = list.start;
    for word in text[list].split(|b| !is_part(*b)) {
        let span = at..at + word.len();
        at = span.end + 1;
        if !word.is_empty()
            && !pass
                .r
                .rules
                .allow
                .not_users
                .contains(&word.to_ascii_lowercase())
        {
            replace::replace(pass, &Kind::User, span, Mark::None, None, rule);
        }
    }
}

/// After `Bearer` or `Basic` stands a credential, not a word: long, or with digits or mixed case.
fn looks_like_credential(raw: &[u8]) -> bool {
    let digits = raw.iter().any(u8::is_ascii_digit);
    let upper = raw.iter().skip(1).any(u8::is_ascii_uppercase);
    let lower = raw.iter().any(u8::is_ascii_lowercase);
    (digits && (upper || lower)) || (upper && lower && raw.len() >= 16) || raw.len() >= 40
}
