//! The rules of one's own at work on a block, and what the rest of the run must know of them.
use std::ops::Range;

use crate::pseudonym::find_at;
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::{Pass, Redactor};
use crate::redact::engine::replace::holds_ours;
use crate::redact::engine::tally::Secret;
use crate::redact::rules::compiled::{Kind, RuleId};
use crate::redact::secret::token;

/// How far before a find the tilde of a pseudonym that holds it may stand.
const LONGEST_PSEUDONYM: usize = 160;

/// Words and patterns of one's own; names of fields are found with the built-in ones.
pub(in crate::redact) fn user_rules(pass: &mut Pass<'_>) {
    let (r, text) = (pass.r, pass.text);
    let user = &r.rules.user;
    if user.digest().is_none() {
        return;
    }
    user.words.find(text, |found| {
        user_value(
            pass,
            found.kind,
            found.span,
            Some(found.value.as_bytes()),
            found.rule,
        );
    });
    for pattern in &user.patterns {
        pattern.values(text, |span| {
            user_value(pass, &pattern.kind, span, None, pattern.id);
        });
    }
}

/// Names that were learned elsewhere in this run.
pub(in crate::redact) fn heard_names(pass: &mut Pass<'_>) {
    let (r, text) = (pass.r, pass.text);
    r.heard.find(text, |found| {
        let value = Some(found.value.as_bytes());
        user_value(pass, found.kind, found.span, value, found.rule);
    });
}

/// Cuts one find; `value` is what it stands for where the place spells it in another way.
fn user_value(
    pass: &mut Pass<'_>,
    kind: &Kind,
    span: Range<usize>,
    value: Option<&[u8]>,
    rule: RuleId,
) {
    let raw = &pass.text[span.clone()];
    let value = value.unwrap_or(raw);
    if holds_ours(raw) || is_inside_ours(pass.text, span.start) {
        return;
    }
    if !kind.is_secret() && (pass.r.is_kept(value) || pass.r.is_kept(raw)) {
        return;
    }
    let text = user_text(pass.r, kind, value);
    let rank = if kind.is_secret() {
        pass.tally.secret(value, &text);
        Rank::Secret
    } else {
        Rank::Identifier
    };
    pass.edits.push(span.start, span.end, rank, rule, text);
}

/// True if a pseudonym of ours begins before `at` and reaches over it.
pub(in crate::redact) fn is_inside_ours(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(LONGEST_PSEUDONYM);
    memchr::memchr_iter(b'~', &text[from..at])
        .any(|i| find_at(text, from + i).is_some_and(|end| end > at))
}

/// The pseudonym of a value of a rule of one's own.
fn user_text(redactor: &Redactor, kind: &Kind, value: &[u8]) -> String {
    let names = &redactor.names;
    match kind {
        Kind::Secret(label) => token::pseudonym(names, label, value),
        Kind::User => names.user(value),
        Kind::Host => names.host(value).0,
        Kind::Email => match memchr::memrchr(b'@', value) {
            Some(at) => names.email(&value[..at], &value[at + 1..]),
            None => names.plain("person", value),
        },
        Kind::Plain(what) => names.plain(what, value),
        _ => names.plain("meta", value),
    }
}

/// The words of the rules of one's own, with their pseudonyms: for the verifier's search and for entries
/// that must be mended. Those that stay in clear on purpose are not among them.
#[must_use]
pub(in crate::redact) fn user_words(redactor: &Redactor) -> Vec<Secret> {
    redactor
        .rules
        .user
        .words
        .values()
        .filter(|(kind, value)| kind.is_secret() || !redactor.is_kept(value.as_bytes()))
        .map(|(kind, value)| {
            Secret::new(
                value.as_bytes(),
                &user_text(redactor, kind, value.as_bytes()),
            )
        })
        .collect()
}

/// Version of the rule set, for the manifest: `2026.11.1`, or `2026.11.1+user.abcd2345` where rules of
/// one's own are in force. The letters differ for other rules, and under another key.
#[must_use]
pub(in crate::redact) fn rule_set(redactor: &Redactor) -> String {
    let version = redactor.rules.version();
    match redactor.rules.user.digest() {
        None => version.to_owned(),
        Some(digest) => {
            let id = redactor.names.secret_id(digest);
            format!("{version}+user.{}", id.get(..8).unwrap_or_default())
        }
    }
}
