//! JSON in a string that is too long: the first rows of its list, such as packages or transfers, are kept, and its
//! brackets are closed.
use crate::text::json::escape::json_escape;
use crate::text::json::path::{closing, opening};

/// Brackets that may be open where it is cut.
const DEEPEST: usize = 64;

/// What is kept of a string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows {
    /// Bytes from its beginning.
    pub(super) keep: usize,
    /// The brackets that close what is open there.
    pub(super) close: Vec<u8>,
}

/// The first rows of what may be JSON, as it stands in a string: whole elements of its outermost list, in at most
/// `most` bytes. `None` where it is no JSON, or has no list.
pub(super) fn rows(text: &[u8], most: usize) -> Option<Rows> {
    let (mut open, mut quoted, mut escaped) = (Vec::new(), false, false);
    let mut best: Option<(usize, Rows)> = None;
    let mut at = 0;
    while at < text.len().min(most) {
        let (byte, length) = unit(text.get(at..)?)?;
        let here = at;
        at += length;
        if quoted {
            (quoted, escaped) = (escaped || byte != b'"', !escaped && byte == b'\\');
            continue;
        }
        match byte {
            b'"' if !open.is_empty() => quoted = true,
            b'{' | b'[' => open.push(byte),
            b'}' | b']' => {
                // More than one document is no JSON, nor are brackets that do not match.
                (open.pop() == Some(opening(byte)) && !open.is_empty()).then_some(())?;
            }
            b',' if open.last() == Some(&b'[')
                && open.len() <= DEEPEST
                && best.as_ref().is_none_or(|(depth, _)| open.len() <= *depth) =>
            {
                let rows = Rows {
                    keep: here,
                    close: open.iter().rev().map(|b| closing(*b)).collect(),
                };
                best = Some((open.len(), rows));
            }
            b',' => {}
            b' ' | b'\t' | b'\n' | b'\r' => {}
            _ if open.is_empty() => return None,
            _ => {}
        }
    }
    best.map(|(_, rows)| rows)
}

/// The ASCII character at the front of the content of a JSON string, and in how many bytes it is written; `x` for an
/// escape that stands for no ASCII character. `None` if the escape has not ended.
pub(super) fn unit(text: &[u8]) -> Option<(u8, usize)> {
    let first = *text.first()?;
    if first != b'\\' {
        return Some((first, 1));
    }
    let letter = *text.get(1)?;
    let len = if letter == b'u' { 6 } else { 2 };
    Some(match json_escape(text.get(..len)?) {
        Some((meant, _)) => (u8::try_from(meant).unwrap_or(b'x'), len),
        None if len == 6 => (b'x', len),
        None => (letter, len),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of a document written into a string.
    fn kept(document: &str, most: usize) -> Option<String> {
        let written = serde_json::to_string(document).unwrap();
        let inside = &written[1..written.len() - 1];
        let rows = rows(inside.as_bytes(), most)?;
        let text = [&inside.as_bytes()[..rows.keep], &rows.close].concat();
        let text = format!("\"{}\"", String::from_utf8(text).unwrap());
        let text: String = serde_json::from_str(&text).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
        Some(text)
    }

    #[test]
    fn whole_rows_of_the_outermost_list_are_kept() {
        for (document, most, expected) in [
            (r#"[{"a":1},{"b":[1,2,3,4]}"#, 99, Some(r#"[{"a":1}]"#)),
            (r#" [1, "x\",]", 3, 4"#, 99, Some(r#" [1, "x\",]", 3]"#)),
            (
                r#"{"p":[9,9],"rows":[{"a":"é,"},{"b":1},{"c""#,
                99,
                Some(r#"{"p":[9,9],"rows":[{"a":"é,"},{"b":1}]}"#),
            ),
            (
                r#"{"one":{"list":[[1,2],[3,4],[5,6"#,
                99,
                Some(r#"{"one":{"list":[[1,2],[3,4]]}}"#),
            ),
            (
                "[\n  {\n    \"a\": 1\n  },\n  {",
                99,
                Some("[\n  {\n    \"a\": 1\n  }]"),
            ),
            (r#"[1,2,3,4,5,6"#, 7, Some("[1,2,3]")),
            (r#"{"only":"one","object":2"#, 99, None),
            (r#"["one row that is long"#, 99, None),
            ("function(){return [1,2,3,", 99, None),
            ("[1,2}", 99, None),
            ("[1,2] [3,4,", 99, None),
            ("", 99, None),
        ] {
            assert_eq!(kept(document, most).as_deref(), expected, "{document}");
        }
    }

    #[test]
    fn any_bytes_are_read_and_brackets_without_end_are_not_kept() {
        for text in [
            "\\",
            "[\\u12",
            "[\\u00",
            "[\"\\",
            "[1,\\\"",
            "\\u005b1\\u002c2",
        ] {
            for most in 0..text.len() + 1 {
                rows(text.as_bytes(), most);
            }
        }
        let deep = "[1,".repeat(1000);
        assert_eq!(rows(deep.as_bytes(), 9999).unwrap().close, b"]");
    }
}
