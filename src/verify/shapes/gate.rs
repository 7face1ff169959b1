//! The gate before the detectors: finds runs of letters and digits sixty-four bytes at a time, and keeps
//! nearly all of them from a closer look with a few loads each.
use super::bytes::{alnum, at, before};
use super::tokens;

/// Calls `each` with start and end of every run of ASCII letters and digits, in their order.
#[inline]
pub(super) fn each_run(text: &[u8], mut each: impl FnMut(usize, usize)) {
    let mut start = 0;
    let mut inside = 0u64;
    let mut base = 0;
    for block in text.chunks(64) {
        let mask = match block.first_chunk::<64>() {
            Some(whole) => alnum_mask(whole),
            None => {
                let mut last = [0u8; 64];
                for (to, from) in last.iter_mut().zip(block) {
                    *to = *from;
                }
                alnum_mask(&last)
            }
        };
        // A bit is set where the byte before it is in a run.
        let shifted = (mask << 1) | inside;
        let mut starts = mask & !shifted;
        let mut ends = shifted & !mask;
        while ends != 0 {
            let end = ends.trailing_zeros();
            if starts.trailing_zeros() < end {
                start = base + starts.trailing_zeros() as usize;
                starts &= starts - 1;
            }
            ends &= ends - 1;
            each(start, base + end as usize);
        }
        if starts != 0 {
            start = base + starts.trailing_zeros() as usize;
        }
        inside = mask >> 63;
        base += 64;
    }
    if inside == 1 {
        each(start, text.len());
    }
}

/// One bit for each byte that is a letter or a digit.
#[inline]
fn alnum_mask(block: &[u8; 64]) -> u64 {
    let mut is = [0u8; 64];
    for (to, &b) in is.iter_mut().zip(block) {
        let letter = (b | 0x20).wrapping_sub(b'a') < 26;
        let digit = b.wrapping_sub(b'0') < 10;
        *to = u8::from(letter) | u8::from(digit);
    }
    let mut mask = 0;
    for (k, eight) in is.as_chunks::<8>().0.iter().enumerate() {
        // Gathers the lowest bits of eight bytes in the highest byte.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= bits << (8 * k);
    }
    mask
}

/// True where a detector may start at the run `text[start..end]`.
#[inline]
pub(super) fn may_matter(text: &[u8], start: usize, end: usize) -> bool {
    let len = end - start;
    if len >= 10 || may_end_a_word(text, start, end) {
        return true;
    }
    let next = at(text, end);
    match before(text, start) {
        b'$' if next == b'$' => return true,
        b'{' if next == b'}' => return true,
        b'[' if next == b']' => return true,
        b'<' if next == b'>' => return true,
        b'\\' if before(text, start - 1) == b'\\' => return true,
        b'=' if at(text, start) == b'4' && at(text, start + 1) == b'0' => return true,
        b'-' if len == 1 => return true,
        _ => {}
    }
    if next == b':' && at(text, end + 1) == b'/' {
        return true;
    }
    len <= 5 && short(text, start, end, next)
}

/// The same for runs of five and less, which the sign behind them makes addresses or marks of tokens.
#[inline]
fn short(text: &[u8], start: usize, end: usize, next: u8) -> bool {
    let len = end - start;
    let first = at(text, start);
    match next {
        b'.' => {
            let dots = (3..8).any(|n| at(text, start + n) == b'.');
            (first.is_ascii_digit() && dots) || len == 4 || tokens::may_follow(text, end + 1)
        }
        b':' => len == 1 || (first.is_ascii_hexdigit() && !time(text, start, end)),
        b'-' => {
            let dash = (2..5).any(|n| at(text, end + n) == b'-');
            (len <= 3 && dash) || (len == 3 && first == b'W') || tokens::may_follow(text, end + 1)
        }
        b'_' => tokens::may_follow(text, end + 1),
        b'~' => at(text, end - 1) == b'Q',
        b' ' => at(text, end + 1 + len) == b' ' && alnum(at(text, end + 1)) && len % 2 == 0,
        _ => false,
    }
}

/// True for the hours and minutes of a time such as `21:23:28` that ends there.
#[inline]
fn time(text: &[u8], start: usize, end: usize) -> bool {
    let digits = |i: usize| at(text, i).is_ascii_digit() && at(text, i + 1).is_ascii_digit();
    if end - start != 2 || !digits(start) || !digits(end + 1) {
        return false;
    }
    let sign = at(text, end + 3);
    if sign != b':' {
        // The minutes: hours stand before them, and nothing of an address behind.
        return !alnum(sign);
    }
    let last = at(text, end + 6);
    digits(end + 4) && last != b':' && !alnum(last)
}

