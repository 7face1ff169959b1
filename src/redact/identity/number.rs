//! Hardware addresses, social security numbers and phone numbers: numbers that their form tells.
use crate::redact::engine::replace;
use crate::redact::identity::ip_address;
use std::ops::Range;

use super::address_spelling;
use super::host_suffix::is_dotted_mac;
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::rules::compiled::Kind;
use crate::redact::value::quote::Mark;

/// `0011.2233.4455`: a hardware address as switches write it, whose first dot is at `dot`; the position after
/// it. Without a letter it may be a date or a version.
pub(in crate::redact) fn dotted_mac_at(pass: &mut Pass<'_>, dot: usize) -> Option<usize> {
    let text = pass.text;
    let span = dot.checked_sub(4)?..dot + 10;
    let word = text.get(span.clone())?;
    let near = |b: Option<&u8>| {
        b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'~'))
    };
    let before = span.start.checked_sub(1).and_then(|i| text.get(i));
    let after = text.get(span.end);
    let goes_on = near(after)
        && (after != Some(&b'.')
            || text
                .get(span.end + 1)
                .is_some_and(u8::is_ascii_alphanumeric));
    let letters = word.iter().any(u8::is_ascii_alphabetic);
    let year = word.starts_with(b"19") || word.starts_with(b"20");
    let other = !letters && (year || ip_address::is_version(pass, span.start));
    if !is_dotted_mac(word) || near(before) || goes_on || other {
        return None;
    }
    let rule = pass.r.rules.id("mac-address");
    let end = span.end;
    replace::replace(pass, &Kind::Mac, span, Mark::None, None, rule);
    Some(end)
}

/// Six pairs of hexadecimal digits; true if it was one.
pub(in crate::redact) fn mac_at(pass: &mut Pass<'_>, span: Range<usize>, separator: u8) -> bool {
    let text = pass.text;
    let token = &text[span.clone()];
    let near = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b == separator);
    if token.len() != 17
        || near(span.start.checked_sub(1).map(|i| text[i]))
        || near(text.get(span.end).copied())
    {
        return false;
    }
    let mut bytes = [0u8; 6];
    for (i, pair) in token.split(|b| *b == separator).enumerate() {
        let Some(byte) = std::str::from_utf8(pair)
            .ok()
            .filter(|p| p.len() == 2)
            .and_then(|p| u8::from_str_radix(p, 16).ok())
        else {
            return false;
        };
        let Some(slot) = bytes.get_mut(i) else {
            return false;
        };
        *slot = byte;
    }
    if bytes != [0; 6] && bytes != [0xff; 6] {
        let rule = pass.r.rules.id("mac-address");
        let pseudonym = pass.r.names.mac(bytes);
        pass.edits
            .push(span.start, span.end, Rank::Identifier, rule, pseudonym);
    }
    true
}

/// Forms of hardware addresses that only their place or their middle tells: `0:1e:c2:b7:1:2` behind a word,
/// `01:` and six bytes (a client id of DHCP), eight bytes with `ff:fe` in the middle. True if it was one.
pub(in crate::redact) fn loose_mac_at(
    pass: &mut Pass<'_>,
    span: Range<usize>,
    colons: usize,
) -> bool {
    let text = pass.text;
    let token = &text[span.clone()];
    let near = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let before = span.start.checked_sub(1).and_then(|i| text.get(i));
    if near(before) || near(text.get(span.end)) {
        return false;
    }
    let pairs = token.split(|b| *b == b':').all(|p| p.len() == 2);
    let told = match colons {
        5 => {
            let head = text[span.start.saturating_sub(12)..span.start].to_ascii_lowercase();
            let words: [&[u8]; 5] = [b" at ", b"ether ", b"mac ", b"mac: ", b"addr "];
            token.iter().any(u8::is_ascii_alphabetic) && words.iter().any(|w| head.ends_with(w))
        }
        6 => pairs && token.starts_with(b"01:"),
        _ => pairs && token[9..14].eq_ignore_ascii_case(b"ff:fe"),
    };
    let Some(bytes) = told.then(|| address_spelling::mac(token)).flatten() else {
        return false;
    };
    let rule = pass.r.rules.id("mac-address");
    let pseudonym = pass.r.names.mac(bytes);
    pass.edits
        .push(span.start, span.end, Rank::Identifier, rule, pseudonym);
    true
}

/// A number of the form of a social security number, as nothing else is written, around its first dash.
pub(in crate::redact) fn ssn_at(pass: &mut Pass<'_>, dash: usize) {
    let text = pass.text;
    let Some(start) = dash.checked_sub(3) else {
        return;
    };
    let Some(number) = text.get(start..start + 11) else {
        return;
    };
    let form = number.iter().enumerate().all(|(i, b)| {
        if i == 3 || i == 6 {
            *b == b'-'
        } else {
            b.is_ascii_digit()
        }
    });
    let near = |b: Option<&u8>| {
        b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'~'))
    };
    let before = start.checked_sub(1).and_then(|i| text.get(i));
    let after = text.get(start + 11);
    let ends = !near(after)
        || after == Some(&b'.') && !text.get(start + 12).is_some_and(u8::is_ascii_digit);
    let given = number[0] != b'9'
        && &number[..3] != b"000"
        && &number[4..6] != b"00"
        && &number[7..] != b"0000";
    if form && given && !near(before) && ends {
        let rule = pass.r.rules.id("ssn");
        let kind = Kind::Plain("account");
        replace::replace(pass, &kind, start..start + 11, Mark::None, None, rule);
    }
}

/// True for the first group of a phone number: `+1`, `415`, `(415)`.
pub(in crate::redact) fn is_phone(raw: &[u8]) -> bool {
    raw.iter().any(u8::is_ascii_digit)
        && raw
            .iter()
            .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'(' | b')' | b'-' | b'.' | b'/'))
}

/// Where a phone number without quotes ends that has a first group up to `at`: blanks are part of it.
pub(in crate::redact) fn phone_end(text: &[u8], at: usize) -> usize {
    let rest = &text[at..];
    let len = rest
        .iter()
        .take(24)
        .take_while(|b| b.is_ascii_digit() || matches!(b, b' ' | b'(' | b')' | b'-' | b'.' | b'/'))
        .count();
    // Up to its last digit; a group that goes on as a word is that word's.
    let Some(last) = rest[..len].iter().rposition(u8::is_ascii_digit) else {
        return at;
    };
    let goes_on = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'=' | b':' | b'@' | b'_');
    if !rest.get(last + 1).is_some_and(goes_on) {
        return at + last + 1;
    }
    let blank = rest[..last].iter().rposition(|b| *b == b' ').unwrap_or(0);
    let last = rest[..blank].iter().rposition(u8::is_ascii_digit);
    last.map_or(at, |last| at + last + 1)
}
