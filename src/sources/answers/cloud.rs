//! What is asked of Aspera on Cloud and of a node in one run: the questions go out side by side, each answer
//! is told as soon as it is there, and one that fails costs only its own entry.
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::CertificateDer;
use serde_json::Value;

pub use super::package::Confirmed;
use super::{node, organization, package};
use crate::aoc::api::Wanted;
use crate::aoc::api_address::Address;
use crate::aoc::http::{ApiError, Auth, Calls, Client, Origin, Proxies, Settings};
use crate::aoc::login::credentials::Login;
use crate::aoc::login::session::Session;

/// Time for all calls where nothing else is said.
pub const DEADLINE: Duration = Duration::from_secs(15);
/// How far back transfers are asked for where no window is given.
const DAYS: i64 = 7;
/// The longest window that the Activity API takes, in days.
const LONGEST_DAYS: i64 = 180;

/// Entries that come of a login to an organization.
pub const OF_CLOUD: [&str; 4] = [
    "settings/organization.json",
    "aoc/package.json",
    "aoc/user.json",
    "aoc/transfers.json",
];
/// Entries that come of a node.
pub const OF_NODE: [&str; 5] = [
    "node/info.json",
    "node/access-key.json",
    "node/transfers.json",
    "node/events.json",
    "node/tether.json",
];

/// Why something is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What happened, in a sentence.
    pub reason: String,
    /// What the person can do.
    pub remedy: String,
}

impl From<ApiError> for Missing {
    fn from(error: ApiError) -> Self {
        Self {
            reason: error.to_string(),
            remedy: error.remedy(),
        }
    }
}

impl Missing {
    /// With these words.
    #[must_use]
    pub fn new(reason: &str, remedy: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            remedy: remedy.to_owned(),
        }
    }
}

