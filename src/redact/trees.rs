//! Objects and arrays under a sensitive name: each leaf is replaced, so that the document stays one.
use super::edits::Rank;
use super::engine::Pass;
use super::quote::{self, Mark};
use super::rules::{Field, Kind};
use crate::pseudonym::is_pseudonym;

/// Trees on one line are followed up to this size; larger ones are cut whole.
const LARGEST_TREE: usize = 1 << 20;

impl Pass<'_> {
    /// An object or array under a sensitive name: its leaves. Returns where it ends.
    pub(super) fn field_tree(&mut self, field: &Field, open: usize, mark: Mark) -> usize {
        // In a list of cookies the attributes stay; in a map every value is a cookie's.
        let only_values =
            matches!(field.kind, Kind::CookieList) && self.text.get(open) == Some(&b'[');
        if !(field.kind.is_secret()
            || matches!(field.kind, Kind::Meta | Kind::Cookie | Kind::Authorization))
        {
            return open;
        }
        let stop = match quote::bracket_end(self.text, open, mark) {
            Ok(stop) | Err(stop) => stop,
        };
        let span = open..stop;
        if span.len() > LARGEST_TREE && field.kind != Kind::CookieList {
            let lines = memchr::memchr(b'\n', &self.text[span.clone()]).is_some();
            if !lines {
                let id = self.r.names.secret("tree", &self.text[span.clone()]);
                let quote = mark.delimiter();
                self.edits.push(
                    span.start,
                    span.end,
                    Rank::Secret,
                    field.id,
                    [quote, id.as_bytes(), quote].concat(),
                );
                return stop;
            }
        }
        for leaf in quote::leaves(self.text, span, mark) {
            let key = self.text[leaf.key.clone()].to_ascii_lowercase();
            let raw = &self.text[leaf.span.clone()];
            let plain: [&[u8]; 5] = [b"true", b"false", b"null", b"", b"\"\""];
            if plain.contains(&raw) || is_pseudonym(raw) || key == b"type" {
                continue;
            }
            if only_values {
                let attribute: [&[u8]; 9] = [
                    b"name",
                    b"path",
                    b"domain",
                    b"expires",
                    b"httponly",
                    b"secure",
                    b"samesite",
                    b"comment",
                    b"priority",
                ];
                if attribute.contains(&key.as_slice()) || key.starts_with(b"_") {
                    continue;
                }
            }
            let needs_quotes = (!leaf.quoted).then_some(mark);
            let leaf_mark = if leaf.quoted { mark } else { Mark::None };
            let kind = match &field.kind {
                Kind::Meta => Kind::Meta,
                Kind::CookieList | Kind::Cookie => Kind::Secret("cookie".to_owned()),
                Kind::Secret(label) => Kind::Secret(label.clone()),
                _ => Kind::Secret("token".to_owned()),
            };
            self.replace(&kind, leaf.span, leaf_mark, needs_quotes, field.id);
        }
        // What is only somebody's may hold a secret under a name of its own.
        if field.kind == Kind::Meta { open } else { stop }
    }
}
