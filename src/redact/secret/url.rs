//! Addresses of the web: user and password before the host, and the host.
use crate::redact::engine::replace;
use crate::redact::identity::host;
use std::ops::Range;

use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::rules::compiled::Kind;
use crate::redact::value::quote::Mark;

/// Longest authority of a URL that is looked at.
const LONGEST: usize = 1024;

fn ends_authority(b: u8) -> bool {
    b.is_ascii_whitespace()
        || matches!(
            b,
            b'/' | b'?'
                | b'#'
                | b'"'
                | b'\''
                | b'<'
                | b'>'
                | b'\\'
                | b'`'
                | b'|'
                | b')'
                | b'}'
                | b','
                | b';'
                | b'('
                | b'{'
        )
}

/// `://` (or `:\/\/` of JSON) was found at `at`.
pub(in crate::redact) fn url_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let start = at + if text[at + 1] == b'\\' { 5 } else { 3 };
    let rest = &text[start..text.len().min(start + LONGEST)];
    let mut len = rest
        .iter()
        .position(|b| ends_authority(*b))
        .unwrap_or(rest.len());
    if !rest[..len].contains(&b'@')
        && let Some(colon) = memchr::memchr(b':', &rest[..len])
        && !rest[colon + 1..len].iter().all(u8::is_ascii_digit)
    {
        // A raw `/` in the password: the `@` comes later.
        let word = rest
            .iter()
            .position(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<'))
            .unwrap_or(rest.len());
        if let Some(sign) = memchr::memchr(b'@', &rest[..word]) {
            let host = rest[sign + 1..]
                .iter()
                .position(|b| ends_authority(*b))
                .unwrap_or(rest.len() - sign - 1);
            len = sign + 1 + host;
        }
    }
    let mut host = start..start + len;
    if let Some(sign) = memchr::memrchr(b'@', &rest[..len]) {
        pass.url_ats.insert(start + sign);
        user_info(pass, start..start + sign);
        host.start = start + sign + 1;
    }
    let end = host.end;
    if is_storage(pass, &text[host.clone()]) {
        bucket_at(pass, end);
    }
    url_host(pass, host);
}

/// True for the servers of a provider's object storage where the bucket is the first folder.
fn is_storage(pass: &Pass<'_>, host: &[u8]) -> bool {
    let name = host.split(|b| *b == b':').next().unwrap_or_default();
    let storage = name.len() > 2
        && (name[..2].eq_ignore_ascii_case(b"s3") || name[..2].eq_ignore_ascii_case(b"st"));
    storage && pass.r.rules.allow.provider(name) == Some(0)
}

/// The bucket in the path that begins at `at`: the same pseudonym as in front of the server's name.
fn bucket_at(pass: &mut Pass<'_>, at: usize) {
    let rest = &pass.text[at..pass.text.len().min(at + 128)];
    let Some(path) = rest.strip_prefix(b"/") else {
        return;
    };
    let len = path
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
        .count();
    let span = at + 1..at + 1 + len;
    let rule = pass.r.rules.id("bucket");
    let bucket = &pass.text[span.clone()];
    if bucket.is_empty() || pass.r.is_kept(bucket) {
        return;
    }
    let text = pass.r.names.host(bucket).0;
    pass.edits
        .push(span.start, span.end, Rank::Identifier, rule, text);
}

fn user_info(pass: &mut Pass<'_>, span: Range<usize>) {
    let rule = pass.r.rules.id("url-credentials");
    let raw = &pass.text[span.clone()];
    let user = match memchr::memchr(b':', raw) {
        Some(colon) => {
            let password = span.start + colon + 1..span.end;
            replace::replace(
                pass,
                &Kind::Secret("password".to_owned()),
                password,
                Mark::None,
                None,
                rule,
            );
            span.start..span.start + colon
        }
        None => span,
    };
    let raw = &pass.text[user.clone()];
    let key_like = raw.len() >= 16
        && raw.iter().any(u8::is_ascii_digit)
        && raw.iter().any(u8::is_ascii_uppercase);
    let kind = if key_like {
        Kind::Secret("token".to_owned())
    } else {
        Kind::User
    };
    replace::replace(pass, &kind, user, Mark::None, None, rule);
}

fn url_host(pass: &mut Pass<'_>, host: Range<usize>) {
    let raw = &pass.text[host.clone()];
    if raw.first() == Some(&b'[') {
        return;
    }
    let len = raw
        .iter()
        .position(|b| *b == b':' || *b == b'%')
        .unwrap_or(raw.len());
    let mut span = host.start..host.start + len;
    while span.end > span.start && matches!(pass.text[span.end - 1], b'.' | b'*') {
        span.end -= 1;
    }
    let plausible = pass.text[span.clone()]
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_') || *b >= 0x80);
    if plausible && !span.is_empty() {
        let rule = pass.r.rules.id("url-host");
        host::host_edit(pass, span, rule);
    }
}
