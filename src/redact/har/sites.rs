//! Who an entry talks to: read off its URL by the rows of `sites.toml`.
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::pseudonym::find_at;

/// The other side of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Site {
    /// Pages of Aspera on Cloud.
    Web,
    /// The API of Aspera on Cloud.
    Api,
    /// A transfer node.
    Node,
    /// An HTTP gateway.
    Gateway,
    /// Connect or the desktop client on the person's machine.
    Local,
    /// An identity provider.
    Login,
    /// Anybody else.
    #[serde(skip)]
    Other,
    /// The host is a pseudonym of ours: what had to be dropped was dropped.
    #[serde(skip)]
    Done,
}

#[derive(Deserialize)]
struct Table {
    row: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    site: Site,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    ports: Vec<u16>,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    query: Vec<String>,
    #[serde(default)]
    key: bool,
}

/// Without the table everybody is a third party, and all bodies are dropped; the tests hold that it parses.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    toml::from_str::<Table>(include_str!("sites.toml"))
        .map(|table| table.row)
        .unwrap_or_default()
});

/// The parts of a URL, as places in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) host: Range<usize>,
    port: Option<u16>,
    pub(super) path: Range<usize>,
    query: Range<usize>,
}

impl Address {
    /// Cuts a URL into its parts; a relative one has no host.
    pub(super) fn of(url: &[u8]) -> Self {
        let find = |from: usize, signs: &[u8]| {
            url[from..]
                .iter()
                .position(|b| signs.contains(b))
                .map_or(url.len(), |i| from + i)
        };
        let scheme = memchr::memmem::find(&url[..url.len().min(64)], b"://");
        let mut out = Self::default();
        let mut at = 0;
        if let Some(scheme) = scheme.filter(|s| url[..*s].iter().all(u8::is_ascii_alphabetic)) {
            let start = scheme + 3;
            let end = find(start, b"/?#\\");
            let name = memchr::memrchr(b'@', &url[start..end]).map_or(start, |i| start + i + 1);
            let bracket = url[name..end].first() == Some(&b'[');
            let colon = memchr::memrchr(b':', &url[name..end])
                .map(|i| name + i)
                .filter(|colon| !bracket || url[*colon - 1] == b']');
            out.host = name..colon.unwrap_or(end);
            out.port = colon
                .and_then(|colon| std::str::from_utf8(&url[colon + 1..end]).ok())
                .and_then(|port| port.parse().ok());
            at = end;
        }
        let end = find(at, b"?#");
        out.path = at..end;
        if url.get(end) == Some(&b'?') {
            out.query = end + 1..find(end, b"#");
        }
        out
    }
}

/// The other side of a request for `url`; `key` says that it has an `X-Aspera-AccessKey`.
pub(super) fn site(url: &[u8], key: bool) -> Site {
    let address = Address::of(url);
    let host = &url[address.host.clone()];
    if memchr::memchr_iter(b'~', host).any(|at| find_at(host, at).is_some()) {
        return Site::Done;
    }
    let host = host.to_ascii_lowercase();
    ROWS.iter()
        .find(|row| row.owns(url, &address, &host, key))
        .map_or(Site::Other, |row| row.site)
}

impl Row {
    fn owns(&self, url: &[u8], address: &Address, host: &[u8], key: bool) -> bool {
        let path = &url[address.path.clone()];
        let query = &url[address.query.clone()];
        let any = |list: &[String], holds: &dyn Fn(&str) -> bool| {
            list.is_empty() || list.iter().any(|row| holds(row))
        };
        (key || !self.key)
            && any(&self.hosts, &|row| is_host(row, host))
            && (self.ports.is_empty() || address.port.is_some_and(|p| self.ports.contains(&p)))
            && any(&self.paths, &|row| is_path(row, path))
            && any(&self.query, &|row| {
                let mut names = query
                    .split(|b| *b == b'&')
                    .map(|pair| pair.split(|b| *b == b'=').next().unwrap_or_default());
                names.any(|name| name.eq_ignore_ascii_case(row.as_bytes()))
            })
    }
}

fn is_host(row: &str, host: &[u8]) -> bool {
    let host = host.strip_suffix(b".").unwrap_or(host);
    match row.strip_prefix('*') {
        Some(end) => host.len() > end.len() && host.ends_with(end.as_bytes()),
        None => host == row.as_bytes(),
    }
}

/// True if a path begins with the folders of a row (or holds them).
fn is_path(row: &str, path: &[u8]) -> bool {
    if let Some(part) = row.strip_prefix('*') {
        return memchr::memmem::find(path, part.as_bytes()).is_some_and(|at| {
            let end = at + part.len();
            part.ends_with('/') || matches!(path.get(end), None | Some(b'/'))
        });
    }
    let mut folders = path.split(|b| *b == b'/');
    row.trim_end_matches('/').split('/').all(|wanted| {
        folders.next().is_some_and(|folder| {
            wanted == "{}" && !folder.is_empty() || folder == wanted.as_bytes()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Examples {
        row: Vec<Example>,
    }

    #[derive(Deserialize)]
    struct Example {
        site: Site,
        is: Vec<String>,
        not: Vec<String>,
    }

    fn of(example: &str) -> (Site, Option<usize>) {
        let (url, key) = match example.strip_suffix(" +key") {
            Some(url) => (url, true),
            None => (example, false),
        };
        let address = Address::of(url.as_bytes());
        let host = url[address.host.clone()].to_ascii_lowercase();
        let row = ROWS
            .iter()
            .position(|r| r.owns(url.as_bytes(), &address, host.as_bytes(), key));
        (site(url.as_bytes(), key), row)
    }

    #[test]
    fn every_row_owns_its_examples_and_not_its_near_misses() {
        let table: Examples = toml::from_str(include_str!("sites.toml")).unwrap();
        assert_eq!(table.row.len(), ROWS.len());
        for (at, row) in table.row.iter().enumerate() {
            assert!(!row.is.is_empty() && !row.not.is_empty());
            for url in &row.is {
                let (site, owner) = of(url);
                assert_eq!(site, row.site, "{url}");
                // A row above may own it as well; its own row must, if it stood alone.
                assert!(owner.is_some_and(|o| o <= at), "{url}");
            }
            for url in &row.not {
                assert_ne!(of(url).1, Some(at), "{url}");
            }
        }
    }

    #[test]
    fn odd_urls_are_third_parties_and_ours_are_done() {
        for url in [
            "",
            "/",
            "about:blank",
            "data:image/png;base64,AAAA",
            "x://",
            "https://",
            "https://a:b@",
            "blob:https://acme.ibmaspera.com/1",
        ] {
            assert_eq!(site(url.as_bytes(), false), Site::Other, "{url}");
        }
        let ours = "https://~host.aaaaaaaaaaaa.bbbbbbbbbbbb~:9092/ops/transfers";
        assert_eq!(site(ours.as_bytes(), true), Site::Done);
        assert_eq!(
            site(b"https://u:p@Acme.ibmaspera.com:443/x?y", false),
            Site::Web
        );
    }
}
