//! The scanner: one pass over runs of letters and digits, where the end of a run tells the key
//! words, then the layers below (hex, base64, escapes), each decoded once and scanned by the same
//! eyes.
use std::collections::HashSet;

use super::bytes::{
    BEYOND_HEX, CLASS, DIGIT, LOWER, UPPER, at, base64ish, before, has_word, part, run_end,
    run_start,
};
use super::table::What;
use super::{
    cookie, dump, escapes, gate, label, layers, machines, net, pem, people, scheme, tokens, vendor,
    words,
};
use crate::verify::known::Known;

/// Encodings inside encodings are opened this deep.
pub(super) const DEEPEST: u8 = 3;

/// One find: which detector, and where it starts in the text that was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Raw {
    pub(crate) at: usize,
    pub(crate) what: What,
    pub(crate) extent: Extent,
}

/// How far a find reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// Nobody knows.
    Unknown,
    /// It lies in this stretch, which is encoded text.
    Within(usize, usize),
    /// It is this value.
    Value(usize, usize),
}

impl Raw {
    pub(super) fn new(at: usize, what: What) -> Self {
        Self {
            at,
            what,
            extent: Extent::Unknown,
        }
    }

    /// The same find, which is the value from `start` to `end`.
    pub(super) fn of(self, start: usize, end: usize) -> Self {
        Self {
            extent: Extent::Value(start, end),
            ..self
        }
    }
}

impl Extent {
    /// The same extent of a text that begins `by` bytes earlier.
    pub(crate) fn moved(self, by: usize) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Within(from, to) => Self::Within(from + by, to + by),
            Self::Value(from, to) => Self::Value(from + by, to + by),
        }
    }
}

/// What the scan needs to know beside the text.
pub(crate) struct Scanner<'a> {
    pub(super) known: Option<&'a Known>,
    keep: HashSet<Vec<u8>>,
}

/// True where a run ends in a word, in any case.
#[inline]
fn ends_in(run: &[u8], word: &str) -> bool {
    let lower = run.last().map(|b| b | 0x20);
    lower == word.bytes().last()
        && run.len() >= word.len()
        && has_word(run, run.len() - word.len(), word.as_bytes())
}

/// The state of one pass.
struct Pass<'t> {
    text: &'t [u8],
    depth: u8,
    names: label::Names,
    /// Words of base64 up to here were decoded.
    decoded: usize,
    /// Dumps up to here were read.
    dumped: usize,
}

impl<'a> Scanner<'a> {
    /// A scanner for the secrets of this run; `keep` are values that may stay in clear.
    pub(crate) fn new(known: Option<&'a Known>, keep: &[String]) -> Self {
        Self {
            known: known.filter(|k| !k.is_empty()),
            keep: keep
                .iter()
                .map(|v| v.trim().to_ascii_lowercase().into_bytes())
                .collect(),
        }
    }

    /// True for a value that the person wants in clear, as a whole.
    pub(super) fn kept(&self, value: &[u8]) -> bool {
        !self.keep.is_empty() && self.keep.contains(&value.trim_ascii().to_ascii_lowercase())
    }

    /// Scans one text; finds are pushed in no order.
    pub(crate) fn scan(&self, text: &[u8], out: &mut Vec<Raw>) {
        self.scan_layer(text, 0, out);
        // In the text itself only: in what is encoded, names are found by their places.
        if let Some(known) = self.known {
            known.each_name(text, |at| {
                out.push(Raw::new(at, What::KnownName));
            });
        }
    }

    pub(super) fn scan_layer(&self, text: &[u8], depth: u8, out: &mut Vec<Raw>) {
        self.runs(text, depth, out);
        if let Some(known) = self.known {
            known.each(text, |at| {
                out.push(Raw::new(at, What::KnownSecret));
            });
        }
        if let Some(known) = self.known {
            escapes::known_escaped(known, text, out);
        }
        people::emails(self, text, out);
        if depth < DEEPEST {
            escapes::escapes(self, text, depth, out);
            escapes::quoted_printable(self, text, depth, out);
        }
    }

