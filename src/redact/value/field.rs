//! Values that are sensitive because of the name they stand under.
use crate::redact::engine::replace;
use crate::redact::identity::login;
use crate::redact::rules::field_names;
use crate::redact::secret::authorization;
use crate::redact::secret::cookie;
use crate::redact::value::json_leaves;
use crate::redact::value::no_value;
use std::ops::Range;

use super::directive::{directive, is_lone_key, starts_line};
use super::enclosing::clip;
use super::extent::{behind_arrow, grown, next_setting, successor};
use super::locate::{Join, Located, Value, locate};
use super::name_value_pair;
use super::quote::Mark;
use crate::pseudonym::find_at;
use crate::redact::engine::redactor::{Dialect, Level, Pass};
use crate::redact::engine::replace::{holds_ours, ours_ends_at};
use crate::redact::identity::number::{is_phone, phone_end};
use crate::redact::nested::unescape::escape_end;
use crate::redact::rules::compiled::{Field, Kind, RuleId};
use crate::redact::rules::field_names::{LONGEST_NAME, is_name_byte};

/// So long a minimum stands for the form of a raw key: base64 and nothing else.
const RAW_KEY: usize = 64;
/// Longest name of a host or of a person.
const LONGEST_IDENTIFIER: usize = 1024;

/// A stem was found at `at`: looks at the whole name around it.
pub(in crate::redact) fn name_at(pass: &mut Pass<'_>, at: usize) {
    if at < pass.marks.name || pass.marks.value.contains(&at) {
        return;
    }
    let (text, r) = (pass.text, pass.r);
    let Some((key, name)) = name_around(pass, at) else {
        return;
    };
    if name == b"name" {
        plain_name_at(pass, key.clone());
    }
    let Some(field) = pass.recent_names.field(&r.rules, name) else {
        return list_at(pass, name, key);
    };
    if field.kind == Kind::Never || (field.strict && r.level < Level::Strict) {
        return;
    }
    let ours = matches!(field.kind, Kind::Plain("package") | Kind::Path);
    if ours && pass.dialect == Dialect::Made {
        return;
    }
    let shell = matches!(name, b"PWD" | b"OLDPWD");
    let edits = pass.edits.0.len();
    let span = match value_of(pass, field, &key) {
        Located::One(value) => {
            let value = if field.kind.is_secret() {
                grown(text, &key, value, pass.dialect == Dialect::Config)
            } else {
                value
            };
            if !(shell && is_folder(&text[value.span.clone()])) {
                field_value(pass, field, &value);
            }
            if field.kind.is_secret()
                && let Some(next) = successor(text, &value)
            {
                field_value(pass, field, &next);
            }
            value.span
        }
        Located::Tree(open, mark) => {
            let stop = json_leaves::field_tree(pass, field, open, mark);
            pass.marks.value = open..stop;
            return;
        }
        Located::Nothing => return,
    };
    // What is replaced whole needs no second look.
    let path = matches!(field.kind, Kind::Docroot | Kind::Path)
        && memchr::memchr(b'\n', &text[span.clone()]).is_none();
    let whole = path
        || pass.edits.0[edits..]
            .iter()
            .any(|e| e.start <= span.start && e.end >= span.end);
    if whole {
        pass.marks.value = span;
    }
}

/// The whole name around `at`: where it stands, and the name without dashes before it. `None` for what is none.
fn name_around<'a>(pass: &mut Pass<'a>, at: usize) -> Option<(Range<usize>, &'a [u8])> {
    let text = pass.text;
    let back = text[at.saturating_sub(LONGEST_NAME)..at]
        .iter()
        .rev()
        .take_while(|b| is_name_byte(**b))
        .count();
    let ahead = text[at..]
        .iter()
        .take(LONGEST_NAME)
        .take_while(|b| is_name_byte(**b))
        .count();
    let mut key = at - back..at + ahead;
    pass.marks.name = key.end;
    if pass.dialect != Dialect::Config && is_plain_word(text, &key) {
        return None;
    }
    // Inside a pseudonym of ours nothing is a name, and what sticks to its end was a part of a longer word.
    if text[..key.start].ends_with(b"~")
        && (find_at(text, key.start - 1).is_some() || ours_ends_at(text, key.start))
    {
        return None;
    }
    // The end of an escape or a colour may stick to the name: `\nTOKEN=…`, `\u0026token=…`, `%3Ftoken%3D…`.
    if let Some(end) = escape_end(text, key.start, key.end - 1) {
        key.start = end;
    }
    let dashes = text[key.clone()]
        .iter()
        .take_while(|b| matches!(b, b'-' | b'.' | b'_'))
        .count();
    let name = &text[key.start + dashes..key.end];
    Some((key, name))
}

