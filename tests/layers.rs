//! The layers of the crate as a test: a module uses only modules below it, no files use each other in a circle, pure
//! modules stay pure, and a source file has a header, a bounded length and no panics on input from outside.
//!
//! The checker reads source text, so it sees code of every platform and feature, compiled or not. It is itself tested on
//! made-up sources at the end of this file.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that reads its own sources"
)]
use std::path::{Path, PathBuf};
use std::{fs, io};

use lexer::{code_only, panics, paths, tokens, without_tests};

#[path = "layers/architecture.rs"]
mod architecture;
#[path = "layers/graph.rs"]
mod graph;
#[path = "layers/lexer.rs"]
mod lexer;

/// The modules of the crate root from the top layer to the bottom.
const LAYERS: [&str; 12] = [
    "cli",
    "collect",
    "report",
    "sources",
    "bundle",
    "verify",
    "diagnose",
    "aoc",
    "redact",
    "pseudonym",
    "text",
    "parallel",
];

/// Modules that use no files, clock, threads, environment or network.
const PURE: [&str; 4] = ["redact", "diagnose", "pseudonym", "text"];

/// What a pure module must not name, as beginnings of paths.
const IMPURE: [&str; 23] = [
    "Instant::now",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
    "crate::parallel",
    "crossbeam_channel",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "rustix",
    "std::env",
    "std::fs",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time::*",
    "std::time::Instant",
    "std::time::SystemTime",
    "sysinfo",
    "tempfile",
];

/// Imports that point down and are forbidden all the same: the verifier must not share detection code with redaction.
const INDEPENDENT: [(&str, &str); 1] = [("verify", "redact")];

/// A longer file gives the reason in its header, in a sentence that begins with [`REASON`].
const MOST_LINES: usize = 600;
const REASON: &str = "Long because";

#[test]
fn every_file_follows_the_rules_of_the_layers() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files).unwrap();
    files.sort();
    let mut faults = Vec::new();
    for path in files {
        let source = fs::read_to_string(&path).unwrap();
        let name = path
            .strip_prefix(&src)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        faults.extend(check(&name, &source));
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// Every source file that is no file of tests, as name and text.
fn product() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files).unwrap();
    files.sort();
    let names = files.iter().map(|path| {
        let name = path.strip_prefix(&src).unwrap().to_string_lossy();
        (path, name.replace('\\', "/"))
    });
    names
        .filter(|(_, name)| !is_test_file(name))
        .map(|(path, name)| (name, fs::read_to_string(path).unwrap()))
        .collect()
}

/// The same as tokens.
fn product_tokens() -> Vec<(String, Vec<lexer::Token>)> {
    let files = product().into_iter();
    files
        .map(|(name, source)| (name, tokens(&code_only(&source))))
        .collect()
}

#[test]
fn the_architecture_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let page = architecture::page(&product());
    if std::env::var_os("UPDATE_ARCHITECTURE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    let missing: Vec<&str> = page
        .lines()
        .filter(|l| !there.lines().any(|t| t == *l))
        .collect();
    assert!(
        there == page,
        "ARCHITECTURE.md is out of date; run UPDATE_ARCHITECTURE=1 cargo test --test layers architecture. Lines to add:\n{}",
        missing.join("\n")
    );
}

/// Folders in which files still use each other in a circle. Only ever remove a row.
const CIRCLES_LEFT: [&str; 11] = [
    "aoc/api",
    "aoc/fake",
    "aoc/login",
    "pseudonym",
    "redact",
    "sources/answers",
    "sources/find",
    "sources/paths",
    "sources/system",
    "text/decode",
    "verify",
];

#[test]
fn no_files_use_each_other_in_a_circle() {
    let cycles = graph::Graph::of(&product_tokens()).cycles();
    let folder_of = |cycle: &graph::Cycle| {
        let inside = |folder: &&str| cycle.files.iter().all(|f| is_below(f, folder));
        CIRCLES_LEFT.into_iter().find(inside)
    };
    let new: Vec<&str> = cycles
        .iter()
        .filter(|cycle| folder_of(cycle).is_none())
        .map(|cycle| cycle.text.as_str())
        .collect();
    assert!(new.is_empty(), "\n{}\n", new.join("\n"));
    let left: Vec<&str> = cycles.iter().filter_map(folder_of).collect();
    for folder in CIRCLES_LEFT {
        assert!(
            left.contains(&folder),
            "{folder} has no circle any more: remove its row"
        );
    }
}

