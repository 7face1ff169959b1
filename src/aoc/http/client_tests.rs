//! The client over real TCP and TLS: certificates, time, retries, redirects, and what it writes down.
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use secrecy::SecretString;
use serde_json::json;

use super::{ApiError, Ask, Auth, Body, Client, Origin, Proxies, Settings};
use crate::aoc::fake::ca::{Authority, Flaw};
use crate::aoc::fake::wire::{Answer, Handler, Mishap, Question, Server};

pub(super) const NAME: &str = "api.made-up.test";
pub(super) const SECRET: &str = "s3cr3t-token-value";

pub(super) struct Set {
    pub(super) authority: Authority,
    pub(super) server: Server,
}

pub(super) fn serve(
    flaw: Flaw,
    handler: impl Fn(&Question) -> Answer + Send + Sync + 'static,
) -> Set {
    let authority = Authority::new().unwrap();
    let config = authority
        .server(&[NAME, "other.made-up.test"], flaw)
        .unwrap();
    let handler: Handler = Arc::new(handler);
    Set {
        server: Server::start(config, handler).unwrap(),
        authority,
    }
}

impl Set {
    pub(super) fn settings(&self) -> Settings {
        let names = [NAME, "other.made-up.test", "wrong.made-up.test"];
        Settings {
            roots: vec![self.authority.root()],
            proxies: Proxies::None,
            addresses: names
                .map(|n| (n.to_owned(), self.server.address()))
                .to_vec(),
            deadline: Duration::from_secs(8),
            ..Settings::default()
        }
    }

    pub(super) fn client(&self) -> Client {
        Client::new(&self.settings()).unwrap()
    }

    pub(super) fn origin(&self, name: &str) -> Origin {
        Origin {
            host: name.to_owned(),
            port: self.server.address().port(),
        }
    }
}

pub(super) fn fine(_: &Question) -> Answer {
    Answer::json(200, &json!({"ok": true}))
}

/// Answers in turn; the last one again and again.
pub(super) fn turns(answers: Vec<Answer>) -> impl Fn(&Question) -> Answer + Send + Sync {
    let turn = AtomicUsize::new(0);
    move |_| {
        let n = turn.fetch_add(1, Ordering::Relaxed).min(answers.len() - 1);
        answers[n].clone()
    }
}

pub(super) fn failed(set: &Set, name: &str) -> ApiError {
    set.client()
        .ask(&Ask::get(&set.origin(name), "/x"))
        .err()
        .unwrap()
}

#[test]
fn asks_over_tls_and_writes_down_what_it_asked() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let set = serve(Flaw::None, move |q| {
        log.lock().unwrap().push(q.clone());
        fine(q)
    });
    let client = set.client();
    let auth = Auth::NodeBearer(SecretString::from(SECRET), "key-1".to_owned());
    let origin = set.origin(NAME);
    let ask = Ask {
        ids: &["p/1"],
        query: &[("q", "a b")],
        auth: Some(&auth),
        ..Ask::get(&origin, "/api/v1/packages/{id}")
    };
    let reply = client.ask(&ask).unwrap();
    assert_eq!(reply.json("x").unwrap(), json!({"ok": true}));
    let seen = seen.lock().unwrap();
    assert_eq!(seen[0].segments, ["api", "v1", "packages", "p/1"]);
    assert_eq!(seen[0].value("q"), Some("a b"));
    assert_eq!(
        seen[0].header("authorization"),
        Some(&*format!("Bearer {SECRET}"))
    );
    assert_eq!(seen[0].header("x-aspera-accesskey"), Some("key-1"));
    assert!(
        seen[0]
            .header("user-agent")
            .unwrap()
            .starts_with("aoc-bundle/")
    );
    let calls = client.calls().list();
    assert_eq!(
        (calls[0].path, calls[0].status, calls[0].bytes),
        ("/api/v1/packages/{id}", Some(200), 11)
    );
    let told = format!("{calls:?}");
    assert!(
        !told.contains("p/1") && !told.contains("a b") && !told.contains(SECRET),
        "{told}"
    );
    let chain = client.chain(NAME).unwrap();
    assert!(chain.accepted && chain.certificates.len() == 2);
}

#[test]
fn certificates_that_are_not_in_order_are_refused_each_with_its_reason() {
    let host = NAME.to_owned();
    let cases = [
        (Flaw::Expired, ApiError::Expired { host: host.clone() }),
        (
            Flaw::NotYetValid,
            ApiError::NotYetValid { host: host.clone() },
        ),
        (Flaw::SelfSigned, ApiError::Untrusted { host: host.clone() }),
    ];
    for (flaw, error) in cases {
        let set = serve(flaw, fine);
        let client = set.client();
        assert_eq!(
            client.ask(&Ask::get(&set.origin(NAME), "/x")).err(),
            Some(error),
            "{flaw:?}"
        );
        // The chain is evidence, above all here.
        assert!(!client.chain(NAME).unwrap().accepted);
    }
    let set = serve(Flaw::None, fine);
    let wrong = "wrong.made-up.test";
    assert_eq!(
        failed(&set, wrong),
        ApiError::WrongHost {
            host: wrong.to_owned()
        }
    );
    let other = Authority::new().unwrap();
    let client = Client::new(&Settings {
        roots: vec![other.root()],
        ..set.settings()
    })
    .unwrap();
    let error = client.ask(&Ask::get(&set.origin(NAME), "/x")).err();
    assert_eq!(error, Some(ApiError::Untrusted { host }));
}

