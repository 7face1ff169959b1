//! The structure of the zip, read strictly: every byte belongs to exactly one header or one
//! entry, and both headers of an entry agree in all that they say.
use std::io::{Read, Seek, SeekFrom};

use super::Limits;
use super::end_of_zip::{End, Sound, broken, bytes_at, end};
use super::entry_names;
use super::report::{Problem, Problems};
use super::zip_fields::{dos_seconds, extra, same_time, u16_at, u32_at, u64_at, wide};

/// One file of the zip, as both its headers say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) deflated: bool,
    pub(super) crc: u32,
    /// Packed size in bytes.
    pub(super) packed: u64,
    /// Unpacked size in bytes.
    pub(super) size: u64,
    /// Offset of the packed bytes.
    pub(super) data: u64,
    header: u64,
    /// Bytes of the central header that the local one repeats: version, flags, method, time, date.
    shared: [u8; 10],
    time: Option<(u8, u32)>,
}

/// All files, in the order of the central directory.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) entries: Vec<Entry>,
}

impl Directory {
    /// The name of an entry from the root folder on.
    pub(super) fn inner<'e>(&self, entry: &'e Entry) -> &'e str {
        entry.name.split_once('/').map_or(&entry.name, |n| n.1)
    }
}

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;

const DEFLATED: u16 = 8;
const STREAMED: u16 = 1 << 3;
const UTF8: u16 = 1 << 11;
/// Flags that a bundle may carry: the two hints of deflate, streamed, UTF-8.
const FLAGS: u16 = 0b110 | STREAMED | UTF8;

fn refused(name: &str, what: &str) -> Problem {
    Problem::of(name, what)
}

