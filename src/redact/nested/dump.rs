//! Dumps in hexadecimal, as `xxd`, `hexdump -C`, `curl --trace` and debug logs write them: an offset, bytes in
//! groups, perhaps a column of their letters. The lines are read as one text; what must go of it goes from the
//! groups, and the columns of those lines go whole.
use crate::redact::nested;
use std::ops::Range;

use crate::pseudonym::find_at;
use crate::redact::engine::edits::{Edit, Rank};
use crate::redact::engine::redactor::{Dialect, Pass};

/// Fewest bytes of a first line.
const FEWEST: usize = 4;
/// Most bytes of one line.
const WIDEST: usize = 64;
/// Most bytes of one dump that are read as one text.
const LONGEST: usize = 1 << 20;
/// What stands for the column of letters.
const COLUMN: &str = "dump";

/// One line of a dump.
struct Line {
    /// Bytes and the places of their digits.
    bytes: Vec<(u8, Range<usize>)>,
    /// Digits of a group.
    unit: usize,
    /// The column of letters.
    column: Range<usize>,
    end: usize,
}

/// A byte of the dump: what it is, where its digits stand, and in which line.
type Byte = (u8, Range<usize>, usize);

/// The line at `start` begins with a digit or a blank: looks whether it is one of a dump.
pub(in crate::redact) fn dump_at(pass: &mut Pass<'_>, start: usize) {
    if start < pass.marks.dump || !may_be_line(pass.text, start) {
        return;
    }
    let Some(first) = line_at(pass.text, start).filter(|l| l.bytes.len() >= FEWEST) else {
        return;
    };
    let unit = first.unit;
    let mut count = first.bytes.len();
    let mut next = first.end + 1;
    let mut lines = vec![first];
    while count < LONGEST
        && next < pass.text.len()
        && let Some(line) = line_at(pass.text, next)
    {
        next = line.end + 1;
        count += line.bytes.len();
        lines.push(line);
    }
    pass.marks.dump = next;
    if !dump(pass, &lines, 1) && unit > 2 {
        // Groups of a little-endian machine.
        dump(pass, &lines, unit / 2);
    }
}

/// Reads the lines as one text, each group of `swap` bytes backwards; true if anything must go.
fn dump(pass: &mut Pass<'_>, lines: &[Line], swap: usize) -> bool {
    let mut bytes: Vec<Byte> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        for group in line.bytes.chunks(swap) {
            let all = group.iter().rev();
            bytes.extend(all.map(|(b, place)| (*b, place.clone(), number)));
        }
    }
    // Letters of UTF-16 have zeros between them.
    if bytes.iter().filter(|b| b.0 == 0).count() * 5 > bytes.len() * 2 {
        bytes.retain(|b| b.0 != 0);
    }
    let text: Vec<u8> = bytes.iter().map(|b| b.0).collect();
    let letter = |b: &&u8| matches!(b, b' '..=b'~' | b'\n' | b'\r' | b'\t');
    if text.iter().filter(letter).count() * 2 < text.len() || nested::too_much(pass, text.len()) {
        return false;
    }
    let mut inner = Pass::new(pass.r, &text, pass.tally, Dialect::Log, pass.depth + 1);
    inner.marks.work = pass.marks.work;
    inner.run();
    let work = inner.marks.work;
    let edits = std::mem::take(&mut inner.edits).settle(&text);
    pass.marks.work = work;
    if let Some(recorder) = &pass.r.recorder {
        recorder.record(&pass.r.names, &text, &edits);
    }
    for edit in &edits {
        undump(pass, edit, &bytes[edit.start..edit.end], lines);
    }
    !edits.is_empty()
}

