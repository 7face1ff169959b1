//! What real HARs do that the format does not say, torn ones, hostile ones, and all of the built-in evidence.
use super::tests::{check, har, part_of};
use super::*;
use crate::redact::Level;
use crate::redact::rules::rules_tests::redactor;
use crate::text::HarPart;

#[test]
fn irregular_entries_are_read() {
    for marked in [
        // No response, no cookies, relative URL.
        r#"{"request":{"url":"/api/v1/self?token=«Zk81mQpLtR29»","headers":[{"name":"Cookie","value":"a=«b»"}],"cookies":[]}}"#,
        // Empty, null and odd parts.
        r#"{"request":null,"response":{},"timings":null,"cache":null}"#,
        r#"{"request":{"headers":null,"cookies":null,"queryString":{},"postData":null},"response":{"content":null,"status":"200"}}"#,
        r#"null,{"request":{"headers":{"Authorization":"Bearer «Zk81mQpLtR29xYwVb7»","Set-Cookie":["a=«b1»","c=«d1»"],"X-N":7}}}"#,
        r#"{"request":{"headers":"Cookie: sid=«Zk81mQpLtR29»"}}"#,
        // A value before its name, a number as a value, a name twice.
        r#"{"request":{"headers":[{"value":"Bearer «Zk81mQpLtR29xYwVb7»","name":"Authorization"},{"name":"X-Api-Key","value":«123456»},{"name":"a","name":"b","value":"«two names»"}]}}"#,
        // A header whose name is a line of garbage.
        r#"{"request":{"headers":[{"name":"GET /x?access_token=«Zk81mQpLtR29» HTTP/1.1","value":""},{"name":"Cookie: sid=«Zk81mQpLtR29»","value":"x"}]}}"#,
        r#"{"request":{"cookies":[{"name":"sid=«Zk81mQpLtR29»; a=«b»","value":""}]}}"#,
        // Escaped slashes, escaped letters.
        r#"{"request":{"url":"https:\/\/«acme.ibmaspera.com»\/x?token=«Zk81mQpLtR29»\u0026a=1","headers":[{"name":"Referer","value":"/x?a=1\u0026access_token=«Zk81mQpLtR29»\u0026b=2"}]}}"#,
        // Members in another order: the body before the request.
        r#"{"response":{"content":{"text":"«private»","mimeType":"text/html"}},"request":{"url":"https://www.google.com/"}}"#,
        // Parameters and text both, an encoding of the draft, no type.
        r#"{"request":{"url":"https://www.ibmaspera.com/x","postData":{"params":[{"name":"password","value":"«Marble-Finch»"}],"text":"password=«Marble-Finch»"}}}"#,
        r#"{"request":{"url":"https://www.ibmaspera.com/x","postData":"password=«Marble-Finch»"}}"#,
        // Other writers.
        r#"{"_recordingName":"x","_id":"66981d43","_order":0,"request":{"headers":[{"_fromType":"array","name":"cookie","value":"a=«b»"}]}}"#,
        r#"{"request":{"url":"https://www.ibmaspera.com/x"},"response":{"content":{"mimeType":"text/plain","_file":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b.txt"}},"_monotonicTime":12.5,"_frameref":"of «maria.lopez@acme.example»"}"#,
        r#"{"_charlesStatus":"COMPLETE","request":{"cookies":[{"name":"a","value":"«b»","_maxAge":7}]}}"#,
        "{\n  \"request\" : {\r\n    \"url\" : \"https://www.ibm.com/?token=«Zk81mQpLtR29»\"\n  }\n}\n,\n{}",
    ] {
        check(marked);
    }
}

#[test]
fn a_broken_entry_takes_no_other_with_it() {
    let third = r#"{"request":{"url":"https://«tracker.example»/x"},"response":{"content":{"mimeType":"text/plain","text":"«private words»"}}}"#;
    for broken in [
        r#"{"request":{"url":'x',"a":"}, {"}}"#,
        r#"{"time":1.5.5e,"x":[1,2}}"#,
        "{\"a\":\"two\nlines\"}",
        r#"{"token":«truZk81mQpLtR29xYwVb7»}"#,
        "",
        "nope",
    ] {
        check(&format!("{third},{broken},{third}"));
        check(&format!(",{broken} , {broken},\n{third}"));
    }
}

