//! Cuts by place: what goes, what stays, and that the text keeps its form.
use super::*;
use crate::redact::engine::redactor::{Dialect, Level};
use crate::redact::rules::rules_tests::redactor;

fn find(text: &str, value: &str) -> Find {
    let at = text.find(value).unwrap();
    Find {
        at,
        span: Some(at..at + value.len()),
        secret: true,
    }
}

fn cut(text: &str, finds: &[Find], reach: Reach, form: Form) -> (String, Vec<Secret>) {
    let mut tally = Tally::default();
    let redacted = Redacted(text.as_bytes().to_vec());
    let (out, ..) = redactor(Level::Standard).cut_found(&redacted, finds, reach, form, &mut tally);
    let out = String::from_utf8(out.into_bytes()).unwrap();
    assert_eq!(out.lines().count(), text.lines().count(), "{text} -> {out}");
    (out, tally.take_secrets())
}

const ENTRIES: &str = r#",{"method":"GET","url":"https://127.0.0.1/?key=mFzT9qhXcWkR&x=1","n":55512345,"a":["k"]},{"url":"b"}"#;

#[test]
fn a_value_goes_and_what_stands_around_it_stays() {
    let finds = [find(ENTRIES, "mFzT9qhXcWkR")];
    let (out, secrets) = cut(ENTRIES, &finds, Reach::Value, Form::Json);
    assert!(
        out.contains("https://127.0.0.1/?key=~secret.value."),
        "{out}"
    );
    assert!(out.contains("~&x=1\""), "{out}");
    assert_eq!(secrets.len(), 1);
    assert_eq!(secrets[0].value(), b"mFzT9qhXcWkR");
    let line = "a b=mFzT9qhXcWkR c\nnext\n";
    let (out, _) = cut(
        line,
        &[find(line, "mFzT9qhXcWkR")],
        Reach::Value,
        Form::Lines,
    );
    assert!(
        out.starts_with("a b=~secret.value.") && out.ends_with("~ c\nnext\n"),
        "{out}"
    );
}

#[test]
fn escapes_do_not_make_another_secret_of_it() {
    let text = r#"{"a":"p\/q\"mFzT9qhXcWkR"}"#;
    let (_, secrets) = cut(
        text,
        &[find(text, r#"p\/q\"mFzT9qhXcWkR"#)],
        Reach::Value,
        Form::Json,
    );
    assert_eq!(secrets[0].value(), br#"p/q"mFzT9qhXcWkR"#);
}

#[test]
fn where_nobody_knows_how_far_it_goes_the_string_or_the_line_goes() {
    let at = ENTRIES.find("key=").unwrap();
    let lost = Find {
        at,
        span: None,
        secret: true,
    };
    for reach in [Reach::Value, Reach::Around] {
        let (out, secrets) = cut(ENTRIES, std::slice::from_ref(&lost), reach, Form::Json);
        assert!(out.contains("\"url\":\"~withheld.found."), "{out}");
        assert!(
            out.contains("\"n\":55512345") && out.contains("\"url\":\"b\""),
            "{out}"
        );
        assert!(secrets.is_empty());
    }
    let text = "one\ntwo mFzT9qhXcWkR\r\nthree";
    for reach in [Reach::Value, Reach::Around, Reach::Element] {
        let lost = Find {
            at: 6,
            span: None,
            secret: true,
        };
        let (out, _) = cut(text, &[lost], reach, Form::Lines);
        assert!(
            out.starts_with("one\n~withheld.found.") && out.ends_with("~\r\nthree"),
            "{out}"
        );
    }
}

#[test]
fn a_find_under_a_name_takes_the_value_and_a_bare_number_becomes_a_string() {
    let name = Find {
        at: ENTRIES.find("\"n\"").unwrap() + 1,
        span: None,
        secret: false,
    };
    let (out, _) = cut(ENTRIES, &[name], Reach::Around, Form::Json);
    assert!(!out.contains("55512345"), "{out}");
    let number = find(ENTRIES, "55512345");
    for reach in [Reach::Value, Reach::Around] {
        let (out, _) = cut(ENTRIES, std::slice::from_ref(&number), reach, Form::Json);
        let json = format!("[{}]", out.trim_start_matches(','));
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert!(json[0]["n"].is_string(), "{json}");
    }
}

#[test]
fn at_worst_all_texts_of_the_entry_go_and_those_of_the_next_stay() {
    let finds = [find(ENTRIES, "mFzT9qhXcWkR")];
    let (out, _) = cut(ENTRIES, &finds, Reach::Element, Form::Json);
    let json = format!("[{}]", out.trim_start_matches(','));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["method"], "GET");
    assert_eq!(json[0]["n"], 55_512_345);
    assert_eq!(json[1]["url"], "b");
    for gone in [&json[0]["url"], &json[0]["a"][0]] {
        assert!(
            gone.as_str().unwrap().starts_with("~withheld.found."),
            "{json}"
        );
    }
}

#[test]
fn what_was_cut_is_ours_and_stays_and_is_cut_elsewhere_from_now_on() {
    let mut redactor = redactor(Level::Standard);
    let mut tally = Tally::default();
    let redacted = Redacted(ENTRIES.as_bytes().to_vec());
    let finds = [find(ENTRIES, "mFzT9qhXcWkR")];
    let (out, places, bytes) =
        redactor.cut_found(&redacted, &finds, Reach::Value, Form::Json, &mut tally);
    assert_eq!((places, bytes), (1, 12));
    let again = redactor.block(out.as_bytes(), Dialect::Log, &mut Tally::default());
    assert_eq!(again, out);
    redactor.learn_more(&tally.take_secrets());
    let line = b"said mFzT9qhXcWkR twice";
    let line = redactor.block(line, Dialect::Log, &mut Tally::default());
    assert!(line.as_bytes().starts_with(b"said ~secret.value."));
}

#[test]
fn places_outside_the_text_and_over_line_ends_do_no_harm() {
    for (text, form) in [
        ("", Form::Json),
        ("", Form::Lines),
        ("a\nb", Form::Lines),
        ("[1", Form::Json),
    ] {
        for span in [None, Some(0..9), Some(7..7), Some(0..3)] {
            for at in [0, 2, 900] {
                let find = Find {
                    at,
                    span: span.clone(),
                    secret: true,
                };
                cut(text, &[find], Reach::Value, form);
            }
        }
    }
}

#[test]
fn no_escape_is_torn_apart_and_no_string_is_broken_open() {
    let text = r#"{"a":"say \"key=mFzT9qhXcWkR\" and \u0041 on","b":"two"}"#;
    let value = "mFzT9qhXcWkR";
    let at = text.find(value).unwrap();
    for (from, to) in [
        (at, at + value.len()),
        (at, at + value.len() + 1),
        (at, at + value.len() + 2),
        (text.find("\"key").unwrap(), at + value.len()),
        (text.find("041").unwrap(), text.find(" on").unwrap()),
        (text.find("and").unwrap(), text.find("041").unwrap()),
        (at, text.find("two").unwrap() + 1),
        (0, text.len()),
    ] {
        let find = Find {
            at: from,
            span: Some(from..to),
            secret: true,
        };
        for reach in [Reach::Value, Reach::Around, Reach::Element] {
            let (out, _) = cut(text, std::slice::from_ref(&find), reach, Form::Json);
            let json: serde_json::Value = serde_json::from_str(&out).unwrap();
            assert_eq!(json.as_object().unwrap().len(), 2, "{out}");
            let gone = from > at || to < at + value.len() || !out.contains(value);
            assert!(gone, "{from}..{to} {out}");
        }
    }
}
