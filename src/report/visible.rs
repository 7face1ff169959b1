//! Makes invisible characters of the evidence visible: control characters, zero-width characters, and those that change
//! the direction of text.
use std::borrow::Cow;
use std::fmt::Write;

/// The text with such characters as symbols or code points. Tabs stay.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '\u{7f}' => out.push('␡'),
            c if is_hidden(c) && u32::from(c) < 0x20 => {
                out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('␦'));
            }
            c if is_hidden(c) => {
                let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn is_hidden(letter: char) -> bool {
    match letter {
        '\t' => false,
        c if c.is_control() => true,
        // Direction marks and zero-width spaces. Joiners of letters (U+200C, U+200D) stay: words need them.
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{180e}' => true,
        '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

/// Bytes of a line as text; bytes that are no valid UTF-8 are shown as hexadecimal numbers.
pub(crate) fn letters(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(out, "⟨{byte:02X}⟩");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_shown() {
        for (raw, seen) in [
            ("plain\ttext", "plain\ttext"),
            ("caf\u{e9} \u{1f600}", "caf\u{e9} \u{1f600}"),
            // Persian and emoji need their joiners.
            (
                "\u{646}\u{645}\u{6cc}\u{200c}",
                "\u{646}\u{645}\u{6cc}\u{200c}",
            ),
            ("a\u{0}b\nc\u{7f}", "a␀b␊c␡"),
            ("a\u{85}b", "a⟨U+0085⟩b"),
            ("\u{2066}x\u{2069}", "⟨U+2066⟩x⟨U+2069⟩"),
            ("z\u{200b}w", "z⟨U+200B⟩w"),
            ("\u{feff}x", "⟨U+FEFF⟩x"),
        ] {
            assert_eq!(visible(raw), seen);
        }
    }

    #[test]
    fn invalid_bytes_are_shown_as_numbers() {
        for (raw, seen) in [
            (&b"ok"[..], "ok"),
            (b"a\xffb", "a⟨FF⟩b"),
            (b"\xe2\x82", "⟨E2⟩⟨82⟩"),
            (b"\xe2\x82\xac", "€"),
        ] {
            assert_eq!(letters(raw), seen);
        }
    }
}
