//! Values whose end or place what stands around them tells: settings with blanks, variables of an environment in
//! quotes, members of an object that a log prints, values behind an arrow, between three quotes, or in a flow.
use std::ops::Range;

use super::bare::assigns;
use super::directive::starts_line;
use super::element::LONGEST_CDATA;
use super::locate::{Join, Located, Value, skip_spaces, to_line_end, trim, value_at};
use super::name_value_pair::{NAMING, VALUE_NAMES, is_one_of};
use super::quote;
use super::quote::Mark;

/// Longest rest of a value that is looked at.
const LONGEST_REST: usize = 256;

/// The value with the words behind its first blank that belong to it. `config` is true in a file of settings, where
/// a line is a setting.
pub(in crate::redact) fn grown(
    text: &[u8],
    key: &Range<usize>,
    mut value: Value,
    config: bool,
) -> Value {
    let end = value.span.end;
    let words = value.mark == Mark::None && value.join == Join::Equals;
    if !words || text.get(end) != Some(&b' ') {
        return value;
    }
    let rest = &text[end..text.len().min(end + LONGEST_REST)];
    let line = &rest[..to_line_end(rest)];
    let name = &text[key.clone()];
    let variable = name.contains(&b'_') && !name.iter().any(u8::is_ascii_lowercase);
    let before = key.start.checked_sub(1).map_or(b'\n', |i| text[i]);
    let len = match before {
        b'"' | b'\'' if variable => string_rest(text, key.start, line),
        b'"' | b'\'' => None,
        _ if starts_line(text, key.start) && (config || name.contains(&b'.')) => setting_rest(line),
        b' ' | b'[' | b'(' | b'{' => member_rest(&text[..key.start], line),
        _ => None,
    };
    if let Some(len) = len {
        value.span.end = trim(text, end..end + len).end.max(end);
    }
    value
}

/// Up to the quote that ends the string which begins with the name at `key`.
fn string_rest(text: &[u8], key: usize, line: &[u8]) -> Option<usize> {
    let head = &text[key.saturating_sub(64)..key];
    let backslashes = head[..head.len() - 1]
        .iter()
        .rev()
        .take_while(|b| **b == b'\\')
        .count();
    // One that is escaped more often than the first is part of the value.
    let escapes = |at: &usize| {
        line[..*at]
            .iter()
            .rev()
            .take_while(|b| **b == b'\\')
            .count()
    };
    let quote = *head.last()?;
    let mut quotes = memchr::memchr_iter(quote, line);
    quotes
        .find(|at| escapes(at) <= backslashes)
        .map(|at| at - escapes(&at))
}

/// Up to a comment, or to the next setting on the line. A command that the setting is for is none of it.
fn setting_rest(line: &[u8]) -> Option<usize> {
    let mut blanks = memchr::memchr_iter(b' ', line);
    let ends = |i: &usize| {
        let rest = &line[i + 1..];
        matches!(rest.first(), Some(b'#' | b';' | b'"')) || assigns(rest)
    };
    let len = blanks.find(ends).unwrap_or(line.len());
    let words = &line[..len];
    let command = memchr::memmem::find(words, b" -").is_some() || words.contains(&b'/');
    (!command).then_some(len)
}

/// Where `mlopez; error: 15` goes on with a setting of another name.
pub(in crate::redact) fn next_setting(raw: &[u8]) -> usize {
    let word = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b' ' | b'_' | b'-');
    memchr::memmem::find_iter(raw, b"; ")
        .find(|at| {
            let rest = &raw[at + 2..];
            let name = rest.iter().take(40).take_while(|b| word(b)).count();
            name > 1 && matches!(rest.get(name), Some(b':' | b'='))
        })
        .unwrap_or(raw.len())
}

/// Up to the end of a member in `Spec [host=…, password=two words, port=…]`.
fn member_rest(head: &[u8], line: &[u8]) -> Option<usize> {
    let member = head.ends_with(b", ") || !head.ends_with(b" ");
    let len = line.iter().position(|b| b",[({])}\"'=:<".contains(b))?;
    let ends = match line[len] {
        b',' => line.get(len + 1) == Some(&b' ') && assigns(&line[len + 2..]),
        b']' | b')' | b'}' => true,
        _ => false,
    };
    (member && ends).then_some(len)
}

