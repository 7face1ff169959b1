//! `rules.toml` and `suffixes.toml` as they are written, before they are compiled.
use std::collections::HashMap;

use serde::Deserialize;

use super::rules::{Allow, WordSet};

#[derive(Deserialize)]
pub(super) struct RawTable {
    pub(super) version: String,
    pub(super) field: Vec<RawField>,
    pub(super) shape: Vec<RawShape>,
    pub(super) walker: Vec<RawWalker>,
    pub(super) allow: RawAllow,
}

#[derive(Deserialize)]
pub(super) struct RawField {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) names: Vec<String>,
    pub(super) ends: Vec<String>,
    #[serde(default)]
    pub(super) lists: Vec<String>,
    #[serde(default)]
    pub(super) min: usize,
    pub(super) level: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct RawShape {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) anchors: Vec<String>,
    pub(super) pattern: String,
    #[serde(default)]
    pub(super) min: usize,
}

#[derive(Deserialize)]
pub(super) struct RawWalker {
    pub(super) id: String,
}

#[derive(Deserialize)]
pub(super) struct RawAllow {
    pub(super) users: Vec<String>,
    pub(super) not_users: Vec<String>,
    pub(super) empty_values: Vec<String>,
    pub(super) prose_values: Vec<String>,
    pub(super) placeholders: Vec<String>,
    pub(super) masks: Vec<String>,
    pub(super) complaint_verbs: Vec<String>,
    pub(super) complaints: Vec<String>,
    pub(super) hosts: Vec<String>,
    pub(super) folders: Vec<String>,
    pub(super) version_words: Vec<String>,
    pub(super) not_hosts: Vec<String>,
    pub(super) issuers: Vec<String>,
}

/// The lists of `suffixes.toml`.
#[derive(Deserialize)]
pub(super) struct RawSuffixes {
    pub(super) strong: Vec<String>,
    pub(super) weak: Vec<String>,
    pub(super) careful: Vec<String>,
    pub(super) providers: Vec<String>,
}

impl RawAllow {
    pub(super) fn compile(self, suffixes: RawSuffixes) -> Allow {
        let set = |words: Vec<String>| -> WordSet {
            words
                .into_iter()
                .map(|w| w.to_ascii_lowercase().into_bytes())
                .collect()
        };
        let host_ends = [&suffixes.strong, &suffixes.weak, &suffixes.careful]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let mut providers: HashMap<_, Vec<_>, _> = HashMap::default();
        for suffix in &suffixes.providers {
            let mut labels = suffix.rsplit('.').map(|l| l.as_bytes().to_vec());
            let last = labels.next().unwrap_or_default();
            providers.entry(last).or_default().push(labels.collect());
        }
        let (wild, whole): (Vec<String>, Vec<String>) =
            self.hosts.into_iter().partition(|h| h.starts_with("*."));
        Allow {
            users: set(self.users),
            not_users: set(self.not_users),
            empty_values: set(self.empty_values),
            prose_values: set(self.prose_values),
            placeholders: set(self.placeholders),
            masks: set(self.masks),
            complaint_verbs: set(self.complaint_verbs),
            complaints: set(self.complaints),
            hosts: set(whole),
            host_suffixes: wild
                .into_iter()
                .map(|h| h[1..].to_owned().into_bytes())
                .collect(),
            host_ends: set(host_ends),
            tlds: set(suffixes.strong),
            weak_tlds: set(suffixes.weak),
            careful_tlds: set(suffixes.careful),
            providers,
            not_hosts: set(self.not_hosts),
            issuers: self
                .issuers
                .into_iter()
                .map(|i| i.to_lowercase().into_bytes())
                .collect(),
            folders: set(self.folders),
            version_words: set(self.version_words),
        }
    }
}