/// Last four letters, in lower case, of runs at which a detector may start.
const TAILS: [&[u8; 4]; 63] = [
    b"pass", b"word", b"sswd", b"rase", b"code", b"cret", b"oken", b"okie", b"kies", b"tial",
    b"ials", b"tion", b"fier", b"ture", b"onse", b"uest", b"ssid", b"onid", b"user", b"name",
    b"ogin", b"host", b"ress", b"asic", b"arer", b"gest", b"iate", b"ntlm", b"ines", b"home",
    b"sers", b"pera", b"kie2", b"ings", b"mail", b"hone", b"bile", b"iban", b"axid", b"uter",
    b"main", b"rver", b"auth", b"seed", b"cket", b"once", b"tate", b"salt", b"hmac", b"ktop",
    b"ptop", b"book", b"imac", b"mini", b"addr", b"ther", b"eral", b"ices", b"dmin", b"ysql",
    b"fied", b"csrf", b"xsrf",
];

/// The same for the last three letters.
const SHORT_TAILS: [&[u8; 3]; 12] = [
    b"pwd", b"key", b"sig", b"hex", b"pat", b"win", b"ip6", b"mac", b"sid", b"otp", b"jwt", b"ssn",
];

/// One bit for each hashed tail: keeps nearly all runs from a closer look.
static TAIL_BITS: [u64; 64] = tail_bits();

const fn tail_slot(tail: u32) -> (usize, u64) {
    let h = tail.wrapping_mul(0x9e37_79b1) >> 20;
    ((h / 64) as usize, 1 << (h % 64))
}

const fn tail_bits() -> [u64; 64] {
    let mut bits = [0u64; 64];
    let mut i = 0;
    while i < TAILS.len() {
        let (slot, bit) = tail_slot(u32::from_le_bytes(*TAILS[i]));
        bits[slot] |= bit;
        i += 1;
    }
    i = 0;
    while i < SHORT_TAILS.len() {
        let t = SHORT_TAILS[i];
        let (slot, bit) = tail_slot(u32::from_le_bytes([0, t[0], t[1], t[2]]));
        bits[slot] |= bit;
        i += 1;
    }
    bits
}

/// True where the run `text[start..end]` may end in a key word.
#[inline]
pub(super) fn may_end_a_word(text: &[u8], start: usize, end: usize) -> bool {
    let tail = match text.get(end.wrapping_sub(4)..end) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) | 0x2020_2020,
        _ => return end - start >= 2,
    };
    let (slot, bit) = tail_slot(tail);
    let (short_slot, short_bit) = tail_slot(tail & 0xffff_ff00);
    (end - start >= 4 && TAIL_BITS[slot] & bit != 0)
        || (end - start >= 3 && TAIL_BITS[short_slot] & short_bit != 0)
        || (end - start == 2 && tail >> 16 == u32::from(u16::from_le_bytes(*b"id")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_those_that_a_plain_loop_finds() {
        let mut seed = 7u64;
        for size in (0..400).chain([4096, 4100]) {
            let text: Vec<u8> = (0..size)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    match seed >> 61 {
                        0 => (seed >> 40) as u8,
                        1 => b' ',
                        _ => b'a' + (seed >> 33) as u8 % 26,
                    }
                })
                .collect();
            let mut wanted = Vec::new();
            let mut i = 0;
            while i < text.len() {
                let end = super::super::bytes::run_end(&text, i, usize::MAX, alnum);
                if end > i {
                    wanted.push((i, end));
                }
                i = end.max(i) + 1;
            }
            let mut found = Vec::new();
            each_run(&text, |a, b| found.push((a, b)));
            assert_eq!(found, wanted, "{size}");
        }
    }

    #[test]
    fn times_are_no_addresses() {
        for (text, wanted) in [
            ("21:23:28.598 x", true),
            ("21:23:28", true),
            ("21:23 x", true),
            ("21:23::28", false),
            ("21:23:28:11:22:33", false),
            ("fd:23:28 ", false),
            ("21:23:2811::1", false),
        ] {
            assert_eq!(time(text.as_bytes(), 0, 2), wanted, "{text}");
        }
    }
}
