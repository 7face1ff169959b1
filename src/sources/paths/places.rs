//! Where the catalogue's variables point: home folders and program folders. [`resolve`] is the one
//! pure function that turns a row into native patterns, so that all three tables are tested on any
//! system; the environment and the list of homes are read here and nowhere else below `cli`.
use std::collections::BTreeMap;
use std::path::Path;

use super::catalogue::{Os, Row};
use super::pattern::NativePath;
use crate::sources::files::root_fs::Tree;

/// One person's home folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Login name.
    pub user: String,
    /// Native path of the folder.
    pub path: String,
    /// `%LOCALAPPDATA%` where it is not below the home, on Windows.
    pub localappdata: Option<String>,
    /// `%APPDATA%` where it is not below the home, on Windows.
    pub appdata: Option<String>,
}

impl Home {
    /// A home whose folders lie where they lie by default.
    #[must_use]
    pub fn new(user: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            user: user.into(),
            path: path.into(),
            localappdata: None,
            appdata: None,
        }
    }

    fn value(&self, os: Os, name: &str) -> Option<String> {
        let below = |tail: &str| format!("{}\\{tail}", trimmed(os, &self.path));
        match name {
            "home" | "userprofile" => Some(self.path.clone()),
            "localappdata" => Some(
                self.localappdata
                    .clone()
                    .unwrap_or_else(|| below("AppData\\Local")),
            ),
            "appdata" => Some(
                self.appdata
                    .clone()
                    .unwrap_or_else(|| below("AppData\\Roaming")),
            ),
            _ => None,
        }
    }
}

/// Everything that differs between two machines of one system, in native spelling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The home folders to search.
    pub homes: Vec<Home>,
    /// `programfiles`, `programfiles_x86`, `programdata` and the like.
    pub vars: BTreeMap<String, String>,
}

/// One pattern to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Native pattern; signs of the values that a pattern would misread are escaped.
    pub native_glob: String,
    /// Whose home it is in.
    pub home_user: Option<String>,
}

/// The patterns of a row on a machine with these places, in the order of the row's globs. A glob
/// with a variable that has no value there gives none.
#[must_use]
pub fn resolve(os: Os, row: &Row, places: &Places) -> Vec<Probe> {
    row.globs
        .iter()
        .flat_map(|glob| resolve_glob(os, glob, places))
        .collect()
}

/// The patterns of one glob of a row: one for every home, or one for the machine.
pub(in crate::sources) fn resolve_glob(os: Os, glob: &str, places: &Places) -> Vec<Probe> {
    let probe = |home: Option<&Home>| {
        let value = |name: &str| {
            home.and_then(|home| home.value(os, name))
                .or_else(|| places.vars.get(name).cloned())
        };
        Some(Probe {
            native_glob: fill(os, glob, value)?,
            home_user: home.map(|home| home.user.clone()),
        })
    };
    if HOME_VARIABLES.iter().any(|name| uses(glob, name)) {
        places
            .homes
            .iter()
            .filter_map(|home| probe(Some(home)))
            .collect()
    } else {
        probe(None).into_iter().collect()
    }
}

/// A glob as a person reads it, with `~` or `%LOCALAPPDATA%` for whoever's home it is.
pub(in crate::sources) fn for_people(os: Os, glob: &str, places: &Places) -> Option<String> {
    let anybody = match os {
        Os::Linux | Os::Macos => Home::new("", "~"),
        Os::Windows => Home {
            localappdata: Some("%LOCALAPPDATA%".to_owned()),
            appdata: Some("%APPDATA%".to_owned()),
            ..Home::new("", "%USERPROFILE%")
        },
    };
    let places = Places {
        homes: vec![anybody],
        vars: places.vars.clone(),
    };
    let probe = resolve_glob(os, glob, &places).into_iter().next()?;
    Some(super::pattern::unescape(&probe.native_glob))
}

const HOME_VARIABLES: [&str; 4] = ["home", "userprofile", "localappdata", "appdata"];

fn uses(glob: &str, name: &str) -> bool {
    glob.contains(&format!("${{{name}}}"))
}

