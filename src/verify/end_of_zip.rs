//! The end of the zip: where the list of entries lies, and that nothing follows it.
use std::io::{Read, Seek, SeekFrom};

use super::report::Problem;
use super::zip_fields::{u16_at, u32_at, u64_at};

const END: u32 = 0x0605_4b50;
const END64: u32 = 0x0606_4b50;
const LOCATOR64: u32 = 0x0706_4b50;

/// A result whose error is a problem that ends the reading.
pub(super) type Sound<T> = Result<T, Problem>;

/// A problem of the zip as a whole.
pub(super) fn broken(what: &str) -> Problem {
    Problem::all(format!(
        "{what}: the zip is damaged or was changed, so make the bundle again or ask for a fresh \
         copy"
    ))
}

/// Where the central directory lies.
pub(super) struct End {
    pub(super) entries: u64,
    pub(super) size: u64,
    pub(super) start: u64,
}

/// `len` bytes at an offset.
pub(super) fn bytes_at<R: Read + Seek>(zip: &mut R, at: u64, len: usize) -> Sound<Vec<u8>> {
    let mut bytes = vec![0u8; len];
    zip.seek(SeekFrom::Start(at))
        .and_then(|_| zip.read_exact(&mut bytes))
        .map_err(|_| broken("the zip could not be read to its end"))?;
    Ok(bytes)
}

/// Reads the end of the zip.
pub(super) fn end<R: Read + Seek>(zip: &mut R) -> Sound<End> {
    let len = zip
        .seek(SeekFrom::End(0))
        .map_err(|_| broken("the zip could not be read"))?;
    let at = len
        .checked_sub(22)
        .ok_or_else(|| broken("the file is too short for a zip"))?;
    let e = bytes_at(zip, at, 22)?;
    if u32_at(&e, 0) != END {
        return Err(broken(
            "the file does not end with the end of a zip: it was cut, has something appended, or \
             carries a comment",
        ));
    }
    let (disk, start_disk) = (u16_at(&e, 4), u16_at(&e, 6));
    let (here, all) = (u16_at(&e, 8), u16_at(&e, 10));
    let (size, start) = (u32_at(&e, 12), u32_at(&e, 16));
    if u16_at(&e, 20) != 0 || here != all {
        return Err(broken(
            "the end of the zip has a comment or counts entries twice",
        ));
    }
    let wide = all == u16::MAX || size == u32::MAX || start == u32::MAX;
    let (found, stop) = if wide {
        end64(zip, at, (disk, start_disk), (all, size, start))?
    } else {
        if disk != 0 || start_disk != 0 {
            return Err(broken("the zip says that it has several parts"));
        }
        let found = End {
            entries: u64::from(all),
            size: u64::from(size),
            start: u64::from(start),
        };
        (found, at)
    };
    if found.start.checked_add(found.size) != Some(stop) {
        return Err(broken(
            "there is something before, after or inside the list of entries that belongs to none",
        ));
    }
    Ok(found)
}

fn end64<R: Read + Seek>(
    zip: &mut R,
    end: u64,
    disks: (u16, u16),
    narrow: (u16, u32, u32),
) -> Sound<(End, u64)> {
    let bad = || broken("the zip64 end of the zip does not fit the rest");
    let locator_at = end.checked_sub(20).ok_or_else(bad)?;
    let locator = bytes_at(zip, locator_at, 20)?;
    let record_at = locator_at.checked_sub(56).ok_or_else(bad)?;
    let record = bytes_at(zip, record_at, 56)?;
    let disk_ok = |d: u16| d == 0 || d == u16::MAX;
    let sound = u32_at(&locator, 0) == LOCATOR64
        && u32_at(&locator, 4) == 0
        && u64_at(&locator, 8) == record_at
        && u32_at(&locator, 16) == 1
        && u32_at(&record, 0) == END64
        && u64_at(&record, 4) == 44
        && matches!(u16_at(&record, 12) & 0xff, 10 | 20 | 45 | 46)
        && matches!(u16_at(&record, 12) >> 8, 0 | 3)
        && matches!(u16_at(&record, 14), 10 | 20 | 45)
        && u32_at(&record, 16) == 0
        && u32_at(&record, 20) == 0
        && u64_at(&record, 24) == u64_at(&record, 32)
        && disk_ok(disks.0)
        && disk_ok(disks.1);
    let found = End {
        entries: u64_at(&record, 32),
        size: u64_at(&record, 40),
        start: u64_at(&record, 48),
    };
    let fits = |small: u64, top: u64, real: u64| small == top || small == real;
    let agree = fits(u64::from(narrow.0), u64::from(u16::MAX), found.entries)
        && fits(u64::from(narrow.1), u64::from(u32::MAX), found.size)
        && fits(u64::from(narrow.2), u64::from(u32::MAX), found.start);
    if sound && agree {
        Ok((found, record_at))
    } else {
        Err(bad())
    }
}
