//! JSON in strings that are too long, through the cutter.
use serde_json::{Value, json};

use super::tests::{joined, limits, pieces};
use super::withheld_note;

#[test]
fn of_json_in_a_long_string_the_first_rows_stay() {
    let rows: Vec<Value> = (0..400).map(|n| json!({"id": n, "t": "a,b"})).collect();
    for (document, list) in [
        (json!(rows).to_string(), ""),
        (json!({"n": [1, 2], "rows": rows}).to_string(), "/rows"),
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
            let (note, kept) = kept.split_last().unwrap();
            assert!(
                kept.len() > 10 && kept[..] == rows[..kept.len()],
                "{kept:?}"
            );
            let held = pieces.iter().flat_map(|p| &p.held).map(|h| h.bytes).sum();
            assert_eq!(note, &json!(withheld_note(held)));
            told.push(body);
        }
        told.dedup();
        assert_eq!(told.len(), 1, "the chunks do not matter");
    }
}
