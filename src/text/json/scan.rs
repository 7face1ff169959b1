//! Finds the characters that structure JSON in text that comes in chunks of any size: brackets, commas, colons and
//! line ends outside strings, and the quotes that begin and end strings. Nothing else of JSON is checked.

/// Strings up to this length are searched byte by byte: most are too short to be worth the start of a vector search.
const SHORT: usize = 24;

/// The bytes that mean something outside strings.
const STRUCTURE: [bool; 256] = table(b"\"{[}],:\n");

/// A table of the bytes that stand in `signs`.
pub(in crate::text) const fn table(signs: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut rest = signs;
    while let [byte, tail @ ..] = rest {
        table[*byte as usize] = true;
        rest = tail;
    }
    table
}

/// Where a scan is between two chunks.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::text) struct Scan {
    /// Inside a string.
    pub(in crate::text) in_string: bool,
    /// The next byte of the string is escaped.
    pub(in crate::text) escaped: bool,
    /// A line end closes a string.
    lines: bool,
}

impl Scan {
    /// A scan of text whose strings may have lost their closing quotes: JSON has no raw line end in a string, so a line
    /// end closes it.
    pub(in crate::text) fn of_lines() -> Self {
        Self {
            lines: true,
            ..Self::default()
        }
    }

    /// The next structural byte of `chunk` from `at` on, and its place; in a string, the byte that closes it. `None` if
    /// the chunk has no more.
    pub(in crate::text) fn next(&mut self, chunk: &[u8], at: usize) -> Option<(usize, u8)> {
        let rest = chunk.get(at..).filter(|rest| !rest.is_empty())?;
        let found = if self.in_string {
            let close = self.string_end(rest)?;
            self.in_string = false;
            close
        } else {
            let sign = rest.iter().position(|b| STRUCTURE[usize::from(*b)])?;
            self.in_string = rest.get(sign) == Some(&b'"');
            sign
        };
        Some((at + found, *rest.get(found)?))
    }

    /// The byte of `rest` that closes the string that is open at its start.
    fn string_end(&mut self, rest: &[u8]) -> Option<usize> {
        let mut at = usize::from(std::mem::take(&mut self.escaped));
        loop {
            let tail = rest.get(at..)?;
            let near = tail.get(..SHORT).unwrap_or(tail);
            let ends = |b: &u8| matches!(b, b'"' | b'\\') || self.lines && *b == b'\n';
            at += match near.iter().position(ends) {
                Some(found) => found,
                None => {
                    let far = tail.get(near.len()..)?;
                    let found = match self.lines {
                        true => memchr::memchr3(b'"', b'\\', b'\n', far),
                        false => memchr::memchr2(b'"', b'\\', far),
                    };
                    near.len() + found?
                }
            };
            if rest.get(at) != Some(&b'\\') {
                return Some(at);
            }
            at += 2;
            self.escaped = at > rest.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(text: &[u8], chunk: usize, mut scan: Scan) -> Vec<(usize, u8)> {
        let mut out = Vec::new();
        for (number, part) in text.chunks(chunk).enumerate() {
            let mut at = 0;
            while let Some((place, sign)) = scan.next(part, at) {
                out.push((number * chunk + place, sign));
                at = place + 1;
            }
        }
        out
    }

    #[test]
    fn structure_is_found_outside_strings_whatever_the_chunks_are() {
        let long = format!("{{\"a\\\\\":\"{}\\\"}}\",\"b\n}}\"", "x".repeat(50));
        let all = signs(long.as_bytes(), 9999, Scan::default());
        let found: Vec<u8> = all.iter().map(|(_, sign)| *sign).collect();
        assert_eq!(found, b"{\"\":\"\",\"\"");
        for chunk in 1..long.len() {
            assert_eq!(signs(long.as_bytes(), chunk, Scan::default()), all);
        }
        let cut = signs(long.as_bytes(), 9999, Scan::of_lines());
        let found: Vec<u8> = cut.iter().map(|(_, sign)| *sign).collect();
        assert_eq!(found, b"{\"\":\"\",\"\n}\"");
    }
}
