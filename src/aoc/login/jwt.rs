//! The assertion of the JWT bearer grant, as the token endpoint of Aspera on Cloud wants it.
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::json;
use zeroize::Zeroizing;

use super::keys::{KeyError, SigningKey};

/// The audience, the same for all clouds.
pub const AUDIENCE: &str = "https://api.asperafiles.com/api/v1/oauth2/token";
/// Allowance for a clock that is a little ahead, in seconds.
const EARLIER: i64 = 60;
/// Life of an assertion, in seconds.
const LIFE: i64 = 600;

/// Who asks for whom.
#[derive(Clone, Copy, Debug)]
pub struct Claims<'a> {
    /// Client id.
    pub client_id: &'a str,
    /// E-mail of the user.
    pub subject: &'a str,
    /// Subdomain of the organization.
    pub organization: &'a str,
    /// Now.
    pub now: Timestamp,
}

/// A signed assertion.
///
/// # Errors
/// [`KeyError::Unusable`].
pub fn assertion(key: &SigningKey, claims: &Claims<'_>) -> Result<SecretString, KeyError> {
    let now = claims.now.as_second();
    let header = json!({"typ": "JWT", "alg": "RS256"});
    let payload = json!({
        "iss": claims.client_id,
        "sub": claims.subject,
        "aud": AUDIENCE,
        "nbf": now - EARLIER,
        "iat": now - EARLIER,
        "exp": now + LIFE,
        "jti": unique()?,
        "org": claims.organization,
    });
    let part = |v: &serde_json::Value| BASE64URL_NOPAD.encode(v.to_string().as_bytes());
    let mut text = Zeroizing::new(format!("{}.{}", part(&header), part(&payload)));
    let signature = BASE64URL_NOPAD.encode(&key.sign(text.as_bytes())?);
    text.push('.');
    text.push_str(&signature);
    Ok(SecretString::from(text.as_str()))
}

/// A random UUID of version 4.
fn unique() -> Result<String, KeyError> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| KeyError::Unusable)?;
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    Ok(format!(
        "{}-{}-4{}-a{}-{}",
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(17, 20),
        part(20, 32)
    ))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
    use secrecy::ExposeSecret;

    use super::*;
    use crate::aoc::fake::keys::new_pem;

    #[test]
    fn is_signed_and_says_who_asks_for_whom() {
        let key = SigningKey::read(new_pem().unwrap().as_bytes(), None).unwrap();
        let claims = Claims {
            client_id: "client-1",
            subject: "ana@made-up.test",
            organization: "acme",
            now: Timestamp::from_second(1_800_000_000).unwrap(),
        };
        let text = assertion(&key, &claims).unwrap();
        let parts: Vec<&str> = text.expose_secret().split('.').collect();
        let json = |part: &str| -> serde_json::Value {
            serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
        };
        assert_eq!(json(parts[0]), json!({"typ": "JWT", "alg": "RS256"}));
        let payload = json(parts[1]);
        for (name, value) in [
            ("iss", json!("client-1")),
            ("sub", json!("ana@made-up.test")),
            (
                "aud",
                json!("https://api.asperafiles.com/api/v1/oauth2/token"),
            ),
            ("nbf", json!(1_799_999_940)),
            ("iat", json!(1_799_999_940)),
            ("exp", json!(1_800_000_600)),
            ("org", json!("acme")),
        ] {
            assert_eq!(payload[name], value, "{name}");
        }
        let id = payload["jti"].as_str().unwrap();
        assert_eq!((id.len(), &id[14..15], &id[19..20]), (36, "4", "a"));
        let signed = format!("{}.{}", parts[0], parts[1]);
        let signature = BASE64URL_NOPAD.decode(parts[2].as_bytes()).unwrap();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public())
            .verify(signed.as_bytes(), &signature)
            .unwrap();
        assert_ne!(
            assertion(&key, &claims).unwrap().expose_secret(),
            text.expose_secret()
        );
    }
}
