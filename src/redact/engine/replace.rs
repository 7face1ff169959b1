//! From a value that must go to its replacement: the pseudonym of its kind, in the notation of its place.
use crate::redact::identity::host;
use crate::redact::identity::login;
use std::ops::Range;

use super::edits::Rank;
use super::redactor::Pass;
use crate::pseudonym::{find_at, is_pseudonym};
use crate::redact::identity::address_spelling;
use crate::redact::identity::ip_address::stays;
use crate::redact::nested::unescape;
use crate::redact::rules::compiled::{Kind, RuleId};
use crate::redact::secret::token;
use crate::redact::value::enclosing::clip;
use crate::redact::value::quote::Mark;

/// No pseudonym of ours is longer.
const LONGEST_OURS: usize = 256;

/// Replaces one value by the pseudonym of its kind.
pub(in crate::redact) fn replace(
    pass: &mut Pass<'_>,
    kind: &Kind,
    span: Range<usize>,
    mark: Mark,
    needs_quotes: Option<Mark>,
    rule: RuleId,
) {
    let span = match (mark, needs_quotes) {
        (Mark::None, None) => clip(pass.text, span),
        _ => span,
    };
    let raw = &pass.text[span.clone()];
    if raw.is_empty() || is_done(raw) || raw.iter().all(|b| *b == b'*') {
        return;
    }
    if !kind.is_secret() && holds_ours(raw) {
        return;
    }
    let value = unescape::decode(raw, mark);
    let Some(text) = pseudonym_of(pass, kind, &value, span.clone(), rule) else {
        return;
    };
    let quotes = needs_quotes.map(Mark::delimiter).unwrap_or_default();
    // A name whose value is a document in base64 has all of it, or the next pass would.
    let packed = crate::redact::nested::HEADS
        .iter()
        .any(|head| raw.starts_with(head.as_bytes()));
    let rank = if kind.is_secret() || packed {
        Rank::Secret
    } else {
        Rank::Identifier
    };
    pass.edits.push(
        span.start,
        span.end,
        rank,
        rule,
        [quotes, text.as_bytes(), quotes].concat(),
    );
}

/// The pseudonym of a value, or `None` where it stays (or where finer edits were made instead).
fn pseudonym_of(
    pass: &mut Pass<'_>,
    kind: &Kind,
    value: &[u8],
    span: Range<usize>,
    rule: RuleId,
) -> Option<String> {
    let names = &pass.r.names;
    if !kind.is_secret() && pass.r.is_kept(value) {
        return None;
    }
    match kind {
        Kind::Secret(label) if label == "token" && token::scheme(value).is_some() => {
            // `"token": "Bearer eJ…"`: the scheme word stays, the credential tells its kind.
            let (scheme, value) = token::scheme(value)?;
            let text = token::credential(names, scheme, value);
            pass.tally.secret(value, &text);
            Some(format!("{scheme} {text}"))
        }
        Kind::Secret(label) => {
            let text = token::pseudonym(names, label, value);
            pass.tally.secret(value, &text);
            Some(text)
        }
        Kind::AsperaToken => {
            let text = token::pseudonym(names, "token", value);
            pass.tally.secret(value, &text);
            Some(text)
        }
        Kind::User => login::user_pseudonym(pass.r, value),
        Kind::Email => match memchr::memchr(b'@', value) {
            Some(_) => None,
            None => Some(names.plain("person", value)),
        },
        Kind::Host => host::host_pseudonym(pass, value, span, rule),
        Kind::Address => address_spelling::address(value)
            .filter(|a| !stays(*a))
            .map(|a| names.ip(a)),
        Kind::Mac => address_spelling::mac(value)
            .filter(|m| *m != [0; 6] && *m != [0xff; 6])
            .map(|m| names.mac(m)),
        // `contact: maria@acme.example;` is an address, which has a rule of its own.
        Kind::Plain("person") if value.contains(&b'@') && !value.contains(&b' ') => None,
        // `OU = www.digicert.com`
        Kind::Plain("org") if host::is_public(pass, value) => None,
        Kind::Meta => Some(names.plain("meta", value)),
        Kind::Plain(what) => {
            let numeric = value.iter().all(u8::is_ascii_digit);
            let trivial = numeric && value.iter().all(|b| *b == b'0');
            (!trivial).then(|| names.plain(what, value))
        }
        _ => Some(names.secret("value", value)),
    }
}

/// True if one of our own pseudonyms is in a value: finer edits were made there before.
pub(in crate::redact) fn holds_ours(raw: &[u8]) -> bool {
    memchr::memchr_iter(b'~', raw).any(|i| find_at(raw, i).is_some())
}

/// True if one of our own pseudonyms ends before `at`.
pub(in crate::redact) fn ours_ends_at(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(LONGEST_OURS);
    text[..at].ends_with(b"~")
        && memchr::memrchr(b'~', &text[from..at - 1])
            .is_some_and(|i| find_at(text, from + i) == Some(at))
}

/// True for a value that consists of our own pseudonyms, one on each of its lines.
pub(in crate::redact) fn is_done(raw: &[u8]) -> bool {
    // `Bearer ~jwt.…~`: the scheme word is no part of the credential.
    let raw = token::scheme(raw).map_or(raw, |(_, credential)| credential);
    raw.starts_with(b"~")
        && raw
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty())
            .all(is_pseudonym)
}
