//! The package, the user and the transfers that the case is about.
use jiff::Timestamp;
use serde_json::{Value, json};

use super::fields::{allowed, allowed_all};
use super::{Wanted, id_text};
use crate::aoc::http::ApiError;
use crate::aoc::login::session::{Scope, Session};

/// Most packages of one name that are looked at, and most transfers.
const MOST: usize = 1000;

/// What was found for a name or an id.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Exactly this.
    One(Box<Value>),
    /// Several of this name: what tells them apart.
    Several(Vec<Value>),
    /// Nothing that this user sees.
    Nothing,
}

/// The package, whole, as the API knows it: not yet filtered.
///
/// # Errors
/// [`ApiError`].
pub fn package(session: &Session<'_>, wanted: &Wanted) -> Result<Found, ApiError> {
    if let Some(id) = &wanted.package_id {
        let found = session.get(
            Scope::User,
            "/api/v1/packages/{id}",
            &[id],
            &[],
            "this package",
        );
        return Ok(Found::One(Box::new(found?.0)));
    }
    let Some(name) = &wanted.package_name else {
        return Ok(Found::Nothing);
    };
    let query = [("q", name.as_str()), ("sort", "-created_at")];
    let (rows, _) = session.list(Scope::User, "/api/v1/packages", &query, MOST, "packages")?;
    // The search of the API finds parts of names in any case.
    let same = |v: &&Value| {
        let found = v.get("name").and_then(Value::as_str).unwrap_or_default();
        found.trim().to_lowercase() == name.trim().to_lowercase()
    };
    let mut exact: Vec<&Value> = rows.iter().filter(same).collect();
    if exact.is_empty() {
        exact = rows.iter().collect();
    }
    Ok(match exact.as_slice() {
        [] => Found::Nothing,
        // What a list shows may be less than the package itself has.
        [one] => match one.get("id").map(id_text) {
            Some(id) => Found::One(Box::new(
                session
                    .get(
                        Scope::User,
                        "/api/v1/packages/{id}",
                        &[&id],
                        &[],
                        "this package",
                    )?
                    .0,
            )),
            None => Found::One(Box::new((*one).clone())),
        },
        several => Found::Several(several.iter().take(50).map(|v| brief(v)).collect()),
    })
}

/// What tells packages of one name apart.
fn brief(package: &Value) -> Value {
    let field = |name: &str| package.get(name).cloned().unwrap_or_default();
    json!({
        "id": package.get("id").map(id_text),
        "name": field("name"),
        "created_at": field("created_at"),
        "sent": field("sent"),
        "draft": field("draft"),
        "failed": field("failed"),
    })
}

/// `draft`, `sent`, `failed`, … in a word, from the fields of a package.
#[must_use]
pub fn state(package: &Value) -> &'static str {
    let is = |name: &str| package.get(name) == Some(&Value::Bool(true));
    let words = [
        ("deleted", "deleted"),
        ("expired", "expired"),
        ("failed", "failed"),
        ("complete", "complete"),
        ("draft", "draft"),
        ("sent", "sent, not complete"),
        ("upload_started", "upload started, not sent"),
    ];
    words
        .iter()
        .find(|(field, _)| is(field))
        .map_or("unknown", |(_, word)| word)
}

/// The package as it is written into the bundle.
#[must_use]
pub fn package_document(package: &Value, workspace: Option<&Value>) -> Value {
    let (kept, mut dropped) = allowed("package", package);
    let workspace = workspace.map(|w| {
        let (kept, n) = allowed("workspace", w);
        dropped += n;
        kept
    });
    json!({"source": "api", "state": state(package), "package": kept, "workspace": workspace, "dropped_fields": dropped})
}

