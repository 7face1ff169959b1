//! Our own sentences end up in manifests, reports and messages, and are redacted like everything else: no rule may match
//! in them. They are read from the source files, so that a new sentence is covered without being listed.
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aoc_bundle::pseudonym::{Key, Pseudonyms};
use aoc_bundle::redact::{Level, Redactor, Rules};

/// Folders whose sentences end up in a bundle or on the terminal.
const FOLDERS: [&str; 7] = [
    "aoc", "bundle", "cli", "collect", "diagnose", "report", "sources",
];

/// Words of other programs that are looked for in logs.
const OF_OTHERS: [&str; 1] = ["User child is on pid "];

/// Source files below a folder, without tests and without the fake API, whose answers are made-up evidence.
fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "fake" {
            sources(&path, out);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            out.push(path);
        }
    }
}

/// The text of every literal of a source, without its tests.
fn literals(source: &str) -> Vec<String> {
    let end = source.find("#[cfg(test)]").unwrap_or(source.len());
    let mut found = Vec::new();
    let mut chars = source[..end].chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => {
                for c in chars.by_ref() {
                    if c == '\n' {
                        break;
                    }
                }
            }
            // A quote as a character.
            '\'' if chars.peek() == Some(&'"') => {
                chars.next();
            }
            '"' if before == 'r' => while chars.next().is_some_and(|c| c != '"') {},
            '"' if before != '\\' => found.push(literal(&mut chars)),
            _ => {}
        }
        before = c;
    }
    found
}

fn literal(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut text = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                Some('n') => text.push('\n'),
                Some(c) => text.push(c),
                None => {}
            },
            c => text.push(c),
        }
    }
    text
}

#[test]
fn literals_are_found_in_source() {
    let source = "fn a() { r\"\\ a b\"; b(\"one \\\"two\\\" \\\n      three\", '\"', \"x\") } // \"no\"\n#[cfg(test)] mod t { \"no\" }";
    assert_eq!(literals(source), ["one \"two\" three", "x"]);
}

#[test]
fn the_redactor_finds_nothing_in_our_sentences() {
    let rules = Arc::new(Rules::builtin().unwrap());
    let redactor = Redactor::new(rules, Pseudonyms::new(&Key::new([5; 32])), Level::Standard);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut tried = 0;
    let mut cut = Vec::new();
    let mut files = Vec::new();
    for folder in FOLDERS {
        sources(&root.join(folder), &mut files);
    }
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        let file = file.strip_prefix(&root).unwrap().display();
        let sentences = literals(&source);
        let sentences = sentences.iter().filter(|t| {
            let is_markup = t.contains('<');
            t.split(' ').count() > 2 && !is_markup && !OF_OTHERS.contains(&t.as_str())
        });
        for sentence in sentences {
            tried += 1;
            // Alone, and under the names that documents of ours have for them.
            let names = ["reason", "remedy", "remark", "missing", "label", "says"];
            let fields = names.map(|name| format!("\"{name}\": {sentence:?}"));
            for text in fields.iter().chain([sentence]) {
                let clean = redactor.clean(text);
                if clean.as_str() != text {
                    cut.push(format!("{file}: {clean}"));
                }
            }
        }
    }
    assert_eq!(cut, Vec::<String>::new());
    assert!(tried > 200, "{tried}");
}
