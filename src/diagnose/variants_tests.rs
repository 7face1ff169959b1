//! Variants of logs of which there are no samples, in the formats of the programs: other line ends and encodings, changes
//! of daylight saving time, mixed processes, and lines that are forged, cut off, or unordered.
use super::kit_tests::{
    APP, CLIENT, SERVER, Script, UUID, all_ids, diagnose_bytes, diagnose_in, diagnose_logs, errors,
    first_transfer,
};

const FULL: &str = "ERR FASP Session Error id=UUID (error 52, No space left on disk)";

fn well() -> String {
    let mut script = Script::new("send", 100);
    script.opened().done();
    script.text
}

fn full() -> String {
    let mut script = Script::new("send", 100);
    script
        .opened()
        .line(FULL)
        .failed("52", "No space left on disk");
    script.text
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    let bytes = |unit: u16| {
        if big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    units.flat_map(bytes).collect()
}

#[test]
fn line_ends_and_encodings_change_nothing() {
    for (text, wanted) in [(well(), vec![]), (full(), vec!["disk-full"])] {
        let windows = text.replace('\n', "\r\n");
        let marked = format!("\u{feff}{text}");
        let cut_off = text.trim_end().to_owned();
        for (name, bytes) in [
            ("plain", text.clone().into_bytes()),
            ("crlf", windows.clone().into_bytes()),
            ("mark", marked.into_bytes()),
            ("utf-16le", utf16(&windows, false)),
            ("utf-16be", utf16(&text, true)),
            ("no last line end", cut_off.into_bytes()),
        ] {
            let shown = diagnose_bytes(CLIENT, &bytes);
            assert_eq!(errors(&shown), wanted, "{name}");
            assert_eq!(shown.counts.transfers, 1, "{name}");
            for finding in &shown.findings {
                let lines: Vec<u64> = finding.evidence.iter().map(|e| e.line).collect();
                assert_eq!(lines, [2, 3], "{name}: {finding:#?}");
            }
        }
    }
}

/// The prefix of a line, by its second.
type Prefix = fn(usize) -> String;

#[test]
fn other_notations_of_the_same_lines_are_read() {
    let body = |at: usize| {
        let text = full();
        let line = text.lines().nth(at).unwrap().to_owned();
        line.split_once("] ").unwrap().1.to_owned()
    };
    let prefixes: [(&str, Prefix); 8] = [
        ("old file form", |n| {
            format!("2015-04-30 11:13:3{n} [3ef3-0xb0103000] ")
        }),
        ("windows", |n| {
            format!("2022-08-03 11:21:5{n}.829 [47c4-00000a04] ")
        }),
        ("syslog", |n| {
            format!("Nov  3 05:37:5{n} xfer-lon-2 ascp[12408]: ")
        }),
        ("syslog with a priority", |n| {
            format!("<150>Nov 21 05:37:5{n} h ascp[12408]: ")
        }),
        ("iso", |n| {
            format!("2026-11-21T05:37:5{n}.123456+00:00 h.example.net ascp[12408]: ")
        }),
        ("rfc 5424", |n| {
            format!("<150>1 2026-11-21T05:37:5{n}Z h ascp 12408 - - ")
        }),
        ("ascp4", |n| format!("Nov 21 05:37:5{n} h ascp4[12408]: ")),
        ("a path for a tag", |n| {
            format!("Nov 21 05:37:5{n} h /opt/aspera/bin/ascp[12408]: ")
        }),
    ];
    for (name, prefix) in prefixes {
        let lines: Vec<String> = (0..3).map(|n| prefix(n) + &body(n)).collect();
        let shown = diagnose_logs(&[(SERVER, &(lines.join("\n") + "\n"))]);
        assert_eq!(errors(&shown), ["disk-full"], "{name}");
        let transfer = first_transfer(&shown);
        assert_eq!(transfer.sessions[0].ends.len(), 1, "{name}: {transfer:#?}");
    }
}

#[test]
fn changes_of_daylight_saving_time_are_no_fault() {
    // Berlin: the night that has 2:00 twice, and the one that skips it.
    for (from, to) in [
        ("2026-10-25 02:59:50", "2026-10-25 02:00:20"),
        ("2026-03-29 01:59:50", "2026-03-29 03:00:20"),
    ] {
        let text = well();
        let mut lines = text.lines();
        let at = |time: &str, line: &str| format!("{time}.000 {}\n", &line[24..]);
        let log = at(from, lines.next().unwrap()) + &at(to, lines.next().unwrap());
        let shown = diagnose_in(&[(CLIENT, &log, Some("Europe/Berlin"))]);
        assert!(errors(&shown).is_empty(), "{from}");
        assert!(!all_ids(&shown).contains(&"clock-jump"), "{from}");
    }
}

#[test]
fn a_session_can_span_the_turn_of_the_year() {
    let text = full();
    let bodies = text.lines().map(|l| l.split_once("] ").unwrap().1);
    let times = ["Dec 31 23:59:50", "Jan  1 00:00:02", "Jan  1 00:00:03"];
    let lines: Vec<String> = times
        .iter()
        .zip(bodies)
        .map(|(time, body)| format!("{time} h ascp[7]: {body}"))
        .collect();
    let shown = diagnose_logs(&[(SERVER, &(lines.join("\n") + "\n"))]);
    assert_eq!(errors(&shown), ["disk-full"]);
    let span = &first_transfer(&shown).sessions[0].span;
    assert_eq!(span.began.as_deref(), Some("2025-12-31T23:59:50Z"));
    assert_eq!(span.ended.as_deref(), Some("2026-01-01T00:00:03Z"));
    assert!(!all_ids(&shown).contains(&"clock-jump"));
}

#[test]
fn error_texts_in_paths_are_no_errors() {
    let other = "b1b2b3b4-0000-4000-8000-000000000001";
    let forged = format!("ERR FASP Session Error id={other} (error 52, No space left on disk)");
    let stop =
        format!("FASP Session Stop uuid={other} op=send status=failed errcode=52 errstr=\"x\"");
    for path in [
        format!("/data/a\n2026-11-21 21:20:16.000 [64-80299740] {forged}\n/b"),
        format!("/data/a\r\n{forged}\r\n/b"),
        format!("/data/a#012{forged}#012/b"),
        format!("/data/a\\n{forged}\\n/b"),
        format!("/data/{stop} c"),
        format!("/data/\" status=failed errcode=52 errstr=\"No space left on disk\" {other}"),
        format!("/data/x status=failed errcode=52 uuid={other} op=recv"),
    ] {
        let text = well().replace("source=/data/reel", &format!("source={path}"));
        let shown = diagnose_logs(&[(CLIENT, &text)]);
        assert!(errors(&shown).is_empty(), "{path}: {:#?}", shown.findings);
        let ids: Vec<&str> = shown.transfers.iter().map(|t| t.id.as_str()).collect();
        assert!(
            ids.contains(&UUID) && shown.counts.failed == 0,
            "{path}: {ids:?}"
        );
    }
}

#[test]
fn a_quotation_mark_in_a_name_hides_no_failure() {
    for path in [
        "/data/a\"b",
        "/data/x y=\"",
        "/data/\"",
        "\"/data/a b\"",
        "/data/é 映画 (1).mov",
    ] {
        let text = full().replace("source=/data/reel", &format!("source={path}"));
        let shown = diagnose_logs(&[(CLIENT, &text)]);
        assert_eq!(errors(&shown), ["disk-full"], "{path}");
    }
}

/// The lines of successful sessions, over FASP and over HTTP.
fn successes() -> Vec<String> {
    let http =
        include_str!("../../tests/samples/o01-http-upload-success/client/aspera-scp-transfer.log");
    let login =
        include_str!("../../tests/samples/a01-test-login-success/client/aspera-scp-transfer.log");
    vec![well(), http.to_owned(), login.to_owned()]
}

#[test]
fn a_log_cut_off_at_any_line_is_no_failure() {
    for text in successes() {
        let last: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let from = last.get(last.len().saturating_sub(4)).copied().unwrap_or(0);
        for end in (from..text.len()).chain((0..from).step_by(37)) {
            let cut = &text[..end];
            let shown = diagnose_logs(&[(CLIENT, cut)]);
            let tail = &cut[cut.len().saturating_sub(80)..];
            assert!(errors(&shown).is_empty(), "…{tail}: {:#?}", shown.findings);
        }
    }
}

#[test]
fn a_log_that_begins_at_any_line_is_no_failure() {
    for text in successes() {
        for from in (0..text.len()).step_by(41) {
            let shown = diagnose_logs(&[(CLIENT, &text[from..])]);
            assert!(
                errors(&shown).is_empty(),
                "{}",
                &text[from..][..40.min(text.len() - from)]
            );
        }
    }
}

#[test]
fn unordered_and_missing_lines_give_no_other_cause() {
    for text in successes() {
        let lines: Vec<&str> = text.lines().collect();
        let back: Vec<&str> = lines.iter().rev().copied().collect();
        assert!(errors(&diagnose_logs(&[(CLIENT, &back.join("\n"))])).is_empty());
        for gone in 0..lines.len() {
            let mut left = lines.clone();
            left.remove(gone);
            let shown = diagnose_logs(&[(CLIENT, &left.join("\n"))]);
            assert!(errors(&shown).is_empty(), "without {}", lines[gone]);
        }
    }
    let text = full();
    let back: Vec<&str> = text.lines().rev().collect();
    assert_eq!(
        errors(&diagnose_logs(&[(CLIENT, &back.join("\n"))])),
        ["disk-full"]
    );
}

#[test]
fn two_processes_in_one_line_end_no_session() {
    // Two processes that write without a lock: their lines mix at any byte.
    let mut other = Script::new("recv", 200);
    other.uuid = "b1b2b3b4-0000-4000-8000-000000000001".to_owned();
    other.opened().done();
    let (one, two) = (well(), other.text);
    let first = one.lines().next().unwrap();
    let rest = one.split_once('\n').unwrap().1;
    for at in (0..first.len()).step_by(7) {
        let (a, b) = first.split_at(at);
        let text = format!("{a}{two}{b}\n{rest}");
        let shown = diagnose_logs(&[(CLIENT, &text)]);
        assert!(errors(&shown).is_empty(), "{at}: {:#?}", shown.findings);
    }
}

#[test]
fn binary_data_between_lines_is_skipped() {
    let rubbish = [
        "\u{0}\u{0}\u{0}\u{0}",
        "}{",
        "FASPMGR 2",
        "FASPMGR 2\nType: ERROR",
        "{\"level\":\"error\"}",
        "2026-11-21 21:20:16.000 [",
        "ERR",
        "ERR ",
        "<999>",
        "Session Stop  (Error: ",
        "=== === ===",
        "FASP Session Stop",
        "FASP Session Statistics [Sender] id=",
        "\u{1b}[31m",
        "http_session= ended with result:",
    ];
    for text in successes() {
        for piece in rubbish {
            let mixed: Vec<String> = text.lines().map(|l| format!("{l}\n{piece}\n")).collect();
            let shown = diagnose_logs(&[(APP, &mixed.concat()), (CLIENT, &mixed.concat())]);
            assert!(
                errors(&shown).is_empty(),
                "{piece:?}: {:#?}",
                shown.findings
            );
        }
    }
}
