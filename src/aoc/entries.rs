//! Finds the entries of a HAR while its text flows by: whole objects of the array `entries`, with the
//! lines that they begin in. It parses nothing, and holds at most one entry.

/// What the scanner is inside of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Before or behind the array.
    Outside,
    /// In the array, between entries.
    Between,
    /// In an element of the array.
    Entry,
}

/// The key whose array holds the entries.
const KEY: &[u8] = b"entries";

/// A scanner for entries.
#[derive(Debug)]
pub struct Entries {
    at: At,
    depth: u32,
    in_string: bool,
    escaped: bool,
    /// The last string outside the array, as far as it may be the key.
    word: Vec<u8>,
    /// The last string was the key, and a colon may have followed.
    named: bool,
    held: Vec<u8>,
    most: usize,
    too_long: bool,
    line: u64,
    entry_line: u64,
    skipped: u64,
}

impl Entries {
    /// A scanner at the start of a HAR; entries of more than `most` bytes are passed over.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            at: At::Outside,
            depth: 0,
            in_string: false,
            escaped: false,
            word: Vec::new(),
            named: false,
            held: Vec::new(),
            most,
            too_long: false,
            line: 1,
            entry_line: 1,
            skipped: 0,
        }
    }

    /// A scanner for a piece of a HAR that begins in line `line`, behind the open brackets of `context`
    /// (`{"log":{"entries":[`). A piece that begins inside an entry gives those behind it.
    #[must_use]
    pub fn within(context: &[u8], line: u64, most: usize) -> Self {
        let mut scan = Self::new(most);
        scan.feed(context, &mut |_, _| {});
        // What was begun before the piece cannot be given whole.
        scan.held.clear();
        scan.too_long = scan.at == At::Entry;
        scan.line = line;
        scan
    }

    /// Entries that were too long to be given.
    #[must_use]
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Reads on; `take` gets each whole entry and the line that it begins in.
    pub fn feed(&mut self, text: &[u8], take: &mut dyn FnMut(&[u8], u64)) {
        let mut at = 0;
        let mut counted = 0;
        // Where the entry under way begins in this piece.
        let mut start = 0;
        while at < text.len() {
            if self.in_string {
                at = self.string(text, at);
                continue;
            }
            let Some(byte) = text.get(at).copied() else {
                break;
            };
            at += 1;
            match (self.at, byte) {
                (_, b'"') => {
                    self.in_string = true;
                    self.word.clear();
                }
                (At::Outside, _) => self.outside(byte),
                (At::Between, b'{' | b'[') => {
                    self.at = At::Entry;
                    self.depth = 1;
                    start = at - 1;
                    let before = text.get(counted..start).unwrap_or_default();
                    self.line += memchr::memchr_iter(b'\n', before).count() as u64;
                    counted = start;
                    self.entry_line = self.line;
                }
                (At::Between, b']' | b'}') => self.at = At::Outside,
                (At::Entry, b'{' | b'[') => self.depth += 1,
                (At::Entry, b'}' | b']') => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        self.at = At::Between;
                        self.give(text.get(start..at).unwrap_or_default(), take);
                        start = at;
                    }
                }
                _ => {}
            }
        }
        if self.at == At::Entry {
            self.hold(text.get(start..).unwrap_or_default());
        }
        let rest = text.get(counted..).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', rest).count() as u64;
    }

    fn outside(&mut self, byte: u8) {
        match byte {
            b':' => self.named = self.word == KEY,
            b'[' if self.named => {
                self.at = At::Between;
                self.named = false;
            }
            b if b.is_ascii_whitespace() => {}
            _ => self.named = false,
        }
    }

    /// Goes on inside a string, up to just behind its end.
    fn string(&mut self, text: &[u8], mut at: usize) -> usize {
        if self.escaped {
            self.escaped = false;
            self.note(&[0]);
            return at + 1;
        }
        let rest = text.get(at..).unwrap_or_default();
        let Some(found) = memchr::memchr2(b'"', b'\\', rest) else {
            self.note(rest);
            return text.len();
        };
        self.note(rest.get(..found).unwrap_or_default());
        at += found + 1;
        match rest.get(found) {
            Some(b'\\') => self.escaped = true,
            _ => self.in_string = false,
        }
        at
    }

    /// Remembers the beginning of a string outside the array.
    fn note(&mut self, part: &[u8]) {
        if self.at == At::Outside {
            let room = (KEY.len() + 1).saturating_sub(self.word.len());
            self.word.extend(part.iter().take(room));
        }
    }

    fn hold(&mut self, part: &[u8]) {
        self.too_long |= self.held.len() + part.len() > self.most;
        if self.too_long {
            self.held.clear();
        } else {
            self.held.extend_from_slice(part);
        }
    }

    fn give(&mut self, last: &[u8], take: &mut dyn FnMut(&[u8], u64)) {
        let line = self.entry_line;
        if self.too_long || self.held.len() + last.len() > self.most {
            self.skipped += 1;
        } else if self.held.is_empty() {
            take(last, line);
        } else {
            self.held.extend_from_slice(last);
            take(&self.held, line);
        }
        self.too_long = false;
        self.held.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str, piece: usize) -> Vec<(String, u64)> {
        let mut found = Vec::new();
        let mut scan = Entries::new(1000);
        for part in text.as_bytes().chunks(piece) {
            scan.feed(part, &mut |e, line| {
                found.push((String::from_utf8_lossy(e).into_owned(), line));
            });
        }
        found
    }

    const HAR: &str = "\u{feff}{\"log\":{\"comment\":\"the \\\"entries\\\":[{\",\"entriesX\":[{\"no\":1}],\n\"pages\":[{\"id\":1}],\n \"entries\" : [\n{\"a\":\"}]\\\\\"},\n  {\"b\":[{\"entries\":[1]}]}\n],\"x\":[{\"c\":1}]}}\n{\"log\":{\"entries\":[{\"d\":4}]}}";

    #[test]
    fn entries_come_whole_with_their_lines_however_the_text_is_cut() {
        let whole = entries(HAR, HAR.len());
        let texts: Vec<&str> = whole.iter().map(|(t, _)| t.as_str()).collect();
        assert_eq!(
            texts,
            [
                r#"{"a":"}]\\"}"#,
                r#"{"b":[{"entries":[1]}]}"#,
                r#"{"d":4}"#
            ]
        );
        let lines: Vec<u64> = whole.iter().map(|(_, l)| *l).collect();
        assert_eq!(lines, [4, 5, 7]);
        for piece in 1..40 {
            assert_eq!(entries(HAR, piece), whole, "{piece}");
        }
    }

    #[test]
    fn what_is_no_har_or_ends_early_gives_nothing() {
        for text in [
            "",
            "no json",
            "{}",
            "{\"log\":{\"entries\":{}}}",
            "{\"log\":{\"entries\":[{\"a\":",
            "{\"entries\":[",
        ] {
            assert!(entries(text, 3).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_piece_goes_on_where_its_context_says() {
        let run = |context: &str, text: &str| {
            let mut found = Vec::new();
            Entries::within(context.as_bytes(), 7, 1000).feed(text.as_bytes(), &mut |e, line| {
                found.push((String::from_utf8_lossy(e).into_owned(), line));
            });
            found
        };
        let whole = vec![("{\"b\":1}".to_owned(), 8)];
        assert_eq!(run("{\"log\":{\"entries\":[", ",\n{\"b\":1}"), whole);
        assert_eq!(
            run("{\"log\":{\"entries\":[{\"x\":[", "1]},\n{\"b\":1},{"),
            whole
        );
        assert_eq!(
            run("", "{\"log\":\n{\"entries\":[{\"b\":1}"),
            vec![("{\"b\":1}".to_owned(), 8)]
        );
    }

    #[test]
    fn an_entry_that_is_too_long_is_counted() {
        let text = format!(
            "{{\"entries\":[{{\"a\":\"{}\"}},{{\"b\":1}}]}}",
            "x".repeat(2000)
        );
        let mut scan = Entries::new(1000);
        let mut found = 0;
        for part in text.as_bytes().chunks(300) {
            scan.feed(part, &mut |_, _| found += 1);
        }
        assert_eq!((found, scan.skipped()), (1, 1));
    }
}
