//! Transfer specs: JSON, JSON inside a string, and the blocks without quotes that Connect logs over many lines. Only the fields that join a
//! transfer to its package, its token and its sessions are read.
use super::line_text::kept;
use super::uuid::Uuid;

/// What a spec says about a transfer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::diagnose) struct Spec {
    pub(in crate::diagnose) xfer: Option<Uuid>,
    pub(in crate::diagnose) package: Option<String>,
    pub(in crate::diagnose) cookie: Option<String>,
    pub(in crate::diagnose) source: Option<String>,
    pub(in crate::diagnose) token: Option<String>,
}

/// The value of a member in any notation: `"name":"v"`, `\"name\":\"v\"`, `name: v`.
fn member<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find(name)?;
        from = at + name.len();
        let before = text.as_bytes().get(at.wrapping_sub(1)).copied();
        if before.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')) {
            continue;
        }
        let rest = text.get(from..)?.trim_start_matches(['\\', '"']);
        let Some(rest) = rest.strip_prefix(':').or_else(|| rest.strip_prefix('=')) else {
            continue;
        };
        let value = rest.trim_start_matches([' ', '\\', '"']);
        let end = value
            .find(['"', '\\', ',', '}', '\n', '\r'])
            .unwrap_or(value.len());
        let value = value.get(..end)?.trim();
        return (!value.is_empty()).then_some(value);
    }
}

/// Reads a spec, or its tags alone. `None` if it names neither transfer nor package.
#[must_use]
pub(in crate::diagnose) fn spec(text: &str) -> Option<Spec> {
    let own = |name| member(text, name).map(kept);
    let found = Spec {
        xfer: member(text, "xfer_id").and_then(Uuid::parse),
        package: own("package_id"),
        cookie: own("cookie"),
        source: own("source"),
        token: own("token"),
    };
    (found.xfer.is_some() || found.package.is_some()).then_some(found)
}
