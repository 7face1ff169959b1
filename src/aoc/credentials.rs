//! Credentials as the person has them: each from the first place that holds it, and together one way to
//! log in.
use secrecy::{ExposeSecret, SecretString};

use super::http::Auth;
use super::keys::{KeyError, SigningKey};
use super::presets::Preset;

/// What the person gave, from whatever place. Everything may be absent.
#[derive(Debug, Default)]
pub struct Given {
    /// A bearer token of their own.
    pub token: Option<SecretString>,
    /// Client id.
    pub client_id: Option<String>,
    /// Client secret.
    pub client_secret: Option<SecretString>,
    /// Text of the private key.
    pub private_key: Option<SecretString>,
    /// Passphrase of the private key.
    pub passphrase: Option<SecretString>,
    /// E-mail of the user.
    pub username: Option<String>,
    /// A refresh token.
    pub refresh_token: Option<SecretString>,
    /// A public link, or its token alone.
    pub link: Option<SecretString>,
    /// Password of the public link.
    pub link_password: Option<SecretString>,
}

/// Why what was given is not enough.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Nothing was given.
    #[error("no credentials were given")]
    None,
    /// Something of the JWT grant is missing.
    #[error("to log in with a private key, {0} is missing")]
    Missing(&'static str),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The preset uses the client that is built into ascli.
    #[error(
        "the preset of ascli has no client_id: it uses the client that is built into ascli, which is not ours to use"
    )]
    BuiltInClient,
    /// The preset takes its secrets from a vault.
    #[error("the preset of ascli takes its secrets from a vault, which stays closed here")]
    Vault,
    /// The preset logs in through a browser.
    #[error("the preset of ascli logs in through a browser ({0}), which is not done here")]
    Browser(&'static str),
    /// The link is none.
    #[error("the public link holds no token")]
    BadLink,
    /// The file of node credentials is not understood.
    #[error("the file of AOC_BUNDLE_NODE_AUTH_FILE is not understood")]
    BadNodeFile,
}

impl CredentialError {
    /// What the person can do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::None => {
                "set AOC_BUNDLE_TOKEN to a bearer token, or AOC_BUNDLE_CLIENT_ID, AOC_BUNDLE_PRIVATE_KEY_FILE and AOC_BUNDLE_USERNAME, or give a preset of ascli with --ascli-preset NAME"
            }
            Self::Missing(_) => {
                "give client ID, private key and e-mail together (AOC_BUNDLE_CLIENT_ID, AOC_BUNDLE_PRIVATE_KEY_FILE, AOC_BUNDLE_USERNAME)"
            }
            Self::Key(_) => "give another key in AOC_BUNDLE_PRIVATE_KEY_FILE",
            Self::BuiltInClient => {
                "make an API client of your own in Admin > Integrations > API clients (JWT enabled) and give its ID in AOC_BUNDLE_CLIENT_ID"
            }
            Self::Vault => {
                "print a token with: ascli aoc bearer_token, and give it in AOC_BUNDLE_TOKEN"
            }
            Self::Browser(_) => {
                "log in with ascli, print a token with: ascli aoc bearer_token, and give it in AOC_BUNDLE_TOKEN"
            }
            Self::BadLink => "give the whole link as it was sent",
            Self::BadNodeFile => {
                "write name, colon and password on one line (an access key and its secret likewise), or the word Bearer with the token and, on the next line, the access key"
            }
        }
    }
}

/// One way to log in to an organization.
#[derive(Debug)]
pub enum Login {
    /// A token that is there already.
    Bearer(SecretString),
    /// A signed assertion for a user.
    Jwt {
        /// Client id.
        client_id: String,
        /// Client secret, where there is one.
        client_secret: Option<SecretString>,
        /// Key that signs.
        key: SigningKey,
        /// E-mail of the user.
        username: String,
    },
    /// A refresh token.
    Refresh {
        /// Client id.
        client_id: String,
        /// Client secret, where there is one.
        client_secret: Option<SecretString>,
        /// The token.
        refresh_token: SecretString,
    },
    /// A public link.
    Link {
        /// Token of the link.
        token: SecretString,
        /// Its password, where it has one.
        password: Option<SecretString>,
        /// Client id and secret, where there are some.
        client: Option<(String, SecretString)>,
    },
}