fn is_below(file: &str, folder: &str) -> bool {
    file.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Files with methods of a type that another file defines. Only ever remove a row.
const METHODS_LEFT: [&str; 4] = [
    "redact/identity/host_suffix.rs",
    "redact/rules/ablation.rs",
    "redact/rules/user/mod.rs",
    "sources/find/expansion.rs",
];

/// A method hides a dependency that an import would show: code that works on a type of another file is a function.
#[test]
fn methods_are_in_the_file_of_their_type() {
    let mut faults = Vec::new();
    let mut left = Vec::new();
    for (name, all) in product_tokens() {
        for (of, line) in graph::foreign_impls(&all) {
            match METHODS_LEFT.iter().find(|file| **file == name) {
                Some(file) => left.push(*file),
                None => faults.push(format!(
                    "src/{name}:{line}: `impl {of}`, which another file defines"
                )),
            }
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    for file in METHODS_LEFT {
        assert!(left.contains(&file), "{file} is clean: remove its row");
    }
}

/// The overview in `lib.rs` is what a newcomer reads first: it must list the modules in the true order.
#[test]
fn the_overview_lists_the_modules_in_their_order() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let listed: Vec<&str> = lib
        .lines()
        .filter_map(|l| {
            l.strip_prefix("//! | [`")?
                .split_once('`')
                .map(|(module, _)| module)
        })
        .collect();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let there =
        |layer: &&&str| src.join(layer).is_dir() || src.join(format!("{layer}.rs")).is_file();
    let expected: Vec<&str> = LAYERS.iter().filter(there).copied().collect();
    assert_eq!(listed, expected);
}

fn rust_files(dir: &Path, out: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            rust_files(&path, out)?;
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
    Ok(())
}

/// Every fault of one file, as sentences. `name` is the path below `src`, with slashes.
fn check(name: &str, source: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !source.starts_with("//!") {
        faults.push(format!(
            "src/{name}:1: begins without a `//!` line that says what the file does"
        ));
    }
    let lines = source.lines().count();
    let mut header = source.lines().take_while(|line| line.starts_with("//!"));
    if lines > MOST_LINES && !header.any(|line| line.contains(REASON)) {
        faults.push(format!(
            "src/{name}: {lines} lines; over {MOST_LINES} the header must give the reason: `{REASON} …`"
        ));
    }
    let all = tokens(&code_only(source));
    let outside_tests = if is_test_file(name) {
        Vec::new()
    } else {
        without_tests(&all)
    };
    faults.extend(panics(&outside_tests).map(|line| {
        format!("src/{name}:{line}: `unwrap`/`expect` outside tests: return an error that says what to do")
    }));
    let Some(module) = layer_of(name) else {
        return faults;
    };
    let Some(layer) = LAYERS.iter().position(|l| *l == module) else {
        faults.push(format!(
            "src/{name}: `{module}` is no module of LAYERS: add it there, in its place"
        ));
        return faults;
    };
    for (path, line) in paths(&all) {
        if let Some(rest) = path.strip_prefix("crate::") {
            let target = rest.split("::").next().unwrap_or(rest);
            match LAYERS.iter().position(|l| *l == target) {
                Some(other) if other < layer => faults.push(format!(
                    "src/{name}:{line}: `{module}` uses `{path}`, and `{target}` is a higher layer"
                )),
                Some(_) => {}
                None => faults.push(format!(
                    "src/{name}:{line}: `{path}` names no module of LAYERS"
                )),
            }
        }
    }
    for (path, line) in paths(&outside_tests) {
        // `super::super::…` can reach another module without saying `crate`.
        if path.split("::").take_while(|s| *s == "super").count() >= depth(name) {
            faults.push(format!(
                "src/{name}:{line}: `{path}` reaches the crate root: write `crate::…`"
            ));
        }
        if PURE.contains(&module) && IMPURE.iter().any(|w| is_within(&path, w)) {
            faults.push(format!(
                "src/{name}:{line}: `{module}` is pure and names `{path}`"
            ));
        }
        let shared =
            |(a, b): &(&str, &str)| module == *a && is_within(&path, &format!("crate::{b}"));
        if INDEPENDENT.iter().any(shared) {
            faults.push(format!(
                "src/{name}:{line}: `{module}` must stay independent of `{path}`"
            ));
        }
    }
    faults
}

/// The layer that a file belongs to; none for `lib.rs` and `main.rs`.
fn layer_of(name: &str) -> Option<&str> {
    match name.split_once('/') {
        Some((folder, _)) => Some(folder),
        None => name
            .strip_suffix(".rs")
            .filter(|n| !matches!(*n, "lib" | "main")),
    }
}

/// Files of tests are named for it: `tests.rs`, `scanner_tests.rs`, or lie in a folder `tests`.
fn is_test_file(name: &str) -> bool {
    name.ends_with("tests.rs") || name.contains("/tests/")
}

/// How many modules deep the code of a file is below the crate root.
fn depth(name: &str) -> usize {
    name.split('/').filter(|part| *part != "mod.rs").count()
}

fn is_within(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

mod the_checker {
    use super::*;

    /// The faults of a made-up file, each cut down to `line: first words`.
    fn faults(name: &str, code: &str) -> Vec<String> {
        check(name, &format!("//! Made up.\n{code}"))
    }

    #[test]
    fn finds_an_import_that_points_up_in_every_spelling() {
        for code in [
            "use crate::bundle::Manifest;",
            "use crate::{text, bundle::manifest::{Status}};",
            "use crate::{\n    text,\n    bundle,\n};",
            "use crate::bundle as b;",
            "pub use crate::bundle::*;",
            "fn f(m: &crate::bundle::Manifest) {}",
            "fn f() { crate::bundle::manifest::write(); }",
            "const Q: char = '\"'; use crate::bundle; const R: char = '\"';",
            "fn f<'a>(x: &'a str) {} use crate::bundle;",
            "#[cfg(test)] mod tests { use crate::bundle; }",
        ] {
            let found = faults("redact/scan.rs", code);
            assert_eq!(found.len(), 1, "{code}: {found:?}");
            assert!(found[0].contains("is a higher layer"), "{found:?}");
        }
        assert!(
            faults("redact/scan.rs", "\nuse crate::cli;")[0].starts_with("src/redact/scan.rs:3:")
        );
    }

    #[test]
    fn imports_that_point_down_and_mentions_in_comments_pass() {
        for code in [
            "use crate::pseudonym::Key; use crate::redact::Clean; use crate::{text, redact};",
            "// use crate::cli;",
            "/* use crate::cli; /* use crate::cli; */ use crate::cli; */",
            "/// See [`crate::cli`].\nfn f() {}",
            "const S: &str = \"use crate::cli; \\\" crate::cli::\";",
            "const S: &str = r#\"crate::cli \" crate::cli\"#; const B: &[u8] = br\"crate::cli\";",
            "pub(crate) fn f() {} pub(in crate::redact) fn g() {}",
            "use super::rules; fn f() { super::gate::open(); }",
        ] {
            assert_eq!(
                faults("redact/scan.rs", code),
                Vec::<String>::new(),
                "{code}"
            );
        }
    }

    #[test]
    fn finds_imports_that_reach_the_root_and_unknown_modules() {
        assert!(
            faults("redact/scan.rs", "use super::super::cli;")[0]
                .contains("reaches the crate root")
        );
        assert!(faults("redact/mod.rs", "use super::cli;")[0].contains("reaches the crate root"));
        assert!(faults("redact/a/b.rs", "use super::super::gate;").is_empty());
        assert!(faults("redact/mod.rs", "#[cfg(test)] mod tests { use super::*; }").is_empty());
        assert!(
            faults("cli/mod.rs", "use crate::helpers::x;")[0].contains("names no module of LAYERS")
        );
        assert!(faults("helpers/mod.rs", "fn f() {}")[0].contains("no module of LAYERS"));
    }

    #[test]
    fn finds_impure_paths_in_pure_modules_outside_tests() {
        for code in [
            "use std::fs;",
            "use std::{fmt, fs::File};",
            "use std::time::{Duration, Instant};",
            "fn f() { let t = Instant::now(); }",
            "fn f() { let t = jiff::Zoned::now(); }",
            "fn f() { std::thread::spawn(|| ()); }",
            "fn f() { ::std::env::var(\"HOME\"); }",
        ] {
            assert!(
                faults("text/lines.rs", code)[0].contains("is pure"),
                "{code}"
            );
            assert!(faults("sources/system/host.rs", code).is_empty(), "{code}");
            assert!(faults("text/lines_tests.rs", code).is_empty(), "{code}");
            for attribute in ["#[cfg(test)]", "#[cfg(all(test, unix))]"] {
                let tested = format!("fn f() {{}}\n{attribute}\nmod tests {{ {code} }}");
                assert!(faults("text/lines.rs", &tested).is_empty(), "{tested}");
            }
            let shipped = format!("#[cfg(not(test))]\nmod real {{ {code} }}");
            assert_eq!(faults("text/lines.rs", &shipped).len(), 1, "{shipped}");
        }
        let pure =
            "use std::{fmt, io::Read, time::Duration, path::Path}; const V: &str = env!(\"X\");";
        assert_eq!(faults("text/lines.rs", pure), Vec::<String>::new());
        let after = "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nfn g() {}\nuse std::fs;";
        assert!(faults("text/lines.rs", after)[0].starts_with("src/text/lines.rs:6:"));
    }

    #[test]
    fn keeps_the_verifier_independent_of_redaction() {
        assert!(faults("verify/read.rs", "use crate::redact::rules;")[0].contains("independent"));
        assert!(faults("verify/read.rs", "use crate::text::lines;").is_empty());
        assert!(faults("verify/read_tests.rs", "use crate::redact::rules;").is_empty());
    }

    #[test]
    fn finds_panics_missing_headers_and_long_files() {
        for code in [
            "fn f() { x.unwrap(); }",
            "fn f() { x\n.expect(\"y\"); }",
            "fn f() { y.map(Option::unwrap(x)); }",
        ] {
            assert_eq!(faults("cli/mod.rs", code).len(), 1, "{code}");
        }
        let fine = "#[expect(dead_code, reason = \"x.unwrap()\")] fn f() { x.unwrap_or(1); }";
        assert!(faults("cli/mod.rs", fine).is_empty());
        assert!(check("main.rs", "fn main() {}")[0].contains("begins without"));
        assert!(faults("main.rs", &"\n".repeat(MOST_LINES))[0].contains("give the reason"));
        assert!(faults("main.rs", &"\n".repeat(MOST_LINES - 1)).is_empty());
    }

    fn graph(files: &[(&str, &str)]) -> Vec<String> {
        let sources: Vec<_> = files
            .iter()
            .map(|(name, code)| ((*name).to_owned(), tokens(&code_only(code))))
            .collect();
        let cycles = graph::Graph::of(&sources).cycles();
        cycles.into_iter().map(|cycle| cycle.text).collect()
    }

    #[test]
    fn finds_circles_of_files_in_every_spelling() {
        for (b, c) in [
            ("use super::c::C;", "use super::b::B;"),
            ("use crate::a::c::C;", "fn f() { super::b::g() }"),
            ("use super::c;", "use super::{b::B};"),
            ("use super::C;", "use super::b::B;"),
        ] {
            let found = graph(&[
                ("lib.rs", "pub mod a;"),
                ("a/mod.rs", "mod b; mod c; pub use c::C;"),
                ("a/b.rs", b),
                ("a/c.rs", c),
            ]);
            assert_eq!(found.len(), 1, "{b} {c}: {found:?}");
            assert!(found[0].contains("a/b.rs:1 uses src/a/c.rs"), "{found:?}");
        }
    }

    #[test]
    fn a_re_export_a_visibility_and_a_test_make_no_circle() {
        for (module, b, c) in [
            ("pub use b::B; pub use c::C;", "use super::C;", ""),
            (
                "",
                "pub(super) struct B; pub(in crate::a) fn f() {}",
                "use super::b::B;",
            ),
            (
                "",
                "use super::c::C;",
                "#[cfg(test)] mod tests { use super::super::b::B; }",
            ),
            ("", "use std::fmt; use c::other::C;", "use super::b::B;"),
        ] {
            let found = graph(&[
                ("lib.rs", "pub mod a;"),
                ("a/mod.rs", &format!("mod b; mod c; {module}")),
                ("a/b.rs", b),
                ("a/c.rs", c),
            ]);
            assert_eq!(found, Vec::<String>::new(), "{b} {c}");
        }
    }

    #[test]
    fn finds_methods_outside_the_file_of_their_type() {
        for (code, count) in [
            ("struct A; impl A { fn f() {} }", 0),
            ("enum A<T> { B(T) } impl<T: Fn() -> u8> A<T> {}", 0),
            ("impl Display for A {} impl<T> From<T> for B<T> {}", 0),
            ("#[cfg(test)] impl A {}", 0),
            ("fn f() -> impl Iterator { x } fn g(x: impl Fn()) {}", 0),
            ("impl A { fn f() {} }", 1),
            ("use super::A;\nimpl<'a> A<'a> {}", 1),
            ("impl super::A {}", 1),
        ] {
            assert_eq!(graph::foreign_impls(&tokens(code)).len(), count, "{code}");
        }
    }
}
