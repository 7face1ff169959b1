//! What the manifest says of the entries, read with structures of its own, and whether the files
//! in the zip are those.
use std::collections::BTreeMap;

use serde::Deserialize;

use super::report::{Problem, Problems};

/// The only shape of manifest that this program reads.
const SCHEMA: u64 = 1;

/// A manifest larger than this is not read: 64 MiB.
pub(super) const LARGEST: u64 = 64 * 1024 * 1024;

#[derive(Deserialize)]
struct Schema {
    schema: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Manifest {
    entries: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    entry: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    sha256: Option<String>,
    #[serde(default)]
    bytes: Option<u64>,
}

/// A file of the zip as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// SHA-256 of its text, in lower-case hex.
    pub(super) sha256: String,
    /// Its size in bytes.
    pub(super) bytes: u64,
}

/// The values that the manifest says were kept in clear.
pub(super) fn kept(json: &[u8]) -> Vec<String> {
    #[derive(Deserialize)]
    struct Kept {
        #[serde(default)]
        kept: Vec<String>,
    }
    serde_json::from_slice(json).map_or_else(|_| Vec::new(), |k: Kept| k.kept)
}

/// Compares the manifest with the files, named from the root folder on, without the manifest.
pub(super) fn compare(json: &[u8], files: &BTreeMap<String, Seen>, problems: &mut Problems) {
    let Some(manifest) = read(json, problems) else {
        return;
    };
    let mut listed = BTreeMap::new();
    for item in &manifest.entries {
        let Some(name) = item.entry.as_deref() else {
            continue;
        };
        let Some(sha256) = item.sha256.as_deref() else {
            let packed = matches!(item.status.as_deref(), Some("collected" | "partial"));
            if packed || files.contains_key(name) {
                problems.push(Problem::of(
                    name,
                    "is packed, but the manifest has no checksum for it",
                ));
            }
            continue;
        };
        if listed.insert(name, ()).is_some() {
            problems.push(Problem::of(name, "is listed twice in the manifest"));
        }
        match files.get(name) {
            None => problems.push(Problem::of(name, "is in the manifest, but not in the zip")),
            Some(seen) => {
                if item.bytes.is_some_and(|n| n != seen.bytes) {
                    problems.push(Problem::of(name, "is not as long as the manifest says"));
                } else if item.bytes.is_none() {
                    problems.push(Problem::of(name, "has no size in the manifest"));
                }
                if !sha256.eq_ignore_ascii_case(&seen.sha256) {
                    problems.push(Problem::of(
                        name,
                        "has not the checksum that the manifest says",
                    ));
                }
            }
        }
    }
    for name in files.keys() {
        if !listed.contains_key(name.as_str()) {
            problems.push(Problem::of(
                name,
                "is in the zip, but has no checksum in the manifest",
            ));
        }
    }
}

fn read(json: &[u8], problems: &mut Problems) -> Option<Manifest> {
    let unreadable = "manifest.json cannot be read as a manifest: the bundle is damaged or was not \
                      made by aoc-bundle";
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    match serde_json::from_slice::<Schema>(json).map(|s| s.schema) {
        Ok(Some(v)) if v.as_u64() == Some(SCHEMA) => {}
        Ok(Some(v)) if v.is_u64() => {
            problems.push(Problem::all(format!(
                "the manifest has schema {v}, and this program reads schema {SCHEMA} only: use the \
                 version of aoc-bundle that made the bundle"
            )));
            return None;
        }
        Ok(_) => {
            problems.push(Problem::all(
                "the manifest does not say its schema as a number: the bundle was not made by \
                 aoc-bundle",
            ));
            return None;
        }
        Err(_) => {
            problems.push(Problem::all(unreadable));
            return None;
        }
    }
    let manifest = serde_json::from_slice(json).ok();
    if manifest.is_none() {
        problems.push(Problem::all(unreadable));
    }
    manifest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> BTreeMap<String, Seen> {
        BTreeMap::from([(
            "logs/a.log".to_owned(),
            Seen {
                sha256: "ab".repeat(32),
                bytes: 5,
            },
        )])
    }

    fn said(json: &str) -> Vec<String> {
        let mut problems = Problems::default();
        compare(json.as_bytes(), &files(), &mut problems);
        problems.list.iter().map(|p| p.what.clone()).collect()
    }

    fn row(rest: &str) -> String {
        format!(r#"{{"schema":1,"more":[],"entries":[{{"entry":"logs/a.log",{rest}}}]}}"#)
    }

    #[test]
    fn the_right_manifest_passes() {
        let hash = "ab".repeat(32);
        let json = row(&format!(
            r#""status":"collected","sha256":"{hash}","bytes":5,"x":{{}}"#
        ));
        assert!(said(&json).is_empty());
        let residual = json.replacen(
            "\"more\":[]",
            "\"residual\":{\"strings\":1,\"listed\":[{\"shape\":\"Aa9{32}\"}]}",
            1,
        );
        assert!(residual != json && said(&residual).is_empty());
        let failed = json.replace(
            "]}",
            r#",{"entry":"logs/b.log","status":"failed"},{"status":"skipped"}]}"#,
        );
        assert!(said(&failed).len() <= 1, "{:?}", said(&failed));
    }

    #[test]
    fn every_difference_is_told() {
        let hash = "ab".repeat(32);
        let cases = [
            (row(&format!(r#""sha256":"{hash}","bytes":6"#)), "as long"),
            (
                row(&format!(r#""sha256":"{}","bytes":5"#, "cd".repeat(32))),
                "checksum",
            ),
            (row(&format!(r#""sha256":"{hash}""#)), "no size"),
            (row(r#""status":"collected""#), "no checksum"),
            (r#"{"schema":1,"entries":[]}"#.into(), "has no checksum"),
            (r#"{"schema":2,"entries":[]}"#.into(), "schema 2"),
            (r#"{"schema":"1","entries":[]}"#.into(), "as a number"),
            (r#"{"entries":[]}"#.into(), "as a number"),
            (r#"{"schema":1}"#.into(), "cannot be read"),
            ("[".repeat(100_000), "cannot be read"),
            (String::new(), "cannot be read"),
        ];
        for (json, wanted) in cases {
            let said = said(&json);
            assert!(
                said.iter().any(|s| s.contains(wanted)),
                "{wanted}: {said:?}"
            );
        }
    }
}
