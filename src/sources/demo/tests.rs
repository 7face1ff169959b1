//! The demo's evidence holds what it promises, and lies where a real node has it.
use std::io::Read;

use super::*;

/// Every file of a freshly built tree with its content, compressed ones opened.
fn built() -> (tempfile::TempDir, Vec<(String, Vec<u8>)>) {
    let dir = tempfile::tempdir().unwrap();
    build(dir.path()).unwrap();
    let mut found = Vec::new();
    let mut folders = vec![dir.path().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let mut bytes = fs::read(&path).unwrap();
            if path.extension().is_some_and(|e| e == "gz") {
                let packed = std::mem::take(&mut bytes);
                flate2::read::GzDecoder::new(&packed[..])
                    .read_to_end(&mut bytes)
                    .unwrap();
            }
            let name = path
                .strip_prefix(dir.path())
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            found.push((name, bytes));
        }
    }
    found.sort();
    (dir, found)
}

fn holds(bytes: &[u8], value: &str) -> bool {
    memchr::memmem::find(bytes, value.as_bytes()).is_some()
}

#[test]
fn every_planted_and_every_kept_value_is_in_the_tree() {
    let (_dir, tree) = built();
    for value in PLANTED.iter().chain(KEPT) {
        assert!(
            tree.iter().any(|(_, bytes)| holds(bytes, value)),
            "{value} stands nowhere"
        );
    }
}

#[test]
fn what_must_stay_does_not_hold_what_must_go() {
    let case = case();
    let ours = [
        case.package_id,
        case.package_name,
        case.user_id,
        case.user_name,
        case.problem,
    ];
    for stays in KEPT.iter().chain(&ours) {
        for goes in PLANTED {
            assert!(!stays.contains(goes), "{goes} in {stays}");
        }
    }
}

#[test]
fn lays_out_every_file_and_the_link_into_the_ring() {
    let (dir, tree) = built();
    let names: Vec<&str> = tree.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), files().len() + LINKS.len());
    assert!(files().is_sorted_by_key(|f| f.path));
    for file in files() {
        let (_, bytes) = &tree[names.binary_search(&file.path).unwrap()];
        assert_eq!(bytes, file.bytes, "{}", file.path);
        let changed = fs::metadata(dir.path().join(file.path))
            .unwrap()
            .modified()
            .unwrap();
        let since = changed.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(since.as_secs(), file.modified, "{}", file.path);
    }
    for (file, second) in LINKS {
        let read = |name: &str| fs::read(dir.path().join(name)).unwrap();
        assert_eq!(read(file), read(second));
    }
}

#[cfg(unix)]
#[test]
fn the_log_in_use_and_its_number_are_one_file() {
    use std::os::unix::fs::MetadataExt;
    let (dir, _) = built();
    for (file, second) in LINKS {
        let inode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().ino();
        assert_eq!(inode(file), inode(second));
    }
}

#[test]
fn the_trace_is_a_har_of_this_case() {
    let case = case();
    let har = files().iter().find(|f| f.path == case.har).unwrap();
    let json: serde_json::Value = serde_json::from_slice(har.bytes).unwrap();
    let entries = json["log"]["entries"].as_array().unwrap();
    assert!(entries.len() >= 12);
    let refused = entries
        .iter()
        .filter(|e| {
            e["request"]["url"]
                .as_str()
                .unwrap()
                .ends_with("/ops/transfers")
        })
        .filter(|e| e["response"]["status"] == 401)
        .filter(|e| {
            holds(
                e["response"]["content"]["text"]
                    .as_str()
                    .unwrap()
                    .as_bytes(),
                "Unable to start",
            )
        })
        .count();
    assert_eq!(refused, 2);
    for value in [
        case.package_id,
        case.package_name,
        case.user_id,
        case.user_name,
        case.org,
    ] {
        assert!(holds(har.bytes, value), "{value}");
    }
}

/// A session is told by both ends, eight hours apart on the clock.
#[test]
fn both_ends_tell_the_same_sessions() {
    let log = |end: &str| {
        let file = files().iter().find(|f| f.path.ends_with(end)).unwrap();
        String::from_utf8(file.bytes.to_vec()).unwrap()
    };
    let stops = |log: &str| -> Vec<(String, String)> {
        log.lines()
            .filter_map(|l| l.split_once(" LOG FASP Session Stop uuid="))
            .map(|(when, rest)| (rest[..36].to_owned(), when[11..13].to_owned()))
            .collect()
    };
    let client = stops(&log("connect/var/log/aspera-scp-transfer.1.log"));
    let server = stops(&log("opt/aspera/var/log/aspera-scp-transfer.log"));
    assert_eq!(client.len(), 4);
    for (mine, theirs) in client.iter().zip(&server) {
        assert_eq!(mine.0, theirs.0);
        let hour = |text: &str| text.parse::<u32>().unwrap();
        assert_eq!(hour(&mine.1) + 8, hour(&theirs.1));
    }
}

#[test]
fn the_evidence_is_small_and_plain() {
    let size: usize = files().iter().map(|f| f.bytes.len()).sum();
    assert!(size < 150_000, "{size} bytes");
    for file in files() {
        assert!(std::str::from_utf8(file.bytes).is_ok(), "{}", file.path);
    }
}
