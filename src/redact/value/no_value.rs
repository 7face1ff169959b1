//! Values that say that there is none: placeholders, and words of a sentence about a secret.
use std::ops::Range;

use super::extent::next_setting;
use super::locate::{Join, Value};
use super::placeholder::{is_complaint, is_expression, stands_for_a_value};
use super::quote::Mark;
use crate::redact::engine::redactor::{Dialect, Pass};
use crate::redact::engine::replace::is_done;
use crate::redact::rules::compiled::{Field, Kind};
use crate::redact::secret::token;

/// Longer values are no words that say that there is no value.
const LONGEST_WORD: usize = 256;
/// How much of a value is looked at for a word that says so and a further setting.
const LONGEST_FRONT: usize = 64;

/// Values that say that there is none, or that are words of a sentence.
pub(in crate::redact) fn is_empty_value(pass: &Pass<'_>, field: &Field, value: &Value) -> bool {
    let raw = &pass.text[value.span.clone()];
    if is_done(raw) {
        return true;
    }
    // `<Code>SignatureDoesNotMatch</Code>`: what support looks for first.
    if matches!(&field.kind, Kind::Secret(label) if label == "code") && is_error_name(raw) {
        return true;
    }
    // Longer values are none of the words below.
    let lower = raw[..raw.len().min(LONGEST_WORD)].to_ascii_lowercase();
    let allow = &pass.r.rules.allow;
    if raw.len() < LONGEST_WORD && allow.empty_values.contains(&lower) {
        // In quotes or an element "0" or "set" may be a real password.
        return !field.kind.is_secret()
            || value.mark == Mark::None
            || lower.len() > 2
            || lower == b"-"
            || lower == b"--";
    }
    // `continuation-token: null; IsTruncated: false`
    let near = &lower[..lower.len().min(LONGEST_FRONT)];
    if value.mark == Mark::None && near.contains(&b';') {
        let front = next_setting(near);
        if (3..near.len()).contains(&front) && allow.empty_values.contains(&near[..front]) {
            return true;
        }
    }
    let whole = with_bracket(pass.text, &value.span);
    let credential = token::scheme(whole).map_or(whole, |(_, credential)| credential);
    if matches!(&field.kind, Kind::Secret(label) if label == "token") && is_endpoint(raw) {
        return true;
    }
    if stands_for_a_value(allow, credential) || is_refused(pass, field, raw) {
        return true;
    }
    if raw
        .iter()
        .all(|b| matches!(b, b'*' | b'x' | b'X' | b'.' | b'-' | b'#'))
    {
        return true;
    }
    if raw.len() < LONGEST_WORD && is_expression(whole) {
        return true;
    }
    is_sentence(pass, field, value, &lower)
}

/// `"email": "is invalid"`, and without a verb where no secret is: `email: not verified`.
fn is_refused(pass: &Pass<'_>, field: &Field, raw: &[u8]) -> bool {
    let allow = &pass.r.rules.allow;
    is_complaint(allow, raw)
        || field.kind == Kind::Email && matches!(raw, b"not verified" | b"not confirmed")
}

/// `password: incorrect` in a log is a sentence; in a configuration it is a password. `lower` is the value.
fn is_sentence(pass: &Pass<'_>, field: &Field, value: &Value, lower: &[u8]) -> bool {
    let raw = &pass.text[value.span.clone()];
    let prose = &pass.r.rules.allow.prose_values;
    let sentence = field.kind.is_secret()
        && value.join == Join::Colon
        && value.mark == Mark::None
        && pass.dialect != Dialect::Config;
    let word = lower
        .split(|b| !b.is_ascii_alphabetic() && *b != b'\'')
        .next()
        .unwrap_or_default();
    // `Password: ascp: failed to authenticate`: what a program says after it asked.
    if sentence && !word.is_empty() && is_message(&lower[word.len()..]) {
        return true;
    }
    if sentence && is_answer(&pass.text[value.span.start..]) {
        return true;
    }
    // A weak name and several words behind it: a sentence.
    if sentence && field.min > 0 && raw.contains(&b' ') {
        return true;
    }
    let word_ends = lower
        .get(word.len())
        .is_none_or(|b| matches!(b, b' ' | b'.' | b',' | b';' | b':' | b')'));
    if (sentence
        || (value.join == Join::Equals
            && value.mark == Mark::None
            && field.kind.is_secret()
            && word.len() == raw.len()))
        && word_ends
        && prose.contains(word)
    {
        return true;
    }
    // `--password is needed`, `key-file /x`: an option is followed by a value, not by prose.
    value.join == Join::Argument && prose.contains(lower)
}

/// A value with the bracket that ends it, where one opens it: without quotes it ends before that.
fn with_bracket<'t>(text: &'t [u8], span: &Range<usize>) -> &'t [u8] {
    let raw = &text[span.clone()];
    let closing = match raw {
        [b'$', b'{', ..] => b'}',
        [b'$', b'(', ..] | [b'(', ..] => b')',
        [b'[', ..] => b']',
        [b'<', ..] => b'>',
        _ => return raw,
    };
    let grown = text.get(span.end) == Some(&closing) && raw.last() != Some(&closing);
    &text[span.start..span.end + usize::from(grown)]
}

