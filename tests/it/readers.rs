//! One reader of files: `redact`, `explain` and `collect` take a file for the same thing and cut the same out of it.
//!
//! A file that a person names with `--log` lies in `logs/` of the bundle whatever it is, and is read as what it is: a
//! configuration as a configuration, a network trace as a network trace. One that is named with `--har` lies in
//! `network/`.
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::kit::{Run, Tree, line, only_file};
use crate::zips::Bundle;

/// A file, and what of it must be in no output of any command.
struct Example {
    name: &'static str,
    bytes: Vec<u8>,
    cut: &'static [&'static str],
}

const LOG: &str = "seen Marble-Finch-208 early\npassword=Marble-Finch-208 from 10.77.0.5\nagain Marble-Finch-208 for login=tbaker42\n";

fn har() -> String {
    r#"{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[
{"request":{"method":"GET","url":"https://shop.example/cart","headers":[{"name":"Cookie","value":"sid=Walnut-Harbor-93"}]},"response":{"status":200,"content":{"mimeType":"text/plain","text":"Dear blue bicycle"}}},
{"request":{"method":"GET","url":"https://api.ibmaspera.com/api/v1/self","headers":[{"name":"Authorization","value":"Bearer Qm7Vn0bK3wTzLq7Vn0bK3wTz"}]},"response":{"status":401,"content":{"mimeType":"application/json","text":"{\"error\":{\"user_message\":\"Invalid token\"}}"}}}
]}}
"#
    .to_owned()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    let units = [0xfeff_u16].into_iter().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn examples() -> Vec<Example> {
    let example = |name, text: &str, cut| Example {
        name,
        bytes: text.as_bytes().to_vec(),
        cut,
    };
    let of_log = &["Marble-Finch-208", "tbaker42", "10.77.0.5"][..];
    let of_har = &["Dear blue bicycle", "Walnut-Harbor-93", "Qm7Vn0bK3wTz"][..];
    vec![
        example("x.log", LOG, of_log),
        example(
            "aspera.conf",
            "password: incorrect\npassword  Hunter-two\nnode_secret: failed\n",
            &["incorrect", "Hunter-two", "failed"],
        ),
        example(
            "rsyslog.conf",
            "password: incorrect\nbind_password  Sommerzeit\nuser  mlopez9\n",
            &["incorrect", "Sommerzeit", "mlopez9"],
        ),
        example("app.conf", "password: incorrect\n", &["incorrect"]),
        example("app.yaml.bak", "password: incorrect\n", &["incorrect"]),
        example(
            "users.csv",
            "id,login,password\n7,mlopez,Marble-Finch\n8,chidi,Velvet-Otter\n",
            &["mlopez", "Marble-Finch", "chidi", "Velvet-Otter"],
        ),
        example(
            "doc.json",
            "{\n \"note\": \"it was Copper-Heron-77\",\n \"user\": {\"login\": \"qadams\", \"password\": \"Copper-Heron-77\"},\n \"tokens\": [\"Zk81mQpLtR29xVq7Rw2Lm99z\"]\n}\n",
            &["Copper-Heron-77", "qadams", "Zk81mQpLtR29xVq7Rw2Lm99z"],
        ),
        example(
            "doc.xml",
            "<user>\n  <note>it was Copper-Heron-77</note>\n  <password>Copper-Heron-77</password>\n</user>\n",
            &["Copper-Heron-77"],
        ),
        example("trace.har", &har(), of_har),
        example("trace.json", &har(), of_har),
        example("trace.harp", &har(), of_har),
        example("trace.zhar", &har(), of_har),
        Example {
            name: "packed.log.gz",
            bytes: gzip(LOG),
            cut: of_log,
        },
        Example {
            name: "wide.log",
            bytes: utf16(LOG),
            cut: of_log,
        },
    ]
}

/// A folder with the file of an example and a key.
struct Seat {
    folder: tempfile::TempDir,
    file: PathBuf,
    key: PathBuf,
}

