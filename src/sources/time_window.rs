//! The time window of `--since` and `--until`: reading what a person typed, and keeping the lines of
//! a log that lie inside. Lines tell their own time; a line that tells none goes with the line before.
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::text;
use crate::text::{LineRule, Stamp};

/// Days of a shared system log that are taken where nobody asked for a window.
pub const SHARED_LOG_DAYS: i64 = 7;

/// The part of time that is asked for; both ends belong to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// First moment, or from the beginning.
    pub since: Option<Timestamp>,
    /// Last moment, or to the end.
    pub until: Option<Timestamp>,
}

/// Why a window could not be read. Each text is a sentence with an example.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// The text is no time.
    #[error(
        "{option} is not a time that can be read; write for example 24h, 7d, now, 2026-11-22, \"2026-11-22 05:00\" or 2026-11-22T05:00:00Z."
    )]
    NotATime {
        /// `--since` or `--until`.
        option: &'static str,
    },
    /// The time is so far away that it cannot be computed.
    #[error("{option} is too far away; write for example 7d or 2026-11-22.")]
    TooFar {
        /// `--since` or `--until`.
        option: &'static str,
    },
    /// The end lies before the start.
    #[error("--until lies before --since, so no line could be inside; exchange the two.")]
    Reversed,
}

/// Which end of the window a text is about: a day alone means its start or its end.
#[derive(Clone, Copy)]
enum End {
    Since,
    Until,
}

impl End {
    fn option(self) -> &'static str {
        match self {
            Self::Since => "--since",
            Self::Until => "--until",
        }
    }
}

impl Window {
    /// Reads the two options. Accepted are RFC 3339 times, dates (`--until` means their end), dates
    /// with a time in `zone`, `now`, `today`, `yesterday`, and spans before `now` such as `90m`,
    /// `24h`, `7d`, `2w`, `1d12h`.
    ///
    /// # Errors
    /// What cannot be read, with examples of what can.
    pub fn parse(
        since: Option<&str>,
        until: Option<&str>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Self, WindowError> {
        let read =
            |text: Option<&str>, end| text.map(|text| moment(text, end, now, zone)).transpose();
        let window = Self {
            since: read(since, End::Since)?,
            until: read(until, End::Until)?,
        };
        match (window.since, window.until) {
            (Some(since), Some(until)) if until < since => Err(WindowError::Reversed),
            _ => Ok(window),
        }
    }

    /// The last days of a log, counted back from its newest line.
    #[must_use]
    pub fn last_days(days: i64, newest: Timestamp) -> Self {
        let since = newest.checked_sub(SignedDuration::from_secs(days.saturating_mul(86_400)));
        Self {
            since: Some(since.unwrap_or(Timestamp::MIN)),
            until: None,
        }
    }

    /// True where everything is inside.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.since.is_none() && self.until.is_none()
    }

    /// True where a moment is inside.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| since <= at) && self.until.is_none_or(|until| at <= until)
    }

    /// True where a file that was last changed at `modified` can hold lines of the window, and where
    /// that is not known. A file whose last change lies before the window cannot.
    #[must_use]
    pub fn may_hold(&self, modified: Option<SystemTime>) -> bool {
        let modified = modified.and_then(|at| Timestamp::try_from(at).ok());
        match (modified, self.since) {
            (Some(modified), Some(since)) => since <= modified,
            _ => true,
        }
    }
}

fn moment(text: &str, end: End, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, WindowError> {
    let text = text.trim();
    let today = now.to_zoned(zone.clone()).date();
    match text.to_ascii_lowercase().as_str() {
        "now" => return Ok(now),
        "today" => return day(today, end, zone),
        "yesterday" => return day(today.saturating_sub(jiff::Span::new().days(1)), end, zone),
        _ => {}
    }
    if let Some(span) = span(text) {
        let too_far = WindowError::TooFar {
            option: end.option(),
        };
        let span = span.ok_or(too_far.clone())?;
        return now.checked_sub(span).map_err(|_| too_far);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let not_a_time = WindowError::NotATime {
        option: end.option(),
    };
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(not_a_time);
    }
    let has_time = text.contains(':');
    if has_time {
        let local: DateTime = text.parse().map_err(|_| not_a_time)?;
        return at_zone(local, zone, end);
    }
    let date: Date = text.parse().map_err(|_| not_a_time)?;
    day(date, end, zone)
}

/// The first or the last moment of a day.
fn day(date: Date, end: End, zone: &TimeZone) -> Result<Timestamp, WindowError> {
    let time = match end {
        End::Since => Time::MIN,
        End::Until => Time::MAX,
    };
    at_zone(date.to_datetime(time), zone, end)
}

fn at_zone(local: DateTime, zone: &TimeZone, end: End) -> Result<Timestamp, WindowError> {
    let zoned: Result<Zoned, _> = local.to_zoned(zone.clone());
    let too_far = |_| WindowError::TooFar {
        option: end.option(),
    };
    zoned.map(|at| at.timestamp()).map_err(too_far)
}

/// Reads `24h`, `1d12h`, `2w`. `None` where it is no span; `Some(None)` where it is too long a one.
fn span(text: &str) -> Option<Option<SignedDuration>> {
    let mut rest = text;
    let mut seconds = Some(0_i64);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at_checked(digits)?;
        let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, tail) = tail.split_at_checked(letters)?;
        let unit = match unit.to_ascii_lowercase().as_str() {
            "s" | "sec" => 1,
            "m" | "min" => 60,
            "h" | "hour" | "hours" => 3600,
            "d" | "day" | "days" => 86_400,
            "w" | "week" | "weeks" => 604_800,
            _ => return None,
        };
        if number.is_empty() {
            return None;
        }
        let part = number
            .parse::<i64>()
            .ok()
            .and_then(|number| number.checked_mul(unit));
        seconds = seconds.zip(part).and_then(|(a, b)| a.checked_add(b));
        rest = tail.trim_start();
    }
    (!text.is_empty()).then(|| seconds.map(SignedDuration::from_secs))
}

