//! The walk over one entry of a HAR: each place is known by its path, not by its looks. What is decided by
//! place becomes a replacement, what is text is noted for the general engine, and the structure is left alone.
use crate::redact::engine::replace;
use crate::redact::har::body;
use crate::redact::har::frames;
use crate::redact::har::pairs;
use crate::redact::har::queries;
use crate::redact::har::strings;
use crate::redact::rules::field_names;
use std::collections::HashMap;
use std::ops::Range;

use super::body::{Body, Frame};
use super::cursor::{Members, Next, blank, next_entry, skip, string, string_end};
use super::fields::holds_document;
use super::headers::is_mixed;
use super::members::{is_quiet_name, is_text_name, member_name};
use super::pairs::{Decided, Pairs};
use super::strings::{Among, route};
use crate::redact::engine::redactor::Pass;
use crate::redact::rules::compiled::{Kind, RuleId};
use crate::redact::value::quote::Mark;

/// Longest text under a name that says that nobody is named in it.
const LONGEST_QUIET: usize = 128;
/// Longest URL whose escapes are looked for.
const LONGEST_URL: usize = 64 * 1024;

/// A walk over the entries of one block.
pub(super) struct Walker<'a> {
    pub(super) pass: Pass<'a>,
    /// What the general engine has to look at.
    pub(super) stretches: Vec<Range<usize>>,
    /// True where learned values or words of the person may stand anywhere: nothing is passed over.
    pub(super) careful: bool,
    pub(super) rules: RuleIds,
    /// JSON in members of the writer's own, which wait for what the entry tells of its call.
    pub(super) copies: Vec<Range<usize>>,
    /// Pairs that were decided about: the same headers and cookies stand in entry after entry.
    pub(super) pairs_seen: HashMap<(Pairs, &'a [u8]), Decided, foldhash::fast::RandomState>,
}

/// The rules of the walker.
#[derive(Clone, Copy)]
pub(super) struct RuleIds {
    pub(super) header: RuleId,
    pub(super) cookie: RuleId,
    pub(super) body: RuleId,
    pub(super) field: RuleId,
    pub(super) access_key: RuleId,
    pub(super) address: RuleId,
}

/// What an entry tells of its call, and the bodies that wait for it.
#[derive(Default)]
pub(super) struct Call {
    pub(super) url: Option<Range<usize>>,
    pub(super) method: Option<Range<usize>>,
    pub(super) status: u16,
    /// True if the request has an `X-Aspera-AccessKey`.
    pub(super) key: bool,
    pub(super) bodies: Vec<Body>,
    pub(super) frames: Vec<Frame>,
}

