//! Tokens that are known by their own shape: JWT, Aspera transfer tokens, cloud keys.
use super::bytes::{
    BEYOND_HEX, DIGIT, LOWER, UPPER, all_classes, alnum, at, before, class_of, mixed, part,
    run_end, run_start, unbase64,
};
use super::detectors::What;
use super::find::Raw;
use super::no_value::pseudonym;

/// Longest part of a token that is looked at.
const LONG: usize = 16 * 1024;

fn url_safe(b: u8) -> bool {
    alnum(b) || b == b'-' || b == b'_'
}

/// A JSON web token (or its header and claims) that starts at `start`.
pub(super) fn jwt(text: &[u8], start: usize, out: &mut Vec<Raw>) {
    // The letter of an escape or the digits of a percent sign may stick to its front.
    let Some(glued) = (0..3).find(|n| part(text, start + n, start + n + 3) == b"eyJ") else {
        return;
    };
    let start = start + glued;
    let first = run_end(text, start, LONG, url_safe);
    let second = run_end(text, first + 1, LONG, url_safe);
    // A token that is sealed with a shared key has no second part.
    let sealed = second == first + 1 && at(text, second) == b'.' && url_safe(at(text, second + 1));
    if at(text, first) != b'.' || first - start < 10 || (second - first < 4 && !sealed) {
        return;
    }
    let header = unbase64(part(text, start, first));
    let json = |v: &[u8]| v.starts_with(b"{\"") || v.starts_with(b"{ ");
    let has = |word: &[u8]| memchr::memmem::find(&header, word).is_some();
    let claims = unbase64(part(text, first + 1, second));
    let named = has(b"\"alg\"") || has(b"\"typ\"") || has(b"\"enc\"");
    if json(&header) && (named || json(&claims)) {
        out.push(Raw::new(start, What::Jwt));
    }
}

/// True where at least 16 characters of a token may follow at `i`: two looks sort out nearly all.
#[inline]
pub(super) fn may_follow(text: &[u8], i: usize) -> bool {
    url_safe(at(text, i + 15)) && url_safe(at(text, i + 7))
}

/// `AT` + one capital + up to two letters or digits + `_` + 16 or more: the run before the
/// underscore is `text[start..end]`, which may carry the letter of an escape in front.
pub(super) fn transfer_token(text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    for from in start..end.saturating_sub(2).min(start + 2) {
        let head = part(text, from, end);
        let fits = head.len() <= 5 && head.starts_with(b"AT") && head[2].is_ascii_uppercase();
        let prefix = part(text, start, from);
        if !fits || prefix.iter().any(|b| !b.is_ascii_lowercase()) {
            continue;
        }
        let body = part(text, end + 1, run_end(text, end + 1, LONG, url_safe));
        if body.len() >= 16 && mixed(body) && class_of(body) & LOWER != 0 {
            out.push(Raw::new(start, What::TransferToken));
        }
        return;
    }
}

/// Prefixes that makers put before their tokens, exact in case, and the least length after them.
pub(super) const PREFIXES: [(&[u8], usize); 37] = [
    (b"ghp_", 30),
    (b"gho_", 30),
    (b"ghu_", 30),
    (b"ghs_", 30),
    (b"ghr_", 30),
    (b"github_pat_", 30),
    (b"glpat-", 18),
    (b"xoxb-", 20),
    (b"xoxp-", 20),
    (b"xoxa-", 20),
    (b"xoxs-", 20),
    (b"xapp-", 20),
    (b"ya29.", 20),
    (b"sk_live_", 16),
    (b"rk_live_", 16),
    (b"npm_", 30),
    (b"pypi-", 40),
    (b"dop_v1_", 40),
    (b"hvs.", 24),
    (b"hvb.", 24),
    (b"dckr_pat_", 20),
    (b"glsa_", 30),
    (b"glc_", 30),
    (b"hf_", 30),
    (b"shpat_", 30),
    (b"shpss_", 30),
    (b"lin_api_", 30),
    (b"NRAK-", 24),
    (b"SG.", 20),
    (b"AGE-SECRET-KEY-", 40),
    (b"v2.local.", 40),
    (b"v4.local.", 40),
    (b"v4.public.", 40),
    (b"sk-ant-", 30),
    (b"sk-proj-", 30),
    (b"sk-", 40),
    (b"whsec_", 30),
];