impl Given {
    /// What this place does not have is taken from the next one.
    #[must_use]
    pub fn or(self, next: Self) -> Self {
        Self {
            token: self.token.or(next.token),
            client_id: self.client_id.or(next.client_id),
            client_secret: self.client_secret.or(next.client_secret),
            private_key: self.private_key.or(next.private_key),
            passphrase: self.passphrase.or(next.passphrase),
            username: self.username.or(next.username),
            refresh_token: self.refresh_token.or(next.refresh_token),
            link: self.link.or(next.link),
            link_password: self.link_password.or(next.link_password),
        }
    }

    /// What a preset of ascli gives.
    ///
    /// # Errors
    /// [`CredentialError`], where it cannot be used without a browser, the vault or ascli's own client.
    pub fn of_preset(preset: Preset) -> Result<Self, CredentialError> {
        match preset.auth.as_deref() {
            Some("web") => return Err(CredentialError::Browser("web")),
            Some("boot") => return Err(CredentialError::Browser("boot")),
            _ => {}
        }
        let link = preset.link.is_some();
        if !link && preset.private_key.is_none() && preset.vault {
            return Err(CredentialError::Vault);
        }
        if !link && preset.client_id.is_none() {
            return Err(CredentialError::BuiltInClient);
        }
        Ok(Self {
            token: None,
            client_id: preset.client_id,
            client_secret: preset.client_secret,
            private_key: preset.private_key,
            passphrase: preset.passphrase,
            username: preset.username,
            refresh_token: None,
            link: preset.link,
            link_password: preset.password,
        })
    }

    /// The way to log in: a token first, then key, refresh token, link.
    ///
    /// # Errors
    /// [`CredentialError`], where it is not enough.
    pub fn login(self) -> Result<Login, CredentialError> {
        if let Some(token) = self.token {
            return Ok(Login::Bearer(bare(&token)));
        }
        if let Some(text) = &self.private_key {
            let client_id = self
                .client_id
                .ok_or(CredentialError::Missing("the client ID"))?;
            let username = self
                .username
                .ok_or(CredentialError::Missing("the user's e-mail"))?;
            let key = SigningKey::read(text.expose_secret().as_bytes(), self.passphrase.as_ref())?;
            return Ok(Login::Jwt {
                client_id,
                client_secret: self.client_secret,
                key,
                username,
            });
        }
        if let Some(refresh_token) = self.refresh_token {
            return Ok(Login::Refresh {
                client_id: self
                    .client_id
                    .ok_or(CredentialError::Missing("the client ID"))?,
                client_secret: self.client_secret,
                refresh_token,
            });
        }
        if let Some(link) = self.link {
            return Ok(Login::Link {
                token: link_token(&link).ok_or(CredentialError::BadLink)?,
                password: self.link_password,
                client: self.client_id.zip(self.client_secret),
            });
        }
        if self.client_id.is_some() {
            return Err(CredentialError::Missing("the private key"));
        }
        Err(CredentialError::None)
    }
}

/// A token without the word before it, as people copy it.
fn bare(token: &SecretString) -> SecretString {
    let text = token.expose_secret().trim();
    let word = text
        .get(..7)
        .is_some_and(|w| w.eq_ignore_ascii_case("bearer "));
    let text = if word {
        text.get(7..).unwrap_or_default().trim()
    } else {
        text
    };
    SecretString::from(text)
}

/// The token of a public link.
fn link_token(link: &SecretString) -> Option<SecretString> {
    let text = link.expose_secret().trim();
    let token = match text.split_once('?') {
        Some((_, query)) => query
            .split(['&', '#'])
            .find_map(|p| p.strip_prefix("token="))?,
        None if text.contains(['/', ':', ' ']) => return None,
        None => text,
    };
    (!token.is_empty()).then(|| SecretString::from(token))
}

