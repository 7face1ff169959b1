//! IP addresses, found by hand-made scanners: a pattern for IPv6 alone would cost more than all other rules.
use crate::redact::identity::host;
use crate::redact::identity::line_head;
use crate::redact::identity::number;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::address_spelling;
use super::host_suffix::in_lower;
use crate::pseudonym::{Pseudonyms, find_at};
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::nested::unescape::escape_end;
use crate::redact::rules::compiled::RuleId;

/// How many addresses a pass remembers: primes, so that those of one network do not share a place. A short text has
/// few, and room for many would cost more than it saves.
const RECENT: [usize; 2] = [31, 509];
/// A text of so many bytes is no longer short.
const LONG: usize = 16 * 1024;

/// Addresses that were named lately, and their pseudonyms: a log names the same few again and again.
#[derive(Default)]
pub(in crate::redact) struct RecentAddresses(Vec<Option<(Ipv4Addr, String)>>);

impl RecentAddresses {
    /// What [`Pseudonyms::ip`] says of the address, which stands in a text of `len` bytes.
    fn pseudonym(&mut self, names: &Pseudonyms, address: IpAddr, len: usize) -> String {
        let IpAddr::V4(four) = address else {
            return names.ip(address);
        };
        if self.0.is_empty() {
            self.0.resize(RECENT[usize::from(len >= LONG)], None);
        }
        let slot = four.to_bits() as usize % self.0.len();
        match &self.0[slot] {
            Some((seen, text)) if *seen == four => text.clone(),
            _ => {
                let text = names.ip(address);
                self.0[slot] = Some((four, text.clone()));
                text
            }
        }
    }
}

/// A dot: an address, or a host name; the position after it, if it was one.
pub(in crate::redact) fn dot_at(pass: &mut Pass<'_>, dot: usize) -> Option<usize> {
    let text = pass.text;
    let (before, after) = (text.get(dot.checked_sub(1)?)?, text.get(dot + 1)?);
    if before.is_ascii_digit() && after.is_ascii_digit() {
        // The second dot is near, or this is the dot of a time or a rate.
        let near = text.get(dot + 2..text.len().min(dot + 5))?;
        if near.contains(&b'.') {
            return ip4_at(pass, dot);
        }
        let mac = text.get(dot + 5) == Some(&b'.');
        return mac.then(|| number::dotted_mac_at(pass, dot)).flatten();
    }
    let named = (before.is_ascii_alphanumeric() || *before == b'-') && after.is_ascii_alphabetic();
    named.then(|| host::dotted_name_at(pass, dot))
}

/// An IPv4 address whose first dot is at `dot`; the position after it.
fn ip4_at(pass: &mut Pass<'_>, dot: usize) -> Option<usize> {
    let text = pass.text;
    let digits = text[..dot]
        .iter()
        .rev()
        .take(4)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let escape = escape_end(text, dot - digits, dot - 1);
    let start = escape.unwrap_or(dot - digits);
    let end = start
        + text[start..]
            .iter()
            .take(16)
            .take_while(|b| b.is_ascii_digit() || **b == b'.')
            .count();
    let mut span = start..end;
    if text[span.clone()].ends_with(b".") {
        span.end -= 1;
    }
    let before = start.checked_sub(1).map(|i| text[i]);
    if matches!(before, Some(b'.')) || (span.end == end && matches!(text.get(end), Some(b'.'))) {
        return None;
    }
    let address = match address_spelling::quad(&text[span.clone()], b'.') {
        Some(address) => address,
        None => return ip4_port_at(pass, span),
    };
    if before.is_none_or(|b| b == b'\n') {
        line_head::hosts_line(pass, span.end);
    }
    let after = text.get(span.end).copied().unwrap_or(b' ');
    let word_before = before.is_some_and(|b| b.is_ascii_alphanumeric()) && escape.is_none();
    let port = after == b'_' && is_port(&text[span.end + 1..]);
    if word_before || after.is_ascii_alphanumeric() || after == b'_' && !port {
        return Some(span.end);
    }
    if !stays4(address) && !is_version(pass, start) && !is_build(pass, &span, address) {
        let end = span.end;
        cut_address(pass, IpAddr::V4(address), span, pass.r.rules.frequent.ip4);
        match before {
            Some(b'/') => host::name_of_address(pass, start - 1),
            Some(b'(' | b'[') if start > 2 && text[start - 2] == b' ' => {
                host::name_of_address(pass, start - 2);
            }
            _ => {}
        }
        return Some(end);
    }
    Some(span.end)
}

