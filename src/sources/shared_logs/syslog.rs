//! Takes the head of a line of a system log apart: which program wrote it, under which process
//! number, and what it says. Traditional, RFC 5424, ISO and journal forms; what the message means is
//! the business of `shared`.
use crate::text;

/// What one line of a system log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) enum Line<'a> {
    /// A line with a head of its own.
    Entry(Entry<'a>),
    /// It has a head, but names no program as the writer: nobody's that we know.
    Other,
    /// It has no head: it goes on with the line before, or says that this one was repeated.
    Continued,
}

/// The head of a line, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) struct Entry<'a> {
    /// File name of the program that wrote it.
    pub program: &'a [u8],
    /// Its process number, where one is given.
    pub pid: Option<u32>,
    /// What it says.
    pub message: &'a [u8],
}

/// Takes a line without its end apart.
pub(in crate::sources) fn dissect(line: &[u8]) -> Line<'_> {
    let (rest, version) = skip_priority(line);
    if version {
        return rfc5424(rest);
    }
    if let Some(rest) = skip_stamp(rest) {
        return traditional(rest);
    }
    if is_journal_mark(line) {
        return Line::Other;
    }
    Line::Continued
}

/// Lines by which the journal says where it begins and when the machine started anew.
fn is_journal_mark(line: &[u8]) -> bool {
    line.starts_with(b"-- ") && line.ends_with(b" --")
}

/// Skips `<151>`, and tells whether the version number of RFC 5424 follows, which is skipped too.
fn skip_priority(line: &[u8]) -> (&[u8], bool) {
    let Some(rest) = line.strip_prefix(b"<") else {
        return (line, false);
    };
    let digits = rest
        .iter()
        .take(4)
        .take_while(|b| b.is_ascii_digit())
        .count();
    match rest.get(digits..) {
        Some([b'>', b'1', b' ', rest @ ..]) if digits > 0 => (rest, true),
        Some([b'>', rest @ ..]) if digits > 0 => (rest.trim_ascii_start(), false),
        _ => (line, false),
    }
}

/// Skips the stamp that a line begins with, in any form that system logs have.
fn skip_stamp(line: &[u8]) -> Option<&[u8]> {
    if let Some((_, rest)) = leading_stamp(line) {
        return Some(rest);
    }
    // journalctl -o short-full: `Sun 2026-11-22 05:20:16 UTC host …`
    let (day, rest) = word(line);
    let is_day = [&b"Mon"[..], b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"].contains(&day);
    if is_day && let Some((stamp, rest)) = leading_stamp(rest) {
        let (zone, after) = word(rest.trim_ascii_start());
        let is_zone = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b"+-".contains(b);
        let has_zone = stamp.offset.is_none() && !zone.is_empty() && zone.iter().all(is_zone);
        return Some(if has_zone { after } else { rest });
    }
    // journalctl -o short-unix and short-monotonic: `1732252816.348530 host …`, `[   12.345678] host …`
    let inner = line.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    let number = inner.unwrap_or(line);
    let length = number
        .iter()
        .take_while(|b| b.is_ascii_digit() || **b == b'.')
        .count();
    let has_point = number.get(..length)?.contains(&b'.');
    match (number.get(length..)?, inner) {
        ([b']', b' ', rest @ ..], Some(_)) if has_point => Some(rest),
        ([b' ', rest @ ..], None) if has_point && length > 10 => Some(rest),
        _ => None,
    }
}

/// The stamp at the very start, and what follows it. Stamps are also told in brackets and JSON further
/// on in a line; there they belong to a message and do not make a head.
fn leading_stamp(line: &[u8]) -> Option<(text::Stamp, &[u8])> {
    let starts = line.first().is_some_and(u8::is_ascii_alphanumeric);
    let stamp = starts.then(|| text::parse(line)).flatten()?;
    let (head, rest) = line.split_at_checked(stamp.end)?;
    (!head.contains(&b'[')).then_some((stamp, rest))
}

/// The bytes up to the next space, and what follows the spaces after it.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|&b| b == b' ').unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    (word, rest.trim_ascii_start())
}

/// `STAMP host app procid msgid sd msg`, after the version number.
fn rfc5424(rest: &[u8]) -> Line<'_> {
    let (_stamp, rest) = word(rest);
    let (_host, rest) = word(rest);
    let (program, rest) = word(rest);
    let (pid, rest) = word(rest);
    let (_msgid, rest) = word(rest);
    let message = skip_structured(rest).trim_ascii_start();
    let message = message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message);
    // Some senders leave the header's fields empty and write an old head into the message.
    if program == b"-" {
        return match tag(message) {
            Some(entry) => Line::Entry(entry),
            None => Line::Other,
        };
    }
    Line::Entry(Entry {
        program: file_name(program),
        pid: number(pid),
        message,
    })
}

