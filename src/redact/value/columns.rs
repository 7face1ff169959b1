//! Tables: a header line names the columns, and the values under a sensitive name stand in other lines,
//! perhaps in other blocks. The one who reads a file goes through its blocks in order and asks [`Tables`]
//! what each block needs to know; the blocks themselves may then be redacted in any order.
use crate::redact::engine::replace;
use crate::redact::rules::field_names;
use crate::redact::value::field;
use std::ops::Range;
use std::sync::Arc;

use super::locate::{Join, Value};
use super::quote::Mark;
use crate::redact::engine::redactor::{Level, Pass, Redactor};
use crate::redact::rules::compiled::Kind;

/// Longest name of a column.
const LONGEST_NAME: usize = 64;
/// Longest header line that is looked at.
const LONGEST_HEADER: usize = 16 * 1024;
/// What a header of the W3C's extended log format begins with.
const FIELDS: &[u8] = b"#Fields:";

/// What a file of that format begins with.
const DIRECTIVES: [&[u8]; 6] = [
    FIELDS,
    b"#Software:",
    b"#Version:",
    b"#Date:",
    b"#Start-Date:",
    b"#Remark:",
];

/// The sensitive columns of a table: place and index of the field's rule.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::redact) struct Columns {
    separator: u8,
    /// Cells of a whole row.
    count: usize,
    sensitive: Vec<(usize, usize)>,
}

/// What a block must know of the table that it is a part of.
#[derive(Clone, Debug)]
pub struct Rows {
    columns: Arc<Columns>,
    /// The block's first line is the header.
    header: bool,
    /// Lines of `#Fields:` may name the columns anew.
    directives: bool,
    /// The column of the quoted cell that the block's first line goes on with.
    open: Option<usize>,
}

/// The columns of one file, carried from block to block in the order of the file.
#[derive(Debug, Default)]
pub struct Tables {
    begun: bool,
    directives: bool,
    columns: Arc<Columns>,
    open: Option<usize>,
}

impl Tables {
    /// What the next block of the file must know, if the file is a table with sensitive columns.
    pub fn rows(&mut self, redactor: &Redactor, block: &[u8]) -> Option<Rows> {
        let first = !std::mem::replace(&mut self.begun, true);
        if first {
            self.directives = DIRECTIVES.iter().any(|d| block.starts_with(d));
            if !self.directives {
                self.columns = Arc::new(header(redactor, block).unwrap_or_default());
            }
        }
        let rows = Rows {
            columns: Arc::clone(&self.columns),
            header: first && !self.directives,
            directives: self.directives,
            open: self.open,
        };
        if !self.directives && !rows.columns.sensitive.is_empty() {
            self.open = rows.columns.open_after(block, rows.header, self.open);
        }
        if self.directives
            && let Some(at) = memchr::memmem::rfind(block, FIELDS)
            && (at == 0 || block[at - 1] == b'\n')
        {
            self.columns = Arc::new(directive(redactor, line_at(block, at)));
        }
        (self.directives || !rows.columns.sensitive.is_empty()).then_some(rows)
    }
}

/// The columns that the first line of a file names, if all its cells are names and the next line has as many.
fn header(redactor: &Redactor, block: &[u8]) -> Option<Columns> {
    let block = block.strip_prefix(b"\xef\xbb\xbf").unwrap_or(block);
    let line = line_at(block, 0);
    if line.len() > LONGEST_HEADER {
        return None;
    }
    let separator = [b'\t', b';', b',', b'|']
        .into_iter()
        .max_by_key(|s| memchr::memchr_iter(*s, line).count())?;
    let names = cells(line, separator);
    let next = memchr::memchr(b'\n', block).map_or(&b""[..], |i| line_at(block, i + 1));
    let row = cells(next, separator);
    let goes_on = row.len() <= names.len() && is_open(next, &row);
    let fits = next.is_empty() || row.len() == names.len() || goes_on;
    let named = names.iter().all(|c| is_column_name(&line[c.clone()]));
    (names.len() > 1 && fits && named).then(|| columns(redactor, line, &names, separator))
}

