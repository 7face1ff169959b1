//! Bodies: which are dropped, which are walked as the JSON of an API, which are text. A dropped body leaves a
//! marker in its place; sizes and types stay as they were recorded.
use crate::redact::engine::replace;
use crate::redact::har::packed;
use crate::redact::har::pairs;
use crate::redact::har::queries;
use crate::redact::har::strings;
use crate::redact::memory::names;
use crate::redact::value::columns;
use std::ops::Range;

use data_encoding::BASE64;

use super::cursor::{Members, Next, skip, string};
use super::endpoints::endpoint;
use super::entry::{Call, Walker};
use super::fields::{Walk, dropped_leaves, holds_document, is_document};
use super::members::member_name;
use super::mime::{Mime, mime};
use super::packed::is_packed;
use super::pairs::Pairs;
use super::queries::values;
use super::strings::{Among, among, random_words};
use crate::pseudonym::{find_at, is_pseudonym};
use crate::redact::engine::edits::{Edit, Edits, Rank};
use crate::redact::engine::redactor::{Dialect, Pass};
use crate::redact::hosts::{HostKind, KeptBodies, Owner, owner};
use crate::redact::nested::unescape::{Layer, escaped, mapped, plain_json};
use crate::redact::rules::compiled::Kind;
use crate::redact::secret::token;
use crate::redact::value::columns::Tables;
use crate::redact::value::quote::Mark;
use crate::text::{MappedText, Url};

/// Base64 of a marker of ours is shorter.
const LONGEST_MARKER: usize = 200;
/// How deep a body lies for the engine.
pub(super) const DEPTH: u8 = 1;

/// A body as it was found.
#[derive(Default)]
pub(super) struct Body {
    request: bool,
    texts: Vec<Range<usize>>,
    /// JSON that stands there as it is, in no string.
    trees: Vec<Range<usize>>,
    mime: Option<Range<usize>>,
    base64: bool,
    params: Vec<usize>,
}

/// One message of a socket.
pub(super) struct Frame {
    pub(super) data: Range<usize>,
    pub(super) binary: bool,
}

/// What a text is besides JSON.
#[derive(Clone, Copy, Default)]
pub(super) struct Shape {
    /// A form in several parts.
    pub(super) form: bool,
    /// Lines of cells below a line of names.
    pub(super) table: bool,
    /// What is dropped of it goes value by value: its lines, or its form, are those of a file.
    pub(super) leaves: bool,
}

/// Where a kept body comes from.
#[derive(Clone, Copy)]
pub(super) struct Source<'s> {
    host: HostKind,
    method: &'s [u8],
    path: &'s [u8],
}

/// Reads `postData` or `content`; what becomes of it is decided when all of the entry is known.
pub(super) fn body(
    walker: &mut Walker<'_>,
    name: Range<usize>,
    at: usize,
    request: bool,
    call: &mut Call,
) -> Option<usize> {
    let text = walker.pass.text;
    let Some(mut members) = Members::open(text, at) else {
        let Some(span) = string(text, at) else {
            return walker.member(name, at);
        };
        // Some writers have the body itself there.
        let end = span.end + 1;
        call.bodies.push(Body {
            request,
            texts: vec![span],
            ..Body::default()
        });
        return Some(end);
    };
    let mut body = Body {
        request,
        ..Body::default()
    };
    loop {
        let (name, value) = match members.next()? {
            Next::One(member) => member,
            Next::End(end) => {
                call.bodies.push(body);
                return Some(end);
            }
        };
        let quoted = text.get(value) == Some(&b'"');
        let end = match &*member_name(&text[name.clone()]) {
            b"text" if quoted => {
                let span = string(text, value)?;
                let end = span.end + 1;
                body.texts.push(span);
                end
            }
            b"text" if matches!(text.get(value), Some(b'{' | b'[')) => {
                let end = skip(text, value)?;
                body.trees.push(value..end);
                end
            }
            b"params" => {
                body.params.push(value);
                skip(text, value)?
            }
            b"mimeType" => {
                body.mime = string(text, value).or(body.mime);
                walker.member(name, value)?
            }
            b"encoding" => {
                let encoding = string(text, value).map(|s| &text[s]);
                body.base64 |= encoding.is_some_and(|e| e.eq_ignore_ascii_case(b"base64"));
                walker.member(name, value)?
            }
            _ => walker.member(name, value)?,
        };
        members.after(end);
    }
}