impl Seat {
    fn of(example: &Example) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(example.name);
        fs::write(&file, &example.bytes).unwrap();
        let key = folder.path().join("key");
        fs::write(&key, [7_u8; 32]).unwrap();
        Self { folder, file, key }
    }

    fn redact(&self) -> Vec<u8> {
        let run = Run::new("redact").path("--key-file", &self.key);
        let end = run.args([&self.file]).end();
        end.exits(0);
        end.stdout
    }

    fn explain(&self) -> Run {
        let run = Run::new("explain").path("--key-file", &self.key);
        run.args([&self.file])
    }

    /// The entry that a collection makes of the file when it is named with this option.
    fn collect(&self, option: &str) -> (String, Vec<u8>) {
        let (tree, out) = (Tree::new(), self.folder.path().join("out"));
        fs::create_dir_all(&out).unwrap();
        let run = tree.collect(&out).path("--key-file", &self.key);
        run.path(option, &self.file).end();
        let zip = only_file(&out);
        let bundle = Bundle::read(&zip);
        let ours = |name: &str| name.starts_with("logs/") || name.starts_with("network/");
        let mut entries = bundle.entries.into_iter().filter(|(name, _)| ours(name));
        let entry = entries.next().unwrap();
        assert!(entries.next().is_none());
        fs::remove_file(zip).unwrap();
        entry
    }
}