/// An entry's text, or why there is none.
pub type Answer = Result<Value, Missing>;
/// Takes answers as they come.
pub type Tell<'a> = &'a (dyn Fn(&'static str, Answer) + Sync);
/// Takes what is confirmed of the case, before the answers about it.
pub type Confirm<'a> = &'a (dyn Fn(Confirmed) + Sync);

/// Where to ask, and with what.
pub struct Cloud {
    /// The organization and its API; not known yet where only the evidence tells it.
    pub address: OnceLock<Address>,
    /// The way to log in.
    pub login: Login,
}

impl Cloud {
    /// At this address, or one that is not known yet.
    #[must_use]
    pub fn at(address: Option<Address>, login: Login) -> Self {
        let address = address.map_or_else(OnceLock::new, OnceLock::from);
        Self { address, login }
    }

    /// Takes the organization that the evidence tells, where nobody told it before. It can only be one of
    /// IBM's own cloud: no trace can send credentials elsewhere.
    pub fn learn_organization(&self, subdomain: Option<&str>) {
        let plain = |s: &&str| s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let found = subdomain.filter(plain).map(|s| Address::parse(s, None));
        if let Some(Ok(address)) = found {
            let _ = self.address.set(address);
        }
    }

    /// The address.
    ///
    /// # Errors
    /// [`Missing`], where nobody told the organization.
    pub fn address(&self) -> Result<&Address, Missing> {
        self.address.get().ok_or_else(|| {
            Missing::new(
                "credentials were given, but not for which organization",
                "give it with --org or --aoc-url",
            )
        })
    }
}

/// A node to ask.
pub struct NodeAt {
    /// Where it is.
    pub origin: Origin,
    /// With what; without it only certificate and `/ping` can be had.
    pub auth: Option<Auth>,
}

/// Everything that is asked in one run.
pub struct Question {
    /// The organization, where a login is possible.
    pub cloud: Option<Cloud>,
    /// The node.
    pub node: Option<NodeAt>,
    /// Certificates that are trusted beside those of the system.
    pub roots: Vec<CertificateDer<'static>>,
    /// Time for all calls together.
    pub deadline: Duration,
    /// Which proxies are used.
    pub proxies: Proxies,
    /// Window of the case.
    pub window: (Option<Timestamp>, Option<Timestamp>),
    /// Now.
    pub now: Timestamp,
}

impl Question {
    /// The window that transfers are asked for.
    #[must_use]
    pub fn times(&self) -> (Timestamp, Timestamp) {
        let until = self.window.1.unwrap_or(self.now).min(self.now);
        let back = |days: i64| {
            let length = SignedDuration::from_hours(24 * days);
            until.checked_sub(length).unwrap_or(Timestamp::UNIX_EPOCH)
        };
        let since = self.window.0.unwrap_or_else(|| back(DAYS));
        (since.max(back(LONGEST_DAYS)).min(until), until)
    }

    /// The client of a run. Without a question there is no client, and without a client no connection.
    ///
    /// # Errors
    /// [`ApiError::NoClient`].
    pub fn client(&self) -> Result<Client, ApiError> {
        Client::new(&Settings {
            roots: self.roots.clone(),
            deadline: self.deadline,
            attempt: self.deadline.min(Duration::from_secs(10)),
            proxies: self.proxies.clone(),
            ..Settings::default()
        })
    }

    /// Entries that will be told of.
    #[must_use]
    pub fn entries(&self) -> Vec<&'static str> {
        let cloud = self.cloud.as_ref().map_or(&[][..], |_| &OF_CLOUD[..]);
        let node = self.node.as_ref().map_or(&[][..], |_| &OF_NODE[..]);
        [cloud, node].concat()
    }
}

/// Asks everything about what is wanted. Each entry of [`Question::entries`] is told exactly once, and what is
/// confirmed of the case at most once.
pub fn ask(
    question: &Question,
    wanted: &Wanted,
    calls: &Arc<OnceLock<Calls>>,
    tell: Tell<'_>,
    confirm: Confirm<'_>,
) {
    let client = match question.client() {
        Ok(client) => client,
        Err(error) => {
            confirm(Confirmed::default());
            for entry in question.entries() {
                tell(entry, Err(error.clone().into()));
            }
            return;
        }
    };
    let _ = calls.set(client.calls());
    let at = &question.node;
    let times = question.times();
    let mut key = None;
    let mut seen = None;
    std::thread::scope(|scope| {
        let asked = at.as_ref().map(|at| {
            let client = &client;
            scope.spawn(move || {
                let node =
                    crate::aoc::api::node::Node::new(client, at.origin.clone(), at.auth.clone());
                node::ask(
                    &node,
                    at.auth.is_some(),
                    times.0,
                    wanted.package_id.as_deref(),
                    tell,
                )
            })
        });
        match question.cloud.as_ref().map(|c| (c, c.address())) {
            None => {}
            Some((_, Err(missing))) => {
                confirm(Confirmed::default());
                for entry in OF_CLOUD {
                    tell(entry, Err(missing.clone()));
                }
            }
            Some((cloud, Ok(address))) => {
                let session = Session::new(&client, address.clone(), &cloud.login);
                key = with_cloud(&session, &client, question, wanted, tell, confirm);
            }
        }
        seen = asked.and_then(|a| a.join().ok());
    });
    if let Some(seen) = seen {
        tell("node/tether.json", Ok(seen.tether(key.as_deref())));
    } else if at.is_some() {
        let why = Missing::new(
            "the questions to the node ended in a defect of ours",
            "please report this",
        );
        tell("node/tether.json", Err(why));
    }
}

/// Everything that a login to an organization can tell; gives the fingerprint of its key.
fn with_cloud(
    session: &Session<'_>,
    client: &Client,
    question: &Question,
    wanted: &Wanted,
    tell: Tell<'_>,
    confirm: Confirm<'_>,
) -> Option<String> {
    let times = question.times();
    // First who the case is about: the redaction of everything else waits for that.
    let package = package::ask(session, client, wanted, tell, confirm);
    let (settings, key, id) = organization::ask(session, question.now, times);
    tell("settings/organization.json", settings);
    package::ask_transfers(session, id.as_deref(), package.as_deref(), times, tell);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(since: Option<&str>, until: Option<&str>) -> Question {
        let at = |t: &str| t.parse().unwrap();
        Question {
            cloud: None,
            node: None,
            roots: Vec::new(),
            deadline: DEADLINE,
            proxies: Proxies::None,
            window: (since.map(at), until.map(at)),
            now: at("2026-11-22T12:00:00Z"),
        }
    }

    #[test]
    fn transfers_are_asked_for_in_the_window_or_the_last_week() {
        for (since, until, from, to) in [
            (None, None, "2026-11-15T12:00:00Z", "2026-11-22T12:00:00Z"),
            (
                Some("2026-11-20T00:00:00Z"),
                None,
                "2026-11-20T00:00:00Z",
                "2026-11-22T12:00:00Z",
            ),
            (
                None,
                Some("2026-11-10T00:00:00Z"),
                "2026-11-03T00:00:00Z",
                "2026-11-10T00:00:00Z",
            ),
            (
                Some("2020-01-01T00:00:00Z"),
                None,
                "2026-05-26T12:00:00Z",
                "2026-11-22T12:00:00Z",
            ),
            (
                Some("2027-01-01T00:00:00Z"),
                Some("2027-02-01T00:00:00Z"),
                "2026-11-22T12:00:00Z",
                "2026-11-22T12:00:00Z",
            ),
        ] {
            let (a, b) = question(since, until).times();
            assert_eq!(
                (a.to_string().as_str(), b.to_string().as_str()),
                (from, to),
                "{since:?} {until:?}"
            );
        }
    }

    #[test]
    fn nothing_is_told_where_nothing_is_asked() {
        let none = question(None, None);
        assert_eq!(none.entries(), Vec::<&str>::new());
        let told = |entry: &'static str, _| panic!("{entry}");
        ask(
            &none,
            &Wanted::default(),
            &Arc::default(),
            &told,
            &|confirmed| panic!("{confirmed:?}"),
        );
    }

    #[test]
    fn evidence_can_name_an_organization_of_the_cloud_and_no_other_host() {
        let cloud = |address: Option<&str>| {
            let address = address.map(|a| Address::parse(a, None).unwrap());
            Cloud::at(address, Login::Bearer("t".into()))
        };
        let api = |cloud: &Cloud| cloud.address().map(|a| a.api.url());
        for (told, found) in [
            (Some("acme"), Some("https://api.ibmaspera.com")),
            (Some("evil.example"), None),
            (Some("acme:8443"), None),
            (Some(""), None),
            (None, None),
        ] {
            let open = cloud(None);
            open.learn_organization(told);
            assert_eq!(api(&open).ok().as_deref(), found, "{told:?}");
        }
        let known = cloud(Some("https://acme.files.made-up.test"));
        known.learn_organization(Some("globex"));
        assert_eq!(api(&known).unwrap(), "https://api.files.made-up.test");
    }
}
