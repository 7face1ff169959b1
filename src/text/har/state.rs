//! What is known of a HAR between two chunks of its text, and the steps that are the same in all its parts: strings,
//! pieces, and the end of text that is torn or broken.
use super::long_string::LongString;
use super::pieces::Pieces;
use crate::text::block::model::{HarPart, Withheld};
use crate::text::decode::error::TextError;
use crate::text::json::path::Path;
use crate::text::json::scan::Scan;

/// How long things may be, in bytes.
#[derive(Clone, Copy, Debug)]
pub(in crate::text) struct HarLimits {
    /// Wanted size of a piece.
    pub(in crate::text) block: usize,
    /// Longest string that is kept.
    pub(in crate::text) string: usize,
    /// From here on an entry gets no further elements of lists.
    pub(in crate::text) entry: usize,
}

/// Where in a HAR the scan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Before the first bracket.
    Before,
    /// In a head or a tail.
    Outside,
    /// In a list of entries.
    Entries,
    /// In an entry that became too long.
    LongEntry,
    /// Behind the end, or behind text that is no HAR.
    Stopped,
}

/// What is known between two chunks.
#[derive(Debug)]
pub(super) struct State {
    pub(super) limits: HarLimits,
    pub(super) mode: Mode,
    /// Bytes of text before the chunk under way.
    pub(super) taken: u64,
    pub(super) out: Pieces,
    pub(super) trouble: Option<TextError>,
    pub(super) scan: Scan,
    /// Where the string that is open begins in the pending text.
    pub(super) string_at: usize,
    /// The open string, if it is too long.
    pub(super) long_string: Option<LongString>,
    /// What is open outside the entries.
    pub(super) path: Path,
    /// What the pending text can be cut back to so that closing all brackets makes it whole.
    pub(super) safe: usize,
    /// The document is an argument: `callback_name({…})`.
    pub(super) in_call: bool,
    /// A list of entries was met.
    pub(super) seen_entries: bool,
    pub(super) list: List,
    pub(super) long_entry: LongEntry,
}

/// What is known in a list of entries.
#[derive(Debug, Default)]
pub(super) struct List {
    /// Whole entries given out, in all lists.
    pub(super) count: u64,
    /// The byte of the text at which the entry under way begins, its comma included.
    pub(super) begin: u64,
    /// The same, in the pending text.
    pub(super) from: usize,
    /// Where the last entry that may end a block ends in the pending text.
    pub(super) last_end: usize,
    /// Brackets that are open in the entry.
    pub(super) depth: usize,
    /// The entry under way has had its last bracket.
    pub(super) closed: bool,
    /// The entry under way was cut already.
    pub(super) trimmed: bool,
    /// The list has no entry yet, so none needs a comma before it.
    pub(super) first: bool,
    /// The byte of the text at which the open string begins.
    pub(super) string_begin: u64,
    /// Bytes looked at: a test checks that it stays in proportion to the text.
    pub(super) work: u64,
}

/// What is known in an entry that is too long.
#[derive(Debug, Default)]
pub(super) struct LongEntry {
    /// The brackets that are open in the entry.
    pub(super) open: Vec<u8>,
    /// How many brackets were open where the first element was left out.
    pub(super) dropping: Option<usize>,
    /// Bytes left out since then.
    pub(super) dropped: u64,
    pub(super) elements: u64,
    /// The whole entry is left out.
    pub(super) whole: bool,
}

impl LongEntry {
    pub(super) fn is_dropping(&self) -> bool {
        self.whole || self.dropping.is_some()
    }
}

impl State {
    pub(super) fn new(limits: HarLimits) -> Self {
        Self {
            limits,
            mode: Mode::Before,
            taken: 0,
            out: Pieces::new(),
            trouble: None,
            scan: Scan::default(),
            string_at: 0,
            long_string: None,
            path: Path::default(),
            safe: 0,
            in_call: false,
            seen_entries: false,
            list: List::default(),
            long_entry: LongEntry::default(),
        }
    }

    /// Gives out what is pending.
    pub(super) fn emit(&mut self) {
        self.emit_to(self.out.pending.len());
    }

    /// Gives out the first `end` bytes of what is pending.
    pub(super) fn emit_to(&mut self, end: usize) {
        self.out.emit(end, self.path.context());
        self.safe = 0;
    }

