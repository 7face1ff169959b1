//! Why credentials are not enough, and what the person can do.
use super::keys::KeyError;

/// Why what was given is not enough.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// Nothing was given.
    #[error("no credentials were given")]
    None,
    /// Something of the JWT grant is missing.
    #[error("to log in with a private key, {0} is missing")]
    Missing(&'static str),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The preset uses the client that is built into ascli.
    #[error(
        "the preset of ascli has no client_id: it uses the client that is built into ascli, which is not ours to use"
    )]
    BuiltInClient,
    /// The preset takes its secrets from a vault.
    #[error("the preset of ascli takes its secrets from a vault, which stays closed here")]
    Vault,
    /// The preset logs in through a browser.
    #[error("the preset of ascli logs in through a browser ({0}), which is not done here")]
    Browser(&'static str),
    /// The link is none.
    #[error("the public link holds no token")]
    BadLink,
    /// The file of node credentials is not understood.
    #[error("the file of AOC_BUNDLE_NODE_AUTH_FILE is not understood")]
    BadNodeFile,
}

impl CredentialError {
    /// What the person can do about it.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::None => {
                "set AOC_BUNDLE_TOKEN to a bearer token, or AOC_BUNDLE_CLIENT_ID, AOC_BUNDLE_PRIVATE_KEY_FILE and AOC_BUNDLE_USERNAME, or give a preset of ascli with --ascli-preset NAME"
            }
            Self::Missing(_) => {
                "give client ID, private key and e-mail together (AOC_BUNDLE_CLIENT_ID, AOC_BUNDLE_PRIVATE_KEY_FILE, AOC_BUNDLE_USERNAME)"
            }
            Self::Key(_) => "give another key in AOC_BUNDLE_PRIVATE_KEY_FILE",
            Self::BuiltInClient => {
                "make an API client of your own in Admin > Integrations > API clients (JWT enabled) and give its ID in AOC_BUNDLE_CLIENT_ID"
            }
            Self::Vault => {
                "print a token with: ascli aoc bearer_token, and give it in AOC_BUNDLE_TOKEN"
            }
            Self::Browser(_) => {
                "log in with ascli, print a token with: ascli aoc bearer_token, and give it in AOC_BUNDLE_TOKEN"
            }
            Self::BadLink => "give the whole link as it was sent",
            Self::BadNodeFile => {
                "write name, colon and password on one line (an access key and its secret likewise), or the word Bearer with the token and, on the next line, the access key"
            }
        }
    }
}
