//! Every rule of one's own is tried before anything is read: by itself, against ordinary text, and on
//! its own lines.
use crate::redact::rules::field_names;
use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use super::UserRule;
use super::error::{FieldFault, UserRuleError, WordFault};
use super::pattern::Pattern;
use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::engine::tally::Tally;
use crate::redact::rules::compiled::{Kind, Rules};
use crate::redact::rules::field_names::{LONGEST_NAME, is_name_byte, normalise};
use crate::redact::{Dialect, Level, Redactor};

/// Fewer letters and digits are too ordinary.
const SHORTEST: usize = 4;
/// Fewer digits alone are too ordinary.
const SHORTEST_NUMBER: usize = 6;
/// Longest word.
const LONGEST: usize = 256;
/// Most words in all rules together.
pub(in crate::redact) const MOST: usize = 200_000;

/// Words that stand in every log and in our own reports, one a line, sorted.
const ORDINARY: &str = include_str!("ordinary.txt");

static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| ORDINARY.lines().collect());

/// Lines as they stand in every log and in the files that this program makes.
const LINES: &[&str] = &[
    "2026-11-22 05:23:33.123 [7410-80299740] LOG FASP Session Statistics [Receiver] id=66981d43-f6c8-41c4-a367-8be8f4d179e5 delay=33ms rex_delay=33ms ooo_delay=0ms",
    "Nov 22 05:23:33 localhost ascp[2577]: LOG Rate control: target rate 100 Mbps, min 0 bps, 1048576 bytes transferred",
    "<14>1 2026-11-22T05:23:33.298002-08:00 localhost ascp 2484 - - DBG version=4.4.3.1646 status=\"error\" code=40",
    "{\"schema\": 1, \"entries\": [{\"entry\": \"logs/server/a.log\", \"status\": \"collected\", \"bytes\": 1048576, \"lines\": 20000,",
    "\"sha256\": \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\", \"rules\": [{\"rule\": \"ip4\", \"cuts\": 17}]}]}",
    "GET https://api.ibmaspera.com/api/v1/packages?limit=100&sort=-created_at HTTP/1.1 200 OK 0.343 s",
    "ETag: \"33a64df551425fcc55e4d42a148795d9f25f89d4\" Content-Length: 348 Content-Type: application/json",
];

/// A word that may be cut wherever it stands.
pub(in crate::redact) fn word(rules: &Rules, text: &str) -> Result<(), WordFault> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(WordFault::Lines);
    }
    if text.len() > LONGEST {
        return Err(WordFault::Long);
    }
    let telling = text.chars().filter(|c| c.is_alphanumeric());
    let count: usize = telling
        .clone()
        .map(|c| if c.is_ascii() { 1 } else { 2 })
        .sum();
    let number = telling.clone().all(|c| c.is_ascii_digit());
    if count < SHORTEST || number && count < SHORTEST_NUMBER {
        return Err(WordFault::Short);
    }
    let mut parts = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty());
    if parts.all(|part| is_ordinary(rules, part)) && !number {
        return Err(WordFault::Ordinary);
    }
    Ok(())
}

/// True for a word that says nothing about anybody.
pub(in crate::redact) fn is_ordinary(rules: &Rules, part: &str) -> bool {
    let lower = part.to_lowercase();
    let allow = &rules.allow;
    let bytes = lower.as_bytes();
    part.len() < 3
        || WORDS.contains(lower.as_str())
        || [
            &allow.users,
            &allow.not_users,
            &allow.empty_values,
            &allow.prose_values,
            &allow.folders,
            &allow.version_words,
            &allow.tlds,
        ]
        .iter()
        .any(|set| set.contains(bytes))
        || rules.names.contains_key(bytes)
}

/// A pattern that leaves ordinary text alone.
pub(in crate::redact) fn pattern(rules: &Rules, pattern: &Pattern) -> Result<(), UserRuleError> {
    let mut cuts = false;
    for line in LINES.iter().copied().chain(ORDINARY.lines()) {
        pattern.values(line.as_bytes(), |_| cuts = true);
    }
    // What stands in every entry of a manifest.
    pattern.values(rules.version().as_bytes(), |_| cuts = true);
    if cuts {
        return Err(UserRuleError::Ordinary);
    }
    Ok(())
}