/// Decides about all bodies and messages of an entry.
pub(super) fn bodies(walker: &mut Walker<'_>, call: &mut Call) {
    for span in std::mem::take(&mut walker.copies) {
        call.bodies.push(Body {
            texts: vec![span],
            ..Body::default()
        });
    }
    if call.bodies.is_empty() && call.frames.is_empty() {
        return;
    }
    let text = walker.pass.text;
    let part = |span: &Option<Range<usize>>| plain_json(span.clone().map_or(b"", |s| &text[s]));
    let (url, method) = (part(&call.url), part(&call.method));
    let parts = Url::parse(&url);
    let Owner { kind, bodies } = asked(&url, &parts, call.key);
    let why = match kind {
        HostKind::Identity => "login",
        _ => "third-party",
    };
    let from = Source {
        host: kind,
        method: &method,
        path: &url[parts.path],
    };
    for body in std::mem::take(&mut call.bodies) {
        let error = !body.request && call.status >= 400;
        let kept = bodies == KeptBodies::All || bodies == KeptBodies::Errors && error;
        let foreign = (!kept).then_some(why);
        for at in &body.params {
            let what = foreign.map_or(Pairs::Query, Pairs::Dropped);
            // It was skipped once, so it is JSON.
            let _ = pairs::pairs(walker, *at, what, call);
        }
        for span in &body.texts {
            match foreign {
                Some(why) => drop_text(walker, span.clone(), body.base64, why),
                None => own_body(walker, span.clone(), &body, from),
            }
        }
        for span in &body.trees {
            tree(walker, span.clone(), foreign, from);
        }
    }
    for frame in std::mem::take(&mut call.frames) {
        let span = frame.data;
        match bodies {
            KeptBodies::None | KeptBodies::Errors => drop_text(walker, span, frame.binary, why),
            KeptBodies::All if frame.binary => packed::packed(walker, span, Mime::Unknown, from),
            KeptBodies::All => {
                strings::cut_random_words(walker, span.clone(), Among::Words);
                strings::lines(walker, span);
            }
        }
    }
}

/// A body that is part of the trace's own JSON.
fn tree(
    walker: &mut Walker<'_>,
    span: Range<usize>,
    foreign: Option<&'static str>,
    from: Source<'_>,
) {
    let raw = &walker.pass.text[span.clone()];
    if let Some(why) = foreign {
        let rule = walker.rules.body;
        for (leaf, text) in dropped_leaves(raw, &marker(walker, why)) {
            let (start, end) = (span.start + leaf.start, span.start + leaf.end);
            walker.pass.edits.push(start, end, Rank::Secret, rule, text);
        }
        return walker.stretches.push(span);
    }
    let shape = Shape {
        leaves: true,
        ..Shape::default()
    };
    if is_api(from) {
        for edit in walked(walker, raw, shape, from) {
            let (start, end) = (span.start + edit.start, span.start + edit.end);
            walker
                .pass
                .edits
                .push(start, end, edit.rank, edit.rule, edit.text);
        }
    }
    queries::queries(walker, span.clone());
    walker.stretches.push(span);
}

/// A body of a site that is looked into.
fn own_body(walker: &mut Walker<'_>, span: Range<usize>, body: &Body, from: Source<'_>) {
    let text = walker.pass.text;
    if span.is_empty() {
        return;
    }
    let mime = mime(&plain_json(body.mime.clone().map_or(b"", |s| &text[s])));
    if mime == Mime::Binary {
        return drop_text(walker, span, body.base64, "binary");
    }
    if body.base64 {
        return packed::packed(walker, span, mime, from);
    }
    let raw = &text[span.clone()];
    if is_packed(raw) {
        return packed::packed(walker, span, mime, from);
    }
    let document = holds_document(raw);
    if document || body.request && !matches!(raw.first(), Some(b'<')) {
        queries::queries(walker, span.clone());
    }
    if let Some(among) = among(body.mime.clone().map_or(b"", |s| &text[s])) {
        strings::cut_random_words(walker, span.clone(), among);
    }
    let shape = Shape {
        form: mime == Mime::Multipart || raw.starts_with(b"--"),
        table: mime == Mime::Table,
        leaves: false,
    };
    if is_api(from) && document || shape.form || shape.table {
        let plain = mapped(text, span.clone(), Layer::Json)
            .unwrap_or_else(|| MappedText::of(text, span.clone()));
        let edits = walked(walker, &plain.bytes, shape, from);
        for edit in edits {
            let place = plain.place(&(edit.start..edit.end));
            let text = escaped(&edit.text, Layer::Json);
            walker
                .pass
                .edits
                .push(place.start, place.end, edit.rank, edit.rule, text);
        }
    }
    walker.stretches.push(span.start - 1..span.end + 1);
}

