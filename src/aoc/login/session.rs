//! A login to an organization: tokens are asked for when they are needed, weakest rights first, and once
//! more where one ends in the middle of a run.
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use secrecy::SecretString;
use serde_json::Value;

use super::credentials::Login;
use super::grants::Wish;
use crate::aoc::api_address::Address;
use crate::aoc::http::{ApiError, Ask, Auth, Client, Refusal, Reply};

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// What the user sees.
    User,
    /// What an admin of the organization sees.
    Admin,
}

impl Scope {
    /// As the token endpoint spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user:all",
            Self::Admin => "admin:all",
        }
    }
}

/// How long a token of a scope lives, as the token endpoint says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// The scope.
    pub scope: Scope,
    /// Seconds from the login.
    pub seconds: i64,
}

struct Token {
    auth: Auth,
    lifetime: Option<i64>,
}

/// A login that is going on.
pub struct Session<'c> {
    client: &'c Client,
    address: Address,
    login: &'c Login,
    tokens: Mutex<BTreeMap<String, Token>>,
}

impl<'c> Session<'c> {
    /// Nothing is asked yet.
    #[must_use]
    pub fn new(client: &'c Client, address: Address, login: &'c Login) -> Self {
        Self {
            client,
            address,
            login,
            tokens: Mutex::default(),
        }
    }

