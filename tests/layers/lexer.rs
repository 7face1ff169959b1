//! Just enough of Rust's grammar to see which paths a source file names: no comments, no literals,
//! `use` groups written out, items for tests set apart.

/// The source with comments and the insides of literals blanked; every line stays where it was.
pub fn code_only(source: &str) -> String {
    let text: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < text.len() {
        let end = literal_end(&text, at);
        if end == at {
            out.push(text[at]);
            at += 1;
        } else {
            out.extend(
                text[at..end]
                    .iter()
                    .map(|c| if *c == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        }
    }
    out
}

/// Where a comment or literal that begins at `at` ends; `at` itself where none begins.
fn literal_end(text: &[char], at: usize) -> usize {
    let is = |i: usize, c: char| text.get(i) == Some(&c);
    let until = |from: usize, stop: &dyn Fn(usize) -> bool| {
        (from..text.len()).find(|i| stop(*i)).unwrap_or(text.len())
    };
    match text[at] {
        '/' if is(at + 1, '/') => until(at, &|i| text[i] == '\n'),
        '/' if is(at + 1, '*') => {
            let (mut depth, mut i) = (1, at + 2);
            while i < text.len() && depth > 0 {
                let (opens, closes) = (is(i, '/') && is(i + 1, '*'), is(i, '*') && is(i + 1, '/'));
                depth = if opens {
                    depth + 1
                } else if closes {
                    depth - 1
                } else {
                    depth
                };
                i += if opens || closes { 2 } else { 1 };
            }
            i.min(text.len())
        }
        '"' => quoted_end(text, at, '"'),
        // A lifetime has no closing quote one character on; a character literal has.
        '\'' if is(at + 1, '\\') || is(at + 2, '\'') => quoted_end(text, at, '\''),
        'r' if at == 0 || !is_word(text[at - 1]) || text[at - 1] == 'b' => {
            let quote = until(at + 1, &|i| text[i] != '#');
            if !is(quote, '"') {
                return at;
            }
            let hashes = quote - at - 1;
            let close = until(quote + 1, &|i| {
                text[i] == '"' && (1..=hashes).all(|n| is(i + n, '#'))
            });
            (close + hashes + 1).min(text.len())
        }
        _ => at,
    }
}

fn quoted_end(text: &[char], at: usize, quote: char) -> usize {
    let mut i = at + 1;
    while i < text.len() && text[i] != quote {
        i += if text[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(text.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A word, a `::`, or one sign, with its line.
pub type Token = (String, usize);

pub fn tokens(code: &str) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    for (n, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let len = if is_word(first) {
                rest.find(|c| !is_word(c)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            out.push((rest[..len].to_owned(), n + 1));
            rest = rest[len..].trim_start();
        }
    }
    out
}

/// The tokens without items that are compiled for tests only.
pub fn without_tests(all: &[Token]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < all.len() {
        let Some(behind) = test_attribute(&all[at..]) else {
            out.push(all[at].clone());
            at += 1;
            continue;
        };
        at += behind;
        let mut open = 0_usize;
        while at < all.len() {
            match all[at].0.as_str() {
                "{" | "(" | "[" => open += 1,
                "}" | ")" | "]" => open = open.saturating_sub(1),
                _ => {}
            }
            let sign = all[at].0.as_str();
            at += 1;
            if open == 0 && matches!(sign, "}" | ";") {
                break;
            }
        }
    }
    out
}

/// How long the attribute at the front is, if it is one like `#[cfg(test)]`.
fn test_attribute(tokens: &[Token]) -> Option<usize> {
    let cfg = ["#", "[", "cfg", "("];
    let is_cfg = tokens.len() > cfg.len() && tokens.iter().zip(cfg).all(|(t, w)| t.0 == w);
    let end = tokens.iter().position(|t| t.0 == "]").filter(|_| is_cfg)?;
    let says = |word: &str| tokens[..end].iter().any(|t| t.0 == word);
    (says("test") && !says("not")).then_some(end + 1)
}

/// Every path in the code, groups written out: `use a::{b, c::d}` gives `a::b` and `a::c::d`.
pub fn paths(all: &[Token]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < all.len() {
        if all[at].0.starts_with(is_word) {
            at = path(all, at, "", &mut out);
        } else {
            at += 1;
        }
    }
    out
}

/// Reads one path that goes on at `at` below `prefix`; gives the index behind it.
fn path(all: &[Token], at: usize, prefix: &str, out: &mut Vec<Token>) -> usize {
    let word = |i: usize| all.get(i).map_or("", |t| t.0.as_str());
    let whole = format!("{prefix}{}", word(at));
    if word(at + 1) != "::" {
        out.push((whole, all[at].1));
        return at + 1;
    }
    match word(at + 2) {
        "{" => {
            let mut i = at + 3;
            while i < all.len() && word(i) != "}" {
                i = match word(i) {
                    "as" => i + 2,
                    "," | "::" => i + 1,
                    _ => path(all, i, &format!("{whole}::"), out),
                };
            }
            i + 1
        }
        next if next == "*" || next.starts_with(is_word) => {
            path(all, at + 2, &format!("{whole}::"), out)
        }
        _ => {
            out.push((whole, all[at].1));
            at + 2
        }
    }
}

/// Lines on which `unwrap` or `expect` is called.
pub fn panics(code: &[Token]) -> impl Iterator<Item = usize> + '_ {
    code.windows(3).filter_map(|w| {
        let called = matches!(w[1].0.as_str(), "unwrap" | "expect") && w[2].0 == "(";
        (called && matches!(w[0].0.as_str(), "." | "::")).then_some(w[1].1)
    })
}
