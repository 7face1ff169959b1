//! Every dot, colon and dash: the scanners of addresses, host names and hardware addresses start there. Nearly all
//! of these signs belong to times, rates and UUIDs; simple tests over 64 bytes at once, which compilers turn into
//! vector instructions, tell where a closer look is needed at all.
use super::engine::Pass;

/// Bytes that are judged at once.
const CHUNK: usize = 64;
/// Bytes behind them that the tests look at.
const BEHIND: usize = 16;

/// What a chunk of text needs.
#[derive(Clone, Copy)]
struct Signs {
    dots: bool,
    colons: bool,
    dashes: bool,
}

impl Signs {
    const ALL: Self = Self {
        dots: true,
        colons: true,
        dashes: true,
    };

    /// Tests without branches, one for each sign.
    fn of(text: &[u8; CHUNK + BEHIND]) -> Self {
        let is = |at: usize, sign: u8| u8::from(text[at] == sign);
        // Dots: before a letter (a host name), or with another one near (an address, also of hardware).
        let mut dots = 0;
        for at in 0..CHUNK {
            let letter = u8::from((text[at + 1] | 0x20).wrapping_sub(b'a') < 26);
            let near = is(at + 2, b'.') | is(at + 3, b'.') | is(at + 4, b'.') | is(at + 5, b'.');
            dots |= is(at, b'.') & (letter | near);
        }
        // Dashes: two of them with one to three bytes between.
        let mut dashes = 0;
        for at in 0..CHUNK {
            let near = is(at + 2, b'-') | is(at + 3, b'-') | is(at + 4, b'-');
            dashes |= is(at, b'-') & near;
        }
        // Colons: two in a row, or three with no more than four bytes between each; a time has two.
        let mut followed = [0; CHUNK + 5];
        let mut double = 0;
        for (at, followed) in followed.iter_mut().enumerate() {
            let near = is(at + 2, b':') | is(at + 3, b':') | is(at + 4, b':') | is(at + 5, b':');
            let next = is(at + 1, b':');
            double |= is(at, b':') & next;
            *followed = is(at, b':') & (near | next);
        }
        let mut colons = double;
        for at in 0..CHUNK {
            let near = followed[at + 1]
                | followed[at + 2]
                | followed[at + 3]
                | followed[at + 4]
                | followed[at + 5];
            colons |= followed[at] & near;
        }
        Self {
            dots: dots != 0,
            colons: colons != 0,
            dashes: dashes != 0,
        }
    }
}

impl Pass<'_> {
    /// Every dot, colon and dash of the text that may belong to an address or a name.
    pub(super) fn signs(&mut self) {
        let text = self.text;
        let (mut after_dot, mut after_colon) = (0, 0);
        for start in (0..text.len()).step_by(CHUNK) {
            let rest = &text[start..];
            let signs = rest.first_chunk().map_or(Signs::ALL, Signs::of);
            let chunk = &rest[..rest.len().min(CHUNK)];
            if signs.dots {
                for dot in memchr::memchr_iter(b'.', chunk) {
                    if start + dot >= after_dot {
                        after_dot = self.dot_at(start + dot).unwrap_or(after_dot);
                    }
                }
            }
            if signs.colons {
                for colon in memchr::memchr_iter(b':', chunk) {
                    if start + colon >= after_colon {
                        after_colon = self.colon_at(start + colon, after_colon);
                    }
                }
            }
            if signs.dashes {
                for dash in memchr::memchr_iter(b'-', chunk) {
                    self.dash_at(start + dash);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(text: &str) -> (bool, bool, bool) {
        let mut bytes = [b' '; CHUNK + BEHIND];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        let signs = Signs::of(&bytes);
        (signs.dots, signs.colons, signs.dashes)
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
