//! Bodies that a trace keeps as files beside it in its zip (`"_file": "NAME"`): small texts are put into the trace
//! as `"text"`, so that they are redacted like any other body. What is no text stays out.
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use zip::ZipArchive;

/// Longest file that is put into the trace, in bytes: longer values are left out of any trace.
const LONGEST: u64 = 1 << 20;
/// Longest name of a file, with what may stand between it and its key.
const LONGEST_NAME: usize = 400;
/// How much of the trace is read at once.
const CHUNK: usize = 64 * 1024;
/// The key whose value is the name of a file.
const KEY: &[u8] = b"\"_file\"";

/// Number and bytes, unpacked, of the files beside a trace that are left out so far.
#[derive(Clone, Debug, Default)]
pub struct Others(Arc<Mutex<(u64, u64)>>);

impl Others {
    /// Number and bytes; final once the trace has been read to its end.
    #[must_use]
    pub fn get(&self) -> (u64, u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::sources) fn add(&self, bytes: u64) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = (now.0 + 1, now.1.saturating_add(bytes));
    }

    fn take(&self, bytes: u64) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = (now.0.saturating_sub(1), now.1.saturating_sub(bytes));
    }
}

/// The files beside a trace.
pub(in crate::sources) struct Attached {
    pub(in crate::sources) zip: ZipArchive<File>,
    /// Numbers of the files in the zip by their names as the trace gives them.
    pub(in crate::sources) names: HashMap<Box<[u8]>, usize>,
    /// Bytes that may still be put into the trace.
    pub(in crate::sources) left: u64,
    pub(in crate::sources) others: Others,
    pub(in crate::sources) seen: HashSet<usize>,
}

impl Attached {
    /// The text of a file as a string of JSON, or `None` for what is no small text.
    fn text(&mut self, name: &[u8]) -> Option<String> {
        let number = *self.names.get(name)?;
        let mut file = self.zip.by_index(number).ok()?;
        if file.size() > LONGEST {
            return None;
        }
        let size = file.size();
        let mut bytes = Vec::new();
        Read::take(&mut file, LONGEST + 1)
            .read_to_end(&mut bytes)
            .ok()?;
        let length = bytes.len() as u64;
        if length > LONGEST || length > self.left {
            return None;
        }
        let text = std::str::from_utf8(&bytes).ok()?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let odd = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c');
        if text.contains(odd) {
            return None;
        }
        self.left -= length;
        if self.seen.insert(number) {
            self.others.take(size);
        }
        serde_json::to_string(text).ok()
    }
}

/// A trace with the texts of the files beside it.
pub struct WithBodies<R> {
    inner: R,
    files: Option<Attached>,
    /// Read, not yet looked at.
    raw: Vec<u8>,
    /// Ready to be given out, from `given` on.
    out: Vec<u8>,
    given: usize,
    /// The last byte that was passed on.
    last: u8,
    ended: bool,
    /// What ended the reading; told once all that was read before is given out.
    failed: Option<io::Error>,
}

impl<R: Read> WithBodies<R> {
    pub(in crate::sources) fn new(inner: R, files: Option<Attached>) -> Self {
        Self {
            inner,
            files,
            raw: Vec::new(),
            out: Vec::new(),
            given: 0,
            last: 0,
            ended: false,
            failed: None,
        }
    }

    /// Passes on the first `len` bytes of what was read.
    fn pass_on(&mut self, len: usize) {
        let rest = self.raw.split_off(len.min(self.raw.len()));
        let front = std::mem::replace(&mut self.raw, rest);
        self.last = front.last().copied().unwrap_or(self.last);
        self.out.extend_from_slice(&front);
    }

    /// Passes on what is read as far as it is known, with the text of the file that it ends with.
    fn step(&mut self) {
        let Some(at) = memchr::memmem::find(&self.raw, KEY) else {
            let keep = if self.ended { 0 } else { KEY.len() };
            return self.pass_on(self.raw.len().saturating_sub(keep));
        };
        if at > 0 {
            self.pass_on(at);
        }
        if self.raw.len() < KEY.len() + LONGEST_NAME && !self.ended {
            return;
        }
        let name = match self.last {
            // Text that somebody quotes.
            b'\\' => None,
            _ => name_behind(&self.raw).map(|span| (span.end, self.raw.get(span))),
        };
        let Some((end, Some(name))) = name else {
            return self.pass_on(KEY.len());
        };
        let text = self.files.as_mut().and_then(|files| files.text(name));
        self.pass_on(end + 1);
        if let Some(text) = text {
            self.out.extend_from_slice(b",\"text\":");
            self.out.extend_from_slice(text.as_bytes());
        }
    }
}

/// The place of the name behind the key that the text begins with.
fn name_behind(text: &[u8]) -> Option<std::ops::Range<usize>> {
    let skip = |at: usize, sign: u8| {
        let rest = text.get(at..)?;
        let blank = rest.len() - rest.trim_ascii_start().len();
        (rest.get(blank) == Some(&sign)).then_some(at + blank + 1)
    };
    let start = skip(skip(KEY.len(), b':')?, b'"')?;
    let rest = text.get(start..)?;
    let length = memchr::memchr2(b'"', b'\\', rest.get(..LONGEST_NAME).unwrap_or(rest))?;
    (rest.get(length) == Some(&b'"')).then_some(start..start + length)
}

impl<R: Read> Read for WithBodies<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.files.is_none() {
            return self.inner.read(out);
        }
        while self.given == self.out.len() {
            self.out.clear();
            self.given = 0;
            let needs = self.raw.len() < KEY.len() + LONGEST_NAME;
            if needs && !self.ended {
                let limit = CHUNK as u64;
                match Read::take(&mut self.inner, limit).read_to_end(&mut self.raw) {
                    Ok(count) => self.ended = count < CHUNK,
                    Err(error) => {
                        self.ended = true;
                        self.failed = Some(error);
                    }
                }
            }
            if self.raw.is_empty() && self.ended {
                return self.failed.take().map_or(Ok(0), Err);
            }
            self.step();
        }
        let ready = self.out.get(self.given..).unwrap_or_default();
        let count = ready.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..count), ready.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }
}
