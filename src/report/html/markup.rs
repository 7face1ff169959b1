//! The pen that writes the page. Markup is `&'static str`, so evidence can never become markup: it comes in by
//! [`Pen::text`] only, escaped, and never stands inside a tag.
use std::fmt::{Display, Write};

use crate::report::visible::visible;

/// A page, or a part of one, while it is written.
#[derive(Default)]
pub(super) struct Pen(String);

impl Pen {
    /// Our own markup.
    pub(super) fn tag(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text from anywhere, between tags.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        escape(&visible(text), &mut self.0);
        self
    }

    /// A number of ours, in a tag or between tags.
    pub(super) fn number(&mut self, number: impl Into<Number>) -> &mut Self {
        let _ = match number.into() {
            Number::Whole(n) => write!(self.0, "{n}"),
            // Two digits are finer than any screen.
            Number::Part(n) if n.is_finite() => {
                write!(self.0, "{}", (n * 100.0).round() / 100.0)
            }
            Number::Part(_) => write!(self.0, "0"),
        };
        self
    }

    /// Text in an element of its own: `open` and `close` are its tags.
    pub(super) fn within(
        &mut self,
        open: &'static str,
        text: impl Display,
        close: &'static str,
    ) -> &mut Self {
        self.tag(open).text(&text.to_string()).tag(close)
    }

    /// A link to a page of IBM, from the catalogue.
    pub(super) fn link(&mut self, address: &'static str, text: &str) -> &mut Self {
        if !address.starts_with("https://") || address.contains(['"', '<', '>', '&', '\'']) {
            return self.text(text);
        }
        self.tag("<a rel=\"noreferrer\" href=\"");
        self.tag(address).tag("\">").text(text).tag("</a>")
    }

    /// A part that another pen wrote.
    pub(super) fn part(&mut self, part: &Self) -> &mut Self {
        self.0.push_str(&part.0);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// A number that may stand in a tag.
pub(super) enum Number {
    /// A count or a line.
    Whole(u64),
    /// A place in a picture.
    Part(f64),
}

impl From<u64> for Number {
    fn from(number: u64) -> Self {
        Self::Whole(number)
    }
}

impl From<usize> for Number {
    fn from(number: usize) -> Self {
        Self::Whole(number as u64)
    }
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Self::Part(number)
    }
}

/// Text as it may stand between tags. Quotes stay as they are, so that the redactor and the verifier read a
/// quoted line here as they read it in its log.
fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        let mut pen = Pen::default();
        pen.text(text);
        pen.finish()
    }

    #[test]
    fn text_cannot_become_markup() {
        for (raw, written) in [
            ("plain words", "plain words"),
            (
                "<script>alert(1)</script>",
                "&lt;script&gt;alert(1)&lt;/script&gt;",
            ),
            ("</style><img src=x>", "&lt;/style&gt;&lt;img src=x&gt;"),
            ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
            ("a \"b\" 'c'", "a \"b\" 'c'"),
            ("<!-- -->]]>", "&lt;!-- --&gt;]]&gt;"),
            ("\u{202e}gpj.exe", "⟨U+202E⟩gpj.exe"),
            ("a\u{0}b\u{1b}[31m", "a␀b␛[31m"),
            ("", ""),
        ] {
            assert_eq!(text(raw), written);
        }
    }

    #[test]
    fn numbers_are_numbers_whatever_they_were() {
        let mut pen = Pen::default();
        pen.number(3u64).tag(" ").number(1.0 / 3.0).tag(" ");
        pen.number(f64::NAN).tag(" ").number(f64::INFINITY);
        assert_eq!(pen.finish(), "3 0.33 0 0");
    }

    #[test]
    fn a_link_leads_to_a_page_or_is_text() {
        let link = |address| {
            let mut pen = Pen::default();
            pen.link(address, "IBM's page");
            pen.finish()
        };
        assert_eq!(
            link("https://www.ibm.com/docs/x?topic=y"),
            "<a rel=\"noreferrer\" href=\"https://www.ibm.com/docs/x?topic=y\">IBM's page</a>"
        );
        assert_eq!(link("javascript:alert(1)"), "IBM's page");
        assert_eq!(link("https://x/\"><b>"), "IBM's page");
        assert_eq!(link(""), "IBM's page");
    }
}
