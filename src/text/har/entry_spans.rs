//! The entries in a piece of a HAR that is in memory, with the lines that they begin in. Nothing is parsed.
use std::ops::Range;

use crate::text::block::line_ends::count_newlines;
use crate::text::json::path::Path;
use crate::text::json::scan::Scan;

/// The whole entries of `text`, which begins in line `line` behind the open brackets of `context`
/// (`{"log":{"entries":[`), and the line that each begins in. An entry that `text` begins or ends inside of is left out.
pub fn har_entries<'t>(
    text: &'t [u8],
    context: &[u8],
    line: u64,
) -> impl Iterator<Item = (&'t [u8], u64)> {
    let (mut line, mut counted) = (line, 0);
    EntrySpans::new(text, context).map(move |span| {
        line += count_newlines(text.get(counted..span.start).unwrap_or_default());
        counted = span.start;
        (text.get(span).unwrap_or_default(), line)
    })
}

struct EntrySpans<'t> {
    text: &'t [u8],
    at: usize,
    scan: Scan,
    path: Path,
    /// The list of entries is open.
    in_list: bool,
    /// Brackets that are open in the entry under way.
    depth: usize,
    /// Where the entry begins; `None` before the text.
    start: Option<usize>,
}

impl<'t> EntrySpans<'t> {
    fn new(text: &'t [u8], context: &[u8]) -> Self {
        let mut spans = EntrySpans {
            text: &[],
            at: 0,
            scan: Scan::default(),
            path: Path::default(),
            in_list: false,
            depth: 0,
            start: None,
        };
        spans.run(context);
        EntrySpans {
            text,
            at: 0,
            start: None,
            ..spans
        }
    }

    /// Goes on in `text` up to the end of the next entry.
    fn run(&mut self, text: &[u8]) -> Option<Range<usize>> {
        let mut at = self.at;
        loop {
            let in_string = self.scan.in_string;
            let found = self.scan.next(text, at);
            let to = found.map_or(text.len(), |(place, _)| place);
            if !self.in_list {
                let between = text.get(at..to).unwrap_or_default();
                match in_string {
                    true => self.path.string(between),
                    false => self.path.plain(between),
                }
            }
            let Some((_, sign)) = found else {
                self.at = text.len();
                return None;
            };
            at = to + 1;
            match sign {
                _ if in_string => {}
                _ if !self.in_list => {
                    self.path.sign(sign);
                    self.in_list = self.path.is_at_entries();
                }
                b'{' | b'[' => {
                    if self.depth == 0 {
                        self.start = Some(to);
                    }
                    self.depth += 1;
                }
                b'}' | b']' if self.depth == 0 => {
                    self.in_list = false;
                    self.path.sign(sign);
                }
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0
                        && let Some(start) = self.start.take()
                    {
                        self.at = at;
                        return Some(start..at);
                    }
                }
                _ => {}
            }
        }
    }
}

impl Iterator for EntrySpans<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let text = self.text;
        self.run(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str, context: &str, line: u64) -> Vec<(String, u64)> {
        har_entries(text.as_bytes(), context.as_bytes(), line)
            .map(|(entry, line)| (String::from_utf8_lossy(entry).into_owned(), line))
            .collect()
    }

    #[test]
    fn whole_entries_are_found_with_their_lines() {
        let text = "\u{feff}{\"log\":{\"comment\":\"the \\\"entries\\\":[{\",\"entriesX\":[{\"no\":1}],\n\"pages\":[{\"id\":1}],\n \"entries\" : [\n{\"a\":\"}]\\\\\"},\n  {\"b\":[{\"entries\":[1]}]}\n],\"x\":[{\"c\":1}]}}\n{\"log\":{\"entries\":[{\"d\":4}]}}";
        let expected = [
            (r#"{"a":"}]\\"}"#, 4),
            (r#"{"b":[{"entries":[1]}]}"#, 5),
            (r#"{"d":4}"#, 7),
        ];
        let expected = expected.map(|(text, line)| (text.to_owned(), line));
        assert_eq!(entries(text, "", 1), expected);
    }

    #[test]
    fn text_without_whole_entries_gives_none() {
        for text in [
            "",
            "no json",
            "{}",
            "{\"log\":{\"entries\":{}}}",
            "{\"log\":{\"entries\":[{\"a\":",
            "{\"entries\":[",
        ] {
            assert!(entries(text, "", 1).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_piece_goes_on_behind_its_context() {
        let whole = vec![("{\"b\":1}".to_owned(), 8)];
        let list = "{\"log\":{\"entries\":[";
        assert_eq!(entries(",\n{\"b\":1}", list, 7), whole);
        let inside = format!("{list}{{\"x\":[");
        assert_eq!(entries("1]},\n{\"b\":1},{", &inside, 7), whole);
        assert_eq!(entries("{\"log\":\n{\"entries\":[{\"b\":1}", "", 7), whole);
    }
}
