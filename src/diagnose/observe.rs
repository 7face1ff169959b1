//! Facts of one block, seen in the same pass while the block is in the cache. One vector search finds the few
//! lines that may tell something; only those are taken apart.
use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use aho_corasick::packed::{Config, MatchKind, Searcher};

use super::grammar::path_break::{InPath, is_whole, names_path, torn};
use super::grammar::{
    Body, Frame, Level, Line, Program, Spec, Told, Uuid, body, first_uuid, frame, is_level_line,
    kept, line, lossy, spec,
};
use crate::redact::Redacted;
use crate::text::Stamp;

/// What the lines of interest hold. Each begins with letters that are rare in logs, so that few other lines are
/// looked at.
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

/// The needle of sessions in the line of parameters, which are told at the end as at the beginning.
const PARAMS: &[u8] = b"P Session Params ";
/// Bytes of a block's beginning that are searched for debug lines.
const DEBUG_LOOK: usize = 16 * 1024;
/// Bytes that the stamps of two lines of one log have in common.
const ALIKE: usize = 8;
/// Most lines without a prefix that continue an error, and their bytes.
const CONTINUED: (usize, usize) = (8, 1200);
/// Bytes and lines around a line of a transfer spec that may belong to it.
const SPEC_LOOK: (usize, usize) = (8 * 1024, 60);
/// How many lines back a line may have been torn by a newline in a path.
const TORN_LOOK: usize = 6;

enum Search {
    Packed(Searcher),
    Table(AhoCorasick),
    None,
}

static SEARCH: LazyLock<Search> = LazyLock::new(|| {
    let packed = Config::new()
        .match_kind(MatchKind::LeftmostFirst)
        .builder()
        .extend(NEEDLES)
        .build();
    match packed {
        Some(searcher) => Search::Packed(searcher),
        None => AhoCorasick::new(NEEDLES).map_or(Search::None, Search::Table),
    }
});

/// A fact that one line, or one short block of lines, tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Line in the entry, from 1.
    pub line: u64,
    pub(super) stamp: Option<Stamp>,
    pub(super) pid: Option<u32>,
    pub(super) program: Program,
    pub(super) fact: Fact,
}

/// What was told.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fact {
    Body(Body),
    /// A line at level error or warning that is none of the known bodies.
    Text {
        uuid: Option<Uuid>,
        warning: bool,
        text: String,
    },
    Frame(Box<Frame>),
    /// A transfer spec, and the session that the line names.
    Spec {
        uuid: Option<Uuid>,
        spec: Box<Spec>,
    },
    /// A token with a known end, in the line of a process.
    Token(String),
    /// Lines at debug level are here.
    Debug,
}

/// What a redacted block shows; `first_line` is the number of its first line in the entry.
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
            program: Program::Other,
            fact: Fact::Debug,
        });
    }
    let mut view = View {
        text,
        from: 0,
        counted: (0, first_line),
        told: Told::default(),
        whole: usize::MAX,
    };
    while let Some(at) = view.next() {
        let end = view.end_of_line(at);
        view.from = end;
        let words = view.slice(at, end);
        if words.starts_with(PARAMS) && view.told.knows_params(words) {
            continue;
        }
        let start = memchr::memrchr(b'\n', text.get(..at).unwrap_or_default()).map_or(0, |i| i + 1);
        let seen = view.look(start, end);
        found.extend(seen);
    }
    found
}

/// A block and how far it was looked at.
struct View<'a> {
    text: &'a [u8],
    from: usize,
    /// A place in the block and the number of its line.
    counted: (usize, u64),
    told: Told<'a>,
    /// A line before which none broke off.
    whole: usize,
}

