//! HARs in pieces: nothing lost, nothing torn, whatever the chunks are; what is too long is left out.
use serde_json::{Value, json};

use super::*;
use crate::text::block::model::{Block, CutAt, HarPart, Limits, Withheld};
use crate::text::block::reader::BlockReader;
use crate::text::har::long_string::withheld_note;

pub(in crate::text::har) fn limits(block: usize, entry: usize) -> HarLimits {
    HarLimits {
        block,
        string: block,
        entry,
    }
}

/// All pieces of a text that comes in chunks of one size.
pub(in crate::text::har) fn pieces(
    text: &[u8],
    chunk: usize,
    limits: HarLimits,
) -> (Vec<Piece>, Option<TextError>, u64) {
    let mut cut = HarCut::new(limits);
    for chunk in text.chunks(chunk) {
        cut.push(chunk);
    }
    cut.finish();
    assert_eq!(cut.taken(), text.len() as u64);
    let all = std::iter::from_fn(|| cut.take()).collect();
    (all, cut.trouble().cloned(), cut.0.list.work)
}

pub(in crate::text::har) fn joined(pieces: &[Piece]) -> Vec<u8> {
    pieces.iter().flat_map(|p| p.bytes.clone()).collect()
}

pub(in crate::text::har) fn shown(pieces: &[Piece]) -> Vec<(HarPart, String)> {
    let text = |p: &Piece| String::from_utf8_lossy(&p.bytes).into_owned();
    pieces.iter().map(|p| (p.part, text(p))).collect()
}

/// What each piece promises.
pub(in crate::text::har) fn check(pieces: &[Piece]) {
    for piece in pieces {
        let text = String::from_utf8_lossy(&piece.bytes);
        match piece.part {
            HarPart::Entries => {
                let list = format!("[{}]", text.trim_start().trim_start_matches(','));
                let list: Value = serde_json::from_str(&list).unwrap();
                assert!(!list.as_array().unwrap().is_empty());
                assert!(piece.context.ends_with(b"\"log\":{\"entries\":["));
            }
            HarPart::Tail => assert!(piece.context.is_empty() || text.contains([',', ']', '}'])),
            HarPart::Head => {}
        }
    }
}

fn entry(number: usize, body: &str) -> Value {
    json!({
        "startedDateTime": "2026-11-22T10:00:00.000Z", "time": 12.5,
        "request": {"method": "GET", "url": format!("https://api.ibmaspera.com/{number}"), "headers": [
            {"name": "a", "value": "{[\"}],\\"}, {"name": ":path", "value": "/"}]},
        "response": {"status": 200, "content": {"size": body.len(), "text": body}},
    })
}

pub(in crate::text::har) fn har(bodies: &[String]) -> Value {
    let entries: Vec<Value> = bodies
        .iter()
        .enumerate()
        .map(|(n, b)| entry(n, b))
        .collect();
    json!({"log": {"version": "1.2", "pages": [{"title": "x"}], "entries": entries, "comment": "end"}})
}

#[test]
fn a_har_is_given_out_as_head_entries_and_tail() {
    let cases: &[(&str, &[(HarPart, &str)])] = &[
        (
            "{\"log\":{\"version\":\"1\",\"entries\":[ {\"a\":1}, {\"b\":[2]} ],\"pages\":[]}}\n",
            &[
                (HarPart::Head, "{\"log\":{\"version\":\"1\",\"entries\":["),
                (HarPart::Entries, " {\"a\":1}, {\"b\":[2]} "),
                (HarPart::Tail, "],\"pages\":[]}}\n"),
            ],
        ),
        (
            "{\"log\":{\"entries\":[],\"pages\":[]}}",
            &[
                (HarPart::Head, "{\"log\":{\"entries\":["),
                (HarPart::Tail, "],\"pages\":[]}}"),
            ],
        ),
        (
            "on_input({ \"log\" : {\r\n\"entries\" :\r\n[\r\n{}\r\n]}});",
            &[
                (
                    HarPart::Head,
                    "on_input({ \"log\" : {\r\n\"entries\" :\r\n[",
                ),
                (HarPart::Entries, "\r\n{}\r\n"),
                (HarPart::Tail, "]}});"),
            ],
        ),
        (
            "{\"log\":{\"entries\":[{}]}}\n{\"log\":{\"entries\":[{},{}]}}",
            &[
                (HarPart::Head, "{\"log\":{\"entries\":["),
                (HarPart::Entries, "{}"),
                (HarPart::Tail, "]}}\n"),
                (HarPart::Head, "{\"log\":{\"entries\":["),
                (HarPart::Entries, "{},{}"),
                (HarPart::Tail, "]}}"),
            ],
        ),
        (
            // Only the list of the log counts, wherever else the word stands.
            "[{\"entries\":[1],\"x\":\"log\",\"log\":{\"a\":{\"entries\":[2]},\"entries\":[\"s,]\",3]}}]",
            &[
                (
                    HarPart::Head,
                    "[{\"entries\":[1],\"x\":\"log\",\"log\":{\"a\":{\"entries\":[2]},\"entries\":[",
                ),
                (HarPart::Entries, "\"s,]\",3"),
                (HarPart::Tail, "]}}]"),
            ],
        ),
    ];
    for (text, parts) in cases {
        for chunk in [1, 2, 7, 63, 64, 65, 9999] {
            let (pieces, trouble, _) = pieces(text.as_bytes(), chunk, limits(4096, 99_999));
            assert_eq!(trouble, None, "{text}");
            let expected: Vec<_> = parts.iter().map(|(p, t)| (*p, (*t).to_owned())).collect();
            assert_eq!(shown(&pieces), expected, "{chunk}");
        }
    }
}

