//! Headers, cookies and parameters: pairs of a name and a value, as lists of objects or as one object.
use std::ops::Range;

use super::cursor::{Elements, Members, Next, skip, string};
use super::entry::{Call, Walker, is_harmless};
use super::headers;
use super::headers::{Treatment, is_mixed};
use super::members::member_name;
use crate::redact::engine::redactor::Level;
use crate::redact::nested::unescape::plain_json;
use crate::redact::rules::compiled::{Field, Kind};
use crate::redact::value::locate::{Join, Value};
use crate::redact::value::quote::Mark;

/// Longest quiet header that is passed over.
const LONGEST_QUIET: usize = 512;
/// Longest name of a parameter that somebody chose as a name.
pub(super) const LONGEST_NAME: usize = 64;

/// What the pairs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Pairs {
    Headers,
    Cookies,
    /// Of a query or of a form.
    Query,
    /// Of a form that is dropped, and why.
    Dropped(&'static str),
}

/// What was decided about a pair: the replacements and stretches that came of it.
#[derive(Clone)]
pub(super) struct Decided {
    /// Where the pair stood.
    at: usize,
    edits: Range<usize>,
    stretches: Range<usize>,
    key: bool,
}

/// One pair as far as it was read.
#[derive(Default)]
pub(super) struct Pair {
    pub(super) name: Option<Range<usize>>,
    /// Who knows which of several names counts.
    several: bool,
    pub(super) value: Option<Range<usize>>,
    /// Values behind the first.
    pub(super) more: Vec<Range<usize>>,
    /// The content of a file stands in it.
    file: bool,
    /// A name or value that is no string.
    odd: bool,
}

impl Pair {
    /// A pair that was read whole.
    pub(super) fn of(name: Range<usize>, value: Range<usize>) -> Self {
        Self {
            name: Some(name),
            value: Some(value),
            ..Self::default()
        }
    }

    fn add(&mut self, value: Range<usize>) {
        match self.value {
            None => self.value = Some(value),
            Some(_) => self.more.push(value),
        }
    }
}

