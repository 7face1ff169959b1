//! The import graph of the source files: which file uses items of which other file, read from `use` declarations and
//! paths outside tests. A re-export in a `mod.rs` is followed to the file that defines the item.
use std::collections::{BTreeMap, BTreeSet};

use super::lexer::{Token, paths, without_tests};

/// A module by its path below the crate root: `["redact", "engine"]`.
type Module = Vec<String>;

/// One source file, tokenized, without its tests.
struct File {
    name: String,
    module: Module,
    code: Vec<Token>,
}

/// A use of one file by another: the file that is used, and the line of the first use.
type Uses = BTreeMap<usize, usize>;

/// Files that use each other in a circle, as names below `src` and as text with the lines of their uses.
pub struct Cycle {
    pub files: Vec<String>,
    pub text: String,
}

/// Files and their uses of each other.
pub struct Graph {
    files: Vec<File>,
    uses: Vec<Uses>,
}

impl Graph {
    /// The graph of `(name below src with slashes, tokens)`. Files of tests must be left out.
    pub fn of(sources: &[(String, Vec<Token>)]) -> Self {
        let files: Vec<File> = sources
            .iter()
            .map(|(name, all)| File {
                name: name.clone(),
                module: module_of(name),
                code: without_visibilities(&without_tests(all)),
            })
            .collect();
        let modules: BTreeMap<&Module, usize> = files
            .iter()
            .enumerate()
            .map(|(i, f)| (&f.module, i))
            .collect();
        let exports: Vec<BTreeMap<String, Module>> =
            files.iter().map(|f| re_exports(f, &modules)).collect();
        let uses = files
            .iter()
            .enumerate()
            .map(|(i, file)| {
                let mut uses = Uses::new();
                for (path, line) in paths(&without_re_exports(&file.code)) {
                    let target = absolute(&path, &file.module, &modules)
                        .and_then(|path| owner(&path, &modules, &exports, 0));
                    if let Some(target) = target.filter(|t| *t != i) {
                        uses.entry(target).or_insert(line);
                    }
                }
                uses
            })
            .collect();
        Self { files, uses }
    }

    /// Every group of files that use each other in a circle.
    pub fn cycles(&self) -> Vec<Cycle> {
        let mut out = Vec::new();
        for group in components(&self.uses) {
            let members: BTreeSet<usize> = group.iter().copied().collect();
            let mut text = format!("a cycle of {} files:", group.len());
            for from in &members {
                for (to, line) in self.uses[*from]
                    .iter()
                    .filter(|(to, _)| members.contains(to))
                {
                    let (from, to) = (&self.files[*from].name, &self.files[*to].name);
                    text += &["\n  src/", from, ":", &line.to_string(), " uses src/", to].concat();
                }
            }
            let files = members.iter().map(|i| self.files[*i].name.clone());
            out.push(Cycle {
                files: files.collect(),
                text,
            });
        }
        out
    }
}

/// The module that a file is: `a/b.rs` and `a/b/mod.rs` are both `a::b`.
fn module_of(name: &str) -> Module {
    let parts = name.trim_end_matches(".rs").split('/');
    parts
        .filter(|p| !matches!(*p, "mod" | "lib" | "main"))
        .map(str::to_owned)
        .collect()
}

/// A path from the crate root. `None` for paths into other crates and for plain names.
fn absolute(path: &str, here: &Module, modules: &BTreeMap<&Module, usize>) -> Option<Module> {
    let parts: Vec<&str> = path.split("::").collect();
    let ups = parts.iter().take_while(|p| **p == "super").count();
    let (base, rest): (&[String], &[&str]) = match parts[0] {
        "crate" => (&[], &parts[1..]),
        "self" => (here, &parts[1..]),
        "super" => (here.get(..here.len().checked_sub(ups)?)?, &parts[ups..]),
        child if parts.len() > 1 => {
            let mut module = here.clone();
            module.push(child.to_owned());
            modules.get(&module)?;
            (here, &parts[..])
        }
        _ => return None,
    };
    let rest = rest.iter().map(|p| (*p).to_owned());
    Some(base.iter().cloned().chain(rest).collect())
}

/// The file that defines what a path from the root names.
fn owner(
    path: &[String],
    modules: &BTreeMap<&Module, usize>,
    exports: &[BTreeMap<String, Module>],
    depth: usize,
) -> Option<usize> {
    let (len, file) = (0..=path.len())
        .rev()
        .find_map(|n| Some((n, *modules.get(&path[..n].to_vec())?)))?;
    let Some(target) = path.get(len).and_then(|name| exports[file].get(name)) else {
        // A bare use of a module names no item of it; the file counts as used all the same.
        return Some(file);
    };
    if depth > 8 {
        return Some(file);
    }
    let whole: Module = target.iter().chain(&path[len + 1..]).cloned().collect();
    owner(&whole, modules, exports, depth + 1).or(Some(file))
}

