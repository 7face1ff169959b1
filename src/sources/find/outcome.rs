//! Makes one thing of all names of one file, and decides what becomes of it: read, listed, left out,
//! or told as a failure with its remedy.
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::SystemTime;

use super::discovery::Search;
use super::search::Hit;
use crate::sources::files::root_fs::{FileId, Found, Trouble, What, open_regular};
use crate::sources::item::{Decision, Role};
use crate::sources::paths::catalogue::{Catalogue, Confidence, Os, Row, RowKind};
use crate::sources::paths::pattern::NativePath;
use crate::sources::paths::places::is_root;
use crate::sources::paths::rotation;

/// One thing that was found, under its best name.
#[derive(Clone, Debug)]
pub(in crate::sources) struct Thing {
    pub(in crate::sources) row: Rc<Row>,
    pub(in crate::sources) kind: RowKind,
    pub(in crate::sources) user: Option<String>,
    pub(in crate::sources) native: String,
    pub(in crate::sources) real: PathBuf,
    pub(in crate::sources) tail: Option<String>,
    pub(in crate::sources) size: Option<u64>,
    pub(in crate::sources) modified: Option<SystemTime>,
    pub(in crate::sources) aliases: Vec<String>,
    pub(in crate::sources) decision: Decision,
}

/// One thing for every file, and one for every hindrance; `all` also tells hindrances that cost
/// nothing.
pub(in crate::sources) fn decide(
    search: &Search,
    catalogue: &Catalogue,
    hits: Vec<Hit>,
    all: bool,
) -> Vec<Thing> {
    let mut files: BTreeMap<FileId, Vec<Hit>> = BTreeMap::new();
    let mut others: BTreeMap<String, Hit> = BTreeMap::new();
    for hit in hits {
        match &hit.found.what {
            What::File { id, .. } => files.entry(id.clone()).or_default().push(hit),
            _ if all || is_worth_telling(&hit) => {
                let known = others
                    .entry(hit.found.native.clone())
                    .or_insert_with(|| hit.clone());
                // A closed folder matters for the logs in it, whatever else was looked for there.
                let matters = |hit: &Hit| (hit.row.kind.rotates(), hit.weight);
                if matters(&hit) > matters(known) {
                    *known = hit;
                }
            }
            _ => {}
        }
    }
    let mut things: Vec<Thing> = files
        .into_values()
        .filter_map(|names| file(search, catalogue, &names))
        .collect();
    things.extend(others.into_values().map(|hit| hindrance(search, &hit)));
    things
}

/// What is never opened needs no remedy, a link to a folder matters only among logs, and a closed
/// folder only where the product is known to write there.
fn is_worth_telling(hit: &Hit) -> bool {
    let guessed = matches!(
        hit.row.confidence,
        Confidence::Inferred | Confidence::Memory
    );
    match hit.found.what {
        What::LinkedFolder => hit.row.kind.rotates(),
        What::Trouble(Trouble::Denied) if guessed => false,
        _ => hit.row.kind != RowKind::Sealed,
    }
}

fn file(search: &Search, catalogue: &Catalogue, names: &[Hit]) -> Option<Thing> {
    let os = search.os;
    let sealed_by_name = names.iter().find_map(|hit| {
        [&hit.found.native, &hit.found.resolved]
            .into_iter()
            .find_map(|path| catalogue.never_opened(NativePath::parse(os, path).file_name()))
    });
    // Of equals the first wins: a row of the catalogue over a place that settings name.
    let first = names
        .iter()
        .rev()
        .max_by_key(|hit| (rank(hit.row.kind), hit.weight))?;
    let best = names
        .iter()
        .filter(|hit| hit.row.kind == first.row.kind)
        .min_by_key(|hit| name_order(os, &hit.found))
        .unwrap_or(first);
    let kind = if sealed_by_name.is_some() {
        RowKind::Sealed
    } else {
        first.row.kind
    };
    let native = &best.found.native;
    let mut aliases: Vec<String> = names
        .iter()
        .flat_map(|hit| [&hit.found.native, &hit.found.resolved])
        .filter(|name| *name != native)
        .cloned()
        .collect();
    aliases.sort();
    aliases.dedup();
    let What::File { size, modified, .. } = &best.found.what else {
        return None;
    };
    let decision = if kind == RowKind::Sealed {
        let what = sealed_by_name.unwrap_or_else(|| first.row.what.trim_end_matches('.'));
        Decision::List(format!("Never opened: {}.", lower_first(what)))
    } else if let Some(skip) = other_side(search, first) {
        skip
    } else {
        match open_regular(&best.found.real) {
            Ok(_) => Decision::Collect,
            Err(error) => failure(search.os, opening(&error), best),
        }
    };
    Some(Thing {
        row: Rc::clone(&first.row),
        kind,
        user: best.user.clone(),
        native: native.clone(),
        real: best.found.real.clone(),
        tail: best.tail.clone().filter(|_| best.row.id == first.row.id),
        size: Some(*size),
        modified: *modified,
        aliases,
        decision,
    })
}