#[test]
fn names_of_files_beside_a_trace_stay_where_they_are_hashes() {
    for marked in [
        r#"{"response":{"content":{"_file":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b.json"}}}"#,
        r#"{"request":{"postData":{"_file":"9f86d081884c7d659a2feaa0c55ad015"}}}"#,
        r#"{"request":{"postData":{"mimeType":"text/plain","_file":"«Ana-Silva-cv.pdf»"}}}"#,
        r#"{"response":{"content":{"_file":"«resources/Falkenberg.json»"}},"_file":"«budget»"}"#,
        r#"{"response":{"content":{"_file":"«9f86d081884c7d659a2feaa0c55ad015.falkenberg»"}}}"#,
    ] {
        check(marked);
    }
}

#[test]
fn texts_in_base64_and_in_other_charsets_are_read() {
    let body = |mime: &str, bytes: &[u8]| {
        format!(
            r#"{{"request":{{"url":"https://www.ibmaspera.com/x"}},"response":{{"content":{{"mimeType":"{mime}","encoding":"base64","text":"{}"}}}}}}"#,
            data_encoding::BASE64.encode(bytes)
        )
    };
    let secret = "password=Marble-Finch-208 größer";
    let latin: Vec<u8> = secret
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let little: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = secret.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (mime, bytes) in [
        ("text/plain", secret.as_bytes().to_vec()),
        ("text/plain; charset=iso-8859-1", latin),
        ("text/plain; charset=utf-16le", little),
        ("text/plain; charset=utf-16be", big),
        ("", secret.as_bytes().to_vec()),
    ] {
        let out: serde_json::Value = serde_json::from_str(&har(&body(mime, &bytes))).unwrap();
        let text = out["response"]["content"]["text"].as_str().unwrap();
        let clean = data_encoding::BASE64.decode(text.as_bytes()).unwrap();
        let clean: String = clean
            .iter()
            .filter(|b| b.is_ascii() && **b != 0)
            .map(|b| char::from(*b))
            .collect();
        assert!(
            clean.starts_with("password=~secret.password."),
            "{mime}: {clean}"
        );
    }
}

/// The entries of the built-in HAR, as a block has them.
fn evidence() -> String {
    let text = include_str!("../../sources/demo/evidence/aoc-session.har");
    let start = text.find("\"entries\": [").unwrap() + 12;
    let end = text.rfind(']').unwrap();
    text[start..end].trim().to_owned()
}

#[test]
fn the_built_in_har_stays_a_har() {
    let all = evidence();
    let out = har(&all);
    assert!(out.contains("~dropped.") && out.contains("~jwt."), "{out}");
}

#[test]
fn where_blocks_are_cut_does_not_matter() {
    let all = evidence();
    let entries: Vec<serde_json::Value> = serde_json::from_str(&format!("[{all}]")).unwrap();
    let texts: Vec<String> = entries.iter().map(ToString::to_string).collect();
    let whole = har(&texts.join(","));
    for cut in 1..texts.len() {
        let parts = [har(&texts[..cut].join(",")), har(&texts[cut..].join(","))];
        assert_eq!(parts.join(","), whole);
    }
    let r = redactor(Level::Standard);
    let comma = format!(",{}", texts[0]);
    let out = part_of(
        &r,
        comma.as_bytes(),
        HarPart::Entries,
        &mut Tally::default(),
    );
    assert_eq!(out.as_bytes(), format!(",{}", har(&texts[0])).as_bytes());
}

