//! Entries without escapes that JSON does not need (`\/`, `\u003d`, `\u0026`), as some writers have them: the rules know
//! the plain spelling. What is found in the plain text is cut at its place.
use crate::text::{MappedText, json_escape};

/// `text` without needless escapes; `None` if it has none.
pub(super) fn without_needless_escapes(text: &[u8]) -> Option<MappedText> {
    let signs = [&b"\\/"[..], b"\\u00", b"&#"];
    if !signs
        .iter()
        .any(|sign| memchr::memmem::find(text, sign).is_some())
    {
        return None;
    }
    let mut out = MappedText::with_capacity(text.len());
    let (mut at, mut look) = (0, 0);
    while let Some(found) = memchr::memchr2(b'\\', b'&', text.get(look..).unwrap_or_default()) {
        let sign = look + found;
        let Some((plain, used)) = needless_escape(&text[sign..]) else {
            look = sign + if text[sign] == b'&' { 1 } else { 2 };
            continue;
        };
        look = sign + used;
        out.copy(text, at..sign);
        out.replace(sign..look, plain);
        at = look;
    }
    if at == 0 {
        return None;
    }
    out.copy(text, at..text.len());
    Some(out)
}

/// How web pages write the `@` of an address, to hide it from programs that collect addresses.
const AT: [&[u8]; 2] = [b"&#64;", b"&#x40;"];

/// What stands for the escape at the front of a text, and how long that is, if it needs none or a shorter one.
fn needless_escape(text: &[u8]) -> Option<(&'static [u8], usize)> {
    // Some writers escape the `&` as well.
    let front = match text {
        [b'&', ..] => 1,
        text if text.starts_with(b"\\u0026") => 6,
        _ => 0,
    };
    if front > 0 {
        let rest = &text[front..];
        if let Some(at) = AT.iter().find(|at| rest.starts_with(&at[1..])) {
            return Some((b"@", front + at.len() - 1));
        }
    }
    const SIGNS: &[u8; 95] = b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    if !matches!(text.get(1)?, b'/' | b'u') {
        return None;
    }
    let (meant, used) = json_escape(text)?;
    let plain = match meant {
        '"' => b"\\\"",
        '\\' => b"\\\\",
        // A control character separates words, as a line end does.
        ..' ' => b"\\n",
        meant => {
            let place = usize::try_from(u32::from(meant)).ok()? - 0x20;
            SIGNS.get(place..=place)?
        }
    };
    Some((plain, used))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needless_escapes_are_removed_and_places_are_known() {
        let text = br#"{"u":"https:\/\/h\u003fa\u003D1\u0026b=\u0022x\u005c\n\\u003d\u00e9\""}"#;
        let uniform = without_needless_escapes(text).unwrap();
        let plain = br#"{"u":"https://h?a=1&b=\"x\\\n\\u003d\u00e9\""}"#;
        assert_eq!(
            String::from_utf8_lossy(&uniform.bytes),
            String::from_utf8_lossy(plain)
        );
        let part = |from: &str| {
            let at = memchr::memmem::find(plain, from.as_bytes()).unwrap();
            let place = uniform.place(&(at..at + from.len()));
            String::from_utf8_lossy(&text[place]).into_owned()
        };
        assert_eq!(part("https://h"), r"https:\/\/h");
        assert_eq!(part("1"), "1");
        assert_eq!(part("=1&"), r"\u003D1\u0026");
        // Both halves of what stands for one escape are all of it.
        assert_eq!(part("\"x"), r"\u0022x");
        assert_eq!(part("x\\"), r"x\u005c");
        assert_eq!(part(r"\\u003d"), r"\\u003d");
        assert_eq!(uniform.place(&(0..plain.len())), 0..text.len());
        let text = br#""a\u0000b &#64;c \u0026#x40;d &amp;""#;
        let uniform = without_needless_escapes(text).unwrap();
        assert_eq!(uniform.bytes, br#""a\nb @c @d &amp;""#);
        for same in [&br#"{"a":"b\n\\/c"}"#[..], br#""\u00e9 &#6""#, b"", b"\\"] {
            assert!(without_needless_escapes(same).is_none());
        }
    }
}
