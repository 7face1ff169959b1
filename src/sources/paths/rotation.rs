//! Which files of a folder are older parts of a known log. Pure text: names in, names out.

/// Endings of files that a program compressed.
const COMPRESSED: [&str; 6] = [".gz", ".xz", ".zst", ".bz2", ".z", ".lzma"];
/// Endings that mark a log put aside.
const ASIDE: [&str; 4] = [".old", ".prev", ".previous", ".bak"];
/// Endings of files that an editor or a package manager left behind; they are nobody's log.
const LEFTOVER: [&str; 10] = [
    "~",
    ".swp",
    ".swo",
    ".swx",
    ".tmp",
    ".part",
    ".rpmsave",
    ".rpmnew",
    ".dpkg-old",
    ".dpkg-dist",
];

/// The name without the ending of a compressed file: the content is packed unfolded.
#[must_use]
pub fn without_compression(name: &str) -> &str {
    COMPRESSED
        .iter()
        .find_map(|ending| strip_ending(name, ending))
        .unwrap_or(name)
}

/// True for what editors and package managers leave behind.
#[must_use]
pub fn is_leftover(name: &str) -> bool {
    LEFTOVER
        .iter()
        .any(|ending| strip_ending(name, ending).is_some())
        || (name.starts_with('#') && name.ends_with('#'))
        || name.starts_with(".#")
}

/// The names that the file may have had before it was rotated or compressed, nearest first. Empty
/// for a name that shows no rotation, and for leftovers.
#[must_use]
pub fn base_names(name: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    if is_leftover(name) {
        return found;
    }
    let plain = without_compression(name);
    if plain != name {
        found.push(plain.to_owned());
    }
    // Twice, for a date and then a number: `x.log-20261122.1`.
    let mut layer = vec![plain.to_owned()];
    for _ in 0..2 {
        layer = layer.iter().flat_map(|name| one_step(name)).collect();
        for base in &layer {
            if !found.contains(base) {
                found.push(base.clone());
            }
        }
    }
    found
}

/// True where `sibling` is the log `known` itself or an older part of it.
#[must_use]
pub fn belongs(known: &str, sibling: &str) -> bool {
    known == sibling || base_names(sibling).iter().any(|base| base == known)
}

/// True where the name shows no sign of rotation: the current file rather than an older part.
#[must_use]
pub fn is_current(name: &str) -> bool {
    base_names(name).is_empty()
}

/// The names that one step of rotation may have started from.
fn one_step(name: &str) -> Vec<String> {
    let mut bases = Vec::new();
    // `messages-20261115`, `x.log.3`, `x.log.2026-11-22`
    if let Some(base) = strip_stamp(name) {
        bases.push(base.to_owned());
    }
    for ending in ASIDE {
        if let Some(base) = strip_ending(name, ending) {
            bases.push(base.to_owned());
        }
    }
    // `x.0.log`, `x-20261122.log`, `x.old.log`: the stamp stands before the ending.
    if let Some((stem, ending)) = name.rsplit_once('.')
        && matches!(
            ending.to_ascii_lowercase().as_str(),
            "log" | "txt" | "out" | "err"
        )
    {
        let stems = strip_stamp(stem)
            .into_iter()
            .chain(ASIDE.iter().filter_map(|aside| strip_ending(stem, aside)));
        bases.extend(stems.map(|stem| format!("{stem}.{ending}")));
    }
    bases
}

/// Takes a number of a ring (`.0` to `.999`) or a date (`-20261122`, `.2026-11-22`,
/// `-20261122-1763800000`, `_2026-11-22_10-00-00`) off the end of a name.
fn strip_stamp(name: &str) -> Option<&str> {
    let digits_end =
        |text: &str| text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let number = digits_end(name);
    if (1..=3).contains(&number)
        && let Some(base) = name[..name.len() - number].strip_suffix('.')
        && !base.is_empty()
    {
        return Some(base);
    }
    let body =
        name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | 'T' | 'Z'));
    let stamp = &name[body.len()..];
    // The separator before the date belongs to the stamp, unless it is a dot.
    let (base, date) = match body.strip_suffix('.') {
        Some(base) if !base.is_empty() && stamp.starts_with(|c: char| c.is_ascii_digit()) => {
            (base, stamp)
        }
        _ => (body, stamp.strip_prefix(['-', '_'])?),
    };
    (!base.is_empty() && is_date(date)).then_some(base)
}

