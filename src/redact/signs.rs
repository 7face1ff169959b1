//! Every dot, colon and dash: the scanners of addresses, host names and hardware addresses start there. Nearly all
//! of these signs belong to times, rates and UUIDs; masks of 64 bytes at once tell which of them need a closer look.
use wide::u8x16;

use super::engine::Pass;

/// Bytes that are judged at once: one bit of a mask for each.
const CHUNK: usize = 64;

/// Where the signs and the letters of a chunk are: the lowest bit is the first byte.
#[derive(Clone, Copy, Default)]
struct Masks {
    dots: u64,
    colons: u64,
    dashes: u64,
    letters: u64,
}

/// The signs of a chunk that need a closer look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Signs {
    dots: u64,
    colons: u64,
    dashes: u64,
}

impl Masks {
    /// The masks of the chunk that begins at `start`; nothing stands behind the end of the text.
    fn at(text: &[u8], start: usize) -> Self {
        let rest = text.get(start..).unwrap_or_default();
        if let Some(chunk) = rest.first_chunk::<CHUNK>() {
            return Self::of(chunk);
        }
        let mut last = [b' '; CHUNK];
        last[..rest.len()].copy_from_slice(rest);
        Self::of(&last)
    }

    fn of(chunk: &[u8; CHUNK]) -> Self {
        let mut masks = Self::default();
        let (quarters, _) = chunk.as_chunks::<16>();
        for (i, quarter) in quarters.iter().enumerate() {
            let bytes = u8x16::from(*quarter);
            let is =
                |sign: u8| u64::from(bytes.simd_eq(u8x16::splat(sign)).to_bitmask()) << (16 * i);
            masks.dots |= is(b'.');
            masks.colons |= is(b':');
            masks.dashes |= is(b'-');
            // A letter is what is at most 25 above an `a`, whatever its case.
            let above = (bytes | u8x16::splat(0x20)) - u8x16::splat(b'a');
            let letters = above.min(u8x16::splat(25)).simd_eq(above);
            masks.letters |= u64::from(letters.to_bitmask()) << (16 * i);
        }
        masks
    }

    /// The signs that need a closer look, for what stands in the chunk behind.
    fn judge(self, behind: Self) -> Signs {
        let join = |here: u64, behind: u64| u128::from(here) | u128::from(behind) << CHUNK;
        let near = |mask: u128, from: u32, to: u32| (from..=to).fold(0, |all, by| all | mask >> by);
        // Dots: before a letter (a host name), or with another one near (an address, also of hardware).
        let dots = join(self.dots, behind.dots);
        let letters = join(self.letters, behind.letters);
        // Dashes: two of them with one to three bytes between.
        let dashes = join(self.dashes, behind.dashes);
        // Colons: two in a row, or three with no more than four bytes between each; a time has two.
        let colons = join(self.colons, behind.colons);
        let followed = colons & near(colons, 1, 5);
        Signs {
            dots: (dots & (letters >> 1 | near(dots, 2, 5))) as u64,
            colons: (colons & colons >> 1 | followed & near(followed, 1, 5)) as u64,
            dashes: (dashes & near(dashes, 2, 4)) as u64,
        }
    }
}

/// The places of the set bits, from the lowest.
fn places(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = mask.trailing_zeros() as usize;
        mask &= mask.checked_sub(1)?;
        Some(place)
    })
}

impl Pass<'_> {
    /// Every dot, colon and dash of the text that may belong to an address or a name.
    pub(super) fn signs(&mut self) {
        let text = self.text;
        let (mut after_dot, mut after_colon) = (0, 0);
        let mut here = Masks::at(text, 0);
        for start in (0..text.len()).step_by(CHUNK) {
            let behind = Masks::at(text, start + CHUNK);
            let signs = here.judge(behind);
            here = behind;
            if signs == Signs::default() {
                continue;
            }
            for dot in places(signs.dots) {
                if start + dot >= after_dot {
                    after_dot = self.dot_at(start + dot).unwrap_or(after_dot);
                }
            }
            for colon in places(signs.colons) {
                if start + colon >= after_colon {
                    after_colon = self.colon_at(start + colon, after_colon);
                }
            }
            for dash in places(signs.dashes) {
                self.dash_at(start + dash);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(text: &str) -> (bool, bool, bool) {
        let signs = Masks::at(text.as_bytes(), 0).judge(Masks::at(text.as_bytes(), CHUNK));
        (signs.dots != 0, signs.colons != 0, signs.dashes != 0)
    }

    #[test]
    fn addresses_need_a_closer_look_and_times_do_not() {
        for time in [
            "19:28:44.143 [20bf-e3231fe9] rate=331.82Mbps 4.88%",
            "a2a0929b-1689-4d91-a99b-6c9941a7fb5f at 12:30:00",
        ] {
            assert_eq!(signs(time), (false, false, false), "{time}");
        }
        for (text, expected) in [
            ("10.1.2.3", (true, false, false)),
            ("203.113.211.209", (true, false, false)),
            ("a.example", (true, false, false)),
            ("fe80::1", (false, true, false)),
            ("2001:db8:aaaa:bbbb:1:2:3:4", (false, true, false)),
            ("ae:97:6f:d1:91:71", (false, true, false)),
            ("AE-97-6F-D1-91-71", (false, false, true)),
            ("219-09-9999", (false, false, true)),
            ("ip-10-1-2-3", (false, false, true)),
        ] {
            for shift in [0, 1, 40, 50, 53] {
                let text = format!("{}{text}", " ".repeat(shift));
                assert_eq!(signs(&text), expected, "{text}");
            }
        }
    }
}
