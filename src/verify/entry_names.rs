//! Names that every system can unpack, and that stay inside the folder they are unpacked to.
use std::collections::BTreeMap;

/// Longest name of an entry in bytes; Windows and many tools end near here.
pub(super) const LONGEST: usize = 1024;

/// Why a name is refused, or nothing.
pub(super) fn fault(name: &[u8]) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(name) else {
        return Some("has a name that is not UTF-8");
    };
    if text.chars().any(|c| c.is_control() || BIDI.contains(&c)) {
        return Some("has control characters in its name");
    }
    if text.contains('\\') {
        return Some("has a backslash in its name");
    }
    if text.starts_with('/') || text.as_bytes().get(1) == Some(&b':') {
        return Some("has an absolute path as its name");
    }
    if text.ends_with('/') {
        return Some("is a folder, and a bundle lists files only");
    }
    if text.contains([':', '*', '?', '"', '<', '>', '|']) {
        return Some("has a character in its name that Windows refuses");
    }
    text.split('/').find_map(component)
}

const BIDI: [char; 9] = [
    '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}',
    '\u{2069}',
];

fn component(part: &str) -> Option<&'static str> {
    if part.is_empty() {
        return Some("has an empty part in its name");
    }
    if part == "." || part == ".." {
        return Some("has a name that leaves its folder");
    }
    if part.ends_with(['.', ' ']) || part.starts_with(' ') {
        return Some("has a part in its name that begins or ends with a blank or a dot");
    }
    let stem = part.split('.').next().unwrap_or(part).trim_end();
    let stem = stem.to_ascii_uppercase();
    let device = matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) || ["COM", "LPT"].iter().any(|d| {
        stem.strip_prefix(d).is_some_and(|n| {
            matches!(
                n,
                "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        })
    });
    device.then_some("has a name that Windows keeps for a device")
}

/// Faults of all names together: root folder, order, doubles. Gives index and fault.
pub(super) fn faults_together(names: &[String]) -> Vec<(usize, &'static str)> {
    let mut faults = Vec::new();
    let root = names.first().and_then(|n| n.split_once('/')).map(|n| n.0);
    let mut folded: BTreeMap<String, usize> = BTreeMap::new();
    let mut folders: BTreeMap<String, String> = BTreeMap::new();
    for (i, name) in names.iter().enumerate() {
        let own = name.split_once('/').map(|n| n.0);
        if own.is_none() || own != root {
            faults.push((i, "is not in the one root folder of the bundle"));
        }
        if i > 0 && names.get(i - 1).is_some_and(|before| before >= name) {
            faults.push((i, "is out of order or there twice"));
        }
        let fold: String = name.chars().flat_map(char::to_lowercase).collect();
        if folded.insert(fold, i).is_some() {
            faults.push((i, "differs from another name in case only"));
        }
        let mut end = 0;
        while let Some(n) = name.get(end..).and_then(|rest| rest.find('/')) {
            end += n;
            let folder = name.get(..end).unwrap_or(name);
            let low: String = folder.chars().flat_map(char::to_lowercase).collect();
            let first = folders.entry(low).or_insert_with(|| folder.to_owned());
            if first != folder {
                faults.push((i, "lies in a folder that differs from another in case only"));
                break;
            }
            end += 1;
        }
    }
    for folder in folders.keys() {
        if let Some(&i) = folded.get(folder) {
            faults.push((i, "is a file and a folder at once"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_names_pass() {
        for name in [
            "b/README.txt",
            "b/logs/client/connect/~user.k3v.x~.log",
            "b/x/Zoë.log",
            "b/con-log.txt",
            "b/community.log",
            "b/a..b",
            "b/.hidden",
        ] {
            assert_eq!(fault(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn bad_names_do_not() {
        let bad: [&[u8]; 24] = [
            b"/etc/passwd",
            b"C:/x",
            b"C:x",
            b"a\\b",
            b"b/../c",
            b"b/./c",
            b"b//c",
            b"b/c/",
            b"b/c.",
            b"b/c ",
            b"b/ c",
            b"b/NUL",
            b"b/nul.txt",
            b"b/COM1",
            b"b/lpt9.log",
            b"b/a\nb",
            b"b/a\0b",
            b"b/\xff",
            b"b/a:b",
            b"b/a*",
            b"b/a?b",
            b"..",
            b"",
            b"b/aux .txt",
        ];
        for name in bad {
            assert!(fault(name).is_some(), "{}", String::from_utf8_lossy(name));
        }
        assert!(fault("b/\u{202e}gpj.exe".as_bytes()).is_some());
    }

    #[test]
    fn names_are_judged_together() {
        let names = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert!(faults_together(&names(&["b/a", "b/b", "b/c/d"])).is_empty());
        for bad in [
            &["b/a", "c/b"][..],
            &["a"],
            &["b/b", "b/a"],
            &["b/a", "b/a"],
            &["b/A", "b/a"],
            &["b/A/x", "b/a/y"],
            &["b/a", "b/a/c"],
            &["b/Ä", "b/ä"],
        ] {
            assert!(!faults_together(&names(bad)).is_empty(), "{bad:?}");
        }
    }
}
