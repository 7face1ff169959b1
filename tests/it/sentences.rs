//! Our own sentences end up in manifests, reports and messages, and go through the redactor as everything does:
//! it must find nothing in them. They are read from the sources, so that a new one is tried without being listed.
use std::path::Path;
use std::sync::Arc;

use aoc_bundle::pseudonym::{Key, Pseudonyms};
use aoc_bundle::redact::{Level, Redactor, Rules};

/// Files whose sentences are told about APIs, credentials and what to do by hand.
const FILES: [&str; 22] = [
    "aoc/api/certificate.rs",
    "aoc/api/node.rs",
    "aoc/api/packages.rs",
    "aoc/api/settings.rs",
    "aoc/credentials/error.rs",
    "aoc/http/error.rs",
    "aoc/http/tls.rs",
    "aoc/keys.rs",
    "aoc/presets.rs",
    "aoc/session.rs",
    "cli/api.rs",
    "cli/settings.rs",
    "collect/api.rs",
    "collect/api_items.rs",
    "collect/clues.rs",
    "collect/confirmed.rs",
    "sources/by_hand.rs",
    "sources/cloud.rs",
    "sources/har.rs",
    "sources/node.rs",
    "sources/organization.rs",
    "sources/package.rs",
];

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
    let source = "fn a() { b(\"one \\\"two\\\" \\\n      three\", '\"', \"x\") } // \"no\"\n#[cfg(test)] mod t { \"no\" }";
    assert_eq!(literals(source), ["one \"two\" three", "x"]);
}

#[test]
fn the_redactor_finds_nothing_in_our_sentences() {
    let rules = Arc::new(Rules::builtin().unwrap());
    let redactor = Redactor::new(rules, Pseudonyms::new(&Key::new([5; 32])), Level::Standard);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut tried = 0;
    let mut cut = Vec::new();
    for file in FILES {
        let source = std::fs::read_to_string(root.join(file)).unwrap();
        let sentences = literals(&source);
        let sentences = sentences.iter().filter(|t| t.split(' ').count() > 2);
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
