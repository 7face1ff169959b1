//! Decoded text: scanned as a layer of its own, in pieces, and its finds moved to where the encoding is.
use super::bytes::readable;
use super::find::{Extent, Raw, Scanner};

/// A layer is decoded in pieces of at most this many bytes, so that memory stays small.
pub(super) const PIECE: usize = 64 * 1024;
/// Pieces of one word overlap by this much, so that nothing is lost between them.
pub(super) const OVERLAP: usize = 2048;

/// Scans what a stretch of text decodes to and moves the finds to the stretch.
pub(super) fn below(
    scan: &Scanner<'_>,
    plain: &[u8],
    base: usize,
    raw_len: usize,
    depth: u8,
    out: &mut Vec<Raw>,
) {
    if plain.len() < 4 {
        return;
    }
    let first = out.len();
    scan.scan_layer(plain, depth + 1, out);
    for find in out.iter_mut().skip(first) {
        let inside = find.at.saturating_mul(raw_len) / plain.len();
        find.at = base + inside.min(raw_len.saturating_sub(1));
        // What a longer stretch was cut from may hold the rest of the find.
        find.extent = match raw_len < PIECE / 2 {
            true => Extent::Within(base, base + raw_len),
            false => Extent::Unknown,
        };
    }
}

/// Where the piece after the one up to `stop` begins in a word up to `end`.
pub(super) fn next_piece(stop: usize, end: usize) -> usize {
    if stop < end { stop - OVERLAP } else { end }
}

/// True if most bytes are printable, so that decoding gave text.
pub(super) fn mostly_readable(plain: &[u8]) -> bool {
    let good = plain.iter().filter(|&&b| matches!(b, 0x20..=0x7e)).count();
    plain.len() >= 4 && (good * 100 >= plain.len() * 75 || readable(plain))
}
