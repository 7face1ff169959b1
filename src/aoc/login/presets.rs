//! Presets of ascli, the command line client of Aspera: what they say is used where the person has no
//! credentials at hand. Nothing of ascli is run, and its vault and its built-in client stay closed.
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use yaml_rust2::{Yaml, YamlLoader};
use zeroize::Zeroizing;

use super::preset_places::home;
use crate::aoc::api_address::Address;

/// Names that are no presets.
const RESERVED: &[&str] = &["config", "default", "global_common_defaults"];
/// How deep values may refer to values.
const DEPTH: usize = 8;
/// Ways to write a value that are not followed.
const NOT_FOLLOWED: &[&str] = &[
    "json", "jsonpp", "yaml", "csvt", "lines", "list", "zlib", "none", "re", "uri", "extend",
    "incps", "vault", "secret", "stdin", "stdbin", "tty",
];

/// Why a preset cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PresetError {
    /// The configuration of ascli cannot be read.
    #[error(
        "the configuration of ascli cannot be read; look at the rights of config.yaml in its folder"
    )]
    Unreadable,
    /// It is no YAML.
    #[error(
        "the configuration of ascli is no YAML of the expected shape; open it with: ascli config preset list"
    )]
    Damaged,
    /// There is no such preset.
    #[error(
        "ascli has no preset of this name; the presets are listed by: ascli config preset list"
    )]
    Unknown,
    /// It refers to itself.
    #[error("the presets of ascli refer to each other in a circle")]
    Circle,
    /// A value is made by running code.
    #[error(
        "the value of `{field}` in the preset runs Ruby code, which is not done here; put the value there, or into a file with @file:"
    )]
    Ruby {
        /// Field of the preset.
        field: &'static str,
    },
    /// A value is written in a way that is not followed.
    #[error(
        "the value of `{field}` in the preset is written with @{how}:, which is not followed here; use @file:, @env:, @val: or @base64:"
    )]
    NotFollowed {
        /// Field of the preset.
        field: &'static str,
        /// The way.
        how: &'static str,
    },
    /// A file or variable that a value names is not there.
    #[error("the file or variable that `{field}` in the preset names cannot be read")]
    Missing {
        /// Field of the preset.
        field: &'static str,
    },
}

/// What a preset says. Everything may be absent.
#[derive(Debug, Default)]
pub struct Preset {
    /// Address of the organization, or of a node.
    pub url: Option<String>,
    /// How ascli logs in: `jwt`, `web`, `boot`; for nodes absent.
    pub auth: Option<String>,
    /// E-mail of the user, or node user, or access key.
    pub username: Option<String>,
    /// Text of the private key.
    pub private_key: Option<SecretString>,
    /// Passphrase of the private key.
    pub passphrase: Option<SecretString>,
    /// Client id; without it ascli uses its built-in one.
    pub client_id: Option<String>,
    /// Client secret.
    pub client_secret: Option<SecretString>,
    /// Password of a node user, of an access key, or of a link.
    pub password: Option<SecretString>,
    /// A public link.
    pub link: Option<SecretString>,
    /// True where ascli is set up to take secrets from a vault.
    pub vault: bool,
}

/// Looks up a variable of the environment.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;
/// Reads a file.
pub type Files<'a> = &'a dyn Fn(&Path) -> Option<Zeroizing<Vec<u8>>>;

pub(in crate::aoc) fn expand(path: &str, home: Option<&Path>) -> PathBuf {
    let rest = path.strip_prefix("~/").or_else(|| path.strip_prefix("~\\"));
    match (rest, home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// A preset that can be used as it is, as far as its names tell: no secret of it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Name of the preset.
    pub name: String,
    /// Host of the organization.
    pub host: String,
}

/// The configuration of ascli.
pub struct Presets<'a> {
    root: Yaml,
    windows: bool,
    variables: Variables<'a>,
    files: Files<'a>,
}

