//! Which words of a text may hold a learned secret in base64 or hexadecimal: a filter of what the first bytes of each
//! secret look like there, and a test of whether a word could hold more text, so that nearly no word is decoded.
use data_encoding::{BASE64, BASE64URL, HEXLOWER, HEXUPPER};

use super::secrets::mix;

/// Bytes of a secret, and letters of its encoded form, that are looked up at once.
pub(in crate::redact) const GRAM: usize = 8;
/// How a secret can look in a word: at three places of a group of base64, in two alphabets, in two cases of
/// hexadecimal; most have the same letters in both alphabets.
const FORMS: usize = 5;
/// Bits of the filter for each form, and how many of them it sets.
const BITS: usize = 24;
const PROBES: usize = 3;
/// A word that holds an encoded word which holds a secret is no shorter.
const SHORTEST_NESTED: usize = 15;
/// In text that is not all ASCII, one byte of so many may be of another letter; in the first few none.
const OTHERS: usize = 4;

/// The encoded first bytes of all secrets, as a Bloom filter: about 15 to 30 bytes for each.
#[derive(Default)]
pub(in crate::redact) struct EncodedGrams {
    bits: Vec<u64>,
}

impl EncodedGrams {
    /// An empty filter with room for so many secrets.
    pub(in crate::redact) fn with_room(secrets: usize) -> Self {
        let words = (secrets * FORMS * BITS / 64).next_power_of_two();
        Self {
            bits: vec![0; words.max(1024)],
        }
    }

    /// True if the filter has room for so many secrets.
    pub(in crate::redact) fn has_room(&self, secrets: usize) -> bool {
        self.bits.len() * 64 >= secrets * FORMS * BITS
    }

    /// Adds the first bytes of a secret.
    pub(in crate::redact) fn insert(&mut self, first: [u8; GRAM]) {
        // Bytes before it in its group of three, and the first letter that has bits of the secret only.
        for (skipped, from) in [(0, 0), (1, 2), (2, 3)] {
            let mut bytes = [0; 12];
            bytes[skipped..skipped + GRAM].copy_from_slice(&first);
            for alphabet in [BASE64, BASE64URL] {
                self.add(&alphabet.encode(&bytes), from);
            }
        }
        for digits in [HEXLOWER, HEXUPPER] {
            self.add(&digits.encode(&first), 0);
        }
    }

    fn add(&mut self, letters: &str, from: usize) {
        let gram = letters.as_bytes().get(from..).and_then(<[u8]>::first_chunk);
        for bit in gram.map(|gram| self.probes(gram)).into_iter().flatten() {
            if let Some(word) = self.bits.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        }
    }

    /// Places of the bits of a gram. The filter has a power of two of them.
    fn probes(&self, gram: &[u8; GRAM]) -> [usize; PROBES] {
        self.probes_of(mix(gram))
    }

    fn probes_of(&self, mixed: u64) -> [usize; PROBES] {
        let (first, step) = (mixed >> 32, (mixed ^ mixed >> 32) | 1);
        let last = (self.bits.len() * 64).wrapping_sub(1);
        [0, 1, 2].map(|i: u64| first.wrapping_add(i.wrapping_mul(step)) as usize & last)
    }

    fn has(&self, gram: &[u8; GRAM]) -> bool {
        self.has_mixed(mix(gram))
    }

    /// True if a gram may be of a secret; `mixed` is the gram, spread.
    #[inline]
    pub(in crate::redact) fn has_mixed(&self, mixed: u64) -> bool {
        let set = |bit: usize| {
            self.bits
                .get(bit / 64)
                .is_some_and(|word| word >> (bit % 64) & 1 == 1)
        };
        self.probes_of(mixed).into_iter().all(set)
    }

    /// True if a word may hold a secret, or text in which one is encoded again.
    pub(in crate::redact) fn may_hold(&self, word: &[u8]) -> bool {
        word.windows(GRAM)
            .filter_map(<[u8]>::first_chunk)
            .any(|gram| self.has(gram))
            || may_hold_text(word)
    }
}

/// What each letter of base64 stands for, in both alphabets.
const SIXES: [u8; 256] = {
    let letters = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut table = [0xff; 256];
    let mut i = 0;
    while i < 64 {
        table[letters[i] as usize] = i as u8;
        i += 1;
    }
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
};

