//! Windows of time are found from the lines' own times; cuts are made at line ends and are told.
use crate::kit::{CONNECT, NOON, SERVER, TRANSFER, Tree, line, only_file};
use crate::zips::Bundle;

const HOUR: u64 = 3600;

/// One line an hour of 2026-11-21 in file form, the hour in its text.
fn hours() -> Vec<String> {
    let at = |hour| {
        line(
            &format!("2026-11-21 {hour:02}:00:00"),
            &format!("hour={hour} done"),
        )
    };
    (0..24).map(at).collect()
}

/// The bundle of a run at noon of 2026-11-22.
fn bundle(tree: &Tree, options: &[&str]) -> Bundle {
    let out = tempfile::tempdir().unwrap();
    tree.collect(out.path())
        .at_noon()
        .args(options)
        .end()
        .exits(0);
    Bundle::read(&only_file(out.path()))
}

/// The entry of the only log holds exactly these lines, and the manifest tells what was cut.
#[track_caller]
fn holds_of(bundle: &Bundle, end: &str, all: &[String], kept: std::ops::Range<usize>) {
    let (name, bytes) = bundle.ending(end);
    let expected = all[kept.clone()].concat();
    assert_eq!(String::from_utf8_lossy(bytes), expected);
    let item = bundle.item(name);
    assert_eq!(item["lines"], kept.len());
    let cut: Vec<&serde_json::Value> = item["cuts"].as_array().into_iter().flatten().collect();
    if kept.len() == all.len() {
        assert!(cut.is_empty(), "{item}");
        return;
    }
    assert_eq!(cut.len(), 1, "{item}");
    assert_eq!(cut[0]["why"], "window");
    assert_eq!(cut[0]["lines"], all.len() - kept.len(), "{item}");
    assert_eq!(
        cut[0]["bytes"],
        all.concat().len() - expected.len(),
        "{item}"
    );
    assert_eq!(
        item["status"], "collected",
        "what was not asked for is not missing: {item}"
    );
}

#[test]
fn both_ends_of_the_window_cut_at_lines() {
    let tree = Tree::new();
    let all = hours();
    tree.client_log(all.concat());
    tree.changed(&format!("{CONNECT}/{TRANSFER}"), NOON - 12 * HOUR);
    for (options, kept) in [
        (&["--since", "2026-11-21T10:00:00Z"][..], 10..24),
        (&["--until", "2026-11-21T10:30:00Z"], 0..11),
        (
            &["--since", "2026-11-21 05:00", "--until", "2026-11-21 06:30"],
            5..7,
        ),
        // Hours before noon of the next day.
        (&["--since", "20h"], 16..24),
        (&["--since", "7d"], 0..24),
        (&["--since", "2026-11-21", "--until", "2026-11-21"], 0..24),
    ] {
        holds_of(&bundle(&tree, options), TRANSFER, &all, kept);
    }
}

#[test]
fn times_in_file_form_are_of_the_machine_they_were_written_on() {
    let tree = Tree::new();
    let all = hours();
    tree.file("etc/timezone", "America/Los_Angeles\n")
        .client_log(all.concat());
    // 18:00 UTC is 10:00 in Los Angeles.
    let bundle = bundle(&tree, &["--since", "2026-11-21T18:00:00Z"]);
    holds_of(&bundle, TRANSFER, &all, 10..24);
}

#[test]
fn a_line_without_a_time_goes_with_the_line_before() {
    let tree = Tree::new();
    let mut all = hours();
    all.insert(10, "    more about hour=9\n".to_owned());
    all.insert(12, "\n".to_owned());
    tree.client_log(all.concat());
    let bundle = bundle(
        &tree,
        &[
            "--since",
            "2026-11-21T10:00:00Z",
            "--until",
            "2026-11-21T10:00:59Z",
        ],
    );
    holds_of(&bundle, TRANSFER, &all, 11..13);
}

#[test]
fn a_log_that_ends_before_the_window_is_not_opened() {
    let tree = Tree::new();
    tree.client_log(hours().concat());
    tree.changed(&format!("{CONNECT}/{TRANSFER}"), NOON - 13 * HOUR);
    let bundle = bundle(&tree, &["--since", "2h"]);
    let item = bundle.item(TRANSFER);
    assert_eq!(item["status"], "skipped", "{item}");
    assert!(
        item["reason"].as_str().unwrap().contains("time window"),
        "{item}"
    );
}

/// A line of a system log as rsyslog writes it by default: no year.
fn syslog(at: &str, text: &str) -> String {
    format!("{at} xfer07 ascp[812]: LOG {text}\n")
}