    /// Notes that the string which just opened begins where the pending text ends.
    pub(super) fn begin_string(&mut self) {
        self.string_at = self.out.pending.len();
    }

    /// Goes on inside a string; gives the byte behind its closing quote, or the end of the chunk.
    pub(super) fn string(&mut self, chunk: &[u8], at: usize) -> usize {
        let close = self.scan.next(chunk, at);
        let end = close.map_or(chunk.len(), |(place, _)| place);
        let body = chunk.get(at..end).unwrap_or_default();
        let so_far = self.out.pending.len().saturating_sub(self.string_at);
        if self.long_entry.is_dropping() {
            self.long_entry.dropped += body.len() as u64 + u64::from(close.is_some());
        } else if let Some(long) = &mut self.long_string {
            long.push(body);
        } else {
            self.out.pending.extend_from_slice(body);
            if so_far + body.len() > self.limits.string {
                self.begin_long_string();
            }
        }
        if close.is_some() {
            if let Some(long) = self.long_string.take() {
                let held = long.finish(&mut self.out.pending);
                self.out.hold(held, Withheld::Value);
            }
            if !self.long_entry.is_dropping() {
                self.out.pending.push(b'"');
            }
        }
        end + usize::from(close.is_some())
    }

    /// The string that is open has become too long: what is still to come of it is only counted.
    pub(super) fn begin_long_string(&mut self) {
        let content = self.out.pending.get(self.string_at..).unwrap_or_default();
        let (long, keep) = LongString::begin(content, self.limits.string);
        self.long_string = Some(long);
        self.out.pending.truncate(self.string_at + keep);
    }

    /// Begins a list of entries; `at` is the place in the chunk behind its bracket.
    pub(super) fn begin_entries(&mut self, at: usize) {
        self.mode = Mode::Entries;
        self.out.part = HarPart::Entries;
        self.list = List {
            count: self.list.count,
            work: self.list.work,
            begin: self.taken + at as u64,
            first: true,
            ..List::default()
        };
    }

    /// True if nothing but blanks follow the last bracket of the entry under way.
    pub(super) fn is_at_whole_entry(&self) -> bool {
        self.list.closed && !self.scan.in_string
    }

    /// Ends at what no HAR may hold; `at` is its place in the chunk.
    pub(super) fn broken(&mut self, what: &'static str, at: usize) {
        self.close(TextError::BrokenHar {
            what,
            offset: self.taken + at as u64,
            entries: self.list.count,
        });
    }

    /// Ends at an entry that no HAR may hold.
    pub(super) fn broken_entry(&mut self, what: &'static str) {
        self.close(TextError::BrokenHar {
            what,
            offset: self.list.begin,
            entries: self.list.count,
        });
    }

    /// Ends where the text is torn or wrong: what is whole is given out, and all brackets are closed.
    pub(super) fn close(&mut self, trouble: TextError) {
        match self.mode {
            Mode::Outside => self.out.pending.truncate(self.safe),
            Mode::Entries | Mode::LongEntry => self.close_entries(),
            Mode::Before | Mode::Stopped => self.out.pending.clear(),
        }
        self.out.pending.extend(self.path.close());
        if self.in_call {
            self.out.pending.push(b')');
        }
        self.emit();
        self.trouble = Some(trouble);
        self.mode = Mode::Stopped;
    }

    /// Cuts the list back to whole entries.
    fn close_entries(&mut self) {
        if self.mode == Mode::Entries && self.is_at_whole_entry() {
            self.list.count += 1;
        } else {
            let torn = self.out.pending.len().saturating_sub(self.list.from) as u64;
            let dropped = std::mem::take(&mut self.long_entry).dropped;
            let torn = torn + dropped + self.take_long_string();
            self.out.pending.truncate(self.list.from);
            if torn > 0 {
                self.out.hold(torn, Withheld::Entry);
            }
        }
        if !self.out.pending.trim_ascii().is_empty() {
            self.emit();
        }
        self.out.part = HarPart::Tail;
    }

    /// Leaves out the open string with its entry; its bytes so far, if it is too long.
    pub(super) fn take_long_string(&mut self) -> u64 {
        self.long_string.take().map_or(0, |long| long.bytes)
    }
}
