//! What traces and logs say about the case, and what they must not be believed.
use super::choice::{Choice, package};
use super::*;

const DEMO: &[u8] = include_bytes!("../demo/evidence/aoc-session.har");

fn of_har(text: &[u8]) -> CaseFacts {
    let mut facts = CaseFacts::default();
    read_har(&mut facts, text, "network/a.har").unwrap();
    facts
}

/// A trace of exchanges: time, method, address, status, body that was sent, body that came.
fn trace(rows: &[(&str, &str, &str, u16, &str, &str)]) -> Vec<u8> {
    let entries: Vec<String> = rows
        .iter()
        .map(|(at, method, url, status, sent, came)| {
            serde_json::json!({
                "startedDateTime": format!("2026-11-17T{at}Z"),
                "request": { "method": method, "url": url, "headers": [], "postData": { "text": sent } },
                "response": { "status": status, "headers": [], "content": { "text": came } },
            })
            .to_string()
        })
        .collect();
    format!("{{\"log\":{{\"entries\":[\n{}]}}}}", entries.join(",\n")).into_bytes()
}

fn of(rows: &[(&str, &str, &str, u16, &str, &str)]) -> CaseFacts {
    of_har(&trace(rows))
}

fn one(candidates: &Candidates) -> &Candidate {
    assert_eq!(candidates.len(), 1, "{candidates:?}");
    candidates.values().next().unwrap()
}

#[test]
fn a_whole_session_tells_everything_about_its_case() {
    let facts = of_har(DEMO);
    let package = one(&facts.packages);
    assert_eq!(package.id.as_deref(), Some("bQx7dLm2wA"));
    assert_eq!(package.name.as_deref(), Some("Reel 4 colour pass"));
    assert!(package.used && package.failed.is_some() && package.count > 3);
    let last = package.places.last().unwrap();
    assert_eq!(last.what, "GET /api/v1/packages/{id}");
    let line = DEMO
        .split(|b| *b == b'\n')
        .nth(last.line as usize - 1)
        .unwrap();
    assert!(
        line.trim_ascii().starts_with(b"{"),
        "the line where the entry begins"
    );
    let user = one(&facts.users);
    assert_eq!(user.id.as_deref(), Some("70512"));
    assert_eq!(user.name.as_deref(), Some("Dana Whitfield"));
    assert_eq!(
        user.address.as_deref(),
        Some("dana.whitfield@northlight.example")
    );
    let organization = one(&facts.organizations);
    assert_eq!(organization.id.as_deref(), Some("4177"));
    assert_eq!(organization.address.as_deref(), Some("northlight-example"));
    assert_eq!(one(&facts.workspaces).id.as_deref(), Some("60412"));
    assert_eq!(one(&facts.nodes).id.as_deref(), Some("31877"));
    assert!(
        facts
            .transfers
            .contains_key("da2ec962-249c-40af-a376-9168b397e862")
    );
    assert_eq!(facts.settings["access_token_duration"], Some(3600));
    assert_eq!(facts.settings["session_duration"], None);
    assert!(
        facts
            .people
            .contains_key("dana.whitfield@northlight.example")
    );
    assert_eq!(facts.last_failure, package.failed);
}

#[test]
fn nothing_of_a_session_but_ids_names_and_addresses_comes_out() {
    let all = format!("{:?}", of_har(DEMO));
    for secret in [
        "ATM2_",
        "eyJhbGci",
        "eJwt",
        "rt-0BTY",
        "hook-Willow",
        "k9Fexample",
        "+44 20",
        "_aoc_session",
        "priya.raman",
    ] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[test]
fn however_the_trace_is_cut_the_same_comes_out() {
    struct Slow<'a>(&'a [u8]);
    impl std::io::Read for Slow<'_> {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            let n = self.0.len().min(buf.len()).min(777);
            buf[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }
    let mut facts = CaseFacts::default();
    read_har(&mut facts, Slow(DEMO), "network/a.har").unwrap();
    assert_eq!(facts, of_har(DEMO));
}

