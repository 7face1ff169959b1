//! The head and the tail of a HAR: looks for the list of entries, with the keys of what is open.
use super::state::{Mode, State};
use crate::text::block::model::HarPart;
use crate::text::json::path::{DEEPEST, opening};

/// Goes on outside the entries; gives the place in the chunk where the entries begin, or its end.
pub(super) fn outside(s: &mut State, chunk: &[u8], mut at: usize) -> usize {
    while s.mode == Mode::Outside {
        if s.scan.in_string {
            at = s.string(chunk, at);
            if !s.scan.in_string {
                let end = s.out.pending.len() - 1;
                let content = s.out.pending.get(s.string_at..end);
                s.path.string(content.unwrap_or_default());
            }
        }
        let found = s.scan.next(chunk, at);
        let to = found.map_or(chunk.len(), |(place, _)| place);
        let plain = chunk.get(at..to).unwrap_or_default();
        s.path.plain(plain);
        s.out.pending.extend_from_slice(plain);
        at = to;
        let Some((_, sign)) = found else { break };
        structure(s, sign, at);
        at += 1;
    }
    if s.mode == Mode::Outside && s.out.pending.len() > s.limits.entry + s.limits.string {
        // No comma for so long: this is no list of pages, and nothing can be cut.
        s.broken("a stretch without a comma, longer than can be held", at);
    }
    at
}

fn structure(s: &mut State, sign: u8, at: usize) {
    match sign {
        b'"' => {
            s.out.pending.push(sign);
            s.begin_string();
        }
        b':' => {
            s.out.pending.push(sign);
            s.path.sign(sign);
        }
        b'{' | b'[' => open(s, sign, at),
        b'}' | b']' => close(s, sign, at),
        b'\n' => {
            s.out.pending.push(sign);
            if s.path.depth() == 0 {
                cut_here(s);
            }
        }
        _ => {
            s.safe = s.out.pending.len();
            s.path.sign(sign);
            cut_here(s);
            s.out.pending.push(sign);
        }
    }
}

/// Gives out what is pending if it is enough for a block.
fn cut_here(s: &mut State) {
    if s.out.pending.len() >= s.limits.block {
        s.emit();
    }
}

fn open(s: &mut State, bracket: u8, at: usize) {
    if s.path.depth() >= DEEPEST {
        return s.broken("brackets nested without end", at);
    }
    if s.path.depth() == 0 && s.out.part == HarPart::Tail {
        s.emit();
        s.out.part = HarPart::Head;
    }
    s.path.sign(bracket);
    s.out.pending.push(bracket);
    s.safe = s.out.pending.len();
    if s.path.is_at_entries() {
        s.seen_entries = true;
        s.emit();
        s.begin_entries(at + 1);
    }
}

fn close(s: &mut State, bracket: u8, at: usize) {
    match s.path.innermost() {
        Some(open) if open == opening(bracket) => {}
        Some(_) => return s.broken("a bracket of the other kind is open", at),
        // The rest of a prefix such as `)]}',` may hold brackets; behind a document none is right.
        None => return s.broken("a bracket that was never opened", at),
    }
    s.path.sign(bracket);
    s.out.pending.push(bracket);
    s.safe = s.out.pending.len();
}
