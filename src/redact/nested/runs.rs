//! Words of base64 as they stand in a text: with percent signs, escaped slashes and line ends in them.
use std::ops::Range;

use super::unescape;
use super::unescape::{Layer, Plain};
use crate::redact::secret::token;

/// Longest line of base64 that is followed over the ends of its lines.
const WIDEST: usize = 128;
/// Most lines of one value.
const MOST_LINES: usize = 4096;

pub(super) fn is_base64(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_')
}

/// A word of base64: its letters, how far it reaches, and how it was written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) letters: Vec<u8>,
    /// Bytes in the text, padding included.
    pub(super) len: usize,
    percent: bool,
    slashes: bool,
    /// Where it goes over lines of the text: the place of each line in it.
    pub(super) lines: Vec<Range<usize>>,
}

/// The word that begins at `at`.
pub(super) fn run_at(text: &[u8], at: usize) -> Run {
    let mut run = Run::default();
    let mut i = at;
    loop {
        i += plain(&text[i..], &mut run.letters);
        match escape(&text[i..]) {
            Some((letter, len)) if letter != b'=' => {
                run.percent |= text[i] == b'%';
                run.slashes |= text[i] == b'\\' && letter == b'/';
                if is_base64(letter) {
                    run.letters.push(letter);
                } else if !text.get(i + len).is_some_and(|b| is_base64(*b)) {
                    break;
                }
                i += len;
            }
            _ => break,
        }
    }
    run.len = i - at;
    if run.len == run.letters.len() {
        i += more_lines(text, at, &mut run);
    }
    i += padding(&text[i..], &mut run);
    run.len = i - at;
    if let Some(last) = run.lines.last_mut() {
        last.end = run.len;
    }
    run
}

fn plain(text: &[u8], letters: &mut Vec<u8>) -> usize {
    let len = text.iter().take_while(|b| is_base64(**b)).count();
    letters.extend_from_slice(&text[..len]);
    len
}

/// `%2B`, `\/`, `\u002b`, `&#43;`, and the line ends `\n`, `\r\n` of wrapped base64 in a string.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let layer = match text {
        [b'%', ..] => Layer::Percent,
        [b'\\', b'=', ..] => return Some((b'=', 2)),
        [b'\\', b'r', b'\\', b'n', ..] => return Some((b'\n', 4)),
        [b'\\', ..] => Layer::Json,
        [b'&', ..] => Layer::Entity,
        _ => return None,
    };
    let (plain, used) = unescape::escape(text, layer)?;
    let plain = match plain {
        Plain::Byte(plain) => plain,
        Plain::Char(plain) => u8::try_from(plain).ok()?,
    };
    match plain {
        b'\r' if layer == Layer::Percent => Some((b'\n', used)),
        b'+' | b'/' | b'=' | b'\n' => Some((plain, used)),
        _ => None,
    }
}

fn padding(text: &[u8], run: &mut Run) -> usize {
    let mut len = 0;
    for _ in 0..2 {
        match text.get(len) {
            Some(b'=') => len += 1,
            _ => match escape(&text[len..]) {
                Some((b'=', n)) => {
                    run.percent |= text[len] == b'%';
                    len += n;
                }
                _ => break,
            },
        }
        run.letters.push(b'=');
    }
    len
}

/// The lines of wrapped base64 below its first one: as wide as that, the last one shorter.
fn more_lines(text: &[u8], at: usize, run: &mut Run) -> usize {
    let width = run.letters.len();
    let alone = at == 0 || text[at - 1] == b'\n';
    if !alone || !(32..=WIDEST).contains(&width) || !width.is_multiple_of(4) {
        return 0;
    }
    let mut i = at + width;
    while run.lines.len() < MOST_LINES {
        let windows = text[i..].starts_with(b"\r\n");
        if !windows && text.get(i) != Some(&b'\n') {
            break;
        }
        let from = i + 1 + usize::from(windows);
        let len = text[from..]
            .iter()
            .take(WIDEST + 1)
            .take_while(|b| is_base64(**b))
            .count();
        let stop = from
            + len
            + text[from + len..]
                .iter()
                .take(2)
                .take_while(|b| **b == b'=')
                .count();
        let ends = matches!(text.get(stop), None | Some(b'\n' | b'\r'));
        if len == 0 || len > width || !ends {
            break;
        }
        if run.lines.is_empty() {
            run.lines.push(0..width);
        }
        run.lines.push(from - at..from + len - at);
        run.letters.extend_from_slice(&text[from..from + len]);
        i = from + len;
        if len < width {
            break;
        }
    }
    i - at - width
}

impl Run {
    /// Letters without padding.
    pub(super) fn bare(&self) -> &[u8] {
        let end = self
            .letters
            .iter()
            .rposition(|b| *b != b'=')
            .map_or(0, |i| i + 1);
        &self.letters[..end]
    }

    /// The bytes it stands for; a word that was cut off up to its last whole group.
    pub(super) fn decode(&self) -> Option<Vec<u8>> {
        let bare = self.bare();
        token::base64(&self.letters).or_else(|| token::base64(&bare[..bare.len() - bare.len() % 4]))
    }

    /// Other bytes, written as this word was, on one line.
    pub(super) fn encode(&self, bytes: &[u8]) -> Vec<u8> {
        let letters = token::base64_like(bytes, &self.letters);
        let mut out = Vec::with_capacity(letters.len());
        for b in letters {
            match b {
                b'+' if self.percent => out.extend_from_slice(b"%2B"),
                b'/' if self.percent => out.extend_from_slice(b"%2F"),
                b'=' if self.percent => out.extend_from_slice(b"%3D"),
                b'/' if self.slashes => out.extend_from_slice(b"\\/"),
                b => out.push(b),
            }
        }
        out
    }

    /// The same cut to the lines that there were: the last one takes what is more, or stays empty.
    pub(super) fn wrap<'a>(&self, text: &'a [u8]) -> Vec<(Range<usize>, &'a [u8])> {
        let mut rest = text;
        let last = self.lines.len().saturating_sub(1);
        let mut out = Vec::with_capacity(self.lines.len());
        for (i, line) in self.lines.iter().enumerate() {
            let width = if i == last {
                rest.len()
            } else {
                line.len().min(rest.len())
            };
            let (now, later) = rest.split_at(width);
            out.push((line.clone(), now));
            rest = later;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_and_written_as_it_stands() {
        for (text, letters, len) in [
            ("QUJD x", "QUJD", 4),
            ("QUI= x", "QUI=", 4),
            ("QQ%3D%3D&", "QQ==", 8),
            ("QQ\\=\\= x", "QQ==", 6),
            ("Q%2BI%2f", "Q+I/", 8),
            ("Q\\/I\\/\"", "Q/I/", 6),
            ("QUJD\\nQUJD\\n\"", "QUJDQUJD", 10),
            ("QUJD\nQUJD", "QUJD", 4),
        ] {
            let run = run_at(text.as_bytes(), 0);
            assert_eq!(run.letters, letters.as_bytes(), "{text}");
            assert_eq!(run.len, len, "{text}");
        }
        let wide = "QUJD".repeat(16);
        let text = format!("{wide}\r\n{wide}\r\nQUI=\r\nnext");
        let run = run_at(text.as_bytes(), 0);
        assert_eq!(run.letters.len(), 132);
        for (place, line) in run.wrap(&run.encode(&run.decode().unwrap())) {
            assert_eq!(&text.as_bytes()[place], line);
        }
        assert_eq!(run.wrap(b"QQ==").len(), 3);
    }
}
