//! The scanner: one pass over runs of letters and digits (the end of a run decides which detectors look at it), then
//! the encoded layers (hex, base64, escapes), each decoded once and scanned by the same detectors.
use super::bytes::{
    BEYOND_HEX, CLASS, DIGIT, LOWER, UPPER, at, base64ish, before, has_word, part, run_end,
    run_start,
};
use super::detectors::What;
use super::find::{DEEPEST, Raw, Scanner};
use super::{
    address, cookie, dump, encoded, escapes, host, labelled, pem, people, run_filter, scheme,
    sentence, token, vendor_key,
};
use crate::verify::known::Known;

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
    names: labelled::Names,
    /// Words of base64 up to here were decoded.
    decoded: usize,
    /// Dumps up to here were read.
    dumped: usize,
}

/// A scanner for the secrets of this run; `keep` are values that may stay in clear as a whole.
pub(in crate::verify) fn scanner<'a>(known: Option<&'a Known>, keep: &[String]) -> Scanner<'a> {
    Scanner::new(known, keep, scan_layer)
}

/// Scans one text; finds are pushed in no order.
pub(in crate::verify) fn scan(scanner: &Scanner<'_>, text: &[u8], out: &mut Vec<Raw>) {
    scan_layer(scanner, text, 0, out);
    // In the text itself only: in what is encoded, names are found by their places.
    if let Some(known) = scanner.known {
        known.each_name(text, |at| {
            out.push(Raw::new(at, What::KnownName));
        });
    }
}

fn scan_layer(scanner: &Scanner<'_>, text: &[u8], depth: u8, out: &mut Vec<Raw>) {
    runs(scanner, text, depth, out);
    if let Some(known) = scanner.known {
        known.each(text, |at| {
            out.push(Raw::new(at, What::KnownSecret));
        });
    }
    if let Some(known) = scanner.known {
        escapes::known_escaped(known, text, out);
    }
    people::emails(scanner, text, out);
    if depth < DEEPEST {
        escapes::escapes(scanner, text, depth, out);
        escapes::quoted_printable(scanner, text, depth, out);
    }
}

fn runs(scanner: &Scanner<'_>, text: &[u8], depth: u8, out: &mut Vec<Raw>) {
    let mut pass = Pass {
        text,
        depth,
        names: labelled::Names::default(),
        decoded: 0,
        dumped: 0,
    };
    // With secrets to look for, base64 whose runs are short is looked into as well.
    let known = scanner.known.is_some();
    run_filter::each_run(text, |start, end, class| {
        let joined =
            known && end - start < 10 && matches!(at(text, end), b'+' | b'/' | b'-' | b'_');
        if joined || run_filter::may_matter(text, start, end, class) {
            run(scanner, &mut pass, start, end, class, out);
        }
    });
}

/// Looks at a run that the gate let through.
#[inline(never)]
fn run(
    scanner: &Scanner<'_>,
    pass: &mut Pass<'_>,
    start: usize,
    end: usize,
    class: u8,
    out: &mut Vec<Raw>,
) {
    let text = pass.text;
    let len = end - start;
    // Base64 whose runs are short: signs stand in it.
    let joined = matches!(at(text, end), b'+' | b'/' | b'-' | b'_');
    if scanner.known.is_some() && joined && start >= pass.decoded && len < 10 {
        let word = run_end(text, end, 16, base64ish);
        if word - start >= 11 {
            pass.decoded = encoded::base64(scanner, text, start, end, pass.depth, out);
        }
    }
    if len <= 5 {
        short_run(scanner, pass, start, end, class, out);
    } else if len >= 10 {
        long_run(scanner, pass, start, end, class, out);
    }
    if class & !DIGIT != 0 && run_filter::may_end_a_word(text, start, end) {
        word(scanner, pass, start, end, out);
    }
    if class == DIGIT && matches!(before(text, start), b'[' | b'<') {
        people::syslog_host(scanner, text, start, end, out);
    }
    match (before(text, start), at(text, end)) {
        (_, b':') if part(text, end, end + 3) == b"://" => {
            people::url_host(scanner, text, end + 3, out);
        }
        (b'$', b'$') => vendor_key::crypt(text, start, end, out),
        (b'{', b'}') if len >= 3 => vendor_key::directory_hash(text, start, end, out),
        (b'\\', _) => host::share(scanner, text, start, out),
        _ => {}
    }
}

