//! Facts of one block, seen in the same pass while the block is in the cache.
use crate::redact::Redacted;

/// A line that says that a FASP session failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Line in the entry, from 1.
    pub line: u64,
    /// Session uuid.
    pub session: String,
    /// Error code, as the line has it.
    pub code: Option<i64>,
    /// Error text, as the line has it.
    pub text: String,
    /// What the line is: the peer's own words tell more than the code's standard text.
    pub detail: bool,
}

/// What a redacted block shows; `first_line` is the number of its first line in the entry.
#[must_use]
pub fn observe(block: &Redacted, first_line: u64) -> Vec<Observation> {
    let text = block.as_bytes();
    let mut found = Vec::new();
    let mut counted = (0usize, first_line);
    for at in memchr::memmem::find_iter(text, b"FASP Session ") {
        let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |i| i + 1);
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |i| at + i);
        let Some(mut observation) = session_line(&text[at..end]) else {
            continue;
        };
        counted.1 += memchr::memchr_iter(b'\n', &text[counted.0..start]).count() as u64;
        counted.0 = start;
        observation.line = counted.1;
        found.push(observation);
    }
    found
}

/// `FASP Session Stop uuid=… status=failed errcode=N errstr="…"`, or `FASP Session Peer Error id=… (error N, …)`.
fn session_line(line: &[u8]) -> Option<Observation> {
    let line = String::from_utf8_lossy(line);
    if let Some(at) = line.find(" Error id=") {
        let rest = &line[at + 10..];
        let session = rest.split([' ', '(']).next().unwrap_or_default().to_owned();
        let body = rest.split_once("(error ")?.1;
        let (code, text) = body.split_once(", ")?;
        let text = text.trim_end().strip_suffix(')').unwrap_or(text).to_owned();
        return uuid(&session).then(|| Observation {
            line: 0,
            session,
            code: code.trim().parse().ok(),
            text,
            detail: true,
        });
    }
    let failed = line.contains(" status=failed") || line.contains(" status=error");
    if !failed || !(line.starts_with("FASP Session Stop") || line.starts_with("FASP Session Start"))
    {
        return None;
    }
    let session = value(&line, "uuid=")?.to_owned();
    let text = line
        .split_once("errstr=\"")
        .and_then(|(_, r)| r.split('"').next())
        .unwrap_or_default()
        .to_owned();
    let code = value(&line, "errcode=").and_then(|c| c.parse().ok());
    uuid(&session).then_some(Observation {
        line: 0,
        session,
        code,
        text,
        detail: false,
    })
}

fn value<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.split_once(key)
        .and_then(|(_, rest)| rest.split_ascii_whitespace().next())
}

fn uuid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}
