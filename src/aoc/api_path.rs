//! Paths of the APIs: which segments are IDs, and the path without them.

/// Path segments that an ID follows.
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

/// Words that follow a collection without being an ID.
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

/// The path with `{id}` in place of each ID: `/api/v1/packages/{id}`.
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

/// True for numbers, UUIDs, pseudonyms, and long words that hold digits or upper-case letters.
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

/// The ID that follows a collection in a path: `aBc` for `packages` in `/api/v1/packages/aBc`.
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
    fn a_template_replaces_ids_only() {
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
    fn an_id_follows_its_collection() {
        assert_eq!(id_behind("/api/v1/packages/aB-1", "packages"), Some("aB-1"));
        assert_eq!(id_behind("/packages/received", "packages"), None);
        assert_eq!(id_behind("/packages/", "packages"), None);
        assert_eq!(id_behind("/packages/~package.x~", "packages"), None);
    }
}
