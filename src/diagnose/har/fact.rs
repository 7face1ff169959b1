//! The facts of one request of a network trace, read from redacted text.
use jiff::Timestamp;

use super::super::shorten::shorten;
use super::super::token::{TokenFact, find};
use crate::aoc::api_path;
use crate::aoc::exchange;
use crate::aoc::exchange::{Exchange, Phases};
use crate::aoc::fields;
use crate::redact::Redacted;
use crate::redact::hosts;
use crate::redact::hosts::HostKind;
use crate::text::{Url, har_entries};

/// Entries of more bytes are not read.
const LONGEST_ENTRY: usize = 4 << 20;
/// Bodies of more bytes are no error answers.
const LONGEST_ERROR: usize = 16 << 10;
/// Characters of a text that are kept.
const LONGEST_TEXT: usize = 300;
/// Ids of one kind that are kept of one request.
const MOST_IDS: usize = 4;

/// Headers of a response that name the request for the support of its server.
const REQUEST_IDS: &[&str] = &[
    "x-request-id",
    "x-aspera-request-id",
    "x-correlation-id",
    "x-global-transaction-id",
    "request-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "cf-ray",
];

/// Why a request failed, as far as the trace says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HarFailure {
    /// The browser's own reason: `net::ERR_…`.
    pub net: Option<String>,
    /// Code in the body: of the API, of OAuth, or of the node.
    pub code: Option<String>,
    /// Text in the body.
    pub message: Option<String>,
}

/// Ids that a request is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HarIds {
    /// Packages.
    pub packages: Vec<String>,
    /// Transfers.
    pub transfers: Vec<String>,
    /// Workspaces.
    pub workspaces: Vec<String>,
    /// Organizations.
    pub organizations: Vec<String>,
    /// Nodes.
    pub nodes: Vec<String>,
}

/// The facts of one request.
#[derive(Clone, Debug, PartialEq)]
pub struct HarFact {
    /// Line that the HAR entry begins in, from 1.
    pub line: u64,
    /// When it began.
    pub started: Option<Timestamp>,
    /// How long it took in all, in milliseconds.
    pub time: Option<f64>,
    /// Whose host it went to.
    pub kind: HostKind,
    /// The host: a pseudonym or a public name, with its port where that is unusual.
    pub host: String,
    /// Method.
    pub method: String,
    /// Path with `{id}` in place of ids.
    pub path: String,
    /// Status; 0 if no answer came, `None` if the trace does not say.
    pub status: Option<u16>,
    /// Why it failed.
    pub failure: HarFailure,
    /// How long each phase took.
    pub phases: Phases,
    /// Id of the request, to be given to the support of its server.
    pub request_id: Option<String>,
    /// The token that the request carried.
    pub token: Option<TokenFact>,
    /// When the server answered, by its own clock if the answer has a date.
    pub answered: Option<Timestamp>,
    /// What it is about.
    pub ids: HarIds,
}

/// True for a status of a request that failed: 0 (no answer), or 400 and above.
#[must_use]
pub fn is_failure(status: u16) -> bool {
    status == 0 || status >= 400
}

/// A status in words: `status 401`, `no answer`.
#[must_use]
pub fn status_text(status: Option<u16>) -> String {
    match status {
        None | Some(0) => "no answer".to_owned(),
        Some(status) => format!("status {status}"),
    }
}

impl HarFact {
    /// True if it failed: no answer, or a status of 400 and above.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.status.is_some_and(is_failure) || self.failure.net.is_some()
    }

    /// True if the token had expired before the server answered; `None` if that is unknown.
    #[must_use]
    pub fn token_expired(&self) -> Option<bool> {
        Some(self.token.as_ref()?.ends <= self.answered?)
    }
}

/// The facts of a redacted piece of a HAR. It begins in line `first_line` of its file, behind the open
/// brackets of `context`; entries that do not begin and end in the piece give nothing.
#[must_use]
pub fn observe_har(block: &Redacted, context: &[u8], first_line: u64) -> Vec<HarFact> {
    let mut facts = Vec::new();
    for (entry, line) in har_entries(block.as_bytes(), context, first_line) {
        if entry.len() <= LONGEST_ENTRY {
            facts.extend(exchange::read(entry, |e| fact(e, line)));
        }
    }
    facts
}

