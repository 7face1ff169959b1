//! Whether a request of a network trace meets the conditions of a row of the catalogue.
use super::super::catalogue::condition::{HarCondition, TokenState};
use super::fact::HarFact;

/// True if all conditions hold.
pub(super) fn holds(on: &HarCondition, request: &HarFact) -> bool {
    let any = |list: &[String], test: &dyn Fn(&str) -> bool| {
        list.is_empty() || list.iter().any(|item| test(item))
    };
    let status = |status: u16| on.status.iter().any(|range| range.contains(&status));
    let token = match request.token_expired() {
        Some(true) => TokenState::Expired,
        Some(false) => TokenState::Valid,
        None => TokenState::Unknown,
    };
    let net = request.failure.net.as_deref().unwrap_or_default();
    (on.hosts.is_empty() || on.hosts.contains(&request.kind))
        && (on.status.is_empty() || request.status.is_some_and(status))
        && on.token.is_none_or(|wanted| wanted == token)
        && any(&on.net, &|start| net.starts_with(start))
        && any(&on.methods, &|m| request.method.eq_ignore_ascii_case(m))
        && any(&on.paths, &|pattern| is_path(pattern, &request.path))
}

/// True if a path has the segments of a pattern: `*` is any one segment, `**` at the end any number of them.
fn is_path(pattern: &str, path: &str) -> bool {
    let mut have = path.split('/');
    for want in pattern.split('/') {
        if want == "**" {
            return true;
        }
        if have.next().is_none_or(|own| want != own && want != "*") {
            return false;
        }
    }
    have.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_paths() {
        for (pattern, path, wanted) in [
            ("/ops/transfers", "/ops/transfers", true),
            ("/ops/transfers", "/ops/transfers/7", false),
            ("/ops/transfers/*", "/ops/transfers/{id}", true),
            ("/ops/transfers/*", "/ops/transfers", false),
            ("/files/{id}/**", "/files/{id}", true),
            ("/files/{id}/**", "/files/{id}/files", true),
            ("/files/{id}/**", "/files/browse", false),
            ("/", "/", true),
        ] {
            assert_eq!(is_path(pattern, path), wanted, "{pattern} {path}");
        }
    }
}
