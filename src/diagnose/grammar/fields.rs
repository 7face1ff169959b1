//! `key=value` fields of a line, read from left to right in one pass: busy logs have lines of sixty fields.

/// The fields of a text. A value is quoted, or extends to the next ` word=`: unquoted values can contain spaces.
pub(super) struct KeyValues<'a> {
    text: &'a str,
    /// Offset at which the search for the next key continues.
    at: usize,
    /// The next key, if the end of an unquoted value was found by it.
    ahead: Option<FieldKey>,
    /// Offset of the last value.
    value: usize,
}

/// A key: the offsets of its first letter and of its equals sign.
#[derive(Clone, Copy)]
struct FieldKey {
    begin: usize,
    equals: usize,
}

impl<'a> KeyValues<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            ahead: None,
            value: 0,
        }
    }

    /// The text from the last value on.
    pub(super) fn tail(&self) -> &'a str {
        self.text.get(self.value..).unwrap_or_default()
    }

    /// The next key: a word before an equals sign, at the beginning or behind a space.
    fn key(&mut self) -> Option<FieldKey> {
        let bytes = self.text.as_bytes();
        loop {
            let rest = bytes.get(self.at..)?;
            let equals = self.at + memchr::memchr(b'=', rest)?;
            let before = bytes.get(self.at..equals).unwrap_or_default();
            let is_word = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/');
            let word = before.iter().rev().take_while(is_word).count();
            let begin = equals - word;
            self.at = equals + 1;
            let free = begin == 0 || bytes.get(begin - 1) == Some(&b' ');
            if word > 0 && free {
                return Some(FieldKey { begin, equals });
            }
        }
    }
}

impl<'a> Iterator for KeyValues<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let FieldKey { begin, equals } = match self.ahead.take() {
            Some(key) => key,
            None => self.key()?,
        };
        let key = self.text.get(begin..equals)?;
        let value = self.text.get(equals + 1..)?;
        self.value = equals + 1;
        if let Some(quoted) = value.strip_prefix('"') {
            let end = memchr::memchr(b'"', quoted.as_bytes()).unwrap_or(quoted.len());
            // A quote inside the value ends it, but what follows is still no field.
            let closed = quoted.as_bytes().get(end + 1).is_none_or(|b| *b == b' ');
            self.at = equals + 2 + if closed { end } else { 0 };
            return Some((key, quoted.get(..end)?));
        }
        self.ahead = self.key();
        let end = self
            .ahead
            .map_or(value.len(), |next| next.begin - equals - 2);
        Some((key, value.get(..end)?.trim_end()))
    }
}

/// The value of a field.
pub(super) fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    KeyValues::of(text)
        .find(|(own, _)| *own == key)
        .map(|f| f.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_or_extend_to_the_next_key() {
        let cases: [(&str, &[(&str, &str)]); 9] = [
            ("", &[]),
            ("no fields here", &[]),
            (
                "a=1 b=two words  c=\"x=y z=1\" d=",
                &[("a", "1"), ("b", "two words"), ("c", "x=y z=1"), ("d", "")],
            ),
            // A word before an equals sign is no key without a space before it.
            ("a=b=c d=e", &[("a", "b=c"), ("d", "e")]),
            (
                "Start op=send (x=1) y/z=2",
                &[("op", "send (x=1)"), ("y/z", "2")],
            ),
            ("a=\"cut off", &[("a", "cut off")]),
            (
                "a=\"one \"two\" b=3\" c=4",
                &[("a", "one "), ("b", "3\""), ("c", "4")],
            ),
            ("a=é ü=1 b=ö", &[("a", "é ü=1"), ("b", "ö")]),
            ("=1 a= =2 b=3", &[("a", " =2"), ("b", "3")]),
        ];
        for (text, wanted) in cases {
            let found: Vec<_> = KeyValues::of(text).collect();
            assert_eq!(found, wanted, "{text}");
        }
        assert_eq!(value("uuid=1 op=send uuid=2", "uuid"), Some("1"));
        assert_eq!(value("peerver=1 ver=2", "ver"), Some("2"));
    }
}
