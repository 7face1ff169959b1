//! What there is to collect: the catalogue, the places that settings name and the files that a person
//! names, looked up on this machine or in a mounted image. Nothing is read but
//! settings that say where logs go, and no error ends the search.
use std::path::PathBuf;
use std::time::SystemTime;

use super::entry_names::entries;
use super::outcome::{Thing, decide};
use super::search::{BrokenConf, survey};
use crate::sources::item::{Decision, Item, ItemKind, Origin, Role};
use crate::sources::paths::catalogue::{Catalogue, Confidence, Os};
use crate::sources::paths::pattern::NativePath;
use crate::sources::paths::places::Places;
use crate::sources::paths::rotation;

/// What to look for, and where.
#[derive(Clone, Debug)]
pub struct Search {
    /// The system whose table is used.
    pub os: Os,
    /// The folder under which an image of that system is mounted; `None` for this machine.
    pub root: Option<PathBuf>,
    /// Take only this side; things of the whole machine are always taken.
    pub role: Option<Role>,
    /// Files, folders and patterns that the person named.
    pub logs: Vec<String>,
}

/// What became of one known path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathState {
    /// It is there and can be read.
    Found {
        /// Size in bytes.
        size: u64,
        /// Time of last change, where known.
        modified: Option<SystemTime>,
    },
    /// Nothing is there.
    Missing,
    /// It is there and cannot be read.
    Unreadable {
        /// What went wrong.
        reason: String,
        /// What the person can do about it.
        remedy: String,
    },
    /// It is there and is never opened.
    Sealed {
        /// Size in bytes.
        size: u64,
        /// Time of last change, where known.
        modified: Option<SystemTime>,
    },
}

/// One known path of this system, for a person to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPath {
    /// Row of the catalogue.
    pub row: String,
    /// Product as people call it.
    pub product: String,
    /// Client or server; `None` for the whole machine.
    pub role: Option<Role>,
    /// How it is treated.
    pub kind: ItemKind,
    /// The path of what was found, or the pattern that found nothing.
    pub native: String,
    /// What became of it.
    pub state: PathState,
    /// What it is, in one sentence.
    pub what: String,
    /// How sure we are that the product writes there.
    pub confidence: Confidence,
}

/// Everything that was found, one item for each file, sorted by entry; entries are unique. A log
/// that was named and does not exist is an item that fails.
#[must_use]
pub fn discover(search: &Search, places: &Places) -> Vec<Item> {
    let catalogue = match Catalogue::load(search.os) {
        Ok(catalogue) => catalogue,
        Err(error) => return vec![broken_catalogue(&error.to_string())],
    };
    let survey = survey(search, places, &catalogue);
    let mut things = decide(search, &catalogue, survey.hits, false);
    things.sort_by_cached_key(|thing| order(search.os, thing));
    let names = entries(search.os, &things);
    let mut items: Vec<Item> = things
        .into_iter()
        .zip(names)
        .map(|(thing, entry)| item(thing, entry))
        .collect();
    items.extend(survey.broken.iter().map(broken_conf));
    for unmatched in survey.unmatched {
        items.push(Item {
            native_path: unmatched.argument,
            decision: Decision::Fail {
                reason: unmatched.reason,
                remedy: unmatched.remedy,
            },
            ..nothing("given", "Given with --log", "given")
        });
    }
    items.sort_by(|a, b| (&a.entry, &a.native_path).cmp(&(&b.entry, &b.native_path)));
    let mut used = std::collections::BTreeSet::new();
    for item in &mut items {
        let mut number = 2;
        let wanted = item.entry.clone();
        while !used.insert(item.entry.to_lowercase()) {
            item.entry = format!("{wanted}-{number}");
            number += 1;
        }
    }
    items.sort_by(|a, b| a.entry.cmp(&b.entry));
    items
}

