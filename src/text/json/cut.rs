//! Where a JSON text may be cut: after a comma (or, between documents, after a line end), never
//! inside a string, and as near to the root as can be.
use memchr::{memchr2, memchr3};

/// Strings up to this length are searched byte by byte.
const SHORT: usize = 24;

/// The bytes that mean something outside strings.
const STRUCTURE: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &[u8] = b"\"{[}],\n";
    while let [byte, tail @ ..] = rest {
        table[*byte as usize] = true;
        rest = tail;
    }
    table
};

/// A place to cut: how deep it is nested, and the byte after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::text) struct Cut {
    pub(in crate::text) depth: u32,
    pub(in crate::text) end: usize,
}

/// A scanner that remembers its place in a JSON text of any length. It needs no valid JSON: what
/// stands before the first bracket is skipped, brackets need not match, and a raw line end closes
/// a string, since JSON has none there.
#[derive(Debug, Default)]
pub(in crate::text) struct JsonScan {
    begun: bool,
    depth: u32,
    in_string: bool,
    escaped: bool,
    scanned: usize,
    /// Cuts before this byte make a block that is hardly worth it.
    late: usize,
    best_early: Option<Cut>,
    best_late: Option<Cut>,
}

impl JsonScan {
    /// A scanner at the start of a text that prefers cuts from byte `late` of a block on.
    pub(in crate::text) fn new(late: usize) -> Self {
        Self {
            late,
            ..Self::default()
        }
    }

    /// The best cut at most `depth` deep so far: one that fills the block, of those the shallowest,
    /// of those the latest.
    pub(in crate::text) fn best(&self, depth: u32) -> Option<Cut> {
        let shallow = |cut: &Cut| cut.depth <= depth;
        let late = self.best_late.filter(shallow);
        late.or_else(|| self.best_early.filter(shallow))
    }

    /// Whether a bracket was met, without which it is no JSON.
    pub(in crate::text) fn begun(&self) -> bool {
        self.begun
    }

    /// Scans `text` (which began with the block) on from where the last call ended, up to its end or
    /// up to just after the first cut that is at most `enough` deep.
    pub(in crate::text) fn scan(&mut self, text: &[u8], enough: Option<u32>) {
        while let Some(rest) = text.get(self.scanned..).filter(|rest| !rest.is_empty()) {
            if !self.begun {
                let bracket = memchr2(b'{', b'[', rest);
                self.begun = bracket.is_some();
                self.scanned += bracket.unwrap_or(rest.len());
            } else if self.in_string {
                self.scan_string(rest);
            } else if self.scan_structure(rest, enough) {
                return;
            }
        }
    }

    /// Begins a new block at `cut`. What lies behind is scanned again, since only at the cut the
    /// state is known: outside strings, at the depth of the cut.
    pub(in crate::text) fn begin_at(&mut self, cut: Cut) {
        *self = Self {
            begun: true,
            depth: cut.depth,
            late: self.late,
            ..Self::default()
        };
    }

    fn scan_string(&mut self, rest: &[u8]) {
        if self.escaped {
            self.escaped = false;
            self.scanned += 1;
            return;
        }
        // Most strings are too short to be worth the start of a vector search.
        let near = rest.get(..SHORT).unwrap_or(rest);
        let at = near
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\' | b'\n'))
            .or_else(|| {
                let far = rest.get(near.len()..)?;
                memchr3(b'"', b'\\', b'\n', far).map(|at| near.len() + at)
            });
        let Some(at) = at else {
            self.scanned += rest.len();
            return;
        };
        self.scanned += at + 1;
        match rest.get(at) {
            Some(b'\\') => self.escaped = true,
            _ => self.in_string = false,
        }
    }

    /// Goes on outside strings, up to just behind the next quote; true if a cut that is shallow
    /// enough was met.
    fn scan_structure(&mut self, rest: &[u8], enough: Option<u32>) -> bool {
        let begin = self.scanned;
        for (at, &byte) in rest.iter().enumerate() {
            if !STRUCTURE[usize::from(byte)] {
                continue;
            }
            match byte {
                b'"' => {
                    self.in_string = true;
                    self.scanned = begin + at + 1;
                    return false;
                }
                b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b'\n' if self.depth > 0 => {}
                _ => {
                    self.scanned = begin + at + 1;
                    if self.met_cut(enough) {
                        return true;
                    }
                }
            }
        }
        self.scanned = begin + rest.len();
        false
    }

    fn met_cut(&mut self, enough: Option<u32>) -> bool {
        let cut = Cut {
            depth: self.depth,
            end: self.scanned,
        };
        let best = if cut.end < self.late {
            &mut self.best_early
        } else {
            &mut self.best_late
        };
        if best.is_none_or(|old| cut.depth <= old.depth) {
            *best = Some(cut);
        }
        enough.is_some_and(|depth| cut.depth <= depth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(text: &str) -> Option<(u32, &str)> {
        let mut whole = JsonScan::new(0);
        whole.scan(text.as_bytes(), None);
        let mut pieces = JsonScan::new(0);
        for end in 0..=text.len() {
            pieces.scan(&text.as_bytes()[..end], None);
        }
        assert_eq!(whole.best(99), pieces.best(99));
        whole.best(99).map(|cut| (cut.depth, &text[..cut.end]))
    }

    #[test]
    fn the_latest_of_the_shallowest_commas_wins() {
        let cases = [
            (r#"{"a":1,"b":[1,2,3]"#, Some((1, r#"{"a":1,"#))),
            (r#"[[1,2],[3,4],[5"#, Some((1, "[[1,2],[3,4],"))),
            (r#"{"a":"x,y\",z","b":1"#, Some((1, r#"{"a":"x,y\",z","#))),
            (r#"{"a":"\\","b":1"#, Some((1, r#"{"a":"\\","#))),
            (
                r#"// a, "b\ncb({"a":1,"b""#,
                Some((1, r#"// a, "b\ncb({"a":1,"#)),
            ),
            (r#"no, brackets, here"#, None),
            (r#"{"only":"one,string"}"#, None),
            ("", None),
            ("]}]}, {\"a\": [1, 2", Some((2, "]}]}, {\"a\": [1,"))),
            (
                "{\"a\":1,\"b\":2}\n{\"a\":1,",
                Some((0, "{\"a\":1,\"b\":2}\n")),
            ),
            ("{\"broken\n\"a\":1,\"b\"", Some((1, "{\"broken\n\"a\":1,"))),
        ];
        for (text, cut) in cases {
            assert_eq!(best(text), cut, "{text}");
        }
    }

    #[test]
    fn scanning_stops_at_the_first_cut_that_is_shallow_enough() {
        let text = br#"{"log":{"entries":[{"a":1,"b":2},{"a":3},{}"#;
        let mut scan = JsonScan::new(0);
        scan.scan(text, Some(3));
        let cut = scan.best(3).unwrap();
        assert_eq!(&text[..cut.end], br#"{"log":{"entries":[{"a":1,"b":2},"#);
        scan.begin_at(cut);
        scan.scan(&text[cut.end..], Some(3));
        assert_eq!(scan.best(3).unwrap().end, br#"{"a":3},"#.len());
    }

    #[test]
    fn a_cut_that_fills_the_block_is_preferred() {
        let text = br#"{"version":1,"entries":[1,2,3,4,5"#;
        let mut scan = JsonScan::new(16);
        scan.scan(text, None);
        assert_eq!(scan.best(3).map(|cut| cut.depth), Some(2));
        assert_eq!(scan.best(1).map(|cut| cut.end), Some(13));
        assert_eq!(scan.best(0), None);
    }
}
