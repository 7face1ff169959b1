//! The bodies of ascp's lines: what a line tells behind its prefix. Those of sessions are read in `session`.
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::fields::value;
use super::session_line::{SessionLine, Statistics, Told, session};
use super::{Uuid, first_uuid, kept};

/// A step of an HTTP fallback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diagnose) enum Http {
    /// `Falling back to HTTP`.
    Begun,
    /// `Initializing http "put" request fasp session=… http_session=… result=…`.
    Opened {
        uuid: Option<Uuid>,
        get: bool,
        result: i64,
    },
    /// `http_session=… ended with result:… completed=…`.
    Ended { result: i64, completed: bool },
    /// Something went wrong, in the program's words.
    Failed(String),
}

/// What a line tells.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::diagnose) enum Body {
    /// A process began: version, and the end of its licence where it is told.
    Began {
        version: String,
        expires: Option<String>,
    },
    Session(Box<SessionLine>),
    Params {
        uuid: Uuid,
        cookie: String,
        /// Kilobits a second.
        target: u64,
        nodes: u32,
    },
    Statistics(Statistics),
    /// Somebody tells why it failed.
    Said {
        uuid: Option<Uuid>,
        peer: bool,
        code: Option<i64>,
        text: String,
    },
    /// `TCP connect failed, err=N`: the number is the system's.
    Errno(i64),
    /// `AUTH [CLIENT|SERVER] … token=…`.
    Auth {
        server: bool,
        token: String,
    },
    /// One end heard nothing for so many seconds.
    Silence {
        sender: bool,
        seconds: u32,
    },
    Http(Http),
    /// The footer's count of files that did not come through.
    FilesFailed(u64),
    /// A rate or policy was lowered, in the program's words.
    Capped(String),
}

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

/// What the text behind the prefix tells, if it is one of the known bodies. `told` is what the lines before it told.
#[must_use]
pub(in crate::diagnose) fn body<'a>(text: &'a str, told: &mut Told<'a>) -> Option<Body> {
    if let Some(rest) = text.strip_prefix("FASP Session ") {
        return session(rest, told);
    }
    if let Some(rest) = text.strip_prefix("FASP Transfer ") {
        return file_failed(rest);
    }
    if let Some(rest) = text.strip_prefix("Initializing FASP version ") {
        let version = rest.split([',', ' ']).next().unwrap_or_default().to_owned();
        let expires = rest
            .split_once("license expires on ")
            .map(|(_, date)| kept(date.split(", max").next().unwrap_or(date)));
        return Some(Body::Began { version, expires });
    }
    if let Some(rest) = text.strip_prefix("AUTH [") {
        return Some(Body::Auth {
            server: rest.starts_with("SERVER"),
            token: kept(value(rest, "token").unwrap_or_default()),
        });
    }
    http(text).or_else(|| said(text)).or_else(|| inside(text))
}

/// Bodies that are known by words in the middle.
fn inside<'t>(text: &'t str) -> Option<Body> {
    let behind = |search: &Finder<'_>| -> Option<&'t str> {
        let at = search.find(text.as_bytes())?;
        text.get(at + search.needle().len()..)
    };
    let [tcp, silence, files, capped] = &*INSIDE;
    let first = |rest: &'t str| rest.split_ascii_whitespace().next();
    if let Some(number) = behind(tcp).and_then(first) {
        return Some(Body::Errno(number.parse().ok()?));
    }
    if let Some(seconds) = behind(silence).and_then(first) {
        return Some(Body::Silence {
            sender: text.starts_with("Sender"),
            seconds: seconds.parse().ok()?,
        });
    }
    if text.starts_with("- ") && behind(files).is_some() {
        let count = text.rsplit(':').next()?.trim().parse().ok()?;
        return (count > 0).then_some(Body::FilesFailed(count));
    }
    let capped = behind(capped).is_some() && text.contains("requested by peer");
    capped.then(|| Body::Capped(kept(text)))
}

/// `FASP Transfer Stop … status=failed`: a file, not the session.
fn file_failed(rest: &str) -> Option<Body> {
    let status = value(rest, "status")?;
    if !matches!(status, "failed" | "error") {
        return None;
    }
    let code: Option<i64> = word(rest, " errcode=").and_then(|v| v.parse().ok());
    Some(Body::Said {
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

fn http(text: &str) -> Option<Body> {
    if text.starts_with("Falling back to HTTP") {
        return Some(Body::Http(Http::Begun));
    }
    if text.starts_with("Initializing http ") {
        return Some(Body::Http(Http::Opened {
            uuid: value(text, "session").and_then(Uuid::parse),
            get: text.contains("\"get\""),
            result: word(text, " result=").and_then(status)?,
        }));
    }
    let rest = text.strip_prefix("http_session=")?;
    if let Some(result) = word(rest, " ended with result:") {
        return Some(Body::Http(Http::Ended {
            result: result.parse().ok()?,
            // Where this is cut off the result may be too.
            completed: word(rest, " completed=")? == "1",
        }));
    }
    let (_, words) = rest.split_once(' ')?;
    (words.starts_with("Error") || words.contains("failed") || words.contains(" error="))
        .then(|| Body::Http(Http::Failed(kept(words))))
}

/// Lines that tell a cause in free words, at whatever level.
fn said(text: &str) -> Option<Body> {
    let said = |peer, code: Option<&str>, text: &str| {
        Some(Body::Said {
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
            return said(peer, Some(code), text.strip_suffix(']').unwrap_or(text));
        }
    }
    if let Some(rest) = text.strip_prefix("Session initialization failure: ") {
        let (words, code) = rest.trim_end().strip_suffix(')')?.rsplit_once(" (")?;
        return said(words.starts_with("Server aborted"), Some(code), words);
    }
    // The terminal: `Session Stop  (Error: …)` and `ascp: …, exiting.`
    if let Some(rest) = text.strip_prefix("Session Stop  (Error: ") {
        let words = rest.trim_end();
        return said(false, None, words.strip_suffix(')').unwrap_or(words));
    }
    if let Some(rest) = text
        .strip_prefix("ascp: ")
        .or_else(|| text.strip_prefix("ascp.exe: "))
    {
        let words = rest.trim_end();
        return said(
            false,
            None,
            words.strip_suffix(", exiting.").unwrap_or(words),
        );
    }
    let cause = ["Could not validate bearer token", "Authorization refused"]
        .iter()
        .any(|begin| text.starts_with(begin));
    cause.then(|| said(false, None, text)).flatten()
}
