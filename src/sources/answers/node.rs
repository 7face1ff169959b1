//! `node/…`: what a node says of itself, of its access key, of its transfers, and whether it belongs to the
//! organization.
use jiff::Timestamp;
use serde_json::{Value, json};

use super::cloud::{Answer, Missing, Tell};
use crate::aoc::api::node::{Node, access_key_document, tether};
use crate::aoc::http::ApiError;

/// What was seen of a node, for the question whether it is tethered.
#[derive(Default)]
pub struct Seen {
    access_key: Option<Value>,
    info: Option<Value>,
    transfers: Option<Value>,
}

impl Seen {
    /// Whether the node is tethered to the organization whose key has this fingerprint.
    #[must_use]
    pub fn tether(&self, organization_key: Option<&str>) -> Value {
        tether(
            self.access_key.as_ref(),
            self.info.as_ref(),
            organization_key,
            self.transfers.as_ref(),
        )
    }
}

/// Asks for all but `node/tether.json`; each is told once.
pub fn ask(
    node: &Node<'_>,
    has_auth: bool,
    since: Timestamp,
    package: Option<&str>,
    tell: Tell<'_>,
) -> Seen {
    let mut seen = Seen::default();
    let info = node.info();
    seen.info = info.as_ref().ok().cloned();
    tell("node/info.json", facts(node, info));
    if !has_auth {
        let why = || {
            Err(Missing::new(
                "no credentials for the node were given",
                "write name, colon and password (an access key and its secret likewise) into a file and name it in AOC_BUNDLE_NODE_AUTH_FILE",
            ))
        };
        for entry in [
            "node/access-key.json",
            "node/transfers.json",
            "node/events.json",
        ] {
            tell(entry, why());
        }
        return seen;
    }
    let key = match node.access_key() {
        Ok(key) => {
            let document = access_key_document(&key);
            seen.access_key = Some(key);
            Ok(document)
        }
        // A user of the node has no access key of their own: that is an answer, too.
        Err(ApiError::NotFound { .. }) => Ok(json!({
            "source": "api",
            "access_key": null,
            "remedy": "these are credentials of the node itself; give those of the access key to see it",
        })),
        Err(error) => Err(error.into()),
    };
    tell("node/access-key.json", key);
    let transfers = node.transfers(since, package);
    seen.transfers = transfers.as_ref().ok().cloned();
    tell("node/transfers.json", transfers.map_err(Missing::from));
    tell(
        "node/events.json",
        node.events(since).map_err(Missing::from),
    );
    seen
}

/// The facts; where the certificate is why there are none, the certificate is told.
fn facts(node: &Node<'_>, info: Result<Value, ApiError>) -> Answer {
    match (info, node.certificate()) {
        (Ok(info), _) => Ok(info),
        (Err(error), Some(chain)) if !chain.accepted => Ok(json!({
            "source": "api",
            "missing": error.to_string(),
            "remedy": error.remedy(),
            "certificate": chain,
        })),
        (Err(error), _) => Err(error.into()),
    }
}
