//! Converts the local times of lines to UTC. Many lines have no time zone, and syslog has no year: if the zone of the host
//! is known it is used, else the time is read as UTC, and its uncertainty is kept.
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::text::{Stamp, place_year, to_utc};

/// Seconds by which a time can be off if its zone is unknown.
const ANY_ZONE: u32 = 14 * 3600;
/// Seconds by which a time can be off that occurs twice when daylight saving time ends.
const FOLD: u32 = 3600;

/// The clock of the host that wrote a log.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// The time zone of the host, if it is known.
    pub zone: Option<TimeZone>,
    /// Local time of the newest line: the years of lines without a year follow from it.
    pub newest: Option<DateTime>,
}

/// A place in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// UTC.
    pub at: Timestamp,
    /// Seconds by which it can be off, to either side.
    pub uncertain: u32,
}

impl Moment {
    /// Seconds from this moment to a later one; negative if that one is earlier.
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
    /// The moment of a time stamp; `None` if its year is unknown.
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
    fn local_times_are_converted_and_their_uncertainty_is_kept() {
        let west = Some("America/Los_Angeles");
        let at = |text: &str, seconds| Some((text.to_owned(), seconds));
        let cases = [
            (
                "2026-11-21 21:20:15.878 [1-2] x",
                west,
                None,
                at("2026-11-22T05:20:15.878Z", 0),
            ),
            (
                "2026-11-21 21:20:15 [1-2] x",
                None,
                None,
                at("2026-11-21T21:20:15Z", 50_400),
            ),
            (
                "2026-11-21T21:20:15+01:00 h x",
                None,
                None,
                at("2026-11-21T20:20:15Z", 0),
            ),
            // The hour that occurs twice when daylight saving time ends.
            (
                "2026-11-01 01:30:00 [1-2] x",
                west,
                None,
                at("2026-11-01T08:30:00Z", 3600),
            ),
            // The hour that is skipped when it begins.
            (
                "2026-03-08 02:30:00 [1-2] x",
                west,
                None,
                at("2026-03-08T10:30:00Z", 3600),
            ),
            // Syslog has no year: over the turn of the year, and without a newest line.
            (
                "Dec 31 23:59:59 h ascp[1]: x",
                Some("UTC"),
                Some("2026-01-02T03:00:00"),
                at("2025-12-31T23:59:59Z", 0),
            ),
            (
                "Jan  1 00:00:01 h ascp[1]: x",
                Some("UTC"),
                Some("2026-01-02T03:00:00"),
                at("2026-01-01T00:00:01Z", 0),
            ),
            ("Jan  1 00:00:01 h ascp[1]: x", Some("UTC"), None, None),
        ];
        for (line, zone, newest, wanted) in cases {
            assert_eq!(place(line, zone, newest), wanted, "{line}");
        }
    }
}
