//! What redaction found: counts by rule, and the secrets of the run for the verifier.
use std::collections::{BTreeMap, HashSet};
use std::hash::BuildHasher;

use zeroize::Zeroizing;

use crate::redact::memory::names::Name;
use crate::redact::rules::compiled::RuleId;

type Quick = foldhash::quality::RandomState;

/// Shorter secrets are too ordinary to be searched for elsewhere.
const SHORTEST_SECRET: usize = 8;
/// Most dropped fields that are told apart: their names come from the evidence.
const MOST_FIELDS: usize = 1000;

/// A secret that was found, and the pseudonym that stands for it. Wiped from memory when dropped.
pub struct Secret {
    value: Zeroizing<Vec<u8>>,
    text: String,
}

impl Secret {
    pub(in crate::redact) fn new(value: &[u8], text: &str) -> Self {
        Self {
            value: Zeroizing::new(value.to_vec()),
            text: text.to_owned(),
        }
    }

    /// The secret itself: for the verifier's search only, never to be written.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// Its pseudonym.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Counts and finds of one or more blocks.
#[derive(Default)]
pub struct Tally {
    /// How often each rule cut something, by its number.
    by_rule: Vec<u64>,
    dropped: BTreeMap<String, u64>,
    secrets: Vec<Secret>,
    seen: HashSet<u64, Quick>,
    names: Vec<Name>,
    /// Spellings of names that were looked at.
    heard: HashSet<u64, Quick>,
    /// Seeded at random for each run: nobody can choose a value that hides another.
    hasher: Quick,
}

impl Tally {
    pub(in crate::redact) fn count(&mut self, rule: RuleId) {
        self.add(usize::from(rule.0), 1);
    }

    fn add(&mut self, rule: usize, cuts: u64) {
        if self.by_rule.len() <= rule {
            self.by_rule.resize(rule + 1, 0);
        }
        self.by_rule[rule] += cuts;
    }

    /// Counts a field that was dropped because no list names it.
    pub(in crate::redact) fn dropped(&mut self, field: String) {
        if let Some(count) = self.dropped.get_mut(&field) {
            *count += 1;
        } else if self.dropped.len() < MOST_FIELDS {
            self.dropped.insert(field, 1);
        } else {
            *self.dropped.entry("*".to_owned()).or_insert(0) += 1;
        }
    }

    /// Remembers a secret of this block, once, so that the verifier can look for it everywhere.
    pub(in crate::redact) fn secret(&mut self, value: &[u8], text: &str) {
        if value.len() < SHORTEST_SECRET {
            return;
        }
        let hash = self.hasher.hash_one(value);
        if self.seen.insert(hash) {
            self.secrets.push(Secret::new(value, text));
        }
    }

    /// True for what was not yet looked at as a name.
    pub(in crate::redact) fn hears(&mut self, raw: &[u8]) -> bool {
        self.heard.insert(self.hasher.hash_one(raw))
    }

    /// Remembers a name that is certain as a word, for the rest of the run.
    pub(in crate::redact) fn name(&mut self, name: Name) {
        self.names.push(name);
    }

    /// Takes the names out, in the order in which they were found.
    pub fn take_names(&mut self) -> Vec<Name> {
        self.heard.clear();
        std::mem::take(&mut self.names)
    }

    /// How often each rule cut something.
    #[must_use]
    pub fn by_rule(&self) -> BTreeMap<RuleId, u64> {
        let all = (0..).map(RuleId).zip(&self.by_rule);
        let cut = all.filter(|(_, cuts)| **cuts > 0);
        cut.map(|(rule, cuts)| (rule, *cuts)).collect()
    }

    /// How often each field of the answers of an API was dropped because no list names it: the endpoint and the
    /// path of the field, `/packages/{} metadata`. At most 1,000 are told apart; the rest are `*`.
    #[must_use]
    pub fn dropped_fields(&self) -> &BTreeMap<String, u64> {
        &self.dropped
    }

    /// Takes the secrets out; the caller hands them to the verifier and forgets them.
    pub fn take_secrets(&mut self) -> Vec<Secret> {
        self.seen.clear();
        std::mem::take(&mut self.secrets)
    }

    /// Adds the counts of another tally.
    pub fn add_counts(&mut self, other: &Self) {
        for (rule, cuts) in other.by_rule.iter().enumerate() {
            self.add(rule, *cuts);
        }
        for (field, count) in &other.dropped {
            let known = self.dropped.contains_key(field) || self.dropped.len() < MOST_FIELDS;
            let field = if known { field.as_str() } else { "*" };
            *self.dropped.entry(field.to_owned()).or_insert(0) += count;
        }
    }
}
