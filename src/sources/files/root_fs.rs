//! Looks at a disk without being led astray: symbolic links are followed by hand so that they never
//! leave a mounted image, nothing but regular files is ever opened, and no error ends a search.
//! Which paths are worth a look is the business of `places`; patterns are expanded in `expand`, and
//! what things are is told in `found`.
use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, Metadata};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

pub use super::path_kind::{FileId, Found, Trouble, What, open_regular};
use super::path_kind::{classify, read_start};
use crate::sources::paths::catalogue::Os;
use crate::sources::paths::pattern::NativePath;

/// Links followed for one path before it counts as a loop, as kernels do.
const MOST_HOPS: u32 = 40;

/// This machine, or an image of another one mounted under a folder of this machine.
#[derive(Debug)]
pub struct Tree {
    os: Os,
    root: Option<PathBuf>,
    listings: RefCell<HashMap<PathBuf, Listing>>,
}

pub(in crate::sources) type Listing = Rc<Result<Vec<OsString>, Trouble>>;

/// A folder on the way down: where it really is, and how the evidence's system calls it.
#[derive(Clone, Debug)]
pub(in crate::sources) struct Spot {
    /// What absolute links in it start from.
    pub(in crate::sources) base: PathBuf,
    pub(in crate::sources) real: PathBuf,
    pub(in crate::sources) native: NativePath,
}

impl Tree {
    /// A tree laid out as `os`; without a root it is this machine.
    #[must_use]
    pub fn new(os: Os, root: Option<&Path>) -> Self {
        let settled = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        Self {
            os,
            root: root.map(settled),
            listings: RefCell::default(),
        }
    }

    /// The system that the tree is laid out as.
    #[must_use]
    pub const fn os(&self) -> Os {
        self.os
    }

    /// The file behind a native path, without a pattern; [`Trouble::Absent`] where nothing is.
    #[must_use]
    pub fn look(&self, native: &str) -> Found {
        let path = NativePath::parse(self.os, native);
        let mut last = Err(Trouble::Absent);
        for spot in self.starts(path.drive) {
            last = self.settle(&spot, path.parts.iter().map(OsString::from).collect());
            if last.is_ok() {
                break;
            }
        }
        self.found(native.to_owned(), last)
    }

    /// The first `limit` bytes of a small regular file.
    ///
    /// # Errors
    /// Whatever keeps it from being read; anything but a regular file counts as absent.
    pub fn read(&self, native: &str, limit: u64) -> Result<Vec<u8>, Trouble> {
        let found = self.look(native);
        match found.what {
            What::File { .. } => read_start(&found.real, limit),
            What::Trouble(trouble) => Err(trouble),
            What::Folder | What::LinkedFolder | What::Special(_) => Err(Trouble::Absent),
        }
    }

    /// Names of the folders in a folder, links to folders included; empty where it cannot be read.
    #[must_use]
    pub fn folders(&self, native: &str) -> Vec<String> {
        let path = NativePath::parse(self.os, native);
        let mut names = Vec::new();
        for start in self.starts(path.drive) {
            let parts = path.parts.iter().map(OsString::from).collect();
            let Ok((real, _)) = self.settle(&start, parts) else {
                continue;
            };
            let here = Spot { real, ..start };
            let Ok(entries) = &*self.list(&here.real) else {
                continue;
            };
            for name in entries {
                let is_folder = self
                    .settle(&here, vec![name.clone()])
                    .is_ok_and(|(_, meta)| meta.is_dir());
                if is_folder {
                    names.push(name.to_string_lossy().into_owned());
                }
            }
        }
        names
    }

    /// Where a search for a drive starts: the root itself, and a folder of the image that is named
    /// after the drive (`c`, `C`, `C:`).
    pub(in crate::sources) fn starts(&self, drive: Option<char>) -> Vec<Spot> {
        let spot = |base: PathBuf| Spot {
            real: base.clone(),
            base,
            native: NativePath {
                drive,
                absolute: true,
                parts: Vec::new(),
            },
        };
        let Some(root) = &self.root else {
            let base = match drive {
                Some(drive) if cfg!(windows) => PathBuf::from(format!("{drive}:\\")),
                _ => PathBuf::from(std::path::MAIN_SEPARATOR_STR),
            };
            return vec![spot(base)];
        };
        let mut starts = Vec::new();
        if let (Some(drive), Ok(names)) = (drive, &*self.list(root)) {
            let is_drive = |name: &&OsString| {
                let name = name.to_string_lossy();
                name.strip_suffix(':')
                    .unwrap_or(&name)
                    .eq_ignore_ascii_case(drive.encode_utf8(&mut [0; 4]))
            };
            starts.extend(
                names
                    .iter()
                    .filter(is_drive)
                    .map(|name| spot(root.join(name))),
            );
        }
        if matches!(drive, None | Some('C')) {
            starts.push(spot(root.clone()));
        }
        starts
    }