/// Reads and checks the structure; `None` where it is too broken to go on.
pub(super) fn read<R: Read + Seek>(
    zip: &mut R,
    limits: &Limits,
    problems: &mut Problems,
) -> Option<Directory> {
    match directory(zip, limits, problems) {
        Ok(directory) => Some(directory),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

fn directory<R: Read + Seek>(
    zip: &mut R,
    limits: &Limits,
    problems: &mut Problems,
) -> Sound<Directory> {
    let end = end(zip)?;
    if end.entries == 0 {
        return Err(broken("the zip has no entries"));
    }
    if end.entries > limits.entries {
        return Err(Problem::all(format!(
            "the zip has {} entries, and {} are the most that are read: it is no bundle of ours",
            end.entries, limits.entries
        )));
    }
    if end.size < end.entries.saturating_mul(46) {
        return Err(broken("the list of entries is shorter than it says"));
    }
    let mut entries = central(zip, &end, limits, problems)?;
    bounds(&entries, limits, problems)?;
    locals(zip, &mut entries, end.start)?;
    let names: Vec<String> = entries.iter().map(|e| e.name.clone()).collect();
    for (i, fault) in entry_names::faults_together(&names) {
        problems.push(refused(&label(i, &names), fault));
    }
    Ok(Directory { entries })
}

fn label(i: usize, names: &[String]) -> String {
    names
        .get(i)
        .map_or_else(|| format!("entry number {}", i + 1), Clone::clone)
}

fn central<R: Read + Seek>(
    zip: &mut R,
    end: &End,
    limits: &Limits,
    problems: &mut Problems,
) -> Sound<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut attributes = None;
    let mut at = end.start;
    let stop = end.start + end.size;
    let short = || broken("the list of entries is shorter than it says");
    let mut reader = std::io::BufReader::with_capacity(64 * 1024, &mut *zip);
    reader.seek(SeekFrom::Start(at)).map_err(|_| short())?;
    let mut take = |n: usize| {
        at += n as u64;
        let mut bytes = vec![0u8; n];
        if at > stop || reader.read_exact(&mut bytes).is_err() {
            return Err(short());
        }
        Ok(bytes)
    };
    for i in 0..end.entries.min(limits.entries) {
        let head = take(46)?;
        let (name_len, extra_len) = (
            usize::from(u16_at(&head, 28)),
            usize::from(u16_at(&head, 30)),
        );
        if u32_at(&head, 0) != CENTRAL || name_len > entry_names::LONGEST || extra_len > 64 {
            return Err(short());
        }
        let name = take(name_len)?;
        let extra = take(extra_len)?;
        let place = format!("entry number {}", i + 1);
        let fault = entry_names::fault(&name);
        if let Some(fault) = fault {
            problems.push(refused(&place, fault));
        }
        let name = String::from_utf8(name).unwrap_or_else(|_| place.clone());
        let shown = if fault.is_some() { place } else { name.clone() };
        let entry = central_entry(&head, &extra, name, &shown, problems)?;
        // The maker's version may follow what the entry needs; else it is the same for all.
        let (made, needed) = (u16_at(&head, 4), u16_at(&head, 6));
        let version = if made & 0xff == needed {
            0
        } else {
            made & 0xff
        };
        let own = (made >> 8, version, u32_at(&head, 38));
        if *attributes.get_or_insert(own) != own {
            problems.push(refused(
                &shown,
                "has another maker or other rights than the rest",
            ));
        }
        entries.push(entry);
    }
    if at != stop {
        return Err(broken("the list of entries holds more than its entries"));
    }
    Ok(entries)
}

/// What a central header says that no bundle's does.
fn faults(head: &[u8], ascii: bool) -> [(bool, &'static str); 9] {
    let (made_by, needed) = (u16_at(head, 4), u16_at(head, 6));
    let (flags, method) = (u16_at(head, 8), u16_at(head, 10));
    let attributes = u32_at(head, 38);
    let mode = attributes >> 16;
    let maker = made_by >> 8 == 3 && matches!(made_by & 0xff, 10 | 20 | 30 | 45 | 46 | 63);
    let regular = matches!(mode & 0o170_000, 0 | 0o100_000) && mode & 0o7111 == 0;
    [
        (flags & 1 != 0, "is encrypted"),
        (
            flags & !FLAGS & !1 != 0,
            "has flags that a bundle does not use",
        ),
        (
            !ascii && flags & UTF8 == 0,
            "has a name that does not say its encoding",
        ),
        (
            method != 0 && method != DEFLATED,
            "is packed in a way that a bundle does not use",
        ),
        (
            !matches!(needed, 10 | 20 | 45),
            "needs another version of zip",
        ),
        (!maker, "was not made by a bundle's zip writer"),
        (u16_at(head, 32) != 0, "carries a comment"),
        (
            u16_at(head, 34) != 0 || u16_at(head, 36) != 0 || attributes & 0xffff != 0,
            "has attributes that a bundle does not use",
        ),
        (
            !regular,
            "is a link, a device, a program or has special rights",
        ),
    ]
}

fn central_entry(
    head: &[u8],
    extras: &[u8],
    name: String,
    shown: &str,
    problems: &mut Problems,
) -> Sound<Entry> {
    let mut refuse = |bad: bool, what: &str| {
        if bad {
            problems.push(refused(shown, what));
        }
    };
    for (bad, what) in faults(head, name.is_ascii()) {
        refuse(bad, what);
    }
    let method = u16_at(head, 10);
    let dos = dos_seconds(u16_at(head, 14), u16_at(head, 12));
    refuse(dos.is_none(), "has a time that does not exist");
    let extra = extra(extras);
    refuse(
        extra.is_none(),
        "carries a field that a bundle does not use",
    );
    let extra = extra.unwrap_or_default();
    if let (Some(dos), Some((_, unix))) = (dos, extra.time) {
        refuse(!same_time(dos, unix), "has two times that differ");
    }
    let mut zip64 = extra.zip64;
    let bad = || refused(shown, "has sizes that do not fit");
    let size = wide(u32_at(head, 24), &mut zip64).ok_or_else(bad)?;
    let packed = wide(u32_at(head, 20), &mut zip64).ok_or_else(bad)?;
    let header = wide(u32_at(head, 42), &mut zip64).ok_or_else(bad)?;
    if zip64.is_some_and(|rest| !rest.is_empty()) || (method == 0 && size != packed) {
        return Err(bad());
    }
    let mut shared = [0u8; 10];
    for (to, from) in shared.iter_mut().zip(head.iter().skip(6)) {
        *to = *from;
    }
    Ok(Entry {
        name,
        deflated: method == DEFLATED,
        crc: u32_at(head, 16),
        packed,
        size,
        data: 0,
        header,
        shared,
        time: extra.time,
    })
}

/// Refuses what would fill the machine when unpacked; such an entry is not unpacked.
fn bounds(entries: &[Entry], limits: &Limits, problems: &mut Problems) -> Sound<()> {
    let total = entries.iter().fold(0u64, |n, e| n.saturating_add(e.size));
    if total > limits.total_bytes {
        return Err(Problem::all(format!(
            "the zip unpacks to {total} bytes, and {} are the most that are read: it is no bundle \
             of ours, or one to be split",
            limits.total_bytes
        )));
    }
    for e in entries {
        if too_big(e, limits) {
            problems.push(refused(
                &e.name,
                "unpacks to more than its packed size allows",
            ));
        }
    }
    Ok(())
}

/// True where an entry promises more than deflate can hold or the limits allow.
pub(super) fn too_big(entry: &Entry, limits: &Limits) -> bool {
    entry.size > limits.entry_bytes
        || entry.size > entry.packed.saturating_mul(limits.ratio).saturating_add(64)
}

/// Reads the local headers in the order in which they lie; together with the packed bytes they
/// must fill the file up to the central directory.
fn locals<R: Read + Seek>(zip: &mut R, entries: &mut [Entry], stop: u64) -> Sound<()> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|&i| entries.get(i).map_or(0, |e| e.header));
    let mut at = 0u64;
    for i in order {
        let Some(entry) = entries.get_mut(i) else {
            continue;
        };
        if entry.header != at {
            return Err(refused(
                &entry.name,
                "overlaps another entry, or something lies before it that belongs to none",
            ));
        }
        at = local(zip, entry, stop)?;
    }
    if at == stop {
        Ok(())
    } else {
        Err(broken("something lies between the entries and their list"))
    }
}

