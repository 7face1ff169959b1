//! The token endpoint, asked in the way that each grant wants.
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::credentials::Login;
use super::jwt::{Claims, assertion};
use super::keys::SigningKey;
use crate::aoc::api_address::Address;
use crate::aoc::http::{ApiError, Ask, Auth, Body, Client, Refusal, Reply};

/// One token that is wanted.
pub(in crate::aoc) struct Wish<'a> {
    pub(in crate::aoc) client: &'a Client,
    pub(in crate::aoc) address: &'a Address,
    /// What the token shall be good for, as the endpoint spells it.
    pub(in crate::aoc) scope: &'a str,
}

/// An API client as it shows itself: id, and secret where it has one.
type Id<'a> = (&'a str, Option<&'a SecretString>);

impl Wish<'_> {
    /// The answer of the endpoint. `None`: this login has its token already, and nobody is asked.
    ///
    /// # Errors
    /// [`ApiError`]: no answer, or a key that makes no signature.
    pub(in crate::aoc) fn ask(&self, login: &Login) -> Result<Option<Reply>, ApiError> {
        let reply = match login {
            Login::Bearer(_) => return Ok(None),
            Login::Jwt {
                client_id,
                client_secret,
                key,
                username,
            } => self.by_key((client_id, client_secret.as_ref()), key, username),
            Login::Refresh {
                client_id,
                client_secret,
                refresh_token,
            } => self.by_refresh((client_id, client_secret.as_ref()), refresh_token),
            Login::Link {
                token,
                password,
                client,
            } => {
                let client = client.as_ref().map(|(id, s)| (id.as_str(), Some(s)));
                self.by_link(token, password.as_ref(), client)
            }
        };
        reply.map(Some)
    }

    fn organization(&self) -> Option<&str> {
        self.address.organization.as_deref()
    }

    /// Sends the request; the path names the organization where it is known.
    fn send(
        &self,
        query: &[(&str, &str)],
        auth: Option<&Auth>,
        body: Body<'_>,
    ) -> Result<Reply, ApiError> {
        let ids: Vec<&str> = self.organization().into_iter().collect();
        let path = match ids.as_slice() {
            [] => "/api/v1/oauth2/token",
            _ => "/api/v1/oauth2/{id}/token",
        };
        self.client.ask(&Ask {
            ids: &ids,
            query,
            auth,
            body,
            ..Ask::get(&self.address.api, path)
        })
    }

    fn by_key(&self, client: Id<'_>, key: &SigningKey, user: &str) -> Result<Reply, ApiError> {
        let claims = Claims {
            client_id: client.0,
            subject: user,
            organization: self.organization().unwrap_or_default(),
            now: Timestamp::now(),
        };
        let signed = assertion(key, &claims).map_err(|_| ApiError::Refused {
            host: self.address.api.host.clone(),
            reason: Refusal::Key,
        })?;
        let grant = SecretString::from("urn:ietf:params:oauth:grant-type:jwt-bearer");
        let (id, scope) = (SecretString::from(client.0), SecretString::from(self.scope));
        let fields = [
            ("grant_type", &grant),
            ("assertion", &signed),
            ("client_id", &id),
            ("scope", &scope),
        ];
        let auth = basic(client);
        self.send(&[], auth.as_ref(), Body::Form(&fields))
    }

    fn by_refresh(&self, client: Id<'_>, token: &SecretString) -> Result<Reply, ApiError> {
        let grant = SecretString::from("refresh_token");
        let (id, scope) = (SecretString::from(client.0), SecretString::from(self.scope));
        let mut fields = vec![
            ("grant_type", &grant),
            ("refresh_token", token),
            ("client_id", &id),
            ("scope", &scope),
        ];
        fields.extend(client.1.map(|secret| ("client_secret", secret)));
        self.send(&[], None, Body::Form(&fields))
    }

    fn by_link(
        &self,
        token: &SecretString,
        password: Option<&SecretString>,
        client: Option<Id<'_>>,
    ) -> Result<Reply, ApiError> {
        let password = password.map(ExposeSecret::expose_secret);
        let body = serde_json::json!({"url_token": token.expose_secret(), "password": password});
        let body = SecretString::from(body.to_string());
        let query = [("grant_type", "url_token"), ("scope", self.scope)];
        let auth = client.and_then(basic);
        self.send(&query, auth.as_ref(), Body::Json(&body))
    }
}

/// The client's own authentication, where it has a secret.
fn basic(client: Id<'_>) -> Option<Auth> {
    let secret = client.1?;
    Some(Auth::Basic(client.0.to_owned(), secret.clone()))
}
