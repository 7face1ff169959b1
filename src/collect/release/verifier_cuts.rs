//! Cuts what only the verifier finds out of redacted text, as little as possible: the value; then the string or line
//! around it; then the entry of a network trace. A file in which something is found even then is withheld.
use crate::bundle::manifest::Cut;
use crate::redact::{Find, Form, Reach, Redacted, Redactor, Secret, Tally};
use crate::verify;
use crate::verify::{Extent, Hit, Known, Severity};

/// What was cut out of a file because the verifier found it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct VerifierCuts {
    /// Number and bytes of values.
    values: (u64, u64),
    /// Number and bytes of strings, lines and entries with finds whose extent is not known.
    wider: (u64, u64),
}

impl VerifierCuts {
    pub(super) fn add(&mut self, other: Self) {
        for (to, from) in [
            (&mut self.values, other.values),
            (&mut self.wider, other.wider),
        ] {
            to.0 += from.0;
            to.1 += from.1;
        }
    }

    /// True where more was cut than was found.
    pub(super) fn is_partial(&self) -> bool {
        self.wider.0 > 0
    }

    /// The cuts in the manifest.
    pub(super) fn cuts(&self) -> Vec<Cut> {
        let cuts = [
            (
                self.values,
                "verifier",
                "values that the verifier took for secrets or personal data were cut as well",
            ),
            (
                self.wider,
                "verifier-wide",
                "texts in which the verifier found what could not be told from the rest were left out; ~withheld.found~ stands in their place",
            ),
        ];
        let cuts = cuts.into_iter();
        cuts.filter_map(|(lost, why, note)| Cut::counted(why, lost, note))
            .collect()
    }
}

/// What is left of a text.
pub(super) struct CutText {
    pub(super) text: Redacted,
    pub(super) cuts: VerifierCuts,
    /// Secrets that were cut: other files may hold them too.
    pub(super) secrets: Vec<Secret>,
}

/// Cuts what the verifier finds in a block.
pub(super) fn cut_finds(
    redactor: &Redactor,
    mut text: Redacted,
    form: Form,
    known: &Known,
    keep: &[String],
) -> CutText {
    let (mut cuts, mut tally) = (VerifierCuts::default(), Tally::default());
    for reach in [Reach::Value, Reach::Around, Reach::Element] {
        let mut hits = Vec::new();
        verify::scan_text(text.as_bytes(), Some(known), keep, &mut |hit| {
            if hit.detector.severity.blocks() {
                hits.push(hit);
            }
        });
        if hits.is_empty()
            || hits
                .iter()
                .any(|hit| is_key_of_lines(text.as_bytes(), hit, form))
        {
            break;
        }
        let mut finds: Vec<Find> = hits.iter().map(find).collect();
        let mut count = &mut cuts.wider;
        if reach == Reach::Value {
            // Finds of unknown extent are searched for again: their positions have changed.
            finds.retain(|f| f.span.is_some());
            count = &mut cuts.values;
        }
        let (out, items, bytes) = redactor.cut_found(&text, &finds, reach, form, &mut tally);
        text = out;
        count.0 += items;
        count.1 += bytes;
    }
    CutText {
        text,
        cuts,
        secrets: tally.take_secrets(),
    }
}

fn find(hit: &Hit) -> Find {
    let span = match hit.extent {
        Extent::Value(from, to) | Extent::Within(from, to) => Some(from..to),
        Extent::Unknown => None,
    };
    Find {
        at: usize::try_from(hit.at).unwrap_or(usize::MAX),
        span,
        // An encoded find is cut here only: its value is not known, so it cannot be searched for elsewhere.
        secret: hit.detector.severity == Severity::Leak && matches!(hit.extent, Extent::Value(..)),
    }
}

/// True for a private key over several lines, which the verifier finds by one of them: without that line it would not
/// find the others any more.
fn is_key_of_lines(text: &[u8], hit: &Hit, form: Form) -> bool {
    if hit.detector.id != "private-key" {
        return false;
    }
    let at = usize::try_from(hit.at)
        .unwrap_or(usize::MAX)
        .min(text.len());
    let (before, behind) = text.split_at(at);
    let before = before.rsplit(|b| *b == b'\n').next().unwrap_or_default();
    let behind = behind.split(|b| *b == b'\n').next().unwrap_or_default();
    let whole = match form {
        Form::Json => before.contains(&b'"') && behind.contains(&b'"'),
        Form::Lines => {
            let line = [before, behind].concat();
            let has = |sign: &[u8]| memchr::memmem::find(&line, sign).is_some();
            has(b"-----BEGIN") && has(b"-----END")
        }
    };
    !whole
}

#[cfg(test)]
#[path = "verifier_cuts_tests.rs"]
mod tests;
