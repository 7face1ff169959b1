//! The walk over the JSON of an API: fields that its endpoint does not name are dropped and counted.
use crate::redact::engine::replace;
use crate::redact::identity::login;
use crate::redact::rules::field_names;
use std::borrow::Cow;
use std::ops::Range;

use super::cursor::{blank, is_word, skip, string};
use super::endpoints::{Fields, Treatment};
use super::headers::is_mixed;
use super::scalars::scalars;
use crate::pseudonym::is_pseudonym;
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::{Level, Pass};
use crate::redact::nested::unescape::plain_json;
use crate::redact::rules::compiled::{Kind, RuleId};
use crate::redact::value::quote::Mark;

/// Nobody nests the objects of an API deeper; what lies below is dropped.
const DEEPEST: usize = 32;
/// Longest name of a field that is told in counts.
const LONGEST_NAME: usize = 48;

/// An object or a list that is open.
struct Open {
    list: bool,
    /// Length of the path of what holds it.
    path: usize,
}

/// A walk over one document.
pub(super) struct Walk<'p, 'a> {
    pub(super) pass: &'p mut Pass<'a>,
    pub(super) fields: &'static Fields,
    /// Names the endpoint in counts.
    pub(super) template: &'static str,
    /// What stands for a dropped text.
    pub(super) marker: &'p str,
    /// Objects and lists are dropped value by value.
    pub(super) leaves: bool,
    pub(super) rule: RuleId,
}

