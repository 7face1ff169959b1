//! Outside the entries: looks for the list of entries, byte by byte, with the names of what is open.
use super::cutter::{HarCut, HarPart, Mode};
use crate::text::decode::error::TextError;
use crate::text::json::path;
use crate::text::json::path::Open;

/// Longer keys are no names of fields.
const LONGEST_KEY: usize = 128;
/// Brackets that may be open at once.
const DEEPEST: usize = 512;
/// What may stand before the first bracket: `callback_name(`, `var trace =`, `)]}',`.
const LONGEST_PREFIX: usize = 256;

/// The bytes that mean something here.
const SIGNS: [bool; 256] = super::cutter::table(b"\"{[}],:\n");

/// What is known outside the entries.
#[derive(Debug, Default)]
pub(super) struct Outside {
    pub(super) open: Vec<Open>,
    /// What `pending` can be cut back to so that closing all brackets makes it whole.
    pub(super) safe: usize,
    /// The document is an argument: `callback_name({…})`.
    pub(super) in_call: bool,
    /// A list of entries was met.
    pub(super) seen_entries: bool,
    /// The string just read, and whether a colon followed it.
    last: Option<Vec<u8>>,
    key: Option<Vec<u8>>,
}

impl Outside {
    /// The open brackets as text that could stand before what comes: `{"log":{"entries":[`.
    pub(super) fn context(&self) -> Vec<u8> {
        path::context(&self.open)
    }

    /// True if the list that was just opened holds the entries of a log.
    fn is_list_of_entries(&self) -> bool {
        match self.open.as_slice() {
            [.., log, list] => {
                list.bracket == b'['
                    && list.key == b"entries"
                    && log.bracket == b'{'
                    && log.key == b"log"
            }
            _ => false,
        }
    }
}

/// Whether `head`, the first bytes of a text, looks like a HAR: an object, as such or as the argument of a
/// call, that has a `log` near its start, and in it what only traces have.
#[must_use]
pub fn looks_like_har(head: &[u8]) -> bool {
    let Some(brace) = memchr::memchr(b'{', head) else {
        return false;
    };
    let (prefix, body) = head.split_at(brace);
    let mut keys = memchr::memmem::find_iter(body, b"\"log\"");
    let marks: [&[u8]; 3] = [b"\"creator\"", b"\"entries\"", b"\"pages\""];
    let has = |mark: &&[u8]| memchr::memmem::find(body, mark).is_some();
    is_prefix(prefix)
        && marks.iter().any(has)
        && keys.any(|at| {
            let value = body.get(at + 5..).unwrap_or_default().trim_ascii_start();
            let value = value.strip_prefix(b":").map(<[u8]>::trim_ascii_start);
            value.is_some_and(|value| value.is_empty() || value.starts_with(b"{"))
        })
}

/// Whether this may stand before a document.
fn is_prefix(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let name = |b: &u8| b.is_ascii_alphanumeric() || b" \t\r\n_$.-/*;!'\"()[]=".contains(b);
    text.len() <= LONGEST_PREFIX
        && (text.is_empty()
            || text.starts_with(b")]}'")
            || text.iter().all(name) && (text.ends_with(b"(") || text.ends_with(b"=")))
}

/// What a text that is no JSON looks like.
fn looks_like(text: &[u8]) -> &'static str {
    let text = text.trim_ascii();
    let lower = text.get(..256).unwrap_or(text).to_ascii_lowercase();
    let has = |word: &[u8]| memchr::memmem::find(&lower, word).is_some();
    match text.first() {
        None => "nothing but blanks",
        Some(b'<') if has(b"<html") || has(b"<!doctype html") => "a saved web page",
        Some(b'<') => "XML",
        Some(b'"') => "a lone string",
        _ if has(b"mime-version:") => "a saved web page",
        _ => "text that is not JSON",
    }
}

impl HarCut {
    /// Collects what stands before the first bracket.
    pub(super) fn before(&mut self, chunk: &[u8], at: usize) -> usize {
        let rest = chunk.get(at..).unwrap_or_default();
        let blank = |text: Option<&[u8]>| text.unwrap_or_default().trim_ascii().is_empty();
        let list = |at: usize| blank(Some(&self.pending)) && blank(rest.get(..at));
        let bracket = memchr::memchr(b'{', rest);
        let square = memchr::memchr(b'[', rest).filter(|at| list(*at));
        let first = [bracket, square].into_iter().flatten().min();
        self.pending
            .extend_from_slice(rest.get(..first.unwrap_or(rest.len())).unwrap_or_default());
        let length = self.pending.trim_ascii().len();
        match first {
            None if length > LONGEST_PREFIX => self.no_har(0),
            // Blanks without end are nobody's trace.
            None if self.pending.len() > self.limits.entry => self.no_har(0),
            None => {}
            Some(_) if is_prefix(&self.pending) => {
                self.outside.in_call = self.pending.trim_ascii_end().ends_with(b"(");
                self.mode = Mode::Outside;
            }
            Some(_) => self.no_har(0),
        }
        at + first.unwrap_or(rest.len())
    }