/// Takes the bytes of one find out of the dump: the first line has what stands for them.
fn undump(pass: &mut Pass<'_>, edit: &Edit, bytes: &[Byte], lines: &[Line]) {
    let rule = pass.r.rules.id("hex-dump");
    let mut clean = edit.text.as_slice();
    for part in bytes.chunk_by(|a, b| a.2 == b.2) {
        let from = part.iter().map(|b| b.1.start).min().unwrap_or(0);
        let to = part.iter().map(|b| b.1.end).max().unwrap_or(0);
        pass.edits.push(from, to, edit.rank, rule, clean);
        clean = b"--";
        let line = part.first().and_then(|b| lines.get(b.2));
        let Some(column) = line.map(|l| l.column.clone()) else {
            continue;
        };
        if !column.is_empty() && find_at(pass.text, column.start).is_none() {
            let letters = &pass.text[column.clone()];
            let text = pass.r.names.secret(COLUMN, letters);
            pass.edits
                .push(column.start, column.end, Rank::Secret, rule, text);
        }
    }
}

/// False for nearly every line that begins with a digit or a blank and is none of a dump: stamps, numbers, words.
fn may_be_line(text: &[u8], start: usize) -> bool {
    let at = start + blanks(text, start).min(8);
    let first = digits(text, at);
    match (first, text.get(at + first)) {
        (0, behind) => behind == Some(&b'~'),
        (8, _) | (2 | 4.., Some(b' ')) | (4.., Some(b':')) => true,
        (2 | 4, Some(b'-')) => digits(text, at + first + 1) == first,
        _ => false,
    }
}

/// The line of a dump at `start`, if it is one.
fn line_at(text: &[u8], start: usize) -> Option<Line> {
    let mut at = start + blanks(text, start).min(8);
    at += offset_len(text, at);
    if !matches!(digits(text, at), 2 | 4 | 8) && !starts_ours(text, at) {
        return None;
    }
    let mut line = Line {
        bytes: Vec::new(),
        unit: digits(text, at).clamp(2, 8),
        column: at..at,
        end: at,
    };
    let mut groups = 0;
    while line.bytes.len() < WIDEST {
        let len = digits(text, at);
        if let Some(end) = find_at(text, at).filter(|_| starts_ours(text, at)) {
            line.bytes
                .extend(text[at..end].iter().map(|b| (*b, at..end)));
            at = end;
        } else if text[at..].starts_with(b"--") {
            at += 2;
        } else if len > 0 && len.is_multiple_of(2) && len <= line.unit {
            for i in (at..at + len).step_by(2) {
                let pair = std::str::from_utf8(&text[i..i + 2]).ok()?;
                line.bytes
                    .push((u8::from_str_radix(pair, 16).ok()?, i..i + 2));
            }
            at += len;
        } else {
            break;
        }
        groups += 1;
        let wide = blanks(text, at);
        match text.get(at) {
            Some(b' ') if wide == 1 || wide == 2 && groups == 8 => at += wide,
            Some(b'-') if digits(text, at + 1) == line.unit => at += 1,
            _ => break,
        }
    }
    at += blanks(text, at);
    line.end = at + memchr::memchr(b'\n', &text[at..]).unwrap_or(text.len() - at);
    line.column = at..at + text[at..line.end].trim_ascii_end().len();
    Some(line)
}

/// Length of the offset at `at` with what parts it from the bytes, or 0.
fn offset_len(text: &[u8], at: usize) -> usize {
    let offset = digits(text, at);
    let rest = text.get(at + offset..).unwrap_or_default();
    let sign = match rest {
        _ if offset < 4 => 0,
        [b':', b' ', ..] => 2,
        [b' ', b'-', b' ', ..] => 3,
        [b' ', b' ', ..] => 2,
        [b' ', ..] if !matches!(offset, 4 | 8) || digits(rest, 1) == 2 => 1,
        _ => return 0,
    };
    if sign == 0 {
        return 0;
    }
    offset + sign + blanks(rest, sign).min(4)
}

/// True for a pseudonym that stands for bytes of a dump, and not for its column.
fn starts_ours(text: &[u8], at: usize) -> bool {
    find_at(text, at).is_some() && !text[at..].starts_with(b"~secret.dump.")
}

fn blanks(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter().take_while(|b| **b == b' ').count()
}

fn digits(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter()
        .take(17)
        .take_while(|b| b.is_ascii_hexdigit())
        .count()
}
