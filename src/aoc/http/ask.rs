//! One question to an API: a path written as a template with its ids apart, so that what is logged never
//! holds an id, and what is sent is always encoded.
use std::collections::VecDeque;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{ApiError, Origin};

/// With what a question is asked.
#[derive(Clone, Debug)]
pub enum Auth {
    /// A bearer token.
    Bearer(SecretString),
    /// User and password, or access key and its secret.
    Basic(String, SecretString),
    /// A bearer token of a node, and the access key that it is for.
    NodeBearer(SecretString, String),
}

/// What is sent along.
#[derive(Debug, Default)]
pub enum Body<'a> {
    /// Nothing: the question is a GET.
    #[default]
    None,
    /// Fields of a form: the question is a POST.
    Form(&'a [(&'a str, &'a SecretString)]),
    /// JSON text: the question is a POST.
    Json(&'a SecretString),
}

/// One question.
#[derive(Debug)]
pub struct Ask<'a> {
    /// Whom.
    pub origin: &'a Origin,
    /// Path with `{id}` where an id goes.
    pub path: &'static str,
    /// The ids, in their order.
    pub ids: &'a [&'a str],
    /// The query.
    pub query: &'a [(&'a str, &'a str)],
    /// Credentials.
    pub auth: Option<&'a Auth>,
    /// What is sent along.
    pub body: Body<'a>,
}

impl<'a> Ask<'a> {
    /// A GET without query and credentials.
    #[must_use]
    pub fn get(origin: &'a Origin, path: &'static str) -> Self {
        Self {
            origin,
            path,
            ids: &[],
            query: &[],
            auth: None,
            body: Body::None,
        }
    }

    pub(super) fn url(&self) -> Result<reqwest::Url, ApiError> {
        let mut url = reqwest::Url::parse(&self.origin.url()).map_err(|_| ApiError::BadAddress)?;
        {
            let mut ids: VecDeque<&str> = self.ids.iter().copied().collect();
            let mut segments = url.path_segments_mut().map_err(|()| ApiError::BadAddress)?;
            segments.clear();
            for part in self.path.split('/').filter(|p| !p.is_empty()) {
                if part == "{id}" {
                    let id = ids.pop_front().unwrap_or_default();
                    // Dots alone would climb out of the path; nothing has such an id.
                    if id.is_empty() || id.bytes().all(|b| b == b'.') {
                        return Err(ApiError::BadId);
                    }
                    segments.push(id);
                } else {
                    segments.push(part);
                }
            }
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(self.query);
        }
        Ok(url)
    }
}

/// The headers of credentials, marked so that no debug output shows them.
pub(super) fn headers(auth: &Auth) -> Result<HeaderMap, ApiError> {
    let (line, key) = match auth {
        Auth::Bearer(token) => (bearer(token), None),
        Auth::NodeBearer(token, key) => (bearer(token), Some(key)),
        Auth::Basic(user, password) => {
            let pair = Zeroizing::new(format!("{user}:{}", password.expose_secret()));
            let pair = Zeroizing::new(data_encoding::BASE64.encode(pair.as_bytes()));
            (Zeroizing::new(format!("Basic {}", *pair)), None)
        }
    };
    let mut headers = HeaderMap::new();
    let mut value = HeaderValue::from_str(&line).map_err(|_| ApiError::BadCredentials)?;
    value.set_sensitive(true);
    headers.insert(AUTHORIZATION, value);
    if let Some(key) = key {
        let value = HeaderValue::from_str(key).map_err(|_| ApiError::BadCredentials)?;
        headers.insert(HeaderName::from_static("x-aspera-accesskey"), value);
    }
    Ok(headers)
}

fn bearer(token: &SecretString) -> Zeroizing<String> {
    Zeroizing::new(format!("Bearer {}", token.expose_secret().trim()))
}

/// The text of a form. It holds secrets.
pub(super) fn form(fields: &[(&str, &SecretString)]) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(4096));
    for (name, value) in fields {
        if !out.is_empty() {
            out.push('&');
        }
        encode(&mut out, name);
        out.push('=');
        encode(&mut out, value.expose_secret());
    }
    out
}

fn encode(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'*') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from(
                    HEX.get(usize::from(digit)).copied().unwrap_or(b'0'),
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_encoded_and_never_climb() {
        let origin = Origin::parse("api.example").unwrap();
        let url = |id: &str| {
            Ask {
                ids: &[id],
                query: &[("q", "a b&c")],
                ..Ask::get(&origin, "/api/v1/packages/{id}")
            }
            .url()
            .map(|u| u.to_string())
        };
        let base = "https://api.example/api/v1/packages";
        assert_eq!(url("aB_-9").unwrap(), format!("{base}/aB_-9?q=a+b%26c"));
        assert_eq!(
            url("../x?y#z").unwrap(),
            format!("{base}/..%2Fx%3Fy%23z?q=a+b%26c")
        );
        for bad in ["", ".", "..", "..."] {
            assert_eq!(url(bad), Err(ApiError::BadId), "{bad}");
        }
    }

    #[test]
    fn forms_are_encoded() {
        let (a, b) = (SecretString::from("x y&=é"), SecretString::from("A-._*9"));
        assert_eq!(
            form(&[("k", &a), ("l", &b)]).as_str(),
            "k=x%20y%26%3D%C3%A9&l=A-._*9"
        );
    }

    #[test]
    fn headers_hide_their_secrets() {
        let secret = SecretString::from("s3cr3t-value");
        for auth in [
            Auth::Bearer(secret.clone()),
            Auth::Basic("u".to_owned(), secret.clone()),
            Auth::NodeBearer(secret.clone(), "ak1".to_owned()),
        ] {
            let made = headers(&auth).unwrap();
            let told = format!("{made:?} {auth:?}");
            assert!(
                !told.contains("s3cr3t") && !told.contains("dTpzM2NyM3Q"),
                "{told}"
            );
        }
        let broken = Auth::Bearer(SecretString::from("a\nb"));
        assert_eq!(headers(&broken).unwrap_err(), ApiError::BadCredentials);
    }
}
