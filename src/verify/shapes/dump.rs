//! Bytes printed as pairs or fours of hex digits with blanks between, as packet and memory dumps do,
//! over as many lines as the dump has.
use super::bytes::{alnum, at, before, hex_text, part, run_end, unhex};
use super::find::{Raw, Scanner};
use super::nested::{below, mostly_readable};

/// A dump is read up to here; the next one begins there.
const LONGEST: usize = 64 * 1024;

fn group(text: &[u8], i: usize) -> usize {
    run_end(text, i, 9, |b| b.is_ascii_hexdigit()) - i
}

/// Groups of one line from `i` on: appends their digits, and gives where they end.
fn line(text: &[u8], mut i: usize, width: usize, digits: &mut Vec<u8>) -> usize {
    loop {
        let n = group(text, i);
        let short = n < width && n.is_multiple_of(2);
        if n == 0 || n > width || (n < width && !short) || alnum(at(text, i + n)) {
            return i;
        }
        digits.extend_from_slice(part(text, i, i + n));
        i += n;
        // Two blanks stand in the middle of a line and before the letters beside it.
        let next = run_end(text, i, 2, |b| b == b' ');
        if next == i || group(text, next) != width {
            return i;
        }
        i = next;
    }
}

/// Reads the dump whose first group is at `start`; gives its end, or `start` where there is none.
pub(super) fn dump(
    scan: &Scanner<'_>,
    text: &[u8],
    start: usize,
    depth: u8,
    out: &mut Vec<Raw>,
) -> usize {
    let width = group(text, start);
    let second = start + width + 1;
    if alnum(before(text, start))
        || group(text, second) != width
        || group(text, second + width + 1) != width
    {
        return start;
    }
    let mut digits = Vec::new();
    let mut end = line(text, start, width, &mut digits);
    while end - start < LONGEST {
        let Some(n) = memchr::memchr(b'\n', part(text, end, end + 96)) else {
            break;
        };
        // The next line begins with its offset, or with the bytes.
        let from = run_end(text, end + n + 1, 8, |b| b == b' ' || b == b'\t');
        let offset = group(text, from);
        let mut i = from;
        if offset >= 4 && (offset > width || matches!(at(text, from + offset), b':' | b' ')) {
            i = run_end(text, from + offset, 4, |b| matches!(b, b':' | b' ' | b'\t'));
        }
        let had = digits.len();
        let stop = line(text, i, width, &mut digits);
        if digits.len() < had + 2 {
            break;
        }
        end = stop;
    }
    let readable = digits.len() >= 16 && hex_text(&digits, 0);
    let plain = if readable { unhex(&digits) } else { Vec::new() };
    if mostly_readable(&plain) {
        below(scan, &plain, start, end - start, depth, out);
    }
    end
}
