//! Words of one's own: found as whole words, whatever their case, in every spelling that a place may give them.
use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use crate::redact::nested::unescape::escape_end;
use crate::redact::rules::compiled::{Kind, RuleId};

/// Shortest form that is looked for, in bytes: so many are looked up at once.
const SHORTEST: usize = 4;
/// Bits of the filter for each form, and the fewest of all.
const BITS: usize = 32;
const FEWEST_BITS: usize = 1 << 13;

/// The words, ready to be searched for.
#[derive(Default)]
pub(in crate::redact) struct Words {
    rules: Vec<(RuleId, Kind)>,
    /// Rule and value as the person wrote it.
    values: Vec<(usize, String)>,
    /// Each spelling, in lower case, and whose it is, until the search is made of them.
    forms: HashMap<Vec<u8>, usize>,
    search: Search,
}

/// A spelling in lower case, and whose it is.
type Form = (Vec<u8>, usize);

/// All spellings by their first bytes, the longest first.
#[derive(Default)]
struct Search {
    /// One bit for each beginning, so that nearly no place of a text is looked up.
    filter: Vec<u64>,
    by_front: HashMap<[u8; SHORTEST], Vec<Form>, foldhash::fast::FixedState>,
}

impl Search {
    fn new(forms: impl IntoIterator<Item = Form>) -> Self {
        let mut search = Self::default();
        let mut count = 0;
        for (form, owner) in forms {
            if let Some(front) = form.first_chunk() {
                count += 1;
                search
                    .by_front
                    .entry(*front)
                    .or_default()
                    .push((form, owner));
            }
        }
        if count > 0 {
            let bits = (count * BITS).next_power_of_two().max(FEWEST_BITS);
            search.filter = vec![0; bits / 64];
        }
        for (front, forms) in &mut search.by_front {
            forms.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
            let bit = slot(*front, search.filter.len());
            if let Some(word) = search.filter.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
        search
    }

    /// The next place from `from` on where a spelling may begin, and all that begin so.
    fn next(&self, lower: &[u8], from: usize) -> Option<(usize, &[Form])> {
        let rest = lower.get(from..)?;
        rest.windows(SHORTEST).zip(from..).find_map(|(front, at)| {
            let front: [u8; SHORTEST] = *front.first_chunk()?;
            let bit = slot(front, self.filter.len());
            let set = self
                .filter
                .get(bit / 64)
                .is_some_and(|word| word >> (bit % 64) & 1 == 1);
            if !set {
                return None;
            }
            Some((at, self.by_front.get(&front)?.as_slice()))
        })
    }
}

/// The bit of a beginning in a filter of so many words, which are a power of two.
fn slot(front: [u8; SHORTEST], words: usize) -> usize {
    let mixed = u64::from(u32::from_le_bytes(front)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as usize & (words * 64).wrapping_sub(1)
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

    pub(in crate::redact) fn len(&self) -> usize {
        self.values.len()
    }

    /// Makes the search of all forms.
    pub(in crate::redact) fn build(&mut self) {
        self.search = Search::new(std::mem::take(&mut self.forms));
    }

    /// Every value with its kind.
    pub(in crate::redact) fn values(&self) -> impl Iterator<Item = (&Kind, &str)> {
        self.values
            .iter()
            .filter_map(|(rule, value)| Some((&self.rules.get(*rule)?.1, value.as_str())))
    }

    /// Calls `each` for every whole word of the list in a text.
    pub(in crate::redact) fn find<'w>(&'w self, text: &[u8], mut each: impl FnMut(Found<'w>)) {
        if self.search.filter.is_empty() {
            return;
        }
        let lower = text.to_ascii_lowercase();
        let mut from = 0;
        while let Some((start, forms)) = self.search.next(&lower, from) {
            from = start + 1;
            if !begins(text, start) {
                continue;
            }
            let mut whole = forms.iter().filter_map(|(form, owner)| {
                let end = start + form.len();
                let here = lower.get(start..end)? == form.as_slice() && ends(text, end);
                here.then_some((end, *owner))
            });
            if let Some((end, owner)) = whole.next()
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
