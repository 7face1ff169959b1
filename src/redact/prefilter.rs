//! The prefilter: one pass that finds every place of a few hundred literals, in any case.
//!
//! Of every second position three bytes are hashed and looked up in a bitmap that fits the first-level cache; only
//! where the bit is set are the literals of that hash compared. Vectorised multi-literal searches are
//! faster for a dozen rare literals, but drown in false candidates where there are hundreds of short lower-case ones.
//! Overlapping finds are all reported, so no literal can hide another.

/// Shorter literals would be everywhere.
const SHORTEST: usize = 3;
/// Letters differ from their other case by this bit; other bytes may fall together, which costs a comparison.
const FOLD: u64 = 0x2020_2020_2020_2020;
const THREE_BYTES: u64 = 0xff_ffff;
/// The bitmap has at least this many bits for each window that is looked for, so that few others hit it.
const BITS_PER_WINDOW: usize = 16;

/// A search for many literals at once.
pub(super) struct Prefilter {
    literals: Vec<Box<[u8]>>,
    bitmap: Vec<u64>,
    /// How many bits are set before each word of the bitmap: a set bit leads to its place in `starts`.
    ranks: Vec<u32>,
    /// Where the candidates of each set bit begin in `candidates`; one more at the end.
    starts: Vec<u32>,
    candidates: Vec<Candidate>,
    /// Bits of the 32-bit hash that are dropped.
    shift: u32,
}

/// A literal that may stand around a window, which begins `ahead` bytes behind the literal's front.
#[derive(Clone, Copy)]
struct Candidate {
    /// The first eight bytes of the literal, folded, and which bits of them count.
    head: u64,
    mask: u64,
    literal: u32,
    ahead: i32,
}

impl Prefilter {
    /// A search for lower-case literals of at least three bytes; shorter ones are left out. One of three bytes
    /// that ends in a letter or digit may be missed where a byte beyond ASCII follows.
    pub(super) fn new<T: AsRef<[u8]>>(literals: &[T]) -> Self {
        let literals: Vec<Box<[u8]>> = literals.iter().map(|l| l.as_ref().into()).collect();
        let mut windows = Vec::new();
        for (literal, index) in literals.iter().zip(0..) {
            windows_of(literal, index, &mut windows);
        }
        let size = (windows.len() * BITS_PER_WINDOW)
            .next_power_of_two()
            .clamp(1 << 17, 1 << 24);
        let shift = 32 - size.trailing_zeros();
        windows.sort_by_key(|(window, _)| hash(*window, shift));
        let mut bitmap = vec![0_u64; size / 64];
        let mut starts = Vec::new();
        let mut last = None;
        for ((window, _), at) in windows.iter().zip(0..) {
            let hash = hash(*window, shift);
            bitmap[hash / 64] |= 1 << (hash % 64);
            if last.replace(hash) != Some(hash) {
                starts.push(at);
            }
        }
        starts.push(u32::try_from(windows.len()).unwrap_or(u32::MAX));
        let ranks = bitmap
            .iter()
            .scan(0, |sum, word| {
                let before = *sum;
                *sum += word.count_ones();
                Some(before)
            })
            .collect();
        Self {
            literals,
            bitmap,
            ranks,
            starts,
            candidates: windows
                .into_iter()
                .map(|(_, candidate)| candidate)
                .collect(),
            shift,
        }
    }

