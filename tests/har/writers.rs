//! How each program puts a trace down: which members it has, what it repeats, what it gets wrong.
use serde_json::{Map, Value, json};

use super::plant::{Encoding, Planter};
use super::traffic::{Call, calls};

/// A program that writes HARs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    Chrome,
    Firefox,
    Safari,
    Charles,
    Fiddler,
    Mitmproxy,
    Playwright,
    Polly,
    WebPageTest,
    InternetExplorer,
    /// JSONP, as viewers want it.
    Harp,
}

impl Writer {
    pub const ALL: [Self; 11] = [
        Self::Chrome,
        Self::Firefox,
        Self::Safari,
        Self::Charles,
        Self::Fiddler,
        Self::Mitmproxy,
        Self::Playwright,
        Self::Polly,
        Self::WebPageTest,
        Self::InternetExplorer,
        Self::Harp,
    ];

    fn creator(self) -> &'static str {
        match self {
            Self::Chrome | Self::Harp => "WebInspector",
            Self::Firefox => "Firefox",
            Self::Safari => "WebKit Web Inspector",
            Self::Charles => "Charles Proxy",
            Self::Fiddler => "Fiddler",
            Self::Mitmproxy => "mitmproxy",
            Self::Playwright => "Playwright",
            Self::Polly => "Polly.JS",
            Self::WebPageTest => "WebPagetest",
            Self::InternetExplorer => "Internet Explorer Network Inspector",
        }
    }

    /// Bodies of text types come as base64.
    fn packs_bodies(self) -> bool {
        matches!(self, Self::Charles | Self::Fiddler)
    }

    fn lower_case(self) -> bool {
        !matches!(self, Self::InternetExplorer | Self::Fiddler | Self::Charles)
    }
}

/// A trace, what must not leave it, and what must.
pub struct Made {
    pub bytes: Vec<u8>,
    pub planter: Planter,
}

/// The trace that a writer makes of the traffic of a seed.
pub fn make(writer: Writer, seed: u64) -> Made {
    let mut p = Planter::new(seed);
    let calls = calls(&mut p);
    let entries: Vec<Value> = calls
        .iter()
        .enumerate()
        .map(|(n, call)| entry(writer, n, call, &mut p))
        .collect();
    let title = format!(
        "https://acme.ibmaspera.com/packages/public/receive?token={}",
        p.secret("pages title", Encoding::Plain)
    );
    let page = json!({"startedDateTime": "2026-11-22T10:00:00.000Z", "id": "page_1", "title": title,
        "pageTimings": {"onContentLoad": 512.5, "onLoad": -1}});
    let creator = json!({"name": writer.creator(), "version": p.decoy("537.36")});
    let mut log = Map::new();
    log.insert("version".into(), json!("1.2"));
    log.insert("creator".into(), creator);
    match writer {
        Writer::Polly => {
            log.insert("_recordingName".into(), json!("login"));
            log.insert("entries".into(), json!(entries));
            log.insert("pages".into(), json!([]));
            p.planted.retain(|planted| planted.place != "pages title");
        }
        Writer::InternetExplorer => {
            log.insert("entries".into(), json!(entries));
            log.insert("pages".into(), json!([page]));
        }
        _ => {
            log.insert("pages".into(), json!([page]));
            log.insert("entries".into(), json!(entries));
        }
    }
    let har = json!({ "log": log });
    Made {
        bytes: put_down(writer, &har),
        planter: p,
    }
}

fn put_down(writer: Writer, har: &Value) -> Vec<u8> {
    let pretty = serde_json::to_string_pretty(har).unwrap();
    let text = match writer {
        Writer::Chrome | Writer::Safari | Writer::Playwright => pretty,
        Writer::InternetExplorer => {
            return [
                &b"\xef\xbb\xbf"[..],
                pretty.replace('\n', "\r\n").as_bytes(),
            ]
            .concat();
        }
        Writer::Fiddler => {
            let units = pretty.encode_utf16().flat_map(u16::to_le_bytes);
            return [0xff, 0xfe].into_iter().chain(units).collect();
        }
        Writer::Harp => format!("onInputData({pretty});\n"),
        // Everything in one line, slashes escaped as PHP does it.
        Writer::WebPageTest => har.to_string().replace('/', "\\/"),
        _ => har.to_string(),
    };
    text.into_bytes()
}

fn headers(writer: Writer, all: &[(String, String)]) -> Value {
    let one = |(name, value): &(String, String)| {
        let name = if writer.lower_case() {
            name.to_lowercase()
        } else {
            name.clone()
        };
        match writer {
            // The value stands before the name.
            Writer::Firefox => json!({"value": value, "name": name}),
            Writer::Polly => json!({"_fromType": "array", "name": name, "value": value}),
            _ => json!({"name": name, "value": value}),
        }
    };
    let pseudo = |(name, _): &&(String, String)| {
        !name.starts_with(':') || matches!(writer, Writer::Chrome | Writer::Safari)
    };
    Value::Array(all.iter().filter(pseudo).map(one).collect())
}