fn text_of(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&[0xff, 0xfe]) {
        Some(wide) => {
            let units = wide.chunks_exact(2);
            let units = units.map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(Result::unwrap).collect()
        }
        None => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

#[test]
fn no_command_shows_what_another_cuts() {
    for example in examples() {
        let seat = Seat::of(&example);
        let redacted = text_of(&seat.redact());
        let explained = seat.explain().end();
        explained.exits(0);
        let (name, collected) = seat.collect("--log");
        for (command, text) in [
            ("redact", redacted),
            ("explain", explained.text()),
            ("collect", text_of(&collected)),
        ] {
            for secret in example.cut {
                let name = example.name;
                assert!(!text.contains(secret), "{command} {name}: {secret}\n{text}");
            }
        }
        assert!(name.starts_with("logs/client/given/"), "{name}");
    }
}

#[test]
fn a_file_is_redacted_as_its_entry_in_a_bundle_with_the_same_key() {
    for example in examples() {
        let seat = Seat::of(&example);
        let redacted = seat.redact();
        let mut options = vec!["--log"];
        if example.name.starts_with("trace.") {
            options.push("--har");
        }
        for option in options {
            let (name, collected) = seat.collect(option);
            assert_eq!(
                text_of(&collected),
                text_of(&redacted),
                "{} {option}",
                example.name
            );
            assert_eq!(collected, redacted);
            assert_eq!(name.starts_with("network/"), option == "--har", "{name}");
        }
    }
}

#[test]
fn explain_names_exactly_the_cuts_of_redact() {
    for example in examples() {
        let seat = Seat::of(&example);
        let redacted = text_of(&seat.redact());
        let explained = seat.explain().args(["--json"]).end().json();
        let mut cuts: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for cut in explained["cuts"].as_array().unwrap() {
            let put = cut["put"].as_str().unwrap().to_owned();
            let line = cut["line"].as_u64().unwrap();
            cuts.entry(line).or_default().push(put);
        }
        assert!(!cuts.is_empty(), "{}", example.name);
        for (number, line) in (1..).zip(redacted.lines()) {
            let mut rest = line;
            let mut left = String::new();
            for put in cuts.remove(&number).unwrap_or_default() {
                let (before, behind) = rest.split_once(&put).unwrap_or_else(|| {
                    panic!("{} line {number}: {put:?} in {rest:?}", example.name)
                });
                left.push_str(before);
                left.push('|');
                rest = behind;
            }
            left.push_str(rest);
            assert!(
                !holds_pseudonym(&left),
                "{} line {number}: {left}",
                example.name
            );
        }
        assert!(cuts.is_empty(), "{}: {cuts:?}", example.name);
    }
}

/// True for a text with `~kind.id~` in it.
fn holds_pseudonym(text: &str) -> bool {
    let mut parts = text.split('~').skip(1);
    parts.any(|part| {
        part.contains('.')
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
    })
}

#[test]
fn standard_input_is_known_by_its_beginning_or_by_an_option() {
    let of = |command: &str, kind: &[&str], text: &str| {
        let run = Run::new(command).args(kind);
        let run = match command {
            "explain" => run.args(["-"]),
            _ => run,
        };
        let end = run.stdin(text).end();
        end.exits(0);
        end.text()
    };
    for command in ["redact", "explain"] {
        let text = of(command, &[], &har());
        assert!(!text.contains("Dear blue bicycle"), "{command}: {text}");
        let text = of(command, &["--kind", "config"], "password: incorrect\n");
        assert!(!text.contains("incorrect"), "{command}: {text}");
        let text = of(command, &[], "password: incorrect\n");
        assert!(text.contains("incorrect"), "{command}: {text}");
    }
}

#[test]
fn the_manifest_says_how_an_entry_was_read() {
    for (name, text, format) in [
        ("app.conf", "password: incorrect\n".to_owned(), "config"),
        ("x.log", line("2026-11-21 08:00:00", "all is quiet"), "log"),
        ("trace.json", har(), "har"),
        ("doc.json", "{\"a\": 1}\n".to_owned(), "json"),
    ] {
        let tree = Tree::new();
        let file = tree.path().join(name);
        fs::write(&file, text).unwrap();
        let out = tempfile::tempdir().unwrap();
        tree.collect(out.path()).path("--log", &file).end();
        let bundle = Bundle::read(&only_file(out.path()));
        let items = bundle.items(Path::new(name).to_str().unwrap());
        assert_eq!(items[0]["format"], format, "{name}: {items:?}");
    }
}

/// A trace of one request that was refused, with the reason in the body of the answer.
fn refused(url: &str) -> String {
    let body = r#"{\"error\":{\"code\":401,\"reason\":\"Unauthorized\",\"user_message\":\"Could not validate bearer token: token has expired\"}}"#;
    format!(
        r#"{{"log":{{"version":"1.2","creator":{{"name":"x","version":"1"}},"entries":[
{{"startedDateTime":"2026-11-21T08:00:00.000Z","time":12,"request":{{"method":"GET","url":"{url}","headers":[]}},"response":{{"status":401,"headers":[],"content":{{"mimeType":"application/json","text":"{body}"}}}}}}
]}}}}
"#
    )
}

#[test]
fn a_body_that_a_finding_quotes_is_kept_by_redaction() {
    for url in [
        "https://api.ibmaspera.com/api/v1/self",
        "https://acme.ibmaspera.com/api/v1/self",
        "https://ats-aws-eu-west-1.aspera.io:443/files/7",
        "https://node7.acme.example:9091/info",
        "https://node7.acme.example:9092/info",
        "https://node7.acme.example:9093/info",
        "https://gw.acme.example/v3/presign",
        "https://gw.acme.example/aspera/http-gwy/v1/info",
        "https://local.connectme.us:43003/v6/connect/info/ping",
        "https://shop.example/cart",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("trace.har");
        fs::write(&file, refused(url)).unwrap();
        let findings = Run::new("diagnose").args([&file]).end().text();
        let redacted = Run::new("redact").args([&file]).end().text();
        let (quoted, kept) = (
            findings.contains("token has expired"),
            redacted.contains("token has expired"),
        );
        assert!(kept || !quoted, "{url}\n{redacted}\n{findings}");
        assert_eq!(kept, !url.contains("shop.example"), "{url}\n{redacted}");
        // A body that redaction drops is no body that the answer lacks.
        assert!(!findings.contains("gives no reason"), "{url}\n{findings}");
    }
}