#[test]
fn comes_back_when_told_to_and_not_too_often() {
    let busy = |status, wait: &str| Answer::page(status).with("Retry-After", wait);
    let set = serve(
        Flaw::None,
        turns(vec![
            busy(429, "1"),
            busy(503, "0"),
            fine(&Question::default()),
        ]),
    );
    let began = Instant::now();
    let client = set.client();
    assert_eq!(
        client
            .ask(&Ask::get(&set.origin(NAME), "/x"))
            .unwrap()
            .status,
        200
    );
    assert!(began.elapsed() >= Duration::from_secs(1));
    let told: Vec<_> = client.calls().list().iter().map(|c| c.status).collect();
    assert_eq!(told, [Some(429), Some(503), Some(200)]);

    let set = serve(Flaw::None, turns(vec![busy(503, "3600")]));
    let began = Instant::now();
    let error = failed(&set, NAME);
    assert_eq!(
        error,
        ApiError::Busy {
            host: NAME.to_owned(),
            status: 503,
            wait_s: 3600
        }
    );
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "does not wait beyond its time"
    );

    let set = serve(Flaw::None, turns(vec![Answer::page(429)]));
    assert!(matches!(
        failed(&set, NAME),
        ApiError::Busy { status: 429, .. }
    ));
    assert_eq!(set.server.connections(), 1, "the connection is kept");
}

#[test]
fn broken_connections_are_tried_again_for_questions_only() {
    let hangup = Answer {
        mishap: Mishap::Hangup,
        ..Answer::page(200)
    };
    let half = Answer {
        mishap: Mishap::Cut,
        ..Answer::json(200, &json!({"long": "x".repeat(5000)}))
    };
    let answers = || vec![hangup.clone(), half.clone(), fine(&Question::default())];
    let set = serve(Flaw::None, turns(answers()));
    assert_eq!(
        set.client()
            .ask(&Ask::get(&set.origin(NAME), "/x"))
            .unwrap()
            .status,
        200
    );
    let set = serve(Flaw::None, turns(answers()));
    let origin = set.origin(NAME);
    let body = SecretString::from("{}");
    let post = Ask {
        body: Body::Json(&body),
        ..Ask::get(&origin, "/x")
    };
    assert_eq!(
        set.client().ask(&post).err(),
        Some(ApiError::Cut {
            host: NAME.to_owned()
        })
    );
    let set = serve(Flaw::None, turns(vec![half]));
    assert_eq!(
        failed(&set, NAME),
        ApiError::Cut {
            host: NAME.to_owned()
        }
    );
}

#[test]
fn one_deadline_bounds_everything() {
    let late = Answer {
        delay: Duration::from_secs(20),
        ..fine(&Question::default())
    };
    let set = serve(Flaw::None, turns(vec![late]));
    let settings = Settings {
        deadline: Duration::from_secs(1),
        ..set.settings()
    };
    let client = Client::new(&settings).unwrap();
    let began = Instant::now();
    let origin = set.origin(NAME);
    let host = NAME.to_owned();
    assert_eq!(
        client.ask(&Ask::get(&origin, "/x")).err(),
        Some(ApiError::TimedOut { host: host.clone() })
    );
    assert_eq!(
        client.ask(&Ask::get(&origin, "/x")).err(),
        Some(ApiError::Deadline { host })
    );
    drop(client);
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn redirects_never_carry_credentials_away() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let set = serve(Flaw::None, move |q| {
        log.lock().unwrap().push((
            q.header("host").unwrap().to_owned(),
            q.header("authorization").map(str::to_owned),
        ));
        let port = q
            .header("host")
            .unwrap()
            .rsplit(':')
            .next()
            .unwrap()
            .to_owned();
        let to = match q.segments[0].as_str() {
            "same" => "/fine".to_owned(),
            "away" => format!("https://other.made-up.test:{port}/back"),
            "back" => format!("https://{NAME}:{port}/fine"),
            "down" => format!("http://{NAME}:{port}/fine"),
            "loop" => "/loop".to_owned(),
            _ => return fine(q),
        };
        Answer::page(302).with("Location", to)
    });
    let client = set.client();
    let origin = set.origin(NAME);
    let auth = Auth::Bearer(SecretString::from(SECRET));
    let ask = |path| {
        seen.lock().unwrap().clear();
        let result = client.ask(&Ask {
            auth: Some(&auth),
            ..Ask::get(&origin, path)
        });
        let had: Vec<bool> = seen.lock().unwrap().iter().map(|s| s.1.is_some()).collect();
        (result.map(|r| r.status), had)
    };
    assert_eq!(ask("/same"), (Ok(200), vec![true, true]));
    assert_eq!(ask("/away"), (Ok(200), vec![true, false, false]));
    let redirected = Err(ApiError::Redirected {
        host: NAME.to_owned(),
    });
    assert_eq!(ask("/down"), (redirected.clone(), vec![true]));
    assert_eq!(ask("/loop").0, redirected);
    let body = SecretString::from("{}");
    let post = Ask {
        body: Body::Json(&body),
        ..Ask::get(&origin, "/away")
    };
    assert_eq!(
        client.ask(&post).unwrap().status,
        302,
        "what was sent once is not sent elsewhere"
    );
}
