//! JSON in strings that are too long, through the cutter.
use serde_json::{Value, json};

use super::tests::{joined, limits, pieces};
use crate::text::har::long_string::withheld_note;

#[test]
fn the_first_and_last_rows_of_json_in_a_long_string_stay() {
    let rows: Vec<Value> = (0..400).map(|n| json!({"id": n, "t": "a,b"})).collect();
    for (document, list) in [
        (json!(rows).to_string(), ""),
        (
            json!({"n": [1, 2], "rows": rows, "total": 7}).to_string(),
            "/rows",
        ),
        (serde_json::to_string_pretty(&rows).unwrap(), ""),
    ] {
        let text = json!({"log": {"entries": [{"t": document}, {"u": 1}]}}).to_string();
        let mut told = Vec::new();
        for chunk in [1, 7, 64, 900, 99_999] {
            let (pieces, trouble, _) = pieces(text.as_bytes(), chunk, limits(2000, 9999));
            assert_eq!(trouble, None);
            let out: Value = serde_json::from_slice(&joined(&pieces)).unwrap();
            assert_eq!(out["log"]["entries"][1]["u"], 1);
            let body: Value =
                serde_json::from_str(out["log"]["entries"][0]["t"].as_str().unwrap()).unwrap();
            let kept = body.pointer(list).unwrap().as_array().unwrap();
            let held = pieces.iter().flat_map(|p| &p.held).map(|h| h.bytes).sum();
            let note = json!(withheld_note(held));
            let at = kept.iter().position(|row| *row == note).unwrap();
            let (first, last) = (&kept[..at], &kept[at + 1..]);
            assert!(at > 10 && *first == rows[..at], "{kept:?}");
            let from = rows.len() - last.len();
            assert!(last.len() > 2 && *last == rows[from..], "{kept:?}");
            assert_eq!(
                body.get("total"),
                document.contains("total").then_some(&json!(7))
            );
            told.push(body);
        }
        told.dedup();
        assert_eq!(told.len(), 1, "the chunks do not matter");
    }
}

/// A trace with one body, through the cutter; the rows that stayed, the note left out.
fn rows_of(document: &str, chunk: usize) -> Vec<Value> {
    let text = json!({"log": {"entries": [{"t": document}]}}).to_string();
    let (pieces, trouble, _) = pieces(text.as_bytes(), chunk, limits(4000, 99_999));
    assert_eq!(trouble, None);
    let out: Value = serde_json::from_slice(&joined(&pieces)).unwrap();
    let body = out["log"]["entries"][0]["t"].as_str().unwrap();
    assert!(body.len() < 4000, "{}", body.len());
    let mut rows: Vec<Value> = serde_json::from_str(body).unwrap();
    rows.retain(|row| row.is_object());
    rows
}

#[test]
fn rows_that_report_a_failure_stay() {
    for failure in [
        json!({"id": "x", "status": "failed"}),
        json!({"id": "x", "failed": true}),
        json!({"id": "x", "error_code": 14}),
        json!({"id": "x", "error_message": "no ]} \"route\", \\"}),
    ] {
        let mut rows: Vec<Value> = (0..900)
            .map(|n| json!({"id": n, "status": "completed", "failed": false, "error_code": 0, "error_message": ""}))
            .collect();
        rows[450] = failure.clone();
        for document in [
            json!(rows).to_string(),
            serde_json::to_string_pretty(&rows).unwrap(),
        ] {
            let kept = rows_of(&document, 64);
            assert_eq!(kept, rows_of(&document, 99_999));
            assert!(
                kept.contains(&failure) && kept.contains(&rows[0]),
                "{kept:?}"
            );
            assert!(kept.contains(&rows[899]) && kept.len() < 100);
        }
    }
}

#[test]
fn text_that_stops_being_json_keeps_its_first_rows() {
    let good = "{\"a\":1},".repeat(600);
    for bad in [
        "}",
        "\"",
        "]]",
        "{[}",
        "\\",
        "] and then a text, and much more of it",
    ] {
        let text = json!({"log": {"entries": [{"t": format!("[{good}{bad}{good}")}]}}).to_string();
        let (pieces, _, _) = pieces(text.as_bytes(), 700, limits(2000, 9999));
        let out: Value = serde_json::from_slice(&joined(&pieces)).unwrap();
        let body = out["log"]["entries"][0]["t"].as_str().unwrap();
        let rows: Vec<Value> = serde_json::from_str(body).unwrap();
        assert!(rows.len() > 10 && rows[0] == json!({"a": 1}), "{bad}");
    }
}
