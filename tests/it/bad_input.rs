//! Bad input costs that item only, is named in the manifest with what to do, and ends in exit 3.
use std::fs;
use std::io::Write;

use crate::kit::{CONNECT, TRANSFER, Tree, lines, only_file};
use crate::zips::Bundle;

/// A tree with one good log, which must come through whatever else is there.
fn tree() -> Tree {
    let tree = Tree::new();
    tree.client_log(lines(50));
    tree
}

fn rotated(number: usize) -> String {
    format!("{CONNECT}/aspera-scp-transfer.{number}.log")
}

#[track_caller]
fn good_log_is_whole(bundle: &Bundle) {
    let item = bundle.item(&format!("connect/{TRANSFER}"));
    assert_eq!(
        (&item["status"], &item["lines"]),
        (&"collected".into(), &50.into())
    );
}

/// The item failed, with a reason and something to do.
#[track_caller]
fn told(bundle: &Bundle, end: &str, status: &str, reason: &str) -> serde_json::Value {
    let item = bundle.item(end);
    assert_eq!(item["status"], status, "{item}");
    assert!(
        item["reason"].as_str().is_some_and(|r| r.contains(reason)),
        "{item}"
    );
    assert!(
        item["remedy"].as_str().is_some_and(|r| !r.is_empty()),
        "{item}"
    );
    assert_eq!(bundle.manifest()["complete"], false);
    item
}

#[cfg(unix)]
mod at_a_known_path {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    #[test]
    fn a_pipe_is_not_waited_for() {
        let tree = tree();
        let made = Command::new("mkfifo")
            .arg(tree.path().join(rotated(2)))
            .status();
        assert!(made.unwrap().success());
        let bundle = tree.bundle(3, []);
        told(&bundle, ".2.log", "failed", "named pipe");
        good_log_is_whole(&bundle);
    }

    #[test]
    fn a_socket_is_not_connected_to() {
        let tree = tree();
        // The path of a socket is short by law, that of a folder for tests is not always.
        let short = tempfile::Builder::new()
            .prefix("s")
            .tempdir_in("/tmp")
            .unwrap();
        let socket = UnixListener::bind(short.path().join("s")).unwrap();
        fs::rename(short.path().join("s"), tree.path().join(rotated(2))).unwrap();
        let bundle = tree.bundle(3, []);
        told(&bundle, ".2.log", "failed", "socket");
        good_log_is_whole(&bundle);
        drop(socket);
    }

    #[test]
    fn a_circle_of_links_is_not_followed_for_ever() {
        let tree = tree();
        symlink("aspera-scp-transfer.3.log", tree.path().join(rotated(2))).unwrap();
        symlink("aspera-scp-transfer.2.log", tree.path().join(rotated(3))).unwrap();
        let bundle = tree.bundle(3, []);
        for end in [".2.log", ".3.log"] {
            told(&bundle, end, "failed", "circle");
        }
        good_log_is_whole(&bundle);
    }

    #[test]
    fn a_link_to_nowhere_is_told() {
        let tree = tree();
        symlink("gone.log", tree.path().join(rotated(2))).unwrap();
        let bundle = tree.bundle(3, []);
        told(&bundle, ".2.log", "failed", "");
        good_log_is_whole(&bundle);
    }

    #[test]
    fn a_link_in_an_image_does_not_lead_out_of_it() {
        let tree = tree();
        symlink("/etc/passwd", tree.path().join(rotated(2))).unwrap();
        let outside = tempfile::NamedTempFile::new().unwrap();
        fs::write(&outside, lines(3)).unwrap();
        let far = "../".repeat(30) + outside.path().to_str().unwrap().trim_start_matches('/');
        symlink(far, tree.path().join(rotated(3))).unwrap();
        let bundle = tree.bundle(3, []);
        // Absolute links mean the image's own files, and the image's root has nothing above it.
        assert!(bundle.leaks(["daemon:", "nobody:"]).is_empty());
        told(&bundle, ".3.log", "failed", "");
        good_log_is_whole(&bundle);
    }

    #[test]
    fn a_file_without_the_right_to_read_it_comes_with_the_way_to_get_it() {
        let tree = tree();
        tree.file(&rotated(2), lines(5));
        let path = tree.path().join(rotated(2));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        tree.owned_by_nobody();
        let out = tempfile::tempdir().unwrap();
        crate::kit::give_to_nobody(out.path());
        tree.collect(out.path()).unprivileged().end().exits(3);
        let bundle = Bundle::read(&only_file(out.path()));
        let item = told(&bundle, ".2.log", "failed", "right");
        assert!(item["remedy"].as_str().unwrap().contains("sudo"), "{item}");
        good_log_is_whole(&bundle);
    }
}

