//! Hashes of passwords, and keys of vendors that carry their mark in the middle.
use super::bytes::{
    DIGIT, LOWER, UPPER, alnum, at, base64ish, before, class_of, mixed, part, run_end,
};
use super::detectors::What;
use super::find::Raw;

/// `$id$...`: the hash of a password as password files have it; `start..end` is the id.
pub(super) fn crypt(text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    const IDS: [&[u8]; 15] = [
        b"1",
        b"2a",
        b"2b",
        b"2y",
        b"5",
        b"6",
        b"7",
        b"y",
        b"gy",
        b"apr1",
        b"md5",
        b"argon2id",
        b"argon2i",
        b"scrypt",
        b"sha1",
    ];
    if !IDS.contains(&part(text, start, end)) {
        return;
    }
    let body = part(
        text,
        end,
        run_end(text, end, 256, |b| {
            base64ish(b) || matches!(b, b'$' | b'.' | b'=' | b',')
        }),
    );
    let last = body.rsplit(|&b| b == b'$').next().unwrap_or(&[]);
    if last.len() >= 16 && mixed(last) && class_of(last) & (LOWER | DIGIT) == LOWER | DIGIT {
        out.push(Raw::new(start - 1, What::PasswordHash));
    }
}

/// `{SSHA}...` of a directory; `start..end` is the name in braces.
pub(super) fn directory_hash(text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    const NAMES: [&[u8]; 8] = [
        b"SSHA", b"SHA", b"SMD5", b"MD5", b"SSHA256", b"SSHA512", b"CRYPT", b"PBKDF2",
    ];
    if !NAMES.contains(&part(text, start, end)) {
        return;
    }
    let body = part(
        text,
        end + 1,
        run_end(text, end + 1, 256, |b| base64ish(b) || b == b'$'),
    );
    if body.len() >= 16 && mixed(body) {
        out.push(Raw::new(start - 1, What::PasswordHash));
    }
}

/// Azure's client secrets have `<digit>Q~` at their fourth place; `end` is the place of the tilde.
pub(super) fn azure(text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    let marked = at(text, end - 1) == b'Q' && before(text, end - 1).is_ascii_digit();
    let body = part(
        text,
        end + 1,
        run_end(text, end + 1, 64, |b| {
            alnum(b) || matches!(b, b'_' | b'.' | b'-' | b'~')
        }),
    );
    let all = LOWER | UPPER | DIGIT;
    if marked && (30..=36).contains(&body.len()) && class_of(body) & all == all {
        out.push(Raw::new(start, What::CloudToken));
    }
}

/// Keys that are one run of letters and digits.
pub(super) fn whole(text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    let run = part(text, start, end);
    if run.starts_with(b"TlRMTVNTUAA") && run.len() >= 24 {
        out.push(Raw::new(start, What::AuthScheme));
    }
    let goog = run.starts_with(b"GOOG1E") && run.len() == 61 && class_of(run) & LOWER == 0;
    if goog || (run.starts_with(b"ATATT3") && run.len() >= 60 && mixed(run)) {
        out.push(Raw::new(start, What::CloudToken));
    }
}

/// The secret part of a webhook; `end` is the end of `services`.
pub(super) fn webhook(text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    let lead = part(text, start.saturating_sub(16), start);
    let rest = part(
        text,
        end + 1,
        run_end(text, end + 1, 128, |b| alnum(b) || b == b'/'),
    );
    if lead.ends_with(b"hooks.slack.com/") && rest.len() >= 24 && class_of(rest) & DIGIT != 0 {
        out.push(Raw::new(start, What::CloudToken));
    }
}
