//! `case.json`: who and what the case is about, as the user gave it and as the evidence says. Raw: it is redacted like
//! every generated file.
use serde_json::{Value, json};

use super::support_case::Case;
use crate::collect::request::Request;
use crate::collect::trace::seconds;
use crate::sources::case_facts::{Candidate, Candidates, newest_first};

/// Candidates of one kind that are listed.
const MOST_LISTED: usize = 20;

/// The document.
pub(in crate::collect) fn case_json(request: &Request) -> Value {
    let case = &request.case;
    let window = json!({
        "since": request.window.since.map(seconds),
        "until": request.window.until.map(seconds),
    });
    json!({
        "case": case.number,
        "organization": case.org,
        "package": case.package,
        "user": { "id": case.user.id, "name": case.user.name, "email": case.email },
        "window": window,
        "problem": case.problem,
        "evidence": evidence(case),
    })
}

/// What the evidence says about the case.
fn evidence(case: &Case) -> Value {
    let facts = &case.facts;
    let list = |candidates: &Candidates| -> Vec<Value> {
        let all = newest_first(candidates).into_iter().take(MOST_LISTED);
        all.map(candidate).collect()
    };
    let settings: Vec<Value> = facts
        .settings
        .iter()
        .map(|(setting, seconds)| json!({ "setting": setting, "seconds": seconds }))
        .collect();
    json!({
        "packages": list(&facts.packages),
        "users": list(&facts.users),
        "people": list(&facts.people),
        "organizations": list(&facts.organizations),
        "workspaces": list(&facts.workspaces),
        "nodes": list(&facts.nodes),
        "transfers": list(&facts.transfers),
        "settings": settings,
        "notes": case.notes,
    })
}

fn candidate(c: &Candidate) -> Value {
    let places: Vec<Value> = c
        .places
        .iter()
        .map(|p| json!({ "entry": p.entry, "line": p.line, "what": p.what }))
        .collect();
    let mut out = json!({ "id": c.id });
    if let Some(fields) = out.as_object_mut() {
        if let Some(address) = &c.address {
            let key = if address.contains('@') {
                "email"
            } else {
                "subdomain"
            };
            fields.insert(key.to_owned(), json!(address));
        }
        fields.insert("last".to_owned(), json!(c.when.map(seconds)));
        fields.insert("count".to_owned(), json!(c.count));
        if let Some(failed) = c.failed {
            fields.insert("failed".to_owned(), json!(seconds(failed)));
        }
        fields.insert("places".to_owned(), json!(places));
    }
    out
}
