//! Writes HTML so that evidence cannot become markup: markup is `&'static str`, all other text is escaped by
//! [`Pen::text`] and is never inside a tag.
use std::fmt::{Display, Write};

use crate::report::visible::visible;

/// A page, or a part of one, while it is written.
#[derive(Default)]
pub(super) struct Pen(String);

impl Pen {
    /// Markup of this program.
    pub(super) fn tag(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text of any origin, between tags.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        escape(&visible(text), &mut self.0);
        self
    }

    /// A number, in a tag or between tags.
    pub(super) fn number(&mut self, number: impl Into<MarkupNumber>) -> &mut Self {
        let _ = match number.into() {
            MarkupNumber::Whole(n) => write!(self.0, "{n}"),
            // Two digits are finer than a pixel.
            MarkupNumber::Part(n) if n.is_finite() => {
                write!(self.0, "{}", (n * 100.0).round() / 100.0)
            }
            MarkupNumber::Part(_) => write!(self.0, "0"),
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

    /// Begins a table that can be scrolled sideways, up to the end of its head; `label` names it for screen readers.
    pub(super) fn wide_table(
        &mut self,
        label: &'static str,
        class: &'static str,
        columns: &[&'static str],
    ) -> &mut Self {
        self.tag("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"")
            .tag(label)
            .tag("\"><table class=\"")
            .tag(class)
            .tag("\">")
            .head(columns)
    }

    /// Begins a table, up to the end of its head.
    pub(super) fn table(&mut self, columns: &[&'static str]) -> &mut Self {
        self.tag("<table>").head(columns)
    }

    fn head(&mut self, columns: &[&'static str]) -> &mut Self {
        self.tag("<thead><tr>");
        for column in columns {
            self.tag("<th scope=\"col\">").tag(column).tag("</th>");
        }
        self.tag("</tr></thead>\n")
    }

    /// A note that there are more than the report shows, and where.
    pub(super) fn more(&mut self, text: impl Display, place: &'static str) -> &mut Self {
        self.within("<p class=\"more\">", text, place).tag("</p>\n")
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

/// A number for use in a tag.
pub(super) enum MarkupNumber {
    /// A count or a line.
    Whole(u64),
    /// A coordinate.
    Part(f64),
}

impl From<u64> for MarkupNumber {
    fn from(number: u64) -> Self {
        Self::Whole(number)
    }
}

impl From<usize> for MarkupNumber {
    fn from(number: usize) -> Self {
        Self::Whole(number as u64)
    }
}

impl From<f64> for MarkupNumber {
    fn from(number: f64) -> Self {
        Self::Part(number)
    }
}

/// Escapes text for use between tags. Quotation marks stay, so that the redactor and the verifier read a quoted line
/// here as they read it in its log.
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
    fn numbers_that_are_not_finite_are_zero() {
        let mut pen = Pen::default();
        pen.number(3u64).tag(" ").number(1.0 / 3.0).tag(" ");
        pen.number(f64::NAN).tag(" ").number(f64::INFINITY);
        assert_eq!(pen.finish(), "3 0.33 0 0");
    }

    #[test]
    fn a_link_has_a_safe_address_or_is_text() {
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
