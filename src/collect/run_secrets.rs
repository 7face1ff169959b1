//! The secrets and names that a run has found in the evidence, for the verifier and for the repair of entries that were
//! redacted before a secret was known.
use super::error::CollectError;
use super::random_key::random_key;
use crate::redact::{Learned, Names, Redactor, Secret, Tally};
use crate::verify::Known;

/// More secrets are not learned. The verifier knows them all the same, and entries are repaired where it finds them.
const MOST_LEARNED: usize = 1 << 16;

/// The secrets and names of a run.
pub(super) struct RunSecrets {
    /// What the verifier searches every entry for.
    pub(super) known: Known,
    /// Secrets and names that no entry was redacted with yet.
    learned: Learned,
    names: Names,
    /// The same of secrets that only the verifier found.
    found: Vec<Secret>,
}

impl RunSecrets {
    /// The words of the user's own rules, which are known from the start.
    pub(super) fn new(redactor: &Redactor) -> Result<Self, CollectError> {
        let mut known = Known::new(*random_key()?);
        let mut learned = Learned::holding(MOST_LEARNED);
        for word in redactor.user_words() {
            known.insert_word(word.value());
            learned.insert_told(&word);
        }
        Ok(Self {
            known,
            learned,
            names: Names::default(),
            found: Vec::new(),
        })
    }

    /// Takes the secrets and names of a redacted block.
    pub(super) fn add(&mut self, tally: &mut Tally) {
        for secret in tally.take_secrets() {
            self.known.insert(secret.value());
            self.learned.insert(&secret);
        }
        for name in tally.take_names() {
            let value = zeroize::Zeroizing::new(name.value().to_owned());
            if self.names.insert(name) {
                self.known.insert_name(value.as_bytes());
            }
        }
    }

    /// Takes secrets that only the verifier found.
    pub(super) fn add_found(&mut self, secrets: Vec<Secret>) {
        for secret in &secrets {
            self.known.insert(secret.value());
        }
        self.found.extend(secrets);
    }

    /// True if the redactor does not know all of them yet.
    pub(super) fn has_news(&self) -> bool {
        !self.learned.is_empty() || !self.names.is_empty() || !self.found.is_empty()
    }

    /// Hands the redactor what it does not know yet.
    pub(super) fn teach(&mut self, redactor: &mut Redactor) {
        if !self.learned.is_empty() {
            redactor.learn(std::mem::take(&mut self.learned));
        }
        redactor.learn_more(&std::mem::take(&mut self.found));
        if !self.names.is_empty() {
            redactor.learn_names(&std::mem::take(&mut self.names));
        }
    }
}
