//! Sessions of which there are no samples, in the formats of the programs: retries, packet loss, forged and cut lines,
//! clocks, and millions of sessions.
use super::kit_tests::{
    APP, CLIENT, SERVER, Script, UUID, all_ids, diagnose_in, diagnose_logs, diagnose_short, errors,
    first_transfer, session_ids,
};
use super::*;
use crate::redact::tests_support::redacted;

fn uuid(number: u32) -> String {
    format!("a96721e8-ade1-42cd-93c3-{number:012x}")
}

const EXPIRED: &str = "ERR FASP Session Peer Error id=UUID (error 73, Could not validate bearer token (access_key='x'), Error: Bearer token has expired.  Expired at '2026-11-21 21:13:05'.  Current time is '2026-11-21 21:59:15'.)";

#[test]
fn a_timeout_and_refused_retries_are_one_transfer() {
    let mut text = String::new();
    for number in 0..3 {
        let mut script = Script::new("send", 100 + number);
        script.uuid = uuid(number);
        script.from = (21, 20 + 5 * number);
        if number == 0 {
            script
                .opened()
                .line("LOG Sender has not received a packet for 60 seconds!");
            script.failed("36", "Session data transfer timeout");
        } else {
            script
                .line(EXPIRED)
                .refused("73", "Management authorization refused");
        }
        text.push_str(&script.text);
    }
    let shown = diagnose_logs(&[(CLIENT, &text)]);
    assert_eq!(errors(&shown), ["token-expired"]);
    let finding = &shown.findings[0];
    let transfer = first_transfer(&shown);
    assert_eq!(session_ids(transfer), [uuid(0), uuid(1), uuid(2)]);
    let also: Vec<&str> = finding.also.iter().map(|a| a.id).collect();
    assert_eq!(also, ["session-data-timeout", "retry-reuses-token"]);
    let known = finding.known.join(" ");
    assert!(known.contains("46 min 10 s"), "{known}");
}

#[test]
fn a_retry_that_succeeds_makes_the_failure_a_warning() {
    let mut first = Script::new("send", 100);
    first.opened().failed("36", "Session data transfer timeout");
    let mut second = Script::new("send", 101);
    second.uuid = uuid(2);
    second.from = (21, 25);
    second.opened().done();
    let shown = diagnose_logs(&[(CLIENT, &format!("{}{}", first.text, second.text))]);
    assert!(errors(&shown).is_empty());
    assert_eq!(shown.findings[0].id, "session-data-timeout");
    assert_eq!(shown.findings[0].severity, Severity::Warning);
    // The same an hour and a half later is another transfer.
    second.text = second.text.replace(" 21:25:", " 23:15:");
    let shown = diagnose_logs(&[(CLIENT, &format!("{}{}", first.text, second.text))]);
    assert_eq!(errors(&shown), ["session-data-timeout"]);
}

#[test]
fn successful_sessions_are_no_errors() {
    let clean = "OPENED\nLOG Sender has not received a packet for 2 seconds!\nERR Unknown policy 255\nERR FASP receiver failed to close UDP socket, errno=9\nDONE\n";
    assert!(diagnose_short(clean).findings.is_empty());
    // An error message before, from which the session recovered.
    let got_over = "ERR No such file or directory\nERR Permission denied\nOPENED\nDONE\n";
    assert!(errors(&diagnose_short(got_over)).is_empty());
}

