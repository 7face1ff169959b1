//! Every dialect, near misses, years and zones.
use jiff::civil::datetime;
use proptest::prelude::*;

use super::*;

/// The line, its stamp, the time, whether the year is told, the offset.
type Case = (&'static str, &'static str, &'static str, bool, Option<i32>);

#[rustfmt::skip]
const KNOWN: &[Case] = &[
    ("2026-11-21 21:21:55.263 [7dc7-1266f740] LOG x", "2026-11-21 21:21:55.263", "2026-11-21T21:21:55.263", true, None),
    ("2015-04-30 11:13:34 [3ef3-0xa116d1d4] ERR x", "2015-04-30 11:13:34", "2015-04-30T11:13:34", true, None),
    ("2023-01-21 11:25:40,440 (ibmcos.aspera) [ERROR]", "2023-01-21 11:25:40,440", "2023-01-21T11:25:40.44", true, None),
    ("2026-11-22T05:23:33.123456-08:00 edit-ws7 ascp[1]: LOG", "2026-11-22T05:23:33.123456-08:00", "2026-11-22T05:23:33.123456", true, Some(-28800)),
    ("2026-11-22T05:23:33+0530 host ascp: x", "2026-11-22T05:23:33+0530", "2026-11-22T05:23:33", true, Some(19800)),
    ("2026-11-22T05:23:33Z", "2026-11-22T05:23:33Z", "2026-11-22T05:23:33", true, Some(0)),
    ("2026-11-22 05:23:33 +0100 x", "2026-11-22 05:23:33 +0100", "2026-11-22T05:23:33", true, Some(3600)),
    ("2026-11-22 05:23:33 UTC [1] x", "2026-11-22 05:23:33 UTC", "2026-11-22T05:23:33", true, Some(0)),
    ("2026-11-22 05:23:33 -1 files", "2026-11-22 05:23:33", "2026-11-22T05:23:33", true, None),
    ("2026-11-22 05:23:33 -12 files", "2026-11-22 05:23:33", "2026-11-22T05:23:33", true, None),
    ("2026-11-22 05:23:33 UTCX", "2026-11-22 05:23:33", "2026-11-22T05:23:33", true, None),
    ("2026-11-22 05:23:33. Done", "2026-11-22 05:23:33", "2026-11-22T05:23:33", true, None),
    ("2026/11/22 05:23:33 [error] 1#1: x", "2026/11/22 05:23:33", "2026-11-22T05:23:33", true, None),
    ("2016-12-31T23:59:60.5Z", "2016-12-31T23:59:60.5Z", "2016-12-31T23:59:59.5", true, Some(0)),
    ("<150>1 2026-11-22T05:23:33.1+01:00 h ascp 1 - - LOG x", "<150>1 2026-11-22T05:23:33.1+01:00", "2026-11-22T05:23:33.1", true, Some(3600)),
    ("<150>Nov  2 05:23:33 h ascp[1]: LOG", "<150>Nov  2 05:23:33", "2000-11-02T05:23:33", false, None),
    ("<1>2026-11-22T05:23:33Z h", "<1>2026-11-22T05:23:33Z", "2026-11-22T05:23:33", true, Some(0)),
    ("Nov 21 21:20:31 edit-ws7 ascp[30346]: LOG x", "Nov 21 21:20:31", "2000-11-21T21:20:31", false, None),
    ("Feb 29 00:00:00 h x", "Feb 29 00:00:00", "2000-02-29T00:00:00", false, None),
    ("Nov  2 21:20:31 h x", "Nov  2 21:20:31", "2000-11-02T21:20:31", false, None),
    ("Nov 02 21:20:31 h x", "Nov 02 21:20:31", "2000-11-02T21:20:31", false, None),
    ("Nov 2 21:20:31 h x", "Nov 2 21:20:31", "2000-11-02T21:20:31", false, None),
    ("Nov 21 21:20:31.123456 h x", "Nov 21 21:20:31.123456", "2000-11-21T21:20:31.123456", false, None),
    ("Nov 21 2026 21:20:31 h x", "Nov 21 2026 21:20:31", "2026-11-21T21:20:31", true, None),
    ("Sun Nov 22 05:23:33 2026 x", "Sun Nov 22 05:23:33 2026", "2026-11-22T05:23:33", true, None),
    ("[Sun Nov 22 05:23:33.123456 2026] [core:error] x", "[Sun Nov 22 05:23:33.123456 2026", "2026-11-22T05:23:33.123456", true, None),
    ("D, [2025-01-15T05:33:52.584700 #103512] DEBUG -- : x", "D, [2025-01-15T05:33:52.584700", "2025-01-15T05:33:52.5847", true, None),
    ("[2026-11-22T05:23:33.123456 #1]  INFO -- : x", "[2026-11-22T05:23:33.123456", "2026-11-22T05:23:33.123456", true, None),
    ("\x1b[0;31mE, [2025-02-27T01:56:51.273963 #6] ERROR -- : x", "\x1b[0;31mE, [2025-02-27T01:56:51.273963", "2025-02-27T01:56:51.273963", true, None),
    ("[22/Nov/2026:05:23:33 +0000] x", "[22/Nov/2026:05:23:33 +0000", "2026-11-22T05:23:33", true, Some(0)),
    ("192.0.2.1 - bob [22/Nov/2026:05:23:33 -0700] \"GET /", "192.0.2.1 - bob [22/Nov/2026:05:23:33 -0700", "2026-11-22T05:23:33", true, Some(-25200)),
    ("::1 - - [22/Nov/2026:05:23:33 +0000] x", "::1 - - [22/Nov/2026:05:23:33 +0000", "2026-11-22T05:23:33", true, Some(0)),
    ("1234:M 22 Nov 2026 05:23:33.123 * Ready", "1234:M 22 Nov 2026 05:23:33.123", "2026-11-22T05:23:33.123", true, None),
    (r#"{"level":"info","msg":"x","time":"2024-10-01T14:51:56+02:00"}"#, r#"{"level":"info","msg":"x","time":"2024-10-01T14:51:56+02:00"#, "2024-10-01T14:51:56", true, Some(7200)),
    (r#"{"time" : "2024-10-01T14:51:56Z","msg":"x"}"#, r#"{"time" : "2024-10-01T14:51:56Z"#, "2024-10-01T14:51:56", true, Some(0)),
    (r#"{"msg":"{\"time\":\"1999-01-01T00:00:00Z\"}","time":"2024-10-01T14:51:56Z"}"#, r#"{"msg":"{\"time\":\"1999-01-01T00:00:00Z\"}","time":"2024-10-01T14:51:56Z"#, "2024-10-01T14:51:56", true, Some(0)),
    ("2026-11-22T05:23:33.1234567890123Z", "2026-11-22T05:23:33.1234567890123Z", "2026-11-22T05:23:33.123456789", true, Some(0)),
];

#[test]
fn known_dialects() {
    for &(line, prefix, at, year_known, offset) in KNOWN {
        let wanted = Stamp {
            at: at.parse().unwrap(),
            year_known,
            offset,
            end: prefix.len(),
        };
        assert_eq!(parse(line.as_bytes()), Some(wanted), "{line}");
        assert!(line.starts_with(prefix));
    }
}

#[test]
fn near_misses_have_no_stamp() {
    for line in [
        "",
        "\n",
        "LOG FASP Session Start",
        "   (95875K bits/sec), in 1 file.",
        "2026-13-22 05:23:33 x",
        "2026-02-29 05:23:33 x",
        "2026-11-22 24:00:00 x",
        "2026-11-22 05:61:00 x",
        "2026-11-22",
        "2026-11/22 05:23:33",
        "2026-11-22x05:23:33",
        "0000-00-00 00:00:00",
        "12345-11-22 05:23:33",
        "Nov 31 05:23:33 h x",
        "Feb 30 05:23:33 h x",
        "Nov 00 05:23:33 h x",
        "Nox 21 05:23:33 h x",
        "November 21 05:23:33",
        "May the force be with you",
        "<1234>Nov 21 05:23:33 h x",
        "<>Nov 21 05:23:33 h x",
        "<150",
        "[pid 12] x",
        "[31/Nov/2026:05:23:33 +0000]",
        "[Sun Nov 22 05:23:33] x",
        "4.4.2.550 is a version",
        "1234:M and text",
        "{\"time\":1700000000}",
        "{\"times\":\"2024-10-01T14:51:56Z\"}",
        "{",
        "\x1b[",
        "\u{fffd}",
    ] {
        assert_eq!(parse(line.as_bytes()), None, "{line}");
    }
}

#[test]
fn a_long_json_line_has_its_time_at_either_end() {
    let long = "x".repeat(5000);
    let front = format!(r#"{{"time":"2024-10-01T14:51:56Z","msg":"{long}"}}"#);
    let back = format!(r#"{{"msg":"{long}","time":"2024-10-01T14:51:56Z"}}"#);
    let middle = format!(r#"{{"msg":"{long}","time":"2024-10-01T14:51:56Z","x":"{long}"}}"#);
    assert!(parse(front.as_bytes()).is_some());
    assert_eq!(parse(back.as_bytes()).unwrap().end, back.len() - 2);
    assert_eq!(parse(middle.as_bytes()), None);
    for fill in 470..520 {
        let text = "x".repeat(fill);
        let between = format!(r#"{{"m":"{text}","time":"2024-10-01T14:51:56Z"}}"#);
        assert!(parse(between.as_bytes()).is_some());
    }
}

#[test]
fn every_prefixed_line_of_the_real_logs_has_a_stamp() {
    let logs = [
        &include_bytes!("../../tests/samples/g02-token-atm-argument-debug/client.messages")[..],
        include_bytes!("../../tests/samples/g02-token-atm-argument-debug/client.iso.log"),
        include_bytes!("../../tests/samples/g02-token-atm-argument-debug/client.rfc5424.log"),
        include_bytes!("../../tests/samples/c02-tcp-syn-dropped/client/aspera-scp-transfer.log"),
    ];
    for log in logs {
        let mut stamps = 0;
        for line in log.split(|&byte| byte == b'\n') {
            let prefixed = memchr::memmem::find(line, b" LOG ").is_some()
                || memchr::memmem::find(line, b" DBG ").is_some();
            if prefixed && !line.starts_with(b" ") {
                let text = String::from_utf8_lossy(line);
                assert!(parse(line).is_some(), "{text}");
                stamps += 1;
            }
        }
        assert!(stamps > 5);
    }
}

fn stamp(line: &str) -> Stamp {
    parse(line.as_bytes()).unwrap()
}

#[test]
fn the_year_is_the_latest_that_fits() {
    let newest = datetime(2026, 1, 2, 0, 0, 0, 0);
    let cases = [
        ("Dec 31 23:59:59 h", 2025),
        ("Jan  1 00:00:00 h", 2026),
        ("Jan  3 00:00:00 h", 2026),
        ("Jan  3 00:00:01 h", 2025),
        ("Feb 29 00:00:00 h", 2024),
        ("Nov 21 2019 00:00:00 h", 2019),
    ];
    for (line, year) in cases {
        assert_eq!(place_year(stamp(line), newest).year(), year, "{line}");
    }
    let december = datetime(2025, 12, 31, 12, 0, 0, 0);
    assert_eq!(
        place_year(stamp("Jan  1 00:00:00 h"), december).year(),
        2026
    );
    let century = datetime(2103, 1, 1, 0, 0, 0, 0);
    assert_eq!(place_year(stamp("Feb 29 00:00:00 h"), century).year(), 2096);
    assert_eq!(
        place_year(stamp("Feb 28 00:00:00 h"), DateTime::MAX).year(),
        9999
    );
    let _ = place_year(stamp("Feb 29 00:00:00 h"), DateTime::MIN);
}

#[test]
fn the_instant_by_offset_or_zone() {
    let zone = TimeZone::posix("PST8PDT,M3.2.0,M11.1.0").unwrap();
    let cases = [
        ("2026-11-22 05:23:33 x", "2026-11-22T13:23:33Z"),
        ("2026-11-22T05:23:33+01:00 x", "2026-11-22T04:23:33Z"),
        ("2026-11-01 01:30:00 twice", "2026-11-01T08:30:00Z"),
        ("2026-03-08 02:30:00 never", "2026-03-08T10:30:00Z"),
    ];
    for (line, instant) in cases {
        assert_eq!(
            to_utc(stamp(line), &zone),
            instant.parse().unwrap(),
            "{line}"
        );
    }
}

#[test]
fn a_stamp_takes_well_under_a_microsecond() {
    let lines: Vec<_> = KNOWN.iter().map(|case| case.0.as_bytes()).collect();
    let begin = std::time::Instant::now();
    let rounds = 5000;
    for _ in 0..rounds {
        for line in &lines {
            std::hint::black_box(parse(std::hint::black_box(line)));
        }
    }
    let each = begin.elapsed().as_nanos() / (rounds * lines.len() as u128);
    assert!(each < 1000, "{each} ns a stamp");
}

proptest! {
    #[test]
    fn any_bytes_never_panic(line in proptest::collection::vec(any::<u8>(), 0..80), case in 0..KNOWN.len()) {
        let _ = parse(&line);
        let known = KNOWN[case].0.as_bytes();
        for cut in 0..known.len() {
            let _ = parse(&known[..cut]);
            let mut broken = known.to_vec();
            broken[cut] = line.first().copied().unwrap_or(b'x');
            if let Some(stamp) = parse(&broken) {
                prop_assert!(stamp.end <= broken.len());
            }
        }
    }
}