fn hindrance(search: &Search, hit: &Hit) -> Thing {
    let decision = match other_side(search, hit) {
        Some(skip) => skip,
        None if hit.found.what == What::LinkedFolder => Decision::Skip(
            "This is a link to a folder, and such links are not followed; name the folder with --log if its logs matter."
                .to_owned(),
        ),
        None => failure(search.os, &hit.found.what, hit),
    };
    Thing {
        row: Rc::clone(&hit.row),
        kind: hit.row.kind,
        user: hit.user.clone(),
        native: hit.found.native.clone(),
        real: hit.found.real.clone(),
        tail: hit.tail.clone(),
        size: None,
        modified: None,
        aliases: Vec::new(),
        decision,
    }
}

/// Of two rows that claim a file, the one that promises to be more careful wins.
const fn rank(kind: RowKind) -> u8 {
    match kind {
        RowKind::Sealed => 3,
        RowKind::Config => 2,
        RowKind::SharedLog => 1,
        RowKind::Log => 0,
    }
}

/// The best name comes first: no link, not rotated, short.
fn name_order(os: Os, found: &Found) -> (bool, bool, usize, String) {
    let path = NativePath::parse(os, &found.native);
    (
        found.native != found.resolved,
        !rotation::is_current(path.file_name()),
        found.native.len(),
        found.native.clone(),
    )
}

fn other_side(search: &Search, hit: &Hit) -> Option<Decision> {
    let wanted = search.role?;
    let role = hit.row.role.role()?;
    (role != wanted).then(|| {
        let option = match wanted {
            Role::Client => "client",
            Role::Server => "server",
        };
        Decision::Skip(format!("Left out by --role {option}."))
    })
}

fn opening(error: &io::Error) -> &'static What {
    match error.kind() {
        io::ErrorKind::NotFound => &What::Trouble(Trouble::Vanished),
        io::ErrorKind::PermissionDenied => &What::Trouble(Trouble::Denied),
        io::ErrorKind::InvalidInput => &What::Special("no longer a regular file"),
        _ => &What::Trouble(Trouble::Other(io::ErrorKind::Other)),
    }
}

fn failure(os: Os, what: &What, hit: &Hit) -> Decision {
    let (reason, remedy) = match what {
        What::Folder => (
            "This is a folder where a log or a setting should be.".to_owned(),
            "If it holds logs, name it with --log.".to_owned(),
        ),
        What::Special(name) => (
            format!("This is {name}, not a file, and was not opened."),
            "If a program writes a log elsewhere, name that file with --log.".to_owned(),
        ),
        What::Trouble(Trouble::Denied) => (
            "The right to read this is missing.".to_owned(),
            remedy_for_rights(Os::current(), is_root(), hit.user.as_deref()),
        ),
        What::Trouble(Trouble::Loop) => (
            "The symbolic links here lead to each other in a circle.".to_owned(),
            "Mend the links, or name the real file with --log.".to_owned(),
        ),
        What::Trouble(Trouble::Dangling) => (
            "This is a symbolic link to something that does not exist.".to_owned(),
            "If the log was moved, name the real file with --log.".to_owned(),
        ),
        What::Trouble(Trouble::TooMany) => (
            "This folder holds too many entries to look at them all.".to_owned(),
            "Name the logs in it with --log.".to_owned(),
        ),
        What::Trouble(Trouble::Vanished | Trouble::Absent) => (
            "This vanished while it was looked at, probably by log rotation.".to_owned(),
            "Run again.".to_owned(),
        ),
        What::Trouble(Trouble::Other(kind)) => (
            format!("The system cannot read this: {kind}."),
            match os {
                Os::Windows => "Check the disk, or whether another program locks the file.",
                Os::Linux | Os::Macos => "Check the disk or the network mount.",
            }
            .to_owned(),
        ),
        What::File { .. } | What::LinkedFolder => (
            "This could not be read.".to_owned(),
            "Run again.".to_owned(),
        ),
    };
    Decision::Fail { reason, remedy }
}

/// Which command gives the right to read, on the machine that we run on.
fn remedy_for_rights(os: Os, root: bool, user: Option<&str>) -> String {
    if root {
        return "Not even root may read this here; copy it to a place that can be read and add it with --log."
            .to_owned();
    }
    let mut remedy = match os {
        Os::Windows => {
            return "Run again in a terminal that was opened with \"Run as administrator\"."
                .to_owned();
        }
        Os::Linux | Os::Macos => "Run again with `sudo aoc-bundle collect`".to_owned(),
    };
    if let Some(user) = user {
        remedy.push_str(", or as the user ");
        remedy.push_str(user);
    }
    if os == Os::Macos {
        remedy.push_str(
            "; if that is refused too, allow the terminal Full Disk Access in System Settings",
        );
    }
    remedy.push('.');
    remedy
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    // `SQLite` and `SSH` keep their capitals.
    match (letters.next(), text.chars().nth(1)) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remedy_names_what_works_on_this_system() {
        let cases = [
            (
                Os::Linux,
                false,
                Some("kim"),
                "sudo aoc-bundle collect",
                "as the user kim",
            ),
            (Os::Linux, false, None, "sudo aoc-bundle collect", "."),
            (Os::Linux, true, Some("kim"), "--log", "Not even root"),
            (
                Os::Macos,
                false,
                None,
                "sudo aoc-bundle collect",
                "Full Disk Access",
            ),
            (
                Os::Windows,
                false,
                Some("kim"),
                "Run as administrator",
                "terminal",
            ),
        ];
        for (os, root, user, one, two) in cases {
            let remedy = remedy_for_rights(os, root, user);
            assert!(remedy.contains(one) && remedy.contains(two), "{remedy}");
        }
    }
}
