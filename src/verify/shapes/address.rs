//! IPv4, IPv6 and hardware addresses, and the version numbers and times that look like them.
use std::net::{Ipv4Addr, Ipv6Addr};

use super::bytes::{alnum, at, before, part, run_end, run_start};
use super::detectors::What;
use super::find::{Raw, Scanner};

/// Looks for an IPv4 address that starts at `start`.
pub(super) fn ip4(scan: &Scanner<'_>, text: &[u8], start: usize, out: &mut Vec<Raw>) {
    let prev = before(text, start);
    // The second dot of an address is near; a rate has one dot only.
    let near = (3..8).any(|n| at(text, start + n) == b'.');
    if !near || alnum(prev) || prev == b'.' || prev >= 0x80 {
        return;
    }
    let Some((address, end)) = parse_ip4(text, start) else {
        super::host::odd_ip4(scan, text, start, version_before(text, start), out);
        return;
    };
    let [a, b, ..] = address.octets();
    let public_use = address.is_loopback()
        || a == 0
        || a == 255
        || a >= 224
        || (a == 169 && b == 254)
        || address.is_broadcast();
    if part(text, end, end + 13).eq_ignore_ascii_case(b".in-addr.arpa") {
        // Backwards: judged where the last word stands.
        return;
    }
    let port = at(text, end) == b':' && at(text, end + 1).is_ascii_digit();
    if public_use || (!port && version_before(text, start)) || scan.kept(&text[start..end]) {
        return;
    }
    out.push(Raw::new(start, What::Ip4));
}

fn parse_ip4(text: &[u8], start: usize) -> Option<(Ipv4Addr, usize)> {
    let mut octets = [0u8; 4];
    let mut i = start;
    for (n, octet) in octets.iter_mut().enumerate() {
        let end = run_end(text, i, 4, |b| b.is_ascii_digit());
        let digits = text.get(i..end)?;
        if digits.is_empty() || digits.len() > 3 || (digits.len() > 1 && digits[0] == b'0') {
            return None;
        }
        let value = digits
            .iter()
            .fold(0u16, |v, &d| v * 10 + u16::from(d - b'0'));
        *octet = u8::try_from(value).ok()?;
        i = end;
        if n < 3 {
            if at(text, i) != b'.' {
                return None;
            }
            i += 1;
        }
    }
    let next = at(text, i);
    let five_parts = next == b'.' && at(text, i + 1).is_ascii_digit();
    if five_parts || alnum(next) || next == b'_' {
        return None;
    }
    Some((Ipv4Addr::from(octets), i))
}

/// True where the words before say that four numbers are a version.
fn version_before(text: &[u8], start: usize) -> bool {
    let glue = |b: u8| {
        matches!(
            b,
            b' ' | b'"' | b'\'' | b':' | b'=' | b'\\' | b'[' | b'(' | b'>'
        )
    };
    if before(text, start) == b'/' {
        let name = run_start(text, start - 1, 24, alnum);
        return name + 1 < start && at(text, name).is_ascii_uppercase();
    }
    let end = run_start(text, start, 6, glue);
    let from = run_start(text, end, 24, |b| {
        alnum(b) || matches!(b, b'_' | b'-' | b'.')
    });
    let word = part(text, from, end).to_ascii_lowercase();
    word.ends_with(b"ver")
        || word.ends_with(b"version")
        || VERSIONED.iter().any(|v| v.as_bytes() == word)
}

const VERSIONED: &[&str] = &[
    "v",
    "release",
    "build",
    "connect",
    "fasp",
    "ascp",
    "sdk",
    "client",
    "server_version",
    "hsts",
    "hste",
    "transferd",
    "desktop",
    "drive",
    "ascli",
    "schema",
    "firmware",
    "edition",
    "update",
    "upgrade",
    "package",
    "product",
];

