//! The prefilter: one pass that finds every place of a few hundred literals, in any case.
//!
//! Of every second position three bytes are looked up in a table that fits the first-level cache: two of them lead to
//! a word, the third to a bit of it; only where the bit is set are the literals of that window compared. Six bits tell
//! a byte well enough (letters of either case are one, nothing else that occurs in text falls together with them), so
//! there is one bit for each window and none is hit by accident. Vectorised multi-literal searches are faster for a dozen rare literals, but drown in false
//! candidates where there are hundreds of short lower-case ones.
//! Overlapping finds are all reported, so no literal can hide another.
use super::windows::Commonness;

/// Shorter literals would be everywhere.
const SHORTEST: usize = 3;
/// Letters differ from their other case by this bit; other bytes may fall together, which costs a comparison.
const FOLD: u64 = 0x2020_2020_2020_2020;
/// Pairs of bytes of six bits each.
const PAIRS: usize = 1 << 12;
/// Bytes that are looked at in one step: four windows, the last of which ends one byte behind.
const STEP: usize = 8;
/// Steps that are looked at before the finds in them are compared: a branch for each step would be guessed wrong.
const STRETCH: usize = 256;

/// A search for many literals at once.
pub(in crate::redact) struct Prefilter {
    literals: Vec<Box<[u8]>>,
    /// For each pair of bytes, which third bytes make a window of them.
    thirds: Box<[u64; PAIRS]>,
    /// How many bits are set before each word of `thirds`: a set bit leads to its place in `around`.
    ranks: Vec<u32>,
    /// What stands around the window of each set bit; one more at the end.
    around: Vec<Around>,
    candidates: Vec<Candidate>,
}

/// Which bytes may stand before and behind a window for any of its literals to be there, one bit for each byte of
/// six bits, and where its candidates begin.
#[derive(Clone, Copy, Default)]
struct Around {
    before: u64,
    behind: u64,
    start: u32,
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
    /// A search for lower-case literals of at least three bytes; shorter ones are left out.
    pub(in crate::redact) fn new<T: AsRef<[u8]>>(literals: &[T]) -> Self {
        let literals: Vec<Box<[u8]>> = literals.iter().map(|l| l.as_ref().into()).collect();
        let mut windows = Vec::new();
        let commonness = Commonness::new();
        for (literal, index) in literals.iter().zip(0..) {
            windows_of(literal, index, &commonness, &mut windows);
        }
        windows.sort_by_key(|(window, _)| *window);
        let mut thirds = Box::new([0_u64; PAIRS]);
        let mut around: Vec<Around> = Vec::new();
        let mut last = None;
        for ((window, candidate), start) in windows.iter().zip(0..) {
            thirds[window / 64] |= 1 << (window % 64);
            if last.replace(*window) != Some(*window) {
                around.push(Around {
                    start,
                    ..Around::default()
                });
            }
            if let Some(around) = around.last_mut() {
                let literal = &literals[candidate.literal as usize];
                around.before |= may_be(literal, candidate.ahead - 1);
                around.behind |= may_be(literal, candidate.ahead + 3);
            }
        }
        around.push(Around {
            start: u32::try_from(windows.len()).unwrap_or(u32::MAX),
            ..Around::default()
        });
        let ranks = thirds
            .iter()
            .scan(0, |sum, word| {
                let before = *sum;
                *sum += word.count_ones();
                Some(before)
            })
            .collect();
        Self {
            literals,
            thirds,
            ranks,
            around,
            candidates: windows
                .into_iter()
                .map(|(_, candidate)| candidate)
                .collect(),
        }
    }

    /// The literals.
    #[cfg(test)]
    pub(in crate::redact) fn literals(&self) -> Vec<Vec<u8>> {
        self.literals.iter().map(|l| l.to_vec()).collect()
    }

    /// Calls `each` with the index and the place of every literal, in the order of the windows that
    /// told them: places grow, but for neighbours one byte apart.
    pub(in crate::redact) fn find(&self, text: &[u8], mut each: impl FnMut(usize, usize)) {
        let mut steps = [0_u16; STRETCH];
        let (mut here, mut at) = (pairs(front(text, 0)), 0);
        while let Some(ahead) = text.get(at + STEP..).filter(|rest| rest.len() >= STEP) {
            let (whole, _) = ahead.as_chunks::<STEP>();
            let whole = &whole[..whole.len().min(STRETCH)];
            let mut found = 0;
            for (step, ahead) in (0_u16..).zip(whole) {
                let next = pairs(u64::from_le_bytes(*ahead));
                let hits = self.hits(here, next);
                steps[found % STRETCH] = step;
                found += ((hits[0] | hits[1] | hits[2] | hits[3]) & 1) as usize;
                here = next;
            }
            for step in steps.iter().take(found) {
                self.step(text, at + STEP * usize::from(*step), &mut each);
            }
            at += STEP * whole.len();
        }
        while at < text.len() {
            self.step(text, at, &mut each);
            at += STEP;
        }
    }

