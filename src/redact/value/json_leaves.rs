//! Objects and arrays under a sensitive name: each leaf is replaced, so that the document stays one.
use super::locate::skip_spaces;
use super::placeholder::is_complaint;
use super::quote;
use super::quote::Mark;
use crate::pseudonym::is_pseudonym;
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::engine::replace;
use crate::redact::rules::compiled::{Field, Kind};

/// Trees on one line are followed up to this size; larger ones are cut whole.
const LARGEST_TREE: usize = 1 << 20;

/// What an object of a list of cookies says beside the value.
const COOKIE_ATTRIBUTES: &[&[u8]] = &[
    b"name",
    b"path",
    b"domain",
    b"expires",
    b"httponly",
    b"secure",
    b"samesite",
    b"comment",
    b"priority",
];

/// What an object of a secret says beside it, in a few letters and digits.
const FACTS: &[&[u8]] = &[
    b"alg",
    b"algorithm",
    b"expires_in",
    b"expiresin",
    b"minlength",
    b"min_length",
    b"maxlength",
    b"max_length",
    b"format",
    b"length",
    b"ttl",
    b"age",
    b"max_age",
    b"maxage",
];
/// What is told of it in one word.
const WORDS: &[&[u8]] = &[b"reason", b"source", b"scheme", b"samesite"];
const LONGEST_FACT: usize = 8;

/// An object or array under a sensitive name: its leaves. Returns where it ends.
pub(in crate::redact) fn field_tree(
    pass: &mut Pass<'_>,
    field: &Field,
    open: usize,
    mark: Mark,
) -> usize {
    // In a list of cookies the attributes stay; in a map every value is a cookie's.
    let only_values = matches!(field.kind, Kind::CookieList) && pass.text.get(open) == Some(&b'[');
    if !(field.kind.is_secret()
        || matches!(field.kind, Kind::Meta | Kind::Cookie | Kind::Authorization))
    {
        identifier_list(pass, field, open, mark);
        return open;
    }
    let stop = match quote::bracket_end(pass.text, open, mark) {
        Ok(stop) | Err(stop) => stop,
    };
    let span = open..stop;
    let tree = &pass.text[span.clone()];
    let large = tree.len() > LARGEST_TREE && field.kind != Kind::CookieList;
    if large && memchr::memchr(b'\n', tree).is_none() {
        let (id, quote) = (pass.r.names.secret("tree", tree), mark.delimiter());
        let text = [quote, id.as_bytes(), quote].concat();
        pass.edits.push(open, stop, Rank::Secret, field.id, text);
        return stop;
    }
    // `authorization=[Bearer x]` is no JSON: quotes would be of no use, or end a string around it.
    let inner = skip_spaces(pass.text, open + 1, true);
    let json = mark != Mark::Double(0)
        || quote::opening(pass.text, inner).is_some()
        || key_is_quoted(pass.text, open);
    for leaf in quote::leaves(pass.text, span, mark) {
        let key = pass.text[leaf.key.clone()].to_ascii_lowercase();
        let raw = &pass.text[leaf.span.clone()];
        let plain: [&[u8]; 5] = [b"true", b"false", b"null", b"", b"\"\""];
        let short = raw.len() < field.min;
        if plain.contains(&raw) || is_pseudonym(raw) || key == b"type" || short {
            continue;
        }
        let attribute = COOKIE_ATTRIBUTES.contains(&key.as_slice()) || key.starts_with(b"_");
        if only_values && attribute || is_known_leaf(pass, &key, raw) {
            continue;
        }
        let needs_quotes = (!leaf.quoted && json).then_some(mark);
        if !leaf.quoted && !json && says_nothing(pass, raw) {
            continue;
        }
        let leaf_mark = if leaf.quoted { mark } else { Mark::None };
        let kind = match &field.kind {
            Kind::Meta => Kind::Meta,
            Kind::CookieList | Kind::Cookie => Kind::Secret("cookie".to_owned()),
            Kind::Secret(label) => Kind::Secret(label.clone()),
            _ => Kind::Secret("token".to_owned()),
        };
        replace::replace(pass, &kind, leaf.span, leaf_mark, needs_quotes, field.id);
    }
    // What is only somebody's may hold a secret under a name of its own.
    if field.kind == Kind::Meta { open } else { stop }
}

