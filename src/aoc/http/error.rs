//! What can go wrong between this machine and an API: each case with its own sentence and the next step.
//! No sentence holds a path, a query, an id or anything of an answer.

/// Why a question has no answer that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// The address is none.
    #[error("the address of the API is not understood")]
    BadAddress,
    /// The address is http.
    #[error("the address of {host} begins with http, which would send the credentials in clear")]
    Insecure {
        /// Host of the address.
        host: String,
    },
    /// An id that cannot stand in a path.
    #[error("an id is empty or made of dots only")]
    BadId,
    /// Credentials that cannot stand in a header.
    #[error("the credentials hold a line end or a control character")]
    BadCredentials,
    /// The HTTP client could not be made.
    #[error("this machine's trust store or proxy settings cannot be used for TLS")]
    NoClient,
    /// The name has no address.
    #[error("the name {host} was not found in DNS")]
    Dns {
        /// Host that was looked up.
        host: String,
    },
    /// No connection.
    #[error("{host} does not answer on port {port}")]
    Unreachable {
        /// Host.
        host: String,
        /// TCP port.
        port: u16,
    },
    /// The certificate is signed by nobody whom this machine trusts.
    #[error("the certificate of {host} is signed by nobody whom this machine trusts")]
    Untrusted {
        /// Host.
        host: String,
    },
    /// The certificate is no longer valid, or the clock is wrong.
    #[error("the certificate of {host} has expired")]
    Expired {
        /// Host.
        host: String,
    },
    /// The certificate is not valid yet, or the clock is wrong.
    #[error("the certificate of {host} is not valid yet")]
    NotYetValid {
        /// Host.
        host: String,
    },
    /// The certificate is for other names.
    #[error("the certificate of {host} is for other names")]
    WrongHost {
        /// Host.
        host: String,
    },
    /// Any other fault of the certificate.
    #[error("the certificate of {host} is not acceptable (revoked, broken or not for servers)")]
    BadCertificate {
        /// Host.
        host: String,
    },
    /// The other side speaks no TLS that we know.
    #[error("{host} speaks no TLS of version 1.2 or 1.3 on port {port}")]
    Handshake {
        /// Host.
        host: String,
        /// TCP port.
        port: u16,
    },
    /// The proxy wants a password.
    #[error("the proxy on the way to {host} wants a user and a password")]
    ProxyPassword {
        /// Host behind the proxy.
        host: String,
    },
    /// The proxy does not let us through, or is not there.
    #[error("the proxy on the way to {host} gives no connection")]
    Proxy {
        /// Host behind the proxy.
        host: String,
    },
    /// One call took too long.
    #[error("{host} did not answer in time")]
    TimedOut {
        /// Host.
        host: String,
    },
    /// The time of all calls together is over.
    #[error("the time for all API calls was over before {host} was asked")]
    Deadline {
        /// Host that was not asked.
        host: String,
    },
    /// The connection broke in the middle of an answer, again and again.
    #[error("the connection to {host} breaks off in the middle of an answer")]
    Cut {
        /// Host.
        host: String,
    },
    /// The answer is larger than anything that we would take.
    #[error("the answer of {host} is larger than {most} bytes")]
    TooLarge {
        /// Host.
        host: String,
        /// Most bytes taken.
        most: u64,
    },
    /// A page instead of data.
    #[error("{host} answered with status {status} and a page instead of JSON")]
    NotJson {
        /// Host.
        host: String,
        /// HTTP status.
        status: u16,
    },
    /// JSON of another shape.
    #[error("the answer of {host} is JSON of another shape than {what} has")]
    Shape {
        /// Host.
        host: String,
        /// What was asked for.
        what: &'static str,
    },
    /// An answer that sends us elsewhere, where we do not go.
    #[error("{host} sends the call on to another place, which was not followed")]
    Redirected {
        /// Host.
        host: String,
    },
    /// 401.
    #[error("{host} does not accept the token or password (401): it is wrong, expired or revoked")]
    Unauthorized {
        /// Host.
        host: String,
    },
    /// 403.
    #[error("{host} does not show {what} with this login (403)")]
    Forbidden {
        /// Host.
        host: String,
        /// What was asked for.
        what: &'static str,
    },
    /// 404.
    #[error("{host} does not know {what}, or does not show it with this login (404)")]
    NotFound {
        /// Host.
        host: String,
        /// What was asked for.
        what: &'static str,
    },
    /// 429 or 503 to the end.
    #[error("{host} is too busy (status {status}) and asks to come back in {wait_s} s")]
    Busy {
        /// Host.
        host: String,
        /// HTTP status.
        status: u16,
        /// Seconds that the server, or our own patience, would wait.
        wait_s: u64,
    },
    /// Any other status.
    #[error("{host} answered with status {status}")]
    Status {
        /// Host.
        host: String,
        /// HTTP status.
        status: u16,
    },
    /// The token endpoint refused, for a reason of its fixed list.
    #[error("{host} gives no access, since {reason}")]
    Refused {
        /// Host.
        host: String,
        /// Why, in our words.
        reason: Refusal,
    },
}

