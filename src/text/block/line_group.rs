//! Lines that must stay together in one block: private keys and certificates written over several
//! lines, the argument dumps of `ascp` at debug level, and indented records (JSON, YAML, XML in a
//! log), where one line names what the next one holds. Split over two blocks, neither half would be
//! recognized.
use memchr::memmem::rfind;
use memchr::{memchr, memrchr};

use super::line_ends::{LineEnds, last_line};
use super::table_head::{names_next, table_start};

/// After this many lines in a row that do not look like a key, its end is no longer expected.
const GIVE_UP: usize = 3;
/// A name in front of an argument dump lies within this many bytes of the line's start.
const PREFIX: usize = 1024;
/// How far back the beginning of a record is looked for.
const RECORD: usize = 64 * 1024;
/// The longest line of base64 in a key.
const BODY: usize = 80;
/// Behind a log prefix a shorter word could be any last word of a message.
const BODY_AFTER_PREFIX: usize = 32;

/// Header fields of PEM, PGP and PuTTY keys.
const HEADERS: &[&[u8]] = &[
    b"Proc-Type: ",
    b"DEK-Info: ",
    b"Version: ",
    b"Comment: ",
    b"Subject: ",
    b"Hash: ",
    b"Charset: ",
    b"MessageID: ",
    b"Encryption: ",
    b"Public-Lines: ",
    b"Private-Lines: ",
    b"Key-Derivation: ",
    b"Argon2-",
];

/// Where the group begins that is still open at the end of `text`, which ends with a line end.
/// `None` if no group is open there.
pub(in crate::text) fn open_at_end(text: &[u8], ends: LineEnds) -> Option<usize> {
    if is_dump(last_line(text, ends).1) {
        return Some(dump_start(text, ends));
    }
    let start = key_start(text, ends)
        .or_else(|| table_start(text, ends))
        .or_else(|| record_start(text, ends))?;
    // An option and its value in elements of their own are indented alike.
    let (before, line) = last_line(text.get(..start).unwrap_or_default(), ends);
    Some(if names_next(line) { before } else { start })
}

/// The start of the indented record that the end of `text` lies in: the nearest line before that is not
/// indented, or, in a large document, the nearest of the least indented ones.
fn record_start(text: &[u8], ends: LineEnds) -> Option<usize> {
    if !goes_on(last_line(text, ends).1) {
        return None;
    }
    let stop = text.len().saturating_sub(RECORD);
    let (mut rest, mut best) = (text, None);
    while rest.len() > stop {
        let (start, line) = last_line(rest, ends);
        let indent = line.iter().take_while(|b| is_blank(**b)).count();
        let closes = matches!(line.get(indent), None | Some(b'}' | b']'))
            || line.get(indent..).is_some_and(|l| l.starts_with(b"</"));
        if !closes && best.is_none_or(|(least, _)| indent < least) {
            best = Some((indent, start));
            if indent == 0 {
                break;
            }
        }
        rest = rest.get(..start).unwrap_or_default();
    }
    best.map(|(_, start)| start)
}

/// True for a line that the next one may belong to: an indented one, the head of a list or of an element.
fn goes_on(line: &[u8]) -> bool {
    let body = line.trim_ascii();
    let tag = body.starts_with(b"<")
        && body.ends_with(b">")
        && !body.starts_with(b"</")
        && memchr(b'/', body).is_none();
    line.first().is_some_and(|b| is_blank(*b))
        || body.starts_with(b"- ")
        || matches!(body.last(), Some(b'{' | b'['))
        || tag
}

fn is_blank(b: u8) -> bool {
    matches!(b, b' ' | b'\t')
}

/// The start of the run of argument dump lines at the end of `text`.
fn dump_start(text: &[u8], ends: LineEnds) -> usize {
    let mut start = text.len();
    while start > 0 {
        let (at, line) = last_line(text.get(..start).unwrap_or_default(), ends);
        if !is_dump(line) {
            break;
        }
        start = at;
    }
    start
}

/// The start of a key whose end has not come yet, looking back from the end of `text`.
fn key_start(text: &[u8], ends: LineEnds) -> Option<usize> {
    let mut rest = text;
    let mut misses = 0;
    while !rest.is_empty() && misses < GIVE_UP {
        let (start, line) = last_line(rest, ends);
        let begin = last_of(line, &[b"-----BEGIN ", b"PuTTY-User-Key-File-"]);
        let end = last_of(line, &[b"-----END ", b"Private-MAC:"]);
        match (begin, end) {
            (Some(begin), Some(end)) if begin > end => return Some(start),
            (Some(_), None) => return Some(start),
            (_, Some(_)) => return None,
            (None, None) => {}
        }
        if looks_like_key(line) {
            misses = 0;
        } else {
            misses += 1;
        }
        rest = rest.get(..start).unwrap_or_default();
    }
    None
}

