//! All notations of lines, and similar texts that are none.
use super::*;

#[test]
fn every_notation_gives_level_process_and_text() {
    let cases: [(&str, Option<u32>, LogLevel, LogProgram, &str); 22] = [
        (
            "2020-08-21 19:32:07.730 [112c-00001cf0] LOG FASP x",
            Some(0x112c),
            LogLevel::Info,
            LogProgram::Process,
            "FASP x",
        ),
        (
            "2015-04-30 11:13:34 [3ef3-0xa116d1d4] ERR Failed to open",
            Some(0x3ef3),
            LogLevel::Error,
            LogProgram::Process,
            "Failed to open",
        ),
        (
            "Oct 10 13:21:05 src-3 ascp[21736]: LOG FASP x",
            Some(21736),
            LogLevel::Info,
            LogProgram::Ascp,
            "FASP x",
        ),
        (
            "Jan  6 18:44:54 host1 asperanoded[9]: ERR y",
            Some(9),
            LogLevel::Error,
            LogProgram::Other,
            "y",
        ),
        (
            "2026-11-21T21:20:15.878-08:00 h ascp4[7]: ERR z",
            Some(7),
            LogLevel::Error,
            LogProgram::Ascp,
            "z",
        ),
        (
            "<148>1 2026-11-21T21:20:15Z h ascp 77 - - ERR z",
            Some(77),
            LogLevel::Error,
            LogProgram::Ascp,
            "z",
        ),
        (
            "ERR Unhandled OS error code 10022",
            None,
            LogLevel::Error,
            LogProgram::Terminal,
            "Unhandled OS error code 10022",
        ),
        (
            "2024-10-30 11:59:10.069 [4338-000042b4] LOG INFO: Release Version: 3",
            Some(0x4338),
            LogLevel::Info,
            LogProgram::Process,
            "Release Version: 3",
        ),
        (
            "2022-08-03 11:21:53.829 [47c4-00000a04] ERR Unhandled Exception X",
            Some(0x47c4),
            LogLevel::Error,
            LogProgram::Process,
            "Unhandled Exception X",
        ),
        (
            "2022-08-03 11:21:53.829 [47c4-00000a04] LOG ERROR: bad",
            Some(0x47c4),
            LogLevel::Error,
            LogProgram::Process,
            "bad",
        ),
        (
            "{\"appname\":\"f\",\"level\":\"error\",\"msg\":\"Info: x\",\"time\":\"2024-10-01T14:51:56+02:00\"}",
            None,
            LogLevel::Error,
            LogProgram::Other,
            "Info: x",
        ),
        (
            "E, [2025-02-27T01:56:51.273963 #64346] ERROR -- : ascp failed (pid 64356 exit 1)",
            None,
            LogLevel::Error,
            LogProgram::Other,
            "ascp failed (pid 64356 exit 1)",
        ),
        (
            "W, [2025-02-27T01:56:51.274189 #64346]  WARN -- : An error",
            None,
            LogLevel::Warning,
            LogProgram::Other,
            "An error",
        ),
        (
            "D, [2025-01-15T05:33:52.584700 #103512] DEBUG -- : execute: x",
            None,
            LogLevel::Debug,
            LogProgram::Other,
            "execute: x",
        ),
        (
            "ERRR something",
            None,
            LogLevel::Error,
            LogProgram::Terminal,
            "something",
        ),
        (
            "\x1b[31mERRR\x1b[0m something",
            None,
            LogLevel::Error,
            LogProgram::Terminal,
            " something",
        ),
        (
            "2023-01-21 11:25:40,440 (ibmcos.aspera) [ERROR] - AsperaTransferFailedError : x",
            None,
            LogLevel::Error,
            LogProgram::Other,
            "AsperaTransferFailedError : x",
        ),
        (
            "2020-08-21 19:32:07.730 [112c-00001cf0] DBG1 x",
            Some(0x112c),
            LogLevel::Debug,
            LogProgram::Process,
            "x",
        ),
        (
            "Sender DS Qs ds/re=0/0",
            None,
            LogLevel::Unknown,
            LogProgram::Terminal,
            "Sender DS Qs ds/re=0/0",
        ),
        (
            "Session Stop  (Error: x)",
            None,
            LogLevel::Unknown,
            LogProgram::Terminal,
            "Session Stop  (Error: x)",
        ),
        (
            "2026-11-21 21:20:15.878 [74",
            None,
            LogLevel::Unknown,
            LogProgram::Terminal,
            " [74",
        ),
        ("", None, LogLevel::Unknown, LogProgram::Terminal, ""),
    ];
    for (text, pid, level, program, body) in cases {
        let got = line(text.as_bytes());
        assert_eq!(
            (got.pid, got.level, got.text.as_ref()),
            (pid, level, body),
            "{text}"
        );
        assert_eq!(got.program, program, "{text}");
    }
}

fn read(text: &str) -> Option<AscpLine> {
    body(text, &mut SeenSessions::default())
}

