//! Everything with an `@` in it: e-mail addresses, `user@host`, targets of logs.
use crate::redact::engine::replace;
use crate::redact::identity::host;
use crate::redact::identity::login;
use core::net::IpAddr;
use std::ops::Range;

use super::host::is_host_byte;
use super::host_suffix::last_label;
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::nested::unescape::escape_end;
use crate::redact::rules::compiled::{Kind, RuleId};
use crate::redact::value::quote::Mark;

/// Units of systemd: `user@1000.service` is no address.
const UNITS: &[&[u8]] = &[
    b"service", b"socket", b"slice", b"mount", b"target", b"timer", b"scope", b"path", b"device",
    b"swap",
];

/// Ends of names of pictures: `icon@2x.png` is no address.
const PICTURES: &[&[u8]] = &[b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"icns"];

/// True for `2x.png`.
fn is_scale(name: &[u8]) -> bool {
    matches!(name, [b'1'..=b'4', b'x', b'.', ..])
}

/// True for `v5.2.1` and `v0.0.0-20240903120000-ef084cc8f4a1`, with which Go names its modules.
fn is_version(name: &[u8]) -> bool {
    let Some(rest) = name.strip_prefix(b"v") else {
        return false;
    };
    let number = |b: &u8| b.is_ascii_digit() || *b == b'.';
    let core = rest.iter().take_while(|b| number(b)).count();
    let mut parts = rest[..core].split(|b| *b == b'.');
    parts.clone().count() == 3
        && parts.all(|part| !part.is_empty())
        && matches!(rest.get(core), None | Some(b'-' | b'+'))
}

/// Every `@`.
pub(in crate::redact) fn at_sign(pass: &mut Pass<'_>, at: usize) {
    if !pass.url_ats.contains(&at) {
        email_at(pass, at, 1);
    }
}

/// An `@` (or `%40`, 3 bytes) at `at`: an e-mail address, or `user@host`.
pub(in crate::redact) fn email_at(pass: &mut Pass<'_>, at: usize, sign: usize) {
    let text = pass.text;
    let local = local_part(text, at);
    let from = at + sign;
    let len = text[from..]
        .iter()
        .take(255)
        .take_while(|b| is_host_byte(**b))
        .count();
    let mut domain = from..from + len;
    // `user@[fd77::5]`: the address scanner has the address.
    let bracket =
        text.get(from) == Some(&b'[') && text.get(from + 1).is_some_and(u8::is_ascii_hexdigit);
    if bracket && !local.is_empty() && !is_pseudonym_before(pass, local.start) {
        return local_user(pass, local);
    }
    while domain.end > domain.start && matches!(text[domain.end - 1], b'.' | b'-' | b'_') {
        domain.end -= 1;
    }
    if local.is_empty() && sign == 1 {
        if at > 0 && text[at - 1] == b'"' {
            return quoted_local(pass, at, domain);
        }
        return log_target(pass, at, domain);
    }
    if local.is_empty() || domain.is_empty() || is_pseudonym_before(pass, local.start) {
        return;
    }
    // User and password of an encoded URL are found where it is read without its escapes.
    if sign == 3 && pass.r.rules.id("escapes") != RuleId::OFF && in_encoded_url(text, local.start) {
        return;
    }
    let name = &text[domain.clone()];
    let address = std::str::from_utf8(name).is_ok_and(|n| n.parse::<IpAddr>().is_ok());
    if is_no_domain(pass, name, address) {
        return;
    }
    let path = text.get(domain.end) == Some(&b':')
        && sign == 1
        && !text
            .get(domain.end + 1)
            .is_some_and(u8::is_ascii_whitespace);
    if address || path || !name.contains(&b'.') {
        // `user@10.0.0.1`, `user@host:/path`: two names, and the address scanner has addresses.
        local_user(pass, local);
        if !address {
            host::host_edit(pass, domain, pass.r.rules.frequent.host_name);
        }
        return;
    }
    let whole = local.start..domain.end;
    let spelled = [&text[local.clone()], b"@", name].concat();
    if !pass.r.is_kept(&spelled) {
        login::display_name(pass, whole.start);
        let email = pass.r.names.email(&text[local], name);
        let rule = pass.r.rules.id("email-address");
        pass.edits
            .push(whole.start, whole.end, Rank::Identifier, rule, email);
    }
}

/// The part before the `@`, where it is a login of its own.
fn local_user(pass: &mut Pass<'_>, local: Range<usize>) {
    let rule = pass.r.rules.id("email-address");
    if let Some(user) = login::user_pseudonym(pass.r, &pass.text[local.clone()]) {
        pass.edits
            .push(local.start, local.end, Rank::Identifier, rule, user);
    }
}