#[test]
fn syslog_tells_no_year_and_gets_it_from_the_last_change() {
    let tree = Tree::new();
    let days = [
        "Dec 30 23:00:00",
        "Dec 31 23:00:00",
        "Jan  1 01:00:00",
        "Jan  2 09:00:00",
    ];
    let all: Vec<String> = days.iter().map(|at| syslog(at, "Rate 5 Kbps")).collect();
    tree.file("var/log/messages", all.concat());
    // 2026-01-02T09:00:00Z: the lines of December are of the year before.
    tree.changed("var/log/messages", 1_767_344_400);
    for (since, kept) in [
        ("2025-12-31T12:00:00Z", 1..4),
        ("2026-01-01T00:00:00Z", 2..4),
        ("2025-01-01T00:00:00Z", 0..4),
    ] {
        let bundle = bundle(&tree, &["--since", since]);
        let item = bundle.item("/messages");
        assert_eq!(item["lines"], kept.len(), "{since}: {item}");
        let text = bundle.text(item["entry"].as_str().unwrap());
        assert!(text.starts_with(&days[kept.start][..15]), "{since}: {text}");
    }
}

#[test]
fn of_a_shared_log_the_last_seven_days_are_taken_where_nothing_is_said() {
    let tree = Tree::new();
    let at = |day: u32| syslog(&format!("Nov {day:>2} 08:00:00"), "Rate 5 Kbps");
    let all: Vec<String> = (1..=20).map(at).collect();
    tree.file("var/log/messages", all.concat());
    // Its own log is taken whole, however old its lines are.
    let own: Vec<String> = (1..=20)
        .map(|day| line(&format!("2026-11-{day:02} 08:00:00"), "old"))
        .collect();
    tree.file(&format!("{SERVER}/{TRANSFER}"), own.concat());
    // Days are counted from the newest line, not from today or from the last change.
    tree.changed("var/log/messages", NOON);
    let bundle = bundle(&tree, &[]);
    let item = bundle.item("/messages");
    assert_eq!(item["lines"], 8, "20 November back to the 13th: {item}");
    let cut = &item["cuts"][0];
    assert_eq!(
        (&cut["why"], &cut["lines"]),
        (&"window".into(), &12.into()),
        "{item}"
    );
    assert_eq!(cut["bytes"], all[..12].concat().len(), "{item}");
    assert_eq!(bundle.item(&format!("hsts/{TRANSFER}"))["lines"], 20);
}

#[test]
fn a_window_given_by_hand_reaches_behind_the_seven_days() {
    let tree = Tree::new();
    let at = |day: u32| syslog(&format!("Nov {day:>2} 08:00:00"), "Rate 5 Kbps");
    tree.file("var/log/messages", (1..=20).map(at).collect::<String>());
    tree.changed("var/log/messages", NOON);
    let bundle = bundle(&tree, &["--since", "2026-11-02"]);
    assert_eq!(bundle.item("/messages")["lines"], 19);
}

#[test]
fn every_dialect_of_syslog_has_its_time_read() {
    for (form, before, inside) in [
        (
            "traditional",
            "Nov 21 08:00:00 xfer07 ascp[8]: LOG x\n",
            "Nov 21 11:00:00 xfer07 ascp[8]: LOG x\n",
        ),
        (
            "ISO",
            "2026-11-21T08:00:00.123456+00:00 xfer07 ascp[8]: LOG x\n",
            "2026-11-21T12:00:00.1+01:00 xfer07 ascp[8]: LOG x\n",
        ),
        (
            "RFC 5424",
            "<150>1 2026-11-21T08:00:00Z xfer07 ascp 8 - - LOG x\n",
            "<150>1 2026-11-21T11:00:00.5Z xfer07 ascp 8 - - LOG x\n",
        ),
    ] {
        let tree = Tree::new();
        tree.file("var/log/messages", [before, inside].concat());
        tree.changed("var/log/messages", NOON - HOUR);
        let bundle = bundle(&tree, &["--since", "2026-11-21T10:00:00Z"]);
        assert_eq!(bundle.item("/messages")["lines"], 1, "{form}");
    }
}

#[test]
fn the_manifest_says_which_window_it_was() {
    let tree = Tree::new();
    tree.client_log(hours().concat());
    let bundle = bundle(
        &tree,
        &["--since", "24h", "--until", "2026-11-22T06:00:00+01:00"],
    );
    let window = &bundle.json("case.json")["window"];
    assert_eq!(window["since"], "2026-11-21T12:00:00Z");
    assert_eq!(window["until"], "2026-11-22T05:00:00Z");
}

/// What a cut says is our own sentence; the redactor leaves it alone.
#[test]
fn the_note_of_a_cut_is_a_sentence() {
    let tree = Tree::new();
    tree.client_log(hours().concat());
    let bundle = bundle(&tree, &["--until", "2026-11-21T10:30:00Z"]);
    let item = bundle.item(TRANSFER);
    assert_eq!(
        item["cuts"][0]["note"],
        "lines outside the time window were left out"
    );
}
