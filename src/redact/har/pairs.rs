//! Headers, cookies and parameters: pairs of a name and a value, as lists of objects or as one object.
use crate::redact::engine::replace;
use crate::redact::har::body;
use crate::redact::har::queries;
use crate::redact::har::schemes;
use crate::redact::har::written;
use crate::redact::rules::field_names;
use crate::redact::secret::cookie;
use crate::redact::value::field;
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

/// All pairs of the list or object at `at`; its end.
pub(super) fn pairs(
    walker: &mut Walker<'_>,
    at: usize,
    what: Pairs,
    call: &mut Call,
) -> Option<usize> {
    let text = walker.pass.text;
    if text.get(at) == Some(&b'{') {
        return pair_map(walker, at, what, call);
    }
    let Some(mut elements) = Elements::open(text, at) else {
        return written::written(walker, at, what, call);
    };
    loop {
        let at = match elements.next()? {
            Next::One(at) => at,
            Next::End(end) => return Some(end),
        };
        let end = match text.get(at) {
            Some(b'{') => pair(walker, at, what, call)?,
            Some(b'[') => written::couple(walker, at, what, call)?,
            _ => written::written(walker, at, what, call)?,
        };
        elements.after(end);
    }
}

/// `{"Accept": "text/html", "Set-Cookie": ["a=b", "c=d"]}`.
fn pair_map(walker: &mut Walker<'_>, at: usize, what: Pairs, call: &mut Call) -> Option<usize> {
    let text = walker.pass.text;
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
            Some(b'[') => strings(walker, at, &mut pair)?,
            _ => walker.whole(name.start - 1, at)?,
        };
        read(walker, &pair, what, call);
        members.after(end);
    }
}

/// The strings of the list at `at`; what is none is noted.
pub(super) fn strings(walker: &mut Walker<'_>, at: usize, out: &mut Pair) -> Option<usize> {
    let text = walker.pass.text;
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
            None => walker.whole(at, at)?,
        };
        elements.after(end);
    }
}

/// `{"name": "Accept", "value": "text/html"}` in any order; its end.
fn pair(walker: &mut Walker<'_>, at: usize, what: Pairs, call: &mut Call) -> Option<usize> {
    let text = walker.pass.text;
    let mut members = Members::open(text, at)?;
    let mut pair = Pair::default();
    loop {
        let (name, value) = match members.next()? {
            Next::One(member) => member,
            Next::End(end) => {
                if pair.odd {
                    // The engine knows what stands beside a name, whatever it is.
                    walker.stretches.push(at..end);
                }
                decide(walker, at..end, &pair, what, call);
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
                    walker.stretches.push(first.start - 1..first.end + 1);
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
                walker.member(name, value)?
            }
        };
        members.after(end);
    }
}

/// Decides about a pair as about the same one before.
fn decide(walker: &mut Walker<'_>, span: Range<usize>, pair: &Pair, what: Pairs, call: &mut Call) {
    let text = walker.pass.text;
    let known = (what, &text[span.clone()]);
    if let Some(before) = walker.pairs_seen.get(&known).cloned() {
        call.key |= before.key;
        for i in before.edits {
            let mut edit = walker.pass.edits.0[i].clone();
            edit.start = edit.start - before.at + span.start;
            edit.end = edit.end - before.at + span.start;
            walker.pass.edits.0.push(edit);
        }
        for i in before.stretches {
            let stretch = walker.stretches[i].clone();
            let start = stretch.start - before.at + span.start;
            walker.stretches.push(start..start + stretch.len());
        }
        return;
    }
    let (edits, stretches, key) = (walker.pass.edits.0.len(), walker.stretches.len(), call.key);
    call.key = false;
    read(walker, pair, what, call);
    let decided = Decided {
        at: span.start,
        edits: edits..walker.pass.edits.0.len(),
        stretches: stretches..walker.stretches.len(),
        key: call.key,
    };
    call.key |= key;
    walker.pairs_seen.insert(known, decided);
}

/// Decides about the values of a pair.
pub(super) fn read(walker: &mut Walker<'_>, pair: &Pair, what: Pairs, call: &mut Call) {
    let text = walker.pass.text;
    let name = pair.name.clone().unwrap_or_default();
    let values = pair.value.iter().chain(&pair.more);
    for value in values.filter(|value| !value.is_empty()).cloned() {
        match what {
            Pairs::Dropped(why) => body::drop_text(walker, value, false, why),
            _ if pair.file => body::drop_text(walker, value, false, "upload"),
            _ if pair.several => secret(walker, value, walker.rules.header),
            Pairs::Headers => header(walker, &plain_json(&text[name.clone()]), value, call),
            Pairs::Cookies => {
                let cookie = Kind::Secret("cookie".to_owned());
                let rule = walker.rules.cookie;
                replace::replace(
                    &mut walker.pass,
                    &cookie,
                    value,
                    Mark::Double(0),
                    None,
                    rule,
                );
            }
            Pairs::Query => queries::parameter(walker, &plain_json(&text[name.clone()]), value),
        }
    }
    if let Some(name) = &pair.name {
        pair_name(walker, name.clone(), what);
    }
}

