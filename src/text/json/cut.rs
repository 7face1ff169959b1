//! Where a JSON text may be cut: after a comma (or, between documents, after a line end), never
//! inside a string, and as near to the root as can be.
use memchr::memchr2;

use super::scan::Scan;

/// A place to cut: how deep it is nested, and the byte after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::text) struct Cut {
    pub(in crate::text) depth: u32,
    pub(in crate::text) end: usize,
}

/// Looks for places to cut in a JSON text of any length. It needs no valid JSON: what stands before
/// the first bracket is skipped, brackets need not match, and a raw line end closes a string.
#[derive(Debug, Default)]
pub(in crate::text) struct CutScan {
    begun: bool,
    depth: u32,
    scan: Scan,
    scanned: usize,
    /// Cuts before this byte make a block that is hardly worth it.
    late: usize,
    best_early: Option<Cut>,
    best_late: Option<Cut>,
}

impl CutScan {
    /// A scanner at the start of a text that prefers cuts from byte `late` of a block on.
    pub(in crate::text) fn new(late: usize) -> Self {
        Self {
            late,
            scan: Scan::of_lines(),
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
        if !self.begun {
            let rest = text.get(self.scanned..).unwrap_or_default();
            let bracket = memchr2(b'{', b'[', rest);
            self.scanned += bracket.unwrap_or(rest.len());
            if bracket.is_none() {
                return;
            }
            self.begun = true;
        }
        loop {
            let in_string = self.scan.in_string;
            let Some((at, sign)) = self.scan.next(text, self.scanned) else {
                self.scanned = self.scanned.max(text.len());
                return;
            };
            self.scanned = at + 1;
            match sign {
                _ if in_string => {}
                b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b',' if self.met_cut(enough) => return,
                b'\n' if self.depth == 0 && self.met_cut(enough) => return,
                _ => {}
            }
        }
    }

    /// Begins a new block at `cut`. What lies behind is scanned again, since only at the cut the
    /// state is known: outside strings, at the depth of the cut.
    pub(in crate::text) fn begin_at(&mut self, cut: Cut) {
        *self = Self {
            begun: true,
            depth: cut.depth,
            ..Self::new(self.late)
        };
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
        let mut whole = CutScan::new(0);
        whole.scan(text.as_bytes(), None);
        let mut pieces = CutScan::new(0);
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
        let mut scan = CutScan::new(0);
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
        let mut scan = CutScan::new(16);
        scan.scan(text, None);
        assert_eq!(scan.best(3).map(|cut| cut.depth), Some(2));
        assert_eq!(scan.best(1).map(|cut| cut.end), Some(13));
        assert_eq!(scan.best(0), None);
    }
}
