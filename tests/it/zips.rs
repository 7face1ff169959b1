//! Reads a bundle as a stranger would: entries, manifest, and what could be read out of encodings.
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A bundle, read whole.
pub struct Bundle {
    pub path: PathBuf,
    /// Names below the root folder with their content, in the order of the zip.
    pub entries: Vec<(String, Vec<u8>)>,
    pub root: String,
    /// Keeps the folder of the zip as long as the bundle is looked at.
    pub folder: Option<tempfile::TempDir>,
}

impl Bundle {
    pub fn read(path: &Path) -> Self {
        let mut zip = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
        let mut entries = Vec::new();
        let mut roots = Vec::new();
        for index in 0..zip.len() {
            let mut entry = zip.by_index(index).unwrap();
            let name = entry.name().unwrap().into_owned();
            let (root, name) = name.split_once('/').unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            entries.push((name.to_owned(), bytes));
            roots.push(root.to_owned());
        }
        roots.dedup();
        assert_eq!(roots.len(), 1, "one root folder: {roots:?}");
        let root = roots.remove(0);
        Self {
            path: path.to_path_buf(),
            entries,
            root,
            folder: None,
        }
    }

    pub fn names(&self) -> Vec<&str> {
        self.entries.iter().map(|(n, _)| n.as_str()).collect()
    }

    /// The content of an entry.
    #[track_caller]
    pub fn get(&self, name: &str) -> &[u8] {
        let found = self.entries.iter().find(|(n, _)| n == name);
        let (_, bytes) = found.unwrap_or_else(|| panic!("no {name} among {:?}", self.names()));
        bytes
    }

    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(self.get(name)).into_owned()
    }

    /// The only entry whose name ends like this.
    #[track_caller]
    pub fn ending(&self, end: &str) -> (&str, &[u8]) {
        let mut found = self.entries.iter().filter(|(n, _)| n.ends_with(end));
        match (found.next(), found.next()) {
            (Some((name, bytes)), None) => (name, bytes),
            _ => panic!("one entry should end in {end}: {:?}", self.names()),
        }
    }

    #[track_caller]
    pub fn json(&self, name: &str) -> Value {
        serde_json::from_slice(self.get(name)).unwrap()
    }

    pub fn manifest(&self) -> Value {
        self.json("manifest.json")
    }

    /// What the manifest says about everything whose entry or path on its machine ends like this.
    pub fn items(&self, end: &str) -> Vec<Value> {
        let manifest = self.manifest();
        let entries = manifest["entries"].as_array().unwrap();
        let ends =
            |item: &Value, field: &str| item[field].as_str().is_some_and(|v| v.ends_with(end));
        entries
            .iter()
            .filter(|item| ends(item, "entry") || ends(item, "path"))
            .cloned()
            .collect()
    }

    /// What the manifest says about the only item whose entry or path ends like this.
    #[track_caller]
    pub fn item(&self, end: &str) -> Value {
        let mut found = self.items(end);
        assert_eq!(found.len(), 1, "{end}: {found:#?}\n{}", self.manifest());
        found.remove(0)
    }

    /// Text and name of every entry, and what its runs of hex and base64 decode to.
    pub fn everything(&self) -> BTreeMap<&str, Vec<Vec<u8>>> {
        let views = |(name, bytes): &'_ (String, Vec<u8>)| {
            let mut text = name.clone().into_bytes();
            text.push(b'\n');
            text.extend_from_slice(bytes);
            let once = decoded(&text);
            let twice = decoded(&once);
            vec![text, once, twice]
        };
        let entries = self.entries.iter();
        entries.map(|e| (e.0.as_str(), views(e))).collect()
    }

    /// Which of the values stand in which entry, plain or encoded, in whatever case.
    pub fn leaks<'v>(&self, values: impl IntoIterator<Item = &'v str>) -> Vec<String> {
        let everything = self.everything();
        let mut found = Vec::new();
        for value in values {
            for (name, views) in &everything {
                if views.iter().any(|view| holds(view, value)) {
                    found.push(format!("{value} in {name}"));
                }
            }
        }
        found
    }
}

/// True where a value stands in a text, whatever the case of its ASCII letters.
pub fn holds(text: &[u8], value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let first = lower.as_bytes()[0];
    let starts = memchr::memchr2_iter(first, first.to_ascii_uppercase(), text);
    let mut windows = starts.filter_map(|at| text.get(at..at + value.len()));
    windows.any(|window| window.eq_ignore_ascii_case(lower.as_bytes()))
}

/// All runs of hex digits and of base64 letters of a text, decoded at every alignment, one a line.
fn decoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for run in runs(text, |b| b.is_ascii_hexdigit()) {
        for from in 0..2 {
            let digits = &run[from..];
            let pairs = digits.chunks_exact(2);
            out.extend(pairs.map(|p| digit(p[0]) * 16 + digit(p[1])));
            out.push(b'\n');
        }
    }
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
    for run in runs(text, letter) {
        for from in 0..4 {
            for four in run[from..].chunks(4).filter(|c| c.len() > 1) {
                let bits = four
                    .iter()
                    .fold(0u32, |n, b| n << 6 | u32::from(sextet(*b)));
                let bits = bits << (6 * (4 - four.len()));
                out.extend(&bits.to_be_bytes()[1..four.len()]);
            }
            out.push(b'\n');
        }
    }
    out
}

fn runs(text: &[u8], belongs: impl Fn(u8) -> bool) -> Vec<&[u8]> {
    let runs = text.split(|b| !belongs(*b));
    runs.filter(|run| run.len() >= 8).collect()
}

fn digit(letter: u8) -> u8 {
    char::from(letter).to_digit(16).unwrap() as u8
}

fn sextet(letter: u8) -> u8 {
    match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    }
}

#[test]
fn hidden_values_are_found() {
    let hidden = |text: &[u8]| decoded(text);
    for (text, value) in [
        (&b"x 6d61726961 y"[..], "maria"),
        (b"arg F6D61726961", "maria"),
        (b"tag bWFyaWEubG9wZXo= end", "maria.lopez"),
        (b"tag xxbWFyaWEubG9wZXo", "MARIA"),
        (b"a_bWFyaWE", "maria"),
    ] {
        assert!(holds(&hidden(text), value), "{value}");
    }
    assert!(!holds(&hidden(b"bWFyaWEubG9wZXo="), "mario"));
}
