//! Where the value of a name stands, in every notation that logs, files and command lines have.
use super::bytes::{alnum, at, before, has_word, part, run_end, run_start};

/// Longest bare value that is read: its beginning tells what it is.
pub(super) const LONG: usize = 4096;
/// Longest quoted value, and longest line of cookies.
pub(super) const QUOTED: usize = 16 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `name=value`
    Equals,
    /// `name: value`, as in a header, YAML or a sentence
    Colon,
    /// `"name": value`
    Json,
    /// `<name>value</name>`
    Xml,
    /// `--name value`
    Flag,
    /// `"name":"password","value":"..."`
    Pair,
}

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) quoted: bool,
}

fn closers(text: &[u8], i: usize) -> usize {
    let j = run_end(text, i, 8, |b| b == b'\\');
    match at(text, j) {
        b'"' | b'\'' | b']' => j + 1,
        _ => i,
    }
}

/// The value that belongs to the name at `from..to`, and the notation it is in.
pub(super) fn find_value(text: &[u8], from: usize, to: usize) -> Option<(Form, Value)> {
    let after = closers(text, to);
    let quoted_name = after > to;
    let tag = xml_open(text, from);
    if tag {
        let close = run_end(text, to, 256, |b| b != b'>' && b != b'<' && b != b'\n');
        if at(text, close) == b'>' && before(text, close) != b'/' && !spoken_of(text, from, close) {
            return Some((Form::Xml, element(text, close + 1)));
        }
    }
    if at(text, to) == b'<' && at(text, to + 1) == b'/' {
        return sibling(text, to).map(|v| (Form::Pair, v));
    }
    if at(text, to) == b'\n' || at(text, to) == b'\r' {
        return yaml_pair(text, from, to).map(|v| (Form::Pair, v));
    }
    let sign = run_end(text, after, 8, |b| b == b' ' || b == b'\t');
    match at(text, sign) {
        b'=' => {
            let i = run_end(text, sign, 2, |b| matches!(b, b'=' | b'>'));
            Some((Form::Equals, value(text, i)))
        }
        b':' if at(text, sign + 1) == b'=' => Some((Form::Equals, value(text, sign + 2))),
        b':' if at(text, sign + 1) == b'/' && at(text, sign + 2) == b'/' => None,
        b':' if quoted_name => Some((Form::Json, value(text, sign + 1))),
        b':' => Some((Form::Colon, value(text, sign + 1))),
        _ if at(text, from) == b'-' => flag(text, to).map(|v| (Form::Flag, v)),
        _ if quoted_name => beside(text, from, after).map(|v| (Form::Pair, v)),
        _ => None,
    }
}

/// True where `<` (and maybe a prefix) stands right before the name.
fn xml_open(text: &[u8], from: usize) -> bool {
    let colon = before(text, from) == b':';
    let start = if colon {
        run_start(text, from - 1, 32, alnum)
    } else {
        from
    };
    before(text, start) == b'<'
}

/// `set <token> to the value`, `token=<token> https://…`: no element, but a word in a sentence or a command. The
/// name begins at `from`, and its bracket closes at `close`.
fn spoken_of(text: &[u8], from: usize, close: usize) -> bool {
    let next = close + 2;
    let apart = matches!(before(text, from - 1), b' ' | b'=') && at(text, close + 1) == b' ';
    let word = run_end(text, next, 24, |b| b.is_ascii_lowercase());
    let plain = word > next + 1 && matches!(at(text, word), b' ' | b',' | b'.');
    let value = run_end(text, next, LONG, |b| b != b'<' && b != b'\n');
    apart && (plain || has_word(text, next, b"http")) && part(text, value, value + 2) != b"</"
}

/// `<key>name</key><string>value</string>`, and the same with `name` and `value`, over a line's end too.
fn sibling(text: &[u8], to: usize) -> Option<Value> {
    let close = run_end(text, to, 24, |b| b != b'>');
    let tag = part(text, to + 2, close).to_ascii_lowercase();
    let named = ["key", "name", "param-name", "string"]
        .iter()
        .any(|t| tag == t.as_bytes());
    let open = run_end(text, close + 1, 64, |b| b.is_ascii_whitespace());
    let valued = ["<value", "<string", "<param-value", "<val"]
        .iter()
        .any(|t| has_word(text, open, t.as_bytes()));
    let end = run_end(text, open, 64, |b| b != b'>' && b != b'\n');
    let filled = at(text, end) == b'>' && before(text, end) != b'/';
    (named && valued && filled).then(|| element(text, end + 1))
}

/// `- name: NAME` and on the next line `value: ...`.
fn yaml_pair(text: &[u8], from: usize, to: usize) -> Option<Value> {
    let lead = part(text, from.saturating_sub(6), from);
    if !(lead.ends_with(b"name: ") || lead.ends_with(b"key: ")) {
        return None;
    }
    let next = run_end(text, to, 64, |b| b.is_ascii_whitespace());
    has_word(text, next, b"value: ").then(|| value(text, next + 7))
}