#[test]
fn messages_of_old_and_new_versions_are_read() {
    let Some(AscpLine::Session(new)) = read(
        "FASP Session Stop uuid=a9063e44-f785-4bca-8e71-3eaa20a64b32 op=recv status=success source=aspera-test-dir-large/1GB (1) dest=/tmp source_prefix=- local=192.0.2.3:42132 peer=192.0.2.4:33001 tcp_port=22 os=\"Linux 3\" ver=3.5.4.103990",
    ) else {
        panic!("no session");
    };
    assert!(new.stop && !new.sending && new.status == "success");
    assert_eq!(
        (new.source.as_str(), new.dest.as_str()),
        ("aspera-test-dir-large/1GB (1)", "/tmp")
    );
    assert_eq!(
        (new.peer.as_str(), new.version.as_str()),
        ("192.0.2.4:33001", "3.5.4.103990")
    );
    // The 3.3 era writes both lines in one; the cookie has spaces and colons.
    let Some(AscpLine::Session(old)) = read(
        "FASP Session Start uuid=09fe0c30-bf69-47d1-9db5-3bf60b8f1426 op=send status=started source=/data/x.sh (1) dest=/data userid=0 user=\"root\" local=1.2.3.4:5 peer=1.2.3.6:7 cookie=\"aspera.console:b4eb5dea:Cloud-to-Cloud - Rerun 2\" ver=3.3.3.79205",
    ) else {
        panic!("no session");
    };
    assert_eq!(
        old.cookie,
        "aspera.console:b4eb5dea:Cloud-to-Cloud - Rerun 2"
    );
    let Some(AscpLine::Session(short)) = read(
        "FASP Session Start uuid=ab5ca8ca-da6e-4957-b74c-cad67dc77b88 op=send status=failed errcode=44 errstr=\"UDP session initiation fatal error\"",
    ) else {
        panic!("no session");
    };
    assert_eq!(
        (short.code, short.errstr.as_str()),
        (Some(44), "UDP session initiation fatal error")
    );
    let Some(AscpLine::Statistics(s)) = read(
        "FASP Session Statistics [Sender] id=029c1333-c732-4636-83c1-e1acec2864cb delay=64ms rex_delay=72ms solicited_rex=0.01% unsolicited_rex=0.00% ave_xmit_rate 299.53Mbps effective=99.99% effective_rate=299.50Mbps (progress: tx_bytes 36274005756 file_bytes 55740661756 tx_time 996528996)",
    ) else {
        panic!("no statistics");
    };
    assert_eq!(
        (s.bytes, s.elapsed, s.loss, s.kbps),
        (55_740_661_756, 996_528_996, 1, 299_500)
    );
}

#[test]
fn fields_that_an_earlier_line_had_are_not_read_again() {
    let line = |status, tail| {
        format!(
            "FASP Session Stop uuid=a9063e44-f785-4bca-8e71-3eaa20a64b32 op=send status={status}{tail}"
        )
    };
    let tail = " source=/a b=c dest=/d peer=1.2.3.4:5 ver=4.4";
    let (first, second) = (line("started", tail), line("success", tail));
    let (other, bare) = (
        line("success", " source=/other dest=/d"),
        line("success", ""),
    );
    let mut seen = SeenSessions::default();
    let mut source = |text| match body(text, &mut seen) {
        Some(AscpLine::Session(line)) => (line.status, line.source, line.dest),
        other => panic!("{other:?}"),
    };
    let texts = |status: &str, source: &str, dest: &str| {
        (status.to_owned(), source.to_owned(), dest.to_owned())
    };
    assert_eq!(source(&first), texts("started", "/a", "/d"));
    assert_eq!(source(&second), texts("success", "", ""));
    assert_eq!(source(&other), texts("success", "/other", "/d"));
    assert_eq!(source(&bare), texts("success", "", ""));
    assert_eq!(source(&second), texts("success", "", ""));
}

#[test]
fn similar_lines_are_no_messages() {
    for text in [
        "FASP Session Stop uuid=x op=send status=failed",
        "FASP Session Stop failed",
        "FASP Session Stop uuid=a9063e44-f785-4bca-8e71-3eaa20a64b32 op=send",
        "- Source file transfers failed              :          0",
        "TCP connect failed, err=",
        "Peer FASP receiver had error, errcode",
        "http_session=x File PUT completed=1",
        "",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn uuids_are_found_in_any_text() {
    let id = "a9063e44-f785-4bca-8e71-3eaa20a64b32";
    for text in [
        id.to_owned(),
        format!("x-y transfer {id} failed"),
        format!("[{}]", id.to_uppercase()),
    ] {
        assert_eq!(
            first_uuid(&text).map(|u| u.to_string()),
            Some(id.to_owned()),
            "{text}"
        );
    }
    for text in [
        "a9063e44-f785",
        "-",
        "ä-ö-ü",
        "0a9063e44-f785-4bca-8e71-3eaa20a64b32",
    ] {
        assert_eq!(first_uuid(text), None, "{text}");
    }
}

#[test]
fn transfer_specs_are_read_in_every_notation() {
    let id = "30628b3e-c864-453b-a30d-cbfb7e11225e";
    for text in [
        format!(
            "tags: {{\"aspera\":{{\"xfer_id\":\"{id}\",\"files\":{{\"package_id\":\"bQx7\"}}}}}}"
        ),
        format!("{{\\\"xfer_id\\\":\\\"{id}\\\",\\\"package_id\\\":\\\"bQx7\\\"}}"),
        format!("xfer_id: {id}\n    package_id: bQx7\n"),
    ] {
        let found = spec(&text).unwrap();
        assert_eq!(
            found.xfer.map(|x| x.to_string()).as_deref(),
            Some(id),
            "{text}"
        );
        assert_eq!(found.package.as_deref(), Some("bQx7"), "{text}");
    }
    assert_eq!(spec("nothing here"), None);
}
