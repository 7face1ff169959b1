//! Tables of databases in text (`psql`, `mysql`, `COPY`, `INSERT`): the first lines name the columns, so the rows must
//! stay with them.
use super::line_ends::{LineEnds, last_line};

/// How far back the head of a table is looked for.
const TABLE: usize = 64 * 1024;

/// Where the table begins that the last line of `text` is a row of.
pub(in crate::text) fn table_start(text: &[u8], ends: LineEnds) -> Option<usize> {
    let (start, line) = last_line(text, ends);
    if line.contains(&b'|') || is_rule(line) || is_record(line) {
        return Some(grid_start(text, ends).unwrap_or(start));
    }
    let copied = line.contains(&b'\t') || is_copy(line);
    let inserted = line.starts_with(b"(") || is_insert(line);
    match (copied, inserted) {
        (true, _) => head(text, ends, is_copy, |line| line.contains(&b'\t')),
        (_, true) => head(text, ends, is_insert, |line| line.starts_with(b"(")),
        _ => None,
    }
}

/// `<string>-W</string>`: the next element is its value.
pub(in crate::text) fn names_next(line: &[u8]) -> bool {
    let body = line.trim_ascii();
    body.starts_with(b"<") && memchr::memmem::find(body, b">-").is_some()
}

fn is_rule(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"--+--").is_some()
}

fn is_record(line: &[u8]) -> bool {
    line.starts_with(b"-[ RECORD ")
}

fn is_copy(line: &[u8]) -> bool {
    line.starts_with(b"COPY ") && line.trim_ascii_end().ends_with(b"stdin;")
}

fn is_insert(line: &[u8]) -> bool {
    let near = &line[..line.len().min(12)];
    near.eq_ignore_ascii_case(b"insert into ")
}

/// The first line of the run of lines with columns at the end of `text`, if one of them is a rule.
fn grid_start(text: &[u8], ends: LineEnds) -> Option<usize> {
    let stop = text.len().saturating_sub(TABLE);
    let (mut rest, mut first, mut ruled) = (text, None, false);
    while rest.len() > stop {
        let (start, line) = last_line(rest, ends);
        let rule = is_rule(line) || is_record(line);
        if !rule && !line.contains(&b'|') {
            break;
        }
        ruled |= rule;
        first = Some(start);
        rest = rest.get(..start).unwrap_or_default();
    }
    first.filter(|_| ruled)
}

/// The line that `is_head` knows, behind which there are only rows.
fn head(
    text: &[u8],
    ends: LineEnds,
    is_head: fn(&[u8]) -> bool,
    is_row: fn(&[u8]) -> bool,
) -> Option<usize> {
    let stop = text.len().saturating_sub(TABLE);
    let mut rest = text;
    while rest.len() > stop {
        let (start, line) = last_line(rest, ends);
        if is_head(line) {
            return Some(start);
        }
        if !is_row(line) {
            return None;
        }
        rest = rest.get(..start).unwrap_or_default();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(text: &str) -> Option<usize> {
        table_start(text.as_bytes(), LineEnds::Lf).map(|at| text[..at].matches('\n').count())
    }

    #[test]
    fn a_table_begins_with_the_names_of_its_columns() {
        assert_eq!(
            start("log\n+--+--+\n| id | login |\n+--+--+\n| 1 | x |\n"),
            Some(1)
        );
        assert_eq!(start("log\n id | login\n"), Some(1));
        assert_eq!(start("log\n id | login\n----+----\n  1 | x\n"), Some(1));
        assert_eq!(start("a\nCOPY x (a, b) FROM stdin;\n1\t2\n3\t4\n"), Some(1));
        assert_eq!(start("a\nINSERT INTO x (a) VALUES\n(1),\n(2),\n"), Some(1));
        assert_eq!(start("a\n-[ RECORD 1 ]--\nid | 7\n"), Some(1));
    }

    #[test]
    fn lines_of_no_table_have_no_head() {
        for text in [
            "a line\n",
            "x\ta\ny\tb\n",
            "(a)\n",
            "+--+--+\nx | y\nend\n",
            "",
        ] {
            assert_eq!(start(text), None, "{text}");
        }
        assert_eq!(start("x | a\ny | b\n"), Some(1));
    }
}
