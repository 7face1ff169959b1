//! The heads of lines: the host that syslog writes after the stamp.
use crate::redact::identity::host;
use crate::redact::nested::dump;
use std::ops::Range;

use super::host::allow_word;
use crate::redact::engine::redactor::Pass;

/// The head of the line that begins at `start`.
pub(in crate::redact) fn line_head(pass: &mut Pass<'_>, start: usize) {
    let text = pass.text;
    let Some(first) = text.get(start) else { return };
    if *first == b'\\' {
        return share_at(pass, start);
    }
    if first.is_ascii_hexdigit() || *first == b' ' {
        dump::dump_at(pass, start);
    }
    let mut at = start;
    if *first == b'<' {
        // <pri> or <pri>1 of RFC 5424
        let digits = text[at + 1..]
            .iter()
            .take(3)
            .take_while(|b| b.is_ascii_digit())
            .count();
        if digits == 0 || text.get(at + 1 + digits) != Some(&b'>') {
            return;
        }
        at += digits + 2;
        if text[at..].starts_with(b"1 ") {
            at += 2;
        }
    }
    let Some(after) = stamp_end(text, at) else {
        return;
    };
    let host = word(text, after);
    if host.is_empty() || !names_a_program(text, host.end, *first == b'<') {
        return;
    }
    let name = &text[host.clone()];
    let plain = name
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    if plain && name != b"-" {
        let rule = pass.r.rules.frequent.syslog_host;
        host::host_edit(pass, host, rule);
    }
}

/// `\\server\share` at the head of a line.
fn share_at(pass: &mut Pass<'_>, start: usize) {
    let Some(rest) = pass.text[start..].strip_prefix(b"\\\\") else {
        return;
    };
    let len = rest
        .iter()
        .take(255)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        .count();
    let named = rest.first().is_some_and(u8::is_ascii_alphanumeric);
    let folder = rest.get(len + 1).is_some_and(u8::is_ascii_alphanumeric);
    if named && folder && rest.get(len) == Some(&b'\\') {
        let rule = pass.r.rules.frequent.host_name;
        let host = start + 2..start + 2 + len;
        if !allow_word(&pass.r.rules.allow.not_hosts, &pass.text[host.clone()]) {
            host::host_edit(pass, host, rule);
        }
    }
}

/// What stands behind an address at the head of a line of `/etc/hosts`, if it is one: nothing but names. The
/// address ends at `at`.
pub(in crate::redact) fn hosts_line(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let rest = &text[at..text.len().min(at + 512)];
    let line = &rest[..memchr::memchr3(b'\n', b'\r', b'#', rest).unwrap_or(rest.len())];
    if !matches!(line.first(), Some(b' ' | b'\t')) {
        return;
    }
    let names: Vec<&[u8]> = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .collect();
    let is_name = |word: &&[u8]| {
        word.first().is_some_and(u8::is_ascii_alphabetic)
            && word
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    // A word of a sentence has neither a digit nor a dash nor a dot.
    let telling = |word: &&[u8]| word.iter().any(|b| !b.is_ascii_alphabetic());
    if names.len() > 8 || !names.iter().all(is_name) || !names.first().is_some_and(telling) {
        return;
    }
    let rule = pass.r.rules.frequent.host_name;
    let mut from = at;
    for word in line.split_inclusive(u8::is_ascii_whitespace) {
        let name = word.trim_ascii_end();
        let span = from..from + name.len();
        from += word.len();
        let common =
            allow_word(&pass.r.rules.allow.not_hosts, name) || name.starts_with(b"localhost");
        if !name.is_empty() && !common {
            host::host_edit(pass, span, rule);
        }
    }
}

/// The position after a stamp of syslog and the blank behind it.
fn stamp_end(text: &[u8], at: usize) -> Option<usize> {
    let line = text.get(at..)?;
    let traditional = line.len() > 16
        && line[0].is_ascii_uppercase()
        && line[3] == b' '
        && line[6] == b' '
        && line[9] == b':'
        && line[12] == b':'
        && line[15] == b' ';
    if traditional {
        return Some(at + 16);
    }
    // journalctl's full form: `Sun 2026-11-22 05:23:33 UTC host tag`
    let full = line.len() > 28
        && line[3] == b' '
        && line[8] == b'-'
        && line[11] == b'-'
        && line[14] == b' '
        && line[17] == b':';
    if full {
        let zone = word(text, at + 24);
        return Some(zone.end + 1);
    }
    let iso = line.len() > 20
        && line[0].is_ascii_digit()
        && line[4] == b'-'
        && line[7] == b'-'
        && line[10] == b'T'
        && line[13] == b':';
    iso.then(|| word(text, at).end + 1)
}

fn word(text: &[u8], at: usize) -> Range<usize> {
    let len = text.get(at..).map_or(0, |rest| {
        rest.iter()
            .take(256)
            .take_while(|b| !b.is_ascii_whitespace())
            .count()
    });
    at..at + len
}

/// True if the word after the host is a program: `tag:`, `tag[pid]:`, or any word in RFC 5424.
fn names_a_program(text: &[u8], at: usize, rfc5424: bool) -> bool {
    if text.get(at) != Some(&b' ') {
        return false;
    }
    let tag = word(text, at + 1);
    let tag = &text[tag];
    rfc5424 && !tag.is_empty() || tag.ends_with(b":") || tag.ends_with(b"]") || tag.contains(&b'[')
}