/// Names stay, unless they are texts.
fn pair_name(walker: &mut Walker<'_>, name: Range<usize>, what: Pairs) {
    let raw = &walker.pass.text[name.clone()];
    let around = name.start - 1..name.end + 1;
    match what {
        _ if raw.is_empty() => {}
        Pairs::Headers if headers::is_name(raw) => {}
        Pairs::Cookies if raw.iter().any(|b| matches!(b, b'=' | b';' | b' ')) => {
            let rule = walker.rules.cookie;
            cookie::cookies(&mut walker.pass, name, Mark::Double(0), rule);
            walker.stretches.push(around);
        }
        Pairs::Cookies if !raw.contains(&b'@') => {}
        Pairs::Query | Pairs::Dropped(_)
            if raw.len() <= LONGEST_NAME
                && is_harmless(raw, LONGEST_NAME)
                && !raw.iter().any(|b| matches!(b, b'.' | b'=' | b'/' | b'%'))
                && !is_mixed(raw) => {}
        _ => walker.stretches.push(around),
    }
}

/// The value of a header, by its name.
pub(super) fn header(walker: &mut Walker<'_>, name: &[u8], value: Range<usize>, call: &mut Call) {
    let edits = walker.pass.edits.0.len();
    let around = value.start - 1..value.end + 1;
    if !headers::is_name(name) {
        walker.stretches.push(around);
        return;
    }
    match headers::treatment(name) {
        Some(Treatment::Quiet) => {
            let raw = &walker.pass.text[value];
            if walker.careful || !is_harmless(raw, LONGEST_QUIET) {
                walker.stretches.push(around);
            }
            return;
        }
        Some(Treatment::Plain) => {}
        Some(Treatment::Secret) => {
            let rule = walker.rules.header;
            secret(walker, value.clone(), rule);
        }
        Some(Treatment::AccessKey) => {
            call.key = true;
            let (kind, rule) = (Kind::Plain("accesskey"), walker.rules.access_key);
            replace::replace(
                &mut walker.pass,
                &kind,
                value.clone(),
                Mark::Double(0),
                None,
                rule,
            );
        }
        Some(Treatment::Authorization) => schemes::credential(walker, value.clone()),
        Some(Treatment::Challenge) => schemes::challenge(walker, value.clone()),
        Some(Treatment::Protocol) => {
            schemes::protocols(walker, value.clone());
            // `v4.channel.k8s.io` is no host.
            if !walker.careful {
                return;
            }
        }
        Some(Treatment::Cookies) => {
            let rule = walker.rules.cookie;
            cookie::cookies(&mut walker.pass, value.clone(), Mark::Double(0), rule);
            if !walker.careful && name.len() == 6 && walker.pass.edits.0.len() > edits {
                return;
            }
            if walker.pass.edits.0.len() == edits
                && !walker.pass.text[value.clone()].contains(&b'=')
            {
                secret(walker, value.clone(), rule);
            }
        }
        Some(Treatment::User) => {
            let rule = walker.rules.header;
            replace::replace(
                &mut walker.pass,
                &Kind::User,
                value.clone(),
                Mark::Double(0),
                None,
                rule,
            );
        }
        Some(Treatment::Host) => {
            if let Some(host) = field_names::field(&walker.pass.r.rules, b"host") {
                cut_field(walker, host, value.clone());
            }
        }
        Some(Treatment::Address) => addresses(walker, value.clone()),
        None => {
            let rules = &walker.pass.r.rules;
            let own = || name.strip_prefix(b"x-").or(name.strip_prefix(b"X-"));
            let field =
                field_names::field(rules, name).or_else(|| field_names::field(rules, own()?));
            if let Some(field) = field {
                cut_field(walker, field, value.clone());
            }
        }
    }
    rest(walker, value, edits);
}

pub(super) fn cut_field(walker: &mut Walker<'_>, field: &Field, span: Range<usize>) {
    if field.kind == Kind::Never || (field.strict && walker.pass.r.level < Level::Strict) {
        return;
    }
    let value = Value {
        span,
        mark: Mark::Double(0),
        join: Join::Sibling,
        line_start: false,
        needs_quotes: None,
    };
    field::field_value(&mut walker.pass, field, &value);
}

/// Notes a value for the engine, unless all of it was replaced by what came after `edits`.
pub(super) fn rest(walker: &mut Walker<'_>, value: Range<usize>, edits: usize) {
    let new = &walker.pass.edits.0[edits..];
    let whole = new
        .iter()
        .any(|e| e.start <= value.start && e.end >= value.end);
    if !whole {
        walker.note(value.start - 1..value.end + 1);
    }
}

/// A value that is a secret whole, whatever it looks like; words that say that there is none stay.
pub(super) fn secret(
    walker: &mut Walker<'_>,
    value: Range<usize>,
    rule: crate::redact::rules::compiled::RuleId,
) {
    let raw = &walker.pass.text[value.clone()];
    let none = raw.len() < 16 && {
        let word = raw.to_ascii_lowercase();
        word.len() > 1 && walker.pass.r.rules.allow.empty_values.contains(&word)
    };
    if !none {
        let kind = Kind::Secret("token".to_owned());
        replace::replace(&mut walker.pass, &kind, value, Mark::Double(0), None, rule);
    }
}

fn addresses(walker: &mut Walker<'_>, value: Range<usize>) {
    let text = walker.pass.text;
    let mut at = value.start;
    for item in text[value].split(|b| *b == b',') {
        let front = item.len() - item.trim_ascii_start().len();
        let span = at + front..at + front + item.trim_ascii().len();
        at += item.len() + 1;
        let rule = walker.rules.address;
        replace::replace(
            &mut walker.pass,
            &Kind::Address,
            span,
            Mark::Double(0),
            None,
            rule,
        );
    }
}
