//! Host names by their shape and by the names of their fields.
use crate::redact::engine::replace;
use core::net::IpAddr;
use std::ops::Range;

use super::address_spelling;
use super::address_spelling::embedded;
use super::host_suffix::{glued, in_lower, is_dotted_mac, is_host, last_label};
use super::ip_address::stays;
use crate::pseudonym::is_pseudonym;
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::nested::unescape::escape_end;
use crate::redact::rules::compiled::{Kind, RuleId, WordSet};
use crate::redact::value::quote::Mark;

/// True for each byte that the name of a host is made of.
const HOST_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        table[b] =
            b >= 0x80 || (b as u8).is_ascii_alphanumeric() || matches!(b as u8, b'.' | b'-' | b'_');
        b += 1;
    }
    table
};

pub(in crate::redact) fn is_host_byte(b: u8) -> bool {
    HOST_BYTES[usize::from(b)]
}

/// How many hosts a pass remembers.
pub(in crate::redact) const RECENT_HOSTS: usize = 8;

/// A host that was named lately.
pub(in crate::redact) struct SeenHost {
    /// Where it stands in the text.
    span: Range<usize>,
    /// How many of its bytes go; none where it stays.
    own: usize,
    /// What stands for them.
    text: String,
}

/// A dotted word with a dot at `dot`; the position after the word.
pub(in crate::redact) fn dotted_name_at(pass: &mut Pass<'_>, dot: usize) -> usize {
    let text = pass.text;
    let ahead = text[dot..]
        .iter()
        .take(255)
        .take_while(|b| is_host_byte(**b))
        .count();
    let end = dot + ahead;
    let back = text[dot.saturating_sub(255)..dot]
        .iter()
        .rev()
        .take_while(|b| is_host_byte(**b))
        .count();
    let mut span = dot - back..end;
    while span.end > span.start && matches!(text[span.end - 1], b'.' | b'-' | b'_') {
        span.end -= 1;
    }
    // Nearly all are names of files: one dot, and what stands behind it is no end of a host's name.
    let word = &text[span.clone()];
    if !in_lower(&pass.r.rules.allow.host_ends, last_label(word))
        && memchr::memchr_iter(b'.', word).count() < 2
    {
        return end;
    }
    // The end of an escape may stick to the front: `\nxfer01.example.net`, `%3Dxfer01.example.net`.
    if let Some(end) = escape_end(text, span.start, dot) {
        span.start = end;
    }
    while span.start < span.end && matches!(text[span.start], b'.' | b'-' | b'_') {
        span.start += 1;
    }
    let before = span.start.checked_sub(1).map(|i| text[i]);
    if before == Some(b'~') || before == Some(b'@') || text.get(end) == Some(&b'@') {
        return end;
    }
    // Behind a pseudonym of ours stands what its finder left on purpose.
    if before == Some(b'.') && span.start >= 2 && text[span.start - 2] == b'~' {
        return end;
    }
    let rule = pass.r.rules.frequent.host_name;
    if is_host(&pass.r.rules, text, &span) {
        host_edit(pass, span, rule);
    } else if is_dotted_mac(&text[span.clone()]) {
        let rule = pass.r.rules.id("mac-address");
        replace::replace(pass, &Kind::Mac, span, Mark::None, None, rule);
    } else if let Some(inner) = glued(&pass.r.rules, &text[span.clone()]) {
        host_edit(pass, span.start + inner.start..span.start + inner.end, rule);
    }
    end
}

