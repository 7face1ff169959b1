//! In the list of entries: only brackets outside strings count, 64 bytes at a time.
use super::cutter::{HarCut, HarPart, Mode};
use crate::text::block::reader::Withheld;
use crate::text::json::masks::{Masks, STEP, escaped, in_strings};

/// What is known in a list of entries.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// Whole entries given out, in all lists.
    pub(super) count: u64,
    /// The byte of the text at which the entry under way begins, its comma included.
    pub(super) begin: u64,
    /// The same, in `pending`.
    pub(super) from: usize,
    /// Where the last entry that may end a block ends in `pending`.
    last_end: usize,
    /// Brackets that are open in the entry.
    depth: usize,
    /// The entry under way has had its last bracket.
    pub(super) closed: bool,
    /// The entry under way was cut already.
    pub(super) trimmed: bool,
    /// The list has no entry yet, so none needs a comma before it.
    first: bool,
    /// The byte of the text at which the open string begins.
    string_begin: u64,
    /// Bytes looked at, for the test that nothing is looked at again and again.
    pub(super) work: u64,
}

/// One look at a chunk.
struct Look<'a> {
    chunk: &'a [u8],
    /// What lies before is in `pending`.
    copied: usize,
}

impl HarCut {
    /// Begins a list of entries; `at` is the place in the chunk behind its bracket.
    pub(super) fn begin_entries(&mut self, at: usize) {
        self.mode = Mode::Entries;
        self.part = HarPart::Entries;
        self.entries = Entries {
            count: self.entries.count,
            work: self.entries.work,
            begin: self.taken + at as u64,
            first: true,
            ..Entries::default()
        };
    }

    /// Goes on in a list of entries; gives the place in the chunk where another way of looking begins.
    pub(super) fn entries(&mut self, chunk: &[u8], at: usize) -> usize {
        let mut at = at;
        if self.holding.is_some() {
            at = self.string(chunk, at);
        }
        let mut look = Look { chunk, copied: at };
        while at < chunk.len() && self.mode == Mode::Entries {
            at = self.step(&mut look, at);
        }
        if self.mode == Mode::Entries {
            self.copy(&mut look, at);
            self.trim_if_long();
        }
        at
    }

    /// Looks at the next 64 bytes, or at what is left of the chunk; gives the place behind them.
    fn step(&mut self, look: &mut Look<'_>, at: usize) -> usize {
        let rest = look.chunk.get(at..).unwrap_or_default();
        let mut padded = [b' '; STEP];
        let (block, length) = match rest.first_chunk::<STEP>() {
            Some(block) => (block, STEP),
            None => {
                if let Some(start) = padded.get_mut(..rest.len()) {
                    start.copy_from_slice(rest);
                }
                (&padded, rest.len())
            }
        };
        self.entries.work += length as u64;
        let masks = Masks::new(block);
        if self.in_string && masks.quotes | masks.slashes == 0 && !self.escaped {
            return self.jump(look, at + length);
        }
        let mut carry = self.escaped;
        let escaped = if masks.slashes == 0 && !carry {
            0
        } else {
            escaped(masks.slashes, &mut carry)
        };
        if length < STEP {
            carry = escaped >> length & 1 == 1;
        }
        let quotes = masks.quotes & !escaped;
        if self.in_string && self.is_overlong(at, quotes, length) {
            return self.hold_string(look, at);
        }
        let strings = in_strings(quotes, self.in_string);
        let (open, close) = masks.brackets();
        let (open, close) = (open & !strings, close & !strings);
        let closing = close.count_ones() as usize;
        if self.entries.depth > closing {
            self.entries.depth = self.entries.depth + open.count_ones() as usize - closing;
        } else {
            let signs = open | close | quotes & strings | masks.commas() & !strings;
            if let Some(end) = self.signs(look, at, signs) {
                (self.in_string, self.escaped) = (false, false);
                return end;
            }
        }
        self.escaped = carry;
        self.in_string = strings >> (STEP - 1) & 1 == 1;
        if self.in_string && quotes != 0 {
            let last = STEP - 1 - quotes.leading_zeros() as usize;
            self.entries.string_begin = self.taken + (at + last + 1) as u64;
        }
        at + length
    }

    /// Goes on in a string of which the step held no end, to where one may be.
    fn jump(&mut self, look: &mut Look<'_>, at: usize) -> usize {
        let rest = look.chunk.get(at..).unwrap_or_default();
        let to = at + memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
        if self.string_length(to) > self.limits.string as u64 {
            return self.hold_string(look, to);
        }
        to
    }

    fn string_length(&self, at: usize) -> u64 {
        (self.taken + at as u64).saturating_sub(self.entries.string_begin)
    }

