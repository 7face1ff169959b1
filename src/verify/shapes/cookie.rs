//! Cookies: those of HTTP, and those that Aspera's applications put on a transfer.
use super::bytes::{DIGIT, alnum, at, class_of, has_word, part, run_end, unbase64};
use super::detectors::What;
use super::find::{Raw, Scanner};
use super::no_value::{message_word, says_nothing, uuid, without_pseudonyms};

/// `aspera.<app>:...`: every part that is no pseudonym, UUID or single letter names somebody.
pub(super) fn transfer_cookie(scan: &Scanner<'_>, text: &[u8], start: usize, out: &mut Vec<Raw>) {
    const APPS: [&[u8]; 4] = [
        b"aspera.aoc:",
        b"aspera.shares",
        b"aspera.faspex",
        b"aspera.console:",
    ];
    if !APPS.iter().any(|a| has_word(text, start, a)) {
        return;
    }
    let end = run_end(text, start, 8192, |b| {
        b >= 0x20 && !matches!(b, b'"' | b'\'' | b'<' | b'>' | b'\\' | b',' | b';' | b'&')
    });
    if people_inside(scan, part(text, start, end)) {
        out.push(Raw::new(start, What::TransferCookie));
    }
}

fn people_inside(scan: &Scanner<'_>, cookie: &[u8]) -> bool {
    // A command line goes on after the cookie; a title may hold blanks, so only the parts before
    // the last colon are read to their end.
    let parts: Vec<&[u8]> = cookie.split(|&b| b == b':').skip(1).take(12).collect();
    let last = parts.len().saturating_sub(1);
    parts.iter().enumerate().any(|(i, p)| {
        let p = if i == last {
            p.split(|&b| b == b' ').next().unwrap_or(p)
        } else {
            p
        };
        let application = i == 0 && cookie.starts_with(b"aspera.aoc:") && application(p);
        !application && names_somebody(scan, p) && !harmless_inside(scan, p)
    })
}

/// True for a part that is no pseudonym, UUID or single letter, and not kept.
fn names_somebody(scan: &Scanner<'_>, part: &[u8]) -> bool {
    let (rest, _) = without_pseudonyms(part);
    let rest = rest.trim_ascii();
    rest.len() > 1
        && !uuid(rest)
        && !says_nothing(rest)
        && !scan.kept(part)
        && rest.iter().any(|&b| alnum(b))
}

/// True for base64 of the name of an application of AoC, such as `packages`.
fn application(part: &[u8]) -> bool {
    let plain = unbase64(part);
    plain.len() <= 24 && plain.iter().all(|b| b.is_ascii_lowercase() || *b == b'-')
}

/// True for base64 of a pseudonym, of a kept value, or of metadata whose texts are all such.
fn harmless_inside(scan: &Scanner<'_>, part: &[u8]) -> bool {
    let plain = unbase64(part);
    if plain.is_empty() || std::str::from_utf8(&plain).is_err() {
        return false;
    }
    if let Ok(serde_json::Value::Object(members)) = serde_json::from_slice(&plain) {
        return members.values().all(|v| match v {
            serde_json::Value::String(text) => {
                let stamp = text.as_bytes().first().is_some_and(u8::is_ascii_digit);
                stamp || !names_somebody(scan, text.as_bytes())
            }
            other => !other.is_object() && !other.is_array(),
        });
    }
    plain == b"public link" || !names_somebody(scan, &plain)
}

/// What a field named cookie holds.
pub(super) fn judge(scan: &Scanner<'_>, value: &[u8], prose: bool) -> Option<What> {
    let value = value.trim_ascii();
    if value.starts_with(b"aspera.") {
        return people_inside(scan, value).then_some(What::TransferCookie);
    }
    if !value.contains(&b'=') {
        let quiet = says_nothing(value) || (prose && message_word(value)) || value.len() < 4;
        let sentence = prose && (value.contains(&b' ') || value.ends_with(b":"));
        return (!quiet && !sentence).then_some(What::Cookie);
    }
    value
        .split(|&b| b == b';' || b == b'\n')
        .any(crumb)
        .then_some(What::Cookie)
}

/// True where a list of `name=value` holds something.
pub(super) fn judge_crumbs(value: &[u8]) -> bool {
    value.split(|&b| b == b';').any(crumb)
}

/// True where one `name=value` of a cookie header holds something.
fn crumb(pair: &[u8]) -> bool {
    let pair = pair.trim_ascii();
    let mut parts = pair.splitn(2, |&b| b == b'=');
    let name = parts.next().unwrap_or(&[]).trim_ascii();
    let Some(value) = parts.next() else {
        return false;
    };
    let attribute = [
        "path",
        "domain",
        "expires",
        "max-age",
        "samesite",
        "priority",
        "version",
        "comment",
        "httponly",
        "secure",
        "partitioned",
        "port",
    ]
    .iter()
    .any(|a| name.eq_ignore_ascii_case(a.as_bytes()));
    !attribute && carries(value)
}

/// True where the value of a cookie can tell one browser from another.
pub(super) fn carries(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let value = value.strip_prefix(b"\"").unwrap_or(value);
    if says_nothing(value) || message_word(value) {
        return false;
    }
    let digits = class_of(value) & DIGIT != 0;
    (value.len() >= 6 && digits) || value.len() >= 12
}

/// The list of cookies in a HAR: every `value` up to the closing bracket; gives its end.
pub(super) fn list(text: &[u8], open: usize, out: &mut Vec<Raw>) -> usize {
    let stop = open.saturating_add(64 * 1024).min(text.len());
    let mut i = open + 1;
    let mut depth = 1;
    while i < stop {
        match at(text, i) {
            b'[' => depth += 1,
            b']' => {
                depth -= 1;
                if depth == 0 {
                    return i;
                }
            }
            b'v' if part(text, i, i + 5) == b"value" => {
                if let Some(v) = super::value::value_after(text, i + 5) {
                    if v.quoted && carries(part(text, v.start, v.end)) {
                        out.push(Raw::new(v.start, What::Cookie).of(v.start, v.end));
                    }
                    i = v.end;
                    continue;
                }
            }
            _ => {}
        }
        i += 1;
    }
    i
}
