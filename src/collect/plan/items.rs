//! Items that are not in the catalogue of paths: facts of the host, status commands, network traces named by the user.
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use crate::collect::request::Request;
use crate::sources::files::root_fs::Tree;
use crate::sources::har::discovery;
use crate::sources::item::{Decision, Item, ItemKind, Origin};
use crate::sources::system::commands;
use crate::sources::system::host::{Asked, Machine, facts};

pub(in crate::collect) fn made_item(
    row: &str,
    kind: ItemKind,
    entry: String,
    origin: Origin,
) -> Item {
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

/// True for a file that is compressed, by its name.
pub(in crate::collect) fn is_compressed(path: &Path) -> bool {
    path.extension().is_some_and(|e| {
        ["gz", "xz", "zst", "bz2", "zhar"]
            .iter()
            .any(|c| e.eq_ignore_ascii_case(c))
    })
}

/// Facts about the host, gathered at once: they are small.
pub(in crate::collect) fn host(request: &Request, zone: &TimeZone) -> Item {
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
pub(in crate::collect) fn command_items(request: &Request) -> Vec<Item> {
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

/// HAR files, and those in folders, that the user named.
pub(in crate::collect) fn har_items(paths: &[PathBuf]) -> Vec<Item> {
    let mut out = Vec::new();
    for path in paths {
        let mut found: Vec<PathBuf> = match std::fs::read_dir(path) {
            Ok(entries) => entries
                .flatten()
                .map(|e| e.path())
                .filter(|p| discovery::is_called_har(p))
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
    let stem = discovery::stem(&file);
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
            let error = crate::sources::files::regular_file::OpenError::from_io(&error);
            item.decision = Decision::Fail {
                reason: error.to_string(),
                remedy: error.remedy().to_owned(),
            };
        }
    }
    item
}