#[test]
fn a_folder_where_a_file_should_be() {
    let tree = tree();
    let places = [
        "opt/aspera/var/log/aspera-scp-transfer.log",
        "var/log/messages",
        "opt/aspera/etc/aspera.conf",
    ];
    for place in places {
        fs::create_dir_all(tree.path().join(place)).unwrap();
    }
    let bundle = tree.bundle(3, []);
    for place in places {
        told(&bundle, &format!("/{place}"), "failed", "folder");
    }
    good_log_is_whole(&bundle);
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[test]
fn of_a_gzip_that_was_cut_the_good_part_is_kept() {
    let tree = tree();
    let whole = gzip(&lines(60_000));
    tree.file(&format!("{}.gz", rotated(2)), &whole[..whole.len() / 2]);
    let bundle = tree.bundle(3, []);
    let item = told(&bundle, ".2.log.gz", "partial", "");
    let text = bundle.text(item["entry"].as_str().unwrap());
    assert!(text.lines().count() > 10_000, "{item}");
    assert!(text.starts_with("2026-11-21 08:00:00.123 [7410-80299740] LOG Rate 0 Kbps"));
    good_log_is_whole(&bundle);
}

#[test]
fn of_a_gzip_with_a_bad_byte_the_part_before_is_kept() {
    let tree = tree();
    let mut packed = gzip(&lines(60_000));
    let at = packed.len() * 3 / 4;
    for byte in &mut packed[at..at + 8] {
        *byte ^= 0xff;
    }
    tree.file(&format!("{}.gz", rotated(2)), packed);
    let bundle = tree.bundle(3, []);
    told(&bundle, ".2.log.gz", "partial", "");
    good_log_is_whole(&bundle);
}

#[test]
fn bytes_behind_a_gzip_are_told() {
    let tree = tree();
    let packed = [gzip(&lines(9)), b"garbage".repeat(9)].concat();
    tree.file(&format!("{}.gz", rotated(2)), packed);
    let out = tempfile::tempdir().unwrap();
    tree.collect(out.path()).end();
    let item = Bundle::read(&only_file(out.path())).item(".2.log.gz");
    assert_eq!(item["lines"], 9, "{item}");
    assert_eq!(item["cuts"][0]["why"], "damaged", "{item}");
}

#[test]
fn an_empty_log_is_an_empty_entry() {
    let tree = tree();
    tree.file(&rotated(2), "");
    let bundle = tree.bundle(0, []);
    let item = bundle.item("connect/aspera-scp-transfer.2.log");
    assert_eq!(item["status"], "collected");
    assert_eq!(bundle.get(item["entry"].as_str().unwrap()), b"");
}

#[test]
fn bytes_that_are_no_utf8_stay_as_they_are() {
    let tree = tree();
    let odd = b"2026-11-21 09:00:00.123 [7410-80299740] LOG caf\xe9 \xff\xfe\xc3 of user=ana at 10.1.2.3\r\n".repeat(3);
    tree.file(&rotated(2), &odd);
    let bundle = tree.bundle(0, []);
    let (_, bytes) = bundle.ending("connect/aspera-scp-transfer.2.log");
    let kept = b"[7410-80299740] LOG caf\xe9 \xff\xfe\xc3 of user=~user.";
    assert_eq!(memchr::memmem::find_iter(bytes, kept).count(), 3);
    assert_eq!(memchr::memmem::find_iter(bytes, b"~\r\n").count(), 3);
    assert!(bundle.leaks(["10.1.2.3"]).is_empty());
}

#[test]
fn utf16_comes_out_as_utf16() {
    let utf16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let text = lines(40).replace('\n', "\r\n") + "müller war hier\r\n";
    let tree = tree();
    tree.file(&rotated(2), [&b"\xff\xfe"[..], &utf16(&text)].concat());
    let bundle = tree.bundle(0, []);
    let item = bundle.item("connect/aspera-scp-transfer.2.log");
    assert_eq!(item["encoding"], "UTF-16 little-endian", "{item}");
    let bytes = bundle.get(item["entry"].as_str().unwrap());
    assert_eq!(&bytes[..2], b"\xff\xfe");
    let units: Vec<u16> = bytes[2..]
        .chunks(2)
        .map(|b| u16::from_le_bytes([b[0], b[1]]))
        .collect();
    let back = String::from_utf16(&units).unwrap();
    assert_eq!(back.matches("\r\n").count(), 41);
    assert!(back.ends_with("müller war hier\r\n"), "{back}");
    assert!(
        back.contains("Rate 39 Kbps of peer ~ip4.") && back.contains("user=~user."),
        "{back}"
    );
    assert!(
        !back.contains("10.1.2.3") && !back.contains("user=ana"),
        "{back}"
    );
}

#[test]
fn a_line_of_50_mb_is_withheld_without_taking_its_memory() {
    let tree = tree();
    let secret = "token=ATM2_ACsAAEXAMPLEq7Vn0bK3wTzL9dPfHsYx2RmJc8UeGi5oAaNlQvC1kMpZtBhWrEuSyXjI ";
    let long = secret.repeat(50_000_000 / secret.len());
    tree.file(&rotated(2), format!("{}{long}\n{}", lines(1), lines(2)));
    let out = tempfile::tempdir().unwrap();
    let (end, peak) = tree.collect(out.path()).end_and_peak();
    end.exits(3);
    let bundle = Bundle::read(&only_file(out.path()));
    let item = bundle.item("connect/aspera-scp-transfer.2.log");
    assert_eq!(item["status"], "partial", "{item}");
    assert_eq!(item["lines"], 4, "{item}");
    let cut = &item["cuts"][0];
    assert_eq!(
        (&cut["why"], &cut["lines"]),
        (&"long-line".into(), &1.into()),
        "{cut}"
    );
    assert!(cut["bytes"].as_u64() > Some(49_000_000), "{cut}");
    let text = bundle.text(item["entry"].as_str().unwrap());
    assert_eq!(text.lines().count(), 4, "the line has a placeholder");
    assert!(text.len() < 2000 && text.contains("Rate 1 Kbps"), "{text}");
    good_log_is_whole(&bundle);
    let kib = peak.filter(|_| cfg!(target_os = "linux"));
    assert!(
        kib.is_some_and(|kib| kib < 150_000) || cfg!(not(target_os = "linux")),
        "{kib:?} KiB at the peak"
    );
}

#[test]
fn a_binary_with_the_name_of_a_log_is_withheld() {
    for magic in [
        &b"\x7fELF\x02\x01\x01\0"[..],
        b"SQLite format 3\0",
        b"PK\x03\x04\x14\0",
        b"\0\0\0\x01",
    ] {
        let tree = tree();
        let noise: Vec<u8> = (0..60_000u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        tree.file(&rotated(2), [magic, &noise].concat());
        let bundle = tree.bundle(3, []);
        let item = told(&bundle, ".2.log", "withheld", "");
        assert!(item["entry"].is_null(), "{item}");
        good_log_is_whole(&bundle);
    }
}

#[test]
fn a_log_that_grows_while_it_is_read_ends_at_a_line() {
    let tree = tree();
    tree.file(&rotated(2), lines(100_000));
    let path = tree.path().join(rotated(2));
    let running = std::sync::atomic::AtomicBool::new(true);
    let out = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut log = fs::File::options().append(true).open(&path).unwrap();
            while running.load(std::sync::atomic::Ordering::Relaxed) {
                log.write_all(lines(50).as_bytes()).unwrap();
            }
        });
        let end = tree.collect(out.path()).end();
        running.store(false, std::sync::atomic::Ordering::Relaxed);
        end.exits(0);
    });
    let bundle = Bundle::read(&only_file(out.path()));
    let item = bundle.item("connect/aspera-scp-transfer.2.log");
    assert!(item["lines"].as_u64() >= Some(100_000), "{item}");
    let cut = &item["cuts"][0];
    assert!(
        cut["why"] == "changed" && cut["bytes"].as_u64() > Some(0),
        "{item}"
    );
    good_log_is_whole(&bundle);
}

