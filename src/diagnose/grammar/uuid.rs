//! Ids of sessions and transfers: UUIDs as 128-bit numbers.

/// Values of hexadecimal digits.
const DIGITS: [u8; 256] = {
    let mut table = [NONE; 256];
    let mut digit = 0;
    while digit < 10 {
        table[b'0' as usize + digit] = digit as u8;
        digit += 1;
    }
    let mut letter = 0;
    while letter < 6 {
        table[b'a' as usize + letter] = 10 + letter as u8;
        table[b'A' as usize + letter] = 10 + letter as u8;
        letter += 1;
    }
    table
};
/// The value of a byte that is no digit.
const NONE: u8 = 0xff;

/// The 128 bits of an id such as that of a session or a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::diagnose) struct Uuid(u128);

impl Uuid {
    /// Reads `8-4-4-4-12` hexadecimal digits in any case.
    pub(in crate::diagnose) fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 36 {
            return None;
        }
        let mut value = 0_u128;
        // Bytes that are no digit have a higher value than all digits, so that one comparison at the end is enough.
        let mut most = 0;
        for (at, byte) in bytes.iter().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if *byte != b'-' {
                    return None;
                }
                continue;
            }
            let digit = DIGITS.get(usize::from(*byte)).copied().unwrap_or(NONE);
            most = most.max(digit);
            value = value << 4 | u128::from(digit);
        }
        if most > 15 {
            return None;
        }
        Some(Self(value))
    }
}

impl std::fmt::Display for Uuid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hex = format!("{:032x}", self.0);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        write!(
            f,
            "{}-{}-{}-{}-{}",
            part(0, 8),
            part(8, 12),
            part(12, 16),
            part(16, 20),
            part(20, 32)
        )
    }
}

/// The first UUID in a text, with the text as its name.
#[must_use]
pub(in crate::diagnose) fn first_uuid(text: &str) -> Option<Uuid> {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr::memchr(b'-', bytes.get(from..)?) {
        let dash = from + at;
        from = dash + 1;
        let Some(begin) = dash.checked_sub(8) else {
            continue;
        };
        let free = begin == 0 || !bytes.get(begin - 1).is_some_and(u8::is_ascii_hexdigit);
        if let Some(found) = text.get(begin..begin + 36).filter(|_| free)
            && let Some(uuid) = Uuid::parse(found)
        {
            return Some(uuid);
        }
    }
    None
}
