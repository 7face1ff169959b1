//! The store of learned secrets: what is known of each in 40 bytes however long it is, found by eight of its bytes.
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher};

/// Bytes of the store are asked for so many pieces at a time: a store of hundreds of thousands is never copied.
const CHUNK: usize = 4096;
/// Fewest places of the table.
const FEWEST: usize = 1024;
/// No piece.
const NONE: u32 = u32::MAX;
/// Letters of the id of a pseudonym.
const LETTERS: [u8; 32] = *b"abcdefghijklmnopqrstuvwxyz234567";

/// What is known of one spelling of a secret.
pub(super) struct Piece {
    /// Its gram, as a number.
    pub(super) gram: u64,
    /// Twelve letters of five bits.
    id: u64,
    whole: u32,
    /// Hash of the run that is sure alone; its length is 0 where there is none.
    run: u32,
    /// Length of the spelling.
    pub(super) len: u32,
    /// The next piece of the same place in the table.
    next: u32,
    /// Bytes before the gram; the run begins with it.
    pub(super) before: u16,
    pub(super) run_len: u16,
    /// Index of the kind of its pseudonym.
    pub(super) kind: u16,
}

impl Piece {
    /// `None` for a value that is too long to be remembered.
    pub(super) fn new(
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

    pub(super) fn is(&self, value: &[u8]) -> bool {
        self.whole == hash(value)
    }

    pub(super) fn is_run(&self, run: &[u8]) -> bool {
        self.run == hash(run)
    }

    /// True if a find of this length is the whole secret.
    pub(super) fn is_whole(&self, len: usize) -> bool {
        len == self.len as usize
    }

    /// The letters of its pseudonym.
    pub(super) fn id(&self) -> String {
        let letter = |i: u32| char::from(LETTERS[(self.id >> (5 * i)) as usize & 31]);
        (0..12).rev().map(letter).collect()
    }
}

/// More pieces of one gram are found by a set.
const CROWD: usize = 32;

/// All pieces.
#[derive(Default)]
pub(super) struct Pieces {
    chunks: Vec<Vec<Piece>>,
    /// Grams that many pieces begin with, as all numbers of one series do, and what these pieces are.
    crowded: HashSet<u64>,
    crowds: HashSet<(u64, u32)>,
    /// First piece of each place; a power of two of them.
    heads: Vec<u32>,
    count: usize,
}

impl Pieces {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn get(&self, index: u32) -> Option<&Piece> {
        let index = index as usize;
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Piece> {
        self.chunks.iter().flatten()
    }

    /// The pieces that have this gram.
    pub(super) fn with_gram(&self, gram: u64) -> impl Iterator<Item = &Piece> {
        let mut next = self.heads.get(self.slot(gram)).copied().unwrap_or(NONE);
        let chain = std::iter::from_fn(move || {
            let piece = self.get(next)?;
            next = piece.next;
            Some(piece)
        });
        chain.filter(move |piece| piece.gram == gram)
    }

    /// True if a spelling with this gram is there.
    pub(super) fn has(&mut self, gram: u64, value: &[u8]) -> bool {
        let whole = hash(value);
        if self.crowded.contains(&gram) {
            return self.crowds.contains(&(gram, whole));
        }
        let mut crowd = 0;
        for piece in self.with_gram(gram) {
            if piece.whole == whole {
                return true;
            }
            crowd += 1;
        }
        if crowd >= CROWD {
            let all: Vec<u32> = self.with_gram(gram).map(|piece| piece.whole).collect();
            self.crowds
                .extend(all.into_iter().map(|whole| (gram, whole)));
            self.crowded.insert(gram);
        }
        false
    }

    /// Adds a piece with its gram; false if there is no room.
    pub(super) fn push(&mut self, mut piece: Piece, gram: u64) -> bool {
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
        if self.crowded.contains(&gram) {
            self.crowds.insert((gram, piece.whole));
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
    (hasher.finish() >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_crowd_that_begins_alike_each_is_known_once() {
        let mut pieces = Pieces::default();
        for round in 0..2 {
            for i in 0..1000_u64 {
                let value = format!("Marble-Finch-{i}");
                assert_eq!(pieces.has(7, value.as_bytes()), round == 1, "{value}");
                if round == 0 {
                    let piece = Piece::new(value.as_bytes(), 0, b"", 3, *b"abcxyz234567");
                    assert!(pieces.push(piece.unwrap(), 7));
                }
            }
        }
        assert!(!pieces.has(8, b"Marble-Finch-1"));
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
            let found: Vec<_> = pieces.with_gram(i).collect();
            assert_eq!(found.len(), 2);
            let value = format!("secret-{}", 2 * i);
            assert!(found.iter().any(|p| p.is(value.as_bytes())));
            assert_eq!(found[0].id().as_bytes(), id);
        }
        assert_eq!(pieces.with_gram(5_000).count(), 0);
        assert_eq!(size_of::<Piece>(), 40);
        assert!(Piece::new(b"x", 1 << 16, b"", 0, id).is_none());
        assert!(Piece::new(b"x", 0, b"", 0, *b"ABCXYZ234567").is_none());
    }
}