/// The credentials of a node from the text of a file.
///
/// # Errors
/// [`CredentialError::BadNodeFile`].
pub fn node_auth(text: &SecretString) -> Result<Auth, CredentialError> {
    let mut lines = text.expose_secret().lines().map(str::trim);
    let first = lines.find(|l| !l.is_empty()).unwrap_or_default();
    let second = lines.find(|l| !l.is_empty());
    if let Some((word, token)) = first.split_once(' ')
        && word.eq_ignore_ascii_case("bearer")
    {
        let key = second.ok_or(CredentialError::BadNodeFile)?;
        let key = key.rsplit(':').next().unwrap_or(key).trim();
        return Ok(Auth::NodeBearer(
            SecretString::from(token.trim()),
            key.to_owned(),
        ));
    }
    match first.split_once(':') {
        Some((user, password)) if !user.is_empty() && !password.is_empty() && second.is_none() => {
            Ok(Auth::Basic(user.to_owned(), SecretString::from(password)))
        }
        _ => Err(CredentialError::BadNodeFile),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aoc::fake::keys::new_pem;

    fn s(text: &str) -> Option<SecretString> {
        Some(SecretString::from(text))
    }

    #[test]
    fn the_first_place_wins_and_the_way_in_is_chosen_by_what_is_there() {
        let first = Given {
            client_id: Some("one".into()),
            ..Given::default()
        };
        let second = Given {
            client_id: Some("two".into()),
            username: Some("ana@made-up.test".into()),
            private_key: s(&new_pem().unwrap()),
            ..Given::default()
        };
        let Ok(Login::Jwt {
            client_id,
            username,
            ..
        }) = first.or(second).login()
        else {
            panic!()
        };
        assert_eq!(
            (client_id.as_str(), username.as_str()),
            ("one", "ana@made-up.test")
        );
        let token = Given {
            token: s("Bearer  abc\n"),
            client_id: Some("x".into()),
            ..Given::default()
        };
        let Ok(Login::Bearer(token)) = token.login() else {
            panic!()
        };
        assert_eq!(token.expose_secret(), "abc");
        for (link, token) in [
            (
                "https://acme.ibmaspera.com/packages/public/receive?x=1&token=tok-1",
                "tok-1",
            ),
            (" tok-2 ", "tok-2"),
        ] {
            let given = Given {
                link: s(link),
                ..Given::default()
            };
            let Ok(Login::Link { token: found, .. }) = given.login() else {
                panic!("{link}")
            };
            assert_eq!(found.expose_secret(), token);
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let key = || s("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
        let id = || Some("id".to_owned());
        let cases = [
            (Given::default(), CredentialError::None),
            (
                Given {
                    client_id: id(),
                    ..Given::default()
                },
                CredentialError::Missing("the private key"),
            ),
            (
                Given {
                    private_key: key(),
                    ..Given::default()
                },
                CredentialError::Missing("the client ID"),
            ),
            (
                Given {
                    private_key: key(),
                    client_id: id(),
                    ..Given::default()
                },
                CredentialError::Missing("the user's e-mail"),
            ),
            (
                Given {
                    private_key: key(),
                    client_id: id(),
                    username: id(),
                    ..Given::default()
                },
                CredentialError::Key(KeyError::Public),
            ),
            (
                Given {
                    link: s("https://aspera.pub/abc"),
                    ..Given::default()
                },
                CredentialError::BadLink,
            ),
        ];
        for (given, error) in cases {
            assert_eq!(given.login().unwrap_err(), error);
        }
    }

    #[test]
    fn presets_that_need_more_than_we_do_are_refused_with_what_to_do() {
        let with = |auth: &str, client: bool, key: bool, vault: bool| Preset {
            auth: Some(auth.to_owned()),
            client_id: client.then(|| "id".to_owned()),
            private_key: key.then(|| SecretString::from("k")),
            vault,
            ..Preset::default()
        };
        assert!(Given::of_preset(with("jwt", true, true, true)).is_ok());
        for (preset, error) in [
            (
                with("web", true, true, false),
                CredentialError::Browser("web"),
            ),
            (
                with("boot", true, false, false),
                CredentialError::Browser("boot"),
            ),
            (
                with("jwt", false, true, false),
                CredentialError::BuiltInClient,
            ),
            (with("jwt", true, false, true), CredentialError::Vault),
        ] {
            assert_eq!(Given::of_preset(preset).unwrap_err(), error);
        }
    }

    #[test]
    fn node_files_hold_a_pair_or_a_token() {
        let read = |text: &str| node_auth(&SecretString::from(text));
        assert!(
            matches!(read("ak1:se:cr\n"), Ok(Auth::Basic(u, p)) if u == "ak1" && p.expose_secret() == "se:cr")
        );
        let token = read("bearer eJx\r\nX-Aspera-AccessKey: ak2\r\n");
        assert!(
            matches!(token, Ok(Auth::NodeBearer(t, k)) if t.expose_secret() == "eJx" && k == "ak2")
        );
        for bad in ["", "\n", "user", ":x", "u:", "Bearer x", "a:b\nc:d"] {
            assert_eq!(
                read(bad).unwrap_err(),
                CredentialError::BadNodeFile,
                "{bad}"
            );
        }
    }
}
