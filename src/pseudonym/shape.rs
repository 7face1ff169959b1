//! Recognising our own pseudonyms, so that redacting twice changes nothing.

/// Longest pseudonym that is recognised, tildes included.
const LONGEST: usize = 160;

/// Kinds that [`super::Pseudonyms`] makes: what stands between the tilde and the first dot.
pub(super) const KINDS: &[&str] = &[
    "accesskey",
    "account",
    "cookie",
    "dropped",
    "email",
    "host",
    "ip4",
    "ip6",
    "jwt",
    "licence",
    "mac",
    "meta",
    "nodetoken",
    "org",
    "package",
    "path",
    "pem",
    "person",
    "phone",
    "secret",
    "text",
    "token",
    "user",
    "userid",
    "withheld",
];

/// Kinds that stand for what was left out, of which nothing is known any more.
#[cfg(test)]
pub(super) const LEFT_OUT_KINDS: &[&str] = &["withheld"];

/// Kinds that stand for secrets: what stood there is nowhere kept, also not in a reversal map.
#[cfg(test)]
pub(super) const SECRET_KINDS: &[&str] = &[
    "cookie",
    "dropped",
    "jwt",
    "nodetoken",
    "pem",
    "secret",
    "token",
];

/// Kinds that stand for identifiers: a reversal map may hold what stood there.
pub(super) const IDENTIFIER_KINDS: &[&str] = &[
    "accesskey",
    "account",
    "email",
    "host",
    "ip4",
    "ip6",
    "licence",
    "mac",
    "meta",
    "org",
    "package",
    "path",
    "person",
    "phone",
    "text",
    "user",
    "userid",
];

/// The kind of a pseudonym, if it is one that stands for an identifier and not for a secret.
#[must_use]
pub fn identifier_kind(pseudonym: &str) -> Option<&str> {
    let kind = pseudonym.strip_prefix('~')?.split('.').next()?;
    let known = IDENTIFIER_KINDS.contains(&kind) && is_pseudonym(pseudonym.as_bytes());
    known.then_some(kind)
}

/// If a pseudonym begins at `at`, the position after its closing tilde.
#[must_use]
pub fn find_at(text: &[u8], at: usize) -> Option<usize> {
    if text.get(at) != Some(&b'~') {
        return None;
    }
    let body = text.get(at + 1..(at + LONGEST).min(text.len()))?;
    let len = body
        .iter()
        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')))?;
    if body.get(len) != Some(&b'~') {
        return None;
    }
    let body = &body[..len];
    let dot = body.iter().position(|b| *b == b'.')?;
    let kind = std::str::from_utf8(&body[..dot]).ok()?;
    // An id of 12 letters must be in it: a hand-typed `~host.x~` is no pseudonym of ours.
    let has_id = body[dot + 1..].split(|b| *b == b'.').any(|part| {
        part.len() == 12 && part.iter().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'))
    });
    (KINDS.contains(&kind) && has_id).then_some(at + 2 + len)
}

/// True if the whole value is one pseudonym.
#[must_use]
pub fn is_pseudonym(value: &[u8]) -> bool {
    find_at(value, 0) == Some(value.len())
}
