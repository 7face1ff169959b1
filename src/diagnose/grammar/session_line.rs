//! Lines of sessions: begin and end, parameters, statistics, errors of either end.
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::body::Body;
use super::fields::Fields;
use super::{Uuid, kept};

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

/// Most sessions whose words are remembered: so many write into one log at once.
const AT_ONCE: usize = 8;

/// What lines of one block told that others tell again: the lines that begin and end a session have the same
/// second half, and its parameters stand behind both.
#[derive(Default)]
pub(in crate::diagnose) struct Told<'a> {
    /// Sessions, and what their line told from the source on.
    sessions: Ring<(&'a str, &'a str)>,
    /// What stands behind `Params `.
    params: Ring<&'a [u8]>,
}

/// The last few values.
#[derive(Default)]
struct Ring<T> {
    values: [T; AT_ONCE],
    next: usize,
}

impl<T: PartialEq> Ring<T> {
    /// True for a value that is there; else it is from now on.
    fn knows(&mut self, value: T) -> bool {
        let known = self.values.contains(&value);
        if !known && let Some(oldest) = self.values.get_mut(self.next) {
            *oldest = value;
            self.next = (self.next + 1) % AT_ONCE;
        }
        known
    }
}

impl<'a> Told<'a> {
    /// True where a line about the session told the same.
    fn again(&mut self, uuid: Option<&'a str>, tail: &'a str) -> bool {
        uuid.is_some_and(|uuid| self.sessions.knows((uuid, tail)))
    }

    /// True for parameters that such a line told already.
    pub(in crate::diagnose) fn knows_params(&mut self, line: &'a [u8]) -> bool {
        self.params.knows(line)
    }
}

/// What follows `FASP Session `.
pub(super) fn session<'a>(rest: &'a str, told: &mut Told<'a>) -> Option<Body> {
    let (kind, rest) = rest.split_once(' ')?;
    match kind {
        "Start" | "Stop" => start_or_stop(kind == "Stop", rest, told),
        "Params" => params(rest),
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
            let at = ERROR.find(rest.as_bytes())? + ERROR.needle().len();
            let (code, text) = rest.get(at..)?.split_once(", ")?;
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

static ERROR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("(error "));

fn params(rest: &str) -> Option<Body> {
    let words: &[Finder<'_>; 4] = &PARAMS;
    let [id, target, cookie, nodes] = behind(rest, words);
    let number = |value: Option<&str>| -> Option<u64> { first(value?)?.parse().ok() };
    // A cookie is quoted, and may hold spaces.
    let cookie = cookie.and_then(|rest| rest.strip_prefix('"')?.split('"').next());
    Some(Body::Params {
        uuid: Uuid::parse(first(id?)?)?,
        cookie: kept(cookie.unwrap_or_default()),
        target: number(target).unwrap_or_default() / 1000,
        nodes: number(nodes)
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(1),
    })
}

fn start_or_stop<'a>(stop: bool, rest: &'a str, told: &mut Told<'a>) -> Option<Body> {
    let (mut uuid, mut op, mut status, mut code, mut errstr) = (None, None, None, None, None);
    let (mut source, mut dest, mut peer, mut version, mut cookie) = (None, None, None, None, None);
    let mut fields = Fields::of(rest);
    while let Some((key, value)) = fields.next() {
        let own = match key {
            "uuid" => &mut uuid,
            "op" => &mut op,
            "status" => &mut status,
            "errcode" => &mut code,
            "errstr" => &mut errstr,
            "source" => {
                if told.again(uuid, fields.tail()) {
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
    Some(Body::Session(Box::new(SessionLine {
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

/// What stands before the values of a line of parameters and of one of statistics, in the order in which the lines have
/// them. Busy logs hold more of these lines than of all others, so the searches are made once.
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

/// What stands behind each of some words. Each search goes on behind the last find; what stands in another order is
/// found from the start.
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
