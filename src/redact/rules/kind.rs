//! What becomes of a value: the kinds that rows of the table name.
use super::compiled::RuleError;

/// What becomes of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::redact) enum Kind {
    /// `~secret.LABEL.id~`, unless the value itself shows a more exact kind of token.
    Secret(String),
    /// An Aspera transfer token: `~token.atm2.id~`.
    AsperaToken,
    /// The part after a scheme word (Basic, Bearer).
    Scheme,
    /// A whole header value with its scheme.
    Authorization,
    /// `name=value; attribute` lists of cookie headers.
    Cookies,
    /// A transfer cookie, or a Cookie header.
    Cookie,
    /// A JSON list or map of cookies.
    CookieList,
    /// `user:password` in one argument.
    UserPassword,
    /// A login name.
    User,
    /// Words that are each a login name: `mlopez,chidi`, `(mlopez),27(sudo)`.
    Users,
    /// A value that is an address if it looks like one, else a person.
    Email,
    /// A host name or address.
    Host,
    /// An IP address in any spelling; what is none stays.
    Address,
    /// A hardware address in any spelling; what is none stays.
    Mac,
    /// Every leaf below is somebody's metadata.
    Meta,
    /// A storage root: its folder names.
    Docroot,
    /// File and folder names of content (level strict).
    Path,
    /// Compared as they stand: person, phone, account, licence, package, org, accesskey, userid.
    Plain(&'static str),
    /// Looks like a sensitive name and is none.
    Never,
}

const PLAIN: &[&str] = &[
    "person",
    "phone",
    "account",
    "licence",
    "package",
    "org",
    "accesskey",
    "userid",
];

impl Kind {
    /// The kind that a row names.
    pub(in crate::redact) fn parse(rule: &str, kind: &str) -> Result<Self, RuleError> {
        if let Some(label) = kind.strip_prefix("secret.") {
            return Ok(Self::Secret(label.to_owned()));
        }
        Ok(match kind {
            "aspera-token" => Self::AsperaToken,
            "scheme" => Self::Scheme,
            "authorization" => Self::Authorization,
            "cookies" => Self::Cookies,
            "cookie" => Self::Cookie,
            "cookie-list" => Self::CookieList,
            "user-password" => Self::UserPassword,
            "user" => Self::User,
            "users" => Self::Users,
            "text.email" => Self::Email,
            "host" => Self::Host,
            "address" => Self::Address,
            "mac" => Self::Mac,
            "meta" => Self::Meta,
            "docroot" => Self::Docroot,
            "path" => Self::Path,
            "never" => Self::Never,
            other => match PLAIN.iter().find(|p| **p == other) {
                Some(plain) => Self::Plain(plain),
                None => {
                    return Err(RuleError::Kind {
                        rule: rule.to_owned(),
                        kind: kind.to_owned(),
                    });
                }
            },
        })
    }

    /// Secrets are cut at every level and can never be kept.
    pub(in crate::redact) fn is_secret(&self) -> bool {
        matches!(
            self,
            Self::Secret(_)
                | Self::AsperaToken
                | Self::Scheme
                | Self::Authorization
                | Self::Cookies
                | Self::CookieList
                | Self::UserPassword
        )
    }

    /// True for kinds that no rule of the person's own may replace by an identifier.
    pub(in crate::redact) fn is_guarded(&self) -> bool {
        self.is_secret() || matches!(self, Self::Cookie)
    }
}
