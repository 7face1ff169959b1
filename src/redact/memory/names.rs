//! Names that a place told to be a host's, a login's, a person's or an organization's, for the rest of the run:
//! such a name is cut wherever else it stands as a word of its own.
//!
//! They are read off the settled replacements, so no rule needs to know of it. Only what is certain as a word
//! counts: a host called `transfer` must not cost every line that speaks of a transfer.
use std::collections::HashSet;
use std::sync::LazyLock;

use zeroize::Zeroizing;

use crate::redact::engine::edits::{Edit, Rank};
use crate::redact::engine::redactor::Redactor;
use crate::redact::engine::tally::Tally;
use crate::redact::identity::address_spelling::is_place_word;
use crate::redact::identity::host_suffix::is_host;
use crate::redact::rules::compiled::{Kind, Rules};
use crate::redact::rules::user::{Words, is_ordinary};
use crate::redact::secret::token;

/// Most names of a run: memory must not grow with the evidence.
const MOST: usize = 20_000;
/// Shorter names are too ordinary to be looked for in running text.
const SHORTEST: usize = 5;
/// No name is longer.
const LONGEST: usize = 128;
/// Base64 of a name is no longer.
const LONGEST_ENCODED: usize = 256;

/// Words with digits in them that stand where a host or a login may and name neither.
const TECHNICAL: &[&str] = &[
    "sha", "utf", "ipv", "http", "aes", "amd", "win", "base", "oauth", "tls", "ssl", "md", "eth",
    "ens", "enp", "bond", "x", "arm", "armv", "aarch", "ppc", "rsa", "ed", "h", "mp", "v", "cp",
    "iso", "latin", "port", "tcp", "udp", "step", "test", "part", "core", "cpu", "disk", "sda",
    "nvme", "error", "code", "level", "phase", "stage", "try", "retry", "page", "item", "line",
    "file", "session", "thread", "worker", "tun", "tap", "docker", "veth", "python", "java", "log",
    "crc", "ecdsa", "curve", "dh", "group", "blake", "ext", "fat", "gpt", "sse", "avx", "nfs",
    "smb", "log4j", "rfc", "cve", "el", "rhel", "centos", "ubuntu", "debian", "windows", "macos",
];

/// Logins of one plain word that are words of the language or of the trade.
static EVERYDAY: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("everyday.txt")
        .split_ascii_whitespace()
        .collect()
});

/// What a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum NameKind {
    Host,
    User,
    Person,
    Org,
}

/// A name that was found where it is certain to be one. Wiped from memory when dropped.
pub struct Name {
    kind: NameKind,
    value: Zeroizing<String>,
}

