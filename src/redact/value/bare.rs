//! Values without quotes: where they end.
use super::locate::{Join, Located, Value, to_line_end, trim};
use super::quote::Mark;
use crate::pseudonym::find_at;
use crate::redact::identity::windows_account::in_string;

/// A value without quotes.
pub(in crate::redact) fn bare(
    text: &[u8],
    at: usize,
    join: Join,
    key_mark: Option<Mark>,
    line_start: bool,
) -> Located {
    let rest = &text[at..];
    let json = key_mark.is_some() && join == Join::Colon;
    // Only a value that begins its line may cost a look at all of it.
    let line = if line_start && !json {
        let line = &rest[..to_line_end(rest)];
        // Environments of processes are told apart by zero bytes.
        &line[..memchr::memchr(0, line).unwrap_or(line.len())]
    } else {
        rest
    };
    if line_start && join == Join::Colon && is_block_sign(line) {
        return block(text, at, line.len());
    }
    let len = if json {
        line.iter()
            .position(|b| {
                let percent = key_mark == Some(Mark::Percent) && matches!(b, b'%' | b'&');
                percent || matches!(b, b',' | b'}' | b']' | b' ' | b'"' | b'\\' | b'\n' | b'\r')
            })
            .unwrap_or(line.len())
    } else if line_start && join == Join::Colon {
        let len = line
            .iter()
            .rposition(|b| !b.is_ascii_whitespace() && *b != b',')
            .map_or(0, |i| i + 1);
        let len = memchr::memmem::find(&line[..len], b"</").unwrap_or(len);
        memchr::memmem::find(&line[..len], b"(cr)").unwrap_or(len)
    } else {
        let len = bare_len(line, join);
        let len = len + login_len(text, at, &line[len..]);
        let fragment = memchr::memchr(b'#', &line[..len]).filter(|_| in_query(text, at));
        fragment.unwrap_or(len)
    };
    if len == 0 {
        return Located::Nothing;
    }
    let needs_quotes = if json { key_mark } else { None };
    Located::One(Value {
        span: at..at + len,
        mark: Mark::None,
        join,
        line_start,
        needs_quotes,
    })
}

/// `|`, `>-` and the like: the value is the indented block below.
fn is_block_sign(line: &[u8]) -> bool {
    matches!(
        line.trim_ascii_end(),
        b"|" | b">" | b"|-" | b">-" | b"|+" | b">+"
    )
}

/// The block of YAML under the line that ends `len` bytes after `at`: every line that is indented.
fn block(text: &[u8], at: usize, len: usize) -> Located {
    let begin = at + len;
    let mut end = begin;
    let least = indent(text, at) + 1;
    loop {
        let rest = &text[end..];
        let next = rest
            .len()
            .min(if rest.starts_with(b"\r\n") { 2 } else { 1 });
        let line = &rest[next..];
        let blanks = line
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let empty = matches!(line.get(blanks), Some(b'\n' | b'\r'));
        if next == 0 || (blanks < least && !(empty && blanks > 0)) {
            break;
        }
        end += next + to_line_end(line);
    }
    let span = trim(text, begin..end);
    if span.is_empty() {
        return Located::Nothing;
    }
    Located::One(Value {
        span,
        mark: Mark::None,
        join: Join::Colon,
        line_start: true,
        needs_quotes: None,
    })
}

/// How far the name is indented whose value's sign of a block stands at `at`.
fn indent(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(256);
    let start = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |i| from + i + 1);
    text[start..at]
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count()
}

/// Length of `\nina` behind the domain of an account: in plain text that is no line's end.
fn login_len(text: &[u8], at: usize, rest: &[u8]) -> usize {
    let [b'\\', b'n' | b'r' | b't', ..] = rest else {
        return 0;
    };
    let len = rest[1..]
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        .count();
    let goes_on = matches!(rest.get(1 + len), Some(b'=' | b':' | b'\\'));
    if len < 2 || goes_on || in_string(text, at) {
        return 0;
    }
    1 + len
}