/// The strings of a list of identifiers, and the names of people in its objects; numbers stay, and what else
/// the objects hold has names of its own.
fn identifier_list(pass: &mut Pass<'_>, field: &Field, open: usize, mark: Mark) {
    let people = matches!(field.kind, Kind::User | Kind::Plain("person"));
    let listed = people || matches!(field.kind, Kind::Email | Kind::Host | Kind::Plain("phone"));
    if !listed || pass.text.get(open) != Some(&b'[') {
        return;
    }
    let near = pass.text.len().min(open + LARGEST_TREE);
    let Ok(stop) = quote::bracket_end(&pass.text[..near], open, mark) else {
        return;
    };
    let leaves = quote::leaves(pass.text, open..stop, mark);
    let text = pass.text;
    let server = ends_with_key(text, open, b"server");
    if server && are_settings(leaves.iter().map(|l| &text[l.span.clone()])) {
        return;
    }
    for leaf in leaves {
        let raw = &pass.text[leaf.span.clone()];
        let key = &pass.text[leaf.key.clone()];
        let named = people && key == b"name";
        if !leaf.quoted
            || raw.is_empty()
            || is_complaint(&pass.r.rules.allow, raw)
            || !(key.is_empty() || named)
            || says_what_may_be_done(raw)
        {
            continue;
        }
        let kind = match field.kind {
            _ if named => Kind::Plain("person"),
            _ => field.kind.clone(),
        };
        replace::replace(pass, &kind, leaf.span, mark, None, field.id);
    }
}

/// What an object under a secret's name says about the secret: how long it lasts, how it was made, why it was
/// refused.
fn is_known_leaf(pass: &Pass<'_>, key: &[u8], raw: &[u8]) -> bool {
    let short = raw.len() <= LONGEST_FACT && raw.iter().all(u8::is_ascii_alphanumeric);
    let word = raw.iter().all(u8::is_ascii_alphabetic);
    short && (FACTS.contains(&key) || word && WORDS.contains(&key))
        || key.ends_with(b"_at") && is_time(raw)
        || is_complaint(&pass.r.rules.allow, raw)
}

/// `[FILTERED]` and the like, as frameworks write them for what they left out.
fn says_nothing(pass: &Pass<'_>, raw: &[u8]) -> bool {
    let lower = raw.to_ascii_lowercase();
    // `[object Object]` is how JavaScript writes what has no text.
    lower == b"filtered"
        || lower.starts_with(b"object ")
        || pass.r.rules.allow.empty_values.contains(&lower)
}

/// True for `2026-11-12T09:26:13Z`.
fn is_time(raw: &[u8]) -> bool {
    let part = |b: &u8| b.is_ascii_digit() || b"-:TZ+. ".contains(b);
    raw.len() < 36
        && raw.iter().all(part)
        && matches!(raw, [b'2', b'0', _, _, b'-', _, _, b'-', ..])
}

/// Under `users` some programs list what users may do.
fn says_what_may_be_done(raw: &[u8]) -> bool {
    let rights: [&[u8]; 12] = [
        b"read", b"write", b"list", b"view", b"edit", b"create", b"delete", b"update", b"manage",
        b"execute", b"admin", b"*",
    ];
    rights.iter().any(|r| r.eq_ignore_ascii_case(raw))
}

/// `"server":["wss_enabled","auto_delete","allow"]` of the Node API: settings that a server knows. Names of hosts
/// have no underscores, and those that have have digits.
fn are_settings<'t>(entries: impl Iterator<Item = &'t [u8]>) -> bool {
    let (mut all, mut joined) = (0, 0);
    for entry in entries {
        if !entry.iter().all(|b| b.is_ascii_lowercase() || *b == b'_') {
            return false;
        }
        all += 1;
        joined += usize::from(entry.contains(&b'_'));
    }
    all > 2 && joined * 2 >= all
}

/// True for `"server": [` whose bracket is at `open`.
fn ends_with_key(text: &[u8], open: usize, key: &[u8]) -> bool {
    let head = &text[open.saturating_sub(32)..open];
    let head = head.trim_ascii_end().strip_suffix(b":").unwrap_or_default();
    let quote = |b: &u8| matches!(b, b'"' | b'\\');
    let end = head.iter().rposition(|b| !quote(b)).map_or(0, |i| i + 1);
    let front = head[..end].strip_suffix(key);
    front.is_some_and(|front| front.last().is_some_and(quote))
}

/// True if the name before the bracket at `open` ends with a quote.
fn key_is_quoted(text: &[u8], open: usize) -> bool {
    let mut before = text[..open].iter().rev().take(64);
    let joint = |b: &u8| b.is_ascii_whitespace() || matches!(b, b':' | b'=' | b'>');
    matches!(before.find(|b| !joint(b)), Some(b'"' | b'\''))
}
