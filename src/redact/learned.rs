//! Secrets that were found elsewhere in this run: cut wherever they stand. Only hashes of their longest
//! run of letters and digits are kept, with the place of that run in the secret.
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

use data_encoding::HEXLOWER_PERMISSIVE;

use super::edits::Rank;
use super::engine::Pass;
use super::tally::Secret;
use super::tokens;

/// Shorter secrets are too ordinary to be looked for.
const SHORTEST_SECRET: usize = 8;
/// A secret is found by its longest run of letters and digits, which has at least this many.
const SHORTEST_RUN: usize = 4;
/// A run of this many letters and digits, both kinds in it, is cut even where the rest of the secret is
/// spelled in another way; a shorter one or a plain word (`database`) goes with the whole secret only.
const SURE_RUN: usize = 8;

/// The secrets of a run, for a second pass over what the first could not know. About 60 bytes each, however
/// long the secret: a run of gigabytes has hundreds of thousands.
#[derive(Default)]
pub struct Learned {
    /// First piece of each run.
    by_run: HashMap<u64, u32>,
    pieces: Vec<Piece>,
    kinds: Vec<String>,
}

struct Piece {
    whole: u64,
    /// Bytes of the secret before its run.
    before: u32,
    /// Length of the secret.
    len: u32,
    /// The next piece with the same run.
    next: Option<u32>,
    /// Index of the kind of its pseudonym.
    kind: u16,
    id: [u8; 12],
}

impl Learned {
    /// Adds a secret that was found in a place that made it one.
    pub fn insert(&mut self, secret: &Secret) {
        let value = secret.value();
        let Some(run) = longest_run(value) else {
            return;
        };
        let Some((kind, id)) = kind_and_id(secret.text()) else {
            return;
        };
        let key = hash(&value[run.clone()]);
        let whole = hash(value);
        if self.with_run(key).any(|p| p.whole == whole) {
            return;
        }
        let kind = self
            .kinds
            .iter()
            .position(|k| k == kind)
            .unwrap_or_else(|| {
                self.kinds.push(kind.to_owned());
                self.kinds.len() - 1
            });
        let numbers = (
            u16::try_from(kind),
            u32::try_from(run.start),
            u32::try_from(value.len()),
            u32::try_from(self.pieces.len()),
        );
        let (Ok(kind), Ok(before), Ok(len), Ok(index)) = numbers else {
            return;
        };
        let next = self.by_run.insert(key, index);
        self.pieces.push(Piece {
            whole,
            before,
            len,
            next,
            kind,
            id,
        });
    }

    /// The pieces that have this run.
    fn with_run(&self, key: u64) -> impl Iterator<Item = &Piece> {
        let mut next = self.by_run.get(&key).copied();
        std::iter::from_fn(move || {
            let piece = self.pieces.get(next? as usize)?;
            next = piece.next;
            Some(piece)
        })
    }

    /// What of a text must go because of its run at `run`: the whole secret where it stands as it is, else
    /// the run, if that alone tells it.
    fn at(&self, text: &[u8], run: Range<usize>) -> Option<(Range<usize>, &Piece)> {
        let mut any = None;
        for piece in self.with_run(hash(&text[run.clone()])) {
            any = Some(piece);
            let whole = run
                .start
                .checked_sub(piece.before as usize)
                .map(|s| s..s + piece.len as usize);
            if let Some(whole) =
                whole.filter(|s| text.get(s.clone()).is_some_and(|v| hash(v) == piece.whole))
            {
                return Some((whole, piece));
            }
        }
        any.filter(|_| is_sure(&text[run.clone()]))
            .map(|piece| (run, piece))
    }

    /// A secret that stands in a text, which was decoded.
    fn inside(&self, text: &[u8]) -> Option<&Piece> {
        runs(text)
            .find_map(|run| self.at(text, run))
            .map(|(_, piece)| piece)
    }

    /// The pseudonym of a piece, without the details that only the whole value tells.
    fn text(&self, piece: &Piece) -> String {
        let kind = self
            .kinds
            .get(usize::from(piece.kind))
            .map_or("secret.value", String::as_str);
        format!("~{kind}.{}~", String::from_utf8_lossy(&piece.id))
    }

