//! Text of any length through the scanner with bounded memory: blocks that overlap, so that no
//! find is lost at a cut, however long the lines are.
use super::shapes::{Extent, Raw, Scanner, What, scan};

/// A block gives out the finds of about this many bytes.
const BLOCK: usize = 1024 * 1024;
/// Text before the block that is looked at, but gives no finds.
const BEHIND: usize = 8 * 1024;
/// Text after the block that is looked at, but gives no finds yet.
const AHEAD: usize = 96 * 1024;
/// Cuts are moved back to a line's end at most this far.
const ALIGN: usize = 64 * 1024;

/// One find in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Find {
    pub(super) what: What,
    pub(super) line: u64,
    /// Byte offset in the stream; roughly, where the find lies inside an encoding.
    pub(super) at: u64,
    /// How far it reaches, in bytes of the stream.
    pub(super) extent: Extent,
}

/// A stretch of a stream with what stands around it.
pub(super) struct Block {
    pub(super) buffer: Vec<u8>,
    /// What it gives finds for: from here, to `cut`.
    fresh: usize,
    cut: usize,
    /// Offset of the buffer in the stream.
    offset: u64,
}

/// What was found in a block; lines are counted from 0 at its beginning.
pub(super) struct Looked {
    pub(super) finds: Vec<Find>,
    /// Lines of the block.
    pub(super) lines: u64,
    /// The memory of the block, to be used again.
    pub(super) buffer: Vec<u8>,
}

/// Cuts a stream into blocks.
#[derive(Default)]
pub(super) struct Cutter {
    buffer: Vec<u8>,
    fresh: usize,
    offset: u64,
}

impl Cutter {
    /// Takes some of the text; gives how much it took, and a block where one is full.
    pub(super) fn take(
        &mut self,
        text: &[u8],
        spare: impl FnOnce() -> Vec<u8>,
    ) -> (usize, Option<Block>) {
        let full = self.fresh + BLOCK + AHEAD;
        let taken = full.saturating_sub(self.buffer.len()).min(text.len());
        self.buffer
            .extend_from_slice(text.get(..taken).unwrap_or(&[]));
        if self.buffer.len() < full {
            return (taken, None);
        }
        let cut = self.cut();
        let drop = cut.saturating_sub(BEHIND);
        let mut next = spare();
        next.clear();
        next.reserve(BEHIND + BLOCK + AHEAD);
        next.extend_from_slice(self.buffer.get(drop..).unwrap_or(&[]));
        let block = Block {
            buffer: std::mem::replace(&mut self.buffer, next),
            fresh: self.fresh,
            cut,
            offset: self.offset,
        };
        self.offset += drop as u64;
        self.fresh = cut - drop;
        (taken, Some(block))
    }

    /// The rest of the stream.
    pub(super) fn finish(self) -> Block {
        Block {
            cut: self.buffer.len(),
            buffer: self.buffer,
            fresh: self.fresh,
            offset: self.offset,
        }
    }

    fn cut(&self) -> usize {
        let wanted = (self.fresh + BLOCK).min(self.buffer.len());
        let from = wanted.saturating_sub(ALIGN).max(self.fresh);
        let near = self.buffer.get(from..wanted).unwrap_or(&[]);
        memchr::memrchr(b'\n', near).map_or(wanted, |n| from + n + 1)
    }
}

/// Looks through a block.
pub(super) fn look(scanner: &Scanner<'_>, block: Block) -> Looked {
    let Block {
        buffer,
        fresh,
        cut,
        offset,
    } = block;
    let mut raw = Vec::new();
    scan(scanner, &buffer, &mut raw);
    if memchr::memchr(0, &buffer).is_some() {
        without_nuls(scanner, &buffer, &mut raw);
    }
    // The last block ends with the text: what is found at its very end belongs to it.
    let last = cut == buffer.len();
    raw.retain(|r| r.at >= fresh && (r.at < cut || (last && r.at <= cut)));
    raw.sort_unstable();
    raw.dedup();
    let mut done = fresh;
    let mut line = 0;
    let mut finds = Vec::with_capacity(raw.len());
    for r in &raw {
        let to = r.at.min(buffer.len());
        line += lines(buffer.get(done..to));
        done = to.max(done);
        finds.push(Find {
            what: r.what,
            line,
            at: offset + r.at as u64,
            extent: r
                .extent
                .moved(usize::try_from(offset).unwrap_or(usize::MAX)),
        });
    }
    line += lines(buffer.get(done..cut));
    Looked {
        finds,
        lines: line,
        buffer,
    }
}

/// UTF-16 (and text with stray NULs): the same text once more without them.
fn without_nuls(scanner: &Scanner<'_>, text: &[u8], raw: &mut Vec<Raw>) {
    let mut plain = Vec::with_capacity(text.len() / 2 + 1);
    let mut places = Vec::with_capacity(text.len() / 2 + 1);
    for (i, &b) in text.iter().enumerate() {
        if b != 0 {
            plain.push(b);
            places.push(u32::try_from(i).unwrap_or(u32::MAX));
        }
    }
    let first = raw.len();
    scan(scanner, &plain, raw);
    for r in raw.iter_mut().skip(first) {
        r.at = places.get(r.at).map_or(text.len(), |&p| p as usize);
        r.extent = Extent::Unknown;
    }
}