/// What stands under the name of a field.
fn value_of(pass: &Pass<'_>, field: &Field, key: &Range<usize>) -> Located {
    let text = pass.text;
    if field.min >= RAW_KEY && is_no_raw_key(&text[key.end..]) {
        return Located::Nothing;
    }
    // Names of hosts and people are short; only what is cut whole may cost a look at all of it.
    let reach = match field.kind {
        Kind::Host | Kind::User | Kind::Email => LONGEST_IDENTIFIER,
        _ => text.len(),
    };
    let seen = &text[..text.len().min(key.end.saturating_add(reach))];
    let mut found = locate(seen, key.clone());
    if found == Located::Nothing && field.kind.is_secret() {
        found = behind_arrow(seen, key);
    }
    if found != Located::Nothing {
        return found;
    }
    // `password  value` without a sign: a file of settings is written so, and copies of one in logs.
    let found = directive(seen, key);
    let sure =
        pass.dialect == Dialect::Config || field.kind.is_secret() && is_lone_key(text, key, &found);
    if sure { found } else { Located::Nothing }
}

/// A name in the plural, which only a list makes one of names: `"users": ["mlopez"]`.
fn list_at(pass: &mut Pass<'_>, name: &[u8], key: Range<usize>) {
    let r = pass.r;
    let plural = name
        .last()
        .is_some_and(|b| matches!(b, b's' | b'S' | b't' | b'T'));
    let Some(field) = plural
        .then(|| field_names::list_field(&r.rules, name))
        .flatten()
    else {
        return;
    };
    if let Located::Tree(open, mark) = locate(pass.text, key) {
        json_leaves::field_tree(pass, field, open, mark);
    }
}

/// `name` alone says little; beside an e-mail address or in an account it is somebody's.
fn plain_name_at(pass: &mut Pass<'_>, key: Range<usize>) {
    let rule = pass.r.rules.id("person-name");
    if let Some((span, mark)) = name_value_pair::name_beside_email(pass.text, key.clone()) {
        let name = pass.text[span.clone()].to_ascii_lowercase();
        if !pass.r.rules.allow.empty_values.contains(&name) {
            replace::replace(pass, &Kind::Plain("person"), span, mark, None, rule);
        }
    } else if let Some(span) = name_value_pair::name_in_user(pass.text, key) {
        replace::replace(pass, &Kind::User, span, Mark::Xml, None, rule);
    }
}

/// `open_sess: name value` of the server's debug log was found at `at`.
pub(in crate::redact) fn session_line_at(pass: &mut Pass<'_>, at: usize) {
    if at < pass.marks.session || pass.r.rules.id("session-line") == RuleId::OFF {
        return;
    }
    let start = at + b"open_sess: ".len();
    let rest = &pass.text[start..];
    let name = rest
        .iter()
        .take(LONGEST_NAME)
        .take_while(|b| is_name_byte(**b))
        .count();
    if rest.get(name) != Some(&b' ') {
        return;
    }
    let r = pass.r;
    let Some(field) = field_names::field(&r.rules, &rest[..name]) else {
        return;
    };
    let line = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    let line = string_rest(pass.text, at, &rest[..line]);
    if name + 1 >= line {
        return;
    }
    if field.kind != Kind::Never && !field.strict {
        let span = start + name + 1..start + line;
        pass.marks.session = span.end;
        let value = Value {
            span,
            mark: Mark::None,
            join: Join::Colon,
            line_start: true,
            needs_quotes: None,
        };
        field_value(pass, field, &value);
    }
}

