//! Addresses of networks and of hardware in every spelling that is met: from the spelling to the address,
//! so that each gives the same pseudonym.
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use crate::redact::nested::unescape::{Layer, unescaped};

/// Words that stand before an address in the name of a host and tell nothing about anybody.
const PLACE_WORDS: &[&[u8]] = &[
    b"ip",
    b"ec2",
    b"dhcp",
    b"host",
    b"static",
    b"client",
    b"pool",
    b"dyn",
    b"dynamic",
    b"vpn",
    b"node",
    b"addr",
    b"address",
    b"net",
    b"ppp",
    b"dsl",
    b"adsl",
    b"cable",
    b"cpe",
    b"cust",
    b"customer",
    b"user",
    b"server",
    b"srv",
    b"vm",
    b"nat",
    b"gw",
    b"worker",
    b"instance",
    b"wan",
    b"lan",
    b"peer",
    b"from",
    b"to",
    b"log",
];

/// True for a word that may stay before an address: `ip`, `ec2`, `dhcp`.
pub(in crate::redact) fn is_place_word(word: &[u8]) -> bool {
    PLACE_WORDS.iter().any(|w| w.eq_ignore_ascii_case(word))
}

/// The address that a text spells: with dots, dashes, underscores, percent-encoded, padded with zeros,
/// as a number, or in the form for names of Windows shares.
pub(in crate::redact) fn address(spelling: &[u8]) -> Option<IpAddr> {
    let decoded;
    let mut text = spelling.trim_ascii();
    if let Some(plain) = unescaped(text, Layer::Percent) {
        decoded = plain;
        text = &decoded;
    }
    let text = text.split(|b| *b == b'%').next()?;
    let text = text.strip_prefix(b"[").unwrap_or(text);
    let text = text.strip_suffix(b"]").unwrap_or(text);
    if let Some(address) = std::str::from_utf8(text).ok().and_then(|t| t.parse().ok()) {
        return Some(address);
    }
    [b'.', b'-', b'_']
        .into_iter()
        .find_map(|separator| quad(text, separator))
        .or_else(|| number(text))
        .map(IpAddr::V4)
}

/// Four numbers between separators; each may be padded to three digits.
pub(in crate::redact) fn quad(text: &[u8], separator: u8) -> Option<Ipv4Addr> {
    let mut octets = [0u8; 4];
    let mut count = 0;
    for part in text.split(|b| *b == separator) {
        *octets.get_mut(count)? = octet(part)?;
        count += 1;
    }
    (count == 4).then(|| Ipv4Addr::from(octets))
}

fn octet(part: &[u8]) -> Option<u8> {
    let padded = part.len() == 2 && part[0] == b'0';
    let digits = (1..=3).contains(&part.len()) && part.iter().all(u8::is_ascii_digit);
    (digits && !padded).then_some(())?;
    let number = |sum, digit: &u8| 10 * sum + u16::from(digit - b'0');
    u8::try_from(part.iter().fold(0_u16, number)).ok()
}

/// `0x0a4d0005` or `172818437`. Small numbers are counts.
fn number(text: &[u8]) -> Option<Ipv4Addr> {
    let hex = text
        .strip_prefix(b"0x")
        .or_else(|| text.strip_prefix(b"0X"));
    let value = match hex {
        Some(hex) if hex.len() == 8 => {
            u32::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?
        }
        Some(_) => return None,
        None if text.iter().all(u8::is_ascii_digit) => {
            std::str::from_utf8(text).ok()?.parse().ok()?
        }
        None => return None,
    };
    (value >= 1 << 24).then(|| Ipv4Addr::from(value))
}

