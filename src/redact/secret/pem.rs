//! Keys and certificates in PEM: over many lines, on one line with escaped line ends, without END, without
//! BEGIN. Every line of a body becomes the pseudonym of the whole body, so lines are neither lost nor made.
use crate::redact::nested::escapes;
use std::ops::Range;

use crate::pseudonym::find_at;
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::nested::unescape::Layer;

/// Longest body that is followed.
const LONGEST: usize = 64 * 1024;
/// A line of a body whose BEGIN was lost has at least this many letters.
const SURE_LINE: usize = 40;
/// A piece of a body behind the end of its string has at least this many.
const SURE_PIECE: usize = 24;

/// `-----BEGIN ` was found at `at`.
pub(in crate::redact) fn pem_at(pass: &mut Pass<'_>, at: usize) {
    pass.marks.pem = Some((at, true));
    let Some((label, body)) = label(pass, at) else {
        return;
    };
    if is_public(label) {
        return;
    }
    // Behind percent signs the lines are seen when these are taken away.
    if pass.text.get(body) == Some(&b'%') {
        return escapes::behind(pass, Layer::Percent, at);
    }
    let kind = kind_of(label);
    let runs = body_runs(pass, body, usize::MAX);
    cut_runs(pass, &kind, runs);
}

/// `Private-Lines: ` of a PuTTY key was found at `at`: as many lines of a body as it says.
pub(in crate::redact) fn ppk_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let from = at + b"private-lines: ".len();
    let digits = text[from..]
        .iter()
        .take(4)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let count = std::str::from_utf8(&text[from..from + digits]);
    let Some(count) = count.ok().and_then(|n| n.parse().ok()) else {
        return;
    };
    let runs = body_runs(pass, from + digits, count);
    cut_runs(pass, "ppk-private", runs);
}

/// `-----END ` was found at `at`: a body above it whose BEGIN was cut off.
pub(in crate::redact) fn pem_end_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    // What lies before the last PEM line was dealt with there.
    let floor = match pass.marks.pem.replace((at, false)) {
        Some((begin, true)) if at - begin < LONGEST => return,
        Some((last, _)) => last.max(at.saturating_sub(LONGEST)),
        None => at.saturating_sub(LONGEST),
    };
    let Some((label, _)) = label(pass, at) else {
        return;
    };
    if is_public(label) {
        return;
    }
    let kind = kind_of(label);
    let mut runs = runs_before(pass, floor, at);
    if !runs.is_empty() {
        runs.reverse();
        if runs.iter().any(|r| r.len() >= SURE_LINE) {
            cut_runs(pass, &kind, runs);
        }
        return;
    }
    let mut end = memchr::memrchr(b'\n', &text[floor..at]).map_or(floor, |i| floor + i);
    let mut first = true;
    while end > floor {
        let start = memchr::memrchr(b'\n', &text[floor..end]).map_or(floor, |i| floor + i + 1);
        match base64_tail(text, start..end) {
            // The last line of a body is short; the ones above are full.
            Some(run) if first || run.len() >= SURE_LINE => runs.push(run),
            _ => break,
        }
        first = false;
        end = start.saturating_sub(1);
    }
    runs.reverse();
    if runs.iter().any(|r| r.len() >= SURE_LINE) {
        cut_runs(pass, &kind, runs);
    }
}

/// The runs between escaped line ends that a string has before the END at `at`, the last one first.
fn runs_before(pass: &Pass<'_>, floor: usize, at: usize) -> Vec<Range<usize>> {
    let text = pass.text;
    let mut runs = Vec::new();
    let mut end = at;
    while let Some(stop) = escaped_end_before(&text[floor..end]).map(|i| floor + i) {
        let len = text[floor..stop]
            .iter()
            .rev()
            .take_while(|b| is_body(**b))
            .count();
        let mut run = stop - len..stop;
        // The letter of the escape before is no part of the line.
        if run.start > floor
            && text[run.start - 1] == b'\\'
            && matches!(text.get(run.start), Some(b'n' | b'r'))
        {
            run.start += 1;
        }
        if run.is_empty() {
            break;
        }
        end = run.start;
        runs.push(run);
    }
    runs
}

