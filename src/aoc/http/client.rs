//! The client itself: one for a run, with one deadline for all its calls. Without a client no socket can be
//! opened, and `--offline` makes none.
use std::io::Read;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use rustls::pki_types::CertificateDer;
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::ask::{form, headers};
use super::calls::{Call, Calls};
use super::retry::{TRIES, backoff, chance, is_for_later, retry_after};
use super::tls::{PeerChain, Watcher};
use super::{ApiError, Ask, Body, Origin};

/// Redirects that are followed in a row.
const REDIRECTS: usize = 5;
/// How the program calls itself.
const USER_AGENT: &str = concat!("aoc-bundle/", env!("CARGO_PKG_VERSION"));

/// Which proxies are used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Proxies {
    /// Those of the environment and of the system.
    #[default]
    System,
    /// None.
    None,
    /// This one, for everything.
    Only(String),
}

/// How the client behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Certificates that are trusted beside those of the system.
    pub roots: Vec<CertificateDer<'static>>,
    /// Time for all calls together.
    pub deadline: Duration,
    /// Time for one call.
    pub attempt: Duration,
    /// Most bytes of one answer.
    pub most_bytes: u64,
    /// Which proxies are used.
    pub proxies: Proxies,
    /// Addresses of names that DNS is not asked for.
    pub addresses: Vec<(String, SocketAddr)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            roots: Vec::new(),
            deadline: Duration::from_secs(15),
            attempt: Duration::from_secs(10),
            most_bytes: 16 << 20,
            proxies: Proxies::System,
            addresses: Vec::new(),
        }
    }
}

/// One answer.
pub struct Reply {
    /// Host that answered.
    pub host: String,
    /// HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, wiped when it is dropped: it may hold a token.
    pub body: Zeroizing<Vec<u8>>,
    /// Our clock half-way between question and answer.
    pub at: Timestamp,
    /// From question to the end of the answer.
    pub took: Duration,
}

impl Reply {
    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON; `what` names it in errors.
    ///
    /// # Errors
    /// The error that the status stands for, or [`ApiError::NotJson`].
    pub fn json(&self, what: &'static str) -> Result<serde_json::Value, ApiError> {
        let host = self.host.clone();
        let parsed = serde_json::from_slice(&self.body);
        match (self.status, parsed) {
            (200..=299, Ok(value)) => Ok(value),
            (401, _) => Err(ApiError::Unauthorized { host }),
            (404, Ok(_)) => Err(ApiError::NotFound { host, what }),
            (403, _) => Err(ApiError::Forbidden { host, what }),
            (300..=399, _) => Err(ApiError::Redirected { host }),
            (status, Err(_)) => Err(ApiError::NotJson { host, status }),
            (status, Ok(_)) => Err(ApiError::Status { host, status }),
        }
    }
}

/// The client of a run.
pub struct Client {
    inner: reqwest::blocking::Client,
    watcher: Arc<Watcher>,
    calls: Calls,
    until: Instant,
    attempt: Duration,
    most_bytes: u64,
}

