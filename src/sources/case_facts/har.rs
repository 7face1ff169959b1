//! The case in a network trace: only exchanges with Aspera on Cloud and its nodes are parsed.
use std::io::{self, Read};
use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde_json::{Map, Value};

use super::tags;
use super::tags::id_text;
use super::{CaseFacts, SeenSettings, Sighting, Spot, see};
use crate::aoc::api::settings;
use crate::aoc::api_path;
use crate::aoc::exchange;
use crate::aoc::exchange::{Body, Exchange};
use crate::aoc::link;
use crate::redact::hosts;
use crate::redact::hosts::HostKind;
use crate::text::{BlockReader, CutAt, HarPart, Limits, TextError, Url, har_entries};

/// Entries of more bytes are passed over: answers about the case are small.
const LONGEST_ENTRY: usize = 1 << 20;
/// Bytes of entries of one trace that are parsed at most.
const MOST_PARSED: usize = 64 << 20;

/// Entries without any of these say nothing about the case. One search for each is cheaper than one for all: nearly
/// all of a trace is code of others, in which none of their rare bytes stand.
static TELLING: LazyLock<Vec<Finder<'static>>> = LazyLock::new(|| {
    let words = [
        "/api/v1/",
        "ibmaspera.com/",
        "package_id",
        "xfer_id",
        "/ops/transfers",
        "tags64",
        "aspera.aoc:",
    ];
    words.map(Finder::new).into()
});

/// Durations that the organization's settings tell, in seconds.
const SETTINGS: &[&str] = &[
    "access_token_duration",
    "access_token_refresh_duration",
    "session_duration",
    "node_token_duration",
];

