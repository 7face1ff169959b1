//! An index from line numbers to offsets in the deflate stream of an entry, so that single lines are read back from the
//! middle of a spooled log.

/// Most marks of one entry; of more, every second one is kept.
const MOST: usize = 2048;

/// Line number and deflated offset of the beginnings of blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LineIndex {
    /// Offset of the first block in the spool.
    base: Option<u64>,
    marks: Vec<(u64, u64)>,
    /// Blocks between two marks, and those since the last mark.
    stride: usize,
    since: usize,
}

impl LineIndex {
    /// Adds a block that begins after `lines` lines of its entry, at the offset `written` in the spool. Every block of
    /// the entry must be added, from the first one on.
    pub(crate) fn add(&mut self, lines: u64, written: u64) {
        let base = *self.base.get_or_insert(written);
        self.since += 1;
        if self.since <= self.stride {
            return;
        }
        self.since = 0;
        self.marks.push((lines + 1, written - base));
        if self.marks.len() > MOST {
            let mut number = 0;
            self.marks.retain(|_| {
                number += 1;
                number % 2 == 1
            });
            self.stride = self.stride * 2 + 1;
            // The last mark may be among those that were removed.
            self.since = self.stride;
        }
    }

    /// The nearest known block that begins at or before a line: its first line, and its deflated offset in the entry.
    pub(crate) fn before(&self, line: u64) -> (u64, u64) {
        let behind = self.marks.partition_point(|(first, _)| *first <= line);
        let mark = behind.checked_sub(1).and_then(|at| self.marks.get(at));
        mark.copied().unwrap_or((1, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_block_is_found() {
        let mut index = LineIndex::default();
        assert_eq!(index.before(9), (1, 0));
        for (lines, written) in [(0, 500), (10, 600), (10, 650), (30, 900)] {
            index.add(lines, written);
        }
        for (line, mark) in [
            (1, (1, 0)),
            (10, (1, 0)),
            (11, (11, 150)),
            (30, (11, 150)),
            (31, (31, 400)),
        ] {
            assert_eq!(index.before(line), mark, "{line}");
        }
    }

    #[test]
    fn a_huge_entry_has_few_marks_and_all_are_right() {
        let mut index = LineIndex::default();
        for block in 0..200_000u64 {
            index.add(block * 7, 1000 + block * 3);
        }
        assert!(index.marks.len() <= MOST);
        for line in [1, 8, 700_000, 1_399_993] {
            let (first, at) = index.before(line);
            assert!(first <= line && line - first < 7 * 1024, "{line}: {first}");
            assert_eq!((first - 1) / 7 * 3, at);
        }
    }
}
