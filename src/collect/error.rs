//! Why a run ended without a bundle.
use crate::bundle::BundleError;

/// Why a run ended without a bundle.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The bundle could not be written.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The verifier found something that could not be withheld: nothing was released.
    #[error("the bundle was not released: {0}")]
    Leak(String),
    /// The user stopped the run.
    #[error("interrupted; nothing was written")]
    Interrupted,
    /// The output path cannot be used.
    #[error("{0}")]
    Output(String),
    /// A defect of ours.
    #[error("{0}; please report this")]
    Internal(String),
}
