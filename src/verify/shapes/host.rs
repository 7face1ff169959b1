//! Names of machines by their shape, and addresses written with dashes, backwards, padded or bare.
use super::bytes::{
    BEYOND_HEX, DIGIT, LOWER, UPPER, alnum, at, before, class_of, has_word, part, run_end,
    run_start,
};
use super::detectors::What;
use super::find::{Raw, Scanner};
use super::no_value::pseudonym;

/// Names that Windows and macOS give to machines; `start..end` is the word before the dash.
pub(super) fn named(scan: &Scanner<'_>, text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    let word = part(text, start, end);
    if alnum(before(text, start)) {
        return;
    }
    let least = match word {
        b"DESKTOP" | b"LAPTOP" => 7,
        b"WIN" => 11,
        _ => 0,
    };
    let name = part(text, end + 1, run_end(text, end + 1, 32, alnum));
    let windows = least > 0
        && at(text, end) == b'-'
        && name.len() == least
        && class_of(name) & (UPPER | LOWER | DIGIT) == UPPER | DIGIT;
    let mac = matches!(word, b"MacBook" | b"iMac" | b"Macmini")
        && before(text, start) == b'-'
        && alnum(before(text, start.saturating_sub(1)));
    let from = if mac {
        run_start(text, start, 64, |b| alnum(b) || b == b'-')
    } else {
        start
    };
    if (windows || mac) && !scan.kept(part(text, from, end + 1 + name.len())) {
        out.push(Raw::new(from, What::Host));
    }
}

/// `\\SERVER\share`; `start` is the first letter of the server's name.
pub(super) fn share(scan: &Scanner<'_>, text: &[u8], start: usize, out: &mut Vec<Raw>) {
    let from = run_start(text, start, 16, |b| b == b'\\');
    let lead = start - from;
    if lead < 2
        || !matches!(
            before(text, from),
            0 | b' ' | b'"' | b'\'' | b'=' | b'(' | b'\t' | b'\n'
        )
    {
        return;
    }
    let end = run_end(text, start, 64, |b| {
        alnum(b) || matches!(b, b'-' | b'_' | b'.' | b'$')
    });
    let back = run_end(text, end, 16, |b| b == b'\\');
    let host = part(text, start, end);
    let shared = run_end(text, back, 32, |b| {
        alnum(b) || matches!(b, b'$' | b'_' | b'-' | b'~')
    });
    let quiet = host.len() < 2
        || shared - back < 2
        || back - end != lead / 2
        || !lead.is_multiple_of(2)
        || ["localhost", "wsl$", "wsl.localhost", "tsclient", "pipe"]
            .iter()
            .any(|w| host.eq_ignore_ascii_case(w.as_bytes()))
        || host.iter().all(|b| b.is_ascii_digit() || *b == b'.')
        || scan.kept(host);
    if !quiet {
        out.push(Raw::new(start, What::Host));
    }
}

fn octets(text: &[u8], start: usize, sign: u8) -> Option<([u8; 4], usize)> {
    let mut all = [0u8; 4];
    let mut i = start;
    for (n, octet) in all.iter_mut().enumerate() {
        let end = run_end(text, i, 4, |b| b.is_ascii_digit());
        let digits = text.get(i..end)?;
        if digits.is_empty() || digits.len() > 3 {
            return None;
        }
        let value = digits
            .iter()
            .fold(0u16, |v, &d| v * 10 + u16::from(d - b'0'));
        *octet = u8::try_from(value).ok()?;
        i = end;
        if n < 3 {
            if at(text, i) != sign {
                return None;
            }
            i += 1;
        }
    }
    Some((all, i))
}

fn private(a: u8, b: u8) -> bool {
    a == 10 || (a == 172 && (16..32).contains(&b)) || (a == 192 && b == 168)
}

/// `ip-10-77-0-5`: four numbers with dashes, where a word for a host stands before them or a domain
/// after them.
pub(super) fn dashed(scan: &Scanner<'_>, text: &[u8], start: usize, out: &mut Vec<Raw>) {
    let Some((all, end)) = octets(text, start, b'-') else {
        return;
    };
    if matches!(at(text, end), b'-' | b'_') || alnum(at(text, end)) {
        return;
    }
    let word_end = run_start(text, start, 1, |b| b == b'-' || b == b'.');
    let word = run_start(text, word_end, 12, |b| b.is_ascii_alphabetic());
    let hostly = [
        "ip", "dhcp", "host", "static", "dynamic", "pool", "client", "node", "vm", "ec2", "ppp",
        "dsl", "customer", "user",
    ];
    let lead = part(text, word, word_end).to_ascii_lowercase();
    let said = word_end < start && hostly.iter().any(|h| h.as_bytes() == lead);
    let domain =
        at(text, end) == b'.' && at(text, end + 1).is_ascii_alphabetic() && private(all[0], all[1]);
    let bare = word_end == start
        && !matches!(before(text, start), b'-' | b'_' | b'.')
        && !alnum(before(text, start));
    if (said || (domain && (bare || word_end < start))) && !scan.kept(part(text, start, end)) {
        out.push(Raw::new(start, What::Ip4));
    }
}

