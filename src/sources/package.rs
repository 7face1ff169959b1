//! `aoc/package.json`, `aoc/user.json`, `aoc/transfers.json`: what the cloud knows of the case.
use jiff::Timestamp;
use serde_json::{Value, json};

use super::cloud::{Answer, Missing, Tell};
use crate::aoc::api::node::Node;
use crate::aoc::api::packages::{self, Found};
use crate::aoc::api::{Wanted, fields, id_text};
use crate::aoc::http::{Client, Origin};
use crate::aoc::session::{Scope, Session};

/// Asks for the three; each is told once.
pub fn ask(
    session: &Session<'_>,
    client: &Client,
    wanted: &Wanted,
    organization: Option<&str>,
    times: (Timestamp, Timestamp),
    tell: Tell<'_>,
) {
    let mut package_id = wanted.package_id.clone();
    let package = package(session, client, wanted, &mut package_id);
    tell("aoc/package.json", package);
    tell("aoc/user.json", user(session, wanted));
    let organization = match organization {
        Some(id) => Some(id.to_owned()),
        None => organization_of_user(session),
    };
    let transfers = match organization {
        Some(id) => {
            packages::transfers(session, &id, times, package_id.as_deref()).map_err(Missing::from)
        }
        None => Err(Missing::new(
            "the id of the organization could not be read",
            "run it with a login to the organization",
        )),
    };
    tell("aoc/transfers.json", transfers);
}

fn organization_of_user(session: &Session<'_>) -> Option<String> {
    let found = session.get(Scope::User, "/api/v1/self", &[], &[], "the user");
    found.ok()?.0.get("organization_id").map(id_text)
}

fn package(
    session: &Session<'_>,
    client: &Client,
    wanted: &Wanted,
    id: &mut Option<String>,
) -> Answer {
    if wanted.package_id.is_none() && wanted.package_name.is_none() {
        return Err(Missing::new(
            "no package was named",
            "give it with --package-id, --package-name or --package-url",
        ));
    }
    match packages::package(session, wanted).map_err(Missing::from)? {
        Found::One(package) => {
            *id = package.get("id").map(id_text).or(id.take());
            let workspace = package.get("workspace_id").map(id_text).and_then(|w| {
                let path = "/api/v1/workspaces/{id}";
                let found = session.get(Scope::User, path, &[&w], &[], "the workspace");
                found.ok().map(|f| f.0)
            });
            let mut document = packages::package_document(&package, workspace.as_ref());
            if let Some(fields) = document.as_object_mut() {
                fields.insert("node".to_owned(), node_of(session, client, &package));
            }
            Ok(document)
        }
        Found::Several(rows) => Ok(json!({
            "source": "api",
            "state": "several packages have this name",
            "remedy": "run again with --package-id and one of these ids",
            "candidates": rows,
        })),
        Found::Nothing => Err(Missing::new(
            "no package of this name is found, or this user does not see it",
            "compare the name with the web application, or give --package-id",
        )),
    }
}

/// The node that the package lies on, and which of its files arrived there.
fn node_of(session: &Session<'_>, client: &Client, package: &Value) -> Value {
    let Some(id) = package.get("node_id").map(id_text) else {
        return Value::Null;
    };
    let path = "/api/v1/nodes/{id}";
    let all = match session.get(Scope::User, path, &[&id], &[], "the node of the package") {
        Ok((all, _)) => all,
        Err(error) => return json!({"missing": error.to_string(), "remedy": error.remedy()}),
    };
    let (mut node, _) = fields::allowed("aoc-node", &all);
    let files = files(session, client, package, &all);
    if let Some(fields) = node.as_object_mut() {
        fields.insert("contents".to_owned(), files);
    }
    node
}

fn files(session: &Session<'_>, client: &Client, package: &Value, node: &Value) -> Value {
    let text = |of: &Value, name: &str| of.get(name).filter(|v| !v.is_null()).map(id_text);
    let (Some(url), Some(key), Some(folder)) = (
        text(node, "url"),
        text(node, "access_key"),
        text(package, "contents_file_id"),
    ) else {
        return Value::Null;
    };
    let asked = Origin::parse(&url).and_then(|origin| {
        let auth = session.node_auth(&key)?;
        Node::new(client, origin, Some(auth)).files(&folder)
    });
    asked.unwrap_or_else(|error| json!({"missing": error.to_string(), "remedy": error.remedy()}))
}

fn user(session: &Session<'_>, wanted: &Wanted) -> Answer {
    match packages::user(session, wanted).map_err(Missing::from)? {
        Found::One(user) => Ok(packages::user_document(&user)),
        Found::Several(rows) => Ok(json!({
            "source": "api",
            "remedy": "several people have this name: run again with --user-id and one of these ids",
            "candidates": rows,
        })),
        Found::Nothing => Err(Missing::new(
            "no user of this name is found, or this login does not see them",
            "give --user-id, or the e-mail with --user-name",
        )),
    }
}
