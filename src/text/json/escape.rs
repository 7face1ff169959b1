//! The escapes of JSON strings.

/// The character that the escape at the front of `text` stands for, and the length of the escape in bytes: `\n`, `\"`,
/// `\u00e9`, and two `\u` for a character beyond the first plane. `None` if JSON has no such escape.
#[must_use]
pub fn json_escape(text: &[u8]) -> Option<(char, usize)> {
    let [b'\\', letter, rest @ ..] = text else {
        return None;
    };
    let plain = match letter {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'"' | b'\\' | b'/' => char::from(*letter),
        b'u' => {
            let first = code_unit(rest)?;
            if !(0xD800..0xDC00).contains(&first) {
                return Some((char::from_u32(first)?, 6));
            }
            let second = code_unit(rest.get(4..)?.strip_prefix(b"\\u")?)?;
            let low = second.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
            let code = 0x10000 + ((first - 0xD800) << 10) + low;
            return Some((char::from_u32(code)?, 12));
        }
        _ => return None,
    };
    Some((plain, 2))
}

/// The number that four hexadecimal digits spell.
fn code_unit(digits: &[u8]) -> Option<u32> {
    let digits = digits.first_chunk::<4>()?;
    digits.iter().try_fold(0, |code, digit| {
        Some(code << 4 | char::from(*digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_stand_for_characters() {
        for (text, found) in [
            (r"\nx", Some(('\n', 2))),
            (r#"\"x"#, Some(('"', 2))),
            (r"\u00e9x", Some(('é', 6))),
            (r"\ud83d\ude00x", Some(('😀', 12))),
            (r"\ud83d\u0041", None),
            (r"\ud83d", None),
            (r"\ude00", None),
            (r"\u00e", None),
            (r"\u+123", None),
            (r"\x41", None),
            (r"\", None),
            ("n", None),
            ("", None),
        ] {
            assert_eq!(json_escape(text.as_bytes()), found, "{text}");
        }
    }
}