/// Length of a bare value: to white space, or to a delimiter that surely ends it.
fn bare_len(line: &[u8], join: Join) -> usize {
    let mut i = in_angles(line);
    // Brackets that open in the value close in it.
    let mut open = [0_usize; 3];
    while i < line.len() {
        let next = line.get(i + 1).copied();
        let ends = match line[i] {
            b' ' | b'\t' | b'\n' | b'\r' | b'"' | b'<' | b'`' | 0x1b | 0 => true,
            b'&' | b';' | b',' => {
                join == Join::Colon
                    || next.is_none_or(|b| b.is_ascii_whitespace())
                    || assigns(&line[i + 1..])
                    || line[i] == b';' && names_a_setting(&line[i + 1..])
                    || find_at(line, i + 1).is_some()
            }
            // What events of security tools stand between.
            b'^' | b'|' => assigns(&line[i + 1..]),
            sign @ (b'(' | b'[' | b'{') => {
                open[bracket(sign)] += 1;
                false
            }
            sign @ (b')' | b']' | b'}') if open[bracket(sign)] > 0 => {
                open[bracket(sign)] -= 1;
                false
            }
            b')' | b'}' | b']' | b'\'' | b'>' => next.is_none_or(|b| {
                b.is_ascii_whitespace()
                    || matches!(
                        b,
                        b',' | b';' | b'.' | b')' | b'}' | b']' | b'"' | b'>' | b'\''
                    )
            }),
            // What a quote or a line end is escaped with stays with it. So a bare value in a string ends at `\n`:
            // lines of a log inside JSON are far more frequent than passwords with a line end, and these are
            // written in quotes, where all of them goes.
            b'\\' => {
                let run = line[i..].iter().take_while(|b| **b == b'\\').count();
                // `\users\~user.…~`: what stands behind was found by itself, and what is before is done.
                let done = find_at(line, 0) == Some(i) && find_at(line, i + run).is_some();
                let ends = done
                    || matches!(line.get(i + run), Some(b'"' | b'n' | b'r' | b't'))
                    || line[i + run..].starts_with(b"01")
                        && assigns(line.get(i + run + 3..).unwrap_or_default());
                if !ends {
                    i += run;
                    continue;
                }
                true
            }
            b'%' => {
                line.len() >= i + 3
                    && (line[i..i + 3].eq_ignore_ascii_case(b"%26")
                        || line[i..i + 3].eq_ignore_ascii_case(b"%22"))
            }
            // `#012` is a line's end as syslog writes it.
            b'#' if line[i..].starts_with(b"#01")
                && assigns(line.get(i + 4..).unwrap_or_default()) =>
            {
                true
            }
            b'#' => join == Join::Equals && i > 0 && matches!(next, None | Some(b'\n' | b'\r')),
            _ => false,
        };
        if ends {
            break;
        }
        i += 1;
    }
    i
}

/// Which of three kinds a bracket is of.
fn bracket(sign: u8) -> usize {
    match sign {
        b'(' | b')' => 0,
        b'[' | b']' => 1,
        _ => 2,
    }
}

/// Length of `<Cobalt-77>` at the front. What is all letters is the tag of an element or says that something was left
/// out.
fn in_angles(line: &[u8]) -> usize {
    let Some(inner) = line.strip_prefix(b"<") else {
        return 0;
    };
    // How Node prints bytes.
    if inner.starts_with(b"Buffer ") {
        let end = |b: &u8| matches!(b, b'>' | b'\n');
        let end = inner.iter().take(4096).position(end);
        return end.map_or(0, |i| i + 1 + usize::from(inner[i] == b'>'));
    }
    let part =
        |b: &u8| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'/' | b'"' | b'\'' | b'=');
    let len = inner.iter().take(64).take_while(|b| part(b)).count();
    let name = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b'_' | b':' | b'!');
    let tag = inner[..len].iter().all(name) || inner.starts_with(b"!");
    if tag || inner.get(len) != Some(&b'>') {
        return 0;
    }
    len + 2
}

/// True if `Persist Security Info=` comes next, as in connection strings.
fn names_a_setting(text: &[u8]) -> bool {
    let name = text
        .iter()
        .take(40)
        .take_while(|b| b.is_ascii_alphabetic() || **b == b' ')
        .count();
    name > 2 && text.get(name) == Some(&b'=')
}

/// True if the value at `at` is a parameter of an address, whose fragment begins with `#`.
fn in_query(text: &[u8], at: usize) -> bool {
    let head = &text[at.saturating_sub(64)..at];
    let Some(head) = head.strip_suffix(b"=") else {
        return false;
    };
    let name = head
        .iter()
        .rposition(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')));
    name.is_some_and(|i| match head[i] {
        // A form and the address of a database have no fragment.
        b'?' | b'&' => has_fragments(text, at),
        _ => false,
    })
}

/// True if the parameters around `at` are those of an address of the web.
fn has_fragments(text: &[u8], at: usize) -> bool {
    let head = &text[at.saturating_sub(512)..at];
    let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<' | b'(');
    let word = head.iter().rposition(ends).map_or(head, |i| &head[i + 1..]);
    word.contains(&b'?') && memchr::memmem::find(word, b"jdbc:").is_none()
}

/// True if the text goes on with `name=` or `name:`: a further field, not part of the value.
pub(in crate::redact) fn assigns(text: &[u8]) -> bool {
    let name = text
        .iter()
        .take(64)
        .take_while(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'[' | b']' | b'%')
        })
        .count();
    name > 0 && matches!(text.get(name), Some(b'=' | b':'))
}
