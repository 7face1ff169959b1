//! Bodies in base64, whether their entry says so or not.
use crate::redact::har::body;
use std::ops::Range;

use data_encoding::BASE64;

use super::super::nested::{Opened, Packing, open, pack};
use super::body::{DEPTH, Shape, Source};
use super::entry::Walker;
use super::fields::is_document;
use super::mime::{Mime, is_plain};

use crate::pseudonym::is_pseudonym;
use crate::redact::engine::edits::{Rank, splice};
use crate::redact::engine::redactor::Dialect;
use crate::redact::nested::unescape::plain_json;
use crate::redact::secret::token;

/// Shorter texts are not looked at as base64.
const SHORTEST_PACKED: usize = 16;
/// Nobody's word means so many printed letters in base64.
const SHORTEST_PLAIN: usize = 24;

/// A body in base64: opened, redacted, packed again; what opens to no text is dropped.
pub(super) fn packed(walker: &mut Walker<'_>, span: Range<usize>, mime: Mime, from: Source<'_>) {
    let raw = plain_json(&walker.pass.text[span.clone()]);
    let letters: Vec<u8> = raw
        .iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    if letters.is_empty() {
        return;
    }
    let Some(bytes) = token::base64(&letters) else {
        return body::drop_text(walker, span, true, "unread");
    };
    if is_pseudonym(&bytes) {
        return;
    }
    let big = mime == Mime::WideBig || bytes.starts_with(b"\xfe\xff");
    let (text, packing) = match open(&if big { swapped(&bytes) } else { bytes.clone() }) {
        Opened::Text(text, packing) => (text, packing),
        // One byte for each letter, of a charset that is not ours.
        Opened::Binary if mime.is_text() && is_plain(&bytes) => (bytes, Packing::Plain),
        Opened::Binary | Opened::TooLarge => return body::drop_text(walker, span, true, "binary"),
    };
    let shape = Shape {
        form: mime == Mime::Multipart,
        leaves: memchr::memchr(b'\n', &text).is_some(),
        table: mime == Mime::Table,
    };
    let edits = body::walked(walker, &text, shape, from);
    for edit in &edits {
        walker.pass.tally.count(edit.rule);
    }
    let walked = splice(&text, &edits);
    let r = walker.pass.r;
    let clean = r.pass(&walked, Dialect::Log, DEPTH, walker.pass.tally);
    if edits.is_empty() && clean.is_none() {
        return;
    }
    let mut bytes = pack(&clean.unwrap_or(walked), packing);
    if big && packing == Packing::Utf16 {
        bytes = swapped(&bytes);
    }
    let sealed = BASE64.encode(&bytes);
    let rule = walker.rules.body;
    walker
        .pass
        .edits
        .push(span.start, span.end, Rank::Nested, rule, sealed);
}

/// True for a text in base64 of which nothing says that it is.
pub(super) fn is_packed(raw: &[u8]) -> bool {
    let letter = |b: &u8| b.is_ascii_alphanumeric() || b"+/=-_".contains(b);
    if raw.len() < SHORTEST_PACKED || !raw.iter().take(256).all(letter) {
        return false;
    }
    let printed = |b: &u8| matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    let plain = |text: &[u8]| text.len() >= SHORTEST_PLAIN && text.iter().all(printed);
    token::base64(raw).is_some_and(|bytes| match open(&bytes) {
        Opened::Text(text, _) => is_document(&text) || plain(&text),
        Opened::Binary | Opened::TooLarge => false,
    })
}

/// UTF-16 of the other order of bytes.
fn swapped(bytes: &[u8]) -> Vec<u8> {
    let pairs = bytes.chunks_exact(2);
    let odd = pairs.remainder().to_vec();
    pairs.flat_map(|p| [p[1], p[0]]).chain(odd).collect()
}
