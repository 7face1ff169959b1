//! Login names: home folders of all systems, and what is no person's name.
use crate::redact::engine::replace;
use std::ops::Range;

use crate::pseudonym::is_pseudonym;
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::{Pass, Redactor};
use crate::redact::engine::replace::holds_ours;
use crate::redact::rules::compiled::{Kind, RuleId};
use crate::redact::value::quote::Mark;

/// Folders whose children are home folders, lower case.
pub(in crate::redact) const HOMES: &[&str] = &[
    "/home/",
    "/users/",
    "\\users\\",
    "\\/users\\/",
    "\\/home\\/",
    "%2fhome%2f",
    "%2fusers%2f",
    "documents and settings\\",
    "%5cusers%5c",
    "\\home$\\",
    "/var/mail/",
    "/spool/mail/",
    "/spool/cron/",
];

/// What web applications have below `/users/` where a login could stand.
const ROUTES: &[&[u8]] = &[
    b"activate",
    b"activation",
    b"auth",
    b"confirm",
    b"confirmation",
    b"current",
    b"edit",
    b"invitation",
    b"me",
    b"new",
    b"password",
    b"password_resets",
    b"reset_password",
    b"search",
    b"self",
    b"session",
    b"sessions",
    b"sign_in",
    b"sign_out",
    b"sign_up",
    b"unlock",
    b"verify",
];

/// A folder of home folders was found at `at`.
pub(in crate::redact) fn home_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let from = at + 1;
    let lower: Vec<u8> = text[at..text.len().min(at + 24)].to_ascii_lowercase();
    let Some(home) = HOMES
        .iter()
        .filter(|h| lower.starts_with(h.as_bytes()))
        .max_by_key(|h| h.len())
    else {
        return;
    };
    let mut start = at + home.len();
    let backslashes = home.contains('\\') && !home.contains("\\/");
    debug_assert!(from <= start);
    let run = text[start..]
        .iter()
        .take(8)
        .take_while(|b| **b == b'/' || (backslashes && **b == b'\\'))
        .count();
    start += run;
    // `\\Users\\\n`: the last backslash of an odd run belongs to an escape, and nobody is named.
    if backslashes && run > 0 && run % 2 == 0 {
        return;
    }
    let len = component(&text[start..], backslashes, home.starts_with('%'));
    let span = start..start + len;
    let name = text[span.clone()].to_ascii_lowercase();
    let nested: [&[u8]; 6] = [
        b"users",
        b"home",
        b"crontabs",
        b"tabs",
        b"atjobs",
        b"atspool",
    ];
    if lower.starts_with(b"/users/") && ROUTES.contains(&name.as_slice()) {
        return;
    }
    if nested.contains(&name.as_slice()) {
        return home_component_after(pass, span.end);
    }
    home_user(pass, span);
}

fn home_component_after(pass: &mut Pass<'_>, at: usize) {
    if matches!(pass.text.get(at), Some(b'/' | b'\\')) {
        let len = component(&pass.text[at + 1..], false, false);
        home_user(pass, at + 1..at + 1 + len);
    }
}

fn home_user(pass: &mut Pass<'_>, span: Range<usize>) {
    let raw = &pass.text[span.clone()];
    let wild = raw
        .iter()
        .any(|b| matches!(b, b'*' | b'$' | b'{' | b'%' | b'<'));
    if raw.is_empty() || wild || holds_ours(raw) {
        return;
    }
    let rule = pass.r.rules.id("home-folder");
    replace::replace(pass, &Kind::User, span, Mark::None, None, rule);
}