    /// Calls `each` with the index and the place of every literal, in the order of the windows that
    /// told them: places grow, but for neighbours one byte apart.
    pub(super) fn find(&self, text: &[u8], mut each: impl FnMut(usize, usize)) {
        let mut at = 0;
        while let Some(chunk) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
            let bytes = u64::from_le_bytes(*chunk) | FOLD;
            let first = hash(bytes & THREE_BYTES, self.shift);
            let second = hash((bytes >> 16) & THREE_BYTES, self.shift);
            let third = hash((bytes >> 32) & THREE_BYTES, self.shift);
            let hits = (self.bit(first), self.bit(second), self.bit(third));
            if hits.0 | hits.1 | hits.2 != 0 {
                for (hit, hash, window) in [
                    (hits.0, first, at),
                    (hits.1, second, at + 2),
                    (hits.2, third, at + 4),
                ] {
                    if hit != 0 {
                        self.compare(text, hash, window, &mut each);
                    }
                }
            }
            at += 6;
        }
        // The end of the text, filled up.
        while at < text.len() {
            let hash = hash(front(text, at) & THREE_BYTES, self.shift);
            if self.bit(hash) != 0 {
                self.compare(text, hash, at, &mut each);
            }
            at += 2;
        }
    }

    #[inline]
    fn bit(&self, hash: usize) -> u64 {
        self.bitmap
            .get(hash / 64)
            .map_or(0, |word| (word >> (hash % 64)) & 1)
    }

    /// Compares the literals that may stand around a window whose bit is set.
    fn compare(
        &self,
        text: &[u8],
        hash: usize,
        window: usize,
        each: &mut impl FnMut(usize, usize),
    ) {
        let below = self.bitmap[hash / 64] & ((1 << (hash % 64)) - 1);
        let rank = (self.ranks[hash / 64] + below.count_ones()) as usize;
        let (from, to) = (self.starts[rank] as usize, self.starts[rank + 1] as usize);
        for candidate in &self.candidates[from..to] {
            let Some(at) = window.checked_add_signed(-(candidate.ahead as isize)) else {
                continue;
            };
            if (front(text, at) ^ candidate.head) & candidate.mask != 0 {
                continue;
            }
            let index = candidate.literal as usize;
            let literal = &self.literals[index];
            if text
                .get(at..at + literal.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(literal))
            {
                each(index, at);
            }
        }
    }
}

/// Up to eight bytes of a text from `at`, folded; zeros behind its end.
#[inline]
fn front(text: &[u8], at: usize) -> u64 {
    let rest = text.get(at..).unwrap_or_default();
    let bytes = rest.first_chunk::<8>().copied().unwrap_or_else(|| {
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        last
    });
    u64::from_le_bytes(bytes) | FOLD
}

#[inline]
fn hash(window: u64, shift: u32) -> usize {
    ((window as u32).wrapping_mul(0x9e37_79b1) >> shift) as usize
}

/// The windows by which a literal is found: the rarest one for even and the rarest one for odd places.
fn windows_of(literal: &[u8], index: u32, out: &mut Vec<(u64, Candidate)>) {
    if literal.len() < SHORTEST {
        debug_assert!(literal.len() >= SHORTEST, "a literal is too short");
        return;
    }
    let len = literal.len().min(8);
    let candidate = |ahead: usize| Candidate {
        head: front(literal, 0),
        mask: u64::MAX >> (64 - 8 * len),
        literal: index,
        ahead: i32::try_from(ahead).unwrap_or(i32::MAX),
    };
    for parity in 0..2 {
        let rarest = literal
            .windows(3)
            .enumerate()
            .skip(parity)
            .step_by(2)
            .min_by_key(|(_, bytes)| commonness(bytes));
        if let Some((ahead, bytes)) = rarest {
            let [a, b, c] = [bytes[0], bytes[1], bytes[2]];
            out.push((window(a, b, c), candidate(ahead)));
        } else if let [a, b, c] = literal {
            // Three bytes at an odd place: two of them and a neighbour.
            if commonness(&[*a, *b]) < commonness(&[*b, *c]) {
                let before = Candidate {
                    ahead: -1,
                    ..candidate(0)
                };
                out.extend(neighbours(true).map(|any| (window(any, *a, *b), before)));
            } else {
                // What follows a letter of a literal of ours is ASCII: no name and no token goes on otherwise.
                let foreign = !c.is_ascii_alphanumeric();
                let after = candidate(1);
                out.extend(neighbours(foreign).map(|any| (window(*b, *c, any), after)));
            }
        }
    }
}

/// All bytes that a neighbour can be, folded.
fn neighbours(foreign: bool) -> impl Iterator<Item = u8> {
    (0..=u8::MAX).filter(move |any| any & 0x20 != 0 && (foreign || any.is_ascii()))
}

fn window(a: u8, b: u8, c: u8) -> u64 {
    let [a, b, c] = [a, b, c].map(|b| u64::from(b | 0x20));
    a | b << 8 | c << 16
}

