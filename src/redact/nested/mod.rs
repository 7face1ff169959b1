//! Text inside text: decoded, redacted, encoded again as it was. What goes too deep, inflates too far or
//! costs too much is withheld whole, under a rule of its own.
use super::engine::edits::splice;
use super::engine::redactor::{DEEPEST, Dialect, Pass};
use super::rules::compiled::Kind;

mod base64;
mod dump;
mod escapes;
mod hex;
mod multipart;
mod named;
#[cfg(test)]
pub(super) mod nested_tests;
mod packed;
mod runs;
mod saml;
pub(super) mod unescape;

pub(super) use base64::{HEADS, ZLIB};
pub(super) use escapes::ESCAPES;
pub(super) use named::NAMED;
pub(super) use packed::{Opened, Packing, open, pack};
pub(super) use saml::detailed as saml;

/// Most bytes of decoded text that one block may cost, all its layers together.
const MOST_WORK: usize = 96 << 20;

impl Pass<'_> {
    /// Redacts decoded text one level deeper; `None` if nothing changes. `whole` says what all of it is.
    fn inner(&mut self, text: &[u8], whole: Option<&Kind>) -> Option<Vec<u8>> {
        if crate::pseudonym::is_pseudonym(text) {
            return None;
        }
        if self.too_much(text.len()) {
            return Some(self.withheld(text));
        }
        let rule = self.r.rules.id("base64-json");
        let mut pass = Pass::new(self.r, text, self.tally, Dialect::Log, self.depth + 1);
        pass.marks.work = self.marks.work;
        pass.run();
        if let Some(kind) = whole {
            pass.whole_value(kind, 0..text.len(), rule);
        }
        let work = pass.marks.work;
        let edits = std::mem::take(&mut pass.edits).settle(text);
        self.marks.work = work;
        for edit in &edits {
            self.tally.count(edit.rule);
        }
        if let Some(recorder) = &self.r.recorder {
            recorder.record(&self.r.names, text, &edits);
        }
        (!edits.is_empty()).then(|| splice(text, &edits))
    }

    /// True if a text of this length is too deep or too much; else its cost is noted.
    fn too_much(&mut self, len: usize) -> bool {
        self.marks.work = self.marks.work.saturating_add(len);
        self.depth >= DEEPEST || self.marks.work > MOST_WORK
    }

    /// What stands for a text that is not looked into.
    fn withheld(&mut self, text: &[u8]) -> Vec<u8> {
        let rule = self.r.rules.id("nested-limit");
        self.tally.count(rule);
        self.r.names.secret("nested", text).into_bytes()
    }
}