/// `"token": "/api/v1/oauth2/token"`: where tokens are asked for. Learned as a secret it would be cut out of every
/// request of the evidence.
fn is_endpoint(raw: &[u8]) -> bool {
    let Some(path) = raw.strip_prefix(b"/") else {
        return false;
    };
    let mut known = false;
    let segment = |s: &[u8]| {
        let letters = s
            .iter()
            .take_while(|b| b.is_ascii_lowercase() || **b == b'_');
        let letters = letters.count();
        let digits = &s[letters..];
        letters > 0 && digits.len() < 3 && digits.iter().all(u8::is_ascii_digit)
    };
    let parts = path.split(|b| *b == b'/').all(|s| {
        known |= matches!(s, b"api" | b"oauth" | b"oauth2" | b"token" | b"auth");
        segment(s)
    });
    raw.len() < 96 && known && parts && path.contains(&b'/')
}

/// `cannot fetch token: 400 Bad Request`: what a server answered.
fn is_answer(text: &[u8]) -> bool {
    let [b'4' | b'5', b'0'..=b'9', b'0'..=b'9', b' ', said @ ..] = text else {
        return false;
    };
    let said = said[..said.len().min(16)].to_ascii_lowercase();
    let word = said.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let answers: [&[u8]; 14] = [
        b"bad",
        b"unauthorized",
        b"forbidden",
        b"not",
        b"internal",
        b"service",
        b"gateway",
        b"too",
        b"unprocessable",
        b"payment",
        b"method",
        b"request",
        b"conflict",
        b"gone",
    ];
    answers.contains(&&said[..word])
}

/// True for `: failed to authenticate` behind the name of a program.
fn is_message(rest: &[u8]) -> bool {
    rest.strip_prefix(b": ").is_some_and(|said| {
        said.contains(&b' ')
            && said
                .iter()
                .all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'.' | b','))
    })
}

/// True for words in one: `SignatureDoesNotMatch`, `ERR_TLS_CERT_ALTNAME_INVALID`, `invalid_client_credentials`.
/// Random letters have capitals and signs everywhere, so that their words are short, and lack vowels.
pub(in crate::redact) fn is_error_name(raw: &[u8]) -> bool {
    let is_sign = |b: &u8| matches!(b, b'_' | b'-' | b'.');
    let mixed = raw.iter().any(u8::is_ascii_lowercase);
    // `ERR_HTTP2_STREAM_ERROR`
    let number = |b: &u8| b.is_ascii_digit() && !mixed && raw.contains(&b'_');
    let plain = |b: &u8| b.is_ascii_alphabetic() || is_sign(b) || number(b);
    if raw.first().is_none_or(is_sign) || !raw.iter().all(plain) {
        return false;
    }
    // Capitals in a row are short for something, and then stand first: `SSLHandshakeError`.
    let front = raw.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let pair = |w: &[u8]| w.iter().all(u8::is_ascii_uppercase);
    if mixed
        && raw
            .get(front..)
            .is_some_and(|rest| rest.windows(2).any(pair))
    {
        return false;
    }
    let begins_word = |a: &u8, b: &u8| a.is_ascii_uppercase() || !b.is_ascii_uppercase();
    let words: Vec<&[u8]> = raw
        .split(is_sign)
        .flat_map(|part| part.chunk_by(begins_word))
        .filter(|word| !word.is_empty())
        .collect();
    let vowel = |b: &u8| b"aeiouy".contains(&b.to_ascii_lowercase());
    let letters: usize = words.iter().map(|word| word.len()).sum();
    // `http`, and in capitals `HTTP2`, are words without a vowel.
    let short = if mixed { 5 } else { 6 };
    words.len() > 1
        && letters >= 4 * words.len()
        && words.iter().all(|w| w.len() < short || w.iter().any(vowel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_errors_are_words_and_codes_of_logins_are_not() {
        for name in [
            "SignatureDoesNotMatch",
            "InvalidAccessKeyId",
            "ERR_TLS_CERT_ALTNAME_INVALID",
            "DEPTH_ZERO_SELF_SIGNED_CERT",
            "package_transfer_failed_error",
            "invalid-client-credentials",
            "AuthorizationPermissionMismatch",
            "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
            "SSLHandshakeError",
            "ERR_HTTP2_STREAM_ERROR",
        ] {
            assert!(is_error_name(name.as_bytes()), "{name}");
        }
        for code in [
            "Zk81mQpLtR29xYwVb7",
            "kZqMpLtRxYwVbTnAbCd",
            "abcdefghijklmnopqrst",
            "QpLt_RxYw-VbTn_AbCd",
            "WQXRTZKPLMNBVCXS",
            "YIIJvwYGKwYBBQUCoIIJszCC",
            "bkdfg_trwqp_zxcvb_nmklp",
            "",
        ] {
            assert!(!is_error_name(code.as_bytes()), "{code}");
        }
    }
}
