//! Tables that a client of a database prints in the middle of other text, rows of a dump, and commands as lists of
//! elements: what they hold stands in another line than its name.
use crate::redact::engine::replace;
use crate::redact::rules::field_names;
use crate::redact::value::columns;
use crate::redact::value::field;
use std::ops::Range;

use super::columns::{cells, is_column_name, line_at};
use super::element::element;
use super::locate::{Join, Located, Value, skip_spaces, trim};
use super::quote::Mark;
use crate::redact::engine::redactor::Pass;
use crate::redact::rules::compiled::Kind;

/// Longest line that can name columns.
const LONGEST_HEADER: usize = 16 * 1024;
/// Most columns that a table has.
const MOST_COLUMNS: usize = 512;

/// `--+--` at `at`: the line under the names of the columns.
pub(in crate::redact) fn grid_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let from = at.saturating_sub(LONGEST_HEADER);
    let start = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |i| from + i + 1);
    let first = memchr::memmem::find(&text[start..at], b"--+--").is_none();
    if start == 0 || !first || text[start - 1] != b'\n' {
        return;
    }
    let rule = line_at(text, start);
    if !rule.iter().all(|b| matches!(b, b'-' | b'+' | b'|' | b' ')) {
        return;
    }
    let from = start.saturating_sub(LONGEST_HEADER);
    let header = memchr::memrchr(b'\n', &text[from..start - 1]).map_or(from, |i| from + i + 1);
    let next = start + rule.len();
    grid_rows(pass, line_at(text, header), b'|', b'|', next);
}

/// `COPY table (a, b) FROM stdin;` of a dump: the rows stand below.
pub(in crate::redact) fn copy_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let from = at.saturating_sub(LONGEST_HEADER);
    let start = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |i| from + i + 1);
    let head = &text[start..at];
    let names = memchr::memchr(b'(', head).and_then(|i| head[i + 1..].strip_suffix(b")"));
    let begins = start == 0 || text[start - 1] == b'\n';
    if let (Some(names), true) = (names, begins && head.starts_with(b"COPY ")) {
        let line = line_at(text, at).len();
        grid_rows(pass, names, b',', b'\t', at + line);
    }
}

/// The lines below `at`, as long as they are rows.
fn grid_rows(pass: &mut Pass<'_>, header: &[u8], between: u8, separator: u8, at: usize) {
    let names = cells(header, between);
    let named = names
        .iter()
        .all(|c| c.is_empty() || is_column_name(&header[c.clone()]));
    if !(2..MOST_COLUMNS).contains(&names.len()) || !named {
        return;
    }
    let columns = columns::columns(pass.r, header, &names, separator);
    if !columns.is_telling() {
        return;
    }
    let mut at = at;
    while let Some(b'\r' | b'\n') = pass.text.get(at) {
        at += if pass.text[at] == b'\r' { 2 } else { 1 };
        let line = line_at(pass.text, at);
        if memchr::memchr_iter(separator, line).count() + 1 != names.len() {
            break;
        }
        columns::row(pass, at, line, &columns, None);
        at += line.len();
    }
}

/// `-[ RECORD 1 ]---` at `at`: a name and a value in each line below.
pub(in crate::redact) fn record_at(pass: &mut Pass<'_>, at: usize) {
    let (text, r) = (pass.text, pass.r);
    if at.checked_sub(1).is_some_and(|i| text[i] != b'\n') {
        return;
    }
    let mut next = at + line_at(text, at).len();
    while let Some(b'\r' | b'\n') = text.get(next) {
        let start = next + if text[next] == b'\r' { 2 } else { 1 };
        let line = line_at(text, start);
        next = start + line.len();
        let Some(bar) = memchr::memmem::find(line, b" | ") else {
            break;
        };
        let field = field_names::field(&r.rules, line[..bar].trim_ascii());
        let span = trim(text, start + bar + 3..next);
        if let (Some(field), false) = (field, span.is_empty())
            && field.kind != Kind::Never
            && !field.strict
        {
            field::field_value(pass, field, &alone(span));
        }
    }
}

/// `<string>-W</string>` at `at`: the next element is the token.
pub(in crate::redact) fn listed_token_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let from = at.saturating_sub(32);
    let Some(open) = memchr::memrchr(b'<', &text[from..at]) else {
        return;
    };
    let tag = &text[from + open + 1..at];
    let close = at + b">-W</".len() + tag.len() + 1;
    let next = skip_spaces(text, close, true);
    let same = text[at..].starts_with(b">-W</")
        && text
            .get(next..)
            .and_then(|t| t.strip_prefix(b"<"))
            .is_some_and(|t| t.starts_with(tag));
    if !same {
        return;
    }
    if let Located::One(value) = element(text, next + 1 + tag.len()) {
        let rule = pass.r.rules.id("token-argument");
        let kind = Kind::Secret("token".to_owned());
        replace::replace(pass, &kind, value.span, Mark::Xml, None, rule);
    }
}

/// A value that fills its place.
fn alone(span: Range<usize>) -> Value {
    Value {
        span,
        mark: Mark::None,
        join: Join::Sibling,
        line_start: false,
        needs_quotes: None,
    }
}

#[cfg(test)]
mod tests {
    use crate::redact::engine::redactor::Level;
    use crate::redact::rules::rules_tests::{redact, redactor};

    fn redacted(text: &str) -> String {
        redact(&redactor(Level::Standard), text)
    }

    /// Every password begins with `Marble`, every login with `mlo`.
    #[test]
    fn tables_amid_other_text_are_read_by_their_columns() {
        let tables = [
            "+----+--------+----------+\n| id | login | password |\n+----+--------+----------+\n|  1 | mlopez | Marble Finch |\n|  2 | mlo77 | Marble-9 |\n+----+--------+----------+\n2 rows in set\n",
            " id | login  | api_token \n----+--------+-----------\n  1 | mlopez | Marble9FinchQuartz\n(1 row)\n",
            "COPY public.users (id, login, encrypted_password) FROM stdin;\n1\tmlopez\tMarble9f86d081\n2\tmlo77\tMarble8\n\\.\n",
            "-[ RECORD 1 ]------+---------\nlogin              | mlopez\nencrypted_password | Marble9f86\nid | 7\n",
            "<array>\n\t<string>-W</string>\n\t<string>Marble-Finch-9</string>\n\t<string>--user</string>\n\t<string>mlopez</string>\n</array>\n",
        ];
        for table in tables {
            let out = redacted(&format!("some log line\n{table}the next line\n"));
            assert!(!out.contains("Marble") && !out.contains("mlo"), "{out}");
            assert_eq!(out.lines().count(), table.lines().count() + 2, "{out}");
            assert!(out.ends_with("the next line\n"), "{out}");
        }
    }

    #[test]
    fn tables_of_harmless_columns_stay() {
        let table = "+----+--------+\n| id | status |\n+----+--------+\n|  1 | failed |\n+----+--------+\na--+--b\n";
        assert_eq!(redacted(table), table);
    }
}
