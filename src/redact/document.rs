//! What a file is, and the file block by block, each block with all that its redaction needs.
//!
//! Every command that reads evidence reads it with a [`Document`], so that a file is cut and judged in one way:
//! [`identify`] says from name and first bytes what it is ([`FileKind`]), a document cuts it into [`Part`]s, and a
//! part is redacted by [`Part::redact`] or explained by [`Part::explain`].
use std::io::{Chain, Cursor, Read};

use serde::Serialize;

use super::engine::clean::Redacted;
use super::engine::redactor::{Dialect, Redactor, Surroundings};
use super::engine::tally::Tally;
use super::memory::names::Names;
use super::memory::secrets::Learned;
use super::review::cut_at::Form;
use super::review::explain::{Explanation, explain};
use super::value::columns::{Rows, Tables};
use crate::text::{Block, BlockReader, CutAt, Limits, TextError, looks_like_har};

/// Bytes at the beginning of a text that are looked at to tell what it is.
const HEAD: u64 = 64 * 1024;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// Lines written by programs: logs, tables, everything else.
    Log,
    /// A configuration: what stands under the name of a secret is a secret, whatever it looks like.
    Config,
    /// A JSON document of any length, perhaps in one line.
    Json,
    /// A network trace of a browser (HTTP Archive).
    Har,
    /// A short JSON document, read as a whole: an answer of an API, or facts about the host.
    Answer,
}

/// Endings of names of network traces: `.har`, and those that the Charles proxy and the Chrome extension HAR Recorder
/// give.
const HAR_ENDINGS: [&str; 3] = ["har", "harp", "zhar"];

/// Endings of names of configuration files.
const CONFIG_ENDINGS: [&str; 14] = [
    "cfg",
    "cnf",
    "conf",
    "config",
    "env",
    "ini",
    "mf",
    "plist",
    "properties",
    "toml",
    "uri",
    "xml",
    "yaml",
    "yml",
];

/// Names of configuration files that their endings do not tell: those of OpenSSH, Aspera's job daemon, IBM Aspera
/// for desktop and the transfer SDK.
const CONFIG_NAMES: [&str; 5] = [
    "aejd.json",
    "settings.json",
    "ssh_config",
    "sshd_config",
    "transferd.json",
];

/// Endings of packed files and of old copies, which hide the ending that says what the file is.
const OUTER_ENDINGS: [&str; 14] = [
    "bak",
    "bz2",
    "dpkg-dist",
    "dpkg-old",
    "gz",
    "old",
    "orig",
    "rpmnew",
    "rpmsave",
    "save",
    "xz",
    "zip",
    "zst",
    "default",
];

impl FileKind {
    /// What a text is, from its name (which may have folders) and its first bytes. A name of `-` or nothing tells
    /// nothing.
    #[must_use]
    pub fn of(name: &str, head: &[u8]) -> Self {
        if looks_like_har(head) {
            return Self::Har;
        }
        Self::of_name(name)
    }

    fn of_name(name: &str) -> Self {
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = without_outer_endings(&name.to_ascii_lowercase()).to_owned();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        if HAR_ENDINGS.contains(&ending) {
            Self::Har
        } else if CONFIG_ENDINGS.contains(&ending) || CONFIG_NAMES.contains(&name.as_str()) {
            Self::Config
        } else if ending == "json" {
            Self::Json
        } else {
            Self::Log
        }
    }

    /// How finds in the text of such a file are cut: as strings of JSON or as lines.
    #[must_use]
    pub fn form(self) -> Form {
        match self {
            Self::Json | Self::Har | Self::Answer => Form::Json,
            Self::Log | Self::Config => Form::Lines,
        }
    }

    /// True where lines may be left out of the middle without harm to the rest.
    #[must_use]
    pub fn has_lines(self) -> bool {
        matches!(self, Self::Log | Self::Json)
    }

    fn dialect(self) -> Dialect {
        match self {
            Self::Config => Dialect::Config,
            Self::Log | Self::Json | Self::Har | Self::Answer => Dialect::Log,
        }
    }

    fn cut_at(self) -> CutAt {
        match self {
            Self::Log => CutAt::Lines,
            Self::Json => CutAt::Json,
            Self::Har => CutAt::Har,
            Self::Config | Self::Answer => CutAt::Whole,
        }
    }
}

