//! Which fields of an API's JSON may stay: the lists of `endpoints.toml`, compiled.
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::redact::hosts::HostKind;
use crate::redact::rules::compiled::Kind;

/// What becomes of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Treatment {
    /// Stays, and the rules of redaction look at it.
    Keep,
    /// Becomes a pseudonym.
    Redact(Kind),
}

type Quick = foldhash::fast::FixedState;

/// The fields of one endpoint by their path.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    fields: HashMap<Vec<u8>, Treatment, Quick>,
    /// Objects and lists whose members are fields; true where all of them stay.
    inner: HashMap<Vec<u8>, bool, Quick>,
}

impl Fields {
    pub(super) fn get(&self, path: &[u8]) -> Option<&Treatment> {
        self.fields.get(path)
    }

    /// True where the object at `path` is looked into.
    pub(super) fn is_inner(&self, path: &[u8]) -> bool {
        path.is_empty() || self.inner.contains_key(path)
    }

    /// True where all of the object at `path` stays.
    pub(super) fn is_whole(&self, path: &[u8]) -> bool {
        self.inner.get(path) == Some(&true)
    }

    fn add(&mut self, path: &str, treatment: Treatment) {
        let (path, whole) = match path.strip_suffix(".*") {
            Some(path) => (path, true),
            None => (path, false),
        };
        for (dot, _) in path.match_indices('.') {
            self.inner
                .entry(path.as_bytes()[..dot].to_vec())
                .or_insert(false);
        }
        if whole {
            self.inner.insert(path.as_bytes().to_vec(), true);
        } else {
            self.fields.insert(path.as_bytes().to_vec(), treatment);
        }
    }
}

/// One endpoint: what of its JSON may stay.
pub(super) struct Endpoint {
    site: HostKind,
    methods: Vec<String>,
    paths: Vec<String>,
    pub(super) fields: Fields,
}

#[derive(Deserialize)]
struct Table {
    group: Vec<RawGroup>,
    endpoint: Vec<RawEndpoint>,
}

#[derive(Deserialize)]
struct RawGroup {
    name: String,
    #[serde(flatten)]
    lists: Lists,
}

#[derive(Deserialize)]
struct RawEndpoint {
    site: HostKind,
    methods: Vec<String>,
    paths: Vec<String>,
    #[serde(flatten)]
    lists: Lists,
}

#[derive(Deserialize)]
struct Lists {
    #[serde(default)]
    keep: Vec<String>,
    #[serde(default)]
    redact: BTreeMap<String, Vec<String>>,
    #[serde(default, rename = "use")]
    groups: Vec<String>,
    #[serde(default)]
    nest: BTreeMap<String, String>,
}

/// Groups inside groups are followed this deep.
const DEEPEST: u8 = 4;

impl Table {
    fn fill(&self, fields: &mut Fields, lists: &Lists, prefix: &str, depth: u8) {
        for name in &lists.keep {
            fields.add(&format!("{prefix}{name}"), Treatment::Keep);
        }
        for (kind, names) in &lists.redact {
            // A kind that nobody knows is no reason to keep a field.
            let kind = kind_of(kind).unwrap_or(Kind::Plain("text"));
            for name in names {
                let treatment = Treatment::Redact(kind.clone());
                fields.add(&format!("{prefix}{name}"), treatment);
            }
        }
        let own = lists.groups.iter().map(|name| (prefix.to_owned(), name));
        let nested = lists
            .nest
            .iter()
            .map(|(member, name)| (format!("{prefix}{member}."), name));
        for (prefix, name) in own.chain(nested) {
            let group = self.group.iter().find(|g| g.name == *name);
            if let Some(group) = group.filter(|_| depth < DEEPEST) {
                self.fill(fields, &group.lists, &prefix, depth + 1);
            }
        }
    }
}

fn kind_of(kind: &str) -> Option<Kind> {
    Some(match kind {
        "secret" => Kind::Secret("token".to_owned()),
        "path" => Kind::Path,
        "person" => Kind::Plain("person"),
        "org" => Kind::Plain("org"),
        "package" => Kind::Plain("package"),
        "text" => Kind::Plain("text"),
        "userid" => Kind::Plain("userid"),
        "accesskey" => Kind::Plain("accesskey"),
        _ => return None,
    })
}

