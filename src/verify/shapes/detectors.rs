//! The list of detectors: one row each, in the order of [`What`].
use serde::Serialize;

/// How bad a find is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A secret in clear: the entry must not be released.
    Leak,
    /// A person, host or address in clear: the entry must not be released.
    Personal,
    /// Looks random, but nothing says what it is: listed only.
    Suspicion,
}

impl Severity {
    /// True where the find keeps the entry from being released.
    #[must_use]
    pub fn blocks(self) -> bool {
        self != Self::Suspicion
    }
}

/// One thing that the verifier looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detector {
    /// Stable name, as in [`Finding::what`](crate::verify::Finding::what).
    pub id: &'static str,
    /// How bad a find is.
    pub severity: Severity,
    /// What it finds, in one line.
    pub about: &'static str,
}

/// Which detector fired; the number is its row in [`detectors`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum What {
    KnownSecret,
    PrivateKey,
    Jwt,
    TransferToken,
    NodeBearer,
    AuthScheme,
    AwsKey,
    CloudToken,
    UrlSignature,
    UrlPassword,
    PublicLink,
    LabelledSecret,
    PasswordHash,
    RandomSecret,
    Cookie,
    TransferCookie,
    Unread,
    AccessKey,
    Email,
    Ip4,
    Ip6,
    Mac,
    HomeUser,
    User,
    Host,
    Person,
    KnownName,
    UrlHost,
    Random,
}

/// Number of detectors.
pub(crate) const COUNT: usize = 29;

impl What {
    /// Its row in the table.
    pub(crate) fn detector(self) -> &'static Detector {
        &TABLE[self as usize]
    }
}

const fn leak(id: &'static str, about: &'static str) -> Detector {
    Detector {
        id,
        severity: Severity::Leak,
        about,
    }
}

const fn personal(id: &'static str, about: &'static str) -> Detector {
    Detector {
        id,
        severity: Severity::Personal,
        about,
    }
}

const fn suspicion(id: &'static str, about: &'static str) -> Detector {
    Detector {
        id,
        severity: Severity::Suspicion,
        about,
    }
}

static TABLE: [Detector; COUNT] = [
    leak(
        "known-secret",
        "a secret value of this run, plain or encoded",
    ),
    leak(
        "private-key",
        "the body of a PEM, OpenSSH or PuTTY private key",
    ),
    leak("jwt", "a JSON web token with header and claims"),
    leak("transfer-token", "an Aspera transfer token (ATM, ATB, ...)"),
    leak(
        "node-bearer",
        "a node bearer token: base64 of deflated JSON",
    ),
    leak(
        "auth-scheme",
        "credentials after Basic, Bearer, Digest, Negotiate or NTLM",
    ),
    leak("aws-key", "an AWS key id, or the secret beside it"),
    leak(
        "cloud-token",
        "a token of GitHub, GitLab, Slack, Google, Stripe, npm and the like",
    ),
    leak("url-signature", "the signature of a presigned link"),
    leak("url-password", "a password before the host of a link"),
    leak("public-link", "a short public link, which is a credential"),
    leak(
        "labelled-secret",
        "a value named password, secret, token, key and so on, in any notation",
    ),
    leak("password-hash", "the hash of a password"),
    leak(
        "random-secret",
        "a value that looks drawn by lot where a secret stands: code, nonce, key, ticket and the like",
    ),
    leak("cookie", "the value of an HTTP cookie"),
    personal(
        "transfer-cookie",
        "an Aspera transfer cookie with names of people in it",
    ),
    leak(
        "unread",
        "packed text that is too long to be looked through to its end",
    ),
    personal("access-key", "the id of an access key"),
    personal("email", "an e-mail address"),
    personal("ip4", "an IPv4 address"),
    personal("ip6", "an IPv6 address"),
    personal("mac", "a hardware address"),
    personal("home-user", "a user name in the path of a home folder"),
    personal("user", "a user name in a field that says so"),
    personal("host", "a host name in a field that says so"),
    personal(
        "person",
        "a name, telephone or account number of a person in a field that says so",
    ),
    personal(
        "known-name",
        "a host, login, person or organization that another place of this run names",
    ),
    suspicion(
        "url-host",
        "a host in a link that is not a known public one",
    ),
    suspicion("random", "a random-looking word of 24 or more characters"),
];

/// All detectors with id, severity and a one-line description.
#[must_use]
pub fn detectors() -> &'static [Detector] {
    &TABLE
}
