//! Replacements by offset: collected in any order, made disjoint, spliced in one go.
use crate::redact::rules::compiled::RuleId;

/// How strong a replacement is where two overlap: secrets win over everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::redact) enum Rank {
    /// A name, an address, a path part.
    Identifier,
    /// Encoded text whose inside was redacted.
    Nested,
    /// A secret.
    Secret,
}

/// One replacement of `start..end` by `text`.
#[derive(Clone, Debug)]
pub(in crate::redact) struct Edit {
    pub(in crate::redact) start: usize,
    pub(in crate::redact) end: usize,
    pub(in crate::redact) rank: Rank,
    pub(in crate::redact) rule: RuleId,
    pub(in crate::redact) text: Vec<u8>,
}

/// The replacements of one block.
#[derive(Default)]
pub(in crate::redact) struct Edits(pub(in crate::redact) Vec<Edit>);

impl Edits {
    pub(in crate::redact) fn push(
        &mut self,
        start: usize,
        end: usize,
        rank: Rank,
        rule: RuleId,
        text: impl Into<Vec<u8>>,
    ) {
        if start < end && rule != RuleId::OFF {
            self.0.push(Edit {
                start,
                end,
                rank,
                rule,
                text: text.into(),
            });
        }
    }

    /// Makes the edits disjoint. Where one holds the other it stays as it is; where two overlap in part, the
    /// stronger one replaces the union of both, so that nothing that either rule wanted gone is left. One over several lines becomes one per line.
    pub(in crate::redact) fn settle(mut self, source: &[u8]) -> Vec<Edit> {
        self.0.sort_by(|a, b| {
            (a.start, std::cmp::Reverse(a.end), std::cmp::Reverse(a.rank))
                .cmp(&(b.start, std::cmp::Reverse(b.end), std::cmp::Reverse(b.rank)))
                .then_with(|| a.text.cmp(&b.text))
        });
        let mut out: Vec<Edit> = Vec::with_capacity(self.0.len());
        for next in self.0 {
            match out.last_mut() {
                Some(last) if next.start < last.end => {
                    let end = last.end.max(next.end);
                    // What holds the other whole is enough.
                    let inside =
                        next.end <= last.end && next.end - next.start < last.end - last.start;
                    if next.rank > last.rank && !inside {
                        last.rank = next.rank;
                        last.rule = next.rule;
                        last.text = next.text;
                    }
                    last.end = end;
                }
                _ => out.push(next),
            }
        }
        if out
            .iter()
            .any(|e| memchr::memchr(b'\n', &source[e.start..e.end]).is_some())
        {
            out = out
                .into_iter()
                .flat_map(|edit| by_line(edit, source))
                .collect();
        }
        out
    }
}

/// The edit, or one of the same text for each line that it covers: lines are never joined.
fn by_line(edit: Edit, source: &[u8]) -> Vec<Edit> {
    let span = &source[edit.start..edit.end];
    if memchr::memchr(b'\n', span).is_none() {
        return vec![edit];
    }
    let mut out = Vec::new();
    let mut at = edit.start;
    for line in span.split(|b| *b == b'\n') {
        let body = line.trim_ascii();
        let start = at + (line.len() - line.trim_ascii_start().len());
        if !body.is_empty() {
            out.push(Edit {
                start,
                end: start + body.len(),
                ..edit.clone()
            });
        }
        at += line.len() + 1;
    }
    out
}

/// The text with the settled edits applied.
pub(in crate::redact) fn splice(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let grown: usize = edits.iter().map(|e| e.text.len()).sum();
    let mut out = Vec::with_capacity(text.len() + grown);
    let mut at = 0;
    for edit in edits {
        out.extend_from_slice(&text[at..edit.start]);
        out.extend_from_slice(&edit.text);
        at = edit.end;
    }
    out.extend_from_slice(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_edits_become_one_and_the_stronger_text_stays() {
        let mut edits = Edits::default();
        edits.push(2, 6, Rank::Identifier, RuleId(1), "~i~");
        edits.push(4, 8, Rank::Secret, RuleId(2), "~s~");
        edits.push(9, 10, Rank::Identifier, RuleId(1), "~j~");
        let settled = edits.settle(b"0123456789");
        assert_eq!(splice(b"0123456789", &settled), b"01~s~8~j~");
    }

    #[test]
    fn a_replacement_never_joins_lines() {
        let text = b"a: one\r\n  two\n\nend";
        let mut edits = Edits::default();
        edits.push(3, 15, Rank::Secret, RuleId(1), "~s~");
        assert_eq!(splice(text, &edits.settle(text)), b"a: ~s~\r\n  ~s~\n\nend");
    }
}
