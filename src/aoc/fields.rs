//! Fields of JSON found without parsing it: `"package_id":"…"` in an answer, in a transfer spec, or in one
//! that is written as text inside another.

/// Longest value that is taken.
const LONGEST: usize = 200;

/// The values of a field, in order of appearance: text without escapes, and numbers.
pub fn values<'t>(text: &'t str, key: &'t str) -> impl Iterator<Item = &'t str> {
    memchr::memmem::find_iter(text.as_bytes(), key.as_bytes())
        .map(move |at| (at, at + key.len()))
        .filter_map(move |(start, end)| value(text, start, end))
}

/// The first value of a field.
#[must_use]
pub fn first<'t>(text: &'t str, key: &'t str) -> Option<&'t str> {
    values(text, key).next()
}

fn value(text: &str, start: usize, end: usize) -> Option<&str> {
    let quoted = text.get(..start)?.ends_with('"');
    let rest = text
        .get(end..)?
        .trim_start_matches('\\')
        .strip_prefix('"')?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    let number = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if number > 0 {
        return quoted.then(|| rest.get(..number))?;
    }
    let bare = rest.trim_start_matches('\\');
    let escapes = rest.len() - bare.len();
    let rest = bare.strip_prefix('"')?;
    let (value, end) = rest.split_at(rest.find(['"', '\\'])?);
    // The quote that ends it is escaped as the one before it; a value with escapes of its own is none.
    let closed = end.bytes().take_while(|b| *b == b'\\').count() == escapes
        && end.as_bytes().get(escapes) == Some(&b'"');
    (quoted && closed && (1..=LONGEST).contains(&value.len())).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_in_every_spelling_and_nowhere_else() {
        let cases: [(&str, &[&str]); 10] = [
            (r#"{"package_id":"a\"b"}"#, &[]),
            (r#"{"package_id":"a\u00e9b"}"#, &[]),
            (r#"{"package_id":"aB1"}"#, &["aB1"]),
            (
                r#"{"package_id" : 77, "x":{"package_id":"b"}}"#,
                &["77", "b"],
            ),
            (r#"{\"package_id\": \"aB1\"}"#, &["aB1"]),
            (r#"{\\\"package_id\\\":\\\"aB1\\\"}"#, &["aB1"]),
            (r#"{"package_id":null}"#, &[]),
            (r#"{"my_package_id":"x"}"#, &[]),
            (r#"{"package_id":""}"#, &[]),
            (r#"package_id":"x" {"package_id":{"a":1}}"#, &[]),
        ];
        for (text, wanted) in cases {
            let found: Vec<&str> = values(text, "package_id").collect();
            assert_eq!(found, wanted, "{text}");
        }
    }
}