/// A token with a maker's prefix, whose last letters are `text[start..end]`.
pub(super) fn prefixed(text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    let stop = end + 1;
    let last = [at(text, end - 1), at(text, end)];
    for (prefix, least) in PREFIXES {
        if !prefix.ends_with(&last) {
            continue;
        }
        let from = stop.wrapping_sub(prefix.len());
        if from > start || part(text, from, stop) != prefix {
            continue;
        }
        let glued = alnum(before(text, from)) && before(text, from.saturating_sub(1)) != b'\\';
        let body = part(text, stop, run_end(text, stop, LONG, url_safe));
        if !glued && body.len() >= least && class_of(body) & DIGIT != 0 && mixed(body) {
            out.push(Raw::new(from, What::CloudToken));
        }
        return;
    }
}

/// A Google API key, whose prefix no sign sets apart.
pub(super) fn google(text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    if part(text, start, start + 4) == b"AIza" {
        let stop = run_end(text, end, 40, url_safe);
        if (38..=40).contains(&(stop - start)) {
            out.push(Raw::new(start, What::CloudToken));
        }
    }
}

/// An AWS key id in `text[start..end]`, a run of 20 capitals and digits, and the secret beside it.
pub(super) fn aws(text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    const HEADS: [&[u8]; 10] = [
        b"AKIA", b"ASIA", b"ABIA", b"ACCA", b"AGPA", b"AIDA", b"AIPA", b"ANPA", b"ANVA", b"AROA",
    ];
    let run = part(text, start, end);
    if !HEADS.iter().any(|h| run.starts_with(h)) {
        return;
    }
    out.push(Raw::new(start, What::AwsKey));
    let near = part(text, end, end + 160);
    let secret_char = |b: u8| alnum(b) || b == b'/' || b == b'+';
    let mut i = 0;
    while i < near.len() {
        if !secret_char(near[i]) {
            i += 1;
            continue;
        }
        let stop = run_end(near, i, near.len(), secret_char);
        if stop - i == 40 && all_classes(&near[i..stop]) {
            out.push(Raw::new(end + i, What::AwsKey));
        }
        i = stop;
    }
}

/// A short public link: who has it may receive the package.
pub(super) fn link(text: &[u8], start: usize, end: usize, out: &mut Vec<Raw>) {
    let id = part(text, end, run_end(text, end, 64, url_safe));
    if pseudonym(text, end) == 0 && id.len() >= 4 {
        out.push(Raw::new(start, What::PublicLink));
    }
}

/// True where random letters at `start` are a published fingerprint and no secret.
pub(super) fn fingerprint(text: &[u8], start: usize) -> bool {
    const NAMES: [&[u8]; 7] = [
        b"sha256:",
        b"sha256-",
        b"sha384-",
        b"sha512-",
        b"sha1:",
        b"md5:",
        b"sha-256=",
    ];
    let from = run_start(text, start, 24, |b| {
        alnum(b) || matches!(b, b':' | b'-' | b'=' | b'+' | b'/')
    });
    let lead = part(text, from, start).to_ascii_lowercase();
    NAMES
        .iter()
        .any(|n| memchr::memmem::find(&lead, n).is_some())
}

/// True for text that only a checksum has: hex digits in one case, of a usual length.
pub(super) fn checksum(word: &[u8]) -> bool {
    let class = class_of(word);
    class & BEYOND_HEX == 0
        && class & (LOWER | UPPER) != LOWER | UPPER
        && matches!(word.len(), 32 | 40 | 56 | 64 | 96 | 128)
}