#[test]
fn blocks_hold_as_many_whole_entries_as_fit() {
    let bodies: Vec<String> = (0..300).map(|n| "b\"\\\n".repeat(n % 40)).collect();
    for text in [
        serde_json::to_string(&har(&bodies)).unwrap(),
        serde_json::to_string_pretty(&har(&bodies)).unwrap(),
    ] {
        let (pieces, trouble, _) = pieces(text.as_bytes(), 1000, limits(5000, 99_999));
        assert_eq!(trouble, None);
        assert_eq!(joined(&pieces), text.as_bytes());
        check(&pieces);
        let blocks: Vec<&Piece> = pieces
            .iter()
            .filter(|p| p.part == HarPart::Entries)
            .collect();
        assert!(
            blocks.iter().all(|p| p.bytes.len() <= 5000),
            "none is too large"
        );
        assert!(
            blocks.len() < text.len() / 3500,
            "and none is small: {}",
            blocks.len()
        );
    }
}

#[test]
fn long_strings_are_left_out_with_a_note() {
    for (length, over) in [(200, false), (201, true), (5000, true)] {
        for filler in ["x", "\\\"", "\\\\", "\\u0000"] {
            let mut body = filler.repeat(length / filler.len());
            body.push_str(&"y".repeat(length - body.len()));
            let text = format!(
                "{{\"log\":{{\"c\":\"{body}\",\"entries\":[{{\"t\":\"{body}\"}},{{}}],\"d\":\"{body}\"}}}}"
            );
            let kept = if over {
                withheld_note(length as u64)
            } else {
                body.clone()
            };
            let expected = text.replace(&body, &kept);
            for chunk in [1, 3, 50, 64, 100, 9999] {
                let (pieces, trouble, _) = pieces(text.as_bytes(), chunk, limits(200, 9999));
                assert_eq!(trouble, None);
                assert_eq!(String::from_utf8(joined(&pieces)).unwrap(), expected);
                let held: Vec<_> = pieces.iter().flat_map(|p| &p.held).collect();
                assert_eq!(held.len(), if over { 3 } else { 0 });
                assert!(
                    held.iter()
                        .all(|h| h.bytes == length as u64 && h.what == Withheld::Value)
                );
            }
        }
    }
}

#[test]
fn an_endless_list_in_an_entry_ends_and_the_rest_of_the_entry_stays() {
    let messages: Vec<Value> = (0..500)
        .map(|n| json!({"data": format!("m{n}"), "x": [1, 2]}))
        .collect();
    let mut long = entry(1, "body");
    long["_webSocketMessages"] = Value::Array(messages);
    long["zz_last"] = json!("kept");
    let text = json!({"log": {"entries": [entry(0, "a"), long, entry(2, "b")]}}).to_string();
    let mut first = None;
    for chunk in [1, 64, 999, 99_999] {
        let (pieces, trouble, _) = pieces(text.as_bytes(), chunk, limits(1000, 3000));
        assert_eq!(trouble, None);
        check(&pieces);
        let out: Value = serde_json::from_slice(&joined(&pieces)).unwrap();
        let entries = out["log"]["entries"].as_array().unwrap();
        assert_eq!((&entries[0], &entries[2]), (&entry(0, "a"), &entry(2, "b")));
        assert_eq!(entries[1]["zz_last"], "kept");
        let kept = entries[1]["_webSocketMessages"].as_array().unwrap();
        assert!(kept.len() > 30 && kept.len() < 200, "{}", kept.len());
        let held: Vec<_> = pieces
            .iter()
            .flat_map(|p| &p.held)
            .map(|h| h.what)
            .collect();
        assert_eq!(held, [Withheld::Elements(500 - kept.len() as u64)]);
        let bytes = joined(&pieces);
        assert_eq!(first.get_or_insert_with(|| bytes.clone()), &bytes);
    }
}

