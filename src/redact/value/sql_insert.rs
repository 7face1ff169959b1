//! Rows of a database that a statement inserts: where the names of the columns tell of secrets, each row goes whole.
use crate::redact::engine::replace;
use std::ops::Range;

use super::quote::Mark;
use crate::redact::engine::redactor::Pass;
use crate::redact::rules::compiled::{Kind, RuleId};

/// How far a statement's table and its columns may reach.
const LONGEST_TABLE: usize = 200;
const LONGEST_COLUMNS: usize = 4096;

/// Words in names of columns that make a row a secret.
const TELLING: &[&[u8]] = &[
    b"passw", b"secret", b"token", b"crypted", b"digest", b"salt", b"api_key",
];

/// `insert into` at `at`.
pub(in crate::redact) fn insert_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let rule = pass.r.rules.id("sql-row");
    if at < pass.marks.rows || rule == RuleId::OFF {
        return;
    }
    let Some(mut next) = first_row(text, at) else {
        return;
    };
    let head = &text[at.saturating_sub(4096)..at];
    let line = memchr::memrchr(b'\n', head).map_or(head, |i| &head[i + 1..]);
    let inside = !memchr::memchr_iter(b'"', line).count().is_multiple_of(2);
    let kind = Kind::Secret("row".to_owned());
    loop {
        let end = row_end(text, next, inside);
        for part in lines(text, next..end) {
            if text[part.start] != b'~' {
                replace::replace(pass, &kind, part, Mark::None, None, rule);
            }
        }
        pass.marks.rows = end;
        let Some(further) = next_row(text, end) else {
            return;
        };
        next = further;
    }
}

/// Where the first row begins, behind its bracket, if the columns of the statement tell of secrets.
fn first_row(text: &[u8], at: usize) -> Option<usize> {
    let near = |from: usize, len: usize| &text[from..text.len().min(from + len)];
    let open = at + memchr::memchr2(b'(', b'\n', near(at, LONGEST_TABLE))?;
    let close = open + memchr::memchr(b')', near(open, LONGEST_COLUMNS))?;
    let names = text[open..close].to_ascii_lowercase();
    let telling = TELLING
        .iter()
        .any(|word| memchr::memmem::find(&names, word).is_some());
    let at = blanks(text, close + 1);
    let word = text.get(at..at + 6)?;
    let at = blanks(text, at + 6);
    (telling && word.eq_ignore_ascii_case(b"values") && text.get(at) == Some(&b'('))
        .then_some(at + 1)
}

/// The bracket that closes the row which begins at `at`, or where the statement was cut off. `inside` is true in a
/// string of JSON, which a quote ends.
fn row_end(text: &[u8], at: usize, inside: bool) -> usize {
    let (mut i, mut depth) = (at, 0usize);
    while let Some(b) = text.get(i) {
        match b {
            b'\'' => i = string_end(text, i + 1, b'\'', inside),
            b'"' if inside => {
                return i - text[at..i]
                    .iter()
                    .rev()
                    .take_while(|b| **b == b'\\')
                    .count();
            }
            b'"' => i = string_end(text, i + 1, b'"', false),
            b'(' => depth += 1,
            b')' if depth == 0 => return i,
            b')' => depth -= 1,
            b'\n' if depth == 0 => return i,
            _ => {}
        }
        i += 1;
    }
    text.len()
}

/// The quote that ends the string of SQL at `at`, or the byte before what ends its line.
fn string_end(text: &[u8], at: usize, quote: u8, inside: bool) -> usize {
    let mut i = at;
    while let Some(b) = text.get(i) {
        match *b {
            b'\\' => i += 1,
            b'\n' => return i - 1,
            b'"' if inside => return i - 1,
            b if b == quote => {
                if text.get(i + 1) != Some(&quote) {
                    return i;
                }
                i += 1;
            }
            _ => {}
        }
        i += 1;
    }
    text.len()
}

/// Where the row behind the one that ends at `end` begins.
fn next_row(text: &[u8], end: usize) -> Option<usize> {
    let comma = blanks(text, end + 1);
    let open = blanks(text, comma + 1);
    let more = text.get(end) == Some(&b')') && text.get(comma) == Some(&b',');
    (more && text.get(open) == Some(&b'(')).then_some(open + 1)
}

fn blanks(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let few = rest.iter().take(64);
    at + few.take_while(|b| b.is_ascii_whitespace()).count()
}

/// The lines of a place, without their ends.
fn lines(text: &[u8], span: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let start = span.start;
    let parts = text[span].split(|b| matches!(b, b'\n' | b'\r'));
    parts
        .scan(start, |at, part| {
            let begin = *at;
            *at += part.len() + 1;
            Some(begin..begin + part.len())
        })
        .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::redact::engine::redactor::Level;
    use crate::redact::rules::rules_tests::{redact, redactor};

    fn redacted(text: &str) -> String {
        redact(&redactor(Level::Standard), text)
    }

    #[test]
    fn every_row_goes_however_many_there_are() {
        let head = "INSERT INTO `users` (`id`,`login`,`crypted_password`) VALUES ";
        let rows: Vec<String> = (0..2000)
            .map(|i| format!("({i},'mlo{i}','Mar~ble)it''s\\'{i}')"))
            .collect();
        for between in [",", ", ", ",\n"] {
            let text = format!("{head}{};\nnext (line)\n", rows.join(between));
            let out = redacted(&text);
            assert!(
                !out.contains("mlo") && !out.contains("ble)"),
                "{}",
                &out[..400]
            );
            assert_eq!(out.lines().count(), text.lines().count());
            assert!(out.ends_with(";\nnext (line)\n"));
            assert_eq!(redacted(&out), out);
        }
    }

    #[test]
    fn a_statement_in_a_string_ends_with_it() {
        let text = r#"{"sql":"insert into users (password) values ('Marble')","x":"(y)"}"#;
        let out = redacted(text);
        assert!(
            !out.contains("Marble") && out.ends_with(r#")","x":"(y)"}"#),
            "{out}"
        );
        let out = redacted("insert into users (id, password) values (7, 'Marble Fin");
        assert!(!out.contains("Fin"), "{out}");
    }
}
