//! What redaction cuts out of a text and why the rest stays. The cuts are those of the redaction itself; the reasons
//! are looked for only when somebody asks.
use crate::redact::identity::host;
use crate::redact::identity::ip_address;
use crate::redact::review::residual;
use crate::redact::rules::field_names;
use crate::redact::value::no_value;
use std::ops::Range;

use super::reason::Reason;
use super::string_shape;
use crate::redact::engine::anchors::Owner;
use crate::redact::engine::clean::Redacted;
use crate::redact::engine::edits::{Edit, Rank, splice};
use crate::redact::engine::redactor::{Dialect, Level, Pass, Redactor, Surroundings};
use crate::redact::engine::replace::holds_ours;
use crate::redact::engine::tally::Tally;
use crate::redact::identity::ip_address::stays4;
use crate::redact::rules::compiled::{Field, Kind, RuleId};
use crate::redact::rules::field_names::{LONGEST_NAME, is_name_byte};
use crate::redact::rules::user::is_inside_ours;
use crate::redact::value::locate::{Located, locate};

/// One thing that was cut. What it was is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Where it stood in the raw text.
    pub at: Range<usize>,
    /// What stands there now, as a range of the redacted text.
    pub put: Range<usize>,
    /// The rule that cut it.
    pub rule: RuleId,
    /// Rules that cut something inside, where it is an encoded text that was opened.
    pub inside: Vec<RuleId>,
    /// Kinds of letters and length of what was cut.
    pub shape: String,
    /// The notation that it stood in, as far as the bytes around it tell.
    pub notation: &'static str,
}

/// One thing that stayed although it looks suspicious.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stayed {
    /// Where it stands in the raw text.
    pub at: Range<usize>,
    /// Where it stands in the redacted text.
    pub put: Range<usize>,
    /// Kinds of letters and length.
    pub shape: String,
    /// Why it stayed.
    pub reason: Reason,
}

/// What became of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The redacted text.
    pub text: Redacted,
    /// What was cut, in order.
    pub cuts: Vec<Explained>,
    /// What stayed, in order; none overlaps another.
    pub stayed: Vec<Stayed>,
}

/// Redacts a block and says what each rule cut and why the rest stayed.
pub(in crate::redact) fn explain(
    redactor: &Redactor,
    text: &[u8],
    around: Surroundings<'_>,
    dialect: Dialect,
) -> Explanation {
    let mut tally = Tally::default();
    let edits = redactor.piece_edits(text, around, dialect, &mut tally);
    let clean = splice(text, &edits);
    let mut found = Vec::new();
    let mut pass = Pass::new(redactor, text, &mut tally, dialect, 0);
    fields_that_stayed(&mut pass, &mut found);
    numbers_that_stayed(&pass, &mut found);
    names_that_stayed(&pass, &mut found);
    ids_that_stayed(&pass, &mut found);
    let places = Places::of(&edits);
    let mut stayed: Vec<Stayed> = found
        .into_iter()
        .filter(|(at, _)| !places.is_cut(at))
        .map(|(at, reason)| Stayed {
            put: places.clean(at.start)..places.clean(at.end),
            shape: string_shape::form(&text[at.clone()]),
            at,
            reason,
        })
        .collect();
    residual::suspicious(redactor, &clean, |put, reason| {
        if places.is_ours(&put) {
            return;
        }
        let at = places.raw(put.start)..places.raw(put.end);
        stayed.push(Stayed {
            shape: string_shape::form(&clean[put.clone()]),
            at,
            put,
            reason,
        });
    });
    // The reason that was found first is the more exact one.
    stayed.sort_by_key(|s| s.put.start);
    stayed.dedup_by(|next, last| next.put.start < last.put.end);
    let cuts = edits
        .iter()
        .map(|edit| explained(redactor, text, edit, &places))
        .collect();
    Explanation {
        text: Redacted(clean),
        cuts,
        stayed,
    }
}

fn explained(redactor: &Redactor, text: &[u8], edit: &Edit, places: &Places) -> Explained {
    let at = edit.start..edit.end;
    let start = places.clean(edit.start);
    let mut inside = Vec::new();
    if edit.rank == Rank::Nested {
        let mut tally = Tally::default();
        redactor.pass(&text[at.clone()], Dialect::Log, 0, &mut tally);
        inside = tally
            .by_rule()
            .keys()
            .copied()
            .filter(|r| *r != edit.rule)
            .collect();
    }
    Explained {
        put: start..start + edit.text.len(),
        rule: edit.rule,
        inside,
        shape: string_shape::form(&text[at.clone()]),
        notation: notation(text, &at),
        at,
    }
}