/// Looks for an IPv6 or hardware address whose first group is `text[start..end]`.
pub(super) fn colons(
    scan: &Scanner<'_>,
    text: &[u8],
    start: usize,
    end: usize,
    out: &mut Vec<Raw>,
) {
    let prev = before(text, start);
    if prev == b'_'
        || prev == b'-'
        || prev >= 0x80
        || (prev == b':' && before(text, start - 1) != b'=')
    {
        // Not the first group of its span; "local::" and the like start earlier.
        let leading = prev == b':' && before(text, start - 1) == b':';
        let open = !alnum(before(text, start.saturating_sub(2)))
            && before(text, start.saturating_sub(2)) != b':';
        if leading && open && start >= 2 {
            ip6(scan, text, start - 2, out);
        } else if prev == b':' && label_colon(text, start) {
            // The address begins behind a label.
        } else {
            return;
        }
        if leading {
            return;
        }
    }
    if end - start == 2 && mac(text, start) {
        let value = part(text, start, start + 17);
        if !scan.kept(value) {
            out.push(Raw::new(start, What::Mac));
        }
        return;
    }
    if at(text, end) == b':' && end - start <= 4 {
        ip6(scan, text, start, out);
    }
}

/// True where the colon before `start` ends a word, as in `peer:fd77::5`.
fn label_colon(text: &[u8], start: usize) -> bool {
    let word = run_start(text, start - 1, 24, alnum);
    word + 1 < start
        && part(text, word, start - 1)
            .iter()
            .any(|b| !b.is_ascii_hexdigit())
}

fn mac(text: &[u8], start: usize) -> bool {
    let separator = at(text, start + 2);
    let mut letters = false;
    let mut same = true;
    let first = (at(text, start), at(text, start + 1));
    for group in 0..6 {
        let i = start + group * 3;
        let (a, b) = (at(text, i), at(text, i + 1));
        if !a.is_ascii_hexdigit() || !b.is_ascii_hexdigit() {
            return false;
        }
        letters |= a.is_ascii_alphabetic() || b.is_ascii_alphabetic();
        same &= (a, b) == first;
        if group < 5 && at(text, i + 2) != separator {
            return false;
        }
    }
    let next = at(text, start + 17);
    let longer = next == separator && at(text, start + 18).is_ascii_hexdigit();
    !longer && !alnum(next) && !same && (separator == b':' || letters)
}

fn ip6(scan: &Scanner<'_>, text: &[u8], start: usize, out: &mut Vec<Raw>) {
    let end = run_end(text, start, 46, |b| {
        b.is_ascii_hexdigit() || b == b':' || b == b'.'
    });
    let span = part(text, start, end);
    let colons = memchr::memchr_iter(b':', span).count();
    let doubled = memchr::memmem::find(span, b"::").is_some();
    if colons < 2 || (!doubled && colons < 7) || alnum(at(text, end)) || at(text, end) == b'_' {
        return;
    }
    let Some((address, value)) = parse_ip6(span) else {
        return;
    };
    let groups = value.split(|&b| b == b':').filter(|g| !g.is_empty());
    let fingerprint = !doubled && groups.clone().all(|g| g.len() == 2);
    let word = groups.count() < 3 && !value.iter().any(u8::is_ascii_digit);
    let plain = address.is_loopback() || address.is_unspecified() || address.is_multicast();
    if fingerprint || word || plain || scan.kept(value) {
        return;
    }
    out.push(Raw::new(start, What::Ip6));
}

/// The address at the start of `span`; signs that belong to the sentence are cut off its end.
fn parse_ip6(span: &[u8]) -> Option<(Ipv6Addr, &[u8])> {
    let mut value = span;
    for _ in 0..4 {
        if let Some(address) = std::str::from_utf8(value).ok().and_then(|s| s.parse().ok()) {
            return Some((address, value));
        }
        let cut = value.iter().rposition(|&b| b == b':' || b == b'.')?;
        value = value.get(..cut)?;
    }
    None
}
