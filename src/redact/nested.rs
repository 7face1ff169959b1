//! Encoded text inside text: decoded, redacted, encoded again as it was; cut whole where it goes too deep.
use std::ops::Range;

use data_encoding::{HEXLOWER_PERMISSIVE, HEXUPPER};

use super::edits::{Rank, splice};
use super::engine::{DEEPEST, Dialect, Level, Pass};
use super::quote::Mark;
use super::rules::{Kind, RuleId};
use super::tokens;

fn is_base64(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_')
}

/// How far before a find the beginning of its line is looked for: log prefixes are shorter.
const LONGEST_PREFIX: usize = 512;
/// Base64 runs up to this length are looked into at each place that could be a beginning.
const SHORT_RUN: usize = 512;

impl Pass<'_> {
    /// `eyJ` was found at `at`: a JWT, or base64 of JSON.
    pub(super) fn base64_at(&mut self, at: usize) {
        let text = self.text;
        if at < self.marks.run || !text[at..].starts_with(b"eyJ") || self.inside_run(at) {
            return;
        }
        let run = text[at..].iter().take_while(|b| is_base64(**b)).count();
        if run > SHORT_RUN {
            self.marks.run = at + run;
        }
        if text.get(at + run) == Some(&b'.') && tokens::is_jwt(&text[at..=at + run]) {
            let whole = text[at..]
                .iter()
                .take_while(|b| is_base64(**b) || **b == b'.')
                .count();
            let token = text[at..at + whole].trim_suffix_dots();
            self.marks.run = at + whole;
            if token.contains(&b'.') {
                let rule = self.r.rules.id("jwt");
                self.replace(
                    &Kind::Secret("token".to_owned()),
                    at..at + token.len(),
                    Mark::None,
                    None,
                    rule,
                );
                return;
            }
        }
        let padding = text[at + run..]
            .iter()
            .take(2)
            .take_while(|b| **b == b'=')
            .count();
        if run < 12 {
            return;
        }
        let span = at..at + run + padding;
        let rule = self.r.rules.id("base64-json");
        // A run that was cut off is decoded up to its last whole group.
        let decoded = tokens::base64(&text[span.clone()])
            .or_else(|| tokens::base64(&text[at..at + run - run % 4]));
        match decoded {
            Some(inner) if std::str::from_utf8(&inner).is_ok() || run > 200 => {
                if let Some(clean) = self.inner(&inner, None) {
                    let like = text[span.clone()].to_vec();
                    self.edits.push(
                        span.start,
                        span.end,
                        Rank::Nested,
                        rule,
                        tokens::base64_like(&clean, &like),
                    );
                }
            }
            _ if run >= 40 => self.replace(
                &Kind::Secret("token".to_owned()),
                span,
                Mark::None,
                None,
                rule,
            ),
            _ => {}
        }
    }

    /// True if the byte before belongs to the same run: the find is not its beginning.
    fn inside_run(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|i| self.text[i]) else {
            return false;
        };
        let escape = at >= 3
            && self.text[at - 3] == b'%'
            && self.text[at - 2].is_ascii_hexdigit()
            && before.is_ascii_hexdigit();
        let json_escape =
            at >= 2 && self.text[at - 2] == b'\\' && matches!(before, b'n' | b't' | b'r' | b'/');
        is_base64(before) && before != b'/' && !escape && !json_escape
    }

    /// Redacts decoded text one level deeper; `None` if nothing changes.
    fn inner(&mut self, text: &[u8], whole: Option<Kind>) -> Option<Vec<u8>> {
        let rule = self.r.rules.id("base64-json");
        if self.depth >= DEEPEST {
            self.tally.count(rule);
            return Some(self.r.names.secret("nested", text).into_bytes());
        }
        let mut pass = Pass::new(self.r, text, self.tally, Dialect::Log, self.depth + 1);
        pass.run();
        if let Some(kind) = whole {
            pass.whole_value(&kind, 0..text.len(), rule);
        }
        let edits = std::mem::take(&mut pass.edits).settle(text);
        for edit in &edits {
            pass.tally.count(edit.rule);
        }
        (!edits.is_empty()).then(|| splice(text, &edits))
    }

    /// `In hex: ` was found at `at`: the hexadecimal copy of an argument.
    pub(super) fn hex_at(&mut self, at: usize) {
        let text = self.text;
        let start = at + 8;
        let run = text[start..]
            .iter()
            .take_while(|b| b.is_ascii_hexdigit())
            .count();
        let span = start..start + run - run % 2;
        if span.is_empty() {
            return;
        }
        let digits = &text[span.clone()];
        let Ok(inner) = HEXLOWER_PERMISSIVE.decode(digits) else {
            return;
        };
        let rule = self.r.rules.id("hex-copy");
        let whole = line_start(text, at)
            .and_then(|line| previous_line(text, line))
            .and_then(|p| self.argument_kind(p));
        if let Some(clean) = self.inner(&inner, whole) {
            let lower = digits.iter().any(u8::is_ascii_lowercase);
            let hex = if lower {
                data_encoding::HEXLOWER.encode(&clean)
            } else {
                HEXUPPER.encode(&clean)
            };
            self.edits
                .push(span.start, span.end, Rank::Nested, rule, hex);
        }
    }

    /// `Parameter N: value` of an argument dump was found at `at`.
    pub(super) fn parameter_at(&mut self, at: usize) {
        let Some(line) = line_start(self.text, at) else {
            return;
        };
        let Some(value) = parameter(self.text, line) else {
            return;
        };
        let rule = self.r.rules.id("argument-dump");
        if let Some(kind) = self.argument_kind(line..value.end) {
            self.whole_value(&kind, value, rule);
        }
    }

    /// A value whose place says what all of it is.
    fn whole_value(&mut self, kind: &Kind, value: Range<usize>, rule: RuleId) {
        match kind {
            Kind::Cookie => self.transfer_cookie(value, Mark::None, rule),
            Kind::Docroot | Kind::Path => {}
            kind => {
                let empty = self.r.rules.allow.empty_values.contains(
                    &self.text[value.start..value.end.min(value.start + 16)].to_ascii_lowercase(),
                );
                if !empty {
                    self.replace(kind, value, Mark::None, None, rule);
                }
            }
        }
    }

    /// What the argument of a `Parameter` line is, told by the option before it.
    fn argument_kind(&self, line: Range<usize>) -> Option<Kind> {
        parameter(self.text, line.start)?;
        let mut before = line.start;
        for _ in 0..3 {
            let previous = previous_line(self.text, before)?;
            before = previous.start;
            if let Some(option) = parameter(self.text, before) {
                return match &self.text[option] {
                    b"-W" => Some(Kind::Secret("token".to_owned())),
                    b"-u" | b"--user-string" => Some(Kind::Cookie),
                    [b'-', b'-', name @ ..] => {
                        let field = self.r.rules.field(name)?;
                        let used = field.kind != Kind::Never
                            && (!field.strict || self.r.level == Level::Strict);
                        used.then(|| field.kind.clone())
                    }
                    _ => None,
                };
            }
        }
        None
    }

    /// Counts and rule of a bare transfer cookie.
    pub(super) fn cookie_anchor_at(&mut self, at: usize) {
        let rule: RuleId = self.r.rules.id("cookie");
        self.bare_cookie_at(at, rule);
    }
}

