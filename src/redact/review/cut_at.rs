//! Cuts what somebody else found in text that was redacted already. An independent reader knows other shapes than
//! the rules do; what it finds costs the value, or what stands around it where nobody can tell how far it goes, and
//! not the whole file.
use std::ops::Range;

use crate::redact::engine::clean::Redacted;
use crate::redact::engine::edits::{Edit, Edits, Rank, splice};
use crate::redact::engine::redactor::Redactor;
use crate::redact::engine::tally::{Secret, Tally};
use crate::redact::har::{Scalar, scalars};
use crate::redact::nested::unescape;
use crate::redact::rules::compiled::RuleId;
use crate::redact::secret::token;
use crate::redact::value::quote::Mark;

/// What another reader found, in bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Find {
    /// Where it was seen.
    pub at: usize,
    /// What it is, where that is known.
    pub span: Option<Range<usize>>,
    /// True for a secret whose span is all of it: it is cut wherever else it stands, too.
    pub secret: bool,
}

/// How much goes with a find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The value; where its span is not known, what [`Reach::Around`] takes.
    Value,
    /// In JSON the whole string or number; in lines the whole line.
    Around,
    /// In JSON all strings of the element of the outermost list, an entry of a trace; in lines the whole line.
    Element,
}

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines.
    Lines,
    /// JSON that begins outside a string: a whole document, or whole elements of a list.
    Json,
}

/// Names whose values stay when an element is emptied: without them nobody could tell what it was.
const STAYS: [&[u8]; 5] = [
    b"startedDateTime",
    b"method",
    b"httpVersion",
    b"mimeType",
    b"version",
];

/// Cuts finds out of redacted text. The number of lines does not change, and JSON stays JSON. Gives the text, and
/// how many places and bytes were cut; secrets whose span is known come into the tally.
pub(in crate::redact) fn cut_found(
    redactor: &Redactor,
    text: &Redacted,
    finds: &[Find],
    reach: Reach,
    form: Form,
    tally: &mut Tally,
) -> (Redacted, u64, u64) {
    let text = text.as_bytes();
    let scalars = match form {
        Form::Json => scalars(text),
        Form::Lines => Vec::new(),
    };
    let mut edits = Edits::default();
    for find in finds {
        let span = find.span.clone().filter(|s| is_inside(text, s));
        match (span, form) {
            (Some(span), _) if reach == Reach::Value => {
                cut_value(
                    redactor,
                    text,
                    span,
                    find.secret,
                    &scalars,
                    &mut edits,
                    tally,
                );
            }
            (span, Form::Json) => {
                let at = span.map_or(find.at, |s| s.start);
                cut_scalars(redactor, &scalars, at, reach, &mut edits);
            }
            (_, Form::Lines) => cut_lines(redactor, text, find, &mut edits),
        }
    }
    let edits = edits.settle(text);
    let bytes = edits.iter().map(|e| (e.end - e.start) as u64).sum();
    (Redacted(splice(text, &edits)), edits.len() as u64, bytes)
}

/// Secrets that were found after the others: they are cut as well from now on.
pub(in crate::redact) fn learn_more(redactor: &mut Redactor, secrets: &[Secret]) {
    for secret in secrets {
        redactor.learned.insert(secret);
    }
}

fn cut_value(
    redactor: &Redactor,
    text: &[u8],
    span: Range<usize>,
    secret: bool,
    scalars: &[Scalar],
    edits: &mut Edits,
    tally: &mut Tally,
) {
    let around = around(scalars, span.start);
    if let Some(first) = around.filter(|s| span.end > s.span.end) {
        // It goes over the edge of a string: what it touches goes.
        let touched = scalars.iter().skip(first.index);
        let touched = touched.take_while(|s| s.span.start < span.end);
        for s in touched.filter(|s| !s.is_name) {
            cut_scalars(redactor, scalars, s.span.start, Reach::Around, edits);
        }
        return;
    }
    let (mark, span) = match around {
        Some(s) if s.quoted => (Mark::Double(0), whole_escapes(text, &s.span, span)),
        _ => (Mark::None, span),
    };
    let value = unescape::decode(&text[span.clone()], mark);
    let pseudonym = token::pseudonym(&redactor.names, "value", &value);
    if secret {
        tally.secret(&value, &pseudonym);
    }
    // A bare number of JSON becomes a string.
    match around {
        Some(s) if !s.quoted => push(edits, s.span.clone(), format!("\"{pseudonym}\"")),
        _ => push(edits, span, pseudonym),
    }
}

