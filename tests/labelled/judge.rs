//! What became of a labelled line: seen from outside, by its text alone.
use std::collections::BTreeMap;
use std::sync::Arc;

use aoc_bundle::pseudonym::{Key, Pseudonyms, find_at};
use aoc_bundle::redact::{Dialect, Learned, Level, Redactor, Rules, Surroundings, Tables, Tally};
use aoc_bundle::text::HarPart;
use aoc_bundle::verify;
use data_encoding::{BASE64, BASE64URL, HEXLOWER, HEXUPPER};

use crate::corpus::{Sample, percent};

/// What the machine of the labelled lines knows about itself.
const HOSTS: [&str; 1] = ["bay12-nordwind"];
const USERS: [&str; 1] = ["tvasquez"];
const PEOPLE: [&str; 1] = ["Tova Vasquez"];
/// Lines that teach the secrets of the section `[learned]`.
const LESSON: &[u8] =
    b"password=Zeb-Quill-44711x\ntoken=Wq93-Harbor-Lumen55\nclient_secret=Nord77wind88gate99\n";

/// Redactors of one rule table.
pub struct Bench {
    standard: Redactor,
    strict: Redactor,
    knowing: Redactor,
    learned: Redactor,
}

/// What became of one line.
pub struct Outcome {
    /// The redacted line.
    pub text: String,
    /// For each mark, whether its value is gone.
    pub found: Vec<bool>,
    /// Pieces outside the marks that did not come out as they went in, by the rule that cut them.
    pub false_cuts: BTreeMap<String, usize>,
}

impl Bench {
    pub fn new(rules: Rules) -> Self {
        let rules = Arc::new(rules);
        let make = |level| {
            Redactor::new(
                Arc::clone(&rules),
                Pseudonyms::new(&Key::new([9; 32])),
                level,
            )
        };
        let owned = |words: [&str; 1]| words.map(str::to_owned);
        let mut learned = make(Level::Standard);
        let mut tally = Tally::default();
        learned.block(LESSON, Dialect::Log, &mut tally);
        let mut lessons = Learned::default();
        for secret in tally.take_secrets() {
            lessons.insert(&secret);
        }
        learned.learn(lessons);
        Self {
            standard: make(Level::Standard),
            strict: make(Level::Strict),
            knowing: make(Level::Standard).knowing(&owned(HOSTS), &owned(USERS), &owned(PEOPLE)),
            learned,
        }
    }

    pub fn outcomes(&self, samples: &[Sample]) -> Vec<Outcome> {
        samples.iter().map(|s| self.outcome(s)).collect()
    }

    fn redactor(&self, sample: &Sample) -> &Redactor {
        match sample.rule.as_str() {
            "known-name" => &self.knowing,
            "learned" => &self.learned,
            _ if sample.strict => &self.strict,
            _ => &self.standard,
        }
    }

    fn outcome(&self, sample: &Sample) -> Outcome {
        let redactor = self.redactor(sample);
        let dialect = if sample.config {
            Dialect::Config
        } else {
            Dialect::Log
        };
        let mut tally = Tally::default();
        let text = sample.text.as_bytes();
        let rows = Tables::default().rows(redactor, text);
        let around = Surroundings {
            rows: rows.as_ref(),
            har: sample.har.then_some(HarPart::Entries),
            ..Surroundings::default()
        };
        let out = redactor.piece(text, around, dialect, &mut tally);
        let text = String::from_utf8_lossy(out.as_bytes()).into_owned();
        let bare = without_pseudonyms(&text);
        let kept = sample.keeps.concat();
        let found = sample
            .marks
            .iter()
            .map(|m| {
                bare.matches(&m.value).count() <= kept.matches(&m.value).count()
                    && !hidden(&bare, &m.value)
            })
            .collect();
        let mut false_cuts = BTreeMap::new();
        let damage = damaged(&text, &sample.keeps);
        if damage > 0 {
            let rules: Vec<&str> = tally
                .by_rule()
                .keys()
                .map(|id| redactor.rules().name(*id))
                .collect();
            let stranger = rules
                .iter()
                .find(|r| sample.marks.iter().all(|m| m.rule != **r));
            let rule = stranger.or(rules.first()).copied().unwrap_or("unknown");
            false_cuts.insert(rule.to_owned(), damage);
        }
        Outcome {
            text,
            found,
            false_cuts,
        }
    }
}

/// How many of the pieces are not in the text, in order.
fn damaged(text: &str, keeps: &[String]) -> usize {
    let (mut at, mut lost) = (0, 0);
    for keep in keeps {
        match text[at..].find(keep.as_str()) {
            Some(found) => at += found + keep.len(),
            None => lost += 1,
        }
    }
    if let [only] = keeps {
        return usize::from(only != text);
    }
    // The first and the last piece stand at the ends.
    let ends = keeps.first().is_some_and(|k| !text.starts_with(k.as_str()))
        || keeps.last().is_some_and(|k| !text.ends_with(k.as_str()));
    lost.max(usize::from(ends))
}

/// The text with every pseudonym replaced by a tilde, so that no value is found by chance in one.
fn without_pseudonyms(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        if let Some(end) = find_at(bytes, at) {
            out.push(b'~');
            at = end;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether a value stands in a text in some encoding.
fn hidden(text: &str, value: &str) -> bool {
    if value.len() < 5 {
        return false;
    }
    let bytes = value.as_bytes();
    let mut forms = vec![HEXLOWER.encode(bytes), HEXUPPER.encode(bytes)];
    let percent = percent(bytes);
    if percent != value {
        forms.push(percent);
    }
    // In base64 a value begins at one of three places; the letters at its ends depend on its neighbours.
    for skip in 0..3 {
        let mut padded = vec![b'x'; skip];
        padded.extend_from_slice(bytes);
        for code in [BASE64.encode(&padded), BASE64URL.encode(&padded)] {
            let from = [0, 2, 3][skip];
            let whole = padded.len() / 3 * 4;
            if whole > from + 5 {
                forms.push(code[from..whole].to_owned());
            }
        }
    }
    forms.iter().any(|form| text.contains(form.as_str()))
}

/// Whether the verifier would stop this line.
pub fn leaks(text: &str, sample: &Sample) -> bool {
    let mut any = false;
    if !sample.marks.is_empty() {
        verify::scan_text(text.as_bytes(), None, &[], &mut |hit| {
            any |= hit.detector.severity.blocks();
        });
    }
    any
}