fn is_dump(line: &[u8]) -> bool {
    let head = line.get(..PREFIX).unwrap_or(line);
    let marks = [&b"DBG Parameter "[..], b"DBG In hex: "];
    marks.iter().any(|mark| rfind(head, mark).is_some())
}

fn last_of(line: &[u8], marks: &[&[u8]]) -> Option<usize> {
    // Nearly no line has any of them, and each has a dash.
    memchr(b'-', line)?;
    marks.iter().filter_map(|mark| rfind(line, mark)).max()
}

/// A line of base64, alone or behind a log prefix, or a header field of a key.
fn looks_like_key(line: &[u8]) -> bool {
    let word = memrchr(b' ', line).map_or(line, |at| line.get(at + 1..).unwrap_or_default());
    let alone = word.len() == line.len();
    let least = if alone { 1 } else { BODY_AFTER_PREFIX };
    let is_body = (least..=BODY).contains(&word.len())
        && word
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
    is_body
        || HEADERS
            .iter()
            .any(|header| rfind(line.get(..PREFIX).unwrap_or(line), header).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: &str = "2026-11-22 10:00:00.000 [99d-f2739740] ";
    const BODY64: &str = "MIIEpAIBAAKCAQEA1c7+9z5Pad7OejecsQ0buE2Uu3uX2aVdb8nZ4hZ0bSgqXwEZ";

    fn group(lines: &[&str]) -> Option<usize> {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let windows = text.replace('\n', "\r\n");
        let found =
            open_at_end(text.as_bytes(), LineEnds::Lf).map(|at| text[..at].matches('\n').count());
        let found_windows = open_at_end(windows.as_bytes(), LineEnds::Lf)
            .map(|at| windows[..at].matches('\n').count());
        assert_eq!(found, found_windows);
        let mac = text.replace('\n', "\r");
        let found_mac =
            open_at_end(mac.as_bytes(), LineEnds::Cr).map(|at| mac[..at].matches('\r').count());
        assert_eq!(found, found_mac);
        found
    }

    #[test]
    fn open_keys_are_found() {
        let begin = "-----BEGIN RSA PRIVATE KEY-----";
        assert_eq!(group(&["log", begin]), Some(1));
        assert_eq!(group(&["log", begin, BODY64, BODY64]), Some(1));
        assert_eq!(
            group(&[
                begin,
                "Proc-Type: 4,ENCRYPTED",
                "DEK-Info: AES-128-CBC,00",
                "",
                BODY64
            ]),
            Some(0)
        );
        let logged = |text: &str| format!("{P}LOG {text}");
        assert_eq!(
            group(&[&logged("x"), &logged(begin), &logged(BODY64)]),
            Some(1)
        );
        assert_eq!(
            group(&["x", begin, BODY64, "other line here", "and here", BODY64]),
            Some(1)
        );
        let putty = [
            "PuTTY-User-Key-File-3: ssh-rsa",
            "Encryption: none",
            "Comment: c x",
        ];
        assert_eq!(group(&putty), Some(0));
        assert_eq!(
            group(&["-----END X----- -----BEGIN X-----", BODY64]),
            Some(0)
        );
        assert_eq!(
            group(&["-----BEGIN PGP MESSAGE-----", "", BODY64, "=aBcD"]),
            Some(0)
        );
    }

    #[test]
    fn closed_and_truncated_keys_are_no_group() {
        let begin = "-----BEGIN RSA PRIVATE KEY-----";
        let end = "-----END RSA PRIVATE KEY-----";
        assert_eq!(group(&[begin, BODY64, end]), None);
        assert_eq!(group(&[begin, BODY64, end, BODY64]), None);
        assert_eq!(group(&[&format!("key={begin}\\nMII\\n{end}")]), None);
        assert_eq!(
            group(&[
                begin,
                BODY64,
                "a line",
                "and another line",
                "and a third line"
            ]),
            None
        );
        assert_eq!(group(&["Private-MAC: 0011"]), None);
        assert_eq!(group(&["plain line", "plain line"]), None);
        assert_eq!(group(&[]), None);
        assert_eq!(group(&[BODY64, BODY64]), None);
        assert_eq!(group(&["----- BEGIN of section -----", "word"]), None);
    }

    #[test]
    fn argument_dumps_stay_together() {
        let parameter = format!("{P}DBG Parameter 0: ascp");
        let hex = format!("{P}DBG In hex: 61736370");
        assert_eq!(group(&["x", &parameter, &hex, &parameter]), Some(1));
        assert_eq!(group(&["x", &parameter, &hex]), Some(1));
        assert_eq!(group(&["x", &parameter, &hex, "x"]), None);
        assert_eq!(group(&["x", "DBG Parameters are fine"]), None);
    }
}
