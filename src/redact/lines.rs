//! The heads of lines: the host that syslog writes after the stamp.
use std::ops::Range;

use super::engine::Pass;

impl Pass<'_> {
    /// Every line's head.
    pub(super) fn line_heads(&mut self) {
        let text = self.text;
        let mut start = 0;
        loop {
            self.line_head(start);
            match memchr::memchr(b'\n', &text[start..]) {
                Some(i) => start += i + 1,
                None => return,
            }
        }
    }

    fn line_head(&mut self, start: usize) {
        let text = self.text;
        let Some(first) = text.get(start) else { return };
        let mut at = start;
        if *first == b'<' {
            // <pri> or <pri>1 of RFC 5424
            let digits = text[at + 1..]
                .iter()
                .take(3)
                .take_while(|b| b.is_ascii_digit())
                .count();
            if digits == 0 || text.get(at + 1 + digits) != Some(&b'>') {
                return;
            }
            at += digits + 2;
            if text[at..].starts_with(b"1 ") {
                at += 2;
            }
        }
        let Some(after) = stamp_end(text, at) else {
            return;
        };
        let host = word(text, after);
        if host.is_empty() || !names_a_program(text, host.end, *first == b'<') {
            return;
        }
        let name = &text[host.clone()];
        let plain = name
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
        if plain && name != b"-" {
            let rule = self.r.rules.id("syslog-host");
            self.host_edit(host, rule);
        }
    }
}

/// The position after a stamp of syslog and the blank behind it.
fn stamp_end(text: &[u8], at: usize) -> Option<usize> {
    let line = text.get(at..)?;
    let traditional = line.len() > 16
        && line[0].is_ascii_uppercase()
        && line[3] == b' '
        && line[6] == b' '
        && line[9] == b':'
        && line[12] == b':'
        && line[15] == b' ';
    if traditional {
        return Some(at + 16);
    }
    // journalctl's full form: `Sun 2026-11-22 05:23:33 UTC host tag`
    let full = line.len() > 28
        && line[3] == b' '
        && line[8] == b'-'
        && line[11] == b'-'
        && line[14] == b' '
        && line[17] == b':';
    if full {
        let zone = word(text, at + 24);
        return Some(zone.end + 1);
    }
    let iso = line.len() > 20
        && line[0].is_ascii_digit()
        && line[4] == b'-'
        && line[7] == b'-'
        && line[10] == b'T'
        && line[13] == b':';
    iso.then(|| word(text, at).end + 1)
}

fn word(text: &[u8], at: usize) -> Range<usize> {
    let len = text.get(at..).map_or(0, |rest| {
        rest.iter()
            .take(256)
            .take_while(|b| !b.is_ascii_whitespace())
            .count()
    });
    at..at + len
}

/// True if the word after the host is a program: `tag:`, `tag[pid]:`, or any word in RFC 5424.
fn names_a_program(text: &[u8], at: usize, rfc5424: bool) -> bool {
    if text.get(at) != Some(&b' ') {
        return false;
    }
    let tag = word(text, at + 1);
    let tag = &text[tag];
    rfc5424 && !tag.is_empty() || tag.ends_with(b":") || tag.ends_with(b"]") || tag.contains(&b'[')
}
