//! What each fuzz target does with its bytes. A law that is broken is a panic; `scripts/fuzz` runs them.
use std::io::{Cursor, Read, Write};
use std::sync::{Arc, LazyLock};

use aoc_bundle::diagnose::{Observations, conclude, observe_har};
use aoc_bundle::pseudonym::{Key, Pseudonyms, find_at, is_pseudonym};
use aoc_bundle::redact::{Dialect, Level, Redactor, Rules, Surroundings, Tally};
use aoc_bundle::sources::aspera_conf;
use aoc_bundle::sources::case_facts::{CaseFacts, read_har, read_log};
use aoc_bundle::text::{
    BlockReader, CutAt, DecodeLimits, Decoded, HarPart, Limits, TextError, count_newlines,
};
use aoc_bundle::{text, verify};
use serde_json::Value;

fn redactor(level: Level) -> Redactor {
    Redactor::new(
        Arc::new(Rules::builtin().expect("the built-in table is sound")),
        Pseudonyms::new(&Key::new([3; 32])),
        level,
    )
}

static STANDARD: LazyLock<Redactor> = LazyLock::new(|| redactor(Level::Standard));
static STRICT: LazyLock<Redactor> = LazyLock::new(|| redactor(Level::Strict));

fn run(text: &[u8], dialect: Dialect) -> Vec<u8> {
    let out = STANDARD.block(text, dialect, &mut Tally::default());
    let out = out.into_bytes();
    assert_eq!(count_newlines(text), count_newlines(&out), "lines changed");
    if std::str::from_utf8(text).is_ok() {
        assert!(std::str::from_utf8(&out).is_ok(), "UTF-8 was broken");
    }
    out
}

fn log(text: &[u8]) -> Vec<u8> {
    run(text, Dialect::Log)
}

/// Every dialect and level: no panic, as many lines as before, UTF-8 stays UTF-8.
pub fn redact(data: &[u8]) {
    for dialect in [Dialect::Log, Dialect::Config, Dialect::Made] {
        run(data, dialect);
    }
    let out = STRICT.block(data, Dialect::Log, &mut Tally::default());
    assert_eq!(count_newlines(data), count_newlines(out.as_bytes()));
    let path = String::from_utf8_lossy(data);
    let _ = STANDARD.clean_path(&path, &["ana".to_owned()]);
}

/// Twice is once.
pub fn twice(data: &[u8]) {
    if std::str::from_utf8(data).is_err() {
        return;
    }
    let once = log(data);
    let again = log(&once);
    assert_eq!(
        String::from_utf8_lossy(&once),
        String::from_utf8_lossy(&again),
        "twice is not once"
    );
}

/// Same keys, same lengths; a scalar may have become a string.
fn same_shape(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.values().zip(b.values()).all(|(a, b)| same_shape(a, b))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_shape(a, b))
        }
        (Value::Object(_) | Value::Array(_), _) | (_, Value::Object(_) | Value::Array(_)) => false,
        (_, Value::String(_)) => true,
        (a, b) => a == b,
    }
}

/// A JSON document stays one of the same shape; what is none stays as many lines.
pub fn json(data: &[u8]) {
    let out = log(data);
    let Ok(before) = serde_json::from_slice::<Value>(data) else {
        return;
    };
    // Keys that stand twice, or that become the same pseudonym, are one in a map: count them in the text.
    match serde_json::from_slice::<Value>(&out) {
        Ok(after) => assert!(same_shape(&before, &after), "the shape changed"),
        Err(error) => panic!("no JSON any more: {error}"),
    }
}

/// Entries of a HAR stay entries of the same structure, twice is once for them, and every part keeps its lines.
pub fn har_walker(data: &[u8]) {
    let part = |text: &[u8], part| {
        let around = Surroundings {
            har: Some(part),
            ..Surroundings::default()
        };
        let out = STANDARD
            .piece(text, around, Dialect::Log, &mut Tally::default())
            .into_bytes();
        assert_eq!(count_newlines(text), count_newlines(&out), "lines changed");
        out
    };
    part(data, HarPart::Head);
    part(data, HarPart::Tail);
    let out = part(data, HarPart::Entries);
    let list = |text: &[u8]| serde_json::from_slice::<Value>(&[b"[", text, b"]"].concat());
    // Torn entries are redacted as text, for which the target `twice` has this law.
    let Ok(before) = list(data) else {
        return;
    };
    match list(&out) {
        Ok(after) => assert!(same_shape(&before, &after), "the shape changed"),
        Err(error) => panic!("no JSON any more: {error}"),
    }
    let again = part(&out, HarPart::Entries);
    assert_eq!(
        String::from_utf8_lossy(&out),
        String::from_utf8_lossy(&again),
        "twice is not once"
    );
}

