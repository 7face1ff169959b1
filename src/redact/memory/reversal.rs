//! What the pseudonyms of identifiers stand for, remembered only where a reversal map was asked for.
//!
//! It is read off the settled replacements, so no rule needs to know of it. A replacement tells how the value was
//! spelled in its place; its plain spelling is the one for which the key gives the same pseudonym again.
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

use crate::pseudonym::{Pseudonyms, find_at, identifier_kind, is_pseudonym};
use crate::redact::engine::edits::{Edit, Rank};
use crate::redact::engine::redactor::{Dialect, Pass, Redactor};
use crate::redact::engine::tally::Tally;
use crate::redact::nested::unescape::{Layer, unescaped};
use crate::redact::secret::token;

/// No name is longer; what is, was no name.
const LONGEST: usize = 1024;
/// Most bytes of memory for pseudonyms and names: some 130,000 of them. Memory must not grow with the evidence.
const MOST_BYTES: usize = 24 << 20;
/// What the tables take for each of them, beside its text.
const ENTRY_BYTES: usize = 128;
/// How often an escaped value is unescaped at most.
const MOST_ESCAPES: usize = 3;

/// Pseudonyms of identifiers, and the value that each stands for. Wiped from memory when dropped.
#[derive(Default)]
pub struct Originals {
    values: HashMap<String, Original>,
    bytes: usize,
    full: bool,
}

struct Original {
    value: Zeroizing<String>,
    /// True if the key gives the pseudonym again for this spelling.
    exact: bool,
}

impl Originals {
    /// The pseudonyms and their values, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .map(|(p, o)| (p.as_str(), o.value.as_str()))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// False if there were more than can be remembered.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.full
    }

    /// Forgets the values for which `keep` says no.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.values.retain(|_, original| keep(&original.value));
    }

    /// The exact value stays, else the shorter, then the smaller one: which was met first depends on the threads.
    pub(in crate::redact) fn insert(
        &mut self,
        pseudonym: &str,
        value: Zeroizing<String>,
        exact: bool,
    ) {
        if let Some(known) = self.values.get_mut(pseudonym) {
            let rank = |exact: bool, value: &str| (!exact, value.len());
            let (new, old) = (rank(exact, &value), rank(known.exact, &known.value));
            if (new, value.as_str()) < (old, known.value.as_str()) {
                *known = Original { value, exact };
            }
            return;
        }
        let bytes = self.bytes + pseudonym.len() + value.len() + ENTRY_BYTES;
        if bytes > MOST_BYTES {
            self.full = true;
            return;
        }
        self.bytes = bytes;
        let original = Original { value, exact };
        self.values.insert(pseudonym.to_owned(), original);
    }
}

/// The memory of a redactor that was told to remember: shared by its threads.
#[derive(Default)]
pub(in crate::redact) struct Recorder(Mutex<Originals>);

impl Recorder {
    /// Remembers what settled replacements of `text` stand for.
    pub(in crate::redact) fn record(&self, names: &Pseudonyms, text: &[u8], edits: &[Edit]) {
        for edit in edits {
            let Some(raw) = text.get(edit.start..edit.end) else {
                continue;
            };
            match edit.rank {
                Rank::Identifier => self.one(names, &edit.text, raw),
                Rank::Nested => self.nested(names, &edit.text, raw),
                Rank::Secret => {}
            }
        }
    }

    /// Names in base64 as cookies have them: one, or those of a JSON object. What else is nested was recorded by a pass
    /// of its own.
    fn nested(&self, names: &Pseudonyms, clean: &[u8], raw: &[u8]) {
        let decoded = |bytes: &[u8]| token::base64(bytes).map(Zeroizing::new);
        let (Some(clean), Some(raw)) = (decoded(clean), decoded(raw)) else {
            return;
        };
        if is_pseudonym(&clean) {
            return self.one(names, &clean, &raw);
        }
        let members = |bytes| serde_json::from_slice::<BTreeMap<String, serde_json::Value>>(bytes);
        let (Ok(clean), Ok(raw)) = (members(&clean), members(&raw)) else {
            return;
        };
        for (key, value) in clean {
            let (Some(pseudonym), Some(raw)) = (value.as_str(), raw.get(&key)) else {
                continue;
            };
            match raw.as_str() {
                Some(raw) => self.one(names, pseudonym.as_bytes(), raw.as_bytes()),
                None => self.one(names, pseudonym.as_bytes(), raw.to_string().as_bytes()),
            }
        }
    }