fn fill(os: Os, glob: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let native = |text: &str| text.replace('/', os.separator().encode_utf8(&mut [0; 4]));
    let mut filled = String::new();
    let mut rest = glob;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, tail) = after.split_once('}')?;
        filled.push_str(&native(before));
        filled.push_str(&glob::Pattern::escape(trimmed(os, &value(name)?)));
        rest = tail;
    }
    filled.push_str(&native(rest));
    Some(filled)
}

fn trimmed(os: Os, path: &str) -> &str {
    let cuts: &[char] = if os == Os::Windows {
        &['\\', '/']
    } else {
        &['/']
    };
    path.trim_end_matches(cuts)
}

impl Places {
    /// The places of the machine we run on: every home where we may look into it, so for root
    /// those of all people.
    #[must_use]
    pub fn of_this_machine(os: Os) -> Self {
        if os != Os::current() {
            return Self::in_tree(&Tree::new(os, None));
        }
        let tree = Tree::new(os, None);
        let mut places = Self::in_tree(&tree);
        if !is_root() {
            places.homes.retain(|home| may_list(&tree, &home.path));
        }
        let own = own_home(os);
        if let Some(own) = own {
            match places
                .homes
                .iter_mut()
                .find(|home| trimmed(os, &home.path) == trimmed(os, &own.path))
            {
                Some(known) => *known = own,
                None => places.homes.insert(0, own),
            }
        }
        if os == Os::Windows {
            // A 32-bit build sees the 64-bit folder only under its second name.
            let found = [
                ("programfiles", &["ProgramW6432", "ProgramFiles"][..]),
                ("programfiles_x86", &["ProgramFiles(x86)"]),
                ("programdata", &["ProgramData"]),
            ];
            for (name, variables) in found {
                if let Some(value) = variables.iter().find_map(|variable| environment(variable)) {
                    places.vars.insert(name.to_owned(), value);
                }
            }
        }
        places
    }

    /// The places of a mounted image: every home in it.
    #[must_use]
    pub fn of_image(os: Os, root: &Path) -> Self {
        Self::in_tree(&Tree::new(os, Some(root)))
    }

    fn in_tree(tree: &Tree) -> Self {
        let os = tree.os();
        let mut homes: Vec<Home> = Vec::new();
        let mut add = |user: String, path: String| {
            let known = homes
                .iter()
                .any(|home| trimmed(os, &home.path) == trimmed(os, &path));
            if !known && !user.is_empty() {
                homes.push(Home::new(user, path));
            }
        };
        if os == Os::Linux {
            let passwd = tree.read("/etc/passwd", 16 << 20).unwrap_or_default();
            for (user, path) in passwd_homes(&String::from_utf8_lossy(&passwd)) {
                let is_folder = matches!(
                    tree.look(&path).what,
                    crate::sources::files::root_fs::What::Folder
                );
                if is_folder {
                    add(user, path);
                }
            }
        }
        for (folder, skipped) in home_roots(os) {
            for name in tree.folders(folder) {
                let skip = name.starts_with('.')
                    || skipped
                        .iter()
                        .any(|other| other.eq_ignore_ascii_case(&name));
                if !skip {
                    let path = format!("{folder}{}{name}", os.separator());
                    add(name, path);
                }
            }
        }
        for (user, path) in single_homes(os) {
            if matches!(
                tree.look(path).what,
                crate::sources::files::root_fs::What::Folder
            ) {
                add((*user).to_owned(), (*path).to_owned());
            }
        }
        homes.sort_by(|a, b| (&a.user, &a.path).cmp(&(&b.user, &b.path)));
        Self {
            homes,
            vars: usual_vars(os),
        }
    }

