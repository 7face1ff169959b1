//! A text made of stretches of another text, copied or replaced, that knows where each of its bytes came from: what is
//! found in it is cut at its place there.
use std::ops::Range;

/// A text with the places of its bytes in the text that it was made of, its source.
#[derive(Debug, Default)]
pub struct MappedText {
    /// The text.
    pub bytes: Vec<u8>,
    runs: Vec<Run>,
    /// The source, if it was mapped itself.
    below: Option<Box<MappedText>>,
}

/// A stretch of a mapped text, with the same number of source bytes behind each of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Where it begins in the text.
    at: usize,
    /// Where it came from.
    from: Range<usize>,
    /// Bytes of the source for one byte of the text; 0 where the stretch is one whole that is never cut inside.
    step: usize,
}

impl MappedText {
    /// An empty text that will take about `len` bytes.
    #[must_use]
    pub fn with_capacity(len: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(len),
            ..Self::default()
        }
    }

    /// A text that is a stretch of `source` as it is.
    #[must_use]
    pub fn of(source: &[u8], span: Range<usize>) -> Self {
        let mut text = Self::with_capacity(span.len());
        text.copy(source, span);
        text
    }

    /// Appends a stretch of `source` as it is.
    pub fn copy(&mut self, source: &[u8], span: Range<usize>) {
        let bytes = source.get(span.clone()).unwrap_or_default();
        if !bytes.is_empty() {
            self.run(span, 1);
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// Appends `bytes`, which stand for all of `from`.
    pub fn replace(&mut self, from: Range<usize>, bytes: &[u8]) {
        if !bytes.is_empty() {
            let step = if bytes.len() == 1 { from.len() } else { 0 };
            self.run(from, step);
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// Notes where the next bytes come from; they go on with the last run where that is possible.
    fn run(&mut self, from: Range<usize>, step: usize) {
        let at = self.bytes.len();
        match self.runs.last_mut() {
            Some(last)
                if step > 0
                    && last.step == step
                    && last.from.end == from.start
                    && last.at + last.from.len() / step == at =>
            {
                last.from.end = from.end;
            }
            _ => self.runs.push(Run { at, from, step }),
        }
    }

    /// How many runs there are so far.
    #[must_use]
    pub fn runs(&self) -> usize {
        self.runs.len()
    }

    /// Takes back the runs from number `run` on and the bytes from `at` on. The runs are appended to `out`, moved to
    /// `to`, where the same bytes stand already.
    pub fn take_back(&mut self, run: usize, at: usize, to: usize, out: &mut Vec<Run>) {
        out.extend(self.runs.drain(run..).map(|run| Run {
            at: run.at - at + to,
            ..run
        }));
        self.bytes.truncate(at);
    }

    /// The same text with the places in the source of `below`, which this text was made of.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            below: Some(Box::new(below)),
            ..self
        }
    }

    /// The place in the source of a stretch of the text; what stands for several bytes is never cut inside.
    #[must_use]
    pub fn place(&self, span: &Range<usize>) -> Range<usize> {
        let place = place(&self.runs, span);
        match &self.below {
            Some(below) => below.place(&place),
            None => place,
        }
    }
}

/// The place in the source of a stretch of the text that these runs belong to.
#[must_use]
pub fn place(runs: &[Run], span: &Range<usize>) -> Range<usize> {
    let run = |at: usize| {
        let after = runs.partition_point(|run| run.at <= at);
        after.checked_sub(1).and_then(|i| runs.get(i))
    };
    let start = run(span.start).map_or(0, |run| match run.step {
        0 => run.from.start,
        step => (run.from.start + step * (span.start - run.at)).min(run.from.end),
    });
    if span.is_empty() {
        return start..start;
    }
    let end = run(span.end - 1).map_or(start, |run| match run.step {
        0 => run.from.end,
        step => (run.from.start + step * (span.end - run.at)).min(run.from.end),
    });
    start..end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_have_places_and_what_stands_for_several_bytes_stays_whole() {
        let source = b"ab%3D%3Dcd%E9ef";
        let mut text = MappedText::default();
        text.copy(source, 0..2);
        text.replace(2..5, b"=");
        text.replace(5..8, b"=");
        text.copy(source, 8..9);
        text.copy(source, 9..10);
        text.replace(10..13, "é".as_bytes());
        text.copy(source, 13..15);
        assert_eq!(text.bytes, "ab==cdéef".as_bytes());
        // The escapes of one length and the copies of neighbors are one run each.
        assert_eq!(text.runs(), 5);
        for (span, place) in [
            (0..2, 0..2),
            (1..3, 1..5),
            (2..3, 2..5),
            (3..4, 5..8),
            (2..5, 2..9),
            (5..7, 9..13),
            (7..9, 10..14),
            (0..10, 0..15),
            (4..4, 8..8),
            (10..10, 15..15),
        ] {
            assert_eq!(text.place(&span), place, "{span:?}");
        }
        assert_eq!(MappedText::default().place(&(0..0)), 0..0);
    }

    #[test]
    fn a_text_over_a_mapped_text_has_the_places_of_the_first() {
        let mut below = MappedText::default();
        below.copy(b"a%25 41", 0..1);
        below.replace(1..4, b"%");
        below.copy(b"a%2541b", 4..7);
        let mut text = MappedText::of(&below.bytes, 0..1);
        text.replace(1..4, b"A");
        text.copy(&below.bytes, 4..5);
        let text = text.over(below);
        assert_eq!(text.bytes, b"aAb");
        assert_eq!(text.place(&(1..2)), 1..6);
        assert_eq!(text.place(&(2..3)), 6..7);
    }

    #[test]
    fn a_stretch_that_is_taken_back_keeps_its_places() {
        let source = b"same-same";
        let mut text = MappedText::of(source, 0..4);
        let (at, run) = (text.bytes.len(), text.runs());
        text.copy(source, 5..9);
        let mut taken = Vec::new();
        text.take_back(run, at, 0, &mut taken);
        assert_eq!(text.bytes, b"same");
        assert_eq!(place(&taken, &(1..3)), 6..8);
    }
}
