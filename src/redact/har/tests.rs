//! Every place of a HAR where a secret sits, every endpoint, and what must stay.
use serde::Deserialize;
use serde_json::Value;

use super::header_tests::header;
use super::*;
use crate::redact::Redacted;
use crate::redact::rules::rules_tests::{redactor, unmark};
use crate::redact::{Level, Surroundings};
use crate::text::HarPart;

/// A part of a HAR, redacted as the pipeline does it.
pub(super) fn part_of(r: &Redactor, text: &[u8], part: HarPart, tally: &mut Tally) -> Redacted {
    let around = Surroundings {
        har: Some(part),
        context: match part {
            HarPart::Tail => br#"{"log":{"entries":["#,
            _ => b"",
        },
        ..Surroundings::default()
    };
    r.piece(text, around, Dialect::Log, tally)
}

/// Redacts entries, and holds the laws: twice is once, as many lines, JSON stays JSON of the same structure.
pub(super) fn har(text: &str) -> String {
    let r = redactor(Level::Standard);
    let once = part_of(&r, text.as_bytes(), HarPart::Entries, &mut Tally::default());
    let once = String::from_utf8(once.into_bytes()).expect("UTF-8 stays UTF-8");
    let twice = part_of(&r, once.as_bytes(), HarPart::Entries, &mut Tally::default());
    assert_eq!(String::from_utf8_lossy(twice.as_bytes()), once, "of {text}");
    assert_eq!(text.matches('\n').count(), once.matches('\n').count());
    let list =
        |text: &str| serde_json::from_str::<Value>(&format!("[{}]", text.trim_matches(','))).ok();
    if let Some(before) = list(text) {
        let after = list(&once).unwrap_or_else(|| panic!("no JSON any more: {once}"));
        assert!(same_shape(&before, &after), "{text}\n{once}");
    }
    once
}

/// Members keep their names, unless a name is a secret itself; a number may have become a string.
fn same_shape(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|((k, a), (l, b))| (k == l || l.contains('~')) && same_shape(a, b))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_shape(a, b))
        }
        (Value::Object(_) | Value::Array(_), _) | (_, Value::Object(_) | Value::Array(_)) => false,
        (_, Value::String(_)) => true,
        (a, b) => a == b,
    }
}

/// What stands between « and » must be gone, and everything else must come out byte for byte.
pub(super) fn check(marked: &str) {
    let out = har(&unmark(marked).1);
    let parts: Vec<&str> = marked.split(['«', '»']).collect();
    let mut at = 0;
    for (i, part) in parts.iter().enumerate().step_by(2) {
        let found = match i + 1 == parts.len() {
            true => out.ends_with(part).then(|| out.len() - part.len()),
            false => out[at..].find(part).map(|found| at + found),
        };
        let found = found.unwrap_or_else(|| panic!("{part:?} is gone\n{out}"));
        let clean = out.get(at..found).unwrap_or_default();
        match i.checked_sub(1).map(|i| parts[i]) {
            None => assert_eq!(clean, "", "{out}"),
            Some(value) => {
                // A letter or two may stand in any pseudonym.
                let left = clean == value || value.len() > 3 && clean.contains(value);
                assert!(!left && !clean.is_empty(), "{value} is left\n{out}");
            }
        }
        at = found + part.len();
    }
}

/// A string of JSON with marks in it.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// An entry of an API's call with this answer.
fn answer(method: &str, url: &str, body: &str) -> String {
    format!(
        r#"{{"request":{{"method":"{method}","url":"{url}","headers":[]}},"response":{{"status":200,"headers":[],"content":{{"size":7,"mimeType":"application/json; charset=utf-8","text":{}}}}}}}"#,
        quoted(body)
    )
}

#[derive(Deserialize)]
struct Endpoints {
    endpoint: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    site: String,
    examples: Vec<String>,
}

