//! What kind of token a secret value is, and the pseudonym that keeps what support needs of it:
//! the generation of an Aspera token, algorithm and times of a JWT, the end of a node token.
use std::fmt::Write as _;
use std::io::Read;
use std::sync::LazyLock;

use data_encoding::{BASE64, BASE64URL};

use crate::pseudonym::Pseudonyms;

/// Longest inflated node token that is looked into.
const LONGEST_INFLATED: u64 = 64 * 1024;

/// The pseudonym of a secret: by its own form where it shows one, else by the label of its place.
pub(in crate::redact) fn pseudonym(names: &Pseudonyms, label: &str, value: &[u8]) -> String {
    if let Some(kind) = aspera_kind(value) {
        return names.token(&kind, value);
    }
    if let Some(detailed) = detailed(names, value) {
        return detailed;
    }
    if value.len() == 20 && [&b"AKIA"[..], b"ASIA", b"AROA", b"AIDA"].contains(&&value[..4]) {
        return names.secret("awskeyid", value);
    }
    names.secret(label, value)
}

/// The pseudonym of the credential behind a scheme word.
pub(in crate::redact) fn credential(names: &Pseudonyms, scheme: &str, value: &[u8]) -> String {
    match basic_pair(value) {
        Some((user, _)) if scheme.eq_ignore_ascii_case("basic") => names.basic(&user, value),
        _ => pseudonym(names, "token", value),
    }
}

/// The scheme word before a credential, and the credential.
pub(in crate::redact) fn scheme(value: &[u8]) -> Option<(&'static str, &[u8])> {
    ["Bearer", "Basic"].into_iter().find_map(|word| {
        let rest = value.strip_prefix(word.as_bytes())?.strip_prefix(b" ")?;
        (!rest.is_empty() && !rest.contains(&b' ')).then_some((word, rest))
    })
}

/// The pseudonym of a token that says more than its id: times, algorithm, scope.
pub(in crate::redact) fn detailed(names: &Pseudonyms, value: &[u8]) -> Option<String> {
    jwt(names, value)
        .or_else(|| node_token(names, value))
        .or_else(|| crate::redact::nested::saml(names, value))
}

/// `token.atm2` for `ATM2_…`.
fn aspera_kind(value: &[u8]) -> Option<String> {
    let bar = value.iter().take(7).position(|b| *b == b'_')?;
    let head = &value[..bar];
    let known = bar >= 3 && head.starts_with(b"AT") && head.iter().all(u8::is_ascii_alphanumeric);
    (known && value.len() >= bar + 12).then(|| {
        format!(
            "token.{}",
            String::from_utf8_lossy(head).to_ascii_lowercase()
        )
    })
}

/// Writers leave stray bits in the last letter; only its whole bytes count.
static LENIENT: LazyLock<data_encoding::Encoding> = LazyLock::new(|| {
    let mut spec = data_encoding::BASE64_NOPAD.specification();
    spec.check_trailing_bits = false;
    spec.encoding().unwrap_or(data_encoding::BASE64_NOPAD)
});

/// Base64 of either alphabet, padded or not.
pub(in crate::redact) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut body: Vec<u8> = text
        .iter()
        .map(|b| match b {
            b'-' => b'+',
            b'_' => b'/',
            b => *b,
        })
        .collect();
    while body.last() == Some(&b'=') {
        body.pop();
    }
    if body.len() % 4 == 1 {
        return None;
    }
    LENIENT.decode(&body).ok()
}

/// Encodes in the alphabet and padding that `like` was written in.
pub(in crate::redact) fn base64_like(bytes: &[u8], like: &[u8]) -> Vec<u8> {
    let url = like.iter().any(|b| matches!(b, b'-' | b'_'));
    let mut out = if url {
        BASE64URL.encode(bytes)
    } else {
        BASE64.encode(bytes)
    }
    .into_bytes();
    if !like.contains(&b'=') {
        while out.last() == Some(&b'=') {
            out.pop();
        }
    }
    out
}

/// True if three base64url parts begin with a JSON header that names an algorithm.
pub(in crate::redact) fn is_jwt(value: &[u8]) -> bool {
    jwt_header(value).is_some()
}

fn jwt_header(value: &[u8]) -> Option<serde_json::Value> {
    let head = value.split(|b| *b == b'.').next()?;
    if head.len() == value.len() || head.len() < 10 {
        return None;
    }
    let header: serde_json::Value = serde_json::from_slice(&base64(head)?).ok()?;
    header.get("alg")?;
    Some(header)
}