/// True for a text that is an object or a list of JSON.
pub(super) fn is_document(text: &[u8]) -> bool {
    let start = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    matches!(start.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// The same of a text as a string of the trace has it.
pub(super) fn holds_document(raw: &[u8]) -> bool {
    is_document(&plain_json(&raw[..raw.len().min(16)]))
}

impl Walk<'_, '_> {
    /// Walks all documents of the text; false where it stops to be JSON, so that nobody knows what is which.
    pub(super) fn run(&mut self) -> bool {
        let text = self.pass.text;
        let mut at = blank(text, usize::from(text.starts_with(b"\xef\xbb\xbf")) * 3);
        while at < text.len() {
            match self.document(at) {
                Some(end) => at = blank(text, end),
                None => return false,
            }
        }
        true
    }

    /// Walks one document; its end.
    fn document(&mut self, at: usize) -> Option<usize> {
        let text = self.pass.text;
        let mut path: Vec<u8> = Vec::with_capacity(64);
        let mut open: Vec<Open> = Vec::new();
        let mut at = at;
        loop {
            // A value begins here.
            let inner = open.len() < DEEPEST && !self.fields.is_whole(&path);
            let opened = match text.get(at) {
                Some(b'{') if inner && self.fields.is_inner(&path) => Some(false),
                Some(b'[') if inner => Some(true),
                _ => None,
            };
            if let Some(list) = opened {
                open.push(Open {
                    list,
                    path: path.len(),
                });
                at += 1;
            } else {
                at = self.value(at, &path)?;
            }
            match self.next(at, opened.is_some(), &mut open, &mut path)? {
                (next, true) => at = next,
                (end, false) => return Some(end),
            }
        }
    }

    /// Goes to the next value; false where the document ends. `fresh` says that a bracket has just opened.
    fn next(
        &self,
        at: usize,
        fresh: bool,
        open: &mut Vec<Open>,
        path: &mut Vec<u8>,
    ) -> Option<(usize, bool)> {
        let text = self.pass.text;
        let (mut at, mut fresh) = (at, fresh);
        loop {
            let Some(top) = open.last() else {
                return Some((at, false));
            };
            path.truncate(top.path);
            at = blank(text, at);
            let close = if top.list { b']' } else { b'}' };
            match text.get(at) {
                Some(b) if *b == close => {
                    open.pop();
                    at += 1;
                    fresh = false;
                    continue;
                }
                Some(b',') if !fresh => at = blank(text, at + 1),
                _ if fresh => {}
                _ => return None,
            }
            if top.list {
                return Some((at, true));
            }
            let name = string(text, at)?;
            let colon = blank(text, name.end + 1);
            if text.get(colon) != Some(&b':') {
                return None;
            }
            if !path.is_empty() {
                path.push(b'.');
            }
            match plain_json(&text[name]) {
                // No list names it, and it must not look like two names.
                name if name.contains(&b'.') => path.push(b'*'),
                name => path.extend_from_slice(&name),
            }
            return Some((blank(text, colon + 1), true));
        }
    }

    /// Decides about the value at `at`; its end.
    fn value(&mut self, at: usize, path: &[u8]) -> Option<usize> {
        let text = self.pass.text;
        let end = skip(text, at)?;
        let raw = &text[at..end];
        if is_word(raw) || self.fields.is_whole(path) {
            return Some(end);
        }
        let quoted = raw.first() == Some(&b'"');
        let span = match quoted {
            true => at + 1..end - 1,
            false => at..end,
        };
        let scalar = !matches!(raw.first(), Some(b'{' | b'['));
        match self.fields.get(path) {
            Some(Treatment::Keep) if scalar => {}
            Some(Treatment::Redact(kind)) if scalar => self.redact(&kind.clone(), span, quoted),
            _ => self.unknown(span, quoted, path),
        }
        Some(end)
    }

    fn redact(&mut self, kind: &Kind, span: Range<usize>, quoted: bool) {
        let mark = if quoted { Mark::Double(0) } else { Mark::None };
        if *kind != Kind::Path {
            let quotes = (!quoted).then_some(Mark::Double(0));
            replace::replace(self.pass, kind, span, mark, quotes, self.rule);
        } else if self.pass.r.level == Level::Strict && quoted {
            login::folders(self.pass, span, mark, self.rule, true);
        }
    }

    /// A field that no list names.
    fn unknown(&mut self, span: Range<usize>, quoted: bool, path: &[u8]) {
        let text = self.pass.text;
        let raw = &text[span.clone()];
        if raw.is_empty() || is_pseudonym(raw) {
            return;
        }
        if quoted && self.pass.r.is_kept(&plain_json(raw)) {
            return;
        }
        let name = path.rsplit(|b| *b == b'.').next().unwrap_or_default();
        let secret =
            field_names::field(&self.pass.r.rules, name).is_some_and(|f| f.kind.is_secret());
        match raw.first() {
            // A secret is told by its pseudonym, and looked for elsewhere.
            Some(first) if secret && (quoted || !matches!(first, b'{' | b'[')) => {
                self.redact(&Kind::Secret("token".to_owned()), span, quoted);
            }
            _ if quoted => {
                self.drop(span, self.marker.to_owned());
                self.count(path);
            }
            Some(b'{' | b'[') if self.leaves => {
                let leaves = dropped_leaves(raw, self.marker);
                if !leaves.is_empty() {
                    self.count(path);
                }
                for (leaf, text) in leaves {
                    self.drop(span.start + leaf.start..span.start + leaf.end, text);
                }
            }
            Some(b'{') if !is_dropped(raw, b"{\"dropped\":\"", b"\"}") => {
                self.drop(span, format!("{{\"dropped\":\"{}\"}}", self.marker));
                self.count(path);
            }
            Some(b'[') if !is_dropped(raw, b"[\"", b"\"]") => {
                self.drop(span, format!("[\"{}\"]", self.marker));
                self.count(path);
            }
            Some(b'{' | b'[') => {}
            _ if raw != b"0" => {
                self.drop(span, "0".to_owned());
                self.count(path);
            }
            _ => {}
        }
    }

    fn drop(&mut self, span: Range<usize>, text: String) {
        self.pass
            .edits
            .push(span.start, span.end, Rank::Secret, self.rule, text);
    }

    /// Counts a dropped field by endpoint and path. Names may be anybody's: only such as a programmer writes
    /// are told.
    fn count(&mut self, path: &[u8]) {
        let mut told = String::from(self.template);
        for name in path.split(|b| *b == b'.') {
            let usual =
                |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'(' | b')');
            let digits = name.iter().filter(|b| b.is_ascii_digit()).count();
            let fine = name.len() <= LONGEST_NAME
                && name.iter().all(usual)
                && digits < 4
                && !is_mixed(name);
            told.push(if told.len() == self.template.len() {
                ' '
            } else {
                '.'
            });
            told.push_str(&match fine {
                true => String::from_utf8_lossy(name),
                false => Cow::Borrowed("*"),
            });
        }
        self.pass.tally.dropped(told);
    }
}

/// What becomes of each value of a document that is dropped and must keep its lines and its form.
pub(super) fn dropped_leaves(raw: &[u8], marker: &str) -> Vec<(Range<usize>, String)> {
    let leaves = scalars(raw).into_iter().filter_map(|leaf| {
        let value = &raw[leaf.span.clone()];
        let nothing = leaf.is_name || value.is_empty() || value == b"0" || is_word(value);
        let text = match leaf.quoted {
            true if is_pseudonym(value) => return None,
            true => marker.to_owned(),
            false => "0".to_owned(),
        };
        (!nothing).then_some((leaf.span, text))
    });
    leaves.collect()
}

/// True for what a dropped object or list became: a pseudonym of ours in these brackets, and nothing else.
fn is_dropped(raw: &[u8], before: &[u8], behind: &[u8]) -> bool {
    if raw.len() == 2 || raw[1..raw.len() - 1].iter().all(u8::is_ascii_whitespace) {
        return true;
    }
    raw.strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(behind))
        .is_some_and(is_pseudonym)
}