    /// Where the API is.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// How long the tokens of this login live.
    #[must_use]
    pub fn lifetimes(&self) -> Vec<Lifetime> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |scope: Scope| {
            let seconds = tokens.get(scope.name())?.lifetime?;
            Some(Lifetime { scope, seconds })
        };
        [Scope::User, Scope::Admin]
            .into_iter()
            .filter_map(of)
            .collect()
    }

    /// Asks the API with a token of this scope. `what` names it in errors.
    ///
    /// # Errors
    /// [`ApiError`]: no token, no answer, or an answer that says no.
    pub fn get(
        &self,
        scope: Scope,
        path: &'static str,
        ids: &[&str],
        query: &[(&str, &str)],
        what: &'static str,
    ) -> Result<(Value, Reply), ApiError> {
        let mut fresh = false;
        loop {
            let auth = self.auth(scope.name())?;
            let ask = Ask {
                ids,
                query,
                auth: Some(&auth),
                ..Ask::get(&self.address.api, path)
            };
            let reply = self.client.ask(&ask)?;
            match reply.json(what) {
                // The token ended in the middle: one login anew, where there is a way.
                Err(ApiError::Unauthorized { .. })
                    if !fresh && !matches!(self.login, Login::Bearer(_)) =>
                {
                    fresh = true;
                    self.forget(scope.name());
                }
                Err(error) => return Err(error),
                Ok(value) => return Ok((value, reply)),
            }
        }
    }

    /// All pages of a list, at most `most` rows; tells whether there were more.
    ///
    /// # Errors
    /// [`ApiError`].
    pub fn list(
        &self,
        scope: Scope,
        path: &'static str,
        query: &[(&str, &str)],
        most: usize,
        what: &'static str,
    ) -> Result<(Vec<Value>, bool), ApiError> {
        let size = most.clamp(1, 1000).to_string();
        let mut rows = Vec::new();
        for page in 1u32.. {
            let number = page.to_string();
            let mut full: Vec<(&str, &str)> = query.to_vec();
            full.extend([("page", number.as_str()), ("per_page", size.as_str())]);
            let (value, reply) = self.get(scope, path, &[], &full, what)?;
            let Value::Array(more) = value else {
                return Err(self.shape(what));
            };
            let none = more.is_empty();
            rows.extend(more);
            let total = reply
                .header("x-total-count")
                .and_then(|t| t.parse::<usize>().ok());
            if rows.len() >= most {
                let more = rows.len() > most || total.is_none_or(|t| t > most);
                rows.truncate(most);
                return Ok((rows, more));
            }
            if none || total.is_some_and(|t| rows.len() >= t) {
                break;
            }
        }
        Ok((rows, false))
    }

    /// The error for JSON of another shape.
    #[must_use]
    pub fn shape(&self, what: &'static str) -> ApiError {
        ApiError::Shape {
            host: self.address.api.host.clone(),
            what,
        }
    }

    /// A token for a node's access key, good for what the user may do there.
    ///
    /// # Errors
    /// [`ApiError`]; [`ApiError::Forbidden`] for logins that cannot ask for other scopes.
    pub fn node_auth(&self, access_key: &str) -> Result<Auth, ApiError> {
        if matches!(self.login, Login::Bearer(_)) {
            return Err(ApiError::Forbidden {
                host: self.address.api.host.clone(),
                what: "a token for the node (a bearer token cannot be exchanged)",
            });
        }
        match self.auth(&format!("node.{access_key}:user:all"))? {
            Auth::Bearer(token) => Ok(Auth::NodeBearer(token, access_key.to_owned())),
            other => Ok(other),
        }
    }

    fn forget(&self, scope: &str) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.remove(scope);
    }

    fn auth(&self, scope: &str) -> Result<Auth, ApiError> {
        if let Login::Bearer(token) = self.login {
            return Ok(Auth::Bearer(token.clone()));
        }
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = tokens.get(scope) {
            return Ok(token.auth.clone());
        }
        let token = self.log_in(scope)?;
        let auth = token.auth.clone();
        tokens.insert(scope.to_owned(), token);
        Ok(auth)
    }

    fn log_in(&self, scope: &str) -> Result<Token, ApiError> {
        let wish = Wish {
            client: self.client,
            address: &self.address,
            scope,
        };
        match (wish.ask(self.login)?, self.login) {
            (Some(reply), _) => self.token_of(&reply),
            (None, Login::Bearer(token)) => Ok(Token {
                auth: Auth::Bearer(token.clone()),
                lifetime: None,
            }),
            (None, _) => Err(self.shape("a token")),
        }
    }

    fn token_of(&self, reply: &Reply) -> Result<Token, ApiError> {
        if matches!(reply.status, 400 | 401)
            && let Ok(body) = serde_json::from_slice::<Value>(&reply.body)
        {
            return Err(self.refused(self.reason(&body)));
        }
        let value = reply.json("a token")?;
        let secret = value.get("access_token").and_then(Value::as_str);
        let lifetime = value.get("expires_in");
        Ok(Token {
            auth: Auth::Bearer(SecretString::from(
                secret.ok_or_else(|| self.shape("a token"))?,
            )),
            lifetime: lifetime.and_then(|l| {
                l.as_i64()
                    .or_else(|| l.as_str().and_then(|t| t.parse().ok()))
            }),
        })
    }

    fn refused(&self, reason: Refusal) -> ApiError {
        ApiError::Refused {
            host: self.address.api.host.clone(),
            reason,
        }
    }

    /// Why a token was refused, from the fixed words of the endpoint.
    fn reason(&self, body: &Value) -> Refusal {
        let text = |name: &str| {
            let value = body.get(name).and_then(Value::as_str);
            value.unwrap_or_default().to_lowercase()
        };
        let (error, why) = (text("error"), text("error_description"));
        let says = |word: &str| why.contains(word);
        let link = matches!(self.login, Login::Link { .. });
        match error.as_str() {
            "invalid_client" => Refusal::Client,
            _ if says("password") && link => Refusal::LinkPassword,
            _ if says("expired") && link => Refusal::LinkExpired,
            _ if says("has expired") || says("nbf") || says("iat") => Refusal::Clock,
            _ if says("invalid subject") => Refusal::Subject,
            "invalid_scope" | "access_denied" => Refusal::Scope,
            "unauthorized_client" | "unsupported_grant_type" => Refusal::Grant,
            "invalid_grant" if matches!(self.login, Login::Jwt { .. }) => Refusal::Key,
            "invalid_grant" => Refusal::Unknown,
            _ => Refusal::Other,
        }
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
