//! Numbers, durations and times as text for people: `3.2 MB`, `3 h 12 min`.
use jiff::Timestamp;

/// Bytes in decimal units: `3.2 MB`.
pub(crate) fn bytes(bytes: u64) -> String {
    let mut value = bytes as f64;
    for unit in ["bytes", "kB", "MB", "GB"] {
        if value < 999.5 {
            return amount(value, unit);
        }
        value /= 1000.0;
    }
    amount(value, "TB")
}

/// A rate in kilobits a second: `93 Mbit/s`.
pub(crate) fn rate(kbps: u64) -> String {
    let mut value = kbps as f64;
    for unit in ["kbit/s", "Mbit/s"] {
        if value < 999.5 {
            return amount(value, unit);
        }
        value /= 1000.0;
    }
    amount(value, "Gbit/s")
}

fn amount(value: f64, unit: &str) -> String {
    // No tenths for whole numbers and above 100.
    if value >= 99.95 || (value - value.round()).abs() < 0.05 {
        format!("{value:.0} {unit}")
    } else {
        format!("{value:.1} {unit}")
    }
}

/// Seconds in the two largest units: `3 h 12 min`.
pub(crate) fn seconds(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "0 s".to_owned();
    }
    if seconds < 10.0 {
        return milliseconds(seconds * 1000.0);
    }
    let whole = seconds.round() as u64;
    let units = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")];
    let mut rest = whole;
    let mut parts = Vec::new();
    for (long, name) in units {
        let count = rest / long;
        rest %= long;
        if count > 0 {
            parts.push(format!("{count} {name}"));
        } else if !parts.is_empty() {
            break;
        }
        if parts.len() == 2 {
            break;
        }
    }
    parts.join(" ")
}

/// Milliseconds: `812 ms`, `1.2 s`.
pub(crate) fn milliseconds(ms: f64) -> String {
    if !ms.is_finite() || ms <= 0.0 {
        "0 ms".to_owned()
    } else if ms < 999.5 {
        amount(ms, "ms")
    } else if ms < 9950.0 {
        amount(ms / 1000.0, "s")
    } else {
        seconds((ms / 1000.0).max(10.0))
    }
}

/// A count with its noun: `1 transfer`, `3 transfers`.
pub(crate) fn count(count: u64, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}

/// Day and time to the second, UTC: `2026-11-17 18:04:16`.
pub(crate) fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A time in RFC 3339, shortened like [`moment`].
pub(crate) fn short_time(at: &str) -> String {
    at.parse()
        .map_or_else(|_| at.to_owned(), |at: Timestamp| moment(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_like_words() {
        for (number, read) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1000, "1 kB"),
            (3_249_000, "3.2 MB"),
            (999_999, "1 MB"),
            (734_003_200, "734 MB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(bytes(number), read);
        }
        for (number, read) in [
            (0, "0 kbit/s"),
            (93_211, "93.2 Mbit/s"),
            (10_000_000, "10 Gbit/s"),
        ] {
            assert_eq!(rate(number), read);
        }
        for (long, read) in [
            (0.0, "0 ms"),
            (0.25, "250 ms"),
            (3.0, "3 s"),
            (61.0, "1 min 1 s"),
            (11_520.0, "3 h 12 min"),
            (86_400.0, "1 d"),
            (86_461.0, "1 d"),
            (f64::NAN, "0 s"),
        ] {
            assert_eq!(seconds(long), read);
        }
        for (long, read) in [
            (0.04, "0 ms"),
            (12.0, "12 ms"),
            (1234.0, "1.2 s"),
            (65_000.0, "1 min 5 s"),
        ] {
            assert_eq!(milliseconds(long), read);
        }
        assert_eq!(
            (count(1, "line"), count(2, "line")),
            ("1 line".to_owned(), "2 lines".to_owned())
        );
        assert_eq!(
            short_time("2026-11-17T18:04:16.123Z"),
            "2026-11-17 18:04:16"
        );
        assert_eq!(short_time("odd"), "odd");
    }
}
