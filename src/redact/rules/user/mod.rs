//! Rules of the person's own: words, patterns and names of fields that stand in the settings file. They can
//! only cut more: what a built-in rule finds is gone, whatever a rule of one's own says of it.
//!
//! Nothing here tells a value: not in an error, not in `Debug`, not in the version of the rule set.
use std::collections::HashMap;
use std::fmt;

use super::compiled::{Field, Kind, RuleId, Rules};

mod check;
mod error;
pub(in crate::redact) mod find;
mod pattern;
mod words;

pub use error::UserRuleError;

pub(in crate::redact) use check::is_ordinary;
pub(in crate::redact) use find::is_inside_ours;
pub(in crate::redact) use words::Words;

#[cfg(test)]
mod tests;

/// One rule as the person wrote it.
#[derive(Clone)]
pub struct UserRule {
    /// Its name in the manifest: lower-case letters, digits and dashes.
    pub id: String,
    /// `secret.LABEL`, or one of the kinds of identifiers.
    pub kind: String,
    /// What it finds.
    pub what: UserPattern,
    /// Lines in which what stands between « and » must be gone.
    pub catch: Vec<String>,
    /// Lines that must come out byte for byte.
    pub leave: Vec<String>,
}

/// What a rule of one's own finds.
#[derive(Clone)]
pub enum UserPattern {
    /// Values, each with its row in the list or file that it comes from, counted from 1.
    Words(Vec<(usize, String)>),
    /// A regular expression, tried on each line; its group `v`, or all of it, is cut.
    Regex(String),
    /// Names of fields; `*_name` stands for every name that ends so.
    Field(Vec<String>),
}

impl fmt::Debug for UserRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserRule({})", self.id)
    }
}

/// The compiled rules of one's own; empty where there are none.
#[derive(Default)]
pub(in crate::redact) struct UserTable {
    pub(in crate::redact) fields: Vec<Field>,
    pub(in crate::redact) names: HashMap<Vec<u8>, usize>,
    pub(in crate::redact) ends: HashMap<Vec<u8>, usize>,
    /// Pieces of the names of fields that the engine looks for.
    pub(in crate::redact) stems: Vec<String>,
    pub(in crate::redact) words: Words,
    pub(in crate::redact) patterns: Vec<pattern::Pattern>,
    /// Of everything above: tells two sets of rules apart.
    digest: Option<[u8; 32]>,
}

impl UserTable {
    pub(in crate::redact) fn digest(&self) -> Option<&[u8; 32]> {
        self.digest.as_ref()
    }
}

impl fmt::Debug for UserTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (fields, patterns) = (self.fields.len(), self.patterns.len());
        write!(f, "UserTable({fields} fields, {patterns} patterns)")
    }
}

/// Kinds of identifiers that a rule of one's own may give; addresses have rules that know their form.
pub(in crate::redact) const KINDS: &[&str] = &[
    "accesskey",
    "account",
    "email",
    "host",
    "licence",
    "meta",
    "org",
    "package",
    "path",
    "person",
    "phone",
    "user",
    "userid",
];

/// The kind that is written so, or `None`.
fn kind_of(text: &str) -> Option<Kind> {
    if let Some(label) = text.strip_prefix("secret.") {
        let plain = label
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        return ((1..=24).contains(&label.len()) && plain).then(|| Kind::Secret(label.to_owned()));
    }
    let kind = *KINDS.iter().find(|k| **k == text)?;
    Some(match kind {
        "email" => Kind::Email,
        "host" => Kind::Host,
        "user" => Kind::User,
        "meta" => Kind::Meta,
        plain => Kind::Plain(plain),
    })
}

impl Rules {
    /// This table with rules of the person's own, checked: every rule by itself, against the built-in
    /// ones, and against its own lines.
    ///
    /// # Errors
    /// The number of the rule, from 0, and what is wrong with it. No value is in the error.
    pub fn with_user(mut self, rules: &[UserRule]) -> Result<Self, (usize, UserRuleError)> {
        for (i, rule) in rules.iter().enumerate() {
            let id = self.add_id(&rule.id).map_err(|e| (i, e))?;
            self.add_user(rule, id).map_err(|e| (i, e))?;
        }
        check::names_tell_no_value(&self, rules)?;
        self.user.words.build();
        self.user.digest = (!rules.is_empty()).then(|| digest(rules));
        check::lines(self, rules)
    }

    fn add_id(&mut self, id: &str) -> Result<RuleId, UserRuleError> {
        let plain = id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !plain || !(1..=40).contains(&id.len()) || !id.as_bytes()[0].is_ascii_lowercase() {
            return Err(UserRuleError::Id);
        }
        self.push_id(id).ok_or(UserRuleError::Taken)
    }

    fn add_user(&mut self, rule: &UserRule, id: RuleId) -> Result<(), UserRuleError> {
        let kind = kind_of(&rule.kind).ok_or(UserRuleError::Kind)?;
        match &rule.what {
            UserPattern::Words(words) => {
                if words.is_empty() {
                    return Err(UserRuleError::NoValues);
                }
                if self.user.words.len() + words.len() > check::MOST {
                    return Err(UserRuleError::TooMany(check::MOST));
                }
                let at = self.user.words.add_rule(id, kind);
                for (row, word) in words {
                    check::word(self, word)
                        .map_err(|why| UserRuleError::Word { row: *row, why })?;
                    self.user.words.add(at, word.trim());
                }
            }
            UserPattern::Regex(pattern) => {
                let pattern = pattern::Pattern::compile(pattern, id, kind)?;
                check::pattern(self, &pattern)?;
                self.user.patterns.push(pattern);
            }
            UserPattern::Field(names) => self.add_fields(names, id, &kind)?,
        }
        Ok(())
    }

    fn add_fields(
        &mut self,
        names: &[String],
        id: RuleId,
        kind: &Kind,
    ) -> Result<(), UserRuleError> {
        if names.is_empty() {
            return Err(UserRuleError::NoValues);
        }
        let at = self.user.fields.len();
        for (i, name) in names.iter().enumerate() {
            let (words, stem, end) = check::field(self, name, kind)
                .map_err(|why| UserRuleError::Field { row: i + 1, why })?;
            let map = if end {
                &mut self.user.ends
            } else {
                &mut self.user.names
            };
            map.entry(words).or_insert(at);
            if !self.user.stems.contains(&stem) {
                self.user.stems.push(stem);
            }
        }
        self.user.fields.push(Field {
            id,
            kind: kind.clone(),
            min: 0,
            strict: false,
        });
        Ok(())
    }
}

/// One hash of all that the rules say. It is shown only under the key of the bundle.
fn digest(rules: &[UserRule]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    let mut part = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    for rule in rules {
        part(&rule.id);
        part(&rule.kind);
        match &rule.what {
            UserPattern::Words(words) => {
                part("words");
                words.iter().for_each(|(_, word)| part(word.trim()));
            }
            UserPattern::Regex(pattern) => {
                part("regex");
                part(pattern);
            }
            UserPattern::Field(names) => {
                part("field");
                names.iter().for_each(|name| part(name));
            }
        }
        part("");
    }
    *hasher.finalize().as_bytes()
}
