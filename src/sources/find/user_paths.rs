//! What a person names with `--log`: a file, a folder or a pattern, on this machine or inside the
//! mounted image.
use std::path::Path;
use std::rc::Rc;

use super::discovery::Search;
use super::search::Hit;
use crate::sources::files::root_fs::{Found, Tree, Trouble, What};
use crate::sources::item::Role;
use crate::sources::paths::catalogue::{Confidence, Os, Row, RowKind, RowRole, Scope};
use crate::sources::paths::pattern::{NativePath, Part, PathPattern, has_wildcard};
use crate::sources::paths::rotation;

/// Names that are taken out of a folder; rotated and compressed siblings come along.
const NAMES: [&str; 11] = [
    "*.log*",
    "*.txt",
    "*.out",
    "*.err",
    "*.messages",
    "messages*",
    "localmessages*",
    "syslog*",
    "secure*",
    "authlog*",
    "system.log*",
];
/// Names of logs that the whole system writes to: also when a person hands one over, it holds more
/// than Aspera's lines.
const SHARED: [&str; 7] = [
    "messages",
    "localmessages",
    "syslog",
    "secure",
    "auth.log",
    "authlog",
    "system.log",
];

/// An argument that led to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sources) struct Unmatched {
    pub(in crate::sources) argument: String,
    pub(in crate::sources) reason: String,
    pub(in crate::sources) remedy: String,
}

/// Everything that one argument names.
pub(in crate::sources) fn find(
    image: &Tree,
    search: &Search,
    argument: &str,
) -> Result<Vec<Hit>, Unmatched> {
    let here = Tree::new(Os::current(), None);
    let mut found = on_this_machine(&here, argument);
    if found.is_empty() && search.root.is_some() {
        found = in_tree(image, argument, argument);
    }
    let unmatched = |reason: &str, remedy: &str| Unmatched {
        argument: argument.to_owned(),
        reason: reason.to_owned(),
        remedy: remedy.to_owned(),
    };
    if argument.trim().is_empty() {
        return Err(unmatched(
            "An empty text was given with --log.",
            "Give a file, a folder or a pattern such as '/var/log/aspera*.log'.",
        ));
    }
    if found.is_empty() {
        return Err(unmatched(
            "What was given with --log does not exist.",
            "Check the spelling; a pattern needs quotes so that the shell leaves it alone. `aoc-bundle paths` shows where logs are on this machine.",
        ));
    }
    let logs: Vec<Hit> = found
        .into_iter()
        .filter(|(found, _)| found.what != What::Folder)
        .map(|(found, tail)| hit(search, found, tail))
        .collect();
    if logs.is_empty() {
        return Err(unmatched(
            "The folder that was given with --log holds no logs.",
            "Name the files themselves, or a pattern such as 'FOLDER/*' in quotes.",
        ));
    }
    Ok(logs)
}

type Finds = Vec<(Found, Option<String>)>;

fn on_this_machine(tree: &Tree, argument: &str) -> Finds {
    let path = Path::new(argument);
    let Ok(absolute) = std::path::absolute(path) else {
        return Vec::new();
    };
    let pattern = if path.is_absolute() {
        argument.to_owned()
    } else {
        // Signs of patterns in the current folder's own name mean themselves.
        let folder = std::env::current_dir().unwrap_or_default();
        let folder = glob::Pattern::escape(&folder.to_string_lossy());
        format!("{folder}{}{argument}", std::path::MAIN_SEPARATOR)
    };
    in_tree(tree, &absolute.to_string_lossy(), &pattern)
}

fn in_tree(tree: &Tree, literal: &str, pattern: &str) -> Finds {
    let found = tree.look(literal);
    match found.what {
        What::Trouble(Trouble::Absent) if has_wildcard(pattern) => {
            let Ok(pattern) = PathPattern::parse(tree.os(), pattern) else {
                return Vec::new();
            };
            let mut finds = Vec::new();
            for found in tree.expand(&pattern, false) {
                if found.what == What::Folder {
                    finds.extend(in_folder(tree, &found.native));
                } else {
                    finds.push((found, None));
                }
            }
            finds
        }
        What::Trouble(Trouble::Absent) => Vec::new(),
        What::Folder => {
            let mut finds = in_folder(tree, &found.native);
            finds.push((found, None));
            finds
        }
        _ => vec![(found, None)],
    }
}