/// `Maria Lopez <maria@…>`: the name before an address whose local part begins at `at`.
pub(in crate::redact) fn display_name(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let from = at.saturating_sub(64);
    let head = &text[from..at];
    let bracket = head.ends_with(b"<");
    let Some(mut head) = head.strip_suffix(b"<").or_else(|| head.strip_suffix(b" (")) else {
        return;
    };
    head = head.trim_ascii_end();
    let quoted = head.ends_with(b"\"");
    if let Some(inner) = head.strip_suffix(b"\"") {
        head = inner.strip_suffix(b"\\").unwrap_or(inner);
    }
    let len = head
        .iter()
        .rev()
        .take_while(|b| {
            b.is_ascii_alphabetic() || **b >= 0x80 || matches!(b, b' ' | b'.' | b'-' | b'\'')
        })
        .count();
    let mut start = head.len() - len;
    // `"Lopez, Maria" <…>`: in quotes a comma is part of the name.
    if quoted && start > 0 && head[start - 1] == b',' {
        let more = head[..start - 1]
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphabetic() || **b >= 0x80 || **b == b'-')
            .count();
        start -= more + 1;
    }
    let name = head[start..].trim_ascii();
    let header = is_mail_header(&head[..start]);
    let capital = |w: &[u8]| {
        w.first()
            .is_some_and(|b| b.is_ascii_uppercase() || *b >= 0x80)
    };
    let words = name.split(|b| *b == b' ').filter(|w| !w.is_empty());
    let (count, capitals) = words.fold((0, 0), |(n, c), w| (n + 1, c + usize::from(capital(w))));
    let bounded = start > 0
        && matches!(
            head[start - 1],
            b':' | b',' | b'"' | b'=' | b'\n' | b'>' | b'('
        )
        || start == 0 && from == 0;
    let whole = bounded && (2..=4).contains(&count) && capitals == count
        || bracket && header && (1..=4).contains(&count);
    // Else `sent to Maria Lopez <…>`, `signed in as Maria Lopez (…)`.
    let person = if whole {
        name
    } else {
        capitals_at_end(name, capital)
    };
    if !person.is_empty() {
        let end = from + start + head[start..].trim_ascii_end().len();
        let rule = pass.r.rules.id("person-name");
        let kind = Kind::Plain("person");
        replace::replace(pass, &kind, end - person.len()..end, Mark::None, None, rule);
    }
}

/// Folder names of a path become pseudonyms; depth, separators and extensions stay.
pub(in crate::redact) fn folders(
    pass: &mut Pass<'_>,
    span: Range<usize>,
    mark: Mark,
    rule: RuleId,
    files: bool,
) {
    let raw = &pass.text[span.clone()];
    if raw == b"-" || raw.is_empty() {
        return;
    }
    // Of a URL the rules of URLs have the front; its path is a path.
    if let Some(scheme) = memchr::memmem::find(raw, b"://").filter(|i| *i < 10)
        && raw[..scheme].iter().all(u8::is_ascii_alphanumeric)
    {
        if let Some(slash) = memchr::memchr(b'/', &raw[scheme + 3..]) {
            folders(
                pass,
                span.start + scheme + 3 + slash..span.end,
                mark,
                rule,
                files,
            );
        }
        return;
    }
    for part in components(raw, mark) {
        let start = span.start + part.start;
        let part = &raw[part];
        let lower = part.to_ascii_lowercase();
        let plain = part.is_empty()
            || lower.iter().all(|b| *b == b'.')
            || pass.r.rules.allow.folders.contains(&lower)
            || is_pseudonym(part)
            || pass.r.is_kept(part)
            || part.contains(&b'~')
            || part.contains(&b'$');
        if plain {
            continue;
        }
        let extension = part
            .iter()
            .rposition(|b| *b == b'.')
            .filter(|i| files && *i > 0 && part.len() - i <= 6)
            .unwrap_or(part.len());
        let text = pass.r.names.plain("path", &part[..extension]);
        pass.edits
            .push(start, start + extension, Rank::Identifier, rule, text);
    }
}

