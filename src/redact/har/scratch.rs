//! What the general engine still has to look at: the texts of an entry one below the other, without the
//! structure between them and without what was dropped. Each byte of it knows the place it came from.
use std::ops::Range;

use super::super::edits::Edit;

/// Stretches of a block, copied one per line with the replacements that were made by place.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) text: Vec<u8>,
    pieces: Vec<Piece>,
}

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
        let size = stretches.iter().map(|s| s.len() + 1).sum();
        let mut out = Self {
            text: Vec::with_capacity(size),
            pieces: Vec::with_capacity(stretches.len()),
        };
        let mut edit = 0;
        for stretch in stretches {
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
            out.text.push(b'\n');
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

    /// The place in the block of a stretch of the scratch that is not empty.
    pub(super) fn place(&self, span: &Range<usize>) -> Range<usize> {
        let piece = |at: usize| {
            let after = self.pieces.partition_point(|p| p.at <= at);
            after.checked_sub(1).and_then(|i| self.pieces.get(i))
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
}

#[cfg(test)]
mod tests {
    use super::super::super::edits::Rank;
    use super::super::super::rules::RuleId;
    use super::*;

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
            assert_eq!(scratch.place(&span), place, "{span:?}");
        }
    }
}