/// True for what stands behind an `@` and is no place for mail: pictures, units, versions, public hosts.
fn is_no_domain(pass: &Pass<'_>, name: &[u8], address: bool) -> bool {
    let last = last_label(name).to_ascii_lowercase();
    let last = last.as_slice();
    PICTURES.contains(&last) && is_scale(name)
        || UNITS.contains(&last)
        || is_version(name)
        || matches!(name, b"sha256" | b"sha384" | b"sha512")
        || !address && name.iter().all(|b| b.is_ascii_digit() || *b == b'.')
        || host::is_public(pass, name) && !name.ends_with(b"ibm.com")
}

/// `"Maria Lopez"@acme.example`: a local part in quotes, which hold a person's name as often as a login.
fn quoted_local(pass: &mut Pass<'_>, at: usize, domain: Range<usize>) {
    let text = pass.text;
    let name = &text[domain.clone()];
    let escapes = text[..at - 1]
        .iter()
        .rev()
        .take(8)
        .take_while(|b| **b == b'\\')
        .count();
    let end = at - 1 - escapes;
    let from = end.saturating_sub(64);
    let Some(quote) = memchr::memrchr2(b'"', b'\n', &text[from..end]) else {
        return;
    };
    let start = from + quote + 1;
    let letters = name
        .rsplit(|b| *b == b'.')
        .next()
        .is_some_and(|l| l.len() > 1 && l.iter().all(u8::is_ascii_alphabetic));
    let plain = |b: &u8| b.is_ascii_alphanumeric() || *b >= 0x80 || b" ._-'+".contains(b);
    if text[start - 1] == b'\n'
        || start == end
        || !letters
        || !name.contains(&b'.')
        || host::is_public(pass, name)
        || !text[start..end].iter().all(plain)
    {
        return;
    }
    let rule = pass.r.rules.id("email-address");
    replace::replace(
        pass,
        &Kind::Plain("person"),
        start..end,
        Mark::None,
        None,
        rule,
    );
    host::host_edit(pass, domain, rule);
}

/// `@host` and `@@host:514` of rsyslog: a name after an `@` that nobody stands before.
fn log_target(pass: &mut Pass<'_>, at: usize, host: Range<usize>) {
    let text = pass.text;
    let before = at.checked_sub(1).map(|i| text[i]);
    let target = before.is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'@' | b'('));
    let name = &text[host.clone()];
    let dotted = name.contains(&b'.');
    let port =
        text.get(host.end) == Some(&b':') && text.get(host.end + 1).is_some_and(u8::is_ascii_digit);
    if target && name.len() > 2 && (dotted || (before == Some(b'@') && port)) {
        let rule = pass.r.rules.frequent.host_name;
        host::host_edit(pass, host, rule);
    }
}

fn is_pseudonym_before(pass: &Pass<'_>, at: usize) -> bool {
    at > 0 && pass.text[at - 1] == b'~'
}

/// True if `%3A%2F%2F` stands before `at`, and between them nothing but a user and a colon.
fn in_encoded_url(text: &[u8], at: usize) -> bool {
    let head = &text[at.saturating_sub(128)..at];
    let from = head
        .windows(9)
        .rposition(|w| w.eq_ignore_ascii_case(b"%3a%2f%2f"));
    from.is_some_and(|from| {
        let user = &head[from + 9..];
        let plain = |b: &u8| b.is_ascii_alphanumeric() || b"._~!$*+-%".contains(b);
        let slash = user.windows(3).any(|w| w.eq_ignore_ascii_case(b"%2f"));
        !slash && user.iter().all(plain)
    })
}

/// What stands before an `@` and can be the name of a mailbox or a login.
fn local_part(text: &[u8], at: usize) -> Range<usize> {
    let is_local =
        |b: &&u8| b.is_ascii_alphanumeric() || **b >= 0x80 || b"._+-'!#$&*^`{}|".contains(b);
    let len = text[at.saturating_sub(64)..at]
        .iter()
        .rev()
        .take_while(is_local)
        .count();
    let mut local = at - len..at;
    trim_local(text, &mut local);
    local
}

/// Quotes, braces and escapes that stick to the front of an address belong to the text around it.
fn trim_local(text: &[u8], local: &mut Range<usize>) {
    while local.start < local.end
        && matches!(
            text[local.start],
            b'\''
                | b'.'
                | b'-'
                | b'+'
                | b'{'
                | b'}'
                | b'|'
                | b'`'
                | b'*'
                | b'&'
                | b'#'
                | b'$'
                | b'!'
        )
    {
        local.start += 1;
    }
    if let Some(cut) = text[local.clone()]
        .iter()
        .rposition(|b| matches!(b, b'{' | b'}' | b'|' | b'&' | b'\'' | b'`'))
    {
        // An apostrophe inside a name (o'brien@…) stays, if it does not end a quote; brackets and ampersands do not
        // occur in names.
        let quoted = text[..local.start].ends_with(b"'");
        if text[local.start + cut] != b'\'' || cut == 0 || quoted {
            local.start += cut + 1;
        }
    }
    if let Some(end) = escape_end(text, local.start, local.end) {
        local.start = end;
    }
}