    fn runs(&self, text: &[u8], depth: u8, out: &mut Vec<Raw>) {
        let mut pass = Pass {
            text,
            depth,
            names: label::Names::default(),
            decoded: 0,
            dumped: 0,
        };
        // With secrets to look for, base64 whose runs are short is looked into as well.
        let known = self.known.is_some();
        gate::each_run(text, |start, end, class| {
            let joined =
                known && end - start < 10 && matches!(at(text, end), b'+' | b'/' | b'-' | b'_');
            if joined || gate::may_matter(text, start, end, class) {
                self.run(&mut pass, start, end, class, out);
            }
        });
    }

    /// Looks at a run that the gate let through.
    #[inline(never)]
    fn run(&self, pass: &mut Pass<'_>, start: usize, end: usize, class: u8, out: &mut Vec<Raw>) {
        let text = pass.text;
        let len = end - start;
        // Base64 whose runs are short: signs stand in it.
        let joined = matches!(at(text, end), b'+' | b'/' | b'-' | b'_');
        if self.known.is_some() && joined && start >= pass.decoded && len < 10 {
            let word = run_end(text, end, 16, base64ish);
            if word - start >= 11 {
                pass.decoded = layers::base64(self, text, start, end, pass.depth, out);
            }
        }
        if len <= 5 {
            self.short_run(pass, start, end, class, out);
        } else if len >= 10 {
            self.long_run(pass, start, end, class, out);
        }
        if class & !DIGIT != 0 && gate::may_end_a_word(text, start, end) {
            self.word(pass, start, end, out);
        }
        if class == DIGIT && matches!(before(text, start), b'[' | b'<') {
            people::syslog_host(self, text, start, end, out);
        }
        match (before(text, start), at(text, end)) {
            (_, b':') if part(text, end, end + 3) == b"://" => {
                people::url_host(self, text, end + 3, out);
            }
            (b'$', b'$') => vendor::crypt(text, start, end, out),
            (b'{', b'}') if len >= 3 => vendor::directory_hash(text, start, end, out),
            (b'\\', _) => machines::share(self, text, start, out),
            _ => {}
        }
    }

    fn long_run(
        &self,
        pass: &mut Pass<'_>,
        start: usize,
        end: usize,
        class: u8,
        out: &mut Vec<Raw>,
    ) {
        let (text, depth, len) = (pass.text, pass.depth, end - start);
        if class & (LOWER | UPPER) == LOWER | UPPER {
            tokens::jwt(text, start, out);
            tokens::google(text, start, end, out);
            if start >= pass.decoded {
                pass.decoded = layers::base64(self, text, start, end, depth, out);
            }
        }
        if class & BEYOND_HEX == 0 && len >= 16 && depth < DEEPEST {
            layers::hex_run(self, text, start, end, depth, out);
        }
        if len == 20 && class & LOWER == 0 {
            tokens::aws(text, start, end, out);
        }
        if len >= 24 {
            vendor::whole(text, start, end, out);
        }
    }

    fn short_run(
        &self,
        pass: &mut Pass<'_>,
        start: usize,
        end: usize,
        class: u8,
        out: &mut Vec<Raw>,
    ) {
        let (text, len) = (pass.text, end - start);
        let hex = class & BEYOND_HEX == 0;
        match at(text, end) {
            b'.' if class & !DIGIT == 0 && len <= 3 => net::ip4(self, text, start, out),
            b'.' if hex && len == 4 => machines::dotted_mac(self, text, start, out),
            b':' if hex => net::colons(self, text, start, end, out),
            b'-' if hex && len == 2 && class != DIGIT => {
                net::colons(self, text, start, end, out);
            }
            b'-' if class == DIGIT && len <= 3 => {
                if len == 2 {
                    net::colons(self, text, start, end, out);
                }
                machines::dashed(self, text, start, out);
            }
            b'_' | b'-' | b'.' if !hex && tokens::may_follow(text, end + 1) => {
                tokens::transfer_token(text, start, end, out);
                tokens::prefixed(text, start, end, out);
            }
            b'~' if at(text, end - 1) == b'Q' => vendor::azure(text, start, end, out),
            b' ' if hex
                && matches!(len, 2 | 4 | 8)
                && start >= pass.dumped
                && pass.depth < DEEPEST =>
            {
                pass.dumped = dump::dump(self, text, start, pass.depth, out);
            }
            b' ' | b'"' | b'\\' if len == 1 && before(text, start) == b'-' => {
                label::short_flag(text, start - 1, out);
            }
            b':' if len == 1 && text[start] | 0x20 == b'p' => words::slash_flag(text, start, out),
            _ => {}
        }
    }

