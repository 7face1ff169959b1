//! Is a value a value? Tells pseudonyms, masks, placeholders and words of a message apart from
//! what a person or machine would keep secret.
use std::borrow::Cow;

use super::bytes::{DIGIT, LOWER, UPPER, alnum, at, class_of, mixed, run_end};
use super::placeholder::stand_in;

/// Longest pseudonym that is accepted as one.
const LONGEST: usize = 240;

/// Length of the pseudonym `~kind.id~` (also with `%7E` for the tildes) at `i`, or 0.
pub(crate) fn pseudonym(text: &[u8], i: usize) -> usize {
    let open = tilde(text, i);
    if open == 0 || !at(text, i + open).is_ascii_lowercase() {
        return 0;
    }
    let inner = i + open;
    let end = run_end(text, inner, LONGEST, |b| alnum(b) || b == b'.' || b == b'-');
    let close = tilde(text, end);
    let body = text.get(inner..end).unwrap_or(&[]);
    if close == 0 || !body.contains(&b'.') || body.ends_with(b".") {
        return 0;
    }
    end + close - i
}

fn tilde(text: &[u8], i: usize) -> usize {
    match at(text, i) {
        b'~' => 1,
        b'%' if at(text, i + 1) == b'7' && at(text, i + 2) | 0x20 == b'e' => 3,
        _ => 0,
    }
}

/// The value with every pseudonym cut out, and whether there was one.
pub(crate) fn without_pseudonyms(value: &[u8]) -> (Cow<'_, [u8]>, bool) {
    if memchr::memchr2(b'~', b'%', value).is_none() {
        return (Cow::Borrowed(value), false);
    }
    let mut rest = Vec::with_capacity(value.len());
    let (mut i, mut any) = (0, false);
    while i < value.len() {
        let n = pseudonym(value, i);
        if n > 0 {
            any = true;
            rest.push(b' ');
            i += n;
        } else {
            rest.push(value[i]);
            i += 1;
        }
    }
    (Cow::Owned(rest), any)
}

/// True where the value says nothing: empty, a pseudonym, a mask, a placeholder, a word like
/// `null`, a template variable.
pub(crate) fn says_nothing(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let value = value.strip_prefix(b"\\").unwrap_or(value);
    let (rest, had) = without_pseudonyms(value);
    if had {
        return rest
            .split(|&b| !alnum(b))
            .all(|run| run.len() < 12 || !mixed(run) || class_of(run) & DIGIT == 0);
    }
    let alnums = value.iter().filter(|&&b| alnum(b)).count();
    if alnums == 0 && !value.iter().any(|&b| b >= 0x80) {
        return true;
    }
    masked(value) || template(value) || in_list(value, EMPTY_WORDS) || stand_in(value)
}

fn masked(value: &[u8]) -> bool {
    let inner: Vec<u8> = value
        .iter()
        .copied()
        .filter(|b| !matches!(b, b'<' | b'>' | b'[' | b']' | b'(' | b')' | b'{' | b'}'))
        .collect();
    let stars = inner
        .iter()
        .filter(|&&b| matches!(b, b'*' | b'#' | b'.' | 0xe2 | 0x80 | 0xa2 | 0xa6))
        .count();
    let crosses = inner.iter().filter(|&&b| b | 0x20 == b'x').count();
    if stars + crosses == inner.len() || (stars >= 3 && stars * 2 >= inner.len()) {
        return true;
    }
    let low = inner.to_ascii_lowercase();
    MASKS.iter().any(|m| low.starts_with(m)) && low.len() < 48
}

const MASKS: &[&[u8]] = &[
    b"redacted",
    b"hidden",
    b"masked",
    b"removed",
    b"withheld",
    b"filtered",
    b"suppressed",
    b"omitted",
    b"not logged",
    b"not shown",
];

fn template(value: &[u8]) -> bool {
    let name = |v: &[u8]| {
        !v.is_empty()
            && v.iter()
                .all(|&b| alnum(b) || matches!(b, b'_' | b'.' | b'}' | b')' | b' ' | b'%' | b'-'))
    };
    match value {
        [b'$', b'{' | b'(', rest @ ..] | [b'{', b'{', rest @ ..] => name(rest),
        [b'$', rest @ ..] => name(rest) && class_of(rest) & LOWER == 0,
        [b'%', b's' | b'd' | b'v' | b'u' | b'@', rest @ ..] => rest.len() <= 2,
        [b'%', rest @ .., b'%'] => name(rest) && class_of(rest) & LOWER == 0,
        [b'<', rest @ .., b'>'] => {
            !rest.is_empty()
                && rest
                    .iter()
                    .all(|&b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b' '))
        }
        _ => false,
    }
}

fn in_list(value: &[u8], list: &[&str]) -> bool {
    value.len() <= 24 && {
        let low = value.to_ascii_lowercase();
        list.iter().any(|w| w.as_bytes() == low)
    }
}

