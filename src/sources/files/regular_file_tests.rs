//! Files that behave, and everything else that can stand at a known path.
#![expect(clippy::disallowed_methods, reason = "the tests make files")]
use super::*;
use std::fs;
use std::io::Write;

fn read_all(file: &mut OpenFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_file_is_read_whole() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.log");
    for content in ["", "one line\n", "no end of line"] {
        fs::write(&path, content).unwrap();
        let mut file = open_regular(&path).unwrap();
        assert_eq!(file.size(), content.len() as u64);
        assert!(file.modified().is_some());
        assert_eq!(read_all(&mut file), content.as_bytes());
        assert_eq!(file.outcome(), ReadOutcome::Whole);
    }
}

#[test]
fn what_is_appended_while_reading_is_left_out_and_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.log");
    fs::write(&path, "first\n").unwrap();
    let mut file = open_regular(&path).unwrap();
    let mut writer = OpenOptions::new().append(true).open(&path).unwrap();
    writer.write_all(b"second\n").unwrap();
    assert_eq!(read_all(&mut file), b"first\n");
    assert_eq!(file.outcome(), ReadOutcome::Grew { more: 7 });
}

#[test]
fn what_is_cut_while_reading_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.log");
    fs::write(&path, "0123456789").unwrap();
    let mut file = open_regular(&path).unwrap();
    let writer = OpenOptions::new().write(true).open(&path).unwrap();
    writer.set_len(4).unwrap();
    assert_eq!(read_all(&mut file), b"0123");
    assert_eq!(file.outcome(), ReadOutcome::Shorter { missing: 6 });
}

#[test]
fn a_removed_file_is_read_to_its_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.log");
    fs::write(&path, "text").unwrap();
    let mut file = open_regular(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(read_all(&mut file), b"text");
    assert_eq!(file.outcome(), ReadOutcome::Whole);
}

#[test]
fn the_tail_is_the_last_bytes_or_all() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.log");
    fs::write(&path, "0123456789").unwrap();
    assert_eq!(tail(&path, 3).unwrap(), b"789");
    assert_eq!(tail(&path, 10).unwrap(), b"0123456789");
    assert_eq!(tail(&path, 11).unwrap(), b"0123456789");
    assert_eq!(tail(&path, 0).unwrap(), b"");
    assert_eq!(tail(&dir.path().join("b.log"), 3), Err(OpenError::Vanished));
}

#[test]
fn a_folder_and_nothing_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let folder = open_regular(dir.path()).unwrap_err();
    assert_eq!(folder, OpenError::Directory);
    let gone = open_regular(&dir.path().join("gone")).unwrap_err();
    assert_eq!(gone, OpenError::Vanished);
}

#[cfg(unix)]
#[test]
fn special_files_are_told_apart_and_never_wait() {
    use std::os::unix::fs::symlink;
    let dir = tempfile::tempdir().unwrap();

    let fifo = dir.path().join("fifo");
    let made = std::process::Command::new("mkfifo")
        .arg(&fifo)
        .status()
        .unwrap();
    assert!(made.success());
    assert_eq!(open_regular(&fifo).unwrap_err(), OpenError::Fifo);

    let socket = dir.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    assert_eq!(open_regular(&socket).unwrap_err(), OpenError::Socket);

    assert_eq!(
        open_regular(Path::new("/dev/zero")).unwrap_err(),
        OpenError::Device
    );

    let circle = dir.path().join("circle");
    symlink(&circle, &circle).unwrap();
    assert_eq!(open_regular(&circle).unwrap_err(), OpenError::LinkLoop);

    let link = dir.path().join("link");
    symlink(&fifo, &link).unwrap();
    assert_eq!(open_regular(&link).unwrap_err(), OpenError::Fifo);

    let dangling = dir.path().join("dangling");
    symlink(dir.path().join("gone"), &dangling).unwrap();
    assert_eq!(open_regular(&dangling).unwrap_err(), OpenError::Vanished);
}

#[cfg(unix)]
#[test]
fn no_right_says_how_to_get_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.log");
    fs::write(&path, "text").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if rustix::process::geteuid().is_root() {
        // Root reads everything; only the sentence can be looked at.
        assert!(OpenError::NoRight.remedy().contains("sudo"));
    } else {
        assert_eq!(open_regular(&path).unwrap_err(), OpenError::NoRight);
    }
}

#[cfg(unix)]
#[test]
fn errors_of_the_system_have_names() {
    use rustix::io::Errno;
    let cases = [
        (Errno::ACCESS, OpenError::NoRight),
        (Errno::PERM, OpenError::NoRight),
        (Errno::NOENT, OpenError::Vanished),
        (Errno::NOTDIR, OpenError::Vanished),
        (Errno::LOOP, OpenError::LinkLoop),
        (Errno::MFILE, OpenError::TooManyOpen),
        (Errno::NFILE, OpenError::TooManyOpen),
        (Errno::IO, OpenError::DiskError),
        (Errno::STALE, OpenError::Stale),
        (Errno::TIMEDOUT, OpenError::TimedOut),
        (Errno::ISDIR, OpenError::Directory),
        (
            Errno::NOTSUP,
            OpenError::Other(Errno::NOTSUP.raw_os_error()),
        ),
    ];
    for (errno, expected) in cases {
        assert_eq!(OpenError::from_io(&errno.into()), expected, "{errno:?}");
    }
}

#[test]
fn every_error_is_a_sentence_with_a_remedy() {
    use OpenError::*;
    for error in [
        Vanished,
        NoRight,
        Directory,
        Fifo,
        Socket,
        Device,
        Special,
        LinkLoop,
        TooManyOpen,
        DiskError,
        Stale,
        TimedOut,
        Locked,
        Other(5),
    ] {
        assert!(error.to_string().ends_with('.'), "{error:?}");
        assert!(error.remedy().ends_with('.'), "{error:?}");
    }
}