/// What the lists of fields, and files in a form, cost a body.
pub(super) fn walked(
    walker: &mut Walker<'_>,
    bytes: &[u8],
    shape: Shape,
    from: Source<'_>,
) -> Vec<Edit> {
    let r = walker.pass.r;
    let (marker, torn) = (marker(walker, "field"), marker(walker, "torn"));
    let mut pass = Pass::new(r, bytes, walker.pass.tally, Dialect::Log, DEPTH);
    if is_api(from) && is_document(bytes) {
        let (fields, template) = endpoint(api(from.host), from.method, from.path);
        let mut walk = Walk {
            pass: &mut pass,
            fields,
            template,
            marker: &marker,
            leaves: shape.leaves,
            rule: walker.rules.field,
        };
        if !walk.run() {
            let rule = walker.rules.body;
            pass.edits = Edits::default();
            pass.edits.push(0, bytes.len(), Rank::Secret, rule, torn);
        }
    } else if shape.form {
        let upload = r.names.token("dropped.upload", b"");
        for file in super::mime::files(bytes) {
            if !is_pseudonym(&bytes[file.clone()]) {
                let rule = walker.rules.body;
                pass.edits
                    .push(file.start, file.end, Rank::Secret, rule, upload.clone());
            }
        }
    }
    let rows = Tables::default().rows(r, bytes);
    if let Some(rows) = rows.filter(|_| shape.table) {
        columns::rows(&mut pass, &rows);
    }
    let secret = Kind::Secret("token".to_owned());
    if !is_document(bytes) {
        for word in random_words(bytes, Among::Code) {
            replace::replace(
                &mut pass,
                &secret,
                word,
                Mark::None,
                None,
                walker.rules.field,
            );
        }
    }
    for (kind, value) in values(bytes) {
        replace::replace(
            &mut pass,
            &kind,
            value,
            Mark::Percent,
            None,
            walker.rules.field,
        );
    }
    let edits = std::mem::take(&mut pass.edits).settle(bytes);
    if let Some(recorder) = &r.recorder {
        recorder.record(&r.names, bytes, &edits);
    }
    names::hear(r, bytes, &edits, pass.tally);
    edits
}

/// Puts a marker in the place of a body, in base64 where the body says that it is.
pub(super) fn drop_text(walker: &mut Walker<'_>, span: Range<usize>, base64: bool, why: &str) {
    let raw = &walker.pass.text[span.clone()];
    if raw.is_empty() || is_pseudonym(raw) {
        return;
    }
    let ours = base64
        && raw.len() <= LONGEST_MARKER
        && token::base64(&plain_json(raw)).is_some_and(|bytes| is_pseudonym(&bytes));
    if ours {
        return;
    }
    let marker = marker(walker, why);
    let marker = match base64 {
        true => BASE64.encode(marker.as_bytes()),
        false => marker,
    };
    let rule = walker.rules.body;
    walker
        .pass
        .edits
        .push(span.start, span.end, Rank::Secret, rule, marker);
}

/// `~dropped.WHY.ID~`: the same wherever something was dropped for this reason.
fn marker(walker: &Walker<'_>, why: &str) -> String {
    walker.pass.r.names.token(&format!("dropped.{why}"), b"")
}

/// True for calls whose JSON has lists of fields. The pages of an organization have an API of their own.
fn is_api(from: Source<'_>) -> bool {
    matches!(from.host, HostKind::Api | HostKind::Node)
        || from.host == HostKind::WebApp && from.path.starts_with(b"/api/")
}

fn api(host: HostKind) -> HostKind {
    match host {
        HostKind::WebApp => HostKind::Api,
        other => other,
    }
}

/// Whose host a request went to. `key` says that it has an `X-Aspera-AccessKey`. Behind a pseudonym everything
/// was dropped that had to be.
fn asked(text: &[u8], url: &Url, key: bool) -> Owner {
    let host = &text[url.host.clone()];
    if memchr::memchr_iter(b'~', host).any(|at| find_at(host, at).is_some()) {
        return Owner {
            kind: HostKind::ThirdParty,
            bodies: KeptBodies::All,
        };
    }
    owner(text, url, &|name| key && name == "x-aspera-accesskey")
}