/// `pub(in crate::a)` as `pub`: who may see an item is no use of anything.
fn without_visibilities(code: &[Token]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(code.len());
    let mut at = 0;
    while at < code.len() {
        let opens = code[at].0 == "(" && out.last().is_some_and(|t| t.0 == "pub");
        let scope = code.get(at + 1).map_or("", |t| t.0.as_str());
        if opens && matches!(scope, "crate" | "super" | "self" | "in") {
            at += code[at..].iter().position(|t| t.0 == ")").unwrap_or(0);
        } else {
            out.push(code[at].clone());
        }
        at += 1;
    }
    out
}

/// Where each re-export (`pub use …`) begins and ends in the tokens.
fn re_export_spans(code: &[Token]) -> Vec<(usize, usize)> {
    let word = |i: usize| code.get(i).map_or("", |t: &Token| t.0.as_str());
    let mut spans = Vec::new();
    let mut at = 0;
    while at < code.len() {
        if word(at) == "pub" {
            let mut keyword = at + 1;
            if word(keyword) == "(" {
                while keyword < code.len() && word(keyword) != ")" {
                    keyword += 1;
                }
                keyword += 1;
            }
            if word(keyword) == "use" {
                let end = (keyword..code.len())
                    .find(|i| word(*i) == ";")
                    .unwrap_or(code.len());
                spans.push((keyword + 1, end));
                at = end;
            }
        }
        at += 1;
    }
    spans
}

fn re_exports(file: &File, modules: &BTreeMap<&Module, usize>) -> BTreeMap<String, Module> {
    let mut out = BTreeMap::new();
    for (from, to) in re_export_spans(&file.code) {
        for (path, _) in paths(&file.code[from..to]) {
            if let Some(target) = absolute(&path, &file.module, modules)
                && let Some(name) = target.last().cloned()
            {
                out.insert(name, target);
            }
        }
    }
    out
}

fn without_re_exports(code: &[Token]) -> Vec<Token> {
    let spans = re_export_spans(code);
    let inside = |i: usize| spans.iter().any(|(from, to)| (*from..*to).contains(&i));
    let kept = code.iter().enumerate().filter(|(i, _)| !inside(*i));
    kept.map(|(_, token)| token.clone()).collect()
}

/// Groups of two or more nodes that reach each other.
fn components(uses: &[Uses]) -> Vec<Vec<usize>> {
    let reach: Vec<BTreeSet<usize>> = (0..uses.len())
        .map(|from| {
            let mut seen = BTreeSet::new();
            let mut open: Vec<usize> = uses[from].keys().copied().collect();
            while let Some(next) = open.pop() {
                if seen.insert(next) {
                    open.extend(uses[next].keys());
                }
            }
            seen
        })
        .collect();
    let mut done: BTreeSet<usize> = BTreeSet::new();
    let mut groups = Vec::new();
    for node in 0..uses.len() {
        if reach[node].contains(&node) && !done.contains(&node) {
            let group: Vec<usize> = reach[node]
                .iter()
                .copied()
                .filter(|n| reach[*n].contains(&node))
                .collect();
            done.extend(&group);
            groups.push(group);
        }
    }
    groups
}

/// Inherent `impl` blocks of a type that another file defines, as `(type, line)`.
pub fn foreign_impls(all: &[Token]) -> Vec<Token> {
    let code = without_tests(all);
    let word = |i: usize| code.get(i).map_or("", |t: &Token| t.0.as_str());
    let defined: BTreeSet<&str> = (0..code.len())
        .filter(|i| matches!(word(*i), "struct" | "enum" | "union" | "trait" | "type"))
        .map(|i| word(i + 1))
        .collect();
    let mut out = Vec::new();
    for at in 0..code.len() {
        let begins = at == 0 || matches!(word(at - 1), "}" | ";" | "{" | "]");
        if word(at) != "impl" || !begins {
            continue;
        }
        let mut i = at + 1;
        if word(i) == "<" {
            i = behind_angles(&code, i);
        }
        let mut name = word(i);
        while word(i + 1) == "::" {
            i += 2;
            name = word(i);
        }
        i += 1;
        if word(i) == "<" {
            i = behind_angles(&code, i);
        }
        if word(i) != "for" && !defined.contains(name) {
            out.push((name.to_owned(), code[at].1));
        }
    }
    out
}

/// The index behind the angle brackets that open at `at`.
fn behind_angles(code: &[Token], at: usize) -> usize {
    let mut depth = 0_usize;
    for (i, token) in code.iter().enumerate().skip(at) {
        match token.0.as_str() {
            "<" => depth += 1,
            // The arrow of a function's result closes nothing.
            ">" if code[i - 1].0 != "-" => {
                depth -= 1;
                if depth == 0 {
                    return i + 1;
                }
            }
            _ => {}
        }
    }
    code.len()
}