impl Client {
    /// A client whose time begins now. No connection is made yet.
    ///
    /// # Errors
    /// [`ApiError::NoClient`] where the machine's trust store or the proxy cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, ApiError> {
        let watcher = Watcher::new(settings.roots.clone())?;
        let mut builder = reqwest::blocking::Client::builder()
            .tls_backend_preconfigured(watcher.config()?)
            .https_only(true)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent(USER_AGENT)
            .connect_timeout(settings.attempt.min(settings.deadline))
            .timeout(settings.attempt);
        for (host, address) in &settings.addresses {
            builder = builder.resolve(host, *address);
        }
        builder = match &settings.proxies {
            Proxies::System => builder,
            Proxies::None => builder.no_proxy(),
            Proxies::Only(url) => {
                builder.proxy(reqwest::Proxy::all(url).map_err(|_| ApiError::NoClient)?)
            }
        };
        Ok(Self {
            inner: builder.build().map_err(|_| ApiError::NoClient)?,
            watcher,
            calls: Calls::default(),
            until: Instant::now() + settings.deadline,
            attempt: settings.attempt,
            most_bytes: settings.most_bytes,
        })
    }

    /// The log of calls.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.calls.clone()
    }

    /// The certificates that a host showed, accepted or not.
    #[must_use]
    pub fn chain(&self, host: &str) -> Option<PeerChain> {
        self.watcher.chain(host)
    }

    /// Time that is left for further calls.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// Asks, and asks again where the server is busy or the connection breaks. An answer of any status is an
    /// answer; see [`Reply::json`].
    ///
    /// # Errors
    /// [`ApiError`]: no answer, or busy to the end.
    pub fn ask(&self, ask: &Ask<'_>) -> Result<Reply, ApiError> {
        let get = matches!(ask.body, Body::None);
        let mut tries = 1;
        loop {
            let result = self.follow(ask);
            let wait = match &result {
                Ok(reply) if is_for_later(reply.status) => reply
                    .header("retry-after")
                    .and_then(|v| retry_after(v, Timestamp::now()))
                    .unwrap_or_else(|| backoff(tries, chance())),
                // A POST may have done its work before the connection broke.
                Err(error) if error.is_for_later() && get => backoff(tries, chance()),
                _ => return result,
            };
            if tries >= TRIES || wait >= self.left() {
                return Self::given_up(result, wait);
            }
            std::thread::sleep(wait);
            tries += 1;
        }
    }

    fn given_up(result: Result<Reply, ApiError>, wait: Duration) -> Result<Reply, ApiError> {
        match result {
            Ok(reply) if matches!(reply.status, 429 | 503) => Err(ApiError::Busy {
                host: reply.host,
                status: reply.status,
                wait_s: wait.as_secs_f64().ceil() as u64,
            }),
            other => other,
        }
    }

    /// One question with its redirects. Credentials stay with the server that they were meant for: once a
    /// redirect leaves it they are gone, even if the next one leads back.
    fn follow(&self, ask: &Ask<'_>) -> Result<Reply, ApiError> {
        let mut url = ask.url()?;
        let mut auth = ask.auth.map(headers).transpose()?.unwrap_or_default();
        for hop in 0..=REDIRECTS {
            let origin = Origin::of(&url)?;
            let path = if hop == 0 { ask.path } else { "(redirect)" };
            let reply = self.logged(&origin, url.clone(), path, ask, &auth)?;
            let moved = matches!(reply.status, 301 | 302 | 303 | 307 | 308);
            if !moved || !matches!(ask.body, Body::None) {
                return Ok(reply);
            }
            let Some(next) = reply.header("location").and_then(|l| url.join(l).ok()) else {
                return Ok(reply);
            };
            // A way down to http ends here: the answer could come from anybody.
            let target = Origin::of(&next).map_err(|_| ApiError::Redirected {
                host: origin.host.clone(),
            })?;
            if target != origin {
                auth.clear();
            }
            url = next;
        }
        Err(ApiError::Redirected {
            host: ask.origin.host.clone(),
        })
    }

    /// One exchange, written into the log of calls.
    fn logged(
        &self,
        origin: &Origin,
        url: Url,
        path: &'static str,
        ask: &Ask<'_>,
        auth: &HeaderMap,
    ) -> Result<Reply, ApiError> {
        let left = self.left();
        if left.is_zero() {
            return Err(ApiError::Deadline {
                host: origin.host.clone(),
            });
        }
        let began = (Timestamp::now(), Instant::now());
        let mut bytes = 0;
        let result = self.exchange(origin, url, ask, auth, left, &mut bytes);
        let took = began.1.elapsed();
        self.calls.add(Call {
            host: origin.host.clone(),
            port: origin.port,
            method: match ask.body {
                Body::None => "GET",
                Body::Form(_) | Body::Json(_) => "POST",
            },
            path,
            status: result.as_ref().ok().map(|r| r.status),
            bytes,
            duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            trouble: result.as_ref().err().map(ApiError::word),
        });
        result.map(|mut reply| {
            reply.at = began.0.checked_add(took / 2).unwrap_or(began.0);
            reply.took = took;
            reply
        })
    }

    fn exchange(
        &self,
        origin: &Origin,
        url: Url,
        ask: &Ask<'_>,
        auth: &HeaderMap,
        left: Duration,
        bytes: &mut u64,
    ) -> Result<Reply, ApiError> {
        let json = HeaderValue::from_static("application/json");
        let mut request = match ask.body {
            Body::None => self.inner.get(url),
            Body::Form(fields) => self
                .inner
                .post(url)
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form(fields).as_bytes().to_vec()),
            Body::Json(text) => self
                .inner
                .post(url)
                .header(CONTENT_TYPE, json.clone())
                .body(text.expose_secret().as_bytes().to_vec()),
        };
        request = request.header(ACCEPT, json).timeout(self.attempt.min(left));
        for (name, value) in auth {
            let mut value = value.clone();
            value.set_sensitive(name == AUTHORIZATION);
            request = request.header(name, value);
        }
        let mut response = request.send().map_err(|e| self.trouble(origin, &e))?;
        let mut body = Zeroizing::new(Vec::with_capacity(16 * 1024));
        let mut chunk = Zeroizing::new(vec![0u8; 16 * 1024]);
        loop {
            let n = response.read(&mut chunk).map_err(|e| cut(origin, &e))?;
            body.extend_from_slice(chunk.get(..n).unwrap_or_default());
            *bytes = body.len() as u64;
            if *bytes > self.most_bytes {
                return Err(ApiError::TooLarge {
                    host: origin.host.clone(),
                    most: self.most_bytes,
                });
            }
            if n == 0 {
                break;
            }
        }
        Ok(Reply {
            host: origin.host.clone(),
            status: response.status().as_u16(),
            headers: std::mem::take(response.headers_mut()),
            body,
            at: Timestamp::UNIX_EPOCH,
            took: Duration::ZERO,
        })
    }

    /// What an error of the HTTP library means.
    fn trouble(&self, origin: &Origin, error: &reqwest::Error) -> ApiError {
        let (host, port) = (origin.host.clone(), origin.port);
        if let Some(certificate) = self.watcher.trouble(&host) {
            return certificate;
        }
        let mut words = String::new();
        let mut tls = false;
        let mut kind = None;
        let mut source: Option<&(dyn std::error::Error + 'static)> =
            std::error::Error::source(error);
        while let Some(inner) = source {
            words.push_str(&inner.to_string().to_lowercase());
            words.push('\n');
            tls |= inner.is::<rustls::Error>();
            // An io::Error passes its own inner error over when it is asked for its source.
            let io = inner.downcast_ref::<std::io::Error>();
            kind = io.map(std::io::Error::kind).or(kind);
            source = match io.and_then(std::io::Error::get_ref) {
                Some(within) => Some(within),
                None => inner.source(),
            };
        }
        if words.contains("proxy authorization required") {
            ApiError::ProxyPassword { host }
        } else if words.contains("tunnel") || words.contains("proxy") {
            ApiError::Proxy { host }
        } else if error.is_timeout() {
            ApiError::TimedOut { host }
        } else if words.contains("dns error") {
            ApiError::Dns { host }
        } else if tls || words.contains("tls handshake") {
            ApiError::Handshake { host, port }
        } else if error.is_connect() && kind != Some(std::io::ErrorKind::ConnectionReset) {
            ApiError::Unreachable { host, port }
        } else {
            ApiError::Cut { host }
        }
    }
}

/// What a broken answer means.
fn cut(origin: &Origin, error: &std::io::Error) -> ApiError {
    let host = origin.host.clone();
    let late = error.kind() == std::io::ErrorKind::TimedOut
        || error
            .get_ref()
            .and_then(|e| e.downcast_ref::<reqwest::Error>())
            .is_some_and(reqwest::Error::is_timeout);
    if late {
        ApiError::TimedOut { host }
    } else {
        ApiError::Cut { host }
    }
}