/// Without the table no field may stay; the tests hold that it parses.
static ENDPOINTS: LazyLock<Vec<Endpoint>> = LazyLock::new(|| {
    let Ok(mut table) = toml::from_str::<Table>(include_str!("endpoints.toml")) else {
        return Vec::new();
    };
    let rows = std::mem::take(&mut table.endpoint);
    rows.into_iter()
        .map(|row| {
            let mut fields = Fields::default();
            let base = table.group.iter().find(|g| g.name == "base");
            if let Some(base) = base {
                table.fill(&mut fields, &base.lists, "", 0);
            }
            table.fill(&mut fields, &row.lists, "", 0);
            Endpoint {
                site: row.site,
                methods: row.methods,
                paths: row.paths,
                fields,
            }
        })
        .collect()
});

/// What stands before the paths of AoC's API.
const PREFIX: &[u8] = b"/api/v1";

/// Nothing may stay.
static NOTHING: LazyLock<Fields> = LazyLock::new(Fields::default);

/// What may stay of the JSON of a call, and the path template that owns it.
pub(super) fn endpoint(
    site: HostKind,
    method: &[u8],
    path: &[u8],
) -> (&'static Fields, &'static str) {
    let path = path.strip_prefix(PREFIX).unwrap_or(path);
    let path = path.strip_suffix(b"/").unwrap_or(path);
    ENDPOINTS
        .iter()
        .filter(|row| row.site == site)
        .filter(|row| {
            row.methods
                .iter()
                .any(|m| method.eq_ignore_ascii_case(m.as_bytes()))
        })
        .find_map(|row| {
            let template = row.paths.iter().find(|template| owns(template, path))?;
            Some((&row.fields, template.as_str()))
        })
        .unwrap_or((&NOTHING, "*"))
}

fn owns(template: &str, path: &[u8]) -> bool {
    if template == "*" {
        return true;
    }
    let mut folders = path.split(|b| *b == b'/');
    template.split('/').all(|wanted| {
        folders.next().is_some_and(|folder| {
            wanted == "{}" && !folder.is_empty() || folder == wanted.as_bytes()
        })
    }) && folders.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_that_is_named_exists_and_every_kind_is_known() {
        let table: Table = toml::from_str(include_str!("endpoints.toml")).unwrap();
        let lists = table.group.iter().map(|g| &g.lists);
        for lists in lists.chain(table.endpoint.iter().map(|e| &e.lists)) {
            for name in lists.groups.iter().chain(lists.nest.values()) {
                assert!(table.group.iter().any(|g| g.name == *name), "{name}");
            }
            for kind in lists.redact.keys() {
                assert!(kind_of(kind).is_some(), "{kind}");
            }
        }
        assert_eq!(ENDPOINTS.len(), table.endpoint.len());
    }

    #[test]
    fn calls_are_owned_by_their_template() {
        for (site, call, template) in [
            (HostKind::Api, "GET /api/v1/packages/bYA", "/packages/{}"),
            (HostKind::Api, "get /api/v1/packages/", "/packages"),
            (HostKind::Api, "GET /api/v1/packages/bYA/x", "*"),
            (
                HostKind::Api,
                "GET /analytics/v2/users/7/transfers",
                "/analytics/v2/{}/{}/transfers",
            ),
            (HostKind::Node, "GET /info", "/info"),
            (HostKind::Node, "POST /info", "*"),
            (HostKind::Node, "TRACE /info", "*"),
            (HostKind::Node, "GET /files/12/files", "/files/{}/files"),
        ] {
            let (method, path) = call.split_once(' ').unwrap();
            let found = endpoint(site, method.as_bytes(), path.as_bytes()).1;
            assert_eq!(found, template, "{call}");
        }
        let (fields, _) = endpoint(HostKind::Api, b"GET", b"/api/v1/packages");
        assert_eq!(fields.get(b"node.id"), Some(&Treatment::Keep));
        assert!(fields.is_inner(b"node") && !fields.is_inner(b"metadata"));
        let (fields, _) = endpoint(HostKind::Node, b"GET", b"/ops/transfers");
        assert!(fields.is_whole(b"start_spec.tags"));
    }
}