/// The six bytes of a hardware address: with colons, dashes or dots, in one run, as the tail of a client id
/// of DHCP, or stretched to eight bytes.
pub(in crate::redact) fn mac(spelling: &[u8]) -> Option<[u8; 6]> {
    let decoded;
    let mut text = spelling.trim_ascii();
    if let Some(plain) = unescaped(text, Layer::Percent) {
        decoded = plain;
        text = &decoded;
    }
    let mut bytes: Vec<u8> = Vec::with_capacity(8);
    let parts: Vec<&[u8]> = text.split(|b| matches!(b, b':' | b'-' | b'.')).collect();
    for part in &parts {
        match part.len() {
            1 if parts.len() == 6 => bytes.push(hex_byte(part)?),
            n if n % 2 == 0 => {
                for pair in part.chunks(2) {
                    bytes.push(hex_byte(pair)?);
                }
            }
            _ => return None,
        }
    }
    match *bytes.as_slice() {
        [a, b, c, d, e, f] | [1, a, b, c, d, e, f] => Some([a, b, c, d, e, f]),
        [a, b, c, 0xff, 0xfe, d, e, f] => Some([a, b, c, d, e, f]),
        // A port of InfiniBand: the last eight bytes are its hardware's.
        [.., a, b, c, _, _, d, e, f] if bytes.len() == 20 => Some([a, b, c, d, e, f]),
        _ => None,
    }
}

fn hex_byte(pair: &[u8]) -> Option<u8> {
    let hex = !pair.is_empty() && pair.iter().all(u8::is_ascii_hexdigit);
    hex.then_some(())?;
    u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()
}

/// The address that the name of a host is made of, and its place in the name: `ec2-203-0-113-9.…`,
/// `10.1.2.3.nip.io`, `5.0.77.10.in-addr.arpa`, the nibbles of `ip6.arpa`, `….ipv6-literal.net`.
pub(in crate::redact) fn embedded(name: &[u8]) -> Option<(Range<usize>, IpAddr)> {
    if name.iter().filter(|b| b.is_ascii_digit()).count() < 2 {
        return None;
    }
    let name = name.strip_suffix(b".").unwrap_or(name);
    if let Some(head) = without(name, b".in-addr.arpa") {
        let mut octets = [0u8; 4];
        let parts: Vec<&[u8]> = head.split(|b| *b == b'.').collect();
        for (slot, part) in octets.iter_mut().zip(parts.iter().rev()) {
            *slot = octet(part)?;
        }
        return (parts.len() <= 4).then(|| (0..head.len(), Ipv4Addr::from(octets).into()));
    }
    if let Some(head) = without(name, b".ip6.arpa") {
        return nibbles(head).map(|a| (0..head.len(), a.into()));
    }
    if let Some(head) = without(name, b".ipv6-literal.net") {
        return literal(head).map(|a| (0..head.len(), a.into()));
    }
    quad_in(name)
}

fn without<'a>(name: &'a [u8], suffix: &[u8]) -> Option<&'a [u8]> {
    let at = name.len().checked_sub(suffix.len())?;
    name[at..].eq_ignore_ascii_case(suffix).then(|| &name[..at])
}

fn nibbles(head: &[u8]) -> Option<Ipv6Addr> {
    let mut value = 0u128;
    let parts: Vec<&[u8]> = head.split(|b| *b == b'.').collect();
    if parts.len() > 32 {
        return None;
    }
    for (i, part) in parts.iter().rev().enumerate() {
        let digit = match part {
            [digit] => char::from(*digit).to_digit(16)?,
            _ => return None,
        };
        value |= u128::from(digit) << (124 - 4 * i);
    }
    Some(Ipv6Addr::from(value))
}

/// `2001-db8--7s4`: dashes for colons, and the zone behind an `s`.
fn literal(head: &[u8]) -> Option<Ipv6Addr> {
    let head = head.split(|b| matches!(b, b's' | b'S')).next()?;
    let text: String = head
        .iter()
        .map(|b| if *b == b'-' { ':' } else { char::from(*b) })
        .collect();
    text.parse().ok()
}

