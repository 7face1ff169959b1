//! Evidence that a person names to have it read, and nothing else: files, folders, and bundles (a zip, or
//! unpacked). Nothing is followed out of a folder.
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use zip::ZipArchive;

use super::files::regular_file::{OpenError, open_regular};
use super::har::trace_zip;
use crate::bundle::entry_names::MADE;

/// Deepest folder below the one that was named, and most files of all.
const DEEPEST: usize = 16;
const MOST_FILES: usize = 20_000;
/// Folders of a bundle that hold evidence.
const EVIDENCE: [&str; 5] = ["logs/", "network/", "settings/", "node/", "aoc/"];

/// The facts of the host in a bundle, and their most bytes.
const HOST: &str = "system/host.json";
const MOST_FACTS: u64 = 4 << 20;

/// One text to be read.
#[derive(Clone, Debug)]
pub struct Input {
    /// Name as an entry of a bundle has it: below the folder or bundle that was named. It may hold raw names.
    pub name: String,
    /// When it was last written; for an entry of a bundle, when the bundle was.
    pub modified: Option<SystemTime>,
    /// Time zone of the host that wrote it, where the bundle that it lies in tells.
    pub zone: Option<String>,
    place: Place,
}

#[derive(Clone, Debug)]
enum Place {
    File(PathBuf),
    /// A zip with a trace in it.
    Trace(PathBuf),
    /// A zip, and the number of the entry.
    Entry(PathBuf, usize),
}

/// What could not be read, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its name; it may hold raw names.
    pub name: String,
    /// Why.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

impl Unread {
    /// From what a person has to be told.
    #[must_use]
    pub fn new(name: &str, reason: &str, remedy: &str) -> Self {
        Self {
            name: name.to_owned(),
            reason: reason.to_owned(),
            remedy: remedy.to_owned(),
        }
    }
}

/// Everything that the named places hold, in the order in which they were named, each folder by name.
#[must_use]
pub fn list(named: &[PathBuf]) -> (Vec<Input>, Vec<Unread>) {
    let mut found = Found::default();
    for path in named {
        found.place(path);
    }
    (found.inputs, found.unread)
}

#[derive(Default)]
struct Found {
    inputs: Vec<Input>,
    unread: Vec<Unread>,
    names: BTreeSet<String>,
    /// Zone of the host whose bundle is read.
    zone: Option<String>,
    full: bool,
}

impl Found {
    fn place(&mut self, path: &Path) {
        let typed = slashes(path);
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => {
                let facts = open_regular(&path.join(HOST)).ok();
                self.zone = facts.and_then(zone_of);
                self.folder(path, "", 0);
                self.zone = None;
            }
            Ok(_) => self.file(path, &typed),
            Err(error) => {
                let error = OpenError::from_io(&error);
                self.unread
                    .push(Unread::new(&typed, &error.to_string(), error.remedy()));
            }
        }
    }

    fn folder(&mut self, folder: &Path, below: &str, depth: usize) {
        let Ok(list) = fs::read_dir(folder) else {
            let name = if below.is_empty() {
                slashes(folder)
            } else {
                below.to_owned()
            };
            let remedy = "Run this as a user who may read it.";
            self.unread
                .push(Unread::new(&name, "The folder cannot be read.", remedy));
            return;
        };
        let mut inside: Vec<_> = list.flatten().collect();
        inside.sort_by_key(fs::DirEntry::file_name);
        for entry in inside {
            let name = entry.file_name().to_string_lossy().into_owned();
            let name = if below.is_empty() {
                name
            } else {
                format!("{below}/{name}")
            };
            // Links are not followed: they may lead anywhere.
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() && depth < DEEPEST {
                self.folder(&entry.path(), &name, depth + 1);
            } else if kind.is_file() && is_evidence(&name) {
                self.file(&entry.path(), &name);
            }
        }
    }

    fn file(&mut self, path: &Path, name: &str) {
        let modified = fs::metadata(path).and_then(|about| about.modified()).ok();
        if !trace_zip::is_zip(path) {
            self.take(name, modified, Place::File(path.to_path_buf()));
            return;
        }
        match bundle(path) {
            Some((entries, zone)) => {
                self.zone = zone;
                for (inner, index) in entries {
                    self.take(&inner, modified, Place::Entry(path.to_path_buf(), index));
                }
                self.zone = None;
            }
            None => self.take(name, modified, Place::Trace(path.to_path_buf())),
        }
    }

    fn take(&mut self, name: &str, modified: Option<SystemTime>, place: Place) {
        if self.inputs.len() >= MOST_FILES {
            if !self.full {
                let reason = "There are more files than are read at once.";
                self.unread
                    .push(Unread::new(name, reason, "Name fewer files or folders."));
            }
            self.full = true;
            return;
        }
        // Two files of one name are told apart by number, so that evidence points to one of them.
        let numbered = (2..).map(|n| format!("{name} ({n})"));
        let free = std::iter::once(name.to_owned())
            .chain(numbered)
            .find(|own| !self.names.contains(own));
        let name = free.unwrap_or_else(|| name.to_owned());
        self.names.insert(name.clone());
        // A log that was given by hand may come from any host.
        let given = name.split('/').any(|part| part == "given");
        self.inputs.push(Input {
            zone: self.zone.clone().filter(|_| !given),
            name,
            modified,
            place,
        });
    }
}

