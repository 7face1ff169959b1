//! The answers of the APIs as items of the plan. An API that cannot be asked has an item too, which says what to do.
use super::items::made_item;
use crate::collect::request::{Api, Request};
use crate::sources::answers::by_hand::how_to;
use crate::sources::answers::cloud::{OF_CLOUD, OF_NODE};
use crate::sources::answers::organization;
use crate::sources::item::{Decision, Item, ItemKind, Origin};

/// The entry of the token settings, which the user or a network trace can give as well.
const SETTINGS: &str = OF_CLOUD[0];

/// All entries of APIs. The case is complete by now.
pub(in crate::collect) fn api_items(request: &Request) -> Vec<Item> {
    let mut items = Vec::new();
    // A failed login is reported once, by the first entry that is missing because of it.
    let mut reported = false;
    for entry in OF_CLOUD {
        if let Some(item) = known_settings(request, entry) {
            items.push(item);
            continue;
        }
        items.push(item(entry, of_cloud(request, entry, reported)));
        reported = true;
    }
    let node = request.api.question().is_some_and(|q| q.node.is_some());
    let why = match &request.api {
        Api::Offline => "not asked, by --offline",
        Api::Online { .. } => "not asked: no node was given",
    };
    items.extend(OF_NODE.map(|entry| {
        let decision = match node {
            true => Decision::Collect,
            false => by_hand(why, entry),
        };
        item(entry, decision)
    }));
    items
}

fn item(entry: &'static str, decision: Decision) -> Item {
    let mut item = made_item("api", ItemKind::Api, entry.to_owned(), Origin::Api(entry));
    item.native_path = entry.to_owned();
    item.decision = decision;
    item
}

/// The token settings, where they are known without the API.
fn known_settings(request: &Request, entry: &'static str) -> Option<Item> {
    let asked = request.api.question().is_some_and(|q| q.cloud.is_some());
    if entry != SETTINGS || asked {
        return None;
    }
    let document = organization::known_otherwise(&request.known_settings)?;
    let mut text = serde_json::to_vec_pretty(&document).unwrap_or_default();
    text.push(b'\n');
    let mut item = item(entry, Decision::Collect);
    item.origin = Origin::Made(text);
    Some(item)
}

fn of_cloud(request: &Request, entry: &'static str, reported: bool) -> Decision {
    let no_cloud = match &request.api {
        Api::Offline => return by_hand("not asked, by --offline", entry),
        Api::Online { no_cloud, .. } => no_cloud,
    };
    match no_cloud {
        Some(no) if no.is_failure && !reported => Decision::Fail {
            reason: no.missing.reason.clone(),
            remedy: format!("{}; or: {}", no.missing.remedy, how_to(entry)),
        },
        Some(no) if no.is_failure => by_hand("not asked: the login cannot be used", entry),
        Some(no) => by_hand(
            &format!("{}; {}", no.missing.reason, no.missing.remedy),
            entry,
        ),
        None if entry == "aoc/package.json" && is_unnamed(request) => Decision::Skip(
            "no package was named; give it with --package-id, --package-name or --package-url"
                .to_owned(),
        ),
        None => Decision::Collect,
    }
}

fn is_unnamed(request: &Request) -> bool {
    let package = &request.case.package;
    package.id.is_none() && package.name.is_none()
}

fn by_hand(why: &str, entry: &str) -> Decision {
    Decision::Skip(format!("{why}; or: {}", how_to(entry)))
}
