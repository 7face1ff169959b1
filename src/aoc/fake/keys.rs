//! RSA keys made at run time.
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};

use super::FakeError;

/// A new RSA key of 2048 bits, as PKCS#8 PEM text.
///
/// # Errors
/// [`FakeError::Certificate`], where no key can be made.
pub fn new_pem() -> Result<String, FakeError> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| FakeError::Certificate)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| FakeError::Certificate)?;
    Ok(pem("PRIVATE KEY", &[], der.as_ref()))
}

/// PEM text with its headers.
#[must_use]
pub fn pem(label: &str, headers: &[&str], der: &[u8]) -> String {
    let text = data_encoding::BASE64.encode(der);
    let mut lines = vec![format!("-----BEGIN {label}-----")];
    lines.extend(headers.iter().map(|h| (*h).to_owned()));
    if !headers.is_empty() {
        lines.push(String::new());
    }
    let bytes: Vec<char> = text.chars().collect();
    lines.extend(bytes.chunks(64).map(|c| c.iter().collect()));
    lines.push(format!("-----END {label}-----\n"));
    lines.join("\n")
}
