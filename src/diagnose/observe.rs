//! Facts of one block of a log, found while the block is in the cache. One vectorized search finds the few lines that
//! can matter; only those are parsed.
use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use aho_corasick::packed::{Config, MatchKind, Searcher};

use super::grammar::{
    AscpLine, LogLevel, LogLine, LogProgram, ManagementFrame, PathField, SeenSessions, Spec, Uuid,
    body, broken_in, contains_path, first_uuid, frame, is_level_line, is_whole, kept, line, lossy,
    spec,
};
use crate::redact::Redacted;
use crate::text::Stamp;

/// What the relevant lines contain. Each begins with letters that are rare in logs, so that few other lines match.
const NEEDLES: &[&str] = &[
    "P Session ",
    "SPMGR 2",
    "ERR",
    "Init",
    "AUTH [",
    "Stop  (E",
    "xiting.",
    "s=failed",
    "s=error",
    "packet for",
    "Falling back",
    "tp_session=",
    "sfers failed ",
    "cap to ",
    "fer_id",
    "ckage_id",
    ".exp-",
    "bearer token",
    "[ERROR]",
    "FATAL",
    "FATL",
    ":\"error\"",
    ":\"fatal\"",
    "WARN",
    "\"warning\"",
];

/// The beginning of a line of parameters, which is logged at the start and at the end of a session.
const PARAMS: &[u8] = b"P Session Params ";
/// Bytes at the start of a block that are searched for debug lines.
const DEBUG_LOOK: usize = 16 * 1024;
/// Bytes that the time stamps of two lines of one log have in common.
const ALIKE: usize = 8;
/// Most lines without a prefix that continue an error, and their bytes.
const CONTINUED: (usize, usize) = (8, 1200);
/// Bytes and lines around a line of a transfer spec that may belong to it.
const SPEC_LOOK: (usize, usize) = (8 * 1024, 60);
/// How many lines before a line are searched for a path that contains a newline.
const PATH_LOOK: usize = 6;

enum LineSearch {
    Packed(Searcher),
    Table(AhoCorasick),
    None,
}

static SEARCH: LazyLock<LineSearch> = LazyLock::new(|| {
    let packed = Config::new()
        .match_kind(MatchKind::LeftmostFirst)
        .builder()
        .extend(NEEDLES)
        .build();
    match packed {
        Some(searcher) => LineSearch::Packed(searcher),
        None => AhoCorasick::new(NEEDLES).map_or(LineSearch::None, LineSearch::Table),
    }
});

/// A fact of one line, or of one short block of lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Line in the entry, from 1.
    pub line: u64,
    pub(super) stamp: Option<Stamp>,
    pub(super) pid: Option<u32>,
    pub(super) program: LogProgram,
    pub(super) fact: Fact,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fact {
    Ascp(AscpLine),
    /// A line at level error or warning that is no known message of ascp.
    Text {
        uuid: Option<Uuid>,
        warning: bool,
        text: String,
    },
    Frame(Box<ManagementFrame>),
    /// A transfer spec, and the session that the line names.
    Spec {
        uuid: Option<Uuid>,
        spec: Box<Spec>,
    },
    /// A token with a known expiry, in the line of a process.
    Token(String),
    /// Lines at debug level are here.
    Debug,
}

/// The facts of a redacted block; `first_line` is the number of its first line in the entry.
#[must_use]
pub fn observe(block: &Redacted, first_line: u64) -> Vec<Observation> {
    let text = block.as_bytes();
    let mut found = Vec::new();
    let head = text.get(..DEBUG_LOOK).unwrap_or(text);
    if memchr::memmem::find(head, b" DBG ").is_some() {
        found.push(Observation {
            line: first_line,
            stamp: None,
            pid: None,
            program: LogProgram::Other,
            fact: Fact::Debug,
        });
    }
    let mut scan = BlockScan {
        text,
        from: 0,
        counted: (0, first_line),
        seen: SeenSessions::default(),
        checked: usize::MAX,
    };
    while let Some(at) = scan.next() {
        let end = scan.end_of_line(at);
        scan.from = end;
        let words = scan.slice(at, end);
        if words.starts_with(PARAMS) && scan.seen.knows_params(words) {
            continue;
        }
        let start = memchr::memrchr(b'\n', text.get(..at).unwrap_or_default()).map_or(0, |i| i + 1);
        let seen = scan.look(start, end);
        found.extend(seen);
    }
    found
}

/// A block, and how far it has been searched.
struct BlockScan<'a> {
    text: &'a [u8],
    from: usize,
    /// A place in the block and the number of its line.
    counted: (usize, u64),
    seen: SeenSessions<'a>,
    /// The start of a line before which no line ends inside a path.
    checked: usize,
}

