//! Messages of SAML: cut whole, since names, attributes and signatures stand everywhere in them; what support
//! needs of them is kept in the pseudonym: kind, status, times, and who issued them.
use std::fmt::Write as _;

use super::packed;
use super::packed::Opened;
use crate::pseudonym::Pseudonyms;
use crate::redact::secret::token;

/// Messages, by the local name of their first element.
const ROOTS: &[&str] = &[
    "Response",
    "AuthnRequest",
    "LogoutRequest",
    "LogoutResponse",
    "Assertion",
    "ArtifactResponse",
    "ArtifactResolve",
    "EncryptedAssertion",
];
/// How far into a message its first element is looked for.
const HEAD: usize = 4096;

/// The name of the first element, without its prefix.
fn root(text: &[u8]) -> Option<&str> {
    let mut rest = text.get(..text.len().min(HEAD))?;
    loop {
        let open = memchr::memchr(b'<', rest)?;
        rest = &rest[open + 1..];
        if matches!(rest.first(), Some(b'?' | b'!')) {
            continue;
        }
        let len = rest
            .iter()
            .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-')))
            .unwrap_or(rest.len());
        let name = std::str::from_utf8(&rest[..len]).ok()?;
        return Some(name.rsplit(':').next().unwrap_or(name));
    }
}

/// True for a message of SAML.
pub(super) fn is_saml(text: &[u8]) -> bool {
    text.iter().find(|b| !b.is_ascii_whitespace() && **b < 0x80) == Some(&b'<')
        && root(text).is_some_and(|name| ROOTS.contains(&name))
        && (memchr::memmem::find(text, b"SAML").is_some()
            || memchr::memmem::find(text, b"saml").is_some())
}

/// `~secret.saml.ID.type-response.status-success.iat-….exp-….iss-…~` of a message in base64, as it is or
/// deflated for an address.
pub(in crate::redact) fn detailed(names: &Pseudonyms, value: &[u8]) -> Option<String> {
    // Base64 of `<`, of a deflated stream, or of a byte order mark.
    if value.len() < 40 || !value.iter().take(40).all(|b| super::runs::is_base64(*b)) {
        return None;
    }
    let letters: Vec<u8> = value
        .iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    let bytes = token::base64(&letters)?;
    let text = match packed::open(&bytes) {
        Opened::Text(text, _) if is_saml(&text) => text,
        Opened::Binary => match packed::open_deflate(&bytes) {
            Opened::Text(text, _) if is_saml(&text) => text,
            _ => return None,
        },
        _ => return None,
    };
    Some(describe(names, value, &text))
}

fn describe(names: &Pseudonyms, value: &[u8], text: &[u8]) -> String {
    let mut out = format!("~secret.saml.{}", names.secret_id(value));
    if let Some(kind) = root(text) {
        let _ = write!(out, ".type-{}", kind.to_ascii_lowercase());
    }
    let status = memchr::memmem::find(text, b"StatusCode")
        .and_then(|at| attribute(&text[at..], "Value"))
        .and_then(|code| code.rsplit(':').next())
        .filter(|word| word.len() <= 30 && word.bytes().all(|b| b.is_ascii_alphabetic()));
    if let Some(status) = status {
        let _ = write!(out, ".status-{}", status.to_ascii_lowercase());
    }
    for (name, label) in [
        ("IssueInstant", "iat"),
        ("NotBefore", "nbf"),
        ("NotOnOrAfter", "exp"),
    ] {
        let time = attribute(text, name).and_then(|t| t.parse::<jiff::Timestamp>().ok());
        if let Some(time) = time.filter(|t| t.as_second() >= 0) {
            let _ = write!(out, ".{label}-{}", time.as_second());
        }
    }
    if let Some(host) = issuer(text) {
        // The ids of a host's pseudonym, so that it can be told from another and found in the logs.
        let (host, _) = names.host(&host);
        let ids = host
            .trim_matches('~')
            .trim_start_matches("host.")
            .replace('.', "-");
        let _ = write!(out, ".iss-{ids}");
    }
    out.push('~');
    out
}

/// The first attribute of a name.
fn attribute<'a>(text: &'a [u8], name: &str) -> Option<&'a str> {
    let at = memchr::memmem::find(text, format!(" {name}=").as_bytes())? + name.len() + 2;
    let quote = *text.get(at)?;
    let rest = text.get(at + 1..)?;
    let len = rest.iter().take(256).position(|b| *b == quote)?;
    std::str::from_utf8(&rest[..len]).ok()
}

/// The host of the address in `<Issuer>`.
fn issuer(text: &[u8]) -> Option<Vec<u8>> {
    let at = memchr::memmem::find(text, b"Issuer")?;
    let rest = &text[at..text.len().min(at + 1024)];
    let rest = &rest[memchr::memchr(b'>', rest)? + 1..];
    let value = rest[..memchr::memchr(b'<', rest)?].trim_ascii();
    let from = memchr::memmem::find(value, b"://")? + 3;
    let host = value[from..]
        .split(|b| matches!(b, b'/' | b':' | b'?' | b'#'))
        .next()?;
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    (host.contains(&b'.') && host.iter().all(plain)).then(|| host.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pseudonym::{Key, is_pseudonym};

    const MESSAGE: &str = "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_8e8\" IssueInstant=\"2026-11-22T05:00:00Z\"><saml:Issuer>https://idp.acme.example/metadata</saml:Issuer><samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status><saml:Assertion><saml:NameID>maria</saml:NameID><saml:Conditions NotBefore=\"2026-11-22T04:59:00Z\" NotOnOrAfter=\"2026-11-22T05:05:00.123Z\"/></saml:Assertion></samlp:Response>";

    #[test]
    fn a_message_is_gone_but_its_state_is_told() {
        let names = Pseudonyms::new(&Key::new([1; 32]));
        let packed = packed::pack(MESSAGE.as_bytes(), packed::Packing::Deflate);
        for bytes in [MESSAGE.as_bytes(), &packed] {
            let value = data_encoding::BASE64.encode(bytes);
            let out = detailed(&names, value.as_bytes()).unwrap();
            assert!(out.contains(".type-response.status-success.iat-1795323600.nbf-1795323540.exp-1795323900.iss-"), "{out}");
            assert!(is_pseudonym(out.as_bytes()), "{out} {}", out.len());
        }
    }

    #[test]
    fn other_values_are_none() {
        let names = Pseudonyms::new(&Key::new([1; 32]));
        for value in [
            "",
            "eyJhIjoxfQ==",
            "PD94bWwgdmVyc2lvbj0iMS4wIj8+PHI+PC9yPjxyPjwvcj48cj48L3I+PHI+PC9yPg==",
        ] {
            assert_eq!(detailed(&names, value.as_bytes()), None, "{value}");
        }
        let cut = data_encoding::BASE64.encode(&MESSAGE.as_bytes()[..60]);
        assert!(detailed(&names, cut.as_bytes()).is_some());
    }
}
