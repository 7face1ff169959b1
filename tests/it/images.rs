//! Mounted images of other systems: their paths, encodings and line ends, tested here.
use std::path::Path;

use crate::kit::{Run, lines, only_file};
use crate::zips::Bundle;

fn put(root: &Path, at: &str, content: &[u8]) {
    let path = root.join(at);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

fn collect(root: &Path, os: &str) -> Bundle {
    let out = tempfile::tempdir().unwrap();
    let run = Run::new("collect")
        .path("--root", root)
        .args(["--os", os, "--offline"]);
    run.path("-o", out.path()).end().exits(0);
    Bundle::read(&only_file(out.path()))
}

#[test]
fn a_windows_machine() {
    let root = tempfile::tempdir().unwrap();
    let crlf = lines(9).replace('\n', "\r\n");
    let utf16: Vec<u8> = crlf.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16 = [&b"\xff\xfe"[..], &utf16].concat();
    let client = "Users/Ana Weber/AppData/Local/Aspera/Aspera Connect/var/log";
    put(
        root.path(),
        &format!("{client}/aspera-scp-transfer.log"),
        crlf.as_bytes(),
    );
    put(root.path(), &format!("{client}/aspera-connect.log"), &utf16);
    let server = "Program Files/Aspera/Enterprise Server/var/log/aspera-scp-transfer.log";
    put(root.path(), server, crlf.as_bytes());
    let bundle = collect(root.path(), "windows");
    let item = bundle.item("connect/aspera-scp-transfer.log");
    assert_eq!(
        (&item["status"], &item["lines"]),
        (&"collected".into(), &9.into()),
        "{item}"
    );
    let path = item["path"].as_str().unwrap();
    assert!(
        path.starts_with(r"C:\Users\~user.") && path.ends_with(r"\var\log\aspera-scp-transfer.log"),
        "{path}"
    );
    let (_, bytes) = bundle.ending("connect/aspera-scp-transfer.log");
    assert_eq!(bytes.windows(2).filter(|w| w == b"\r\n").count(), 9);
    assert_eq!(
        bundle.item("aspera-connect.log")["encoding"],
        "UTF-16 little-endian"
    );
    assert_eq!(
        bundle.item("hsts/aspera-scp-transfer.log")["role"],
        "server"
    );
    assert!(
        bundle
            .leaks(["Ana Weber", "10.1.2.3", "user=ana"])
            .is_empty()
    );
}

#[test]
fn a_mac() {
    let root = tempfile::tempdir().unwrap();
    let log = "Users/anaweber/Library/Logs/Aspera/aspera-scp-transfer.log";
    put(root.path(), log, lines(9).as_bytes());
    let bundle = collect(root.path(), "macos");
    let item = bundle.item("aspera-scp-transfer.log");
    assert_eq!(
        (&item["status"], &item["role"], &item["lines"]),
        (&"collected".into(), &"client".into(), &9.into())
    );
    assert!(
        item["path"].as_str().unwrap().starts_with("/Users/~user."),
        "{item}"
    );
    assert!(bundle.leaks(["anaweber", "10.1.2.3"]).is_empty());
}
