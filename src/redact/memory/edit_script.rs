//! What was cut out of a block, so that a second reading of the same block need not look for it again. A script of it
//! holds places and pseudonyms, nothing of the block.
use crate::redact::har;
use crate::redact::value::columns;
use std::hash::BuildHasher;

use crate::redact::engine::clean::Redacted;
use crate::redact::engine::edits::{Edit, Rank, splice};
use crate::redact::engine::redactor::{Dialect, Pass, Redactor, Surroundings};
use crate::redact::engine::tally::Tally;
use crate::redact::rules::compiled::RuleId;
use crate::text::HarPart;

/// Bytes of a script before its rows: the sums of the block and of the rows.
const HEAD: usize = 16;

/// What was cut out of one block.
pub struct Cuts(Vec<Edit>);

/// Writes scripts and plays them back. Its sums are seeded at random: a script is played on its own block only.
#[derive(Default)]
pub struct Scripts {
    hasher: foldhash::quality::RandomState,
}

/// What [`Redactor::piece`] would cut.
pub(in crate::redact) fn cuts(
    redactor: &Redactor,
    text: &[u8],
    around: Surroundings<'_>,
    dialect: Dialect,
    tally: &mut Tally,
) -> Cuts {
    Cuts(piece_edits(redactor, text, around, dialect, tally))
}

/// The settled edits of a block of a longer text.
pub(in crate::redact) fn piece_edits(
    redactor: &Redactor,
    text: &[u8],
    around: Surroundings<'_>,
    dialect: Dialect,
    tally: &mut Tally,
) -> Vec<Edit> {
    if around.har == Some(HarPart::Entries) {
        return har::har_entries(redactor, text, tally);
    }
    let context = if redactor.anchors.any(around.context) {
        around.context
    } else {
        b""
    };
    let joined;
    let whole = match context.is_empty() {
        true => text,
        false => {
            joined = [context, text].concat();
            &joined
        }
    };
    let mut pass = Pass::new(redactor, whole, tally, dialect, 0);
    pass.run();
    if let (Some(rows), true) = (around.rows, context.is_empty()) {
        columns::rows(&mut pass, rows);
    }
    let mut edits = std::mem::take(&mut pass.edits).settle(whole);
    edits.retain(|edit| edit.end > context.len());
    redactor.note(whole, &edits, tally);
    for edit in &mut edits {
        edit.start = edit.start.saturating_sub(context.len());
        edit.end -= context.len();
    }
    edits
}

impl Scripts {
    /// The script of what was cut out of `text`.
    #[must_use]
    pub fn write(&self, text: &[u8], cuts: &Cuts) -> Vec<u8> {
        let mut script = vec![0; HEAD];
        let mut at = 0;
        for edit in &cuts.0 {
            for number in [edit.start - at, edit.end - edit.start, edit.text.len()] {
                put(&mut script, number);
            }
            script.extend_from_slice(&edit.text);
            at = edit.end;
        }
        let sums = [self.sum(text), self.sum(&script[HEAD..])];
        for (to, sum) in script.chunks_exact_mut(8).zip(sums) {
            to.copy_from_slice(&sum.to_le_bytes());
        }
        script
    }

    /// A text with the cuts of its script; `None` if the script is that of another text, or damaged.
    #[must_use]
    pub fn play(&self, text: &[u8], script: &[u8]) -> Option<Redacted> {
        let (head, mut rows) = script.split_at_checked(HEAD)?;
        let sums = [self.sum(text), self.sum(rows)].map(u64::to_le_bytes);
        if head != sums.concat() {
            return None;
        }
        let (mut edits, mut at) = (Vec::new(), 0_usize);
        while !rows.is_empty() {
            let start = at.checked_add(take(&mut rows)?)?;
            let end = start.checked_add(take(&mut rows)?)?;
            let len = take(&mut rows)?;
            let (clean, rest) = rows.split_at_checked(len)?;
            text.get(start..end)?;
            edits.push(Edit {
                start,
                end,
                rank: Rank::Secret,
                rule: RuleId::OFF,
                text: clean.to_vec(),
            });
            (at, rows) = (end, rest);
        }
        Some(Redacted(splice(text, &edits)))
    }

    fn sum(&self, bytes: &[u8]) -> u64 {
        self.hasher.hash_one(bytes)
    }
}

/// A number, seven bits in a byte.
fn put(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take(rows: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for shift in (0..usize::BITS).step_by(7) {
        let (b, rest) = rows.split_first()?;
        *rows = rest;
        number |= usize::from(b & 0x7f) << shift;
        if *b < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Level;
    use crate::redact::rules::rules_tests::redactor;

    #[test]
    fn a_script_gives_the_same_text_and_fits_no_other() {
        let redactor = redactor(Level::Standard);
        let text = b"peer=10.77.0.9 password=Zk81mQpLtR29x!y\nnothing\nuser=\"mlopez\" of m.lopez@acme.example\n";
        let around = Surroundings::default();
        let mut tally = Tally::default();
        let cuts = redactor.cuts(text, around, Dialect::Log, &mut tally);
        let clean = redactor.piece(text, around, Dialect::Log, &mut Tally::default());
        let scripts = Scripts::default();
        let script = scripts.write(text, &cuts);
        assert_eq!(scripts.play(text, &script).as_ref(), Some(&clean));
        assert!(memchr::memmem::find(&script, b"lopez").is_none());
        let other = text.to_ascii_uppercase();
        assert_eq!(scripts.play(&other, &script), None);
        assert_eq!(Scripts::default().play(text, &script), None);
        for at in 0..script.len() {
            let mut damaged = script.clone();
            damaged[at] ^= 1;
            assert_eq!(scripts.play(text, &damaged), None);
            assert_eq!(scripts.play(text, &script[..at]), None);
        }
    }

    #[test]
    fn numbers_of_any_size_come_back() {
        for number in [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, usize::MAX] {
            let mut out = Vec::new();
            put(&mut out, number);
            let mut rows = &out[..];
            assert_eq!((take(&mut rows), rows.len()), (Some(number), 0));
        }
    }
}
