//! What people type, what logs write, and which lines lie inside.
use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-11-22T12:00:00Z")
}

/// Eight hours behind UTC, as a client in Los Angeles in winter.
fn west() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(-8))
}

fn since(text: &str) -> Result<Timestamp, WindowError> {
    Window::parse(Some(text), None, now(), &west()).map(|window| window.since.unwrap())
}

fn until(text: &str) -> Result<Timestamp, WindowError> {
    Window::parse(None, Some(text), now(), &west()).map(|window| window.until.unwrap())
}

#[test]
fn every_way_to_write_a_time_is_read() {
    for (text, expected) in [
        ("2026-11-22T05:00:00Z", "2026-11-22T05:00:00Z"),
        ("2026-11-22T05:00:00.5Z", "2026-11-22T05:00:00.5Z"),
        ("2026-11-22T05:00:00+01:00", "2026-11-22T04:00:00Z"),
        ("2026-11-22 05:00:00Z", "2026-11-22T05:00:00Z"),
        ("2026-11-22", "2026-11-22T08:00:00Z"),
        (" 2026-11-22 ", "2026-11-22T08:00:00Z"),
        ("2026-11-22 05:00", "2026-11-22T13:00:00Z"),
        ("2026-11-22T05:00", "2026-11-22T13:00:00Z"),
        ("2026-11-22 05:00:30", "2026-11-22T13:00:30Z"),
        ("now", "2026-11-22T12:00:00Z"),
        ("today", "2026-11-22T08:00:00Z"),
        ("Yesterday", "2026-11-21T08:00:00Z"),
        ("24h", "2026-11-21T12:00:00Z"),
        ("7d", "2026-11-15T12:00:00Z"),
        ("90m", "2026-11-22T10:30:00Z"),
        ("2w", "2026-11-08T12:00:00Z"),
        ("30s", "2026-11-22T11:59:30Z"),
        ("1d12h", "2026-11-21T00:00:00Z"),
        ("1d 12h", "2026-11-21T00:00:00Z"),
        ("24H", "2026-11-21T12:00:00Z"),
        ("0d", "2026-11-22T12:00:00Z"),
    ] {
        assert_eq!(since(text), Ok(at(expected)), "{text}");
    }
}

#[test]
fn a_day_as_the_end_means_its_end() {
    assert_eq!(
        until("2026-11-21"),
        Ok(at("2026-11-22T07:59:59.999999999Z"))
    );
    assert_eq!(until("today"), Ok(at("2026-11-23T07:59:59.999999999Z")));
    assert_eq!(until("2026-11-21 05:00"), Ok(at("2026-11-21T13:00:00Z")));
    let day = Window::parse(Some("2026-11-21"), Some("2026-11-21"), now(), &west()).unwrap();
    assert!(day.contains(at("2026-11-21T08:00:00Z")) && day.contains(at("2026-11-22T07:59:59Z")));
    assert!(!day.contains(at("2026-11-22T08:00:00Z")) && !day.contains(at("2026-11-21T07:59:59Z")));
}

#[test]
fn what_is_no_time_is_refused_with_examples() {
    for text in [
        "",
        " ",
        "x",
        "7",
        "d",
        "7x",
        "-7d",
        "7d?",
        "2026-13-01",
        "2026-02-30",
        "22.11.2026",
        "25:00",
        "2026-11-22 25:00",
        "last week",
        "T05:00",
        "07:00",
        "d7",
        "7dd",
        "1.5h",
    ] {
        let error = since(text).unwrap_err();
        assert_eq!(
            error,
            WindowError::NotATime { option: "--since" },
            "{text:?}"
        );
        assert!(error.to_string().contains("24h"), "{error}");
    }
    assert!(until("x").unwrap_err().to_string().starts_with("--until"));
}

#[test]
fn what_is_too_far_away_and_what_is_reversed_is_told() {
    for text in ["99999999d", "99999999999999999999s", "9223372036854775807w"] {
        assert_eq!(
            since(text),
            Err(WindowError::TooFar { option: "--since" }),
            "{text}"
        );
    }
    let error = Window::parse(Some("1h"), Some("2h"), now(), &west()).unwrap_err();
    assert_eq!(error, WindowError::Reversed);
    assert!(Window::parse(Some("now"), Some("now"), now(), &west()).is_ok());
    assert!(Window::parse(None, None, now(), &west()).unwrap().is_open());
}

fn kept(window: Window, zone: TimeZone, anchor: &str, log: &str) -> (Vec<bool>, WindowReport) {
    let mut rule = WindowRule::new(window, zone, anchor.parse().unwrap(), false);
    let reporter = rule.reporter();
    let kept = log.lines().map(|line| rule.keep(line.as_bytes())).collect();
    (kept, reporter.get())
}

#[test]
fn lines_are_kept_by_their_own_time() {
    let window = Window {
        since: Some(at("2026-11-22T05:20:10Z")),
        until: Some(at("2026-11-22T05:20:20Z")),
    };
    let log = "wrapped before everything\n\
        2026-11-22 05:20:09.999 [112c-00001cf0] LOG before\n\
        wrapped\n\
        2026-11-22 05:20:10.000 [112c-00001cf0] LOG first\n\
        wrapped\n\
        \n\
        2026-11-22 05:20:20 [112c-00001cf0] LOG last\n\
        2026-11-22 05:20:21.000 [112c-00001cf0] LOG after\n\
        wrapped\n\
        2026-11-22 05:20:15.000 [112d-00001cf0] LOG late, by another thread\n";
    let (kept, report) = kept(window, TimeZone::UTC, "2026-11-23T00:00:00", log);
    assert_eq!(
        kept,
        [
            false, false, false, true, true, true, true, false, false, true
        ]
    );
    assert_eq!(report.first, Some(at("2026-11-22T05:20:10Z")));
    assert_eq!(report.last, Some(at("2026-11-22T05:20:20Z")));
    assert_eq!(report.unstamped, 5);
}

