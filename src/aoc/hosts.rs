//! Whose host an address belongs to, and the address without what is in it: `hosts.toml` and the words
//! below are the data.
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

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
    /// Aspera Connect or Aspera for desktop on the person's own machine.
    LocalClient,
    /// A login service.
    Identity,
    /// Everybody else.
    ThirdParty,
}

impl HostKind {
    /// As a sentence names it.
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
}

#[derive(Deserialize)]
struct Row {
    kind: HostKind,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    ports: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    headers: Vec<String>,
    #[serde(default)]
    hidden: bool,
    #[serde(skip)]
    ranges: Vec<RangeInclusive<u16>>,
    /// The segments of each path, behind its first slash.
    #[serde(skip)]
    segments: Vec<Vec<String>>,
    #[cfg(test)]
    is: Vec<String>,
    #[cfg(test)]
    is_not: Vec<String>,
}

#[derive(Deserialize)]
struct Table {
    host: Vec<Row>,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    // That it parses is a test.
    let table = toml::from_str::<Table>(include_str!("hosts.toml"));
    let mut rows = table.map_or_else(|_| Vec::new(), |t| t.host);
    for row in &mut rows {
        row.ranges = row.ports.iter().filter_map(|p| range(p)).collect();
        let parts = |path: &String| path.split('/').skip(1).map(str::to_owned).collect();
        row.segments = row.paths.iter().map(parts).collect();
    }
    rows
});

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    Some(from.parse().ok()?..=to.parse().ok()?)
}

/// The parts of an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address<'a> {
    /// Host without user and port, as it is written; empty for an address that has none.
    pub host: &'a str,
    /// Port, the scheme's own where none is written.
    pub port: Option<u16>,
    /// Path without query and fragment, with its leading slash.
    pub path: &'a str,
}

/// Takes an address apart. Addresses that are relative have a path only.
#[must_use]
pub fn address(url: &str) -> Address<'_> {
    let end = memchr::memchr2(b'?', b'#', url.as_bytes()).unwrap_or(url.len());
    let url = url.get(..end).unwrap_or_default();
    let mut colons = memchr::memchr_iter(b':', url.as_bytes());
    let scheme = colons.find_map(|at| Some((url.get(..at)?, url.get(at..)?.strip_prefix("://")?)));
    let Some((scheme, rest)) = scheme else {
        return Address {
            path: if url.starts_with('/') { url } else { "" },
            ..Address::default()
        };
    };
    let slash = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(slash);
    let place = authority.rsplit_once('@').map_or(authority, |(_, p)| p);
    let (host, port) = match place.strip_prefix('[').and_then(|p| p.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => place
            .rsplit_once(':')
            .map_or((place, None), |(h, p)| (h, Some(p))),
    };
    let usual = match scheme {
        "https" | "wss" => Some(443),
        "http" | "ws" => Some(80),
        _ => None,
    };
    Address {
        host,
        port: port.map_or(usual, |p| p.parse().ok()),
        path,
    }
}

/// Most segments of a path that are compared.
const DEEPEST: usize = 8;

