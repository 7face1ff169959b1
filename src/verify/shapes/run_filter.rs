//! The gate before the detectors: finds runs of letters and digits, and keeps nearly all of them from a
//! closer look with a few loads each.
use super::bytes::{BEYOND_HEX, CLASS, DIGIT, alnum, at, before};

/// Calls `each` with start, end and class bits of the runs of ASCII letters and digits, in their order.
#[inline(always)]
pub(super) fn each_run(text: &[u8], mut each: impl FnMut(usize, usize, u8)) {
    let mut bytes = text.iter().enumerate();
    while let Some((start, &first)) = bytes.next() {
        let mut class = CLASS[first as usize];
        if class == 0 {
            continue;
        }
        let mut end = text.len();
        for (i, &b) in bytes.by_ref() {
            let c = CLASS[b as usize];
            if c == 0 {
                end = i;
                break;
            }
            class |= c;
        }
        each(start, end, class);
    }
}

/// Ends of what makers put before their tokens, with the sign that follows.
const MARKS: [&[u8; 3]; 33] = [
    b"hp_", b"ho_", b"hu_", b"hs_", b"hr_", b"at_", b"at-", b"xb-", b"xp-", b"xa-", b"xs-", b"pp-",
    b"29.", b"ve_", b"pm_", b"pi-", b"v1_", b"vs.", b"vb.", b"sa_", b"lc_", b"hf_", b"ss_", b"pi_",
    b"AK-", b"SG.", b"EY-", b"al.", b"ic.", b"nt-", b"oj-", b"sk-", b"ec_",
];

static MARK_BITS: [u64; 64] = mark_bits();

const fn mark_of(bytes: &[u8; 3]) -> u32 {
    u32::from_le_bytes([bytes[0] | 0x20, bytes[1] | 0x20, bytes[2], 0])
}

const fn mark_bits() -> [u64; 64] {
    let mut bits = [0u64; 64];
    let mut i = 0;
    while i < MARKS.len() {
        let (slot, bit) = tail_slot(mark_of(MARKS[i]));
        bits[slot] |= bit;
        i += 1;
    }
    bits
}

/// True where a detector may start at the run `text[start..end]` of this class.
#[inline(always)]
pub(super) fn may_matter(text: &[u8], start: usize, end: usize, class: u8) -> bool {
    let len = end - start;
    if len >= 10 || (class != DIGIT && may_end_a_word(text, start, end)) {
        return true;
    }
    let (prev, next) = (before(text, start), at(text, end));
    let (lead, sign) = (SIGNS[prev as usize], SIGNS[next as usize]);
    let around =
        (lead & ALWAYS != 0) | ((len == 1) & (lead & ALONE != 0)) | (lead & sign & PAIRS != 0);
    // Behind most runs is a blank: it matters where another follows as far on as the run is long.
    let behind = (sign & BEHIND != 0) & ((next != b' ') | (at(text, end + 1 + len) == b' '));
    (around && led(text, start, prev, next)) || (behind && followed(text, start, end, class, next))
}

const ALWAYS: u8 = 1;
const ALONE: u8 = 2;
const BEHIND: u8 = 4;
/// Signs that matter before and behind a run together: a dollar, braces, brackets, angles.
const PAIRS: u8 = 0xf0;

static SIGNS: [u8; 256] = signs();

const fn signs() -> [u8; 256] {
    let mut table = [0u8; 256];
    table[b'\\' as usize] = ALWAYS;
    table[b'-' as usize] = ALONE | BEHIND;
    table[b'/' as usize] = ALONE;
    table[b'_' as usize] = BEHIND;
    table[b'.' as usize] = BEHIND;
    table[b'~' as usize] = BEHIND;
    table[b':' as usize] = BEHIND;
    table[b' ' as usize] = BEHIND;
    table[b'$' as usize] = 0x10;
    table[b'{' as usize] = 0x20;
    table[b'}' as usize] = 0x20;
    table[b'[' as usize] = 0x40;
    table[b']' as usize] = 0x40;
    table[b'<' as usize] = 0x80;
    table[b'>' as usize] = 0x80;
    table
}

/// True where the run may be the mark of a token.
#[inline]
fn marked(text: &[u8], start: usize, end: usize, next: u8) -> bool {
    let tail = [at(text, end.wrapping_sub(2)), at(text, end - 1), next];
    let (slot, bit) = tail_slot(mark_of(&tail));
    let (first, second) = (at(text, start), at(text, start + 1));
    (MARK_BITS[slot] & bit != 0)
        | ((next == b'_') & (first == b'A') & (second == b'T'))
        | ((next == b'_') & (second == b'A') & (at(text, start + 2) == b'T'))
        | ((next == b'~') & (tail[1] == b'Q'))
}

/// A look at the sign before a run.
fn led(text: &[u8], start: usize, prev: u8, next: u8) -> bool {
    match prev {
        b'\\' => before(text, start - 1) == b'\\',
        b'/' => next == b':',
        _ => true,
    }
}

/// A look at the sign behind a run, which makes it part of an address or the mark of a token.
#[inline]
fn followed(text: &[u8], start: usize, end: usize, class: u8, next: u8) -> bool {
    let len = end - start;
    let hex = class & BEYOND_HEX == 0;
    match next {
        b':' if at(text, end + 1) == b'/' => true,
        _ if len > 5 => false,
        b'.' if class == DIGIT && len < 4 => (2..5).any(|n| at(text, end + n) == b'.'),
        b'.' if hex => len == 4 && at(text, end + 5) == b'.',
        b':' => hex && !time(text, start, end),
        b'-' if class == DIGIT => len < 4 && (2..5).any(|n| at(text, end + n) == b'-'),
        b'-' if hex => len == 2 && at(text, end + 3) == b'-',
        b'.' | b'-' | b'_' | b'~' => !hex && marked(text, start, end, next),
        b' ' => hex && len.is_multiple_of(2) && at(text, end + 1 + len) == b' ',
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
    let len = end - start;
    let tail = match text.get(end.wrapping_sub(4)..end) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) | 0x2020_2020,
        _ => return len >= 2,
    };
    let (slot, bit) = tail_slot(tail);
    let (short_slot, short_bit) = tail_slot(tail & 0xffff_ff00);
    ((len >= 4) & (TAIL_BITS[slot] & bit != 0))
        | ((len >= 3) & (TAIL_BITS[short_slot] & short_bit != 0))
        | ((len == 2) & (tail >> 16 == u32::from(u16::from_le_bytes(*b"id"))))
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
            each_run(&text, |a, b, _| found.push((a, b)));
            assert_eq!(found, wanted, "{size}");
        }
    }

    #[test]
    fn every_prefix_of_a_maker_passes_the_gate() {
        for (prefix, _) in crate::verify::shapes::token::PREFIXES {
            let mark = prefix.last_chunk::<3>().unwrap();
            let (slot, bit) = tail_slot(mark_of(mark));
            assert!(MARK_BITS[slot] & bit != 0, "{prefix:?}");
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
