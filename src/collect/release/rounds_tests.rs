//! What the redactor misses must be cut or withheld by the release.
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::super::page_size::PageSize;
use super::super::quotes::read_back;
use super::super::state::Changes;
use super::*;
use crate::bundle::deflate::Packer;
use crate::bundle::line_index::LineIndex;
use crate::bundle::manifest::Status;
use crate::bundle::spool::{Place, Spool};
use crate::bundle::zip_file::MadeAt;
use crate::collect::evidence::SpooledEvidence;
use crate::collect::request::{Api, Output, Request};
use crate::collect::run_secrets::RunSecrets;
use crate::collect::target::Target;
use crate::collect::{Case, Clock};
use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::tests_support::{clean, redacted};
use crate::redact::{Clean, Level, Redactor, Rules};
use crate::sources::paths::catalogue::Os;
use crate::sources::time_window::Window;

/// One secret or name of each kind, as a line of a log.
pub(in crate::collect) const LEAKS: &[(&str, &str)] = &[
    (
        "Marble-Finch-208",
        "login failed password=Marble-Finch-208 x",
    ),
    (
        "Marble-Finch-208",
        "{\"remote_password\":\"Marble-Finch-208\"}",
    ),
    ("Marble-Finch-208", "<password>Marble-Finch-208</password>"),
    (
        "ATM2_ACsAAEXAMPLEq7Vn0bK3wTzL9d",
        "DBG token ATM2_ACsAAEXAMPLEq7Vn0bK3wTzL9d",
    ),
    (
        "dXNlcjpNYXJibGUtRmluY2g",
        "Authorization: Basic dXNlcjpNYXJibGUtRmluY2g=",
    ),
    (
        "q7Vn0bK3wTzL9dPfHsYx2RmJ",
        "Authorization: Bearer q7Vn0bK3wTzL9dPfHsYx2RmJ",
    ),
    (
        "eyJzdWIiOiJhYmMifQ",
        "x eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhYmMifQ.bm90LWEtc2ln y",
    ),
    ("q7Vn0bK3wTzL", "Cookie: sid=q7Vn0bK3wTzL9"),
    ("AKIAIOSFODNN7EXAMPLE", "key AKIAIOSFODNN7EXAMPLE"),
    (
        "fe5f80f77d5fa3beca03",
        "GET /k?X-Amz-Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe",
    ),
    ("AbCd3F9", "open https://aspera.pub/AbCd3F9 now"),
    ("hunter22", "https://svc:hunter22@localhost/x"),
    (
        "4D6172626C65",
        "DBG In hex: 70617373776F72643D4D6172626C652D46696E63682D323038",
    ),
    (
        "cGFzc3dvcmQ9TWFyYmxl",
        "body cGFzc3dvcmQ9TWFyYmxlLUZpbmNoLTIwOA==",
    ),
    ("maria.lopez", "mail maria.lopez@acme-films.example"),
    ("10.77.0.5", "peer=10.77.0.5:33001"),
    ("fd77::5", "peer=[fd77::5]:33001"),
    ("ae:97:6f", "mac ae:97:6f:d1:91:71"),
    ("mlopez", "/home/mlopez/.aspera"),
    ("mlopez", "user=\"mlopez\" targetrate=1"),
    ("DESKTOP-1A2B3C4", "on DESKTOP-1A2B3C4 now"),
];

fn request(folder: &std::path::Path) -> Request {
    Request {
        case: Case::default(),
        ask: None,
        ask_settings: None,
        known_settings: Vec::new(),
        os: Os::Linux,
        root: None,
        role: None,
        logs: Vec::new(),
        hars: Vec::new(),
        window: Window::default(),
        zone: None,
        max_size: u64::MAX,
        deadline: None,
        jobs: 1,
        level: Level::default(),
        keep: Vec::new(),
        key: None,
        output: Output::Folder(folder.to_path_buf()),
        deflate: 1,
        commands: false,
        clock: Clock::Fixed("2026-11-22T12:00:00Z".parse().unwrap()),
        environment: Vec::new(),
        rules: None,
        map: None,
        api: Api::Offline,
    }
}

/// A bundle with one log, ready for its release; the redactor does not see the values of `blind`.
struct Bundle<'a> {
    folder: &'a std::path::Path,
    name: &'a str,
    content: &'a [u8],
    reason: Option<&'a str>,
    blind: &'a [&'a str],
}

impl<'a> Bundle<'a> {
    fn of(folder: &'a std::path::Path, name: &'a str, content: &'a [u8]) -> Self {
        Self {
            folder,
            name,
            content,
            reason: None,
            blind: &[],
        }
    }

    /// Releases it; gives the names and texts of all that was released, nothing where the release failed.
    fn released(&self, request: &Request) -> Vec<u8> {
        let (stop, target) = (AtomicBool::new(false), target(self.folder));
        let release = self.release(request, &target, &stop);
        published(self.folder, run(release, &mut Trace::new(request.clock)))
    }

