//! Pairs as tools write them that do not know the format well: two strings in a list, or the lines of the protocol.
use std::ops::Range;

use super::cursor::string;
use super::entry::{Call, Walker};
use super::headers;
use super::pairs::{Pair, Pairs};
use super::strings::escaped_lines;
use crate::redact::value::quote::Mark;

impl Walker<'_> {
    /// `["Accept", "text/html"]`.
    pub(super) fn couple(&mut self, at: usize, what: Pairs, call: &mut Call) -> Option<usize> {
        let mut both = Pair::default();
        let stretches = self.stretches.len();
        let end = self.strings(at, &mut both)?;
        match (both.value.take(), both.more.as_slice()) {
            (Some(name), [value]) if self.stretches.len() == stretches => {
                let pair = Pair::of(name, value.clone());
                self.read(&pair, what, call);
                Some(end)
            }
            _ => self.whole(at, at),
        }
    }

    /// Pairs as the protocol writes them, in one string: `Accept: text/html` line by line, `a=b; c=d`.
    pub(super) fn written(&mut self, at: usize, what: Pairs, call: &mut Call) -> Option<usize> {
        let text = self.pass.text;
        let Some(span) = string(text, at) else {
            return self.whole(at, at);
        };
        let end = span.end + 1;
        match what {
            Pairs::Headers => {
                for line in escaped_lines(text, span) {
                    self.header_line(line, call);
                }
            }
            Pairs::Cookies => {
                let rule = self.rules.cookie;
                self.pass.cookies(span, Mark::Double(0), rule);
                self.stretches.push(at..end);
            }
            Pairs::Query => self.note(at..end),
            Pairs::Dropped(why) => self.drop_text(span, false, why),
        }
        Some(end)
    }

    /// `Name: value`; what is no header is a text.
    fn header_line(&mut self, line: Range<usize>, call: &mut Call) {
        let raw = &self.pass.text[line.clone()];
        let stretches = self.stretches.len();
        let from = usize::from(raw.first() == Some(&b':'));
        if let Some(colon) = memchr::memchr(b':', &raw[from..]).map(|i| from + i) {
            let (name, rest) = raw.split_at(colon);
            let front = rest.len() - rest[1..].trim_ascii_start().len();
            let value = line.start + colon + front..line.end;
            if headers::is_name(name) {
                if !value.is_empty() {
                    self.header(name, value, call);
                }
                if self.stretches.len() == stretches {
                    return;
                }
            }
        }
        // The name helps the engine with what is left.
        self.stretches.truncate(stretches);
        self.queries(line.clone());
        self.stretches.push(line);
    }
}
