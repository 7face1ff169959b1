//! `aoc-bundle explain`: what redaction cuts out of a file or of one line, by which rule, and why the rest stays. It
//! never shows what was cut: the output may be pasted to support.
use std::path::Path;

use anyhow::{Result, anyhow};
use serde_json::{Value, json};

use crate::cli::args::ExplainArgs;
use crate::cli::exit::{Exit, Usage};
use crate::cli::filters::input_file::InputFile;
use crate::cli::output::{print, say};
use crate::redact::{Explanation, Redactor};

/// Most rows in the JSON answer; more are counted.
const MOST_ROWS: usize = 10_000;
/// Longest piece of a redacted line that is shown around a cut, in characters.
const WIDEST: usize = 160;

pub(in crate::cli) fn run(args: &ExplainArgs) -> Result<Exit> {
    let mut redactor = super::redact::redactor(&args.redaction)?;
    let (file, line) = place(&args.place, |path| path.is_file());
    if line == Some(0) {
        return Err(Usage("lines are counted from 1".to_owned()).into());
    }
    let path = Some(Path::new(&file)).filter(|_| file != "-");
    if path.is_some_and(|path| !path.exists()) {
        return Err(anyhow!(
            "there is no such file; give FILE, FILE:LINE, or - for standard input"
        ));
    }
    let input = InputFile {
        path,
        kind: args.kind,
    };
    input.learn(&mut redactor)?;
    let mut document = input.open()?.document;
    let mut report = Report::new(args.json, &redactor);
    let mut lines = 0;
    let mut buffer = Vec::new();
    while let Some(part) = document.next(&redactor, buffer)? {
        let block = &part.block;
        let count = crate::text::count_newlines(&block.bytes);
        let open = u64::from(!block.bytes.ends_with(b"\n"));
        lines = block.first_line + (count + open).saturating_sub(1);
        for held in &block.held {
            if line.is_none_or(|line| line == held.line) {
                report.held(held.line, held.bytes);
            }
        }
        if line.is_none_or(|line| (block.first_line..=lines).contains(&line)) {
            let explanation = part.explain(&redactor);
            report.block(&block.bytes, &explanation, block.first_line, line);
        }
        // A block of JSON may end inside a line, so the next may go on with it.
        if line.is_some_and(|line| line < lines) {
            break;
        }
        buffer = part.block.bytes;
    }
    if let Some(line) = line
        && line > lines
    {
        let what = match lines {
            0 => "nothing in it".to_owned(),
            1 => "1 line only".to_owned(),
            n => format!("{n} lines only"),
        };
        return Err(Usage(format!("there is no line {line}: the text has {what}")).into());
    }
    report.finish();
    Ok(Exit::Complete)
}

/// File and line of `FILE[:LINE]`. If a file has the whole text as its name, it is that file; a drive letter (`C:12`) is
/// not taken for a file.
fn place(typed: &str, exists: impl Fn(&Path) -> bool) -> (String, Option<u64>) {
    let whole = (typed.to_owned(), None);
    if typed == "-" || exists(Path::new(typed)) {
        return whole;
    }
    let Some((file, line)) = typed.rsplit_once(':') else {
        return whole;
    };
    let drive = file.len() == 1 && file.as_bytes()[0].is_ascii_alphabetic();
    let digits = !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit());
    if file.is_empty() || !digits || drive && !exists(Path::new(file)) {
        return whole;
    }
    // A number that is too large is behind the end of every file.
    (file.to_owned(), Some(line.parse().unwrap_or(u64::MAX)))
}

/// Writes the answer, as text at once or as one JSON object at the end.
struct Report<'a> {
    redactor: &'a Redactor,
    json: bool,
    cuts: Vec<Value>,
    stayed: Vec<Value>,
    held: Vec<Value>,
    more: usize,
    any: bool,
}

/// One row of the answer: a cut, or something that stayed.
struct Row {
    raw: usize,
    put: std::ops::Range<usize>,
    text: String,
    value: Value,
    cut: bool,
}

impl<'a> Report<'a> {
    fn new(json: bool, redactor: &'a Redactor) -> Self {
        Self {
            redactor,
            json,
            cuts: Vec::new(),
            stayed: Vec::new(),
            held: Vec::new(),
            more: 0,
            any: false,
        }
    }

    fn rows(&self, explanation: &Explanation) -> Vec<Row> {
        let clean = explanation.text.as_bytes();
        let rules = self.redactor.rules();
        let show = |range: &std::ops::Range<usize>| {
            let text = String::from_utf8_lossy(&clean[range.clone()]).into_owned();
            shorten(&text)
        };
        let cuts = explanation.cuts.iter().map(|c| {
            let (rule, put) = (rules.name(c.rule), show(&c.put));
            let inside: Vec<&str> = c.inside.iter().map(|r| rules.name(*r)).collect();
            let opened = if inside.is_empty() {
                String::new()
            } else {
                format!(", opened: {} inside", inside.join(", "))
            };
            Row {
                raw: c.at.start,
                put: c.put.clone(),
                text: format!(
                    "cut by {rule}: {put} (was {}, {} bytes, {}{opened})",
                    c.shape,
                    c.at.len(),
                    c.notation
                ),
                value: json!({ "rule": rule, "put": put, "shape": c.shape, "bytes": c.at.len(), "notation": c.notation, "inside": inside }),
                cut: true,
            }
        });
        let stayed = explanation.stayed.iter().map(|s| {
            let text = show(&s.put);
            Row {
                raw: s.at.start,
                put: s.put.clone(),
                text: format!("kept: {text} ({}): {}", s.shape, s.reason.text()),
                value: json!({ "text": text, "shape": s.shape, "reason": s.reason.id(), "why": s.reason.text() }),
                cut: false,
            }
        });
        let mut rows: Vec<Row> = cuts.chain(stayed).collect();
        rows.sort_by_key(|row| row.put.start);
        rows
    }

