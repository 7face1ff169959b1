//! In an entry that became too long: its lists get no further elements, so that what is endless in it
//! (messages of a socket, the frames of a stack) ends, and all brackets still close.
use super::cutter::{HarCut, Mode};
use crate::text::block::reader::Withheld;
use crate::text::decode::error::TextError;

/// Brackets that may be open at once in an entry.
const DEEPEST: usize = 4096;
/// So much beyond the limit, objects get no further members either: timings and the like still fit.
const MEMBERS: usize = 64 * 1024;

/// The bytes that mean something here.
const SIGNS: [bool; 256] = super::cutter::table(b"\"{[}],");

/// What is known in an entry that is too long.
#[derive(Debug, Default)]
pub(super) struct LongEntry {
    /// The brackets that are open in the entry.
    open: Vec<u8>,
    /// How many brackets were open where the first element was left out.
    dropping: Option<usize>,
    /// Bytes left out so far, since something is.
    pub(super) dropped: u64,
    elements: u64,
    /// The whole entry is left out.
    whole: bool,
}

impl LongEntry {
    pub(super) fn is_dropping(&self) -> bool {
        self.whole || self.dropping.is_some()
    }

    /// Bytes left out so far, which from now on count as left out with their entry.
    pub(super) fn take_dropped(&mut self) -> u64 {
        std::mem::take(self).dropped
    }
}

impl HarCut {
    /// Looks again at the entry under way, which is at most a little longer than the limit.
    pub(super) fn look_again(&mut self) {
        let entry = self.pending.split_off(self.entries.from);
        let (held, escaped) = (self.holding.take(), self.escaped);
        (self.in_string, self.escaped) = (false, false);
        self.mode = Mode::LongEntry;
        self.long = LongEntry::default();
        let end = self.long_entry(&entry, 0);
        if self.mode == Mode::Entries {
            let blanks = entry.get(end..).unwrap_or_default();
            self.pending.extend_from_slice(blanks);
            return;
        }
        self.escaped = escaped && self.in_string;
        match held {
            Some(held) if self.long.is_dropping() => self.long.dropped += held,
            held => self.holding = held,
        }
    }

    /// Goes on in an entry that is too long; gives the place in the chunk behind it.
    pub(super) fn long_entry(&mut self, chunk: &[u8], mut at: usize) -> usize {
        self.entries.work += (chunk.len() - at.min(chunk.len())) as u64;
        while self.mode == Mode::LongEntry {
            if self.in_string {
                at = self.string(chunk, at);
            }
            let rest = chunk.get(at..).unwrap_or_default();
            let plain = rest
                .iter()
                .position(|b| SIGNS[usize::from(*b)])
                .unwrap_or(rest.len());
            self.put(rest.get(..plain).unwrap_or_default());
            at += plain;
            let Some(&sign) = chunk.get(at) else { break };
            at += 1;
            match sign {
                b'"' => {
                    self.put(b"\"");
                    self.open_string();
                }
                b'{' | b'[' if self.long.open.len() >= DEEPEST => {
                    self.broken_entry("brackets nested without end");
                }
                b'{' | b'[' => {
                    self.long.open.push(sign);
                    self.put(&[sign]);
                }
                b',' => self.long_comma(),
                _ => self.long_close(sign),
            }
        }
        let most = self.limits.entry + self.limits.string + 2 * MEMBERS;
        if self.mode == Mode::LongEntry && self.long_length() > most {
            self.drop_entry();
        }
        at
    }

    fn long_length(&self) -> usize {
        self.pending.len().saturating_sub(self.entries.from)
    }

    fn put(&mut self, text: &[u8]) {
        if self.long.is_dropping() {
            self.long.dropped += text.len() as u64;
        } else {
            self.pending.extend_from_slice(text);
        }
    }

    fn long_comma(&mut self) {
        let depth = self.long.open.len();
        if !self.long.is_dropping() && depth > 0 {
            let length = self.long_length();
            let limit = self.limits.entry;
            let list = self.long.open.last() == Some(&b'[');
            if length >= limit && list || length >= limit + MEMBERS {
                self.long.dropping = Some(depth);
            }
        }
        self.long.elements += u64::from(self.long.dropping == Some(depth));
        self.put(b",");
    }

    fn long_close(&mut self, sign: u8) {
        let opened = if sign == b']' { b'[' } else { b'{' };
        if self.long.open.pop() != Some(opened) {
            return self.broken_entry("a bracket of the other kind is open");
        }
        let depth = self.long.open.len();
        if self.long.dropping.is_some_and(|at| depth < at) {
            let elements = std::mem::take(&mut self.long.elements);
            self.hold(self.long.dropped, Withheld::Elements(elements));
            (self.long.dropping, self.long.dropped) = (None, 0);
        }
        self.put(&[sign]);
        if depth > 0 {
            return;
        }
        if self.long.whole {
            self.hold(self.long.dropped, Withheld::Entry);
        }
        self.long = LongEntry::default();
        self.end_long_entry();
    }

    /// Leaves out the whole entry: it has something else in it that has no end.
    fn drop_entry(&mut self) {
        self.long.dropped += self.long_length() as u64 + self.holding.take().unwrap_or_default();
        self.pending.truncate(self.entries.from);
        self.held
            .retain(|held| held.line <= self.entries.from as u64);
        self.long.whole = true;
        self.long.dropping = None;
        if self.long.open.is_empty() {
            self.broken_entry("an entry without brackets, longer than can be held");
        }
    }

    pub(super) fn broken_entry(&mut self, what: &'static str) {
        self.close(TextError::BrokenHar {
            what,
            offset: self.entries.begin,
            entries: self.entries.count,
        });
    }
}
