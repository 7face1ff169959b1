//! The rows of a long list behind its first ones. The last rows stay, since lists often end with what is newest, and so
//! do rows that report a failure, within a limit in bytes. They are read while they stream.
use std::collections::VecDeque;

use memchr::memmem::Finder;

use super::first_rows::{Rows, unit};
use crate::text::json::path::opening;
use crate::text::json::scan::table;

/// Brackets that may be open.
const DEEPEST: usize = 64;

/// The bytes that mean something outside the strings of the JSON.
const SIGNS: [bool; 256] = table(b"\\{[}],");

/// How many bytes may stay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Of rows that report a failure, and as much again of the last ones.
    pub(super) rows: usize,
    /// What follows the list.
    pub(super) rest: usize,
}

/// Reads the rows of a list, byte by byte as the string has them.
#[derive(Debug)]
pub(super) struct LastRows {
    limits: Limits,
    open: Vec<u8>,
    /// Brackets open in the list itself.
    level: usize,
    quoted: bool,
    /// Of the JSON: a backslash came before.
    escaped: bool,
    /// Of the string that the JSON stands in: the begin of an escape.
    unit: Vec<u8>,
    /// The row under way, or what follows the list.
    row: Vec<u8>,
    /// It is longer than may stay.
    too_long: bool,
    /// The list has ended.
    ended: bool,
    /// It is no JSON, or has too much in it.
    over: bool,
    failures: Vec<u8>,
    last: VecDeque<Vec<u8>>,
    last_len: usize,
    failed: Finder<'static>,
    error: Finder<'static>,
}

impl LastRows {
    /// Goes on behind the comma at which `first` was cut.
    pub(super) fn new(first: &Rows, limits: Limits) -> Self {
        Self {
            limits,
            open: first.close.iter().rev().map(|b| opening(*b)).collect(),
            level: first.close.len(),
            quoted: false,
            escaped: false,
            unit: Vec::new(),
            row: Vec::new(),
            too_long: false,
            ended: false,
            over: false,
            failures: Vec::new(),
            last: VecDeque::new(),
            last_len: 0,
            failed: Finder::new("failed"),
            error: Finder::new("error"),
        }
    }

    /// Takes the next bytes of the string.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        // What lies before is in the row.
        let mut from = 0;
        let mut at = 0;
        while !self.over {
            if self.unit.is_empty() {
                let rest = bytes.get(at..).unwrap_or_default();
                let plain = match self.quoted {
                    true => memchr::memchr(b'\\', rest),
                    false => rest.iter().position(|b| SIGNS[usize::from(*b)]),
                };
                self.escaped &= plain == Some(0) || rest.is_empty();
                at += plain.unwrap_or(rest.len());
            }
            let Some(&byte) = bytes.get(at) else { break };
            at += 1;
            if self.unit.is_empty() && byte != b'\\' {
                self.bracket(byte, &bytes[from..at], at, &mut from);
                continue;
            }
            self.unit.push(byte);
            if let Some((letter, _)) = unit(&self.unit) {
                self.unit.clear();
                self.letter(letter);
            }
        }
        self.keep(bytes.get(from..).unwrap_or_default());
    }

    /// Takes a bracket or comma outside strings; `before` is what is not in the row yet, the sign included.
    fn bracket(&mut self, sign: u8, before: &[u8], at: usize, from: &mut usize) {
        let in_list = !self.ended && self.open.len() == self.level;
        let row = &before[..before.len() - 1];
        match sign {
            b'{' | b'[' if self.open.len() < DEEPEST => self.open.push(sign),
            b'{' | b'[' => self.over = true,
            b',' if in_list => {
                self.keep(row);
                self.end_row();
                *from = at;
            }
            b',' => {}
            _ => {
                if in_list {
                    self.keep(row);
                    self.end_row();
                    self.ended = true;
                    *from = at - 1;
                }
                self.over |= self.open.pop() != Some(opening(sign));
            }
        }
    }

    /// Takes a letter that was written as an escape.
    fn letter(&mut self, letter: u8) {
        if self.quoted {
            self.quoted = self.escaped || letter != b'"';
            self.escaped = !self.escaped && letter == b'\\';
        } else if letter == b'"' {
            self.quoted = true;
        } else {
            // No program escapes brackets and commas: this is something else.
            self.over |= SIGNS[usize::from(letter)];
        }
    }

    /// Takes what belongs to the row, or follows the list.
    fn keep(&mut self, bytes: &[u8]) {
        let limits = match self.ended {
            true => self.limits.rest,
            false => self.limits.rows,
        };
        self.too_long |= self.row.len() + bytes.len() > limits;
        // So much text behind the list: it was not the outermost one.
        self.over |= self.ended && self.too_long;
        if !self.too_long {
            self.row.extend_from_slice(bytes);
        }
    }

    fn end_row(&mut self) {
        if std::mem::take(&mut self.too_long) || self.row.trim_ascii().is_empty() {
            return self.row.clear();
        }
        self.last_len += self.row.len() + 1;
        self.last.push_back(std::mem::take(&mut self.row));
        while self.last_len > self.limits.rows {
            let Some(mut row) = self.last.pop_front() else {
                break;
            };
            self.last_len -= row.len() + 1;
            if self.failures.len() + row.len() < self.limits.rows && self.reports_failure(&row) {
                self.failures.push(b',');
                self.failures.extend_from_slice(&row);
            }
            row.clear();
            self.row = row;
        }
    }

    /// `"status":"failed"`, `"failed":true`, `"status":"error"`, an `error_code` and an `error_message` that say
    /// something, as JSON in a string is written.
    fn reports_failure(&self, row: &[u8]) -> bool {
        let value = |at: usize| row[..at].ends_with(b":\\\"") || row[..at].ends_with(b": \\\"");
        let failed = self.failed.find_iter(row).any(|at| {
            let behind = row[at + 6..].strip_prefix(b"\\\"");
            behind.is_some_and(|behind| value(at) || says(behind, b":", |v| v.starts_with(b"true")))
        });
        failed
            || self.error.find_iter(row).any(|at| {
                let behind = &row[at + 5..];
                let number = |v: &[u8]| matches!(v.first(), Some(b'1'..=b'9' | b'-'));
                let text = |v: &[u8]| v.starts_with(b"\\\"") && !v.starts_with(b"\\\"\\\"");
                behind.starts_with(b"\\\"") && value(at)
                    || says(behind, b"_code\\\":", |v| number(v) || text(v))
                    || says(behind, b"_message\\\":", text)
            })
    }

    /// The rows that stay, each behind a comma; what closes the document, if all of it was seen.
    pub(super) fn finish(self) -> (Vec<u8>, Option<Vec<u8>>) {
        let mut out = self.failures;
        for row in &self.last {
            out.push(b',');
            out.extend_from_slice(row);
        }
        let whole = self.ended && !self.over && self.open.is_empty() && !self.quoted;
        (out, whole.then_some(self.row))
    }
}

/// True if `text` begins with `name`, and `test` holds for what follows.
fn says(text: &[u8], name: &[u8], test: impl Fn(&[u8]) -> bool) -> bool {
    let value = text.strip_prefix(name);
    value.is_some_and(|value| test(value.trim_ascii_start()))
}
