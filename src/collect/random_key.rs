//! Random keys: for the pseudonyms of a bundle, and for the hashes of secrets that the verifier compares.
use zeroize::Zeroizing;

use super::error::CollectError;

/// A key of random bytes.
///
/// # Errors
/// [`CollectError::Internal`] where the system gives no random numbers.
pub(super) fn random_key() -> Result<Zeroizing<[u8; 32]>, CollectError> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(&mut key[..])
        .map_err(|e| CollectError::Internal(format!("no random numbers: {e}")))?;
    Ok(key)
}