/// The known paths of the system: what is there, and what is not.
#[must_use]
pub fn known_paths(search: &Search, places: &Places) -> Vec<KnownPath> {
    let Ok(catalogue) = Catalogue::load(search.os) else {
        return Vec::new();
    };
    let survey = survey(search, places, &catalogue);
    let everything = Search {
        role: None,
        ..search.clone()
    };
    let mut paths: Vec<KnownPath> = decide(&everything, &catalogue, survey.hits, true)
        .into_iter()
        .filter_map(known_path)
        .collect();
    paths.extend(survey.missing.into_iter().map(|(row, native)| KnownPath {
        row: row.id.clone(),
        product: row.product.clone(),
        role: row.role.role(),
        kind: row.kind.item(),
        native,
        state: PathState::Missing,
        what: row.what.clone(),
        confidence: row.confidence,
    }));
    paths.extend(survey.unmatched.into_iter().map(|unmatched| KnownPath {
        row: "given".to_owned(),
        product: "Given with --log".to_owned(),
        role: None,
        kind: ItemKind::Log,
        native: unmatched.argument,
        state: PathState::Unreadable {
            reason: unmatched.reason,
            remedy: unmatched.remedy,
        },
        what: "A log that was named by hand.".to_owned(),
        confidence: Confidence::Read,
    }));
    if let Some(wanted) = search.role {
        paths.retain(|path| path.role.is_none_or(|role| role == wanted));
    }
    let place = |id: &str| catalogue.rows.iter().position(|row| row.id == id);
    paths.sort_by_cached_key(|path| {
        let missing = path.state == PathState::Missing;
        let at = place(&path.row).unwrap_or(usize::MAX);
        (at, missing, path.native.clone())
    });
    paths
}

/// Current files before rotated ones, so that they get the plain entry where two want it.
fn order(os: Os, thing: &Thing) -> (bool, usize, String) {
    let path = NativePath::parse(os, &thing.native);
    let rotated = !rotation::is_current(path.file_name());
    (rotated, thing.native.len(), thing.native.clone())
}

fn item(thing: Thing, entry: String) -> Item {
    Item {
        row: thing.row.id.clone(),
        product: thing.row.product.clone(),
        slug: thing.row.slug.clone(),
        role: thing.row.role.role(),
        kind: thing.kind.item(),
        origin: Origin::File(thing.real),
        native_path: thing.native,
        entry,
        size: thing.size,
        modified: thing.modified,
        aliases: thing.aliases,
        decision: thing.decision,
    }
}

fn known_path(thing: Thing) -> Option<KnownPath> {
    let size = thing.size.unwrap_or_default();
    let modified = thing.modified;
    let state = match thing.decision {
        Decision::Collect => PathState::Found { size, modified },
        Decision::List(_) => PathState::Sealed { size, modified },
        Decision::Fail { reason, remedy } => PathState::Unreadable { reason, remedy },
        Decision::Skip(_) => return None,
    };
    Some(KnownPath {
        row: thing.row.id.clone(),
        product: thing.row.product.clone(),
        role: thing.row.role.role(),
        kind: thing.kind.item(),
        native: thing.native,
        state,
        what: thing.row.what.clone(),
        confidence: thing.row.confidence,
    })
}

fn nothing(row: &str, product: &str, slug: &str) -> Item {
    Item {
        row: row.to_owned(),
        product: product.to_owned(),
        slug: slug.to_owned(),
        role: None,
        kind: ItemKind::Log,
        origin: Origin::Made(Vec::new()),
        native_path: String::new(),
        entry: format!("logs/{slug}"),
        size: None,
        modified: None,
        aliases: Vec::new(),
        decision: Decision::Collect,
    }
}

/// The settings themselves are collected; this says that logs may be missing because of them.
fn broken_conf(broken: &BrokenConf) -> Item {
    let row = &broken.hit.row;
    Item {
        role: row.role.role(),
        native_path: broken.hit.found.native.clone(),
        entry: format!("logs/{}-folders-of-aspera-conf", row.slug),
        decision: Decision::Fail {
            reason: broken.error.to_string(),
            remedy: "Name the log folders with --log.".to_owned(),
        },
        ..nothing(&row.id, &row.product, &row.slug)
    }
}

fn broken_catalogue(reason: &str) -> Item {
    Item {
        decision: Decision::Fail {
            reason: reason.to_owned(),
            remedy:
                "This build is faulty; install a released one, and name logs with --log until then."
                    .to_owned(),
        },
        ..nothing("catalogue", "aoc-bundle", "catalogue")
    }
}

#[cfg(test)]
#[path = "discovery_tests.rs"]
mod tests;
