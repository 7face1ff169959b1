//! Heads of lines as system logs write them, and lines that only look like one.
use super::*;

fn entry(line: &str) -> (String, Option<u32>, String) {
    match dissect(line.as_bytes()) {
        Line::Entry(entry) => (
            String::from_utf8_lossy(entry.program).into_owned(),
            entry.pid,
            String::from_utf8_lossy(entry.message).into_owned(),
        ),
        other => panic!("{other:?}: {line}"),
    }
}

#[test]
fn every_form_names_the_program_its_number_and_the_message() {
    for line in [
        "Nov 22 05:20:16 xfer01 ascp[29855]: LOG x",
        "Nov  2 05:20:16 xfer01 ascp[29855]: LOG x",
        "Nov 22 05:20:16 ascp[29855]: LOG x",
        "<150>Nov 22 05:20:16 xfer01 ascp[29855]: LOG x",
        "Nov 22 05:20:16 xfer01 /opt/aspera/bin/ascp[29855]: LOG x",
        "Nov 22 05:20:16 fd77::5 ascp[29855]: LOG x",
        "Nov 22 05:20:16 <local2.info> xfer01 ascp[29855]: LOG x",
        "Nov 22 05:20:16 xfer01 local2:info ascp[29855]: LOG x",
        "Nov 22 05:20:16 xfer01 auth|security:info ascp[29855]: LOG x",
        "Nov 22 05:20:16 log1 Message forwarded from xfer01: ascp[29855]: LOG x",
        "Nov 22 05:20:16 xfer01 ascp[29855]: [ID 702911 local2.info] LOG x",
        "2026-11-22T05:20:16.348530+00:00 xfer01 ascp[29855]: LOG x",
        "2026-11-22T05:20:16Z xfer01 ascp[29855]: LOG x",
        "2026-11-22T05:20:16+0000 xfer01 ascp[29855]: LOG x",
        "2026-11-22 05:20:16 xfer01 ascp[29855]: LOG x",
        "Sun 2026-11-22 05:20:16 UTC xfer01 ascp[29855]: LOG x",
        "Sun 2026-11-22 05:20:16 CEST xfer01 ascp[29855]: LOG x",
        "1732252816.348530 xfer01 ascp[29855]: LOG x",
        "[   12.345678] xfer01 ascp[29855]: LOG x",
        "<150>1 2026-11-22T05:20:16.419408+00:00 xfer01 ascp 29855 - -  LOG x",
        "<150>1 2026-11-22T05:20:16Z xfer01 ascp 29855 ID1 [a@1 b=\"]\\\"\"][c d=\"e\"] LOG x",
        "<150>1 2026-11-22T05:20:16Z xfer01 ascp 29855 - - \u{feff}LOG x",
        "<150>1 - - - - - - ascp[29855]: LOG x",
    ] {
        let expected = ("ascp".to_owned(), Some(29855), "LOG x".to_owned());
        assert_eq!(entry(line), expected, "{line}");
    }
}

#[test]
fn tags_without_a_number_and_odd_tags() {
    for (line, program, pid, message) in [
        (
            "Nov 22 05:20:16 h kernel: [12.5] x",
            "kernel",
            None,
            "[12.5] x",
        ),
        ("Nov 22 05:20:16 kernel: x", "kernel", None, "x"),
        (
            "Nov 22 05:20:16 h postfix/smtpd[7]: x",
            "smtpd",
            Some(7),
            "x",
        ),
        (
            "Nov 22 05:20:16 h sshd(pam_unix)[7]: x",
            "sshd",
            Some(7),
            "x",
        ),
        (
            "Nov 22 05:20:16 h http-gateway[7.1]: x",
            "http-gateway",
            Some(7),
            "x",
        ),
        (
            "Nov 22 05:20:16 h a.launchd[1] (com.aspera.x[7]): died",
            "a.launchd",
            Some(1),
            "(com.aspera.x[7]): died",
        ),
        ("<38>1 2026-11-22T05:20:16Z h sshd - - -", "sshd", None, ""),
    ] {
        assert_eq!(
            entry(line),
            (program.to_owned(), pid, message.to_owned()),
            "{line}"
        );
    }
}

#[test]
fn a_quoted_tag_does_not_make_its_line_that_programs() {
    for (line, program) in [
        ("Nov 22 05:20:16 h cron[9]: ascp[1]: LOG x", "cron"),
        ("Nov 22 05:20:16 cron: h ascp[1]: LOG x", "cron"),
        (
            "Nov 22 05:20:16 h logger: Nov 22 05:20:16 h ascp[1]: LOG x",
            "logger",
        ),
        (
            "<13>1 2026-11-22T05:20:16Z h app 1 - - ascp[1]: LOG x",
            "app",
        ),
    ] {
        assert_eq!(entry(line).0, program, "{line}");
    }
    let line = b"Nov 22 05:20:16 h some words ascp[1]: LOG x";
    assert_eq!(dissect(line), Line::Other);
}

#[test]
fn lines_without_a_head_go_on_with_the_line_before() {
    for line in [
        "",
        "   wrapped text",
        "ascp[1]: no stamp",
        "<b>bold</b>",
        "[link] text",
        "  quoted [2026-11-22 05:20:16] ascp[1]: LOG x",
        "quoted [2026-11-22 05:20:16] ascp[1]: LOG x",
        "{\"time\":\"2026-11-22T05:20:16Z\",\"msg\":\" ascp[1]: LOG x\"}",
        "<150>",
        "Nov 22 05:20:16 h last message repeated 3 times",
        "Nov 22 05:20:16 --- last message repeated 1 time ---",
    ] {
        assert_eq!(dissect(line.as_bytes()), Line::Continued, "{line}");
    }
}

#[test]
fn marks_of_the_journal_are_nobodys() {
    for line in [
        "-- Boot 0123456789abcdef --",
        "-- Logs begin at Sun 2026-11-22 05:20:16 UTC. --",
        "Nov 22 05:20:16",
    ] {
        assert_eq!(dissect(line.as_bytes()), Line::Other, "{line}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_fall(line: Vec<u8>) {
        dissect(&line);
    }

    #[test]
    fn no_ending_of_a_head_makes_it_fall(at in 0_usize..80, tail: Vec<u8>) {
        let head = b"<150>1 2026-11-22T05:20:16.419408+00:00 xfer01 ascp 29855 - [a b=\"c\"] LOG x";
        let mut line = head.get(..at).unwrap_or(head).to_vec();
        line.extend(tail);
        dissect(&line);
    }
}