/// True if a word is, from one of its first places on, base64 or hexadecimal of something that is text for the most
/// part, or of a packed stream.
pub(in crate::redact) fn may_hold_text(word: &[u8]) -> bool {
    let packed = |word: &[u8]| {
        word.starts_with(b"H4s") || matches!(word, [b'e', b'A' | b'F' | b'J' | b'N', ..])
    };
    let parts = word.split(|b| *b == b'=');
    let mut parts = parts.filter(|part| part.len() >= SHORTEST_NESTED);
    parts.any(|part| {
        (0..4).any(|skip| packed(&part[skip..]) || is_mostly(&part[skip..], 4, 3, others_in_group))
    }) || is_hex_of_text(word)
}

/// How many of the three bytes that four letters stand for are not ASCII.
fn others_in_group(group: &[u8]) -> usize {
    let high = [0x20, 0x08, 0x02, 0];
    let other = |(b, high): (&u8, u8)| usize::from(SIXES[usize::from(*b)] & high != 0);
    group.iter().zip(high).map(other).sum()
}

/// Hexadecimal digits of text or of a packed stream somewhere in a word.
fn is_hex_of_text(word: &[u8]) -> bool {
    let runs = word.split(|b| !b.is_ascii_hexdigit());
    let mut runs = runs.filter(|run| run.len() >= SHORTEST_NESTED);
    runs.any(|run| {
        (0..2).any(|skip| {
            let digits = &run[skip..];
            let packed = digits.starts_with(b"1f8b")
                || digits.starts_with(b"1F8B")
                || digits.starts_with(b"78");
            packed || is_mostly(digits, 2, 1, |pair| usize::from(pair[0] > b'7'))
        })
    })
}

/// True if nearly all bytes that the letters stand for are ASCII; `others` counts the rest of a group of so many letters.
fn is_mostly(letters: &[u8], size: usize, bytes: usize, others: impl Fn(&[u8]) -> usize) -> bool {
    let all = letters.len() / size * bytes;
    let mut room = all.saturating_sub(OTHERS) / OTHERS;
    letters.chunks_exact(size).all(|group| {
        let found = others(group);
        let fits = found <= room;
        room = room.saturating_sub(found);
        fits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str) -> EncodedGrams {
        let mut grams = EncodedGrams::with_room(1);
        grams.insert(*text.as_bytes().first_chunk().unwrap());
        grams
    }

    #[test]
    fn a_secret_is_seen_in_any_alphabet_at_any_place_and_between_any_bytes() {
        let secret = "Zk8?~Qp>";
        let grams = holds(secret);
        for before in 0..7 {
            for behind in 0..4 {
                let bytes = [vec![0xf3; before], secret.into(), vec![0xe9; behind]].concat();
                for word in [
                    BASE64.encode(&bytes),
                    BASE64URL.encode(&bytes),
                    HEXLOWER.encode(&bytes),
                    HEXUPPER.encode(&bytes),
                ] {
                    assert!(grams.may_hold(word.as_bytes()), "{before} {behind} {word}");
                }
            }
        }
    }

    #[test]
    fn encoded_text_is_looked_into_and_what_logs_are_made_of_is_not() {
        let grams = holds("Zk8?~Qp>");
        for bytes in [
            &b"another word in here"[..],
            "Zo\u{eb} Bj\u{f6}rk, Malm\u{f6} and more text".as_bytes(),
            b"W\0m\0s\x004\0M\0W\0x\0R\0c\0D\x005\0",
            &[
                0x1f, 0x8b, 8, 0, 0xff, 0xee, 0xdd, 0xcc, 0xbb, 0xaa, 0x99, 0x88,
            ],
            &[
                0x78, 0x9c, 0xff, 0xee, 0xdd, 0xcc, 0xbb, 0xaa, 0x99, 0x88, 0xf7, 0xf6,
            ],
        ] {
            for word in [BASE64.encode(bytes), HEXUPPER.encode(bytes)] {
                assert!(grams.may_hold(word.as_bytes()), "{word}");
            }
        }
        for word in [
            "solicited_retransmissions",
            "7ee5875a-208f-4841-a075-66e3a7883a4e",
            "d41d8cd98f00b204e9800998ecf8427e",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "/northfilm/trailer_8399/master_3328",
            "2020-08-21",
        ] {
            assert!(!grams.may_hold(word.as_bytes()), "{word}");
        }
    }
}