/// A single value under a sensitive name.
pub(in crate::redact) fn field_value(pass: &mut Pass<'_>, field: &Field, value: &Value) {
    let mut span = value.span.clone();
    // The parameters of an Authorization have quotes of their own.
    if value.mark == Mark::None && field.kind != Kind::Authorization {
        span = clip(pass.text, span);
    }
    if is_too_little(pass, field, value, span.clone())
        || no_value::is_empty_value(pass, field, value)
    {
        return;
    }
    let raw = &pass.text[span.clone()];
    // `subject=/C=US/O=…`, `subject=CN = …`: a name of a directory, which has rules of its own.
    if field.kind == Kind::Plain("package")
        && (is_directory_name(raw) || is_error_title(&pass.text[span.end..]))
    {
        return;
    }
    // A bare number of JSON is no host and no path, and must stay valid.
    if value.needs_quotes.is_some() && !field.kind.is_secret() && is_number(raw) {
        match field.kind {
            Kind::Host | Kind::Docroot | Kind::Path => return,
            Kind::Cookie => {
                let kind = Kind::Secret("cookie".to_owned());
                return replace::replace(
                    pass,
                    &kind,
                    span,
                    Mark::None,
                    value.needs_quotes,
                    field.id,
                );
            }
            _ => {}
        }
    }
    if let (Some(_), Kind::Authorization | Kind::Cookies | Kind::CookieList) =
        (value.needs_quotes, &field.kind)
    {
        let kind = Kind::Secret("token".to_owned());
        replace::replace(pass, &kind, span, Mark::None, value.needs_quotes, field.id);
        return;
    }
    match &field.kind {
        Kind::Cookie if value.join == Join::Colon && looks_like_cookies(raw) => {
            cookie::cookies(pass, span, value.mark, field.id)
        }
        Kind::Cookie if value.join == Join::Sibling => {
            cookie::cookies(pass, span, value.mark, field.id)
        }
        Kind::Cookie => cookie::transfer_cookie(pass, span, value.mark, field.id),
        Kind::Cookies => cookie::cookies(pass, span, value.mark, field.id),
        Kind::CookieList => {}
        Kind::Authorization => authorization::authorization(pass, span, value, field.id),
        Kind::Docroot => login::folders(pass, span, value.mark, field.id, false),
        Kind::Path => login::folders(pass, span, value.mark, field.id, true),
        _ => plain_value(pass, field, value, span),
    }
}

/// True for a value that is shorter than its rule asks for, or has not the form of a key where that is asked for.
fn is_too_little(pass: &Pass<'_>, field: &Field, value: &Value, span: Range<usize>) -> bool {
    let raw = &pass.text[span.clone()];
    let phone = is_bare_phone(field, value) && is_phone(raw);
    let grown = if phone {
        phone_end(pass.text, span.end) - span.start
    } else {
        span.len()
    };
    // A value that grew by pseudonyms was too short before.
    let short = grown < field.min || (field.min > 0 && holds_ours(raw));
    short || field.min >= RAW_KEY && !raw.iter().all(is_raw_key_byte)
}

/// A value of a kind that is replaced whole; without quotes it must be told where it ends.
fn plain_value(pass: &mut Pass<'_>, field: &Field, value: &Value, mut span: Range<usize>) {
    let raw = &pass.text[span.clone()];
    let bare = !field.kind.is_secret() && value.mark == Mark::None;
    if bare && value.join == Join::Colon && !value.line_start {
        // A bare identifier in the middle of a line ends at the first blank or comma.
        let len = raw
            .iter()
            .position(|b| b.is_ascii_whitespace() || *b == b',')
            .unwrap_or(raw.len());
        span.end = span.start + len;
    } else if bare && value.join == Join::Colon {
        span.end = span.start + next_setting(raw);
    } else if bare && value.join == Join::Equals {
        let len = memchr::memchr2(b'&', b';', raw).unwrap_or(raw.len());
        span.end = span.start + len;
        if is_bare_phone(field, value) && is_phone(&pass.text[span.clone()]) {
            span.end = phone_end(pass.text, span.end);
        }
    }
    replace::replace(
        pass,
        &field.kind,
        span,
        value.mark,
        value.needs_quotes,
        field.id,
    );
}

