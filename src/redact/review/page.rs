//! Pages of ours: text between tags goes through the pass, tags stay. A host may be called like a tag.
use crate::redact::engine::clean::Redacted;
use crate::redact::engine::redactor::{Dialect, Redactor};
use crate::redact::engine::tally::Tally;

/// A piece of a page: a tag (the style sheet counts as one), or text between tags.
enum Piece<'a> {
    Tag(&'a str),
    Text(&'a str),
}

/// The pieces of a page in which `<` stands only where a tag begins.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.0.is_empty() {
            return None;
        }
        let (piece, end) = if self.0.starts_with("<style") {
            let close = "</style>";
            (true, self.0.find(close).map(|at| at + close.len()))
        } else if self.0.starts_with('<') {
            (true, self.0.find('>').map(|at| at + 1))
        } else {
            (false, self.0.find('<'))
        };
        let (now, later) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = later;
        Some(if piece {
            Piece::Tag(now)
        } else {
            Piece::Text(now)
        })
    }
}

fn tags(page: &str) -> impl Iterator<Item = &str> {
    Pieces(page).filter_map(|piece| match piece {
        Piece::Tag(tag) => Some(tag),
        Piece::Text(_) => None,
    })
}

/// Redacts a page that this program wrote. Its tags must hold nothing of the evidence, and its texts no bare `<`.
/// The number of lines does not change.
pub(in crate::redact) fn page(redactor: &Redactor, html: &str, tally: &mut Tally) -> Redacted {
    let whole = redactor.block(html.as_bytes(), Dialect::Made, tally);
    let same = str::from_utf8(whole.as_bytes()).is_ok_and(|out| tags(out).eq(tags(html)));
    if same {
        return whole;
    }
    let mut out = Vec::with_capacity(html.len());
    for piece in Pieces(html) {
        match piece {
            Piece::Tag(tag) => out.extend_from_slice(tag.as_bytes()),
            Piece::Text(text) => {
                let pass = redactor.pass(text.as_bytes(), Dialect::Made, 0, tally);
                out.extend(pass.unwrap_or_else(|| text.as_bytes().to_vec()));
            }
        }
    }
    Redacted(out)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::pseudonym::{Key, Pseudonyms};
    use crate::redact::{Level, Rules};

    fn page(hosts: &[&str], html: &str) -> String {
        let hosts: Vec<String> = hosts.iter().map(|h| (*h).to_owned()).collect();
        let names = Pseudonyms::new(&Key::new([7; 32]));
        let redactor = Redactor::new(Arc::new(Rules::builtin().unwrap()), names, Level::Standard)
            .knowing(&hosts, &[], &[]);
        let out = redactor.page(html, &mut Tally::default());
        String::from_utf8(out.into_bytes()).unwrap()
    }

    #[test]
    fn a_host_that_is_called_like_a_tag_breaks_nothing() {
        let html = "<style>main { color: red }</style>\n<main id=\"verdict\">\n<p>host main is down</p>\n</main>\n";
        let out = page(&["main", "verdict"], html);
        assert!(tags(&out).eq(tags(html)), "{out}");
        assert!(!out.contains("host main"), "{out}");
        assert_eq!(out.lines().count(), html.lines().count());
        // Without such a host everything stays as it is.
        assert_eq!(page(&["xfer07"], html), html);
    }

    #[test]
    fn what_is_secret_goes_from_a_page_as_from_a_log() {
        let out = page(
            &[],
            "<pre><mark>▶ <b>3</b> LOG password=Sommer2026! x</mark>\n</pre>\n",
        );
        assert!(
            out.starts_with("<pre><mark>▶ <b>3</b> LOG password=~secret."),
            "{out}"
        );
        assert!(out.ends_with(" x</mark>\n</pre>\n"), "{out}");
    }

    #[test]
    fn a_page_that_ends_in_a_tag_is_no_trouble() {
        for html in ["", "<", "<p", "a<b>c", "<style>x", "text"] {
            assert_eq!(page(&[], html), html);
        }
    }
}