/// Whose host it is; `has_header` says whether the request carries a header of that (lower-case) name.
#[must_use]
pub fn kind(address: &Address<'_>, has_header: impl Fn(&str) -> bool) -> HostKind {
    let host = address.host;
    let ends = |h: &str| {
        let tail = host
            .len()
            .checked_sub(h.len())
            .and_then(|at| host.get(at..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(h))
    };
    let mut path = [""; DEEPEST];
    for (own, segment) in path.iter_mut().zip(address.path.split('/')) {
        *own = segment;
    }
    let found = ROWS.iter().find(|row| {
        let on_host = row.hosts.is_empty()
            || row.hosts.iter().any(|h| match h.strip_prefix('.') {
                Some(_) => ends(h),
                None => host.eq_ignore_ascii_case(h),
            });
        let on_port = row.ports.is_empty()
            || address
                .port
                .is_some_and(|p| row.ranges.iter().any(|r| r.contains(&p)));
        on_host
            && on_port
            && (!row.hidden || host.starts_with('~'))
            && (row.paths.is_empty() || row.segments.iter().any(|p| begins(&path, p)))
            && (row.headers.is_empty() || row.headers.iter().any(|h| has_header(h)))
    });
    found.map_or(HostKind::ThirdParty, |row| row.kind)
}

/// True if the path begins with the segments of the pattern, behind the first slash of both.
fn begins(path: &[&str; DEEPEST], pattern: &[String]) -> bool {
    // Most differ in their first letter: comparing them here costs less than a call that compares them.
    let equal = |have: &str, want: &str| have.len() == want.len() && have.bytes().eq(want.bytes());
    let same =
        |(have, want): (&&str, &String)| equal(have, want) || (want == "*" && !have.is_empty());
    pattern.len() < DEEPEST && path.iter().skip(1).zip(pattern).all(same)
}

/// Path segments behind which an id stands.
const COLLECTIONS: &[&str] = &[
    "packages",
    "users",
    "nodes",
    "workspaces",
    "organizations",
    "dropboxes",
    "files",
    "transfers",
    "permissions",
    "access_keys",
    "clients",
    "contacts",
    "groups",
    "events",
    "short_links",
    "operations",
    "oauth2",
    "info",
    "modify",
    "stop",
    "resume",
    "remove",
    "configuration_policies",
    "network_policies",
    "apps",
    "auth_providers",
    "file_versions",
    "client_authorizations",
];

/// Words that follow a collection without being an id.
const WORDS: &[&str] = &[
    "received",
    "sent",
    "drafts",
    "archived",
    "public",
    "all",
    "inbox",
    "new",
    "send",
    "receive",
    "info",
    "browse",
    "page",
    "search",
    "create",
    "rename",
    "delete",
    "du",
    "upload_setup",
    "download_setup",
    "files",
    "content",
    "permissions",
    "transfers",
    "token",
    "authorize",
    "revoke",
    "login",
    "bandwidth",
    "start",
    "activity",
    "modify",
    "stop",
    "resume",
    "remove",
    "self",
    "workspaces",
    "settings",
    "ping",
    "version",
    "package",
    "count",
    "users",
    "members",
    "pub",
];

/// The path with `{id}` in place of what names one thing: `/api/v1/packages/{id}`.
#[must_use]
pub fn template(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut before = "";
    for segment in path.split('/').skip(usize::from(path.starts_with('/'))) {
        out.push('/');
        let behind = COLLECTIONS.contains(&before) && !segment.is_empty();
        let id = (behind && !WORDS.contains(&segment)) || is_id(segment);
        out.push_str(if id { "{id}" } else { segment });
        before = segment;
    }
    out
}

/// True for numbers, UUIDs, pseudonyms, and long words with digits or of both cases inside.
#[must_use]
pub fn is_id(segment: &str) -> bool {
    let version = segment.len() <= 3 && segment.starts_with('v');
    if version || segment.is_empty() {
        return false;
    }
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let upper = segment.bytes().skip(1).any(|b| b.is_ascii_uppercase());
    let file = segment.contains('.') && !segment.contains('~');
    digits == segment.len()
        || segment.contains('~')
        || segment.len() > 60
        || (!file && segment.len() >= 8 && (digits >= 2 || upper))
}

/// The id behind a collection of a path: `packages` of `/api/v1/packages/aBc`.
#[must_use]
pub fn id_behind<'a>(path: &'a str, collection: &str) -> Option<&'a str> {
    let mut segments = path.split('/');
    segments.find(|s| *s == collection)?;
    let id = segments.next().filter(|s| !s.is_empty())?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    (!WORDS.contains(&id) && id.len() <= 64 && id.bytes().all(plain)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_catches_what_it_says_and_nothing_near_it() {
        let table: Table = toml::from_str(include_str!("hosts.toml")).unwrap();
        assert!(table.host.len() > 10);
        for row in table.host {
            assert!(row.ports.iter().all(|p| range(p).is_some()));
            let depth = |p: &String| p.starts_with('/') && p.split('/').count() <= DEEPEST;
            assert!(row.paths.iter().all(depth), "{:?}", row.paths);
            assert!(row.is.len() + row.headers.len() > 0, "a row needs examples");
            for url in row.is {
                assert_eq!(kind(&address(&url), |_| false), row.kind, "{url}");
            }
            for url in row.is_not {
                assert_ne!(kind(&address(&url), |_| false), row.kind, "{url}");
            }
            for header in row.headers {
                let seen = kind(&address("https://x.example/a"), |h| h == header);
                assert_eq!(seen, row.kind);
            }
        }
    }

    #[test]
    fn addresses_come_apart() {
        let cases = [
            ("https://a.b/c/d?e#f", "a.b", Some(443), "/c/d"),
            ("http://u:p@a.b:8080", "a.b", Some(8080), ""),
            ("ws://[::1]:33024/", "::1", Some(33024), "/"),
            (
                "https://~host.a.b~:9092/info",
                "~host.a.b~",
                Some(9092),
                "/info",
            ),
            ("https://a.b:x/", "a.b", None, "/"),
            ("/only/path?x", "", None, "/only/path"),
            ("data:text/html,x", "", None, ""),
            ("chrome-extension://abc/x.js", "abc", None, "/x.js"),
            ("", "", None, ""),
        ];
        for (url, host, port, path) in cases {
            assert_eq!(address(url), Address { host, port, path }, "{url}");
        }
    }

    #[test]
    fn templates_lose_ids_only() {
        let cases = [
            ("/api/v1/packages/bQx7dLm2wA", "/api/v1/packages/{id}"),
            (
                "/api/v1/packages/abcdefghij/transfers",
                "/api/v1/packages/{id}/transfers",
            ),
            ("/api/v1/oauth2/acme/token", "/api/v1/oauth2/{id}/token"),
            (
                "/api/v1/oauth2/~host.bare.reso7kp52ro5~/token",
                "/api/v1/oauth2/{id}/token",
            ),
            ("/oauth2/token", "/oauth2/token"),
            ("/ops/transfers", "/ops/transfers"),
            (
                "/ops/transfers/da2ec962-249c-40af-a376-9168b397e862",
                "/ops/transfers/{id}",
            ),
            ("/files/88231/files", "/files/{id}/files"),
            ("/files/upload_setup", "/files/upload_setup"),
            ("/v6/connect/info/ping", "/v6/connect/info/ping"),
            (
                "/v6/connect/transfers/resume/da2ec962-249c-40af-a376-9168b397e862",
                "/v6/connect/transfers/resume/{id}",
            ),
            (
                "/assets/main.8f1c7be07d3a.js",
                "/assets/main.8f1c7be07d3a.js",
            ),
            (
                "/analytics/v2/organizations/4177/transfers",
                "/analytics/v2/organizations/{id}/transfers",
            ),
            ("/", "/"),
            ("", "/"),
        ];
        for (path, wanted) in cases {
            assert_eq!(template(path), wanted, "{path}");
        }
    }

    #[test]
    fn ids_stand_behind_their_collections() {
        assert_eq!(id_behind("/api/v1/packages/aB-1", "packages"), Some("aB-1"));
        assert_eq!(id_behind("/packages/received", "packages"), None);
        assert_eq!(id_behind("/packages/", "packages"), None);
        assert_eq!(id_behind("/packages/~package.x~", "packages"), None);
    }
}
