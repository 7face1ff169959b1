//! Where a text that a person gives may be cut: told by its name and by how it begins.
use std::io::{Chain, Cursor, Read};
use std::path::Path;

use crate::text::{CutAt, TextError, looks_like_har};

/// How much of a text tells what it is.
const LOOK: u64 = 64 * 1024;

/// A text, and where it may be cut.
pub(in crate::cli) struct Cuts<R> {
    pub(in crate::cli) text: Chain<Cursor<Vec<u8>>, R>,
    pub(in crate::cli) at: CutAt,
}

/// Looks at the beginning of the text of `file` (standard input has no name).
pub(in crate::cli) fn cut_of<R: Read>(
    file: Option<&Path>,
    mut text: R,
) -> Result<Cuts<R>, TextError> {
    let mut head = Vec::new();
    let read = text.by_ref().take(LOOK).read_to_end(&mut head);
    match read {
        // What was read before the error is given out; the reader tells the error again.
        Err(error) if head.is_empty() => return Err(TextError::from_io(&error)),
        _ => {}
    }
    let at = if looks_like_har(&head) || ends(file, &["har", "harp", "zhar"]) {
        CutAt::Har
    } else if ends(file, &["json"]) {
        CutAt::Json
    } else {
        CutAt::Lines
    };
    let text = Cursor::new(head).chain(text);
    Ok(Cuts { text, at })
}

fn ends(file: Option<&Path>, ends: &[&str]) -> bool {
    let end = file.and_then(Path::extension);
    end.is_some_and(|end| ends.iter().any(|e| end.eq_ignore_ascii_case(e)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_known_by_its_text_or_by_its_name() {
        let har = "{\"log\":{\"creator\":{}}}";
        for (name, text, at) in [
            (Some("a.json"), har, CutAt::Har),
            (None, har, CutAt::Har),
            (Some("A.HAR"), "<html>", CutAt::Har),
            (Some("a.json"), "{\"logs\":1}", CutAt::Json),
            (
                Some("a.log"),
                "2026-11-22 LOG {\"log\":{\"creator\":1}}",
                CutAt::Lines,
            ),
            (
                Some("a.log"),
                "{\"log\":{\"file\":\"x\"},\"message\":\"m\"}\n",
                CutAt::Lines,
            ),
        ] {
            let cuts = cut_of(name.map(Path::new), text.as_bytes()).unwrap();
            assert_eq!(cuts.at, at, "{name:?} {text}");
        }
    }
}
