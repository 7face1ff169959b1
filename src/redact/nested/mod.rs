//! Text inside text: decoded, redacted, encoded again as it was. What goes too deep, inflates too far or
//! costs too much is withheld whole, under a rule of its own.
use super::engine::edits::splice;
use super::engine::redactor::{DEEPEST, Dialect, Pass};
use super::rules::compiled::Kind;

pub(super) mod base64;
pub(super) mod dump;
pub(super) mod escapes;
pub(super) mod hex;
pub(super) mod multipart;
pub(super) mod named;
#[cfg(test)]
pub(super) mod nested_tests;
pub(super) mod packed;
pub(super) mod runs;
pub(super) mod saml;
pub(super) mod unescape;

pub(super) use base64::{HEADS, ZLIB};
pub(super) use escapes::ESCAPES;
pub(super) use named::NAMED;
pub(super) use packed::{Opened, Packing, open, pack};
pub(super) use saml::detailed as saml;

/// Most bytes of decoded text that one block may cost, all its layers together.
const MOST_WORK: usize = 96 << 20;

/// Redacts decoded text one level deeper; `None` if nothing changes. `whole` says what all of it is.
fn inner(pass: &mut Pass<'_>, text: &[u8], whole: Option<&Kind>) -> Option<Vec<u8>> {
    if crate::pseudonym::is_pseudonym(text) {
        return None;
    }
    if too_much(pass, text.len()) {
        return Some(withheld(pass, text));
    }
    let rule = pass.r.rules.id("base64-json");
    let mut inner = Pass::new(pass.r, text, pass.tally, Dialect::Log, pass.depth + 1);
    inner.marks.work = pass.marks.work;
    inner.run();
    if let Some(kind) = whole {
        hex::whole_value(&mut inner, kind, 0..text.len(), rule);
    }
    let work = inner.marks.work;
    let edits = std::mem::take(&mut inner.edits).settle(text);
    pass.marks.work = work;
    for edit in &edits {
        pass.tally.count(edit.rule);
    }
    if let Some(recorder) = &pass.r.recorder {
        recorder.record(&pass.r.names, text, &edits);
    }
    (!edits.is_empty()).then(|| splice(text, &edits))
}

/// True if a text of this length is too deep or too much; else its cost is noted.
fn too_much(pass: &mut Pass<'_>, len: usize) -> bool {
    pass.marks.work = pass.marks.work.saturating_add(len);
    pass.depth >= DEEPEST || pass.marks.work > MOST_WORK
}

/// What stands for a text that is not looked into.
fn withheld(pass: &mut Pass<'_>, text: &[u8]) -> Vec<u8> {
    let rule = pass.r.rules.id("nested-limit");
    pass.tally.count(rule);
    pass.r.names.secret("nested", text).into_bytes()
}
