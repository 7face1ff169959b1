//! Which objects and arrays are open where a JSON text was cut, and under which keys: what a block in
//! the middle of a document must be told to be understood as in the whole.
use memchr::memchr3;

/// Longer keys are no names of fields.
const LONGEST_KEY: usize = 128;
/// Deeper brackets are counted, their keys are not kept.
const DEEPEST: usize = 32;

/// The open brackets of a JSON text so far, from the root.
#[derive(Debug, Default)]
pub(in crate::text) struct JsonPath {
    open: Vec<Open>,
    /// Brackets that are open beyond the deepest that are kept.
    deeper: usize,
}

/// A bracket that is open, and the key it stands under.
#[derive(Debug)]
pub(in crate::text) struct Open {
    pub(in crate::text) bracket: u8,
    pub(in crate::text) key: Vec<u8>,
}

impl JsonPath {
    /// Goes on over a text that begins and ends outside strings.
    pub(in crate::text) fn advance(&mut self, text: &[u8]) {
        // The last string, which is a key if a colon follows.
        let mut key = 0..0;
        let mut at = 0;
        while let Some(byte) = text.get(at) {
            match byte {
                b'"' => {
                    let end = string_end(text, at + 1);
                    key = at + 1..end;
                    at = end;
                }
                b'{' | b'[' => {
                    let name = text.get(key.clone()).unwrap_or_default();
                    let gap = text.get(key.end + 1..at).unwrap_or_default();
                    let named = gap.trim_ascii() == b":" && name.len() <= LONGEST_KEY;
                    self.push(*byte, if named { name } else { b"" });
                }
                b'}' | b']' => self.pop(),
                _ => {}
            }
            at += 1;
        }
    }

    fn push(&mut self, bracket: u8, key: &[u8]) {
        if self.open.len() < DEEPEST {
            let key = key.to_vec();
            self.open.push(Open { bracket, key });
        } else {
            self.deeper += 1;
        }
    }

    fn pop(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else {
            self.open.pop();
        }
    }

    /// The open brackets as JSON that goes on: `{"log":{"entries":[`. Empty at the root.
    pub(in crate::text) fn context(&self) -> Vec<u8> {
        context(&self.open)
    }
}

/// Open brackets as JSON that goes on; empty at the root.
pub(in crate::text) fn context(brackets: &[Open]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut inside = b'[';
    for open in brackets {
        if inside == b'{' {
            out.push(b'"');
            out.extend_from_slice(&open.key);
            out.extend_from_slice(b"\":");
        }
        out.push(open.bracket);
        inside = open.bracket;
    }
    out
}

/// The quote that ends the string which begins at `start`, or the raw line end that cuts it off, or
/// the end of the text.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(found) = text
        .get(at..)
        .and_then(|rest| memchr3(b'"', b'\\', b'\n', rest))
    {
        at += found;
        if text.get(at) != Some(&b'\\') {
            return at;
        }
        at += 2;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_from_the_root_is_known_at_every_cut() {
        let cases = [
            (
                r#"{"log":{"version":"1","entries":[{"a":1},"#,
                r#"{"log":{"entries":["#,
            ),
            (r#"{"tokens" : [ "a","#, r#"{"tokens":["#),
            (r#"[[1,2],[{"x":{"y":{},"#, r#"[[{"x":{"#),
            (r#"{"a\"{b":{"c":"]}","#, r#"{"a\"{b":{"#),
            (r#"{"a":1},"#, ""),
            ("]}]", ""),
            ("{\"cut\n\"k\":[1,", r#"{"k":["#),
        ];
        for (text, context) in cases {
            let mut path = JsonPath::default();
            path.advance(text.as_bytes());
            assert_eq!(String::from_utf8_lossy(&path.context()), context, "{text}");
        }
        let mut deep = JsonPath::default();
        deep.advance("[".repeat(100).as_bytes());
        deep.advance("]".repeat(99).as_bytes());
        assert_eq!(deep.context(), b"[");
    }
}
