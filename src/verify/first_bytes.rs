//! The first bytes of all that is searched for, mixed, as bits: they keep nearly all text from being hashed.

/// Bits of the filter: 8 KiB at first, so that it stays in the nearest cache, and 2 MiB at most.
const BITS: std::ops::RangeInclusive<u32> = 16..=24;
/// The filter grows when more than one of so many bits is set.
const SPARSE: usize = 64;

/// A filter that grows with what is in it, up to a limit.
#[derive(Default)]
pub(super) struct Heads {
    bits: u32,
    filter: Vec<u64>,
    /// What is in it, to fill a larger one.
    all: Vec<u64>,
}

impl Heads {
    pub(super) fn is_empty(&self) -> bool {
        self.filter.is_empty()
    }

    pub(super) fn insert(&mut self, head: u64) {
        // A filter that can grow no more needs nothing to be filled from.
        if self.bits == *BITS.end() {
            self.all = Vec::new();
            return self.set(head);
        }
        self.all.push(head);
        let wanted = (self.all.len() * SPARSE)
            .next_power_of_two()
            .trailing_zeros()
            .clamp(*BITS.start(), *BITS.end());
        if wanted > self.bits {
            self.bits = wanted;
            self.filter = vec![0; 1 << (wanted - 6)];
            for head in std::mem::take(&mut self.all) {
                self.set(head);
                self.all.push(head);
            }
        } else {
            self.set(head);
        }
    }

    fn set(&mut self, head: u64) {
        let bit = head >> (64 - self.bits);
        if let Some(word) = self.filter.get_mut((bit / 64) as usize) {
            *word |= 1 << (bit % 64);
        }
    }

    /// False if nothing begins so. Nothing may be asked of an empty filter.
    #[inline]
    pub(super) fn may_have(&self, head: u64) -> bool {
        let bit = head >> (64 - self.bits);
        let word = self.filter.get((bit / 64) as usize);
        word.is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_there_however_large_the_filter_became() {
        let head = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut heads = Heads::default();
        assert!(heads.is_empty());
        for i in 1..=300_000 {
            heads.insert(head(i));
        }
        assert!((1..=300_000).all(|i| heads.may_have(head(i))));
        let found = (300_001..600_000).filter(|i| heads.may_have(head(*i)));
        assert!(found.count() < 10_000);
        assert!(heads.all.is_empty() && heads.filter.len() == 1 << 18);
    }
}