    /// Withholds a text that is no JSON.
    pub(super) fn no_har(&mut self, offset: u64) {
        let blanks = self.pending.len() - self.pending.trim_ascii_start().len();
        let what = looks_like(&self.pending);
        self.pending.clear();
        self.trouble = Some(TextError::NotHar {
            what,
            offset: offset + blanks as u64,
        });
        self.mode = Mode::Stopped;
    }

    /// Goes on outside the entries.
    pub(super) fn outside(&mut self, chunk: &[u8], mut at: usize) -> usize {
        while self.mode == Mode::Outside {
            if self.in_string {
                at = self.string(chunk, at);
                if !self.in_string {
                    let end = self.pending.len() - 1;
                    let text = self.pending.get(self.string_at..end).unwrap_or_default();
                    let key = if text.len() > LONGEST_KEY { b"" } else { text };
                    self.outside.last = Some(key.to_vec());
                }
            }
            let rest = chunk.get(at..).unwrap_or_default();
            let plain = rest
                .iter()
                .position(|b| SIGNS[usize::from(*b)])
                .unwrap_or(rest.len());
            let (plain, _) = rest.split_at(plain);
            if !plain.trim_ascii().is_empty() {
                (self.outside.last, self.outside.key) = (None, None);
            }
            self.pending.extend_from_slice(plain);
            at += plain.len();
            let Some(&sign) = chunk.get(at) else { break };
            self.sign(sign, at);
            at += 1;
        }
        if self.pending.len() > self.limits.entry + self.limits.string {
            // No comma for so long: this is no list of pages, and nothing can be cut.
            self.broken("a stretch without a comma, longer than can be held", at);
        }
        at
    }

    fn sign(&mut self, sign: u8, at: usize) {
        match sign {
            b'"' => {
                self.pending.push(sign);
                self.open_string();
            }
            b':' => {
                self.pending.push(sign);
                self.outside.key = self.outside.last.take();
            }
            b'{' | b'[' => self.open(sign, at),
            b'}' | b']' => self.close_bracket(sign, at),
            b'\n' => {
                self.pending.push(sign);
                if self.outside.open.is_empty() {
                    self.cut_here();
                }
            }
            _ => {
                self.outside.safe = self.pending.len();
                (self.outside.last, self.outside.key) = (None, None);
                self.cut_here();
                self.pending.push(sign);
            }
        }
    }

    /// Gives out what is pending if it is enough for a block.
    fn cut_here(&mut self) {
        if self.pending.len() >= self.limits.block {
            self.emit();
        }
    }

    fn open(&mut self, bracket: u8, at: usize) {
        if self.outside.open.len() >= DEEPEST {
            return self.broken("brackets nested without end", at);
        }
        if self.outside.open.is_empty() && self.part == HarPart::Tail {
            self.emit();
            self.part = HarPart::Head;
        }
        let key = self.outside.key.take().unwrap_or_default();
        self.outside.last = None;
        self.outside.open.push(Open { bracket, key });
        self.pending.push(bracket);
        self.outside.safe = self.pending.len();
        if self.outside.is_list_of_entries() {
            self.outside.seen_entries = true;
            self.emit();
            self.begin_entries(at + 1);
        }
    }

    fn close_bracket(&mut self, bracket: u8, at: usize) {
        (self.outside.last, self.outside.key) = (None, None);
        let opened = if bracket == b']' { b'[' } else { b'{' };
        match self.outside.open.last() {
            Some(open) if open.bracket == opened => {}
            Some(_) => return self.broken("a bracket of the other kind is open", at),
            // The rest of a prefix such as `)]}',` may hold brackets; behind a document none is right.
            None => return self.broken("a bracket that was never opened", at),
        }
        self.outside.open.pop();
        self.pending.push(bracket);
        self.outside.safe = self.pending.len();
    }

    /// Ends at what no HAR may hold; `at` is its place in the chunk.
    pub(super) fn broken(&mut self, what: &'static str, at: usize) {
        let offset = self.taken + at as u64;
        self.close(TextError::BrokenHar {
            what,
            offset,
            entries: self.entries.count,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_har_is_told_by_its_start() {
        for text in [
            r#"{"log":{"version":"1.2","creator":{"#,
            "{\r\n  \"log\" : {\r\n \"entries\" : [",
            r#"onInputData({"log":{"pages":["#,
            r#"{"_meta":{},"log":{"creator":"#,
            r#"var trace = {"log":{"entries":[]"#,
        ] {
            assert!(looks_like_har(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            r#"{"logs":{"entries":[]}}"#,
            r#"{"log":{"file":{"path":"a"}},"message":""}"#,
            r#"{"log":"a text","pages":[]}"#,
            r#"2026-11-22 LOG {"log":{"entries":[]}}"#,
            "<html>{",
        ] {
            assert!(!looks_like_har(text.as_bytes()), "{text}");
        }
    }
}
