//! What the fake knows: organizations, people, packages, a node; and what went on so far.
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::Value;

use super::FakeError;
use super::wire::{Answer, Question};

/// A token that was given out.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Organization.
    pub subdomain: String,
    /// E-mail of the user.
    pub subject: String,
    /// What it is good for.
    pub scope: String,
    /// Its end, in seconds since 1970.
    pub expires: i64,
}

/// What goes wrong with a question.
pub struct Fault {
    /// The path begins so.
    pub path: String,
    /// How often it happens.
    pub times: u32,
    /// What is answered instead.
    pub answer: Answer,
}

#[derive(Default)]
struct State {
    tokens: HashMap<String, Grant>,
    keys: Vec<(String, Vec<u8>)>,
    faults: Vec<Fault>,
    asked: Vec<String>,
    writes: Vec<String>,
    node_url: Option<String>,
}

/// The whole world of the fake.
pub struct World {
    data: Value,
    ahead_s: i64,
    state: Mutex<State>,
}

/// A value as text, whatever it is.
pub(super) fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

impl World {
    /// The built-in world with some words replaced by others. Its clock is `ahead_s` seconds ahead of this
    /// machine's.
    pub(super) fn new(ahead_s: i64, words: &[(&str, &str)]) -> Result<Self, FakeError> {
        let mut text = include_str!("world.json").to_owned();
        for (word, other) in words {
            text = text.replace(word, other);
        }
        let data = serde_json::from_str(&text).map_err(|_| FakeError::Data)?;
        Ok(Self {
            data,
            ahead_s,
            state: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What time it is there.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let seconds = Timestamp::now().as_second() + self.ahead_s;
        Timestamp::from_second(seconds).unwrap_or_default()
    }

    /// Everything of an organization.
    pub(super) fn organization(&self, subdomain: &str) -> Option<&Value> {
        let all = self.data.get("organizations")?.as_array()?;
        all.iter().find(|o| {
            o.pointer("/organization/subdomain_name")
                .and_then(Value::as_str)
                == Some(subdomain)
        })
    }

    /// A list of an organization: `users`, `packages`, ….
    pub(super) fn list(&self, subdomain: &str, name: &str) -> &[Value] {
        self.organization(subdomain)
            .and_then(|o| o.get(name))
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// A user of an organization, by a field.
    pub(super) fn user(&self, subdomain: &str, field: &str, value: &str) -> Option<&Value> {
        self.list(subdomain, "users")
            .iter()
            .find(|u| u.get(field).map(text_of).as_deref() == Some(value))
    }

    /// What the node knows under a name.
    pub(super) fn node(&self, name: &str) -> &Value {
        const NOTHING: &Value = &Value::Null;
        self.data
            .get("node")
            .and_then(|n| n.get(name))
            .unwrap_or(NOTHING)
    }

    /// From now on the cloud says that its node is there.
    pub fn set_node_url(&self, url: &str) {
        self.state().node_url = Some(url.to_owned());
    }

    /// A node as the cloud tells it.
    pub(super) fn told_node(&self, node: &Value) -> Value {
        let mut told = node.clone();
        if let (Some(fields), Some(url)) = (told.as_object_mut(), &self.state().node_url) {
            fields.insert("url".to_owned(), Value::from(url.as_str()));
        }
        told
    }

    /// Registers a public key (DER `RSAPublicKey`) in the profile of a user.
    pub fn register_key(&self, email: &str, public: Vec<u8>) {
        self.state().keys.push((email.to_owned(), public));
    }

    pub(super) fn keys_of(&self, email: &str) -> Vec<Vec<u8>> {
        let state = self.state();
        let own = state.keys.iter().filter(|(e, _)| e == email);
        own.map(|(_, key)| key.clone()).collect()
    }

    /// Makes a token good.
    pub fn grant(&self, token: &str, grant: Grant) {
        self.state().tokens.insert(token.to_owned(), grant);
    }

    /// Ends all tokens at once, as a change of the security settings does.
    pub fn end_tokens(&self) {
        self.state().tokens.clear();
    }

    /// What the bearer token of a question is good for now.
    pub(super) fn granted(&self, question: &Question) -> Option<Grant> {
        let header = question.header("authorization")?;
        let token = header.strip_prefix("Bearer ")?;
        let grant = self.state().tokens.get(token).cloned()?;
        (grant.expires > self.now().as_second()).then_some(grant)
    }

    /// Random text of a token.
    pub(super) fn random_text(&self, bytes: usize) -> String {
        let mut random = vec![0u8; bytes];
        // Without randomness the token is just not secret, and nothing of the fake is.
        let _ = getrandom::fill(&mut random);
        data_encoding::BASE64URL_NOPAD.encode(&random)
    }

    /// From now on something goes wrong.
    pub fn fail(&self, path: &str, times: u32, answer: Answer) {
        self.state().faults.push(Fault {
            path: path.to_owned(),
            times,
            answer,
        });
    }

    /// Writes a question down, and tells the answer of a fault where one is set for it.
    pub(super) fn meet(&self, question: &Question) -> Option<Answer> {
        let path = question.path();
        let mut state = self.state();
        state.asked.push(path.clone());
        if question.method != "GET" && !path.ends_with("/token") {
            state.writes.push(format!("{} {path}", question.method));
        }
        let fault = state
            .faults
            .iter_mut()
            .find(|f| f.times > 0 && path.starts_with(&f.path))?;
        fault.times -= 1;
        Some(fault.answer.clone())
    }

    /// Paths that were asked for, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.state().asked.clone()
    }

    /// Questions that would have changed something. There must be none.
    #[must_use]
    pub fn writes(&self) -> Vec<String> {
        self.state().writes.clone()
    }
}
