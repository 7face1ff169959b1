//! Quotes, brackets and commas of 64 bytes at once, as the bits of a word.

/// Bytes that are looked at in one step.
pub(in crate::text) const STEP: usize = 64;

/// A bit for each byte of a step that is of a kind.
pub(in crate::text) struct Masks<'a> {
    block: &'a [u8; STEP],
    pub(in crate::text) quotes: u64,
    pub(in crate::text) slashes: u64,
}

const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

/// The highest bit of each byte of `word` that equals the bytes of `pattern`.
fn equal(word: u64, pattern: u64) -> u64 {
    let differs = word ^ pattern;
    !(((differs & LOW) + LOW) | differs | LOW)
}

/// The highest bits of the eight bytes, gathered in one.
fn gather(bits: u64) -> u64 {
    (bits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// A bit for each byte that is `byte` once the bits of `ignore` are set in it.
fn bits(block: &[u8; STEP], byte: u8, ignore: u8) -> u64 {
    let (words, _) = block.as_chunks::<8>();
    words.iter().rev().fold(0, |bits, word| {
        let word = u64::from_le_bytes(*word) | all(ignore);
        bits << 8 | gather(equal(word, all(byte)))
    })
}

impl<'a> Masks<'a> {
    pub(in crate::text) fn new(block: &'a [u8; STEP]) -> Self {
        Self {
            block,
            quotes: bits(block, b'"', 0),
            slashes: bits(block, b'\\', 0),
        }
    }

    /// Opening and closing brackets; square and curly ones differ in one bit.
    pub(in crate::text) fn brackets(&self) -> (u64, u64) {
        (bits(self.block, b'{', 0x20), bits(self.block, b'}', 0x20))
    }

    pub(in crate::text) fn commas(&self) -> u64 {
        bits(self.block, b',', 0)
    }
}

/// The characters that a backslash escapes. `carry` is true if the last step ended with a backslash
/// that escapes, and becomes so if this one does.
pub(in crate::text) fn escaped(slashes: u64, carry: &mut bool) -> u64 {
    const EVEN: u64 = 0x5555_5555_5555_5555;
    let slashes = slashes & !u64::from(*carry);
    let follows = slashes << 1 | u64::from(*carry);
    let odd_starts = slashes & !EVEN & !follows;
    let (ends, over) = odd_starts.overflowing_add(slashes);
    *carry = over;
    (EVEN ^ (ends << 1)) & follows
}

/// Whether each byte stands in a string: from the opening quote on, the closing one not.
pub(in crate::text) fn in_strings(quotes: u64, begins_in: bool) -> u64 {
    let mut inside = quotes;
    for shift in [1, 2, 4, 8, 16, 32] {
        inside ^= inside << shift;
    }
    if begins_in { !inside } else { inside }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(text: &[u8]) -> [u8; STEP] {
        let mut block = [b' '; STEP];
        block[..text.len()].copy_from_slice(text);
        block
    }

    fn places(text: &[u8], want: impl Fn(u8) -> bool) -> u64 {
        let set = text.iter().enumerate().filter(|(_, b)| want(**b));
        set.fold(0, |bits, (at, _)| bits | 1 << at)
    }

    #[test]
    fn each_byte_has_its_bit_wherever_it_is() {
        for first in 0..=255u8 {
            let bytes: Vec<u8> = (0..64)
                .map(|at| first.wrapping_add(u8::wrapping_mul(at, 37)))
                .collect();
            let block = step(&bytes);
            let masks = Masks::new(&block);
            assert_eq!(masks.quotes, places(&bytes, |b| b == b'"'));
            assert_eq!(masks.slashes, places(&bytes, |b| b == b'\\'));
            let (open, close) = masks.brackets();
            assert_eq!(open, places(&bytes, |b| matches!(b, b'{' | b'[')));
            assert_eq!(close, places(&bytes, |b| matches!(b, b'}' | b']')));
            assert_eq!(masks.commas(), places(&bytes, |b| b == b','));
        }
    }

    #[test]
    fn escapes_are_paired_also_over_the_end_of_a_step() {
        let mut state = 7u64;
        for _ in 0..2000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let text: Vec<u8> = (0..128)
                .map(|at| {
                    if state >> (at % 61) & 3 != 0 {
                        b'\\'
                    } else {
                        b'x'
                    }
                })
                .collect();
            let (mut expected, mut escape) = ([0u64; 2], false);
            for (at, byte) in text.iter().enumerate() {
                expected[at / 64] |= u64::from(escape) << (at % 64);
                escape = !escape && *byte == b'\\';
            }
            let mut carry = false;
            for (number, half) in text.chunks(64).enumerate() {
                let slashes = places(half, |b| b == b'\\');
                assert_eq!(escaped(slashes, &mut carry), expected[number]);
            }
        }
    }

    #[test]
    fn strings_reach_from_quote_to_quote() {
        assert_eq!(in_strings(0b0101_1010, false), 0b0011_0110);
        assert_eq!(in_strings(0b1010, false), 0b0110);
        assert_eq!(in_strings(0b1000, true), 0b0111);
        assert_eq!(in_strings(0, true), !0);
    }
}
