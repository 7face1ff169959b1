//! Reads `hosts.toml` and finds the first row that a URL matches.
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::text::Url;

/// Whose host it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostKind {
    /// The web application of Aspera on Cloud.
    WebApp,
    /// The API of Aspera on Cloud.
    Api,
    /// A transfer node.
    Node,
    /// An HTTP gateway.
    Gateway,
    /// Aspera Connect or Aspera for desktop on the user's own machine.
    LocalClient,
    /// An identity provider.
    Identity,
    /// Any other host.
    ThirdParty,
}

impl HostKind {
    /// How a sentence names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WebApp => "the Aspera on Cloud web application",
            Self::Api => "the Aspera on Cloud API",
            Self::Node => "the transfer node",
            Self::Gateway => "the HTTP gateway",
            Self::LocalClient => "the Aspera client on this machine",
            Self::Identity => "the login service",
            Self::ThirdParty => "another host",
        }
    }

    /// How a list of counts names it: `web-app`, as in `hosts.toml`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::WebApp => "web-app",
            Self::Api => "api",
            Self::Node => "node",
            Self::Gateway => "gateway",
            Self::LocalClient => "local-client",
            Self::Identity => "identity",
            Self::ThirdParty => "third-party",
        }
    }

    /// The bodies that stay where a row does not say it.
    fn bodies(self) -> KeptBodies {
        match self {
            Self::Identity => KeptBodies::Errors,
            Self::ThirdParty => KeptBodies::None,
            _ => KeptBodies::All,
        }
    }
}

/// Which bodies of a HAR redaction keeps. What it keeps still goes through all rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptBodies {
    /// Those of requests and responses.
    All,
    /// Those of responses with a status of 400 and above, which diagnosis quotes.
    Errors,
    /// No body.
    None,
}

/// What the table says of a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Whose host it is.
    pub kind: HostKind,
    /// Which bodies redaction keeps.
    pub bodies: KeptBodies,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    kind: HostKind,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    ports: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    query: Vec<String>,
    #[serde(default)]
    headers: Vec<String>,
    #[serde(default)]
    pseudonym: bool,
    #[serde(default)]
    public: bool,
    bodies: Option<KeptBodies>,
    #[serde(skip)]
    ranges: Vec<RangeInclusive<u16>>,
    /// The segments of each path, behind its first slash.
    #[serde(skip)]
    segments: Vec<Vec<String>>,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the tests"))]
    is: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the tests"))]
    near: Vec<String>,
}

#[derive(Deserialize)]
struct Table {
    host: Vec<Row>,
}

/// Without the table every host is a third party and all bodies are dropped; a test parses it.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let table = toml::from_str::<Table>(include_str!("hosts.toml"));
    let mut rows = table.map_or_else(|_| Vec::new(), |t| t.host);
    for row in &mut rows {
        row.ranges = row.ports.iter().filter_map(|p| range(p)).collect();
        let segments = |path: &String| path.split('/').skip(1).map(str::to_owned).collect();
        row.segments = row.paths.iter().map(segments).collect();
    }
    rows
});

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    Some(from.parse().ok()?..=to.parse().ok()?)
}

/// Most segments of a path that are compared.
const DEEPEST: usize = 8;

/// A URL with its parts, prepared for the comparison with all rows.
struct Subject<'u> {
    host: &'u [u8],
    port: Option<u16>,
    path: &'u [u8],
    query: &'u [u8],
    segments: [&'u [u8]; DEEPEST],
}

impl<'u> Subject<'u> {
    fn of(text: &'u [u8], url: &Url) -> Self {
        let path = &text[url.path.clone()];
        let host = &text[url.host.clone()];
        let mut segments: [&[u8]; DEEPEST] = [b""; DEEPEST];
        let split = path.split(|b| *b == b'/').skip(1);
        for (own, segment) in segments.iter_mut().zip(split) {
            *own = segment;
        }
        Self {
            host: host.strip_suffix(b".").unwrap_or(host),
            port: url.port,
            path,
            query: &text[url.query.clone()],
            segments,
        }
    }
}

impl Row {
    fn has_host(&self, host: &[u8]) -> bool {
        let one = |pattern: &String| match pattern.strip_prefix('*') {
            Some(end) => {
                let at = host.len().checked_sub(end.len()).filter(|at| *at > 0);
                at.is_some_and(|at| host[at..].eq_ignore_ascii_case(end.as_bytes()))
            }
            None => host.eq_ignore_ascii_case(pattern.as_bytes()),
        };
        self.hosts.is_empty() || self.hosts.iter().any(one)
    }

    fn has_port(&self, port: Option<u16>) -> bool {
        self.ranges.is_empty() || port.is_some_and(|p| self.ranges.iter().any(|r| r.contains(&p)))
    }

    fn has_path(&self, subject: &Subject<'_>) -> bool {
        // Most differ in their first letter: comparing them here costs less than a call that compares them.
        let equal =
            |have: &[u8], want: &str| have.len() == want.len() && have.iter().eq(want.as_bytes());
        let one = |(pattern, segments): (&String, &Vec<String>)| match pattern.strip_prefix('*') {
            Some(part) => holds(subject.path, part.as_bytes()),
            None => {
                let mut pairs = subject.segments.iter().zip(segments);
                segments.len() < DEEPEST
                    && pairs
                        .all(|(have, want)| equal(have, want) || want == "{}" && !have.is_empty())
            }
        };
        self.paths.is_empty() || self.paths.iter().zip(&self.segments).any(one)
    }

    fn has_query(&self, query: &[u8]) -> bool {
        let name = |pair: &[u8], wanted: &str| {
            let name = pair.split(|b| *b == b'=').next().unwrap_or_default();
            name.eq_ignore_ascii_case(wanted.as_bytes())
        };
        self.query.is_empty()
            || query
                .split(|b| *b == b'&')
                .any(|pair| self.query.iter().any(|wanted| name(pair, wanted)))
    }