/// Feeds a stream to a scanner block by block.
pub(super) struct Window<'s, 'k> {
    scanner: &'s Scanner<'k>,
    cutter: Cutter,
    line: u64,
    spare: Vec<u8>,
}

impl<'s, 'k> Window<'s, 'k> {
    pub(super) fn new(scanner: &'s Scanner<'k>) -> Self {
        Self {
            scanner,
            cutter: Cutter::default(),
            line: 1,
            spare: Vec::new(),
        }
    }

    /// Takes more text; `found` hears what is certain by now.
    pub(super) fn push(&mut self, mut text: &[u8], found: &mut dyn FnMut(Find)) {
        while !text.is_empty() {
            let spare = &mut self.spare;
            let (taken, block) = self.cutter.take(text, || std::mem::take(spare));
            text = text.get(taken..).unwrap_or(&[]);
            if let Some(block) = block {
                self.tell(block, found);
            }
        }
    }

    /// Gives out the rest.
    pub(super) fn finish(mut self, found: &mut dyn FnMut(Find)) {
        let rest = std::mem::take(&mut self.cutter).finish();
        self.tell(rest, found);
    }

    fn tell(&mut self, block: Block, found: &mut dyn FnMut(Find)) {
        let looked = look(self.scanner, block);
        for find in looked.finds {
            found(Find {
                line: self.line + find.line,
                ..find
            });
        }
        self.line += looked.lines;
        self.spare = looked.buffer;
    }
}

fn lines(text: Option<&[u8]>) -> u64 {
    text.map_or(0, |t| memchr::memchr_iter(b'\n', t).count() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &[u8], step: usize) -> Vec<(What, u64)> {
        let scanner = crate::verify::shapes::scanner(None, &[]);
        let mut window = Window::new(&scanner);
        let mut all = Vec::new();
        for chunk in text.chunks(step) {
            window.push(chunk, &mut |f| all.push((f.what, f.line)));
        }
        window.finish(&mut |f| all.push((f.what, f.line)));
        // Pieces overlap: a find may be given twice, and a report counts it once a line.
        all.dedup();
        all
    }

    #[test]
    fn a_find_is_given_once_with_its_line_wherever_the_cut_falls() {
        for pad in [
            0,
            1,
            BLOCK - 12,
            BLOCK - 1,
            BLOCK,
            BLOCK + AHEAD - 5,
            3 * BLOCK,
        ] {
            let mut text = b"x\n".repeat(pad / 2);
            text.extend_from_slice(b"peer=10.77.0.5:33001 a\n");
            text.extend_from_slice(&b"y\n".repeat(BLOCK));
            let line = pad as u64 / 2 + 1;
            assert_eq!(finds(&text, 70_001), [(What::Ip4, line)], "pad {pad}");
        }
    }

    #[test]
    fn a_giant_line_is_read_to_its_end() {
        for pad in (BLOCK - 40..BLOCK + 40).step_by(7) {
            let mut text = b"word ".repeat(pad / 5);
            text.extend_from_slice(b"password=Blue-Heron-4471! ");
            text.extend_from_slice(&b"word ".repeat(BLOCK / 2));
            assert_eq!(
                finds(&text, 1 << 20),
                [(What::LabelledSecret, 1)],
                "pad {pad}"
            );
        }
    }

    #[test]
    fn a_long_body_in_base64_is_read_to_its_end() {
        let mut plain = "all is quiet here, ".repeat(200_000);
        plain.push_str("mail to maria.lopez@acme-films.example now");
        let mut text = b"{\"text\":\"".to_vec();
        text.extend_from_slice(data_encoding::BASE64.encode(plain.as_bytes()).as_bytes());
        text.extend_from_slice(b"\"}\n");
        assert_eq!(finds(&text, 1 << 20), [(What::Email, 1)]);
    }

    #[test]
    fn layers_are_read_across_their_pieces() {
        let secret = "mail to maria.lopez@acme-films.example now";
        for pad in (48_000..50_000)
            .step_by(97)
            .chain((64_000..66_500).step_by(97))
        {
            let mut plain = "all.is.quiet.".repeat(pad / 13);
            plain.push_str(secret);
            plain.push_str(&"all.is.quiet.".repeat(3000));
            let base64 = data_encoding::BASE64.encode(plain.as_bytes());
            assert_eq!(
                finds(base64.as_bytes(), 1 << 20),
                [(What::Email, 1)],
                "{pad}"
            );
            let hex = data_encoding::HEXUPPER.encode(plain.as_bytes());
            assert_eq!(finds(hex.as_bytes(), 1 << 20), [(What::Email, 1)], "{pad}");
            let percent = plain.replace(['@', ' '], "%40").replace('.', "%2E");
            assert!(!finds(percent.as_bytes(), 1 << 20).is_empty(), "{pad}");
        }
    }

    #[test]
    fn utf16_is_read() {
        let line = "ok\r\npassword=Blue-Heron-4471!\r\n";
        for bytes in [
            line.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>(),
            line.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ] {
            assert_eq!(finds(&bytes, 7), [(What::LabelledSecret, 2)]);
        }
    }
}