/// Checks one local header against its central one; gives the offset after the entry.
fn local<R: Read + Seek>(zip: &mut R, entry: &mut Entry, stop: u64) -> Sound<u64> {
    let differ = |what: &str| refused(&entry.name, what);
    if stop.saturating_sub(entry.header) < 30 {
        return Err(differ("has no header of its own"));
    }
    let head = bytes_at(zip, entry.header, 30)?;
    let (name_len, extra_len) = (
        usize::from(u16_at(&head, 26)),
        usize::from(u16_at(&head, 28)),
    );
    if u32_at(&head, 0) != LOCAL || extra_len > 64 || name_len != entry.name.len() {
        return Err(differ("has a header that does not fit the list"));
    }
    let rest = bytes_at(zip, entry.header + 30, name_len + extra_len)?;
    let (name, extras) = rest.split_at(name_len.min(rest.len()));
    if name != entry.name.as_bytes() || head.get(4..14) != Some(&entry.shared[..]) {
        return Err(differ(
            "has a header that says something else than the list",
        ));
    }
    let fields =
        extra(extras).ok_or_else(|| differ("carries a field that a bundle does not use"))?;
    if fields.time != entry.time {
        return Err(differ("has two times that differ"));
    }
    let streamed = u16_at(&head, 6) & STREAMED != 0;
    let mut zip64 = fields.zip64;
    let size = wide(u32_at(&head, 22), &mut zip64);
    let packed = wide(u32_at(&head, 18), &mut zip64);
    let all_read = zip64.is_none_or(<[u8]>::is_empty);
    let said = (u32_at(&head, 14), packed, size);
    let right = said == (entry.crc, Some(entry.packed), Some(entry.size));
    let later = streamed && said == (0, Some(0), Some(0));
    if !all_read || !(right || later) {
        return Err(differ(
            "has a header with another size or checksum than the list",
        ));
    }
    let data = entry.header + 30 + (name_len + extra_len) as u64;
    let end = data.checked_add(entry.packed).filter(|&e| e <= stop);
    let Some(end) = end else {
        return Err(differ("is longer than the zip"));
    };
    let end = if streamed {
        let wide = fields.zip64.is_some();
        let len = if wide { 24 } else { 16 };
        if stop - end < len {
            return Err(differ("has no closing record"));
        }
        let d = bytes_at(zip, end, if wide { 24 } else { 16 })?;
        let sizes = if wide {
            (u64_at(&d, 8), u64_at(&d, 16))
        } else {
            (u64::from(u32_at(&d, 8)), u64::from(u32_at(&d, 12)))
        };
        let sound = u32_at(&d, 0) == DESCRIPTOR && u32_at(&d, 4) == entry.crc;
        if !sound || sizes != (entry.packed, entry.size) {
            return Err(differ(
                "has a closing record that says something else than the list",
            ));
        }
        end + len
    } else {
        end
    };
    entry.data = data;
    Ok(end)
}
