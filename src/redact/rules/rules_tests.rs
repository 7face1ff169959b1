//! Every row of the rule table is held to its own lines.
use std::sync::Arc;

use serde::Deserialize;

use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::engine::anchors::STEMS;
use crate::redact::*;

#[derive(Deserialize)]
struct Table {
    field: Vec<Row>,
    shape: Vec<Row>,
    walker: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    ends: Vec<String>,
    #[serde(default)]
    lists: Vec<String>,
    level: Option<String>,
    catch: Vec<String>,
    leave: Vec<String>,
}

fn table() -> Table {
    toml::from_str(include_str!("rules.toml")).unwrap()
}

pub(in crate::redact) fn redactor(level: Level) -> Redactor {
    Redactor::new(
        Arc::new(Rules::builtin().unwrap()),
        Pseudonyms::new(&Key::new([3; 32])),
        level,
    )
}

pub(in crate::redact) fn redact(r: &Redactor, text: &str) -> String {
    let out = r.block(text.as_bytes(), Dialect::Log, &mut Tally::default());
    String::from_utf8_lossy(out.as_bytes()).into_owned()
}

/// What becomes of a text between two other lines; those stay as they are.
fn redact_between(r: &Redactor, text: &str, end: &str) -> String {
    let (head, tail) = (
        format!("LOG first line{end}"),
        format!("{end}LOG last line{end}"),
    );
    let out = redact(r, &format!("{head}{text}{tail}"));
    let inner = out.strip_prefix(&head).and_then(|o| o.strip_suffix(&tail));
    inner.unwrap_or(&out).to_owned()
}

/// The marked values of a line, and the line without its marks.
pub(in crate::redact) fn unmark(line: &str) -> (Vec<String>, String) {
    let values = line
        .split('«')
        .skip(1)
        .map(|part| part.split('»').next().unwrap().to_owned())
        .collect();
    (values, line.replace(['«', '»'], ""))
}

#[test]
fn every_row_catches_its_lines_and_leaves_its_near_misses() {
    let (standard, strict) = (redactor(Level::Standard), redactor(Level::Strict));
    let table = table();
    let mut wrong = Vec::new();
    for row in table.field.iter().chain(&table.shape).chain(&table.walker) {
        let r = if row.level.is_some() {
            &strict
        } else {
            &standard
        };
        for line in &row.catch {
            let (values, text) = unmark(line);
            assert!(
                !values.is_empty(),
                "{}: nothing is marked in {line}",
                row.id
            );
            let out = redact(r, &text);
            for value in values {
                if out.contains(&value) {
                    wrong.push(format!("{}: {value:?} is left: {out}", row.id));
                }
            }
            for end in ["\n", "\r\n"] {
                let between = redact_between(r, &text, end);
                if between != out {
                    wrong.push(format!("{}: between lines {end:?}: {between:?}", row.id));
                }
            }
            if redact(r, &out) != out {
                wrong.push(format!(
                    "{}: not idempotent: {out}\n   then {}",
                    row.id,
                    redact(r, &out)
                ));
            }
            if text.matches('\n').count() != out.matches('\n').count() {
                wrong.push(format!("{}: lines changed: {out}", row.id));
            }
        }
        for line in &row.leave {
            let out = redact(r, line);
            let alone = !line.contains('\r') && redact_between(r, line, "\r\n") != *line;
            if out != *line || alone {
                wrong.push(format!("{}: near miss cut: {line} -> {out}", row.id));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn ids_are_unique_and_rows_have_lines() {
    let table = table();
    let mut seen = std::collections::HashSet::new();
    for row in table.field.iter().chain(&table.shape).chain(&table.walker) {
        assert!(seen.insert(row.id.clone()), "{} stands twice", row.id);
        let ours = ["known-name", "learned", "nested-limit", "never"].contains(&row.id.as_str());
        assert!(
            ours || (!row.catch.is_empty() && !row.leave.is_empty()),
            "{} has no lines",
            row.id
        );
    }
}

#[test]
fn every_name_is_found_through_a_stem() {
    for row in table().field {
        for name in row.names.iter().chain(&row.ends).chain(&row.lists) {
            let strict = row.level.is_some();
            let words: Vec<&str> = name.split('_').collect();
            let found = STEMS.iter().any(|s| {
                words.iter().any(|w| w.contains(s)) || (s.contains('_') && name.contains(s))
            });
            assert!(
                found || strict || row.id == "never",
                "{}: no stem finds {name}",
                row.id
            );
        }
    }
}

/// Every text file below a folder.
fn files(folder: &std::path::Path, out: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, out)
        } else {
            out.push(path)
        }
    }
}

#[test]
fn nothing_planted_is_left_of_the_real_logs_and_no_line_is_lost() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut planted: Vec<String> = Vec::new();
    for list in [
        "planted.txt",
        "planted-derived.txt",
        "planted-identifiers.txt",
    ] {
        planted.extend(
            std::fs::read_to_string(root.join(list))
                .unwrap()
                .lines()
                .filter(|l| !l.is_empty())
                .map(str::to_owned),
        );
    }
    // What support needs and what names nobody: file ids, names of content (level strict), fingerprints.
    let stays = |p: &str| {
        let fingerprint = p.len() == 40 && p.bytes().all(|b| b.is_ascii_hexdigit());
        fingerprint || ["88231", "payroll_2024.xlsx", "48213"].contains(&p)
    };
    planted.retain(|p| !stays(p));
    let mut logs = Vec::new();
    for case in std::fs::read_dir(&root)
        .unwrap()
        .flatten()
        .filter(|e| e.path().is_dir())
    {
        files(&case.path(), &mut logs);
    }
    assert!(logs.len() > 60);
    let r = redactor(Level::Standard);
    let mut left = Vec::new();
    for log in logs {
        let raw = std::fs::read(&log).unwrap();
        let out = r.block(&raw, Dialect::Log, &mut Tally::default());
        let count = |text: &[u8]| memchr::memchr_iter(b'\n', text).count();
        assert_eq!(count(&raw), count(out.as_bytes()), "{}", log.display());
        assert_eq!(
            r.block(out.as_bytes(), Dialect::Log, &mut Tally::default()),
            out,
            "{} is not idempotent",
            log.display()
        );
        for value in &planted {
            if let Some(at) = memchr::memmem::find(out.as_bytes(), value.as_bytes()) {
                let from = out.as_bytes()[..at]
                    .iter()
                    .rposition(|b| *b == b'\n')
                    .map_or(0, |i| i + 1);
                left.push(format!(
                    "{}: {value}: {}",
                    log.display(),
                    String::from_utf8_lossy(
                        &out.as_bytes()[from..(at + 80).min(out.as_bytes().len())]
                    )
                ));
            }
        }
    }
    assert!(left.is_empty(), "{} left\n{}", left.len(), left.join("\n"));
}

#[test]
fn many_shapes_are_tried_at_their_anchor_only_and_none_has_too_many_groups() {
    let rules = Rules::builtin().unwrap();
    let at_anchor = rules
        .shapes
        .iter()
        .filter(|s| s.pattern().is_some_and(|p| p.at_anchor))
        .count();
    assert!(
        5 * at_anchor > rules.shapes.len(),
        "{at_anchor} of {}",
        rules.shapes.len()
    );
    for shape in &rules.shapes {
        assert!(
            shape
                .pattern()
                .is_some_and(|p| p.regex.group_info().slot_len() <= 16),
            "{}",
            rules.name(shape.id)
        );
    }
}
