//! The hexadecimal copies and the numbered arguments of debug logs.
use crate::redact::engine::replace;
use crate::redact::identity::login;
use crate::redact::nested;
use crate::redact::rules::field_names;
use crate::redact::secret::cookie;
use std::ops::Range;

use data_encoding::{HEXLOWER_PERMISSIVE, HEXUPPER};

use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::{Level, Pass};
use crate::redact::rules::compiled::{Kind, RuleId};
use crate::redact::value::quote::Mark;

/// How far before a find the beginning of its line is looked for: log prefixes are shorter.
const LONGEST_PREFIX: usize = 512;
/// Fewest digits of a run that may be a text: `token=` and a few letters.
const SHORTEST_RUN: usize = 24;
/// Most digits of a run that are read as one text.
const LONGEST_RUN: usize = 1 << 20;

/// `In hex: ` was found at `at`: the hexadecimal copy of an argument.
pub(in crate::redact) fn hex_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let start = at + 8;
    let run = text[start..]
        .iter()
        .take_while(|b| b.is_ascii_hexdigit())
        .count();
    let span = start..start + run - run % 2;
    if span.is_empty() {
        return;
    }
    pass.marks.hex.covers(at);
    pass.marks.hex.end = span.end;
    let whole = line_start(text, at)
        .and_then(|line| previous_line(text, line))
        .and_then(|p| argument_kind(pass, p));
    hex_run(pass, span, whole.as_ref());
}

/// What a word of credentials is in hexadecimal was found at `at`: all of the run may be a text.
pub(in crate::redact) fn hex_word_at(pass: &mut Pass<'_>, at: usize) {
    if pass.marks.hex.covers(at) {
        return;
    }
    let text = pass.text;
    let digit = |b: &&u8| b.is_ascii_hexdigit();
    let floor = pass.marks.hex.end.min(at);
    let front = &text[at.saturating_sub(LONGEST_RUN).max(floor)..at];
    let start = at - front.iter().rev().take_while(digit).count();
    let run = text[start..].iter().take(LONGEST_RUN).take_while(digit);
    let run = run.count();
    pass.marks.hex.end = start + run;
    let apart = start == 0
        || !text[start - 1].is_ascii_alphanumeric()
        || text[..start].ends_with(b"0x")
        || text[..start].ends_with(b"0X");
    let longer = text.get(start + run).is_some_and(u8::is_ascii_alphanumeric);
    if apart && !longer && run >= SHORTEST_RUN && run.is_multiple_of(2) {
        hex_run(pass, start..start + run, None);
    }
}

/// Reads digits as a text; `whole` says what all of it is.
fn hex_run(pass: &mut Pass<'_>, span: Range<usize>, whole: Option<&Kind>) {
    let digits = &pass.text[span.clone()];
    let Ok(inner) = HEXLOWER_PERMISSIVE.decode(digits) else {
        return;
    };
    let rule = pass.r.rules.id("hex-copy");
    if let Some(clean) = nested::inner(pass, &inner, whole) {
        let lower = digits.iter().any(u8::is_ascii_lowercase);
        let hex = if lower {
            data_encoding::HEXLOWER.encode(&clean)
        } else {
            HEXUPPER.encode(&clean)
        };
        pass.edits
            .push(span.start, span.end, Rank::Nested, rule, hex);
    }
}

/// `Parameter N: value` of an argument dump was found at `at`.
pub(in crate::redact) fn parameter_at(pass: &mut Pass<'_>, at: usize) {
    let Some(line) = line_start(pass.text, at) else {
        return;
    };
    let Some(value) = parameter(pass.text, line) else {
        return;
    };
    let rule = pass.r.rules.id("argument-dump");
    if let Some(kind) = argument_kind(pass, line..value.end) {
        whole_value(pass, &kind, value, rule);
    }
}

/// A value whose place says what all of it is.
pub(super) fn whole_value(pass: &mut Pass<'_>, kind: &Kind, value: Range<usize>, rule: RuleId) {
    match kind {
        Kind::Cookie => cookie::transfer_cookie(pass, value, Mark::None, rule),
        Kind::Path => login::folders(pass, value, Mark::None, rule, true),
        Kind::Docroot => {}
        kind => {
            let empty = pass.r.rules.allow.empty_values.contains(
                &pass.text[value.start..value.end.min(value.start + 16)].to_ascii_lowercase(),
            );
            if !empty {
                replace::replace(pass, kind, value, Mark::None, None, rule);
            }
        }
    }
}

/// What the argument of a `Parameter` line is, told by the option before it.
fn argument_kind(pass: &Pass<'_>, line: Range<usize>) -> Option<Kind> {
    parameter(pass.text, line.start)?;
    let mut before = line.start;
    for _ in 0..3 {
        let previous = previous_line(pass.text, before)?;
        before = previous.start;
        if let Some(option) = parameter(pass.text, before) {
            return match &pass.text[option] {
                b"-W" => Some(Kind::Secret("token".to_owned())),
                b"-u" | b"--user-string" => Some(Kind::Cookie),
                [b'-', b'-', name @ ..] => {
                    let field = field_names::field(&pass.r.rules, name)?;
                    let used = field.kind != Kind::Never
                        && (!field.strict || pass.r.level == Level::Strict);
                    used.then(|| field.kind.clone())
                }
                _ => None,
            };
        }
    }
    None
}

/// Counts and rule of a bare transfer cookie.
pub(in crate::redact) fn cookie_anchor_at(pass: &mut Pass<'_>, at: usize) {
    let rule: RuleId = pass.r.rules.id("cookie");
    cookie::bare_cookie_at(pass, at, rule);
}

/// The value of the `Parameter N: value` line that begins at `line`.
fn parameter(text: &[u8], line: usize) -> Option<Range<usize>> {
    let end = line_end(text, line);
    let body = &text[line..end];
    let word = memchr::memmem::find(&body[..body.len().min(200)], b"Parameter ")?;
    let digits = body[word + 10..]
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let from = word + 10 + digits;
    (digits > 0 && body[from..].starts_with(b": ")).then(|| line + from + 2..end)
}

/// Where the line of `at` begins, unless that is too far away to matter.
fn line_start(text: &[u8], at: usize) -> Option<usize> {
    let from = at.saturating_sub(LONGEST_PREFIX);
    memchr::memrchr(b'\n', &text[from..at])
        .map(|i| from + i + 1)
        .or((from == 0).then_some(0))
}

fn line_end(text: &[u8], at: usize) -> usize {
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |i| at + i);
    if end > at && text[end - 1] == b'\r' {
        end - 1
    } else {
        end
    }
}

fn previous_line(text: &[u8], line: usize) -> Option<Range<usize>> {
    let end = line.checked_sub(1)?;
    let start = memchr::memrchr(b'\n', &text[..end]).map_or(0, |i| i + 1);
    Some(start..end)
}
