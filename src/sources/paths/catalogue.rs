//! The catalogue of known paths: one TOML table per operating system, read into typed rows.
//! What lies at those paths on a given machine is the business of `places`, `rootfs` and `discover`.
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::pattern::PathPattern;
use crate::sources::item::{ItemKind, Role};

const LINUX: &str = include_str!("linux.toml");
const MACOS: &str = include_str!("macos.toml");
const WINDOWS: &str = include_str!("windows.toml");
const NEVER: &str = include_str!("never.toml");

/// The operating system that the evidence comes from, which need not be the one we run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Os {
    /// Linux, and the Unix systems whose layout is like it (AIX, Solaris, FreeBSD).
    Linux,
    /// macOS.
    Macos,
    /// Windows.
    Windows,
}

impl Os {
    /// All systems that the catalogue knows.
    pub const ALL: [Self; 3] = [Self::Linux, Self::Macos, Self::Windows];

    /// The system that this program runs on; every Unix but macOS counts as Linux.
    #[must_use]
    pub const fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::Macos
        } else {
            Self::Linux
        }
    }

    /// The sign between two folders in a native path.
    #[must_use]
    pub const fn separator(self) -> char {
        match self {
            Self::Windows => '\\',
            Self::Linux | Self::Macos => '/',
        }
    }

    /// True where `A` and `a` name the same file.
    #[must_use]
    pub const fn ignores_case(self) -> bool {
        !matches!(self, Self::Linux)
    }
}

impl fmt::Display for Os {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Linux => "linux",
            Self::Macos => "macos",
            Self::Windows => "windows",
        })
    }
}

impl FromStr for Os {
    type Err = CatalogueError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "linux" => Ok(Self::Linux),
            "macos" | "mac" | "darwin" | "osx" => Ok(Self::Macos),
            "windows" | "win" | "win32" | "win64" => Ok(Self::Windows),
            _ => Err(CatalogueError::UnknownOs),
        }
    }
}

/// Why the catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A name that is none of the three systems.
    #[error("this operating system is not known; use linux, macos or windows")]
    UnknownOs,
    /// A table of this program does not parse: a fault of the build, not of the person.
    #[error("the built-in path table `{table}` cannot be read: {reason}")]
    Table {
        /// Which table.
        table: String,
        /// What the parser says about it.
        reason: String,
    },
    /// A row contradicts another row, or itself.
    #[error("the row `{id}` of the built-in path table `{table}` is wrong: {reason}")]
    Row {
        /// Which table.
        table: String,
        /// Which row.
        id: String,
        /// What is wrong.
        reason: String,
    },
}

/// Which side a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RowRole {
    /// The person's side.
    Client,
    /// The node's side.
    Server,
    /// The whole machine, whatever side it is.
    Host,
}

impl RowRole {
    /// The end of a transfer, or `None` for the whole machine.
    #[must_use]
    pub const fn role(self) -> Option<Role> {
        match self {
            Self::Client => Some(Role::Client),
            Self::Server => Some(Role::Server),
            Self::Host => None,
        }
    }
}

/// Whether a path exists once per machine or once per home folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Once for every home folder.
    User,
    /// Once for the machine.
    System,
}

/// How the files of a row are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    /// A log of Aspera: every line is taken.
    Log,
    /// A log of the system: only Aspera's lines are taken.
    SharedLog,
    /// A configuration file.
    Config,
    /// Never opened: listed with size and time.
    Sealed,
}

impl RowKind {
    /// The kind of the items that such a row makes.
    #[must_use]
    pub const fn item(self) -> ItemKind {
        match self {
            Self::Log => ItemKind::Log,
            Self::SharedLog => ItemKind::SharedLog,
            Self::Config => ItemKind::Config,
            Self::Sealed => ItemKind::Sealed,
        }
    }

    /// True where rotated and compressed siblings belong to the named file.
    #[must_use]
    pub const fn rotates(self) -> bool {
        matches!(self, Self::Log | Self::SharedLog)
    }
}

/// How sure we are that the product writes there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Read in documentation or source of the product.
    Read,
    /// Taken from public, field-tested collectors.
    Field,
    /// Follows from something that was read; not seen itself.
    Inferred,
    /// General knowledge of the product; verify on a real installation.
    Memory,
}

