//! What the first reading of a file cut, kept for the second: in memory while it is little, then in a file without a
//! name. It holds places and pseudonyms, nothing of the evidence. Where it cannot be kept, the second reading looks
//! for everything again.
use std::io::{BufReader, BufWriter, Read, Seek, Write};

use tempfile::{SpooledTempFile, spooled_tempfile};

use crate::redact::{Cuts, Redacted, Scripts};

/// So much stays in memory.
const IN_MEMORY: usize = 1 << 20;
/// So much is kept at all: enough for traces of ten gigabytes.
const MOST: u64 = 2 << 30;

/// Scripts of the blocks of a file, in their order.
pub(in crate::cli) struct Kept {
    scripts: Scripts,
    file: Option<BufWriter<SpooledTempFile>>,
    bytes: u64,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            scripts: Scripts::default(),
            file: Some(BufWriter::new(spooled_tempfile(IN_MEMORY))),
            bytes: 0,
        }
    }
}

impl Kept {
    /// Keeps what was cut out of the next block.
    pub(in crate::cli) fn add(&mut self, text: &[u8], cuts: &Cuts) {
        let Some(file) = &mut self.file else { return };
        let script = self.scripts.write(text, cuts);
        self.bytes += script.len() as u64;
        let Ok(len) = u32::try_from(script.len()) else {
            return self.forget();
        };
        let written = file
            .write_all(&len.to_le_bytes())
            .and_then(|()| file.write_all(&script));
        if written.is_err() || self.bytes > MOST {
            self.forget();
        }
    }

    /// Everything must be looked for again.
    pub(in crate::cli) fn forget(&mut self) {
        self.file = None;
    }

    /// From the first block on.
    pub(in crate::cli) fn again(self) -> Again {
        let file = self.file.and_then(|file| file.into_inner().ok());
        Again {
            scripts: self.scripts,
            file: file.and_then(|mut file| file.rewind().is_ok().then(|| BufReader::new(file))),
            script: Vec::new(),
        }
    }
}

/// The second reading.
pub(in crate::cli) struct Again {
    scripts: Scripts,
    file: Option<BufReader<SpooledTempFile>>,
    script: Vec<u8>,
}

impl Again {
    /// The next block with what was cut out of it, if that is known and it is the same block.
    pub(in crate::cli) fn next(&mut self, text: &[u8]) -> Option<Redacted> {
        let file = self.file.as_mut()?;
        let mut len = [0; 4];
        self.script.clear();
        let read = file.read_exact(&mut len).and_then(|()| {
            let len = u64::from(u32::from_le_bytes(len));
            file.take(len).read_to_end(&mut self.script)
        });
        if read.is_err() {
            self.file = None;
            return None;
        }
        self.scripts.play(text, &self.script)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::pseudonym::{Key, Pseudonyms};
    use crate::redact::{Dialect, Level, Redactor, Rules, Surroundings, Tally};

    #[test]
    fn blocks_come_back_in_order_and_what_is_not_kept_is_unknown() {
        let rules = Arc::new(Rules::builtin().unwrap());
        let redactor = Redactor::new(rules, Pseudonyms::new(&Key::new([7; 32])), Level::Standard);
        let blocks: Vec<String> = (0..3).map(|i| format!("password=Zk81mQ-{i}\n")).collect();
        let mut kept = Kept::default();
        let mut clean = Vec::new();
        for block in &blocks {
            let around = Surroundings::default();
            let mut tally = Tally::default();
            let cuts = redactor.cuts(block.as_bytes(), around, Dialect::Log, &mut tally);
            kept.add(block.as_bytes(), &cuts);
            clean.push(redactor.block(block.as_bytes(), Dialect::Log, &mut tally));
        }
        let mut again = kept.again();
        assert_eq!(again.next(blocks[0].as_bytes()).as_ref(), Some(&clean[0]));
        assert_eq!(again.next(b"another\n"), None);
        assert_eq!(again.next(blocks[2].as_bytes()).as_ref(), Some(&clean[2]));
        assert_eq!(again.next(b""), None);
        let mut kept = Kept::default();
        kept.forget();
        assert_eq!(kept.again().next(blocks[0].as_bytes()), None);
    }
}