fn element(text: &[u8], i: usize) -> Value {
    let i = run_end(text, i, 64, |b| b.is_ascii_whitespace());
    let cdata = b"<![CDATA[";
    if part(text, i, i + cdata.len()) == cdata {
        let start = i + cdata.len();
        let end = run_end(text, start, LONG, |b| b != b']');
        return Value {
            start,
            end,
            quoted: true,
        };
    }
    Value {
        start: i,
        end: run_end(text, i, LONG, |b| b != b'<' && b != b'\n'),
        quoted: true,
    }
}

/// The value of a command-line flag: the next word, or the next string of an argument list.
pub(super) fn flag(text: &[u8], to: usize) -> Option<Value> {
    let quote = closers(text, to);
    let mut i = quote;
    if quote > to {
        i = run_end(text, i, 8, |b| {
            matches!(b, b',' | b' ' | b'\t' | b'\n' | b'\r')
        });
        if i == quote || !matches!(at(text, run_end(text, i, 8, |b| b == b'\\')), b'"' | b'\'') {
            return None;
        }
    } else if !matches!(at(text, i), b' ' | 0) || i >= text.len() {
        return None;
    } else {
        i += 1;
    }
    let v = value(text, i);
    (at(text, v.start) != b'-').then_some(v)
}

/// The value of the field beside: `"name":"x","value":"..."` in either order, or attributes.
fn beside(text: &[u8], from: usize, after: usize) -> Option<Value> {
    let glue = |b: u8| b.is_ascii_whitespace() || matches!(b, b',' | b'\\' | b'"' | b'\'');
    let next = run_end(text, after, 64, glue);
    if next > after && has_word(text, next, b"value") {
        return value_after(text, next + 5);
    }
    // The other order: the field before this one is the value.
    let sign = run_start(text, from, 16, |b| glue(b) && b != b',');
    if !matches!(before(text, sign), b':' | b'=') {
        return None;
    }
    let key = run_start(text, sign - 1, 16, |b| glue(b) && b != b',');
    let word = run_start(text, key, 8, alnum);
    if !matches!(part(text, word, key), b"name" | b"key" | b"Name" | b"Key") {
        return None;
    }
    let lo = word.saturating_sub(4096);
    let back = part(text, lo, word);
    let at_value = lo + memchr::memmem::rfind(back, b"value")?;
    let v = value_after(text, at_value + 5)?;
    let between = part(text, v.end, word);
    (v.quoted && between.len() <= 48 && between.iter().all(|&b| glue(b))).then_some(v)
}

/// The value after a name that ends at `i`: closing quote, sign, value.
pub(super) fn value_after(text: &[u8], i: usize) -> Option<Value> {
    let sign = run_end(text, closers(text, i), 8, |b| b == b' ');
    matches!(at(text, sign), b':' | b'=').then(|| value(text, sign + 1))
}

fn value(text: &[u8], i: usize) -> Value {
    let i = run_end(text, i, 16, |b| b == b' ' || b == b'\t');
    if let Some(v) = folded(text, i) {
        return v;
    }
    // A list with the one value in it.
    let i = if at(text, i) == b'[' {
        let first = run_end(text, i + 1, 16, |b| b.is_ascii_whitespace());
        if matches!(at(text, first), b'"' | b'\'') {
            first
        } else {
            i
        }
    } else {
        i
    };
    let open = run_end(text, i, 8, |b| b == b'\\');
    let quote = at(text, open);
    if matches!(quote, b'"' | b'\'' | b'`') {
        return quoted(text, open, open - i, quote);
    }
    let end = run_end(text, i, LONG, |b| {
        b > 0x20
            && !matches!(
                b,
                b',' | b';' | b'&' | b'<' | b'>' | b'"' | b'\'' | b')' | b']' | b'}' | b'|'
            )
    });
    Value {
        start: i,
        end,
        quoted: false,
    }
}

/// The lines below `|` or `>` of YAML.
fn folded(text: &[u8], i: usize) -> Option<Value> {
    if !matches!(at(text, i), b'|' | b'>') {
        return None;
    }
    let sign = run_end(text, i, 3, |b| matches!(b, b'|' | b'>' | b'-' | b'+'));
    let end = run_end(text, sign, 4, |b| matches!(b, b' ' | b'\r'));
    if at(text, end) != b'\n' || sign == i {
        return None;
    }
    let start = run_end(text, end + 1, 64, |b| b == b' ');
    let stop = run_end(text, start, LONG, |b| b >= 0x20);
    let named = part(text, start, stop).contains(&b':') && stop - start < 24;
    (start > end + 1 && !named).then_some(Value {
        start,
        end: stop,
        quoted: true,
    })
}

/// A quoted value; a quote inside it has more backslashes than the one that opened it.
fn quoted(text: &[u8], open: usize, slashes: usize, quote: u8) -> Value {
    let start = open + 1;
    let stop = text.len().min(start + QUOTED);
    let mut i = start;
    while let Some(n) = memchr::memchr2(quote, b'\n', part(text, i, stop)) {
        let end = i + n;
        let here = end - run_start(text, end, end - start, |b| b == b'\\');
        if at(text, end) == b'\n' || here <= slashes {
            return Value {
                start,
                end: end - here.min(slashes),
                quoted: true,
            };
        }
        i = end + 1;
    }
    Value {
        start,
        end: stop,
        quoted: true,
    }
}
