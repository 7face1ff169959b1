//! Words that no person chose, where no name tells what they are: strings of pages and scripts, messages of sockets,
//! comments, and the parts of addresses that open something for whoever has them.
use crate::redact::engine::replace;
use std::ops::Range;

use super::entry::Walker;
use super::headers::{is_key, is_mixed};
use crate::redact::rules::compiled::Kind;
use crate::redact::value::quote::Mark;

/// Shorter words are ids of something.
const SHORTEST: usize = 20;
/// Longer words are no tokens, but data.
const LONGEST: usize = 512;
/// Parts of an address are looked at so far.
const LONGEST_ADDRESS: usize = 8 * 1024;

/// Parameters whose values look random and open nothing.
const HARMLESS: &[&[u8]] = &[
    b"v",
    b"ver",
    b"version",
    b"rev",
    b"revision",
    b"build",
    b"release",
    b"etag",
    b"md5",
    b"sha1",
    b"sha256",
    b"checksum",
    b"digest",
    b"hash",
    b"cb",
    b"_",
    b"cursor",
];

/// Where a word may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among {
    /// In quotes or behind `=`, as strings and attributes do.
    Code,
    /// Between blanks as well.
    Words,
}

/// Cuts all words of a stretch that look random.
pub(super) fn cut_random_words(walker: &mut Walker<'_>, span: Range<usize>, among: Among) {
    let text = walker.pass.text;
    for word in random_words(&text[span.clone()], among) {
        random(walker, span.start + word.start..span.start + word.end);
    }
}

/// Cuts parts of the path of an address that look random: such links need no other key.
pub(super) fn links(walker: &mut Walker<'_>, span: Range<usize>) {
    let text = walker.pass.text;
    let whole = &text[span.clone()];
    let address =
        whole.starts_with(b"/") || [&b"http"[..], b"ws"].iter().any(|s| whole.starts_with(s));
    if !address || whole.len() > LONGEST_ADDRESS {
        return;
    }
    let path = whole.iter().position(|b| matches!(b, b'?' | b'#' | b'"'));
    let path = &whole[..path.unwrap_or(whole.len())];
    let mut at = span.start;
    for part in path.split(|b| *b == b'/') {
        let letters = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'=');
        if (SHORTEST..=LONGEST).contains(&part.len()) && part.iter().all(letters) && is_link(part) {
            random(walker, at..at + part.len());
        }
        at += part.len() + 1;
    }
}

/// Notes a message: of one that is no document, each line for itself, as protocols of lines mean it.
pub(super) fn lines(walker: &mut Walker<'_>, span: Range<usize>) {
    let text = &walker.pass.text[span.clone()];
    let document = matches!(text.first(), Some(b'{' | b'[' | b'<' | b'0'..=b'9'));
    if document || memchr::memmem::find(text, b"-----").is_some() {
        return walker.stretches.push(span.start - 1..span.end + 1);
    }
    let lines = escaped_lines(walker.pass.text, span.clone());
    match lines.len() {
        // The quotes belong to no line.
        2.. => walker.stretches.extend(lines),
        _ => walker.stretches.push(span.start - 1..span.end + 1),
    }
}

fn random(walker: &mut Walker<'_>, word: Range<usize>) {
    let kind = Kind::Secret("token".to_owned());
    let rule = walker.rules.field;
    replace::replace(&mut walker.pass, &kind, word, Mark::Double(0), None, rule);
}

/// The lines of a string in which the ends of lines are escaped.
pub(super) fn escaped_lines(text: &[u8], span: Range<usize>) -> Vec<Range<usize>> {
    let raw = &text[span.clone()];
    let mut out = Vec::new();
    let mut from = 0;
    for end in memchr::memmem::find_iter(raw, b"\\n") {
        // Of `\\n`, the first sign escapes the second.
        if end < from || end > 0 && raw[end - 1] == b'\\' {
            continue;
        }
        let line = raw[from..end].strip_suffix(b"\\r");
        out.push(span.start + from..span.start + from + line.map_or(end - from, <[u8]>::len));
        from = end + 2;
    }
    out.push(span.start + from..span.end);
    out
}

