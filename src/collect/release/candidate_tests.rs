//! Leaks planted behind the redactor's back: whatever it forgets, the release must cut or leave out.
use std::io::Read;
use std::io::Write;

use super::*;
use crate::collect::{Api, Case, Clock};
use std::sync::Arc;

use crate::pseudonym::{Key, Pseudonyms};
use crate::redact::tests_support::{clean, redacted};
use crate::redact::{Level, Rules};
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

/// Releases a bundle with one entry; `blind` is what the redactor does not see.
fn release(
    request: &Request,
    folder: &std::path::Path,
    (name, content): (&str, &[u8]),
    reason: Option<&str>,
    blind: &[&str],
) -> Result<Released, CollectError> {
    let stop = AtomicBool::new(false);
    let release = laid_out(request, &stop, folder, (name, content), reason, blind);
    release.run(&mut Trace::new(request.clock))
}

/// The same, before it runs.
fn laid_out<'a>(
    request: &'a Request,
    stop: &'a AtomicBool,
    folder: &std::path::Path,
    (name, content): (&str, &[u8]),
    reason: Option<&str>,
    blind: &[&str],
) -> Release<'a> {
    let rules = Arc::new(Rules::builtin().unwrap());
    let redactor = Redactor::new(rules, Pseudonyms::new(&Key::new([3; 32])), request.level)
        .keeping(blind.iter().map(|v| (*v).to_owned()));
    let mut spool = Spool::new(folder).unwrap();
    let mut block = Some(Packer::new(1).pack(redacted(content)).unwrap());
    let facts = spool
        .entry(&format!("b/{name}"), |_| {
            Ok::<_, CollectError>(block.take())
        })
        .unwrap();
    let mut entry = Entry::new(Clean::fixed("log"), Status::Collected);
    entry.entry = Some(name.to_owned());
    entry.bytes = Some(facts.bytes);
    entry.sha256 = Some(facts.sha256);
    entry.reason = reason.map(clean);
    Release {
        request,
        stop,
        redactor,
        learned: Learned::default(),
        names: Names::default(),
        known: Known::new([1; 32]),
        keep: Vec::new(),
        made_at: MadeAt(request.clock.now()),
        folder: folder.to_path_buf(),
        stem: "b".to_owned(),
        spools: vec![spool.finish().unwrap()],
        entries: vec![entry],
        places: BTreeMap::from([(name.to_owned(), (0, facts.number))]),
        residues: BTreeMap::new(),
        diagnosis: Diagnosis::default(),
        marks: BTreeMap::new(),
        page: Page::default(),
        calls: Vec::new(),
        order: Vec::new(),
        repairs: BTreeMap::new(),
        mend_ours: false,
        found: Vec::new(),
    }
}