/// An address whose numbers are filled up with zeros, or whose port hangs on with a dot or an
/// underscore. `version` is true where the words before say that it is a version.
pub(super) fn odd_ip4(
    scan: &Scanner<'_>,
    text: &[u8],
    start: usize,
    version: bool,
    out: &mut Vec<Raw>,
) {
    let Some((all, end)) = octets(text, start, b'.') else {
        return;
    };
    let value = part(text, start, end);
    let padded = value.len() == 15 && value.split(|&b| b == b'.').any(|o| o.starts_with(b"0"));
    let port = run_end(text, end + 1, 6, |b| b.is_ascii_digit());
    let digits = part(text, end + 1, port);
    let number = digits
        .iter()
        .fold(0u32, |v, &d| v * 10 + u32::from(d - b'0'));
    let behind = (256..=65_535).contains(&number)
        && !matches!(at(text, port), b'.' | b'_')
        && !alnum(at(text, port));
    let hung =
        behind && (at(text, end) == b'_' || at(text, end) == b'.' && private(all[0], all[1]));
    let plain = matches!(all[0], 0 | 127 | 224..=255) || scan.kept(value);
    let zero_padded = padded && !alnum(at(text, end)) && at(text, end) != b'.';
    if (zero_padded || hung)
        && !version
        && !plain
        && !alnum(before(text, start))
        && before(text, start) != b'.'
    {
        out.push(Raw::new(start, What::Ip4));
    }
}

/// An address backwards before `ip6.arpa`, `in-addr.arpa`, or with dashes before
/// `ipv6-literal.net`; `start` is the place of the word before.
pub(super) fn reverse(scan: &Scanner<'_>, text: &[u8], start: usize, out: &mut Vec<Raw>) {
    let dot = start.saturating_sub(1);
    if at(text, dot) != b'.' {
        return;
    }
    let from = run_start(text, dot, 80, |b| {
        b.is_ascii_hexdigit() || b == b'.' || b == b'-'
    });
    let labels = part(text, from, dot);
    let six = has_word(text, start, b"ip6.arpa")
        && labels
            .split(|&b| b == b'.')
            .filter(|l| l.len() == 1)
            .count()
            >= 12;
    let literal = has_word(text, start, b"ipv6-literal.net")
        && labels.iter().filter(|&&b| b == b'-').count() >= 2;
    let four = has_word(text, start, b"in-addr.arpa")
        && octets(text, from, b'.').is_some_and(|(o, end)| end == dot && o[3] != 127 && o[3] != 0);
    let what = if four { What::Ip4 } else { What::Ip6 };
    if (four || six || literal) && pseudonym(text, from) == 0 && !scan.kept(labels) {
        out.push(Raw::new(from, what));
    }
}

/// `ae97.6fd1.9171`, as switches write hardware addresses; `start..end` is the first group.
pub(super) fn dotted_mac(scan: &Scanner<'_>, text: &[u8], start: usize, out: &mut Vec<Raw>) {
    let value = part(text, start, start + 14);
    let shaped = value.len() == 14
        && value.iter().enumerate().all(|(i, b)| match i {
            4 | 9 => *b == b'.',
            _ => b.is_ascii_hexdigit(),
        });
    let class = class_of(value);
    let edge = |b: u8| alnum(b) || b == b'.' || b == b'-' || b == b'_';
    let one_case = class & (LOWER | UPPER) != LOWER | UPPER;
    if shaped
        && class & DIGIT != 0
        && class & (LOWER | UPPER) != 0
        && one_case
        && !edge(before(text, start))
        && !edge(at(text, start + 14))
        && !scan.kept(value)
    {
        out.push(Raw::new(start, What::Mac));
    }
}

/// Twelve hex digits, or six pairs with dashes, after a word that says what they are; the word ends
/// at `end`.
pub(super) fn told_mac(scan: &Scanner<'_>, text: &[u8], end: usize, out: &mut Vec<Raw>) {
    let from = run_end(text, end, 8, |b| {
        matches!(b, b' ' | b'=' | b':' | b'"' | b'\'' | b'\\' | b'>' | b'\t')
    });
    let to = run_end(text, from, 20, |b| b.is_ascii_hexdigit() || b == b'-');
    let value = part(text, from, to);
    let bare = value.len() == 12
        && class_of(value) & DIGIT != 0
        && class_of(value) & BEYOND_HEX == 0
        && !value.contains(&b'-');
    let pairs = value.len() == 17 && value.split(|&b| b == b'-').all(|p| p.len() == 2);
    let zero = value.iter().all(|b| matches!(b, b'0' | b'-'));
    if from > end && (bare || pairs) && !zero && !alnum(at(text, to)) && !scan.kept(value) {
        out.push(Raw::new(from, What::Mac));
    }
}