/// `token -> value`: what follows the name's arrow.
pub(in crate::redact) fn behind_arrow(text: &[u8], key: &Range<usize>) -> Located {
    let at = skip_spaces(text, key.end, false);
    let arrow = at > key.end && text.get(at..).is_some_and(|t| t.starts_with(b"-> "));
    if !arrow {
        return Located::Nothing;
    }
    value_at(
        text,
        skip_spaces(text, at + 3, false),
        Join::Equals,
        None,
        false,
    )
}

/// `"old" -> "new"`: the value that took the place of this one.
pub(in crate::redact) fn successor(text: &[u8], value: &Value) -> Option<Value> {
    let after = value.span.end + value.mark.len();
    let rest = text.get(after..)?;
    if !(rest.starts_with(b" -> ") || rest.starts_with(b" => ")) {
        return None;
    }
    let (mark, start) = quote::opening(text, after + 4)?;
    let end = quote::end(text, start, mark)?;
    (mark == value.mark && start < end).then(|| Value {
        span: start..end,
        ..value.clone()
    })
}

/// `a3="--user" a4="…"`: the words of a command as auditd writes them; where the quote of the next one is.
pub(in crate::redact) fn next_of_audit(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix(b"a")?;
    let digits = rest
        .iter()
        .take(4)
        .take_while(|b| b.is_ascii_digit())
        .count();
    (digits > 0 && rest.get(digits) == Some(&b'=')).then_some(at + digits + 2)
}

/// Where the quote is of a value that is told with its type: `Some("…")`, `string(12) "…"`, `[]string{"…"}`.
pub(in crate::redact) fn wrapped(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with(b"[]string{") {
        return at + 9;
    }
    let word = rest
        .iter()
        .take(24)
        .take_while(|b| b.is_ascii_alphabetic() || **b == b'_')
        .count();
    if word == 0 || rest.get(word) != Some(&b'(') {
        return at;
    }
    let digits = rest[word + 1..]
        .iter()
        .take(8)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let inner = word + 1 + digits;
    let quote = match rest.get(inner) {
        Some(b')') if digits > 0 && rest.get(inner + 1) == Some(&b' ') => inner + 2,
        _ if digits == 0 => inner,
        _ => return at,
    };
    match quote::opening(rest, quote) {
        Some((Mark::Double(_) | Mark::Single, _)) => at + quote,
        _ => at,
    }
}

/// Length of `;s:12:` between a name and its value, as PHP keeps them.
pub(in crate::redact) fn serialized(text: &[u8]) -> usize {
    let Some(rest) = text.strip_prefix(b";s:") else {
        return 0;
    };
    let digits = rest
        .iter()
        .take(8)
        .take_while(|b| b.is_ascii_digit())
        .count();
    if digits > 0 && rest.get(digits) == Some(&b':') {
        digits + 4
    } else {
        0
    }
}

/// The string between three quotes of either kind at `at`.
pub(in crate::redact) fn triple(text: &[u8], at: usize, join: Join) -> Option<Located> {
    let rest = text.get(at..)?;
    let sign = *rest.first()?;
    if !matches!(sign, b'"' | b'\'') || !rest.starts_with(&[sign; 3]) || rest.get(3) == Some(&sign)
    {
        return None;
    }
    let body = &rest[3..rest.len().min(LONGEST_CDATA)];
    let end = memchr::memmem::find(body, &[sign; 3]).unwrap_or_else(|| to_line_end(body));
    let span = trim(text, at + 3..at + 3 + end);
    let value = Value {
        span,
        mark: Mark::None,
        join,
        line_start: true,
        needs_quotes: None,
    };
    (!value.span.is_empty()).then_some(Located::One(value))
}

/// Length of what is as good as a blank: a colour, a tab as syslog writes it, the blanks of mails and pages.
pub(in crate::redact) fn odd_blank(text: &[u8]) -> usize {
    // Nearly always a value begins here.
    if !matches!(text.first(), Some(b'#' | b'\\' | 0x1b | 0x80..)) {
        return 0;
    }
    match text {
        [b'#', b'0', b'1', b'1', ..] => 4,
        [0xc2, 0xa0, ..] => 2,
        [0xe2, 0x80, 0x8b, ..] | [0xef, 0xbb, 0xbf, ..] => 3,
        _ => colour_len(text),
    }
}

