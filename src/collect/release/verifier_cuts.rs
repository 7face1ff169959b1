//! What only the verifier finds is cut out of redacted text, at the smallest cost: the value, then the string or
//! line, then the entry of a trace. Only what is found even then costs the file.
use crate::bundle::manifest::Cut;
use crate::redact::{Find, Form, Reach, Redacted, Redactor, Secret, Tally};
use crate::verify;
use crate::verify::{Extent, Hit, Known, Severity};

/// What was cut out of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::collect) struct Mended {
    /// Values: number and bytes.
    values: (u64, u64),
    /// Strings, lines and entries around what could not be told from them.
    wider: (u64, u64),
}

impl Mended {
    pub(in crate::collect) fn add(&mut self, other: Self) {
        for (to, from) in [
            (&mut self.values, other.values),
            (&mut self.wider, other.wider),
        ] {
            to.0 += from.0;
            to.1 += from.1;
        }
    }

    /// True where more went than was found.
    pub(in crate::collect) fn is_partial(&self) -> bool {
        self.wider.0 > 0
    }

    /// What the manifest says of it.
    pub(in crate::collect) fn cuts(&self) -> Vec<Cut> {
        let told = [
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
        let cuts = told.into_iter();
        cuts.filter_map(|(lost, why, note)| Cut::counted(why, lost, note))
            .collect()
    }
}

/// A text without what the verifier finds in it.
pub(in crate::collect) struct Clearer {
    pub(in crate::collect) text: Redacted,
    pub(in crate::collect) cut: Mended,
    /// Secrets that were cut: they may stand elsewhere.
    pub(in crate::collect) secrets: Vec<Secret>,
}

/// How an entry of the zip is read.
pub(in crate::collect) fn form_of(name: &str) -> Form {
    match name.ends_with(".har") || name.ends_with(".json") {
        true => Form::Json,
        false => Form::Lines,
    }
}

/// Cuts what the verifier finds in a block.
pub(in crate::collect) fn mend(
    redactor: &Redactor,
    mut text: Redacted,
    form: Form,
    known: &Known,
    keep: &[String],
) -> Clearer {
    let (mut cut, mut tally) = (Mended::default(), Tally::default());
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
        let mut count = &mut cut.wider;
        if reach == Reach::Value {
            // The others are looked for again: their places have moved.
            finds.retain(|f| f.span.is_some());
            count = &mut cut.values;
        }
        let (out, items, bytes) = redactor.cut_found(&text, &finds, reach, form, &mut tally);
        text = out;
        count.0 += items;
        count.1 += bytes;
    }
    Clearer {
        text,
        cut,
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
        // What is encoded goes where it stands; it is no value that could stand elsewhere.
        secret: hit.detector.severity == Severity::Leak && matches!(hit.extent, Extent::Value(..)),
    }
}

/// True for a key whose lines are found by one of them only: without that one the others would pass.
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
