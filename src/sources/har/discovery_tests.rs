//! Which traces are found, and what is in a zip.
#![expect(clippy::disallowed_methods, reason = "tests make their own files")]
use std::fs;
use std::io::Write;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::sources::har::trace_zip;
use crate::sources::har::trace_zip::ZipError;

fn har(url: &str) -> String {
    format!("{{\"log\":{{\"creator\":{{}},\"entries\":[{{\"request\":{{\"url\":\"{url}\"}}}}]}}}}")
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_trace_is_ours_by_the_names_and_ports_of_its_hosts() {
    assert!(!TABLE.folders.is_empty(), "the table parses");
    for (url, kind) in [
        ("https://api.ibmaspera.com/api/v1/self", Some("api")),
        ("https://ana:pw@ACME.ibmaspera.com", Some("web-app")),
        (
            "https://d3gcli72yxqn2z.cloudfront.net/connect/v4",
            Some("web-app"),
        ),
        ("https://xfer.example.com:9092/info", Some("node")),
        ("http://[::1]:33024/", Some("local-client")),
        ("https://shop.example/api/v1/users", None),
        ("https://x.example.com/?u=https://acme.ibmaspera.com/", None),
        ("data:text/plain,x", None),
        ("", None),
    ] {
        assert_eq!(kind_of(url), kind, "{url}");
    }
}

#[test]
fn names_lose_what_says_how_they_are_packed() {
    for (name, left) in [
        ("trace.har", "trace"),
        ("Trace.HAR.GZ", "Trace"),
        ("a.b.zhar", "a.b"),
        ("x.har.zip", "x"),
        ("x.zip", "x"),
        (".har", "trace"),
        ("plain", "plain"),
    ] {
        assert_eq!(stem(name), left, "{name}");
    }
    assert!(is_called_har(Path::new("/a/X.HAR")));
    assert!(!is_called_har(Path::new("/a/har")));
    assert!(!is_called_har(Path::new("/a/x.har.txt")));
}

#[test]
fn the_desktop_tells_its_folders() {
    let text = "# c\nXDG_DESKTOP_DIR=\"$HOME/\"\nXDG_DOWNLOAD_DIR=\"$HOME/Heruntergeladen\"\n\
                XDG_MUSIC_DIR=\"$HOME/Musik\"\nXDG_DESKTOP_DIR=\"/data/tisch/\"\nXDG_DOWNLOAD_DIR=\"rel\"\n";
    let found = user_dirs(text, Path::new("/home/ana"));
    let expected = ["/home/ana/Heruntergeladen", "/data/tisch"].map(PathBuf::from);
    assert_eq!(found, expected);
}

#[test]
fn young_traces_about_our_hosts_are_found_newest_first() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    let ours = har("https:\\/\\/api.ibmaspera.com\\/api\\/v1\\/self");
    write(
        &at(".config/user-dirs.dirs"),
        "XDG_DOWNLOAD_DIR=\"$HOME/Laden\"\n",
    );
    write(&at("Laden/a.har"), &ours);
    write(&at("Laden/other.har"), har("https://www.example.com/"));
    write(&at("Laden/a.txt"), &ours);
    write(
        &at("Laden/page.har"),
        "<html>https://api.ibmaspera.com</html>",
    );
    write(&at("Laden/empty.har"), "");
    write(&at("Downloads/torn.har"), &ours[..ours.len() - 3]);
    write(
        &at("Schreibtisch/z.har.zip"),
        zipped(&[("t.har", &har("http://127.0.0.1:33003/v6/connect"))]),
    );
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(ours.as_bytes()).unwrap();
    write(&at("here/b.har.gz"), packed.finish().unwrap());
    write(&at("here/old.har"), &ours);
    let old = SystemTime::now() - Duration::from_secs(9 * 24 * 3600);
    let file = fs::File::options()
        .append(true)
        .open(at("here/old.har"))
        .unwrap();
    file.set_modified(old).unwrap();
    let fresh = SystemTime::now() + Duration::from_secs(60);
    let file = fs::File::options()
        .append(true)
        .open(at("Downloads/torn.har"))
        .unwrap();
    file.set_modified(fresh).unwrap();

    let folders = folders(Some(home.path()), Some(&at("here")));
    let found = find(&folders, SystemTime::now());
    let mut names: Vec<_> = found
        .iter()
        .map(|f| f.path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names[0], "torn.har", "the newest first");
    names.sort();
    assert_eq!(names, ["a.har", "b.har.gz", "torn.har", "z.har.zip"]);
    let zip = found
        .iter()
        .find(|f| f.path.ends_with("z.har.zip"))
        .unwrap();
    assert_eq!(zip.hosts, BTreeMap::from([("local-client", 1)]));
}

