//! A network trace inside a zip, as a stream: `.har.zip`, and the zip that Playwright writes with bodies beside
//! the trace. The names inside are raw evidence and stay here.
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::attached_bodies::Attached;
pub use super::attached_bodies::{Others, WithBodies};
use crate::text::TextError;

/// Most bytes out of one byte in, looked at once more than 64 MiB came out. Traces pack ten to one, those of
/// a program that asks the same again and again a hundred to one; blanks a thousand to one.
const MOST_RATIO: u64 = 500;
const RATIO_FROM: u64 = 64 << 20;
/// Most entries that a zip of a trace has.
const MOST_ENTRIES: usize = 100_000;

/// The trace of a zip.
pub struct HarInZip {
    /// Its bytes, unpacked, still to be decoded; small texts that lie beside it stand in it.
    pub text: WithBodies<Bounded>,
    /// Other files of the zip, which are left out.
    pub others: Others,
}

/// Why a zip gives no trace. The texts name nothing of what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZipError {
    /// The system could not read it.
    #[error("The zip could not be read.")]
    Read,
    /// It is damaged or cut off.
    #[error("The zip is damaged or cut off, so nothing in it can be trusted.")]
    Damaged,
    /// It is locked with a password.
    #[error("The trace in the zip is encrypted.")]
    Encrypted,
    /// It is packed by a method that is not known.
    #[error("The trace in the zip is packed in a way that is not supported.")]
    Method,
    /// There is no `.har` in it.
    #[error("There is no .har file in the zip.")]
    NoHar,
    /// There are several, and each is evidence of its own.
    #[error("There are several .har files in the zip.")]
    Several,
}

impl ZipError {
    /// What the person can do about it, in one sentence.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Read => "Check that this user may read it, and collect again.",
            Self::Damaged => "Save the trace again, or copy the zip again.",
            Self::Encrypted | Self::Method => {
                "Unpack the zip by hand, and give the .har file with --har."
            }
            Self::NoHar => {
                "Save the network panel of the browser as HAR, and give that file with --har."
            }
            Self::Several => "Unpack the zip into a folder, and give that folder with --har.",
        }
    }
}

/// Whether a file begins like a zip.
#[must_use]
pub fn is_zip(path: &Path) -> bool {
    let mut head = [0; 4];
    let read = crate::sources::files::regular_file::open_regular(path)
        .map(|mut file| file.read_exact(&mut head));
    matches!(read, Ok(Ok(()))) && matches!(&head, b"PK\x03\x04" | b"PK\x05\x06")
}

/// Opens the trace in a zip.
///
/// # Errors
/// Why there is none, or none that can be read.
pub fn open(path: &Path) -> Result<HarInZip, ZipError> {
    // Looks first that it is a regular file.
    crate::sources::files::regular_file::open_regular(path).map_err(|_| ZipError::Read)?;
    let file = File::open(path).map_err(|_| ZipError::Read)?;
    let mut zip = ZipArchive::new(file).map_err(|_| ZipError::Damaged)?;
    if zip.len() > MOST_ENTRIES {
        return Err(ZipError::Damaged);
    }
    let (mut har, others) = (None, Others::default());
    let mut names = HashMap::new();
    let mut packed_all = 0_u64;
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(|_| ZipError::Damaged)?;
        let name = entry.name_raw().to_ascii_lowercase();
        let hidden = name.starts_with(b"__macosx/");
        if name.ends_with(b".har") && !hidden {
            if har.is_some() {
                return Err(ZipError::Several);
            }
            let start = entry.data_start().ok_or(ZipError::Damaged)?;
            let (method, size) = (entry.compression(), entry.compressed_size());
            let folder = name.iter().rposition(|b| *b == b'/').map_or(0, |i| i + 1);
            let folder = entry.name_raw().get(..folder).unwrap_or_default().to_vec();
            har = Some((start, size, method, entry.encrypted(), folder));
        } else if !entry.is_dir() && !hidden {
            others.add(entry.size());
            packed_all = packed_all.saturating_add(entry.compressed_size());
            names.insert(entry.name_raw().into(), index);
        }
    }
    let (start, size, method, encrypted, folder) = har.ok_or(ZipError::NoHar)?;
    if encrypted {
        return Err(ZipError::Encrypted);
    }
    let mut file = File::open(path).map_err(|_| ZipError::Read)?;
    file.seek(SeekFrom::Start(start))
        .map_err(|_| ZipError::Read)?;
    let packed = file.take(size);
    let inner = match method {
        CompressionMethod::Stored => Packing::Stored(packed),
        CompressionMethod::Deflated => Packing::Deflated(DeflateDecoder::new(packed)),
        _ => return Err(ZipError::Method),
    };
    let text = Bounded {
        inner,
        produced: 0,
        most: RATIO_FROM.max(size.saturating_mul(MOST_RATIO)),
        packed: size,
    };
    let files = (!names.is_empty()).then(|| Attached {
        zip,
        names: beside(names, &folder),
        left: RATIO_FROM.max(packed_all.saturating_mul(MOST_RATIO)),
        others: others.clone(),
        seen: HashSet::new(),
    });
    Ok(HarInZip {
        text: WithBodies::new(text, files),
        others,
    })
}

/// Names as the trace gives them: below the folder that it lies in.
fn beside(names: HashMap<Box<[u8]>, usize>, folder: &[u8]) -> HashMap<Box<[u8]>, usize> {
    let below =
        |(name, number): (Box<[u8]>, usize)| Some((name.strip_prefix(folder)?.into(), number));
    names.into_iter().filter_map(below).collect()
}

enum Packing {
    Stored(io::Take<File>),
    Deflated(DeflateDecoder<io::Take<File>>),
}

/// The bytes of a packed file, up to what no honest file exceeds.
pub struct Bounded {
    inner: Packing,
    produced: u64,
    most: u64,
    packed: u64,
}

impl Read for Bounded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.inner {
            Packing::Stored(file) => file.read(out)?,
            Packing::Deflated(file) => file.read(out).map_err(|error| match error.kind() {
                io::ErrorKind::InvalidInput
                | io::ErrorKind::InvalidData
                | io::ErrorKind::UnexpectedEof => TextError::Damaged {
                    what: "zip",
                    offset: self.produced,
                }
                .into(),
                _ => error,
            })?,
        };
        self.produced += count as u64;
        if self.produced > self.most {
            return Err(TextError::Bomb {
                produced: self.produced,
                consumed: self.packed,
            }
            .into());
        }
        Ok(count)
    }
}