#[test]
fn local_stamps_are_read_in_the_zone_and_years_told_by_the_newest_line() {
    let window = Window {
        since: Some(at("2025-12-31T00:00:00Z")),
        until: None,
    };
    let log = "Dec 30 10:00:00 h ascp[1]: LOG a\n\
        Dec 30 16:00:00 h ascp[1]: LOG in Los Angeles, already the next day in UTC\n\
        Dec 31 23:59:59 h ascp[1]: LOG b\n\
        Jan  1 00:00:01 h ascp[1]: LOG c\n";
    let (kept, report) = kept(window, west(), "2026-01-01T00:00:01", log);
    assert_eq!(kept, [false, true, true, true]);
    assert_eq!(report.first, Some(at("2025-12-31T00:00:00Z")));
    assert_eq!(report.last, Some(at("2026-01-01T08:00:01Z")));
}

#[test]
fn stamps_with_an_offset_need_no_zone() {
    let window = Window {
        since: Some(at("2026-11-22T05:20:10Z")),
        until: None,
    };
    let log = "2026-11-22T06:20:09.5+01:00 h ascp[1]: LOG a\n2026-11-21T21:20:11-08:00 h ascp[1]: LOG b\n";
    assert_eq!(
        kept(window, west(), "2026-11-23T00:00:00", log).0,
        [false, true]
    );
}

#[test]
fn a_log_without_stamps_is_kept_where_the_file_may_hold_the_window() {
    let window = Window {
        since: Some(now()),
        until: None,
    };
    let old = SystemTime::from(at("2026-11-22T11:59:59Z"));
    let new = SystemTime::from(at("2026-11-22T12:00:01Z"));
    assert!(!window.may_hold(Some(old)));
    assert!(window.may_hold(Some(new)) && window.may_hold(None));
    assert!(Window::default().may_hold(Some(old)));
    for may in [true, false] {
        let mut rule = WindowRule::new(window, TimeZone::UTC, DateTime::MAX, may);
        assert_eq!(rule.keep(b"FASPMGR 2"), may);
        assert_eq!(rule.keep(b"Type: ERROR"), may);
    }
}

#[test]
fn the_newest_stamp_is_that_of_the_last_line_with_one() {
    let tail = b"6-11-25 00:00:00 cut\n2026-11-22 05:20:09 a\n2026-11-22 05:20:10 b\nwrapped\n\n";
    let stamp = newest_stamp(tail).unwrap();
    assert_eq!(stamp.at, "2026-11-22T05:20:10".parse().unwrap());
    assert_eq!(
        newest_stamp(b"2026-11-22 05:20:10 only line").unwrap().at,
        stamp.at
    );
    assert_eq!(
        newest_stamp(b"2026-11-22 05:20:10 first\nwrapped")
            .unwrap()
            .at,
        stamp.at
    );
    assert_eq!(
        newest_stamp(b"2026-11-22 05:20:09 a\r\n2026-11-22 05:20:10 b\r\n")
            .unwrap()
            .at,
        stamp.at
    );
    assert_eq!(newest_stamp(b"no stamps\nat all\n"), None);
    assert_eq!(newest_stamp(b""), None);
}

#[test]
fn years_are_told_by_the_newest_line_then_by_the_file_then_by_now() {
    let modified = Some(SystemTime::from(at("2025-01-02T10:00:00Z")));
    let told = |tail: &[u8], modified| {
        anchor(newest_stamp(tail), modified, now(), &TimeZone::UTC).to_string()
    };
    assert_eq!(
        told(b"2024-03-01 00:00:00 x", modified),
        "2024-03-01T00:00:00"
    );
    assert_eq!(
        told(b"Jan  2 09:59:59 h ascp[1]: x", modified),
        "2025-01-02T09:59:59"
    );
    assert_eq!(
        told(b"Dec 31 09:59:59 h ascp[1]: x", modified),
        "2024-12-31T09:59:59"
    );
    assert_eq!(
        told(b"Nov 22 11:00:00 h ascp[1]: x", None),
        "2026-11-22T11:00:00"
    );
    // A clock that is a little ahead does not put the line a year back.
    assert_eq!(
        told(b"Jan  2 10:05:00 h ascp[1]: x", modified),
        "2025-01-02T10:05:00"
    );
    assert_eq!(told(b"no stamp", modified), "2025-01-02T10:00:00");
}

#[test]
fn the_last_days_are_counted_from_the_newest_line() {
    let window = Window::last_days(SHARED_LOG_DAYS, now());
    assert_eq!(window.since, Some(at("2026-11-15T12:00:00Z")));
    assert_eq!(window.until, None);
    assert_eq!(
        Window::last_days(i64::MAX, now()).since,
        Some(Timestamp::MIN)
    );
}

#[test]
fn both_rules_see_every_line() {
    struct First(bool);
    impl LineRule for First {
        fn keep(&mut self, line: &[u8]) -> bool {
            if line.starts_with(b"a") || line.starts_with(b"b") {
                self.0 = line.starts_with(b"a");
            }
            self.0
        }
    }
    let window = Window {
        since: Some(now()),
        until: None,
    };
    let rule = WindowRule::new(window, TimeZone::UTC, DateTime::MAX, true);
    let mut both = Both(First(false), rule);
    assert!(!both.keep(b"b"));
    assert!(both.keep(b"a"));
    assert!(both.keep(b"wrapped"));
    assert!(!both.keep(b"2020-01-01 00:00:00 old"));
    assert!(!both.keep(b"wrapped"));
}
