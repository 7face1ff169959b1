//! What the API of Aspera on Cloud answers, path by path.
use serde_json::{Value, json};

use super::oauth;
use super::wire::{Answer, Question};
use super::world::{Grant, World, text_of};

/// Fields of an organization that everybody of it may read.
const OPEN: &[&str] = &[
    "id",
    "name",
    "subdomain_name",
    "url_id",
    "tier",
    "created_at",
    "http_gateway_enabled",
    "http_gateway_server_url",
];

fn unauthorized() -> Answer {
    let body = json!({"code": "unauthorized", "message": "You are not authorized to perform the requested action"});
    Answer::json(401, &body)
}

fn not_found() -> Answer {
    let body = json!({"code": "not_found", "message": "The resource you were looking for does not exist", "request_id": "9d1a5c1e-0000-4000-8000-000000000001"});
    Answer::json(404, &body)
}

fn forbidden() -> Answer {
    let body = json!({"code": "forbidden", "message": "You are not allowed to do this", "request_id": "9d1a5c1e-0000-4000-8000-000000000002"});
    Answer::json(403, &body)
}

fn one(found: Option<&Value>) -> Answer {
    found.map_or_else(not_found, |v| Answer::json(200, v))
}

/// Answers a question.
pub(super) fn answer(world: &World, question: &Question) -> Answer {
    if let Some(fault) = world.meet(question) {
        return fault;
    }
    let segments: Vec<&str> = question.segments.iter().map(String::as_str).collect();
    if let ("POST", ["api", "v1", "oauth2", organization, "token"]) =
        (question.method.as_str(), segments.as_slice())
    {
        return oauth::token(world, organization, question);
    }
    if question.method != "GET" {
        return forbidden();
    }
    let Some(grant) = world.granted(question) else {
        return unauthorized();
    };
    let list = |name: &str| world.list(&grant.subdomain, name);
    let by_id = |name: &str, id: &str| {
        let found = list(name).iter();
        found
            .into_iter()
            .find(|v| v.get("id").map(text_of).as_deref() == Some(id))
    };
    match segments.as_slice() {
        ["api", "v1", "organization"] => organization(world, &grant),
        ["api", "v1", "self"] => one(world.user(&grant.subdomain, "email", &grant.subject)),
        ["api", "v1", "users"] => page(question, list("users"), &["email"]),
        ["api", "v1", "users", id] => one(by_id("users", id)),
        ["api", "v1", "contacts"] => {
            let people = list("users").iter().map(|u| {
                json!({"source_id": u.get("id").map(text_of), "source_type": "user", "name": u.get("name"), "email": u.get("email")})
            });
            page(question, &people.collect::<Vec<_>>(), &[])
        }
        ["api", "v1", "packages"] => page(question, list("packages"), &["name", "workspace_id"]),
        ["api", "v1", "packages", id] => one(by_id("packages", id)),
        ["api", "v1", "workspaces", id] => one(by_id("workspaces", id)),
        ["api", "v1", "nodes", id] => one(by_id("nodes", id).map(|n| world.told_node(n)).as_ref()),
        ["api", "v1", "url_tokens"] => link(world, &grant),
        ["analytics", "v2", "organizations", id, "transfers"] => {
            analytics(world, &grant, id, question)
        }
        ["analytics", "v2", "organizations", id, "application_events"] => {
            let events = list("application_events");
            if is_admin(world, &grant) && own(world, &grant, id) {
                Answer::json(200, &json!({"application_events": events}))
            } else {
                forbidden()
            }
        }
        _ => not_found(),
    }
}

fn own(world: &World, grant: &Grant, id: &str) -> bool {
    let found = world.organization(&grant.subdomain);
    let own = found
        .and_then(|o| o.pointer("/organization/id"))
        .map(text_of);
    own.as_deref() == Some(id)
}