/// Reads a network trace that is planned as `entry`.
///
/// # Errors
/// Those of the reader; what was found before stays.
pub fn read_har(facts: &mut CaseFacts, trace: impl Read, entry: &str) -> io::Result<()> {
    let mut blocks = BlockReader::new(trace, CutAt::Har, Limits::default());
    let mut parsed = 0;
    loop {
        let block = match blocks.next(Vec::new()) {
            Ok(Some(block)) => block,
            Ok(None) => return Ok(()),
            // What was whole before the damage was read.
            Err(
                TextError::NotHar { .. } | TextError::Torn { .. } | TextError::BrokenHar { .. },
            ) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if block.har != Some(HarPart::Entries) {
            continue;
        }
        for (text, line) in har_entries(&block.bytes, &block.context, block.first_line) {
            let telling = TELLING.iter().any(|word| word.find(text).is_some());
            if telling && text.len() <= LONGEST_ENTRY && parsed + text.len() <= MOST_PARSED {
                parsed += text.len();
                exchange::read(text, |e| learn(facts, e, entry, line));
            }
        }
    }
}

fn learn(facts: &mut CaseFacts, e: &Exchange<'_>, entry: &str, line: u64) {
    let text: &str = &e.url;
    let url = Url::parse(text.as_bytes());
    let has_header = |name: &str| e.sent_header(name).is_some();
    let kind = hosts::kind(text.as_bytes(), &url, &has_header);
    let host = text.get(url.host).unwrap_or_default();
    let path = text.get(url.path).unwrap_or_default();
    if matches!(kind, HostKind::ThirdParty | HostKind::Identity) {
        return;
    }
    let what = format!("{} {}", e.method, api_path::template(path));
    let at = Spot {
        entry,
        line,
        what: &what,
        when: e.started,
        failed: e.status.is_some_and(|s| s == 0 || s >= 400) || e.error.is_some(),
    };
    facts.failure(at);
    organization_of_address(facts, text, host, path, at);
    let read = |body: Option<Body<'_>>| json(&body?.text()?);
    let answer = read(e.received_body);
    let ok = e.status.is_some_and(|s| (200..300).contains(&s));
    // Only Aspera on Cloud's own hosts are believed when they say who somebody is.
    let own = kind == HostKind::Api && is_public(host);
    if own && let Some(answer) = answer.as_ref().filter(|_| ok) {
        api_answer(facts, path, answer, at);
    } else if own && let Some(id) = api_path::id_behind(path, "packages") {
        see(&mut facts.packages, Sighting::of(id), at);
    }
    if kind == HostKind::Node
        && path.starts_with("/ops/transfers")
        && let Some(answer) = &answer
    {
        records(facts, answer, at);
    }
    for body in [read(e.sent_body), answer].iter().flatten() {
        tags::learn(facts, body, at);
    }
    if kind == HostKind::WebApp {
        let link = link::parse(&e.url);
        // The application's own files lie below the same paths as its packages.
        if let Some(id) = link.package_id.as_ref().filter(|id| api_path::is_id(id)) {
            see(&mut facts.packages, Sighting::of(id), at);
        }
        if let Some(id) = link.workspace_id.as_ref().filter(|id| api_path::is_id(id)) {
            see(&mut facts.workspaces, Sighting::of(id), at);
        }
    }
}

fn json(body: &str) -> Option<Value> {
    let text = body.trim_start();
    text.starts_with(['{', '['])
        .then(|| serde_json::from_str(text).ok())
        .flatten()
}

fn is_public(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host.ends_with(".ibmaspera.com") || host.ends_with(".asperafiles.com")
}

/// The subdomain: the web application's host, or the part of the token endpoint's path.
fn organization_of_address(facts: &mut CaseFacts, url: &str, host: &str, path: &str, at: Spot<'_>) {
    if !is_public(host) {
        return;
    }
    let of_path = api_path::id_behind(path, "oauth2").map(str::to_owned);
    if let Some(name) = link::parse(url).organization.or(of_path) {
        let seen = Sighting {
            id: None,
            address: Some(&name),
            ..Sighting::of(&name)
        };
        see(&mut facts.organizations, seen, at);
    }
}

/// What an answer of the API says.
fn api_answer(facts: &mut CaseFacts, path: &str, answer: &Value, at: Spot<'_>) {
    let Some(rest) = path.strip_prefix("/api/v1/") else {
        return;
    };
    let rest = rest.strip_prefix("admin/").unwrap_or(rest);
    let mut parts = rest.split('/').filter(|p| !p.is_empty());
    let (collection, one) = (parts.next().unwrap_or_default(), parts.next());
    if parts.next().is_some() {
        return;
    }
    match (collection, answer) {
        ("self", Value::Object(user)) if one.is_none() => self_answer(facts, user, at),
        ("organization", Value::Object(o)) if one.is_none() => {
            organization(facts, o, at);
            let seen = SeenSettings {
                made: settings::read(answer, &[]),
                when: at.when,
            };
            facts.organization = SeenSettings::better(facts.organization.take(), Some(seen));
        }
        ("organizations", Value::Object(o)) if one.is_some() => organization(facts, o, at),
        ("packages", Value::Object(package)) => package_answer(facts, package, true, at),
        ("packages", Value::Array(list)) => {
            for package in list.iter().filter_map(Value::as_object) {
                package_answer(facts, package, false, at);
            }
        }
        ("workspaces" | "nodes", Value::Object(fields)) if one.is_some() => {
            let into = match collection {
                "nodes" => &mut facts.nodes,
                _ => &mut facts.workspaces,
            };
            let id = text(fields, "id").or(one.map(str::to_owned));
            let name = text(fields, "name");
            if let Some(id) = id {
                see(into, Sighting::of(&id).named(name.as_deref()), at);
            }
        }
        _ => {}
    }
}

fn text(fields: &Map<String, Value>, key: &str) -> Option<String> {
    fields.get(key).and_then(id_text)
}

fn self_answer(facts: &mut CaseFacts, user: &Map<String, Value>, at: Spot<'_>) {
    let (Some(id), email) = (text(user, "id"), text(user, "email")) else {
        return;
    };
    let name = text(user, "name");
    let seen = Sighting {
        address: email.as_deref().filter(|e| e.contains('@')),
        ..Sighting::of(&id).named(name.as_deref())
    };
    see(&mut facts.users, seen, at);
}

fn organization(facts: &mut CaseFacts, fields: &Map<String, Value>, at: Spot<'_>) {
    let (id, name) = (text(fields, "id"), text(fields, "name"));
    if let Some(subdomain) = text(fields, "subdomain_name") {
        let seen = Sighting {
            id: id.as_deref(),
            address: Some(&subdomain),
            ..Sighting::of(&subdomain).named(name.as_deref())
        };
        see(&mut facts.organizations, seen, at);
    }
    for key in SETTINGS {
        match fields.get(*key) {
            Some(Value::Null) => facts.settings.insert(key, None),
            Some(Value::Number(n)) if n.is_u64() => facts.settings.insert(key, n.as_u64()),
            _ => None,
        };
    }
}

fn package_answer(facts: &mut CaseFacts, package: &Map<String, Value>, used: bool, at: Spot<'_>) {
    let Some(id) = text(package, "id") else {
        return;
    };
    let name = text(package, "name");
    let failed = used && package.get("failed").and_then(Value::as_bool) == Some(true);
    let seen = Sighting {
        used,
        failed,
        ..Sighting::of(&id).named(name.as_deref())
    };
    see(&mut facts.packages, seen, at);
    if failed {
        facts.failure(Spot { failed, ..at });
    }
    if !used {
        return;
    }
    if let Some(id) = text(package, "workspace_id") {
        see(&mut facts.workspaces, Sighting::of(&id), at);
    }
    if let Some(id) = text(package, "node_id") {
        see(&mut facts.nodes, Sighting::of(&id), at);
    }
}

/// Records of transfers: those that failed make what their tags name failed.
fn records(facts: &mut CaseFacts, answer: &Value, at: Spot<'_>) {
    let records: &[Value] = match answer {
        Value::Array(list) => list,
        one => std::slice::from_ref(one),
    };
    for record in records.iter().filter_map(Value::as_object) {
        let Some(id) = text(record, "id") else {
            continue;
        };
        let status = record.get("status").and_then(Value::as_str);
        let failed = matches!(status, Some("failed" | "partially_completed"));
        let at = Spot {
            failed: failed || at.failed,
            ..at
        };
        facts.failure(at);
        see(&mut facts.transfers, Sighting::of(&id), at);
        if failed && let Some(spec) = record.get("start_spec") {
            tags::learn(facts, spec, at);
        }
    }
}