/// Skips `-` or `[id name="value" …][…]`.
fn skip_structured(text: &[u8]) -> &[u8] {
    if let Some(rest) = text.strip_prefix(b"-") {
        return rest;
    }
    let (mut inside, mut quoted, mut escaped) = (false, false, false);
    for (at, &b) in text.iter().enumerate() {
        match b {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' if !quoted => inside = true,
            b']' if !quoted => inside = false,
            _ if !inside => return text.get(at..).unwrap_or_default(),
            _ => {}
        }
    }
    &[]
}

/// `host tag[pid]: message`, with or without the host, after the stamp.
fn traditional(rest: &[u8]) -> Line<'_> {
    let mut rest = rest.trim_ascii_start();
    // FreeBSD's and Solaris' verbose forms write `<local2.info>` here.
    if rest.starts_with(b"<") {
        rest = word(rest).1;
    }
    if is_repeated(rest) {
        return Line::Continued;
    }
    // A tag ends with a colon, a host name does not: so the first word tells which it is.
    if let Some(entry) = tag(rest) {
        return Line::Entry(entry);
    }
    let (_host, mut rest) = word(rest);
    if is_repeated(rest) {
        return Line::Continued;
    }
    // AIX: `Message forwarded from host: tag[pid]: …` and `host auth|security:info tag[pid]: …`.
    if let Some(forwarded) = rest.strip_prefix(b"Message forwarded from ") {
        rest = word(forwarded).1;
    }
    let (first, after) = word(rest);
    if is_facility(first) {
        rest = after;
    }
    match tag(rest) {
        Some(entry) => Line::Entry(entry),
        None => Line::Other,
    }
}

/// `last message repeated 3 times`, which stands for lines of the program before.
fn is_repeated(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"--- ").unwrap_or(text);
    text.starts_with(b"last message repeated ") || text.starts_with(b"last message buffered ")
}

/// `local2:info`, `auth|security:notice`: facility and level as AIX writes them.
fn is_facility(word: &[u8]) -> bool {
    const LEVELS: [&[u8]; 11] = [
        b"emerg", b"alert", b"crit", b"err", b"error", b"warn", b"warning", b"notice", b"info",
        b"debug", b"none",
    ];
    let colon = word.iter().position(|&b| b == b':');
    let level = colon.and_then(|at| word.get(at + 1..));
    level.is_some_and(|level| LEVELS.contains(&level))
}

/// `program[pid]: message`, `program: message`, `/path/to/program[pid]: message`.
fn tag(text: &[u8]) -> Option<Entry<'_>> {
    let end = text.iter().take(128).position(|b| b"[: ".contains(b))?;
    let program = text.get(..end).filter(|name| !name.is_empty())?;
    let rest = text.get(end..)?;
    let (pid, rest) = match rest.strip_prefix(b"[") {
        Some(inner) => {
            let close = inner.iter().take(64).position(|&b| b == b']')?;
            (number(inner.get(..close)?), inner.get(close + 1..)?)
        }
        None => (None, rest),
    };
    let message = match rest {
        // Without a number a colon can also be that of an address (`fd77::5`).
        [b':', message @ ..]
            if pid.is_some() || matches!(message, [] | [b' ' | b'\t' | b'[', ..]) =>
        {
            message
        }
        // launchd: `com.apple.xpc.launchd[1] (com.aspera.asperanoded[77]): …`
        [b' ', message @ ..] if message.starts_with(b"(") && pid.is_some() => message,
        _ => return None,
    };
    Some(Entry {
        program: file_name(program),
        pid,
        message: skip_solaris_id(message.trim_ascii_start()),
    })
}

/// Skips `[ID 800047 auth.info] `, which Solaris writes before each message.
fn skip_solaris_id(message: &[u8]) -> &[u8] {
    if !message.starts_with(b"[ID ") {
        return message;
    }
    let close = message.iter().take(64).position(|&b| b == b']');
    let rest = close.and_then(|at| message.get(at + 1..));
    rest.unwrap_or(message).trim_ascii_start()
}

/// The last part of a path; `sshd(pam_unix)` is `sshd`.
fn file_name(program: &[u8]) -> &[u8] {
    let from = memchr::memrchr(b'/', program).map_or(0, |at| at + 1);
    let name = program.get(from..).unwrap_or(program);
    match memchr::memchr(b'(', name) {
        Some(at) if at > 0 => name.get(..at).unwrap_or(name),
        _ => name,
    }
}

fn number(text: &[u8]) -> Option<u32> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let digits = std::str::from_utf8(text.get(..digits)?).ok()?;
    digits.parse().ok()
}

#[cfg(test)]
#[path = "syslog_tests.rs"]
mod tests;
