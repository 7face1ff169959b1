//! `aoc/package.json`, `aoc/user.json`, `aoc/transfers.json`: what the cloud knows of the case.
use jiff::Timestamp;
use serde_json::{Value, json};

use super::cloud::{Answer, Confirm, Missing, Tell};
use crate::aoc::api::node::Node;
use crate::aoc::api::packages;
use crate::aoc::api::packages::Found;
use crate::aoc::api::{Wanted, fields, id_text};
use crate::aoc::http::{Client, Origin};
use crate::aoc::login::session::{Scope, Session};

/// What the API confirmed of the case: these values may stay in clear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmed {
    /// Id of the package.
    pub package_id: Option<String>,
    /// Name of the package.
    pub package_name: Option<String>,
    /// Id of the user.
    pub user_id: Option<String>,
    /// Name of the user.
    pub user_name: Option<String>,
    /// E-mail of the user.
    pub user_email: Option<String>,
}

/// Package and user; each is told once, and what they confirm before that. Gives the package's id.
pub fn ask(
    session: &Session<'_>,
    client: &Client,
    wanted: &Wanted,
    tell: Tell<'_>,
    confirm: Confirm<'_>,
) -> Option<String> {
    let package = found_package(session, wanted);
    let user = packages::user(session, wanted);
    let found = package.as_ref().ok().and_then(one);
    let person = user.as_ref().ok().and_then(one);
    let of_case = person.is_some_and(|u| is_of_case(wanted, found, u));
    let confirmed = Confirmed {
        package_id: found.and_then(|p| text(p, "id")),
        package_name: found.and_then(|p| text(p, "name")),
        user_id: person.filter(|_| of_case).and_then(|u| text(u, "id")),
        user_name: person.filter(|_| of_case).and_then(|u| text(u, "name")),
        user_email: person.filter(|_| of_case).and_then(|u| text(u, "email")),
    };
    let id = confirmed.package_id.clone();
    confirm(confirmed);
    tell(
        "aoc/package.json",
        package.and_then(|found| package_answer(session, client, found)),
    );
    let user = user.map_err(Missing::from);
    tell("aoc/user.json", user.and_then(|u| user_answer(u, of_case)));
    id.or_else(|| wanted.package_id.clone())
}

/// `aoc/transfers.json`.
pub fn ask_transfers(
    session: &Session<'_>,
    organization: Option<&str>,
    package_id: Option<&str>,
    times: (Timestamp, Timestamp),
    tell: Tell<'_>,
) {
    let organization = match organization {
        Some(id) => Some(id.to_owned()),
        None => organization_of_user(session),
    };
    let transfers = match organization {
        Some(id) => packages::transfers(session, &id, times, package_id).map_err(Missing::from),
        None => Err(Missing::new(
            "the id of the organization could not be read",
            "run it with a login to the organization",
        )),
    };
    tell("aoc/transfers.json", transfers);
}

fn one(found: &Found) -> Option<&Value> {
    match found {
        Found::One(value) => Some(value),
        _ => None,
    }
}

fn text(of: &Value, name: &str) -> Option<String> {
    of.get(name)
        .filter(|v| !v.is_null())
        .map(id_text)
        .filter(|t| !t.is_empty())
}

/// True if a user belongs to the case: named by the person, or else the one who is logged in and has to do
/// with the package.
fn is_of_case(wanted: &Wanted, package: Option<&Value>, user: &Value) -> bool {
    let named = wanted.user_id.is_some() || wanted.user_name.is_some();
    let no_package = wanted.package_id.is_none() && wanted.package_name.is_none();
    named || no_package || package.is_some_and(|p| has_to_do_with(p, user))
}

/// True if a user sent a package or gets it.
fn has_to_do_with(package: &Value, user: &Value) -> bool {
    let same = |other: &Value, field: &str| {
        let (a, b) = (text(other, field), text(user, field));
        a.is_some() && a.map(|t| t.to_lowercase()) == b.map(|t| t.to_lowercase())
    };
    let is = |other: &Value| same(other, "id") || same(other, "email");
    let list = |name: &str| package.get(name).and_then(Value::as_array);
    package.get("sender").is_some_and(is)
        || list("recipients").is_some_and(|all| all.iter().any(is))
        || list("bcc_recipients").is_some_and(|all| all.iter().any(is))
}

fn organization_of_user(session: &Session<'_>) -> Option<String> {
    let found = session.get(Scope::User, "/api/v1/self", &[], &[], "the user");
    found.ok()?.0.get("organization_id").map(id_text)
}

fn found_package(session: &Session<'_>, wanted: &Wanted) -> Result<Found, Missing> {
    if wanted.package_id.is_none() && wanted.package_name.is_none() {
        return Err(Missing::new(
            "no package was named",
            "give it with --package-id, --package-name or --package-url",
        ));
    }
    packages::package(session, wanted).map_err(Missing::from)
}

fn package_answer(session: &Session<'_>, client: &Client, found: Found) -> Answer {
    match found {
        Found::One(package) => {
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

fn user_answer(found: Found, of_case: bool) -> Answer {
    match found {
        Found::One(user) => {
            let mut document = packages::user_document(&user);
            if let (Some(fields), false) = (document.as_object_mut(), of_case) {
                fields.insert("remark".to_owned(), json!(NOT_OF_CASE));
            }
            Ok(document)
        }
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

/// Said of a user who is only the one who was logged in.
const NOT_OF_CASE: &str = "nobody was named as the user of the case: this is the login that was used, and it neither sent nor gets the package; name the user with --user-id";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_of_the_case_if_named_or_part_of_the_package() {
        let package = json!({"id": "p", "sender": {"id": 7, "email": "a@x.example"}, "recipients": [{"id": "8", "type": "user"}], "bcc_recipients": [{"id": "9"}]});
        let by_id = |id: &str| json!({"id": id});
        for (user, is) in [
            (by_id("7"), true),
            (by_id("8"), true),
            (by_id("9"), true),
            (json!({"id": "10", "email": "A@x.example"}), true),
            (by_id("10"), false),
            (json!({"name": "nobody"}), false),
        ] {
            assert_eq!(has_to_do_with(&package, &user), is, "{user}");
            let wanted = Wanted {
                package_id: Some("p".to_owned()),
                ..Wanted::default()
            };
            assert_eq!(is_of_case(&wanted, Some(&package), &user), is, "{user}");
            assert!(
                !is_of_case(&wanted, None, &user),
                "of a package that is not seen"
            );
            let named = Wanted {
                user_name: Some("x".to_owned()),
                ..wanted
            };
            assert!(is_of_case(&named, Some(&package), &user));
        }
        assert!(is_of_case(&Wanted::default(), None, &by_id("10")));
    }
}