/// `xfer01/10.77.0.5`, as Java prints an address with its name, and `xfer01 (10.77.0.5)`; the name ends at `end`.
pub(in crate::redact) fn name_of_address(pass: &mut Pass<'_>, end: usize) {
    let text = pass.text;
    let len = text[end.saturating_sub(64)..end]
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'-')
        .count();
    let name = &text[end - len..end];
    let begins = (end - len)
        .checked_sub(1)
        .is_none_or(|i| text[i].is_ascii_whitespace() || b"[(\"'=:".contains(&text[i]));
    // A name, and no network card: it has a digit or a dash, and three letters that tell one.
    let telling = name.iter().any(|b| !b.is_ascii_alphabetic());
    let cards: [&[u8]; 16] = [
        b"eth", b"ens", b"eno", b"enp", b"bond", b"wlan", b"lo", b"em", b"vlan", b"br-", b"docker",
        b"tun", b"udp", b"tcp", b"ip", b"IP",
    ];
    let card = cards.iter().any(|c| name.starts_with(c) && name.len() < 12);
    let common = allow_word(&pass.r.rules.allow.not_hosts, name);
    if begins && telling && !card && !common && name.first().is_some_and(u8::is_ascii_alphabetic) {
        host_edit(pass, end - len..end, pass.r.rules.frequent.host_name);
    }
}

/// Replaces a host name unless it is public or kept.
pub(in crate::redact) fn host_edit(pass: &mut Pass<'_>, span: Range<usize>, rule: RuleId) {
    let name = &pass.text[span.clone()];
    // Every line of a system log names the same few hosts, so the last ones are remembered.
    let slot = (name.len() + usize::from(name.last().copied().unwrap_or(0))) % RECENT_HOSTS;
    let known = pass.recent_hosts[slot]
        .as_ref()
        .filter(|seen| pass.text[seen.span.clone()] == *name);
    let (own, text) = match known {
        Some(seen) => (seen.own, seen.text.clone()),
        None => {
            match embedded(name) {
                // `1.0.0.127.in-addr.arpa` is everybody's.
                Some((part, address)) if stays(address) && part.start == 0 => return,
                Some((part, address)) if !stays(address) => {
                    return host_of_address(pass, &span, &part, address, rule);
                }
                _ => {}
            }
            let (own, text) = host_text(pass, name);
            pass.recent_hosts[slot] = Some(SeenHost {
                span: span.clone(),
                own,
                text: text.clone(),
            });
            (own, text)
        }
    };
    if own > 0 {
        pass.edits
            .push(span.start, span.start + own, Rank::Identifier, rule, text);
    }
}

/// How much of a host's name is its own, and the pseudonym for that; nothing where it stays.
fn host_text(pass: &Pass<'_>, name: &[u8]) -> (usize, String) {
    if name.is_empty() || is_pseudonym(name) || is_public(pass, name) || pass.r.is_kept(name) {
        return (0, String::new());
    }
    if std::str::from_utf8(name).is_ok_and(|n| n.parse::<core::net::Ipv4Addr>().is_ok())
        || name.iter().all(u8::is_ascii_digit)
    {
        return (0, String::new());
    }
    // The provider's own part tells region and service and nobody's name.
    let own = pass.r.rules.allow.provider(name).unwrap_or(name.len());
    (own, pass.r.names.host(&name[..own]).0)
}

/// A host whose name is made of its address: the address becomes its pseudonym, and what stands before and
/// behind it goes unless it is a provider's or a word for a place.
fn host_of_address(
    pass: &mut Pass<'_>,
    span: &Range<usize>,
    part: &Range<usize>,
    address: IpAddr,
    rule: RuleId,
) {
    let name = &pass.text[span.clone()];
    if pass.r.is_kept(name) || pass.r.is_kept(&name[part.clone()]) {
        return;
    }
    let mut head = &name[..part.start];
    while let [rest @ .., b'.' | b'-' | b'_'] = head {
        head = rest;
    }
    if !head.is_empty() && !address_spelling::is_place_word(head) {
        let text = pass.r.names.host(head).0;
        let end = span.start + head.len();
        pass.edits
            .push(span.start, end, Rank::Identifier, rule, text);
    }
    let text = pass.r.names.ip(address);
    let place = span.start + part.start..span.start + part.end;
    pass.edits
        .push(place.start, place.end, Rank::Identifier, rule, text);
    let tail = &name[part.end..];
    let Some(dot) = memchr::memchr(b'.', tail) else {
        return;
    };
    let domain = &tail[dot + 1..];
    let own = pass.r.rules.allow.provider(tail).is_some_and(|n| n <= dot);
    if !domain.is_empty() && !own && !is_public(pass, domain) {
        let text = pass.r.names.host(domain).0;
        let from = place.end + dot + 1;
        let end = from + domain.len();
        pass.edits.push(from, end, Rank::Identifier, rule, text);
    }
}

