//! Packed text in base64: unpacked piece by piece, within limits, and read like any other layer.
use flate2::{Decompress, FlushDecompress, Status};

use super::bytes::{at, part, readable, unbase64};
use super::detectors::What;
use super::find::{DEEPEST, Raw, Scanner};
use super::nested::{OVERLAP, PIECE, below};

/// Most bytes that one packed word may become before the rest of it is left alone.
const UNPACKED: usize = 8 * 1024 * 1024;

/// Base64 of a zlib or gzip stream: a node bearer token where its JSON comes out, else one more layer.
pub(super) fn deflated(
    scan: &Scanner<'_>,
    text: &[u8],
    from: usize,
    to: usize,
    depth: u8,
    out: &mut Vec<Raw>,
) {
    for start in from..to.saturating_sub(23).min(from + 4) {
        let zlib = matches!(part(text, start, start + 2), b"eJ" | b"eN" | b"eF" | b"eA");
        let gzip = part(text, start, start + 4) == b"H4sI";
        if !zlib && !gzip {
            continue;
        }
        let packed = unbase64(part(text, start, to.min(start + 16 * PIECE)));
        let check = u16::from_be_bytes([at(&packed, 0), at(&packed, 1)]);
        let head = if gzip { gzip_head(&packed) } else { Some(0) };
        let (true, Some(head)) = (gzip || check.is_multiple_of(31), head) else {
            continue;
        };
        let found = out.len();
        let (mut first, mut all) = (true, 0);
        inflate(part(&packed, head, packed.len()), zlib, &mut |plain| {
            all += plain.len();
            if std::mem::take(&mut first) {
                if plain.len() < 8 || !readable(part(plain, 0, 64)) {
                    return false;
                }
                let has = |w: &[u8]| memchr::memmem::find(plain, w).is_some();
                let signed = has(b"==SIGNATURE==") || has(b"\"expires_at\"") && has(b"\"scope\"");
                if plain.starts_with(b"{") && signed {
                    out.push(Raw::new(start, What::NodeBearer));
                    return false;
                }
            }
            if depth < DEEPEST {
                below(scan, plain, start, to - start, depth, out);
            }
            all < UNPACKED
        });
        // Nobody can tell what stands behind the limit.
        if all >= UNPACKED && out.len() == found {
            out.push(Raw::new(start, What::Unread));
        }
        if !first {
            return;
        }
    }
}

/// Where the packed bytes begin behind the head of a gzip member.
fn gzip_head(packed: &[u8]) -> Option<usize> {
    let flags = *packed.get(3)?;
    let mut i = 10;
    if flags & 4 != 0 {
        i += 2 + usize::from(u16::from_le_bytes([*packed.get(i)?, *packed.get(i + 1)?]));
    }
    for text in [8, 16] {
        if flags & text != 0 {
            i += memchr::memchr(0, packed.get(i..)?)? + 1;
        }
    }
    Some(i + usize::from(flags & 2))
}

/// Unpacks in pieces that overlap, until `each` has enough.
fn inflate(packed: &[u8], zlib: bool, each: &mut dyn FnMut(&[u8]) -> bool) {
    let mut state = Decompress::new(zlib);
    let mut plain = vec![0u8; PIECE];
    let (mut end, mut unseen) = (0, 0);
    loop {
        let used = usize::try_from(state.total_in()).unwrap_or(usize::MAX);
        let had = state.total_out();
        let room = plain.get_mut(end..).unwrap_or(&mut []);
        let done = state.decompress(
            part(packed, used, packed.len()),
            room,
            FlushDecompress::Sync,
        );
        let made = usize::try_from(state.total_out() - had).unwrap_or(0);
        end += made;
        unseen += made;
        let over = made == 0 || !matches!(done, Ok(Status::Ok | Status::BufError));
        if over || end == plain.len() {
            if unseen > 0 && !each(part(&plain, 0, end)) || over {
                return;
            }
            plain.copy_within(end - OVERLAP..end, 0);
            (end, unseen) = (OVERLAP, 0);
        }
    }
}
