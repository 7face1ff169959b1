//! A reader that passes on only the lines that a rule keeps, and counts what was left out.
use std::io::{self, Read};

use super::line_ends::{LINE_END_LOOK, LineEnds};
use crate::text::decode::error::TextError;
use crate::text::decode::source::read_some;

/// At most this many bytes of a line are shown to a rule.
pub const SHOWN: usize = 64 * 1024;
/// Bytes read at once.
const BUFFER: usize = 4 * SHOWN;

/// Decides which lines of a text stay.
pub trait LineRule: Send {
    /// Whether to keep the line. It comes without its end, in the order of the text, and not more
    /// than its first 64 KiB.
    fn keep(&mut self, line: &[u8]) -> bool;
}

impl<F: FnMut(&[u8]) -> bool + Send> LineRule for F {
    fn keep(&mut self, line: &[u8]) -> bool {
        self(line)
    }
}

/// A number of lines and their bytes, line ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span {
    /// Lines.
    pub lines: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Span {
    fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.bytes += other.bytes;
    }
}

/// What a filter left out so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Dropped {
    /// Lines left out in all.
    pub lines: u64,
    /// Bytes left out in all, line ends included.
    pub bytes: u64,
    /// Of these, before the first kept line; all if none was kept.
    pub at_start: Span,
    /// Of these, between kept lines.
    pub in_middle: Span,
    /// Of these, after the last line kept so far.
    pub at_end: Span,
}

/// Passes on the lines that a rule keeps, whole and with their ends, in bounded memory.
pub struct FilterReader<R: Read> {
    inner: R,
    rule: Box<dyn LineRule>,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    /// The line that the buffer begins in is decided, and its end is not reached yet.
    inside: Option<bool>,
    /// Bytes at the start of the buffer that are decided and kept.
    kept_to: usize,
    kept: Span,
    start: Span,
    middle: Span,
    since_kept: Span,
    ends: Option<LineEnds>,
    ended: bool,
    error: Option<TextError>,
}

impl<R: Read> FilterReader<R> {
    /// A filter in front of `inner`.
    pub fn new(inner: R, rule: Box<dyn LineRule>) -> Self {
        Self {
            inner,
            rule,
            buffer: Vec::new(),
            from: 0,
            to: 0,
            inside: None,
            kept_to: 0,
            kept: Span::default(),
            start: Span::default(),
            middle: Span::default(),
            since_kept: Span::default(),
            ends: None,
            ended: false,
            error: None,
        }
    }

    /// What was left out so far.
    pub fn dropped(&self) -> Dropped {
        let parts = [self.start, self.middle, self.since_kept];
        Dropped {
            lines: parts.iter().map(|part| part.lines).sum(),
            bytes: parts.iter().map(|part| part.bytes).sum(),
            at_start: self.start,
            in_middle: self.middle,
            at_end: self.since_kept,
        }
    }

    /// What was kept so far.
    pub fn kept(&self) -> Span {
        self.kept
    }

    /// The reader behind the filter.
    pub fn get_ref(&self) -> &R {
        &self.inner
    }

    /// Moves on to the next kept bytes: sets `kept_to`, or leaves it if the text is over.
    fn advance(&mut self) {
        while self.kept_to == self.from {
            let rest = self.buffer.get(self.from..self.to).unwrap_or_default();
            let first = self
                .ends
                .filter(|_| !rest.is_empty())
                .and_then(|ends| ends.first(rest, self.ended));
            if first.is_none() && !self.ended && (rest.len() <= SHOWN || self.ends.is_none()) {
                self.fill();
                continue;
            }
            if rest.is_empty() {
                return;
            }
            // A return at the edge stays back, since a newline may follow it.
            let edge = usize::from(!self.ended && rest.last() == Some(&b'\r'));
            let length = first.unwrap_or(rest.len() - edge);
            let begins = self.inside.is_none();
            let keep = self.inside.unwrap_or_else(|| {
                let line = rest.get(..length).unwrap_or_default();
                let bare = line.strip_suffix(b"\n").unwrap_or(line);
                let bare = if first.is_some() {
                    bare.strip_suffix(b"\r").unwrap_or(bare)
                } else {
                    bare
                };
                self.rule.keep(bare.get(..SHOWN).unwrap_or(bare))
            });
            self.inside = if first.is_some() { None } else { Some(keep) };
            self.count(keep, begins, length);
            if keep {
                self.kept_to = self.from + length;
            } else {
                self.from += length;
                self.kept_to = self.from;
            }
        }
    }

    fn count(&mut self, keep: bool, begins: bool, bytes: usize) {
        let span = Span {
            lines: u64::from(begins),
            bytes: bytes as u64,
        };
        if keep {
            self.middle.add(std::mem::take(&mut self.since_kept));
            self.kept.add(span);
        } else if self.kept == Span::default() {
            self.start.add(span);
        } else {
            self.since_kept.add(span);
        }
    }

