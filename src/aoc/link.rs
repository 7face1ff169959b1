//! What a URL of the Aspera on Cloud web application names: organization, package, workspace.
use crate::text::Url;

/// What a URL names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Subdomain of the organization.
    pub organization: Option<String>,
    /// Package id.
    pub package_id: Option<String>,
    /// Workspace id.
    pub workspace_id: Option<String>,
}

/// Domains whose subdomains are organizations.
const DOMAINS: &[&str] = &["ibmaspera.com", "asperafiles.com"];

/// Subdomains that are not an organization.
const NOT_ORGANIZATIONS: &[&str] = &[
    "api",
    "www",
    "qa",
    "sedemo",
    "app",
    "login",
    "sso",
    "downloads",
    "test-connect",
    "cdn",
    "static",
    "status",
    "support",
    "docs",
    "help",
];

/// Reads a URL, a host name or a bare subdomain. What the text does not name is `None`.
#[must_use]
pub fn parse(url: &str) -> Link {
    let text = url.trim();
    let url = Url::parse_address(text.as_bytes());
    let host = text.get(url.host).unwrap_or_default().to_lowercase();
    // The pages of the application have their own paths behind the fragment sign.
    let path = text.get(url.path.start..).unwrap_or_default();
    let segments: Vec<&str> = path
        .split(['/', '?', '#', '&'])
        .filter(|s| !s.is_empty())
        .collect();
    let after = |word: &str| {
        let at = segments.iter().position(|s| *s == word)?;
        let id = segments.get(at + 1)?;
        let plausible = id.len() >= 2
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        let word = [
            "received", "sent", "drafts", "archived", "public", "all", "inbox", "new", "send",
            "receive",
        ]
        .contains(id);
        (plausible && !word).then(|| (*id).to_owned())
    };
    let inbox = ["received", "sent", "drafts", "archived", "all"]
        .iter()
        .find_map(|folder| after(folder));
    Link {
        organization: organization(&host),
        package_id: after("packages").or(inbox).or_else(|| after("package")),
        workspace_id: after("workspaces").or_else(|| after("workspace")),
    }
}

fn organization(host: &str) -> Option<String> {
    let bare = !host.is_empty() && !host.contains('.');
    let name = if bare {
        host
    } else {
        DOMAINS
            .iter()
            .find_map(|d| host.strip_suffix(d)?.strip_suffix('.'))
            .filter(|n| !n.contains('.'))?
    };
    let label = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (label && !NOT_ORGANIZATIONS.contains(&name)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_organization_and_package() {
        let cases = [
            (
                "https://acme.ibmaspera.com/packages/aBcD_12",
                Some("acme"),
                Some("aBcD_12"),
            ),
            (
                "https://acme.ibmaspera.com/packages/received/aBcD12?x=1",
                Some("acme"),
                Some("aBcD12"),
            ),
            (
                "https://acme.ibmaspera.com/workspaces/33/packages/sent/Zz9",
                Some("acme"),
                Some("Zz9"),
            ),
            ("acme.ibmaspera.com", Some("acme"), None),
            ("acme", Some("acme"), None),
            (
                "https://api.ibmaspera.com/api/v1/packages/77",
                None,
                Some("77"),
            ),
            ("https://evil.example/packages/77", None, Some("77")),
            (
                "https://acme.ibmaspera.com/packages/received",
                Some("acme"),
                None,
            ),
            ("", None, None),
        ];
        for (url, organization, package) in cases {
            let link = parse(url);
            assert_eq!(link.organization.as_deref(), organization, "{url}");
            assert_eq!(link.package_id.as_deref(), package, "{url}");
        }
    }
}