/// One row of the catalogue: where one thing of one product lies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Unique short name, kebab case.
    pub id: String,
    /// Product as people call it.
    pub product: String,
    /// Short product name for folders in the zip.
    pub slug: String,
    /// Which side it is about.
    pub role: RowRole,
    /// Once per machine or once per home.
    pub scope: Scope,
    /// How its files are treated.
    pub kind: RowKind,
    /// Where its files lie: `/` between folders, `${variables}` for what differs by machine, `**`
    /// for any depth. Rotated siblings of logs need no pattern of their own.
    pub globs: Vec<String>,
    /// What it is, in one sentence.
    pub what: String,
    /// How sure we are.
    pub confidence: Confidence,
    /// Native paths on the sample machine that it must match.
    pub examples: Vec<String>,
    /// Native paths that look alike and must not match.
    pub near: Vec<String>,
}

/// The rows for one operating system.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// The system that the rows are about.
    pub os: Os,
    /// All rows, in the order of the table.
    pub rows: Vec<Row>,
    never: Vec<Never>,
    /// Each name of `never`, with the place of its row.
    never_names: Vec<(glob::Pattern, usize)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

/// File names that are never opened, wherever they lie.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Never {
    names: Vec<String>,
    what: String,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "proof of the row, read by its test")
    )]
    examples: Vec<String>,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "proof of the row, read by its test")
    )]
    near: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NeverTable {
    never: Vec<Never>,
}

impl Catalogue {
    /// Reads the built-in table of one system.
    ///
    /// # Errors
    /// A table that does not parse or whose rows contradict each other; a test proves that no
    /// released build has one.
    pub fn load(os: Os) -> Result<Self, CatalogueError> {
        let (name, text) = match os {
            Os::Linux => ("linux.toml", LINUX),
            Os::Macos => ("macos.toml", MACOS),
            Os::Windows => ("windows.toml", WINDOWS),
        };
        let table: Table = parse(name, text)?;
        let never: NeverTable = parse("never.toml", NEVER)?;
        let mut never_names = Vec::new();
        for (at, row) in never.never.iter().enumerate() {
            for name in &row.names {
                let pattern = glob::Pattern::new(name).map_err(|error| CatalogueError::Table {
                    table: "never.toml".to_owned(),
                    reason: error.to_string(),
                })?;
                never_names.push((pattern, at));
            }
        }
        let loaded = Self {
            os,
            rows: table.row,
            never: never.never,
            never_names,
        };
        loaded.check(name)?;
        Ok(loaded)
    }

    /// The row of that id.
    #[must_use]
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// True for the name of a file that some row takes as a configuration.
    #[must_use]
    pub fn names_a_config(&self, file_name: &str) -> bool {
        let globs = self
            .rows
            .iter()
            .filter(|row| row.kind == RowKind::Config)
            .flat_map(|row| &row.globs);
        globs
            .filter_map(|glob| glob.rsplit('/').next())
            // What a name only has to hold somewhere is not its own.
            .filter(|last| !(last.contains('$') || last.starts_with('*') && last.ends_with('*')))
            .filter_map(|last| glob::Pattern::new(last).ok())
            .any(|pattern| pattern.matches(file_name))
    }

    /// Says what a file is whose name alone forbids opening it, or `None`.
    #[must_use]
    pub fn never_opened(&self, file_name: &str) -> Option<&str> {
        let options = glob::MatchOptions {
            case_sensitive: false,
            require_literal_separator: true,
            require_literal_leading_dot: false,
        };
        self.never_names
            .iter()
            .find(|(pattern, _)| pattern.matches_with(file_name, options))
            .and_then(|(_, row)| self.never.get(*row))
            .map(|row| row.what.as_str())
    }

    fn check(&self, table: &str) -> Result<(), CatalogueError> {
        let wrong = |id: &str, reason: &str| CatalogueError::Row {
            table: table.to_owned(),
            id: id.to_owned(),
            reason: reason.to_owned(),
        };
        let mut seen = std::collections::BTreeSet::new();
        for row in &self.rows {
            if !seen.insert(row.id.as_str()) {
                return Err(wrong(&row.id, "its id stands twice"));
            }
            if row.globs.is_empty() || row.examples.is_empty() || row.near.is_empty() {
                return Err(wrong(&row.id, "it needs globs, examples and near misses"));
            }
            for glob in &row.globs {
                if PathPattern::parse(self.os, glob).is_err() {
                    return Err(wrong(&row.id, "one of its globs is not a pattern"));
                }
            }
        }
        Ok(())
    }
}

fn parse<T: serde::de::DeserializeOwned>(table: &str, text: &str) -> Result<T, CatalogueError> {
    toml::from_str(text).map_err(|error| CatalogueError::Table {
        table: table.to_owned(),
        reason: error.to_string(),
    })
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod tests;
