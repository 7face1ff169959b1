//! Finds the network traces that a person has just recorded: young files in the folders where browsers put
//! them, whose requests go to Aspera on Cloud. At most the first 4 MiB of each are looked at.
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use serde::Deserialize;

use super::trace_zip;
use crate::redact::FileKind;
use crate::redact::hosts::{HostKind, kind_by_name};
use crate::sources::files::regular_file::open_regular;
use crate::text::{Decoded, Url};

/// How much of a trace is looked at, in bytes of its text.
const LOOK: u64 = 4 << 20;
/// How much tells whether it is a trace at all.
const HEAD: usize = 64 * 1024;
/// Most files of a folder that are opened: a folder of thousands of traces is an archive.
const MOST: usize = 50;

/// A network trace about Aspera on Cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundHar {
    /// Where it lies.
    pub path: PathBuf,
    /// Bytes on disk.
    pub size: u64,
    /// Time of last change.
    pub modified: SystemTime,
    /// How many requests went to each kind of host, e.g. `api`, `node`, `local-client`.
    pub hosts: BTreeMap<&'static str, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    days: u64,
    ends: Vec<String>,
    folders: Vec<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("places.toml")).unwrap_or(Table {
        days: 0,
        ends: Vec::new(),
        folders: Vec::new(),
    })
});

/// Whose host a URL goes to, where that is one of Aspera's.
#[must_use]
pub fn kind_of(url: &str) -> Option<&'static str> {
    let parts = Url::parse(url.as_bytes());
    kind_by_name(url.as_bytes(), &parts).map(HostKind::id)
}

/// The folders to look in: those of the home, by the desktop's own table on Linux, and the current one.
#[must_use]
pub fn folders(home: Option<&Path>, current: Option<&Path>) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = Vec::new();
    if let Some(home) = home {
        let told = std::fs::read(home.join(".config/user-dirs.dirs")).unwrap_or_default();
        out.extend(user_dirs(&String::from_utf8_lossy(&told), home));
        out.extend(TABLE.folders.iter().map(|name| home.join(name)));
    }
    out.extend(current.map(Path::to_path_buf));
    let mut real = Vec::new();
    out.retain(|folder| {
        let Ok(place) = folder.canonicalize() else {
            return false;
        };
        let new = place.is_dir() && !real.contains(&place);
        real.push(place);
        new
    });
    out
}

/// Downloads and desktop of a `user-dirs.dirs`. A desktop that is the home itself is left out.
fn user_dirs(text: &str, home: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for line in text.lines() {
        let Some((name, value)) = line.trim().split_once('=') else {
            continue;
        };
        let value = value.trim().trim_matches('"').trim_end_matches('/');
        let folder = match value.strip_prefix("$HOME") {
            Some(below) => home.join(below.trim_start_matches('/')),
            None => PathBuf::from(value),
        };
        let wanted = matches!(name.trim(), "XDG_DOWNLOAD_DIR" | "XDG_DESKTOP_DIR");
        if wanted && folder.is_absolute() && folder != home {
            out.push(folder);
        }
    }
    out
}

/// Whether a file is called like a network trace.
#[must_use]
pub fn is_called_har(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase());
    name.is_some_and(|name| TABLE.ends.iter().any(|end| name.ends_with(end.as_str())))
}

/// A name of a trace without what says how it is packed; `trace` where nothing else is left.
#[must_use]
pub fn stem(name: &str) -> &str {
    let lower = name.to_ascii_lowercase();
    let ends = TABLE.ends.iter().map(String::as_str);
    let ends = ends.chain([".har.xz", ".har.bz2", ".zip"]);
    let longest = ends
        .filter(|end| lower.ends_with(end))
        .max_by_key(|end| end.len());
    let cut = name.len() - longest.map_or(0, str::len);
    name.get(..cut).filter(|s| !s.is_empty()).unwrap_or("trace")
}

/// The young traces about Aspera on Cloud in these folders, newest first. What cannot be read is passed over:
/// a person who means it gives it by name.
#[must_use]
pub fn find(folders: &[PathBuf], now: SystemTime) -> Vec<FoundHar> {
    let oldest = now.checked_sub(Duration::from_secs(TABLE.days * 24 * 3600));
    let mut found = Vec::new();
    for folder in folders {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        let mut young: Vec<(SystemTime, u64, PathBuf)> = entries
            .flatten()
            .filter(|entry| is_called_har(&entry.path()))
            .filter_map(|entry| {
                let facts = entry.path().metadata().ok()?;
                let modified = facts.modified().ok()?;
                let wanted = facts.is_file() && oldest.is_none_or(|oldest| modified >= oldest);
                wanted.then(|| (modified, facts.len(), entry.path()))
            })
            .collect();
        young.sort_by(|a, b| (b.0, &b.2).cmp(&(a.0, &a.2)));
        for (modified, size, path) in young.into_iter().take(MOST) {
            let hosts = look(&path).map(|text| hosts(&text)).unwrap_or_default();
            if !hosts.is_empty() {
                found.push(FoundHar {
                    path,
                    size,
                    modified,
                    hosts,
                });
            }
        }
    }
    found.sort_by(|a, b| (b.modified, &b.path).cmp(&(a.modified, &a.path)));
    found
}

/// The first text of a trace, or `None` for what is none.
fn look(path: &Path) -> Option<Vec<u8>> {
    let source: Box<dyn Read> = if trace_zip::is_zip(path) {
        Box::new(trace_zip::open(path).ok()?.text)
    } else {
        Box::new(open_regular(path).ok()?)
    };
    let mut text = Vec::new();
    // What was read before an error is enough to decide.
    let _ = Decoded::open(source)
        .ok()?
        .take(LOOK)
        .read_to_end(&mut text);
    let head = text.get(..HEAD).unwrap_or(&text);
    (FileKind::of("", head) == FileKind::Har).then_some(text)
}

/// How many `"url"` members of a text go to each kind of host.
fn hosts(text: &[u8]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for at in memchr::memmem::find_iter(text, b"\"url\"") {
        let rest = text.get(at + 5..).unwrap_or_default().trim_ascii_start();
        let value = rest.strip_prefix(b":").map(<[u8]>::trim_ascii_start);
        let Some(value) = value.and_then(|value| value.strip_prefix(b"\"")) else {
            continue;
        };
        let head = value.get(..400).unwrap_or(value);
        let end = memchr::memchr(b'"', head).unwrap_or(head.len());
        let url = String::from_utf8_lossy(head.get(..end).unwrap_or_default()).replace("\\/", "/");
        if let Some(kind) = kind_of(&url) {
            *counts.entry(kind).or_insert(0) += 1;
        }
    }
    counts
}

#[cfg(test)]
#[path = "discovery_tests.rs"]
mod tests;