#[test]
fn messages_of_connect_and_of_the_node_belong_to_the_transfer() {
    let mut script = Script::new("send", 100);
    script.from = (21, 31);
    script
        .opened()
        .failed("36", "Session data transfer timeout");
    let app = "2026-11-21 21:30:38.017 [4338-000042b4] LOG INFO: transfer spec for request a0c2:
{
    direction: send
    paths: [
        {
            source: /data/reel
        }
    ]
    tags: {\"aspera\":{\"xfer_id\":\"30628b3e-c864-453b-a30d-cbfb7e11225e\",\"files\":{\"package_id\":\"bQx7dLm2wA\"}}}
}
2026-11-21 21:31:12.310 [4338-000042b4] ERR transfer 30628b3e-c864-453b-a30d-cbfb7e11225e failed: code 40, Session data transfer timeout
";
    let node = format!(
        "2026-11-21 21:31:12.160 [8f1-1a2b3c40] ERR transfer session {UUID} failed code=40 Data transfer stalled, timed out\n"
    );
    let shown = diagnose_logs(&[
        (CLIENT, &script.text),
        (APP, app),
        ("logs/server/hsts/asperanoded.log", &node),
    ]);
    assert_eq!(errors(&shown), ["session-data-timeout"]);
    let transfer = first_transfer(&shown);
    assert_eq!(transfer.id, "30628b3e-c864-453b-a30d-cbfb7e11225e");
    assert_eq!(transfer.package.as_deref(), Some("bQx7dLm2wA"));
    assert_eq!(session_ids(transfer), [UUID]);
    assert_eq!(shown.findings.len(), 1, "{:?}", all_ids(&shown));
    // The line of the node alone is enough.
    let shown = diagnose_logs(&[("logs/server/hsts/asperanoded.log", &node)]);
    assert_eq!(errors(&shown), ["session-data-timeout"]);
}

#[test]
fn a_newline_in_a_path_forges_nothing() {
    let real = "2026-11-21 21:20:15.878 [7410-1] LOG FASP Session Start uuid=UUID op=send status=started source=/data/a";
    let rest = "dest=/in source_prefix=- local=10.0.0.1:40000 peer=10.0.0.2:33001 proto_data=2000e";
    let stop = format!(
        "2026-11-21 21:20:17.878 [7410-1] LOG FASP Session Stop uuid=UUID op=send status=success source=/data/a {rest}\n"
    );
    let forged = [
        "2026-11-21 21:20:16.878 [7410-1] LOG FASP Session Stop uuid=UUID op=send status=failed errcode=40 errstr=\"Operation not permitted by license\"",
        "2026-11-21 21:20:16.878 [7410-1] LOG FASP Session Stop uuid=UUID op=send status=failed errcode=40 errstr=\"x\" source=y dest=z local=q:1",
        "2026-11-21 21:20:16.878 [7410-1] ERR Server has only a client license",
        "x\n2026-11-21 21:20:16.878 [9-1] ERR FASP initialization failed (Bad protocol)",
    ];
    for line in forged {
        let text = format!("{real}\n{line} {rest}\n{stop}").replace("UUID", UUID);
        assert!(
            errors(&diagnose_logs(&[(CLIENT, &text)])).is_empty(),
            "{line}"
        );
    }
    // A line that was cut off hides nothing behind it.
    let cut = format!(
        "{real}\n2026-11-21 21:20:17.878 [7410-1] LOG FASP Session Stop uuid=UUID op=send status=failed errcode=36 errstr=\"Session data transfer timeout\" source=/data/a {rest}\n"
    );
    assert_eq!(
        errors(&diagnose_logs(&[(CLIENT, &cut.replace("UUID", UUID))])),
        ["session-data-timeout"]
    );
}

#[test]
fn error_texts_in_names_and_sentences_are_no_facts() {
    let text = "OPENED
LOG FASP Transfer Stop uuid=UUID op=send status=success file=\"/data/ERR Bearer token has expired.txt\" size=1 errcode=40 errstr=\"License expired\"
LOG source=/x status=failed
DONE
";
    assert!(errors(&diagnose_short(text)).is_empty());
    let prose = "the FASP Session Stop failed\nif you see ERR Server has only a client license, call us\nLOG FASP Session Params uuid=x status=failed\n";
    assert!(
        diagnose_logs(&[("logs/client/cli/notes.txt", prose)])
            .findings
            .is_empty()
    );
}

#[test]
fn interleaved_and_cut_lines_are_separated_by_process() {
    let mut fine = Script::new("send", 1);
    fine.uuid = uuid(1);
    fine.opened().done();
    let mut bad = Script::new("send", 2);
    bad.uuid = uuid(2);
    bad.line("ERR [ascp] TCP connect failed, err=111")
        .refused("14", "Unable to receive a valid stop message (pmtu-brtt)");
    let mut lines: Vec<String> = Vec::new();
    let (a, b): (Vec<&str>, Vec<&str>) = (fine.text.lines().collect(), bad.text.lines().collect());
    for at in 0..a.len().max(b.len()) {
        for side in [&a, &b] {
            lines.extend(side.get(at).map(|l| format!("{l}\n")));
        }
    }
    let whole = lines.concat();
    assert_eq!(errors(&diagnose_logs(&[(CLIENT, &whole)])), ["tcp-refused"]);
    // Cut off at any byte: no panic, and no other cause.
    for end in (0..whole.len()).step_by(7) {
        let Some(part) = whole.get(..end) else {
            continue;
        };
        let found = errors(&diagnose_logs(&[(CLIENT, part)]));
        let fits = |id: &&str| matches!(*id, "tcp-refused" | "udp-startup" | "unknown-failure");
        assert!(found.iter().all(fits), "{end}: {found:?}");
    }
}

#[test]
fn the_block_size_changes_nothing() {
    let text = kit_tests::entries("ERR Failure processing peer license: Deprecated peer license\nERR Peer FASP receiver had error, errcode 80 errstr [Ill-formed license]\nREFUSED 40 Operation not permitted by license\n")[0].1.clone();
    let mut observations = Observations::default();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        observations.add(
            CLIENT,
            observe(&redacted(line.as_bytes()), number as u64 + 1),
        );
    }
    let shown = conclude(observations);
    assert_eq!(errors(&shown), ["license-invalid"]);
    let lines: Vec<u64> = shown.findings[0].evidence.iter().map(|e| e.line).collect();
    assert_eq!(lines, [2, 4]);
}

