//! The reversal map: the original values of the pseudonyms of a bundle, encrypted, in a file next to the zip. It is for the
//! user who collected, and is not sent to support. It holds identifiers only, no secrets.
//!
//! The file is a binary age file (age-encryption.org/v1; the `age` tool opens it as well), locked with a passphrase
//! (scrypt) or to public keys (X25519). Inside is one object of JSON, in this order:
//!
//! ```json
//! {
//!   "format": "aoc-bundle-map",
//!   "version": 1,
//!   "tool": "aoc-bundle 0.1.0",
//!   "created": "2026-11-22T12:00:00Z",
//!   "bundle": "aoc-bundle-20261122T120000Z.zip",
//!   "key_id": "yrku2m33f3a6",
//!   "complete": true,
//!   "names": { "~user.abcdefghijkl~": "mlopez", "…": "…" }
//! }
//! ```
//!
//! `names` is sorted. `complete` is false where there were more names than the memory of a run holds. A reader takes
//! any `version` up to its own and passes over members that it does not know.
use std::collections::BTreeMap;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, scrypt, x25519};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::redact::Originals;

/// What the member `format` says.
const FORMAT: &str = "aoc-bundle-map";
/// The version that is written, and the newest that is read.
const VERSION: u32 = 1;
/// scrypt takes 2^18 rounds, as the `age` tool does: about a second and, for that second, 256 MiB of memory, for
/// everybody who tries a passphrase.
pub const WORK_FACTOR: u8 = 18;
/// A map that asks for more is not opened: 2^20 rounds take 1 GiB.
const MOST_WORK: u8 = 20;
/// Largest map that is read, in bytes: twice what a run remembers, escaped.
const LARGEST: u64 = 128 << 20;

/// With what a map is locked.
pub enum Lock {
    /// A passphrase, and the logarithm of scrypt's rounds: [`WORK_FACTOR`] for everybody but tests.
    Passphrase(SecretString, u8),
    /// Public keys (`age1…`); the owner of any of them can open it.
    Recipients(Vec<x25519::Recipient>),
}

/// With what a map is opened.
pub enum Unlock {
    /// The passphrase.
    Passphrase(SecretString),
    /// Secret keys (`AGE-SECRET-KEY-1…`).
    Identities(Vec<x25519::Identity>),
}

/// What a map says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About<'a> {
    /// Name of the zip.
    pub bundle: &'a str,
    /// Names the key of the pseudonyms.
    pub key_id: &'a str,
    /// When the bundle was made.
    pub created: jiff::Timestamp,
}

/// Why a map could not be written, opened or believed.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// A file of that name is there.
    #[error(
        "a file of the name given with --map already exists and is not overwritten, since it may be the only way back from the pseudonyms of its bundle; choose another name, or move the old one away"
    )]
    Exists,
    /// The folder is not there or cannot be written to.
    #[error(
        "cannot write into the folder of --map: {0}; make it first, or give another place with --map"
    )]
    Folder(String),
    /// The disk is full, or the file could not be written.
    #[error("cannot write the map: {0}; free some space, or give another place with --map")]
    Write(String),
    /// It could not be read.
    #[error("cannot read the map: {0}")]
    Read(String),
    /// No age file.
    #[error(
        "this is no map of aoc-bundle: its beginning is not that of an encrypted file; give the file that --map wrote"
    )]
    NoMap,
    /// The passphrase opens nothing.
    #[error(
        "the passphrase does not open this map: it is another one, or the first lines of the map were changed"
    )]
    WrongPassphrase,
    /// None of the identities opens it.
    #[error(
        "none of the given identities opens this map: it was made for others, or the first lines of the map were changed"
    )]
    WrongIdentity,
    /// It wants a passphrase, but identities were given.
    #[error("this map was locked with a passphrase; leave --identity out and give the passphrase")]
    NeedsPassphrase,
    /// It wants an identity, but a passphrase was given.
    #[error(
        "this map was made for a public key; give the file with its secret key with --identity"
    )]
    NeedsIdentity,
    /// Changed after it was written.
    #[error(
        "the map was changed after it was written, or is damaged; nothing of it is believed: take an intact copy"
    )]
    Tampered,
    /// The end is missing.
    #[error(
        "the map was cut off: its end is missing; nothing of it is believed: take an intact copy"
    )]
    Truncated,
    /// It asks for too much work.
    #[error("this map asks for more memory than a map of aoc-bundle does; it is not opened")]
    TooMuchWork,
    /// It opened, but is something else.
    #[error("this file opens, but what is inside is no map of aoc-bundle")]
    OtherContent,
    /// A newer program wrote it.
    #[error("this map was written by a newer aoc-bundle (version {0} of its format); use that one")]
    Newer(u32),
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'a str,
    version: u32,
    tool: &'a str,
    created: String,
    bundle: &'a str,
    key_id: &'a str,
    complete: bool,
    names: BTreeMap<&'a str, &'a str>,
}

/// An opened map. Its names are wiped from memory when it is dropped.
#[derive(Deserialize)]
pub struct Map {
    format: String,
    version: u32,
    /// Name of the zip that it belongs to.
    #[serde(default)]
    pub bundle: String,
    /// Names the key of the pseudonyms, as the bundle's manifest does.
    #[serde(default)]
    pub key_id: String,
    /// False if the run had more names than it could remember.
    #[serde(default)]
    pub complete: bool,
    /// Pseudonyms, tildes included, and their original values.
    pub names: BTreeMap<String, Original>,
}