    /// Whether the string that is open at the start of a step is too long at its end in the step, or at the
    /// end of the step.
    fn is_overlong(&self, at: usize, quotes: u64, length: usize) -> bool {
        let end = at + (quotes.trailing_zeros() as usize).min(length);
        self.string_length(end) > self.limits.string as u64
    }

    /// Leaves out the string that is open at `at`.
    fn hold_string(&mut self, look: &mut Look<'_>, at: usize) -> usize {
        self.copy(look, at);
        let so_far = usize::try_from(self.string_length(at)).unwrap_or(usize::MAX);
        self.string_at = self.pending.len().saturating_sub(so_far);
        self.begin_holding();
        let end = self.string(look.chunk, at);
        look.copied = end;
        end
    }

    fn copy(&mut self, look: &mut Look<'_>, to: usize) {
        let new = look.chunk.get(look.copied..to).unwrap_or_default();
        self.pending.extend_from_slice(new);
        look.copied = look.copied.max(to);
    }

    /// Goes through brackets and commas one by one; the place of the bracket that ends the list.
    fn signs(&mut self, look: &mut Look<'_>, at: usize, mut signs: u64) -> Option<usize> {
        while signs != 0 {
            let place = at + signs.trailing_zeros() as usize;
            signs &= signs - 1;
            match look.chunk.get(place) {
                Some(b'{' | b'[' | b'"') if self.entries.closed => {
                    self.copy(look, place);
                    self.in_string = false;
                    self.broken("two entries without a comma between them", place);
                    return Some(place);
                }
                Some(b'{' | b'[') => self.entries.depth += 1,
                Some(b',') if self.entries.depth == 0 => {
                    self.copy(look, place);
                    self.end_entry(place);
                    if self.entries.first {
                        look.copied = place + 1;
                    }
                    if self.mode != Mode::Entries {
                        return Some(place);
                    }
                }
                Some(b'}' | b']') if self.entries.depth == 0 => {
                    self.copy(look, place);
                    self.end_entry(place);
                    if self.mode == Mode::Entries {
                        self.end_entries();
                    }
                    return Some(place);
                }
                Some(b'}' | b']') => {
                    self.entries.depth -= 1;
                    self.entries.closed = self.entries.depth == 0;
                }
                _ => {}
            }
        }
        None
    }

    /// Counts the entry that ends here, and gives out those before it once they are enough for a block.
    fn end_entry(&mut self, at: usize) {
        self.trim_if_long();
        if self.mode != Mode::Entries {
            if self.mode == Mode::LongEntry {
                self.broken_entry("an entry without end");
            }
            return;
        }
        let entry = self.pending.get(self.entries.from..).unwrap_or_default();
        let there = entry.iter().any(|b| !b" \t\r\n,".contains(b));
        self.entries.count += u64::from(there);
        self.entries.first &= !there;
        if self.pending.len() > self.limits.block && self.entries.last_end > 0 {
            self.emit_to(self.entries.last_end);
        }
        if self.pending.len() >= self.limits.block {
            self.emit();
        }
        self.entries.last_end = self.pending.len();
        self.entries.from = self.pending.len();
        self.entries.begin = self.taken + at as u64;
        (self.entries.closed, self.entries.trimmed) = (false, false);
    }

    /// Gives out the last entries of the list.
    fn end_entries(&mut self) {
        if !self.pending.trim_ascii().is_empty() {
            self.emit();
        }
        self.part = HarPart::Tail;
        self.outside.safe = self.pending.len();
        self.mode = Mode::Outside;
    }

    /// True if nothing but blanks follow the last bracket of the entry under way, or none has begun.
    pub(super) fn at_whole_entry(&self) -> bool {
        self.entries.closed && !self.in_string
    }

    /// Looks again at an entry that is too long, to leave out elements of its lists.
    fn trim_if_long(&mut self) {
        let length = self.pending.len() - self.entries.from.min(self.pending.len());
        if length <= self.limits.entry || self.entries.trimmed {
            return;
        }
        self.look_again();
        self.entries.trimmed = true;
    }

    /// The entry that was too long is at its end.
    pub(super) fn end_long_entry(&mut self) {
        self.mode = Mode::Entries;
        self.entries.depth = 0;
        (self.entries.closed, self.entries.trimmed) = (true, true);
    }

    /// Cuts the list back to whole entries.
    pub(super) fn close_entries(&mut self) {
        if self.mode == Mode::Entries && self.at_whole_entry() {
            self.entries.count += 1;
        } else {
            let torn = self.pending.len().saturating_sub(self.entries.from) as u64;
            let torn = torn + self.long.take_dropped() + self.holding.take().unwrap_or_default();
            self.pending.truncate(self.entries.from);
            if torn > 0 {
                self.hold(torn, Withheld::Entry);
            }
        }
        if !self.pending.trim_ascii().is_empty() {
            self.emit();
        }
        self.part = HarPart::Tail;
    }
}