#[test]
fn every_endpoint_keeps_the_fields_of_its_lists_and_drops_all_others() {
    let table: Endpoints = toml::from_str(include_str!("endpoints.toml")).unwrap();
    for row in table.endpoint {
        assert!(!row.examples.is_empty());
        for example in row.examples {
            let (call, body) = example.split_once(" -> ").unwrap();
            let (method, path) = call.split_once(' ').unwrap();
            let host = match row.site.as_str() {
                "api" => "https://api.ibmaspera.com",
                _ => "https://ats-x.aspera.io:443",
            };
            check(&answer(method, &format!("{host}{path}"), body));
            // The same body in base64 comes out as the same.
            let (_, plain) = unmark(body);
            let clean = har(&answer(method, &format!("{host}{path}"), &plain));
            let encoded = answer(method, &format!("{host}{path}"), "B64").replace(
                "\"B64\"",
                &format!(
                    "\"{}\",\"encoding\":\"base64\"",
                    data_encoding::BASE64.encode(plain.as_bytes())
                ),
            );
            let packed: Value = serde_json::from_str(&har(&encoded)).unwrap();
            let packed = packed["response"]["content"]["text"]
                .as_str()
                .unwrap()
                .to_owned();
            let packed = data_encoding::BASE64.decode(packed.as_bytes()).unwrap();
            let clean: Value = serde_json::from_str(&clean).unwrap();
            assert_eq!(
                String::from_utf8_lossy(&packed),
                clean["response"]["content"]["text"].as_str().unwrap(),
                "{example}"
            );
        }
    }
}

#[test]
fn dropped_fields_are_counted_by_their_path_and_never_by_a_name_of_somebody() {
    let r = redactor(Level::Standard);
    let mut tally = Tally::default();
    let body = r#"{"id":"1","recipients":[{"shirt":"L"},{"shirt":"M"}],"metadata":{"a":1},"maria@acme.example":"x","zk81mqplt9r2a4":"y"}"#;
    let entry = answer("GET", "https://api.ibmaspera.com/api/v1/packages/bYA", body);
    part_of(&r, entry.as_bytes(), HarPart::Entries, &mut tally);
    let told: Vec<(&str, u64)> = tally
        .dropped_fields()
        .iter()
        .map(|(f, n)| (f.as_str(), *n))
        .collect();
    assert_eq!(
        told,
        [
            ("/packages/{} *", 2),
            ("/packages/{} metadata", 1),
            ("/packages/{} recipients.shirt", 2)
        ]
    );
    let mut sum = Tally::default();
    sum.add_counts(&tally);
    sum.add_counts(&tally);
    assert_eq!(sum.dropped_fields()["/packages/{} metadata"], 2);
}

/// An entry of the web app with these members in `request`, `response` and beside them.
fn entry(request: &str, response: &str, beside: &str) -> String {
    let comma = |s: &str| {
        if s.is_empty() {
            String::new()
        } else {
            format!(",{s}")
        }
    };
    format!(
        r#"{{"startedDateTime":"2026-11-17T16:05:11.198Z","time":12.5,"request":{{"method":"POST","url":"https://www.ibmaspera.com/x"{}}},"response":{{"status":200,"statusText":"OK"{}}},"cache":{{}},"timings":{{"blocked":-1,"dns":0.4,"connect":1,"ssl":1,"send":0,"wait":10,"receive":0.1,"_blocked_queueing":0.7}}{}}}"#,
        comma(request),
        comma(response),
        comma(beside)
    )
}

