//! The rules of one's own at work on a block, and what the rest of the run must know of them.
use std::ops::Range;

use crate::pseudonym::find_at;
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::{Pass, Redactor};
use crate::redact::engine::replace::holds_ours;
use crate::redact::engine::tally::Secret;
use crate::redact::rules::compiled::{Field, Kind, RuleId, Rules};
use crate::redact::rules::field_names::normalise;
use crate::redact::secret::token;

/// How far before a find the tilde of a pseudonym that holds it may stand.
const LONGEST_PSEUDONYM: usize = 160;

impl Pass<'_> {
    /// Words and patterns of one's own; names of fields are found with the built-in ones.
    pub(in crate::redact) fn user_rules(&mut self) {
        let (r, text) = (self.r, self.text);
        let user = &r.rules.user;
        if user.digest().is_none() {
            return;
        }
        user.words.find(text, |found| {
            self.user_value(
                found.kind,
                found.span,
                Some(found.value.as_bytes()),
                found.rule,
            );
        });
        for pattern in &user.patterns {
            pattern.values(text, |span| {
                self.user_value(&pattern.kind, span, None, pattern.id);
            });
        }
    }

    /// Names that were learned elsewhere in this run.
    pub(in crate::redact) fn heard_names(&mut self) {
        let (r, text) = (self.r, self.text);
        r.heard.find(text, |found| {
            let value = Some(found.value.as_bytes());
            self.user_value(found.kind, found.span, value, found.rule);
        });
    }

    /// Cuts one find; `value` is what it stands for where the place spells it in another way.
    fn user_value(&mut self, kind: &Kind, span: Range<usize>, value: Option<&[u8]>, rule: RuleId) {
        let raw = &self.text[span.clone()];
        let value = value.unwrap_or(raw);
        if holds_ours(raw) || is_inside_ours(self.text, span.start) {
            return;
        }
        if !kind.is_secret() && (self.r.is_kept(value) || self.r.is_kept(raw)) {
            return;
        }
        let text = self.r.user_text(kind, value);
        let rank = if kind.is_secret() {
            self.tally.secret(value, &text);
            Rank::Secret
        } else {
            Rank::Identifier
        };
        self.edits.push(span.start, span.end, rank, rule, text);
    }
}

/// True if a pseudonym of ours begins before `at` and reaches over it.
pub(in crate::redact) fn is_inside_ours(text: &[u8], at: usize) -> bool {
    let from = at.saturating_sub(LONGEST_PSEUDONYM);
    memchr::memchr_iter(b'~', &text[from..at])
        .any(|i| find_at(text, from + i).is_some_and(|end| end > at))
}

impl Redactor {
    /// The pseudonym of a value of a rule of one's own.
    fn user_text(&self, kind: &Kind, value: &[u8]) -> String {
        let names = &self.names;
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
    pub fn user_words(&self) -> Vec<Secret> {
        self.rules
            .user
            .words
            .values()
            .filter(|(kind, value)| kind.is_secret() || !self.is_kept(value.as_bytes()))
            .map(|(kind, value)| {
                Secret::new(value.as_bytes(), &self.user_text(kind, value.as_bytes()))
            })
            .collect()
    }

    /// Version of the rule set, for the manifest: `2026.11.1`, or `2026.11.1+user.abcd2345` where rules of
    /// one's own are in force. The letters differ for other rules, and under another key.
    #[must_use]
    pub fn rule_set(&self) -> String {
        let version = self.rules.version();
        match self.rules.user.digest() {
            None => version.to_owned(),
            Some(digest) => {
                let id = self.names.secret_id(digest);
                format!("{version}+user.{}", id.get(..8).unwrap_or_default())
            }
        }
    }
}

impl Rules {
    /// The rule that owns a field of this name, if any: one's own, unless it would weaken a built-in secret.
    pub(in crate::redact) fn field(&self, name: &[u8]) -> Option<&Field> {
        let builtin = self.builtin_field(name);
        if self.user.fields.is_empty() {
            return builtin;
        }
        let own = self.user_field(name);
        match (own, builtin) {
            (Some(own), Some(builtin)) if builtin.kind.is_guarded() && !own.kind.is_secret() => {
                Some(builtin)
            }
            (Some(own), _) => Some(own),
            (None, builtin) => builtin,
        }
    }

    fn user_field(&self, name: &[u8]) -> Option<&Field> {
        let words = normalise(name);
        let at = self.user.names.get(words.joined()).or_else(|| {
            words
                .starts()
                .find_map(|start| self.user.ends.get(&words.joined()[start..]))
        })?;
        self.user.fields.get(*at)
    }
}