/// From places in the raw text to those in the redacted one, and back.
struct Places(Vec<(Range<usize>, usize, usize)>);

impl Places {
    fn of(edits: &[Edit]) -> Self {
        let mut clean = 0;
        let mut raw = 0;
        Self(
            edits
                .iter()
                .map(|e| {
                    clean += e.start - raw;
                    let start = clean;
                    clean += e.text.len();
                    raw = e.end;
                    (e.start..e.end, start, clean)
                })
                .collect(),
        )
    }

    /// For a place outside of edits, or at the start of one.
    fn clean(&self, raw: usize) -> usize {
        let before = self.0.partition_point(|(range, ..)| range.end <= raw);
        match before.checked_sub(1).and_then(|i| self.0.get(i)) {
            Some((range, _, end)) => end + (raw - range.end),
            None => raw,
        }
    }

    /// True if a range of the raw text has something of what was cut.
    fn is_cut(&self, at: &Range<usize>) -> bool {
        let next = self.0.partition_point(|(range, ..)| range.end <= at.start);
        self.0
            .get(next)
            .is_some_and(|(range, ..)| range.start < at.end)
    }

    /// True if a range of the redacted text has something of what was put there.
    fn is_ours(&self, put: &Range<usize>) -> bool {
        let next = self.0.partition_point(|(_, _, end)| *end <= put.start);
        self.0
            .get(next)
            .is_some_and(|(_, start, _)| *start < put.end)
    }

    fn raw(&self, clean: usize) -> usize {
        let before = self.0.partition_point(|(_, _, end)| *end <= clean);
        match before.checked_sub(1).and_then(|i| self.0.get(i)) {
            Some((range, _, end)) => range.end + (clean - end),
            None => clean,
        }
    }
}

/// The notation that a cut stood in.
fn notation(text: &[u8], at: &Range<usize>) -> &'static str {
    let head = &text[at.start.saturating_sub(8)..at.start];
    let value = &text[at.clone()];
    if head.ends_with(b"\\\"") {
        return "string of JSON inside a string";
    }
    if head.to_ascii_lowercase().ends_with(b"%3d") || memchr::memmem::find(value, b"%40").is_some()
    {
        return "percent-encoded";
    }
    if head.ends_with(b"://") || head.ends_with(b"//") {
        return "URL";
    }
    match head.last() {
        Some(b'"') if head.ends_with(b"=\"") => "attribute or quoted value",
        Some(b'"') => "string",
        Some(b'\'') => "quoted value",
        Some(b'>') => "element",
        Some(b'=') => "name=value",
        Some(b'/' | b'\\') => "path",
        Some(b'@') => "behind @",
        Some(b'[') => "brackets",
        Some(b' ') if head.ends_with(b": ") => "name: value",
        _ => "text",
    }
}

type Found = Vec<(Range<usize>, Reason)>;

/// Values under sensitive names.
fn fields_that_stayed(pass: &mut Pass<'_>, out: &mut Found) {
    let (r, text) = (pass.r, pass.text);
    let lower = text.to_ascii_lowercase();
    let mut stems = Vec::new();
    r.anchors.find(&lower, |owner, at| {
        if owner == Owner::Stem {
            stems.push(at);
        }
    });
    stems.sort_unstable();
    let mut done = 0;
    for at in stems {
        if at < done {
            continue;
        }
        let name = |b: &&u8| is_name_byte(**b);
        let back = text[at.saturating_sub(LONGEST_NAME)..at]
            .iter()
            .rev()
            .take_while(name)
            .count();
        let ahead = text[at..]
            .iter()
            .take(LONGEST_NAME)
            .take_while(name)
            .count();
        let key = at - back..at + ahead;
        done = key.end;
        if is_inside_ours(text, key.start) {
            continue;
        }
        let dashes = text[key.clone()]
            .iter()
            .take_while(|b| matches!(b, b'-' | b'.' | b'_'))
            .count();
        let Some(field) = field_names::field(&r.rules, &text[key.start + dashes..key.end]) else {
            continue;
        };
        if let Located::One(value) = locate(text, key)
            && !holds_ours(&text[value.span.clone()])
        {
            let said = no_value::is_empty_value(pass, field, &value);
            if let Some(reason) = why_field(pass, field, &text[value.span.clone()], said) {
                out.push((value.span, reason));
            }
        }
    }
}