    /// Remembers what one replacement stands for.
    pub(in crate::redact) fn one(&self, names: &Pseudonyms, clean: &[u8], raw: &[u8]) {
        let Some(start) = memchr::memchr(b'~', clean) else {
            return;
        };
        // Nothing but quotes may stand around it: a text with several names is none.
        let pseudonym = find_at(clean, start)
            .filter(|end| {
                let mut around = clean[..start].iter().chain(&clean[*end..]);
                !around.any(|b| b.is_ascii_alphanumeric() || *b == b'~')
            })
            .and_then(|end| std::str::from_utf8(&clean[start..end]).ok())
            .filter(|p| identifier_kind(p).is_some());
        let (Some(pseudonym), Ok(raw)) = (pseudonym, std::str::from_utf8(raw)) else {
            return;
        };
        if raw.len() > LONGEST {
            return;
        }
        let mut originals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if originals.values.get(pseudonym).is_some_and(|o| o.exact) {
            return;
        }
        let plain = spellings(raw)
            .iter()
            .find_map(|s| names.original_of(pseudonym, s).map(Zeroizing::new));
        let exact = plain.is_some();
        if !exact && raw.contains('~') {
            return;
        }
        let value = plain.unwrap_or_else(|| Zeroizing::new(raw.to_owned()));
        originals.insert(pseudonym, value, exact);
    }

    /// Takes out what was remembered.
    pub(in crate::redact) fn take(&self) -> Originals {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What a value in its place may stand for: itself, without the escapes of its place, without its domain.
fn spellings(raw: &str) -> Vec<Zeroizing<String>> {
    let text = |bytes: &[u8]| {
        std::str::from_utf8(bytes)
            .ok()
            .map(|t| Zeroizing::new(t.to_owned()))
    };
    let mut out = vec![Zeroizing::new(raw.to_owned())];
    for layer in [Layer::Percent, Layer::Json, Layer::Entity] {
        let mut last = Zeroizing::new(raw.as_bytes().to_vec());
        for _ in 0..MOST_ESCAPES {
            let Some(next) = unescaped(&last, layer) else {
                break;
            };
            let next = Zeroizing::new(next);
            out.extend(text(&next));
            last = next;
        }
    }
    for i in 0..out.len() {
        let inner: Vec<_> = [
            out[i].rsplit_once('\\').map(|(_domain, name)| name),
            out[i].rsplit_once(':').map(|(host, _port)| host),
            Some(out[i].trim()),
            Some(out[i].trim_matches(['[', ']', '"', '\'', '<', '>'])),
        ]
        .into_iter()
        .flatten()
        .map(|t| Zeroizing::new(t.to_owned()))
        .collect();
        out.extend(inner);
    }
    out
}

/// Makes it remember what the pseudonyms of identifiers stand for, for a reversal map.
#[must_use]
pub(in crate::redact) fn remembering(mut redactor: Redactor) -> Redactor {
    redactor.recorder = Some(Recorder::default());
    redactor
}

/// Takes out what the pseudonyms made so far stand for; nothing, if it was not told to remember. A value in
/// which this redactor finds a secret is left out: no map ever holds one.
#[must_use]
pub(in crate::redact) fn take_originals(redactor: &Redactor) -> Originals {
    let Some(recorder) = &redactor.recorder else {
        return Originals::default();
    };
    let mut originals = recorder.take();
    originals.retain(|value| !holds_secret(redactor, value));
    // Looking for secrets made pseudonyms once more.
    recorder.take();
    originals
}

fn holds_secret(redactor: &Redactor, value: &str) -> bool {
    let mut tally = Tally::default();
    let mut pass = Pass::new(redactor, value.as_bytes(), &mut tally, Dialect::Config, 0);
    pass.run();
    let edits = std::mem::take(&mut pass.edits);
    edits.0.iter().any(|edit| edit.rank == Rank::Secret)
}
