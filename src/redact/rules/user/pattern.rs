//! Patterns of one's own: compiled by the linear-time engine, tried on each line by itself.
//!
//! The engine finds the literals that a pattern needs by itself and jumps from one to the next; a pattern
//! without any (`[A-Z]{2}[0-9]{6}`) costs one more walk over every byte of the evidence.
use std::ops::Range;

use regex_automata::Input;
use regex_automata::meta::Regex;
use regex_automata::util::captures::Captures;
use regex_automata::util::syntax;

use super::error::UserRuleError;
use crate::redact::rules::compiled::{Kind, RuleId};

/// Most memory of a compiled pattern: 1 MiB.
const LARGEST: usize = 1 << 20;
/// Longest pattern.
const LONGEST: usize = 4096;

/// One compiled pattern.
pub(in crate::redact) struct Pattern {
    pub(in crate::redact) id: RuleId,
    pub(in crate::redact) kind: Kind,
    regex: Regex,
    /// Group that is cut; 0 for all of it.
    group: usize,
}

impl Pattern {
    pub(in crate::redact) fn compile(
        pattern: &str,
        id: RuleId,
        kind: Kind,
    ) -> Result<Self, UserRuleError> {
        if pattern.len() > LONGEST {
            return Err(UserRuleError::TooLarge);
        }
        // As the built-in shapes, and `^`, `$` and `.` know lines of both ends.
        let config = syntax::Config::new()
            .unicode(false)
            .utf8(false)
            .multi_line(true)
            .crlf(true);
        let hir = syntax::parse_with(pattern, &config).map_err(|e| fault(&e))?;
        if hir.properties().minimum_len().is_none_or(|n| n == 0) {
            return Err(UserRuleError::MatchesNothing);
        }
        if hir.properties().look_set().contains_anchor_haystack() {
            return Err(UserRuleError::Anchored);
        }
        let regex = Regex::builder()
            .configure(
                Regex::config()
                    .utf8_empty(false)
                    .hybrid_cache_capacity(1 << 20)
                    .nfa_size_limit(Some(LARGEST)),
            )
            .build_from_hir(&hir)
            .map_err(|_| UserRuleError::TooLarge)?;
        let group = regex
            .group_info()
            .to_index(regex_automata::PatternID::ZERO, "v")
            .unwrap_or(0);
        Ok(Self {
            id,
            kind,
            regex,
            group,
        })
    }

    /// Calls `each` for every value. A match never reaches over a line's end: from the first that would, the
    /// lines are tried one by one.
    pub(in crate::redact) fn values(&self, text: &[u8], mut each: impl FnMut(Range<usize>)) {
        let mut captures = self.regex.create_captures();
        let mut from = 0;
        while from <= text.len() {
            self.regex
                .search_captures(&Input::new(text).range(from..), &mut captures);
            let Some(found) = captures.get_match() else {
                return;
            };
            if memchr::memchr(b'\n', &text[found.range()]).is_some() {
                let line = memchr::memrchr(b'\n', &text[..found.start()]).map_or(0, |i| i + 1);
                return self.by_line(text, from.max(line), &mut captures, &mut each);
            }
            self.tell(&captures, &mut each);
            from = found.end().max(from + 1);
        }
    }

    fn by_line(
        &self,
        text: &[u8],
        from: usize,
        captures: &mut Captures,
        each: &mut impl FnMut(Range<usize>),
    ) {
        let mut from = from;
        while from < text.len() {
            let end = memchr::memchr(b'\n', &text[from..]).map_or(text.len(), |i| from + i);
            let mut at = from;
            while at <= end {
                self.regex
                    .search_captures(&Input::new(text).range(at..end), captures);
                let Some(found) = captures.get_match() else {
                    break;
                };
                self.tell(captures, each);
                at = found.end().max(at + 1);
            }
            from = end + 1;
        }
    }

    fn tell(&self, captures: &Captures, each: &mut impl FnMut(Range<usize>)) {
        if let Some(value) = captures.get_group(self.group)
            && value.start < value.end
        {
            each(value.range());
        }
    }
}

/// What the parser says, without the pattern, which may hold a value.
fn fault(error: &regex_syntax::Error) -> UserRuleError {
    let (reason, column) = match error {
        regex_syntax::Error::Parse(e) => (e.kind().to_string(), e.span().start.column),
        regex_syntax::Error::Translate(e) => (e.kind().to_string(), e.span().start.column),
        _ => ("it is not understood".to_owned(), 1),
    };
    UserRuleError::Regex { reason, column }
}