    fn release<'r>(
        &self,
        request: &'r Request,
        target: &'r Target,
        stop: &'r AtomicBool,
    ) -> Release<'r> {
        let rules = Arc::new(Rules::builtin().unwrap());
        let redactor = Redactor::new(rules, Pseudonyms::new(&Key::new([3; 32])), request.level)
            .keeping(self.blind.iter().map(|v| (*v).to_owned()));
        let mut spool = Spool::new(self.folder).unwrap();
        let mut block = Some(Packer::new(1).pack(redacted(self.content)).unwrap());
        let facts = spool
            .entry(|_| Ok::<_, CollectError>(block.take()))
            .unwrap();
        let mut entry = Entry::new(Clean::fixed("log"), Status::Collected);
        entry.entry = Some(self.name.to_owned());
        entry.bytes = Some(facts.bytes);
        entry.sha256 = Some(facts.sha256);
        entry.reason = self.reason.map(clean);
        let place = Place {
            spool: 0,
            number: facts.number,
        };
        Release {
            request,
            target,
            stop,
            secrets: RunSecrets::new(&redactor).unwrap(),
            redactor,
            keep: Vec::new(),
            evidence: SpooledEvidence {
                spools: vec![spool.finish().unwrap()],
                entries: vec![entry],
                places: BTreeMap::from([(self.name.to_owned(), place)]),
                ..SpooledEvidence::default()
            },
            diagnosis: Diagnosis::default(),
            calls: Vec::new(),
            changes: Changes::default(),
        }
    }
}

fn target(folder: &std::path::Path) -> Target {
    Target {
        folder: folder.to_path_buf(),
        stem: "b".to_owned(),
        made_at: MadeAt("2026-11-22T12:00:00Z".parse().unwrap()),
        zip: folder.join("b.zip"),
        map: None,
    }
}

/// Names and texts of all that was released, one after the other; empty where nothing was.
fn published(folder: &std::path::Path, end: Result<Released, CollectError>) -> Vec<u8> {
    let mut all = Vec::new();
    if end.is_ok() {
        let file = std::fs::File::open(folder.join("b.zip")).unwrap();
        let mut zip = zip::ZipArchive::new(file).unwrap();
        for index in 0..zip.len() {
            let mut entry = zip.by_index(index).unwrap();
            all.extend_from_slice(entry.name().unwrap().as_bytes());
            entry.read_to_end(&mut all).unwrap();
        }
    } else {
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
    }
    all
}

fn holds(text: &[u8], value: &str) -> bool {
    memchr::memmem::find(text, value.as_bytes()).is_some()
}

#[test]
fn a_clean_entry_is_released() {
    let folder = tempfile::tempdir().unwrap();
    let quiet = Bundle::of(folder.path(), "logs/a.log", b"all is quiet\n");
    assert!(holds(
        &quiet.released(&request(folder.path())),
        "all is quiet"
    ));
}

#[test]
fn a_leak_of_any_kind_is_cut_out_of_its_entry() {
    for (value, line) in LEAKS {
        let text = format!("all is quiet\n{line}\nall is quiet\n");
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for content in [text.as_bytes(), &wide] {
            let folder = tempfile::tempdir().unwrap();
            let bundle = Bundle::of(folder.path(), "logs/a.log", content);
            let all = bundle.released(&request(folder.path()));
            let wide: String = value.chars().flat_map(|c| [c, '\0']).collect();
            assert!(!holds(&all, value) && !holds(&all, &wide), "{line}");
            let quiet = holds(&all, "quiet") || holds(&all, "q\0u\0i\0e\0t");
            let withheld = holds(&all, "\"status\": \"withheld\"");
            assert!(quiet && !withheld, "{line}");
        }
    }
}

#[test]
fn a_packed_file_inside_stops_the_release() {
    let folder = tempfile::tempdir().unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(b"password=Marble-Finch-208\n").unwrap();
    let packed = gzip.finish().unwrap();
    let bundle = Bundle::of(folder.path(), "logs/a.log", &packed);
    assert!(bundle.released(&request(folder.path())).is_empty());
}

#[test]
fn an_entry_with_a_leak_in_its_name_is_withheld() {
    for name in [
        "logs/maria.lopez@acme-films.example.log",
        "logs/10.77.0.5.log",
        "logs/home/mlopez/x.log",
        "logs/DESKTOP-1A2B3C4.log",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let bundle = Bundle::of(folder.path(), name, b"all is quiet\n");
        let all = bundle.released(&request(folder.path()));
        assert!(!holds(&all, name) && !holds(&all, "all is quiet"), "{name}");
    }
}

