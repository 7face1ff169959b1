//! Data stands beside the code that reads it: every table parses and has a reader, every included
//! file is there and travels with the package, and text files are plain.
//!
//! What is inside a row is tested where the row is read; this file only knows files.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Ends of names of data files below `src`, each of which must be included by some source file.
const DATA: [&str; 9] = [
    "toml", "html", "md", "txt", "log", "har", "xml", "conf", "json",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_below(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn ends(path: &Path, end: &str) -> bool {
    path.extension().is_some_and(|e| e == end)
}

/// The text of the first literal behind each `include_str!` and `include_bytes!`, and whether the
/// file is included in code for tests only.
fn included(source: &str) -> Vec<(String, bool)> {
    let tests_from = source.find("#[cfg(test)]\nmod").unwrap_or(source.len());
    let mut found = Vec::new();
    for name in ["include_str!(", "include_bytes!("] {
        for (at, _) in source.match_indices(name) {
            let text = source[at + name.len()..].trim_start();
            if let Some((path, _)) = text.strip_prefix('"').and_then(|t| t.split_once('"')) {
                found.push((path.to_owned(), at > tests_from));
            }
        }
    }
    found
}

#[test]
fn every_table_parses() {
    for path in files_below(&root().join("src")).unwrap() {
        if ends(&path, "toml") {
            let text = fs::read_to_string(&path).unwrap();
            let parsed = text.parse::<toml::Table>();
            assert!(
                parsed.is_ok(),
                "{}: {}",
                path.display(),
                parsed.unwrap_err()
            );
        }
    }
}

/// A table that nothing reads is a promise that nobody keeps. A file may be named in a macro's
/// table as well, so its bare name in a source file of the same room counts.
#[test]
fn every_data_file_has_a_reader() {
    let src = root().join("src");
    let all = files_below(&src).unwrap();
    let mut idle = Vec::new();
    for data in all.iter().filter(|p| DATA.iter().any(|end| ends(p, end))) {
        let name = format!("{}\"", data.file_name().unwrap().to_string_lossy());
        let room = data
            .strip_prefix(&src)
            .unwrap()
            .components()
            .next()
            .unwrap();
        let read = files_below(&src.join(room))
            .unwrap()
            .iter()
            .any(|p| ends(p, "rs") && fs::read_to_string(p).unwrap().contains(&name));
        if !read {
            idle.push(data.display().to_string());
        }
    }
    assert!(
        idle.is_empty(),
        "no source file includes {}",
        idle.join(", ")
    );
}

/// `tests/samples` is left out of the package: what is compiled into the program lies in `src` or
/// `templates`.
#[test]
fn what_is_included_is_there_and_travels_along() {
    for path in files_below(&root().join("src")).unwrap() {
        if !ends(&path, "rs") {
            continue;
        }
        let only_tests = path.to_string_lossy().ends_with("tests.rs");
        for (name, in_tests) in included(&fs::read_to_string(&path).unwrap()) {
            let target = path.parent().unwrap().join(&name);
            assert!(target.is_file(), "{}: {name} is not there", path.display());
            let target = target.canonicalize().unwrap();
            let within = ["src", "templates"]
                .iter()
                .any(|f| target.starts_with(root().join(f).canonicalize().unwrap()));
            assert!(
                within || only_tests || in_tests,
                "{}: {name} lies outside src and templates and would be missing from the package",
                path.display()
            );
        }
    }
}

#[test]
fn text_files_are_utf8_end_their_last_line_and_have_no_bom() {
    let mut texts = files_below(&root().join("src")).unwrap();
    texts.retain(|p| ["rs", "toml", "html", "md"].iter().any(|end| ends(p, end)));
    texts.extend(["CHANGELOG.md", "Cargo.toml", "deny.toml", "LICENSE"].map(|f| root().join(f)));
    for path in texts {
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            !text.starts_with('\u{feff}'),
            "{} begins with a BOM",
            path.display()
        );
        assert!(
            text.ends_with('\n'),
            "{} does not end its last line",
            path.display()
        );
        assert!(
            !text.contains('\r'),
            "{} has line ends of Windows",
            path.display()
        );
    }
}

/// The lists of planted values are what leaks are counted by: an empty line would match anything.
#[test]
fn planted_values_can_be_counted() {
    let samples = root().join("tests/samples");
    let mut seen = BTreeSet::new();
    for list in [
        "planted.txt",
        "planted-derived.txt",
        "planted-identifiers.txt",
    ] {
        let text = fs::read_to_string(samples.join(list)).unwrap();
        assert!(text.lines().count() > 10, "{list} is short");
        for value in text.lines() {
            assert!(
                value.trim() == value && value.len() >= 4,
                "{list}: {value:?}"
            );
            assert!(
                seen.insert(value.to_owned()),
                "{list}: {value:?} stands twice"
            );
        }
    }
}
