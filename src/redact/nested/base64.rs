//! Words of base64 that begin as a document does: JSON, XML, PEM, a packed stream, base64 once more.
use super::packed;
use super::packed::Opened;
use super::runs::{Run, is_base64, run_at};
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::Pass;
use crate::redact::engine::replace;
use crate::redact::nested;
use crate::redact::rules::compiled::{Kind, RuleId};
use crate::redact::secret::token;
use crate::redact::value::quote::Mark;

/// How documents begin in base64, as far as the first letters are certain. The prefilter looks for these
/// in lower case.
pub(in crate::redact) const HEADS: &[&str] = &[
    // `{"`, `{ "`, `{` and a line end or a tab, `[{`, `[ {`, `["` and a list on its own lines
    "eyJ", "eyAi", "ewog", "ewoJ", "ewoi", "ew0K", "ewki", "W3si", "W3sK", "WyB7", "WyJ7", "Wwog",
    "WwoJ", "Wwp7", "Ww0K",
    // `<?xm`, `<saml`, `<soap`, `<SOAP`, `<Resp`, `<Asse`, `<Auth`, `<Logo`, `<Enve`, `<html`, `<!DOC`
    "PD94", "PHNhbW", "PHNvYX", "PFNPQV", "PFJlc3", "PEFzc2", "PEF1dG", "PExvZ2", "PEVudm",
    "PGh0bW", "PCFET0", // `-----B` and `PuTTY-`
    "LS0tLS1C", "UHVUVFkt", // gzip, and base64 of `{"` and of `<?x`
    "H4sI", "ZXlK", "UEQ5N", // `{"` in UTF-16
    "ewAiA",
];

/// How a zlib stream begins in base64: node tokens are such words, and no name need announce them.
pub(in crate::redact) const ZLIB: &[&str] =
    &["eJw", "eJx", "eJy", "eJz", "eNo", "eNp", "eNq", "eNr"];

/// Runs up to this length are looked into at each place that could be a beginning.
const SHORT_RUN: usize = 512;
/// A shorter stream is a chance find.
const SHORTEST_PACKED: usize = 16;
/// Shorter words hold nothing that matters.
const SHORTEST: usize = 12;

/// The head of a document was found at `at`.
pub(in crate::redact) fn base64_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    let begins = |heads: &[&str]| heads.iter().any(|h| text[at..].starts_with(h.as_bytes()));
    let packed = begins(ZLIB);
    if !packed && !begins(HEADS) || pass.marks.run.covers(at) || inside_run(pass, at) {
        return;
    }
    let plain = text[at..].iter().take_while(|b| is_base64(**b)).count();
    let json = text[at..].starts_with(b"eyJ");
    if json && text.get(at + plain) == Some(&b'.') && jwt_at(pass, at, plain) {
        return;
    }
    let run = run_at(text, at);
    if run.len > SHORT_RUN {
        pass.marks.run.end = at + run.len;
    }
    if run.bare().len() < SHORTEST {
        return;
    }
    if packed {
        return packed_at(pass, at, &run);
    }
    let rule = pass.r.rules.id("base64-json");
    let opened = run.decode().map(|bytes| packed::open(&bytes));
    match opened {
        Some(Opened::Binary) | None => {
            // A run of letters that only looks like JSON is something secret.
            if json && plain >= 40 {
                let kind = Kind::Secret("token".to_owned());
                replace::replace(pass, &kind, at..at + run.len, Mark::None, None, rule);
            }
        }
        Some(opened) => reseal(pass, at, &run, opened, None, rule),
    }
}

/// A word that begins as a zlib stream does. A node token goes whole, of another document what must.
fn packed_at(pass: &mut Pass<'_>, at: usize, run: &Run) {
    let Some(bytes) = run.decode().filter(|b| b.len() >= SHORTEST_PACKED) else {
        return;
    };
    let opened = packed::open(&bytes);
    let Opened::Text(text, packed::Packing::Zlib) = &opened else {
        return;
    };
    if text.starts_with(b"{") && token::is_node_token(text) {
        let rule = pass.r.rules.id("node-token");
        let kind = Kind::Secret("token".to_owned());
        replace::replace(pass, &kind, at..at + run.len, Mark::None, None, rule);
        return;
    }
    let rule = pass.r.rules.id("base64-json");
    reseal(pass, at, run, opened, None, rule);
}

/// A JWT whose first part ends `plain` bytes after `at`: true if it was cut.
fn jwt_at(pass: &mut Pass<'_>, at: usize, plain: usize) -> bool {
    let text = pass.text;
    if !token::is_jwt(&text[at..=at + plain]) {
        return false;
    }
    let whole = text[at..]
        .iter()
        .take_while(|b| is_base64(**b) && **b != b'/' || **b == b'.')
        .count();
    // A full stop after a token ends the sentence, not the token.
    let dots = text[at..at + whole]
        .iter()
        .rev()
        .take_while(|b| **b == b'.')
        .count();
    let end = at + whole - dots;
    pass.marks.run.end = at + whole;
    if !text[at..end].contains(&b'.') {
        return false;
    }
    let rule = pass.r.rules.id("jwt");
    let kind = Kind::Secret("token".to_owned());
    replace::replace(pass, &kind, at..end, Mark::None, None, rule);
    true
}

/// True if the byte before belongs to the same run: the find is not its beginning.
fn inside_run(pass: &Pass<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|i| pass.text[i]) else {
        return false;
    };
    let escape = at >= 3
        && pass.text[at - 3] == b'%'
        && pass.text[at - 2].is_ascii_hexdigit()
        && before.is_ascii_hexdigit();
    let json_escape =
        at >= 2 && pass.text[at - 2] == b'\\' && matches!(before, b'n' | b't' | b'r' | b'/');
    is_base64(before) && before != b'/' && !escape && !json_escape
}

/// Redacts what a word of base64 holds, and writes it back as it was packed and encoded. `whole` says
/// what all of it is.
pub(super) fn reseal(
    pass: &mut Pass<'_>,
    at: usize,
    run: &Run,
    opened: Opened,
    whole: Option<&Kind>,
    rule: RuleId,
) {
    let span = at..at + run.len;
    let text = match opened {
        Opened::Binary => return,
        Opened::TooLarge => {
            let clean = nested::withheld(pass, run.bare());
            pass.edits
                .push(span.start, span.end, Rank::Secret, rule, clean);
            return;
        }
        Opened::Text(text, packing) => (text, packing),
    };
    let (text, packing) = text;
    if super::saml::is_saml(&text) {
        let kind = Kind::Secret("saml".to_owned());
        let rule = pass.r.rules.id("saml");
        replace::replace(pass, &kind, span, Mark::None, None, rule);
        return;
    }
    let Some(clean) = nested::inner(pass, &text, whole) else {
        return;
    };
    // Letters behind the padding: with less of it they would become a part of the word.
    let padded = run.letters.ends_with(b"=");
    if padded && pass.text.get(span.end).is_some_and(|b| is_base64(*b)) {
        let clean = nested::withheld(pass, run.bare());
        pass.edits
            .push(span.start, span.end, Rank::Nested, rule, clean);
        return;
    }
    let sealed = run.encode(&packed::pack(&clean, packing));
    if run.lines.is_empty() {
        pass.edits
            .push(span.start, span.end, Rank::Nested, rule, sealed);
        return;
    }
    for (line, sealed) in run.wrap(&sealed) {
        pass.edits
            .push(at + line.start, at + line.end, Rank::Nested, rule, sealed);
    }
}