/// Names of elements and attributes, or `None` for what is no document.
fn outline(text: &[u8]) -> Option<Vec<String>> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_reader(text);
    let mut depth = 0usize;
    let mut out = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(e) => {
                depth += 1;
                out.push(names(&e)?);
            }
            Event::Empty(e) => out.push(names(&e)?),
            Event::End(e) => {
                depth = depth.checked_sub(1)?;
                out.push(format!("/{}", e.name().as_ref()));
            }
            // Text outside the root is no document.
            Event::Text(t) if depth == 0 && !t.as_ref().trim().is_empty() => return None,
            Event::Eof => return (depth == 0).then_some(out),
            _ => {}
        }
    }
}

fn names(e: &quick_xml::events::BytesStart) -> Option<String> {
    let mut out = e.name().as_ref().to_owned();
    for attribute in e.attributes() {
        out.push(' ');
        out.push_str(attribute.ok()?.key.as_ref());
    }
    Some(out)
}

/// An XML document keeps its elements and attributes.
pub fn xml(data: &[u8]) {
    if std::str::from_utf8(data).is_err() {
        return;
    }
    let Some(before) = outline(data) else {
        log(data);
        return;
    };
    let out = log(data);
    assert_eq!(Some(before), outline(&out), "the tree changed");
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(data).expect("writing to memory");
    packer.finish().expect("writing to memory")
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(data).expect("writing to memory");
    packer.finish().expect("writing to memory")
}

