//! Credentials after the word of an HTTP authentication scheme.
use super::bytes::{
    DIGIT, LOWER, UPPER, alnum, at, base64ish, class_of, has_word, line_end, mixed, part, readable,
    run_end, run_start, unbase64,
};
use super::detectors::What;
use super::find::Raw;
use super::no_value::says_nothing;

/// Looks at what follows the scheme word that ends at `end`.
pub(super) fn scheme(text: &[u8], end: usize, out: &mut Vec<Raw>) {
    let blank = run_end(text, end, 6, |b| b == b' ' || b == b'+');
    let from = if has_word(text, end, b"%20") {
        end + 3
    } else if blank > end {
        blank
    } else {
        return;
    };
    let is = |word: &[u8]| end >= word.len() && has_word(text, end - word.len(), word);
    let start = run_start(text, end, 16, alnum);
    let hit = if is(b"digest") {
        digest(part(text, from, line_end(text, from, 4096)))
    } else {
        let to = run_end(text, from, 16 * 1024, |b| {
            base64ish(b) || matches!(b, b'.' | b'~' | b'=' | b'%')
        });
        let value = part(text, from, to);
        !says_nothing(value)
            && if is(b"basic") {
                basic(value)
            } else if is(b"bearer") {
                bearer(value)
            } else {
                value.len() >= 16 && class_of(value) & (LOWER | UPPER) == LOWER | UPPER
            }
    };
    if hit {
        out.push(Raw::new(start, What::AuthScheme));
    }
}

/// `user:password` in base64, or anything long enough to be it.
fn basic(value: &[u8]) -> bool {
    let plain = unbase64(value);
    if plain.contains(&b':') && readable(&plain) {
        let password = plain.splitn(2, |&b| b == b':').nth(1).unwrap_or(&[]);
        return !says_nothing(password);
    }
    value.len() >= 20 && class_of(value) & 7 == LOWER | UPPER | DIGIT
}

fn bearer(value: &[u8]) -> bool {
    // `token_type=bearer tok_expires_in=3599`: the next field.
    let lifetime = value.rsplit(|b| *b == b'=').next().unwrap_or_default();
    let name = part(value, 0, value.len() - lifetime.len());
    if name.len() < 20 && name.ends_with(b"expires_in=") && lifetime.iter().all(u8::is_ascii_digit)
    {
        return false;
    }
    let word = value.split(|&b| !alnum(b)).map(<[u8]>::len).max();
    value.len() >= 12 && word.unwrap_or(0) >= 6 && mixed(value) && class_of(value) & DIGIT != 0
}

/// The answer in a Digest header; the realm and the counters are no secret.
fn digest(line: &[u8]) -> bool {
    for name in [&b"response="[..], b"cnonce=", b" nonce=", b",nonce="] {
        let mut from = 0;
        while let Some(n) = memchr::memmem::find(part(line, from, line.len()), name) {
            let mut i = from + n + name.len();
            i = run_end(line, i, 4, |b| matches!(b, b'\\' | b'"' | b'\''));
            let to = run_end(line, i, 256, |b| {
                base64ish(b) || matches!(b, b'=' | b'~' | b'.')
            });
            let value = part(line, i, to);
            if value.len() >= 8 && !says_nothing(value) {
                return true;
            }
            from = i.max(from + n + 1);
            if at(line, from) == 0 {
                break;
            }
        }
    }
    false
}
