//! Where an API lives: host and port. The scheme is always https.
use super::ApiError;

/// A server, as credentials belong to it: nothing that was meant for one is ever sent to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Host name or address, in lower case; an IPv6 address without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

impl Origin {
    /// Reads an address such as `https://node.example.com:9092/x` or a bare host; the path is passed over.
    ///
    /// # Errors
    /// [`ApiError::Insecure`] for http, [`ApiError::BadAddress`] for what is no address.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let text = text.trim();
        let full = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let url = reqwest::Url::parse(&full).map_err(|_| ApiError::BadAddress)?;
        Self::of(&url)
    }

    /// The server of an address.
    pub(super) fn of(url: &reqwest::Url) -> Result<Self, ApiError> {
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_matches(['[', ']']).to_lowercase();
        match url.scheme() {
            "https" if !host.is_empty() => Ok(Self {
                host,
                port: url.port_or_known_default().unwrap_or(443),
            }),
            "http" => Err(ApiError::Insecure { host }),
            _ => Err(ApiError::BadAddress),
        }
    }

    /// The same server with another host name.
    #[must_use]
    pub fn with_host(&self, host: String) -> Self {
        Self {
            host,
            port: self.port,
        }
    }

    /// `https://host[:port]`, without a slash behind.
    #[must_use]
    pub fn url(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        match self.port {
            443 => format!("https://{host}"),
            port => format!("https://{host}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        for (text, url) in [
            (
                "https://Acme.ibmaspera.com/packages/1?token=x",
                "https://acme.ibmaspera.com",
            ),
            ("node.example.com:9092", "https://node.example.com:9092"),
            ("https://[::1]:9092/", "https://[::1]:9092"),
            ("10.1.2.3", "https://10.1.2.3"),
            (" https://u:p@node.example/ ", "https://node.example"),
        ] {
            assert_eq!(
                Origin::parse(text).map(|o| o.url()),
                Ok(url.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_https_is_refused() {
        let insecure = Origin::parse("http://node.example:9091");
        assert!(matches!(insecure, Err(ApiError::Insecure { host }) if host == "node.example"));
        for text in [
            "",
            "ftp://node.example",
            "https://",
            "://",
            "file:///etc/passwd",
        ] {
            assert_eq!(Origin::parse(text), Err(ApiError::BadAddress), "{text}");
        }
    }
}