impl Walker<'_> {
    /// All pairs of the list or object at `at`; its end.
    pub(super) fn pairs(&mut self, at: usize, what: Pairs, call: &mut Call) -> Option<usize> {
        let text = self.pass.text;
        if text.get(at) == Some(&b'{') {
            return self.pair_map(at, what, call);
        }
        let Some(mut elements) = Elements::open(text, at) else {
            return self.written(at, what, call);
        };
        loop {
            let at = match elements.next()? {
                Next::One(at) => at,
                Next::End(end) => return Some(end),
            };
            let end = match text.get(at) {
                Some(b'{') => self.pair(at, what, call)?,
                Some(b'[') => self.couple(at, what, call)?,
                _ => self.written(at, what, call)?,
            };
            elements.after(end);
        }
    }

    /// `{"Accept": "text/html", "Set-Cookie": ["a=b", "c=d"]}`.
    fn pair_map(&mut self, at: usize, what: Pairs, call: &mut Call) -> Option<usize> {
        let text = self.pass.text;
        let mut members = Members::open(text, at)?;
        loop {
            let (name, at) = match members.next()? {
                Next::One(member) => member,
                Next::End(end) => return Some(end),
            };
            let mut pair = Pair {
                name: Some(name.clone()),
                ..Pair::default()
            };
            let end = match text.get(at) {
                Some(b'"') => {
                    let value = string(text, at)?;
                    let end = value.end + 1;
                    pair.add(value);
                    end
                }
                Some(b'[') => self.strings(at, &mut pair)?,
                _ => self.whole(name.start - 1, at)?,
            };
            self.read(&pair, what, call);
            members.after(end);
        }
    }

    /// The strings of the list at `at`; what is none is noted.
    pub(super) fn strings(&mut self, at: usize, out: &mut Pair) -> Option<usize> {
        let text = self.pass.text;
        let mut elements = Elements::open(text, at)?;
        loop {
            let at = match elements.next()? {
                Next::One(at) => at,
                Next::End(end) => return Some(end),
            };
            let end = match string(text, at) {
                Some(value) => {
                    let end = value.end + 1;
                    out.add(value);
                    end
                }
                None => self.whole(at, at)?,
            };
            elements.after(end);
        }
    }

    /// `{"name": "Accept", "value": "text/html"}` in any order; its end.
    fn pair(&mut self, at: usize, what: Pairs, call: &mut Call) -> Option<usize> {
        let text = self.pass.text;
        let mut members = Members::open(text, at)?;
        let mut pair = Pair::default();
        loop {
            let (name, value) = match members.next()? {
                Next::One(member) => member,
                Next::End(end) => {
                    if pair.odd {
                        // The engine knows what stands beside a name, whatever it is.
                        self.stretches.push(at..end);
                    }
                    self.decide(at..end, &pair, what, call);
                    return Some(end);
                }
            };
            let quoted = text.get(value) == Some(&b'"');
            let key = member_name(&text[name.clone()]);
            let end = match &*key {
                // Collections of calls say `key`.
                b"name" | b"key" if quoted && (*key == *b"name" || pair.name.is_none()) => {
                    let span = string(text, value)?;
                    let end = span.end + 1;
                    if let Some(first) = pair.name.replace(span) {
                        pair.several = true;
                        self.stretches.push(first.start - 1..first.end + 1);
                    }
                    end
                }
                b"value" if quoted => {
                    let span = string(text, value)?;
                    let end = span.end + 1;
                    pair.add(span);
                    end
                }
                b"name" | b"value" => {
                    pair.odd = true;
                    skip(text, value)?
                }
                key => {
                    pair.file |= key == b"fileName";
                    self.member(name, value)?
                }
            };
            members.after(end);
        }
    }

    /// Decides about a pair as about the same one before.
    fn decide(&mut self, span: Range<usize>, pair: &Pair, what: Pairs, call: &mut Call) {
        let text = self.pass.text;
        let known = (what, &text[span.clone()]);
        if let Some(before) = self.pairs_seen.get(&known).cloned() {
            call.key |= before.key;
            for i in before.edits {
                let mut edit = self.pass.edits.0[i].clone();
                edit.start = edit.start - before.at + span.start;
                edit.end = edit.end - before.at + span.start;
                self.pass.edits.0.push(edit);
            }
            for i in before.stretches {
                let stretch = self.stretches[i].clone();
                let start = stretch.start - before.at + span.start;
                self.stretches.push(start..start + stretch.len());
            }
            return;
        }
        let (edits, stretches, key) = (self.pass.edits.0.len(), self.stretches.len(), call.key);
        call.key = false;
        self.read(pair, what, call);
        let decided = Decided {
            at: span.start,
            edits: edits..self.pass.edits.0.len(),
            stretches: stretches..self.stretches.len(),
            key: call.key,
        };
        call.key |= key;
        self.pairs_seen.insert(known, decided);
    }

    /// Decides about the values of a pair.
    pub(super) fn read(&mut self, pair: &Pair, what: Pairs, call: &mut Call) {
        let text = self.pass.text;
        let name = pair.name.clone().unwrap_or_default();
        let values = pair.value.iter().chain(&pair.more);
        for value in values.filter(|value| !value.is_empty()).cloned() {
            match what {
                Pairs::Dropped(why) => self.drop_text(value, false, why),
                _ if pair.file => self.drop_text(value, false, "upload"),
                _ if pair.several => self.secret(value, self.rules.header),
                Pairs::Headers => self.header(&plain_json(&text[name.clone()]), value, call),
                Pairs::Cookies => {
                    let cookie = Kind::Secret("cookie".to_owned());
                    let rule = self.rules.cookie;
                    self.pass
                        .replace(&cookie, value, Mark::Double(0), None, rule);
                }
                Pairs::Query => self.parameter(&plain_json(&text[name.clone()]), value),
            }
        }
        if let Some(name) = &pair.name {
            self.name(name.clone(), what);
        }
    }

    /// Names stay, unless they are texts.
    fn name(&mut self, name: Range<usize>, what: Pairs) {
        let raw = &self.pass.text[name.clone()];
        let around = name.start - 1..name.end + 1;
        match what {
            _ if raw.is_empty() => {}
            Pairs::Headers if headers::is_name(raw) => {}
            Pairs::Cookies if raw.iter().any(|b| matches!(b, b'=' | b';' | b' ')) => {
                let rule = self.rules.cookie;
                self.pass.cookies(name, Mark::Double(0), rule);
                self.stretches.push(around);
            }
            Pairs::Cookies if !raw.contains(&b'@') => {}
            Pairs::Query | Pairs::Dropped(_)
                if raw.len() <= LONGEST_NAME
                    && is_harmless(raw, LONGEST_NAME)
                    && !raw.iter().any(|b| matches!(b, b'.' | b'=' | b'/' | b'%'))
                    && !is_mixed(raw) => {}
            _ => self.stretches.push(around),
        }
    }

    /// The value of a header, by its name.
    pub(super) fn header(&mut self, name: &[u8], value: Range<usize>, call: &mut Call) {
        let edits = self.pass.edits.0.len();
        let around = value.start - 1..value.end + 1;
        if !headers::is_name(name) {
            self.stretches.push(around);
            return;
        }
        match headers::treatment(name) {
            Some(Treatment::Quiet) => {
                let raw = &self.pass.text[value];
                if self.careful || !is_harmless(raw, LONGEST_QUIET) {
                    self.stretches.push(around);
                }
                return;
            }
            Some(Treatment::Plain) => {}
            Some(Treatment::Secret) => {
                let rule = self.rules.header;
                self.secret(value.clone(), rule);
            }
            Some(Treatment::AccessKey) => {
                call.key = true;
                let (kind, rule) = (Kind::Plain("accesskey"), self.rules.access_key);
                self.pass
                    .replace(&kind, value.clone(), Mark::Double(0), None, rule);
            }
            Some(Treatment::Authorization) => self.credential(value.clone()),
            Some(Treatment::Challenge) => self.challenge(value.clone()),
            Some(Treatment::Protocol) => {
                self.protocols(value.clone());
                // `v4.channel.k8s.io` is no host.
                if !self.careful {
                    return;
                }
            }
            Some(Treatment::Cookies) => {
                let rule = self.rules.cookie;
                self.pass.cookies(value.clone(), Mark::Double(0), rule);
                if !self.careful && name.len() == 6 && self.pass.edits.0.len() > edits {
                    return;
                }
                if self.pass.edits.0.len() == edits
                    && !self.pass.text[value.clone()].contains(&b'=')
                {
                    self.secret(value.clone(), rule);
                }
            }
            Some(Treatment::User) => {
                let rule = self.rules.header;
                self.pass
                    .replace(&Kind::User, value.clone(), Mark::Double(0), None, rule);
            }
            Some(Treatment::Host) => {
                if let Some(host) = self.pass.r.rules.field(b"host") {
                    self.field(host, value.clone());
                }
            }
            Some(Treatment::Address) => self.addresses(value.clone()),
            None => {
                let rules = &self.pass.r.rules;
                let own = || name.strip_prefix(b"x-").or(name.strip_prefix(b"X-"));
                let field = rules.field(name).or_else(|| rules.field(own()?));
                if let Some(field) = field {
                    self.field(field, value.clone());
                }
            }
        }
        self.rest(value, edits);
    }

    pub(super) fn field(&mut self, field: &Field, span: Range<usize>) {
        if field.kind == Kind::Never || (field.strict && self.pass.r.level < Level::Strict) {
            return;
        }
        let value = Value {
            span,
            mark: Mark::Double(0),
            join: Join::Sibling,
            line_start: false,
            needs_quotes: None,
        };
        self.pass.field_value(field, &value);
    }

    /// Notes a value for the engine, unless all of it was replaced by what came after `edits`.
    pub(super) fn rest(&mut self, value: Range<usize>, edits: usize) {
        let new = &self.pass.edits.0[edits..];
        let whole = new
            .iter()
            .any(|e| e.start <= value.start && e.end >= value.end);
        if !whole {
            self.note(value.start - 1..value.end + 1);
        }
    }

    /// A value that is a secret whole, whatever it looks like; words that say that there is none stay.
    pub(super) fn secret(
        &mut self,
        value: Range<usize>,
        rule: crate::redact::rules::compiled::RuleId,
    ) {
        let raw = &self.pass.text[value.clone()];
        let none = raw.len() < 16 && {
            let word = raw.to_ascii_lowercase();
            word.len() > 1 && self.pass.r.rules.allow.empty_values.contains(&word)
        };
        if !none {
            let kind = Kind::Secret("token".to_owned());
            self.pass.replace(&kind, value, Mark::Double(0), None, rule);
        }
    }

    fn addresses(&mut self, value: Range<usize>) {
        let text = self.pass.text;
        let mut at = value.start;
        for item in text[value].split(|b| *b == b',') {
            let front = item.len() - item.trim_ascii_start().len();
            let span = at + front..at + front + item.trim_ascii().len();
            at += item.len() + 1;
            let rule = self.rules.address;
            self.pass
                .replace(&Kind::Address, span, Mark::Double(0), None, rule);
        }
    }
}
