//! The store of learned secrets: what is known of each in 40 bytes however long it is, found by eight of its bytes.
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

/// Bytes of the store are asked for so many pieces at a time: a store of hundreds of thousands is never copied.
const CHUNK: usize = 4096;
/// Fewest places of the table.
const FEWEST: usize = 1024;
/// No piece.
const NONE: u32 = u32::MAX;
/// Letters of the id of a pseudonym.
const LETTERS: [u8; 32] = *b"abcdefghijklmnopqrstuvwxyz234567";

/// What is known of one spelling of a secret.
pub(in crate::redact) struct Piece {
    /// Its gram, as a number.
    pub(in crate::redact) gram: u64,
    /// Twelve letters of five bits.
    id: u64,
    whole: u32,
    /// Hash of the run that is sure alone; its length is 0 where there is none.
    run: u32,
    /// Length of the spelling.
    pub(in crate::redact) len: u32,
    /// The next piece of the same place in the table.
    next: u32,
    /// Bytes before the gram; the run begins with it.
    pub(in crate::redact) before: u16,
    pub(in crate::redact) run_len: u16,
    /// Index of the kind of its pseudonym.
    pub(in crate::redact) kind: u16,
}

impl Piece {
    /// `None` for a value that is too long to be remembered.
    pub(in crate::redact) fn new(
        value: &[u8],
        before: usize,
        run: &[u8],
        kind: u16,
        id: [u8; 12],
    ) -> Option<Self> {
        let letter = |b: &u8| LETTERS.iter().position(|l| l == b);
        let id = id
            .iter()
            .try_fold(0, |id, b| Some(id << 5 | letter(b)? as u64))?;
        Some(Self {
            gram: 0,
            id,
            whole: hash(value),
            run: hash(run),
            len: u32::try_from(value.len()).ok()?,
            next: NONE,
            before: u16::try_from(before).ok()?,
            run_len: u16::try_from(run.len()).ok()?,
            kind,
        })
    }

    /// True if a find of this length is the whole secret.
    pub(in crate::redact) fn is_whole(&self, len: usize) -> bool {
        len == self.len as usize
    }

    /// The letters of its pseudonym.
    pub(in crate::redact) fn id(&self) -> String {
        let letter = |i: u32| char::from(LETTERS[(self.id >> (5 * i)) as usize & 31]);
        (0..12).rev().map(letter).collect()
    }
}

/// More pieces of one gram are found by their hashes.
const CROWD: usize = 32;

/// The pieces of a gram that many begin with, as all numbers of one series do: asked one by one they would cost the
/// square of their number.
#[derive(Default)]
struct Crowd {
    /// Pieces by the hash of all of them, and of their runs where these are less.
    wholes: HashMap<u32, u32>,
    runs: HashMap<u32, u32>,
    /// Bytes before the gram and length, and lengths of runs, each once and in order.
    lens: Vec<(u16, u32)>,
    run_lens: Vec<u16>,
}

impl Crowd {
    fn add(&mut self, piece: &Piece, index: u32) {
        self.wholes.entry(piece.whole).or_insert(index);
        if let Err(at) = self.lens.binary_search(&(piece.before, piece.len)) {
            self.lens.insert(at, (piece.before, piece.len));
        }
        if piece.run_len > 0 && u32::from(piece.run_len) < piece.len {
            self.runs.entry(piece.run).or_insert(index);
            if let Err(at) = self.run_lens.binary_search(&piece.run_len) {
                self.run_lens.insert(at, piece.run_len);
            }
        }
    }

    /// Every piece that may stand around `at` as a whole, and where.
    fn wholes_at<'a>(
        &'a self,
        text: &'a [u8],
        at: usize,
    ) -> impl Iterator<Item = (Range<usize>, u32)> + 'a {
        let mut hashed = (0..0, DefaultHasher::new());
        self.lens.iter().filter_map(move |(before, len)| {
            let start = at.checked_sub(usize::from(*before))?;
            let span = start..start.checked_add(*len as usize)?;
            // The longer one goes on where the shorter one ended.
            if hashed.0.start != start || hashed.0.is_empty() {
                hashed = (start..start, DefaultHasher::new());
            }
            hashed.1.write(text.get(hashed.0.end..span.end)?);
            hashed.0.end = span.end;
            let index = self.wholes.get(&upper(hashed.1.finish()))?;
            Some((span, *index))
        })
    }

    /// The piece whose run stands at `at`, the longest of them.
    fn run_at(&self, text: &[u8], at: usize) -> Option<u32> {
        self.run_lens.iter().rev().find_map(|len| {
            let run = text.get(at..at + usize::from(*len))?;
            self.runs.get(&hash(run)).copied()
        })
    }
}

