//! Parameters of queries and forms: where the trace lists them, and where they stand in an address or a body.
use std::ops::Range;

use super::super::quote::Mark;
use super::super::rules::Kind;
use super::entry::Walker;
use super::headers::{is_key, may_be_key};
use super::pairs::LONGEST_NAME;
use super::strings::is_token;

impl Walker<'_> {
    /// The value of a parameter of a query or form: by the same rules as in the URL.
    pub(super) fn parameter(&mut self, name: &[u8], value: Range<usize>) {
        let edits = self.pass.edits.0.len();
        if let Some(field) = self.pass.r.rules.field(name) {
            self.field(field, value.clone());
        }
        let raw = &self.pass.text[value.clone()];
        if may_be_key(name) && is_key(raw) || is_token(name, raw) {
            self.secret(value.clone(), self.rules.field);
        }
        self.rest(value, edits);
    }

    /// The parameters of the queries in an address, and those of a form: by the same names as where the trace lists
    /// them, since not every writer does.
    pub(super) fn queries(&mut self, span: Range<usize>) {
        let text = self.pass.text;
        let rule = self.rules.field;
        for sign in memchr::memchr_iter(b'=', &text[span.clone()]) {
            let (head, tail) = (&text[span.start..span.start + sign], span.start + sign + 1);
            let letter = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
            let short = head.iter().rev().take(LONGEST_NAME);
            let name = short.take_while(letter).count();
            let (before, name) = head.split_at(head.len() - name);
            // The letters of an escape stick to the name.
            let name = match before.last() {
                Some(b'\\') => name.strip_prefix(b"u0026").unwrap_or(name),
                None | Some(b'?' | b'&' | b'#' | b';' | b'"') => name,
                _ => continue,
            };
            let ends = |b: &u8| !(b.is_ascii_alphanumeric() || b"-._~+/%=".contains(b));
            let rest = &text[tail..span.end];
            let value = tail..tail + rest.iter().position(ends).unwrap_or(rest.len());
            let raw = &text[value.clone()];
            if may_be_key(name) && is_key(raw) || is_token(name, raw) {
                let kind = Kind::Secret("token".to_owned());
                self.pass.replace(&kind, value, Mark::Percent, None, rule);
            }
        }
    }
}
