//! One item of the plan as a document: opened, decoded, identified, filtered. What went wrong on the way is told at
//! the end; what was read before stays.
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

use crate::redact::{Document, FileKind, Part, Redactor, Rewound, identify};
use crate::sources::files::regular_file::{OpenError, OpenFile, ReadOutcome, open_regular};
use crate::sources::har::trace_zip;
use crate::sources::har::trace_zip::{Others, ZipError};
use crate::sources::item::{Item, ItemKind, Origin};
use crate::text::{Compression, Decoded, Encoding, FilterReader, Limits, LineRule, TextError};

/// Limits of the pipeline: a line of more than 4 MiB is withheld.
pub const LIMITS: Limits = Limits {
    block: 1 << 20,
    longest_line: 4 << 20,
    group: 2 << 20,
};

/// Blocks of lines are half as large: several of them are under way at once, and pack nearly as well.
const BLOCK_OF_LINES: usize = 1 << 19;

/// A line rule, and the reason that its cuts get in the manifest.
pub(in crate::collect) struct Filter {
    pub(in crate::collect) why: &'static str,
    pub(in crate::collect) rule: Box<dyn LineRule>,
}

/// What is known of an item when its reading ends.
#[derive(Debug, Default)]
pub(in crate::collect) struct Reading {
    /// What the file is.
    pub(in crate::collect) kind: Option<FileKind>,
    /// Bytes at its beginning that were passed over.
    pub(in crate::collect) skipped: u64,
    pub(in crate::collect) compression: Option<&'static str>,
    pub(in crate::collect) encoding: Option<Encoding>,
    pub(in crate::collect) bytes: u64,
    /// Lines and bytes dropped, by reason.
    pub(in crate::collect) dropped: Vec<(&'static str, u64, u64)>,
    /// The file changed while it was read.
    pub(in crate::collect) changed: Option<ReadOutcome>,
    pub(in crate::collect) garbage: bool,
    /// Number and bytes of the files beside a trace in its zip, which are left out.
    pub(in crate::collect) attached: (u64, u64),
}

type Source = Box<dyn Read + Send>;
type Text = Rewound<Decoded<Source>>;

/// Reads one item.
pub(in crate::collect) struct ItemReader {
    document: Document<Filtered>,
    skipped: u64,
    outcome: Arc<Mutex<Option<ReadOutcome>>>,
    compression: Compression,
    encoding: Encoding,
    attached: Others,
}

/// The decoded text behind at most two filters.
enum Filtered {
    Plain(Box<Text>),
    One(&'static str, Box<FilterReader<Text>>),
    Two([&'static str; 2], Box<FilterReader<FilterReader<Text>>>),
}

impl Read for Filtered {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(r) => r.read(buf),
            Self::One(_, r) => r.read(buf),
            Self::Two(_, r) => r.read(buf),
        }
    }
}

/// Why an item could not be opened.
pub(in crate::collect) enum OpenTrouble {
    File(OpenError),
    Zip(ZipError),
    Text(TextError),
}

/// Tells how the reading of a file ended once it ends.
struct Watched {
    file: OpenFile,
    outcome: Arc<Mutex<Option<ReadOutcome>>>,
}

impl Read for Watched {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read(buf)?;
        if n == 0 && !buf.is_empty() {
            *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(self.file.outcome());
        }
        Ok(n)
    }
}

/// What an item is, where its row of the catalogue says so. A log may be any file that a person names with `--log`:
/// it is looked at.
pub(in crate::collect) fn known_kind(kind: ItemKind) -> Option<FileKind> {
    match kind {
        ItemKind::Log => None,
        ItemKind::SharedLog | ItemKind::Command => Some(FileKind::Log),
        ItemKind::Config | ItemKind::Sealed => Some(FileKind::Config),
        ItemKind::Har => Some(FileKind::Har),
        ItemKind::Host | ItemKind::Api => Some(FileKind::Answer),
    }
}

impl ItemReader {
    /// Opens an item; `skip` bytes of a plain file of lines are passed over, and the line they end in.
    pub(in crate::collect) fn open(
        item: &Item,
        skip: u64,
        filters: Vec<Filter>,
    ) -> Result<Self, OpenTrouble> {
        let outcome = Arc::new(Mutex::new(None));
        let (mut attached, mut skipped) = (Others::default(), 0);
        let mut kind = known_kind(item.kind);
        let source: Source = match &item.origin {
            Origin::File(path) if item.kind == ItemKind::Har && trace_zip::is_zip(path) => {
                let har = trace_zip::open(path).map_err(OpenTrouble::Zip)?;
                attached = har.others;
                Box::new(har.text)
            }
            Origin::File(path) => {
                let mut file = open_regular(path).map_err(OpenTrouble::File)?;
                if skip > 0 {
                    // The part that is read does not begin like the file.
                    let head = open_regular(path).map_err(OpenTrouble::File)?;
                    let head = Decoded::open(head).map_err(OpenTrouble::Text)?;
                    let (found, _) =
                        identify(head, &item.native_path, kind).map_err(OpenTrouble::Text)?;
                    kind = Some(found);
                    if found.has_lines() {
                        skipped = skip;
                        file.skip_to(skip)
                            .map_err(|e| OpenTrouble::Text(TextError::Io(e.kind())))?;
                    }
                }
                Box::new(Watched {
                    file,
                    outcome: Arc::clone(&outcome),
                })
            }
            Origin::Made(bytes) => Box::new(std::io::Cursor::new(bytes.clone())),
            Origin::Command(_) | Origin::Api(_) => Box::new(std::io::empty()),
        };
        let reader = Self::of(source, &item.native_path, kind, filters, outcome)?;
        Ok(Self {
            attached,
            skipped,
            ..reader
        })
    }

