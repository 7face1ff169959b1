//! When to ask again, and after how long.
use std::time::Duration;

use jiff::Timestamp;

/// Most tries of one question.
pub(super) const TRIES: u32 = 4;
/// First wait; it doubles with each try.
const FIRST: Duration = Duration::from_millis(250);
/// Longest wait of our own accord.
const LONGEST: Duration = Duration::from_secs(4);

/// How long the server asks to wait: seconds, or a date as HTTP writes it.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = http_date(value)?;
    Some(Duration::try_from(until.duration_since(now)).unwrap_or_default())
}

/// A date as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
#[must_use]
pub fn http_date(value: &str) -> Option<Timestamp> {
    let parsed = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value.trim());
    parsed.ok()
}

/// The wait before try number `next` (1 for the second try): doubled each time, and between half and whole
/// of that, by `chance`, so that many programs do not come back at once.
pub(super) fn backoff(next: u32, chance: u32) -> Duration {
    let whole = FIRST
        .saturating_mul(1u32.checked_shl(next.saturating_sub(1)).unwrap_or(u32::MAX))
        .min(LONGEST);
    let share = f64::from(chance) / f64::from(u32::MAX);
    whole.mul_f64(0.5 + share / 2.0)
}

/// A random number; without one the wait is just not spread.
pub(super) fn chance() -> u32 {
    getrandom::u32().unwrap_or(u32::MAX)
}

/// True for answers that say to come back later.
pub(super) fn is_for_later(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_understood() {
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().unwrap();
        for (value, seconds) in [
            ("5", Some(5)),
            (" 120 ", Some(120)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(7)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("soon", None),
            ("-3", None),
            ("", None),
        ] {
            assert_eq!(
                retry_after(value, now).map(|d| d.as_secs()),
                seconds,
                "{value}"
            );
        }
    }

    #[test]
    fn waits_double_and_are_spread() {
        let cases = [
            (1, 125, 250),
            (2, 250, 500),
            (3, 500, 1000),
            (30, 2000, 4000),
            (99, 2000, 4000),
        ];
        for (next, low, high) in cases {
            assert_eq!(backoff(next, 0).as_millis(), low, "{next}");
            assert_eq!(backoff(next, u32::MAX).as_millis(), high, "{next}");
        }
    }
}