/// The columns of a line of `#Fields:`.
fn directive(redactor: &Redactor, line: &[u8]) -> Columns {
    let names = line.get(FIELDS.len()..).unwrap_or_default();
    let names = names.trim_ascii();
    columns(redactor, names, &cells(names, b' '), b' ')
}

pub(in crate::redact) fn columns(
    redactor: &Redactor,
    line: &[u8],
    names: &[Range<usize>],
    separator: u8,
) -> Columns {
    let mut sensitive: Vec<(usize, usize)> = names
        .iter()
        .enumerate()
        .filter_map(|(i, name)| {
            let name = &line[name.clone()];
            // `cs(Cookie)` is the cookie that the client sent.
            let inner = name
                .iter()
                .position(|b| *b == b'(')
                .and_then(|open| name[open + 1..].strip_suffix(b")"));
            let at = field_names::field_index(&redactor.rules, inner.unwrap_or(name))?;
            let field = redactor.rules.fields.get(at)?;
            let wanted =
                field.kind != Kind::Never && (!field.strict || redactor.level == Level::Strict);
            wanted.then_some((i, at))
        })
        .collect();
    named_people(redactor, line, names, &mut sensitive);
    Columns {
        separator,
        count: names.len(),
        sensitive,
    }
}

/// `name` alone says little; beside a column of e-mail addresses it is somebody's.
fn named_people(
    redactor: &Redactor,
    line: &[u8],
    names: &[Range<usize>],
    sensitive: &mut Vec<(usize, usize)>,
) {
    let is_email = |(_, at): &(usize, usize)| {
        let field = redactor.rules.fields.get(*at);
        field.is_some_and(|f| f.kind == Kind::Email)
    };
    let Some(person) = field_names::field_index(&redactor.rules, b"person_name") else {
        return;
    };
    if sensitive.iter().any(is_email) {
        let named = names
            .iter()
            .enumerate()
            .filter(|(_, name)| line[(*name).clone()].eq_ignore_ascii_case(b"name"));
        sensitive.extend(named.map(|(column, _)| (column, person)));
    }
}

impl Columns {
    /// True if any column is sensitive.
    pub(in crate::redact) fn is_telling(&self) -> bool {
        !self.sensitive.is_empty()
    }

    /// The cells of a line with their columns, and the column of the quoted cell that goes on in the next line;
    /// `open` is that of the line before. A line that is a whole row is one, so that a stray quote does no harm.
    fn place(
        &self,
        line: &[u8],
        open: Option<usize>,
    ) -> (Vec<(usize, Range<usize>)>, Option<usize>) {
        let fresh = cells(line, self.separator);
        let whole = fresh.len() == self.count && !is_open(line, &fresh);
        let (mut placed, from) = match open.filter(|_| !whole) {
            None => (Vec::new(), 0),
            Some(column) => {
                let end = quoted_end(line, 0);
                let cell = (column, 0..end);
                let rest = memchr::memchr(self.separator, &line[end..]).map(|i| end + i + 1);
                match rest {
                    Some(rest) if end < line.len() => (vec![cell], rest),
                    _ => return (vec![cell], (end == line.len()).then_some(column)),
                }
            }
        };
        let first = placed.last().map_or(0, |(column, _)| column + 1);
        let rest = cells(&line[from..], self.separator);
        let last = first + rest.len() - 1;
        let goes_on = self.separator != b' ' && is_open(&line[from..], &rest) && last < self.count;
        let moved = rest.into_iter().zip(first..);
        placed.extend(moved.map(|(cell, column)| (column, from + cell.start..from + cell.end)));
        (placed, goes_on.then_some(last))
    }

    /// The column of the quoted cell that is open behind a block.
    fn open_after(&self, block: &[u8], header: bool, open: Option<usize>) -> Option<usize> {
        let (mut open, mut at) = (open, 0);
        while at < block.len() {
            if !(header && at == 0) {
                open = self.place(line_at(block, at), open).1;
            }
            at += memchr::memchr(b'\n', &block[at..]).map_or(block.len() - at, |i| i + 1);
        }
        open
    }
}

/// True if the last cell of a line has a quote before it and none behind.
fn is_open(line: &[u8], cells: &[Range<usize>]) -> bool {
    cells.last().is_some_and(|cell| {
        cell.end == line.len() && cell.start > 0 && line[cell.start - 1] == b'"'
    })
}

