//! The API of a node: what it is, what it transferred, and whether it belongs to the organization.
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::certificate;
use super::fields::{allowed, allowed_all, named_values};
use super::settings::key_fingerprint;
use super::{id_text, query_of};
use crate::aoc::http::{ApiError, Ask, Auth, Client, Origin, Reply};

/// Most transfers and events that are taken.
const MOST: usize = 1000;
/// Seconds by which two clocks may differ before tokens are at risk.
const SKEW_AT_RISK_S: i64 = 60;

/// A node that can be asked.
pub struct Node<'c> {
    client: &'c Client,
    origin: Origin,
    auth: Option<Auth>,
}

/// A sign that a node is tethered to an organization, strongest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sign {
    /// What was looked at.
    pub sign: &'static str,
    /// What it says; `null` where it could not be seen.
    pub says: Option<bool>,
}

impl<'c> Node<'c> {
    /// Nothing is asked yet. Without credentials only certificate and `/ping` can be had.
    #[must_use]
    pub fn new(client: &'c Client, origin: Origin, auth: Option<Auth>) -> Self {
        Self {
            client,
            origin,
            auth,
        }
    }

    fn get(
        &self,
        path: &'static str,
        ids: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Reply, ApiError> {
        self.client.ask(&Ask {
            ids,
            query,
            auth: self.auth.as_ref(),
            ..Ask::get(&self.origin, path)
        })
    }

    fn shape(&self, what: &'static str) -> ApiError {
        ApiError::Shape {
            host: self.origin.host.clone(),
            what,
        }
    }

    /// `/info`, clocks, certificate; `/ping` where there are no credentials.
    ///
    /// # Errors
    /// [`ApiError`]; the certificate is told by [`Node::certificate`] even then.
    pub fn info(&self) -> Result<Value, ApiError> {
        if self.auth.is_none() {
            let reply = self.get("/ping", &[], &[])?;
            return Ok(
                json!({"source": "api", "ping": reply.status, "clock": clock(&reply, None), "certificate": self.certificate()}),
            );
        }
        let reply = self.get("/info", &[], &[])?;
        let all = reply.json("the facts of the node")?;
        let (info, mut dropped) = allowed("info", &all);
        let list = |name: &str| named_values("capability", all.get(name));
        let (capabilities, settings) = (list("capabilities"), list("settings"));
        dropped += capabilities.1 + settings.1;
        let own = all.get("current_time").and_then(Value::as_str);
        Ok(json!({
            "source": "api",
            "info": info,
            "capabilities": capabilities.0,
            "settings": settings.0,
            "clock": clock(&reply, own),
            "certificate": self.certificate(),
            "dropped_fields": dropped.saturating_sub(2),
        }))
    }

    /// The certificates that the node showed, accepted or not.
    #[must_use]
    pub fn certificate(&self) -> Option<certificate::Chain> {
        let shown = self.client.chain(&self.origin.host)?;
        Some(certificate::chain(
            &shown,
            &self.origin.host,
            Timestamp::now(),
        ))
    }

    /// The access key, not yet filtered.
    ///
    /// # Errors
    /// [`ApiError`]; [`ApiError::NotFound`] for a user of the node.
    pub fn access_key(&self) -> Result<Value, ApiError> {
        let reply = self.get("/access_keys/self", &[], &[])?;
        reply.json("the access key")
    }

    /// Transfers since a time, those of the package first where one is known.
    ///
    /// # Errors
    /// [`ApiError`].
    pub fn transfers(&self, since: Timestamp, package: Option<&str>) -> Result<Value, ApiError> {
        let after = since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let (mut rows, mut more) = (Vec::new(), false);
        if let Some(package) = package {
            let tag = format!("aspera.files.package_id={package}");
            rows = self
                .list("/ops/transfers", &[], &[("tag", &tag)], "transfers")?
                .0;
            // Not every version knows this tag: what was asked for is looked for again here.
            rows.retain(|t| of_package(t, package));
        }
        if rows.is_empty() {
            let found = self.list(
                "/ops/transfers",
                &[],
                &[("after_time", &after)],
                "transfers",
            )?;
            (rows, more) = found;
        }
        let (kept, dropped) = allowed_all("node-transfer", &rows);
        let note = kept.is_empty().then_some(
            "no record: activity logging is off on this node, or nothing was transferred in this time (records are kept for a day by default)",
        );
        Ok(
            json!({"source": "api", "since": after, "transfers": kept, "more": more, "remark": note, "dropped_fields": dropped}),
        )
    }

    /// Events since a time.
    ///
    /// # Errors
    /// [`ApiError`].
    pub fn events(&self, since: Timestamp) -> Result<Value, ApiError> {
        let after = since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let (rows, more) = self.list("/events", &[], &[("after_time", &after)], "events")?;
        let (kept, dropped) = allowed_all("node-event", &rows);
        Ok(
            json!({"source": "api", "since": after, "events": kept, "more": more, "dropped_fields": dropped}),
        )
    }

    /// Files below a folder of a package: sizes, types and times, no names.
    ///
    /// # Errors
    /// [`ApiError`].
    pub fn files(&self, folder: &str) -> Result<Value, ApiError> {
        let (rows, more) =
            self.list("/files/{id}/files", &[folder], &[], "files of the package")?;
        let (kept, dropped) = allowed_all("file", &rows);
        Ok(json!({"files": kept, "more": more, "dropped_fields": dropped}))
    }

    /// A list with all its pages, at most [`MOST`] rows; tells whether there were more.
    fn list(
        &self,
        path: &'static str,
        ids: &[&str],
        query: &[(&str, &str)],
        what: &'static str,
    ) -> Result<(Vec<Value>, bool), ApiError> {
        let mut rows: Vec<Value> = Vec::new();
        let own = |(n, v): &(&str, &str)| ((*n).to_owned(), (*v).to_owned());
        let mut asked: Vec<(String, String)> = query.iter().map(own).collect();
        loop {
            let pairs: Vec<(&str, &str)> = asked
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            let reply = self.get(path, ids, &pairs)?;
            let Value::Array(page) = reply.json(what)? else {
                return Err(self.shape(what));
            };
            let none = page.is_empty();
            rows.extend(page);
            let next = next_page(&reply).filter(|q| *q != asked);
            match next {
                Some(next) if rows.len() < MOST && !none => asked = next,
                next => {
                    let more = (next.is_some() && !none) || rows.len() > MOST;
                    rows.truncate(MOST);
                    return Ok((rows, more));
                }
            }
        }
    }
}

/// The query of the next page, from the `Link` header.
fn next_page(reply: &Reply) -> Option<Vec<(String, String)>> {
    let links = reply.header("link")?;
    let next = links
        .split(',')
        .find(|l| l.contains("rel=\"next\"") || l.contains("rel=next"))?;
    let (_, rest) = next.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    let query = query_of(address);
    (!query.is_empty()).then_some(query)
}

fn of_package(transfer: &Value, package: &str) -> bool {
    let tag = transfer.pointer("/start_spec/tags/aspera/files/package_id");
    tag.map(id_text).as_deref() == Some(package)
}

/// How far the clock of a server is from ours, by its `Date` and by what it says of itself.
#[must_use]
pub fn clock(reply: &Reply, own: Option<&str>) -> Value {
    let header = reply.header("date").and_then(crate::aoc::http::http_date);
    let told = own.and_then(|t| t.parse::<Timestamp>().ok());
    let ahead = |t: Timestamp| t.as_second() - reply.at.as_second();
    let (by_header, by_itself) = (header.map(ahead), told.map(ahead));
    let worst = by_header.into_iter().chain(by_itself).map(i64::abs).max();
    json!({
        "date_header_ahead_s": by_header,
        "current_time_ahead_s": by_itself,
        "at_risk": worst.map(|w| w > SKEW_AT_RISK_S),
        "round_trip_ms": u64::try_from(reply.took.as_millis()).unwrap_or(u64::MAX),
    })
}

/// Whether a node is tethered to the organization: what was seen, strongest sign first.
#[must_use]
pub fn tether(
    access_key: Option<&Value>,
    info: Option<&Value>,
    organization_key: Option<&str>,
    transfers: Option<&Value>,
) -> Value {
    let node_key = access_key
        .and_then(|k| k.get("token_verification_key"))
        .and_then(Value::as_str)
        .and_then(key_fingerprint);
    let same = organization_key.map(|o| node_key.as_deref() == Some(o));
    let aej = info
        .and_then(|i| i.pointer("/info/aej_status"))
        .and_then(Value::as_str)
        .map(|s| s == "connected");
    let logging = access_key
        .and_then(|k| k.pointer("/configuration/server/aej_logging"))
        .and_then(Value::as_bool);
    let tagged = transfers
        .and_then(|t| t.get("transfers"))
        .and_then(Value::as_array)
        .filter(|t| !t.is_empty())
        .map(|t| t.iter().any(is_of_the_cloud));
    let signs = [
        Sign {
            sign: "the node checks tokens with this organization's key",
            says: access_key.and(same),
        },
        Sign {
            sign: "the activity daemon is connected (aej_status)",
            says: aej,
        },
        Sign {
            sign: "the access key logs activity for the cloud (aej_logging)",
            says: logging,
        },
        Sign {
            sign: "transfers carry tags of the cloud",
            says: tagged,
        },
    ];
    let tethered = signs.iter().find_map(|s| s.says);
    json!({"tethered": tethered, "signs": signs, "node_key_sha256": node_key, "organization_key_sha256": organization_key})
}

fn is_of_the_cloud(transfer: &Value) -> bool {
    transfer
        .pointer("/start_spec/tags/aspera/usage_id")
        .and_then(Value::as_str)
        .is_some_and(|u| u.starts_with("aspera.files.workspace."))
}

/// The access key as it is written into the bundle.
#[must_use]
pub fn access_key_document(key: &Value) -> Value {
    let (kept, dropped) = allowed("access-key", key);
    let fingerprint = key
        .get("token_verification_key")
        .and_then(Value::as_str)
        .and_then(key_fingerprint);
    json!({"source": "api", "access_key": kept, "verification_key_sha256": fingerprint, "dropped_fields": dropped})
}