    /// Reads text of an item that is already in memory.
    pub(in crate::collect) fn of_text(
        text: Vec<u8>,
        item: &Item,
        filters: Vec<Filter>,
    ) -> Result<Self, OpenTrouble> {
        let source = Box::new(std::io::Cursor::new(text));
        let kind = known_kind(item.kind);
        Self::of(source, &item.native_path, kind, filters, Arc::default())
    }

    /// Reads what was redacted before, as the file that it was made of.
    pub(in crate::collect) fn again(source: Source, kind: FileKind) -> Result<Self, OpenTrouble> {
        Self::of(source, "", Some(kind), Vec::new(), Arc::default())
    }

    fn of(
        source: Source,
        name: &str,
        kind: Option<FileKind>,
        filters: Vec<Filter>,
        outcome: Arc<Mutex<Option<ReadOutcome>>>,
    ) -> Result<Self, OpenTrouble> {
        let decoded = Decoded::open(source).map_err(OpenTrouble::Text)?;
        let (compression, encoding) = (decoded.compression(), decoded.encoding());
        let (kind, text) = identify(decoded, name, kind).map_err(OpenTrouble::Text)?;
        // Without some of its lines a document in one piece is broken.
        let mut filters = filters.into_iter().filter(|_| kind.has_lines());
        let text = match (filters.next(), filters.next()) {
            (None, _) => Filtered::Plain(Box::new(text)),
            (Some(one), None) => {
                Filtered::One(one.why, Box::new(FilterReader::new(text, one.rule)))
            }
            (Some(one), Some(two)) => {
                let inner = FilterReader::new(text, one.rule);
                Filtered::Two(
                    [one.why, two.why],
                    Box::new(FilterReader::new(inner, two.rule)),
                )
            }
        };
        let block = match kind {
            FileKind::Log => BLOCK_OF_LINES,
            _ => LIMITS.block,
        };
        Ok(Self {
            document: Document::new(text, kind, Limits { block, ..LIMITS }),
            skipped: 0,
            outcome,
            compression,
            encoding,
            attached: Others::default(),
        })
    }

    pub(in crate::collect) fn encoding(&self) -> Encoding {
        self.encoding
    }

    pub(in crate::collect) fn next(
        &mut self,
        redactor: &Redactor,
    ) -> Result<Option<Part>, TextError> {
        self.document.next(redactor, Vec::new())
    }

    /// What is known at the end.
    pub(in crate::collect) fn finish(&self) -> Reading {
        let mut dropped = Vec::new();
        let mut garbage = false;
        match self.document.get_ref() {
            Filtered::Plain(text) => garbage = text.get_ref().1.trailing_garbage(),
            Filtered::One(why, text) => {
                dropped.push((*why, text.dropped().lines, text.dropped().bytes))
            }
            Filtered::Two(whys, text) => {
                let first = text.get_ref().dropped();
                dropped.push((whys[0], first.lines, first.bytes));
                dropped.push((whys[1], text.dropped().lines, text.dropped().bytes));
            }
        }
        dropped.retain(|(_, lines, _)| *lines > 0);
        Reading {
            kind: Some(self.document.kind()),
            skipped: self.skipped,
            compression: (self.compression != Compression::None).then(|| self.compression.name()),
            encoding: (self.encoding != Encoding::Bytes).then_some(self.encoding),
            bytes: self.document.bytes_so_far(),
            dropped,
            changed: self
                .outcome
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take()
                .filter(|o| *o != ReadOutcome::Whole),
            garbage,
            attached: self.attached.get(),
        }
    }
}
