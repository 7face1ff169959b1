//! One HTTP exchange as a HAR entry records it, whatever program wrote it: what is missing or of another
//! type than the format says reads as absent.
use std::borrow::Cow;
use std::cell::OnceCell;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::lenient::{List, Number, Object, Text};

/// Bodies of more bytes are not looked into.
pub const LONGEST_BODY: usize = 256 << 10;

/// How long each phase took, in milliseconds; `None` where the phase did not happen or was not recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Phases {
    /// Waiting for a connection.
    pub blocked: Option<f64>,
    /// Looking up the host.
    pub dns: Option<f64>,
    /// Connecting, TLS included.
    pub connect: Option<f64>,
    /// TLS, a part of `connect`.
    pub ssl: Option<f64>,
    /// Sending the request.
    pub send: Option<f64>,
    /// Waiting for the answer.
    pub wait: Option<f64>,
    /// Reading the answer.
    pub receive: Option<f64>,
}

/// A body as the trace writes it. It is read only where somebody asks: most are long, and nobody looks into them.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    /// A JSON value, most often a string with escapes.
    raw: &'a str,
    packed: bool,
}

/// Names and values.
type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// A list of headers that is read when somebody asks.
#[derive(Clone, Debug, Default)]
struct Later<'a> {
    raw: Option<&'a str>,
    read: OnceCell<Pairs<'a>>,
}

impl<'a> Later<'a> {
    fn get(&self) -> &Pairs<'a> {
        self.read.get_or_init(|| {
            let Some(raw) = self.raw else {
                return Pairs::new();
            };
            if let Ok(list) = serde_json::from_str::<List<Object<RawPair<'_>>>>(raw) {
                return pairs(list);
            }
            let text = mended(raw).unwrap_or_default();
            let list = serde_json::from_str::<List<Object<RawPair<'_>>>>(&text);
            let owned = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
                (
                    Cow::Owned(name.into_owned()),
                    Cow::Owned(value.into_owned()),
                )
            };
            let found = list.map(pairs).unwrap_or_default();
            found.into_iter().map(owned).collect()
        })
    }
}

/// An exchange.
#[derive(Clone, Debug, Default)]
pub struct Exchange<'a> {
    /// When it began.
    pub started: Option<Timestamp>,
    /// How long it took, in milliseconds.
    pub time: Option<f64>,
    /// Its phases.
    pub phases: Phases,
    /// Method of the request.
    pub method: Cow<'a, str>,
    /// Address of the request.
    pub url: Cow<'a, str>,
    /// Headers of the request.
    pub sent: Pairs<'a>,
    /// Body of the request.
    pub sent_body: Option<Body<'a>>,
    /// True if there is a part about the response at all.
    pub answered: bool,
    /// Status of the response; 0 where none came.
    pub status: Option<u16>,
    /// What the browser gives as the reason of a failure.
    pub error: Option<Cow<'a, str>>,
    /// Headers of the response: most responses are of hosts that nobody asks about.
    received: Later<'a>,
    /// Body of the response.
    pub received_body: Option<Body<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawEntry<'a> {
    #[serde(borrow)]
    started_date_time: Text<'a>,
    time: Number,
    #[serde(borrow)]
    request: Object<RawRequest<'a>>,
    #[serde(borrow)]
    response: Option<Object<RawResponse<'a>>>,
    timings: Object<RawTimings>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawRequest<'a> {
    #[serde(borrow)]
    method: Text<'a>,
    #[serde(borrow)]
    url: Text<'a>,
    #[serde(borrow)]
    headers: List<Object<RawPair<'a>>>,
    #[serde(borrow)]
    post_data: Object<RawBody<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawResponse<'a> {
    status: Number,
    #[serde(borrow)]
    headers: Option<&'a RawValue>,
    #[serde(borrow)]
    content: Object<RawBody<'a>>,
    #[serde(borrow, rename = "_error")]
    error: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawPair<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    value: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RawBody<'a> {
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    encoding: Text<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawTimings {
    blocked: Number,
    dns: Number,
    connect: Number,
    ssl: Number,
    send: Number,
    wait: Number,
    receive: Number,
}