impl Walker<'_> {
    /// Walks all entries of the block. One that is no JSON is text like any other.
    pub(super) fn entries(&mut self) {
        let text = self.pass.text;
        let mut at = blank(text, 0);
        if text.get(at) == Some(&b',') {
            at = blank(text, at + 1);
        }
        while at < text.len() {
            let (edits, stretches) = (self.pass.edits.0.len(), self.stretches.len());
            let Some(next) = self.entry(at).and_then(|end| behind(text, end)) else {
                self.pass.edits.0.truncate(edits);
                self.stretches.truncate(stretches);
                let next = next_entry(text, at).unwrap_or(text.len());
                self.stretches.push(at..next);
                at = blank(text, next);
                continue;
            };
            at = next;
        }
    }

    /// Walks the entry at `at`; its end.
    fn entry(&mut self, at: usize) -> Option<usize> {
        let text = self.pass.text;
        let Some(mut members) = Members::open(text, at) else {
            return self.whole(at, at);
        };
        let mut call = Call::default();
        self.copies.clear();
        loop {
            let (name, value) = match members.next()? {
                Next::One(member) => member,
                Next::End(end) => {
                    body::bodies(self, &mut call);
                    return Some(end);
                }
            };
            let end = match &*member_name(&text[name.clone()]) {
                b"request" => self.message(name, value, true, &mut call)?,
                b"response" => self.message(name, value, false, &mut call)?,
                b"timings" => self.members(name, value)?,
                b"_webSocketMessages" | b"_eventSourceMessages" => {
                    frames::frames(self, value, &mut call)?
                }
                b"_initiator" => self.leaves(value)?,
                b"serverIPAddress" => self.address(value)?,
                b"pageref" => self.page(name, value)?,
                b"cache" if text[value..].starts_with(b"{}") => value + 2,
                _ => self.member(name, value)?,
            };
            members.after(end);
        }
    }

    /// A request or a response; its end.
    fn message(
        &mut self,
        name: Range<usize>,
        at: usize,
        request: bool,
        call: &mut Call,
    ) -> Option<usize> {
        let text = self.pass.text;
        let Some(mut members) = Members::open(text, at) else {
            return self.member(name, at);
        };
        loop {
            let (name, value) = match members.next()? {
                Next::One(member) => member,
                Next::End(end) => return Some(end),
            };
            let end = match &*member_name(&text[name.clone()]) {
                b"headers" => pairs::pairs(self, value, Pairs::Headers, call)?,
                b"cookies" => pairs::pairs(self, value, Pairs::Cookies, call)?,
                b"queryString" => pairs::pairs(self, value, Pairs::Query, call)?,
                b"postData" | b"content" => body::body(self, name, value, request, call)?,
                b"url" if request => {
                    call.url = string(text, value).or(call.url.take());
                    self.member(name, value)?
                }
                b"method" => {
                    call.method = string(text, value).or(call.method.take());
                    self.member(name, value)?
                }
                b"status" => {
                    let end = self.member(name, value)?;
                    let digits = std::str::from_utf8(&text[value..end]).unwrap_or_default();
                    call.status = digits.trim_matches('"').parse().unwrap_or(call.status);
                    end
                }
                _ => self.member(name, value)?,
            };
            members.after(end);
        }
    }

    /// An object that is like its members.
    fn members(&mut self, name: Range<usize>, at: usize) -> Option<usize> {
        let Some(mut members) = Members::open(self.pass.text, at) else {
            return self.member(name, at);
        };
        loop {
            match members.next()? {
                Next::One((name, value)) => {
                    let end = self.member(name, value)?;
                    members.after(end);
                }
                Next::End(end) => return Some(end),
            }
        }
    }

    /// A member that no place is known for; the end of its value.
    pub(super) fn member(&mut self, name: Range<usize>, at: usize) -> Option<usize> {
        let text = self.pass.text;
        let key = &*member_name(&text[name.clone()]);
        if key == b"_file" && text.get(at) == Some(&b'"') {
            return self.file_name(at);
        }
        if is_quiet_name(key) {
            let end = skip(text, at)?;
            if !self.is_quiet(&text[at..end]) {
                self.stretches.push(at..end);
            }
            return Some(end);
        }
        if is_text_name(key) && text.get(at) == Some(&b'"') {
            if key == b"comment" || key == b"eventId" {
                let span = string(text, at)?;
                strings::cut_random_words(self, span, Among::Words);
            }
            return self.text(at);
        }
        // What a writer added of its own may be anything, also a body once more.
        if key.starts_with(b"_") {
            let end = skip(text, at)?;
            strings::cut_random_words(self, at..end, Among::Code);
            queries::queries(self, at..end);
            let inside = text.get(at + 1..end).unwrap_or_default();
            let document = text[at] == b'"' && holds_document(inside);
            if document && field_names::field(&self.pass.r.rules, key).is_none() {
                self.copies.push(at + 1..end - 1);
                return Some(end);
            }
        }
        self.whole(name.start - 1, at)
    }

    /// The name of a file beside the trace: a hash stays, any other says what somebody called it.
    fn file_name(&mut self, at: usize) -> Option<usize> {
        let span = string(self.pass.text, at)?;
        let end = span.end + 1;
        if !is_hash_name(&self.pass.text[span.clone()]) {
            body::drop_text(self, span, false, "file");
        }
        Some(end)
    }

    /// Notes everything from `from` to the end of the value at `at`.
    pub(super) fn whole(&mut self, from: usize, at: usize) -> Option<usize> {
        let end = skip(self.pass.text, at)?;
        self.stretches.push(from..end);
        Some(end)
    }

    /// Notes the string at `at`; its end.
    pub(super) fn text(&mut self, at: usize) -> Option<usize> {
        let end = string_end(self.pass.text, at)? + 1;
        if end > at + 2 {
            self.note(at..end);
        }
        Some(end)
    }

    /// Notes a stretch. Some writers escape the `&` of URLs, which ends a value all the same.
    pub(super) fn note(&mut self, stretch: Range<usize>) {
        let text = &self.pass.text[stretch.clone()];
        let mut from = stretch.start;
        if text.len() <= LONGEST_URL && memchr::memchr(b'?', text).is_some() {
            queries::queries(self, stretch.clone());
        }
        strings::links(self, stretch.start + 1..stretch.end);
        if text.len() <= LONGEST_URL && memchr::memchr(b'\\', text).is_some() {
            for at in memchr::memmem::find_iter(text, b"\\u0026") {
                self.stretches.push(from..stretch.start + at);
                from = stretch.start + at + 6;
            }
        }
        // A value in the query ends where the place in the page begins.
        if let Some(sign) = route(text).filter(|sign| stretch.start + sign > from) {
            self.stretches.push(from..stretch.start + sign);
            from = stretch.start + sign;
        }
        self.stretches.push(from..stretch.end);
    }

    /// True for a short value without the signs of an address, for a number, and for a word.
    fn is_quiet(&self, value: &[u8]) -> bool {
        let number = |b: &u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E');
        if value.len() <= 24 && value.iter().all(number) || super::cursor::is_word(value) {
            return true;
        }
        !self.careful && value.first() == Some(&b'"') && is_harmless(value, LONGEST_QUIET)
    }

    /// The name of a page: a word, or somebody's title.
    fn page(&mut self, name: Range<usize>, at: usize) -> Option<usize> {
        let text = self.pass.text;
        let Some(span) = string(text, at) else {
            return self.member(name, at);
        };
        let word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        let page = &text[span.clone()];
        if page.starts_with(b"page_") && page.len() <= 32 && page.iter().all(word) {
            return Some(span.end + 1);
        }
        self.text(at)
    }

    /// An address by its place, with or without brackets.
    fn address(&mut self, at: usize) -> Option<usize> {
        let text = self.pass.text;
        let Some(span) = string(text, at) else {
            return self.whole(at, at);
        };
        let mut inner = span.clone();
        if text[inner.clone()].starts_with(b"[") && text[inner.clone()].ends_with(b"]") {
            inner = inner.start + 1..inner.end - 1;
        }
        let edits = self.pass.edits.0.len();
        let rule = self.rules.address;
        replace::replace(
            &mut self.pass,
            &Kind::Address,
            inner,
            Mark::Double(0),
            None,
            rule,
        );
        if self.pass.edits.0.len() == edits {
            return self.text(at);
        }
        Some(span.end + 1)
    }

    /// All texts below a value; names that programs give are none.
    fn leaves(&mut self, at: usize) -> Option<usize> {
        let text = self.pass.text;
        let end = skip(text, at)?;
        let mut i = at;
        while let Some(quote) = memchr::memchr(b'"', &text[i..end]) {
            let open = i + quote;
            let close = string_end(text, open)?;
            i = close + 1;
            let named = text.get(blank(text, i)) == Some(&b':');
            let value = &text[open + 1..close];
            let word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'$' | b' ');
            let quiet = value.len() <= 64 && value.iter().all(word) && !is_mixed(value);
            if !value.is_empty() && !(quiet && (named || !self.careful)) {
                self.note(open..i);
            }
        }
        Some(end)
    }
}

/// True for the name of a file that is the hash of what is in it, with or without a short extension.
fn is_hash_name(name: &[u8]) -> bool {
    let dot = memchr::memchr(b'.', name);
    let (stem, extension) = name.split_at(dot.unwrap_or(name.len()));
    (32..=128).contains(&stem.len())
        && stem.iter().all(u8::is_ascii_hexdigit)
        && extension.len() <= 6
        && extension.iter().skip(1).all(u8::is_ascii_alphanumeric)
}

/// The position of the next entry behind one that ends at `end`.
fn behind(text: &[u8], end: usize) -> Option<usize> {
    let at = blank(text, end);
    match text.get(at) {
        None => Some(at),
        Some(b',') => Some(blank(text, at + 1)),
        Some(_) => None,
    }
}

/// True for a text without the signs of addresses and without a long word that looks random.
pub(super) fn is_harmless(value: &[u8], longest: usize) -> bool {
    value.len() <= longest
        && !value.iter().any(|b| matches!(b, b'@' | b'\\' | 0x80..))
        && memchr::memmem::find(value, b"://").is_none()
}
