//! Items that no catalogue finds: facts of the host, status commands, network traces given by hand.
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::request::{Api, Request};
use crate::sources::cloud::{OF_CLOUD, OF_NODE};
use crate::sources::commands;
use crate::sources::har;
use crate::sources::host::{Asked, Machine, facts};
use crate::sources::item::{Decision, Item, ItemKind, Origin};
use crate::sources::organization;
use crate::sources::rootfs::Tree;

fn made_item(row: &str, kind: ItemKind, entry: String, origin: Origin) -> Item {
    Item {
        row: row.to_owned(),
        product: String::new(),
        slug: String::new(),
        role: None,
        kind,
        native_path: String::new(),
        entry,
        size: None,
        modified: None,
        aliases: Vec::new(),
        decision: Decision::Collect,
        origin,
    }
}

/// Facts about the host, gathered at once: they are small.
pub(super) fn host(request: &Request, zone: &TimeZone) -> Item {
    let machine = if request.root.is_some() {
        Machine::Image
    } else {
        Machine::Here
    };
    let tree = Tree::new(request.os, request.root.as_deref());
    let asked = Asked {
        now: request.clock.now(),
        zone: zone.clone(),
        vars: request.environment.clone(),
    };
    let facts = facts(&tree, machine, &asked);
    let mut text = serde_json::to_vec_pretty(&facts).unwrap_or_default();
    text.push(b'\n');
    made_item(
        "host-facts",
        ItemKind::Host,
        "system/host.json".to_owned(),
        Origin::Made(text),
    )
}

/// The status commands of this system; none for an image.
pub(super) fn command_items(request: &Request) -> Vec<Item> {
    if !request.commands || request.root.is_some() {
        return Vec::new();
    }
    commands::table(request.os)
        .into_iter()
        .map(|spec| {
            let entry = format!("system/commands/{}.txt", spec.id);
            let mut item = made_item(
                &spec.id,
                ItemKind::Command,
                entry,
                Origin::Command(spec.id.clone()),
            );
            item.product = spec.product.clone();
            item.native_path = spec.line();
            item
        })
        .collect()
}

/// What is asked of the APIs, and what would be asked if it could.
pub(super) fn api_items(request: &Request) -> Vec<Item> {
    let item = |entry: &'static str, decision: Decision| {
        let mut item = made_item("api", ItemKind::Api, entry.to_owned(), Origin::Api(entry));
        item.native_path = entry.to_owned();
        item.decision = decision;
        item
    };
    let cloud = match &request.api {
        Api::Offline => Decision::Skip(by_hand("nothing was asked of the API, by --offline")),
        Api::Online {
            no_cloud: Some(no), ..
        } if no.is_failure => Decision::Fail {
            reason: no.missing.reason.clone(),
            remedy: no.missing.remedy.clone(),
        },
        Api::Online {
            no_cloud: Some(no), ..
        } => {
            let reason = format!("{}; {}", no.missing.reason, no.missing.remedy);
            Decision::Skip(by_hand(&reason))
        }
        Api::Online { .. } => Decision::Collect,
    };
    let mut items = Vec::new();
    match &cloud {
        Decision::Skip(_) => items.push(item(OF_CLOUD[0], cloud)),
        Decision::Fail { .. } => items.push(item(OF_CLOUD[0], cloud)),
        _ => {
            let case = &request.case;
            for entry in OF_CLOUD {
                let unnamed = entry == "aoc/package.json"
                    && case.package.id.is_none()
                    && case.package.name.is_none();
                let decision = if unnamed {
                    Decision::Skip("no package was named; give it with --package-id, --package-name or --package-url".to_owned())
                } else {
                    Decision::Collect
                };
                items.push(item(entry, decision));
            }
        }
    }
    if request.api.question().is_some_and(|q| q.node.is_some()) {
        items.extend(OF_NODE.map(|entry| item(entry, Decision::Collect)));
    }
    items
}

/// What a person can do where nobody is asked.
fn by_hand(reason: &str) -> String {
    let missing = organization::by_hand(reason);
    format!("{}: {}", missing.reason, missing.remedy)
}

/// HAR files and folders given by hand.
pub(super) fn har_items(paths: &[PathBuf]) -> Vec<Item> {
    let mut out = Vec::new();
    for path in paths {
        let mut found: Vec<PathBuf> = match std::fs::read_dir(path) {
            Ok(entries) => entries
                .flatten()
                .map(|e| e.path())
                .filter(|p| har::is_called_har(p))
                .collect(),
            Err(_) => vec![path.clone()],
        };
        found.sort();
        if found.is_empty() {
            let remedy = "record a network trace in the browser and save it as .har, then give that file with --har";
            out.push(failed_har(
                path,
                "no .har, .zhar, .har.gz or .har.zip file is in this folder",
                remedy,
            ));
        }
        out.extend(found.iter().map(|p| har_item(p)));
    }
    out
}

fn failed_har(path: &Path, reason: &str, remedy: &str) -> Item {
    let mut item = har_item(path);
    item.decision = Decision::Fail {
        reason: reason.to_owned(),
        remedy: remedy.to_owned(),
    };
    item
}

fn har_item(path: &Path) -> Item {
    let file = path.file_name().map_or_else(
        || "trace.har".to_owned(),
        |n| n.to_string_lossy().into_owned(),
    );
    let stem = har::stem(&file);
    let mut item = made_item(
        "har",
        ItemKind::Har,
        format!("network/{stem}.har"),
        Origin::File(path.to_path_buf()),
    );
    item.native_path = path.to_string_lossy().into_owned();
    match std::fs::metadata(path) {
        Ok(facts) => {
            item.size = Some(facts.len());
            item.modified = facts.modified().ok();
        }
        Err(error) => {
            let error = crate::sources::open::OpenError::from_io(&error);
            item.decision = Decision::Fail {
                reason: error.to_string(),
                remedy: error.remedy().to_owned(),
            };
        }
    }
    item
}
