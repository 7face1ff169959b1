//! The texts of the entries that the rules for plain text still have to look at: one text per line, without the JSON
//! between them and without what was dropped. A line that stands in many entries is looked at once.
use std::collections::HashMap;
use std::ops::Range;

use crate::redact::engine::edits::Edit;
use crate::text::{MappedText, Run, place};

/// Shorter lines are looked at each time.
const SHORTEST_TWIN: usize = 12;

/// Stretches of a block, copied one per line with the replacements that were made by place.
#[derive(Default)]
pub(super) struct Scratch {
    pub(super) text: MappedText,
    /// Where each line begins.
    lines: Vec<usize>,
    /// Where further copies of lines came from, as if they were the first copy.
    twins: Vec<Run>,
    /// For the begin of a line, where its twins are.
    twins_of: HashMap<usize, Vec<Range<usize>>, Quick>,
    /// A line by its hash: where it is.
    seen: HashMap<u64, Range<usize>, Quick>,
}

type Quick = foldhash::fast::RandomState;

impl Scratch {
    /// Copies the stretches. `edits` are disjoint and in order.
    pub(super) fn new(block: &[u8], stretches: &mut [Range<usize>], edits: &[Edit]) -> Self {
        stretches.sort_unstable_by_key(|s| s.start);
        let mut out = Self::default();
        let hasher = Quick::default();
        let mut edit = 0;
        for stretch in stretches {
            let (line, run) = (out.text.bytes.len(), out.text.runs());
            let mut at = stretch.start;
            while edits.get(edit).is_some_and(|e| e.end <= at) {
                edit += 1;
            }
            while let Some(next) = edits.get(edit).filter(|e| e.start < stretch.end) {
                out.text.copy(block, at..next.start.max(at));
                out.text.replace(next.start..next.end, &next.text);
                at = next.end;
                edit += 1;
            }
            out.text.copy(block, at..stretch.end.max(at));
            out.end_line(line, run, &hasher);
        }
        out
    }

    /// Ends the line that began at `line` with run number `run`; a line that stands there already is a twin of that one.
    fn end_line(&mut self, line: usize, run: usize, hasher: &Quick) {
        let text = &self.text.bytes;
        let now = text.get(line..).unwrap_or_default();
        if now.len() >= SHORTEST_TWIN {
            let key = std::hash::BuildHasher::hash_one(hasher, now);
            match self.seen.get(&key) {
                Some(first) if text.get(first.clone()) == Some(now) => {
                    let first = first.start;
                    let from = self.twins.len();
                    self.text.take_back(run, line, first, &mut self.twins);
                    let twins = self.twins_of.entry(first).or_default();
                    twins.push(from..self.twins.len());
                    return;
                }
                Some(_) => {}
                None => {
                    self.seen.insert(key, line..text.len());
                }
            }
        }
        self.lines.push(line);
        self.text.bytes.push(b'\n');
    }

    /// The places in the block of a stretch of the text that is not empty and lies in one line.
    pub(super) fn places(&self, span: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let after = self.lines.partition_point(|line| *line <= span.start);
        let line = after.checked_sub(1).and_then(|i| self.lines.get(i));
        let twins = line.and_then(|line| self.twins_of.get(line));
        let twins = twins.into_iter().flatten();
        let span = span.clone();
        std::iter::once(self.text.place(&span)).chain(
            twins.map(move |twin| place(self.twins.get(twin.clone()).unwrap_or_default(), &span)),
        )
    }
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
        assert_eq!(scratch.text.bytes, b"234~s~8\nabcd\n");
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
        assert_eq!(
            scratch.text.bytes,
            b"<one and the same>\n<one and the other>\n"
        );
        let places = |span: Range<usize>| scratch.places(&span).collect::<Vec<_>>();
        assert_eq!(places(1..4), [1..4, 22..25]);
        assert_eq!(places(20..23), vec![41..44; 1]);
    }
}