/// Empties the string or number at `at`, or all of its element.
fn cut_scalars(
    redactor: &Redactor,
    scalars: &[Scalar],
    at: usize,
    reach: Reach,
    edits: &mut Edits,
) {
    let Some(here) = around(scalars, at) else {
        return;
    };
    let marker = left_out(redactor);
    let mut cut = |s: &Scalar| match s.quoted {
        true => push(edits, s.span.clone(), marker.clone()),
        false => push(edits, s.span.clone(), format!("\"{marker}\"")),
    };
    if reach != Reach::Element {
        cut(here);
        // What a name gives away is its value.
        if let (true, Some(value)) = (here.is_name, scalars.get(here.index + 1)) {
            cut(value);
        }
        return;
    }
    let of_element = scalars.iter().filter(|s| s.element == here.element);
    for s in of_element.filter(|s| s.quoted && !s.is_name && !STAYS.contains(&&*s.name)) {
        cut(s);
    }
}

/// Empties the line of a find, and all lines that it may go over.
fn cut_lines(redactor: &Redactor, text: &[u8], find: &Find, edits: &mut Edits) {
    let far = find.span.clone().unwrap_or(find.at..find.at);
    let (first, last) = (far.start.min(find.at), far.end.max(find.at).min(text.len()));
    let head = text.get(..first).unwrap_or(text);
    let mut start = memchr::memrchr(b'\n', head).map_or(0, |n| n + 1);
    while start <= last {
        let rest = &text[start..];
        let end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let bare = end - usize::from(text[start..end].ends_with(b"\r"));
        push(edits, start..bare, left_out(redactor));
        start = end + 1;
    }
}

/// What stands where nobody can tell how much of it was the find.
fn left_out(redactor: &Redactor) -> String {
    redactor.names.token("withheld.found", b"")
}

fn push(edits: &mut Edits, span: Range<usize>, text: String) {
    if span.start < span.end {
        edits.0.push(Edit {
            start: span.start,
            end: span.end,
            rank: Rank::Secret,
            // Counted by who found it, and by no rule.
            rule: RuleId::OFF,
            text: text.into_bytes(),
        });
    }
}

/// True for a span of one line of the text.
fn is_inside(text: &[u8], span: &Range<usize>) -> bool {
    let bytes = text.get(span.clone());
    bytes.is_some_and(|b| !b.is_empty() && memchr::memchr(b'\n', b).is_none())
}

/// A span in a string of JSON that tears no escape apart: one at its end stays.
fn whole_escapes(text: &[u8], string: &Range<usize>, span: Range<usize>) -> Range<usize> {
    let unit = |at: usize| {
        let starts = (1..=5).filter_map(|back| at.checked_sub(back).filter(|s| *s >= string.start));
        let mut starts = starts.filter(|s| {
            let slashes = text[string.start..*s + 1].iter().rev();
            let odd = slashes.take_while(|b| **b == b'\\').count() % 2 == 1;
            odd && (at - s == 1 || text.get(s + 1) == Some(&b'u'))
        });
        starts.next().unwrap_or(at)
    };
    let (start, end) = (unit(span.start), unit(span.end));
    start..end.max(start)
}

/// The string or number that holds the byte at `at`, or the next one.
fn around(scalars: &[Scalar], at: usize) -> Option<&Scalar> {
    let next = scalars.partition_point(|s| s.span.end + usize::from(s.quoted) <= at);
    scalars.get(next).or(scalars.last())
}

#[cfg(test)]
#[path = "cut_at_tests.rs"]
mod tests;