fn is_admin(world: &World, grant: &Grant) -> bool {
    let user = world.user(&grant.subdomain, "email", &grant.subject);
    let admin = user.and_then(|u| u.get("organization_admin"));
    grant.scope == "admin:all" && admin == Some(&Value::Bool(true))
}

fn organization(world: &World, grant: &Grant) -> Answer {
    let found = world.organization(&grant.subdomain);
    let Some(all) = found.and_then(|o| o.get("organization")) else {
        return not_found();
    };
    if is_admin(world, grant) {
        return Answer::json(200, all);
    }
    let fields = all.as_object().into_iter().flatten();
    let open: serde_json::Map<String, Value> = fields
        .filter(|(name, _)| OPEN.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Answer::json(200, &Value::Object(open))
}

fn link(world: &World, grant: &Grant) -> Answer {
    let token = grant.subject.strip_prefix("link:").unwrap_or_default();
    let links = world.list(&grant.subdomain, "links").iter();
    let own: Vec<Value> = links
        .filter(|l| l.get("token").and_then(Value::as_str) == Some(token))
        .map(|l| json!({"purpose": l.get("purpose"), "data": l.get("data"), "token": token}))
        .collect();
    Answer::json(200, &Value::Array(own))
}

/// One page of a list: filtered by `q` and by these fields, counted in `X-Total-Count`.
fn page(question: &Question, all: &[Value], filters: &[&str]) -> Answer {
    let field = |v: &Value, name: &str| v.get(name).map(text_of).unwrap_or_default();
    let q = question.value("q").unwrap_or_default().to_lowercase();
    let found: Vec<&Value> = all
        .iter()
        .filter(|v| {
            let words = format!("{}\n{}", field(v, "name"), field(v, "email"));
            words.to_lowercase().contains(&q)
        })
        .filter(|v| {
            let wanted = |f: &&str| question.value(f).is_none_or(|w| field(v, f) == w);
            filters.iter().all(wanted)
        })
        .collect();
    let number = |name: &str, or: usize| {
        question
            .value(name)
            .and_then(|v| v.parse().ok())
            .unwrap_or(or)
    };
    let (page, size) = (
        number("page", 1).max(1),
        number("per_page", 25).clamp(1, 1000),
    );
    let shown: Vec<&Value> = found
        .iter()
        .skip((page - 1) * size)
        .take(size)
        .copied()
        .collect();
    Answer::json(200, &json!(shown)).with("X-Total-Count", found.len().to_string())
}

fn analytics(world: &World, grant: &Grant, id: &str, question: &Question) -> Answer {
    if !own(world, grant, id) {
        return not_found();
    }
    let (from, to) = (question.value("start_time"), question.value("stop_time"));
    let (Some(from), Some(to)) = (from, to) else {
        let body = json!({"code": "parameter_missing", "message": "start_time and stop_time are needed", "params": ["start_time", "stop_time"]});
        return Answer::json(422, &body);
    };
    let within = |t: &&Value| {
        let at = t.get("session_start_time").and_then(Value::as_str);
        at.is_some_and(|at| at >= from && at <= to)
    };
    let all = world.list(&grant.subdomain, "transfers");
    let transfers: Vec<&Value> = all.iter().filter(within).collect();
    let limit: usize = question
        .value("limit")
        .and_then(|l| l.parse().ok())
        .unwrap_or(100);
    let skip: usize = question
        .value("skip")
        .and_then(|l| l.parse().ok())
        .unwrap_or(0);
    let shown: Vec<&&Value> = transfers.iter().skip(skip).take(limit).collect();
    let next = (skip + shown.len() < transfers.len()).then(|| {
        let at = format!("skip={}&limit={limit}&start_time={from}&stop_time={to}", skip + limit);
        json!({"href": format!("https://{}{}?{at}", question.header("host").unwrap_or_default(), question.path())})
    });
    let body = json!({"organization_id": id, "start_time": from, "stop_time": to, "total_transfers": transfers.len(), "transfers": shown, "next": next});
    Answer::json(200, &body)
}
