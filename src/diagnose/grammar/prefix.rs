//! The prefix of a line: time, process, level. One parser for all notations: log files of ascp old and new, syslog in
//! three templates, terminal, Connect, transfer daemon, ascli old and new, Python.
use std::borrow::Cow;

use serde_json::Value;

use super::line_text::lossy;
use crate::text;
use crate::text::Stamp;

/// Most bytes of a line that are looked at.
const LONGEST_LINE: usize = 32 * 1024;

/// The level of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diagnose) enum LogLevel {
    Error,
    Warning,
    Info,
    Debug,
    /// The notation has no level, or an unknown one.
    Unknown,
}

/// Which program wrote a line, as far as the line says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diagnose) enum LogProgram {
    /// A log whose lines name only a process: ascp, unless the name of the file says otherwise.
    Process,
    /// `ascp` or `ascp4` by its syslog tag.
    Ascp,
    /// Another program that logs about transfers: node daemon, central, Connect, transfer daemon, ascli.
    Other,
    /// No prefix that names a program: copied from a terminal.
    Terminal,
}

/// A line in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diagnose) struct LogLine<'a> {
    pub(in crate::diagnose) stamp: Option<Stamp>,
    pub(in crate::diagnose) pid: Option<u32>,
    pub(in crate::diagnose) level: LogLevel,
    pub(in crate::diagnose) program: LogProgram,
    pub(in crate::diagnose) text: Cow<'a, str>,
}

/// Splits a line into prefix and text. A line without a known prefix is text without a level.
#[must_use]
pub(in crate::diagnose) fn line(bytes: &[u8]) -> LogLine<'_> {
    let bytes = bytes.get(..LONGEST_LINE).unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let bytes = without_color(bytes);
    if bytes.starts_with(b"{")
        && let Some(line) = json(bytes)
    {
        return line;
    }
    let Some((stamp, rest)) = text::parse(bytes).and_then(|s| Some((s, bytes.get(s.end..)?)))
    else {
        return bare(lossy(bytes));
    };
    let mut line = if bytes.get(1..3) == Some(b", ") || bytes.starts_with(b"[") {
        ruby(rest)
    } else if rest.starts_with(b" [") {
        file(rest)
    } else {
        syslog(rest).or_else(|| python(rest))
    }
    .unwrap_or_else(|| bare(lossy(rest)));
    line.stamp = Some(stamp);
    line
}

/// True for a line that begins with a prefix of its own: it continues no other.
#[must_use]
pub(in crate::diagnose) fn is_level_line(bytes: &[u8]) -> bool {
    let bytes = without_color(bytes);
    text::parse(bytes).is_some()
        || bytes.starts_with(b"{\"")
        || level(&lossy(bytes.get(..8).unwrap_or(bytes))).is_some()
}

/// The line without the color codes that a terminal program wrote before it.
fn without_color(mut bytes: &[u8]) -> &[u8] {
    while bytes.starts_with(b"\x1b[") {
        let Some(end) = bytes.iter().take(20).position(|&byte| byte == b'm') else {
            break;
        };
        bytes = bytes.get(end + 1..).unwrap_or_default();
    }
    bytes
}

/// A level token and the text behind it.
fn level(text: &str) -> Option<(LogLevel, &str)> {
    const TOKENS: [(&str, LogLevel); 14] = [
        ("LOG", LogLevel::Info),
        ("ERR", LogLevel::Error),
        ("DBG", LogLevel::Debug),
        ("DBG1", LogLevel::Debug),
        ("DBG2", LogLevel::Debug),
        ("WRN", LogLevel::Warning),
        ("ERRR", LogLevel::Error),
        ("WARN", LogLevel::Warning),
        ("INFO", LogLevel::Info),
        ("DEBG", LogLevel::Debug),
        ("FATL", LogLevel::Error),
        ("ERROR", LogLevel::Error),
        ("ERROR:", LogLevel::Error),
        ("TRAC", LogLevel::Debug),
    ];
    let head = text.as_bytes().get(..8).unwrap_or(text.as_bytes());
    let end = head.iter().position(|b| matches!(b, b' ' | b'\x1b'))?;
    let (token, rest) = (text.get(..end)?, text.get(end + 1..)?);
    let (_, level) = TOKENS.iter().find(|(name, _)| *name == token)?;
    // A color code ends behind the token: the rest of the code is before the text.
    let rest = match rest.strip_prefix('[') {
        Some(code) if text.get(token.len()..)?.starts_with('\x1b') => code.split_once('m')?.1,
        _ => rest,
    };
    Some((*level, rest))
}

/// Connect writes a second token behind the first.
fn second(level: LogLevel, text: &str) -> (LogLevel, &str) {
    const TOKENS: [(&str, LogLevel); 6] = [
        ("INFO: ", LogLevel::Info),
        ("DEBUG: ", LogLevel::Debug),
        ("TRACE: ", LogLevel::Debug),
        ("WARN: ", LogLevel::Warning),
        ("WARNING: ", LogLevel::Warning),
        ("ERROR: ", LogLevel::Error),
    ];
    TOKENS
        .iter()
        .find_map(|(token, level)| Some((*level, text.strip_prefix(token)?)))
        .unwrap_or((level, text))
}

fn owned(text: Cow<'_, str>, from: usize) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(from..).unwrap_or_default()),
        Cow::Owned(text) => Cow::Owned(text.get(from..).unwrap_or_default().to_owned()),
    }
}

