//! Tags and cookies of transfers: which package, workspace, node and person a transfer is about.
use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};
use serde_json::Value;

use super::{CaseFacts, Sighting, Spot, see};

/// JSON written as text inside JSON is looked into this often.
const DEEPEST: u8 = 3;
/// Base64 of more bytes is no tags.
const LONGEST_TAGS: usize = 64 << 10;
/// How the cookies of Aspera on Cloud begin.
pub(super) const COOKIE: &str = "aspera.aoc:";

/// Everything about the case that stands anywhere in a JSON value.
pub(super) fn learn(facts: &mut CaseFacts, value: &Value, at: Spot<'_>) {
    let mut open = vec![(value.clone(), 0)];
    while let Some((value, depth)) = open.pop() {
        match value {
            Value::Array(list) => open.extend(list.into_iter().map(|v| (v, depth))),
            Value::Object(fields) => {
                own_fields(facts, &fields, at);
                for (key, value) in fields {
                    match &value {
                        Value::String(text) if depth < DEEPEST => {
                            if key == "cookie" {
                                cookie(facts, text, at);
                            }
                            let tags = (key == "tags64").then(|| unpacked(text)).flatten();
                            let json = text.trim_start().starts_with(['{', '[']);
                            let inner = tags.as_deref().or(json.then_some(text.as_str()));
                            let inner = inner.and_then(|t| serde_json::from_str(t).ok());
                            open.extend(inner.map(|v| (v, depth + 1)));
                        }
                        Value::Array(_) | Value::Object(_) => open.push((value, depth)),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

fn own_fields(facts: &mut CaseFacts, fields: &serde_json::Map<String, Value>, at: Spot<'_>) {
    let text = |key: &str| fields.get(key).and_then(id_text);
    if let Some(id) = text("package_id").filter(|id| id != "non_package") {
        let name = text("package_name");
        let seen = Sighting::of(&id).named(name.as_deref());
        see(&mut facts.packages, seen, at);
    }
    if let Some(id) = text("workspace_id") {
        let name = text("workspace_name");
        let seen = Sighting::of(&id).named(name.as_deref());
        see(&mut facts.workspaces, seen, at);
    }
    if let (Some(id), Some(_)) = (text("node_id"), text("workspace_id")) {
        see(&mut facts.nodes, Sighting::of(&id), at);
    }
    if let Some(id) = text("xfer_id") {
        see(&mut facts.transfers, Sighting::of(&id), at);
    }
}

/// Text, or a whole number as text: ids are written either way.
pub(super) fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) if number.is_u64() => Some(number.to_string()),
        _ => None,
    }
}

/// The person that a cookie `aspera.aoc:<application>:<name>:<e-mail>` names.
pub(super) fn cookie(facts: &mut CaseFacts, text: &str, at: Spot<'_>) {
    let Some(rest) = text.trim().strip_prefix(COOKIE) else {
        return;
    };
    let mut parts = rest.split(':').skip(1);
    let (Some(name), Some(email)) = (parts.next(), parts.next()) else {
        return;
    };
    let (name, email) = (unpacked(name), unpacked(email));
    // A public link has no person: its e-mail is a word.
    let Some(email) = email.filter(|e| e.contains('@') && !e.contains(char::is_whitespace)) else {
        return;
    };
    let seen = Sighting {
        key: &email,
        id: None,
        name: name.as_deref(),
        address: Some(&email),
        used: true,
        failed: false,
    };
    see(&mut facts.people, seen, at);
}

/// Base64 of text, of either alphabet, padded or not; what follows it is not looked at.
pub(super) fn unpacked(text: &str) -> Option<String> {
    let end = text
        .bytes()
        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_')))
        .unwrap_or(text.len());
    let body = text.get(..end).filter(|b| b.len() <= LONGEST_TAGS)?;
    let url = body.contains(['-', '_']);
    let alphabet = if url { BASE64URL_NOPAD } else { BASE64_NOPAD };
    let bytes = alphabet.decode(body.as_bytes()).ok()?;
    String::from_utf8(bytes).ok()
}