/// `{"title":"Not Found","status":404}` tells of an error, and of no package.
fn is_error_title(behind: &[u8]) -> bool {
    let quotes = |b: &u8| matches!(b, b'"' | b'\\' | b',' | b' ');
    let key = behind.iter().take(12).take_while(|b| quotes(b)).count();
    let Some(rest) = behind[key..].strip_prefix(b"status") else {
        return false;
    };
    let sign = |b: &u8| matches!(b, b'"' | b'\\' | b':' | b' ');
    let at = rest.iter().take(8).take_while(|b| sign(b)).count();
    key > 1
        && matches!(rest[at..], [b'4' | b'5', b'0'..=b'9', b'0'..=b'9', ref end @ ..]
            if end.first().is_none_or(|b| matches!(b, b',' | b'}' | b' ')))
}

fn is_raw_key_byte(b: &u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b'\\')
}

/// True for `=x1(…` and `:x1(…` behind a name: what stands there without quotes is no raw key, however long it is.
fn is_no_raw_key(behind: &[u8]) -> bool {
    let [b'=' | b':', value @ ..] = behind else {
        return false;
    };
    let quoted = matches!(
        value.first(),
        None | Some(b'"' | b'\'' | b'\\' | b'&' | b'%')
    ) || value.first().is_some_and(u8::is_ascii_whitespace);
    let near = &value[..value.len().min(RAW_KEY)];
    !quoted && !near.iter().all(is_raw_key_byte)
}

/// `phone=…` without quotes: blanks may stand between the digits.
fn is_bare_phone(field: &Field, value: &Value) -> bool {
    field.kind == Kind::Plain("phone") && value.mark == Mark::None && value.join == Join::Equals
}

/// True for a word of a sentence, `the message was sent`: a blank on both sides, no dash, no sign behind it.
/// Most finds are such words, and nothing that follows them is a value of theirs.
fn is_plain_word(text: &[u8], key: &Range<usize>) -> bool {
    let [b' ', behind, ..] = text[key.end..] else {
        return false;
    };
    // At the head of a line a value may follow without a sign.
    let before = key.start.checked_sub(1).map_or(b'\n', |i| text[i]);
    if before == b' ' && starts_line(text, key.start) {
        return false;
    }
    // Listings of the registry have `REG_` behind the name, prompts for a password `for X:`.
    let told = text[key.end + 1..].starts_with(b"for ") || behind == b'R';
    before == b' ' && behind.is_ascii_alphanumeric() && !told && text[key.start] != b'-'
}

/// Length of `rest`, or up to the end of the string that the find at `at` stands in.
fn string_rest(text: &[u8], at: usize, rest: &[u8]) -> usize {
    let head = &text[at.saturating_sub(256)..at];
    let head = memchr::memrchr(b'\n', head).map_or(head, |i| &head[i + 1..]);
    if memchr::memchr_iter(b'"', head).count().is_multiple_of(2) {
        return memchr::memmem::find(rest, b"</").unwrap_or(rest.len());
    }
    let len = memchr::memchr(b'"', rest).unwrap_or(rest.len());
    len - rest[..len]
        .iter()
        .rev()
        .take_while(|b| **b == b'\\')
        .count()
}

/// `/C=US/…`, `C = US, …`, `CN=…`: the parts of a name in a directory.
fn is_directory_name(raw: &[u8]) -> bool {
    let raw = raw.strip_prefix(b"/").unwrap_or(raw);
    let parts: [&[u8]; 7] = [b"C", b"CN", b"O", b"OU", b"ST", b"L", b"DC"];
    let word = raw.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    parts.iter().any(|p| p.eq_ignore_ascii_case(&raw[..word]))
        && matches!(raw.get(word), None | Some(b'=' | b' '))
}

fn is_number(raw: &[u8]) -> bool {
    raw.iter()
        .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'))
}

/// True for the path of a folder: what a shell keeps in `PWD`.
fn is_folder(raw: &[u8]) -> bool {
    raw.starts_with(b"/") || raw.starts_with(b"~") || matches!(raw, [_, b':', b'\\' | b'/', ..])
}

/// True for `name=value; name=value`.
fn looks_like_cookies(raw: &[u8]) -> bool {
    let name = raw
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        .count();
    name > 0 && raw.get(name) == Some(&b'=')
}