/// Encodings around encodings: the first byte tells which, the rest is the innermost text.
pub fn nested(data: &[u8]) {
    use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
    let Some((layers, rest)) = data.split_first() else {
        return;
    };
    let mut layers = *layers;
    let mut text = rest.to_vec();
    for _ in 0..3 {
        text = match layers % 6 {
            0 => BASE64.encode(&text).into_bytes(),
            1 => BASE64URL_NOPAD.encode(&text).into_bytes(),
            2 => HEXLOWER.encode(&text).into_bytes(),
            3 => BASE64.encode(&zlib(&text)).into_bytes(),
            4 => BASE64.encode(&gzip(&text)).into_bytes(),
            _ => serde_json::to_vec(&String::from_utf8_lossy(&text)).unwrap_or_default(),
        };
        layers /= 6;
        if layers == 0 {
            break;
        }
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    for line in [
        format!("DBG Parameter 3: --tags64\nDBG Parameter 4: {text}\n"),
        format!("DBG In hex: {}", HEXUPPER.encode(rest)),
        format!("Authorization: Bearer {text}"),
        format!("GET /cb?SAMLRequest={text}&context={text}"),
        format!("eyJhbGciOiJub25lIn0.{text}.x"),
        text,
    ] {
        log(line.as_bytes());
    }
}

/// Openings of the places that walkers look around.
const PLACES: &[&str] = &[
    "Cookie: ",
    "Set-Cookie: ",
    "https://",
    "s3://",
    "ascp -W ",
    "curl -u ",
    "-----BEGIN RSA PRIVATE KEY-----\n",
    "PuTTY-User-Key-File-3: ",
    "{\"password\":",
    "{\"name\":\"token\",\"value\":",
    "<password>",
    "<add key=\"password\" value=",
    "password: |\n",
    "Authorization: Digest ",
    "Authorization: ",
    "user=",
    "DBG open_sess: ",
    "-rw-r--r-- 1 ",
    "sudo: ",
    "<151>1 2026-11-21T21:23:29.298002-08:00 ",
    "Nov 22 05:23:33 ",
    "C:\\Users\\",
    "/home/",
    "docroot=",
    "\"metadata\":{",
    "\"cookies\":[",
    "eyJ",
    "aspera.faspex20:",
    "fe80::",
    "a@",
    "%40",
    "1.2.3.",
    "~secret.password.",
    "lic=1:2:",
    "GET /packages/public/receive?token=",
    "mysql -u ",
    "asnodeadmin -a ",
    "cookie=\"",
    "&quot;password&quot;:&quot;",
    "%22password%22%3A%22",
    "\\\"password\\\":\\\"",
];

/// The text behind the opening of a place, and before its end.
pub fn places(data: &[u8]) {
    let Some((place, rest)) = data.split_first() else {
        return;
    };
    let opening = PLACES[usize::from(*place) % PLACES.len()];
    let mut line = opening.as_bytes().to_vec();
    line.extend_from_slice(rest);
    log(&line);
    line.extend_from_slice(b"\n-----END RSA PRIVATE KEY-----\n</password>\"}]");
    log(&line);
}

/// A line of its own with a password: whatever stands on the lines around it, the password goes.
pub fn planted(data: &[u8]) {
    const SECRET: &[u8] = b"Kq7vZr2mXw9tBn4c";
    if data.windows(SECRET.len()).any(|w| w == SECRET) {
        return;
    }
    let half = data.len() / 2;
    let mut text = data[..half].to_vec();
    text.extend_from_slice(
        b"\n2026-11-21 21:23:33.343 [a0e-4ab3c740] LOG proxy password=Kq7vZr2mXw9tBn4c ok\n",
    );
    text.extend_from_slice(&data[half..]);
    let out = log(&text);
    assert!(
        !out.windows(SECRET.len()).any(|w| w == SECRET),
        "the password is left"
    );
}

fn read_all<R: Read>(mut from: R) -> Vec<u8> {
    let mut out = Vec::new();
    let mut step = [0; 4096];
    while let Ok(n @ 1..) = from.read(&mut step) {
        out.extend_from_slice(&step[..n]);
        if out.len() > 4 << 20 {
            break;
        }
    }
    out
}

/// Packed and encoded files: no panic, and no more than the limits allow.
pub fn decoded(data: &[u8]) {
    let limits = DecodeLimits {
        max_output: 1 << 20,
        max_ratio: 200,
        max_memory: 8 << 20,
    };
    for body in [data.to_vec(), gzip(data), wide(data)] {
        let Ok(file) = Decoded::open_with(Cursor::new(body), limits.clone()) else {
            continue;
        };
        let (encoding, out) = (file.encoding(), read_all(file));
        assert!(
            out.len() as u64 <= limits.max_output + (64 << 10),
            "more than allowed"
        );
        let _ = text::encode_back(encoding, out, true);
    }
}

fn wide(data: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(data);
    [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect()
}

/// Blocks joined are the text, lines are counted right, in all ways to cut; each block is redacted alone.
pub fn blocks(data: &[u8]) {
    let Some((sizes, data)) = data.split_first_chunk::<3>() else {
        return;
    };
    let limits = Limits {
        block: usize::from(sizes[0]),
        longest_line: 16 * usize::from(sizes[1]) + 1,
        group: 4 * usize::from(sizes[2]),
    };
    for cut in [CutAt::Lines, CutAt::Json, CutAt::Whole] {
        let mut reader = BlockReader::new(data, cut, limits.clone());
        let (mut joined, mut held, mut number) = (Vec::new(), 0, 0);
        let ended = loop {
            match reader.next(Vec::new()) {
                Ok(Some(block)) => {
                    assert_eq!(block.number, number);
                    number += 1;
                    held += block.held.len();
                    log(&block.bytes);
                    joined.extend_from_slice(&block.bytes);
                }
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        if ended && held == 0 {
            assert_eq!(joined, data, "blocks are not the text");
        }
    }
}

/// A text as a HAR: a valid one comes out as it went in, or valid with what was too long left out; a torn one
/// comes out with closed brackets; the pieces are in order and within their limits.
pub fn har_cutter(data: &[u8]) {
    let Some((&size, data)) = data.split_first() else {
        return;
    };
    let limits = Limits {
        block: 64 + usize::from(size),
        longest_line: 600,
        group: 1,
    };
    for text in [data.to_vec(), [b"{\"log\":{\"entries\":[", data].concat()] {
        let valid = serde_json::from_slice::<Value>(&text).is_ok();
        let mut reader = BlockReader::new(&text[..], CutAt::Har, limits.clone());
        let (mut joined, mut held) = (Vec::new(), 0);
        let trouble = loop {
            match reader.next(Vec::new()) {
                Ok(Some(block)) => {
                    assert!(block.har.is_some());
                    held += block.held.len();
                    joined.extend_from_slice(&block.bytes);
                }
                Ok(None) => break None,
                Err(error) => break Some(error),
            }
        };
        if valid && matches!(trouble, None | Some(TextError::NotHar { .. })) && held == 0 {
            assert!(joined == text || joined.is_empty(), "blocks are not the text");
        }
        if valid && !joined.is_empty() {
            serde_json::from_slice::<Value>(&joined).expect("a valid trace stays valid");
        }
    }
}

/// Any bytes as a zip.
pub fn zip(data: &[u8]) {
    let limits = verify::Limits {
        entry_bytes: 1 << 20,
        total_bytes: 4 << 20,
        ..verify::Limits::default()
    };
    let report = verify::verify(Cursor::new(data), None, &[], &limits);
    assert!(
        !report.is_clean() || data.len() > 21,
        "nothing is no clean bundle"
    );
    let _ = verify::kept(Cursor::new(data), &limits);
}

/// A sound zip with any manifest.
pub fn manifest(data: &[u8]) {
    let mut writer = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = ::zip::write::SimpleFileOptions::default();
    for (name, body) in [("b/case.json", &b"{}"[..]), ("b/manifest.json", data)] {
        writer.start_file(name, options).expect("writing to memory");
        writer.write_all(body).expect("writing to memory");
    }
    let zip = writer.finish().expect("writing to memory").into_inner();
    let limits = verify::Limits::default();
    let _ = verify::verify(Cursor::new(&zip), None, &[], &limits);
    let _ = verify::kept(Cursor::new(&zip), &limits);
}

/// The leak scanner: no panic, finds inside the text, a planted key is always told.
pub fn scan(data: &[u8]) {
    let lines = count_newlines(data) + 1;
    verify::scan_text(data, None, &[], &mut |hit| {
        assert!(hit.at <= data.len() as u64 && hit.line >= 1 && hit.line <= lines);
    });
    let mut text = data.to_vec();
    text.extend_from_slice(b"\n\nAKIAQ3EGRZ5XUHTWBL2M\n");
    let mut any = false;
    verify::scan_text(&text, None, &[], &mut |_| any = true);
    assert!(any, "a planted key was not told");
}

/// Beginnings of lines as time stamps.
pub fn stamp(data: &[u8]) {
    if let Some(stamp) = text::parse(data) {
        let newest = jiff::civil::date(2026, 11, 22).at(0, 0, 0, 0);
        let _ = text::place_year(stamp, newest);
        let _ = text::to_utc(stamp, &jiff::tz::TimeZone::UTC);
    }
}

/// The reader of `aspera.conf`.
pub fn aspera_conf(data: &[u8]) {
    let _ = aspera_conf::log_directories(data);
    run(data, Dialect::Config);
}

/// Pseudonyms are found where they begin, end with a tilde, and are never cut again.
pub fn pseudonym(data: &[u8]) {
    for at in 0..data.len() {
        if let Some(end) = find_at(data, at) {
            assert!(end > at + 2 && data[at] == b'~' && data[end - 1] == b'~');
            assert!(is_pseudonym(&data[at..end]));
        }
    }
    if is_pseudonym(data) {
        assert_eq!(log(data), data, "a pseudonym was cut");
    }
    let names = Pseudonyms::new(&Key::new([3; 32]));
    for made in [
        names.user(data),
        names.secret("password", data),
        names.email(data, data),
        names.host(data).0,
        names.plain("person", data),
        names.token("token.atm2", data),
        names.basic(data, data),
    ] {
        assert!(
            is_pseudonym(made.as_bytes()) || !made.contains('~'),
            "not known again: {made}"
        );
    }
}

/// Any rule table: refused or usable, never a panic.
pub fn rules(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(rules) = Rules::from_toml(text) {
        let redactor = Redactor::new(
            Arc::new(rules),
            Pseudonyms::new(&Key::new([3; 32])),
            Level::Strict,
        );
        redactor.block(
            b"user=ana password=Kq7vZr2mXw9tBn4c host=edit7.acme.example",
            Dialect::Log,
            &mut Tally::default(),
        );
    }
}

/// Gives its text in small pieces.
struct Pieces<'a>(&'a [u8]);

impl Read for Pieces<'_> {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.len().min(buf.len()).min(7);
        buf[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

/// Network traces and logs say the same about a case however they are cut, and no damage is too much.
pub fn har_facts(data: &[u8]) {
    let har = |text: &mut dyn Read| {
        let mut facts = CaseFacts::default();
        read_har(&mut facts, text, "a.har").expect("memory does not fail");
        facts
    };
    assert_eq!(har(&mut &data[..]), har(&mut Pieces(data)), "the cut tells");
    let log = |text: &mut dyn Read| {
        let mut facts = CaseFacts::default();
        read_log(&mut facts, text, "a.log", &|_| None).expect("memory does not fail");
        facts
    };
    assert_eq!(log(&mut &data[..]), log(&mut Pieces(data)), "the cut tells");
    let clean = STANDARD.block(data, Dialect::Log, &mut Tally::default());
    let mut observations = Observations::default();
    observations.add_har("a.har", observe_har(&clean, b"", 1));
    observations.add_har("a.har", observe_har(&clean, b"{\"log\":{\"entries\":[", 1));
    let _ = serde_json::to_string(&conclude(observations).network).expect("it is plain data");
}
