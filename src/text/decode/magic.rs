//! What the first bytes of a file say about it: names of binary formats, and whether bytes that
//! bear no name look like text.

/// Start of a format, where it stands, and its usual name.
const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"SQLite format 3\0", "a SQLite database"),
    (0, b"\x7fELF", "an ELF program or core dump"),
    (0, b"MZ\x90\0", "a Windows program"),
    (0, b"MZ\0\0", "a Windows program"),
    (0, b"MDMP\x93\xa7", "a Windows crash dump"),
    (0, b"PAGEDU", "a Windows crash dump"),
    (0, b"\xfe\xed\xfa\xce", "a macOS program"),
    (0, b"\xfe\xed\xfa\xcf", "a macOS program"),
    (0, b"\xce\xfa\xed\xfe", "a macOS program"),
    (0, b"\xcf\xfa\xed\xfe", "a macOS program"),
    (0, b"\xca\xfe\xba\xbe", "a Java class or macOS program"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"PK\x05\x06", "an empty ZIP archive"),
    (0, b"PK\x07\x08", "a ZIP archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"MSCF\0\0\0\0", "a Windows cabinet"),
    (0, b"xar!\0", "a macOS package"),
    (0, b"!<arch>\n", "an ar archive or Debian package"),
    (0, b"\xed\xab\xee\xdb", "an RPM package"),
    (257, b"ustar", "a tar archive"),
    (0, b"\x1f\x9d", "data packed with compress (.Z)"),
    (0, b"\x04\x22\x4d\x18", "data packed with LZ4"),
    (0, b"LZIP\x01", "data packed with lzip"),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF87a", "a GIF image"),
    (0, b"GIF89a", "a GIF image"),
    (0, b"II*\0", "a TIFF image"),
    (0, b"MM\0*", "a TIFF image"),
    (0, b"\0\0\0\x14ftyp", "an MP4 or MOV film"),
    (0, b"\0\0\0\x18ftyp", "an MP4 or MOV film"),
    (0, b"\0\0\0\x1cftyp", "an MP4 or MOV film"),
    (0, b"\0\0\0\x20ftyp", "an MP4 or MOV film"),
    (0, b"%PDF-", "a PDF document"),
    (
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office or Windows installer file",
    ),
    (0, b"\xfe\xed\xfe\xed", "a Java key store"),
    (0, b"\xce\xce\xce\xce", "a Java key store"),
    (0, b"\x30\x82", "a certificate or key store in DER form"),
    (0, b"\x30\x80", "a certificate or key store in DER form"),
    (0, b"ElfFile\0", "a Windows event log"),
    (0, b"regf", "a Windows registry hive"),
    (0, b"LPKSHHRH", "a systemd journal"),
    (0, b"REDIS0", "a Redis database"),
    (0, b"\xd4\xc3\xb2\xa1", "a packet capture"),
    (0, b"\xa1\xb2\xc3\xd4", "a packet capture"),
    (0, b"\x4d\x3c\xb2\xa1", "a packet capture"),
    (8, b"\x4d\x3c\x2b\x1a", "a packet capture"),
    (0, b"bplist00", "a binary property list"),
    (0, b"\0asm", "a WebAssembly program"),
    (0, b"\0\0\xfe\xff", "UTF-32 text"),
];

/// A run of NULs at least this long is a hole in a file, as a crash or a truncation leaves it.
const HOLE: usize = 16;
/// More holes than this in one look are the empty fields of binary records.
const HOLES: usize = 3;

/// The name of the binary format that `head` (the first bytes of a file) begins, if it is known.
pub(in crate::text) fn name(head: &[u8]) -> Option<&'static str> {
    let known = MAGIC
        .iter()
        .find(|(at, magic, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(magic)));
    if let Some((_, _, what)) = known {
        return Some(what);
    }
    if is_old_tar(head) {
        return Some("a tar archive");
    }
    is_utf32_le(head).then_some("UTF-32 text")
}

