//! Exchanges of browsers and of programs that write what they like, and what of them is read only when somebody asks.
use super::*;

#[test]
fn an_entry_of_a_browser_reads_whole() {
    let entry = br#"{"startedDateTime":"2026-11-17T16:05:11.003Z","time":240.7,"request":{"method":"POST","url":"https://api.ibmaspera.com/x","headers":[{"name":"AUTHORIZATION","value":"Bearer y"}],"postData":{"mimeType":"a/b","text":"{\"k\":1}"}},"response":{"status":401,"_error":null,"headers":[{"name":"date","value":"Tue, 17 Nov 2026 16:05:12 GMT"}],"content":{"encoding":"base64","text":"b2s="}},"timings":{"blocked":1.5,"dns":-1,"connect":-1,"ssl":-1,"send":0,"wait":"181.2","receive":1.5}}"#;
    read(entry, |e| {
        assert_eq!(e.started.unwrap().to_string(), "2026-11-17T16:05:11.003Z");
        assert_eq!((e.method.as_ref(), e.status), ("POST", Some(401)));
        assert_eq!(e.sent_header("authorization"), Some("Bearer y"));
        let text = |body: &Option<Body<'_>>| body.and_then(|b| b.text()).unwrap().into_owned();
        assert_eq!(text(&e.sent_body), "{\"k\":1}");
        assert_eq!(e.sent_body.unwrap().spelled().unwrap(), "\"{\\\"k\\\":1}\"");
        assert_eq!(text(&e.received_body), "ok");
        assert_eq!(e.phases.wait, Some(181.2));
        assert_eq!((e.phases.dns, e.phases.send), (None, Some(0.0)));
        assert_eq!(e.answered_at().unwrap().to_string(), "2026-11-17T16:05:12Z");
    })
    .unwrap();
}

#[test]
fn partial_and_strange_entries_give_what_is_known() {
    let cases: [(&[u8], &str, Option<u16>); 9] = [
        (b"{}", "", None),
        (
            br#"{"request":null,"response":"x","timings":[1]}"#,
            "",
            None,
        ),
        (
            br#"{"request":{"url":5,"headers":{"a":1}},"response":{"status":"404"}}"#,
            "5",
            Some(404),
        ),
        (
            br#"{"request":{"url":"u","headers":[1,null,{"name":"x"}]},"response":null}"#,
            "u",
            None,
        ),
        (
            br#"{"request":{"url":"a\ud800b\\ud801"},"response":{"status":0}}"#,
            "a\u{fffd}b\\ufffd",
            Some(0),
        ),
        (b"{\"request\":{\"url\":\"a\xffb\"}}", "a\u{fffd}b", None),
        (
            br#"{"request":{"url":"a"},"request":{"url":"b"}}"#,
            "b",
            None,
        ),
        (
            br#"{"response":{"status":-5},"time":"x","startedDateTime":"yesterday"}"#,
            "",
            None,
        ),
        (br#"{"response":{"status":2000.5}}"#, "", None),
    ];
    for (entry, url, status) in cases {
        let seen = read(entry, |e| (e.url.to_string(), e.status));
        let name = String::from_utf8_lossy(entry);
        assert_eq!(seen, Some((url.to_owned(), status)), "{name}");
    }
    for broken in ["", "{", "{\"request\":", "{\"time\":1e999}"] {
        assert!(read(broken.as_bytes(), |_| ()).is_none(), "{broken}");
    }
}

#[test]
fn bodies_are_read_where_they_can_be() {
    for (body, wanted) in [
        (r#"{"text":"a\u00e9\ud83d\ude00"}"#, Some("aé😀")),
        (r#"{"text":"a\ud800b"}"#, Some("a\u{fffd}b")),
        (r#"{"text":12}"#, Some("12")),
        (r#"{"text":{"a":1}}"#, None),
        (r#"{"text":null}"#, None),
        (r#"{"text":"/w==","encoding":"base64"}"#, None),
        (r#"{"text":"b2s=","encoding":"BASE64"}"#, Some("ok")),
        (r#"{"size":1}"#, None),
    ] {
        let entry = format!(r#"{{"response":{{"content":{body}}}}}"#);
        let seen = read(entry.as_bytes(), |e| {
            e.received_body.and_then(|b| Some(b.text()?.into_owned()))
        });
        assert_eq!(seen, Some(wanted.map(str::to_owned)), "{body}");
    }
}

#[test]
fn headers_of_answers_are_read_however_they_are_written() {
    for (headers, wanted) in [
        (r#"[{"name":"DATE","value":"x"}]"#, Some("x")),
        (
            r#"[7,{"name":"date","value":"a\ud800"}]"#,
            Some("a\u{fffd}"),
        ),
        (r#"[{"name":"date","name":"Date","value":"x"}]"#, Some("x")),
        (r#"{"date":"x"}"#, None),
        ("null", None),
    ] {
        let entry = format!(r#"{{"response":{{"headers":{headers}}}}}"#);
        let seen = read(entry.as_bytes(), |e| {
            e.received_header("date").map(str::to_owned)
        });
        assert_eq!(seen, Some(wanted.map(str::to_owned)), "{headers}");
    }
}

#[test]
fn the_end_stands_in_for_a_date_that_is_missing() {
    let entry = br#"{"startedDateTime":"2026-11-17T16:05:11Z","time":1500}"#;
    let end = read(entry, |e| e.answered_at()).flatten().unwrap();
    assert_eq!(end.to_string(), "2026-11-17T16:05:12.5Z");
}
