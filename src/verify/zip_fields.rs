//! Fields of fixed width, and the two extra fields that a bundle may carry.

/// A 16-bit field at `i`; 0 past the end, which every caller has excluded.
pub(super) fn u16_at(bytes: &[u8], i: usize) -> u16 {
    take(bytes, i).map_or(0, u16::from_le_bytes)
}

/// A 32-bit field at `i`.
pub(super) fn u32_at(bytes: &[u8], i: usize) -> u32 {
    take(bytes, i).map_or(0, u32::from_le_bytes)
}

/// A 64-bit field at `i`.
pub(super) fn u64_at(bytes: &[u8], i: usize) -> u64 {
    take(bytes, i).map_or(0, u64::from_le_bytes)
}

fn take<const N: usize>(bytes: &[u8], i: usize) -> Option<[u8; N]> {
    bytes.get(i..i.checked_add(N)?)?.try_into().ok()
}

/// The extra fields of one header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extra<'a> {
    pub(super) zip64: Option<&'a [u8]>,
    /// Extended time stamp: flags and the time of change in seconds.
    pub(super) time: Option<(u8, u32)>,
}

/// Reads extra fields; `None` where there is one that a bundle has no use for.
pub(super) fn extra(mut bytes: &[u8]) -> Option<Extra<'_>> {
    let mut found = Extra::default();
    while !bytes.is_empty() {
        let head = bytes.get(..4)?;
        let len = usize::from(u16_at(head, 2));
        let body = bytes.get(4..4 + len)?;
        match u16_at(head, 0) {
            1 if found.zip64.is_none() => found.zip64 = Some(body),
            0x5455 if found.time.is_none() => {
                // Only the time of change: others tell more than the manifest does.
                if body.len() != 5 || body.first() != Some(&1) {
                    return None;
                }
                found.time = Some((1, u32_at(body, 1)));
            }
            _ => return None,
        }
        bytes = bytes.get(4 + len..)?;
    }
    Some(found)
}

/// Takes the next 8 bytes of a zip64 field where the 32-bit field says that they are there.
pub(super) fn wide(field: u32, zip64: &mut Option<&[u8]>) -> Option<u64> {
    if field != u32::MAX {
        return Some(u64::from(field));
    }
    let bytes = zip64.as_mut()?;
    let value = u64_at(bytes.get(..8)?, 0);
    *bytes = bytes.get(8..)?;
    Some(value)
}

/// Seconds since 1970 of a DOS date and time, read as UTC; `None` for a time that does not exist.
pub(super) fn dos_seconds(date: u16, time: u16) -> Option<i64> {
    let (year, month, day) = (
        1980 + i64::from(date >> 9),
        i64::from(date >> 5 & 15),
        i64::from(date & 31),
    );
    let (hour, minute, second) = (
        i64::from(time >> 11),
        i64::from(time >> 5 & 63),
        i64::from(time & 31) * 2,
    );
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    if day < 1 || day > days || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let y = if month <= 2 { year - 1 } else { year };
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_number = y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 719_468;
    Some(day_number * 86_400 + hour * 3600 + minute * 60 + second)
}

/// True where both times are the same but for a time zone.
pub(super) fn same_time(dos: i64, unix: u32) -> bool {
    let apart = i64::from(unix) - dos;
    (0..=1).contains(&apart.rem_euclid(900)) && apart.abs() <= 15 * 3600
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dos_times_are_read() {
        // 2026-11-22 10:37:10
        let date = ((2026 - 1980) << 9) | (11 << 5) | 22;
        let time = (10 << 11) | (37 << 5) | 5;
        assert_eq!(dos_seconds(date, time), Some(1_795_343_830));
        assert_eq!(dos_seconds(0, 0), None);
        assert_eq!(dos_seconds((20 << 9) | (2 << 5) | 30, 0), None);
        assert!(same_time(1_795_343_830, 1_795_343_831));
        assert!(same_time(1_795_343_830, 1_795_343_830 + 3600));
        assert!(!same_time(1_795_343_830, 1_795_343_830 + 7));
    }

    #[test]
    fn unknown_extra_fields_are_refused() {
        assert_eq!(extra(&[]), Some(Extra::default()));
        assert_eq!(
            extra(&[0x55, 0x54, 5, 0, 1, 1, 2, 3, 4]).map(|e| e.time),
            Some(Some((1, 0x0403_0201)))
        );
        for bad in [
            &[0x75, 0x78, 0, 0][..],
            &[1, 0, 9, 0],
            &[1],
            &[0x55, 0x54, 5, 0, 3, 1, 2, 3, 4],
        ] {
            assert_eq!(extra(bad), None);
        }
    }
}
