//! `manifest.json`: what is in the bundle, what is not, and why. Every string in it is
//! [`Clean`]: it went through the redactor or was written by us.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::redact::{Clean, FileKind, Redactor, Suspect, Tally};

/// Version of the manifest's shape; raised whenever a field changes its meaning.
pub const SCHEMA: u32 = 1;

/// What became of one planned item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Read whole, redacted, packed.
    Collected,
    /// Packed, but a part of it is missing that the request asked for.
    Partial,
    /// Named with size and time; never opened, on purpose.
    Listed,
    /// Left out on purpose by the request, or not to be had on this machine.
    Skipped,
    /// Read, but not released because it could not be proven clean.
    Withheld,
    /// Could not be read.
    Failed,
}

impl Status {
    /// True where the bundle misses something that was asked for: exit code 3.
    #[must_use]
    pub fn is_missing(self) -> bool {
        matches!(self, Self::Partial | Self::Withheld | Self::Failed)
    }
}

/// How often one rule cut something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    /// Id of the rule.
    pub rule: String,
    /// Cuts.
    pub cuts: u64,
}

/// Counts as a list: under their own names they would read as values of passwords and tokens.
#[must_use]
pub fn counts(by_rule: BTreeMap<String, u64>) -> Vec<RuleCount> {
    by_rule
        .into_iter()
        .map(|(rule, cuts)| RuleCount { rule, cuts })
        .collect()
}

/// One part of an item that was left out, always at line ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// Why: `window`, `filter`, `max-size`, `long-line`, `deadline`, `changed`, `damaged`; of network traces
    /// `long-value`, `long-entry`, `broken-entry`, `attached`, `verifier`, `verifier-wide`.
    pub why: Clean,
    /// Lines left out, where they were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
    /// Values, elements of lists or entries left out, where these were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<u64>,
    /// Bytes left out, before redaction, where they were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// One sentence that says what was cut.
    pub note: Clean,
}

impl Cut {
    /// A cut of so many values, elements or entries with so many bytes; none where there were none.
    #[must_use]
    pub fn counted(
        why: &'static str,
        (items, bytes): (u64, u64),
        note: &'static str,
    ) -> Option<Self> {
        (items > 0).then(|| Self {
            why: Clean::fixed(why),
            lines: None,
            items: Some(items),
            bytes: Some(bytes),
            note: Clean::fixed(note),
        })
    }
}

/// One item of the plan, or one generated file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Name inside the root folder; absent where nothing of the item is in the zip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// Kind of source: `log`, `shared-log`, `config`, `har`, `command`, `host`, `sealed`, `made`.
    pub source: Clean,
    /// How its content was read; absent where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<FileKind>,
    /// Row of the catalogue that found it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<Clean>,
    /// Product, as people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<Clean>,
    /// `client` or `server`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Clean>,
    /// Its path on its machine, redacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Clean>,
    /// Other names of the same file, redacted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Clean>,
    /// What became of it.
    pub status: Status,
    /// Why, where it was not simply collected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Clean>,
    /// What the user can do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Clean>,
    /// Size on disk in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Time of last change (RFC 3339, UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// Compression it was found in, where any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compression: Option<Clean>,
    /// Character encoding, where not plain bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Clean>,
    /// Bytes of text before redaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_before: Option<u64>,
    /// Bytes of the entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Lines of the entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
    /// SHA-256 of the entry's content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// How often each rule cut something.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleCount>,
    /// What was left out of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<Cut>,
}

impl Entry {
    /// Its path, else its name in the zip.
    #[must_use]
    pub fn what(&self) -> &str {
        let path = self
            .path
            .as_ref()
            .map(Clean::as_str)
            .filter(|p| !p.is_empty());
        path.or(self.entry.as_deref()).unwrap_or("an item")
    }

    /// Why it is not simply collected, and what to do about it.
    #[must_use]
    pub fn why(&self) -> String {
        let cut = self.cuts.last().map(|c| &c.note);
        let parts = [self.reason.as_ref().or(cut), self.remedy.as_ref()];
        let sentences = parts
            .into_iter()
            .flatten()
            .map(|t| t.as_str().trim_end_matches('.'));
        sentences.collect::<Vec<_>>().join(". ")
    }

    /// True if it, or a part of it, was left out because it did not fit below the size limit.
    #[must_use]
    pub fn is_over_size(&self) -> bool {
        let skipped = self.status == Status::Skipped
            && self
                .reason
                .as_ref()
                .is_some_and(|r| r.as_str().contains("--max-size"));
        skipped || self.cuts.iter().any(|c| c.why.as_str() == "max-size")
    }

