//! A faithful fake of the Aspera on Cloud API and of a node, over real TCP and TLS, for tests and for the
//! demo. Names and shapes of fields are those of the wire; all values are made up.

pub mod ca;
pub mod keys;
pub mod wire;

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