/// The value of the `Parameter N: value` line that begins at `line`.
fn parameter(text: &[u8], line: usize) -> Option<Range<usize>> {
    let end = line_end(text, line);
    let body = &text[line..end];
    let word = memchr::memmem::find(&body[..body.len().min(200)], b"Parameter ")?;
    let digits = body[word + 10..]
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let from = word + 10 + digits;
    (digits > 0 && body[from..].starts_with(b": ")).then(|| line + from + 2..end)
}

/// Where the line of `at` begins, unless that is too far away to matter.
fn line_start(text: &[u8], at: usize) -> Option<usize> {
    let from = at.saturating_sub(LONGEST_PREFIX);
    memchr::memrchr(b'\n', &text[from..at])
        .map(|i| from + i + 1)
        .or((from == 0).then_some(0))
}

fn line_end(text: &[u8], at: usize) -> usize {
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |i| at + i);
    if end > at && text[end - 1] == b'\r' {
        end - 1
    } else {
        end
    }
}

fn previous_line(text: &[u8], line: usize) -> Option<Range<usize>> {
    let end = line.checked_sub(1)?;
    let start = memchr::memrchr(b'\n', &text[..end]).map_or(0, |i| i + 1);
    Some(start..end)
}

trait TrimDots {
    fn trim_suffix_dots(&self) -> &[u8];
}

impl TrimDots for [u8] {
    /// A full stop after a token ends the sentence, not the token.
    fn trim_suffix_dots(&self) -> &[u8] {
        let mut out = self;
        while let [rest @ .., b'.'] = out {
            out = rest;
        }
        out
    }
}