/// Length of a colour of a terminal at the front: `ESC[0m`, also as `\u001b[0m` in JSON.
fn colour_len(text: &[u8]) -> usize {
    let escape = match text {
        [0x1b, b'[', ..] => 2,
        _ if text.starts_with(b"\\u001b[") || text.starts_with(b"\\u001B[") => 7,
        _ => return 0,
    };
    let digits = text[escape..]
        .iter()
        .take(12)
        .take_while(|b| b.is_ascii_digit() || **b == b';')
        .count();
    if text.get(escape + digits) == Some(&b'm') {
        escape + digits + 1
    } else {
        0
    }
}

/// `{name: key, value: …}` of YAML.
pub(in crate::redact) fn flow_item(text: &[u8], key: &Range<usize>) -> Option<Located> {
    let head = text[key.start.saturating_sub(64)..key.start].strip_suffix(b": ")?;
    let word = head
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    let (front, word) = head.split_at(head.len() - word);
    let opens = matches!(front.trim_ascii_end(), [.., b'{' | b',']);
    let rest = text.get(key.end..)?.strip_prefix(b", ")?;
    let next = rest
        .iter()
        .take(16)
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    let named = rest.get(next..)?.starts_with(b": ") && is_one_of(&rest[..next], &VALUE_NAMES);
    if !opens || !named || !is_one_of(word, &NAMING) {
        return None;
    }
    Some(value_at(
        text,
        key.end + 2 + next + 2,
        Join::Colon,
        None,
        false,
    ))
}

#[cfg(test)]
mod tests {
    use crate::redact::engine::redactor::{Dialect, Level};
    use crate::redact::engine::tally::Tally;
    use crate::redact::rules::rules_tests::{redact, redactor};

    fn redacted(text: &str) -> String {
        redact(&redactor(Level::Standard), text)
    }

    #[test]
    fn a_value_goes_as_far_as_its_surroundings_tell() {
        for text in [
            r#"["ASPERA_SCP_PASS=«Velvet otter nine»","PATH=/usr/bin"]"#,
            r#"{"a":"[\"ASPERA_SCP_PASS=«Velvet otter nine»\",\"PATH=/usr/bin\"]"}"#,
            "Spec [port=1, password=«Velvet otter nine», port=2]",
            "Spec(password=«Velvet otter nine»)",
            "spring.datasource.password=«Velvet otter nine»",
            r#"Config { host: "h", password: Some("«Velvet otter nine»"), key: None }"#,
            r#"array(2) { ["password"]=> string(17) "«Velvet otter nine»" }"#,
            r#"a:1:{s:8:"password";s:17:"«Velvet otter nine»";}"#,
            "Config(password=SecretStr('«Velvet otter nine»'))",
        ] {
            let plain: String = text.replace(['«', '»'], "");
            let out = redacted(&plain);
            assert!(!out.contains("otter") && !out.contains("nine"), "{out}");
        }
        for (text, kept) in [
            ("x password=Marble-Finch and more words", "and more words"),
            ("Spec [password=Marble-Finch, port=2]", ", port=2]"),
            (
                "Object ( [pass] => Marble-Finch [port] => 2 )",
                " [port] => 2 )",
            ),
            (
                r#"Config { password: Some("Marble-Finch"), key: None }"#,
                r#""), key: None }"#,
            ),
            ("NODE_PASS=Marble-Finch ascp x", " ascp x"),
            ("node.pass=Marble-Finch -v /x", " -v /x"),
        ] {
            assert!(redacted(text).ends_with(kept), "{}", redacted(text));
        }
    }

    #[test]
    fn a_line_of_settings_is_one_setting() {
        let text = b"password = Velvet otter nine ; ours\nPASS=Velvet otter nine\nport = 5\n";
        let r = redactor(Level::Standard);
        let out = r.block(text, Dialect::Config, &mut Tally::default());
        let out = String::from_utf8_lossy(out.as_bytes()).into_owned();
        assert!(
            !out.contains("otter") && out.ends_with("\nport = 5\n") && out.contains(" ; ours\n"),
            "{out}"
        );
    }

    #[test]
    fn what_took_the_place_of_a_secret_is_one() {
        let out = redacted(r#"~ admin_password = "Marble-Finch" -> "Velvet otter""#);
        assert!(!out.contains("otter"), "{out}");
        let out = redacted("setting store aoc.refreshToken -> Zk81mQpLtR29xYwVb7");
        assert!(!out.contains("Zk81"), "{out}");
        let code = "token->next = 5; password -> expired";
        assert_eq!(redacted(code), code);
    }
}
