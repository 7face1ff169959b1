//! Keys written as JSON (JWK): the members that are secret have names of one or two letters, so only the object
//! around tells them.
use crate::redact::engine::redactor::Pass;
use crate::redact::engine::replace;
use crate::redact::rules::compiled::Kind;
use crate::redact::value::locate::REACH;
use crate::redact::value::quote;

/// Members that hold what is secret of a key.
const SECRET: &[&[u8]] = &[b"d", b"p", b"q", b"dp", b"dq", b"qi", b"k", b"t", b"r"];

/// No key is shorter: a text of many finds costs no more than one look back for each so many bytes.
const SHORTEST: usize = 32;

/// `kty` and the end of its quotes was found at `at`.
pub(in crate::redact) fn jwk_at(pass: &mut Pass<'_>, at: usize) {
    let text = pass.text;
    if pass.marks.jwk.covers(at) {
        return;
    }
    pass.marks.jwk.end = at + SHORTEST;
    let Some((mark, after)) = quote::closing(text, at + 3) else {
        return;
    };
    if !quote::opens_at(text, at, mark) {
        return;
    }
    let Some(start) = quote::object_start(text, at - mark.len(), mark, REACH) else {
        return;
    };
    let near = &text[..text.len().min(after + 2 * REACH)];
    let mut found = Vec::new();
    quote::members(near, start, mark, &mut |name, value| {
        if SECRET.contains(&&near[name]) {
            found.push(value);
        }
        true
    });
    let rule = pass.r.rules.id("jwk");
    let kind = Kind::Secret("jwk".to_owned());
    for value in found {
        if let Some((open, from)) = quote::opening(near, value)
            && open == mark
            && let Some(end) = quote::end(near, from, mark)
            && from < end
        {
            replace::replace(pass, &kind, from..end, mark, None, rule);
        }
    }
}