impl<'a> BlockScan<'a> {
    /// The offset of the next match.
    fn next(&self) -> Option<usize> {
        let rest = self.text.get(self.from..)?;
        let at = match &*SEARCH {
            LineSearch::Packed(search) => search.find(rest)?.start(),
            LineSearch::Table(search) => search.find(rest)?.start(),
            LineSearch::None => return None,
        };
        Some(self.from + at)
    }

    fn end_of_line(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.text.len(), |i| at + i)
    }

    fn slice(&self, from: usize, to: usize) -> &'a [u8] {
        self.text.get(from..to).unwrap_or_default()
    }

    fn number(&mut self, start: usize) -> u64 {
        if start >= self.counted.0 {
            let between = self.slice(self.counted.0, start);
            self.counted.1 += memchr::memchr_iter(b'\n', between).count() as u64;
        } else {
            let between = self.slice(start, self.counted.0);
            let back = memchr::memchr_iter(b'\n', between).count() as u64;
            return self.counted.1.saturating_sub(back);
        }
        self.counted.0 = start;
        self.counted.1
    }

    fn look(&mut self, start: usize, end: usize) -> Option<Observation> {
        let bytes = self.slice(start, end);
        if bytes.starts_with(b"FASPMGR 2") {
            return self.frame(start);
        }
        let taken = line(bytes);
        let fact = match self.fact(&taken, start, end) {
            Some(fact) => fact,
            None => return self.spec(&taken, start, end),
        };
        if is_failure(&fact) {
            if self.is_forged(start) {
                return None;
            }
            // Nor does this line, if it contains no path.
            if !contains_path(&taken.text) {
                self.checked = end + 1;
            }
        }
        let line = self.number(start);
        Some(Observation {
            line,
            stamp: taken.stamp,
            pid: taken.pid,
            program: taken.program,
            fact,
        })
    }

    fn fact(&mut self, taken: &LogLine<'a>, start: usize, end: usize) -> Option<Fact> {
        if taken.level == LogLevel::Debug {
            return token(taken);
        }
        if taken.level == LogLevel::Error {
            let text = self.continued(taken, start, end);
            return Some(match self.body(&text) {
                Some(body) => Fact::Ascp(body),
                None => Fact::Text {
                    uuid: first_uuid(&text),
                    warning: false,
                    text: kept(&text),
                },
            });
        }
        let found = self.body(&taken.text);
        // In a copy from a terminal only known messages count: the rest can be any text.
        if found.is_some() {
            return found.map(Fact::Ascp);
        }
        if taken.level == LogLevel::Warning {
            return Some(Fact::Text {
                uuid: first_uuid(&taken.text),
                warning: true,
                text: kept(&taken.text),
            });
        }
        None
    }

    #[expect(clippy::ptr_arg, reason = "only text of the block is remembered")]
    fn body(&mut self, text: &Cow<'a, str>) -> Option<AscpLine> {
        match text {
            Cow::Borrowed(text) => body(text, &mut self.seen),
            Cow::Owned(text) => body(text, &mut SeenSessions::default()),
        }
    }

    /// The text of an error, with the lines behind it that have no prefix of their own.
    fn continued(&self, taken: &LogLine<'a>, start: usize, end: usize) -> Cow<'a, str> {
        let text = &taken.text;
        // Lines of one log begin with similar time stamps: most lines need no other check.
        let begin = |at: usize| self.text.get(at..at + ALIKE);
        let own = begin(start);
        if taken.stamp.is_some() && own.is_some() && own == begin(end + 1) {
            return text.clone();
        }
        let mut more = String::new();
        let mut at = end + 1;
        for _ in 0..CONTINUED.0 {
            let stop = self.end_of_line(at.min(self.text.len()));
            let next = self.slice(at, stop);
            if next.is_empty() || more.len() + next.len() > CONTINUED.1 || is_level_line(next) {
                break;
            }
            more.push(' ');
            more.push_str(lossy(next).trim());
            at = stop + 1;
        }
        if more.is_empty() {
            text.clone()
        } else {
            Cow::Owned(format!("{text}{more}"))
        }
    }

    fn frame(&mut self, start: usize) -> Option<Observation> {
        let found = frame(self.slice(start, self.text.len()));
        // The lines of the frame are not searched again.
        let end = memchr::memmem::find(self.slice(start, self.text.len()), b"\n\n")
            .map_or(self.from, |at| start + at + 1);
        self.from = self.from.max(end);
        if !found.is_error && found.spec.is_none() {
            return None;
        }
        Some(Observation {
            line: self.number(start) + found.line,
            stamp: None,
            pid: None,
            program: LogProgram::Other,
            fact: Fact::Frame(Box::new(found)),
        })
    }

    /// A transfer spec on the line, or in the block of lines without prefix around it.
    fn spec(&mut self, taken: &LogLine<'_>, start: usize, end: usize) -> Option<Observation> {
        let has_tags = taken.text.contains("fer_id") || taken.text.contains("ckage_id");
        if !has_tags {
            let fact = token(taken)?;
            let line = self.number(start);
            return Some(observation(line, taken, fact));
        }
        if taken.stamp.is_some() {
            let spec = Box::new(spec(&taken.text)?);
            let uuid = first_uuid(&taken.text).filter(|id| Some(*id) != spec.xfer);
            let line = self.number(start);
            return Some(observation(line, taken, Fact::Spec { uuid, spec }));
        }
        let head = self.head(start)?;
        let last = self.tail(end);
        let block = self.slice(head, last);
        let head_end = self.end_of_line(head);
        let first = line(self.slice(head, head_end));
        first.stamp?;
        let spec = Box::new(spec(&lossy(block))?);
        self.from = self.from.max(last);
        let number = self.number(head);
        Some(observation(number, &first, Fact::Spec { uuid: None, spec }))
    }

    /// Where the block of lines that holds `start` begins: at its line with a prefix.
    fn head(&self, start: usize) -> Option<usize> {
        let least = start.saturating_sub(SPEC_LOOK.0);
        let mut at = start;
        for _ in 0..SPEC_LOOK.1 {
            let before = self.slice(least, at.checked_sub(1)?);
            let begin = memchr::memrchr(b'\n', before).map_or(least, |i| least + i + 1);
            if is_level_line(self.slice(begin, at - 1)) {
                return Some(begin);
            }
            if begin == least {
                return None;
            }
            at = begin;
        }
        None
    }

    fn tail(&self, end: usize) -> usize {
        let mut at = end;
        for _ in 0..SPEC_LOOK.1 {
            let next = self.end_of_line((at + 1).min(self.text.len()));
            if next <= at || next - end > SPEC_LOOK.0 || is_level_line(self.slice(at + 1, next)) {
                break;
            }
            at = next;
        }
        at
    }

    /// True for a line that a newline in a file name made: a line before it ends inside a path, and the rest of that line
    /// is not before this one. A line that was cut off has no rest: then the next line is a real one.
    fn is_forged(&mut self, start: usize) -> bool {
        let mut at = start;
        for _ in 0..PATH_LOOK {
            // Errors are close together: lines that were checked for the last one are not checked again.
            let Some(end) = at.checked_sub(1).filter(|_| at != self.checked) else {
                break;
            };
            let begin = memchr::memrchr(b'\n', self.slice(0, end)).map_or(0, |i| i + 1);
            if let Some(path) = broken_in(self.slice(begin, end)) {
                return self.rest_of(path, at).is_some_and(|rest| start <= rest);
            }
            at = begin;
        }
        self.checked = start;
        false
    }

    /// The start of the line that has the rest of a line that ends inside a path.
    fn rest_of(&self, path: &PathField, from: usize) -> Option<usize> {
        let mut at = from;
        for _ in 0..2 * PATH_LOOK {
            let end = self.end_of_line(at.min(self.text.len()));
            let line = self.slice(at, end);
            if is_whole(line, path) || at >= self.text.len() {
                return None;
            }
            if memchr::memmem::find(line, path.rest).is_some() {
                return Some(at);
            }
            at = end + 1;
        }
        None
    }
}

