//! A faithful fake of the Aspera on Cloud API and of a node, over real TCP and TLS, for tests and for the
//! demo. Names and shapes of fields are those of the wire; all values are made up.
//!
//! There are two organizations: `acme`, whose ids are text as on the wire and whose values are ordinary, and
//! `globex`, whose ids are numbers as the documentation says and whose values lie outside all documented
//! ranges. Every field that must not get out holds a value with `CANARY` in it.

use std::net::SocketAddr;
use std::sync::Arc;

pub mod ca;
pub mod keys;
mod node;
mod oauth;
mod routes;
pub mod wire;
mod world;

pub use world::{Grant, World};

use ca::{Authority, Flaw};
use wire::Server;

/// Why the fake cannot be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FakeError {
    /// No key or certificate.
    #[error("no certificate could be made for the fake")]
    Certificate,
    /// No port.
    #[error("no port of the loopback is free for the fake")]
    Listen,
    /// The made-up data is damaged: a defect of ours.
    #[error("the made-up data of the fake is damaged; please report this")]
    Data,
}

/// Names under which the fake answers, beside `localhost`.
pub const NAMES: [&str; 3] = ["api.made-up.test", "acme.made-up.test", "node.made-up.test"];

/// A running cloud and node. Both end when it is dropped.
pub struct Fake {
    /// What it knows, and what went on so far.
    pub world: Arc<World>,
    /// Who signs its certificates.
    pub authority: Authority,
    cloud: Server,
    node: Server,
}

impl Fake {
    /// Starts on free ports of the loopback.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn start() -> Result<Self, FakeError> {
        Self::with(0, &[])
    }

    /// The same, with words of the made-up world replaced by others: names of the organization, of the
    /// package, of people.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn telling(words: &[(&str, &str)]) -> Result<Self, FakeError> {
        Self::with(0, words)
    }

    /// The same, with a clock that is so many seconds ahead of this machine's.
    ///
    /// # Errors
    /// [`FakeError`].
    pub fn ahead(seconds: i64) -> Result<Self, FakeError> {
        Self::with(seconds, &[])
    }

    fn with(seconds: i64, words: &[(&str, &str)]) -> Result<Self, FakeError> {
        let world = Arc::new(World::new(seconds, words)?);
        let authority = Authority::new()?;
        let mut names = vec!["localhost"];
        names.extend(NAMES);
        let config = authority.server(&names, Flaw::None)?;
        let (of_cloud, of_node) = (Arc::clone(&world), Arc::clone(&world));
        let dated = |mut answer: wire::Answer, world: &World| {
            let now = world.now().strftime("%a, %d %b %Y %H:%M:%S GMT");
            answer.headers.push(("Date".to_owned(), now.to_string()));
            answer
        };
        let cloud = Server::start(
            Arc::clone(&config),
            Arc::new(move |q| dated(routes::answer(&of_cloud, q), &of_cloud)),
        )?;
        let node = Server::start(
            config,
            Arc::new(move |q| dated(node::answer(&of_node, q), &of_node)),
        )?;
        Ok(Self {
            world,
            authority,
            cloud,
            node,
        })
    }

    /// Where the cloud listens.
    #[must_use]
    pub fn cloud(&self) -> SocketAddr {
        self.cloud.address()
    }

    /// Where the node listens.
    #[must_use]
    pub fn node(&self) -> SocketAddr {
        self.node.address()
    }

    /// Connections to both so far.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.cloud.connections() + self.node.connections()
    }
}