/// IBM's own public hosts, technical names everybody uses, and this machine's loopback names.
pub(in crate::redact) fn is_public(pass: &Pass<'_>, name: &[u8]) -> bool {
    let mut lower = name.to_ascii_lowercase();
    if lower.last() == Some(&b'.') {
        lower.pop();
    }
    let allow = &pass.r.rules.allow;
    if allow.hosts.contains(&lower) || allow.host_suffixes.iter().any(|s| lower.ends_with(s)) {
        return true;
    }
    // `s3.eu-west-3.amazonaws.com`: nothing stands before the provider's own part.
    allow.provider(&lower) == Some(0)
}

/// The pseudonym of the value of a host field, or `None` where it stays or needs a narrower edit.
pub(in crate::redact) fn host_pseudonym(
    pass: &mut Pass<'_>,
    value: &[u8],
    span: Range<usize>,
    rule: RuleId,
) -> Option<String> {
    let raw = &pass.text[span.clone()];
    if raw != value {
        // Escaped in its place: only whole values are safe to map.
        let simple = value.iter().all(|b| is_host_byte(*b));
        return (simple && !is_public(pass, value)).then(|| pass.r.names.host(value).0);
    }
    let len = raw.iter().take_while(|b| is_host_byte(**b)).count();
    let next = raw.get(len).copied();
    let name = &raw[..len];
    let address = std::str::from_utf8(name).is_ok_and(|n| n.parse::<core::net::Ipv4Addr>().is_ok());
    let number = name.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    // `nginx/1.24`, `https://…`, `a b`, `[::1]`, `fd77::5`: others look at those.
    let port = next == Some(b':')
        && raw.get(len + 1).is_some_and(u8::is_ascii_digit)
        && raw[len + 1..].iter().all(u8::is_ascii_digit);
    let ends = next.is_none() || port || matches!(next, Some(b',' | b';' | b'(' | b')'));
    let word = !name
        .iter()
        .any(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_'));
    // `API Server: Listening on …` is a sentence; a server's name has a digit, a dot or a dash.
    let head = &pass.text[span.start.saturating_sub(8)..span.start];
    let said = word && head.to_ascii_lowercase().ends_with(b"server: ");
    let ordinary = word
        && pass
            .r
            .rules
            .allow
            .prose_values
            .contains(&name.to_ascii_lowercase());
    let product = matches!(
        name.to_ascii_lowercase().as_slice(),
        b"nginx"
            | b"apache"
            | b"server"
            | b"aspera"
            | b"envoy"
            | b"cloudflare"
            | b"connect"
            | b"any"
            | b"all"
    );
    let common = allow_word(&pass.r.rules.allow.not_hosts, name);
    if len == 0
        || !ends
        || common
        || address
        || number
        || ordinary
        || said
        || product
        || is_pseudonym(name)
        || hex_only(name)
    {
        return None;
    }
    let end = span.start + len;
    host_edit(pass, span.start..end, rule);
    None
}

pub(in crate::redact) fn allow_word(words: &WordSet, name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    let digits = lower
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_digit())
        .count();
    // `table#` of the list stands for `table4`.
    let numbered = [&lower[..lower.len() - digits], b"#"].concat();
    words.contains(&lower) || (digits > 0 && words.contains(&numbered))
}

/// `DEADBEEF01` is a number, not a host.
fn hex_only(name: &[u8]) -> bool {
    name.len() >= 16 && name.iter().all(u8::is_ascii_hexdigit)
}