fn cookies(writer: Writer, all: &[(String, String)], name: &str) -> Value {
    if writer == Writer::Mitmproxy {
        return json!([]);
    }
    let mut out = Vec::new();
    for (_, value) in all.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)) {
        for pair in value
            .split([';', '\n'])
            .filter_map(|p| p.trim().split_once('='))
        {
            if !matches!(pair.0, "Path" | "Max-Age") {
                out.push(
                    json!({"name": pair.0, "value": pair.1, "httpOnly": false, "secure": true}),
                );
            }
        }
    }
    Value::Array(out)
}

fn query(url: &str) -> Value {
    let query = url.split_once('?').map_or("", |(_, q)| q);
    let query = query.split('#').next().unwrap_or_default();
    let pairs = query.split('&').filter_map(|p| p.split_once('='));
    pairs.map(|(n, v)| json!({"name": n, "value": v})).collect()
}

fn entry(writer: Writer, number: usize, call: &Call, p: &mut Planter) -> Value {
    let url = match writer {
        // Chrome leaves the fragment out.
        Writer::Chrome => call.url.split('#').next().unwrap_or_default(),
        _ => &call.url,
    };
    if writer == Writer::Chrome && call.url.contains('#') {
        p.planted.retain(|planted| planted.place != "url fragment");
    }
    let mut request = json!({"method": call.method, "url": url, "httpVersion": "http/2.0",
        "headers": headers(writer, &call.sent), "queryString": query(&call.url),
        "cookies": cookies(writer, &call.sent, "cookie"), "headersSize": -1, "bodySize": 0});
    if let Some((mime, text)) = &call.post {
        request["postData"] = post(writer, mime, text);
    }
    let location = call
        .got
        .iter()
        .find(|(n, _)| n == "Location")
        .map_or("", |(_, v)| v);
    let response = json!({"status": call.status, "statusText": "", "httpVersion": "http/2.0",
        "headers": headers(writer, &call.got), "cookies": cookies(writer, &call.got, "set-cookie"),
        "content": content(writer, call), "redirectURL": location, "headersSize": -1, "bodySize": -1, "_transferSize": 987});
    let wait = p.number(900) as f64 + 0.125;
    let mut entry = json!({"startedDateTime": format!("2026-11-22T10:00:{number:02}.250Z"), "time": wait + 2.0,
        "request": request, "response": response, "cache": {}, "timings": {"blocked": 1.5, "dns": -1, "ssl": -1, "connect": -1, "send": 0.5, "wait": wait, "receive": 0.0},
        "connection": "443", "pageref": "page_1"});
    for (name, value) in &call.more {
        entry[*name] = value.clone();
    }
    match writer {
        Writer::WebPageTest => {
            entry["_url"] = json!(call.url.split_once("//").map_or("", |(_, u)| u));
            entry["_full_url"] = json!(call.url);
        }
        Writer::InternetExplorer
            if number % 3 == 2 && call.body.is_empty() && call.got.is_empty() =>
        {
            entry.as_object_mut().unwrap().remove("response");
        }
        // Bodies of calls without one lie beside the trace: under a hash, or under a name that somebody chose.
        Writer::Playwright if call.body.is_empty() => {
            let name = match number % 2 {
                0 => p.decoy(format!(
                    "{:040x}.json",
                    0x9f86_d081_884c_7d65_u64 + number as u64
                )),
                _ => format!("{}.json", p.person("_file of a body")),
            };
            entry["response"]["content"]["_file"] = json!(name);
        }
        Writer::Charles => entry["response"]["_charlesStatus"] = json!("COMPLETE"),
        Writer::Safari => entry["_fetchType"] = json!("Network Load"),
        Writer::Firefox => entry["_securityState"] = json!("secure"),
        _ => {}
    }
    entry
}

fn post(writer: Writer, mime: &str, text: &str) -> Value {
    let mut post = json!({"mimeType": mime, "text": text});
    if mime.contains("form-urlencoded") {
        let pairs = text.split('&').filter_map(|p| p.split_once('='));
        post["params"] = pairs.map(|(n, v)| json!({"name": n, "value": v})).collect();
        if writer == Writer::Safari {
            post.as_object_mut().unwrap().remove("text");
        }
    } else if writer == Writer::Charles {
        post["text"] = json!(data_encoding::BASE64.encode(text.as_bytes()));
        post["encoding"] = json!("base64");
    }
    post
}

fn content(writer: Writer, call: &Call) -> Value {
    let mut content = json!({"size": call.body.len(), "mimeType": call.mime});
    if writer.packs_bodies() && !call.body.is_empty() {
        content["text"] = json!(data_encoding::BASE64.encode(call.body.as_bytes()));
        content["encoding"] = json!("base64");
    } else if !call.body.is_empty() {
        content["text"] = json!(call.body);
    }
    content
}