#[test]
fn an_entry_that_stays_endless_is_left_out_with_its_comma() {
    let wide = |n: usize| {
        let fields = (0..n).map(|n| format!("\"k{n}\":{{\"a\":{n}}}"));
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    };
    let digits = format!("{{\"n\":{}}}", "7".repeat(400_000));
    for (entries, kept) in [
        (
            vec![
                "{\"a\":1}".to_owned(),
                digits.clone(),
                "{\"b\":2}".to_owned(),
            ],
            2,
        ),
        (vec![digits.clone(), "{\"b\":2}".to_owned()], 1),
        (vec!["{\"a\":1}".to_owned(), digits], 1),
        (
            vec!["{\"a\":1}".to_owned(), wide(20_000), "{\"b\":2}".to_owned()],
            3,
        ),
    ] {
        let text = format!("{{\"log\":{{\"entries\":[{}]}}}}", entries.join(" , "));
        let (pieces, trouble, _) = pieces(text.as_bytes(), 5000, limits(1000, 3000));
        assert_eq!(trouble, None);
        let out: Value = serde_json::from_slice(&joined(&pieces)).unwrap();
        assert_eq!(out["log"]["entries"].as_array().unwrap().len(), kept);
        assert_eq!(pieces.iter().flat_map(|p| &p.held).count(), 1);
        assert!(pieces.iter().all(|p| p.bytes.len() < 200_000));
    }
}

#[test]
fn a_har_cut_at_any_byte_gives_its_whole_entries_and_closed_brackets() {
    let text =
        serde_json::to_string_pretty(&har(&["one".into(), "t\"w\\o".into(), "three".into()]))
            .unwrap();
    let whole: Vec<usize> = (0..3)
        .map(|n| text.find(&format!("/{n}\"")).unwrap())
        .collect();
    for end in 1..text.len() {
        for chunk in [13, 9999] {
            let (pieces, trouble, _) = pieces(&text.as_bytes()[..end], chunk, limits(300, 99_999));
            let bytes = joined(&pieces);
            let out: Value = serde_json::from_slice(&bytes)
                .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&bytes)));
            assert!(
                matches!(trouble, Some(TextError::Torn { .. })),
                "{end} {trouble:?}"
            );
            let kept = out["log"]["entries"].as_array().map_or(0, Vec::len);
            let begun = whole.iter().filter(|at| **at < end).count();
            assert!(
                kept + 1 >= begun && kept <= begun,
                "{end}: {kept} of {begun}"
            );
            let Some(TextError::Torn { entries, offset }) = trouble else {
                unreachable!()
            };
            assert_eq!(entries, kept as u64);
            assert!(offset <= end as u64);
        }
    }
    let (pieces, _, _) = pieces(b"cb({\"log\":{\"entries\":[{},{\"a", 99, limits(300, 999));
    assert_eq!(joined(&pieces), b"cb({\"log\":{\"entries\":[{}]}})");
}

#[test]
fn text_that_is_no_har_is_an_error_with_its_offset() {
    for (text, said, offset, kept) in [
        ("  <!DOCTYPE html><html>", "a saved web page", 2, false),
        ("<?xml version='1.0'?><a/>", "XML", 0, false),
        (
            "2026-11-22 10:00:00 LOG x {",
            "text that is not JSON",
            0,
            false,
        ),
        ("\n\n", "nothing but blanks", 2, false),
        ("\"a {\"", "a lone string", 0, false),
        ("{\"a\":[1,2]}", "JSON without a list of entries", 11, true),
    ] {
        let (pieces, trouble, _) = pieces(text.as_bytes(), 5, limits(300, 9999));
        let told = TextError::NotHar { what: said, offset };
        assert_eq!(trouble, Some(told), "{text}");
        assert_eq!(joined(&pieces), if kept { text.as_bytes() } else { b"" });
    }
    let (none, trouble, _) = pieces(b"", 5, limits(300, 9999));
    assert!(none.is_empty());
    assert!(trouble.is_some_and(|t| t.to_string().contains("at byte 0 it is an empty file")));
}

