//! `aoc-bundle explain`: what each rule cut in a file or in one line, and why the rest stayed. What was cut
//! is never shown: the output may be pasted to support.
use std::io::Read;
use std::path::Path;

use anyhow::{Result, anyhow};
use serde_json::{Value, json};

use super::redact::unopened;
use crate::cli::args::{ExplainArgs, KindArg};
use crate::cli::exit::{Exit, Usage};
use crate::cli::output::{print, say};
use crate::collect::LIMITS;
use crate::redact::{Dialect, Explanation, Redactor};
use crate::sources::files::regular_file::{OpenError, open_regular};
use crate::sources::paths::catalogue::{Catalogue, Os};
use crate::text::{BlockReader, CutAt, Decoded};

/// Most rows in the JSON answer; more are counted.
const MOST_ROWS: usize = 10_000;
/// Longest piece of a redacted line that is shown around what is told of it.
const WIDEST: usize = 160;

pub(in crate::cli) fn run(args: &ExplainArgs) -> Result<Exit> {
    let redactor = super::redact::redactor(&args.redaction)?;
    let (file, line) = place(&args.place, |path| path.is_file());
    if line == Some(0) {
        return Err(Usage("lines are counted from 1".to_owned()).into());
    }
    let name = Path::new(&file);
    let source: Box<dyn Read> = if file == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(open_regular(name).map_err(|e| match e {
            OpenError::Vanished => {
                anyhow!("there is no such file; give FILE, FILE:LINE, or - for standard input")
            }
            e => unopened(&e),
        })?)
    };
    let (dialect, cut) = kind(args.kind, name);
    let mut blocks = BlockReader::new(Decoded::open(source)?, cut, LIMITS);
    let mut report = Report::new(args.json, &redactor);
    let mut lines = 0;
    let mut buffer = Vec::new();
    while let Some(block) = blocks.next(buffer)? {
        let count = crate::text::count_newlines(&block.bytes);
        let open = u64::from(!block.bytes.ends_with(b"\n"));
        lines = block.first_line + (count + open).saturating_sub(1);
        for held in &block.held {
            if line.is_none_or(|line| line == held.line) {
                report.held(held.line, held.bytes);
            }
        }
        if line.is_none_or(|line| (block.first_line..=lines).contains(&line)) {
            let told = redactor.explain(&block.bytes, dialect);
            report.block(&block.bytes, &told, block.first_line, line);
        }
        // A block of JSON may end inside a line, so the next may go on with it.
        if line.is_some_and(|line| line < lines) {
            break;
        }
        buffer = block.bytes;
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

/// File and line of `FILE[:LINE]`. A file that is there by the whole name is that file; a drive letter is
/// no file.
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
    // More lines than can be counted are behind the end of every file.
    (file.to_owned(), Some(line.parse().unwrap_or(u64::MAX)))
}

/// How a collection would read a file of this name: what the catalogue calls a configuration, a trace.
fn kind(kind: KindArg, file: &Path) -> (Dialect, CutAt) {
    let ends = |end: &str| {
        file.extension()
            .is_some_and(|e| e.eq_ignore_ascii_case(end))
    };
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let config = || {
        Os::ALL
            .into_iter()
            .filter_map(|os| Catalogue::load(os).ok())
            .any(|table| table.names_a_config(&name))
    };
    match kind {
        KindArg::Log => (Dialect::Log, CutAt::Lines),
        KindArg::Har => (Dialect::Log, CutAt::Har),
        KindArg::Config => (Dialect::Config, CutAt::Whole),
        KindArg::Auto if ends("har") => (Dialect::Log, CutAt::Har),
        KindArg::Auto if ends("json") => (Dialect::Log, CutAt::Json),
        KindArg::Auto if config() => (Dialect::Config, CutAt::Whole),
        KindArg::Auto => (Dialect::Log, CutAt::Lines),
    }
}

/// Writes what is told, as text at once or as one object at the end.
struct Report<'a> {
    redactor: &'a Redactor,
    json: bool,
    cuts: Vec<Value>,
    stayed: Vec<Value>,
    held: Vec<Value>,
    more: usize,
    any: bool,
}

/// One line of the answer: a row in its line.
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

    fn rows(&self, told: &Explanation) -> Vec<Row> {
        let clean = told.text.as_bytes();
        let rules = self.redactor.rules();
        let show = |range: &std::ops::Range<usize>| {
            let text = String::from_utf8_lossy(&clean[range.clone()]).into_owned();
            shorten(&text)
        };
        let cuts = told.cuts.iter().map(|c| {
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
        let stayed = told.stayed.iter().map(|s| {
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

    /// Tells of one block; `only` is the line that was asked for.
    fn block(&mut self, raw: &[u8], told: &Explanation, first: u64, only: Option<u64>) {
        let clean = told.text.as_bytes();
        let (mut line, mut start, mut shown) = (first, 0, None);
        // Columns are counted on from row to row: a line may be long and have many.
        let (mut seen, mut column) = (0, 1);
        for row in self.rows(told) {
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

    /// Tells of a line, or a value in it, that was too long to be redacted.
    fn held(&mut self, line: u64, bytes: u64) {
        self.any = true;
        if !self.json {
            print(&format!(
                "{line}: withheld: {bytes} bytes are too long to be redacted; they go nowhere"
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

/// A text for one row: long ones lose their middle.
fn shorten(text: &str) -> String {
    let count = text.chars().count();
    if count <= WIDEST {
        return visible(text);
    }
    let head: String = text.chars().take(WIDEST / 2).collect();
    let tail: String = text.chars().skip(count - WIDEST / 4).collect();
    visible(&format!("{head}…{tail}"))
}

/// The line, or the part of a long one around the first thing that is told of it.
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
    fn a_line_is_told_from_a_drive_and_from_a_name() {
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
    fn a_file_is_read_as_a_collection_would() {
        for (name, dialect) in [
            ("/opt/aspera/etc/aspera.conf", Dialect::Config),
            ("aspera-scp-transfer.log", Dialect::Log),
            ("trace.har", Dialect::Log),
            ("-", Dialect::Log),
        ] {
            assert_eq!(kind(KindArg::Auto, Path::new(name)).0, dialect, "{name}");
        }
        assert_eq!(kind(KindArg::Config, Path::new("-")).0, Dialect::Config);
    }

    #[test]
    fn nothing_of_evidence_moves_the_cursor() {
        assert_eq!(visible("a\u{1b}[2Jb"), "a\u{fffd}[2Jb");
        assert!(shorten(&"x".repeat(500)).chars().count() < 200);
    }
}