/// Where the content of a quoted cell ends that goes on at `at`: at its quote, or with the line.
fn quoted_end(line: &[u8], at: usize) -> usize {
    let mut end = at;
    while end < line.len() {
        if line[end] == b'"' {
            if line.get(end + 1) != Some(&b'"') {
                break;
            }
            end += 1;
        }
        end += 1;
    }
    end.min(line.len())
}

/// The cells of the sensitive columns.
pub(in crate::redact) fn rows(pass: &mut Pass<'_>, rows: &Rows) {
    let text = pass.text;
    let mut columns = Arc::clone(&rows.columns);
    let mut open = rows.open;
    let mut at = 0;
    while at < text.len() {
        let line = line_at(text, at);
        if rows.directives && line.starts_with(FIELDS) {
            columns = Arc::new(directive(pass.r, line));
        } else if !(rows.header && at == 0 || rows.directives && line.starts_with(b"#")) {
            open = row(pass, at, line, &columns, open);
        }
        at += memchr::memchr(b'\n', &text[at..]).map_or(text.len() - at, |i| i + 1);
    }
}

/// The cells of one line; gives the column of the cell that goes on in the next.
pub(in crate::redact) fn row(
    pass: &mut Pass<'_>,
    start: usize,
    line: &[u8],
    columns: &Columns,
    open: Option<usize>,
) -> Option<usize> {
    if columns.sensitive.is_empty() || line.is_empty() {
        return open;
    }
    let (cells, open) = columns.place(line, open);
    let r = pass.r;
    for (place, field) in &columns.sensitive {
        let cell = cells.iter().find(|(column, _)| column == place);
        let (Some((_, cell)), Some(field)) = (cell, r.rules.fields.get(*field)) else {
            continue;
        };
        let span = start + cell.start..start + cell.end;
        let raw = &pass.text[span.clone()];
        if raw.is_empty() || raw == b"-" {
            continue;
        }
        // A header in a cell has no line to end it.
        if matches!(
            field.kind,
            Kind::Cookie | Kind::Cookies | Kind::CookieList | Kind::Authorization
        ) {
            let kind = Kind::Secret("cookie".to_owned());
            replace::replace(pass, &kind, span, Mark::None, None, field.id);
            continue;
        }
        let value = Value {
            span,
            mark: Mark::None,
            join: Join::Sibling,
            line_start: false,
            needs_quotes: None,
        };
        field::field_value(pass, field, &value);
    }
    open
}

/// The line that begins at `at`, without its end.
pub(in crate::redact) fn line_at(text: &[u8], at: usize) -> &[u8] {
    let rest = text.get(at..).unwrap_or_default();
    let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    let line = &rest[..len];
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The cells of a line, without blanks and quotes around them. Two quotes in a quoted cell are one of its
/// content.
pub(in crate::redact) fn cells(line: &[u8], separator: u8) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = 0;
    loop {
        let start = at + line[at..].iter().take_while(|b| **b == b' ').count();
        let start = if separator == b' ' { at } else { start };
        let (span, next) = if line.get(start) == Some(&b'"') {
            let end = quoted_end(line, start + 1);
            let next = memchr::memchr(separator, &line[end..]).map(|i| end + i);
            (start + 1..end, next)
        } else {
            let next = memchr::memchr(separator, &line[at..]).map(|i| at + i);
            let end = next.unwrap_or(line.len());
            let blanks = line[at..end]
                .iter()
                .rev()
                .take_while(|b| **b == b' ')
                .count();
            let end = end - blanks;
            (start.min(end)..end, next)
        };
        out.push(span);
        match next {
            Some(separator) => at = separator + 1,
            None => return out,
        }
    }
}

/// True for a text that can be the name of a column, and is no value.
pub(in crate::redact) fn is_column_name(name: &[u8]) -> bool {
    name.len() <= LONGEST_NAME
        && name
            .first()
            .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80)
        && name.iter().all(|b| {
            b.is_ascii_alphanumeric()
                || matches!(b, b'_' | b'-' | b'.' | b' ' | b'(' | b')' | b'/' | b'#')
                || *b >= 0x80
        })
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
