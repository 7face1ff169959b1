//! The form of a string without the string: kinds of letters and a length. What is told of things that were
//! cut, and of things that were kept, is made of this.
use std::fmt::Write as _;

/// Kinds of letters, as bits.
pub(in crate::redact) const UPPER: u8 = 1;
pub(in crate::redact) const LOWER: u8 = 2;
pub(in crate::redact) const DIGIT: u8 = 4;
pub(in crate::redact) const SIGN: u8 = 8;
pub(in crate::redact) const BEYOND: u8 = 16;

/// Longer strings are told as "so many or more", so that there are few forms.
const EXACT: u32 = 64;

/// Which kinds of letters a string has.
pub(in crate::redact) fn classes(value: &[u8]) -> u8 {
    value
        .iter()
        .fold(0, |bits, b| bits | CLASS[usize::from(*b)])
}

/// The kind of each byte.
pub(in crate::redact) static CLASS: [u8; 256] = class_of_bytes();

const fn class_of_bytes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = match b as u8 {
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'0'..=b'9' => DIGIT,
            0x80.. => BEYOND,
            _ => SIGN,
        };
        b += 1;
    }
    table
}

/// `Aa9-{32}`: the kinds of letters, and how many.
pub(in crate::redact) fn spell(classes: u8, length: u32) -> String {
    let mut out = String::with_capacity(16);
    for (bit, sign) in [
        (UPPER, 'A'),
        (LOWER, 'a'),
        (DIGIT, '9'),
        (SIGN, '-'),
        (BEYOND, 'ü'),
    ] {
        if classes & bit != 0 {
            out.push(sign);
        }
    }
    let _ = write!(out, "{{{}}}", rounded(length));
    out
}

/// A length up to 64 as it is, a longer one as the step that it reaches.
pub(in crate::redact) fn step(length: usize) -> u32 {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    [1 << 20, 1 << 16, 4096, 1024, 256, 128, EXACT + 1]
        .into_iter()
        .find(|step| length >= *step)
        .unwrap_or(length)
}

fn rounded(length: u32) -> String {
    if length > EXACT {
        format!("{length}+")
    } else {
        length.to_string()
    }
}

/// The form of any value, as one word.
pub(in crate::redact) fn form(value: &[u8]) -> String {
    let length = step(value.len());
    let bits = classes(value);
    if value.is_empty() {
        return "empty".to_owned();
    }
    if uuid_at(value, 0) && value.len() == 36 {
        return "uuid".to_owned();
    }
    if bits == DIGIT {
        return format!("9{{{}}}", rounded(length));
    }
    if is_hex(value) {
        return format!("hex{{{}}}", rounded(length));
    }
    let blanks = value
        .split(u8::is_ascii_whitespace)
        .filter(|w| !w.is_empty());
    let words = blanks.count();
    if words > 1 {
        return format!("{words} words, {}", spell(bits, length));
    }
    if let Some(at) = memchr::memchr(b'@', value)
        && at > 0
        && at + 1 < value.len()
    {
        return "x(at)y".to_owned();
    }
    dotted(value).unwrap_or_else(|| spell(bits, length))
}

/// `word.word.word` and `num.num.num`.
fn dotted(value: &[u8]) -> Option<String> {
    let labels: Vec<&[u8]> = value.split(|b| *b == b'.').collect();
    let plain = |label: &&[u8]| {
        !label.is_empty()
            && label.len() < 20
            && label
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if !(2..=8).contains(&labels.len()) || !labels.iter().all(plain) {
        return None;
    }
    let word = |label: &&[u8]| {
        if label.iter().all(u8::is_ascii_digit) {
            "num"
        } else {
            "word"
        }
    };
    Some(labels.iter().map(word).collect::<Vec<_>>().join("."))
}

/// True for hexadecimal digits in one case, of both kinds, long enough to be no word.
pub(in crate::redact) fn is_hex(value: &[u8]) -> bool {
    let bits = classes(value);
    value.len() >= 8
        && (bits == DIGIT | LOWER || bits == DIGIT | UPPER)
        && value.iter().all(u8::is_ascii_hexdigit)
}

/// True if a UUID with its dashes stands at `at`.
pub(in crate::redact) fn uuid_at(value: &[u8], at: usize) -> bool {
    value.get(at..at + 36).is_some_and(|uuid| {
        uuid.iter().enumerate().all(|(i, b)| {
            if matches!(i, 8 | 13 | 18 | 23) {
                *b == b'-'
            } else {
                b.is_ascii_hexdigit()
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::form;

    #[test]
    fn a_form_tells_kinds_and_length_and_nothing_else() {
        for (value, wanted) in [
            ("", "empty"),
            ("q7Vn0bK3wTzL", "Aa9{12}"),
            ("Blue-Heron-4471!", "Aa9-{16}"),
            ("9f86d081884c7d659a2feaa0c55ad015", "hex{32}"),
            ("facade", "a{6}"),
            ("219099999123", "9{12}"),
            ("66981d43-f6c8-41c4-a367-8be8f4d179e5", "uuid"),
            ("maria@acme", "x(at)y"),
            ("node7.acme.example", "word.word.word"),
            ("10.77.0.5", "num.num.num.num"),
            ("Maria Lopez", "2 words, Aa-{11}"),
            ("Zoë", "Aaü{4}"),
        ] {
            assert_eq!(form(value.as_bytes()), wanted, "{value}");
        }
        assert_eq!(form(&b"aB3".repeat(50)), "Aa9{128+}");
    }
}
