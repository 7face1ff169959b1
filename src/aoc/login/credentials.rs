//! Credentials as the person has them: each from the first place that holds it, and together one way to
//! log in.

use secrecy::{ExposeSecret, SecretString};

pub use super::credential_error::CredentialError;
pub use super::credential_text::node_auth;
use super::credential_text::{bare, link_token};
use super::keys::SigningKey;
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

    /// True if nothing here is a way to log in: no token, key or link.
    #[must_use]
    pub fn is_no_way_in(&self) -> bool {
        self.token.is_none()
            && self.private_key.is_none()
            && self.refresh_token.is_none()
            && self.link.is_none()
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

#[cfg(test)]
#[path = "credentials_tests.rs"]
mod tests;