/// Where the fragment of an address with a query begins, if it can be nothing but a place in a page: `#/packages/12`.
/// Else it may be the rest of a value.
pub(super) fn route(address: &[u8]) -> Option<usize> {
    let query = memchr::memchr(b'?', address.get(..LONGEST_ADDRESS.min(address.len()))?)?;
    let sign = query + memchr::memchr(b'#', &address[query..])?;
    let fragment = address[sign + 1..].strip_suffix(b"\"")?;
    let path = fragment.strip_prefix(b"!").unwrap_or(fragment);
    let word = |part: &[u8]| {
        let small = |b: &u8| b.is_ascii_lowercase() || *b == b'-';
        part.len() <= 12 && part.iter().all(u8::is_ascii_digit)
            || part.len() <= 24 && part.iter().all(small)
    };
    let parts = path.strip_prefix(b"/")?;
    (parts.len() <= 80 && parts.split(|b| *b == b'/').all(word)).then_some(sign)
}

/// True for a value of a parameter of this name that looks random and is as long as a token.
pub(super) fn is_token(name: &[u8], value: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    let base64 = |b: &u8| b.is_ascii_alphanumeric() || b"+-_=%".contains(b);
    (SHORTEST..=LONGEST).contains(&value.len())
        && if value.iter().all(u8::is_ascii_alphanumeric) {
            is_key(value)
        } else {
            value.iter().all(base64) && value.split(|b| !b.is_ascii_alphanumeric()).any(is_every)
        }
        && !is_sum(value)
        && !lower.ends_with(b"id")
        && !HARMLESS.contains(&lower.as_slice())
}

/// A part of a path that no person and no program chose as a name: both cases and digits in one run.
fn is_link(part: &[u8]) -> bool {
    part.split(|b| !b.is_ascii_alphanumeric()).any(is_every) && !is_sum(part)
}

/// A long run with letters of both cases and digits among them.
fn is_every(run: &[u8]) -> bool {
    let count = |class: fn(&u8) -> bool| run.iter().filter(|b| class(b)).count();
    let (capital, small) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    run.len() >= 16 && capital >= 3 && small >= 3 && count(u8::is_ascii_digit) >= 1 && is_key(run)
}

/// A sum or an id in hexadecimal.
fn is_sum(word: &[u8]) -> bool {
    word.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-')
}

/// Where words stand in a body of this type, if names in it may be far from what they name: in pages, scripts, and
/// streams of events.
pub(super) fn among(mime: &[u8]) -> Option<Among> {
    let lower = mime[..mime.len().min(64)].to_ascii_lowercase();
    let kinds: [(&[u8], Among); 4] = [
        (b"event-stream", Among::Words),
        (b"html", Among::Code),
        (b"script", Among::Code),
        (b"text/plain", Among::Code),
    ];
    let mut kinds = kinds.into_iter();
    let found = kinds.find(|(kind, _)| memchr::memmem::find(&lower, kind).is_some());
    found.map(|(_, among)| among)
}

/// Words of letters, digits, `-` and `_` that look random and stand alone.
pub(super) fn random_words(text: &[u8], among: Among) -> Vec<Range<usize>> {
    let inside = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let mut out = Vec::new();
    // A word of this length holds one of these places.
    let (mut at, mut done) = (SHORTEST - 1, 0);
    while let Some(b) = text.get(at) {
        if !inside(b) {
            at += SHORTEST;
            continue;
        }
        let before = text[done..at].iter().rposition(|b| !inside(b));
        let mut start = before.map_or(done, |i| done + i + 1);
        let behind = text[at..].iter().position(|b| !inside(b));
        let end = behind.map_or(text.len(), |i| at + i);
        // The letter of an escape.
        if start > 0 && text[start - 1] == b'\\' {
            start += 1;
        }
        let word = &text[start..end];
        if (SHORTEST..=LONGEST).contains(&word.len())
            && is_alone(text, &(start..end), among)
            && (word.split(|b| !b.is_ascii_alphanumeric()).any(is_every)
                || among == Among::Words && is_mixed(word) && !is_sum(word))
        {
            out.push(start..end);
        }
        done = end;
        at = end + SHORTEST;
    }
    out
}