    /// How many secrets are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// True if none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

/// The runs of letters and digits of a text; each also without its first one or two, since the letter of an
/// escape (`\n`) or two digits of `%3D` may stick to its front.
fn runs(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    let whole = std::iter::from_fn(move || {
        at += text[at..]
            .iter()
            .take_while(|b| !b.is_ascii_alphanumeric())
            .count();
        let len = text[at..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric())
            .count();
        let run = at..at + len;
        at += len;
        (len > 0).then_some(run)
    });
    whole
        .flat_map(|run| (0..3).map(move |skip| run.start + skip..run.end))
        .filter(|run| run.end >= run.start + SHORTEST_RUN)
}

/// The longest run of letters and digits of a secret that is long enough.
fn longest_run(value: &[u8]) -> Option<Range<usize>> {
    let mut best = 0..0;
    let mut start = 0;
    for run in value.split(|b| !b.is_ascii_alphanumeric()) {
        if run.len() > best.len() {
            best = start..start + run.len();
        }
        start += run.len() + 1;
    }
    (value.len() >= SHORTEST_SECRET && best.len() >= SHORTEST_RUN).then_some(best)
}

/// True for a run that is no word and no number.
fn is_sure(run: &[u8]) -> bool {
    run.len() >= SURE_RUN
        && run.iter().any(u8::is_ascii_digit)
        && run.iter().any(u8::is_ascii_alphabetic)
}

fn hash(value: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(value);
    hasher.finish()
}

/// Kind and id of a pseudonym: `secret.password` and the letters.
fn kind_and_id(text: &str) -> Option<(&str, [u8; 12])> {
    let mut kind = text.trim_matches('~');
    loop {
        let (rest, part) = kind.rsplit_once('.')?;
        if let Ok(id) = <[u8; 12]>::try_from(part.as_bytes())
            && id.iter().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'))
        {
            return Some((rest, id));
        }
        kind = rest;
    }
}

fn is_encoded(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_' | b'=')
}

impl Pass<'_> {
    /// Every learned secret, as it is and inside words in base64 and hexadecimal.
    pub(super) fn learned_values(&mut self) {
        let r = self.r;
        if r.learned.is_empty() {
            return;
        }
        let rule = r.rules.id("learned");
        let text = self.text;
        for (span, piece) in runs(text).filter_map(|run| r.learned.at(text, run)) {
            let whole = span.len() == piece.len as usize;
            let detailed = if whole {
                tokens::detailed(&r.names, &text[span.clone()])
            } else {
                None
            };
            let clean = detailed.unwrap_or_else(|| r.learned.text(piece));
            self.edits
                .push(span.start, span.end, Rank::Secret, rule, clean);
        }
        self.learned_encoded();
    }

    /// Words in base64 or hexadecimal that hold a learned secret go as a whole: at which of the four places
    /// of a group the secret begins is not known, so all are tried.
    fn learned_encoded(&mut self) {
        let r = self.r;
        let rule = r.rules.id("learned");
        let text = self.text;
        let mut at = 0;
        while at < text.len() {
            at += text[at..].iter().take_while(|b| !is_encoded(**b)).count();
            let len = text[at..].iter().take_while(|b| is_encoded(**b)).count();
            let word = &text[at..at + len];
            if len >= SHORTEST_SECRET * 4 / 3 {
                let hex = HEXLOWER_PERMISSIVE.decode(&word[..len - len % 2]).ok();
                let shifted = (0..4).filter_map(|skip| {
                    let letters = word[skip..].iter().take_while(|b| **b != b'=').count();
                    tokens::base64(&word[skip..skip + letters - letters % 4])
                });
                if let Some(piece) = hex
                    .into_iter()
                    .chain(shifted)
                    .find_map(|plain| r.learned.inside(&plain))
                {
                    self.edits
                        .push(at, at + len, Rank::Secret, rule, r.learned.text(piece));
                }
            }
            at += len;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules_tests::redactor;
    use super::*;
    use crate::redact::{Dialect, Level, Tally};

    #[test]
    fn a_learned_secret_is_cut_in_every_spelling_and_nothing_else_is() {
        let mut redactor = redactor(Level::Standard);
        let mut tally = Tally::default();
        redactor.block(b"password=Zk81mQpLtR29x!y", Dialect::Log, &mut tally);
        let mut learned = Learned::default();
        for secret in tally.take_secrets() {
            learned.insert(&secret);
        }
        assert_eq!(learned.len(), 1);
        redactor.learn(learned);
        let b64 = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
        let hex = data_encoding::HEXUPPER.encode(b"-Zk81mQpLtR29x!y");
        for (line, left) in [
            ("typed Zk81mQpLtR29x!y here".to_owned(), "Zk81mQpLtR29x"),
            (r"json \nZk81mQpLtR29x!y".to_owned(), "Zk81mQpLtR29x"),
            (format!("at 0 {}", b64("Zk81mQpLtR29x!y")), "Wms4"),
            (format!("at 1 {}", b64("- Zk81mQpLtR29x!y -")), "4MW1"),
            (format!("at 2 {}", b64("--Zk81mQpLtR29x!y")), "pLdF"),
            (format!("hex {hex}"), "5A6B"),
        ] {
            let out = redactor.block(line.as_bytes(), Dialect::Log, &mut Tally::default());
            let out = String::from_utf8_lossy(out.as_bytes()).into_owned();
            assert!(
                out.contains("~secret.password.") && !out.contains(left),
                "{line} -> {out}"
            );
        }
        for line in [
            "typed Zk81mQpLtR29 here",
            "sum 9f86d081884c7d659a2feaa0c55ad015",
            "uuid 66981d43-f6c8-41c4-a367-8be8f4d179e5",
        ] {
            let out = redactor.block(line.as_bytes(), Dialect::Log, &mut Tally::default());
            assert_eq!(out.as_bytes(), line.as_bytes());
        }
    }
}
