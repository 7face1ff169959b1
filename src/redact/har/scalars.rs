//! All strings and numbers of a JSON text, also of one that is torn: for cuts in text whose walk is over.
use std::ops::Range;

use super::cursor::{blank, string_end};

/// A string, a number or a word.
#[derive(Clone, Debug)]
pub(in crate::redact) struct Scalar {
    /// Its place; of a string, what stands between the quotes.
    pub(in crate::redact) span: Range<usize>,
    pub(in crate::redact) quoted: bool,
    /// True for the name of a member.
    pub(in crate::redact) is_name: bool,
    /// The name before it; empty in lists of strings.
    pub(in crate::redact) name: Box<[u8]>,
    /// Number of the outermost element that it stands in.
    pub(in crate::redact) element: usize,
    /// Its own number.
    pub(in crate::redact) index: usize,
}

/// The scalars of a text that begins outside a string, in order. A string without an end ends with its line.
pub(in crate::redact) fn scalars(text: &[u8]) -> Vec<Scalar> {
    let mut all = Vec::new();
    let (mut depth, mut element, mut name) = (0_i64, 0, Box::default());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                let rest = &text[at + 1..];
                let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                let end = string_end(text, at).unwrap_or(at + 1 + line);
                let is_name = text.get(blank(text, end + 1)) == Some(&b':');
                let scalar = Scalar {
                    span: at + 1..end,
                    quoted: true,
                    is_name,
                    name: std::mem::take(&mut name),
                    element,
                    index: all.len(),
                };
                if is_name {
                    name = text[scalar.span.clone()].into();
                }
                all.push(scalar);
                at = end + 1;
                continue;
            }
            b'{' | b'[' => {
                depth += 1;
                name = Box::default();
            }
            b'}' | b']' => depth -= 1,
            b',' if depth <= 0 => element += 1,
            b',' | b':' => {}
            b if b.is_ascii_whitespace() => {}
            _ => {
                let ends =
                    |b: &u8| matches!(b, b',' | b'}' | b']' | b'"') || b.is_ascii_whitespace();
                let rest = &text[at..];
                let len = rest.iter().position(ends).unwrap_or(rest.len()).max(1);
                all.push(Scalar {
                    span: at..at + len,
                    quoted: false,
                    is_name: false,
                    name: std::mem::take(&mut name),
                    element,
                    index: all.len(),
                });
                at += len;
                continue;
            }
        }
        at += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_numbers_and_names_are_told_apart_with_their_elements() {
        let text = br#",{"a": "x\"y", "b": [1, true, "z"]}, {"c": {"d": -1.5e3}}"#;
        let told: Vec<(String, bool, bool, String, usize)> = scalars(text)
            .into_iter()
            .map(|s| {
                let own = String::from_utf8_lossy(&text[s.span.clone()]).into_owned();
                let name = String::from_utf8_lossy(&s.name).into_owned();
                (own, s.quoted, s.is_name, name, s.element)
            })
            .collect();
        let want = [
            ("a", true, true, "", 1),
            (r#"x\"y"#, true, false, "a", 1),
            ("b", true, true, "", 1),
            ("1", false, false, "", 1),
            ("true", false, false, "", 1),
            ("z", true, false, "", 1),
            ("c", true, true, "", 2),
            ("d", true, true, "", 2),
            ("-1.5e3", false, false, "d", 2),
        ];
        let want: Vec<_> = want
            .map(|(own, quoted, is_name, name, element)| {
                (own.to_owned(), quoted, is_name, name.to_owned(), element)
            })
            .into();
        assert_eq!(told, want);
    }

    #[test]
    fn torn_text_is_read_to_its_end() {
        for text in ["\"open", "{\"a\":\"x\ny\":1", "]]}}", "\\\"", "\"\\"] {
            let all = scalars(text.as_bytes());
            assert!(all.iter().all(|s| s.span.end <= text.len()), "{text}");
        }
    }
}