/// True for `20261122`, `2026112210`, `2026-11-22` and longer forms with a time.
fn is_date(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
    let number = |from: usize, to: usize| {
        digits
            .get(from..to)
            .and_then(|part| part.parse::<u32>().ok())
            .unwrap_or(0)
    };
    let shape = text
        .get(..8)
        .is_some_and(|day| day.bytes().all(|b| b.is_ascii_digit()))
        || (text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-'));
    shape
        && digits.len() == 8
        && (1990..=2199).contains(&number(0, 4))
        && (1..=12).contains(&number(4, 6))
        && (1..=31).contains(&number(6, 8))
}

/// `str::strip_suffix` without regard to upper and lower case; never leaves an empty name.
fn strip_ending<'a>(name: &'a str, ending: &str) -> Option<&'a str> {
    let cut = name.len().checked_sub(ending.len())?;
    let (base, tail) = name.split_at_checked(cut)?;
    (!base.is_empty() && tail.eq_ignore_ascii_case(ending)).then_some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotated_and_compressed_siblings_belong_to_the_known_file() {
        let cases = [
            ("x.log", "x.log"),
            ("x.log", "x.log.1"),
            ("x.log", "x.log.42"),
            ("x.log", "x.log.3.gz"),
            ("x.log", "x.log.3.xz"),
            ("x.log", "x.log.3.zst"),
            ("x.log", "x.log.3.bz2"),
            ("x.log", "x.log.gz"),
            ("x.log", "x.log.old"),
            ("x.log", "x.log.OLD.GZ"),
            ("x.log", "x.old.log"),
            ("x.log", "x.log-20261122"),
            ("x.log", "x.log-20261122.gz"),
            ("x.log", "x.log-2026-11-22"),
            ("x.log", "x.log.2026-11-22"),
            ("x.log", "x.log.20261122"),
            ("x.log", "x.log-2026112214"),
            ("x.log", "x.log-20261122-1763800000"),
            ("x.log", "x.log-20261122.1"),
            ("x.log", "x-20261122.log"),
            ("x.log", "x_2026-11-22_10-00-00.log"),
            ("x.log", "x.0.log"),
            ("x.log", "x.9.log.gz"),
            ("aspera-scp-transfer.log", "aspera-scp-transfer.0.log"),
            ("messages", "messages-20261115"),
            ("messages", "messages.1"),
            ("syslog", "syslog.1"),
            ("syslog", "syslog.7.gz"),
            ("system.log", "system.log.0.bz2"),
            ("production.log", "production.log.1"),
        ];
        for (known, sibling) in cases {
            assert!(belongs(known, sibling), "{sibling} belongs to {known}");
        }
    }

    #[test]
    fn neighbours_and_leftovers_do_not_belong() {
        let cases = [
            ("x.log", "x.log~"),
            ("x.log", ".x.log.swp"),
            ("x.log", "#x.log#"),
            ("x.log", ".#x.log"),
            ("x.log", "x.log.1~"),
            ("x.log", "x.log.tmp"),
            ("x.log", "xx.log"),
            ("x.log", "x.login"),
            ("x.log", "x.log.1a"),
            ("x.log", "x2.log"),
            ("x.log", "x.log-99999999"),
            ("x.log", "x.log.20261399"),
            ("x.log", "x.log.1000"),
            ("messages", "messages.app"),
            ("messages", "messages-old-host"),
            ("syslog", "syslog.conf"),
            ("syslog", "syslog-ng.1"),
            ("aspera-scp-transfer.log", "aspera-scp-http-transfer.0.log"),
        ];
        for (known, sibling) in cases {
            assert!(!belongs(known, sibling), "{sibling} is not {known}");
        }
    }

    #[test]
    fn the_current_file_is_told_from_older_parts() {
        for name in [
            "messages",
            "aspera-scp-transfer.log",
            "aspera.log",
            "a.log~",
        ] {
            assert!(is_current(name), "{name}");
        }
        for name in [
            "messages-20261115",
            "aspera-scp-transfer.4.log",
            "aspera.log.1.gz",
        ] {
            assert!(!is_current(name), "{name}");
        }
    }

    #[test]
    fn odd_names_never_panic() {
        for name in [
            "",
            ".",
            "..",
            ".1",
            ".log",
            ".gz",
            "-20261122",
            "é.log.1",
            "日.0.log",
            "…~",
        ] {
            let _ = (
                base_names(name),
                is_leftover(name),
                without_compression(name),
            );
        }
        assert_eq!(without_compression(".gz"), ".gz", "a name is never emptied");
    }
}