/// `10.77.0.5.50016`: an address and its port, as netstat of the BSDs joins them; five numbers may also be a
/// version or an object id, so the address must be of a private network or the line say `tcp` or `udp`.
fn ip4_port_at(pass: &mut Pass<'_>, span: Range<usize>) -> Option<usize> {
    let text = pass.text;
    let last = memchr::memrchr(b'.', &text[span.clone()])? + span.start;
    let port = std::str::from_utf8(&text[last + 1..span.end]).ok()?;
    let address = address_spelling::quad(&text[span.start..last], b'.')?;
    let head = &text[span.start.saturating_sub(80)..span.start];
    let head = memchr::memrchr(b'\n', head).map_or(head, |i| &head[i + 1..]);
    let netstat = head.starts_with(b"tcp") || head.starts_with(b"udp");
    let sure = netstat || address.is_private() && address.octets()[0] != 172;
    let before = head.last().copied().unwrap_or(b' ');
    let bounded = !before.is_ascii_alphanumeric() && !matches!(before, b'.' | b'-' | b'_');
    if sure && bounded && port.parse::<u16>().is_ok_and(|p| p >= 20) && !stays4(address) {
        let rule = pass.r.rules.frequent.ip4;
        cut_address(pass, IpAddr::V4(address), span.start..last, rule);
    }
    Some(span.end)
}

/// True for `libfoo-1.2.3.4`, `1.2.3.4-beta`, `3.0.7.1.el9`: small numbers glued to words as in the name of
/// a package. Private addresses are none, and neither is what a word for a place stands before.
fn is_build(pass: &Pass<'_>, span: &Range<usize>, address: Ipv4Addr) -> bool {
    if address.octets()[0] >= 40 || address.is_private() {
        return false;
    }
    let head = &pass.text[span.start.saturating_sub(24)..span.start];
    let word = head.strip_suffix(b"-").or(head.strip_suffix(b"_"));
    let glued = word.is_some_and(|word| {
        let len = word
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        len > 0 && !address_spelling::is_place_word(&word[word.len() - len..])
    });
    let rest = &pass.text[span.end..];
    let tail = matches!(rest, [b'-' | b'.' | b'+', b, ..] if b.is_ascii_alphabetic())
        && !rest.starts_with(b"-~");
    glued || tail
}

/// `ip-10-1-2-3`: four numbers between dashes that a word for a place or a private network tells to be an
/// address. `dash` is the first of them.
fn dashed_address_at(pass: &mut Pass<'_>, dash: usize) {
    let text = pass.text;
    let digits = text[dash.saturating_sub(3)..dash]
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let start = dash - digits;
    let Some(word) = text[start.saturating_sub(24)..start].strip_suffix(b"-") else {
        return;
    };
    let Some((len, address)) = address_spelling::quad_at(&text[start..], b'-') else {
        return;
    };
    let letters = word
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    let word = &word[word.len() - letters..];
    let private = matches!(address.octets(), [192, 168, ..] | [172, 16..=31, ..]);
    let goes_on = matches!(text.get(start + len), Some(b'-'))
        && text.get(start + len + 1).is_some_and(u8::is_ascii_digit);
    let named = address_spelling::is_place_word(word) || private && !word.is_empty();
    if named && !goes_on && !stays4(address) {
        let rule = pass.r.rules.id("ip4-dashed");
        cut_address(pass, IpAddr::V4(address), start..start + len, rule);
    }
}

fn cut_address(pass: &mut Pass<'_>, address: IpAddr, span: Range<usize>, rule: RuleId) {
    if pass.r.is_kept(&pass.text[span.clone()]) {
        return;
    }
    let names = &pass.r.names;
    let text = pass
        .recent_addresses
        .pseudonym(names, address, pass.text.len());
    pass.edits
        .push(span.start, span.end, Rank::Identifier, rule, text);
}

/// True if the number at `start` stands after a word such as `version`, `ver=` or `Chrome/`.
pub(in crate::redact) fn is_version(pass: &Pass<'_>, start: usize) -> bool {
    let head = &pass.text[start.saturating_sub(24)..start];
    let gap = head
        .iter()
        .rev()
        .take_while(|b| matches!(b, b' ' | b'=' | b':' | b'"' | b'\'' | b'/' | b'(' | b'\\'))
        .count();
    let head = &head[..head.len() - gap];
    let len = head
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    let word = &head[head.len() - len..];
    let glued = gap > 0 || word.eq_ignore_ascii_case(b"v");
    len > 0 && glued && in_lower(&pass.r.rules.allow.version_words, word)
}

/// A colon: an IPv6 address or a hardware address; the position up to which it was looked at. What
/// lies before `floor` is dealt with.
pub(in crate::redact) fn colon_at(pass: &mut Pass<'_>, colon: usize, floor: usize) -> usize {
    let text = pass.text;
    let next = text.get(colon + 1).copied().unwrap_or(b' ');
    if next != b':' && !next.is_ascii_hexdigit() {
        return floor;
    }
    let is_part = |b: &&u8| b.is_ascii_hexdigit() || **b == b':';
    let ahead = text[colon..].iter().take(64).take_while(is_part).count();
    let run = &text[colon..colon + ahead];
    let colons = memchr::memchr_iter(b':', run).count();
    let double = memchr::memmem::find(run, b"::").is_some();
    // Nearly all are times.
    if colons < 5 && !double {
        return colon + ahead;
    }
    let back = text[floor..colon]
        .iter()
        .rev()
        .take(5)
        .take_while(is_part)
        .count();
    let begin = colon - back;
    let begin = escape_end(text, begin, colon).unwrap_or(begin);
    let span = begin..colon + ahead;
    let end = span.end;
    let colons = memchr::memchr_iter(b':', &text[span.clone()]).count();
    let mac = (colons == 5 && number::mac_at(pass, span.clone(), b':'))
        || ((5..=7).contains(&colons) && number::loose_mac_at(pass, span.clone(), colons));
    if !mac && (colons >= 7 || double) {
        ip6_at(pass, span);
    }
    end
}