/// Reads `[LVL] text`, from a text that is all that is left.
fn with_level(text: Cow<'_, str>, pid: Option<u32>, program: LogProgram) -> LogLine<'_> {
    let (found, from) = match level(&text) {
        Some((found, rest)) => {
            let (found, rest) = second(found, rest);
            (found, text.len() - rest.len())
        }
        None => (LogLevel::Unknown, 0),
    };
    LogLine {
        stamp: None,
        pid,
        level: found,
        program,
        text: owned(text, from),
    }
}

/// No time: a terminal's copy, or a program that writes none.
fn bare(text: Cow<'_, str>) -> LogLine<'_> {
    with_level(text, None, LogProgram::Terminal)
}

/// ` [PID-TID] LVL text`, hexadecimal.
fn file(rest: &[u8]) -> Option<LogLine<'_>> {
    let inner = rest.get(2..)?;
    let end = memchr::memchr(b']', inner.get(..40).unwrap_or(inner))?;
    let (pid, tid) = std::str::from_utf8(inner.get(..end)?)
        .ok()?
        .split_once('-')?;
    let tid = tid.strip_prefix("0x").unwrap_or(tid);
    let hex = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    if !hex(pid) || !hex(tid) {
        return None;
    }
    let text = inner.get(end + 1..)?.strip_prefix(b" ")?;
    let pid = u32::from_str_radix(pid, 16).ok();
    Some(with_level(lossy(text), pid, LogProgram::Process))
}

/// ` host tag[PID]: LVL text`, or ` host tag PID msgid sd text` as the newer template has it.
fn syslog(rest: &[u8]) -> Option<LogLine<'_>> {
    let rest = rest.strip_prefix(b" ")?;
    let space = memchr::memchr(b' ', rest)?;
    let rest = rest.get(space + 1..)?;
    let space = memchr::memchr(b' ', rest)?;
    let word = std::str::from_utf8(rest.get(..space)?).ok()?;
    if let Some(tag) = word.strip_suffix(':') {
        let inner = tag.strip_suffix(']').unwrap_or_default();
        let (name, pid) = match memchr::memrchr(b'[', inner.as_bytes()) {
            Some(at) => (inner.get(..at)?, inner.get(at + 1..)?.parse().ok()),
            None => (tag, None),
        };
        let text = lossy(rest.get(space + 1..)?);
        return Some(with_level(text, pid, program(name)));
    }
    // Behind the tag: process, message id, structured data. None of them holds a space in Aspera's lines.
    let mut at = space + 1;
    let mut pid = None;
    for field in 0..3 {
        let part = rest.get(at..)?;
        let end = memchr::memchr(b' ', part)?;
        let word = part.get(..end)?;
        if field == 0 {
            pid = std::str::from_utf8(word).ok()?.parse().ok();
            pid?;
        } else if word != b"-" {
            return None;
        }
        at += end + 1;
    }
    Some(with_level(lossy(rest.get(at..)?), pid, program(word)))
}

fn program(tag: &str) -> LogProgram {
    let name = memchr::memrchr(b'/', tag.as_bytes()).map_or(Some(tag), |at| tag.get(at + 1..));
    match name {
        Some("ascp" | "ascp4") => LogProgram::Ascp,
        _ => LogProgram::Other,
    }
}

/// ` #PID] ERROR -- : text`, behind the time in the brackets.
fn ruby(rest: &[u8]) -> Option<LogLine<'_>> {
    let text = lossy(rest);
    let (head, _) = text.split_once(" -- ")?;
    let word = head.rsplit([' ', ']']).next()?;
    let level = match word {
        "ERROR" | "FATAL" => LogLevel::Error,
        "WARN" => LogLevel::Warning,
        "INFO" => LogLevel::Info,
        _ => LogLevel::Debug,
    };
    let from = head.len() + 4;
    let body = text.get(from..)?;
    let from = from + body.find(": ").map_or(0, |at| at + 2);
    // The number is that of ascli, not of the ascp that it started.
    Some(LogLine {
        stamp: None,
        pid: None,
        level,
        program: LogProgram::Other,
        text: owned(text, from),
    })
}

/// ` (name) [ERROR] - text`.
fn python(rest: &[u8]) -> Option<LogLine<'_>> {
    let text = lossy(rest);
    let at = text.get(..80).unwrap_or(&text).find('[')?;
    let (word, behind) = text.get(at + 1..)?.split_once("] ")?;
    let level = match word {
        "ERROR" | "CRITICAL" | "FATAL" => LogLevel::Error,
        "WARNING" => LogLevel::Warning,
        "INFO" | "DEBUG" => LogLevel::Info,
        _ => return None,
    };
    let behind = behind.strip_prefix("- ").unwrap_or(behind);
    let from = text.len() - behind.len();
    Some(LogLine {
        stamp: None,
        pid: None,
        level,
        program: LogProgram::Other,
        text: owned(text, from),
    })
}

/// One JSON object: `level`, `msg`, `time`, as the transfer daemon writes.
fn json(bytes: &[u8]) -> Option<LogLine<'static>> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let word = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| value.get(name)?.as_str())
            .map(str::to_owned)
    };
    let message = word(&["msg", "message"])?;
    let level = match word(&["level", "severity"])
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "error" | "fatal" | "panic" => LogLevel::Error,
        "warn" | "warning" => LogLevel::Warning,
        "debug" | "trace" => LogLevel::Debug,
        "info" => LogLevel::Info,
        _ => LogLevel::Unknown,
    };
    Some(LogLine {
        stamp: text::parse(bytes),
        pid: None,
        level,
        program: LogProgram::Other,
        text: Cow::Owned(message),
    })
}