/// Whether bytes without a known name are too full of control bytes to be text.
pub(in crate::text) fn looks_binary(head: &[u8]) -> bool {
    let mut controls = 0;
    let mut high = 0;
    let mut rest = head;
    let mut holes = 0;
    while let Some((&byte, next)) = rest.split_first() {
        rest = next;
        match byte {
            0 => {
                let run = 1 + next.iter().take_while(|&&b| b == 0).count();
                rest = next.get(run - 1..).unwrap_or_default();
                if run >= HOLE && holes < HOLES {
                    holes += 1;
                } else {
                    controls += run;
                }
            }
            b'\t' | b'\n' | b'\r' | 0x1b | 0x0c => {}
            0x01..0x20 | 0x7f => controls += 1,
            0x80.. => high += 1,
            _ => {}
        }
    }
    // Packed or encrypted bytes hold each value equally often: one in nine is a control byte and
    // every second is above ASCII, which no text of any code page is.
    controls * 10 > head.len() * 3 || (controls * 20 > head.len() && high * 3 > head.len())
}

/// Tar without the `ustar` mark: only its checksum tells.
fn is_old_tar(head: &[u8]) -> bool {
    let Some(block) = head.get(..512) else {
        return false;
    };
    let Some(field) = block.get(148..156) else {
        return false;
    };
    let digits: Vec<u8> = field
        .iter()
        .copied()
        .filter(|b| !matches!(b, b' ' | 0))
        .collect();
    let told = std::str::from_utf8(&digits)
        .ok()
        .and_then(|text| u32::from_str_radix(text, 8).ok());
    let sum: u32 = block
        .iter()
        .enumerate()
        .map(|(at, &b)| {
            if (148..156).contains(&at) {
                32
            } else {
                u32::from(b)
            }
        })
        .sum();
    told == Some(sum) && !digits.is_empty()
}

/// The byte order mark of UTF-32 begins like that of UTF-16: the empty upper halves tell.
fn is_utf32_le(head: &[u8]) -> bool {
    let Some(body) = head.strip_prefix(b"\xff\xfe\0\0") else {
        return false;
    };
    let units = body.chunks_exact(4).take(64);
    let mut some = false;
    for unit in units {
        some |= matches!(unit, [low, high, 0, _] if *low != 0 || *high != 0);
        if !matches!(unit, [_, _, 0..=0x10, 0]) {
            return false;
        }
    }
    some
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_known_start_is_named_and_none_is_plain_text() {
        for (at, magic, what) in MAGIC {
            let mut head = vec![b' '; *at];
            head.extend_from_slice(magic);
            head.extend_from_slice(b"rest");
            assert_eq!(name(&head), Some(*what), "{what}");
        }
        for text in [
            &b"2026-11-22 10:00:00 LOG x\n"[..],
            b"MZ is no program here",
            b"RAR!",
            b"0\xe9t\xe9",
            b"PK",
            b"070701 12:00:00 started",
            b"\n\r\r\n line",
            b"",
            b"<?xml version='1.0'?>",
        ] {
            assert_eq!(name(text), None);
            assert!(!looks_binary(text));
        }
    }

    #[test]
    fn a_tar_without_mark_is_known_by_its_checksum() {
        let mut block = vec![0; 512];
        block[..5].copy_from_slice(b"a.log");
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|&b| u32::from(b)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        assert_eq!(name(&block), Some("a tar archive"));
        block[0] = b'b';
        assert_eq!(name(&block), None);
    }

    #[test]
    fn holes_do_not_make_a_log_binary_but_records_and_noise_do() {
        let mut log = b"2026-11-22 10:00:00 LOG before\n".to_vec();
        log.resize(log.len() + 7000, 0);
        log.extend_from_slice(b"2026-11-22 10:00:01 LOG after\n");
        assert!(!looks_binary(&log));
        assert!(!looks_binary(&[0; 8192]));

        let record = [&b"pts/0"[..], &[0; 27], b"user", &[0; 28]].concat();
        assert!(looks_binary(&record.repeat(100)));

        let mut state = 1_u32;
        let noise: Vec<u8> = (0..8192)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        assert!(looks_binary(&noise));
    }

    #[test]
    fn code_pages_colors_and_arguments_with_nuls_are_text() {
        assert!(!looks_binary(
            &b"d\xe9j\xe0 vu \x93quoted\x94\r\n".repeat(50)
        ));
        assert!(!looks_binary(&b"\x83\x65\x83\x58\x83\x67\r\n".repeat(50)));
        assert!(!looks_binary(&b"\x1b[31mERRR\x1b[0m failed\n".repeat(50)));
        assert!(!looks_binary(b"ascp\0-P\0tcp\0--host\0xfer01\0"));
    }
}
