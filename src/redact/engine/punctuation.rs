//! Every dot, colon, dash and `@`, every backslash and every line: the scanners of addresses, names of hosts and
//! accounts, hardware addresses and heads of lines start there. Nearly all dots, colons and dashes belong to times,
//! rates and UUIDs; masks of many bytes at once tell which of them need a closer look.
use crate::redact::identity::email;
use crate::redact::identity::ip_address;
use crate::redact::identity::line_head;
use crate::redact::identity::windows_account;
use wide::u8x16;

use super::redactor::Pass;

/// Bytes that one vector holds.
const QUARTER: usize = 16;
/// Bytes that are judged in one step; those behind them in the masks are what stands ahead.
const STEP: usize = 48;

/// Where the signs are in 64 bytes of a text: the lowest bit is the first byte.
#[derive(Clone, Copy, Default)]
struct Masks {
    dots: u64,
    colons: u64,
    dashes: u64,
    /// Letters, and a few signs that share a bit with them.
    letters: u64,
    /// `@`, backslashes and ends of lines: each of them is looked at.
    others: u64,
}

/// The signs of a step that need a closer look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Signs {
    dots: u64,
    colons: u64,
    dashes: u64,
    others: u64,
}

impl Masks {
    /// Before the first step.
    fn new(text: &[u8]) -> Self {
        let mut masks = Self::default();
        masks.add(text, 0, STEP);
        masks
    }

    /// One step on: what stood ahead is now judged, and the bytes from `at` are ahead.
    fn step(&mut self, text: &[u8], at: usize) {
        self.dots >>= STEP;
        self.colons >>= STEP;
        self.dashes >>= STEP;
        self.letters >>= STEP;
        self.others >>= STEP;
        for quarter in (0..STEP).step_by(QUARTER) {
            self.add(text, at + quarter, QUARTER + quarter);
        }
    }

    /// Adds 16 bytes of the text from `from`; nothing stands behind its end.
    fn add(&mut self, text: &[u8], from: usize, place: usize) {
        let rest = text.get(from..).unwrap_or_default();
        let quarter = rest.first_chunk::<QUARTER>().copied().unwrap_or_else(|| {
            let mut last = [b' '; QUARTER];
            last[..rest.len()].copy_from_slice(rest);
            last
        });
        let bytes = u8x16::from(quarter);
        let sign = |sign: u8| bytes.simd_eq(u8x16::splat(sign));
        let places = |signs: u8x16| u64::from(signs.to_bitmask()) << place;
        self.dots |= places(sign(b'.'));
        self.colons |= places(sign(b':'));
        self.dashes |= places(sign(b'-'));
        self.others |= places(sign(b'@') | sign(b'\\') | sign(b'\n'));
        // The mask is of the highest bits: doubled, those are the ones that letters have set.
        self.letters |= places(bytes + bytes);
    }

    /// The signs of the step that need a closer look.
    fn judge(self) -> Signs {
        let Self {
            dots,
            colons,
            dashes,
            letters,
            others,
        } = self;
        // Dots: before a letter (a host name), or with another one near (an address, also of hardware).
        let near = dots >> 2 | dots >> 3;
        let near = near | near >> 2;
        // Colons: two in a row, or three with no more than four bytes between each; a time has two.
        let followed = |mask: u64| {
            let two = mask >> 1 | mask >> 2;
            mask & (two | two >> 2 | mask >> 5)
        };
        // Dashes: two of them with one to three bytes between.
        let pairs = dashes & (dashes >> 2 | dashes >> 3 | dashes >> 4);
        let judged = (1 << STEP) - 1;
        Signs {
            dots: dots & (letters >> 1 | near) & judged,
            colons: (colons & colons >> 1 | followed(followed(colons))) & judged,
            dashes: pairs & judged,
            others: others & judged,
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

/// Every line of the text, and every sign that may belong to an address or a name.
pub(in crate::redact) fn signs(pass: &mut Pass<'_>) {
    let text = pass.text;
    line_head::line_head(pass, 0);
    let (mut after_dot, mut after_colon) = (0, 0);
    let mut masks = Masks::new(text);
    for start in (0..text.len()).step_by(STEP) {
        masks.step(text, start + QUARTER);
        let signs = masks.judge();
        if signs == Signs::default() {
            continue;
        }
        for dot in places(signs.dots) {
            if start + dot >= after_dot {
                after_dot = ip_address::dot_at(pass, start + dot).unwrap_or(after_dot);
            }
        }
        for colon in places(signs.colons) {
            if start + colon >= after_colon {
                after_colon = ip_address::colon_at(pass, start + colon, after_colon);
            }
        }
        for dash in places(signs.dashes) {
            ip_address::dash_at(pass, start + dash);
        }
        for other in places(signs.others) {
            let at = start + other;
            match text.get(at) {
                Some(b'@') => email::at_sign(pass, at),
                Some(b'\\') => windows_account::backslash_at(pass, at),
                _ => line_head::line_head(pass, at + 1),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(text: &str) -> (bool, bool, bool) {
        let text = text.as_bytes();
        let (mut masks, mut found, mut others) = (Masks::new(text), Signs::default(), 0);
        for start in (0..text.len()).step_by(STEP) {
            masks.step(text, start + QUARTER);
            let signs = masks.judge();
            found.dots |= signs.dots;
            found.colons |= signs.colons;
            found.dashes |= signs.dashes;
            for other in places(signs.others) {
                assert!(b"@\\\n".contains(&text[start + other]));
            }
            others += signs.others.count_ones() as usize;
        }
        let all = text.iter().filter(|b| b"@\\\n".contains(b)).count();
        assert_eq!(others, all);
        (found.dots != 0, found.colons != 0, found.dashes != 0)
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
            ("ACME\\maria\nmaria@acme\n@", (false, false, false)),
        ] {
            for shift in 0..120 {
                let text = format!("{}{text}", " ".repeat(shift));
                assert_eq!(signs(&text), expected, "{text}");
            }
        }
    }
}