    /// The names in a folder, sorted; remembered, because many patterns look into the same folder.
    pub(in crate::sources) fn list(&self, real: &Path) -> Listing {
        if let Some(known) = self.listings.borrow().get(real) {
            return Rc::clone(known);
        }
        let read = fs::read_dir(real)
            .map(|entries| {
                let mut names: Vec<OsString> =
                    entries.flatten().map(|entry| entry.file_name()).collect();
                names.sort();
                names
            })
            .map_err(|error| Trouble::from(&error));
        let listing = Rc::new(read);
        self.listings
            .borrow_mut()
            .insert(real.to_path_buf(), Rc::clone(&listing));
        listing
    }

    /// Goes down from a spot, following links by hand: an absolute link starts at the root of the
    /// image again, and no number of `..` climbs above it.
    pub(in crate::sources) fn settle(
        &self,
        from: &Spot,
        parts: Vec<OsString>,
    ) -> Result<(PathBuf, Metadata), Trouble> {
        let mut here = from.real.clone();
        let mut todo: Vec<OsString> = parts.into_iter().rev().collect();
        let mut hops = 0;
        let mut last = None;
        while let Some(name) = todo.pop() {
            if name == ".." {
                if here != from.base {
                    here.pop();
                }
                last = None;
                continue;
            }
            let (next, meta) = self.child(&here, &name).map_err(|trouble| match trouble {
                Trouble::Absent if hops > 0 => Trouble::Dangling,
                other => other,
            })?;
            if !meta.is_symlink() {
                here = next;
                last = Some(meta);
                continue;
            }
            last = None;
            hops += 1;
            if hops > MOST_HOPS {
                return Err(Trouble::Loop);
            }
            if self.root.is_none() && cfg!(windows) {
                here = fs::canonicalize(&next).map_err(|error| Trouble::from(&error))?;
                continue;
            }
            let target = fs::read_link(&next).map_err(|error| Trouble::from(&error))?;
            if target.has_root() {
                here.clone_from(&from.base);
            }
            todo.extend(self.inside(&from.base, &target).into_iter().rev());
        }
        let meta = match last {
            Some(meta) => meta,
            None => fs::symlink_metadata(&here).map_err(|error| Trouble::from(&error))?,
        };
        Ok((here, meta))
    }

    /// The parts of a link's target. A link that was made on this machine may spell the path of the
    /// mounted image itself: where only that reading exists, the root is taken off.
    fn inside(&self, base: &Path, target: &Path) -> Vec<OsString> {
        let names = |path: &Path| -> Vec<OsString> {
            path.components()
                .filter_map(|part| match part {
                    Component::Normal(name) => Some(name.to_owned()),
                    Component::ParentDir => Some(OsString::from("..")),
                    Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
                })
                .collect()
        };
        let plain = names(target);
        match target.strip_prefix(base) {
            Ok(rest) if self.root.is_some() => {
                let first = plain.first().map(|name| base.join(name));
                if first.is_some_and(|path| fs::symlink_metadata(path).is_ok()) {
                    plain
                } else {
                    names(rest)
                }
            }
            _ => plain,
        }
    }

    /// One step down, in whatever case the name is written where the system ignores case.
    fn child(&self, folder: &Path, name: &OsStr) -> Result<(PathBuf, Metadata), Trouble> {
        let path = folder.join(name);
        let error = match fs::symlink_metadata(&path) {
            Ok(meta) => return Ok((path, meta)),
            Err(error) => Trouble::from(&error),
        };
        if error == Trouble::Absent
            && self.os.ignores_case()
            && let Ok(names) = &*self.list(folder)
        {
            let wanted = name.to_string_lossy().to_lowercase();
            let other = names
                .iter()
                .find(|other| other.to_string_lossy().to_lowercase() == wanted);
            if let Some(other) = other {
                let path = folder.join(other);
                let meta = fs::symlink_metadata(&path).map_err(|error| Trouble::from(&error))?;
                return Ok((path, meta));
            }
        }
        Err(error)
    }

    pub(in crate::sources) fn found(
        &self,
        native: String,
        settled: Result<(PathBuf, Metadata), Trouble>,
    ) -> Found {
        match settled {
            Ok((real, meta)) => Found {
                resolved: self.native_of(&native, &real),
                what: classify(&real, &meta),
                native,
                real,
            },
            Err(trouble) => Found {
                resolved: native.clone(),
                native,
                real: PathBuf::new(),
                what: What::Trouble(trouble),
            },
        }
    }

    /// The native spelling of a path on this machine.
    fn native_of(&self, asked: &str, real: &Path) -> String {
        let drive = NativePath::parse(self.os, asked).drive;
        for start in self.starts(drive) {
            if let Ok(rest) = real.strip_prefix(&start.base) {
                let path = NativePath {
                    parts: rest
                        .components()
                        .map(|part| part.as_os_str().to_string_lossy().into_owned())
                        .collect(),
                    ..start.native
                };
                return path.spell(self.os);
            }
        }
        NativePath::parse(self.os, &real.to_string_lossy()).spell(self.os)
    }
}

#[cfg(test)]
#[path = "root_fs_tests.rs"]
mod tests;