/// True for facts that make a failure: only these are worth forging, and few lines have them.
fn is_failure(fact: &Fact) -> bool {
    match fact {
        Fact::Ascp(AscpLine::Session(line)) => {
            !matches!(line.status.as_str(), "started" | "success")
        }
        Fact::Ascp(
            AscpLine::Params { .. }
            | AscpLine::Statistics(_)
            | AscpLine::Began { .. }
            | AscpLine::Auth { .. },
        ) => false,
        _ => true,
    }
}

fn observation(line: u64, taken: &LogLine<'_>, fact: Fact) -> Observation {
    Observation {
        line,
        stamp: taken.stamp,
        pid: taken.pid,
        program: taken.program,
        fact,
    }
}

/// A token whose expiry is known, in the line of a process.
fn token(taken: &LogLine<'_>) -> Option<Fact> {
    let text = taken.text.as_ref();
    taken.pid?;
    if text.contains("fer_id") || text.contains("ckage_id") {
        let spec = Box::new(spec(text)?);
        return Some(Fact::Spec { uuid: None, spec });
    }
    let at = text.find(".exp-")?;
    let begin = text.get(..at)?.rfind('~')?;
    let end = at + text.get(at..)?.find('~')?;
    Some(Fact::Token(text.get(begin..=end)?.to_owned()))
}
