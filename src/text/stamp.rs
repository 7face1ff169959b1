//! The time stamp of a log line, in every format that Aspera's programs and the programs around them write. Without
//! regular expressions, since every line of a large log is parsed.
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// The time stamp of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The time on the clock that the line was written by, to the nanosecond as far as it is written. The year
    /// is meaningless (a leap year) unless `year_known`.
    pub at: DateTime,
    /// Whether the line has the year; traditional syslog does not.
    pub year_known: bool,
    /// Seconds east of UTC, if the line has the zone.
    pub offset: Option<i32>,
    /// The byte after the stamp.
    pub end: usize,
}

/// Stands in where the year is unknown, so that 29 February exists.
const ANY_YEAR: i16 = 2000;
/// A stamp in brackets stands within this many bytes of the line's start.
const BRACKET_LOOK: usize = 512;
/// A JSON line has its time within this many bytes of its start or end.
const JSON_LOOK: usize = 512;
/// How many brackets are tried.
const BRACKETS: usize = 4;

/// The time stamp of a line; `None` if it has none that is known and valid.
#[must_use]
pub fn parse(line: &[u8]) -> Option<Stamp> {
    let mut cursor = Cursor { line, at: 0 };
    cursor.skip_color();
    match cursor.peek()? {
        b'0'..=b'9' => {
            let begin = cursor.at;
            cursor.iso().or_else(|| {
                cursor.at = begin;
                cursor.redis().or_else(|| in_brackets(line))
            })
        }
        b'<' => {
            cursor.priority()?;
            cursor.iso_or_syslog()
        }
        b'{' => in_json(line),
        b'[' => in_brackets(line),
        b'A'..=b'Z' => cursor.iso_or_syslog().or_else(|| in_brackets(line)),
        _ => in_brackets(line),
    }
}

/// The time of a stamp in a full year: its own if known, else the latest year that makes it not
/// later than one day after `newest`, the time the log was written to last.
#[must_use]
pub fn place_year(stamp: Stamp, newest: DateTime) -> DateTime {
    if stamp.year_known {
        return stamp.at;
    }
    let latest = newest.saturating_add(1.day());
    let (month, day) = (stamp.at.month(), stamp.at.day());
    // Nine years back is always far enough for a 29 February.
    (latest.year().saturating_sub(9)..=latest.year())
        .rev()
        .filter_map(|year| Date::new(year, month, day).ok())
        .map(|date| date.to_datetime(stamp.at.time()))
        .find(|&at| at <= latest)
        .unwrap_or(stamp.at)
}

/// The instant of a stamp whose year is known: by its own offset, else in `zone`. A time that a
/// change of clocks gives twice is the earlier one; one that it leaves out is moved on by the gap.
#[must_use]
pub fn to_utc(stamp: Stamp, zone: &TimeZone) -> Timestamp {
    let own = stamp
        .offset
        .and_then(|seconds| jiff::tz::Offset::from_seconds(seconds).ok())
        .and_then(|offset| offset.to_timestamp(stamp.at).ok());
    own.or_else(|| zone.to_timestamp(stamp.at).ok())
        .unwrap_or_default()
}

/// A stamp in the first few brackets: Apache, nginx, Rails and Ruby loggers.
fn in_brackets(line: &[u8]) -> Option<Stamp> {
    let head = line.get(..BRACKET_LOOK).unwrap_or(line);
    memchr::memchr_iter(b'[', head)
        .take(BRACKETS)
        .find_map(|at| {
            let mut cursor = Cursor { line, at: at + 1 };
            match cursor.peek()? {
                b'0'..=b'9' if line.get(at + 3) == Some(&b'/') => cursor.apache(),
                b'0'..=b'9' => cursor.iso(),
                b'A'..=b'Z' => cursor.ctime(),
                _ => None,
            }
        })
}

/// The value of a time member of a JSON line. A member inside an escaped string does not count:
/// there the closing quote of the name has a backslash.
fn in_json(line: &[u8]) -> Option<Stamp> {
    if line.len() <= 2 * JSON_LOOK {
        return json_member(line, 0, line.len());
    }
    let tail = line.len() - JSON_LOOK;
    json_member(line, 0, JSON_LOOK).or_else(|| json_member(line, tail, line.len()))
}

