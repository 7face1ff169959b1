//! `rules.toml` and `suffixes.toml` as they are written, before they are compiled.
use std::collections::HashMap;

use serde::Deserialize;

use super::compiled::{Allow, WordSet};
use crate::redact::hosts::public_hosts;

#[derive(Deserialize)]
pub(in crate::redact) struct RawTable {
    pub(in crate::redact) version: String,
    pub(in crate::redact) field: Vec<RawField>,
    pub(in crate::redact) shape: Vec<RawShape>,
    pub(in crate::redact) walker: Vec<RawWalker>,
    pub(in crate::redact) allow: RawAllow,
}

#[derive(Deserialize)]
pub(in crate::redact) struct RawField {
    pub(in crate::redact) id: String,
    pub(in crate::redact) kind: String,
    pub(in crate::redact) names: Vec<String>,
    pub(in crate::redact) ends: Vec<String>,
    #[serde(default)]
    pub(in crate::redact) lists: Vec<String>,
    #[serde(default)]
    pub(in crate::redact) min: usize,
    pub(in crate::redact) level: Option<String>,
}

#[derive(Deserialize)]
pub(in crate::redact) struct RawShape {
    pub(in crate::redact) id: String,
    pub(in crate::redact) kind: String,
    pub(in crate::redact) anchors: Vec<String>,
    pub(in crate::redact) pattern: String,
    #[serde(default)]
    pub(in crate::redact) min: usize,
}

#[derive(Deserialize)]
pub(in crate::redact) struct RawWalker {
    pub(in crate::redact) id: String,
}

#[derive(Deserialize)]
pub(in crate::redact) struct RawAllow {
    pub(in crate::redact) users: Vec<String>,
    pub(in crate::redact) not_users: Vec<String>,
    pub(in crate::redact) empty_values: Vec<String>,
    pub(in crate::redact) prose_values: Vec<String>,
    pub(in crate::redact) placeholders: Vec<String>,
    pub(in crate::redact) masks: Vec<String>,
    pub(in crate::redact) complaint_verbs: Vec<String>,
    pub(in crate::redact) complaints: Vec<String>,
    pub(in crate::redact) hosts: Vec<String>,
    pub(in crate::redact) folders: Vec<String>,
    pub(in crate::redact) version_words: Vec<String>,
    pub(in crate::redact) not_hosts: Vec<String>,
    pub(in crate::redact) issuers: Vec<String>,
}

/// The lists of `suffixes.toml`.
#[derive(Deserialize)]
pub(in crate::redact) struct RawSuffixes {
    pub(in crate::redact) strong: Vec<String>,
    pub(in crate::redact) weak: Vec<String>,
    pub(in crate::redact) careful: Vec<String>,
    pub(in crate::redact) providers: Vec<String>,
}

impl RawAllow {
    pub(in crate::redact) fn compile(self, suffixes: RawSuffixes) -> Allow {
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
        let own = public_hosts().map(str::to_owned);
        let hosts = self.hosts.into_iter().chain(own);
        let (wild, whole): (Vec<String>, Vec<String>) = hosts.partition(|h| h.starts_with("*."));
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