#[test]
fn a_zip_gives_its_one_trace_or_says_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    let text = har("https://acme.ibmaspera.com/");
    let told = |bytes: &[u8]| {
        write(&path, bytes);
        assert!(trace_zip::is_zip(&path) || bytes.len() < 4);
        let mut out = String::new();
        trace_zip::open(&path).map(|mut har| {
            let read = har.text.read_to_string(&mut out);
            (out, har.others.get(), read.is_ok())
        })
    };
    let good = zipped(&[
        ("har.har", &text),
        ("a1.json", "{}"),
        ("__MACOSX/._har.har", "x"),
    ]);
    assert_eq!(told(&good), Ok((text.clone(), (1, 2), true)));
    assert_eq!(told(&zipped(&[("a.txt", "x")])), Err(ZipError::NoHar));
    assert_eq!(
        told(&zipped(&[("a.har", "x"), ("b.har", "y")])),
        Err(ZipError::Several)
    );
    assert_eq!(told(&good[..good.len() / 2]), Err(ZipError::Damaged));
    let mut locked = zipped(&[("a.har", &text)]);
    let directory = locked.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    (locked[6], locked[directory + 8]) = (1, 1);
    assert_eq!(told(&locked), Err(ZipError::Encrypted));
    for error in [
        ZipError::Damaged,
        ZipError::Encrypted,
        ZipError::NoHar,
        ZipError::Several,
    ] {
        assert!(error.remedy().ends_with('.'));
    }
}

#[test]
fn a_zip_bomb_ends_early() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.har.zip");
    let mut zip = ZipWriter::new(fs::File::create(&path).unwrap());
    zip.start_file("a.har", SimpleFileOptions::default())
        .unwrap();
    for _ in 0..80 {
        zip.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    zip.finish().unwrap();
    let mut har = trace_zip::open(&path).unwrap().text;
    let mut total = 0;
    let mut buffer = vec![0; 1 << 20];
    let error = loop {
        match har.read(&mut buffer) {
            Ok(0) => break None,
            Ok(n) => total += n,
            Err(error) => break Some(error),
        }
    };
    let error = error.map(|e| crate::text::TextError::from_io(&e));
    assert!(matches!(error, Some(crate::text::TextError::Bomb { .. })));
    assert!(total <= 65 << 20);
}

#[test]
fn short_texts_beside_a_trace_are_put_into_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.har.zip");
    let read = |files: &[(&str, &str)]| {
        write(&path, zipped(files));
        let mut har = trace_zip::open(&path).unwrap();
        // In small pieces: nothing depends on where they end.
        let (mut out, mut piece) = (Vec::new(), [0; 7]);
        loop {
            match har.text.read(&mut piece).unwrap() {
                0 => break,
                n => out.extend_from_slice(&piece[..n]),
            }
        }
        (String::from_utf8(out).unwrap(), har.others.get())
    };
    let far = " ".repeat(200_000);
    let long = "x".repeat((1 << 20) + 1);
    for (trace, out, others) in [
        (r#"{"_file":"a"}"#, r#"{"_file":"a","text":"1 \"\n"}"#, 3),
        (
            "{\"_file\" :\n \"a\" }",
            "{\"_file\" :\n \"a\",\"text\":\"1 \\\"\\n\" }",
            3,
        ),
        (r#"{"_file":"b"}"#, r#"{"_file":"b"}"#, 4),
        (r#"{"_file":"long"}"#, r#"{"_file":"long"}"#, 4),
        (r#"{"_file":"../a"}"#, r#"{"_file":"../a"}"#, 4),
        (
            r#"{"x":"\"_file\":\"a\""}"#,
            r#"{"x":"\"_file\":\"a\""}"#,
            4,
        ),
        (r#"["_file","a"]"#, r#"["_file","a"]"#, 4),
        (r#"{"_file":"#, r#"{"_file":"#, 4),
        (
            r#"[{"_file":"a"},{"_file":"c"},{"_file":"a"}]"#,
            r#"[{"_file":"a","text":"1 \"\n"},{"_file":"c","text":""},{"_file":"a","text":"1 \"\n"}]"#,
            2,
        ),
    ] {
        let files = [("a", "1 \"\n"), ("b", "\0"), ("c", ""), ("long", &*long)];
        let (text, left) = read(&[&[("t.har", trace)][..], &files].concat());
        assert_eq!((text.as_str(), left.0), (out, others), "{trace}");
        let twice = format!("{far}{trace}{far}{trace}");
        let (text, _) = read(&[&[("t.har", &*twice)][..], &files].concat());
        assert_eq!(text, format!("{far}{out}{far}{out}"), "{trace}");
    }
    let (text, left) = read(&[("x/t.har", r#"{"_file":"a"}"#), ("x/a", "1"), ("a", "2")]);
    assert_eq!((text.as_str(), left.0), (r#"{"_file":"a","text":"1"}"#, 1));
}
