//! Names of entries in the zip: safe on every system, unique, and never a way out of the folder they are unpacked to.
use std::collections::HashSet;

use crate::redact::Clean;

/// Names of all files that a run may make itself; evidence never gets one of them.
pub const MADE: &[&str] = &[
    "README.txt",
    "case.json",
    "ticket.md",
    "report.html",
    "diagnosis.json",
    "timeline.ndjson",
    "manifest.json",
    "collection.ndjson",
];

/// Longest component of an entry's name in bytes.
const LONGEST: usize = 120;

/// Names that Windows keeps for devices.
const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7",
    "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Gives out names, each once.
#[derive(Default)]
pub struct EntryNames {
    taken: HashSet<String>,
}

impl EntryNames {
    /// A safe, unique name like the wanted one. `x.log` becomes `x-2.log` where `x.log` is taken; case
    /// does not tell names apart.
    pub fn unique(&mut self, wanted: &Clean) -> String {
        let safe = safe_path(wanted.as_str());
        if self.taken.insert(safe.to_lowercase()) {
            return safe;
        }
        let (folder, file) = safe
            .rsplit_once('/')
            .map_or(("", safe.as_str()), |(d, f)| (d, f));
        let (stem, extension) = match file.rfind('.') {
            Some(dot) if dot > 0 => file.split_at(dot),
            _ => (file, ""),
        };
        for n in 2u32.. {
            let slash = if folder.is_empty() { "" } else { "/" };
            let name = format!("{folder}{slash}{stem}-{n}{extension}");
            if self.taken.insert(name.to_lowercase()) {
                return name;
            }
        }
        safe
    }
}

/// A relative path of safe components, joined by `/`.
fn safe_path(path: &str) -> String {
    let parts: Vec<String> = path
        .split(['/', '\\'])
        .filter(|p| !p.is_empty() && *p != "." && *p != "..")
        .map(safe_component)
        .collect();
    if parts.is_empty() {
        "unnamed".to_owned()
    } else {
        parts.join("/")
    }
}

fn safe_component(part: &str) -> String {
    let mut out: String = part
        .chars()
        .map(|c| {
            if c.is_control()
                || matches!(
                    c,
                    '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\u{7f}'..='\u{9f}'
                )
            {
                '_'
            } else {
                c
            }
        })
        .collect();
    while out.len() > LONGEST {
        out.pop();
    }
    let trimmed = out
        .trim_end_matches(['.', ' '])
        .trim_start_matches(' ')
        .to_owned();
    let stem = trimmed.split('.').next().unwrap_or_default().to_lowercase();
    match trimmed {
        t if t.is_empty() => "_".to_owned(),
        t if DEVICES.contains(&stem.as_str()) => format!("_{t}"),
        t => t,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::tests_support::clean;

    #[test]
    fn names_are_safe_and_unique() {
        let mut names = EntryNames::default();
        let cases = [
            ("logs/a.log", "logs/a.log"),
            ("logs/A.log", "logs/A-2.log"),
            ("logs/a.log", "logs/a-3.log"),
            ("../../etc/passwd", "etc/passwd"),
            (r"C:\x\..\y", "C_/x/y"),
            ("a/con.txt", "a/_con.txt"),
            ("a/b. ", "a/b"),
            ("", "unnamed"),
            ("a\u{0}b\n", "a_b_"),
        ];
        for (wanted, expected) in cases {
            assert_eq!(names.unique(&clean(wanted)), expected, "{wanted}");
        }
    }
}