/// The stamp of the newest line in the last part of a log: that of its last line with one. The first
/// line is not looked at where others follow, since it may be the rest of a line.
#[must_use]
pub fn newest_stamp(tail: &[u8]) -> Option<Stamp> {
    let whole_from = memchr::memchr2(b'\n', b'\r', tail).map_or(0, |at| at + 1);
    let in_lines = |text: &[u8]| {
        let mut lines = text.rsplit(|b| matches!(b, b'\n' | b'\r'));
        lines.find_map(text::parse)
    };
    in_lines(tail.get(whole_from..).unwrap_or_default()).or_else(|| in_lines(tail))
}

/// The local time by which the years of a log are told: that of its newest line. Where that line
/// names no year either, the file's last change tells it, and where that is not known, `now`.
#[must_use]
pub fn anchor(
    newest: Option<Stamp>,
    modified: Option<SystemTime>,
    now: Timestamp,
    zone: &TimeZone,
) -> DateTime {
    let modified = modified.and_then(|at| Timestamp::try_from(at).ok());
    let last = zone.to_datetime(modified.unwrap_or(now));
    match newest {
        Some(stamp) => text::place_year(stamp, last),
        None => last,
    }
}

/// The moment of a stamp, its year told by `anchor` where it names none.
#[must_use]
pub fn moment_of(stamp: Stamp, anchor: DateTime, zone: &TimeZone) -> Timestamp {
    let at = text::place_year(stamp, anchor);
    let placed = Stamp {
        at,
        year_known: true,
        ..stamp
    };
    text::to_utc(placed, zone)
}

/// What a [`WindowRule`] has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WindowReport {
    /// Earliest moment among the kept lines.
    pub first: Option<Timestamp>,
    /// Latest moment among the kept lines.
    pub last: Option<Timestamp>,
    /// Lines that told no time and went with the line before.
    pub unstamped: u64,
}

/// Lets a caller read the report while, and after, the rule is at work in a reader.
#[derive(Clone, Debug, Default)]
pub struct WindowReporter(Arc<Mutex<WindowReport>>);

impl WindowReporter {
    /// What was seen so far.
    #[must_use]
    pub fn get(&self) -> WindowReport {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps the lines of one log that lie in a window. Lines come in the order of the log.
///
/// A line without a stamp goes with the stamped line before it. Before the first stamp there is none:
/// such lines, and logs without any stamp, are kept where the file itself can hold lines of the
/// window ([`Window::may_hold`]), because nothing says that they lie outside.
#[derive(Debug)]
pub struct WindowRule {
    window: Window,
    zone: TimeZone,
    anchor: DateTime,
    keeping: bool,
    report: WindowReporter,
    seen: WindowReport,
}

impl WindowRule {
    /// A rule for one log. `zone` is that of stamps without one, `anchor` tells years ([`anchor`]),
    /// `file_may_hold` says what [`Window::may_hold`] said about the file.
    #[must_use]
    pub fn new(window: Window, zone: TimeZone, anchor: DateTime, file_may_hold: bool) -> Self {
        Self {
            window,
            zone,
            anchor,
            keeping: file_may_hold,
            report: WindowReporter::default(),
            seen: WindowReport::default(),
        }
    }

    /// A handle to what the rule sees, to be taken before it is given to a reader.
    #[must_use]
    pub fn reporter(&self) -> WindowReporter {
        self.report.clone()
    }

    fn see(&mut self, line: &[u8]) {
        let Some(stamp) = text::parse(line) else {
            self.seen.unstamped += 1;
            return;
        };
        let at = moment_of(stamp, self.anchor, &self.zone);
        self.keeping = self.window.contains(at);
        if self.keeping {
            self.seen.first = Some(self.seen.first.map_or(at, |first| first.min(at)));
            self.seen.last = Some(self.seen.last.map_or(at, |last| last.max(at)));
        }
    }
}

impl LineRule for WindowRule {
    fn keep(&mut self, line: &[u8]) -> bool {
        self.see(line);
        *self.report.0.lock().unwrap_or_else(PoisonError::into_inner) = self.seen;
        self.keeping
    }
}

/// Both rules must keep a line. Both see every line, because a line without a head or a stamp goes
/// with the line before.
#[derive(Debug)]
pub struct Both<A, B>(pub A, pub B);

impl<A: LineRule, B: LineRule> LineRule for Both<A, B> {
    fn keep(&mut self, line: &[u8]) -> bool {
        let first = self.0.keep(line);
        let second = self.1.keep(line);
        first && second
    }
}

#[cfg(test)]
#[path = "time_window_tests.rs"]
mod tests;
