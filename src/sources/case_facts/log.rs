//! The case in a log: only lines with tags or cookies of transfers, and those that say that one failed.
use std::io::{self, Read};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use jiff::Timestamp;

use super::tags;
use super::tags::COOKIE;
use super::{CaseFacts, Sighting, Spot, see};
use crate::aoc::fields;

/// Bytes that are read at once.
const PIECE: usize = 256 << 10;
/// Longer lines are not looked into.
const LONGEST_LINE: usize = 128 << 10;

/// How the base64 of tags begins: `{"aspera"` with and without a blank.
const PACKED: &[&str] = &["eyJhc3BlcmEi", "eyAiYXNwZXJhI"];

static TELLING: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let mut words = vec![COOKIE, "package_id", "status=failed"];
    words.extend(PACKED);
    AhoCorasick::new(words).ok()
});

/// Reads a log that is planned as `entry`; `when` tells the time of a line.
///
/// # Errors
/// Those of the reader; what was found before stays.
pub fn read_log(
    facts: &mut CaseFacts,
    mut log: impl Read,
    entry: &str,
    when: &dyn Fn(&[u8]) -> Option<Timestamp>,
) -> io::Result<()> {
    let mut buffer: Vec<u8> = Vec::new();
    let mut lines = 0;
    loop {
        let kept = buffer.len();
        buffer.resize(kept + PIECE, 0);
        let n = match log.read(buffer.get_mut(kept..).unwrap_or_default()) {
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                buffer.truncate(kept);
                continue;
            }
            Err(error) => return Err(error),
        };
        buffer.truncate(kept + n);
        let whole = match memchr::memrchr(b'\n', &buffer) {
            Some(end) => end + 1,
            None if n == 0 || buffer.len() > LONGEST_LINE => buffer.len(),
            None => 0,
        };
        let text = buffer.get(..if n == 0 { buffer.len() } else { whole });
        let text = text.unwrap_or_default();
        lines = piece(facts, text, entry, lines, when);
        let done = text.len();
        buffer.drain(..done);
        if n == 0 {
            return Ok(());
        }
    }
}

/// Looks through whole lines; gives the number of lines so far.
fn piece(
    facts: &mut CaseFacts,
    text: &[u8],
    entry: &str,
    before: u64,
    when: &dyn Fn(&[u8]) -> Option<Timestamp>,
) -> u64 {
    let count = |part: &[u8]| memchr::memchr_iter(b'\n', part).count() as u64;
    let (mut line, mut counted, mut from) = (before, 0, 0);
    while let Some(found) = TELLING
        .as_ref()
        .and_then(|t| t.find(text.get(from..).unwrap_or_default()))
    {
        let at = from + found.start();
        let head = text.get(..at).unwrap_or_default();
        let start = memchr::memrchr(b'\n', head).map_or(0, |i| i + 1);
        let rest = text.get(at..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).map_or(text.len(), |i| at + i);
        line += count(text.get(counted..start).unwrap_or_default());
        counted = start;
        let own = text.get(start..end).unwrap_or_default();
        if own.len() <= LONGEST_LINE {
            learn(facts, own, entry, line + 1, when(own));
        }
        from = end.max(at + 1);
    }
    line + count(text.get(counted..).unwrap_or_default())
}

fn learn(facts: &mut CaseFacts, line: &[u8], entry: &str, number: u64, when: Option<Timestamp>) {
    let text = String::from_utf8_lossy(line);
    let at = |what| Spot {
        entry,
        line: number,
        what,
        when,
        failed: false,
    };
    if text.contains("status=failed") {
        facts.failure(Spot {
            failed: true,
            ..at("session")
        });
    }
    for (start, _) in text.match_indices(COOKIE) {
        let rest = text.get(start..).unwrap_or_default();
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '\\' | '<' | '&'))
            .unwrap_or(rest.len());
        tags::cookie(facts, rest.get(..end).unwrap_or_default(), at("cookie"));
    }
    for start in PACKED.iter().filter_map(|p| text.find(p)) {
        let packed = text.get(start..).unwrap_or_default();
        let json = tags::unpacked(packed).and_then(|t| serde_json::from_str(&t).ok());
        if let Some(json) = json {
            tags::learn(facts, &json, at("tags64"));
        }
    }
    if let Some(id) = fields::first(&text, "package_id").filter(|id| *id != "non_package") {
        let name = fields::first(&text, "package_name");
        see(
            &mut facts.packages,
            Sighting::of(id).named(name),
            at("tags"),
        );
        if let Some(id) = fields::first(&text, "workspace_id") {
            see(&mut facts.workspaces, Sighting::of(id), at("tags"));
        }
        if let Some(id) = fields::first(&text, "xfer_id") {
            see(&mut facts.transfers, Sighting::of(id), at("tags"));
        }
    }
}
