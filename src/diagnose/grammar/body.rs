//! The bodies of ascp's lines: session begin and end, parameters, statistics, errors, silence, HTTP.
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::{Uuid, first_uuid, kept};

/// `FASP Session Start` or `Stop`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::diagnose) struct SessionLine {
    pub(in crate::diagnose) uuid: Uuid,
    pub(in crate::diagnose) stop: bool,
    pub(in crate::diagnose) sending: bool,
    pub(in crate::diagnose) status: String,
    pub(in crate::diagnose) code: Option<i64>,
    pub(in crate::diagnose) errstr: String,
    pub(in crate::diagnose) source: String,
    pub(in crate::diagnose) dest: String,
    pub(in crate::diagnose) peer: String,
    pub(in crate::diagnose) version: String,
    pub(in crate::diagnose) cookie: String,
}

/// `FASP Session Statistics`: what went over the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::diagnose) struct Statistics {
    pub(in crate::diagnose) uuid: Uuid,
    pub(in crate::diagnose) sender: bool,
    /// Bytes of files.
    pub(in crate::diagnose) bytes: u64,
    /// Time of the data phase in microseconds.
    pub(in crate::diagnose) elapsed: u64,
    /// Blocks sent again, in hundredths of a per cent.
    pub(in crate::diagnose) loss: u32,
    /// Effective rate in kilobits a second.
    pub(in crate::diagnose) kbps: u64,
}

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

/// Value of `key=`: quoted, or up to the next ` word=`. Bare values may hold spaces.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find(key)?;
        from = at + key.len();
        let free = at == 0 || text.as_bytes().get(at - 1) == Some(&b' ');
        if !free {
            continue;
        }
        let rest = text.get(from..)?;
        if let Some(quoted) = rest.strip_prefix('"') {
            return quoted.split('"').next();
        }
        return Some(rest.get(..bare_end(rest))?.trim_end());
    }
}

/// Where a bare value ends: before the next ` word=`, or at the end.
fn bare_end(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut end = rest.len();
    for equals in memchr::memchr_iter(b'=', bytes) {
        let before = bytes.get(..equals).unwrap_or_default();
        let word = before
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/'))
            .count();
        let space = before.len() - word;
        if word > 0 && space > 0 && bytes.get(space - 1) == Some(&b' ') {
            end = space - 1;
            break;
        }
        if word == 0 && equals == 0 {
            break;
        }
    }
    end
}

fn word<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.split_once(key)?.1.split_ascii_whitespace().next()
}

/// What the text behind the prefix tells, if it is one of the known bodies.
#[must_use]
pub(in crate::diagnose) fn body(text: &str) -> Option<Body> {
    if let Some(rest) = text.strip_prefix("FASP Session ") {
        return session(rest);
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
            token: kept(value(rest, "token=").unwrap_or_default()),
        });
    }
    if let Some(number) = word(text, "TCP connect failed, err=") {
        return Some(Body::Errno(number.parse().ok()?));
    }
    if let Some(seconds) = word(text, " has not received a packet for ") {
        return Some(Body::Silence {
            sender: text.starts_with("Sender"),
            seconds: seconds.parse().ok()?,
        });
    }
    if text.contains("file transfers failed ") {
        let count = text.rsplit(':').next()?.trim().parse().ok()?;
        return (text.starts_with("- ") && count > 0).then_some(Body::FilesFailed(count));
    }
    if text.contains(", cap to ") && text.contains("requested by peer") {
        return Some(Body::Capped(kept(text)));
    }
    http(text).or_else(|| said(text))
}

fn session(rest: &str) -> Option<Body> {
    let (kind, rest) = rest.split_once(' ')?;
    match kind {
        "Start" | "Stop" => start_or_stop(kind == "Stop", rest),
        "Params" => Some(Body::Params {
            uuid: Uuid::parse(value(rest, "uuid=")?)?,
            cookie: kept(value(rest, "cookie=").unwrap_or_default()),
            target: value(rest, "targetrate=")
                .and_then(|v| v.parse::<u64>().ok())
                .unwrap_or_default()
                / 1000,
            nodes: value(rest, "cluster_num_nodes=")
                .and_then(|v| v.parse().ok())
                .unwrap_or(1),
        }),
        "Statistics" => statistics(rest).map(Body::Statistics),
        "Error" | "Peer" => {
            let peer = kind == "Peer";
            let rest = if peer {
                rest.strip_prefix("Error ")?
            } else {
                rest
            };
            let rest = rest.strip_prefix("id=")?;
            let uuid = Uuid::parse(rest.get(..36)?)?;
            let (code, text) = rest.split_once("(error ")?.1.split_once(", ")?;
            let text = text.trim_end().strip_suffix(')').unwrap_or(text);
            Some(Body::Said {
                uuid: Some(uuid),
                peer,
                code: code.trim().parse().ok(),
                text: kept(text),
            })
        }
        _ => None,
    }
}