fn fact(e: &Exchange<'_>, line: u64) -> HarFact {
    let text: &str = &e.url;
    let url = Url::parse(text.as_bytes());
    let has_header = |name: &str| e.sent_header(name).is_some();
    let kind = hosts::kind(text.as_bytes(), &url, &has_header);
    let host = text.get(url.host).unwrap_or_default();
    let path = text.get(url.path).unwrap_or_default();
    let host = match url.port {
        None | Some(80 | 443) => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    };
    let ours = kind != HostKind::ThirdParty;
    let request_id = REQUEST_IDS
        .iter()
        .find_map(|name| e.received_header(name))
        .map(|id| short(id.trim()));
    let carried = e.sent_header("authorization");
    HarFact {
        line,
        started: e.started,
        time: e.time,
        kind,
        host: short(&host),
        method: e.method.chars().take(12).collect(),
        path: short(&api_path::template(path)),
        status: e.status,
        failure: failure(e, ours),
        phases: e.phases,
        request_id: if ours { request_id } else { None },
        token: carried.filter(|_| ours).and_then(find),
        answered: if ours { e.answered_at() } else { None },
        ids: if ours {
            ids(e, path)
        } else {
            HarIds::default()
        },
    }
}

fn short(text: &str) -> String {
    shorten(text, LONGEST_TEXT)
}

/// The reason of a failure: the browser's, and the body's in the shapes of the API, of OAuth and of nodes.
fn failure(e: &Exchange<'_>, ours: bool) -> HarFailure {
    let mut failure = HarFailure {
        net: e.error.as_deref().map(short),
        ..HarFailure::default()
    };
    let refused = ours && e.status.is_some_and(|s| s >= 400);
    let body = e.received_body.filter(|_| refused);
    let text = body
        .and_then(|b| b.text())
        .filter(|b| b.len() <= LONGEST_ERROR);
    let Some(value) = text.and_then(|b| serde_json::from_str::<serde_json::Value>(&b).ok()) else {
        return failure;
    };
    let text = |v: Option<&serde_json::Value>| match v? {
        serde_json::Value::String(s) if !s.is_empty() => Some(short(s)),
        serde_json::Value::Number(n) => Some(n.to_string()),
        _ => None,
    };
    if let Some(inner) = value.get("error").filter(|e| e.is_object()) {
        failure.code = text(inner.get("code"));
        let parts: Vec<String> = ["user_message", "internal_message", "reason"]
            .iter()
            .filter_map(|k| text(inner.get(k)))
            .collect();
        // The reason only repeats the code in words; it is used if there is nothing else.
        let parts = if parts.len() > 1 {
            &parts[..parts.len() - 1]
        } else {
            &parts[..]
        };
        failure.message = (!parts.is_empty()).then(|| parts.join(": "));
    } else {
        failure.code = text(value.get("code")).or_else(|| text(value.get("error")));
        failure.message =
            text(value.get("message")).or_else(|| text(value.get("error_description")));
    }
    failure
}

fn ids(e: &Exchange<'_>, path: &str) -> HarIds {
    let bodies = [e.sent_body, e.received_body].map(|body| body.and_then(|b| b.spelled()));
    let gather = |collection: &str, keys: &[&str]| {
        let mut found: Vec<String> = Vec::new();
        let in_path = api_path::id_behind(path, collection).filter(|id| !id.contains('~'));
        let in_bodies = bodies
            .iter()
            .flatten()
            .flat_map(|body| keys.iter().flat_map(move |key| fields::values(body, key)));
        for id in in_path.into_iter().chain(in_bodies) {
            if found.len() < MOST_IDS && id.len() <= 64 && !found.iter().any(|f| f == id) {
                found.push(id.to_owned());
            }
        }
        found
    };
    HarIds {
        packages: gather("packages", &["package_id"]),
        transfers: gather("transfers", &["xfer_id"]),
        workspaces: gather("workspaces", &["workspace_id"]),
        organizations: gather("organizations", &["organization_id"]),
        nodes: gather("nodes", &["node_id"]),
    }
}