#[test]
fn a_leak_in_generated_files_is_cut_out_of_them() {
    for value in ["maria.lopez@acme-films.example", "10.77.0.5", "fd77::5"] {
        let text = format!("It failed for {value} today");
        // In the manifest.
        let folder = tempfile::tempdir().unwrap();
        let blind = [value];
        let bundle = Bundle {
            reason: Some(&text),
            blind: &blind,
            ..Bundle::of(folder.path(), "logs/a.log", b"all is quiet\n")
        };
        let all = bundle.released(&request(folder.path()));
        let clean = !holds(&all, value) && holds(&all, "all is quiet");
        assert!(clean, "{value}");
        // In the ticket and in case.json.
        let folder = tempfile::tempdir().unwrap();
        let mut request = request(folder.path());
        request.case.problem = Some(text);
        let bundle = Bundle {
            blind: &blind,
            ..Bundle::of(folder.path(), "logs/a.log", b"all is quiet\n")
        };
        let all = bundle.released(&request);
        let clean = !holds(&all, value) && holds(&all, "all is quiet");
        assert!(clean, "{value}");
    }
}

/// A report of finds in these files.
fn finds_in(names: &[&str]) -> Report {
    let count = |(index, name): (usize, &&str)| verify::Count {
        entry: (*name).to_owned(),
        index,
        what: "an e-mail address",
        severity: verify::Severity::Leak,
        lines: 1,
    };
    Report {
        counts: names.iter().enumerate().map(count).collect(),
        ..Report::default()
    }
}

#[test]
fn a_page_with_finds_quotes_less_and_is_left_out_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let (request, target) = (request(folder.path()), target(folder.path()));
    let stop = AtomicBool::new(false);
    let quiet = Bundle::of(folder.path(), "logs/a.log", b"all is quiet\n");
    let mut release = quiet.release(&request, &target, &stop);
    let check = |release: &mut Release<'_>, names: &[&str]| {
        let owned: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
        let found = suspects(release, &finds_in(names), &owned);
        found.map(|all| (all.len(), release.changes.page)).ok()
    };
    // What the page quotes of an entry is cut with the entry.
    let both = check(&mut release, &["logs/a.log", "report.html"]);
    assert_eq!(both, Some((1, PageSize::Whole)));
    let page = check(&mut release, &["report.html"]);
    assert_eq!(page, Some((0, PageSize::Bare)));
    let quoting = check(&mut release, &["report.html", "ticket.md"]);
    assert_eq!(quoting, Some((0, PageSize::Absent)));
    // Once there is no page, the finds are cut, once.
    let ticket = check(&mut release, &["ticket.md"]);
    assert_eq!(ticket, Some((0, PageSize::Absent)));
    assert_eq!(check(&mut release, &["ticket.md"]), None);
    release.changes.page = PageSize::Whole;
    assert_eq!(check(&mut release, &["case.json", "report.html"]), None);
    // The manifest says that the page is missing.
    release.changes.page = PageSize::Absent;
    let all = published(folder.path(), run(release, &mut Trace::new(request.clock)));
    assert!(holds(&all, "all is quiet") && !holds(&all, "<!DOCTYPE html>"));
    assert!(holds(&all, "\"path\": \"report.html\""));
}

#[test]
fn cited_lines_are_read_back_from_the_middle_of_a_spool() {
    let folder = tempfile::tempdir().unwrap();
    let (mut packer, mut spool) = (Packer::new(1), Spool::new(folder.path()).unwrap());
    let (mut index, mut block) = (LineIndex::default(), 0u64);
    let line = |n: u64| format!("line {n} of the log\n");
    spool
        .entry(|written| {
            let from = block * 100 + 1;
            block += 1;
            index.add(from - 1, written);
            let text: String = (from..from + 100).map(line).collect();
            let packed = packer.pack(redacted(text.as_bytes()))?;
            Ok::<_, CollectError>((block <= 30).then_some(packed))
        })
        .unwrap();
    let name = || "logs/a.log".to_owned();
    let mut entry = Entry::new(Clean::fixed("log"), Status::Collected);
    entry.entry = Some(name());
    let cited = |line| crate::diagnose::Evidence {
        entry: name(),
        line,
    };
    let row = crate::diagnose::failure("unknown-failure").unwrap();
    let cited: Vec<_> = [1, 100, 1501, 2999].map(cited).into();
    let diagnosis = Diagnosis {
        findings: vec![crate::diagnose::Finding::of(row, cited.clone())],
        ..Diagnosis::default()
    };
    let place = Place {
        spool: 0,
        number: 0,
    };
    let mut evidence = SpooledEvidence {
        spools: vec![spool.finish().unwrap()],
        entries: vec![entry],
        places: BTreeMap::from([(name(), place)]),
        ..SpooledEvidence::default()
    };
    for line_indexes in [BTreeMap::from([(name(), index)]), BTreeMap::new()] {
        evidence.line_indexes = line_indexes;
        let back = read_back(&evidence, &diagnosis, PageSize::Whole);
        for place in &cited {
            let text = &back.quotes.line(place).unwrap().text;
            assert_eq!(*text, line(place.line).trim_end());
        }
        let bare = read_back(&evidence, &diagnosis, PageSize::Bare);
        assert!(bare.quotes.line(&cited[0]).is_none());
    }
}