/// Four numbers in a row between dots or between dashes, in a name that has something else besides.
fn quad_in(name: &[u8]) -> Option<(Range<usize>, IpAddr)> {
    let mut at = 0;
    while at < name.len() {
        let bounded = at == 0 || matches!(name[at - 1], b'.' | b'-' | b'_');
        if bounded && name[at].is_ascii_digit() {
            for separator in [b'-', b'.'] {
                if let Some((len, address)) = quad_at(&name[at..], separator)
                    && (at > 0 || len < name.len())
                {
                    return Some((at..at + len, address.into()));
                }
            }
        }
        at += 1;
    }
    None
}

/// Four numbers at the front of a text that does not go on with a fifth; their length.
pub(in crate::redact) fn quad_at(text: &[u8], separator: u8) -> Option<(usize, Ipv4Addr)> {
    let len = text
        .iter()
        .take(16)
        .take_while(|b| b.is_ascii_digit() || **b == separator)
        .count();
    let run = &text[..len];
    let run = run.strip_suffix(&[separator]).unwrap_or(run);
    let ends = text
        .get(run.len())
        .is_none_or(|b| !b.is_ascii_alphanumeric());
    if !ends {
        return None;
    }
    quad(run, separator).map(|a| (run.len(), a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_address_is_that_address() {
        let four: IpAddr = "10.77.0.5".parse().unwrap();
        for spelling in [
            "10.77.0.5",
            "010.077.000.005",
            "10-77-0-5",
            "10_77_0_5",
            "10%2E77%2e0%2E5",
            "0x0a4d0005",
            "172818437",
            "[10.77.0.5]",
        ] {
            assert_eq!(address(spelling.as_bytes()), Some(four), "{spelling}");
        }
        let six: IpAddr = "fd77::21".parse().unwrap();
        for spelling in [
            "FD77::21",
            "fd77%3A%3A21",
            "fd77::21%25eth0",
            "[fd77:0::21]",
        ] {
            assert_eq!(address(spelling.as_bytes()), Some(six), "{spelling}");
        }
        for other in [
            "10.77.0",
            "10-77-0-500",
            "2026-11-22-05",
            "12",
            "0x12",
            "10.7.0.05",
            "",
        ] {
            assert_eq!(address(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn every_spelling_of_a_hardware_address_is_that_address() {
        let bytes = [0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0x0f];
        for spelling in [
            "aa:bb:cc:dd:ee:0f",
            "AA-BB-CC-DD-EE-0F",
            "aabb.ccdd.ee0f",
            "AABBCCDDEE0F",
            "aabbcc-ddee0f",
            "01:aa:bb:cc:dd:ee:0f",
            "aa:bb:cc:ff:fe:dd:ee:0f",
            "aa:bb:cc:dd:ee:f",
            "aa%3Abb%3Acc%3Add%3Aee%3A0f",
        ] {
            assert_eq!(mac(spelling.as_bytes()), Some(bytes), "{spelling}");
        }
        for other in [
            "aa:bb:cc",
            "02:aa:bb:cc:dd:ee:0f",
            "xx:bb:cc:dd:ee:0f",
            "abc",
        ] {
            assert_eq!(mac(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn addresses_inside_names_of_hosts_are_found() {
        for (name, part, spelled) in [
            (
                "ec2-203-0-113-9.compute-1.amazonaws.com",
                "203-0-113-9",
                "203.0.113.9",
            ),
            ("app.10.1.2.3.nip.io", "10.1.2.3", "10.1.2.3"),
            ("5.0.77.10.in-addr.arpa", "5.0.77.10", "10.77.0.5"),
            ("77.10.in-addr.arpa", "77.10", "10.77.0.0"),
            ("fe80--1s4.ipv6-literal.net", "fe80--1s4", "fe80::1"),
            ("8.b.d.0.1.0.0.2.ip6.arpa", "8.b.d.0.1.0.0.2", "2001:db8::"),
        ] {
            let (place, address) = embedded(name.as_bytes()).unwrap();
            assert_eq!((&name[place], address), (part, spelled.parse().unwrap()));
        }
        for name in [
            "xfer01.acme.example",
            "2026-11-22-05.acme.example",
            "v1-2-3.x.example",
        ] {
            assert_eq!(embedded(name.as_bytes()), None, "{name}");
        }
    }
}
