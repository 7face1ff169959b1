//! The client that talks to the APIs: HTTPS only, with one deadline over all calls of a run, and a log of
//! what was asked of whom. It never prints a secret and never tells a whole address.

mod ask;
mod calls;
mod client;
mod error;
mod origin;
mod retry;
mod tls;

pub use ask::{Ask, Auth, Body};
pub use calls::{Call, Calls};
pub use client::{Client, Proxies, Reply, Settings};
pub use error::{ApiError, Refusal};
pub use origin::Origin;
pub use retry::http_date;
pub use tls::{CaError, PeerChain, read_ca_file};

#[cfg(test)]
mod client_tests;
#[cfg(test)]
mod faults_tests;