    /// Whether a window begins at each second of the eight bytes that `here` holds, in the lowest bit; `next` holds
    /// the eight behind them.
    #[inline]
    fn hits(&self, here: u64, next: u64) -> [u64; 4] {
        [
            self.third(here, here >> 16),
            self.third(here >> 16, here >> 32),
            self.third(here >> 32, here >> 48),
            self.third(here >> 48, next),
        ]
    }

    /// The lowest bit tells whether the first byte of `next` makes a window of the pair; the others do not matter.
    #[inline]
    fn third(&self, pair: u64, next: u64) -> u64 {
        self.thirds[pair as usize % PAIRS] >> (next % 64)
    }

    /// Compares the literals around the windows of the step at `at`.
    fn step(&self, text: &[u8], at: usize, each: &mut impl FnMut(usize, usize)) {
        let here = pairs(front(text, at));
        let next = pairs(front(text, at + STEP));
        let hits = self.hits(here, next);
        let mut mask = hits
            .iter()
            .rev()
            .fold(0, |mask, hit| mask << 1 | (hit & 1) as u32);
        while mask != 0 {
            let place = mask.trailing_zeros();
            mask &= mask - 1;
            self.compare(text, at + 2 * place as usize, &mut *each);
        }
    }

    /// Compares the literals that may stand around the window at `at`, whose bit is set.
    fn compare(&self, text: &[u8], at: usize, each: &mut impl FnMut(usize, usize)) {
        let pairs = pairs(front(text, at));
        let (pair, third) = (pairs as usize % PAIRS, (pairs >> 16) % 64);
        let below = self.thirds[pair] & ((1 << third) - 1);
        let rank = (self.ranks[pair] + below.count_ones()) as usize;
        let [here, next] = [self.around[rank], self.around[rank + 1]];
        // Where the text begins or ends, any byte may be thought; the comparison tells.
        let bit = |at: usize, mask: u64| text.get(at).map_or(1, |b| mask >> six_bits(*b));
        if bit(at.wrapping_sub(1), here.before) & bit(at + 3, here.behind) & 1 == 0 {
            return;
        }
        let (from, to) = (here.start as usize, next.start as usize);
        for candidate in &self.candidates[from..to] {
            let Some(at) = at.checked_add_signed(-(candidate.ahead as isize)) else {
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

/// The byte of a literal at `place`, as one bit; all of them outside of the literal.
fn may_be(literal: &[u8], place: i32) -> u64 {
    let byte = usize::try_from(place).ok().and_then(|at| literal.get(at));
    byte.map_or(u64::MAX, |byte| 1 << six_bits(*byte))
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

/// What tells a byte: five bits, and whether it is a letter or near one; letters of either case are the same.
#[inline]
fn six_bits(byte: u8) -> usize {
    usize::from(byte & 0x1f | (byte >> 1) & 0x20)
}

/// Eight bytes in six bits each, two to a lane of 16 bits.
#[inline]
fn pairs(bytes: u64) -> u64 {
    let six = bytes & 0x1f1f_1f1f_1f1f_1f1f | (bytes >> 1) & FOLD;
    six & 0x003f_003f_003f_003f | (six >> 2) & 0x0fc0_0fc0_0fc0_0fc0
}

/// The place of a byte in the number of its window, of which the pair is the upper part.
fn shift(place: usize) -> usize {
    [6, 12, 0][place % 3]
}

/// The windows by which a literal is found: the rarest one for even and the rarest one for odd places. One that
/// reaches over an end of the literal has any byte there.
fn windows_of(
    literal: &[u8],
    index: u32,
    commonness: &Commonness,
    out: &mut Vec<(usize, Candidate)>,
) {
    let Ok(len) = i32::try_from(literal.len()) else {
        return;
    };
    debug_assert!(literal.len() >= SHORTEST, "a literal is too short");
    let inside = |ahead: i32| {
        let from = usize::try_from(ahead).unwrap_or(0);
        let to = usize::try_from(ahead + 3).unwrap_or(0).min(literal.len());
        literal.get(from..to).unwrap_or_default()
    };
    for first in [0, -1] {
        let rarest = (first..=len - 2)
            .step_by(2)
            .min_by_key(|ahead| (commonness.of(inside(*ahead)), 3 - inside(*ahead).len()));
        let Some(ahead) = rarest.filter(|_| literal.len() >= SHORTEST) else {
            continue;
        };
        let candidate = Candidate {
            head: front(literal, 0),
            mask: u64::MAX >> (64 - 8 * literal.len().min(8)),
            literal: index,
            ahead,
        };
        let known = inside(ahead).iter().zip(if ahead < 0 { 1.. } else { 0.. });
        let window = known.fold(0, |window, (b, place)| {
            window | six_bits(*b) << shift(place)
        });
        let open = match inside(ahead).len() {
            3 => None,
            _ if ahead < 0 => Some(0),
            _ => Some(2),
        };
        match open {
            None => out.push((window, candidate)),
            Some(place) => out.extend((0..64).map(|any| (window | any << shift(place), candidate))),
        }
    }
}

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
                    if lower[at..].starts_with(literal) {
                        naive.push((at, index));
                    }
                }
            }
            naive.sort_unstable();
            assert_eq!(found(&search, &text), naive);
        }
    }
}