fn json_member(line: &[u8], from: usize, to: usize) -> Option<Stamp> {
    const NAMES: &[&[u8]] = &[b"\"time\"", b"\"timestamp\"", b"\"@timestamp\"", b"\"ts\""];
    let part = line.get(from..to)?;
    memchr::memchr_iter(b'"', part).find_map(|at| {
        let rest = part.get(at..)?;
        if !matches!(rest.get(1), Some(b't' | b'@')) {
            return None;
        }
        let name = NAMES.iter().find(|name| rest.starts_with(name))?;
        let mut cursor = Cursor {
            line,
            at: from + at + name.len(),
        };
        cursor.skip_spaces();
        cursor.eat(b':')?;
        cursor.skip_spaces();
        cursor.eat(b'"')?;
        cursor.iso()
    })
}

/// A place in a line.
struct Cursor<'a> {
    line: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn skip_spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    /// Colors that a terminal program writes in front of a line.
    fn skip_color(&mut self) {
        while self.line.get(self.at..self.at + 2) == Some(b"\x1b[") {
            let rest = self.line.get(self.at..).unwrap_or_default();
            let Some(end) = rest.iter().take(20).position(|&byte| byte == b'm') else {
                return;
            };
            self.at += end + 1;
        }
    }

    /// A number of exactly `digits` digits.
    fn number(&mut self, digits: usize) -> Option<i16> {
        let mut value = 0_i16;
        for byte in self.line.get(self.at..self.at + digits)? {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            value = value * 10 + i16::from(digit);
        }
        self.at += digits;
        Some(value)
    }

    fn two(&mut self) -> Option<i8> {
        self.number(2).and_then(|value| i8::try_from(value).ok())
    }

    /// A day of one or two digits, or padded with a space.
    fn day(&mut self) -> Option<i8> {
        if self.peek() == Some(b' ') {
            self.at += 1;
        }
        self.two()
            .or_else(|| self.number(1).and_then(|value| i8::try_from(value).ok()))
    }

    fn year(&mut self) -> Option<i16> {
        self.number(4).filter(|year| (1970..9990).contains(year))
    }

    /// `Jan` to `Dec`.
    fn month(&mut self) -> Option<i8> {
        const NAMES: [&[u8; 3]; 12] = [
            b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov",
            b"Dec",
        ];
        let name = self.line.get(self.at..self.at + 3)?;
        let index = NAMES.iter().position(|known| name == known.as_slice())?;
        self.at += 3;
        i8::try_from(index + 1).ok()
    }

    /// `HH:MM:SS` with an optional fraction behind `.` or `,`. A leap second is the second before.
    fn time(&mut self) -> Option<Time> {
        let hour = self.two()?;
        self.eat(b':')?;
        let minute = self.two()?;
        self.eat(b':')?;
        let second = self.two()?;
        let second = if second == 60 { 59 } else { second };
        let mut nanos = 0;
        let fraction = matches!(self.peek(), Some(b'.' | b','))
            && self.line.get(self.at + 1).is_some_and(u8::is_ascii_digit);
        if fraction {
            self.at += 1;
            let mut weight = 100_000_000;
            while let Some(digit @ b'0'..=b'9') = self.peek() {
                nanos += i32::from(digit - b'0') * weight;
                weight /= 10;
                self.at += 1;
            }
        }
        Time::new(hour, minute, second, nanos).ok()
    }

    /// `Z`, `±hh:mm`, `±hhmm`, `±hh`, also behind one space; the cursor stays if there is none.
    fn zone(&mut self) -> Option<i32> {
        let begin = self.at;
        let found = self.zone_or_move();
        if found.is_none() {
            self.at = begin;
        }
        found
    }

    fn zone_or_move(&mut self) -> Option<i32> {
        let spaced = self.eat(b' ').is_some();
        let sign = match self.peek()? {
            b'Z' | b'z' if !spaced => {
                self.at += 1;
                return Some(0);
            }
            b'U' | b'G' if spaced => {
                let name = self.line.get(self.at..self.at + 3)?;
                self.at += 3;
                let ends = !self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric());
                return (ends && matches!(name, b"UTC" | b"GMT")).then_some(0);
            }
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        self.at += 1;
        let hours = self.two()?;
        let colon = self.eat(b':').is_some();
        let minutes = match self.peek() {
            Some(b'0'..=b'9') => self.two()?,
            _ if colon || spaced => return None,
            _ => 0,
        };
        let more = self.peek().is_some_and(|byte| byte.is_ascii_digit());
        (hours <= 24 && minutes < 60 && !more)
            .then(|| sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60))
    }

    fn stamp(&mut self, date: Option<Date>, time: Time, offset: Option<i32>) -> Option<Stamp> {
        Some(Stamp {
            at: date?.to_datetime(time),
            year_known: true,
            offset,
            end: self.at,
        })
    }

    /// `YYYY-MM-DD HH:MM:SS` with `-` or `/`, a space or `T`, and fraction and zone if they follow.
    fn iso(&mut self) -> Option<Stamp> {
        let year = self.year()?;
        let dash = self.peek().filter(|byte| matches!(byte, b'-' | b'/'))?;
        self.at += 1;
        let month = self.two()?;
        self.eat(dash)?;
        let day = self.two()?;
        matches!(self.peek()?, b' ' | b'T' | b't').then(|| self.at += 1)?;
        let time = self.time()?;
        let offset = self.zone();
        self.stamp(Date::new(year, month, day).ok(), time, offset)
    }

    /// What follows a priority: RFC 5424, an ISO stamp, or the traditional form.
    fn iso_or_syslog(&mut self) -> Option<Stamp> {
        if let (Some(b'1'..=b'9'), Some(b' ')) = (self.peek(), self.line.get(self.at + 1)) {
            self.at += 2;
        }
        match self.peek()? {
            b'0'..=b'9' => self.iso(),
            _ => {
                let begin = self.at;
                self.syslog().or_else(|| {
                    self.at = begin;
                    self.ctime()
                })
            }
        }
    }

    /// `<134>`.
    fn priority(&mut self) -> Option<()> {
        self.eat(b'<')?;
        let begin = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (1..=3).contains(&(self.at - begin)).then_some(())?;
        self.eat(b'>')
    }

    /// `Mmm dd HH:MM:SS`, the year between day and time if it is there.
    fn syslog(&mut self) -> Option<Stamp> {
        let month = self.month()?;
        self.eat(b' ')?;
        let day = self.day()?;
        self.eat(b' ')?;
        let year = if self.line.get(self.at + 4) == Some(&b' ') {
            let year = self.year()?;
            self.eat(b' ')?;
            Some(year)
        } else {
            None
        };
        let time = self.time()?;
        let date = Date::new(year.unwrap_or(ANY_YEAR), month, day).ok();
        let stamp = self.stamp(date, time, None)?;
        Some(Stamp {
            year_known: year.is_some(),
            ..stamp
        })
    }

    /// `Www Mmm dd HH:MM:SS YYYY`, the year at the end.
    fn ctime(&mut self) -> Option<Stamp> {
        const DAYS: [&[u8; 4]; 7] = [
            b"Mon ", b"Tue ", b"Wed ", b"Thu ", b"Fri ", b"Sat ", b"Sun ",
        ];
        let name = self.line.get(self.at..self.at + 4)?;
        DAYS.iter().find(|day| name == day.as_slice())?;
        self.at += 4;
        let month = self.month()?;
        self.eat(b' ')?;
        let day = self.day()?;
        self.eat(b' ')?;
        let time = self.time()?;
        self.eat(b' ')?;
        let year = self.year()?;
        self.stamp(Date::new(year, month, day).ok(), time, None)
    }

    /// `22/Nov/2026:05:23:33 +0000`.
    fn apache(&mut self) -> Option<Stamp> {
        let day = self.two()?;
        self.eat(b'/')?;
        let month = self.month()?;
        self.eat(b'/')?;
        let year = self.year()?;
        self.eat(b':')?;
        let time = self.time()?;
        let offset = self.zone();
        self.stamp(Date::new(year, month, day).ok(), time, offset)
    }

    /// `1234:M 22 Nov 2026 05:23:33.123`, as the node's Redis writes.
    fn redis(&mut self) -> Option<Stamp> {
        while self.peek()?.is_ascii_digit() {
            self.at += 1;
        }
        self.eat(b':')?;
        self.peek()?.is_ascii_uppercase().then(|| self.at += 1)?;
        self.eat(b' ')?;
        let day = self.two()?;
        self.eat(b' ')?;
        let month = self.month()?;
        self.eat(b' ')?;
        let year = self.year()?;
        self.eat(b' ')?;
        let time = self.time()?;
        self.stamp(Date::new(year, month, day).ok(), time, None)
    }
}

#[cfg(test)]
#[path = "stamp_tests.rs"]
mod tests;