    /// Reads more behind what lies in the buffer.
    fn fill(&mut self) {
        if self.buffer.is_empty() {
            self.buffer.resize(BUFFER, 0);
        }
        if self.from > 0 {
            self.buffer.copy_within(self.from..self.to, 0);
            self.to -= self.from;
            self.from = 0;
            self.kept_to = 0;
        }
        let room = self.buffer.get_mut(self.to..).unwrap_or_default();
        match read_some(&mut self.inner, room) {
            Ok(0) => self.ended = true,
            Ok(more) => self.to += more,
            Err(error) => {
                self.error = Some(error);
                self.ended = true;
            }
        }
        if self.ends.is_none() {
            let head = self.buffer.get(..self.to).unwrap_or_default();
            let decided = self.ended || head.len() >= LINE_END_LOOK || head.contains(&b'\n');
            self.ends = decided.then(|| LineEnds::sniff(head));
        }
    }
}

impl<R: Read> Read for FilterReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut given = 0;
        while given < out.len() {
            self.advance();
            let ready = self.buffer.get(self.from..self.kept_to).unwrap_or_default();
            let room = out.get_mut(given..).unwrap_or_default();
            let count = ready.len().min(room.len());
            if count == 0 {
                break;
            }
            if let (Some(to), Some(from)) = (room.get_mut(..count), ready.get(..count)) {
                to.copy_from_slice(from);
            }
            given += count;
            self.from += count;
        }
        match &self.error {
            Some(error) if given == 0 && !out.is_empty() => Err(error.clone().into()),
            _ => Ok(given),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::decode::decoded::tests::Drip;

    fn run(text: &[u8], piece: usize, out: usize) -> (Vec<u8>, Dropped, Span) {
        let drip = Drip {
            rest: text,
            piece,
            end: None,
        };
        let rule = |line: &[u8]| {
            assert!(!line.contains(&b'\n') && line.len() <= SHOWN);
            line.starts_with(b"k")
        };
        let mut filter = FilterReader::new(drip, Box::new(rule));
        let mut got = Vec::new();
        let mut part = vec![0; out];
        loop {
            let count = filter.read(&mut part).unwrap();
            if count == 0 {
                return (got, filter.dropped(), filter.kept());
            }
            got.extend_from_slice(&part[..count]);
        }
    }

    fn span(lines: u64, bytes: u64) -> Span {
        Span { lines, bytes }
    }

    #[test]
    fn kept_lines_come_whole_and_the_others_are_counted() {
        for (piece, out) in [(1, 1), (2, 3), (999, 4), (999, 999)] {
            let (got, dropped, kept) = run(b"d\r\nk1\r\nd\n\nk2\nd", piece, out);
            assert_eq!(got, b"k1\r\nk2\n");
            assert_eq!(kept, span(2, 7));
            let wanted = Dropped {
                lines: 4,
                bytes: 7,
                at_start: span(1, 3),
                in_middle: span(2, 3),
                at_end: span(1, 1),
            };
            assert_eq!(dropped, wanted);
        }
        let (got, dropped, _) = run(b"a\nb\n", 9, 9);
        assert!(got.is_empty());
        assert_eq!(dropped.at_start, span(2, 4));
        assert_eq!(
            run(b"", 1, 1),
            (Vec::new(), Dropped::default(), Span::default())
        );
    }

    #[test]
    fn old_mac_lines_are_lines() {
        let (got, dropped, _) = run(b"d\rk\rd\rk", 1, 100);
        assert_eq!(got, b"k\rk");
        assert_eq!(dropped.lines, 2);
    }

    #[test]
    fn a_giant_line_is_kept_or_dropped_without_being_held() {
        for first in [b'k', b'd'] {
            let head = [first];
            let giant = head
                .as_slice()
                .chain(io::repeat(b'x').take(100 << 20))
                .chain(&b"\nk\n"[..]);
            let mut filter = FilterReader::new(giant, Box::new(|line: &[u8]| line[0] == b'k'));
            let length = io::copy(&mut filter, &mut io::sink()).unwrap();
            let giant = (100 << 20) + 2;
            assert_eq!(length, if first == b'k' { giant + 2 } else { 2 });
            assert_eq!(filter.dropped().lines, u64::from(first == b'd'));
            assert_eq!(filter.buffer.len(), BUFFER);
        }
    }

    #[test]
    fn the_good_bytes_come_before_the_error() {
        let drip = Drip {
            rest: b"k1\nd\nk2",
            piece: 3,
            end: Some(io::ErrorKind::TimedOut),
        };
        let mut filter = FilterReader::new(drip, Box::new(|line: &[u8]| line[0] == b'k'));
        let mut got = Vec::new();
        let error = filter.read_to_end(&mut got).unwrap_err();
        assert_eq!(got, b"k1\nk2");
        assert_eq!(
            TextError::from_io(&error),
            TextError::Io(io::ErrorKind::TimedOut)
        );
    }

    proptest! {
        #[test]
        fn as_a_plain_filter_would(
            text in "[kd\r\n]{0,60}",
            piece in 1_usize..9,
            out in 1_usize..9,
        ) {
            let text = text.into_bytes();
            if LineEnds::sniff(&text) == LineEnds::Lf {
                let wanted: Vec<u8> = text
                    .split_inclusive(|&byte| byte == b'\n')
                    .filter(|line| line.starts_with(b"k"))
                    .flatten()
                    .copied()
                    .collect();
                let (got, dropped, kept) = run(&text, piece, out);
                prop_assert_eq!(got, wanted);
                prop_assert_eq!(dropped.bytes + kept.bytes, text.len() as u64);
            }
        }
    }
}