    fn matches(&self, subject: &Subject<'_>, has_header: &dyn Fn(&str) -> bool) -> bool {
        self.has_host(subject.host)
            && self.has_port(subject.port)
            && (!self.pseudonym || subject.host.starts_with(b"~"))
            && self.has_path(subject)
            && self.has_query(subject.query)
            && (self.headers.is_empty() || self.headers.iter().any(|h| has_header(h)))
    }

    /// True for a row that names hosts or ports: a path alone may be anybody's.
    fn is_named(&self) -> bool {
        !self.hosts.is_empty() || !self.ports.is_empty()
    }

    fn owner(&self) -> Owner {
        Owner {
            kind: self.kind,
            bodies: self.bodies.unwrap_or(self.kind.bodies()),
        }
    }
}

/// True if a path holds a part as whole segments.
fn holds(path: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(path, part)
        .is_some_and(|at| matches!(path.get(at + part.len()), None | Some(b'/')))
}

/// What the table says of a URL. `url` holds the parts of `text`; `has_header` says whether the request has a
/// header of that name (lower case).
#[must_use]
pub fn owner(text: &[u8], url: &Url, has_header: &dyn Fn(&str) -> bool) -> Owner {
    let subject = Subject::of(text, url);
    let found = ROWS.iter().find(|row| row.matches(&subject, has_header));
    found.map_or(
        Owner {
            kind: HostKind::ThirdParty,
            bodies: KeptBodies::None,
        },
        Row::owner,
    )
}

/// Whose host it is; see [`owner`].
#[must_use]
pub fn kind(text: &[u8], url: &Url, has_header: &dyn Fn(&str) -> bool) -> HostKind {
    owner(text, url, has_header).kind
}

/// Whose host it is, by its name or port alone. An identity provider is nobody's in particular: `None`.
#[must_use]
pub fn kind_by_name(text: &[u8], url: &Url) -> Option<HostKind> {
    let subject = Subject::of(text, url);
    let found = ROWS
        .iter()
        .filter(|row| row.is_named())
        .find(|row| row.matches(&subject, &|_| false))?;
    (found.kind != HostKind::Identity).then_some(found.kind)
}

/// The host names that are IBM's own and the same for every customer, in the notation of `hosts.toml`.
pub fn public_hosts() -> impl Iterator<Item = &'static str> {
    let rows = ROWS.iter().filter(|row| row.public);
    rows.flat_map(|row| row.hosts.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of the row that an example matches. A header of the request may stand behind the URL:
    /// `https://node.example/info +x-aspera-accesskey`.
    fn row_of(example: &str) -> (Option<usize>, HostKind) {
        let (text, header) = example.split_once(" +").unwrap_or((example, ""));
        let url = Url::parse(text.as_bytes());
        let subject = Subject::of(text.as_bytes(), &url);
        let has = |name: &str| name == header;
        let row = ROWS.iter().position(|row| row.matches(&subject, &has));
        (row, kind(text.as_bytes(), &url, &has))
    }

    #[test]
    fn every_row_matches_its_examples_and_not_its_near_misses() {
        assert!(toml::from_str::<Table>(include_str!("hosts.toml")).is_ok());
        assert!(ROWS.len() > 10);
        for (at, row) in ROWS.iter().enumerate() {
            assert!(
                row.ports.iter().all(|p| range(p).is_some()),
                "{:?}",
                row.ports
            );
            let depth = |p: &String| {
                p.starts_with(['/', '*']) && !p.ends_with('/') && p.split('/').count() <= DEEPEST
            };
            assert!(row.paths.iter().all(depth), "{:?}", row.paths);
            assert!(row.hosts.iter().all(|h| *h == h.to_ascii_lowercase()));
            assert!(!row.is.is_empty() && !row.near.is_empty(), "row {at}");
            for example in &row.is {
                assert_eq!(row_of(example), (Some(at), row.kind), "{example}");
            }
            for example in &row.near {
                assert_ne!(row_of(example).0, Some(at), "{example}");
            }
        }
    }

    #[test]
    fn odd_urls_are_third_parties() {
        for text in [
            "",
            "/",
            "about:blank",
            "data:image/png;base64,AAAA",
            "x://",
            "https://",
            "https://a:b@",
            "http://[::1",
            "blob:https://acme.ibmaspera.com/1",
        ] {
            assert_eq!(row_of(text).1, HostKind::ThirdParty, "{text}");
        }
        let user = "https://u:p@Acme.ibmaspera.com.:443/x?y";
        assert_eq!(row_of(user).1, HostKind::WebApp);
    }

    #[test]
    fn a_name_or_a_port_says_more_than_a_path() {
        let named = |text: &str| kind_by_name(text.as_bytes(), &Url::parse(text.as_bytes()));
        for (text, wanted) in [
            ("https://acme.ibmaspera.com/x", Some(HostKind::WebApp)),
            ("https://xfer.example.com:9092/info", Some(HostKind::Node)),
            ("http://[::1]:33024/", Some(HostKind::LocalClient)),
            ("https://shop.example/api/v1/users", None),
            ("https://shop.example/ops/transfers", None),
            ("https://acme.okta.com/app", None),
            ("http://127.0.0.1:8080/", None),
        ] {
            assert_eq!(named(text), wanted, "{text}");
        }
    }

    #[test]
    fn every_kind_has_the_name_that_the_table_gives_it() {
        for row in ROWS.iter() {
            let id = serde_json::to_value(row.kind).unwrap();
            assert_eq!(id, row.kind.id());
        }
    }
}
