//! Times of lines on one axis. A line tells a local time, often without zone and sometimes without year; where
//! the host's zone is known it is placed with it, else as if it were UTC, and the uncertainty is carried.
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::text::{Stamp, place_year, to_utc};

/// Seconds that a time of an unknown zone may be off.
const ANY_ZONE: u32 = 14 * 3600;
/// Seconds that a time may be off that a change of clocks gives twice.
const FOLD: u32 = 3600;

/// The clock that the lines of an entry were written by.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// The host's zone, where it is known.
    pub zone: Option<TimeZone>,
    /// Local time of the newest line: it tells the years of lines that name none.
    pub newest: Option<DateTime>,
}

/// A place in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// UTC.
    pub at: Timestamp,
    /// Seconds that it may be off, to either side.
    pub uncertain: u32,
}

impl Moment {
    /// Seconds from this moment to a later one; negative where that one is earlier.
    #[must_use]
    pub fn seconds_to(&self, later: Moment) -> i64 {
        later.at.duration_since(self.at).as_secs()
    }

    /// The moment some seconds later.
    #[must_use]
    pub fn later(&self, seconds: i64) -> Option<Self> {
        let at = self
            .at
            .checked_add(SignedDuration::from_secs(seconds))
            .ok()?;
        Some(Self { at, ..*self })
    }
}

impl Clock {
    /// Where a stamp lies; `None` where not even the year can be told.
    #[must_use]
    pub fn place(&self, stamp: Stamp) -> Option<Moment> {
        let at = if stamp.year_known {
            stamp.at
        } else {
            place_year(stamp, self.newest?)
        };
        let stamp = Stamp {
            at,
            year_known: true,
            ..stamp
        };
        let exact = stamp.offset.is_some();
        let (zone, uncertain) = match &self.zone {
            _ if exact => (TimeZone::UTC, 0),
            Some(zone) if zone.to_ambiguous_timestamp(at).is_ambiguous() => (zone.clone(), FOLD),
            Some(zone) => (zone.clone(), 0),
            None => (TimeZone::UTC, ANY_ZONE),
        };
        Some(Moment {
            at: to_utc(stamp, &zone),
            uncertain,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;

    fn place(line: &str, zone: Option<&str>, newest: Option<&str>) -> Option<(String, u32)> {
        let clock = Clock {
            zone: zone.map(|z| TimeZone::get(z).unwrap()),
            newest: newest.map(|n| n.parse().unwrap()),
        };
        let moment = clock.place(parse(line.as_bytes()).unwrap())?;
        Some((moment.at.to_string(), moment.uncertain))
    }

    #[test]
    fn local_times_are_placed_and_the_doubt_is_carried() {
        let west = Some("America/Los_Angeles");
        let told = |text: &str, seconds| Some((text.to_owned(), seconds));
        let cases = [
            (
                "2026-11-21 21:20:15.878 [1-2] x",
                west,
                None,
                told("2026-11-22T05:20:15.878Z", 0),
            ),
            (
                "2026-11-21 21:20:15 [1-2] x",
                None,
                None,
                told("2026-11-21T21:20:15Z", 50_400),
            ),
            (
                "2026-11-21T21:20:15+01:00 h x",
                None,
                None,
                told("2026-11-21T20:20:15Z", 0),
            ),
            // The hour that the change of clocks gives twice.
            (
                "2026-11-01 01:30:00 [1-2] x",
                west,
                None,
                told("2026-11-01T08:30:00Z", 3600),
            ),
            // The hour that it leaves out.
            (
                "2026-03-08 02:30:00 [1-2] x",
                west,
                None,
                told("2026-03-08T10:30:00Z", 3600),
            ),
            // Syslog names no year: over the turn of the year, and where nothing tells it.
            (
                "Dec 31 23:59:59 h ascp[1]: x",
                Some("UTC"),
                Some("2026-01-02T03:00:00"),
                told("2025-12-31T23:59:59Z", 0),
            ),
            (
                "Jan  1 00:00:01 h ascp[1]: x",
                Some("UTC"),
                Some("2026-01-02T03:00:00"),
                told("2026-01-01T00:00:01Z", 0),
            ),
            ("Jan  1 00:00:01 h ascp[1]: x", Some("UTC"), None, None),
        ];
        for (line, zone, newest, wanted) in cases {
            assert_eq!(place(line, zone, newest), wanted, "{line}");
        }
    }
}