/// How common three bytes are in logs, roughly: a window of rare ones is a better sign of its literal.
fn commonness(bytes: &[u8]) -> usize {
    let single = |b: &u8| RARE_TO_COMMON.iter().position(|common| common == b);
    let frequent = COMMON_TO_RARE
        .as_bytes()
        .chunks(3)
        .position(|common| common == bytes)
        .map_or(0, |rank| COMMON_TO_RARE.len() - rank);
    frequent + bytes.iter().filter_map(single).sum::<usize>()
}

/// Bytes of transfer logs by how often they occur; what is not here is rarer still.
const RARE_TO_COMMON: &[u8] =
    b"&!?\'#+`<>();%qjwzk*xhvy}{\x7f/gm,upl|fob79rni6c35-d481.s:t\"a=02e ";
/// Windows that occur most often in transfer logs, three bytes each.
const COMMON_TO_RARE: &str = concat!(
    "atestatated=ytetesbytferenterstraus conamelogog  loanssfensfranopstedect",
    "onnnamion/trilenfo stsedraten=t / inrs/ ellapapspseelaes=ctisizizeet inf",
    "o  fo tusatuessproages beadingtivact dbnt ailver cohttttpfilivetiodeb by",
    " polener:sum seven lenin deostebubugug runnniunnlateve evresten th geedi",
    "p stergetposs/tlueps /opps/g o op /oheareass  prs gthrhrenn=ad=ntapecper",
    "greogrrcebpskbpwrierccals expeuuiuidulactetteroglcuexpalcrit",
);

#[cfg(test)]
mod tests {
    use super::*;

    fn found(search: &Prefilter, text: &[u8]) -> Vec<(usize, usize)> {
        let mut out = Vec::new();
        search.find(text, |literal, at| out.push((at, literal)));
        out.sort_unstable();
        out
    }

    #[test]
    fn every_literal_is_found_at_every_place_in_any_case_and_nothing_else() {
        let literals = [
            "key",
            "password",
            "://",
            "pass",
            "_spec",
            "%40",
            "-----begin ",
        ];
        let search = Prefilter::new(&literals);
        for before in 0..20 {
            for behind in 0..12 {
                for (index, literal) in literals.iter().enumerate() {
                    for spelled in [literal.to_string(), literal.to_uppercase()] {
                        let text = format!("{}{spelled}{}", "x".repeat(before), "y".repeat(behind));
                        let all = found(&search, text.as_bytes());
                        assert!(all.contains(&(before, index)), "{text}");
                        let overlapped = if *literal == "password" { 2 } else { 1 };
                        assert_eq!(all.len(), overlapped, "{text}");
                    }
                }
            }
        }
        assert_eq!(found(&search, b"kez pasword :/ %4 begin [__SPEK"), []);
        assert_eq!(found(&search, b""), []);
    }

    #[test]
    fn finds_are_those_of_a_naive_search_on_any_bytes() {
        let literals: Vec<Vec<u8>> = vec![
            b"aba".to_vec(),
            b"abab".to_vec(),
            b"b{a".to_vec(),
            vec![0x80, 0xff, b'a'],
        ];
        let search = Prefilter::new(&literals);
        let mut state = 7_u32;
        for len in 0..200 {
            let text: Vec<u8> = (0..len)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    *b"abB{A\x80\xff["
                        .get((state >> 24) as usize % 8)
                        .unwrap_or(&b'a')
                })
                .collect();
            let lower = text.to_ascii_lowercase();
            let mut naive = Vec::new();
            for (index, literal) in literals.iter().enumerate() {
                for at in 0..text.len() {
                    let foreign = lower.get(at + 3).is_some_and(|b| !b.is_ascii());
                    let ends = literal.len() == 3 && literal[2].is_ascii_alphanumeric();
                    if lower[at..].starts_with(literal) && !(ends && foreign) {
                        naive.push((at, index));
                    }
                }
            }
            naive.sort_unstable();
            // A short literal that goes on beyond ASCII is found at even places only: it is none.
            let mut all = found(&search, &text);
            all.retain(|(at, index)| {
                let foreign = text.get(at + 3).is_some_and(|b| !b.is_ascii());
                !(foreign
                    && literals[*index].len() == 3
                    && literals[*index][2].is_ascii_alphanumeric())
            });
            assert_eq!(all, naive);
        }
    }
}
