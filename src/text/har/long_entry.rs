//! An entry that became too long: its lists get no further elements, so that what is endless in it (messages of a
//! socket, the frames of a stack) ends, and all brackets still close.
use super::state::{LongEntry, Mode, State};
use crate::text::block::model::Withheld;
use crate::text::json::path::opening;

/// Brackets that may be open at once in an entry.
const DEEPEST: usize = 4096;
/// So much beyond the limit, objects get no further members either: timings and the like still fit.
const MEMBERS: usize = 64 * 1024;

/// Looks again at the entry under way, which is at most a little longer than the limit.
pub(super) fn look_again(s: &mut State) {
    let entry = s.out.pending.split_off(s.list.from);
    let (string, escaped) = (s.long_string.take(), s.scan.escaped);
    (s.scan.in_string, s.scan.escaped) = (false, false);
    s.mode = Mode::LongEntry;
    s.long_entry = LongEntry::default();
    let end = long_entry(s, &entry, 0);
    if s.mode == Mode::Entries {
        let blanks = entry.get(end..).unwrap_or_default();
        s.out.pending.extend_from_slice(blanks);
        return;
    }
    s.scan.escaped = escaped && s.scan.in_string;
    match string {
        Some(string) if s.long_entry.is_dropping() => s.long_entry.dropped += string.bytes,
        string => s.long_string = string,
    }
}

/// Goes on in an entry that is too long; gives the place in the chunk behind it.
pub(super) fn long_entry(s: &mut State, chunk: &[u8], mut at: usize) -> usize {
    s.list.work += (chunk.len() - at.min(chunk.len())) as u64;
    while s.mode == Mode::LongEntry {
        if s.scan.in_string {
            at = s.string(chunk, at);
        }
        let found = s.scan.next(chunk, at);
        let to = found.map_or(chunk.len(), |(place, _)| place);
        put(s, chunk.get(at..to).unwrap_or_default());
        at = to;
        let Some((_, sign)) = found else { break };
        at += 1;
        match sign {
            b'"' => {
                put(s, b"\"");
                s.begin_string();
            }
            b'{' | b'[' if s.long_entry.open.len() >= DEEPEST => {
                s.broken_entry("brackets nested without end");
            }
            b'{' | b'[' => {
                s.long_entry.open.push(sign);
                put(s, &[sign]);
            }
            b',' => comma(s),
            b'}' | b']' => close(s, sign),
            _ => put(s, &[sign]),
        }
    }
    let most = s.limits.entry + s.limits.string + 2 * MEMBERS;
    if s.mode == Mode::LongEntry && length_so_far(s) > most {
        drop_entry(s);
    }
    at
}

fn length_so_far(s: &State) -> usize {
    s.out.pending.len().saturating_sub(s.list.from)
}

fn put(s: &mut State, text: &[u8]) {
    if s.long_entry.is_dropping() {
        s.long_entry.dropped += text.len() as u64;
    } else {
        s.out.pending.extend_from_slice(text);
    }
}

fn comma(s: &mut State) {
    let depth = s.long_entry.open.len();
    if !s.long_entry.is_dropping() && depth > 0 {
        let length = length_so_far(s);
        let limit = s.limits.entry;
        let list = s.long_entry.open.last() == Some(&b'[');
        if length >= limit && list || length >= limit + MEMBERS {
            s.long_entry.dropping = Some(depth);
        }
    }
    s.long_entry.elements += u64::from(s.long_entry.dropping == Some(depth));
    put(s, b",");
}

fn close(s: &mut State, sign: u8) {
    if s.long_entry.open.pop() != Some(opening(sign)) {
        return s.broken_entry("a bracket of the other kind is open");
    }
    let depth = s.long_entry.open.len();
    if s.long_entry.dropping.is_some_and(|at| depth < at) {
        let elements = std::mem::take(&mut s.long_entry.elements);
        s.out
            .hold(s.long_entry.dropped, Withheld::Elements(elements));
        (s.long_entry.dropping, s.long_entry.dropped) = (None, 0);
    }
    put(s, &[sign]);
    if depth > 0 {
        return;
    }
    if s.long_entry.whole {
        s.out.hold(s.long_entry.dropped, Withheld::Entry);
    }
    s.long_entry = LongEntry::default();
    s.mode = Mode::Entries;
    s.list.depth = 0;
    (s.list.closed, s.list.trimmed) = (true, true);
}

/// Leaves out the whole entry: it has something else in it that has no end.
fn drop_entry(s: &mut State) {
    s.long_entry.dropped += length_so_far(s) as u64 + s.take_long_string();
    s.out.truncate(s.list.from);
    s.long_entry.whole = true;
    s.long_entry.dropping = None;
    if s.long_entry.open.is_empty() {
        s.broken_entry("an entry without brackets, longer than can be held");
    }
}
