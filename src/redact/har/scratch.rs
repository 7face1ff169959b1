//! What the general engine still has to look at: the texts of an entry one below the other, without the
//! structure between them and without what was dropped. Each byte of it knows the place it came from, and what
//! stands in many entries is looked at once.
use std::collections::HashMap;
use std::ops::Range;

use crate::redact::engine::edits::Edit;

/// Shorter lines are looked at each time.
const SHORTEST_TWIN: usize = 12;

/// Stretches of a block, copied one per line with the replacements that were made by place.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) text: Vec<u8>,
    pieces: Vec<Piece>,
    /// Where each line begins.
    lines: Vec<usize>,
    /// Pieces of lines that stood before: as if they were those of the first.
    twins: Vec<Piece>,
    /// For the begin of a line, where its twins are.
    twins_of: HashMap<usize, Vec<Range<usize>>, Quick>,
    /// A line by its hash: where it is.
    seen: HashMap<u64, Range<usize>, Quick>,
}

type Quick = foldhash::fast::RandomState;

struct Piece {
    /// Where the piece begins in the scratch.
    at: usize,
    /// Where it came from.
    from: Range<usize>,
    /// True if its bytes are those of its place; else it stands for all of it.
    same: bool,
}

impl Scratch {
    /// Copies the stretches. `edits` are disjoint and in order.
    pub(super) fn new(block: &[u8], stretches: &mut [Range<usize>], edits: &[Edit]) -> Self {
        stretches.sort_unstable_by_key(|s| s.start);
        let mut out = Self {
            pieces: Vec::with_capacity(stretches.len()),
            ..Self::default()
        };
        let hasher = Quick::default();
        let mut edit = 0;
        for stretch in stretches {
            let (line, piece) = (out.text.len(), out.pieces.len());
            let mut at = stretch.start;
            while edits.get(edit).is_some_and(|e| e.end <= at) {
                edit += 1;
            }
            while let Some(next) = edits.get(edit).filter(|e| e.start < stretch.end) {
                out.copy(block, at..next.start.max(at));
                out.piece(next.start..next.end, false, &next.text);
                at = next.end;
                edit += 1;
            }
            out.copy(block, at..stretch.end.max(at));
            out.end_line(line, piece, &hasher);
        }
        out
    }

    fn copy(&mut self, block: &[u8], span: Range<usize>) {
        let text = block.get(span.clone()).unwrap_or_default();
        self.piece(span, true, text);
    }

    fn piece(&mut self, from: Range<usize>, same: bool, text: &[u8]) {
        if text.is_empty() {
            return;
        }
        self.pieces.push(Piece {
            at: self.text.len(),
            from,
            same,
        });
        self.text.extend_from_slice(text);
    }

    /// Ends the line that began at `line` with piece number `piece`; one that stood before is its twin.
    fn end_line(&mut self, line: usize, piece: usize, hasher: &Quick) {
        let now = self.text.get(line..).unwrap_or_default();
        if now.len() >= SHORTEST_TWIN {
            let key = std::hash::BuildHasher::hash_one(hasher, now);
            match self.seen.get(&key) {
                Some(first) if self.text.get(first.clone()) == Some(now) => {
                    let from = self.twins.len();
                    for mut piece in self.pieces.drain(piece..) {
                        piece.at = piece.at - line + first.start;
                        self.twins.push(piece);
                    }
                    let twins = self.twins_of.entry(first.start).or_default();
                    twins.push(from..self.twins.len());
                    self.text.truncate(line);
                    return;
                }
                Some(_) => {}
                None => {
                    self.seen.insert(key, line..self.text.len());
                }
            }
        }
        self.lines.push(line);
        self.text.push(b'\n');
    }

    /// The places in the block of a stretch of the scratch that is not empty and lies in one line.
    pub(super) fn places(&self, span: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let after = self.lines.partition_point(|line| *line <= span.start);
        let line = after.checked_sub(1).and_then(|i| self.lines.get(i));
        let twins = line.and_then(|line| self.twins_of.get(line));
        let twins = twins.into_iter().flatten();
        let span = span.clone();
        std::iter::once(place(&self.pieces, &span)).chain(
            twins.map(move |twin| place(self.twins.get(twin.clone()).unwrap_or_default(), &span)),
        )
    }
}

/// The place that a stretch came from.
fn place(pieces: &[Piece], span: &Range<usize>) -> Range<usize> {
    let piece = |at: usize| {
        let after = pieces.partition_point(|p| p.at <= at);
        after.checked_sub(1).and_then(|i| pieces.get(i))
    };
    let start = piece(span.start).map_or(0, |p| match p.same {
        true => (p.from.start + span.start - p.at).min(p.from.end),
        false => p.from.start,
    });
    let end = piece(span.end.saturating_sub(1)).map_or(start, |p| match p.same {
        true => (p.from.start + span.end - p.at).min(p.from.end),
        false => p.from.end,
    });
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::engine::edits::Rank;
    use crate::redact::rules::compiled::RuleId;

    #[test]
    fn stretches_are_copied_with_what_was_replaced_in_them() {
        let block = b"0123456789abcdef";
        let edits = [Edit {
            start: 5,
            end: 8,
            rank: Rank::Secret,
            rule: RuleId(0),
            text: b"~s~".to_vec(),
        }];
        let mut stretches = [10..14, 2..9];
        let scratch = Scratch::new(block, &mut stretches, &edits);
        assert_eq!(scratch.text, b"234~s~8\nabcd\n");
        for (span, place) in [
            (0..1, 2..3),
            (1..3, 3..5),
            (3..6, 5..8),
            (4..5, 5..8),
            (2..7, 4..9),
            (8..12, 10..14),
            (9..10, 11..12),
            (6..9, 8..11),
        ] {
            assert_eq!(
                scratch.places(&span).collect::<Vec<_>>(),
                [place],
                "{span:?}"
            );
        }
    }

    #[test]
    fn lines_that_stand_twice_are_copied_once_and_have_two_places() {
        let block = b"<one and the same> x <one and the same> <one and the other>";
        let mut stretches = [40..59, 0..18, 21..39];
        let scratch = Scratch::new(block, &mut stretches, &[]);
        assert_eq!(scratch.text, b"<one and the same>\n<one and the other>\n");
        let places = |span: Range<usize>| scratch.places(&span).collect::<Vec<_>>();
        assert_eq!(places(1..4), [1..4, 22..25]);
        assert_eq!(places(20..23), vec![41..44; 1]);
    }
}