    /// Looks closer at a run that may end in a key word.
    fn word(&self, pass: &mut Pass<'_>, start: usize, end: usize, out: &mut Vec<Raw>) {
        let (text, depth) = (pass.text, pass.depth);
        let next = at(text, end);
        let ends = |w: &str| ends_in(part(text, start, end), w);
        if matches!(next, b' ' | b'+' | b'%')
            && ["basic", "bearer", "digest", "negotiate", "ntlm"]
                .iter()
                .any(|w| ends(w))
        {
            scheme::scheme(text, end, out);
            return;
        }
        if ends("home") || ends("users") || ends("settings") {
            if matches!(next, b'/' | b'\\') {
                people::home(self, text, start, end, out);
            }
            return;
        }
        if ends("aspera") && next == b'.' {
            if has_word(text, end, b".pub/") {
                tokens::link(text, start, end + 5, out);
            } else {
                cookie::transfer_cookie(self, text, end - 6, out);
            }
            return;
        }
        if self.told(text, start, end, next, out) {
            return;
        }
        if ends("hex") {
            if next == b':' && depth < DEEPEST {
                layers::hex_copy(self, text, end + 1, depth, out);
            }
            return;
        }
        if ends("key") || ends("lines") {
            let from = run_start(text, start, 8, |b| b != b'\n');
            let lead = part(text, from, start).to_ascii_lowercase();
            if lead.ends_with(b"private ") || (ends("lines") && lead.ends_with(b"private-")) {
                pem::key(text, start - 8, end, out);
            }
        }
        if start >= pass.names.labelled {
            // A name may go on behind a dash or an underscore: then its last part decides.
            let more = run_end(text, end, 2, |b| b == b'_' || b == b'-');
            if more == end || CLASS[at(text, more) as usize] == 0 {
                label::label(self, text, start, end, &mut pass.names, out);
            }
        }
    }

    /// Words that tell what stands beside them, with no sign between; true where that is all they do.
    fn told(&self, text: &[u8], start: usize, end: usize, next: u8, out: &mut Vec<Raw>) -> bool {
        let ends = |w: &str| ends_in(part(text, start, end), w);
        match next {
            b'.' | b'-' if ends("addr") || ends("ip6") || ends("literal") => {
                let lead = if ends("addr") {
                    7
                } else if ends("literal") {
                    12
                } else {
                    3
                };
                machines::reverse(self, text, end.saturating_sub(lead), out);
            }
            b'-' if ends("desktop") || ends("laptop") || ends("win") => {
                machines::named(self, text, start, end, out);
                return true;
            }
            b'/' if ends("services") => vendor::webhook(text, start, end, out),
            b' ' if ends("password") || ends("passphrase") || ends("publickey") => {
                words::spoken(self, text, start, end, out);
            }
            b' ' if ends("user") => words::user(self, text, end, out),
            b' ' if ends("identified") => words::identified(text, end, out),
            _ => {}
        }
        if before(text, start) == b'-' && (ends("book") || ends("imac") || ends("mini")) {
            machines::named(self, text, start, end, out);
        }
        if ends("sshpass") || ends("asnodeadmin") || ends("mysql") {
            words::program(text, end, ends("mysql"), out);
        }
        if matches!(next, b' ' | b'=' | b':' | b'"' | b'\t' | b'\\' | b'>')
            && (ends("mac")
                || ends("hwaddr")
                || ends("ether")
                || ends("address")
                || ends("macaddr"))
        {
            machines::told_mac(self, text, end, out);
        }
        false
    }
}