/// The label between the dashes, and where the body begins: `-----BEGIN X-----`, `---- BEGIN X ----`.
fn label<'a>(pass: &Pass<'a>, at: usize) -> Option<(&'a [u8], usize)> {
    let head = &pass.text[at..pass.text.len().min(at + 80)];
    let word = memchr::memmem::find(head, b"BEGIN")
        .map(|i| i + 6)
        .or_else(|| memchr::memmem::find(head, b"END").map(|i| i + 4))?;
    let label = head.get(word..)?;
    let len = memchr::memmem::find(label, b"----")?;
    let dashes = label[len..].iter().take_while(|b| **b == b'-').count();
    let label = &label[..len];
    label
        .iter()
        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b' ' | b'+'))
        .then_some((label, at + word + len + dashes))
}

/// The base64 runs of a body that begins after its BEGIN line, at most so many.
fn body_runs(pass: &Pass<'_>, body: usize, most: usize) -> Vec<Range<usize>> {
    let text = pass.text;
    let window = &text[body..text.len().min(body + LONGEST)];
    let line_end = memchr::memchr(b'\n', window).map_or(body + window.len(), |i| body + i);
    if junk_before(&text[body..line_end]) > 0 {
        let mut runs = one_line_runs(pass, body, line_end);
        runs.truncate(most);
        return runs;
    }
    let mut runs = Vec::new();
    let stop = text.len().min(body + LONGEST);
    let mut start = line_end + 1;
    while start < stop && runs.len() < most {
        let end = memchr::memchr(b'\n', &text[start..stop]).map_or(stop, |i| start + i);
        let line = &text[start..end];
        if memchr::memmem::find(line, b"---- END").is_some()
            || memchr::memmem::find(line, b"-----END").is_some()
        {
            break;
        }
        match base64_tail(text, start..end) {
            Some(run) => runs.push(run),
            None if junk_before(line) == 0 || is_header(line) => {}
            None => break,
        }
        start = end + 1;
    }
    runs
}

/// The body on the line of its BEGIN: pieces between escaped line ends and blanks, up to its END.
fn one_line_runs(pass: &Pass<'_>, body: usize, line_end: usize) -> Vec<Range<usize>> {
    let text = pass.text;
    let dashes = memchr::memmem::find(&text[body..line_end], b"-----").map(|i| body + i);
    let edge = memchr::memchr2(b'"', b'<', &text[body..line_end]).map(|i| body + i);
    let whole = dashes.is_some_and(|d| text[d..].starts_with(b"-----END"));
    let stop = match (dashes, edge) {
        (Some(dashes), _) if whole => dashes,
        (Some(dashes), Some(edge)) => dashes.min(edge),
        (found, edge) => found.or(edge).unwrap_or(line_end),
    };
    let mut runs = Vec::new();
    let mut at = body;
    while at < stop {
        // `&#10;` of XML is a line end as well.
        if text[at] == b'&'
            && let Some(len) = text[at..stop].iter().take(8).position(|b| *b == b';')
        {
            at += len + 1;
            continue;
        }
        if text[at] == b'\\' {
            // `\n`, `\\n`, `\r\n`: the letter belongs to the escape.
            while at < stop && text[at] == b'\\' {
                at += 1;
            }
            at += match text.get(at) {
                Some(b'n' | b'r' | b't') => 1,
                Some(b'u') => 5,
                _ => 0,
            };
            continue;
        }
        if let Some(after) = find_at(text, at) {
            at = after;
            continue;
        }
        let run = text[at..stop].iter().take_while(|b| is_body(**b)).count();
        // Behind a quote only what is surely a line of a body: names stand there as well.
        // Where no END is in sight, a text about keys is more likely than a body of short pieces.
        let sure =
            run >= SURE_PIECE || (edge.is_none_or(|e| at < e) && (whole || !runs.is_empty()));
        if run > 0 && sure {
            runs.push(at..at + run);
        }
        at += run.max(1);
    }
    runs
}