impl<'a> View<'a> {
    /// The next place that holds one of the needles.
    fn next(&self) -> Option<usize> {
        let rest = self.text.get(self.from..)?;
        let at = match &*SEARCH {
            Search::Packed(search) => search.find(rest)?.start(),
            Search::Table(search) => search.find(rest)?.start(),
            Search::None => return None,
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
        if weighs(&fact) {
            if self.is_torn_rest(start) {
                return None;
            }
            // Neither did this one break off, if it has no path.
            if !names_path(&taken.text) {
                self.whole = end + 1;
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

    fn fact(&mut self, taken: &Line<'a>, start: usize, end: usize) -> Option<Fact> {
        if taken.level == Level::Debug {
            return token(taken);
        }
        if taken.level == Level::Error {
            let text = self.continued(taken, start, end);
            return Some(match self.body(&text) {
                Some(body) => Fact::Body(body),
                None => Fact::Text {
                    uuid: first_uuid(&text),
                    warning: false,
                    text: kept(&text),
                },
            });
        }
        let found = self.body(&taken.text);
        // On a terminal only what begins as the program begins it is its word: the rest is anybody's text.
        if found.is_some() {
            return found.map(Fact::Body);
        }
        if taken.level == Level::Warning {
            return Some(Fact::Text {
                uuid: first_uuid(&taken.text),
                warning: true,
                text: kept(&taken.text),
            });
        }
        None
    }

    #[expect(
        clippy::ptr_arg,
        reason = "only what stands in the block is remembered"
    )]
    fn body(&mut self, text: &Cow<'a, str>) -> Option<Body> {
        match text {
            Cow::Borrowed(text) => body(text, &mut self.told),
            Cow::Owned(text) => body(text, &mut Told::default()),
        }
    }

    /// An error's text with the lines behind it that have no prefix of their own.
    fn continued(&self, taken: &Line<'a>, start: usize, end: usize) -> Cow<'a, str> {
        let text = &taken.text;
        // Lines of one log begin alike: most are told by that.
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
        // The lines of the frame are not looked at again for the sake of their words.
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
            program: Program::Other,
            fact: Fact::Frame(Box::new(found)),
        })
    }

    /// A transfer spec on the line, or in the block of lines without prefix that the line stands in.
    fn spec(&mut self, taken: &Line<'_>, start: usize, end: usize) -> Option<Observation> {
        let telling = taken.text.contains("fer_id") || taken.text.contains("ckage_id");
        if !telling {
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

    /// True for a line that a newline in somebody's path made: a line before it broke off in a path, and its
    /// rest has not come yet. A line that was cut has no rest: what follows it stands for itself.
    fn is_torn_rest(&mut self, start: usize) -> bool {
        let mut at = start;
        for _ in 0..TORN_LOOK {
            // Errors stand close together: what was looked at for the last one is not looked at again.
            let Some(end) = at.checked_sub(1).filter(|_| at != self.whole) else {
                break;
            };
            let begin = memchr::memrchr(b'\n', self.slice(0, end)).map_or(0, |i| i + 1);
            if let Some(path) = torn(self.slice(begin, end)) {
                return self.rest_of(path, at).is_some_and(|rest| start <= rest);
            }
            at = begin;
        }
        self.whole = start;
        false
    }

    /// Where the line begins that has the rest of a torn one.
    fn rest_of(&self, path: &InPath, from: usize) -> Option<usize> {
        let mut at = from;
        for _ in 0..2 * TORN_LOOK {
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

/// True for facts that make a failure: only these are worth forging, and few lines tell them.
fn weighs(fact: &Fact) -> bool {
    match fact {
        Fact::Body(Body::Session(told)) => !matches!(told.status.as_str(), "started" | "success"),
        Fact::Body(
            Body::Params { .. } | Body::Statistics(_) | Body::Began { .. } | Body::Auth { .. },
        ) => false,
        _ => true,
    }
}

fn observation(line: u64, taken: &Line<'_>, fact: Fact) -> Observation {
    Observation {
        line,
        stamp: taken.stamp,
        pid: taken.pid,
        program: taken.program,
        fact,
    }
}

/// A token whose end is known, in the line of a process.
fn token(taken: &Line<'_>) -> Option<Fact> {
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