#[test]
fn the_evidence_of_a_removed_entry_is_removed() {
    let mut script = Script::new("send", 100);
    script
        .opened()
        .failed("36", "Session data transfer timeout");
    let text = redacted(script.text.as_bytes());
    let mut observations = Observations::default();
    observations.add("logs/a.log", observe(&text, 1));
    observations.add("logs/b.log", observe(&text, 1));
    observations.forget("logs/a.log");
    let shown = conclude(observations);
    assert_eq!(shown.findings.len(), 1);
    assert!(
        shown.findings[0]
            .evidence
            .iter()
            .all(|e| e.entry == "logs/b.log")
    );
    let mut observations = Observations::default();
    observations.add("logs/a.log", observe(&text, 1));
    observations.forget("logs/a.log");
    let shown = conclude(observations);
    assert!(shown.findings.is_empty() && shown.events.is_empty());
    // The same for an expired license.
    let mut shown = diagnose_logs(&[(CLIENT, &script.text)]);
    shown.rename(CLIENT, "logs/c.log");
    assert!(shown.events.iter().all(|e| e.entry == "logs/c.log"));
    shown.withhold("logs/c.log");
    assert!(shown.findings.is_empty() && shown.events.is_empty());
}

#[test]
fn rotated_files_are_one_log_in_any_order() {
    let mut script = Script::new("send", 100);
    script.opened();
    let first = std::mem::take(&mut script.text);
    script
        .line("ERR Session shutdown failed")
        .failed("27", "Other Session error");
    let (old, new) = ("logs/client/connect/aspera-scp-transfer.1.log", CLIENT);
    for entries in [
        [(old, first.as_str()), (new, script.text.as_str())],
        [(new, script.text.as_str()), (old, first.as_str())],
    ] {
        let shown = diagnose_logs(&entries);
        assert_eq!(errors(&shown), ["session-shutdown-failed"]);
        assert_eq!(first_transfer(&shown).attempts, 1);
    }
}

#[test]
fn clocks_that_were_set_back_or_differ_are_reported() {
    let line = |time: &str| format!("2026-11-21 {time}.000 [7410-1] ERR Unknown policy 255\n");
    let back = format!("{}{}", line("21:20:00"), line("21:10:00"));
    assert_eq!(all_ids(&diagnose_logs(&[(CLIENT, &back)])), ["clock-jump"]);
    // The end of daylight saving time, and lines slightly out of order.
    for (a, b) in [("01:59:59", "01:00:00"), ("21:20:00", "21:19:58")] {
        let text = format!("{}{}", line(a), line(b));
        assert!(
            diagnose_logs(&[(CLIENT, &text)]).findings.is_empty(),
            "{a} {b}"
        );
    }
    let mut client = Script::new("send", 1);
    client.opened().done();
    let mut server = Script::new("recv", 2);
    server.from = (21, 27);
    server.opened().done();
    let ids = |zone| {
        let shown = diagnose_in(&[
            (CLIENT, &client.text, zone),
            (SERVER, &server.text, Some("UTC")),
        ]);
        all_ids(&shown)
    };
    assert_eq!(ids(Some("UTC")), ["clock-skew"]);
    // Without a known time zone nothing is reported.
    assert!(ids(None).is_empty());
}

#[test]
fn the_expiry_of_a_license_is_reported_before_it() {
    let began = |date: &str| {
        diagnose_short(&format!(
            "LOG Initializing FASP version 4.4.2.550, license expires on {date}, max rate=(unlimited)\nOPENED\nDONE\n"
        ))
    };
    assert_eq!(all_ids(&began("2026-12-05")), ["license-ends-soon"]);
    assert!(began("2026-12-05").findings[0].cause.contains("14 days"));
    assert!(began("2027-12-05").findings.is_empty());
    assert!(began("someday").findings.is_empty());
}

#[test]
fn a_vague_failure_asks_for_a_debug_log_unless_it_is_one() {
    let vague = "OPENED\nFAILED 27 Other Session error\n";
    assert_eq!(
        all_ids(&diagnose_short(vague)),
        ["unspecified-error", "log-level-too-low"]
    );
    let debug = format!("DBG fasp_session_open\n{vague}");
    assert_eq!(all_ids(&diagnose_short(&debug)), ["unspecified-error"]);
    let clear = "OPENED\nFAILED 52 No space left on disk\n";
    assert_eq!(all_ids(&diagnose_short(clear)), ["disk-full"]);
}