/// A name of a field: its words, the piece of it that the engine looks for, and whether it stands for an end.
pub(in crate::redact) fn field(
    rules: &Rules,
    name: &str,
    kind: &Kind,
) -> Result<(Vec<u8>, String, bool), FieldFault> {
    let name = name.trim();
    let (bare, end) = match name.strip_prefix('*') {
        Some(rest) => (rest.trim_start_matches(['_', '-', '.']), true),
        None => (name, false),
    };
    let words = normalise(bare.as_bytes());
    let ends = words.starts().skip(1);
    let pieces = words.starts().zip(ends.chain([words.joined().len()]));
    let stem = pieces
        .filter_map(|(from, to)| words.joined().get(from..to))
        .max_by_key(|piece| piece.len())
        .unwrap_or_default();
    if !bare.bytes().all(is_name_byte)
        || bare.len() > LONGEST_NAME
        || stem.len() < 3
        || !stem.iter().any(u8::is_ascii_alphabetic)
    {
        return Err(FieldFault::Name);
    }
    let own = if end {
        &rules.user.ends
    } else {
        &rules.user.names
    };
    if own.contains_key(words.joined()) {
        return Err(FieldFault::Taken);
    }
    let builtin = field_names::builtin_field(rules, bare.as_bytes());
    if builtin.is_some_and(|f| f.kind.is_guarded()) && !kind.is_secret() {
        return Err(FieldFault::Secret);
    }
    let stem = String::from_utf8_lossy(stem).into_owned();
    Ok((words.joined().to_vec(), stem, end))
}

/// Ids and labels stand in the manifest: none may hold a value.
pub(in crate::redact) fn names_tell_no_value(
    rules: &Rules,
    own: &[UserRule],
) -> Result<(), (usize, UserRuleError)> {
    let folded = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_alphanumeric());
        kept.flat_map(char::to_lowercase).collect()
    };
    let values: Vec<String> = rules.user.words.values().map(|(_, v)| folded(v)).collect();
    for (i, rule) in own.iter().enumerate() {
        let told = [folded(&rule.id), folded(&rule.kind)];
        if values
            .iter()
            .any(|v| told.iter().any(|t| t.contains(v.as_str())))
        {
            return Err((i, UserRuleError::Tells));
        }
    }
    Ok(())
}

/// Holds every rule to its own lines, and gives the table back.
pub(in crate::redact) fn lines(
    rules: Rules,
    own: &[UserRule],
) -> Result<Rules, (usize, UserRuleError)> {
    let redactor = Redactor::new(
        Arc::new(rules),
        Pseudonyms::new(&Key::new([0; 32])),
        Level::Standard,
    );
    let cut = |line: &str| {
        let out = redactor.block(line.as_bytes(), Dialect::Log, &mut Tally::default());
        String::from_utf8_lossy(out.as_bytes()).into_owned()
    };
    for (i, rule) in own.iter().enumerate() {
        for (n, line) in rule.catch.iter().enumerate() {
            let marked: Vec<&str> = line
                .split('«')
                .skip(1)
                .filter_map(|part| part.split_once('»'))
                .map(|(value, _)| value)
                .collect();
            if marked.is_empty() || marked.iter().any(|value| value.is_empty()) {
                return Err((i, UserRuleError::Unmarked(n + 1)));
            }
            let out = cut(&line.replace(['«', '»'], ""));
            if marked.iter().any(|value| out.contains(value)) {
                return Err((i, UserRuleError::Missed(n + 1)));
            }
        }
        for (n, line) in rule.leave.iter().enumerate() {
            if cut(line) != *line {
                return Err((i, UserRuleError::Cut(n + 1)));
            }
        }
    }
    Arc::into_inner(redactor.into_rules()).ok_or((0, UserRuleError::Kind))
}