#[test]
fn broken_json_ends_the_trace_where_it_breaks() {
    for (text, out) in [
        (
            "{\"log\":{\"entries\":[{}},{}]}}",
            "{\"log\":{\"entries\":[{}]}}",
        ),
        (
            "{\"log\":{\"entries\":[{}]]}",
            "{\"log\":{\"entries\":[{}]}}",
        ),
        ("{\"log\":[1}", "{\"log\":[1]}"),
        (
            "{\"log\":{\"entries\":[{}]}}]",
            "{\"log\":{\"entries\":[{}]}}",
        ),
    ] {
        let (pieces, trouble, _) = pieces(text.as_bytes(), 5, limits(300, 9999));
        assert!(
            matches!(trouble, Some(TextError::BrokenHar { .. })),
            "{text} {trouble:?}"
        );
        let bytes = joined(&pieces);
        let told = String::from_utf8_lossy(&bytes);
        assert!(serde_json::from_slice::<Value>(&bytes).is_ok(), "{told}");
        if !text.contains("[1") {
            assert_eq!(told, out);
        }
    }
    let deep = format!("{{\"log\":{}", "[".repeat(5000));
    assert!(matches!(
        pieces(deep.as_bytes(), 99, limits(300, 9999)).1,
        Some(TextError::BrokenHar { .. })
    ));
    let deep = format!("{{\"log\":{{\"entries\":[{}", "[".repeat(50_000));
    assert!(matches!(
        pieces(deep.as_bytes(), 99, limits(300, 9999)).1,
        Some(TextError::BrokenHar { .. })
    ));
}

#[test]
fn the_work_grows_with_the_length_whatever_the_text_is() {
    let long_line = |n: usize| serde_json::to_string(&har(&vec!["x\"y".repeat(9); n])).unwrap();
    let long_value = |n: usize| serde_json::to_string(&har(&["\\\"z".repeat(n * 60)])).unwrap();
    let long_list = |n: usize| {
        let mut one = entry(0, "");
        one["list"] = json!(vec!["message"; n * 40]);
        json!({"log": {"entries": [one, entry(1, "")]}}).to_string()
    };
    for make in [
        &long_line as &dyn Fn(usize) -> String,
        &long_value,
        &long_list,
    ] {
        for n in [100, 1000] {
            let text = make(n);
            let (_, _, work) = pieces(text.as_bytes(), 4096, limits(4096, 20_000));
            // Twice at most: an entry that becomes too long is looked at once more.
            assert!(
                work <= 2 * text.len() as u64 + 64,
                "{work} for {}",
                text.len()
            );
        }
    }
}

#[test]
fn blocks_have_their_part_lines_and_what_was_left_out() {
    let body = "z".repeat(5000);
    let text = format!(
        "{{\"log\":{{\r\n\"entries\":[\r\n{{\"a\":1}},\r\n{{\"t\":\"{body}\"}},\r\n{{\"c\":3}}\r\n],\"x\":\"{body}\"}}}}"
    );
    let limits = Limits {
        block: 1000,
        longest_line: 99_999,
        group: 1,
    };
    let mut reader = BlockReader::new(text.as_bytes(), CutAt::Har, limits);
    let mut blocks: Vec<Block> = Vec::new();
    while let Some(block) = reader.next(Vec::new()).unwrap() {
        blocks.push(block);
    }
    assert_eq!(reader.bytes_so_far(), text.len() as u64);
    assert_eq!(reader.lines_so_far(), 6);
    let told: Vec<_> = blocks
        .iter()
        .map(|b| {
            (
                b.number,
                b.har.unwrap(),
                b.first_line,
                b.held.len(),
                b.goes_on,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (0, HarPart::Head, 1, 0, true),
            (1, HarPart::Entries, 2, 1, false),
            (2, HarPart::Tail, 6, 1, false),
        ]
    );
    assert_eq!((blocks[1].held[0].line, blocks[2].held[0].line), (4, 6));
    assert_eq!(blocks[1].context, b"{\"log\":{\"entries\":[");
    assert_eq!(blocks[2].context, b"{\"log\":{\"entries\":[");
}
