//! Finds the line of a value in a JSON document, so that a finding can point to it.

/// The line, from 1, in which the value at a JSON pointer begins. The text has one value a line and two spaces for each
/// level, as the bundle writes answers. For a value that does not exist it is the line of its parent.
pub(in crate::diagnose) fn line_of(text: &str, pointer: &str) -> u64 {
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    for (level, part) in pointer.split('/').skip(1).enumerate() {
        match below(&lines, at, 2 * (level + 1), part) {
            Some(found) => at = found,
            None => break,
        }
    }
    at as u64 + 1
}

/// The line of a member of the value that begins in line `from`.
fn below(lines: &[&str], from: usize, indent: usize, part: &str) -> Option<usize> {
    let key = format!("\"{part}\":");
    let wanted = part.parse::<usize>().ok();
    let mut number = 0;
    for (at, line) in lines.iter().enumerate().skip(from + 1) {
        let text = line.trim_start_matches(' ');
        let own = line.len() - text.len();
        if own < indent {
            return None;
        }
        if own > indent || text.starts_with(['}', ']']) {
            continue;
        }
        if text.starts_with(&key) || wanted == Some(number) {
            return Some(at);
        }
        number += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_found_in_their_lines() {
        let value = json!({"a": {"b": [{"c": 1}, {"c": 2, "d": []}], "empty": {}}, "b": 3, "c": ["x", "y"]});
        let text = serde_json::to_string_pretty(&value).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (pointer, begins) in [
            ("", "{"),
            ("/a", "\"a\": {"),
            ("/a/b/1/c", "\"c\": 2"),
            ("/a/b/1", "{"),
            ("/a/empty", "\"empty\": {}"),
            ("/b", "\"b\": 3"),
            ("/c/1", "\"y\""),
            ("/c/7", "\"c\": ["),
            ("/gone/x", "{"),
        ] {
            let line = usize::try_from(line_of(&text, pointer)).unwrap();
            assert!(
                lines[line - 1].trim_start().starts_with(begins),
                "{pointer}: {line}"
            );
        }
        assert_eq!(line_of(&text, "/a/b/1/c"), 8);
        assert_eq!(line_of("", "/x"), 1);
    }
}
