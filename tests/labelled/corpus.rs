//! Reads the labelled lines. `#` begins a comment; `[rule]` says what finds the marks of the lines below it,
//! `[leave]` that nothing of them may change, `[rule strict]`, `[rule config]` and `[rule har]` the level or dialect.
//!
//! `«value»` must go; `«rule¦value»` must go because of another rule. `⏎` is a line break. `⟦b64:…⟧` stands
//! for what is between in an encoding: b64, b64url, hex, HEX, pct, json, also inside one another.
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};

const FILES: [(&str, &str); 7] = [
    ("secrets", include_str!("secrets.txt")),
    ("identifiers", include_str!("identifiers.txt")),
    ("names", include_str!("names.txt")),
    ("evidence", include_str!("evidence.txt")),
    ("har", include_str!("har.txt")),
    ("leave", include_str!("leave.txt")),
    ("leave-real", include_str!("leave-real.txt")),
];

/// A value that must go.
#[derive(Clone, Debug)]
pub struct Mark {
    pub rule: String,
    pub value: String,
}

/// One piece of evidence.
#[derive(Debug)]
pub struct Sample {
    /// File and line.
    pub place: String,
    /// Section: the rule of marks that name none.
    pub rule: String,
    pub strict: bool,
    pub config: bool,
    /// The text is entries of a HAR.
    pub har: bool,
    pub text: String,
    pub marks: Vec<Mark>,
    /// What stands between the marks and the encoded parts, in order.
    pub keeps: Vec<String>,
}

/// All of them.
pub fn samples() -> Vec<Sample> {
    let mut out = Vec::new();
    for (file, text) in FILES {
        let mut section = "leave".to_owned();
        for (number, line) in text.lines().enumerate() {
            if line.starts_with("# ") && number < 3 || line.is_empty() {
                continue;
            }
            if let Some(name) = header(line) {
                section = name.to_owned();
                continue;
            }
            out.push(sample(&section, line, format!("{file}:{}", number + 1)));
        }
    }
    out
}

/// `[rule]` or `[rule word]`, and nothing else.
fn header(line: &str) -> Option<&str> {
    let name = line.strip_prefix('[')?.strip_suffix(']')?;
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | ' ');
    (name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(word)).then_some(name)
}

fn sample(section: &str, line: &str, place: String) -> Sample {
    let mut words = section.split(' ');
    let rule = words.next().unwrap().to_owned();
    let modes: Vec<&str> = words.collect();
    let line = line.replace('⏎', "\n");
    let mut marks = Vec::new();
    let (text, keeps) = parts(&line, &rule, &mut marks);
    assert!(
        (rule == "leave") == marks.is_empty(),
        "{place}: a line to leave has no marks, others have"
    );
    Sample {
        place,
        rule,
        strict: modes.contains(&"strict"),
        config: modes.contains(&"config"),
        har: modes.contains(&"har"),
        text,
        marks,
        keeps,
    }
}

/// The text without marks and with encodings made, and the pieces that must stay.
fn parts(line: &str, rule: &str, marks: &mut Vec<Mark>) -> (String, Vec<String>) {
    let (mut text, mut keeps, mut rest) = (String::new(), vec![String::new()], line);
    while let Some(at) = rest.find(['«', '⟦']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        keeps.last_mut().unwrap().push_str(before);
        if let Some(inside) = from.strip_prefix('«') {
            let (mark, after) = inside.split_once('»').unwrap();
            let (rule, value) = mark.split_once('¦').unwrap_or((rule, mark));
            marks.push(Mark {
                rule: rule.to_owned(),
                value: value.to_owned(),
            });
            text.push_str(value);
            rest = after;
        } else {
            let (inside, after) = matching(from);
            let (encoding, plain) = inside.split_once(':').unwrap();
            text.push_str(&encode(encoding, &parts(plain, rule, marks).0));
            rest = after;
        }
        keeps.push(String::new());
    }
    text.push_str(rest);
    keeps.last_mut().unwrap().push_str(rest);
    (text, keeps)
}

/// What stands in the first pair of double brackets, and what after.
fn matching(text: &str) -> (&str, &str) {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '⟦' => depth += 1,
            '⟧' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return (&text['⟦'.len_utf8()..at], &text[at + c.len_utf8()..]);
        }
    }
    panic!("no end of an encoded part: {text}");
}

fn encode(encoding: &str, plain: &str) -> String {
    let bytes = plain.as_bytes();
    match encoding {
        "b64" => BASE64.encode(bytes),
        "b64url" => BASE64URL_NOPAD.encode(bytes),
        "hex" => HEXLOWER.encode(bytes),
        "HEX" => HEXUPPER.encode(bytes),
        "pct" => percent(bytes),
        "json" => {
            let quoted = serde_json::to_string(plain).unwrap();
            quoted[1..quoted.len() - 1].to_owned()
        }
        other => panic!("no encoding is called {other}"),
    }
}

/// As a browser writes a query: all but letters, digits and a few marks.
pub fn percent(bytes: &[u8]) -> String {
    let mut out = String::new();
    for &b in bytes {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'*') {
            out.push(char::from(b));
        } else {
            out.push('%');
            out.push_str(&HEXUPPER.encode(&[b]));
        }
    }
    out
}