/// `aspera.conf` for `aspera.conf.bak`, `aspera.conf~`, `aspera.conf.1.gz` and the like, in lower case.
fn without_outer_endings(mut name: &str) -> &str {
    loop {
        name = name.trim_end_matches('~');
        match name.rsplit_once('.') {
            Some((rest, ending))
                if !rest.is_empty()
                    && (OUTER_ENDINGS.contains(&ending)
                        || ending.bytes().all(|b| b.is_ascii_digit())) =>
            {
                name = rest;
            }
            _ => return name,
        }
    }
}

/// A text whose beginning was read and is read once more.
pub type Rewound<R> = Chain<Cursor<Vec<u8>>, R>;

/// Says what a decoded text is: `known` where the caller knows it, else from its name and first bytes. Gives the
/// text back from its beginning on.
///
/// # Errors
/// That of the first read, where nothing could be read; a later one comes again when the text is read on.
pub fn identify<R: Read>(
    mut text: R,
    name: &str,
    known: Option<FileKind>,
) -> Result<(FileKind, Rewound<R>), TextError> {
    let mut head = Vec::new();
    if known.is_none() {
        match text.by_ref().take(HEAD).read_to_end(&mut head) {
            Err(error) if head.is_empty() => return Err(TextError::from_io(&error)),
            _ => {}
        }
    }
    let kind = known.unwrap_or_else(|| FileKind::of(name, &head));
    Ok((kind, Cursor::new(head).chain(text)))
}

/// Cuts one file into parts, in order.
pub struct Document<R: Read> {
    kind: FileKind,
    blocks: BlockReader<R>,
    tables: Tables,
}

/// A piece of a file with what must be known of the rest to redact it. Parts may be redacted in any order.
#[derive(Debug)]
pub struct Part {
    /// The text and its place in the file.
    pub block: Block,
    /// What the file is.
    pub kind: FileKind,
    /// The columns of the table that the block is a part of, if any of them is sensitive.
    rows: Option<Rows>,
}

impl<R: Read> Document<R> {
    /// A file of this kind from its beginning on; `limits` bound what is in memory.
    pub fn new(text: R, kind: FileKind, limits: Limits) -> Self {
        Self {
            kind,
            blocks: BlockReader::new(text, kind.cut_at(), limits),
            tables: Tables::default(),
        }
    }

    /// What the file is.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// The next part, or `None` at the end. The memory of `reuse` is used again.
    ///
    /// # Errors
    /// Those of [`BlockReader::next`].
    pub fn next(&mut self, redactor: &Redactor, reuse: Vec<u8>) -> Result<Option<Part>, TextError> {
        let Some(block) = self.blocks.next(reuse)? else {
            return Ok(None);
        };
        Ok(Some(Part {
            rows: self.tables.rows(redactor, &block.bytes),
            kind: self.kind,
            block,
        }))
    }

    /// The reader below, to ask what it saw.
    pub fn get_ref(&self) -> &R {
        self.blocks.get_ref()
    }

    /// Bytes of text taken so far, those of withheld lines included.
    pub fn bytes_so_far(&self) -> u64 {
        self.blocks.bytes_so_far()
    }
}

impl Part {
    /// Redacts the part. The number of lines does not change.
    #[must_use]
    pub fn redact(&self, redactor: &Redactor, tally: &mut Tally) -> Redacted {
        redactor.piece(
            &self.block.bytes,
            self.surroundings(),
            self.kind.dialect(),
            tally,
        )
    }

    /// What redaction cuts out of the part, and why the rest stays.
    #[must_use]
    pub fn explain(&self, redactor: &Redactor) -> Explanation {
        explain(
            redactor,
            &self.block.bytes,
            self.surroundings(),
            self.kind.dialect(),
        )
    }

    fn surroundings(&self) -> Surroundings<'_> {
        Surroundings::of(&self.block, self.rows.as_ref())
    }
}

/// What a first reading finds to be secret or a name, so that a second one cuts it wherever else it stands.
#[derive(Default)]
pub struct Lessons {
    secrets: Learned,
    names: Names,
}

impl Lessons {
    /// Takes what the redaction of a part found.
    pub fn add(&mut self, tally: &mut Tally) {
        for secret in tally.take_secrets() {
            self.secrets.insert(&secret);
        }
        for name in tally.take_names() {
            self.names.insert(name);
        }
    }

    /// How many secrets can be looked for, where there were more: copies of the others would not be found.
    #[must_use]
    pub fn overflow(&self) -> Option<usize> {
        (self.secrets.left_out() > 0).then(|| self.secrets.len())
    }

    /// Tells a redactor: from now on it cuts all of this wherever it stands.
    pub fn teach(self, redactor: &mut Redactor) {
        redactor.learn(self.secrets);
        redactor.learn_names(&self.names);
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
