//! The order of the house as a test: a room uses only rooms below it, pure rooms stay pure, and a
//! source file has a header, a bounded length and no panics on what comes from outside.
//!
//! The checker reads source text, so it sees code of every system and feature, compiled or not. It
//! is itself tested on made-up sources at the end of this file.
use std::path::{Path, PathBuf};
use std::{fs, io};

use lexer::{code_only, panics, paths, tokens, without_tests};

#[path = "layers/lexer.rs"]
mod lexer;

/// The rooms from the top floor to the ground.
const ROOMS: [&str; 11] = [
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
];

/// Rooms that know no files, clock, threads, environment or network.
const PURE: [&str; 4] = ["redact", "diagnose", "pseudonym", "text"];

/// What a pure room must not name, as beginnings of paths.
const WORLD: [&str; 22] = [
    "Instant::now",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
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

/// Arrows that run down and are forbidden all the same: the verifier must not share the eyes of
/// what it checks.
const STRANGERS: [(&str, &str); 1] = [("verify", "redact")];

/// A file longer than this is two files.
const MOST_LINES: usize = 450;

#[test]
fn the_house_is_in_order() {
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

/// The tour in `lib.rs` is what a newcomer reads first: it must list the rooms in the true order.
#[test]
fn the_tour_lists_the_rooms_in_their_order() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let listed: Vec<&str> = lib
        .lines()
        .filter_map(|l| {
            l.strip_prefix("//! | [`")?
                .split_once('`')
                .map(|(room, _)| room)
        })
        .collect();
    assert_eq!(listed, ROOMS);
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
            "src/{name}:1: begins without a `//!` line that says what lives there"
        ));
    }
    let lines = source.lines().count();
    if lines > MOST_LINES {
        faults.push(format!(
            "src/{name}: {lines} lines; over {MOST_LINES} it is two files"
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
    let Some((room, _)) = name.split_once('/') else {
        return faults;
    };
    let Some(floor) = ROOMS.iter().position(|r| *r == room) else {
        faults.push(format!(
            "src/{name}: `{room}` is no room of the house: put it into ROOMS or elsewhere"
        ));
        return faults;
    };
    for (path, line) in paths(&all) {
        if let Some(rest) = path.strip_prefix("crate::") {
            let target = rest.split("::").next().unwrap_or(rest);
            match ROOMS.iter().position(|r| *r == target) {
                Some(other) if other < floor => faults.push(format!(
                    "src/{name}:{line}: `{room}` uses `{path}`, and `{target}` stands above it"
                )),
                Some(_) => {}
                None => faults.push(format!(
                    "src/{name}:{line}: `{path}` names no room of the house"
                )),
            }
        }
    }
    for (path, line) in paths(&outside_tests) {
        // `super::super::…` can leave a room without saying `crate`, and so unseen by a reader.
        if path.split("::").take_while(|s| *s == "super").count() >= depth(name) {
            faults.push(format!(
                "src/{name}:{line}: `{path}` climbs to the root: write `crate::…`"
            ));
        }
        if PURE.contains(&room) && WORLD.iter().any(|w| is_within(&path, w)) {
            faults.push(format!(
                "src/{name}:{line}: `{room}` is pure and names `{path}`"
            ));
        }
        let stranger =
            |(a, b): &(&str, &str)| room == *a && is_within(&path, &format!("crate::{b}"));
        if STRANGERS.iter().any(stranger) {
            faults.push(format!(
                "src/{name}:{line}: `{room}` must stay a stranger to `{path}`"
            ));
        }
    }
    faults
}

/// Files of tests are named for it: `tests.rs`, `scanner_tests.rs`, or lie in a folder `tests`.
fn is_test_file(name: &str) -> bool {
    name.ends_with("tests.rs") || name.contains("/tests/")
}

/// How many modules deep the code of a file stands below the root of the crate.
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
    fn finds_an_arrow_that_runs_up_in_every_spelling() {
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
            assert!(found[0].contains("stands above"), "{found:?}");
        }
        assert!(
            faults("redact/scan.rs", "\nuse crate::cli;")[0].starts_with("src/redact/scan.rs:3:")
        );
    }

    #[test]
    fn lets_arrows_down_and_talk_about_rooms_pass() {
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
    fn finds_doors_that_nobody_planned() {
        assert!(
            faults("redact/scan.rs", "use super::super::cli;")[0].contains("climbs to the root")
        );
        assert!(faults("redact/mod.rs", "use super::cli;")[0].contains("climbs to the root"));
        assert!(faults("redact/a/b.rs", "use super::super::gate;").is_empty());
        assert!(faults("redact/mod.rs", "#[cfg(test)] mod tests { use super::*; }").is_empty());
        assert!(faults("cli/mod.rs", "use crate::helpers::x;")[0].contains("names no room"));
        assert!(faults("helpers/mod.rs", "fn f() {}")[0].contains("no room of the house"));
    }

    #[test]
    fn finds_the_world_in_a_pure_room_only_and_outside_tests_only() {
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
            assert!(faults("sources/host.rs", code).is_empty(), "{code}");
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
    fn keeps_the_verifier_a_stranger_to_the_redactor() {
        assert!(faults("verify/read.rs", "use crate::redact::rules;")[0].contains("stranger"));
        assert!(faults("verify/read.rs", "use crate::text::lines;").is_empty());
        assert!(faults("verify/read_tests.rs", "use crate::redact::rules;").is_empty());
    }

    #[test]
    fn finds_panics_files_without_a_header_and_files_that_are_two() {
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
        assert!(faults("main.rs", &"\n".repeat(MOST_LINES))[0].contains("two files"));
        assert!(faults("main.rs", &"\n".repeat(MOST_LINES - 1)).is_empty());
    }
}
