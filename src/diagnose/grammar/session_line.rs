//! Lines of FASP sessions: start and stop, parameters, statistics, errors of either end.
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::ascp_line::{AscpLine, SessionLine, Statistics};
use super::fields::KeyValues;
use super::line_text::kept;
use super::uuid::Uuid;

/// Most sessions that are remembered: about as many write into one log at the same time.
const AT_ONCE: usize = 8;

/// Fields of sessions that earlier lines of one block had: the lines that begin and end a session have the same second
/// half, and are both followed by its parameters. What was seen is not read again.
#[derive(Default)]
pub(in crate::diagnose) struct SeenSessions<'a> {
    /// Ids of sessions, and their line from `source=` on.
    sessions: Ring<(&'a str, &'a str)>,
    /// The text behind `Params `.
    params: Ring<&'a [u8]>,
}

/// The last few values.
#[derive(Default)]
struct Ring<T> {
    values: [T; AT_ONCE],
    next: usize,
}

impl<T: PartialEq> Ring<T> {
    /// True for a known value; another one is added.
    fn knows(&mut self, value: T) -> bool {
        let known = self.values.contains(&value);
        if !known && let Some(oldest) = self.values.get_mut(self.next) {
            *oldest = value;
            self.next = (self.next + 1) % AT_ONCE;
        }
        known
    }
}

impl<'a> SeenSessions<'a> {
    /// True if another line of the session had the same fields.
    fn again(&mut self, uuid: Option<&'a str>, tail: &'a str) -> bool {
        uuid.is_some_and(|uuid| self.sessions.knows((uuid, tail)))
    }

    /// True if another line had the same parameters.
    pub(in crate::diagnose) fn knows_params(&mut self, line: &'a [u8]) -> bool {
        self.params.knows(line)
    }
}

/// What follows `FASP Session `.
pub(super) fn session<'a>(rest: &'a str, seen: &mut SeenSessions<'a>) -> Option<AscpLine> {
    let (kind, rest) = rest.split_once(' ')?;
    match kind {
        "Start" | "Stop" => start_or_stop(kind == "Stop", rest, seen),
        "Params" => params(rest),
        "Statistics" => statistics(rest).map(AscpLine::Statistics),
        "Error" | "Peer" => {
            let peer = kind == "Peer";
            let rest = if peer {
                rest.strip_prefix("Error ")?
            } else {
                rest
            };
            let rest = rest.strip_prefix("id=")?;
            let uuid = Uuid::parse(rest.get(..36)?)?;
            let at = ERROR.find(rest.as_bytes())? + ERROR.needle().len();
            let (code, text) = rest.get(at..)?.split_once(", ")?;
            let text = text.trim_end().strip_suffix(')').unwrap_or(text);
            Some(AscpLine::Error {
                uuid: Some(uuid),
                peer,
                code: code.trim().parse().ok(),
                text: kept(text),
            })
        }
        _ => None,
    }
}

static ERROR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("(error "));

fn params(rest: &str) -> Option<AscpLine> {
    let words: &[Finder<'_>; 4] = &PARAMS;
    let [id, target, cookie, nodes] = behind(rest, words);
    let number = |value: Option<&str>| -> Option<u64> { first(value?)?.parse().ok() };
    // A cookie is quoted, and may hold spaces.
    let cookie = cookie.and_then(|rest| rest.strip_prefix('"')?.split('"').next());
    Some(AscpLine::Params {
        uuid: Uuid::parse(first(id?)?)?,
        cookie: kept(cookie.unwrap_or_default()),
        target: number(target).unwrap_or_default() / 1000,
        nodes: number(nodes)
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(1),
    })
}

fn start_or_stop<'a>(stop: bool, rest: &'a str, seen: &mut SeenSessions<'a>) -> Option<AscpLine> {
    let (mut uuid, mut op, mut status, mut code, mut errstr) = (None, None, None, None, None);
    let (mut source, mut dest, mut peer, mut version, mut cookie) = (None, None, None, None, None);
    let mut fields = KeyValues::of(rest);
    while let Some((key, value)) = fields.next() {
        let own = match key {
            "uuid" => &mut uuid,
            "op" => &mut op,
            "status" => &mut status,
            "errcode" => &mut code,
            "errstr" => &mut errstr,
            "source" => {
                if seen.again(uuid, fields.tail()) {
                    break;
                }
                &mut source
            }
            "dest" => &mut dest,
            "peer" => &mut peer,
            "ver" => {
                // It is the last of them, in lines of all versions.
                version = Some(value);
                break;
            }
            "cookie" => &mut cookie,
            _ => continue,
        };
        own.get_or_insert(value);
    }
    let text = |value: Option<&str>| kept(value.unwrap_or_default());
    // A bare value that was cut runs into what follows: a status is one word.
    let word = |value: Option<&'a str>| value?.split_ascii_whitespace().next();
    Some(AscpLine::Session(Box::new(SessionLine {
        uuid: Uuid::parse(uuid?)?,
        stop,
        sending: op? == "send",
        status: word(status)?.to_owned(),
        code: word(code).and_then(|v| v.parse().ok()),
        errstr: text(errstr),
        source: text(source),
        dest: text(dest),
        peer: text(peer),
        version: text(version),
        cookie: text(cookie),
    })))
}

/// The keys of a line of parameters and of one of statistics, in their order. Busy logs have more of these lines than of
/// all others, so the searches are prepared once.
static PARAMS: LazyLock<[Finder<'static>; 4]> =
    LazyLock::new(|| ["uuid=", " targetrate=", " cookie=", " cluster_num_nodes="].map(Finder::new));
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

/// The text behind each of some words. Each search continues behind the last match, and then tries from the start.
fn behind<'t, const N: usize>(text: &'t str, words: &[Finder<'_>; N]) -> [Option<&'t str>; N] {
    let mut from = 0;
    words.each_ref().map(|word| {
        let bytes = text.as_bytes();
        let onward = word.find(bytes.get(from..)?).map(|at| from + at);
        let at = onward.or_else(|| word.find(bytes.get(..from)?))?;
        from = at + word.needle().len();
        text.get(from..)
    })
}

/// The word that a text begins with.
fn first(text: &str) -> Option<&str> {
    let end = memchr::memchr(b' ', text.as_bytes()).unwrap_or(text.len());
    text.get(..end).map(str::trim_end)
}

fn statistics(rest: &str) -> Option<Statistics> {
    let sender = rest.starts_with("[Sender]");
    let words: &[Finder<'_>; 5] = &STATISTICS;
    let [id, rex, kbps, bytes, elapsed] = behind(rest, words).map(|value| first(value?));
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