/// `~jwt.ID.alg-RS256.iat-….exp-…~`.
fn jwt(names: &Pseudonyms, value: &[u8]) -> Option<String> {
    let header = jwt_header(value)?;
    let mut out = format!("~jwt.{}", names.secret_id(value));
    if let Some(alg) = header.get("alg").and_then(|a| a.as_str())
        && alg.len() <= 10
        && alg.bytes().all(|b| b.is_ascii_alphanumeric())
    {
        out.push_str(".alg-");
        out.push_str(alg);
    }
    let claims: Option<serde_json::Value> = value
        .split(|b| *b == b'.')
        .nth(1)
        .and_then(base64)
        .and_then(|b| serde_json::from_slice(&b).ok());
    for claim in ["iat", "nbf", "exp"] {
        if let Some(time) = claims
            .as_ref()
            .and_then(|c| c.get(claim))
            .and_then(serde_json::Value::as_f64)
            && (0.0..1e11).contains(&time)
        {
            let _ = write!(out, ".{claim}-{time:.0}");
        }
    }
    out.push('~');
    Some(out)
}

/// `~nodetoken.ID.exp-…~`: base64 of a zlib stream of JSON and a signature.
fn node_token(names: &Pseudonyms, value: &[u8]) -> Option<String> {
    if !(value.starts_with(b"eJ")
        || value.starts_with(b"eN")
        || value.starts_with(b"eF")
        || value.starts_with(b"eA"))
    {
        return None;
    }
    let packed = base64(value)?;
    let mut text = Vec::new();
    let mut inflated = flate2::read::ZlibDecoder::new(&packed[..]).take(LONGEST_INFLATED);
    // A token that was cut off still inflates up to the cut.
    let _ = inflated.read_to_end(&mut text);
    if !text.starts_with(b"{") {
        return None;
    }
    let mut out = format!("~nodetoken.{}", names.secret_id(value));
    let json = memchr::memmem::find(&text, b"==SIGNATURE==").map_or(&text[..], |i| &text[..i]);
    if let Ok(claims) = serde_json::from_slice::<serde_json::Value>(json) {
        if let Some(end) = claims
            .get("expires_at")
            .and_then(|e| e.as_str())
            .and_then(|e| e.parse::<jiff::Timestamp>().ok())
        {
            let _ = write!(out, ".exp-{}", end.as_second());
        }
        if let Some(scope) = claims.get("scope").and_then(|s| s.as_str()) {
            let kind = if scope.ends_with(":admin:all") {
                "admin"
            } else {
                "user"
            };
            let _ = write!(out, ".scope-{kind}");
        }
    }
    out.push('~');
    Some(out)
}

/// True for the text inside a node token, whole or cut off.
pub(in crate::redact) fn is_node_token(text: &[u8]) -> bool {
    let near = &text[..text.len().min(4096)];
    let names: [&[u8]; 5] = [
        b"\"user_id\"",
        b"\"scope\"",
        b"\"auth_type\"",
        b"\"expires_at\"",
        b"==SIGNATURE==",
    ];
    names
        .iter()
        .any(|name| memchr::memmem::find(near, name).is_some())
}

/// User and password of a decoded Basic credential.
pub(in crate::redact) fn basic_pair(encoded: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let text = base64(encoded)?;
    let colon = text.iter().position(|b| *b == b':')?;
    let printable = text.iter().all(|b| *b >= 0x20 && *b != 0x7f);
    printable.then(|| (text[..colon].to_vec(), text[colon + 1..].to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pseudonym::Key;

    fn made(label: &str, value: &str) -> String {
        pseudonym(
            &Pseudonyms::new(&Key::new([1; 32])),
            label,
            value.as_bytes(),
        )
    }

    #[test]
    fn the_form_of_a_token_is_kept_and_its_times() {
        assert!(made("token", "ATM2_ACsAAEXAMPLEq7Vn0bK3").starts_with("~token.atm2."));
        let head = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"RS256"}"#);
        let body = data_encoding::BASE64URL_NOPAD
            .encode(br#"{"iat":1700000000,"exp":1700003600,"sub":"m"}"#);
        let jwt = made("token", &format!("{head}.{body}.c2ln"));
        assert!(
            jwt.starts_with("~jwt.") && jwt.ends_with(".alg-RS256.iat-1700000000.exp-1700003600~"),
            "{jwt}"
        );
        assert!(made("password", "plain").starts_with("~secret.password."));
    }

    #[test]
    fn a_node_token_keeps_its_end_and_kind_of_scope() {
        use std::io::Write;
        let mut z = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        z.write_all(b"{\"user_id\":\"maria\",\"scope\":\"node.ak:user:all\",\"expires_at\":\"2026-11-22T05:00:00Z\"}\n==SIGNATURE==\nAAAA").unwrap();
        let token = BASE64.encode(&z.finish().unwrap());
        let out = made("token", &token);
        assert!(
            out.starts_with("~nodetoken.") && out.ends_with(".exp-1795323600.scope-user~"),
            "{out}"
        );
    }
}
