//! One HTTP exchange as a HAR entry records it, whatever program wrote it: what is missing or of another
//! type than the format says reads as absent.
use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;

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
    pub sent: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Body of the request, if it is short enough.
    pub sent_body: Option<Cow<'a, str>>,
    /// True if there is a part about the response at all.
    pub answered: bool,
    /// Status of the response; 0 where none came.
    pub status: Option<u16>,
    /// What the browser gives as the reason of a failure.
    pub error: Option<Cow<'a, str>>,
    /// Headers of the response.
    pub received: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Body of the response, if it is text and short enough.
    pub received_body: Option<Cow<'a, str>>,
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
    headers: List<Object<RawPair<'a>>>,
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
    text: Text<'a>,
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
    if let Ok(raw) = serde_json::from_slice::<Object<RawEntry<'_>>>(entry) {
        return Some(then(&exchange(raw.0)));
    }
    // Halves of surrogate pairs, bytes that are no UTF-8 and members that stand twice are what real
    // programs write: once more without them.
    let text = without_surrogates(&String::from_utf8_lossy(entry));
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    let raw = Object::<RawEntry<'_>>::deserialize(&value).ok()?;
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
        received: pairs(response.headers),
        received_body: body(response.content.0),
    }
}

fn pairs<'a>(list: List<Object<RawPair<'a>>>) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
    let pair = |p: Object<RawPair<'a>>| Some((p.0.name.0?, p.0.value.0?));
    list.0.into_iter().filter_map(pair).collect()
}

/// A body as text: base64 of text is decoded.
fn body(raw: RawBody<'_>) -> Option<Cow<'_, str>> {
    let text = raw.text.0.filter(|t| t.len() <= LONGEST_BODY)?;
    let packed = raw
        .encoding
        .0
        .is_some_and(|e| e.eq_ignore_ascii_case("base64"));
    if !packed {
        return Some(text);
    }
    let bytes = data_encoding::BASE64.decode(text.trim().as_bytes()).ok()?;
    String::from_utf8(bytes).ok().map(Cow::Owned)
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
        header(&self.received, name)
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
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_a_browser_reads_whole() {
        let entry = br#"{"startedDateTime":"2026-11-17T16:05:11.003Z","time":240.7,"request":{"method":"POST","url":"https://api.ibmaspera.com/x","headers":[{"name":"AUTHORIZATION","value":"Bearer y"}],"postData":{"mimeType":"a/b","text":"{\"k\":1}"}},"response":{"status":401,"_error":null,"headers":[{"name":"date","value":"Tue, 17 Nov 2026 16:05:12 GMT"}],"content":{"encoding":"base64","text":"b2s="}},"timings":{"blocked":1.5,"dns":-1,"connect":-1,"ssl":-1,"send":0,"wait":"181.2","receive":1.5}}"#;
        read(entry, |e| {
            assert_eq!(e.started.unwrap().to_string(), "2026-11-17T16:05:11.003Z");
            assert_eq!((e.method.as_ref(), e.status), ("POST", Some(401)));
            assert_eq!(e.sent_header("authorization"), Some("Bearer y"));
            assert_eq!(e.sent_body.as_deref(), Some("{\"k\":1}"));
            assert_eq!(e.received_body.as_deref(), Some("ok"));
            assert_eq!(e.phases.wait, Some(181.2));
            assert_eq!((e.phases.dns, e.phases.send), (None, Some(0.0)));
            assert_eq!(e.answered_at().unwrap().to_string(), "2026-11-17T16:05:12Z");
        })
        .unwrap();
    }

    #[test]
    fn partial_and_strange_entries_give_what_is_known() {
        let cases: [(&[u8], &str, Option<u16>); 9] = [
            (b"{}", "", None),
            (
                br#"{"request":null,"response":"x","timings":[1]}"#,
                "",
                None,
            ),
            (
                br#"{"request":{"url":5,"headers":{"a":1}},"response":{"status":"404"}}"#,
                "5",
                Some(404),
            ),
            (
                br#"{"request":{"url":"u","headers":[1,null,{"name":"x"}]},"response":null}"#,
                "u",
                None,
            ),
            (
                br#"{"request":{"url":"a\ud800b\\ud801"},"response":{"status":0}}"#,
                "a\u{fffd}b\\ufffd",
                Some(0),
            ),
            (b"{\"request\":{\"url\":\"a\xffb\"}}", "a\u{fffd}b", None),
            (
                br#"{"request":{"url":"a"},"request":{"url":"b"}}"#,
                "b",
                None,
            ),
            (
                br#"{"response":{"status":-5},"time":"x","startedDateTime":"yesterday"}"#,
                "",
                None,
            ),
            (br#"{"response":{"status":2000.5}}"#, "", None),
        ];
        for (entry, url, status) in cases {
            let seen = read(entry, |e| (e.url.to_string(), e.status));
            let name = String::from_utf8_lossy(entry);
            assert_eq!(seen, Some((url.to_owned(), status)), "{name}");
        }
        for broken in ["", "{", "{\"request\":", "{\"time\":1e999}"] {
            assert!(read(broken.as_bytes(), |_| ()).is_none(), "{broken}");
        }
    }

    #[test]
    fn the_end_stands_in_for_a_date_that_is_missing() {
        let entry = br#"{"startedDateTime":"2026-11-17T16:05:11Z","time":1500}"#;
        let end = read(entry, |e| e.answered_at()).flatten().unwrap();
        assert_eq!(end.to_string(), "2026-11-17T16:05:12.5Z");
    }
}