#[test]
fn a_machine_without_logs_still_gives_its_facts() {
    let tree = Tree::new();
    let out = tempfile::tempdir().unwrap();
    let end = tree.collect(out.path()).end();
    end.exits(0).says(["No Aspera log was found", "--log"]);
    let bundle = Bundle::read(&only_file(out.path()));
    assert!(bundle.text("system/host.json").contains("Debian"));
    assert!(!bundle.names().iter().any(|n| n.starts_with("logs/")));
}

#[test]
fn logs_that_could_not_be_taken_are_not_called_missing() {
    let tree = Tree::new();
    tree.client_log(b"\x7fELF\x02\x01\x01\0".repeat(99));
    let out = tempfile::tempdir().unwrap();
    let end = tree.collect(out.path()).end();
    end.exits(3).says(["Missing or cut (1)"]);
    assert!(!end.stderr.contains("No Aspera log"), "{}", end.stderr);
}

#[test]
fn a_log_given_by_hand_that_is_not_there_is_told() {
    let tree = tree();
    let bundle = tree.bundle(3, ["--log", "/var/log/nowhere.log"]);
    told(&bundle, "nowhere.log", "failed", "");
    good_log_is_whole(&bundle);
}

#[test]
fn a_trace_given_by_hand_that_is_not_there_is_told() {
    let tree = tree();
    tree.file("dir/empty.txt", "");
    for (har, reason) in [("missing.har", ""), ("dir", "no .har")] {
        let path = tree.path().join(har);
        let bundle = tree.bundle(3, ["--har", path.to_str().unwrap()]);
        told(&bundle, har, "failed", reason);
        good_log_is_whole(&bundle);
    }
}

/// The browser was closed while it wrote: what is there is text, and is redacted as text.
#[test]
fn a_trace_that_was_cut_leaks_nothing() {
    let tree = tree();
    let cut = r#"{"log": {"entries": [{"request": {"headers": [{"name": "Authorization", "value": "Bearer Zk81mQpLtR29xYwVb7""#;
    tree.file("cut.har", cut);
    let out = tempfile::tempdir().unwrap();
    tree.collect(out.path())
        .path("--har", &tree.path().join("cut.har"))
        .end();
    let bundle = Bundle::read(&only_file(out.path()));
    assert!(bundle.leaks(["Zk81mQpLtR29xYwVb7"]).is_empty());
    good_log_is_whole(&bundle);
}
