//! Messages of ascp: what a line says behind its prefix. Lines of sessions are read by `session_line`.
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::ascp_line::{AscpLine, HttpStep};
use super::fields::value;
use super::line_text::kept;
use super::session_line::{SeenSessions, session};
use super::uuid::{Uuid, first_uuid};

fn word<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.split_once(key)?.1.split_ascii_whitespace().next()
}

/// Words inside of lines, each with a search that is made once: making one costs as much as reading a short line.
static INSIDE: LazyLock<[Finder<'static>; 4]> = LazyLock::new(|| {
    [
        "TCP connect failed, err=",
        " has not received a packet for ",
        "file transfers failed ",
        ", cap to ",
    ]
    .map(Finder::new)
});

/// The message behind the prefix, if it is a known one. `seen` holds the fields of earlier lines of the block.
#[must_use]
pub(in crate::diagnose) fn body<'a>(
    text: &'a str,
    seen: &mut SeenSessions<'a>,
) -> Option<AscpLine> {
    if let Some(rest) = text.strip_prefix("FASP Session ") {
        return session(rest, seen);
    }
    if let Some(rest) = text.strip_prefix("FASP Transfer ") {
        return file_failed(rest);
    }
    if let Some(rest) = text.strip_prefix("Initializing FASP version ") {
        let version = rest.split([',', ' ']).next().unwrap_or_default().to_owned();
        let expires = rest
            .split_once("license expires on ")
            .map(|(_, date)| kept(date.split(", max").next().unwrap_or(date)));
        return Some(AscpLine::Began { version, expires });
    }
    if let Some(rest) = text.strip_prefix("AUTH [") {
        return Some(AscpLine::Auth {
            server: rest.starts_with("SERVER"),
            token: kept(value(rest, "token").unwrap_or_default()),
        });
    }
    http(text).or_else(|| error(text)).or_else(|| inside(text))
}

/// Bodies that are known by words in the middle.
fn inside<'t>(text: &'t str) -> Option<AscpLine> {
    let behind = |search: &Finder<'_>| -> Option<&'t str> {
        let at = search.find(text.as_bytes())?;
        text.get(at + search.needle().len()..)
    };
    let [tcp, silence, files, capped] = &*INSIDE;
    let first = |rest: &'t str| rest.split_ascii_whitespace().next();
    if let Some(number) = behind(tcp).and_then(first) {
        return Some(AscpLine::Errno(number.parse().ok()?));
    }
    if let Some(seconds) = behind(silence).and_then(first) {
        return Some(AscpLine::Silence {
            sender: text.starts_with("Sender"),
            seconds: seconds.parse().ok()?,
        });
    }
    if text.starts_with("- ") && behind(files).is_some() {
        let count = text.rsplit(':').next()?.trim().parse().ok()?;
        return (count > 0).then_some(AscpLine::FilesFailed(count));
    }
    let capped = behind(capped).is_some() && text.contains("requested by peer");
    capped.then(|| AscpLine::Capped(kept(text)))
}

/// `FASP Transfer Stop … status=failed`: a file, not the session.
fn file_failed(rest: &str) -> Option<AscpLine> {
    let status = value(rest, "status")?;
    if !matches!(status, "failed" | "error") {
        return None;
    }
    let code: Option<i64> = word(rest, " errcode=").and_then(|v| v.parse().ok());
    Some(AscpLine::Error {
        uuid: Uuid::parse(value(rest, "uuid")?),
        peer: false,
        code,
        text: kept(value(rest, "errstr").unwrap_or("One or more transfers failed")),
    })
}

/// A status of HTTP, or a number below zero: one of fewer digits was cut.
fn status(text: &str) -> Option<i64> {
    let number = text.parse().ok()?;
    (text.len() >= 3 || number <= 0).then_some(number)
}

fn http(text: &str) -> Option<AscpLine> {
    if text.starts_with("Falling back to HTTP") {
        return Some(AscpLine::Http(HttpStep::Begun));
    }
    if text.starts_with("Initializing http ") {
        return Some(AscpLine::Http(HttpStep::Opened {
            uuid: value(text, "session").and_then(Uuid::parse),
            get: text.contains("\"get\""),
            result: word(text, " result=").and_then(status)?,
        }));
    }
    let rest = text.strip_prefix("http_session=")?;
    if let Some(result) = word(rest, " ended with result:") {
        return Some(AscpLine::Http(HttpStep::Ended {
            result: result.parse().ok()?,
            // Where this is cut off the result may be too.
            completed: word(rest, " completed=")? == "1",
        }));
    }
    let (_, words) = rest.split_once(' ')?;
    (words.starts_with("Error") || words.contains("failed") || words.contains(" error="))
        .then(|| AscpLine::Http(HttpStep::Failed(kept(words))))
}

/// Errors in free words, at any level.
fn error(text: &str) -> Option<AscpLine> {
    let error = |peer, code: Option<&str>, text: &str| {
        Some(AscpLine::Error {
            uuid: first_uuid(text),
            peer,
            code: code.and_then(|c| c.trim().parse().ok()),
            text: kept(text),
        })
    };
    for (begin, peer) in [
        ("FASP sender had error, errcode ", false),
        ("FASP receiver had error, errcode ", false),
        ("Peer FASP sender had error, errcode ", true),
        ("Peer FASP receiver had error, errcode ", true),
    ] {
        if let Some(rest) = text.strip_prefix(begin) {
            let (code, text) = rest.split_once(' ')?;
            let text = text.strip_prefix("errstr [")?;
            let text = text.trim_end();
            return error(peer, Some(code), text.strip_suffix(']').unwrap_or(text));
        }
    }
    if let Some(rest) = text.strip_prefix("Session initialization failure: ") {
        let (words, code) = rest.trim_end().strip_suffix(')')?.rsplit_once(" (")?;
        return error(words.starts_with("Server aborted"), Some(code), words);
    }
    // The terminal: `Session Stop  (Error: …)` and `ascp: …, exiting.`
    if let Some(rest) = text.strip_prefix("Session Stop  (Error: ") {
        let words = rest.trim_end();
        return error(false, None, words.strip_suffix(')').unwrap_or(words));
    }
    if let Some(rest) = text
        .strip_prefix("ascp: ")
        .or_else(|| text.strip_prefix("ascp.exe: "))
    {
        let words = rest.trim_end();
        return error(
            false,
            None,
            words.strip_suffix(", exiting.").unwrap_or(words),
        );
    }
    let cause = ["Could not validate bearer token", "Authorization refused"]
        .iter()
        .any(|begin| text.starts_with(begin));
    cause.then(|| error(false, None, text)).flatten()
}