/// Reads the text of one entry and hands the exchange to `then`; `None` where it is no JSON object.
pub fn read<R>(entry: &[u8], then: impl FnOnce(&Exchange<'_>) -> R) -> Option<R> {
    let whole = std::str::from_utf8(entry).ok();
    if let Some(raw) = whole.and_then(|t| serde_json::from_str::<Object<RawEntry<'_>>>(t).ok()) {
        return Some(then(&exchange(raw.0)));
    }
    // Halves of surrogate pairs, bytes that are no UTF-8 and members that stand twice are what real
    // programs write: once more without them.
    let text = mended(&String::from_utf8_lossy(entry))?;
    let raw: Object<RawEntry<'_>> = serde_json::from_str(&text).ok()?;
    Some(then(&exchange(raw.0)))
}

fn exchange(raw: RawEntry<'_>) -> Exchange<'_> {
    let phase = |n: Number| n.0.filter(|n| *n >= 0.0);
    let t = raw.timings.0;
    let request = raw.request.0;
    let answered = raw.response.is_some();
    let response = raw.response.unwrap_or_default().0;
    let status = response
        .status
        .0
        .filter(|s| (0.0..1000.0).contains(s) && s.fract() == 0.0);
    Exchange {
        started: raw.started_date_time.0.and_then(|t| t.trim().parse().ok()),
        time: phase(raw.time),
        phases: Phases {
            blocked: phase(t.blocked),
            dns: phase(t.dns),
            connect: phase(t.connect),
            ssl: phase(t.ssl),
            send: phase(t.send),
            wait: phase(t.wait),
            receive: phase(t.receive),
        },
        method: request.method.0.unwrap_or_default(),
        url: request.url.0.unwrap_or_default(),
        sent: pairs(request.headers),
        sent_body: body(request.post_data.0),
        answered,
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it was checked to be a whole number below 1000"
        )]
        status: status.map(|s| s as u16),
        error: response.error.0.filter(|e| !e.is_empty()),
        received: Later {
            raw: response.headers.map(RawValue::get),
            read: OnceCell::new(),
        },
        received_body: body(response.content.0),
    }
}

fn pairs<'a>(list: List<Object<RawPair<'a>>>) -> Pairs<'a> {
    let pair = |p: Object<RawPair<'a>>| Some((p.0.name.0?, p.0.value.0?));
    list.0.into_iter().filter_map(pair).collect()
}

fn body(raw: RawBody<'_>) -> Option<Body<'_>> {
    let encoding = raw.encoding.0;
    Some(Body {
        raw: raw.text?.get(),
        packed: encoding.is_some_and(|e| e.eq_ignore_ascii_case("base64")),
    })
}

impl<'a> Body<'a> {
    /// The text, with base64 of text decoded; `None` where it is no text, or too long.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'a, str>> {
        let raw = Some(self.raw).filter(|raw| raw.len() <= LONGEST_BODY)?;
        let text = match serde_json::from_str::<Text<'_>>(raw) {
            Ok(text) => text.0?,
            Err(_) => {
                let whole = without_surrogates(raw);
                let text = serde_json::from_str::<Text<'_>>(&whole).ok()?;
                Cow::Owned(text.0?.into_owned())
            }
        };
        if !self.packed {
            return Some(text);
        }
        let bytes = data_encoding::BASE64.decode(text.trim().as_bytes()).ok()?;
        String::from_utf8(bytes).ok().map(Cow::Owned)
    }

    /// For who only looks for fields, in whatever spelling: the text with its escapes.
    #[must_use]
    pub fn spelled(&self) -> Option<Cow<'a, str>> {
        if self.packed {
            return self.text();
        }
        (self.raw.len() <= LONGEST_BODY).then_some(Cow::Borrowed(self.raw))
    }
}

/// JSON without halves of surrogate pairs, and with each member once.
fn mended(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(&without_surrogates(text)).ok()?;
    Some(value.to_string())
}

/// The text with `\uFFFD` in place of the escapes of surrogates.
fn without_surrogates(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for at in memchr::memmem::find_iter(bytes, b"\\u") {
        let high = matches!(bytes.get(at + 2), Some(b'd' | b'D'));
        let surrogate = high
            && matches!(
                bytes.get(at + 3),
                Some(b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F')
            );
        if surrogate
            && at >= from
            && let Some(part) = text.get(from..at)
            && text.is_char_boundary(at + 6)
        {
            out.push_str(part);
            out.push_str("\\ufffd");
            from = at + 6;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

impl Exchange<'_> {
    /// A header of the request.
    #[must_use]
    pub fn sent_header(&self, name: &str) -> Option<&str> {
        header(&self.sent, name)
    }

    /// A header of the response.
    #[must_use]
    pub fn received_header(&self, name: &str) -> Option<&str> {
        header(self.received.get(), name)
    }

    /// When the server answered: its own date, else when the exchange ended by the browser's clock.
    #[must_use]
    pub fn answered_at(&self) -> Option<Timestamp> {
        let date = self
            .received_header("date")
            .and_then(|d| jiff::fmt::rfc2822::parse(d.trim()).ok());
        if let Some(date) = date {
            return Some(date.timestamp());
        }
        let ms = self.time.filter(|t| *t < 1e9).unwrap_or(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole milliseconds, below 1e9"
        )]
        let spent = jiff::SignedDuration::from_millis(ms as i64);
        self.started.and_then(|s| s.checked_add(spent).ok())
    }
}

fn header<'h>(headers: &'h [(Cow<'_, str>, Cow<'_, str>)], name: &str) -> Option<&'h str> {
    headers
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.as_ref())
}

#[cfg(test)]
#[path = "exchange_tests.rs"]
mod tests;