/// True for a word that messages put after a label, as in `password: incorrect`.
pub(crate) fn message_word(value: &[u8]) -> bool {
    let end = value
        .iter()
        .rposition(|b| b.is_ascii_alphabetic())
        .map_or(0, |i| i + 1);
    let word = value.get(..end).unwrap_or(&[]);
    in_list(word, EMPTY_WORDS) || in_list(word, MESSAGE_WORDS)
}

/// True where the value is only ASCII letters.
pub(crate) fn letters(value: &[u8]) -> bool {
    !value.is_empty() && class_of(value) & DIGIT == 0 && value.iter().all(|&b| alnum(b))
}

/// True for a path to a file: the place of a key is no key.
pub(crate) fn path(value: &[u8]) -> bool {
    let drive = value.len() > 3 && at(value, 1) == b':' && matches!(at(value, 2), b'\\' | b'/');
    let rooted = [
        &b"/"[..],
        b"./",
        b"../",
        b"~/",
        b".ssh/",
        b"\\\\",
        b"file:",
        b"%",
    ]
    .iter()
    .any(|p| value.starts_with(p));
    let named = [
        ".pem", ".key", ".crt", ".pub", ".json", ".db", "_rsa", "_dsa", "_ed25519",
    ]
    .iter()
    .any(|s| value.ends_with(s.as_bytes()));
    (drive || rooted || named)
        && !value.iter().any(|b| matches!(b, b'+' | b'='))
        && value
            .split(|b| matches!(b, b'/' | b'\\'))
            .all(|c| c.len() < 40)
}

/// True for `8-4-4-4-12` hex digits, in braces or not.
pub(crate) fn uuid(value: &[u8]) -> bool {
    let v = value.strip_prefix(b"{").unwrap_or(value);
    let v = v.strip_suffix(b"}").unwrap_or(v);
    v.len() == 36
        && v.iter().enumerate().all(|(i, &b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// True where a word of letters and digits looks drawn by lot: many different characters, and the
/// classes change often.
pub(crate) fn random(word: &[u8]) -> bool {
    if word.len() < 24 || class_of(word) & (LOWER | UPPER | DIGIT) != LOWER | UPPER | DIGIT {
        return false;
    }
    let mut seen = [false; 256];
    let mut kinds = 0usize;
    for &b in word {
        if !std::mem::replace(&mut seen[b as usize], true) {
            kinds += 1;
        }
    }
    let changes = word
        .windows(2)
        .filter(|w| class_of(&w[..1]) & 7 != class_of(&w[1..]) & 7)
        .count();
    kinds >= 13 && changes * 3 >= word.len()
}

const EMPTY_WORDS: &[&str] = &[
    "null",
    "none",
    "nil",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "unset",
    "empty",
    "undefined",
    "default",
    "absent",
    "n/a",
    "na",
    "unknown",
    "not_set",
    "notset",
    "set",
    "present",
    "enabled",
    "disabled",
    "optional",
    "required",
    "string",
    "str",
    "bool",
    "int",
    "object",
    "any",
    "blank",
];

const MESSAGE_WORDS: &[&str] = &[
    "accepted",
    "allowed",
    "already",
    "and",
    "at",
    "authentication",
    "auth",
    "bad",
    "based",
    "basic",
    "bearer",
    "because",
    "bytes",
    "cannot",
    "change",
    "changed",
    "check",
    "checked",
    "client",
    "could",
    "created",
    "denied",
    "does",
    "error",
    "exceeded",
    "expected",
    "expired",
    "expires",
    "expiring",
    "expiry",
    "fail",
    "failed",
    "failure",
    "field",
    "file",
    "for",
    "format",
    "found",
    "from",
    "generated",
    "has",
    "header",
    "ignored",
    "illegal",
    "in",
    "incorrect",
    "invalid",
    "is",
    "issued",
    "jwt",
    "length",
    "lost",
    "malformed",
    "management",
    "matches",
    "mismatch",
    "missing",
    "must",
    "needed",
    "needs",
    "not",
    "obtained",
    "ok",
    "only",
    "or",
    "parse",
    "prompt",
    "protected",
    "provided",
    "publickey",
    "received",
    "refresh",
    "refreshed",
    "refused",
    "rejected",
    "renewed",
    "request",
    "reset",
    "retry",
    "revoked",
    "server",
    "session",
    "signature",
    "skipped",
    "stale",
    "stored",
    "succeeded",
    "success",
    "syntax",
    "the",
    "timeout",
    "to",
    "token",
    "too",
    "type",
    "unable",
    "unauthorized",
    "unexpected",
    "unsupported",
    "updated",
    "url",
    "used",
    "user",
    "using",
    "valid",
    "validation",
    "verification",
    "verified",
    "was",
    "will",
    "with",
    "wrong",
    "keyboard-interactive",
    "password",
    "strict",
    "lax",
    "hostbased",
    "file_not_found",
    "bearer_token",
    "api_key",
    "apikey",
    "oauth",
    "oauth2",
    "saml",
    "ldap",
    "cookie",
    "key",
    "local",
    "remote",
    "fair",
    "fixed",
    "self",
    "node",
    "organization",
    "workspace",
];