/// Why the token endpoint refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `invalid_client`.
    Client,
    /// The signature does not fit the registered key, or no key is registered.
    Key,
    /// The assertion counts as expired or not yet valid: the clock.
    Clock,
    /// The subject is unknown.
    Subject,
    /// `invalid_scope` or `access_denied` for a scope.
    Scope,
    /// The client may not use this grant.
    Grant,
    /// A link that has expired.
    LinkExpired,
    /// A link whose password is wrong or missing.
    LinkPassword,
    /// A refresh token or link that is unknown.
    Unknown,
    /// Anything else.
    Other,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Client => "client ID or client secret is wrong",
            Self::Key => "the signature does not fit the public key that is registered for this user or client",
            Self::Clock => "the request counts as expired or too early, so this machine's clock is off",
            Self::Subject => "no user with this e-mail is known in the organization",
            Self::Scope => "this user or client may not have the wanted rights",
            Self::Grant => "this API client is not allowed to log in this way",
            Self::LinkExpired => "the public link has expired",
            Self::LinkPassword => "the password of the public link is wrong or missing",
            Self::Unknown => "the refresh token or link is unknown or was used up",
            Self::Other => "the request was refused without a known reason",
        })
    }
}

impl Refusal {
    /// What the person can do.
    fn remedy(self) -> &'static str {
        match self {
            Self::Client => {
                "compare AOC_BUNDLE_CLIENT_ID and AOC_BUNDLE_CLIENT_SECRET with Admin > Integrations > API clients"
            }
            Self::Key => {
                "put the public half of the private key into the user's profile (Account settings) or into the API client, or give the right key"
            }
            Self::Clock => "set this machine's clock (time service), then run again",
            Self::Subject => {
                "give the e-mail of the login to this organization (AOC_BUNDLE_USERNAME)"
            }
            Self::Scope => {
                "an organization admin must run this, or allow the API client for this user"
            }
            Self::Grant => {
                "an organization admin must enable JWT in Admin > Integrations > API clients for this client"
            }
            Self::LinkExpired => "ask the sender for a new link",
            Self::LinkPassword => "give the password of the link",
            Self::Unknown => "log in again and give the new token or link",
            Self::Other => "compare the API client, user and key with the organization's settings",
        }
    }
}

impl ApiError {
    /// What the person can do about it, in one sentence without a full stop.
    #[must_use]
    pub fn remedy(&self) -> String {
        let text = match self {
            Self::BadAddress => "give it as the browser shows it, with https at its beginning",
            Self::Insecure { .. } => "give the address with https",
            Self::BadId => "give the id as the web application shows it",
            Self::BadCredentials => "give the token or password again, on one line",
            Self::NoClient => {
                "install the system's CA certificates, or give those of your company with --ca-cert FILE"
            }
            Self::Dns { .. } => {
                "compare the name with the address in the browser, and the DNS and proxy settings of this machine"
            }
            Self::Unreachable { port, .. } => {
                return format!(
                    "open the firewall to TCP port {port} of this host, or set HTTPS_PROXY where a proxy leads there"
                );
            }
            Self::Untrusted { .. } => {
                "if your company inspects TLS or runs its own CA, give its root with --ca-cert FILE; if it is your node, install the whole chain there"
            }
            Self::Expired { .. } => {
                "renew the certificate of that server, or set this machine's clock if that is wrong"
            }
            Self::NotYetValid { .. } => "set this machine's clock (time service)",
            Self::WrongHost { .. } => {
                "use the name that the certificate is for, or have the certificate made for this name"
            }
            Self::BadCertificate { .. } => "have the certificate of that server replaced",
            Self::Handshake { .. } => {
                "compare the port with the server's configuration (nodes: 443 or 9092), and whether a proxy stands between"
            }
            Self::ProxyPassword { .. } => {
                "put user and password into the address of the proxy in HTTPS_PROXY, before the name and an @"
            }
            Self::Proxy { .. } => "compare HTTPS_PROXY and NO_PROXY with your network's settings",
            Self::TimedOut { .. } | Self::Deadline { .. } => {
                "run again, with more time by --api-deadline"
            }
            Self::Cut { .. } => "run again; if it stays, look at proxies and firewalls on the way",
            Self::TooLarge { .. } => "narrow the time with --since and --until",
            Self::NotJson { .. } => {
                "compare the address, and look for a proxy or login page on the way; IBM's status page tells of outages"
            }
            Self::Shape { .. } => "update aoc-bundle; if it stays, please report it",
            Self::Redirected { .. } => "give the final address",
            Self::Unauthorized { .. } => {
                "log in again and give a fresh token, or the right password"
            }
            Self::Forbidden { .. } => "an organization admin must run this",
            Self::NotFound { .. } => {
                "compare the id, or run it as a user who sees it in the web application"
            }
            Self::Busy { .. } => "run again later",
            Self::Status { .. } => "run again; if it stays, tell IBM Support the status",
            Self::Refused { reason, .. } => reason.remedy(),
        };
        text.to_owned()
    }

    /// A word or two for the log of calls.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Dns { .. } => "name not found",
            Self::Unreachable { .. } => "no connection",
            Self::Untrusted { .. } => "certificate not trusted",
            Self::Expired { .. } | Self::NotYetValid { .. } => "certificate not valid now",
            Self::WrongHost { .. } => "certificate for other names",
            Self::BadCertificate { .. } => "certificate not acceptable",
            Self::Handshake { .. } => "no TLS",
            Self::ProxyPassword { .. } => "proxy wants a password",
            Self::Proxy { .. } => "proxy gives no connection",
            Self::TimedOut { .. } | Self::Deadline { .. } => "time-out",
            Self::Cut { .. } => "cut off",
            Self::TooLarge { .. } => "too large",
            _ => "failed",
        }
    }

    /// True if the same question may well be answered a moment later.
    pub(super) fn is_for_later(&self) -> bool {
        matches!(self, Self::Cut { .. })
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
