//! The text of one entry, unpacked within what its headers promise.
use std::io::{self, Read, Seek, SeekFrom};

use flate2::{Decompress, FlushDecompress, Status};

use super::archive::Entry;

const BUFFER: usize = 64 * 1024;

/// Unpacks an entry in pieces; an error says what is wrong with it.
pub(super) fn unpack<R: Read + Seek>(
    zip: &mut R,
    entry: &Entry,
    sink: &mut dyn FnMut(&[u8]),
) -> Result<(), String> {
    let unread = |_: io::Error| "could not be read from the zip".to_owned();
    zip.seek(SeekFrom::Start(entry.data)).map_err(unread)?;
    let mut packed = (&mut *zip).take(entry.packed);
    let mut crc = crc32fast::Hasher::new();
    let mut size = 0u64;
    let mut each = |text: &[u8]| {
        crc.update(text);
        size += text.len() as u64;
        if size > entry.size {
            return false;
        }
        sink(text);
        true
    };
    let whole = if entry.deflated {
        inflate(&mut packed, &mut each)?
    } else {
        copy(&mut packed, &mut each)?
    };
    if !whole || size != entry.size {
        return Err("is not as long as its header says".to_owned());
    }
    if crc.finalize() != entry.crc {
        return Err("has a wrong checksum, so its text was changed".to_owned());
    }
    Ok(())
}

fn copy(packed: &mut impl Read, each: &mut dyn FnMut(&[u8]) -> bool) -> Result<bool, String> {
    let mut buffer = vec![0u8; BUFFER];
    loop {
        let n = read(packed, &mut buffer)?;
        if n == 0 {
            return Ok(true);
        }
        if !each(buffer.get(..n).unwrap_or(&[])) {
            return Ok(false);
        }
    }
}

fn inflate(packed: &mut impl Read, each: &mut dyn FnMut(&[u8]) -> bool) -> Result<bool, String> {
    let broken = || "has compressed data that cannot be unpacked".to_owned();
    let mut input = vec![0u8; BUFFER];
    let mut output = vec![0u8; BUFFER];
    let mut state = Decompress::new(false);
    let (mut from, mut to) = (0, 0);
    loop {
        if from == to {
            from = 0;
            to = read(packed, &mut input)?;
        }
        let (had_in, had_out) = (state.total_in(), state.total_out());
        let chunk = input.get(from..to).unwrap_or(&[]);
        let status = state
            .decompress(chunk, &mut output, FlushDecompress::None)
            .map_err(|_| broken())?;
        let used = usize::try_from(state.total_in() - had_in).map_err(|_| broken())?;
        let made = usize::try_from(state.total_out() - had_out).map_err(|_| broken())?;
        from += used;
        if !each(output.get(..made).unwrap_or(&[])) {
            return Ok(false);
        }
        if status == Status::StreamEnd {
            let rest = to - from + read(packed, &mut input)?;
            return if rest == 0 { Ok(true) } else { Err(broken()) };
        }
        if used == 0 && made == 0 && (to == 0 || from < to) {
            return Err(broken());
        }
    }
}

fn read(packed: &mut impl Read, buffer: &mut [u8]) -> Result<usize, String> {
    loop {
        match packed.read(buffer) {
            Ok(n) => return Ok(n),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err("could not be read from the zip".to_owned()),
        }
    }
}

/// True where a text begins like a packed file or a program: its inside was never looked at.
pub(super) fn is_packed(text: &[u8]) -> bool {
    const HEADS: [&[u8]; 12] = [
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\x1f\x8b\x08",
        b"\x28\xb5\x2f\xfd",
        b"\xfd7zXZ\0",
        b"BZh9",
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!\x1a\x07",
        b"\x7fELF",
        b"SQLite format 3\0",
        b"%PDF-",
        b"\x04\x22\x4d\x18",
    ];
    HEADS.iter().any(|h| text.starts_with(h)) || text.get(257..262) == Some(b"ustar")
}