#[test]
fn a_torn_entry_is_a_text_and_never_raw() {
    let r = redactor(Level::Standard);
    let entry = r#"{"request":{"method":"POST","url":"https://www.ibmaspera.com/x?access_token=Zk81mQpLtR29","headers":[{"name":"X-Api-Key","value":"Zk81mQpLtR30"},{"name":"Cookie","value":"a=Zk81mQpLtR31"}],"postData":{"mimeType":"application/json","text":"{\"password\":\"Zk81mQpLtR32\"}"}},"response":{"status":200,"content":{"mimeType":"text/plain","text":"cGFzc3dvcmQ9WmsgODFtUXBMdFIzMw==","encoding":"base64"}}}"#;
    for end in 0..entry.len() {
        let out = part_of(
            &r,
            &entry.as_bytes()[..end],
            HarPart::Entries,
            &mut Tally::default(),
        );
        let out = String::from_utf8_lossy(out.as_bytes()).into_owned();
        for digit in ["29", "30", "31", "32"] {
            assert!(!out.contains(&format!("Zk81mQpLtR{digit}")), "{end}: {out}");
        }
    }
    for garbage in [
        "",
        ",",
        "]",
        "}",
        "{",
        "{\"",
        "[[",
        "{\"request\":{\"url\":\"a\n\"}}",
        "{}{}",
        "{\"a\":tru}",
    ] {
        har(garbage);
    }
    let answer = r#"{"request":{"method":"GET","url":"https://api.ibmaspera.com/api/v1/self"},"response":{"content":{"mimeType":"application/json","text":"{\"id\":\"7\",\"shoe\":\"big feet"}}}"#;
    let out = har(answer);
    assert!(
        out.contains(r#""text":"~dropped.torn."#) && !out.contains("feet"),
        "{out}"
    );
}

#[test]
fn head_and_tail_are_texts() {
    let r = redactor(Level::Standard);
    let run = |text: &str, part| {
        let out = part_of(&r, text.as_bytes(), part, &mut Tally::default());
        String::from_utf8_lossy(out.as_bytes()).into_owned()
    };
    let head = r#"{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[{"id":"page_1","title":"https://acme.ibmaspera.com/?token=Zk81mQpLtR29"}],"entries":["#;
    let out = run(head, HarPart::Head);
    assert!(out.contains("WebInspector") && out.contains("page_1"));
    assert!(!out.contains("Zk81mQ") && !out.contains("acme"), "{out}");
    let out = run(
        r#"],"comment":"of maria.lopez@acme.example"}}"#,
        HarPart::Tail,
    );
    assert!(
        out.starts_with(r#"],"comment":"of ~email."#) && out.ends_with(r#"~"}}"#),
        "{out}"
    );
}

#[test]
fn depth_and_length_cost_their_size_only() {
    let deep = format!("{{\"_x\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    har(&deep);
    let nested = format!(
        r#"{{"request":{{"method":"GET","url":"https://api.ibmaspera.com/api/v1/self"}},"response":{{"content":{{"mimeType":"application/json","text":"{}{}"}}}}}}"#,
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    har(&nested);
    for piece in [
        "{\"request\":{\"headers\":[{\"name\":\"cookie\",\"value\":\"a=b\"}]}},",
        "{\"request\":{\"headers\":[{\"name\":\"www-authenticate\",\"value\":\"",
        "{\"request\":{\"queryString\":[",
        "{\"response\":{\"content\":{\"text\":\"",
        "\\\"",
        "{\"",
        "{\"a\":",
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        let r = redactor(Level::Standard);
        let start = std::time::Instant::now();
        part_of(&r, text.as_bytes(), HarPart::Entries, &mut Tally::default());
        assert!(
            start.elapsed().as_secs() < 20,
            "{piece} took {:?}",
            start.elapsed()
        );
    }
    let long = "realm=\\\"x\\\", nonce=\\\"dcd98b7102dd2f0e\\\", ".repeat(20_000);
    har(&format!(
        r#"{{"response":{{"headers":[{{"name":"WWW-Authenticate","value":"Digest {long}"}}]}}}}"#
    ));
}

/// Pieces that change what a text means to a parser.
const PIECES: [&str; 24] = [
    "\"",
    "\\",
    "\\\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\n",
    "null",
    "0",
    " ",
    "\\u0022",
    "\\ud83d",
    "~",
    "é",
    "\"name\":\"",
    "\"value\":\"",
    "\"text\":\"",
    "\"encoding\":\"base64\"",
    "token=",
    "//",
    "%22",
];

#[test]
fn whatever_is_changed_in_a_har_it_stays_lines_of_text_and_json_stays_json() {
    let r = redactor(Level::Standard);
    let entry = r#"{"request":{"method":"GET","url":"https://api.ibmaspera.com/api/v1/self?a=1","headers":[{"name":"Authorization","value":"Digest nonce=\"dcd98b7102dd2f0e\""},{"name":"Set-Cookie","value":"a=b; Path=/\nc=d"}],"queryString":[{"name":"a","value":"1"}]},"response":{"status":200,"content":{"size":7,"mimeType":"application/json","text":"{\"id\":\"7\",\"x\":[1,{\"y\":null}],\"password\":\"Marble-Finch\"}"}},"_initiator":{"url":"https://acme.ibmaspera.com/a.js"}}"#;
    let mut state = 11_u32;
    let mut random = |most: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % most
    };
    let valid = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    for _ in 0..600 {
        let mut text = entry.to_owned();
        for _ in 0..=random(3) {
            let at = random(text.len());
            let to = (at + random(4)).min(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(to) {
                text.replace_range(at..to, PIECES[random(PIECES.len())]);
            }
        }
        let out = part_of(&r, text.as_bytes(), HarPart::Entries, &mut Tally::default());
        let out = String::from_utf8(out.into_bytes()).expect("UTF-8 stays UTF-8");
        assert_eq!(
            text.matches('\n').count(),
            out.matches('\n').count(),
            "{text}"
        );
        if valid(&text) {
            har(&text);
        }
    }
}