    /// Writes the rows of one block that begins in line `first`; `only` is the line that was asked for.
    fn block(&mut self, raw: &[u8], explanation: &Explanation, first: u64, only: Option<u64>) {
        let clean = explanation.text.as_bytes();
        let (mut line, mut start, mut shown) = (first, 0, None);
        // Columns are counted from row to row: a long line may have many rows.
        let (mut seen, mut column) = (0, 1);
        for row in self.rows(explanation) {
            while let Some(end) = memchr::memchr(b'\n', raw.get(start..row.raw).unwrap_or_default())
            {
                start += end + 1;
                line += 1;
                (seen, column) = (start, 1);
            }
            if row.raw > seen {
                column += String::from_utf8_lossy(&raw[seen..row.raw]).chars().count();
                seen = row.raw;
            }
            if only.is_some_and(|only| only != line) {
                continue;
            }
            self.any = true;
            if self.json {
                self.keep(row, line, column);
                continue;
            }
            if shown != Some(line) {
                let begin = memchr::memrchr(b'\n', &clean[..row.put.start]).map_or(0, |i| i + 1);
                let end = memchr::memchr(b'\n', &clean[begin..]).map_or(clean.len(), |i| begin + i);
                print(&format!(
                    "{line}: {}",
                    window(&clean[begin..end], row.put.start - begin)
                ));
                shown = Some(line);
            }
            print(&format!("  column {column}: {}", row.text));
        }
    }

    /// Writes a row for a line, or a value in it, that is too long to be redacted.
    fn held(&mut self, line: u64, bytes: u64) {
        self.any = true;
        if !self.json {
            print(&format!(
                "{line}: withheld: {bytes} bytes are too long to be redacted"
            ));
        } else if self.held.len() < MOST_ROWS {
            self.held.push(json!({ "line": line, "bytes": bytes }));
        } else {
            self.more += 1;
        }
    }

    fn keep(&mut self, row: Row, line: u64, column: usize) {
        if self.cuts.len() + self.stayed.len() >= MOST_ROWS {
            self.more += 1;
            return;
        }
        let mut value = row.value;
        if let Some(fields) = value.as_object_mut() {
            fields.insert("line".to_owned(), line.into());
            fields.insert("column".to_owned(), column.into());
        }
        if row.cut {
            self.cuts.push(value);
        } else {
            self.stayed.push(value);
        }
    }

    fn finish(self) {
        if self.json {
            let answer = json!({
                "rule_set": self.redactor.rule_set(),
                "cuts": self.cuts,
                "kept": self.stayed,
                "withheld": self.held,
                "more": self.more,
            });
            print(&answer.to_string());
        } else if !self.any {
            say("nothing was cut, and nothing that stays looks suspicious");
        }
    }
}

/// A text for one row, without its middle if it is long.
fn shorten(text: &str) -> String {
    let count = text.chars().count();
    if count <= WIDEST {
        return visible(text);
    }
    let head: String = text.chars().take(WIDEST / 2).collect();
    let tail: String = text.chars().skip(count - WIDEST / 4).collect();
    visible(&format!("{head}…{tail}"))
}

/// The line, or the part of a long one around its first row.
fn window(line: &[u8], at: usize) -> String {
    let from = at.saturating_sub(WIDEST / 2);
    let to = line.len().min(at + WIDEST * 2);
    let text = String::from_utf8_lossy(&line[from..to]);
    let head = if from > 0 { "…" } else { "" };
    let tail = if to < line.len() { "…" } else { "" };
    visible(&format!("{head}{}{tail}", text.trim_end()))
}

/// Control characters of evidence must not reach the terminal.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\t' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_number_is_not_confused_with_a_drive_or_a_name() {
        let there = |names: &'static [&'static str]| {
            move |path: &Path| names.iter().any(|n| Path::new(n) == path)
        };
        for (typed, names, file, line) in [
            ("x.log", &[][..], "x.log", None),
            ("x.log:12", &["x.log"][..], "x.log", Some(12)),
            ("x.log:12", &["x.log:12"][..], "x.log:12", None),
            ("x.log:12:3", &["x.log:12"][..], "x.log:12", Some(3)),
            (r"C:\x.log:12", &[][..], r"C:\x.log", Some(12)),
            (r"C:\x.log", &[][..], r"C:\x.log", None),
            ("C:12", &[][..], "C:12", None),
            ("C:12", &["C"][..], "C", Some(12)),
            (r"\\?\C:\x.log:7", &[][..], r"\\?\C:\x.log", Some(7)),
            ("-", &[][..], "-", None),
            ("-:5", &[][..], "-", Some(5)),
            (":5", &[][..], ":5", None),
            ("x.log:", &[][..], "x.log:", None),
            ("x.log:0", &[][..], "x.log", Some(0)),
            (
                "x.log:99999999999999999999",
                &[][..],
                "x.log",
                Some(u64::MAX),
            ),
        ] {
            assert_eq!(
                place(typed, there(names)),
                (file.to_owned(), line),
                "{typed}"
            );
        }
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(visible("a\u{1b}[2Jb"), "a\u{fffd}[2Jb");
        assert!(shorten(&"x".repeat(500)).chars().count() < 200);
    }
}
