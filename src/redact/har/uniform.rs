//! Entries as most writers spell them: some escape signs that need no escape (`\/`, `\u003d`, `\u0026`), and what
//! stands around them would look like something else. What is found in the plainer text is cut at its place.
use std::ops::Range;

/// A text without needless escapes.
pub(super) struct Uniform {
    pub(super) text: Vec<u8>,
    escapes: Vec<Escape>,
}

/// Where an escape stood, and what stands for it.
struct Escape {
    at: usize,
    len: usize,
    from: Range<usize>,
}

impl Uniform {
    /// `None` where nothing is escaped that needs none.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let signs = [&b"\\/"[..], b"\\u00", b"&#"];
        if !signs
            .iter()
            .any(|sign| memchr::memmem::find(text, sign).is_some())
        {
            return None;
        }
        let mut out = Self {
            text: Vec::with_capacity(text.len()),
            escapes: Vec::new(),
        };
        let mut at = 0;
        let mut look = 0;
        while let Some(found) = memchr::memchr2(b'\\', b'&', text.get(look..).unwrap_or_default()) {
            let sign = look + found;
            let Some((plain, used)) = needless_escape(&text[sign..]) else {
                look = sign + if text[sign] == b'&' { 1 } else { 2 };
                continue;
            };
            out.text.extend_from_slice(&text[at..sign]);
            out.escapes.push(Escape {
                at: out.text.len(),
                len: plain.len(),
                from: sign..sign + used,
            });
            out.text.extend_from_slice(plain);
            look = sign + used;
            at = look;
        }
        if out.escapes.is_empty() {
            return None;
        }
        out.text.extend_from_slice(&text[at..]);
        Some(out)
    }

    /// The place in the text of a stretch that is not empty: an escape is never cut in its midst.
    pub(super) fn place(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.before(span.start);
        let start = match start {
            Some(escape) if span.start < escape.at + escape.len => escape.from.start,
            Some(escape) => escape.from.end + (span.start - escape.at - escape.len),
            None => span.start,
        };
        let last = span.end.saturating_sub(1);
        let end = match self.before(last) {
            Some(escape) if last < escape.at + escape.len => escape.from.end,
            Some(escape) => escape.from.end + (last - escape.at - escape.len) + 1,
            None => span.end,
        };
        start..end.max(start)
    }

    /// The last escape that begins at a position or before it.
    fn before(&self, position: usize) -> Option<&Escape> {
        let after = self.escapes.partition_point(|e| e.at <= position);
        self.escapes.get(after.checked_sub(1)?)
    }
}

/// How pages hide the sign of an address from those who collect them.
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
    match text.get(1)? {
        b'/' => Some((b"/", 2)),
        b'u' => {
            let digit = |i: usize| char::from(*text.get(i)?).to_digit(16);
            let code = (2..6).try_fold(0, |code, i| Some(code << 4 | digit(i)?))?;
            // A sign that nobody sees parts what stands around it, as the end of a line does.
            let Some(place) = usize::try_from(code).ok()?.checked_sub(0x20) else {
                return Some((b"\\n", 6));
            };
            let plain = match SIGNS.get(place..=place)? {
                b"\"" => b"\\\"",
                b"\\" => b"\\\\",
                plain => plain,
            };
            Some((plain, 6))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needless_escapes_go_and_places_are_known() {
        let text = br#"{"u":"https:\/\/h\u003fa\u003D1\u0026b=\u0022x\u005c\n\\u003d\u00e9\""}"#;
        let uniform = Uniform::of(text).unwrap();
        let plain = br#"{"u":"https://h?a=1&b=\"x\\\n\\u003d\u00e9\""}"#;
        assert_eq!(
            String::from_utf8_lossy(&uniform.text),
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
        let uniform = Uniform::of(text).unwrap();
        assert_eq!(uniform.text, br#""a\nb @c @d &amp;""#);
        for same in [&br#"{"a":"b\n\\/c"}"#[..], br#""\u00e9 &#6""#, b"", b"\\"] {
            assert!(Uniform::of(same).is_none());
        }
    }
}
