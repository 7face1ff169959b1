//! HTTP/1.1 over TLS over TCP, as small as a server can be: a thread for each connection, and answers that
//! can be late, cut off or missing.
use std::fmt::Write;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::FakeError;

/// Most bytes of a question.
const MOST: u64 = 1 << 20;

/// A question as it came.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// `GET`, `POST`, ….
    pub method: String,
    /// Segments of the path, decoded.
    pub segments: Vec<String>,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Question {
    /// A header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, v)| v.as_str())
    }

    /// A value of the query.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(n, _)| n == name);
        found.map(|(_, v)| v.as_str())
    }

    /// The path with its slashes.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{}", self.segments.join("/"))
    }
}

/// How an answer fails on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mishap {
    /// It does not.
    #[default]
    None,
    /// The connection ends in the middle of the body.
    Cut,
    /// The connection ends before the answer.
    Hangup,
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers beside length and connection.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long it is kept back.
    pub delay: Duration,
    /// How it fails.
    pub mishap: Mishap,
}

impl Answer {
    /// JSON with a status.
    #[must_use]
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self {
            status,
            headers: vec![(
                "Content-Type".into(),
                "application/json; charset=utf-8".into(),
            )],
            body: serde_json::to_vec(value).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// A page as gateways show it.
    #[must_use]
    pub fn page(status: u16) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".into(), "text/html".into())],
            body: format!("<html><head><title>{status}</title></head><body><h1>{status}</h1><hr>gateway</body></html>\n").into_bytes(),
            ..Self::default()
        }
    }

    /// The same with another header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// What answers questions.
pub type Handler = Arc<dyn Fn(&Question) -> Answer + Send + Sync>;

/// A listening server; it ends when it is dropped.
pub struct Server {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    connections: Arc<AtomicU64>,
}

impl Server {
    /// Listens on a free port of the loopback.
    ///
    /// # Errors
    /// [`FakeError::Listen`], where no port can be had.
    pub fn start(config: Arc<ServerConfig>, handler: Handler) -> Result<Self, FakeError> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|_| FakeError::Listen)?;
        let address = listener.local_addr().map_err(|_| FakeError::Listen)?;
        let server = Self {
            address,
            stop: Arc::default(),
            connections: Arc::default(),
        };
        let (stop, connections) = (Arc::clone(&server.stop), Arc::clone(&server.connections));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                connections.fetch_add(1, Ordering::Relaxed);
                let (config, handler) = (Arc::clone(&config), Arc::clone(&handler));
                std::thread::spawn(move || serve(stream, config, &handler));
            }
        });
        Ok(server)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were made so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the listener up.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
    }
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, handler: &Handler) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
    let _ = stream.set_nodelay(true);
    let Ok(connection) = ServerConnection::new(config) else {
        return;
    };
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    while let Some(question) = read_question(&mut stream) {
        let answer = handler(&question);
        std::thread::sleep(answer.delay);
        if answer.mishap == Mishap::Hangup {
            let _ = stream.get_mut().sock.shutdown(std::net::Shutdown::Both);
            return;
        }
        if write_answer(stream.get_mut(), &answer).is_none() || answer.mishap == Mishap::Cut {
            let _ = stream.get_mut().sock.shutdown(std::net::Shutdown::Both);
            return;
        }
    }
}

fn read_question(stream: &mut impl BufRead) -> Option<Question> {
    let first = read_line(stream)?;
    let mut words = first.split(' ');
    let mut question = Question {
        method: words.next()?.to_owned(),
        ..Question::default()
    };
    let target = words.next()?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    question.segments = path
        .split('/')
        .filter(|s| !s.is_empty())
        .map(|s| decode(s, false))
        .collect();
    question.query = pairs(query);
    loop {
        let line = read_line(stream)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        question
            .headers
            .push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length: u64 = question
        .header("content-length")
        .map_or(Some(0), |l| l.parse().ok())?;
    stream
        .take(length.min(MOST))
        .read_to_end(&mut question.body)
        .ok()?;
    Some(question)
}

fn read_line(stream: &mut impl BufRead) -> Option<String> {
    let mut line = Vec::new();
    let n = stream.take(MOST).read_until(b'\n', &mut line).ok()?;
    if n == 0 {
        return None;
    }
    let text = String::from_utf8(line).ok()?;
    Some(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// The pairs of a query or of a form.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|p| !p.is_empty())
        .map(|p| p.split_once('=').unwrap_or((p, "")))
        .map(|(n, v)| (decode(n, true), decode(v, true)))
        .collect()
}

fn decode(text: &str, plus: bool) -> String {
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match (byte, hex) {
            (b'%', Some(value)) => {
                out.push(value);
                at += 2;
            }
            (b'+', _) if plus => out.push(b' '),
            _ => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn write_answer(stream: &mut impl std::io::Write, answer: &Answer) -> Option<()> {
    let mut head = format!("HTTP/1.1 {} Status\r\n", answer.status);
    let dated = answer.headers.iter().any(|(n, _)| n == "Date");
    if !dated {
        let now = jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT");
        let _ = write!(head, "Date: {now}\r\n");
    }
    for (name, value) in &answer.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let _ = write!(head, "Content-Length: {}\r\n\r\n", answer.body.len());
    stream.write_all(head.as_bytes()).ok()?;
    let body = match answer.mishap {
        Mishap::Cut => answer.body.get(..answer.body.len() / 2)?,
        Mishap::None | Mishap::Hangup => &answer.body,
    };
    stream.write_all(body).ok()?;
    stream.flush().ok()
}