#[test]
fn other_hosts_are_not_believed() {
    let me = r#"{"id":"1","email":"x@y.example","name":"Xavier Young"}"#;
    for url in [
        "https://shop.example/api/v1/self",
        "https://api.ibmaspera.com.shop.example/api/v1/self",
        "https://node7.acme.example:9092/api/v1/self",
        "https://api.ibmaspera.com/api/v1/users/1",
        "https://api.ibmaspera.com/api/v1/self/tokens",
    ] {
        assert!(
            of(&[("10:00:00", "GET", url, 200, "", me)])
                .users
                .is_empty(),
            "{url}"
        );
    }
    let refused = (
        "10:00:00",
        "GET",
        "https://api.ibmaspera.com/api/v1/self",
        401,
        "",
        me,
    );
    assert!(of(&[refused]).users.is_empty());
    let tags = r#"{"package_id":"aB1","package_name":"x"}"#;
    assert!(
        of(&[("10:00:00", "POST", "https://shop.example/x", 200, tags, "")])
            .packages
            .is_empty()
    );
    let link = (
        "10:00:00",
        "GET",
        "https://downloads.ibmaspera.com/packages/x1",
        200,
        "",
        "",
    );
    assert!(of(&[link]).organizations.is_empty());
}

#[test]
fn ids_are_numbers_or_text_and_names_are_sane() {
    let api = "https://api.ibmaspera.com/api/v1/packages/77";
    let seen = |body: &str| of(&[("10:00:00", "GET", api, 200, "", body)]).packages;
    assert_eq!(
        one(&seen(r#"{"id":77,"name":"A"}"#)).id.as_deref(),
        Some("77")
    );
    assert_eq!(one(&seen(r#"{"id":"77","name":"a\nb"}"#)).name, None);
    assert_eq!(
        one(&seen(r#"{"id":"77","name":5}"#)).name.as_deref(),
        Some("5")
    );
    let long = format!(r#"{{"id":"77","name":"{}"}}"#, "x".repeat(300));
    assert_eq!(one(&seen(&long)).name, None);
    for body in [
        "",
        "{",
        "[1,null]",
        r#"{"id":null}"#,
        r#"{"id":{"a":1}}"#,
        "<html>",
        r#"{"id":"a b c"}"#,
    ] {
        let named: Vec<_> = seen(body)
            .into_values()
            .filter(|c| c.id.is_some() && c.name.is_some())
            .collect();
        assert!(named.is_empty(), "{body}: {named:?}");
    }
}

#[test]
fn tags_are_found_in_specs_in_text_and_in_base64() {
    let tags = r#"{"aspera":{"files":{"package_id":"aB1","package_name":"Reel \"5\"","workspace_id":"6","node_id":"7"},"xfer_id":"u-1"}}"#;
    let packed = data_encoding::BASE64.encode(tags.as_bytes());
    let text = serde_json::to_string(tags).unwrap();
    for body in [
        format!(r#"{{"transfer_specs":[{{"transfer_spec":{{"tags":{tags}}}}}]}}"#),
        format!(r#"{{"tags64":"{packed}"}}"#),
        format!(r#"{{"jsonrpc":"2.0","params":{text}}}"#),
    ] {
        let facts = of(&[(
            "10:00:00",
            "POST",
            "http://127.0.0.1:33024/",
            200,
            &body,
            "",
        )]);
        assert_eq!(
            one(&facts.packages).name.as_deref(),
            Some("Reel \"5\""),
            "{body}"
        );
        assert_eq!(one(&facts.nodes).id.as_deref(), Some("7"), "{body}");
        assert!(facts.transfers.contains_key("u-1"), "{body}");
    }
}

#[test]
fn the_package_is_the_only_one_or_the_one_that_failed_last() {
    let get = |at, id: &'static str, status| {
        let url = if id == "a1" {
            "https://api.ibmaspera.com/api/v1/packages/a1"
        } else {
            "https://api.ibmaspera.com/api/v1/packages/b2"
        };
        let body = if id == "a1" {
            r#"{"id":"a1","name":"One"}"#
        } else {
            r#"{"id":"b2","name":"Two"}"#
        };
        (at, "GET", url, status, "", body)
    };
    let list = (
        "09:00:00",
        "GET",
        "https://api.ibmaspera.com/api/v1/packages?page=1",
        200,
        "",
        r#"[{"id":"x1","name":"X"},{"id":"x2","name":"Y"}]"#,
    );
    let spec = |at, status| {
        (
            at,
            "POST",
            "https://n.acme.example:9092/ops/transfers",
            status,
            r#"{"tags":{"aspera":{"files":{"package_id":"b2"}}}}"#,
            "",
        )
    };
    let clear = |rows: &[_]| match package(&of(rows)) {
        Choice::Clear(c) => c.id.clone(),
        _ => None,
    };
    let id = |t: &str| Some(t.to_owned());
    assert_eq!(clear(&[get("10:00:00", "a1", 200)]), id("a1"));
    assert_eq!(clear(&[list, get("10:00:00", "a1", 200)]), id("a1"));
    assert_eq!(
        clear(&[get("10:00:00", "a1", 200), get("10:01:00", "b2", 200)]),
        None
    );
    assert_eq!(
        clear(&[
            get("10:00:00", "a1", 200),
            spec("10:01:00", 401),
            get("10:02:00", "a1", 200)
        ]),
        id("b2")
    );
    let failed = (
        "10:01:30",
        "GET",
        "http://127.0.0.1:33003/v6/connect/info/ping?x=package_id",
        0,
        "",
        "",
    );
    assert_eq!(
        clear(&[
            get("10:00:00", "a1", 200),
            get("10:01:00", "b2", 200),
            failed
        ]),
        id("b2")
    );
    assert_eq!(clear(&[list]), None);
    assert!(matches!(package(&of(&[list])), Choice::Open(all) if all.len() == 2));
    assert_eq!(package(&of(&[])), Choice::None);
}

#[test]
fn logs_tell_packages_and_people() {
    let tags = data_encoding::BASE64
        .encode(br#"{"aspera":{"files":{"package_id":"aB1","package_name":"Reel 5"}}}"#);
    let text = format!(
        "2026-11-17 10:00:00 [1-2] DBG Parameter 8: --tags64={tags}\n\
         2026-11-17 10:00:01 [1-2] LOG FASP Session Params cookie=\"aspera.aoc:cGFja2FnZXM=:RGFuYSBXaGl0ZmllbGQ=:ZGFuYS53aGl0ZmllbGRAbm9ydGhsaWdodC5leGFtcGxl\" x=1\n\
         2026-11-17 10:00:02 [1-2] LOG tags {{\"aspera\":{{\"files\":{{\"package_id\":\"cD2\",\"package_name\":\"Reel 6\"}}}}}}\n\
         2026-11-17 10:00:03 [1-2] LOG cookie=\"aspera.aoc:cGFja2FnZXM=:cHVibGljIGxpbms=:bm9uZQ==\"\n\
         2026-11-17 10:00:04 [1-2] LOG FASP Session Stop uuid=x status=failed errcode=36\n\
         2026-11-17 10:00:05 [1-2] LOG package_id of nothing, eyJhc3BlcmEi broken, aspera.aoc:x\n"
    );
    let when = |line: &[u8]| {
        let at = String::from_utf8_lossy(line.get(..19)?).replace(' ', "T");
        format!("{at}Z").parse().ok()
    };
    let read = |bytes: &[u8]| {
        let mut facts = CaseFacts::default();
        read_log(&mut facts, bytes, "logs/a.log", &when).unwrap();
        facts
    };
    let facts = read(text.as_bytes());
    let names: Vec<_> = facts
        .packages
        .values()
        .map(|c| (c.id.as_deref(), c.name.as_deref()))
        .collect();
    assert_eq!(
        names,
        [(Some("aB1"), Some("Reel 5")), (Some("cD2"), Some("Reel 6"))]
    );
    let dana = one(&facts.people);
    assert_eq!(
        (dana.name.as_deref(), dana.places[0].line),
        (Some("Dana Whitfield"), 2)
    );
    assert_eq!(
        facts.last_failure.unwrap().to_string(),
        "2026-11-17T10:00:04Z"
    );
    assert_eq!(facts.packages["cD2"].places[0].line, 3);
    assert!(
        facts.users.is_empty(),
        "a cookie does not say who is signed in"
    );
    assert!(read(b"").is_empty());
    assert!(read(b"\xff\xfe nothing \n\n").is_empty());
    // Behind much else, with a line that is too long, the numbers of lines are right.
    let far = format!("{}{}\n{text}", "x\n".repeat(400_000), "y".repeat(600_000));
    assert_eq!(read(far.as_bytes()).packages["cD2"].places[0].line, 400_004);
}

#[test]
fn damaged_traces_neither_panic_nor_invent() {
    let whole = of_har(DEMO);
    let known = |facts: &CaseFacts| facts.users.keys().all(|k| whole.users.contains_key(k));
    for cut in (0..DEMO.len()).step_by(1009) {
        assert!(known(&of_har(&DEMO[..cut])), "cut at {cut}");
        assert!(known(&of_har(&DEMO[cut..])), "from {cut}");
    }
    for at in (0..DEMO.len()).step_by(499) {
        for byte in [b'"', b'\\', b'}', b'[', 0, 0xff] {
            let mut torn = DEMO.to_vec();
            torn[at] = byte;
            let _ = of_har(&torn);
        }
    }
}
