//! The list of entries of a HAR: only brackets outside strings count, 64 bytes at a time.
use super::long_entry::look_again;
use super::state::{Mode, State};
use crate::text::block::model::HarPart;
use crate::text::json::masks::{Masks, STEP, escaped, in_strings};

/// One look at a chunk.
struct Look<'a> {
    chunk: &'a [u8],
    /// What stands before this place is in the pending text.
    copied: usize,
}

/// Goes on in a list of entries; gives the place in the chunk where the list or its mode ends, or the chunk's end.
pub(super) fn entries(s: &mut State, chunk: &[u8], at: usize) -> usize {
    let mut at = at;
    if s.long_string.is_some() {
        at = s.string(chunk, at);
    }
    let mut look = Look { chunk, copied: at };
    while at < chunk.len() && s.mode == Mode::Entries {
        at = step(s, &mut look, at);
    }
    if s.mode == Mode::Entries {
        copy(s, &mut look, at);
        trim_if_long(s);
    }
    at
}

/// Looks at the next 64 bytes, or at what is left of the chunk; gives the place behind them.
fn step(s: &mut State, look: &mut Look<'_>, at: usize) -> usize {
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
    s.list.work += length as u64;
    let masks = Masks::new(block);
    if s.scan.in_string && masks.quotes | masks.slashes == 0 && !s.scan.escaped {
        return jump(s, look, at + length);
    }
    let mut carry = s.scan.escaped;
    let escaped = if masks.slashes == 0 && !carry {
        0
    } else {
        escaped(masks.slashes, &mut carry)
    };
    if length < STEP {
        carry = escaped >> length & 1 == 1;
    }
    let quotes = masks.quotes & !escaped;
    if s.scan.in_string && is_overlong(s, at, quotes, length) {
        return hold_string(s, look, at);
    }
    let strings = in_strings(quotes, s.scan.in_string);
    let (open, close) = masks.brackets();
    let (open, close) = (open & !strings, close & !strings);
    let closing = close.count_ones() as usize;
    if s.list.depth > closing {
        s.list.depth = s.list.depth + open.count_ones() as usize - closing;
    } else {
        let marks = open | close | quotes & strings | masks.commas() & !strings;
        if let Some(end) = signs(s, look, at, marks) {
            (s.scan.in_string, s.scan.escaped) = (false, false);
            return end;
        }
    }
    s.scan.escaped = carry;
    s.scan.in_string = strings >> (STEP - 1) & 1 == 1;
    if s.scan.in_string && quotes != 0 {
        let last = STEP - 1 - quotes.leading_zeros() as usize;
        s.list.string_begin = s.taken + (at + last + 1) as u64;
    }
    at + length
}

/// Goes on in a string of which the step held no end, to where one may be.
fn jump(s: &mut State, look: &mut Look<'_>, at: usize) -> usize {
    let rest = look.chunk.get(at..).unwrap_or_default();
    let to = at + memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
    if string_length(s, to) > s.limits.string as u64 {
        return hold_string(s, look, to);
    }
    to
}

fn string_length(s: &State, at: usize) -> u64 {
    (s.taken + at as u64).saturating_sub(s.list.string_begin)
}

/// Whether the string that is open at the start of a step is too long at its end in the step, or at the
/// end of the step.
fn is_overlong(s: &State, at: usize, quotes: u64, length: usize) -> bool {
    let end = at + (quotes.trailing_zeros() as usize).min(length);
    string_length(s, end) > s.limits.string as u64
}

/// Leaves out the string that is open at `at`.
fn hold_string(s: &mut State, look: &mut Look<'_>, at: usize) -> usize {
    copy(s, look, at);
    let so_far = usize::try_from(string_length(s, at)).unwrap_or(usize::MAX);
    s.string_at = s.out.pending.len().saturating_sub(so_far);
    s.begin_long_string();
    let end = s.string(look.chunk, at);
    look.copied = end;
    end
}

fn copy(s: &mut State, look: &mut Look<'_>, to: usize) {
    let new = look.chunk.get(look.copied..to).unwrap_or_default();
    s.out.pending.extend_from_slice(new);
    look.copied = look.copied.max(to);
}

/// Goes through brackets and commas one by one; the place of the bracket that ends the list.
fn signs(s: &mut State, look: &mut Look<'_>, at: usize, mut signs: u64) -> Option<usize> {
    while signs != 0 {
        let place = at + signs.trailing_zeros() as usize;
        signs &= signs - 1;
        match look.chunk.get(place) {
            Some(b'{' | b'[' | b'"') if s.list.closed => {
                copy(s, look, place);
                s.scan.in_string = false;
                s.broken("two entries without a comma between them", place);
                return Some(place);
            }
            Some(b'{' | b'[') => s.list.depth += 1,
            Some(b',') if s.list.depth == 0 => {
                copy(s, look, place);
                end_entry(s, place);
                if s.list.first {
                    look.copied = place + 1;
                }
                if s.mode != Mode::Entries {
                    return Some(place);
                }
            }
            Some(b'}' | b']') if s.list.depth == 0 => {
                copy(s, look, place);
                end_entry(s, place);
                if s.mode == Mode::Entries {
                    end_entries(s);
                }
                return Some(place);
            }
            Some(b'}' | b']') => {
                s.list.depth -= 1;
                s.list.closed = s.list.depth == 0;
            }
            _ => {}
        }
    }
    None
}

/// Counts the entry that ends here, and gives out those before it once they are enough for a block.
fn end_entry(s: &mut State, at: usize) {
    trim_if_long(s);
    if s.mode != Mode::Entries {
        if s.mode == Mode::LongEntry {
            s.broken_entry("an entry without end");
        }
        return;
    }
    let entry = s.out.pending.get(s.list.from..).unwrap_or_default();
    let there = entry.iter().any(|b| !b" \t\r\n,".contains(b));
    s.list.count += u64::from(there);
    s.list.first &= !there;
    if s.out.pending.len() > s.limits.block && s.list.last_end > 0 {
        s.emit_to(s.list.last_end);
    }
    if s.out.pending.len() >= s.limits.block {
        s.emit();
    }
    s.list.last_end = s.out.pending.len();
    s.list.from = s.out.pending.len();
    s.list.begin = s.taken + at as u64;
    (s.list.closed, s.list.trimmed) = (false, false);
}

/// Gives out the last entries of the list.
fn end_entries(s: &mut State) {
    if !s.out.pending.trim_ascii().is_empty() {
        s.emit();
    }
    s.out.part = HarPart::Tail;
    s.safe = s.out.pending.len();
    s.mode = Mode::Outside;
}

/// Looks again at an entry that is too long, to leave out elements of its lists.
fn trim_if_long(s: &mut State) {
    let length = s.out.pending.len() - s.list.from.min(s.out.pending.len());
    if length <= s.limits.entry || s.list.trimmed {
        return;
    }
    look_again(s);
    s.list.trimmed = true;
}