/// The logs in a folder and below it, with their place from that folder on.
fn in_folder(tree: &Tree, folder: &str) -> Finds {
    let os = tree.os();
    let mut top = NativePath::parse(os, folder);
    let depth = top.parts.len().saturating_sub(1);
    for part in &mut top.parts {
        *part = glob::Pattern::escape(part);
    }
    top.parts.extend(["**".to_owned(), "*".to_owned()]);
    let names: Vec<Part> = NAMES
        .iter()
        .filter_map(|name| glob::Pattern::new(name).ok().map(Part::Wild))
        .collect();
    let Ok(pattern) = PathPattern::parse(os, &top.spell(os)) else {
        return Vec::new();
    };
    tree.expand(&pattern, false)
        .into_iter()
        .filter_map(|found| {
            let path = NativePath::parse(os, &found.native);
            let wanted = |name: &Part| name.fits(os, path.file_name(), true);
            // What hinders the search is told whatever its name is.
            let hinders = matches!(found.what, What::LinkedFolder)
                || matches!(
                    found.what,
                    What::Trouble(Trouble::Denied | Trouble::TooMany)
                );
            (hinders || names.iter().any(wanted)).then(|| {
                let tail = path.parts.get(depth..).map(|parts| parts.join("/"));
                (found, tail)
            })
        })
        .collect()
}

fn hit(search: &Search, found: Found, tail: Option<String>) -> Hit {
    let name = found.native.rsplit(['/', '\\']).next().unwrap_or_default();
    let shared = SHARED.iter().any(|known| rotation::belongs(known, name));
    let role = search.role.unwrap_or_else(|| guess_role(&found.native));
    let row = Row {
        id: "given".to_owned(),
        product: "Given with --log".to_owned(),
        slug: "given".to_owned(),
        role: match role {
            Role::Client => RowRole::Client,
            Role::Server => RowRole::Server,
        },
        scope: Scope::System,
        kind: if shared {
            RowKind::SharedLog
        } else {
            RowKind::Log
        },
        globs: Vec::new(),
        what: "A log that was named by hand.".to_owned(),
        confidence: Confidence::Read,
        examples: Vec::new(),
        near: Vec::new(),
    };
    Hit {
        row: Rc::new(row),
        user: None,
        found,
        weight: 0,
        tail,
    }
}

/// Which side a log is about, by the words in its path; the folder nearest to the file decides.
fn guess_role(native: &str) -> Role {
    const CLIENT: [&str; 9] = [
        "client",
        "connect",
        "desktop",
        "cli",
        "drive",
        "cargo",
        "ascli",
        "sdk",
        "transferd",
    ];
    const SERVER: [&str; 9] = [
        "server",
        "node",
        "hsts",
        "noded",
        "asperanoded",
        "asperacentral",
        "asperahttpd",
        "aejd",
        "faspex",
    ];
    for part in native.rsplit(['/', '\\']) {
        let part = part.to_lowercase();
        let mut words = part.split(|sign: char| !sign.is_alphanumeric());
        if words.clone().any(|word| SERVER.contains(&word)) {
            return Role::Server;
        }
        if words.any(|word| CLIENT.contains(&word)) {
            return Role::Client;
        }
    }
    Role::Client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_is_guessed_from_the_words_of_the_path() {
        let cases = [
            ("/evidence/client/aspera-scp-transfer.log", Role::Client),
            ("/evidence/server/aspera-scp-transfer.log", Role::Server),
            ("/server/data/aspera-connect.log", Role::Client),
            ("/x/server.messages", Role::Server),
            ("/x/client.messages", Role::Client),
            (r"C:\logs\asperanoded.log", Role::Server),
            ("/x/y.log", Role::Client),
        ];
        for (path, role) in cases {
            assert_eq!(guess_role(path), role, "{path}");
        }
    }
}