fn start_or_stop(stop: bool, rest: &str) -> Option<Body> {
    let status = value(rest, "status=")?;
    // A bare value that was cut runs into what follows: a status is one word.
    let status = status.split_ascii_whitespace().next()?.to_owned();
    let text = |key| kept(value(rest, key).unwrap_or_default());
    Some(Body::Session(Box::new(SessionLine {
        uuid: Uuid::parse(value(rest, "uuid=")?)?,
        stop,
        sending: value(rest, "op=")? == "send",
        status,
        code: word(rest, " errcode=").and_then(|v| v.parse().ok()),
        errstr: text("errstr="),
        source: text("source="),
        dest: text("dest="),
        peer: text("peer="),
        version: text("ver="),
        cookie: text("cookie="),
    })))
}

/// What stands before the numbers of a line of statistics, in the order in which the lines have them. Busy logs hold
/// more of these lines than of all others, so the searches are made once.
static STATISTICS: LazyLock<[Finder<'static>; 5]> = LazyLock::new(|| {
    [
        " id=",
        " solicited_rex=",
        " effective_rate=",
        "file_bytes ",
        "tx_time ",
    ]
    .map(Finder::new)
});

fn statistics(rest: &str) -> Option<Statistics> {
    let sender = rest.starts_with("[Sender]");
    let mut from = 0;
    // Each search goes on behind the last find; what stands in another order is found from the start.
    let words = STATISTICS.each_ref().map(|key| {
        let bytes = rest.as_bytes();
        let onward = key.find(bytes.get(from..)?).map(|at| from + at);
        let at = onward.or_else(|| key.find(bytes.get(..from)?))?;
        from = at + key.needle().len();
        rest.get(from..)?.split_ascii_whitespace().next()
    });
    let [id, rex, kbps, bytes, elapsed] = words;
    let number = |word: Option<&str>| word.and_then(|v| v.trim_end_matches(')').parse().ok());
    let percent = |word: Option<&str>| {
        let value: f64 = word?.strip_suffix('%')?.parse().ok()?;
        // Hundredths of a per cent, between 0 and 10 000.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped just before"
        )]
        Some((value.clamp(0.0, 100.0) * 100.0).round() as u32)
    };
    Some(Statistics {
        uuid: Uuid::parse(id?)?,
        sender,
        bytes: number(bytes).unwrap_or_default(),
        elapsed: number(elapsed).unwrap_or_default(),
        loss: percent(rex).unwrap_or_default(),
        kbps: kbps.map_or(0, rate),
    })
}

/// `349.57Mbps` in kilobits a second.
fn rate(text: &str) -> u64 {
    let at = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let Ok(number) = number.parse::<f64>() else {
        return 0;
    };
    let times = match unit.get(..1) {
        Some("G") => 1e6,
        Some("M") => 1e3,
        _ => 1.0,
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float to an integer saturates"
    )]
    let kbps = (number * times) as u64;
    kbps
}

/// `FASP Transfer Stop … status=failed`: a file, not the session.
fn file_failed(rest: &str) -> Option<Body> {
    let status = value(rest, "status=")?;
    if !matches!(status, "failed" | "error") {
        return None;
    }
    let code: Option<i64> = word(rest, " errcode=").and_then(|v| v.parse().ok());
    Some(Body::Said {
        uuid: Uuid::parse(value(rest, "uuid=")?),
        peer: false,
        code,
        text: kept(value(rest, "errstr=").unwrap_or("One or more transfers failed")),
    })
}

fn http(text: &str) -> Option<Body> {
    if text.starts_with("Falling back to HTTP") {
        return Some(Body::Http(Http::Begun));
    }
    if text.starts_with("Initializing http ") {
        return Some(Body::Http(Http::Opened {
            uuid: value(text, "session=").and_then(Uuid::parse),
            get: text.contains("\"get\""),
            result: word(text, " result=").and_then(|v| v.parse().ok())?,
        }));
    }
    let rest = text.strip_prefix("http_session=")?;
    if let Some(result) = word(rest, " ended with result:") {
        return Some(Body::Http(Http::Ended {
            result: result.parse().ok()?,
            completed: word(rest, " completed=") == Some("1"),
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
            let (code, text) = rest.split_once(" errstr [")?;
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
