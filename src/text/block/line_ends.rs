//! What ends a line, and the lines around a place in a text.
use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2_iter, memrchr};

/// What ends a line in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LineEnds {
    /// `\n`, with or without `\r` before it.
    #[default]
    Lf,
    /// A lone `\r`, as old Mac programs and progress displays write; `\n` and `\r\n` count too.
    Cr,
}

/// How many bytes decide what ends a line.
pub(in crate::text) const LINE_END_LOOK: usize = 64 * 1024;

impl LineEnds {
    /// Finds out what ends a line: `Cr` if there are `\r` but no `\n` in the first 64 KiB.
    #[must_use]
    pub fn sniff(head: &[u8]) -> Self {
        let head = head.get(..LINE_END_LOOK).unwrap_or(head);
        let lone = memchr(b'\r', head).is_some_and(|at| at + 1 < head.len());
        if lone && memchr(b'\n', head).is_none() {
            Self::Cr
        } else {
            Self::Lf
        }
    }

    /// How many line ends stand in `text`; `\r\n` is one.
    #[must_use]
    pub fn count(self, text: &[u8]) -> u64 {
        match self {
            Self::Lf => count_newlines(text),
            Self::Cr => memchr2_iter(b'\r', b'\n', text)
                .filter(|&at| !is_first_half(text, at))
                .count() as u64,
        }
    }

    /// The byte after the first line end of `text`. A `\r` at the very end of `text` counts only if
    /// `last` says that nothing follows, since a `\n` may belong to it.
    pub(in crate::text) fn first(self, text: &[u8], last: bool) -> Option<usize> {
        match self {
            Self::Lf => memchr(b'\n', text).map(|at| at + 1),
            Self::Cr => memchr2_iter(b'\r', b'\n', text)
                .find(|&at| is_end(text, at, last))
                .map(|at| at + 1),
        }
    }

    /// The byte after the last line end of `text`, with the same rule about `last`.
    pub(in crate::text) fn last(self, text: &[u8], last: bool) -> Option<usize> {
        match self {
            Self::Lf => memrchr(b'\n', text).map(|at| at + 1),
            Self::Cr => memchr::memrchr2_iter(b'\r', b'\n', text)
                .find(|&at| is_end(text, at, last))
                .map(|at| at + 1),
        }
    }
}

fn is_first_half(text: &[u8], at: usize) -> bool {
    text.get(at..at + 2) == Some(b"\r\n")
}

fn is_end(text: &[u8], at: usize, last: bool) -> bool {
    let undecided = at + 1 == text.len() && text.get(at) == Some(&b'\r') && !last;
    !undecided && !is_first_half(text, at)
}

/// The last line of `text` without its end, and where it starts.
pub(in crate::text) fn last_line(text: &[u8], ends: LineEnds) -> (usize, &[u8]) {
    let line = text.strip_suffix(b"\n").unwrap_or(text);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let start = ends.last(line, true).unwrap_or(0);
    (start, line.get(start..).unwrap_or_default())
}

/// The line around `pos`, without its `\n`. A `pos` on a `\n` belongs to the line it ends; one past
/// the end gives the last line.
#[must_use]
pub fn line_bounds(text: &[u8], pos: usize) -> Range<usize> {
    let pos = pos.min(text.len());
    let (before, after) = text.split_at(pos);
    let start = memrchr(b'\n', before).map_or(0, |at| at + 1);
    let end = memchr(b'\n', after).map_or(text.len(), |at| pos + at);
    start..end
}

/// How many `\n` stand in `text`.
#[must_use]
pub fn count_newlines(text: &[u8]) -> u64 {
    memchr_iter(b'\n', text).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_around_a_position() {
        let text = b"one\ntwo\n\nfour";
        let cases = [
            (0, 0..3),
            (3, 0..3),
            (4, 4..7),
            (8, 8..8),
            (9, 9..13),
            (13, 9..13),
            (99, 9..13),
        ];
        for (pos, line) in cases {
            assert_eq!(line_bounds(text, pos), line, "{pos}");
        }
        assert_eq!(line_bounds(b"", 0), 0..0);
    }

    #[test]
    fn ends_are_counted_once() {
        assert_eq!(count_newlines(b"a\r\nb\n\n"), 3);
        assert_eq!(LineEnds::Lf.count(b"a\rb\r\n"), 1);
        assert_eq!(LineEnds::Cr.count(b"a\rb\r\nc\nd\r"), 4);
    }

    #[test]
    fn lone_returns_make_an_old_mac_text() {
        assert_eq!(LineEnds::sniff(b"a\rb\rc"), LineEnds::Cr);
        assert_eq!(LineEnds::sniff(b"a\rb\r\n"), LineEnds::Lf);
        assert_eq!(LineEnds::sniff(b"no end"), LineEnds::Lf);
        assert_eq!(LineEnds::sniff(b"cut in a pair\r"), LineEnds::Lf);
    }

    #[test]
    fn a_return_at_the_edge_waits_for_its_newline() {
        assert_eq!(LineEnds::Cr.first(b"ab\r", false), None);
        assert_eq!(LineEnds::Cr.first(b"ab\r", true), Some(3));
        assert_eq!(LineEnds::Cr.first(b"ab\r\n", false), Some(4));
        assert_eq!(LineEnds::Cr.last(b"a\rb\r", false), Some(2));
        assert_eq!(LineEnds::Cr.last(b"a\rb\r", true), Some(4));
    }
}