fn ip6_at(pass: &mut Pass<'_>, span: Range<usize>) {
    let text = pass.text;
    let mut span = span;
    let before = span.start.checked_sub(1).map(|i| text[i]);
    let word = before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'~');
    if word && escape_end(text, span.start, span.start).is_none() {
        return;
    }
    let after = text.get(span.end).copied().unwrap_or(b' ');
    if after.is_ascii_alphanumeric() || after == b'_' {
        return;
    }
    if find_at(text, span.end).is_some() {
        return;
    }
    // `::ffff:10.0.0.1`: the IPv4 scanner has the address; `fd77::5.33001` has a port.
    if after == b'.' && text.get(span.end + 1).is_some_and(u8::is_ascii_digit) {
        let rest = &text[span.end + 1..];
        let digits = rest
            .iter()
            .take(6)
            .take_while(|b| b.is_ascii_digit())
            .count();
        let dotted =
            rest.get(digits) == Some(&b'.') && rest.get(digits + 1).is_some_and(u8::is_ascii_digit);
        if dotted {
            return;
        }
    }
    while text[span.clone()].ends_with(b":") && !text[span.clone()].ends_with(b"::") {
        span.end -= 1;
    }
    let Some(address) = parse6(pass, &mut span) else {
        return;
    };
    let digits = text[span.clone()]
        .iter()
        .filter(|b| b.is_ascii_hexdigit())
        .count();
    if digits < 4 || address.is_loopback() || address.is_unspecified() {
        return;
    }
    cut_address(pass, IpAddr::V6(address), span, pass.r.rules.id("ip6"));
}

/// Parses an address, with the port that logs write behind it without brackets.
fn parse6(pass: &Pass<'_>, span: &mut Range<usize>) -> Option<Ipv6Addr> {
    let text = pass.text;
    let parse = |s: &Range<usize>| {
        std::str::from_utf8(&text[s.clone()])
            .ok()?
            .parse::<Ipv6Addr>()
            .ok()
    };
    let last = memchr::memrchr(b':', &text[span.clone()])? + span.start;
    let port = &text[last + 1..span.end];
    let is_port = !port.is_empty() && port.len() <= 5 && port.iter().all(u8::is_ascii_digit);
    let head = &text[span.start.saturating_sub(6)..span.start];
    let with_port = head.ends_with(b"local=") || head.ends_with(b"peer=");
    if is_port && (with_port || port.len() == 5) {
        let shorter = span.start..last;
        if let Some(address) = parse(&shorter) {
            *span = shorter;
            return Some(address);
        }
    }
    parse(span)
}

/// A dash: the first one of a hardware address or of a social security number.
pub(in crate::redact) fn dash_at(pass: &mut Pass<'_>, dash: usize) {
    let text = pass.text;
    let is_dash = |at: usize| text.get(at) == Some(&b'-');
    if !(is_dash(dash + 2) || is_dash(dash + 3) || is_dash(dash + 4)) {
        return;
    }
    let is_digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    if dash >= 2 && is_digit(dash - 1) && is_digit(dash + 1) {
        dashed_address_at(pass, dash);
    }
    if !is_dash(dash + 3) {
        return;
    }
    if dash >= 3 && text[dash - 1].is_ascii_digit() {
        number::ssn_at(pass, dash);
    }
    let mac = is_dash(dash + 6) && is_dash(dash + 9) && is_dash(dash + 12);
    if mac
        && dash >= 2
        && let Some(all) = text.get(dash - 2..dash + 15)
        && all.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-')
    {
        number::mac_at(pass, dash - 2..dash + 15, b'-');
    }
}

/// True for a text that begins with the number of a port and nothing glued to it: `10.77.0.5_33001`.
fn is_port(rest: &[u8]) -> bool {
    let digits = rest
        .iter()
        .take(6)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let ends = rest
        .get(digits)
        .is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'_');
    (2..=5).contains(&digits) && ends
}

/// Addresses that are everybody's.
pub(in crate::redact) fn stays(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => stays4(v4),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unspecified(),
    }
}

/// Addresses that are everybody's: loopback, unspecified, broadcast, netmasks.
pub(in crate::redact) fn stays4(a: Ipv4Addr) -> bool {
    a.is_loopback() || a.is_unspecified() || a.octets()[0] == 255
}
