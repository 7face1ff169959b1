//! Evidence as a person can see it: what a screen would hide, turn around or break is shown by its name.
use std::borrow::Cow;
use std::fmt::Write;

/// Text with control letters, letters without a look, and those that turn the direction of reading around
/// shown by their names. Tabs stay.
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
        // Marks of direction, and spaces that take no room. What joins letters in real words stays.
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{180e}' => true,
        '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

/// Bytes of a line as text; a byte that is no letter of UTF-8 is shown by its number.
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
    fn what_a_screen_hides_is_shown() {
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
    fn lone_bytes_are_shown_by_their_number() {
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