#[test]
fn syslog_is_read_over_the_turn_of_the_year_and_in_other_templates() {
    let lines = "Dec 31 23:59:50 host1 ascp[1894]: LOG FASP Session Start uuid=UUID op=send status=started source=/d dest=/in source_prefix=- local=1.2.3.4:1 peer=1.2.3.5:2 ver=3.9.0.1\nJan  1 00:01:50 host1 ascp[1894]: LOG FASP Session Stop uuid=UUID op=send status=failed errcode=36 errstr=\"Session data transfer timeout\" source=/d dest=/in source_prefix=- local=1.2.3.4:1 peer=1.2.3.5:2 ver=3.9.0.1\n".replace("UUID", UUID);
    let mut observations = Observations::default();
    let clock = Clock {
        zone: Some(jiff::tz::TimeZone::UTC),
        newest: Some("2026-01-02T00:00:00".parse().unwrap()),
    };
    observations.clock("logs/messages", clock);
    observations.add("logs/messages", observe(&redacted(lines.as_bytes()), 1));
    let shown = conclude(observations);
    let transfer = first_transfer(&shown);
    assert_eq!(transfer.span.began.as_deref(), Some("2025-12-31T23:59:50Z"));
    assert_eq!(transfer.span.ended.as_deref(), Some("2026-01-01T00:01:50Z"));
    for lead in [
        "<148>1 2026-11-21T21:20:15.878123-08:00 host1 ascp 1894 - - ",
        "2026-11-21T21:20:15.878123-08:00 host1 ascp[1894]: ",
        "Nov 21 21:20:15 host1 ascp[1894]: ",
    ] {
        let line = format!(
            "{lead}LOG FASP Session Start uuid={UUID} op=send status=failed errcode=52 errstr=\"No space left on disk\" source=/d dest=/in local=1:1\n"
        );
        assert_eq!(
            errors(&diagnose_logs(&[("logs/messages", &line)])),
            ["disk-full"],
            "{lead}"
        );
    }
}

#[test]
fn a_session_without_an_end_is_a_note() {
    let mut killed = Script::new("send", 1);
    killed.opened();
    let mut later = Script::new("send", 2);
    later.uuid = uuid(2);
    later.from = (23, 30);
    later.opened().done();
    let shown = diagnose_logs(&[(CLIENT, &format!("{}{}", killed.text, later.text))]);
    assert_eq!(all_ids(&shown), ["session-without-end"]);
}

#[test]
fn millions_of_sessions_need_limited_memory_and_failures_are_kept() {
    let mut observations = Observations::default();
    let mut text = String::new();
    for number in 0..20_000 {
        let mut script = Script::new("recv", number);
        script.uuid = uuid(number);
        script.opened();
        if number == 77 {
            script.failed("52", "No space left on disk");
        } else {
            script.done();
        }
        text.push_str(&script.text);
        if text.len() > 1 << 19 {
            observations.add(SERVER, observe(&redacted(text.as_bytes()), 1));
            text.clear();
        }
    }
    assert!(
        observations.sessions.len() < 8000,
        "{}",
        observations.sessions.len()
    );
    let shown = conclude(observations);
    // The next session of the same files succeeded, so it is no error any more.
    assert_eq!(shown.findings[0].id, "disk-full");
    assert!(shown.events.len() <= 20_000);
}

#[test]
fn the_end_of_daylight_saving_time_is_no_clock_that_was_set_back() {
    let line = |time: &str| {
        format!(
            "{time}.878 [64-80299740] LOG FASP Session Start uuid={UUID} op=send status=started source=/d dest=/in source_prefix=-\n"
        )
    };
    let jumps = |old: &str, new: &str, zone: Option<&str>| {
        let text = format!("{}{}", line(old), line(new));
        let shown = diagnose_in(&[(CLIENT, &text, zone)]);
        all_ids(&shown).contains(&"clock-jump")
    };
    let west = Some("America/Los_Angeles");
    // After 15 minutes, the clock shows 45 minutes less.
    let night = ("2026-11-01 01:50:00", "2026-11-01 01:05:00");
    assert!(!jumps(night.0, night.1, west));
    assert!(!jumps(night.0, night.1, None));
    assert!(jumps(night.0, night.1, Some("UTC")));
    assert!(jumps("2026-11-01 13:50:00", "2026-11-01 13:05:00", west));
    assert!(jumps("2026-11-01 13:50:00", "2026-11-01 13:05:00", None));
    assert!(jumps("2026-07-01 01:50:00", "2026-07-01 01:05:00", None));
}
