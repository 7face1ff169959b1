//! Words of one's own: found as whole words, whatever their case, in every spelling that a place may give them.
use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, Input, MatchKind};

use crate::redact::place::escape_end;
use crate::redact::rules::{Kind, RuleId};

/// Shortest form that is looked for, in bytes.
const SHORTEST: usize = 4;

/// The words, ready to be searched for.
#[derive(Default)]
pub(in crate::redact) struct Words {
    rules: Vec<(RuleId, Kind)>,
    /// Rule and value as the person wrote it.
    values: Vec<(usize, String)>,
    /// Each spelling, in lower case, and whose it is.
    forms: HashMap<Vec<u8>, usize>,
    search: Option<(AhoCorasick, Vec<usize>)>,
}

/// A find: where it stands, and what it is.
pub(in crate::redact) struct Found<'w> {
    pub(in crate::redact) span: Range<usize>,
    pub(in crate::redact) rule: RuleId,
    pub(in crate::redact) kind: &'w Kind,
    pub(in crate::redact) value: &'w str,
}

impl Words {
    pub(in crate::redact) fn add_rule(&mut self, id: RuleId, kind: Kind) -> usize {
        self.rules.push((id, kind));
        self.rules.len() - 1
    }

    /// Adds a value; the first rule that has it keeps it, unless a later one makes it a secret.
    pub(in crate::redact) fn add(&mut self, rule: usize, value: &str) {
        let index = self.values.len();
        let secret =
            |words: &Self, rule: usize| words.rules.get(rule).is_some_and(|r| r.1.is_secret());
        self.values.push((rule, value.to_owned()));
        for form in forms(value) {
            let stronger = secret(self, rule);
            match self.forms.get(&form).and_then(|old| self.values.get(*old)) {
                Some((old, _)) if secret(self, *old) || !stronger => {}
                _ => {
                    self.forms.insert(form, index);
                }
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Makes the search of all forms.
    pub(in crate::redact) fn build(&mut self) {
        let mut all: Vec<(&Vec<u8>, usize)> = self.forms.iter().map(|(f, i)| (f, *i)).collect();
        all.sort();
        let (patterns, owners): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        self.search = (!patterns.is_empty())
            .then(|| {
                AhoCorasickBuilder::new()
                    .match_kind(MatchKind::LeftmostLongest)
                    .build(&patterns)
                    .ok()
            })
            .flatten()
            .map(|search| (search, owners));
    }

    /// Every value with its kind.
    pub(in crate::redact) fn values(&self) -> impl Iterator<Item = (&Kind, &str)> {
        self.values
            .iter()
            .filter_map(|(rule, value)| Some((&self.rules.get(*rule)?.1, value.as_str())))
    }

    /// Calls `each` for every whole word of the list in a text.
    pub(in crate::redact) fn find<'w>(&'w self, text: &[u8], mut each: impl FnMut(Found<'w>)) {
        let Some((search, owners)) = &self.search else {
            return;
        };
        let lower = text.to_ascii_lowercase();
        let mut from = 0;
        while let Some(m) = search.find(Input::new(&lower).span(from..lower.len())) {
            let owner = owners.get(m.pattern().as_usize()).copied();
            let (start, end) = (m.start(), m.end());
            from = start + 1;
            if !begins(text, start) {
                continue;
            }
            let whole = owner.filter(|_| ends(text, end)).map(|o| (end, o));
            // A longer form that is no whole word here may hide a shorter one that is.
            let hit = whole.or_else(|| {
                (start + SHORTEST..end).rev().find_map(|end| {
                    let owner = ends(text, end).then(|| self.forms.get(&lower[start..end]))?;
                    Some((end, *owner?))
                })
            });
            if let Some((end, owner)) = hit
                && let Some((rule, value)) = self.values.get(owner)
                && let Some((rule, kind)) = self.rules.get(*rule)
            {
                from = end;
                each(Found {
                    span: start..end,
                    rule: *rule,
                    kind,
                    value,
                });
            }
        }
    }
}

fn is_inner(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80
}

/// True if a word may begin at `start`: nothing of a word before it, or the end of an escape.
fn begins(text: &[u8], start: usize) -> bool {
    !is_inner(text[start])
        || start == 0
        || !is_inner(text[start - 1])
        || escape_end(text, start, start) == Some(start)
}

/// True if a word may end before `end`.
fn ends(text: &[u8], end: usize) -> bool {
    end > 0 && !is_inner(text[end - 1]) || text.get(end).is_none_or(|b| !is_inner(*b))
}

/// Every spelling of a value that stands in evidence, in lower case: as it is, in a URL, in JSON, in XML.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for text in [value.to_owned(), value.to_lowercase(), value.to_uppercase()] {
        let spelled = [
            percent(&text, "%20"),
            percent(&text, "+"),
            json(&text, true, false),
            json(&text, false, false),
            json(&text, true, true),
            json(&json(&text, true, false), true, false),
            xml(&text),
            text,
        ];
        out.extend(spelled.map(|s| s.to_ascii_lowercase().into_bytes()));
    }
    out.sort();
    out.dedup();
    out
}

fn percent(text: &str, blank: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b' ' => out.push_str(blank),
            b if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') => {
                out.push(char::from(b));
            }
            b => {
                let _ = write!(out, "%{b:02x}");
            }
        }
    }
    out
}

fn json(text: &str, ascii: bool, slashes: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' if slashes => out.push_str("\\/"),
            c if ascii && !c.is_ascii() => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    out
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}