/// The pseudonym of a login name, or `None` for accounts of systems, numbers and e-mails.
pub(in crate::redact) fn user_pseudonym(redactor: &Redactor, value: &[u8]) -> Option<String> {
    let value = value.trim_ascii();
    let lower = value.to_ascii_lowercase();
    let number = value.iter().all(u8::is_ascii_digit);
    if value.is_empty() || number || lower == b"-" || redactor.rules.allow.users.contains(&lower) {
        return None;
    }
    // `CREATOR OWNER:(OI)(CI)(F)`: rights, not who has them.
    if value.starts_with(b"(") && value.windows(2).any(|w| w == b")(") {
        let rights = |b: &u8| b.is_ascii_uppercase() || matches!(b, b'(' | b')' | b',');
        if value.iter().all(rights) {
            return None;
        }
    }
    // `NT AUTHORITY\SYSTEM`, `BUILTIN\Users`: accounts of every Windows.
    let domain = lower.split(|b| *b == b'\\').next().unwrap_or_default();
    if domain.len() < lower.len() && (domain.ends_with(b"authority") || domain == b"builtin") {
        return None;
    }
    // `name@domain` is the business of the e-mail rule, which keeps the domain comparable.
    if value.contains(&b'@') || redactor.is_kept(value) {
        return None;
    }
    // `DOMAIN\name` is the user `name`: the same person as without the domain.
    let name = value
        .iter()
        .rposition(|b| *b == b'\\')
        .map_or(value, |i| &value[i + 1..]);
    Some(
        redactor
            .names
            .user(if name.is_empty() { value } else { name }),
    )
}

/// True for a text that ends in the name of a mail's header: `From: `, `Cc: "`.
fn is_mail_header(head: &[u8]) -> bool {
    let head = head.trim_ascii_end();
    let head = head.strip_suffix(b"\"").unwrap_or(head).trim_ascii_end();
    let lower = head[head.len().saturating_sub(10)..].to_ascii_lowercase();
    let headers: [&[u8]; 6] = [
        b"from:",
        b"to:",
        b"cc:",
        b"sender:",
        b"author:",
        b"reply-to:",
    ];
    headers.iter().any(|h| lower.ends_with(h))
}

/// The names between the separators of a path. In a string of JSON a backslash is written twice (at each
/// depth), and one that is not is an escape inside a name.
fn components(raw: &[u8], mark: Mark) -> Vec<Range<usize>> {
    let literal = match mark {
        Mark::Double(level) => 2 * (level + 1),
        _ => 1,
    };
    let mut out = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < raw.len() {
        match raw[at] {
            b'/' => {
                out.push(start..at);
                at += 1;
                start = at;
            }
            b'\\' => {
                let run = raw[at..].iter().take_while(|b| **b == b'\\').count();
                if run % literal == 0 || raw.get(at + run) == Some(&b'/') {
                    out.push(start..at);
                    at += run;
                    start = at;
                } else {
                    at = (at + run + 1).min(raw.len());
                }
            }
            _ => at += 1,
        }
    }
    out.push(start..raw.len());
    out
}

/// Length of the next folder name.
fn component(rest: &[u8], backslashes: bool, percent: bool) -> usize {
    let ends = |b: u8| {
        matches!(
            b,
            b'/' | b'\\'
                | b'"'
                | b'\''
                | b'<'
                | b'>'
                | b':'
                | b'|'
                | b';'
                | b','
                | b')'
                | b']'
                | b'}'
                | b'\n'
                | b'\r'
                | b'\t'
                | b'&'
        ) || (percent && b == b'%')
    };
    let len = rest
        .iter()
        .take(128)
        .position(|b| ends(*b))
        .unwrap_or(rest.len().min(128));
    // Windows names may hold blanks, but only where the path surely goes on.
    if backslashes && rest.get(len) == Some(&b'\\') {
        return len;
    }
    rest[..len].iter().position(|b| *b == b' ').unwrap_or(len)
}

/// The two or three words with capitals that a text ends in, behind one without; nothing where there are not so many.
fn capitals_at_end(text: &[u8], capital: impl Fn(&[u8]) -> bool) -> &[u8] {
    let mut start = text.len();
    let mut count = 0;
    for word in text.rsplit(|b| *b == b' ').take_while(|word| capital(word)) {
        start = (start - word.len()).saturating_sub(usize::from(count > 0));
        count += 1;
    }
    if (2..=3).contains(&count) && start > 0 {
        &text[start..]
    } else {
        &[]
    }
}
