//! Typed questions to the APIs, and what of their answers goes on.

pub mod certificate;
mod changes;
pub mod fields;
pub mod node;
pub mod packages;
pub mod settings;

use serde_json::Value;

/// What the case is about, as far as the person knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Id of the package.
    pub package_id: Option<String>,
    /// Name of the package.
    pub package_name: Option<String>,
    /// Id of the user.
    pub user_id: Option<String>,
    /// Name or e-mail of the user.
    pub user_name: Option<String>,
}

/// An id as text: the documentation says numbers, the wire says text.
#[must_use]
pub fn id_text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The query of a link to a next page. Only this is taken from it: an address that stands in an answer is
/// never gone to.
#[must_use]
pub fn query_of(link: &str) -> Vec<(String, String)> {
    let base = reqwest::Url::parse("https://x.invalid/").ok();
    let url = base.and_then(|b| b.join(link).ok());
    url.map(|u| u.query_pairs().into_owned().collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod node_tests;
#[cfg(test)]
#[path = "api_tests.rs"]
mod tests;
