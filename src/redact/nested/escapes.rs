//! Names and values behind escapes that no other finder reads: percent signs escaped once more, `\x3d`, `\075`,
//! `\u003d`, `&#61;`, `=3D`. The stretch around is looked at without one layer of them; what is found there is
//! cut where it stands.
use crate::redact::nested;
use crate::redact::rules::compiled::RuleId;
use std::ops::Range;

use super::unescape::{Layer, escaped, mapped};
use crate::redact::engine::edits::Rank;
use crate::redact::engine::redactor::{Dialect, Pass};

/// Literals that announce a layer, in lower case.
pub(in crate::redact) const ESCAPES: &[(&str, Layer)] = &[
    ("%3a%2f%2f", Layer::Percent),
    ("%253", Layer::Percent),
    ("%252", Layer::Percent),
    ("-begin%20", Layer::Percent),
    ("name%3d%22", Layer::Percent),
    ("\\x3d", Layer::Backslash),
    ("\\x3a", Layer::Backslash),
    ("\\x22", Layer::Backslash),
    ("\\x40", Layer::Backslash),
    ("\\075", Layer::Backslash),
    ("\\072", Layer::Backslash),
    ("\\042", Layer::Backslash),
    ("\\u003d", Layer::Backslash),
    ("\\u003a", Layer::Backslash),
    ("\\u0022", Layer::Backslash),
    ("&#61;", Layer::Entity),
    ("&#58;", Layer::Entity),
    ("&#34;", Layer::Entity),
    ("&#x3d;", Layer::Entity),
    ("&#x3a;", Layer::Entity),
    ("&#x22;", Layer::Entity),
    ("&equals;", Layer::Entity),
    ("&colon;", Layer::Entity),
    ("&amp;quot;", Layer::Entity),
    ("&amp;#", Layer::Entity),
    ("=3d\"", Layer::Printable),
    ("word=3d", Layer::Printable),
    ("token=3d", Layer::Printable),
    ("secret=3d", Layer::Printable),
    ("code=3d", Layer::Printable),
    ("key=3d", Layer::Printable),
];
/// How far before its escape a stretch begins.
const BEHIND: usize = 4096;
/// Longest stretch that is looked at as one.
const LONGEST: usize = 1 << 20;

/// Escape `index` was found at `at`.
pub(in crate::redact) fn escape_at(pass: &mut Pass<'_>, index: usize, at: usize) {
    if let Some((_, layer)) = ESCAPES.get(index) {
        behind(pass, *layer, at);
    }
}

/// Looks at the stretch around `at` without one layer of escapes.
pub(in crate::redact) fn behind(pass: &mut Pass<'_>, layer: Layer, at: usize) {
    if pass.r.rules.id("escapes") == RuleId::OFF {
        return;
    }
    let place = layer as usize % pass.marks.escapes.len();
    if pass.marks.escapes[place].covers(at) {
        return;
    }
    let span = stretch(pass.text, at, layer, pass.marks.escapes[place].end);
    pass.marks.escapes[place].end = span.end;
    let text = &pass.text[span.clone()];
    let Some(view) = mapped(pass.text, span.clone(), layer) else {
        return;
    };
    if nested::too_much(pass, view.bytes.len()) {
        let clean = nested::withheld(pass, text);
        let rule = pass.r.rules.id("nested-limit");
        if crate::pseudonym::find_at(pass.text, span.start).is_none() {
            pass.edits
                .push(span.start, span.end, Rank::Secret, rule, clean);
        }
        return;
    }
    let mut inner = Pass::new(
        pass.r,
        &view.bytes,
        pass.tally,
        Dialect::Log,
        pass.depth + 1,
    );
    inner.marks.work = pass.marks.work;
    inner.run();
    let work = inner.marks.work;
    let edits = std::mem::take(&mut inner.edits).settle(&view.bytes);
    if let Some(recorder) = &pass.r.recorder {
        recorder.record(&pass.r.names, &view.bytes, &edits);
    }
    pass.marks.work = work;
    for edit in edits {
        let place = view.place(&(edit.start..edit.end));
        pass.edits.push(
            place.start,
            place.end,
            edit.rank,
            edit.rule,
            escaped(&edit.text, layer),
        );
    }
}

/// The stretch around an escape: up to white space for percent signs, which have none in them, else up to
/// the quotes around or the ends of the line.
fn stretch(text: &[u8], at: usize, layer: Layer, floor: usize) -> Range<usize> {
    let ends = |b: &u8| match layer {
        Layer::Percent => b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<' | b'>'),
        Layer::Printable => *b == b'\n',
        _ => matches!(b, b'\n' | b'"'),
    };
    let from = at.saturating_sub(BEHIND).max(floor).min(at);
    let start = text[from..at]
        .iter()
        .rposition(ends)
        .map_or(from, |i| from + i + 1);
    let stop = text.len().min(at + LONGEST);
    let end = text[at..stop]
        .iter()
        .position(ends)
        .map_or(stop, |i| at + i);
    // A backslash before the quote belongs to the quote.
    let tail = text[at..end]
        .iter()
        .rev()
        .take_while(|b| **b == b'\\')
        .count();
    start..if text.get(end) == Some(&b'"') {
        end - tail
    } else {
        end
    }
}