fn long_run(
    scanner: &Scanner<'_>,
    pass: &mut Pass<'_>,
    start: usize,
    end: usize,
    class: u8,
    out: &mut Vec<Raw>,
) {
    let (text, depth, len) = (pass.text, pass.depth, end - start);
    if class & (LOWER | UPPER) == LOWER | UPPER {
        token::jwt(text, start, out);
        token::google(text, start, end, out);
        if start >= pass.decoded {
            pass.decoded = encoded::base64(scanner, text, start, end, depth, out);
        }
    }
    if class & BEYOND_HEX == 0 && len >= 16 && depth < DEEPEST {
        encoded::hex_run(scanner, text, start, end, depth, out);
    }
    if len == 20 && class & LOWER == 0 {
        token::aws(text, start, end, out);
    }
    if len >= 24 {
        vendor_key::whole(text, start, end, out);
    }
}

fn short_run(
    scanner: &Scanner<'_>,
    pass: &mut Pass<'_>,
    start: usize,
    end: usize,
    class: u8,
    out: &mut Vec<Raw>,
) {
    let (text, len) = (pass.text, end - start);
    let hex = class & BEYOND_HEX == 0;
    match at(text, end) {
        b'.' if class & !DIGIT == 0 && len <= 3 => address::ip4(scanner, text, start, out),
        b'.' if hex && len == 4 => host::dotted_mac(scanner, text, start, out),
        b':' if hex => address::colons(scanner, text, start, end, out),
        b'-' if hex && len == 2 && class != DIGIT => {
            address::colons(scanner, text, start, end, out);
        }
        b'-' if class == DIGIT && len <= 3 => {
            if len == 2 {
                address::colons(scanner, text, start, end, out);
            }
            host::dashed(scanner, text, start, out);
        }
        b'_' | b'-' | b'.' if !hex && token::may_follow(text, end + 1) => {
            token::transfer_token(text, start, end, out);
            token::prefixed(text, start, end, out);
        }
        b'~' if at(text, end - 1) == b'Q' => vendor_key::azure(text, start, end, out),
        b' ' if hex && matches!(len, 2 | 4 | 8) && start >= pass.dumped && pass.depth < DEEPEST => {
            pass.dumped = dump::dump(scanner, text, start, pass.depth, out);
        }
        b' ' | b'"' | b'\\' if len == 1 && before(text, start) == b'-' => {
            labelled::short_flag(text, start - 1, out);
        }
        b':' if len == 1 && text[start] | 0x20 == b'p' => sentence::slash_flag(text, start, out),
        _ => {}
    }
}

/// Looks closer at a run that may end in a key word.
fn word(scanner: &Scanner<'_>, pass: &mut Pass<'_>, start: usize, end: usize, out: &mut Vec<Raw>) {
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
            people::home(scanner, text, start, end, out);
        }
        return;
    }
    if ends("aspera") && next == b'.' {
        if has_word(text, end, b".pub/") {
            token::link(text, start, end + 5, out);
        } else {
            cookie::transfer_cookie(scanner, text, end - 6, out);
        }
        return;
    }
    if announced(scanner, text, start, end, next, out) {
        return;
    }
    if ends("hex") {
        if next == b':' && depth < DEEPEST {
            encoded::hex_copy(scanner, text, end + 1, depth, out);
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
            labelled::label(scanner, text, start, end, &mut pass.names, out);
        }
    }
}

/// Words that tell what stands beside them, with no sign between; true where that is all they do.
fn announced(
    scanner: &Scanner<'_>,
    text: &[u8],
    start: usize,
    end: usize,
    next: u8,
    out: &mut Vec<Raw>,
) -> bool {
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
            host::reverse(scanner, text, end.saturating_sub(lead), out);
        }
        b'-' if ends("desktop") || ends("laptop") || ends("win") => {
            host::named(scanner, text, start, end, out);
            return true;
        }
        b'/' if ends("services") => vendor_key::webhook(text, start, end, out),
        b' ' if ends("password") || ends("passphrase") || ends("publickey") => {
            sentence::spoken(scanner, text, start, end, out);
        }
        b' ' if ends("user") => sentence::user(scanner, text, end, out),
        b' ' if ends("identified") => sentence::identified(text, end, out),
        _ => {}
    }
    if before(text, start) == b'-' && (ends("book") || ends("imac") || ends("mini")) {
        host::named(scanner, text, start, end, out);
    }
    if ends("sshpass") || ends("asnodeadmin") || ends("mysql") {
        sentence::program(text, end, ends("mysql"), out);
    }
    if matches!(next, b' ' | b'=' | b':' | b'"' | b'\t' | b'\\' | b'>')
        && (ends("mac") || ends("hwaddr") || ends("ether") || ends("address") || ends("macaddr"))
    {
        host::told_mac(scanner, text, end, out);
    }
    false
}