impl<'a> Presets<'a> {
    /// Reads the text of `config.yaml`.
    ///
    /// # Errors
    /// [`PresetError::Damaged`].
    pub fn read(
        text: &str,
        windows: bool,
        variables: Variables<'a>,
        files: Files<'a>,
    ) -> Result<Self, PresetError> {
        let mut documents = YamlLoader::load_from_str(text).map_err(|_| PresetError::Damaged)?;
        let root = documents.drain(..).next().ok_or(PresetError::Damaged)?;
        if root.as_hash().is_none() {
            return Err(PresetError::Damaged);
        }
        Ok(Self {
            root,
            windows,
            variables,
            files,
        })
    }

    /// Names of all presets.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let all = self.root.as_hash().into_iter().flatten();
        let named = all.filter(|(_, v)| v.as_hash().is_some());
        named
            .filter_map(|(k, _)| k.as_str())
            .filter(|n| !RESERVED.contains(n))
            .collect()
    }

    /// Name of the preset that ascli takes for `aoc` or `node`, where it has one.
    #[must_use]
    pub fn default_for(&self, plugin: &str) -> Option<&str> {
        let defaults = self.entry(&self.root, "default")?;
        self.entry(defaults, plugin)?.as_str()
    }

    /// Presets that log in to Aspera on Cloud with a key and a client of their own, or by a public link; the
    /// one that ascli takes for `aoc` first. No file of a secret is opened.
    #[must_use]
    pub fn offers(&self) -> Vec<Offer> {
        let default = self.default_for("aoc");
        let mut names = self.names();
        names.sort_by_key(|n| Some(*n) != default);
        names.into_iter().filter_map(|n| self.offer(n)).collect()
    }

    fn offer(&self, name: &str) -> Option<Offer> {
        let says = |field: &'static str| self.raw(name, field, DEPTH);
        let link = says("link");
        let by_key = says("auth").is_some_and(|a| *a == "jwt")
            && says("client_id").is_some()
            && says("private_key").is_some();
        if link.is_none() && !by_key {
            return None;
        }
        let place = match link {
            Some(link) => link.to_string(),
            None => self.field(name, "url", DEPTH).ok()??.to_string(),
        };
        let address = Address::parse(&place, None).ok()?;
        // A short link tells no organization, and a node is none.
        let host = crate::aoc::http::Origin::parse(&place).ok()?.host;
        address.organization.map(|_| Offer {
            name: name.to_owned(),
            host,
        })
    }

    /// A field as it is written, of a preset or of those that it includes.
    fn raw(&self, preset: &str, field: &'static str, depth: usize) -> Option<Zeroizing<String>> {
        let depth = depth.checked_sub(1)?;
        let table = self.find(preset)?;
        if let Some(value) = self.entry(table, field) {
            return scalar(value);
        }
        let included = self.entry(table, "preset").and_then(Yaml::as_str)?;
        let included = included.strip_prefix("@preset:").unwrap_or(included);
        self.raw(included, field, depth)
    }

    fn entry<'y>(&self, of: &'y Yaml, name: &str) -> Option<&'y Yaml> {
        of.as_hash()?.get(&Yaml::String(name.to_owned()))
    }

    /// A preset, with everything that it refers to.
    ///
    /// # Errors
    /// [`PresetError`]; a value that cannot be had spoils the preset only if the field is one of ours.
    pub fn preset(&self, name: &str) -> Result<Preset, PresetError> {
        let field = |field: &'static str| self.field(name, field, DEPTH);
        let secret = |name: &'static str| field(name).map(|v| v.map(|v| secret(&v)));
        let text = |name: &'static str| field(name).map(|v| v.map(|v| v.to_string()));
        if self.find(name).and_then(Yaml::as_hash).is_none() {
            return Err(PresetError::Unknown);
        }
        let password = match secret("password")? {
            Some(password) => Some(password),
            None => secret("secret")?,
        };
        Ok(Preset {
            url: text("url")?,
            auth: text("auth")?,
            username: text("username")?,
            private_key: secret("private_key")?,
            passphrase: secret("passphrase")?,
            client_id: text("client_id")?,
            client_secret: secret("client_secret")?,
            password,
            link: secret("link")?,
            vault: self.has(name, "vault") || self.has("global_common_defaults", "vault"),
        })
    }

    fn has(&self, preset: &str, field: &str) -> bool {
        self.find(preset)
            .and_then(|p| self.entry(p, field))
            .is_some()
    }

    /// A preset by name; dots lead into it.
    fn find(&self, name: &str) -> Option<&Yaml> {
        if let Some(found) = self.entry(&self.root, name) {
            return Some(found);
        }
        let mut at = &self.root;
        for part in name.split('.') {
            at = self.entry(at, part)?;
        }
        Some(at)
    }

    /// A field of a preset, or of the presets that it includes.
    fn field(
        &self,
        preset: &str,
        field: &'static str,
        depth: usize,
    ) -> Result<Option<Zeroizing<String>>, PresetError> {
        let depth = depth.checked_sub(1).ok_or(PresetError::Circle)?;
        let Some(table) = self.find(preset) else {
            return Ok(None);
        };
        if let Some(value) = self.entry(table, field) {
            let Some(text) = scalar(value) else {
                return Ok(None);
            };
            return self.value(&text, field, depth).map(Some);
        }
        match self.entry(table, "preset").and_then(Yaml::as_str) {
            Some(included) => {
                let included = included.strip_prefix("@preset:").unwrap_or(included);
                self.field(included, field, depth)
            }
            None => Ok(None),
        }
    }

    /// A value with its prefixes followed.
    fn value(
        &self,
        text: &str,
        field: &'static str,
        depth: usize,
    ) -> Result<Zeroizing<String>, PresetError> {
        let missing = PresetError::Missing { field };
        let depth = depth.checked_sub(1).ok_or(PresetError::Circle)?;
        let Some((how, rest)) = text.strip_prefix('@').and_then(|t| t.split_once(':')) else {
            return Ok(Zeroizing::new(text.to_owned()));
        };
        let system = if self.windows { "windows" } else { "linux" };
        let home = home(system, self.variables);
        match how {
            "val" => Ok(Zeroizing::new(rest.to_owned())),
            "env" => (self.variables)(rest).map(Zeroizing::new).ok_or(missing),
            "file" => {
                let content = (self.files)(&expand(rest, home.as_deref())).ok_or(missing)?;
                let text =
                    std::str::from_utf8(&content).map_err(|_| PresetError::Missing { field })?;
                Ok(Zeroizing::new(text.to_owned()))
            }
            "path" => Ok(Zeroizing::new(
                expand(rest, home.as_deref()).to_string_lossy().into_owned(),
            )),
            "base64" => {
                let inner = self.value(rest, field, depth)?;
                let packed: Zeroizing<Vec<u8>> =
                    Zeroizing::new(inner.bytes().filter(|b| !b.is_ascii_whitespace()).collect());
                let bytes = data_encoding::BASE64
                    .decode(&packed)
                    .map(Zeroizing::new)
                    .map_err(|_| PresetError::Missing { field })?;
                let text =
                    std::str::from_utf8(&bytes).map_err(|_| PresetError::Missing { field })?;
                Ok(Zeroizing::new(text.to_owned()))
            }
            "preset" => {
                // The last part may be a field of a preset.
                let (preset, wanted) = rest.rsplit_once('.').unwrap_or((rest, field));
                let found = self.find(preset).and_then(|p| self.entry(p, wanted));
                let text = found.and_then(scalar).ok_or(missing)?;
                self.value(&text, field, depth)
            }
            "ruby" => Err(PresetError::Ruby { field }),
            _ => match NOT_FOLLOWED.iter().find(|n| **n == how) {
                Some(how) => Err(PresetError::NotFollowed { field, how }),
                None => Ok(Zeroizing::new(text.to_owned())),
            },
        }
    }
}

fn scalar(value: &Yaml) -> Option<Zeroizing<String>> {
    let text = match value {
        Yaml::String(text) | Yaml::Real(text) => text.clone(),
        Yaml::Integer(number) => number.to_string(),
        _ => return None,
    };
    Some(Zeroizing::new(text)).filter(|t| !t.is_empty())
}

fn secret(text: &Zeroizing<String>) -> SecretString {
    SecretString::from(text.as_str())
}

#[cfg(test)]
#[path = "presets_tests.rs"]
mod tests;
