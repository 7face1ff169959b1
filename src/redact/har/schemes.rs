//! Headers that carry a credential beside words that stay: schemes, challenges, names of protocols.
use crate::redact::engine::replace;
use crate::redact::har::pairs;
use crate::redact::secret::authorization;
use std::ops::Range;

use super::entry::Walker;
use super::headers::is_mixed;
use crate::redact::rules::compiled::Kind;
use crate::redact::secret::authorization::SCHEMES;
use crate::redact::value::locate::{Join, Value};
use crate::redact::value::quote::Mark;

/// Parameters of a challenge that are used once, or that name a session.
const ONCE: [&[u8]; 12] = [
    b"nonce",
    b"cnonce",
    b"nextnonce",
    b"rspauth",
    b"response",
    b"opaque",
    b"token",
    b"ticket",
    b"state",
    b"session",
    b"sid",
    b"token68",
];

/// Longest name of a scheme.
const LONGEST_SCHEME: usize = 32;
/// Shorter words behind a scheme are no credentials of a challenge.
const SHORTEST_BLOB: usize = 8;
/// Longer names of protocols are tokens.
const LONGEST_PROTOCOL: usize = 40;

/// The value of an Authorization header: its scheme stays.
pub(super) fn credential(walker: &mut Walker<'_>, span: Range<usize>) {
    let rule = walker.rules.header;
    let raw = &walker.pass.text[span.clone()];
    let blank = memchr::memchr(b' ', raw);
    let scheme = &raw[..blank.unwrap_or(raw.len()).min(LONGEST_SCHEME)];
    let lower = scheme.to_ascii_lowercase();
    let word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    match blank {
        Some(blank)
            if blank < LONGEST_SCHEME
                && !SCHEMES.contains(&lower.as_slice())
                && scheme.iter().all(word)
                && !is_mixed(scheme) =>
        {
            let kind = Kind::Secret("token".to_owned());
            let credential = span.start + blank + 1..span.end;
            replace::replace(
                &mut walker.pass,
                &kind,
                credential,
                Mark::Double(0),
                None,
                rule,
            );
        }
        _ => {
            let value = Value {
                span: span.clone(),
                mark: Mark::Double(0),
                join: Join::Sibling,
                line_start: false,
                needs_quotes: None,
            };
            authorization::authorization(&mut walker.pass, span, &value, rule);
        }
    }
}

/// What a server asks for: realm and error stay, what is used once goes.
pub(super) fn challenge(walker: &mut Walker<'_>, span: Range<usize>) {
    let text = walker.pass.text;
    let rule = walker.rules.header;
    let kind = Kind::Secret("nonce".to_owned());
    let raw = &text[span.clone()];
    for sign in memchr::memchr_iter(b'=', raw) {
        let name = raw[..sign]
            .iter()
            .rev()
            .take(LONGEST_SCHEME)
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
            .count();
        let name = raw[sign - name..sign].to_ascii_lowercase();
        if !ONCE.contains(&name.as_slice()) {
            continue;
        }
        let rest = &raw[sign + 1..];
        let (open, ends): (usize, &[u8]) = match rest {
            [b'\\', b'"', ..] => (2, b"\\\""),
            _ => (0, b", \\\""),
        };
        let len = rest[open.min(rest.len())..]
            .iter()
            .position(|b| ends.contains(b))
            .unwrap_or(rest.len() - open);
        let start = span.start + sign + 1 + open;
        replace::replace(
            &mut walker.pass,
            &kind,
            start..start + len,
            Mark::Double(0),
            None,
            rule,
        );
    }
    // `Negotiate YII…`, and the same in a list.
    let mut at = span.start;
    for item in raw.split(|b| *b == b',') {
        let front = item.len() - item.trim_ascii_start().len();
        let words: Vec<&[u8]> = item.trim_ascii().split(|b| *b == b' ').collect();
        if let [scheme, blob] = words[..] {
            let bare = blob.iter().position(|b| *b == b'=').unwrap_or(blob.len());
            let padded = blob[bare..].iter().all(|b| *b == b'=');
            if padded && blob.len() >= SHORTEST_BLOB {
                let start = at + front + scheme.len() + 1;
                replace::replace(
                    &mut walker.pass,
                    &kind,
                    start..start + blob.len(),
                    Mark::Double(0),
                    None,
                    rule,
                );
            }
        }
        at += item.len() + 1;
    }
}

/// Names of protocols stay; a token that takes the place of one goes.
pub(super) fn protocols(walker: &mut Walker<'_>, span: Range<usize>) {
    let text = walker.pass.text;
    let mut at = span.start;
    let mut carrier = false;
    for item in text[span].split(|b| *b == b',') {
        let front = item.len() - item.trim_ascii_start().len();
        let name = item.trim_ascii();
        let place = at + front..at + front + name.len();
        at += item.len() + 1;
        let token = carrier || name.len() > LONGEST_PROTOCOL || is_mixed(name);
        let lower = name.to_ascii_lowercase();
        carrier = [
            &b"token"[..],
            b"bearer",
            b"auth",
            b"jwt",
            b"apikey",
            b"api-key",
            b"ticket",
        ]
        .iter()
        .any(|word| memchr::memmem::find(&lower, word).is_some());
        if token && !name.is_empty() {
            let rule = walker.rules.header;
            pairs::secret(walker, place, rule);
        }
    }
}