impl Name {
    /// The name itself: for the verifier's search only, never to be written.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// The names of a run in the order in which they were found, each once whatever its case; at most 20,000.
#[derive(Default)]
pub struct Names {
    seen: HashSet<String>,
    all: Vec<Name>,
}

impl Names {
    /// Adds a name; true if it is new and there is room for it.
    pub fn insert(&mut self, name: Name) -> bool {
        let new = self.all.len() < MOST && self.seen.insert(name.value.to_lowercase());
        if new {
            self.all.push(name);
        }
        new
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// Names that were learned in this run: from now on they are cut wherever they stand as words.
pub(in crate::redact) fn learn_names(redactor: &mut Redactor, names: &Names) {
    let mut words = Words::default();
    let rule = redactor.rules.id("known-name");
    let kinds = [
        (NameKind::Host, Kind::Host),
        (NameKind::User, Kind::User),
        (NameKind::Person, Kind::Plain("person")),
        (NameKind::Org, Kind::Plain("org")),
    ];
    for (which, kind) in kinds {
        let index = words.add_rule(rule, kind);
        for name in names.all.iter().filter(|n| n.kind == which) {
            words.add(index, &name.value);
        }
    }
    words.build();
    redactor.heard = words;
}

/// Remembers the names that settled replacements of `text` stand for.
pub(in crate::redact) fn hear(redactor: &Redactor, text: &[u8], edits: &[Edit], tally: &mut Tally) {
    for edit in edits {
        let Some(raw) = text.get(edit.start..edit.end) else {
            continue;
        };
        match edit.rank {
            Rank::Identifier => {
                let Some(kind) = kind_of(&edit.text) else {
                    continue;
                };
                if raw.len() <= LONGEST && tally.hears(raw) {
                    hear_name(redactor, kind, raw, tally);
                }
            }
            // Names in base64, as cookies have them.
            Rank::Nested if raw.len() <= LONGEST_ENCODED && tally.hears(raw) => {
                if let (Some(clean), Some(raw)) = (token::base64(&edit.text), token::base64(raw))
                    && let Some(kind) = kind_of(&clean)
                {
                    hear_name(redactor, kind, &raw, tally);
                }
            }
            Rank::Nested | Rank::Secret => {}
        }
    }
}

fn hear_name(redactor: &Redactor, kind: NameKind, raw: &[u8], tally: &mut Tally) {
    let Ok(raw) = std::str::from_utf8(raw) else {
        return;
    };
    let mut tell = |value: &str| {
        if !is_in_kept(redactor, value) {
            let value = Zeroizing::new(value.to_owned());
            tally.name(Name { kind, value });
        }
    };
    match kind {
        NameKind::Host => {
            let raw = raw.trim_end_matches('.');
            let label = raw.split('.').next().unwrap_or_default();
            let certain = is_certain_label(&redactor.rules, label);
            let whole = raw.as_bytes();
            let dotted = label.len() < raw.len();
            if dotted
                && is_plain(raw)
                && (certain || is_host(&redactor.rules, whole, &(0..whole.len())))
            {
                tell(raw);
            }
            if certain {
                tell(label);
            }
        }
        NameKind::User => {
            let name = raw.rsplit('\\').next().unwrap_or_default();
            if is_certain_login(&redactor.rules, name) {
                tell(name);
            }
        }
        NameKind::Person | NameKind::Org => {
            let name = raw.trim();
            if is_certain_full_name(&redactor.rules, name) {
                tell(name);
            }
        }
    }
}

/// True for a name that is a part of what stays in clear: that stays as a whole.
fn is_in_kept(redactor: &Redactor, name: &str) -> bool {
    let name = name.to_lowercase();
    redactor
        .keep
        .iter()
        .any(|kept| memchr::memmem::find(kept, name.as_bytes()).is_some())
}

/// The kind of name that a pseudonym stands for, quotes and all.
fn kind_of(clean: &[u8]) -> Option<NameKind> {
    let clean = clean.strip_prefix(b"\"").unwrap_or(clean);
    let kinds: [(&[u8], NameKind); 4] = [
        (b"~host.", NameKind::Host),
        (b"~user.", NameKind::User),
        (b"~person.", NameKind::Person),
        (b"~org.", NameKind::Org),
    ];
    let (_, kind) = kinds.iter().find(|(front, _)| clean.starts_with(front))?;
    Some(*kind)
}

fn is_plain(name: &str) -> bool {
    name.len() >= SHORTEST
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
        && !name.starts_with(['.', '-', '_'])
        && !name.ends_with(['.', '-', '_'])
}

/// A number, a sum, a UUID.
fn is_number(name: &str) -> bool {
    let digits = |c: char| c.is_ascii_digit() || !c.is_alphanumeric();
    let hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    name.chars().all(digits) || name.len() >= 8 && name.chars().all(hex)
}

/// True if every part of a name is a word that anybody writes, with or without a number behind it.
fn is_everyday(rules: &Rules, name: &str) -> bool {
    name.split(|c: char| !c.is_alphanumeric()).all(|part| {
        let lower = part.to_lowercase();
        let word = lower.trim_end_matches(|c: char| c.is_ascii_digit());
        let technical = word.len() < lower.len() && TECHNICAL.contains(&word);
        word.is_empty()
            || technical
            || is_place_word(part.as_bytes())
            || rules.allow.not_hosts.contains(lower.as_bytes())
            || is_ordinary(rules, part)
            || EVERYDAY.contains(lower.as_str())
    })
}

/// The name of a machine that no sentence has: a letter first, and a digit or a sign in it.
fn is_certain_label(rules: &Rules, label: &str) -> bool {
    let signs = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_');
    is_plain(label)
        && label.starts_with(char::is_alphabetic)
        && label.contains(signs)
        && !is_number(label)
        && !is_everyday(rules, label)
}

/// A login that no sentence has.
pub(in crate::redact) fn is_certain_login(rules: &Rules, name: &str) -> bool {
    let singular = name.strip_suffix('s').unwrap_or(name);
    let ending = ["ing", "tion", "ment", "ness", "able"];
    let word = name.chars().all(char::is_alphabetic);
    is_plain(name)
        && name.contains(char::is_alphabetic)
        && !is_number(name)
        && !is_everyday(rules, name)
        && !(word && (ending.iter().any(|e| name.ends_with(e)) || is_everyday(rules, singular)))
}

/// Two to four words with capitals, not all of them ordinary.
fn is_certain_full_name(rules: &Rules, name: &str) -> bool {
    let letters = |c: char| c.is_alphabetic() || matches!(c, '\'' | '-' | '.' | '’');
    let capital = |word: &str| word.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase());
    let words: Vec<&str> = name.split(' ').collect();
    name.len() > SHORTEST
        && (2..=4).contains(&words.len())
        && words
            .iter()
            .all(|w| w.chars().count() > 1 && w.chars().all(letters) && capital(w))
        && !is_everyday(rules, name)
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
