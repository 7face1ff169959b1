//! Parameters of queries and forms: where the trace lists them, and where they stand in an address or a body.
use crate::redact::engine::replace;
use crate::redact::har::pairs;
use crate::redact::rules::field_names;
use std::ops::Range;

use super::entry::Walker;
use super::headers::{is_key, is_wording, may_be_key};
use super::pairs::LONGEST_NAME;
use super::strings::is_token;
use crate::redact::rules::compiled::Kind;
use crate::redact::value::quote::Mark;

/// The value of a parameter of a query or form: by the same rules as in the URL.
pub(super) fn parameter(walker: &mut Walker<'_>, name: &[u8], value: Range<usize>) {
    let edits = walker.pass.edits.0.len();
    if let Some(field) = field_names::field(&walker.pass.r.rules, name) {
        pairs::cut_field(walker, field, value.clone());
    }
    let raw = &walker.pass.text[value.clone()];
    if is_secret(name, raw) {
        pairs::secret(walker, value.clone(), walker.rules.field);
    } else if is_wording(name, raw) {
        let (kind, rule) = (Kind::Plain("text"), walker.rules.field);
        replace::replace(
            &mut walker.pass,
            &kind,
            value.clone(),
            Mark::Double(0),
            None,
            rule,
        );
    }
    pairs::rest(walker, value, edits);
}

/// The parameters of the queries in an address, and those of a form: by the same names as where the trace lists
/// them, since not every writer does.
pub(super) fn queries(walker: &mut Walker<'_>, span: Range<usize>) {
    let rule = walker.rules.field;
    for (kind, value) in values(&walker.pass.text[span.clone()]) {
        let place = span.start + value.start..span.start + value.end;
        replace::replace(&mut walker.pass, &kind, place, Mark::Percent, None, rule);
    }
}

/// Longest number that is a password for once.
const LONGEST_CODE: usize = 10;

/// True for a value that is a secret by the name of its parameter and its look.
fn is_secret(name: &[u8], value: &[u8]) -> bool {
    let code = || {
        let names = ["otp", "totp", "passcode", "mfa", "pin"];
        let named = names
            .iter()
            .any(|n| name.eq_ignore_ascii_case(n.as_bytes()));
        named && (4..=LONGEST_CODE).contains(&value.len()) && value.iter().all(u8::is_ascii_digit)
    };
    may_be_key(name) && is_key(value) || is_token(name, value) || code()
}

/// Values in queries and forms that go for their name and look, also in an address that is the value of a parameter: its
/// signs are escaped once or twice.
pub(super) fn values(text: &[u8]) -> Vec<(Kind, Range<usize>)> {
    let mut out = Vec::new();
    let escaped = memchr::memmem::find_iter(text, b"3D").map(|at| (at, at + 2));
    let signs = memchr::memchr_iter(b'=', text).map(|at| (at, at + 1));
    for (sign, tail) in signs.chain(escaped) {
        let (head, rest) = (&text[..sign], &text[tail..]);
        let escapes = text[sign] != b'=';
        let head = match escapes {
            true => head.strip_suffix(b"25").unwrap_or(head).strip_suffix(b"%"),
            false => Some(head),
        };
        let Some(name) = head.and_then(|head| name_at_end(head, escapes)) else {
            continue;
        };
        let ends = |b: &u8| {
            let sign = b"-._~+/=".contains(b) || *b == b'%' && !escapes;
            !(b.is_ascii_alphanumeric() || sign)
        };
        let value = tail..tail + rest.iter().position(ends).unwrap_or(rest.len());
        let raw = &text[value.clone()];
        if is_secret(name, raw) {
            out.push((Kind::Secret("token".to_owned()), value));
        } else if !escapes && is_wording(name, raw) {
            out.push((Kind::Plain("text"), value));
        }
    }
    out
}

/// The name of a parameter that ends `head`, behind the sign that begins it.
fn name_at_end(head: &[u8], escaped: bool) -> Option<&[u8]> {
    let letter = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let short = head.iter().rev().take(LONGEST_NAME);
    let name = short.take_while(letter).count();
    let (before, name) = head.split_at(head.len() - name);
    // The letters of an escape stick to the name.
    match before.last() {
        Some(b'\\') => Some(name.strip_prefix(b"u0026").unwrap_or(name)),
        Some(b'%') if escaped => {
            let name = name.strip_prefix(b"25").unwrap_or(name);
            let signs: [&[u8]; 4] = [b"3F", b"26", b"23", b"3B"];
            signs.iter().find_map(|sign| name.strip_prefix(*sign))
        }
        None | Some(b'?' | b'&' | b'#' | b';' | b'"') => Some(name),
        _ => None,
    }
}