    /// Adds the cuts that a tally counted.
    pub fn add_rules(&mut self, tally: &Tally, redactor: &Redactor) {
        let old = self.rules.drain(..).map(|c| (c.rule, c.cuts));
        let mut by_rule: BTreeMap<String, u64> = old.collect();
        for (rule, cuts) in tally.by_rule() {
            let name = redactor.rules().name(rule).to_owned();
            *by_rule.entry(name).or_insert(0) += cuts;
        }
        self.rules = counts(by_rule);
    }

    /// An item of this kind and status, everything else unknown.
    #[must_use]
    pub fn new(source: Clean, status: Status) -> Self {
        Self {
            entry: None,
            source,
            format: None,
            row: None,
            product: None,
            role: None,
            path: None,
            aliases: Vec::new(),
            status,
            reason: None,
            remedy: None,
            size: None,
            modified: None,
            compression: None,
            encoding: None,
            bytes_before: None,
            bytes: None,
            lines: None,
            sha256: None,
            rules: Vec::new(),
            cuts: Vec::new(),
        }
    }
}

/// One call to a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// Host, redacted.
    pub host: Clean,
    /// TCP port.
    pub port: u16,
    /// `GET` or `POST`.
    pub method: Clean,
    /// Path with `{id}` for ids; no query.
    pub path: Clean,
    /// HTTP status; absent where no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Bytes of the answer.
    pub bytes: u64,
    /// Milliseconds to the end of the answer; 0 with a fixed clock.
    pub duration_ms: u64,
    /// Why no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Clean>,
}

/// What the verifier demanded before the bundle was released.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Always `passed`: a bundle that does not pass is never released.
    pub result: Clean,
    /// How many kinds of leaks were looked for.
    pub detectors: usize,
    /// How many secrets of this run were searched for in every entry.
    pub secrets_searched: usize,
    /// Entries that were redacted again because a secret was learned after them.
    pub repaired: usize,
    /// Entries that were withheld because the verifier found something in them.
    pub withheld: usize,
}

/// What was kept although it looks random, in few enough rows to check each of them by eye.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Residual {
    /// How many strings look random to this program and belong to no form that it knows.
    pub strings: u64,
    /// The most suspicious forms, at most 20, those and others that were kept.
    pub listed: Vec<ResidualRow>,
}

/// Strings of one form that were kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResidualRow {
    /// Kinds of letters and length: `Aa9{32}`, `hex{40}`; 65+ for 65 to 127 and so on.
    pub shape: String,
    /// How many strings have it.
    pub count: u64,
    /// The place of the first of them: `entry:line`.
    pub first: String,
    /// Why they were kept.
    pub why: Clean,
}

impl Residual {
    /// The rows of a ranking.
    #[must_use]
    pub fn new(strings: u64, suspects: Vec<Suspect>) -> Self {
        let listed = suspects.into_iter().map(|s| ResidualRow {
            first: format!("{}:{}", s.entry, s.line),
            shape: s.shape,
            count: s.count,
            why: Clean::fixed(s.reason.text()),
        });
        Self {
            strings,
            listed: listed.collect(),
        }
    }
}

/// The whole of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Name and version of this program.
    pub tool: Clean,
    /// Version of the rules of redaction; `+user.` and some letters behind it where rules of the user
    /// were in force, the same letters for the same rules under the same key.
    pub rule_set: String,
    /// Names the key of the pseudonyms, without telling it.
    pub key_id: String,
    /// When the bundle was made (RFC 3339, UTC).
    pub created: String,
    /// `standard` or `strict`.
    pub level: Clean,
    /// Values that stay in clear on purpose: package and user of the case, and what the user asked
    /// to keep.
    pub kept: Vec<Clean>,
    /// Where the evidence contradicts what the user gave about the case, or leaves something open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Clean>,
    /// True if nothing that was asked for is missing.
    pub complete: bool,
    /// The verifier's word.
    pub verifier: Verdict,
    /// Calls to hosts, in the order of their answers; empty where none was contacted.
    pub hosts_contacted: Vec<Contact>,
    /// How often each rule cut something, over all entries.
    pub rules: Vec<RuleCount>,
    /// The most suspicious of what was kept.
    pub residual: Residual,
    /// Everything that was planned, in the order of the zip, then what is not in it.
    pub entries: Vec<Entry>,
}