/// All pieces.
#[derive(Default)]
pub(in crate::redact) struct Pieces {
    chunks: Vec<Vec<Piece>>,
    crowds: HashMap<u64, Crowd>,
    /// First piece of each place; a power of two of them.
    heads: Vec<u32>,
    count: usize,
}

impl Pieces {
    pub(in crate::redact) fn len(&self) -> usize {
        self.count
    }

    pub(in crate::redact) fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn get(&self, index: u32) -> Option<&Piece> {
        let index = index as usize;
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    pub(in crate::redact) fn iter(&self) -> impl Iterator<Item = &Piece> {
        self.chunks.iter().flatten()
    }

    /// The pieces that have this gram, and their indices.
    fn with_gram(&self, gram: u64) -> impl Iterator<Item = (u32, &Piece)> {
        let mut next = self.heads.get(self.slot(gram)).copied().unwrap_or(NONE);
        let chain = std::iter::from_fn(move || {
            let index = next;
            let piece = self.get(index)?;
            next = piece.next;
            Some((index, piece))
        });
        chain.filter(move |(_, piece)| piece.gram == gram)
    }

    /// The longest piece of this gram that stands around `at` as a whole, where it `fits`.
    pub(in crate::redact) fn whole_at(
        &self,
        gram: u64,
        text: &[u8],
        at: usize,
        fits: impl Fn(&Piece, &Range<usize>) -> bool,
    ) -> Option<(Range<usize>, &Piece)> {
        if let Some(crowd) = self.crowds.get(&gram) {
            return crowd
                .wholes_at(text, at)
                .filter_map(|(span, index)| Some((span, self.get(index)?)))
                .filter(|(span, piece)| piece.is_whole(span.len()) && fits(piece, span))
                .max_by_key(|(span, _)| span.len());
        }
        self.with_gram(gram)
            .filter_map(|(_, piece)| {
                let start = at.checked_sub(usize::from(piece.before))?;
                let span = start..start.checked_add(piece.len as usize)?;
                (piece.whole == hash(text.get(span.clone())?)).then_some((span, piece))
            })
            .filter(|(span, piece)| fits(piece, span))
            .max_by_key(|(span, _)| span.len())
    }

    /// The piece of this gram whose run stands at `at`, the longest of them.
    pub(in crate::redact) fn run_at(
        &self,
        gram: u64,
        text: &[u8],
        at: usize,
    ) -> Option<(Range<usize>, &Piece)> {
        let piece = match self.crowds.get(&gram) {
            Some(crowd) => self.get(crowd.run_at(text, at)?)?,
            None => self
                .with_gram(gram)
                .map(|(_, piece)| piece)
                .filter(|piece| {
                    let run = text.get(at..at + usize::from(piece.run_len));
                    piece.run_len > 0 && run.is_some_and(|run| piece.run == hash(run))
                })
                .max_by_key(|piece| piece.run_len)?,
        };
        Some((at..at + usize::from(piece.run_len), piece))
    }

    /// True if a spelling with this gram is there.
    pub(in crate::redact) fn has(&mut self, gram: u64, value: &[u8]) -> bool {
        let whole = hash(value);
        if let Some(crowd) = self.crowds.get(&gram) {
            return crowd.wholes.contains_key(&whole);
        }
        let mut all = 0;
        for (_, piece) in self.with_gram(gram) {
            if piece.whole == whole {
                return true;
            }
            all += 1;
        }
        if all >= CROWD {
            let mut crowd = Crowd::default();
            for (index, piece) in self.with_gram(gram) {
                crowd.add(piece, index);
            }
            self.crowds.insert(gram, crowd);
        }
        false
    }

    /// Adds a piece with its gram; false if there is no room.
    pub(in crate::redact) fn push(&mut self, mut piece: Piece, gram: u64) -> bool {
        let Some(index) = u32::try_from(self.count).ok().filter(|i| *i < NONE) else {
            return false;
        };
        if self.heads.len() <= self.count {
            self.grow();
        }
        let slot = self.slot(gram);
        let Some(head) = self.heads.get_mut(slot) else {
            return false;
        };
        piece.gram = gram;
        piece.next = std::mem::replace(head, index);
        if let Some(crowd) = self.crowds.get_mut(&gram) {
            crowd.add(&piece, index);
        }
        match self.chunks.last_mut().filter(|chunk| chunk.len() < CHUNK) {
            Some(chunk) => chunk.push(piece),
            None => {
                // A few secrets are not worth a whole chunk.
                let room = if self.count == 0 { 16 } else { CHUNK };
                let mut chunk = Vec::with_capacity(room);
                chunk.push(piece);
                self.chunks.push(chunk);
            }
        }
        self.count += 1;
        true
    }

    fn grow(&mut self) {
        let places = (2 * self.count).next_power_of_two().max(FEWEST);
        self.heads = vec![NONE; places];
        let last = places - 1;
        for (piece, index) in self.chunks.iter_mut().flatten().zip(0..) {
            if let Some(head) = self.heads.get_mut(place(piece.gram, last)) {
                piece.next = std::mem::replace(head, index);
            }
        }
    }

    fn slot(&self, gram: u64) -> usize {
        place(gram, self.heads.len().wrapping_sub(1))
    }
}

fn place(gram: u64, last: usize) -> usize {
    (gram >> 24) as usize & last
}

fn hash(value: &[u8]) -> u32 {
    let mut hasher = DefaultHasher::new();
    hasher.write(value);
    upper(hasher.finish())
}

fn upper(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces of one gram: `values` with a run of nine bytes, two bytes behind their front.
    fn pieces_of(values: &[String]) -> Pieces {
        let mut pieces = Pieces::default();
        for value in values {
            let value = value.as_bytes();
            assert!(!pieces.has(7, value));
            let piece = Piece::new(value, 2, &value[2..11], 3, *b"abcxyz234567").unwrap();
            assert!(pieces.push(piece, 7));
            assert!(pieces.has(7, value));
        }
        pieces
    }

    #[test]
    fn of_a_crowd_each_is_found_as_of_a_few() {
        let value = |i: u64| format!("x-Marble7{i:02}{}", "-finch".repeat(i as usize % 4));
        let all: Vec<String> = (0..1000).map(value).collect();
        let (crowd, few) = (pieces_of(&all), pieces_of(&all[..20]));
        assert_eq!((crowd.crowds.len(), few.crowds.len()), (1, 0));
        for (i, value) in all.iter().take(20).enumerate() {
            let text = format!("a {value} b");
            for pieces in [&crowd, &few] {
                let whole = pieces.whole_at(7, text.as_bytes(), 4, |_, _| true);
                let (span, piece) = whole.unwrap();
                assert_eq!(
                    (&text[span], piece.len as usize),
                    (value.as_str(), value.len()),
                    "{i}"
                );
                assert!(
                    pieces
                        .whole_at(7, text.as_bytes(), 4, |_, _| false)
                        .is_none()
                );
                assert!(
                    pieces
                        .whole_at(7, text.as_bytes(), 3, |_, _| true)
                        .is_none()
                );
                assert!(
                    pieces
                        .whole_at(8, text.as_bytes(), 4, |_, _| true)
                        .is_none()
                );
                let (run, _) = pieces.run_at(7, text.as_bytes(), 4).unwrap();
                assert_eq!(run, 4..13);
                assert!(pieces.run_at(7, text.as_bytes(), 5).is_none());
                assert!(pieces.whole_at(7, b"a", 0, |_, _| true).is_none());
            }
        }
        // Of two that stand there the longer one counts.
        let text = format!("{} ", value(3));
        for pieces in [&crowd, &few] {
            let (span, _) = pieces.whole_at(7, text.as_bytes(), 2, |_, _| true).unwrap();
            assert_eq!(span.len(), value(3).len());
        }
    }

    #[test]
    fn pieces_are_found_by_their_gram_and_keep_their_letters() {
        let mut pieces = Pieces::default();
        assert_eq!(pieces.with_gram(7).count(), 0);
        let id = *b"abcxyz234567";
        for i in 0..10_000_u64 {
            let value = format!("secret-{i}");
            let piece = Piece::new(value.as_bytes(), 0, b"", 3, id).unwrap();
            assert!(pieces.push(piece, i / 2));
        }
        assert_eq!((pieces.len(), pieces.iter().count()), (10_000, 10_000));
        for i in 0..5_000 {
            assert_eq!(pieces.with_gram(i).count(), 2);
            let value = format!("secret-{}", 2 * i);
            let whole = pieces.whole_at(i, value.as_bytes(), 0, |_, _| true);
            assert_eq!(whole.unwrap().1.id().as_bytes(), id);
        }
        assert_eq!(pieces.with_gram(5_000).count(), 0);
        assert_eq!(size_of::<Piece>(), 40);
        assert!(Piece::new(b"x", 1 << 16, b"", 0, id).is_none());
        assert!(Piece::new(b"x", 0, b"", 0, *b"ABCXYZ234567").is_none());
    }
}