/// The original value of a pseudonym. Wiped from memory when dropped.
#[derive(Deserialize)]
#[serde(from = "String")]
pub struct Original(Zeroizing<String>);

impl From<String> for Original {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl Original {
    /// The value as it was, control characters and all.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Says before anything is collected whether a map can be written to this path.
///
/// # Errors
/// [`MapError::Exists`], or [`MapError::Folder`] where no file can be made.
pub fn check(path: &Path) -> Result<(), MapError> {
    if path.symlink_metadata().is_ok() {
        return Err(MapError::Exists);
    }
    temporary(path).map(drop)
}

fn temporary(path: &Path) -> Result<tempfile::NamedTempFile, MapError> {
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // Readable by its owner only.
    tempfile::Builder::new()
        .prefix(".aoc-bundle-map-")
        .suffix(".part")
        .tempfile_in(folder)
        .map_err(|e| MapError::Folder(super::plain(&e)))
}

/// Writes the map of a bundle: whole or not at all, and never over another file. Only encrypted bytes reach the
/// disk.
///
/// # Errors
/// [`MapError`] for a name that is taken, a folder that cannot be written to, a full disk.
pub fn write(
    path: &Path,
    lock: &Lock,
    about: &About<'_>,
    originals: &Originals,
) -> Result<(), MapError> {
    let io = |e: std::io::Error| MapError::Write(super::plain(&e));
    let mut file = temporary(path)?;
    encrypt(file.as_file_mut(), lock, about, originals).map_err(io)?;
    file.as_file().sync_all().map_err(io)?;
    file.persist_noclobber(path)
        .map(drop)
        .map_err(|e| match e.error.kind() {
            std::io::ErrorKind::AlreadyExists => MapError::Exists,
            _ => MapError::Write(super::plain(&e.error)),
        })
}

/// Streams the map through the cipher, so that the whole text is never in memory.
fn encrypt(
    file: &mut impl Write,
    lock: &Lock,
    about: &About<'_>,
    originals: &Originals,
) -> std::io::Result<()> {
    let content = Written {
        format: FORMAT,
        version: VERSION,
        tool: concat!("aoc-bundle ", env!("CARGO_PKG_VERSION")),
        created: about.created.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        bundle: about.bundle,
        key_id: about.key_id,
        complete: originals.is_complete(),
        names: originals.iter().collect(),
    };
    let encryptor = match lock {
        Lock::Passphrase(passphrase, work) => {
            let mut recipient = scrypt::Recipient::new(passphrase.clone());
            recipient.set_work_factor(*work);
            Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
        }
        Lock::Recipients(keys) => {
            Encryptor::with_recipients(keys.iter().map(|k| k as &dyn age::Recipient))
        }
    }
    .map_err(|e| std::io::Error::other(e.to_string()))?;
    let mut sealed = encryptor.wrap_output(BufWriter::new(file))?;
    serde_json::to_writer(&mut sealed, &content)?;
    sealed.finish()?.flush()
}

/// Opens a map and reads all of it: it is believed whole or not at all.
///
/// # Errors
/// [`MapError`]: wrong passphrase or identity, changed, cut off, or no map, each with its own sentence.
pub fn read(file: impl Read, unlock: &Unlock) -> Result<Map, MapError> {
    let opened = Decryptor::new(file).map_err(|e| wrong(&e, unlock))?;
    match (unlock, opened.is_scrypt()) {
        (Unlock::Passphrase(_), false) => return Err(MapError::NeedsIdentity),
        (Unlock::Identities(_), true) => return Err(MapError::NeedsPassphrase),
        _ => {}
    }
    let plain = match unlock {
        Unlock::Passphrase(passphrase) => {
            let mut identity = scrypt::Identity::new(passphrase.clone());
            identity.set_max_work_factor(MOST_WORK);
            opened.decrypt(std::iter::once(&identity as &dyn age::Identity))
        }
        Unlock::Identities(keys) => opened.decrypt(keys.iter().map(|k| k as &dyn age::Identity)),
    }
    .map_err(|e| wrong(&e, unlock))?;
    let map: Map = serde_json::from_reader(std::io::BufReader::new(plain.take(LARGEST))).map_err(
        |e| match e.io_error_kind() {
            Some(std::io::ErrorKind::UnexpectedEof) => MapError::Truncated,
            Some(_) => MapError::Tampered,
            None => MapError::OtherContent,
        },
    )?;
    if map.format != FORMAT {
        return Err(MapError::OtherContent);
    }
    if map.version > VERSION {
        return Err(MapError::Newer(map.version));
    }
    Ok(map)
}

fn wrong(error: &DecryptError, unlock: &Unlock) -> MapError {
    match (error, unlock) {
        (DecryptError::ExcessiveWork { .. }, _) => MapError::TooMuchWork,
        (DecryptError::InvalidMac, _) => MapError::Tampered,
        (DecryptError::InvalidHeader | DecryptError::UnknownFormat, _) => MapError::NoMap,
        (DecryptError::Io(e), _) => match e.kind() {
            std::io::ErrorKind::UnexpectedEof => MapError::Truncated,
            std::io::ErrorKind::InvalidData => MapError::NoMap,
            _ => MapError::Read(super::plain(e)),
        },
        (_, Unlock::Passphrase(_)) => MapError::WrongPassphrase,
        (_, Unlock::Identities(_)) => MapError::WrongIdentity,
    }
}