fn why_field(pass: &Pass<'_>, field: &Field, value: &[u8], said: bool) -> Option<Reason> {
    let r = pass.r;
    let lower = value.to_ascii_lowercase();
    Some(match &field.kind {
        Kind::Never => Reason::HarmlessName,
        _ if field.strict && r.level < Level::Strict => Reason::OnlyStrict,
        _ if said => Reason::SaysNothing,
        _ if value.len() < field.min => Reason::TooShort,
        kind if !kind.is_secret() && r.is_kept(value) => Reason::Kept,
        Kind::User if r.rules.allow.users.contains(&lower) => Reason::SystemAccount,
        Kind::User if value.iter().all(u8::is_ascii_digit) => Reason::SystemAccount,
        Kind::Host if host::is_public(pass, value) => Reason::PublicHost,
        // Folders of a storage root are named where they are cut.
        Kind::Docroot | Kind::Path => return None,
        _ => Reason::OtherForm,
    })
}

/// Dotted and coloned numbers.
fn numbers_that_stayed(pass: &Pass<'_>, out: &mut Found) {
    let text = pass.text;
    let mut at = 0;
    while at < text.len() {
        if !text[at].is_ascii_hexdigit() || at > 0 && text[at - 1].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let part = |b: &&u8| b.is_ascii_hexdigit() || matches!(b, b'.' | b':');
        let len = text[at..].iter().take(64).take_while(part).count();
        let mut span = at..at + len;
        at = span.end.max(at + 1);
        while text[span.clone()].ends_with(b".") || text[span.clone()].ends_with(b":") {
            span.end -= 1;
        }
        let number = &text[span.clone()];
        if text.get(span.end).is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        if let Some(reason) = why_number(pass, span.start, number) {
            out.push((span, reason));
        }
    }
}

fn why_number(pass: &Pass<'_>, start: usize, number: &[u8]) -> Option<Reason> {
    let (dots, colons) = (
        memchr::memchr_iter(b'.', number).count(),
        memchr::memchr_iter(b':', number).count(),
    );
    if pass.r.is_kept(number) {
        return (dots + colons > 1).then_some(Reason::Kept);
    }
    if colons == 0 && dots >= 3 && number.iter().all(|b| b.is_ascii_digit() || *b == b'.') {
        let address = std::str::from_utf8(number)
            .ok()?
            .parse::<core::net::Ipv4Addr>();
        return Some(match address {
            Ok(address) if stays4(address) => Reason::Everybodys,
            Ok(_) if ip_address::is_version(pass, start) => Reason::Version,
            _ => Reason::NotAnAddress,
        });
    }
    (dots == 0 && colons >= 5).then_some(Reason::NotAnAddress)
}

/// Dotted names that end like hosts.
fn names_that_stayed(pass: &Pass<'_>, out: &mut Found) {
    let text = pass.text;
    let is_part = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    let mut done = 0;
    for dot in memchr::memchr_iter(b'.', text) {
        if dot < done {
            continue;
        }
        let back = text[done..dot]
            .iter()
            .rev()
            .take(255)
            .take_while(is_part)
            .count();
        let ahead = text[dot..].iter().take(255).take_while(is_part).count();
        let mut span = dot - back..dot + ahead;
        done = span.end;
        while text[span.clone()].ends_with(b".") {
            span.end -= 1;
        }
        let name = text[span.clone()].to_ascii_lowercase();
        let last = name.rsplit(|b| *b == b'.').next().unwrap_or_default();
        let allow = &pass.r.rules.allow;
        if !(allow.tlds.contains(last) || allow.weak_tlds.contains(last))
            || span.start > 0 && matches!(text[span.start - 1], b'~' | b'@')
            || !name.first().is_some_and(u8::is_ascii_alphanumeric)
            || !name.contains(&b'.')
        {
            continue;
        }
        let reason = if host::is_public(pass, &name) {
            Reason::PublicHost
        } else if pass.r.is_kept(&name) {
            Reason::Kept
        } else {
            Reason::FileName
        };
        out.push((span, reason));
    }
}

/// UUIDs.
fn ids_that_stayed(pass: &Pass<'_>, out: &mut Found) {
    let text = pass.text;
    let mut done = 0;
    for dash in memchr::memchr_iter(b'-', text) {
        if dash >= done + 8 && string_shape::uuid_at(text, dash - 8) {
            done = dash + 28;
            out.push((dash - 8..done, Reason::Uuid));
        }
    }
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
