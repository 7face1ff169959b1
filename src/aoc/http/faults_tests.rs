//! What the client tells where no usable answer comes: pages, closed ports, plain HTTP, names, proxies.
use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::json;

use super::client_tests::{NAME, SECRET, fine, serve, turns};
use super::{ApiError, Ask, Client, Origin, Proxies, Settings};
use crate::aoc::fake::ca::Flaw;
use crate::aoc::fake::wire::Answer;

#[test]
fn what_is_no_json_is_told_without_its_content() {
    let page = |status| Answer {
        body: b"<html>eyJhbGciOi</html>".to_vec(),
        ..Answer::page(status)
    };
    let host = NAME.to_owned();
    let cases = [
        (
            page(200),
            ApiError::NotJson {
                host: host.clone(),
                status: 200,
            },
        ),
        (
            page(404),
            ApiError::NotJson {
                host: host.clone(),
                status: 404,
            },
        ),
        (page(401), ApiError::Unauthorized { host: host.clone() }),
        (
            page(403),
            ApiError::Forbidden {
                host: host.clone(),
                what: "it",
            },
        ),
        (
            Answer::json(404, &json!({})),
            ApiError::NotFound {
                host: host.clone(),
                what: "it",
            },
        ),
        (
            Answer::json(422, &json!({})),
            ApiError::Status {
                host: host.clone(),
                status: 422,
            },
        ),
        (page(302), ApiError::Redirected { host: host.clone() }),
    ];
    for (answer, error) in cases {
        let set = serve(Flaw::None, turns(vec![answer]));
        let reply = set
            .client()
            .ask(&Ask::get(&set.origin(NAME), "/x"))
            .unwrap();
        let told = reply.json("it").unwrap_err();
        assert_eq!(told, error);
        let text = format!("{told} {} {told:?}", told.remedy());
        assert!(!text.contains("eyJ"), "{text}");
    }
    let set = serve(
        Flaw::None,
        turns(vec![Answer::json(200, &json!("x".repeat(3000)))]),
    );
    let client = Client::new(&Settings {
        most_bytes: 2000,
        ..set.settings()
    })
    .unwrap();
    let error = client.ask(&Ask::get(&set.origin(NAME), "/x")).err();
    assert_eq!(error, Some(ApiError::TooLarge { host, most: 2000 }));
}

#[test]
fn nobody_there_and_no_tls_are_told_apart() {
    let set = serve(Flaw::None, fine);
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let settings = |at| Settings {
        addresses: vec![(NAME.to_owned(), at)],
        ..set.settings()
    };
    let host = NAME.to_owned();
    let ask = |at: std::net::SocketAddr| {
        let origin = Origin {
            host: NAME.to_owned(),
            port: at.port(),
        };
        Client::new(&settings(at))
            .unwrap()
            .ask(&Ask::get(&origin, "/x"))
            .err()
    };
    assert_eq!(
        ask(closed),
        Some(ApiError::Unreachable {
            host: host.clone(),
            port: closed.port()
        })
    );
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = plain.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in plain.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 512]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    assert_eq!(
        ask(at),
        Some(ApiError::Handshake {
            host,
            port: at.port()
        })
    );
    let client = Client::new(&set.settings()).unwrap();
    let origin = Origin::parse("https://no-such-name.invalid").unwrap();
    let error = client.ask(&Ask::get(&origin, "/x")).err();
    assert_eq!(
        error,
        Some(ApiError::Dns {
            host: "no-such-name.invalid".to_owned()
        })
    );
}

#[test]
fn a_proxy_that_wants_a_password_is_told_without_one() {
    let set = serve(Flaw::None, fine);
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = proxy.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in proxy.incoming() {
            let mut stream = stream.unwrap();
            let mut question = [0; 4096];
            let n = stream.read(&mut question).unwrap_or_default();
            let wrong = String::from_utf8_lossy(&question[..n]).contains("bad.made-up.test");
            let status = if wrong {
                "502 Bad Gateway"
            } else {
                "407 Proxy Authentication Required"
            };
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        }
    });
    let proxies = Proxies::Only(format!("http://u:{SECRET}@{at}"));
    let client = Client::new(&Settings {
        proxies,
        ..set.settings()
    })
    .unwrap();
    let ask = |host: &str| {
        client
            .ask(&Ask::get(&set.origin(host), "/x"))
            .err()
            .unwrap()
    };
    let error = ask(NAME);
    assert_eq!(
        error,
        ApiError::ProxyPassword {
            host: NAME.to_owned()
        }
    );
    assert!(!format!("{error} {error:?}").contains(SECRET));
    assert_eq!(
        ask("bad.made-up.test"),
        ApiError::Proxy {
            host: "bad.made-up.test".to_owned()
        }
    );
    assert_eq!(set.server.connections(), 0);
}
