//! `ARCHITECTURE.md`: one line for each folder and file, made of the first sentence of each file's header.
use std::collections::BTreeMap;

/// The page for `(name below src with slashes, source)`, without files of tests.
pub fn page(sources: &[(String, String)]) -> String {
    let mut folders: BTreeMap<&str, Vec<(&str, String)>> = BTreeMap::new();
    for (name, source) in sources {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        folders
            .entry(folder)
            .or_default()
            .push((file, first_sentence(source)));
    }
    let mut lines = vec![HEAD.trim_end().to_owned()];
    for (folder, files) in folders {
        let path = format!("src/{folder}");
        let path = path.trim_end_matches('/');
        let level = if folder.contains('/') { "###" } else { "##" };
        lines.push(format!("\n{level} `{path}/`"));
        if let Some((_, what)) = files.iter().find(|(file, _)| *file == "mod.rs") {
            lines.push(what.clone());
        }
        lines.push("\n| file | what it does |\n|---|---|".to_owned());
        for (file, what) in files.iter().filter(|(file, _)| *file != "mod.rs") {
            lines.push(format!("| `{file}` | {} |", what.replace('|', "\\|")));
        }
    }
    lines.join("\n") + "\n"
}

const HEAD: &str = "# Architecture

One line for each folder and file of `src/`, taken from the file headers. `src/lib.rs` describes the flow and the layers; `CONTRIBUTING.md` says which \
files a change touches. Made by `UPDATE_ARCHITECTURE=1 cargo test --test layers architecture`; the same test fails where this page is out of date.

Data that people extend is TOML beside the code that reads it. Unit tests are in the files or in `*_tests.rs` beside them.
";

/// The first sentence of the `//!` header, on one line.
fn first_sentence(source: &str) -> String {
    let header = source.lines().take_while(|line| line.starts_with("//!"));
    let lines = header.map(|line| line.trim_start_matches("//!").trim());
    let paragraph: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    let text = paragraph.join(" ");
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    // Links of rustdoc are no links on this page.
    text[..end].replace("[`", "`").replace("`]", "`")
}