/// True for a word between quotes, behind the sign of an attribute, or between blanks.
fn is_alone(text: &[u8], word: &Range<usize>, among: Among) -> bool {
    let words = among == Among::Words;
    let front = match word.start.checked_sub(1).map(|i| text[i]) {
        None | Some(b'"' | b'\'' | b'`' | b'=') => true,
        Some(b' ' | b':' | b'n' | b'r' | b't' | b'0') => words,
        Some(_) => false,
    };
    let back = match text.get(word.end) {
        None | Some(b'"' | b'\'' | b'`' | b'\\' | b'>' | b'<' | b'&' | b';') => true,
        Some(b' ') => true,
        Some(b',') => words,
        Some(_) => false,
    };
    front && back
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "g1uQC2dorqYFvF0JBOMzAi";

    fn found(text: &str, among: Among) -> bool {
        let words = random_words(text.as_bytes(), among);
        words.iter().any(|w| text[w.clone()] == *KEY)
    }

    #[test]
    fn strings_and_attributes_of_code_are_seen_and_names_are_not() {
        for form in [
            "<meta name=_csrf content={}>",
            "setItem(\\\"access_token\\\",\\\"{}\\\")",
            "csrf:`{}`",
            "'Bearer '+'{}'",
            "<input value='{}' name=x>",
        ] {
            assert!(found(&form.replace("{}", KEY), Among::Code), "{form}");
        }
        for form in [
            "/assets/{}.js",
            "~{}~",
            "x.{}(1)",
            "data:{}/x",
            "a {} b",
            "\"{}.css\"",
        ] {
            assert!(!found(&form.replace("{}", KEY), Among::Code), "{form}");
        }
        for text in [
            "\"getElementsByClassNameForAll\"",
            "\"9f86d081884c7d659a2feaa0c55ad015\"",
            "\"66981d43-f6c8-41c4-a367-8be8f4d179e5\"",
            "\"strict-origin-when-cross-origin\"",
        ] {
            assert!(
                random_words(text.as_bytes(), Among::Code).is_empty(),
                "{text}"
            );
        }
    }

    #[test]
    fn pages_scripts_and_streams_are_looked_into() {
        for (mime, wanted) in [
            ("text/html;charset=x", Some(Among::Code)),
            ("application/x-JavaScript", Some(Among::Code)),
            ("text/event-stream", Some(Among::Words)),
            ("application/json", None),
            ("text/css", None),
            ("", None),
        ] {
            assert_eq!(among(mime.as_bytes()), wanted, "{mime}");
        }
    }

    #[test]
    fn words_of_messages_are_seen() {
        for form in ["AUTH {}", "login:x\\npasscode:{}", "pw {} of", "\\n{}\\n"] {
            assert!(found(&form.replace("{}", KEY), Among::Words), "{form}");
        }
        for text in [
            "transfer 9f86d081884c7d659a2feaa0c55ad015 done",
            "see https://h.example/x",
        ] {
            assert!(
                random_words(text.as_bytes(), Among::Words).is_empty(),
                "{text}"
            );
        }
    }

    #[test]
    fn places_in_a_page_are_told_from_the_rest_of_a_value() {
        for (address, place) in [
            ("\"https://h/x?a=b#/packages/12\"", Some("#/packages/12\"")),
            ("\"/x?a=b#!/sent-items/\"", Some("#!/sent-items/\"")),
            ("\"/x?a=b#Zk81mQ\"", None),
            ("\"/x?a=b#/Zk81mQ\"", None),
            ("\"/x?a=b#/x?token=abc\"", None),
            ("\"/x#/packages\"", None),
            ("\"/x?a=b#/packages/1234567890123\"", None),
        ] {
            let found = route(address.as_bytes()).map(|at| &address[at..]);
            assert_eq!(found, place, "{address}");
        }
    }

    #[test]
    fn parameters_that_open_something_are_told_from_sums_and_ids() {
        assert!(is_token(b"t", KEY.as_bytes()));
        assert!(is_token(
            b"s",
            b"mPgOuZDzblGav7M%2Bf%2FYSCa0T94RV8VKg1ufs%3D"
        ));
        assert!(!is_token(
            b"f",
            b"Dailies-2026-11-22_Take-04-of-the-Second-Unit"
        ));
        for (name, value) in [
            ("package_id", KEY),
            ("v", KEY),
            ("t", "9f86d081884c7d659a2feaa0c55ad015"),
            ("t", "2026112210000000000000"),
            ("filter", "lastModifiedTimestampFirst"),
        ] {
            assert!(
                !is_token(name.as_bytes(), value.as_bytes()),
                "{name}={value}"
            );
        }
    }
}
