//! Where the API of an organization lives: told by the address of its web application.
use super::http::{ApiError, Origin};

/// An organization and its API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Subdomain of the organization; unknown where only the API was named.
    pub organization: Option<String>,
    /// Server of the API.
    pub api: Origin,
}

/// Cloud of those who name only a subdomain.
const CLOUD: &str = "ibmaspera.com";

impl Address {
    /// Reads the address of an organization (`https://acme.ibmaspera.com`), its bare subdomain (`acme`), or
    /// the address of an API (`https://api.ibmaspera.com`), for which the organization must be told apart.
    ///
    /// # Errors
    /// [`ApiError::BadAddress`], [`ApiError::Insecure`].
    pub fn parse(text: &str, organization: Option<&str>) -> Result<Self, ApiError> {
        let text = text.trim();
        let bare = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let text = if bare && text != "localhost" {
            format!("{text}.{CLOUD}")
        } else {
            text.to_owned()
        };
        let origin = Origin::parse(&text)?;
        let told = organization.map(str::to_owned);
        let is_api = origin.host.parse::<std::net::IpAddr>().is_ok() || origin.host == "localhost";
        match origin.host.split_once('.') {
            Some((first, rest)) if !is_api && first != "api" && rest.contains('.') => Ok(Self {
                organization: Some(first.to_owned()),
                api: origin.with_host(format!("api.{rest}")),
            }),
            Some(_) => Ok(Self {
                organization: told,
                api: origin,
            }),
            None if is_api => Ok(Self {
                organization: told,
                api: origin,
            }),
            None => Err(ApiError::BadAddress),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organizations_lead_to_their_api() {
        for (text, organization, api) in [
            ("acme", Some("acme"), "https://api.ibmaspera.com"),
            (
                "https://acme.ibmaspera.com/packages/1",
                Some("acme"),
                "https://api.ibmaspera.com",
            ),
            (
                "acme.qa.ibmaspera.com",
                Some("acme"),
                "https://api.qa.ibmaspera.com",
            ),
            (
                "https://aew.files.made-up.test:8443",
                Some("aew"),
                "https://api.files.made-up.test:8443",
            ),
            (
                "https://api.ibmaspera.com",
                Some("told"),
                "https://api.ibmaspera.com",
            ),
            (
                "https://127.0.0.1:4443",
                Some("told"),
                "https://127.0.0.1:4443",
            ),
            (
                "https://localhost:4443/",
                Some("told"),
                "https://localhost:4443",
            ),
        ] {
            let address = Address::parse(text, Some("told")).unwrap();
            assert_eq!(address.organization.as_deref(), organization, "{text}");
            assert_eq!(address.api.url(), api, "{text}");
        }
        for text in ["", "a b", "https://"] {
            assert!(Address::parse(text, None).is_err(), "{text}");
        }
        assert!(matches!(
            Address::parse("http://acme.ibmaspera.com", None),
            Err(ApiError::Insecure { .. })
        ));
    }
}