/// What the person typed, with the separators of bundles.
fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy().into_owned();
    if std::path::MAIN_SEPARATOR == '/' {
        text
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// The configuration of a node, which tells of the users that transfers run as.
fn is_conf(name: &str) -> bool {
    name.starts_with("system/config/") && name.ends_with("/aspera.conf")
}

/// False for what a run makes itself, where a bundle was unpacked.
fn is_evidence(name: &str) -> bool {
    !MADE.contains(&name.rsplit('/').next().unwrap_or(name))
}

/// Names below the root folder and numbers of entries, and the zone of the host.
type Bundle = (Vec<(String, usize)>, Option<String>);

/// Names below the root folder and numbers of the entries with evidence, where a zip is a bundle.
fn bundle(path: &Path) -> Option<Bundle> {
    let mut zip = ZipArchive::new(File::open(path).ok()?).ok()?;
    let root = zip
        .file_names()
        .filter_map(|name| Some(name.ok()?.strip_suffix("/manifest.json")?.to_owned()))
        .find(|root| !root.contains('/'))?;
    let mut found = Vec::new();
    for index in 0..zip.len().min(MOST_FILES) {
        let entry = zip.by_index_raw(index).ok()?;
        let name = entry.name().ok()?;
        let inner = name.strip_prefix(&root).and_then(|n| n.strip_prefix('/'));
        if let Some(inner) = inner
            && !entry.is_dir()
            && (EVIDENCE.iter().any(|folder| inner.starts_with(folder)) || is_conf(inner))
        {
            found.push((inner.to_owned(), index));
        }
    }
    found.sort();
    let facts = zip.by_name(&format!("{root}/{HOST}")).ok();
    let zone = facts.and_then(zone_of);
    Some((found, zone))
}

/// The zone that the facts of a host tell.
fn zone_of(facts: impl Read) -> Option<String> {
    let mut text = Vec::new();
    facts.take(MOST_FACTS).read_to_end(&mut text).ok()?;
    let facts: serde_json::Value = serde_json::from_slice(&text).ok()?;
    Some(facts.pointer("/clock/zone")?.as_str()?.to_owned())
}

impl Input {
    /// Opens the text and hands it to `read`.
    ///
    /// # Errors
    /// Why it cannot be opened, with what to do.
    pub fn open<T>(&self, read: impl FnOnce(Box<dyn Read + '_>) -> T) -> Result<T, Unread> {
        let told = |reason: &str, remedy: &str| Unread::new(&self.name, reason, remedy);
        match &self.place {
            Place::File(path) => match open_regular(path) {
                Ok(file) => Ok(read(Box::new(file))),
                Err(error) => Err(told(&error.to_string(), error.remedy())),
            },
            Place::Trace(path) => match trace_zip::open(path) {
                Ok(har) => Ok(read(Box::new(har.text))),
                Err(error) => Err(told(&error.to_string(), error.remedy())),
            },
            Place::Entry(path, index) => {
                let damaged = || told("The zip is damaged.", "Copy the bundle again.");
                let file = File::open(path).map_err(|_| damaged())?;
                let mut zip = ZipArchive::new(file).map_err(|_| damaged())?;
                let entry = zip.by_index(*index).map_err(|_| damaged())?;
                Ok(read(Box::new(entry)))
            }
        }
    }

    /// True for an answer of an API, which is read as a whole.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        let folders = ["settings/", "node/", "aoc/"];
        folders.iter().any(|folder| self.name.starts_with(folder)) && self.name.ends_with(".json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "the tests make their files")]
    fn write(path: &Path, text: &[u8]) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn names(inputs: &[Input]) -> Vec<&str> {
        inputs.iter().map(|i| i.name.as_str()).collect()
    }

    #[test]
    fn folders_are_read_by_name_and_what_a_run_made_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "b/logs/x.log",
            "b/manifest.json",
            "a.log",
            "b/diagnosis.json",
        ] {
            write(&folder.path().join(name), b"x\n");
        }
        let (inputs, unread) = list(&[folder.path().to_path_buf()]);
        assert_eq!(names(&inputs), ["a.log", "b/logs/x.log"]);
        assert!(unread.is_empty());
        let text = inputs[1].open(|mut text| {
            let mut out = String::new();
            text.read_to_string(&mut out).unwrap();
            out
        });
        assert_eq!(text.unwrap(), "x\n");
    }

    #[test]
    fn what_is_named_twice_gets_two_names_and_what_is_not_there_is_told() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("a/x.log"), b"1\n");
        write(&folder.path().join("b/x.log"), b"2\n");
        let named = ["a", "b", "gone"].map(|n| folder.path().join(n));
        let (inputs, unread) = list(&named);
        assert_eq!(names(&inputs), ["x.log", "x.log (2)"]);
        assert_eq!(unread.len(), 1);
        assert!(!unread[0].reason.is_empty() && !unread[0].remedy.is_empty());
    }

    #[test]
    fn a_zip_that_is_no_bundle_is_taken_for_a_trace_and_says_what_it_lacks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.zip");
        write(&path, b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        let (inputs, _) = list(&[path]);
        let told = inputs[0].open(|_| ()).unwrap_err();
        assert!(told.reason.contains(".har"), "{told:?}");
    }
}