/// The user of the case: by id, by e-mail or name, else the one who is logged in.
///
/// # Errors
/// [`ApiError`].
pub fn user(session: &Session<'_>, wanted: &Wanted) -> Result<Found, ApiError> {
    const ME: &str = "/api/v1/self";
    if let Some(id) = &wanted.user_id {
        let own = session.get(Scope::User, ME, &[], &[], "the user")?.0;
        if own.get("id").map(id_text).as_ref() == Some(id) {
            return Ok(Found::One(Box::new(own)));
        }
        let path = "/api/v1/users/{id}";
        let found = session
            .get(Scope::User, path, &[id], &[], "this user")
            .or_else(|_| session.get(Scope::Admin, path, &[id], &[], "this user"));
        return Ok(Found::One(Box::new(found?.0)));
    }
    let Some(name) = &wanted.user_name else {
        let own = session.get(Scope::User, ME, &[], &[], "the user")?.0;
        return Ok(Found::One(Box::new(own)));
    };
    let (rows, _) = session.list(
        Scope::User,
        "/api/v1/contacts",
        &[("q", name)],
        100,
        "contacts",
    )?;
    let same = |v: &&Value| {
        let is = |field: &str| {
            let found = v.get(field).and_then(Value::as_str).unwrap_or_default();
            found.to_lowercase() == name.to_lowercase()
        };
        is("email") || is("name")
    };
    let exact: Vec<Value> = rows
        .iter()
        .filter(same)
        .map(|v| allowed("contact", v).0)
        .collect();
    let by_mail = exact.first().and_then(|v| v.get("source_id")).map(id_text);
    match (exact.len(), by_mail) {
        (0, _) => Ok(Found::Nothing),
        (1, Some(id)) => {
            // A contact has an id and a name; the rest is for admins.
            let full = session.get(Scope::User, "/api/v1/users/{id}", &[&id], &[], "this user");
            Ok(match full {
                Ok((user, _)) => Found::One(Box::new(user)),
                Err(_) => Found::One(Box::new(
                    json!({"id": id, "name": exact.first().and_then(|v| v.get("name")), "email": exact.first().and_then(|v| v.get("email"))}),
                )),
            })
        }
        _ => Ok(Found::Several(exact)),
    }
}

/// The user as it is written into the bundle.
#[must_use]
pub fn user_document(user: &Value) -> Value {
    let (kept, dropped) = allowed("user", user);
    json!({"source": "api", "user": kept, "dropped_fields": dropped})
}

/// Transfers of an organization in a window, those of the package only where one is known.
///
/// # Errors
/// [`ApiError`].
pub fn transfers(
    session: &Session<'_>,
    organization: &str,
    window: (Timestamp, Timestamp),
    package: Option<&str>,
) -> Result<Value, ApiError> {
    const PATH: &str = "/analytics/v2/organizations/{id}/transfers";
    const WHAT: &str = "the transfers of the organization (Activity app)";
    let stamp = |t: Timestamp| t.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    let (from, to) = (stamp(window.0), stamp(window.1));
    let mut rows = Vec::new();
    let mut more = false;
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut query = vec![
        pair("start_time", &from),
        pair("stop_time", &to),
        pair("limit", "500"),
    ];
    loop {
        let asked: Vec<(&str, &str)> = query
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        let (answer, _) = session.get(Scope::User, PATH, &[organization], &asked, WHAT)?;
        let page = answer.get("transfers").and_then(Value::as_array);
        let page = page.ok_or_else(|| session.shape(WHAT))?;
        rows.extend(page.iter().cloned());
        let href = answer.pointer("/next/href").and_then(Value::as_str);
        let next = href
            .map(super::query_of)
            .filter(|q| !q.is_empty() && *q != query);
        match next {
            Some(next) if rows.len() < MOST && !page.is_empty() => query = next,
            next => {
                more = more || next.is_some();
                break;
            }
        }
    }
    if let Some(package) = package {
        rows.retain(|t| t.get("package_id").map(id_text).as_deref() == Some(package));
    }
    let (kept, dropped) = allowed_all("transfer", &rows);
    Ok(
        json!({"source": "api", "since": from, "until": to, "transfers": kept, "more": more, "dropped_fields": dropped}),
    )
}
