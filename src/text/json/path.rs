//! Which objects and arrays are open at a place of a JSON text, and under which keys: the context that a block in the
//! middle of a document needs to be understood as in the whole.
use super::scan::Scan;

/// Longer keys are not kept.
const LONGEST_KEY: usize = 128;
/// Deeper brackets are counted, their keys are not kept.
pub(in crate::text) const DEEPEST: usize = 512;

/// The open brackets of a JSON text so far, from the root.
#[derive(Debug, Default)]
pub(in crate::text) struct Path {
    open: Vec<Open>,
    /// Brackets that are open beyond the deepest that are kept.
    deeper: usize,
    /// The last string.
    word: Vec<u8>,
    last: Last,
}

/// A bracket that is open, and the key it stands under.
#[derive(Debug)]
struct Open {
    bracket: u8,
    key: Vec<u8>,
}

/// What the scan met last, blanks aside.
#[derive(Debug, Default)]
enum Last {
    #[default]
    Other,
    /// A string, which is a key if a colon follows.
    Word,
    /// A key and its colon.
    Key,
}

impl Path {
    /// Goes on over a text that begins and ends outside strings.
    pub(in crate::text) fn advance(&mut self, text: &[u8]) {
        let (mut scan, mut at) = (Scan::of_lines(), 0);
        loop {
            let in_string = scan.in_string;
            let found = scan.next(text, at);
            let to = found.map_or(text.len(), |(place, _)| place);
            let between = text.get(at..to).unwrap_or_default();
            match in_string {
                true => self.string(between),
                false => self.plain(between),
            }
            let Some((_, sign)) = found else { return };
            if !in_string {
                self.sign(sign);
            }
            at = to + 1;
        }
    }

    /// A string with this content has ended.
    pub(in crate::text) fn string(&mut self, content: &[u8]) {
        self.word.clear();
        if content.len() <= LONGEST_KEY {
            self.word.extend_from_slice(content);
        }
        self.last = Last::Word;
    }

    /// What stands between structural bytes, outside strings: numbers, words, blanks.
    pub(in crate::text) fn plain(&mut self, text: &[u8]) {
        if !text.trim_ascii().is_empty() {
            self.last = Last::Other;
        }
    }

    /// A structural byte outside strings.
    pub(in crate::text) fn sign(&mut self, sign: u8) {
        match sign {
            b'{' | b'[' if self.open.len() < DEEPEST => {
                let key = match self.last {
                    Last::Key => self.word.clone(),
                    _ => Vec::new(),
                };
                self.open.push(Open { bracket: sign, key });
            }
            b'{' | b'[' => self.deeper += 1,
            b'}' | b']' if self.deeper > 0 => self.deeper -= 1,
            b'}' | b']' => {
                self.open.pop();
            }
            b'\n' | b'"' => return,
            _ => {}
        }
        self.last = match (sign, &self.last) {
            (b':', Last::Word) => Last::Key,
            _ => Last::Other,
        };
    }

    /// How many brackets are open.
    pub(in crate::text) fn depth(&self) -> usize {
        self.open.len() + self.deeper
    }

    /// The innermost bracket, if it is not too deep to be kept.
    pub(in crate::text) fn innermost(&self) -> Option<u8> {
        self.open.last().map(|open| open.bracket)
    }

    /// True if the innermost bracket is the list of the entries of a HAR: `"log":{"entries":[`.
    pub(in crate::text) fn is_at_entries(&self) -> bool {
        self.deeper == 0
            && match self.open.as_slice() {
                [.., log, list] => {
                    (list.bracket, &*list.key) == (b'[', b"entries")
                        && (log.bracket, &*log.key) == (b'{', b"log")
                }
                _ => false,
            }
    }

    /// The open brackets as JSON that goes on: `{"log":{"entries":[`. Empty at the root.
    pub(in crate::text) fn context(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut inside = b'[';
        for open in &self.open {
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

    /// Closes all brackets: what must follow for the document to be whole.
    pub(in crate::text) fn close(&mut self) -> Vec<u8> {
        self.deeper = 0;
        let open = std::mem::take(&mut self.open);
        open.iter()
            .rev()
            .map(|open| closing(open.bracket))
            .collect()
    }
}

/// The bracket that closes this one.
pub(in crate::text) fn closing(bracket: u8) -> u8 {
    if bracket == b'[' { b']' } else { b'}' }
}

/// The bracket that this one closes.
pub(in crate::text) fn opening(bracket: u8) -> u8 {
    if bracket == b']' { b'[' } else { b'{' }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behind(text: &str) -> Path {
        let mut path = Path::default();
        path.advance(text.as_bytes());
        path
    }

    #[test]
    fn open_brackets_and_their_keys_are_known_at_every_cut() {
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
            let mut path = behind(text);
            assert_eq!(String::from_utf8_lossy(&path.context()), context, "{text}");
            path.close();
            assert_eq!(path.depth(), 0);
        }
        let mut deep = behind(&"[".repeat(1000));
        assert_eq!(deep.depth(), 1000);
        deep.advance("]".repeat(999).as_bytes());
        assert_eq!(deep.context(), b"[");
    }
}