/// Names and texts of all that was released, one after the other; empty where nothing was.
fn published(folder: &std::path::Path, end: Result<Released, CollectError>) -> Vec<u8> {
    let mut all = Vec::new();
    if let Ok(released) = end {
        let mut zip = zip::ZipArchive::new(std::fs::File::open(released.path).unwrap()).unwrap();
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
    let request = request(folder.path());
    let end = release(
        &request,
        folder.path(),
        ("logs/a.log", b"all is quiet\n"),
        None,
        &[],
    );
    assert!(holds(&published(folder.path(), end), "all is quiet"));
}

#[test]
fn a_leak_of_any_kind_is_cut_out_of_its_entry() {
    for (value, line) in LEAKS {
        let text = format!("all is quiet\n{line}\nall is quiet\n");
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for content in [text.as_bytes(), &wide] {
            let folder = tempfile::tempdir().unwrap();
            let request = request(folder.path());
            let end = release(&request, folder.path(), ("logs/a.log", content), None, &[]);
            assert!(end.is_ok(), "{line}");
            let all = published(folder.path(), end);
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
    let end = release(
        &request(folder.path()),
        folder.path(),
        ("logs/a.log", &packed),
        None,
        &[],
    );
    assert!(published(folder.path(), end).is_empty());
}

#[test]
fn a_name_with_a_leak_is_left_out() {
    for name in [
        "logs/maria.lopez@acme-films.example.log",
        "logs/10.77.0.5.log",
        "logs/home/mlopez/x.log",
        "logs/DESKTOP-1A2B3C4.log",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let end = release(
            &request(folder.path()),
            folder.path(),
            (name, b"all is quiet\n"),
            None,
            &[],
        );
        let all = published(folder.path(), end);
        assert!(!holds(&all, name) && !holds(&all, "all is quiet"), "{name}");
    }
}

#[test]
fn a_leak_in_files_of_our_own_is_cut_out_of_them() {
    let quiet = ("logs/a.log", &b"all is quiet\n"[..]);
    for value in ["maria.lopez@acme-films.example", "10.77.0.5", "fd77::5"] {
        let text = format!("It failed for {value} today");
        // In the manifest.
        let folder = tempfile::tempdir().unwrap();
        let end = release(
            &request(folder.path()),
            folder.path(),
            quiet,
            Some(&text),
            &[value],
        );
        let all = published(folder.path(), end);
        assert!(
            !holds(&all, value) && holds(&all, "all is quiet"),
            "{value}"
        );
        // In the ticket and in the story of the run.
        let folder = tempfile::tempdir().unwrap();
        let mut request = request(folder.path());
        request.case.problem = Some(text);
        let end = release(&request, folder.path(), quiet, None, &[value]);
        let all = published(folder.path(), end);
        assert!(
            !holds(&all, value) && holds(&all, "all is quiet"),
            "{value}"
        );
    }
}

/// A report of finds in these files.
fn finds(names: &[&str]) -> Report {
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
fn a_page_that_the_verifier_doubts_quotes_less_and_then_stays_away() {
    let folder = tempfile::tempdir().unwrap();
    let (request, stop) = (request(folder.path()), AtomicBool::new(false));
    let quiet = ("logs/a.log", &b"all is quiet\n"[..]);
    let mut release = laid_out(&request, &stop, folder.path(), quiet, None, &[]);
    let dirty = |release: &mut Release<'_>, names: &[&str]| {
        release.order = names.iter().map(|n| (*n).to_owned()).collect();
        let found = release.dirty(&finds(names));
        found.map(|names| (names.len(), release.page)).ok()
    };
    // What it quotes goes first with the entry that it is from.
    let both = dirty(&mut release, &["logs/a.log", "report.html"]);
    assert_eq!(both, Some((1, Page::Whole)));
    assert_eq!(dirty(&mut release, &["report.html"]), Some((0, Page::Bare)));
    assert_eq!(
        dirty(&mut release, &["report.html", "ticket.md"]),
        Some((0, Page::Absent))
    );
    // What cannot be less is mended, once.
    assert_eq!(dirty(&mut release, &["ticket.md"]), Some((0, Page::Absent)));
    assert_eq!(dirty(&mut release, &["ticket.md"]), None);
    release.page = Page::Whole;
    assert_eq!(dirty(&mut release, &["case.json", "report.html"]), None);
    // Without the page the bundle says so.
    release.page = Page::Absent;
    let all = published(folder.path(), release.run(&mut Trace::new(request.clock)));
    assert!(holds(&all, "all is quiet") && !holds(&all, "<!DOCTYPE html>"));
    assert!(holds(&all, "\"path\": \"report.html\""));
}

#[test]
fn cited_lines_are_read_back_from_the_middle_of_a_spool() {
    let folder = tempfile::tempdir().unwrap();
    let (mut packer, mut spool) = (Packer::new(1), Spool::new(folder.path()).unwrap());
    let (mut marks, mut block) = (Marks::default(), 0u64);
    let line = |n: u64| format!("line {n} of the log\n");
    spool
        .entry("b/logs/a.log", |written| {
            let from = block * 100 + 1;
            block += 1;
            marks.add(from - 1, written);
            let text: String = (from..from + 100).map(line).collect();
            let packed = packer.pack(redacted(text.as_bytes()))?;
            Ok::<_, CollectError>((block <= 30).then_some(packed))
        })
        .unwrap();
    let mut entry = Entry::new(Clean::fixed("log"), Status::Collected);
    entry.entry = Some("logs/a.log".to_owned());
    let place = |line| crate::diagnose::Evidence {
        entry: "logs/a.log".to_owned(),
        line,
    };
    let row = crate::diagnose::failure("unknown-failure").unwrap();
    let places: Vec<_> = [1, 100, 1501, 2999].map(place).into();
    let diagnosis = Diagnosis {
        findings: vec![crate::diagnose::Finding::of(row, places.clone())],
        ..Diagnosis::default()
    };
    let spools = [spool.finish().unwrap()];
    let there = BTreeMap::from([("logs/a.log".to_owned(), (0, 0))]);
    for marks in [
        BTreeMap::from([("logs/a.log".to_owned(), marks)]),
        BTreeMap::new(),
    ] {
        let shelf = Shelf {
            spools: &spools,
            places: &there,
            marks: &marks,
            entries: std::slice::from_ref(&entry),
        };
        let back = shelf.read_back(&diagnosis, Page::Whole);
        for place in &places {
            let text = &back.quotes.line(place).unwrap().text;
            assert_eq!(*text, line(place.line).trim_end());
        }
        assert!(
            shelf
                .read_back(&diagnosis, Page::Bare)
                .quotes
                .line(&places[0])
                .is_none()
        );
    }
}