    /// The sample machine that the examples in the tables are about.
    #[cfg(test)]
    pub(in crate::sources) fn sample(os: Os) -> Self {
        let (path, logs) = match os {
            Os::Linux => ("/home/ann", "/data/aspera-logs"),
            Os::Macos => ("/Users/ann", "/data/aspera-logs"),
            Os::Windows => (r"C:\Users\ann", r"D:\aspera-logs"),
        };
        let mut vars = usual_vars(os);
        vars.insert("log_directory".to_owned(), logs.to_owned());
        vars.insert(
            "syslog_file".to_owned(),
            "/data/aspera-syslog.log".to_owned(),
        );
        Self {
            homes: vec![Home::new("ann", path)],
            vars,
        }
    }
}

/// Folders that hold homes, with the names in them that are nobody's home.
const fn home_roots(os: Os) -> &'static [(&'static str, &'static [&'static str])] {
    const SHARED: &[&str] = &["Shared", "Guest"];
    const DEFAULTS: &[&str] = &[
        "All Users",
        "Default",
        "Default User",
        "Public",
        "WDAGUtilityAccount",
    ];
    match os {
        Os::Linux => &[
            ("/home", &["lost+found"]),
            ("/export/home", &["lost+found"]),
        ],
        Os::Macos => &[("/Users", SHARED)],
        Os::Windows => &[
            (r"C:\Users", DEFAULTS),
            (r"C:\Documents and Settings", DEFAULTS),
        ],
    }
}

/// Homes outside those folders.
const fn single_homes(os: Os) -> &'static [(&'static str, &'static str)] {
    match os {
        Os::Linux => &[("root", "/root")],
        Os::Macos => &[("root", "/var/root")],
        Os::Windows => &[("systemprofile", r"C:\Windows\System32\config\systemprofile")],
    }
}

fn usual_vars(os: Os) -> BTreeMap<String, String> {
    let vars: &[(&str, &str)] = match os {
        Os::Linux | Os::Macos => &[],
        Os::Windows => &[
            ("programfiles", r"C:\Program Files"),
            ("programfiles_x86", r"C:\Program Files (x86)"),
            ("programdata", r"C:\ProgramData"),
        ],
    };
    vars.iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Users and homes of an `/etc/passwd`. Homes that many system accounts share (`/`, `/bin`,
/// `/nonexistent`) are nobody's.
fn passwd_homes(passwd: &str) -> Vec<(String, String)> {
    const NOBODYS: [&str; 12] = [
        "/",
        "/bin",
        "/sbin",
        "/usr/bin",
        "/usr/sbin",
        "/dev",
        "/dev/null",
        "/proc",
        "/run",
        "/tmp",
        "/nonexistent",
        "/var/empty",
    ];
    passwd
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(':');
            let user = fields.next()?.trim();
            let home = fields.nth(4)?.trim();
            let absolute = NativePath::parse(Os::Linux, home).absolute;
            (absolute && !user.is_empty() && !user.starts_with('#') && !NOBODYS.contains(&home))
                .then(|| (user.to_owned(), trimmed(Os::Linux, home).to_owned()))
        })
        .collect()
}

fn may_list(tree: &Tree, native: &str) -> bool {
    let found = tree.look(native);
    matches!(found.what, crate::sources::files::root_fs::What::Folder)
        && tree.list(&found.real).is_ok()
}

/// The home of the person who runs this, as the environment tells it.
#[must_use]
pub fn own_home(os: Os) -> Option<Home> {
    let path = if os == Os::Windows {
        environment("USERPROFILE")
    } else {
        environment("HOME")
    }?;
    let parsed = NativePath::parse(os, &path);
    if !parsed.absolute {
        return None;
    }
    let user = environment(if os == Os::Windows {
        "USERNAME"
    } else {
        "USER"
    })
    .unwrap_or_else(|| parsed.file_name().to_owned());
    let mut home = Home::new(user, path);
    if os == Os::Windows {
        home.localappdata = environment("LOCALAPPDATA");
        home.appdata = environment("APPDATA");
    }
    Some(home)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the path resolver is the one place that reads the environment"
)]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// True where this process may read what belongs to others.
#[must_use]
pub fn is_root() -> bool {
    #[cfg(unix)]
    let root = rustix::process::geteuid().is_root();
    #[cfg(not(unix))]
    let root = false;
    root
}

#[cfg(test)]
#[path = "places_tests.rs"]
mod tests;