fn cut_runs(pass: &mut Pass<'_>, kind: &str, runs: Vec<Range<usize>>) {
    let whole: Vec<u8> = runs
        .iter()
        .flat_map(|r| pass.text[r.clone()].iter().copied())
        .collect();
    if whole.len() < 8 {
        return;
    }
    let rule = pass.r.rules.id("pem");
    let text = pass.r.names.token(&format!("pem.{kind}"), &whole);
    for run in runs {
        if run.len() >= 16 {
            pass.tally.secret(&pass.text[run.clone()], &text);
        }
        pass.edits
            .push(run.start, run.end, Rank::Secret, rule, text.clone());
    }
}

fn is_public(label: &[u8]) -> bool {
    label.trim_ascii_end().ends_with(b"PUBLIC KEY") || label.ends_with(b"PUBLIC+KEY")
}

/// `rsa-private` of `RSA PRIVATE KEY`.
fn kind_of(label: &[u8]) -> String {
    let words = String::from_utf8_lossy(label).to_ascii_lowercase();
    let words: Vec<&str> = words
        .split([' ', '+'])
        .filter(|w| !w.is_empty() && *w != "key")
        .collect();
    words.join("-")
}

fn is_body(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')
}

/// `Proc-Type: 4,ENCRYPTED` and the like: part of a body, and no secret.
fn is_header(line: &[u8]) -> bool {
    [
        &b"Proc-Type:"[..],
        b"DEK-Info:",
        b"Comment:",
        b"Subject:",
        b"Version:",
        b"Charset:",
    ]
    .iter()
    .any(|h| memchr::memmem::find(line, h).is_some())
}

/// The base64 run that a line consists of, apart from a prefix that a log wrote before it.
fn base64_tail(text: &[u8], line: Range<usize>) -> Option<Range<usize>> {
    let end = line.start + junk_before(&text[line.clone()]);
    let run = text[line.start..end]
        .iter()
        .rev()
        .take_while(|b| is_body(**b))
        .count();
    let start = end - run;
    let alone = start == line.start
        || matches!(
            text[start - 1],
            b' ' | b'\t' | b'>' | b':' | b'|' | b'"' | b'\''
        );
    // A log's own line ends in a word; a body's line is long, or is all there is.
    let prefix = text[line.start..start].trim_ascii();
    let bare = prefix.iter().all(|b| matches!(b, b'"' | b'\''));
    (run > 0 && alone && (bare || run >= SURE_PIECE)).then_some(start..end)
}

/// Length of a line without what code and documents write behind a piece of text: quotes, commas, `\n`,
/// `" +`, `^M`, blanks.
fn junk_before(line: &[u8]) -> usize {
    let mut rest = line;
    loop {
        let before = rest.len();
        rest = rest.trim_ascii_end();
        rest = match rest {
            [more @ .., b'"' | b'\'' | b',' | b';' | b')' | b'\\'] => more,
            [more @ .., b'\\', b'n' | b'r'] => more,
            [more @ .., b'^', b'M'] => more,
            [more @ .., b' ' | b'"' | b'\'', b'+' | b'.'] => more,
            more => more,
        };
        if rest.len() == before {
            return before;
        }
    }
}

/// Where the escaped line end begins that a text ends with: `\n`, `\r\n`, at any depth of escaping.
pub(in crate::redact) fn escaped_end_before(text: &[u8]) -> Option<usize> {
    let mut rest = text.strip_suffix(b"n")?;
    let mut found = None;
    loop {
        let backslashes = rest.iter().rev().take_while(|b| **b == b'\\').count();
        if backslashes == 0 {
            return found;
        }
        rest = &rest[..rest.len() - backslashes];
        found = Some(rest.len());
        match rest.strip_suffix(b"r") {
            Some(more) if more.ends_with(b"\\") => rest = more,
            _ => return found,
        }
    }
}