#[test]
fn every_place_of_a_secret_is_known() {
    for (request, response, beside) in [
        (
            r#""cookies":[{"name":"sid","value":"«ab»","path":"/","domain":"«.acme.example»","expires":"2026-11-18T16:05:11.000Z","httpOnly":true,"sameSite":"Lax"}]"#,
            r#""cookies":[{"name":"user_token","value":"«true»"}]"#,
            "",
        ),
        (
            r#""queryString":[{"name":"code","value":"«Zk81mQpLtR29xYwVb7»"},{"name":"page","value":"2"},{"name":"access_token","value":"«x1»"}]"#,
            "",
            "",
        ),
        (
            r#""queryString":[{"name":"key","value":"«Zk81mQpLtR29xYwVb7»"},{"name":"key","value":"«qUQoHzpcHUbSXgUUUsfYyqzK»"},{"name":"key","value":"someListingOfPackages"},{"name":"key","value":"listing-of-2026"},{"name":"key","value":"9b370b28-648f-4579-87a4-929e02869b3e"}]"#,
            "",
            "",
        ),
        (
            "",
            r#""redirectURL":"https://www.ibm.com/reset?token=«Zk81mQpLtR29»""#,
            "",
        ),
        (
            r#""postData":{"mimeType":"application/x-www-form-urlencoded","text":"grant_type=password&username=«mlopez»&password=«Marble-Finch»","params":[{"name":"grant_type","value":"password"},{"name":"username","value":"«mlopez»"},{"name":"password","value":"«Marble-Finch»"}]}"#,
            "",
            "",
        ),
        (
            r#""postData":{"mimeType":"application/json","text":"{\"variables\":{\"password\":\"«Marble-Finch»\",\"n\":1}}"}"#,
            "",
            "",
        ),
        (
            r#""postData":{"mimeType":"multipart/form-data; boundary=x","text":"--x\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n«Marble-208»\r\n--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.mov\"\r\n\r\n«FILE CONTENT»\r\n--x--\r\n"}"#,
            "",
            "",
        ),
        (
            r#""postData":{"mimeType":"multipart/form-data","params":[{"name":"f","fileName":"a.txt","contentType":"text/plain","value":"«private words»"}]}"#,
            "",
            "",
        ),
        (
            r#""postData":{"mimeType":"text/xml","text":"<soap:Body><password>«Marble-Finch»</password></soap:Body>"}"#,
            "",
            "",
        ),
        (
            r#""postData":{"mimeType":"application/x-www-form-urlencoded","text":"SAMLResponse=«PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46U0FNTCI%2BPC9zYW1scDpSZXNwb25zZT4%3D»"}"#,
            "",
            "",
        ),
        (
            "",
            r#""content":{"size":12,"mimeType":"text/html","text":"<input type=\"hidden\" name=\"csrf_token\" value=\"«Zk81mQpLtR29»\"><meta name=\"csrf-token\" content=\"«Zk81mQpLtR30»\">"}"#,
            "",
        ),
        (
            "",
            r#""content":{"size":12,"mimeType":"application/javascript","text":"window.c={apiKey:\"«Zk81mQpLtR29»\",v:1}"}"#,
            "",
        ),
        (
            "",
            r#""content":{"size":9,"mimeType":"text/plain","text":"see https://www.ibm.com/x?X-Amz-Signature=«9f86d081884c7d659a2feaa0c55ad015»&v=1"}"#,
            "",
        ),
        (
            "",
            "",
            r#""_webSocketMessages":[{"type":"send","time":1.5,"opcode":1,"data":"{\"token\":\"«ATM2_ACsAAEXAMPLEq7Vn0bK3»\"}"}]"#,
        ),
        (
            "",
            "",
            r#""_eventSourceMessages":[{"time":1.5,"eventName":"m","eventId":"1","data":"password=«Marble-Finch»"}]"#,
        ),
        (
            "",
            "",
            r#""_initiator":{"type":"script","stack":{"callFrames":[{"functionName":"go","scriptId":"12","url":"https://«acme.ibmaspera.com»/a.js?token=«Zk81mQpLtR29»","lineNumber":1}]}}"#,
        ),
        ("", "", r#""comment":"for «maria.lopez@acme.example»""#),
        (
            "",
            "",
            r#""_custom":{"deep":[{"password":"«Marble-Finch»","n":1}]}"#,
        ),
        (
            "",
            "",
            r#""_url":"https://www.ibm.com/x?token=«Zk81mQpLtR29»""#,
        ),
        (
            "",
            "",
            r#""serverIPAddress":"[«2001:db8::1»]","connection":"443","pageref":"page_1""#,
        ),
        (
            "",
            r#""_error":"net::ERR at https://«node7.acme.example»/x""#,
            "",
        ),
        (
            "",
            r#""content":{"size":3,"mimeType":"text/plain","comment":"of «maria.lopez@acme.example»","_file":"«maria.lopez@acme.example.txt»"}"#,
            "",
        ),
    ] {
        check(&entry(request, response, beside));
    }
}

#[test]
fn bodies_that_are_no_text_and_bodies_of_others_leave_a_marker() {
    let body = |url: &str, status: u16, content: &str| {
        format!(
            r#"{{"_resourceType":"fetch","request":{{"method":"GET","url":"{url}"}},"response":{{"status":{status},"content":{content}}}}}"#
        )
    };
    let aoc = "https://www.ibmaspera.com/x";
    let other = "https://www.google.com/x";
    for (url, status, content, why) in [
        (
            aoc,
            200,
            r#"{"size":4,"mimeType":"image/png","text":"«iVBORw0KGgo=»","encoding":"base64"}"#,
            "binary",
        ),
        (
            aoc,
            200,
            r#"{"encoding":"base64","size":4,"text":"«AAECAwQF/v8=»","mimeType":""}"#,
            "binary",
        ),
        (
            aoc,
            200,
            r#"{"size":4,"mimeType":"application/octet-stream","text":"«plain after all»"}"#,
            "binary",
        ),
        (
            aoc,
            200,
            r#"{"size":4,"mimeType":"image/svg+xml","text":"«<svg/>»"}"#,
            "binary",
        ),
        (
            aoc,
            200,
            r#"{"size":4,"mimeType":"text/plain","text":"«***»","encoding":"base64"}"#,
            "unread",
        ),
        (
            other,
            200,
            r#"{"size":4,"mimeType":"text/html","text":"«<p>private»"}"#,
            "third-party",
        ),
        (
            other,
            500,
            r#"{"size":4,"mimeType":"application/json","text":"«{}»"}"#,
            "third-party",
        ),
        (
            "",
            200,
            r#"{"size":4,"mimeType":"application/json","text":"«{}»"}"#,
            "third-party",
        ),
        (
            "https://login.ibm.com/x",
            200,
            r#"{"mimeType":"text/html","text":"«<form>»"}"#,
            "login",
        ),
    ] {
        let marked = body(url, status, content);
        check(&marked);
        let out: Value = serde_json::from_str(&har(&unmark(&marked).1)).unwrap();
        let content = &out["response"]["content"];
        let mut text = content["text"].as_str().unwrap().to_owned();
        if content["encoding"] == "base64" {
            text =
                String::from_utf8(data_encoding::BASE64.decode(text.as_bytes()).unwrap()).unwrap();
        }
        assert!(
            text.starts_with(&format!("~dropped.{why}.")) && text.ends_with('~'),
            "{text}"
        );
    }
    // An error of an identity provider stays, what it was asked with does not.
    let error = r#"{"request":{"method":"POST","url":"https://login.ibm.com/x","postData":{"mimeType":"application/json","text":"«{\"a\":1}»","params":[{"name":"a","value":"«b»"}]}},"response":{"status":400,"content":{"mimeType":"application/json","text":"{\"error\":\"invalid_grant\"}"}}}"#;
    check(error);
    let socket = r#"{"request":{"url":"wss://«chat.example»/x"},"_webSocketMessages":[{"type":"receive","opcode":1,"data":"«hello there»"},{"type":"receive","opcode":2,"data":"«AAECAw==»"}]}"#;
    check(socket);
}

#[test]
fn secrets_are_the_same_wherever_they_stand() {
    let entry = r#"{"request":{"method":"GET","url":"https://www.ibm.com/x?access_token=Zk81mQpLtR29","headers":[{"name":"X-Access-Token","value":"Zk81mQpLtR29"}],"queryString":[{"name":"access_token","value":"Zk81mQpLtR29"}],"cookies":[{"name":"t","value":"Zk81mQpLtR29"}]}}"#;
    let out = har(entry);
    let ids: Vec<&str> = out
        .match_indices('~')
        .collect::<Vec<_>>()
        .chunks(2)
        .map(|p| out[p[0].0 + 1..p[1].0].rsplit('.').next().unwrap())
        .collect();
    assert_eq!(ids.len(), 4, "{out}");
    assert!(ids.iter().all(|id| *id == ids[0]), "{out}");
}

#[test]
fn what_was_learned_is_cut_in_places_that_are_passed_over() {
    let mut r = redactor(Level::Standard);
    let mut tally = Tally::default();
    r.block(b"password=Zk81mQpLtR29x", Dialect::Log, &mut tally);
    let mut learned = crate::redact::Learned::default();
    for secret in tally.take_secrets() {
        learned.insert(&secret);
    }
    r.learn(learned);
    let entry = header("User-Agent", "agent Zk81mQpLtR29x");
    let out = part_of(
        &r,
        entry.as_bytes(),
        HarPart::Entries,
        &mut Tally::default(),
    );
    let out = String::from_utf8_lossy(out.as_bytes()).into_owned();
    assert!(
        out.contains("agent ~secret.password.") && !out.contains("Zk81mQ"),
        "{out}"
    );
}
