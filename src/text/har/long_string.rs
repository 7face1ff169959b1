//! A string that is longer than may be kept. It is counted while it streams; of JSON in it, the first rows of its list
//! stay, and some of those that follow.
use super::first_rows;
use super::last_rows::{LastRows, Limits};
use crate::text::json::masks::STEP;

/// What stands in place of a string that was too long: a pseudonym in shape, with the length in bytes as
/// it was written, escapes included.
#[must_use]
pub fn withheld_note(bytes: u64) -> String {
    format!("~withheld.bodytoolarge.bytes-{bytes}~")
}

/// The string under way.
#[derive(Debug)]
pub(super) struct LongString {
    /// Bytes so far, without those that were kept when it began.
    pub(super) bytes: u64,
    /// The brackets that close the JSON that was kept of it.
    close: Vec<u8>,
    last: Option<Box<LastRows>>,
}

impl LongString {
    /// A string that begins with `content` and is longer than `limit`; how many bytes of `content` stay.
    pub(super) fn begin(content: &[u8], limit: usize) -> (Self, usize) {
        // The same bytes are looked at whatever the chunks are.
        let part = limit / 8;
        let most = (part * 5).saturating_sub(STEP);
        let rows = first_rows::rows(content, most);
        let limits = Limits {
            rows: part,
            rest: part / 4,
        };
        let last = rows.as_ref().map(|rows| {
            let mut last = LastRows::new(rows, limits);
            last.push(content.get(rows.keep + 1..).unwrap_or_default());
            Box::new(last)
        });
        let rows = rows.unwrap_or_default();
        let long = Self {
            bytes: (content.len() - rows.keep) as u64,
            close: rows.close,
            last,
        };
        (long, rows.keep)
    }

    /// Takes the next bytes of the string.
    pub(super) fn push(&mut self, body: &[u8]) {
        self.bytes += body.len() as u64;
        if let Some(last) = &mut self.last {
            last.push(body);
        }
    }

    /// Writes how much was left out, and the last rows; gives the number of bytes left out.
    pub(super) fn finish(self, out: &mut Vec<u8>) -> u64 {
        let Some(last) = self.last else {
            out.extend_from_slice(withheld_note(self.bytes).as_bytes());
            return self.bytes;
        };
        let (rows, rest) = last.finish();
        let kept = rows.len() + rest.as_ref().map_or(0, Vec::len);
        let held = self.bytes.saturating_sub(kept as u64);
        out.extend_from_slice(format!(",\\\"{}\\\"", withheld_note(held)).as_bytes());
        out.extend_from_slice(&rows);
        out.extend(rest.unwrap_or(self.close));
        held
    }
}
