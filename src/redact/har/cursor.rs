//! A JSON cursor that keeps places: members and elements by position, strings as spans of the text, nesting
//! followed without recursion. `None` always means that the text is no JSON here.
use std::ops::Range;

/// The members of one object, in order.
pub(super) struct Members<'t> {
    text: &'t [u8],
    at: usize,
    first: bool,
}

/// One member: its name without quotes, and where its value begins.
pub(super) type Member = (Range<usize>, usize);

/// What comes next in an object or array: a place in it, or the position after its bracket.
pub(super) enum Next<T> {
    One(T),
    End(usize),
}

impl<'t> Members<'t> {
    /// The object that opens at `at`, if one does.
    pub(super) fn open(text: &'t [u8], at: usize) -> Option<Self> {
        (text.get(at) == Some(&b'{')).then_some(Self {
            text,
            at: at + 1,
            first: true,
        })
    }

    pub(super) fn next(&mut self) -> Option<Next<Member>> {
        let at = match separated(self.text, self.at, b'}', self.first)? {
            Next::End(end) => return Some(Next::End(end)),
            Next::One(at) => at,
        };
        self.first = false;
        let end = string_end(self.text, at)?;
        let colon = blank(self.text, end + 1);
        (self.text.get(colon) == Some(&b':')).then_some(())?;
        Some(Next::One((at + 1..end, blank(self.text, colon + 1))))
    }

    /// Goes on behind a value that ends at `end`.
    pub(super) fn after(&mut self, end: usize) {
        self.at = end;
    }
}

/// The elements of one array, in order.
pub(super) struct Elements<'t> {
    text: &'t [u8],
    at: usize,
    first: bool,
}

impl<'t> Elements<'t> {
    /// The array that opens at `at`, if one does.
    pub(super) fn open(text: &'t [u8], at: usize) -> Option<Self> {
        (text.get(at) == Some(&b'[')).then_some(Self {
            text,
            at: at + 1,
            first: true,
        })
    }

    pub(super) fn next(&mut self) -> Option<Next<usize>> {
        let next = separated(self.text, self.at, b']', self.first);
        self.first = false;
        next
    }

    /// Goes on behind an element that ends at `end`.
    pub(super) fn after(&mut self, end: usize) {
        self.at = end;
    }
}

/// The next place behind a comma (or behind the opening bracket), or the end.
fn separated(text: &[u8], at: usize, close: u8, first: bool) -> Option<Next<usize>> {
    let at = blank(text, at);
    match text.get(at)? {
        b if *b == close => Some(Next::End(at + 1)),
        b',' if !first => Some(Next::One(blank(text, at + 1))),
        _ => first.then_some(Next::One(at)),
    }
}

/// The position behind white space.
pub(super) fn blank(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let len = rest
        .iter()
        .position(|b| !matches!(b, b' ' | b'\n' | b'\r' | b'\t'))
        .unwrap_or(rest.len());
    at + len
}

/// The closing quote of the string that opens at `at`. A string of JSON never goes over a line's end.
pub(super) fn string_end(text: &[u8], at: usize) -> Option<usize> {
    (text.get(at) == Some(&b'"')).then_some(())?;
    let mut i = at + 1;
    loop {
        i += memchr::memchr3(b'"', b'\\', b'\n', text.get(i..)?)?;
        match text[i] {
            b'"' => return Some(i),
            b'\\' => i += 2,
            _ => return None,
        }
    }
}

/// The content of the string at `at`.
pub(super) fn string(text: &[u8], at: usize) -> Option<Range<usize>> {
    string_end(text, at).map(|end| at + 1..end)
}

/// The position behind the value at `at`, however deep it is.
pub(super) fn skip(text: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut i = at;
    loop {
        match text.get(i)? {
            b'"' => i = string_end(text, i)? + 1,
            b'{' | b'[' => {
                depth += 1;
                i += 1;
                continue;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                i += 1;
            }
            b',' | b':' if depth > 0 => {
                i += 1;
                continue;
            }
            b' ' | b'\n' | b'\r' | b'\t' if depth > 0 => {
                i = blank(text, i);
                continue;
            }
            _ => i = scalar_end(text, i)?,
        }
        if depth == 0 {
            return Some(i);
        }
    }
}

/// The position behind the comma that ends the entry at `at`, told by brackets alone, as blocks are cut: what is
/// wrong in one entry ends with it. `None` where it goes to the end of the text.
pub(super) fn next_entry(text: &[u8], at: usize) -> Option<usize> {
    let (mut i, mut depth) = (at, 0_usize);
    loop {
        match text.get(i)? {
            b'"' => {
                i += 1;
                loop {
                    i += memchr::memchr2(b'"', b'\\', text.get(i..)?)?;
                    if text[i] == b'"' {
                        break;
                    }
                    i += 2;
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => return Some(i + 1),
            _ => {}
        }
        i += 1;
    }
}

/// The end of a number, `true`, `false` or `null`.
fn scalar_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let len = rest
        .iter()
        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.')))
        .unwrap_or(rest.len());
    let word = &rest[..len];
    let number = word
        .first()
        .is_some_and(|b| b.is_ascii_digit() || *b == b'-')
        && word
            .iter()
            .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'));
    (number || is_word(word)).then_some(at + len)
}

/// `true`, `false`, `null`.
pub(super) fn is_word(text: &[u8]) -> bool {
    matches!(text, b"true" | b"false" | b"null")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_json_says() {
        for (text, end) in [
            (r#"{"a":[1,{"b":"}"}],"c":null} x"#, Some(28)),
            (r#""a\"b" x"#, Some(6)),
            ("-1.5e3,", Some(6)),
            ("true]", Some(4)),
            ("[]", Some(2)),
            ("[ [ ] ]", Some(7)),
            ("tru", None),
            ("\"a", None),
            ("\"a\nb\"", None),
            ("\"a\\", None),
            ("[1", None),
            ("", None),
            ("}", None),
            ("'a'", None),
        ] {
            assert_eq!(skip(text.as_bytes(), 0), end, "{text}");
        }
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        assert_eq!(skip(&deep, 0), Some(200_000));
    }

    #[test]
    fn members_are_named_and_what_is_no_object_is_none() {
        let text = br#"{ "a" : 1, "b\"c":[2 ,3] }"#;
        let mut members = Members::open(text, 0).unwrap();
        let mut names = Vec::new();
        let end = loop {
            match members.next().unwrap() {
                Next::One((name, at)) => {
                    names.push(String::from_utf8_lossy(&text[name]).into_owned());
                    members.after(skip(text, at).unwrap());
                }
                Next::End(end) => break end,
            }
        };
        assert_eq!(
            (names, end),
            (vec!["a".to_owned(), "b\\\"c".to_owned()], text.len())
        );
        for bad in [r#"{"a" 1}"#, r#"{a:1}"#, r#"{,}"#, "{"] {
            let mut members = Members::open(bad.as_bytes(), 0).unwrap();
            assert!(members.next().is_none(), "{bad}");
        }
        assert!(Members::open(b"[", 0).is_none());
    }
}
