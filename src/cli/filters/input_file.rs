//! The file or the standard input that `redact` and `explain` read, as a document.
use std::io::Read;
use std::path::Path;

use anyhow::{Result, anyhow};

use crate::cli::args::KindArg;
use crate::redact::{Document, FileKind, Lessons, Redactor, Rewound, Tally, identify};
use crate::sources::files::regular_file::{OpenError, open_regular};
use crate::sources::har::trace_zip;
use crate::text::{Decoded, Encoding, Limits, TextError};

/// What a person names: a file, or standard input, and how it is to be read.
#[derive(Clone, Copy)]
pub(in crate::cli) struct InputFile<'a> {
    /// `None` for standard input.
    pub(in crate::cli) path: Option<&'a Path>,
    pub(in crate::cli) kind: KindArg,
}

/// A document from its beginning on.
pub(in crate::cli) struct Opened {
    pub(in crate::cli) document: Document<Rewound<Decoded<Box<dyn Read + Send>>>>,
    pub(in crate::cli) encoding: Encoding,
}

impl InputFile<'_> {
    pub(in crate::cli) fn open(&self) -> Result<Opened> {
        let source: Box<dyn Read + Send> = match self.path {
            None => Box::new(std::io::stdin()),
            Some(file) if trace_zip::is_zip(file) => {
                let har = trace_zip::open(file).map_err(|e| anyhow!("{e} {}", e.remedy()))?;
                Box::new(har.text)
            }
            Some(file) => Box::new(open_regular(file).map_err(|e| unopened(&e))?),
        };
        let decoded = Decoded::open(source)?;
        let encoding = decoded.encoding();
        let name = self
            .path
            .map_or_else(String::new, |p| p.to_string_lossy().into_owned());
        let known = match self.kind {
            KindArg::Auto => None,
            KindArg::Log => Some(FileKind::Log),
            KindArg::Config => Some(FileKind::Config),
            KindArg::Json => Some(FileKind::Json),
            KindArg::Har => Some(FileKind::Har),
        };
        let (kind, text) = identify(decoded, &name, known)?;
        Ok(Opened {
            document: Document::new(text, kind, Limits::default()),
            encoding,
        })
    }

    /// Reads a file for what it says to be secret or a name, so that the next reading cuts it wherever else it is.
    /// Standard input can be read only once.
    ///
    /// # Errors
    /// Where the file cannot be read, or where it says more secrets than can be looked for.
    pub(in crate::cli) fn learn(&self, redactor: &mut Redactor) -> Result<()> {
        if self.path.is_none() {
            return Ok(());
        }
        let mut document = self.open()?.document;
        let mut lessons = Lessons::default();
        let mut buffer = Vec::new();
        let read = loop {
            match document.next(redactor, buffer) {
                Ok(Some(part)) => {
                    let mut tally = Tally::default();
                    let _ = part.redact(redactor, &mut tally);
                    lessons.add(&mut tally);
                    buffer = part.block.bytes;
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        // Nothing is written that could hold a copy of a secret that nobody looks for.
        if let Some(most) = lessons.overflow() {
            return Err(anyhow!(
                "the file holds more than {most} different secrets, and copies of the others would not be found: redact it in parts"
            ));
        }
        lessons.teach(redactor);
        match read {
            // The start of a broken trace is worth having: the next reading says so again.
            Err(TextError::Torn { .. } | TextError::BrokenHar { .. }) => Ok(()),
            read => Ok(read?),
        }
    }
}

/// Why a file that was named could not be read, and what helps; the remedies of a collection name its options.
fn unopened(error: &OpenError) -> anyhow::Error {
    let remedy = match error {
        OpenError::Vanished => return anyhow!("there is no such file"),
        OpenError::Directory => "Name one of the files in it.",
        OpenError::Fifo | OpenError::Socket | OpenError::Device | OpenError::Special => {
            "If its text is wanted, give it on standard input."
        }
        OpenError::LinkLoop => "Repair the symbolic link, or name the real file.",
        OpenError::Other(_) => "Try to copy the file by hand, and name the copy.",
        error => error.remedy(),
    };
    anyhow!("{error} {remedy}")
}
